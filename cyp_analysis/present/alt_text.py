"""What a chart shows, in words, for readers who cannot see it; from the table that is drawn."""

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import rounding, words

SHORTEST, LONGEST = 20, 250


def fitted(opening: str, clauses: list[str]) -> str:
    """The opening and as many clauses as fit into LONGEST characters, at least one."""
    kept = clauses[:1]
    for clause in clauses[1:]:
        if len(_said(opening, [*kept, clause])) > LONGEST:
            break
        kept.append(clause)
    text = _said(opening, kept)
    return text if len(text) <= LONGEST else _said("", kept)[:LONGEST]


def _said(opening: str, clauses: list[str]) -> str:
    return f"{opening}{': ' if opening else ''}{'; '.join(clauses)}."


def trend_alt(series: pd.DataFrame, indicator: Indicator) -> str:
    """First and last value of each line, the area first."""
    known = series.dropna(subset=["value"]).sort_values("period_end", kind="stable")
    first = known.drop_duplicates("line", keep="first").set_index("line")
    last = known.drop_duplicates("line", keep="last").set_index("line")
    names = last.sort_values("is_area", ascending=False, kind="stable").index
    clauses = [_change(name, first.loc[name], last.loc[name], indicator) for name in names]
    return fitted(words.sentence_case(indicator.subject), clauses)


def _change(name: str, first: pd.Series, last: pd.Series, indicator: Indicator) -> str:
    if first["period_end"] == last["period_end"]:
        return f"{name} {rounding.value_text(last['value'], indicator)} ({last['period_label']})"
    start, end = (rounding.value_text(row["value"], indicator) for row in (first, last))
    return f"{name} {start} ({first['period_label']}) to {end} ({last['period_label']})"


def ranking_alt(
    bars: pd.DataFrame, lines: list[tuple[str, float]], indicator: Indicator, place: str
) -> str:
    """The area and its place, the highest and the lowest, then the benchmarks."""
    known = bars.dropna(subset=["value"]).sort_values("value", ascending=False, kind="stable")
    own = known[known["is_area"]]
    clauses = [
        _named(row, indicator) + (f", {place}" if place else "") for _, row in own.iterrows()
    ]
    clauses.append(f"highest {_named(known.iloc[0], indicator)}")
    clauses.append(f"lowest {_named(known.iloc[-1], indicator)}")
    clauses += [f"{name} {rounding.value_text(value, indicator)}" for name, value in lines]
    return fitted(words.sentence_case(indicator.subject), clauses)


def breakdown_alt(bars: pd.DataFrame, indicator: Indicator) -> str:
    """Each category with its value, in the order drawn, as many as fit."""
    known = bars.dropna(subset=["value"])
    clauses = [_named(row, indicator) for _, row in known.iterrows()]
    return fitted(words.sentence_case(indicator.subject), clauses)


def _named(row: pd.Series, indicator: Indicator) -> str:
    return f"{row['label']} {rounding.value_text(row['value'], indicator)}"
