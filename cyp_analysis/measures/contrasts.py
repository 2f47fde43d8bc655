"""Two areas or groups in one row: ratio and difference of rates, difference of proportions."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import Groups, group_names, grouped, refuse_clash, summed
from cyp_analysis.measures.reasons import Reasons, first_reason, with_columns
from cyp_analysis.methods import contrasts, multiple_testing

By = str | list[str] | None

_PAIR = ("count", "denominator", "other count", "other denominator")


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
    columns, why = ratio_columns(figures, levels, why)
    columns |= words_of_method(len(table), "rate_ratio", "exact_conditional")
    return finished(table, columns, why, by, strict=strict)


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
    columns |= tested_columns(contrasts.rate_ratio_test(*figures), levels)
    columns |= words_of_method(len(table), "rate_difference", "mover")
    return finished(table, columns, why, by, strict=strict)


def proportion_difference(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    other_count: str = "benchmark_count",
    other_denominator: str = "benchmark_denominator",
    *,
    multiplier: float = 100,
    confidence: float | Sequence[float] = 0.95,
    by: By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value` = multiplier x (proportion - other proportion), in percentage points by default.

    With Newcombe's limits, and the two-proportion test with a pooled proportion (chi-squared
    without a continuity correction). Columns added, `by` and `strict` are as for `rate_ratio`;
    a count above its denominator is missing with the reason. Newcombe 1998.
    """
    multiplier, levels = rows.positive("multiplier", multiplier), rows.limit_columns(confidence)
    names = [count, denominator, other_count, other_denominator]
    table, figures, why = _pair(df, names, by, is_part=True)
    columns = _difference(figures, multiplier, levels, contrasts.proportion_difference_interval)
    columns |= tested_columns(contrasts.proportion_difference_test(*figures), levels)
    columns |= words_of_method(len(table), "proportion_difference", "newcombe")
    return finished(table, columns, why, by, strict=strict)


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
    (p,), rules = rows.read(df, **{"p value": p_value})
    why = first_reason([*rules, ((p < 0) | (p > 1), "p value not between 0 and 1")], p.size)
    q = multiple_testing.false_discovery(np.where(why.ok, p, np.nan), families.of_row)
    found = multiple_testing.discovery(q, rate)
    added = {"q_value": q, "discovery": pd.arrays.BooleanArray(found, np.isnan(q))}
    return finished(df, added, why, by, strict=strict)


# --- reading --------------------------------------------------------------------------------------


def read_counts(
    df: pd.DataFrame, columns: dict[str, str], by: By
) -> tuple[pd.DataFrame, list[np.ndarray], Reasons]:
    """Counts and denominators, by word of the field → column: table, figures, why one has none.

    A word that ends in `denominator` must be above zero, any other not below it. With `by` the
    table and the figures are sums of groups, and a group has the reason of its first bad row.
    """
    names = list(columns.values())
    figures, rules = rows.read(df, **columns)
    rules += [(figure < 0, _sign(word)) for word, figure in zip(columns, figures, strict=True)]
    table, why = df, first_reason(rules, len(df))
    if by is not None:
        table, why = summed(df, by, names), why.by_group(grouped(df, by))
        figures = [table[name].to_numpy() for name in names]
    pairs = zip(columns, figures, strict=True)
    why = why.then([(n <= 0, _sign(word)) for word, n in pairs if word.endswith("denominator")])
    return table, figures, why


def _sign(word: str) -> str:
    """What is wrong with a figure whose sign is wrong."""
    return f"{word} not above zero" if word.endswith("denominator") else f"{word} below zero"


def shared_figures(
    df: pd.DataFrame, columns: dict[str, str], by: By
) -> tuple[list[np.ndarray], rows.Rules]:
    """Figures that are not summed, by word → column, and the rules they break: one a group."""
    figures, rules = rows.read(df, **columns)
    rules += [
        (cells < 0, f"{word} below zero") for word, cells in zip(columns, figures, strict=True)
    ]
    if by is None:
        return figures, rules
    groups = grouped(df, by)
    rules = [(groups.total(broken) > 0, words) for broken, words in rules]
    firsts = [first_of_group(groups, cells) for cells in figures]
    for word, (_, differs) in zip(columns, firsts, strict=True):
        rules.append((differs, f"{word} differs within its group"))
    return [cells for cells, _ in firsts], rules


def first_of_group(groups: Groups, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The cell of the first row of each group, and where another row of it differs."""
    first = np.zeros(len(groups.keys), dtype=np.intp)
    first[groups.of_row[::-1]] = np.arange(cells.size - 1, -1, -1)
    found = cells[first]
    return found, groups.total(cells != found[groups.of_row]) > 0


def _pair(
    df: pd.DataFrame, names: list[str], by: By, *, is_part: bool = False
) -> tuple[pd.DataFrame, list[np.ndarray], Reasons]:
    """The two counts and denominators, NaN where there is a reason."""
    table, figures, why = read_counts(df, dict(zip(_PAIR, names, strict=True)), by)
    if is_part:
        x, n, y, m = figures
        above = [(x > n, "count above denominator"), (y > m, "other count above other denominator")]
        why = why.then(above)
    return table, [np.where(why.ok, figure, np.nan) for figure in figures], why


# --- columns --------------------------------------------------------------------------------------


def ratio_columns(
    figures: list[np.ndarray], levels: dict[str, float], why: Reasons
) -> tuple[dict[str, object], Reasons]:
    """Value, limits and test of the ratio of two rates, and why one has none; NaN stays missing."""
    x, n, y, m = figures
    none = y == 0
    value = (x / n) / np.where(none, np.nan, y / m)
    limits = {}
    for suffix, level in levels.items():
        lower, upper = contrasts.rate_ratio_interval(x, n, y, m, level)
        limits[suffix] = lower, np.where(none, np.nan, upper)
    tested = tested_columns(contrasts.rate_ratio_test(x, n, y, m), levels)
    why = why.then([(none, "no events to compare with")])
    return {"value": value, **rows.limit_values(limits), **tested}, why


def tested_columns(p_value: np.ndarray, levels: dict[str, float]) -> dict[str, object]:
    """`p_value`, and for each level of confidence `significant`: true, false or missing."""
    missing = np.isnan(p_value)
    verdicts = {
        f"significant{suffix}": pd.arrays.BooleanArray(p_value < 1 - level, missing)
        for suffix, level in levels.items()
    }
    return {"p_value": p_value, **verdicts}


def words_of_method(size: int, statistic: str, method: str) -> dict[str, pd.Categorical]:
    """The two columns that say what was worked out, and how."""
    words = {"statistic": statistic, "method": method}
    return {name: rows.constant(word, size) for name, word in words.items()}


def finished(
    table: pd.DataFrame, added: dict[str, object], why: Reasons, by: By, *, strict: bool
) -> pd.DataFrame:
    """The table with the columns added; UsageError if one would replace a column of `by`."""
    if by is not None:
        refuse_clash(group_names(table, by), added)
    return with_columns(table, added, why, strict)


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
