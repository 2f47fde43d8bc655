"""Slope index and relative index of inequality: one row per group of deprivation quantiles."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import Groups, grouped
from cyp_analysis.measures.reasons import first_reason, group_result
from cyp_analysis.methods import inequality as method
from cyp_analysis.methods.inequality_draws import DRAWS, SEED

FEWEST, MOST = 5, 100


def slope_index(
    df: pd.DataFrame,
    value: str = "value",
    population: str = "population",
    quantile: str = "quantile",
    *,
    value_type: str = "mean",
    transform: bool = False,
    multiplier: float = 1,
    number: int | None = None,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    strict: bool = False,
    **figures: str,
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
    columns = {"value": value, "population": population, "quantile": quantile, **figures}
    table = _Table(df, columns, model, number, by)
    return table.index("slope_index", confidence, strict, draws=draws, seed=seed)


def relative_index(
    df: pd.DataFrame,
    value: str = "value",
    population: str = "population",
    quantile: str = "quantile",
    *,
    value_type: str = "mean",
    transform: bool = False,
    multiplier: float = 1,
    number: int | None = None,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    strict: bool = False,
    **figures: str,
) -> pd.DataFrame:
    """One row per group: `value`, the relative index of inequality, with its limits.

    The fitted value at the LEAST deprived end over that at the MOST deprived end: above 1 means
    higher values among the least deprived. A multiplier below zero turns it over (most over
    least deprived); its size changes nothing but the intercept. Arguments and columns as for
    `slope_index`. Means have Fieller's limits, `closed_form`; limits are missing, with the reason,
    where the value that is divided by is not clear of zero. Fieller 1954; Mackenbach and Kunst
    1997.
    """
    model = method.InequalityModel(value_type, transform, multiplier)
    columns = {"value": value, "population": population, "quantile": quantile, **figures}
    table = _Table(df, columns, model, number, by)
    return table.index("relative_index", confidence, strict, draws=draws, seed=seed)


class _Table:
    """A table of quantiles, read: the figures of the groups that can be computed, (groups, q)."""

    def __init__(
        self,
        df: pd.DataFrame,
        columns: dict[str, str],
        model: method.InequalityModel,
        number: int | None,
        by: str | list[str] | None,
    ):
        self.model, self.groups = model, grouped(df, by)
        figures, rules = _figures(df, columns, model)
        quantile, number, quantile_rules = _quantile_numbers(
            df, self.groups, columns["quantile"], number
        )
        why = first_reason([*quantile_rules, *rules], len(df)).by_group(self.groups)
        rows_of, rules = _placed(self.groups, quantile, number)
        self.why = why.then(rules)
        self.figures = [figure[rows_of[self.why.ok]] for figure in figures]

    def index(
        self, statistic: str, confidence: float | Sequence[float], strict: bool, **draws: int
    ) -> pd.DataFrame:
        """One row per group with the index, its limits and the intercept."""
        levels, size = rows.limit_columns(confidence), len(self.groups.keys)
        limits_of, value_words, limit_words = _INDEXES[statistic]
        found = method.inequality(*self.figures[:2], self.model)
        pairs = limits_of(*self.figures, self.model, list(levels.values()), **draws)
        value, intercept = self._spread(getattr(found, statistic)), self._spread(found.intercept)
        limits = [tuple(map(self._spread, pair)) for pair in pairs]
        added = {
            "value": value,
            **rows.limit_values(dict(zip(levels, limits, strict=True))),
            "intercept": intercept,
            "statistic": rows.constant(statistic, size),
            "method": rows.constant(self.model.method, size),
        }
        unlimited = np.isnan(limits).any(axis=(0, 1))
        why = self.why.then([(np.isnan(value), value_words), (unlimited, limit_words)])
        return group_result(self.groups, added, why, strict)

    def _spread(self, figures: np.ndarray) -> np.ndarray:
        """Figures of the groups that can be computed, in their places among all groups."""
        whole = np.full(len(self.groups.keys), np.nan)
        whole[self.why.ok] = figures
        return whole


def _figures(
    df: pd.DataFrame, columns: dict[str, str], model: method.InequalityModel
) -> tuple[list[np.ndarray], rows.Rules]:
    """Value, population and standard error of each row, and the rules for rows without them."""
    _check_figures(set(columns) - {"value", "population", "quantile"}, model.value_type)
    is_counted, has_error = "count" in columns, "se" in columns
    labels = {"count" if is_counted else "value": columns["count" if is_counted else "value"]}
    labels["population"] = columns["population"]
    if has_error:
        labels["standard error"] = columns["se"]
    else:
        for end in ("lower", "upper"):
            labels[f"{end} limit"] = columns.get(end) or rows.default_column(df, end)
    (value, population, *spread), rules = rows.read(df, **labels)
    rules.append((population <= 0, "population not above zero"))
    if is_counted:
        rules.append((value <= 0, "count not above zero"))
        with np.errstate(all="ignore"):
            value = value / population
    if has_error:
        return [value, population, *spread], [*rules, (spread[0] < 0, "standard error below zero")]
    rules += _scale_rules(value, *spread, model.value_type)
    se = method.standard_error(*spread, model.value_type)
    return [value, population, se], rules


def _check_figures(given: set[str], value_type: str) -> None:
    """UsageError for columns that do not belong to the type of the value or to each other."""
    allowed = {"lower", "upper"} | {"mean": {"se"}, "proportion": {"count"}}.get(value_type, set())
    if given - allowed or {"se"} < given:
        raise UsageError(
            thing="columns of figures",
            rule="lower= and upper=, or for means se= alone; count= for proportions only",
            got=f"value_type={value_type!r} with {', '.join(sorted(given))}",
            action="Give the columns that belong to the value_type.",
        )


def _scale_rules(
    value: np.ndarray, lower: np.ndarray, upper: np.ndarray, value_type: str
) -> rows.Rules:
    """Rules for figures that are not on the scale of their type."""
    rules = [(lower > upper, "lower limit above upper limit")]
    if value_type == "rate":
        rules += [(value <= 0, "rate not above zero"), (lower <= 0, "lower limit not above zero")]
    if value_type == "proportion":
        for figure, label in (
            (value, "proportion"),
            (lower, "lower limit"),
            (upper, "upper limit"),
        ):
            rules.append(((figure <= 0) | (figure >= 1), f"{label} not between 0 and 1"))
    return rules


def _quantile_numbers(
    df: pd.DataFrame, groups: Groups, name: str, number: int | None
) -> tuple[np.ndarray, int, rows.Rules]:
    """The quantile of each row (0 where it is none), how many a group has, and the rules."""
    is_whole = isinstance(number, int | np.integer) and not isinstance(number, bool)
    if number is not None and not (is_whole and FEWEST <= number <= MOST):
        raise UsageError(
            thing="number",
            rule=f"a whole number of quantiles, {FEWEST} to {MOST}",
            got=repr(number),
            action="Use for example number=10, or leave it out.",
        )
    (quantile,), rules = rows.read(df, quantile=name)
    whole = np.where((quantile >= 1) & (quantile == np.floor(quantile)), quantile, 0)
    number = int(number or _usual_number(groups, whole))
    is_one = (whole >= 1) & (whole <= number)
    rules.append((~is_one, f"quantile not a whole number from 1 to {number}"))
    return np.where(is_one, whole, 0).astype(np.intp), number, rules


def _usual_number(groups: Groups, quantile: np.ndarray) -> int:
    """How many quantiles most groups have, by their highest one; the larger number of equals."""
    highest = np.zeros(len(groups.keys))
    np.maximum.at(highest, groups.of_row, np.where(quantile <= MOST, quantile, 0))
    times = np.bincount(highest.astype(np.intp), minlength=2)[::-1]
    return times.size - 1 - int(times.argmax()) if quantile.size else 0


def _placed(groups: Groups, quantile: np.ndarray, number: int) -> tuple[np.ndarray, rows.Rules]:
    """The row of each quantile (groups, number), and the rules for groups that lack one."""
    shape, is_one = (len(groups.keys), max(number, FEWEST)), quantile > 0
    place = groups.of_row[is_one] * shape[1] + quantile[is_one] - 1
    times = np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape)
    rows_of = np.zeros(shape, dtype=np.intp)
    rows_of.flat[place] = np.flatnonzero(is_one)
    rules = [
        (np.full(shape[0], number < FEWEST), f"fewer than {FEWEST} quantiles"),
        ((times > 1).any(axis=1), "a quantile stands twice"),
        ((times == 0).any(axis=1), f"not every quantile from 1 to {number} has a row"),
    ]
    return rows_of, rules


_INDEXES = {
    "slope_index": (
        method.slope_index_limits,
        "slope index cannot be computed",
        "limits cannot be computed",
    ),
    "relative_index": (
        method.relative_index_limits,
        "the value divided by is zero",
        "no limits: the value divided by is not clear of zero",
    ),
}
