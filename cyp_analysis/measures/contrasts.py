"""Two areas or groups in one row: ratio and difference of rates, difference of proportions."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from cyp_analysis.measures import pairs, rows
from cyp_analysis.measures.groups import grouped
from cyp_analysis.measures.pairs import By
from cyp_analysis.measures.reasons import Reasons, first_reason
from cyp_analysis.methods import contrasts, multiple_testing

_PAIR = ("count", "denominator", "benchmark count", "benchmark denominator")


def rate_ratio(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    other_count: str = "benchmark_count",
    other_denominator: str = "benchmark_denominator",
    *,
    confidence: float | Sequence[float] = 0.95,
    by: By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value` = rate / other rate, with exact limits and the exact test of two equal rates.

    Adds value, lower_ci, upper_ci, p_value, significant, statistic, method, value_note; two levels
    of confidence give each limit and `significant` twice (`_95`, `_998`). `by` sums all four
    columns first and keeps only its own. No events in the other: value and upper limit are missing
    with the reason, the lower limit and the test stand. `strict` raises SchemaError for any such
    row. Przyborowski and Wilenski 1940; Clopper and Pearson 1934.
    """
    levels = rows.limit_columns(confidence)
    table, figures, why = _pair(df, [count, denominator, other_count, other_denominator], by)
    columns, why = pairs.ratio_columns(figures, levels, why)
    columns |= rows.described("rate_ratio", "exact_conditional", len(table))
    return pairs.finished(table, columns, why, by, strict=strict)


def rate_difference(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    other_count: str = "benchmark_count",
    other_denominator: str = "benchmark_denominator",
    *,
    per: float = 10_000,
    confidence: float | Sequence[float] = 0.95,
    by: By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value` = per x (rate - other rate), with MOVER limits and the test of `rate_ratio`.

    The limits come from those that `rate` gives for each. Columns added, `by` and `strict` are as
    for `rate_ratio`; counts of zero keep value and limits. Zou and Donner 2008; Li, Tang, Poon and
    Tang 2011.
    """
    per, levels = rows.positive("per", per), rows.limit_columns(confidence)
    table, figures, why = _pair(df, [count, denominator, other_count, other_denominator], by)
    columns = _difference(figures, per, levels, contrasts.rate_difference_interval)
    columns |= pairs.tested_columns(contrasts.rate_ratio_test(*figures), levels)
    columns |= rows.described("rate_difference", "mover", len(table))
    return pairs.finished(table, columns, why, by, strict=strict)


def proportion_difference(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    other_count: str = "benchmark_count",
    other_denominator: str = "benchmark_denominator",
    *,
    per: float = 100,
    confidence: float | Sequence[float] = 0.95,
    by: By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value` = per x (proportion - other proportion), in percentage points by default.

    With Newcombe's limits, and the two-proportion test with a pooled proportion (chi-squared
    without a continuity correction). Columns added, `by` and `strict` are as for `rate_ratio`;
    a count above its denominator is missing with the reason. Newcombe 1998.
    """
    per, levels = rows.positive("per", per), rows.limit_columns(confidence)
    names = [count, denominator, other_count, other_denominator]
    table, figures, why = _pair(df, names, by, is_part=True)
    columns = _difference(figures, per, levels, contrasts.proportion_difference_interval)
    columns |= pairs.tested_columns(contrasts.proportion_difference_test(*figures), levels)
    columns |= rows.described("proportion_difference", "newcombe", len(table))
    return pairs.finished(table, columns, why, by, strict=strict)


def false_discovery(
    df: pd.DataFrame,
    p_value: str = "p_value",
    *,
    rate: float = 0.05,
    by: By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `q_value`, the adjusted p-value, and `discovery`, whether it is at or below `rate`.

    `by` names the families of tests that are judged together; without it all rows are one. A
    missing or impossible p-value is not counted as a test: its row has neither figure, and the
    reason in value_note. `strict` raises SchemaError instead. Benjamini and Hochberg 1995.
    """
    families = grouped(df, by)
    (p,), rules = rows.read(df, p_value=p_value)
    why = first_reason([*rules, ((p < 0) | (p > 1), "p_value not between 0 and 1")], p.size)
    q = multiple_testing.false_discovery(np.where(why.ok, p, np.nan), families.of_row)
    found = multiple_testing.discovery(q, rate)
    added = {"q_value": q, "discovery": pd.arrays.BooleanArray(found, np.isnan(q))}
    return pairs.finished(df, added, why, by, strict=strict)


def _pair(
    df: pd.DataFrame, names: list[str], by: By, *, is_part: bool = False
) -> tuple[pd.DataFrame, list[np.ndarray], Reasons]:
    """The table, two counts with their denominators, NaN where there is a reason, and why."""
    return pairs.read_counts(df, dict(zip(_PAIR, names, strict=True)), by, is_part=is_part)


def _difference(
    figures: list[np.ndarray],
    scale: float,
    levels: dict[str, float],
    interval: Callable[..., tuple[np.ndarray, np.ndarray]],
) -> dict[str, object]:
    """The difference of two shares or rates with its limits, in the unit asked for."""
    x, n, y, m = figures
    limits = {}
    for suffix, level in levels.items():
        lower, upper = interval(*figures, level)
        limits[suffix] = scale * lower, scale * upper
    return {"value": scale * (x / n - y / m), **rows.limit_values(limits)}
