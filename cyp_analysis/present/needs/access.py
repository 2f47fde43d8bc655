"""Who gets in: the access rate against its target and beside others, and referrals accepted."""

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import alt_text, credits, narrative, rounding, shown, words
from cyp_analysis.present.chapter_text import nothing
from cyp_analysis.present.chapter_trend import trend
from cyp_analysis.present.figures import Figure
from cyp_analysis.present.figures import block as figure_block
from cyp_analysis.present.markup import Block, stacked
from cyp_analysis.present.needs import parts
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table
from cyp_analysis.present.tables import block as table_block


def access(selection: Selection) -> Block:
    """The share of children with a condition who are treated, its target, and referrals."""
    rates = parts.with_tag(selection, "role", "access")
    shown_rates = [_access(selection, indicator) for indicator in rates]
    return stacked(*shown_rates, accepted(selection))


def _access(selection: Selection, indicator: Indicator) -> Block:
    row = selection.latest_known(indicator.id)
    if row is None:
        return nothing(selection, indicator.id)
    target = _target(selection)
    said = parts.sentences([access_sentence(selection, indicator, row, target)])
    over_time = Block()
    if selection.series(indicator.id)["value"].notna().sum() > 1:
        over_time = trend(selection, indicator.id)
    return stacked(said, _bars(selection, indicator, row, target), over_time)


def _target(selection: Selection) -> pd.Series | None:
    """The newest target that has a figure."""
    found = [
        selection.latest_known(i.id) for i in parts.with_tag(selection, "role", "access_target")
    ]
    known = [row for row in found if row is not None]
    return known[0] if known else None


def access_sentence(
    selection: Selection, indicator: Indicator, row: pd.Series, target: pd.Series | None
) -> str:
    """The rate, its benchmarks without comparative words, and whether the target was reached."""
    first = narrative.finding(row, selection.compared(row).head(0), indicator, selection.area)
    reference = narrative.reference_sentence(row, selection.compared(row), indicator)
    if target is None:
        return narrative.join_sentences(first, reference)
    bar = rounding.value_text(target["value"], indicator)
    when = words.uncapital(
        periods.when(target["period_start"], target["period_end"], target["period_label"])
    )
    # A target is for its own time: a rate of another time neither reaches nor misses it.
    if not target["period_start"] <= row["period_end"] <= target["period_end"]:
        return narrative.join_sentences(first, f"The target {when} was {bar}.", reference)
    reached = "reached" if row["value"] >= target["value"] else "not reached"
    month = row["period_end"] - row["period_start"] <= pd.Timedelta(days=31)
    that = " in that month" if month else ""
    against = f"The target of {bar} {when} was {reached}{that}."
    return narrative.join_sentences(first, against, reference)


def _bars(
    selection: Selection, indicator: Indicator, row: pd.Series, target: pd.Series | None
) -> Block:
    from cyp_analysis.present.chart_bars import bar_chart

    each = [row, *selection.benchmark_rows(row)]
    if len(each) == 1 and target is None:
        return Block()
    lines = [] if target is None else [("Target", target["value"])]
    bars = _drawn(each, indicator)
    figure_id = selection.unique_id(f"fig-{indicator.id}-access")
    ends = [f"{b.label} {b.text}" for b in bars.itertuples()]
    ends += [f"{name} {rounding.value_text(value, indicator)}" for name, value in lines]
    alt = alt_text.fitted(words.sentence_case(indicator.subject), ends)
    return figure_block(
        Figure(
            id=figure_id,
            title=f"Treated: {bars['text'].iloc[0]} of those with a condition",
            subtitle=f"{indicator.name}, {row['period_label']}.",
            picture=bar_chart(bars, lines, indicator, figure_id, alt),
            alt=alt,
            table=_table(bars, lines, indicator),
            source=credits.source_line(selection, pd.DataFrame(each)),
        )
    )


def _drawn(each: list[pd.Series], indicator: Indicator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": [geography.name(row["area_code"]) for row in each],
            "value": [row["value"] for row in each],
            "lower": [row["lower_ci_95"] for row in each],
            "upper": [row["upper_ci_95"] for row in each],
            "text": [rounding.value_text(row["value"], indicator) for row in each],
            "symbol": "",
            "is_area": [number == 0 for number in range(len(each))],
        }
    )


def _table(bars: pd.DataFrame, lines: list[tuple[str, float]], indicator: Indicator) -> Table:
    columns = (Column("Area", heads_row=True), Column(f"Value ({indicator.unit})", numeric=True))
    cells = [(b.label, rounding.half_up(b.value, indicator.rounding)) for b in bars.itertuples()]
    cells += [(name, rounding.half_up(value, indicator.rounding)) for name, value in lines]
    return Table(indicator.name, columns, tuple(cells))


def accepted(selection: Selection) -> Block:
    """Referrals received and accepted, with the acceptance rate and its interval."""
    tables = [_accepted(selection, i) for i in parts.with_tag(selection, "role", "accepted")]
    return stacked(*tables)


def _accepted(selection: Selection, indicator: Indicator) -> Block:
    rows = parts.rows_of(selection, [indicator.id])
    rows = rows[rows["value"].notna()]
    if rows.empty:
        return Block()
    columns = (
        Column("Period", heads_row=True),
        Column("Of"),
        Column("Received", numeric=True),
        Column("Accepted", numeric=True),
        Column("Accepted (%)", numeric=True),
        Column(shown.INTERVAL, numeric=True),
    )
    cells = tuple(
        (
            row["period_label"],
            row["category"] or parts.area(selection),
            parts.cell(row["denominator"]),
            shown.count_cell(row),
            shown.value_cell(row, indicator),
            shown.interval_cell(row, indicator),
        )
        for _, row in rows.iterrows()
    )
    source = credits.source_line(selection, rows)
    made = Table(indicator.name, columns, cells, indicator.caveats, source)
    return table_block(made, selection.unique_id(f"cap-{indicator.id}"))
