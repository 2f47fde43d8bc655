"""What verbs that set two figures beside each other share: counts read in pairs, tested columns."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import Groups, group_names, grouped
from cyp_analysis.measures.reasons import Reasons, first_reason, pair_rules, summed, with_columns
from cyp_analysis.methods import contrasts

By = str | Sequence[str] | None


# --- reading --------------------------------------------------------------------------------------


def read_counts(
    df: pd.DataFrame,
    columns: dict[str, str],
    by: By,
    also: Sequence[tuple[np.ndarray, str]] = (),
    *,
    is_part: bool = False,
) -> tuple[pd.DataFrame, list[np.ndarray], Reasons]:
    """Counts, each followed by its denominator, by word of the field → column.

    Gives the table, the figures, NaN where there is a reason, and why one has none. With `by` the
    table and the figures are sums of groups, and a group has the reason of its first bad row.
    `is_part`: no count is above its denominator. `also`: further rules of the result.
    """
    words = list(columns)
    couples = tuple(zip(words[::2], words[1::2], strict=True))
    if by is None:
        figures, rules = rows.read(df, **columns)
        counts = zip(words[::2], figures[::2], strict=True)
        rules += [(count < 0, f"{word} below zero") for word, count in counts]
        table, why = df, first_reason(rules, len(df))
    else:
        table, why = summed(df, by, pairs=couples, is_part=is_part, **columns)
        figures = [table[name].to_numpy() for name in columns.values()]
    named = dict(zip(words, figures, strict=True))
    rules = [(named[word] <= 0, f"{word} not above zero") for word in words[1::2]]
    for couple in couples:
        rules += pair_rules(named, couple, is_part=is_part)
    why = why.then([*rules, *also])
    return table, [np.where(why.ok, figure, np.nan) for figure in figures], why


def shared_figures(
    df: pd.DataFrame, columns: dict[str, str], by: By
) -> tuple[list[np.ndarray], rows.Rules]:
    """Figures from zero up that are not summed, by word → column: one a row, with `by` a group.

    Also the rules they break; a figure that is not one in its group is missing.
    """
    figures, rules = rows.read(df, **columns)
    rules += [
        (cells < 0, f"{word} below zero") for word, cells in zip(columns, figures, strict=True)
    ]
    if by is None:
        return figures, rules
    groups = grouped(df, by)
    rules = rules_of_groups(groups, rules)
    for place, word in enumerate(columns):
        figures[place], differs = shared(groups, word, figures[place])
        rules.append(differs)
    return figures, rules


def shared(
    groups: Groups, word: str, figures: np.ndarray
) -> tuple[np.ndarray, tuple[np.ndarray, str]]:
    """The one figure of each group, missing where its rows differ, and the rule that finds it."""
    found, differs = groups.shared(figures)
    return np.where(differs, np.nan, found), (differs, f"{word} differs within the group")


def rules_of_groups(groups: Groups, rules: rows.Rules) -> rows.Rules:
    """The rules of rows as rules of their groups: broken where any row breaks them."""
    return [(groups.total(broken) > 0, words) for broken, words in rules]


def no_limits(rules: rows.Rules) -> rows.Rules:
    """The rules as reasons for missing limits of a value that stands."""
    return [(broken, f"no limits: {words}") for broken, words in rules]


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


def finished(
    table: pd.DataFrame, added: dict[str, object], why: Reasons, by: By, *, strict: bool
) -> pd.DataFrame:
    """The table with the columns added; UsageError if one would replace a column of `by`."""
    return with_columns(table, added, why, strict, keys=group_names(table, by))
