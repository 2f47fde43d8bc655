"""The chart of one indicator over time: which rows are drawn, and the words around them."""

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import alt_text, credits, shown, words
from cyp_analysis.present.chapter_text import nothing
from cyp_analysis.present.figures import Figure, block
from cyp_analysis.present.markup import Block, no_data
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table

_TRENDING = {
    "increasing": "{subject}: recent trend upwards in {area}",
    "decreasing": "{subject}: recent trend downwards in {area}",
    "no": "{subject}: no clear recent trend in {area}",
}
_LIMITS = {"lower": "lower_ci_95", "upper": "upper_ci_95"}


def trend(selection: Selection, indicator_id: str) -> Block:
    """Line chart of the area and its benchmarks over every period of the edition."""
    indicator = selection.indicator(indicator_id)
    known = selection.series(indicator_id).dropna(subset=["value"])
    if known.empty:
        return nothing(selection, indicator_id)
    if len(known) == 1:
        label = known.iloc[0]["period_label"]
        return no_data(f"{indicator.name}: only one period is published ({label}), so no trend.")
    # A count beside a whole country's would be a flat line along the axis.
    codes = [selection.area.code] if indicator.statistic == "count" else selection.line_codes
    series = pd.concat([_line(selection, indicator_id, code) for code in codes])
    return block(_figure(selection, indicator, series))


def _line(selection: Selection, indicator_id: str, code: str) -> pd.DataFrame:
    rows = selection.series(indicator_id, code)
    renamed = rows.rename(columns={long: short for short, long in _LIMITS.items()})
    return renamed.assign(line=geography.name(code), is_area=code == selection.area.code)


def _figure(selection: Selection, indicator: Indicator, series: pd.DataFrame) -> Figure:
    from cyp_analysis.present import charts

    figure_id = selection.unique_id(f"fig-{indicator.id}-trend")
    alt = alt_text.trend_alt(series, indicator)
    return Figure(
        id=figure_id,
        title=_title(selection, indicator, series),
        subtitle=_subtitle(indicator, series, from_zero=charts.axis_start(series) <= 0),
        picture=charts.trend_chart(series, indicator, figure_id, alt),
        alt=alt,
        table=trend_table(series, indicator),
        source=credits.source_line(selection, series),
    )


def _title(selection: Selection, indicator: Indicator, series: pd.DataFrame) -> str:
    recent = series.loc[series["is_area"], "recent_trend"].iloc[-1]
    words_of = _TRENDING.get(recent.split("_")[0], "{subject} in {area} over time")
    subject = words.sentence_case(indicator.subject)
    return words_of.format(subject=subject, area=words.area_words(selection.area))


def _subtitle(indicator: Indicator, series: pd.DataFrame, *, from_zero: bool) -> str:
    known = series.dropna(subset=["value"])
    own = known[known["is_area"]]
    places = words.join_words(list(known["line"].unique()))
    span = f"{own.iloc[0]['period_label']} to {own.iloc[-1]['period_label']}"
    band = " Shading: 95% confidence interval." if own["lower"].notna().any() else ""
    axis = "" if from_zero else " The vertical axis does not start at zero."
    return f"{indicator.name}, {places}, {span}.{band}{axis}"


def trend_table(series: pd.DataFrame, indicator: Indicator) -> Table:
    """One row = one period of the area with its interval, then the value of each benchmark."""
    unit = shown.unit_words(indicator)
    own = series[series["is_area"]]
    others = [name for name in series["line"].unique() if name != own.iloc[0]["line"]]
    columns = (
        Column("Period", heads_row=True),
        Column(f"{own.iloc[0]['line']} ({unit})", numeric=True),
        Column(shown.INTERVAL, numeric=True),
        *(Column(f"{name} ({unit})", numeric=True) for name in others),
    )
    cells = {
        (row["line"], row["period_end"]): shown.value_cell(row, indicator)
        for _, row in series.iterrows()
    }
    rows = [
        (
            row["period_label"],
            shown.value_cell(row, indicator),
            shown.interval_cell(row.rename(_LIMITS), indicator),
            *(cells.get((name, row["period_end"]), "[x]") for name in others),
        )
        for _, row in own.iterrows()
    ]
    return Table(f"{indicator.name}, by period", columns, tuple(rows), shown.missing_notes(own))
