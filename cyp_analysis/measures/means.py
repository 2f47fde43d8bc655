"""Means with Student's t limits."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import grouped
from cyp_analysis.measures.reasons import first_reason, group_result
from cyp_analysis.methods.means import group_means, t_interval


def mean(
    df: pd.DataFrame,
    value: str = "value",
    *,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """The mean of a column of figures, one row per group of `by`, with Student's t limits.

    Gives the `by` columns, then count (rows, those with a missing figure too), total,
    standard_deviation, value (the mean), lower_ci, upper_ci, statistic, method, value_note; two
    levels of confidence give lower_ci_95, upper_ci_95, lower_ci_998, upper_ci_998. All in the unit
    of the column. A group with a figure missing has no mean, with the reason in value_note; the
    mean of a single figure has no limits, which is noted too. `strict` raises SchemaError instead.
    Student 1908.
    """
    levels, groups = rows.limit_columns(confidence), grouped(df, by)
    (figures,), rules = rows.read(df, value=value)
    # An infinite figure has no differences from its mean; its group is missing either way.
    figures = np.where(np.isfinite(figures), figures, np.nan)
    found = group_means(figures, groups.of_row, len(groups.keys))
    why = first_reason(rules, len(df)).by_group(groups)
    why = why.then([(found.count == 1, "no limits: a single value")])
    limits = {
        suffix: t_interval(found.mean, found.standard_deviation, found.count, level)
        for suffix, level in levels.items()
    }
    added = {
        "count": found.count,
        "total": found.total,
        "standard_deviation": found.standard_deviation,
        "value": found.mean,
        **rows.limit_values(limits),
        **rows.described("mean", "t", found.count.size),
    }
    return group_result(groups, added, why, strict)
