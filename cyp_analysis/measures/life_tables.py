"""Life expectancy of every age band of a life table, and years of life lost."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.ages import AgeBands, age_bands
from cyp_analysis.measures.groups import Groups, group_names, grouped
from cyp_analysis.measures.joins import looked_up
from cyp_analysis.measures.reasons import Reasons, first_reason, group_result, with_columns
from cyp_analysis.methods.life_tables import (
    LifeTable,
    following_ages,
    life_table,
    neighbours,
    sums_from_age,
    years_before,
)
from cyp_analysis.methods.standardised import MINIMUM_EVENTS, dobson_interval

SMALLEST_POPULATION = 5000  # Toson and Baker 2003: smaller populations give no usable table.
WIDEST_INTERVAL = 20  # years, at 95% confidence

_STATISTIC = {True: "years_of_life_lost", False: "years_of_life_lost_rate"}


def life_expectancy(
    df: pd.DataFrame,
    deaths: str = "deaths",
    population: str = "population",
    start_age: str = "start_age",
    *,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value`, the years that people of each age can expect to live, one life table per `by`.

    One row is an age band, in any order; `start_age` holds the age at which it begins, or labels
    such as `<1`, `1-4` and `90+`. Any bands will do: each runs to the next start age, the last is
    open. Adds deaths_used and population_used (sums over this age and above), value and limits in
    years, statistic, method, value_note. A whole table is missing, with its reason, if a figure of
    it is missing or impossible, if bands do not join, if it has 5,000 people or fewer, or if nobody
    dies in the last band. A value whose 95% interval is wider than 20 years is missing too; its
    limits stay. Chiang 1968; Newell 1994; Silcocks et al. 2001; Toson and Baker 2003.
    """
    levels, groups = rows.limit_columns(confidence), grouped(df, by)
    bands, rules = age_bands(df, start_age)
    (d, n), broken = rows.read(df, deaths=deaths, population=population)
    rules += [*broken, *_impossible(groups, bands, d, n)]
    whole = first_reason(rules, len(df)).by_group(groups)
    table, used = _life_tables(groups, whole.ok, bands.start, d, n)
    narrow, why = _judged(table, Reasons(whole.codes[groups.of_row], whole.words))
    added = {
        "deaths_used": used[0],
        "population_used": used[1],
        "value": np.where(narrow, table.expectancy, np.nan),
        **rows.limit_values({suffix: table.interval(level) for suffix, level in levels.items()}),
        **rows.described("life_expectancy", "chiang", len(df)),
    }
    return with_columns(df, added, why, strict, keys=groups.keys.columns)


def _impossible(
    groups: Groups, bands: AgeBands, deaths: np.ndarray, people: np.ndarray
) -> rows.Rules:
    """Rules for figures and bands of which no life table can be made."""
    nearby = neighbours(bands.start, bands.end, groups.of_row)
    few = groups.total(people)[groups.of_row] <= SMALLEST_POPULATION
    return [
        (deaths < 0, "deaths below zero"),
        (people <= 0, "population not above zero"),
        (deaths > people, "deaths above population"),
        (nearby.repeated, "start age repeated"),
        (nearby.apart, "age bands do not join"),
        (nearby.last & np.isfinite(bands.end), "last age band not open"),
        (nearby.last & (deaths == 0), "no deaths in the last age band"),
        (few, "population of 5,000 or fewer"),
    ]


def _life_tables(
    groups: Groups, usable: np.ndarray, start: np.ndarray, deaths: np.ndarray, people: np.ndarray
) -> tuple[LifeTable, np.ndarray]:
    """Life tables of the usable groups, and deaths and people used, in the order of the rows.

    Groups of the same number of bands are worked out together, one row of an array each.
    """
    order, sizes = np.lexsort((start, groups.of_row)), groups.sizes()
    first = np.cumsum(sizes) - sizes
    table, used = np.full((3, start.size), np.nan), np.full((2, start.size), np.nan)
    for size in np.unique(sizes[usable]):
        place = order[first[usable & (sizes == size)][:, None] + np.arange(size)]
        table[:, place] = life_table(start[place], deaths[place], people[place])
        used[:, place] = sums_from_age(np.stack([deaths[place], people[place]]))
    return LifeTable(*table), used


def _judged(table: LifeTable, why: Reasons) -> tuple[np.ndarray, Reasons]:
    """Where the 95% interval is narrow enough for a value, and why a figure is not given."""
    lower, upper = table.interval(0.95)
    is_wide = upper - lower > WIDEST_INTERVAL
    rules = [
        (is_wide, "95% interval wider than 20 years"),
        (table.survivors == 0, "no limits: nobody survives to this age"),
    ]
    return ~is_wide, why.then(rules)


def years_of_life_lost(
    df: pd.DataFrame,
    deaths: str = "deaths",
    start_age: str = "start_age",
    *,
    population: str | None = None,
    per: float = 10_000,
    up_to: float | None = None,
    standard: pd.DataFrame | None = None,
    on: str | Sequence[str] = (),
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Years of life lost by early death, one row per group of `by`: sums of deaths x years left.

    Years are counted from the middle of a band: to the age `up_to`, or as in `standard`, a table
    with the expectancy `value` at each `start_age` (such as comes from `life_expectancy`), joined
    by that age and the columns `on`. Gives deaths_used (those with years left), years_lost and
    value, the years or, with a population, a rate `per` people of those ages (population_used);
    limits, statistic, method, value_note. Below 10 deaths there are no limits. Labels such as `1-4`
    say where a band ends; numbers run to the next, and then no group may leave usual ages out.
    Romeder and McWhinnie 1977; Dobson et al. 1991.
    """
    levels, groups, per = rows.limit_columns(confidence), grouped(df, by), rows.positive("per", per)
    bands, rules = _ended(groups, *age_bands(df, start_age))
    keys = [*group_names(df, on or None), start_age]
    left, unknown = _years_left(df, bands, up_to, standard, keys)
    rules.append((np.isnan(left), unknown))
    columns = {"deaths": deaths} | ({} if population is None else {"population": population})
    sums, why = _lost(df, groups, left, columns, rules)
    scale = per / sums["population_used"] if "population" in columns else 1.0
    years, variance, events = sums["years_lost"], sums.pop("variance"), sums["deaths_used"]
    limits = {key: dobson_interval(years, variance, events, lv) for key, lv in levels.items()}
    added = {
        **sums,
        "value": years * scale,
        **{name: limit * scale for name, limit in rows.limit_values(limits).items()},
        **rows.described(_STATISTIC[population is None], "dobson", years.size),
    }
    return group_result(groups, added, why, strict)


def _ended(groups: Groups, bands: AgeBands, rules: rows.Rules) -> tuple[AgeBands, rows.Rules]:
    """Bands that end where the next one begins, where no label says so."""
    following, lacking = following_ages(bands.start, groups.of_row, len(groups.keys))
    is_number = np.isnan(bands.end)
    gap = (is_number & lacking[groups.of_row], "start ages of other groups left out")
    return AgeBands(bands.start, np.where(is_number, following, bands.end)), [*rules, gap]


def _years_left(
    df: pd.DataFrame,
    bands: AgeBands,
    up_to: float | None,
    standard: pd.DataFrame | None,
    keys: list[str],
) -> tuple[np.ndarray, str]:
    """Years that a death in the middle of each row's band loses, and why where they are NaN."""
    if (up_to is None) == (standard is None):
        raise UsageError(
            thing="years_of_life_lost",
            rule="takes up_to= or standard=",
            got="both" if standard is not None else "neither",
            action="Use for example up_to=75.",
        )
    if standard is None:
        left = years_before(bands.start, bands.end, rows.positive("up_to", up_to))
        return left, "age band across the limit"
    (first, _), _ = age_bands(standard, keys[-1])
    table = standard.assign(**{keys[-1]: first})[~np.isnan(first)]
    begin, end = (
        looked_up(table, df.assign(**{keys[-1]: ages}), keys, "value", thing="standard")
        for ages in bands
    )
    # Within the open band mortality is taken as constant, so that the years left are too.
    left = (begin + np.where(np.isinf(bands.end), begin, end)) / 2
    return np.where(np.isfinite(left) & (left >= 0), left, np.nan), "age not in the standard"


def _lost(
    df: pd.DataFrame, groups: Groups, left: np.ndarray, columns: dict[str, str], rules: rows.Rules
) -> tuple[dict[str, np.ndarray], Reasons]:
    """Deaths, years lost and their variance, people if asked for; and why they are not known.

    Nothing is asked of ages that lose no years.
    """
    figures, broken = rows.read(df, **columns)
    broken += [(f < 0, f"{word} below zero") for word, f in zip(columns, figures, strict=True)]
    rules += [(found & (left != 0), words) for found, words in broken]
    why = first_reason(rules, len(df)).by_group(groups)
    d, *people = (np.where(left == 0, 0, figure) for figure in figures)
    names = ("deaths_used", "years_lost", "variance", "population_used")
    parts = map(groups.total, (d, d * left, d * left**2, *people))
    sums = dict(zip(names, parts, strict=False))
    nobody = sums.get("population_used", np.ones(len(groups.keys))) <= 0
    ok, few = why.ok & ~nobody, sums["deaths_used"] < MINIMUM_EVENTS
    rules = [(nobody, "population not above zero"), (few, "no limits: fewer than 10 deaths")]
    return {name: np.where(ok, figure, np.nan) for name, figure in sums.items()}, why.then(rules)
