"""Verbs on tables: each takes a table and gives a new one with columns added.

Columns are named by strings, so no column of the data can be mistaken for an argument. All other
columns and the index are kept and the input never changes. A column that a verb adds must not be
in the table yet (SchemaError), except `value_note`, which is added to.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis import measure_rows as rows
from cyp_analysis import methods
from cyp_analysis.measure_trend import recent_trend

__all__ = ["compare", "proportion", "rank", "rate", "recent_trend", "target_variance"]

_ADDED = ("value", "statistic", "method")


def proportion(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    multiplier: float = 100,
    *,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value` = multiplier x count / denominator with Wilson limits, in percent by default.

    Adds value, lower_ci, upper_ci, statistic, method, value_note; two levels of confidence give
    lower_ci_95, upper_ci_95, lower_ci_998, upper_ci_998. `by` sums first and keeps only its own
    columns. A row that cannot be computed is missing with its reason in value_note; `strict`
    raises SchemaError instead. Wilson 1927; Newcombe and Altman 2000.
    """
    multiplier, levels = rows.positive("multiplier", multiplier), rows.limit_columns(confidence)
    table, x, n = _counts(df, count, denominator, by, levels)
    found = rows.reasons(x, n, part=True)
    x, n = np.where(found == 0, x, np.nan), np.where(found == 0, n, np.nan)
    limits = {suffix: methods.wilson_interval(x, n, level) for suffix, level in levels.items()}
    return table.assign(
        value=multiplier * x / n,
        **_limit_values(limits, multiplier),
        statistic="proportion",
        method="wilson",
        value_note=rows.add_reasons(table, found, strict),
    )


def rate(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    per: float = 10_000,
    *,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value` = per x count / denominator, with exact limits below 10 events, Byar's from 10.

    The columns added, `by`, `strict` and missing rows are as for `proportion`; the count may exceed
    the denominator, and a count of zero keeps its interval. `method` is `exact` or `byars`, empty
    where the count is missing. Breslow and Day 1987; Armitage and Berry 2002.
    """
    per, levels = rows.positive("per", per), rows.limit_columns(confidence)
    table, x, n = _counts(df, count, denominator, by, levels)
    found = rows.reasons(x, n, part=False)
    method = np.select([np.isnan(x), x < methods.EXACT_BELOW], [0, 1], 2)
    x, n = np.where(found == 0, x, np.nan), np.where(found == 0, n, np.nan)
    limits = {suffix: methods.poisson_interval(x, level) for suffix, level in levels.items()}
    return table.assign(
        value=per * x / n,
        **_limit_values(limits, per / n),
        statistic="crude_rate",
        method=rows.words_of(method, ("", "exact", "byars"), table.index),
        value_note=rows.add_reasons(table, found, strict),
    )


def _counts(df, count, denominator, by, levels):
    """The table to add to (summed where asked), its counts and its denominators."""
    table = df if by is None else rows.summed(df, by, [count, denominator])
    ends = [f"{end}_ci{suffix}" for suffix in levels for end in ("lower", "upper")]
    rows.refuse_existing(table, (*_ADDED, *ends))
    return table, rows.numbers(table, count), rows.numbers(table, denominator)


def _limit_values(limits: dict, scale: float | np.ndarray) -> dict[str, np.ndarray]:
    """Limit columns by name, in the unit of the value."""
    return {
        f"{end}_ci{suffix}": scale * limit
        for suffix, pair in limits.items()
        for end, limit in zip(("lower", "upper"), pair, strict=True)
    }


def compare(
    df: pd.DataFrame,
    polarity: str = "no_judgement",
    method: str = "ci_overlap_95",
    *,
    per: float = 100,
    confidence: float = 0.95,
    **figures: str | float,
) -> pd.DataFrame:
    """Add `side` (neutral word) and `outcome` (judged word) of each row against its benchmark.

    `methods.METHODS` lists the methods and the figures each needs, given as column names or plain
    numbers: value=, lower=, upper=, benchmark= for ci_overlap_95 (the default columns are value,
    lower_ci, upper_ci, benchmark_value). Polarity is a word or a column of words. `per` and
    `confidence` serve the two spc methods. A row with a figure missing is `not_compared`; leave
    the benchmark missing for the benchmark area itself, for none is compared with itself.
    """
    rows.refuse_existing(df, ("side", "outcome"))
    given = figures | {"per": rows.positive("per", per), "confidence": confidence}
    needed = methods.needed_figures(method)
    methods.check_figures(method, {*needed, *figures})
    named = {name: given.get(name, rows.default_column(df, name)) for name in needed}
    inputs = {name: _figure(df, figure) for name, figure in named.items()}
    side, outcome = methods.compare(method, rows.polarity_words(df, polarity), **inputs)
    return df.assign(
        side=pd.Series(side, index=df.index, dtype="str"),
        outcome=pd.Series(outcome, index=df.index, dtype="str"),
    )


def _figure(df: pd.DataFrame, figure: str | float) -> np.ndarray:
    """A column as numbers, or one number for every row."""
    return rows.numbers(df, figure) if isinstance(figure, str) else np.float64(figure)


def rank(df: pd.DataFrame, value: str = "value", by: str | list[str] | None = None) -> pd.DataFrame:
    """Add `rank` (1 = highest value), `rank_of` (how many were ranked) and `rank_tied`.

    Within groups of `by`, where given. Equal values share the better rank. A missing value has no
    rank (NaN) and is not counted. Rank unrounded values, or rounding makes ties.
    """
    rows.refuse_existing(df, ("rank", "rank_of", "rank_tied"))
    values = rows.numbers(df, value)
    if by is None:
        group = np.zeros(len(df), dtype=int)
    else:
        names = rows.group_names(df, by)
        group = df.groupby(names, dropna=False, observed=True).ngroup().to_numpy()
    pairs = pd.DataFrame({"group": group, "value": values})
    grouped = pairs.groupby("group")["value"]
    return df.assign(
        rank=grouped.rank(method="min", ascending=False).to_numpy(),
        rank_of=grouped.transform("count").to_numpy(),
        rank_tied=(pairs.duplicated(keep=False) & pairs["value"].notna()).to_numpy(),
    )


def target_variance(
    df: pd.DataFrame,
    value: str = "value",
    target: str = "target_value",
    polarity: str = "no_judgement",
) -> pd.DataFrame:
    """Add `target_variance`, 100 x (value - target) / target, and `target_met`.

    The variance is NaN where a figure is missing or the target is 0 (0 against 0 gives 0).
    target_met is `met` or `not_met`, empty without a target or a polarity; polarity is a word or a
    column of words. Low is good: met from the target down.
    """
    rows.refuse_existing(df, ("target_variance", "target_met"))
    latest, goal = rows.numbers(df, value), rows.numbers(df, target)
    met = methods.target_met(latest, goal, rows.polarity_words(df, polarity))
    return df.assign(
        target_variance=methods.target_variance(latest, goal),
        target_met=pd.Series(met, index=df.index, dtype="str"),
    )
