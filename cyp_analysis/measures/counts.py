"""Proportions and rates with their intervals.

Worked out block by block: a block of rows stays in the processor's cache and its intermediate
arrays are small, so that a table of ten million rows needs little more memory than its result.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from cyp_analysis import methods
from cyp_analysis.measures import rows
from cyp_analysis.measures.cells import LARGEST
from cyp_analysis.measures.groups import group_names
from cyp_analysis.measures.reasons import Reasons, first_reason, summed, with_columns

BLOCK = 1 << 16


def proportion(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    per: float = 100,
    *,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value` = per x count / denominator with Wilson limits, in percent by default.

    Adds value, lower_ci, upper_ci, statistic, method, value_note; two levels of confidence give
    lower_ci_95, upper_ci_95, lower_ci_998, upper_ci_998. `by` sums first and keeps only its own
    columns. A row that cannot be computed is missing with its reason in value_note; `strict`
    raises SchemaError instead. Wilson 1927; Newcombe and Altman 2000.
    """
    per, levels = rows.positive("per", per), rows.limit_columns(confidence)
    counts = _Counts(df, count, denominator, by=by, is_part=True)
    values, why = counts.values(per, levels, methods.wilson_interval)
    added = values | rows.described("proportion", "wilson", len(counts.table))
    return with_columns(counts.table, added, why, strict, keys=group_names(df, by))


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
    where the count is missing. Breslow and Day 1987; Armitage et al. 2002.
    """
    per, levels = rows.positive("per", per), rows.limit_columns(confidence)
    counts = _Counts(df, count, denominator, by=by, is_part=False)
    values, why = counts.values(per, levels, _rate_interval)
    statistic = rows.constant("crude_rate", len(counts.table))
    method = rows.poisson_method(counts.figures[0])
    added = values | {"statistic": statistic, "method": method}
    return with_columns(counts.table, added, why, strict, keys=group_names(df, by))


def _rate_interval(count: np.ndarray, denominator: np.ndarray, level: float) -> methods.Limits:
    """Limits of the events, over the denominator."""
    lower, upper = methods.poisson_interval(count, level)
    return lower / denominator, upper / denominator


class _Counts:
    """Two columns of a table, read and worked out block by block."""

    def __init__(self, df: pd.DataFrame, count: str, denominator: str, *, by, is_part: bool):
        self.columns = {"count": count, "denominator": denominator}
        self.table, self.before = df, Reasons(np.zeros(len(df), dtype=np.int8), ("",))
        if by is not None:
            self.table, self.before = summed(df, by, is_part=is_part, **self.columns)
        self.figures = [_plain(self.table, name) for name in self.columns.values()]
        self.blocks = [slice(at, at + BLOCK) for at in range(0, len(self.table), BLOCK)]
        self.is_part = is_part

    def block(self, part: slice) -> list[np.ndarray]:
        """Count and denominator of the rows of a block, as floats."""
        return [figure[part].astype(float, copy=False) for figure in self.figures]

    def values(
        self, scale: float, levels: dict[str, float], interval: Callable[..., methods.Limits]
    ) -> tuple[dict[str, np.ndarray], Reasons]:
        """Value and limits by name of column, and why a row has none."""
        size = len(self.table)
        value, codes, words = np.empty(size), np.zeros(size, dtype=np.int8), ("",)
        limits = {suffix: (np.empty(size), np.empty(size)) for suffix in levels}
        for part in self.blocks:
            x, n = self.block(part)
            possible = (x >= 0) & (x <= LARGEST) & (n > 0) & (n <= LARGEST)
            if self.is_part:
                possible &= x <= n
            if not possible.all():
                codes[part], words = self._reasons(part)
                x, n = np.where(possible, x, np.nan), np.where(possible, n, np.nan)
            np.multiply(x / n, scale, out=value[part])
            for suffix, level in levels.items():
                for whole, limit in zip(limits[suffix], interval(x, n, level), strict=True):
                    np.multiply(limit, scale, out=whole[part])
        why = self.before.otherwise(Reasons(codes, words))
        return {"value": value, **rows.limit_values(limits)}, why

    def _reasons(self, part: slice) -> Reasons:
        """Why the rows of a block cannot be worked out."""
        figures, rules = rows.read(self.table.iloc[part], **self.columns)
        x, n = figures
        rules += [(x < 0, "count below zero"), (n <= 0, "denominator not above zero")]
        if self.is_part:
            rules.append((x > n, "count above denominator"))
        return first_reason(rules, x.size)


def _plain(table: pd.DataFrame, name: str) -> np.ndarray:
    """A column as the numbers it is kept in, or as floats where it is not kept as numbers."""
    series = rows.column(table, name)
    is_plain = isinstance(series.dtype, np.dtype) and series.dtype.kind in "iuf"
    return series.to_numpy() if is_plain else rows.numbers(table, name)
