"""Small charts of every place over time, all on one scale, the area's own line in each."""

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import chart_style as style
from cyp_analysis.present import credits, rounding, svg, words
from cyp_analysis.present.figures import Figure, block
from cyp_analysis.present.markup import Block, Html, paragraph, stacked
from cyp_analysis.present.places import words as said
from cyp_analysis.present.places.found import (
    MOST_NAMED,
    measure_indicator,
    small_area_rows,
    small_kind,
)
from cyp_analysis.present.places.maps import nothing
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table

ACROSS, PANEL = 3, 112


def place_trends(selection: Selection, indicator_id: str, places: str = "") -> Block:
    """One small line chart a place; the map's panel where there are not two periods, nothing where
    the places are more than a page can hold."""
    indicator = measure_indicator(selection, indicator_id)
    places = small_kind(selection, indicator_id, places)
    rows = small_area_rows(selection, indicator_id, places).dropna(subset=["value"])
    if rows["period_end"].nunique() < 2:
        return nothing(selection, indicator_id, places)
    if rows["place_code"].nunique() > MOST_NAMED:
        return Block()
    rows = rows.sort_values(["period_end", "place_name"], kind="stable")
    text = trend_sentence(selection, rows, indicator, places)
    sentence = Block(paragraph(text, "headline"), text)
    return stacked(sentence, block(_figure(selection, rows, indicator, places)))


def ends(rows: pd.DataFrame) -> pd.DataFrame:
    """First and last value of each place that has both ends of the run."""
    place = ["place_code", "place_name"]
    wide = rows.pivot_table(index=place, columns="period_end", values="value")
    first, last = wide.columns.min(), wide.columns.max()
    return wide[[first, last]].set_axis(["first", "last"], axis=1).dropna().reset_index()


def trend_sentence(
    selection: Selection, rows: pd.DataFrame, indicator: Indicator, places: str
) -> str:
    """In how many places the figure rose and fell: shown values compared, no test made."""
    change = ends(rows)
    shown = [
        [rounding.half_up(value, indicator.rounding) for value in change[name]]
        for name in ("first", "last")
    ]
    pairs = list(zip(change["first"], change["last"], *shown, strict=True))
    same = sum(a == b for _, _, a, b in pairs)
    up = sum(last > first for first, last, a, b in pairs if a != b)
    down = len(pairs) - same - up
    start, end = rows.iloc[0]["period_label"], rows.iloc[-1]["period_label"]
    area = words.area_words(selection.area)
    level = f", and stayed level in {same}" if same else ""
    return (
        f"Between {start} and {end}, the figure for {indicator.subject} rose in {up or 'none'} and"
        f" fell in {down or 'none'} of the {said.kind_words(places, len(pairs))} of {area}{level}."
        " Whether the changes are more than chance was not tested."
    )


def _figure(selection: Selection, rows: pd.DataFrame, indicator: Indicator, places: str) -> Figure:
    figure_id = selection.unique_id(f"fig-{indicator.id}-places")
    area, kinds = words.area_words(selection.area), said.KINDS[places][1]
    start, end = rows.iloc[0]["period_label"], rows.iloc[-1]["period_label"]
    alt = _alt(rows, indicator, places)
    dashed = f"; dashed line: {area}" if rows["authority_value"].notna().any() else ""
    return Figure(
        id=figure_id,
        title=f"{words.sentence_case(indicator.subject)} in the {kinds} of {area}",
        subtitle=f"{indicator.name}, {start} to {end}. Bold line: the {said.KINDS[places][0]},"
        f" with its latest value{dashed}. All charts have one scale from zero.",
        picture=_picture(rows, indicator, figure_id, alt),
        alt=alt,
        table=_table(rows, indicator, places),
        source=credits.source_line(selection, rows),
    )


def _alt(rows: pd.DataFrame, indicator: Indicator, places: str) -> str:
    change = ends(rows).sort_values("last", ascending=False)
    told = [
        f"{row['place_name']} {rounding.value_text(row['first'], indicator)} to"
        f" {rounding.value_text(row['last'], indicator)}"
        for _, row in change.iloc[[0, -1]].iterrows()
    ]
    start, end = rows.iloc[0]["period_label"], rows.iloc[-1]["period_label"]
    many = said.kind_words(places, len(change))
    text = (
        f"Small line charts of {many}, {start} to {end}: highest now {told[0]}; lowest {told[1]}."
    )
    return text[:220]


def _picture(rows: pd.DataFrame, indicator: Indicator, prefix: str, alt: str) -> Html:
    last = rows[rows["period_end"] == rows["period_end"].max()]
    order = list(last.sort_values("value", ascending=False)["place_code"])
    codes = [*order, *(code for code in rows["place_code"].unique() if code not in order)]
    down = -(-len(codes) // ACROSS)
    height = PANEL * down + 12
    top = float(rows[["value", "authority_value"]].max().max()) * 1.25
    days = (rows["period_end"] - rows["period_end"].min()).dt.days
    rows = rows.assign(day=days)
    with style.chart_settings():
        figure, axes = style.new_chart(height, left=6, right=6, top=6, bottom=6)
        axes.set_xlim(0, style.WIDTH - 12)
        axes.set_ylim(-height + 12, 0)
        axes.set_xticks([])
        axes.set_yticks([])
        for number, code in enumerate(codes):
            corner = np.array([(number % ACROSS) * 150, -(number // ACROSS) * PANEL])
            _panel(axes, rows[rows["place_code"] == code], corner, (days.max(), top), indicator)
        return svg.inline_svg(figure, prefix, alt)


def _panel(
    axes, rows: pd.DataFrame, corner: np.ndarray, limits: tuple[float, float], indicator: Indicator
) -> None:
    """One place: name, its line and the area's, the latest value at the end."""
    wide, tall, base = 96, 58, 100
    x = corner[0] + wide * rows["day"] / limits[0]
    y = corner[1] - base + tall * rows[["value", "authority_value"]] / limits[1]
    axes.hlines(corner[1] - base, corner[0], corner[0] + wide, color=style.INK, linewidth=1)
    axes.plot(x, y["authority_value"], color=style.INK, linewidth=1.4, linestyle=(0, (3, 2)))
    axes.plot(x, y["value"], color=style.NAVY, linewidth=2.6)
    names = style.wrapped(rows["place_name"].iloc[0], 18).split("\n")[:2]
    for number, line in enumerate(names):
        axes.text(corner[0], corner[1] - 10 - 14 * number, line, fontsize=13, va="center")
    end = rounding.value_text(rows["value"].iloc[-1], indicator)
    axes.text(x.iloc[-1] + 4, y["value"].iloc[-1], end, fontsize=13, va="center", fontweight="bold")


def _table(rows: pd.DataFrame, indicator: Indicator, places: str) -> Table:
    """One row = one place, one column = one period."""
    names = ["place_name", "place_code"]
    wide = rows.pivot_table(index=names, columns="period_end", values="value")
    labels = rows.drop_duplicates("period_end").set_index("period_end")["period_label"]
    columns = (
        Column(words.sentence_case(said.KINDS[places][0]), heads_row=True),
        *(Column(f"{labels[end]} ({indicator.unit})", numeric=True) for end in wide.columns),
    )
    cells = [
        (name, *(_cell(value, indicator) for value in values))
        for (name, _), values in wide.iterrows()
    ]
    return Table(f"{indicator.name}, {said.KINDS[places][1]}", columns, tuple(cells))


def _cell(value: float, indicator: Indicator) -> str:
    known = pd.notna(value)
    return rounding.half_up(value, indicator.rounding) if known else words.missing_text("")
