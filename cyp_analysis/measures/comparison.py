"""Comparison with a benchmark, ranks and distance from target."""

import numpy as np
import pandas as pd

from cyp_analysis import methods
from cyp_analysis.measures import rows
from cyp_analysis.measures.categories import SORTERS, compare_in_sets
from cyp_analysis.measures.groups import grouped


def compare(
    df: pd.DataFrame,
    polarity: str = "no_judgement",
    method: str = "ci_overlap_95",
    *,
    per: float = 100,
    confidence: float = 0.95,
    by: str | list[str] | None = None,
    **figures: str | float,
) -> pd.DataFrame:
    """Add `side` (neutral word) and `outcome` (judged word) of each row against its benchmark.

    `methods.METHODS` lists the methods and the figures each needs, given as column names or plain
    numbers: value=, lower=, upper=, benchmark= for ci_overlap_95 (the default columns are value,
    lower_ci, upper_ci, benchmark_value). Polarity is a word or a column of words. `per` and
    `confidence` serve the two spc methods. `quintiles`, `quartiles` and `quintiles_ntile` need the
    value alone and sort the areas of each set of `by`. A row with a figure missing, or text in its
    place, is `not_compared`; leave the benchmark missing for the benchmark area itself, for none
    is compared with itself.
    """
    rows.positive("per", per)
    if method in SORTERS:
        methods.check_given(method, ("value",), {"value", *figures})
        side, outcome = compare_in_sets(df, method, polarity, figures.get("value", "value"), by)
    else:
        rows.one_of("method", method, [*methods.METHODS, *SORTERS])
        options = {"per": per, "confidence": confidence}
        inputs = _inputs(df, method, figures, options)
        side, outcome = methods.compare(method, rows.polarity_words(df, polarity), **inputs)
    return df.assign(
        side=pd.Series(side, index=df.index, dtype="str"),
        outcome=pd.Series(outcome, index=df.index, dtype="str"),
    )


def _inputs(df: pd.DataFrame, method: str, figures: dict, options: dict) -> dict[str, np.ndarray]:
    """The figures that a method needs, by name."""
    needed, given = methods.needed_figures(method), figures | options
    methods.check_given(method, needed, {*needed, *figures})
    named = {name: given.get(name, rows.default_column(df, name)) for name in needed}
    return {name: _figure(df, figure) for name, figure in named.items()}


def _figure(df: pd.DataFrame, figure: str | float) -> np.ndarray:
    """A column as numbers, or one number for every row."""
    return rows.numbers(df, figure) if isinstance(figure, str) else np.float64(figure)


def rank(df: pd.DataFrame, value: str = "value", by: str | list[str] | None = None) -> pd.DataFrame:
    """Add `rank` (1 = highest value), `rank_of` (how many were ranked) and `rank_tied`.

    Within groups of `by`, where given. Equal values share the better rank. A missing value has no
    rank (NaN) and is not counted. Rank unrounded values, or rounding makes ties.
    """
    values = rows.numbers(df, value)
    pairs = pd.DataFrame({"group": grouped(df, by).of_row, "value": values})
    in_group = pairs.groupby("group")["value"]
    return df.assign(
        rank=in_group.rank(method="min", ascending=False).to_numpy(),
        rank_of=in_group.transform("count").to_numpy(),
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
    latest, goal = rows.numbers(df, value), rows.numbers(df, target)
    met = methods.target_met(latest, goal, rows.polarity_words(df, polarity))
    return df.assign(
        target_variance=methods.target_variance(latest, goal),
        target_met=pd.Series(met, index=df.index, dtype="str"),
    )
