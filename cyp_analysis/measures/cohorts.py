"""Populations by age rolled forward, and a back-test of such projections."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.measures import rows
from cyp_analysis.measures.cohort_start import Start
from cyp_analysis.measures.groups import group_names, grouped, refuse_clash
from cyp_analysis.measures.joins import looked_up
from cyp_analysis.measures.reasons import Reasons, first_reason, group_result, with_columns
from cyp_analysis.methods.cohorts import FEWEST_ERRORS, error_interval, percentage_errors, roll

_ADDED = ("base_year", "periods_ahead", "value", "statistic", "method")
_ENDS = ("lower_pi", "upper_pi")


def roll_forward(
    df: pd.DataFrame,
    population: str = "population",
    age: str = "age",
    year: str = "year",
    *,
    periods: int = 5,
    births: float | pd.DataFrame | None = None,
    fertility: str | None = None,
    survival: str | None = None,
    migration: str | None = None,
    open_ended: bool | None = None,
    errors: pd.DataFrame | None = None,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Age a population `periods` years ahead; one row per group of `by`, projected year and age.

    One row of the table is a group, a year and an age: single years, or bands of equal width, which
    move on by their width at a time. Every year of the table is a starting point. Those who
    survive (column `survival`, the part alive a step later; without it everyone) are a step older;
    those who arrive at that age (`migration`, net people a year) are added. The first age takes
    the births of the step: a number a year, a table with `births` by `year` and any columns of
    `by`, or the sum of `fertility` (births a year per person of each row) x people. The last age
    keeps its people if open, as in `90+`; where labels do not say so, `open_ended` must.
    Gives `by`, base_year, year, age, periods_ahead (years), value (people), lower_pi, upper_pi
    (limits of prediction, from `errors` as `roll_forward_errors` gives them), statistic, method,
    value_note. What is not known stays missing, with its reason, as the cohort grows older; strict
    raises SchemaError instead. Smith, Tayman and Swanson 2013.
    """
    levels, names = rows.limit_columns(confidence), group_names(df, by)
    limits = [f"{end}{suffix}" for suffix in levels for end in _ENDS]
    refuse_clash([*names, year, age], [*_ADDED, *limits])
    refuse_clash(names, [year, age])
    columns = {"population": population, "year": year, "survival": survival}
    columns |= {"migration": migration, "fertility": fertility}
    start = Start(df, names, age, {key: name for key, name in columns.items() if name is not None})
    base, steps = start.base(start.layout(open_ended)), start.steps(periods)
    value, codes = roll(base, start.births(births, [*names, year], steps), steps)
    table, place = start.laid_out([*names, year, age], steps)
    table["value"] = value.ravel()[place]
    why = Reasons(codes.ravel()[place], start.words)
    added, why = _limits(table, errors, [*names, age], levels, why)
    added |= rows.described("projected_population", "cohort", len(table))
    return with_columns(table, added, why, strict)


def roll_forward_errors(
    df: pd.DataFrame,
    population: str = "population",
    age: str = "age",
    year: str = "year",
    *,
    periods: int = 5,
    births: float | pd.DataFrame | None = None,
    fertility: str | None = None,
    survival: str | None = None,
    migration: str | None = None,
    open_ended: bool | None = None,
    error_by: Sequence[str] = ("periods_ahead", "age"),
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """How far projections from each past year were from the population then found.

    `df` is a history: one row per group of `by`, year and age. Every year is rolled forward as by
    `roll_forward` and compared with the later years. One row per `error_by`, columns of that
    result: n_forecasts (comparisons), mean_absolute_percentage_error, bias_percent (mean error,
    above 0: too high) and root_mean_square_percentage_error, all in percent of the population
    found, statistic, method, value_note. Rows without a known population above 0 do not count; with
    none at all the errors are missing. Smith, Tayman and Swanson 2013.
    """
    names = group_names(df, by)
    parts = {"births": births, "fertility": fertility, "survival": survival}
    parts |= {"migration": migration, "open_ended": open_ended}
    rolled = roll_forward(df, population, age, year, periods=periods, by=by, **parts)
    keys, df = [*names, year, age], df.assign(**{year: rows.numbers(df, year)})
    once = df[~df.duplicated(keys, keep=False)]
    known = looked_up(once, rolled, keys, population, thing="history")
    groups = grouped(rolled, list(error_by))
    found = percentage_errors(rolled["value"], known, groups.of_row, len(groups.keys))
    none = found.n_forecasts == 0
    why = first_reason([(none, "no known population to compare with")], none.size)
    added = found._asdict() | rows.described("back_test", "cohort", none.size)
    return group_result(groups, added, why, strict)


def _limits(
    table: pd.DataFrame,
    errors: pd.DataFrame | None,
    keys: list[str],
    levels: dict[str, float],
    why: Reasons,
) -> tuple[dict[str, np.ndarray], Reasons]:
    """Limits of prediction by name of column, and why there are none; without `errors` all NaN."""
    n = spread = np.full(len(table), np.nan)
    if errors is not None:
        keys = [rows.column(errors, "periods_ahead").name, *(k for k in keys if k in errors)]
        n, spread = (
            looked_up(errors, table, keys, figure, thing="errors")
            for figure in ("n_forecasts", "root_mean_square_percentage_error")
        )
        few = f"no limits: fewer than {FEWEST_ERRORS} back-tests"
        unknown = ~((spread >= 0) & np.isfinite(spread))
        why = why.then([(~(n >= FEWEST_ERRORS), few), (unknown, "no limits: past errors missing")])
        spread = np.where(unknown, np.nan, spread)
    limits = {}
    for suffix, level in levels.items():
        pair = error_interval(table["value"], spread, n, level)
        limits |= {f"{end}{suffix}": limit for end, limit in zip(_ENDS, pair, strict=True)}
    return limits, why
