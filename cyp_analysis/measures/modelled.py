"""Numbers of children estimated from a prevalence that was measured elsewhere."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import pairs, rows
from cyp_analysis.measures.groups import Groups, group_names, grouped
from cyp_analysis.measures.reasons import Reasons, first_reason, group_result, with_columns
from cyp_analysis.methods.intervals import Limits
from cyp_analysis.methods.modelled import STRATA, product_interval, strata_interval

_METHOD = "prevalence_times_population"

Ends = tuple[str | None, str | None]  # the columns of a lower and an upper limit


def modelled_count(
    df: pd.DataFrame,
    prevalence: str = "prevalence",
    population: str = "population",
    lower: str | None = "prevalence_lower",
    upper: str | None = "prevalence_upper",
    *,
    population_lower: str | None = None,
    population_upper: str | None = None,
    per: float = 100,
    strata: str = "independent",
    by: pairs.By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value` = prevalence / per x population, a number of children, with its limits.

    The prevalence is in percent by default; its limits lower= and upper= (None and None where none
    were published: limits missing) are carried at their own level, and those of the population
    with them where given. `by` keeps its own columns and the population, and sums strata such as
    age and sex: `strata` is `independent`, or `correlated` where one survey estimate serves them
    all. Adds value, lower_ci, upper_ci, statistic (`modelled_estimate`, not a count), method,
    value_note. A row without usable limits keeps its value; `strict` raises SchemaError instead.
    Zou and Donner 2008.
    """
    rows.one_of("strata", strata, STRATA)
    groups = None if by is None else _groups(df, by, population)
    (share, size), why = _value_figures(df, prevalence, population, per)
    ends = {"prevalence": (lower, upper), "population": (population_lower, population_upper)}
    limits, no_limits = _product(df, share, size, ends, per)
    if groups is None:
        added = _added(share * size, limits, _METHOD)
        return with_columns(df, added, why.otherwise(no_limits), strict)
    why = why.by_group(groups).otherwise(no_limits.by_group(groups))
    limits = strata_interval(share * size, limits, groups.of_row, len(groups.keys), strata)
    added = _added(groups.total(share * size), limits, f"{_METHOD}_{strata}_strata")
    return group_result(groups, {population: groups.total(size)} | added, why, strict)


def _groups(df: pd.DataFrame, by: str | Sequence[str], population: str) -> Groups:
    """The groups of strata; UsageError where the population is among the columns of `by`."""
    if population in group_names(df, by):
        raise UsageError(
            thing="by",
            rule="names other columns than those that are summed",
            got=population,
            action="Leave the population out of by.",
        )
    return grouped(df, by)


def _value_figures(
    df: pd.DataFrame, prevalence: str, population: str, per: float
) -> tuple[tuple[np.ndarray, np.ndarray], Reasons]:
    """Prevalence as a share and population, each missing where unusable, and why."""
    per = rows.positive("per", per)
    (figure, size), rules = rows.read(df, prevalence=prevalence, population=population)
    share = np.where((figure >= 0) & (figure <= per), figure / per, np.nan)
    rules += [
        (np.isnan(share), f"prevalence not between 0 and {per:g}"),
        (size < 0, "population below zero"),
    ]
    size = np.where((size >= 0) & (size < np.inf), size, np.nan)
    return (share, size), first_reason(rules, len(df))


def _product(
    df: pd.DataFrame, share: np.ndarray, size: np.ndarray, ends: dict[str, Ends], per: float
) -> tuple[Limits, Reasons]:
    """Limits of the number of children from those of its two parts, and why it has none."""
    limits, rules = _limits(df, "prevalence", ends["prevalence"], share, per)
    size_limits, more = _limits(df, "population", ends["population"], size)
    if ends["prevalence"] == (None, None):
        limits = (np.full(len(df), np.nan),) * 2
    limits = product_interval(share, limits, size, size_limits)
    return limits, first_reason(pairs.no_limits(rules + more), len(df))


def _limits(
    df: pd.DataFrame, label: str, names: Ends, figure: np.ndarray, per: float = 1.0
) -> tuple[Limits, rows.Rules]:
    """Limits of a figure, missing where unusable, and why; without names the figure itself."""
    if names == (None, None):
        return (figure, figure), []
    if None in names:
        raise UsageError(
            thing=f"limits of the {label}",
            rule="both are named, or neither is",
            got=", ".join(map(repr, names)),
            action="Name the columns of the lower and of the upper limit.",
        )
    labels = (f"{label} lower limit", f"{label} upper limit")
    limits, rules = rows.read(df, **dict(zip(labels, names, strict=True)))
    low, high = (limit / per for limit in limits)
    rules += [
        (low < 0, f"{labels[0]} below zero"),
        ((low > figure) | (high < figure), f"{label} outside its limits"),
    ]
    if label == "prevalence":
        rules.append((high > 1, f"{labels[1]} above {per:g}"))
    usable = first_reason(rules, len(df)).ok
    return (np.where(usable, low, np.nan), np.where(usable, high, np.nan)), rules


def _added(value: np.ndarray, limits: Limits, method: str) -> dict[str, object]:
    """The columns of a modelled estimate."""
    return {
        "value": value,
        **rows.limit_values({"": limits}),
        **rows.described("modelled_estimate", method, value.size),
    }
