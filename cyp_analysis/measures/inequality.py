"""Slope index and relative index of inequality: one row per group of deprivation quantiles."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import Groups, grouped
from cyp_analysis.measures.inequality_rows import Columns, figures_of
from cyp_analysis.measures.reasons import first_reason, group_result
from cyp_analysis.methods import inequality as method
from cyp_analysis.methods.arguments import whole_number
from cyp_analysis.methods.inequality_draws import DRAWS, SEED

FEWEST, MOST = 5, 100


def slope_index(
    df: pd.DataFrame,
    value: str = "value",
    population: str = "population",
    quantile: str = "quantile",
    *,
    lower: str | None = None,
    upper: str | None = None,
    se: str | None = None,
    count: str | None = None,
    value_type: str = "mean",
    transform: bool = False,
    multiplier: float = 1,
    number: int | None = None,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    strict: bool = False,
) -> pd.DataFrame:
    """One row per group: `value`, the slope index of inequality, with its limits.

    One row of `df` is one quantile of a group, in any order; quantile 1 is the MOST deprived, so a
    positive slope index means higher values among the LEAST deprived. Each group needs a row for
    every quantile, 1 to `number` (5 to 100; as many as most groups have, unless given).

    value_type: `mean`, `rate` or `proportion` (0 to 1). The limits come from lower= and upper=,
    columns of 95% limits (lower_ci and upper_ci, or lower_ci_95 and upper_ci_95, unless named), or
    for means from se=, a column of standard errors. count= gives proportions as count / population
    in place of `value`. `transform` fits the line on the log of a rate or the logit of a
    proportion. A multiplier below zero turns the sign over.

    Adds value, lower_ci, upper_ci (two levels: lower_ci_95 ...), intercept (the fitted value at the
    most deprived end), statistic, method, value_note. method is `closed_form`, where nothing is
    random, or `simulated`: rates and proportions without `transform`, from `draws` draws with
    `seed`, the same for every group. A group that cannot be computed is missing with its reason in
    value_note; `strict` raises SchemaError instead. Pamuk 1985; Low and Low 2004.
    """
    model = method.InequalityModel(value_type, transform, multiplier)
    columns = Columns(value, population, quantile, lower=lower, upper=upper, se=se, count=count)
    table = _Table(df, columns, model, number, by)
    return table.index("slope_index", confidence, strict, draws=draws, seed=seed)


def relative_index(
    df: pd.DataFrame,
    value: str = "value",
    population: str = "population",
    quantile: str = "quantile",
    *,
    lower: str | None = None,
    upper: str | None = None,
    se: str | None = None,
    count: str | None = None,
    value_type: str = "mean",
    transform: bool = False,
    multiplier: float = 1,
    number: int | None = None,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    strict: bool = False,
) -> pd.DataFrame:
    """One row per group: `value`, the relative index of inequality, with its limits.

    The fitted value at the LEAST deprived end over that at the MOST deprived end: above 1 means
    higher values among the least deprived. A multiplier below zero turns it over (most over
    least deprived); its size changes nothing but the intercept. Arguments and columns as for
    `slope_index`. Means have Fieller's limits, `closed_form`; limits are missing, with the reason,
    where the value that is divided by could be zero. Fieller 1954; Mackenbach and Kunst 1997.
    """
    model = method.InequalityModel(value_type, transform, multiplier)
    columns = Columns(value, population, quantile, lower=lower, upper=upper, se=se, count=count)
    table = _Table(df, columns, model, number, by)
    return table.index("relative_index", confidence, strict, draws=draws, seed=seed)


class _Table:
    """A table of quantiles, read: the figures of the groups that can be computed, (groups, q)."""

    def __init__(
        self,
        df: pd.DataFrame,
        columns: Columns,
        model: method.InequalityModel,
        number: int | None,
        by: str | list[str] | None,
    ):
        self.model, self.groups = model, grouped(df, by)
        figures, rules = figures_of(df, columns, model)
        quantile, number, quantile_rules = _quantile_numbers(
            df, self.groups, columns.quantile, number
        )
        why = first_reason([*quantile_rules, *rules], len(df)).by_group(self.groups)
        rows_of, rules = _placed(self.groups, quantile, number)
        self.why = why.then(rules)
        self.figures = [figure[rows_of[self.why.ok]] for figure in figures]

    def index(
        self, statistic: str, confidence: float | Sequence[float], strict: bool, **draws: int
    ) -> pd.DataFrame:
        """One row per group with the index, its limits and the intercept."""
        levels = rows.limit_columns(confidence)
        limits_of, value_words, limit_words = _INDEXES[statistic]
        found = method.inequality(*self.figures[:2], self.model)
        pairs = limits_of(*self.figures, self.model, list(levels.values()), **draws)
        value, intercept = self._spread(getattr(found, statistic)), self._spread(found.intercept)
        limits = [tuple(map(self._spread, pair)) for pair in pairs]
        added = {
            "value": value,
            **rows.limit_values(dict(zip(levels, limits, strict=True))),
            "intercept": intercept,
            **rows.described(statistic, self.model.method, len(self.groups.keys)),
        }
        unlimited = np.isnan(limits).any(axis=(0, 1))
        why = self.why.then([(np.isnan(value), value_words), (unlimited, limit_words)])
        return group_result(self.groups, added, why, strict)

    def _spread(self, figures: np.ndarray) -> np.ndarray:
        """Figures of the groups that can be computed, in their places among all groups."""
        whole = np.full(len(self.groups.keys), np.nan)
        whole[self.why.ok] = figures
        return whole


def _quantile_numbers(
    df: pd.DataFrame, groups: Groups, name: str, number: int | None
) -> tuple[np.ndarray, int, rows.Rules]:
    """The quantile of each row (0 where it is none), how many a group has, and the rules."""
    if number is not None:
        number = whole_number("number", number, FEWEST, MOST)
    (quantile,), rules = rows.read(df, quantile=name)
    whole = np.where((quantile >= 1) & (quantile == np.floor(quantile)), quantile, 0)
    number = number or _usual_number(groups, whole)
    is_one = (whole >= 1) & (whole <= number)
    rules.append((~is_one, f"quantile not a whole number from 1 to {number or MOST}"))
    return np.where(is_one, whole, 0).astype(np.intp), number, rules


def _usual_number(groups: Groups, quantile: np.ndarray) -> int:
    """How many quantiles most groups have, by their highest; the larger of two numbers as common.

    A group without any quantile has no say.
    """
    highest = np.zeros(len(groups.keys))
    np.maximum.at(highest, groups.of_row, np.where(quantile <= MOST, quantile, 0))
    times = np.bincount(highest.astype(np.intp)[highest > 0], minlength=1)[::-1]
    return times.size - 1 - int(times.argmax())


def _placed(groups: Groups, quantile: np.ndarray, number: int) -> tuple[np.ndarray, rows.Rules]:
    """The row of each quantile (groups, number), and the rules for groups that lack one."""
    shape, is_one = (len(groups.keys), max(number, FEWEST)), quantile > 0
    place = groups.of_row[is_one] * shape[1] + quantile[is_one] - 1
    times = np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape)
    rows_of = np.zeros(shape, dtype=np.intp)
    rows_of.flat[place] = np.flatnonzero(is_one)
    rules = [
        (np.full(shape[0], number < FEWEST), f"fewer than {FEWEST} quantiles"),
        ((times > 1).any(axis=1), "quantile repeated"),
        ((times == 0).any(axis=1), f"not every quantile from 1 to {number} has a row"),
    ]
    return rows_of, rules


_INDEXES = {
    "slope_index": (
        method.slope_index_limits,
        "slope index cannot be computed",
        "no limits: not finite",
    ),
    "relative_index": (
        method.relative_index_limits,
        "the value divided by is zero",
        "no limits: the value divided by could be zero",
    ),
}
