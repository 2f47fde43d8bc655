"""Two figures of each place beside one another: paired bars, ordered by the second."""

import numpy as np
import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import chart_style as style
from cyp_analysis.present import credits, rounding, svg, words
from cyp_analysis.present.chart_bars import across_axis
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

ROW, TOP, ENDS = 40, 56, 10
COLOURS = (style.TURQUOISE, style.NAVY)
_KEY = ["place_code", "place_name", "period_start", "period_end", "period_label"]


def paired_places(selection: Selection, first: str, second: str, places: str = "") -> Block:
    """The newest period that both figures have, place by place; the panel of the second without."""
    pair = [measure_indicator(selection, name) for name in (first, second)]
    places = small_kind(selection, second, places)
    rows = paired_rows(selection, pair, places)
    if len(rows) < 2:
        return nothing(selection, second, places)
    text = pairs_sentence(selection, rows, pair, places)
    sentence = Block(paragraph(text, "headline"), text)
    return stacked(sentence, block(_figure(selection, rows, pair, places)))


def paired_rows(selection: Selection, pair: list[Indicator], places: str) -> pd.DataFrame:
    """One row = one place with both values (`value`, `other`), highest second value first."""
    first, second = (small_area_rows(selection, each.id, places) for each in pair)
    both = second.merge(
        first[[*_KEY[:1], "period_end", "value"]].rename(columns={"value": "other"}),
        on=["place_code", "period_end"],
        validate="one_to_one",
    )
    both = both.dropna(subset=["value", "other"])
    newest = both[both["period_end"] == both["period_end"].max()]
    return newest.sort_values(["value", "place_name"], ascending=[False, True], kind="stable")


def pairs_sentence(
    selection: Selection, rows: pd.DataFrame, pair: list[Indicator], places: str
) -> str:
    """Highest and lowest of the second figure, each with the first beside it."""
    top, low = rows.iloc[0], rows.iloc[-1]
    when = periods.when(top["period_start"], top["period_end"], top["period_label"])
    area = words.area_words(selection.area)
    names = [_as_clause(name) for name in short_names(pair)]
    figure = "the highest figure" + ("" if names[1] != _as_clause(pair[1].name) else " of")
    ends = [
        f"{rounding.value_text(row['value'], pair[1])} ({row['place_name']}; {names[0]}"
        f" {rounding.value_text(row['other'], pair[0])})"
        for row in (top, low)
    ]
    return (
        f"{when}, among the {said.kind_words(places, len(rows))} of {area}, {figure} {names[1]} was"
        f" {ends[0]} and the lowest {ends[1]}."
    )


def both_names(pair: list[Indicator]) -> str:
    """The two names in one phrase."""
    return f"{pair[0].name}, and {_as_clause(pair[1].name)}"


def _as_clause(name: str) -> str:
    return name[:1].lower() + name[1:]


def _figure(selection: Selection, rows: pd.DataFrame, pair: list[Indicator], places: str) -> Figure:
    figure_id = selection.unique_id(f"fig-{pair[1].id}-pairs")
    drawn = ends_of(rows)
    cut = "" if len(drawn) == len(rows) else f" Drawn: the {ENDS} highest and the {ENDS} lowest."
    area, label = words.area_words(selection.area), rows["period_label"].iloc[0]
    kinds = said.KINDS[places][1]
    alt = _alt(rows, pair, places)
    highest = words.name_words(rows["place_name"].iloc[0])
    return Figure(
        id=figure_id,
        title=f"{words.sentence_case(pair[1].subject)}, two measures: highest in {highest}",
        subtitle=f"{both_names(pair)}; {kinds} of {area}, {label}.{cut}",
        picture=_picture(drawn, pair, figure_id, alt),
        alt=alt,
        table=_table(rows, pair, places, area),
        source=credits.source_line(selection, rows),
    )


def _alt(rows: pd.DataFrame, pair: list[Indicator], places: str) -> str:
    ends = [
        f"{row['place_name']} {rounding.value_text(row['other'], pair[0])} and"
        f" {rounding.value_text(row['value'], pair[1])}"
        for row in (rows.iloc[0], rows.iloc[-1])
    ]
    many = said.kind_words(places, len(rows))
    return f"Paired bars of {many}: highest {ends[0]}; lowest {ends[1]}."[:220]


def ends_of(rows: pd.DataFrame) -> pd.DataFrame:
    """All places, or the highest and lowest of them where they are more than a page can show."""
    many = len(rows) > MOST_NAMED
    return pd.concat([rows.head(ENDS), rows.tail(ENDS)]) if many else rows


def short_names(pair: list[Indicator]) -> list[str]:
    """What tells two names apart: "before housing costs", "after housing costs"."""
    parts = [each.name.split(", ") for each in pair]
    ends = [words.sentence_case(part[-1]) for part in parts]
    differ = all(len(part) > 1 for part in parts) and ends[0] != ends[1]
    return ends if differ else [each.name for each in pair]


def _picture(rows: pd.DataFrame, pair: list[Indicator], prefix: str, alt: str) -> Html:
    """Two bars for each place, their values at their ends, the key above."""
    labels = [style.wrapped(name, 22) for name in rows["place_name"]]
    height = ROW * len(rows) + TOP + 30
    left = style.name_margin(labels)
    with style.chart_settings():
        figure, axes = style.new_chart(height, left=left, right=52, top=TOP, bottom=30)
        at = np.arange(len(rows))
        for step, (column, colour) in enumerate(zip(("other", "value"), COLOURS, strict=True)):
            spots = at + (0.2 if step else -0.2)
            axes.barh(spots, rows[column], height=0.36, color=colour)
            for spot, value in zip(spots, rows[column], strict=True):
                text = rounding.value_text(value, pair[step])
                axes.annotate(
                    text,
                    (value, spot),
                    xytext=(4, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=13,
                )
        across_axis(axes, rows[["value", "other"]].to_numpy(float).ravel(), pair[1])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(at, labels, fontsize=style.SMALL)
        _key(axes, short_names(pair), height, left)
        return svg.inline_svg(figure, prefix, alt)


def _key(axes, names: list[str], height: float, left: float) -> None:
    """The two colours with their names, above the bars."""
    from matplotlib.patches import Rectangle

    figure = axes.get_figure()
    for line, (name, colour) in enumerate(zip(names, COLOURS, strict=True)):
        y = 1 - (20 + 22 * line) / height
        box = (10 / style.WIDTH, y)
        size = (18 / style.WIDTH, 13 / height)
        figure.add_artist(Rectangle(box, *size, facecolor=colour, edgecolor="none"))
        figure.text(36 / style.WIDTH, y + 6.5 / height, name, va="center", fontsize=style.SMALL)


def _table(rows: pd.DataFrame, pair: list[Indicator], places: str, area: str) -> Table:
    titles = zip(short_names(pair), pair, strict=True)
    columns = (
        Column(words.sentence_case(said.KINDS[places][0]), heads_row=True),
        *(Column(f"{name} ({each.unit})", numeric=True) for name, each in titles),
    )
    cells = [
        (
            row["place_name"],
            rounding.half_up(row["other"], pair[0].rounding),
            rounding.half_up(row["value"], pair[1].rounding),
        )
        for _, row in rows.iterrows()
    ]
    return Table(f"{both_names(pair)}: {area}", columns, tuple(cells))
