"""A gap over time: an indicator that is a gap itself, or two groups of a breakdown."""

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import alt_text, credits, rounding, shown, words
from cyp_analysis.present.chapter_text import nothing
from cyp_analysis.present.chapter_trend import trend
from cyp_analysis.present.figures import Figure, block
from cyp_analysis.present.markup import Block, paragraph, stacked
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table
from cyp_analysis.present.voices import groups
from cyp_analysis.present.voices.history import spoken

GAP_UNIT = "percentage points"


def gap_series(selection: Selection, indicator_id: str) -> Block:
    """The sentence and the chart; nothing where there is one period only."""
    indicator = selection.indicator(indicator_id)
    if indicator.unit.strip() == GAP_UNIT:
        return _of_gap(selection, indicator)
    rows = groups.group_rows(selection, indicator_id)
    own = rows[rows["area_code"] == selection.area.code]
    parts = [_of_groups(selection, kind) for _, kind in own.groupby("category_type", sort=False)]
    return stacked(*(part for part in parts if part.html)) if parts else Block()


def _of_gap(selection: Selection, indicator: Indicator) -> Block:
    rows = selection.series(indicator.id).dropna(subset=["value"])
    if rows.empty:
        return nothing(selection, indicator.id)
    if len(rows) < 2:
        return Block()
    said = gap_sentence(rows, indicator, words.area_words(selection.area))
    return stacked(Block(paragraph(said, "finding"), said), trend(selection, indicator.id))


def gap_sentence(rows: pd.DataFrame, indicator: Indicator, area: str) -> str:
    """ "The gap … was 13 points in 2017, 9 in 2018 and 7 in 2019: 6 points narrower …"."""
    values = [rounding.half_up(value, indicator.rounding) for value in rows["value"]]
    labels = [spoken(row) for _, row in rows.iterrows()]
    listed = [f"{value} in {label}" for value, label in zip(values, labels, strict=True)]
    listed[0] = listed[0].replace(" in ", " percentage points in ", 1)
    change = rows["value"].iloc[-1] - rows["value"].iloc[0]
    size = rounding.half_up(abs(change), indicator.rounding)
    way = "narrower" if change < 0 else "wider"
    told = f"{size} point{'' if size == '1' else 's'} {way} in the last year than in the first"
    told = told if change else "the same in the last year as in the first"
    why = (
        ""
        if rows["lower_ci_95"].notna().any()
        else (" The change was not tested because the figures have no confidence interval.")
    )
    return f"The {indicator.subject} in {area} was {words.join_words(listed)}: {told}.{why}"


def _of_groups(selection: Selection, rows: pd.DataFrame) -> Block:
    """Two groups that make up the whole, or the ends of ordered ones, over the years. The highest
    and the lowest of several groups in no order say little: which they are is often chance."""
    newest = rows[rows["period_end"] == rows["period_end"].max()].sort_values("value")
    whole = newest["group"].nunique() == 2 and (newest["reference"] != "everyone").all()
    if newest["place"].notna().all():
        newest = newest.sort_values("place")
    elif not whole:
        return Block()
    ends = [newest["group"].iloc[-1], newest["group"].iloc[0]]
    kept = rows[rows["group"].isin(ends) & (rows["age"] == newest["age"].iloc[0])]
    kept = kept[kept["sex"].isin(newest["sex"].unique())]
    both = kept.groupby("period_end")["group"].transform("nunique") == 2
    series = kept[both].sort_values("period_end", kind="stable")
    if series["period_end"].nunique() < 2 or ends[0] == ends[1]:
        return Block()
    indicator = selection.indicator(series["indicator_id"].iloc[0])
    gaps = series.pivot_table(index="period_end", columns="group", values="value")
    gaps = gaps[ends[0]] - gaps[ends[1]]
    labels = [spoken(row) for _, row in series.drop_duplicates("period_end").iterrows()]
    said = _widening(gaps, labels, ends, indicator)
    figure = _figure(selection, series, ends, indicator)
    return stacked(Block(paragraph(said, "finding"), said), block(figure))


def _widening(gaps: pd.Series, labels: list[str], ends: list[str], indicator: Indicator) -> str:
    """How far apart the two groups are now, and were at first."""
    high, low = (groups.in_sentence(name) for name in ends)
    now, then = (groups.points(gap, indicator) for gap in (gaps.iloc[-1], gaps.iloc[0]))
    told = f"The gap between {high} and {low} was {then} in {labels[0]} and {now} in {labels[-1]}"
    turned = " (the other way round at first)" if gaps.iloc[0] < 0 else ""
    return f"{told}{turned}. The change of the gap was not tested."


def _figure(
    selection: Selection, series: pd.DataFrame, ends: list[str], indicator: Indicator
) -> Figure:
    from cyp_analysis.present import charts

    series = series.assign(
        line=[groups.group_name(name) for name in series["group"]],
        is_area=series["group"] == ends[0],
    ).sort_values(["is_area", "period_end"], ascending=[False, True], kind="stable")
    figure_id = selection.unique_id(f"fig-{indicator.id}-gap")
    alt = alt_text.trend_alt(series, indicator)
    labels = series["period_label"]
    high, low = (groups.in_sentence(name) for name in ends)
    return Figure(
        id=figure_id,
        title=f"{words.sentence_case(indicator.subject)}: {high} and {low} over time",
        subtitle=f"{indicator.name}, {words.area_words(selection.area)}, {labels.iloc[0]} to"
        f" {labels.iloc[-1]}.",
        picture=charts.trend_chart(series, indicator, figure_id, alt),
        alt=alt,
        table=_table(series, indicator),
        source=credits.source_line(selection, series),
    )


def _table(series: pd.DataFrame, indicator: Indicator) -> Table:
    columns = (
        Column("Period", heads_row=True),
        Column("Group"),
        Column(f"Value ({shown.unit_words(indicator)})", numeric=True),
        Column(shown.INTERVAL, numeric=True),
    )
    cells = [
        (
            row["period_label"],
            row["line"],
            rounding.half_up(row["value"], indicator.rounding),
            rounding.interval_text(row["lower"], row["upper"], indicator) or shown.NO_INTERVAL,
        )
        for _, row in series.sort_values("period_end", kind="stable").iterrows()
    ]
    return Table(f"{indicator.name}: groups by period", columns, tuple(cells))
