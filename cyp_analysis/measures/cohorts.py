"""Populations by age rolled forward, and a back-test of such projections."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import group_names, grouped, refuse_clash
from cyp_analysis.measures.life_tables import age_bands, key_index, looked_up
from cyp_analysis.measures.reasons import Reasons, first_reason, group_result, with_columns
from cyp_analysis.methods.cohorts import (
    FEWEST_ERRORS,
    REASONS,
    Base,
    Layout,
    commonest,
    error_interval,
    numbers_of_people,
    percentage_errors,
    roll,
)
from cyp_analysis.methods.life_tables import neighbours

_ADDED = ("base_year", "horizon", "value", "lower_ci", "upper_ci", "statistic", "method")


def roll_forward(
    df: pd.DataFrame,
    population: str = "population",
    age: str = "age",
    year: str = "year",
    *,
    horizon: int,
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
    """Age a population year by year; one row per group of `by`, projected year and age.

    One row of the table is a group, a year and an age: single years, or bands of equal width, which
    move on by their width at a time. Every year of the table is a starting point. Those who
    survive (column `survival`, the part alive a step later; without it everyone) are a step older;
    those who arrive at that age (`migration`, net people a year) are added. The first age takes
    the births of the step: a number a year, a table with `births` by `year` and any columns of
    `by`, or the sum of `fertility` (births a year per person of each row) x people. The last age
    keeps its people if open, as in `90+`; where labels do not say so, `open_ended` must.
    Gives `by`, base_year, year, age, horizon, value (people), limits of prediction where `errors`
    (from `roll_forward_errors`) are given, statistic, method, value_note. What is not known stays
    missing, with its reason, as the cohort grows older. Smith, Tayman and Swanson 2013.
    """
    levels, names = rows.limit_columns(confidence), group_names(df, by)
    refuse_clash([*names, year, age], _ADDED)
    refuse_clash(names, [year, age])
    columns = {"population": population, "year": year, "survival": survival}
    columns |= {"migration": migration, "fertility": fertility}
    start = _Start(df, names, age, {key: name for key, name in columns.items() if name is not None})
    base, steps = start.base(start.layout(open_ended)), start.steps(horizon)
    value, codes = roll(base, start.births(births, [*names, year], steps), steps)
    table, place = start.laid_out([*names, year, age], steps)
    table["value"] = value.ravel()[place]
    why = Reasons(codes.ravel()[place], start.words)
    limits, why = _limits(table, errors, [*names, age, "horizon"], levels, why)
    words = {"statistic": "projected_population", "method": "cohort"}
    added = limits | {name: rows.constant(word, len(table)) for name, word in words.items()}
    return with_columns(table, added, why, strict)


def roll_forward_errors(
    df: pd.DataFrame,
    population: str = "population",
    age: str = "age",
    year: str = "year",
    *,
    horizon: int,
    error_by: Sequence[str] = ("horizon", "age"),
    by: str | list[str] | None = None,
    strict: bool = False,
    **components: Any,
) -> pd.DataFrame:
    """How far projections from each past year were from the population then found.

    `df` is a history: one row per group of `by`, year and age. Every year is rolled forward with
    the `components` of `roll_forward` (births, fertility, survival, migration, open_ended) and
    compared with the later years. One row per `error_by`, columns of its result: n (comparisons),
    bias (mean error, above 0: too high), mape (mean absolute error) and rmspe (root mean square),
    all in percent of the population found, value_note. Rows without a known population above 0 do
    not count; with none at all the errors are missing. Smith, Tayman and Swanson 2013.
    """
    names = group_names(df, by)
    rolled = roll_forward(df, population, age, year, horizon=horizon, by=by, **components)
    keys, df = [*names, year, age], df.assign(**{year: rows.numbers(df, year)})
    once = df[~key_index(df, keys).duplicated(keep=False)]
    known = looked_up(once, rolled, keys, population)
    groups = grouped(rolled, list(error_by))
    found = percentage_errors(rolled["value"], known, groups.of_row, len(groups.keys))
    why = first_reason([(found.n == 0, "no known population to compare with")], found.n.size)
    return group_result(groups, found._asdict(), why, strict)


class _Start:
    """The table sorted by group and age, and what carries each row on."""

    def __init__(self, df: pd.DataFrame, names: list[str], age: str, columns: dict[str, str]):
        groups, (bands, _) = grouped(df, [*names, columns["year"]]), age_bands(df, age)
        order = np.lexsort((bands.start, groups.of_row))
        self.table, self.groups = df.iloc[order], groups._replace(of_row=groups.of_row[order])
        self.bands, age_rules = age_bands(self.table, age)
        self.near = neighbours(self.bands.start, self.bands.end, self.groups.of_row)
        gap = np.where(self.near.last, self.bands.end, self.near.following) - self.bands.start
        self.width = commonest(gap[np.isfinite(gap) & (gap > 0)])
        self.figures, rules = self._read(columns)
        rules["group"] = [
            *rules.pop("year"),
            *age_rules,
            (self.near.repeated, "age repeated"),
            (self.near.apart, "age bands do not join"),
            (np.isfinite(gap) & (gap != self.width), "age bands of unequal width"),
        ]
        self.codes, self.words = self._numbered(rules)

    def _read(self, columns: dict[str, str]) -> tuple[dict[str, np.ndarray], dict]:
        """Figures and the rules that they break, by what they are."""
        size = len(self.table)
        figures, rules = {"survival": np.ones(size), "migration": np.zeros(size)}, {}
        for label, name in columns.items():
            (figures[label],), rules[label] = rows.read(self.table, **{label: name})
        people, alive = figures["population"], figures["survival"]
        rules["population"].append((people < 0, "population below zero"))
        if "survival" in rules:
            rules["survival"].append(((alive < 0) | (alive > 1), "survival not between 0 and 1"))
        return figures, rules

    def _numbered(self, rules: dict[str, rows.Rules]) -> tuple[dict[str, np.ndarray], tuple]:
        """The reasons of each kind of figure, numbered through after those on the way."""
        codes, words = {}, REASONS
        for label, broken in rules.items():
            why = first_reason(broken, len(self.table))
            if label == "group":
                why = why._replace(codes=why.by_group(self.groups).codes[self.groups.of_row])
            codes[label] = np.where(why.ok, 0, why.codes + len(words) - 1).astype(np.int8)
            words += why.words[1:]
        return codes, words

    def layout(self, open_ended: bool | None) -> Layout:
        """Which rows are the first of their group, and which are open-ended."""
        group, end = self.groups.of_row, self.bands.end
        first = np.append(np.ones(min(group.size, 1), dtype=bool), np.diff(group) != 0)
        unsaid = self.near.last & np.isnan(end) & ~np.isnan(self.bands.start)
        if open_ended is None and unsaid.any():
            rule = "says whether the last age takes in all who are older, where labels do not"
            got = f"a last age of {self.bands.start[unsaid][0]:g}"
            raise UsageError("open_ended", rule, got, "Use True or False, or a label such as 90+.")
        is_open = np.isinf(end) if open_ended is None else np.full(group.size, open_ended)
        return Layout(first, self.near.last & is_open)

    def steps(self, horizon: int) -> int:
        """How many times the ages move on."""
        if (years := rows.positive("horizon", horizon)) % self.width:
            rule = f"a multiple of {self.width:g}, the width of the age bands"
            raise UsageError("horizon", rule, got=horizon, action="Choose a multiple.")
        return round(years / self.width)

    def births(self, births: float | pd.DataFrame | None, keys: list[str], steps: int) -> Callable:
        """Births of each group in a step, as `methods.cohorts.roll` asks for them."""
        shape = (steps, len(self.groups.keys))
        if births is not None and "fertility" in self.figures:
            raise UsageError("births", "are given, or come from fertility", "both", "Use one.")
        if isinstance(births, pd.DataFrame):
            born = self._born(births, keys, shape)
        elif "fertility" in self.figures:
            rate = numbers_of_people(self.figures["fertility"]) * self.width
            return lambda step, people: self.groups.total(rate * people)
        else:
            a_year = births and rows.positive("births", births)
            born = np.full(shape, np.nan if births is None else a_year * self.width)
        return lambda step, people: born[step]

    def _born(self, births: pd.DataFrame, keys: list[str], shape: tuple[int, int]) -> np.ndarray:
        """Births of each step and group from a table by year and any of the other keys."""
        *names, year = keys
        ahead = np.arange(1, round(shape[0] * self.width) + 1)
        wanted = self.groups.keys.loc[np.repeat(np.arange(shape[1]), ahead.size)]
        wanted[year] = rows.numbers(wanted, year) + np.tile(ahead, shape[1])
        keys = [*(name for name in names if name in births.columns), year]
        births = births.assign(**{year: rows.numbers(births, year)})
        born = numbers_of_people(looked_up(births, wanted, keys, "births", thing="births"))
        return born.reshape(shape[1], shape[0], -1).sum(axis=2).T

    def base(self, layout: Layout) -> Base:
        """What the table says, for rolling forward."""
        none = np.zeros(len(self.table), dtype=np.int8)
        arriving = np.maximum(self.codes.get("migration", none), self.codes["group"])
        return Base(
            people=self.figures["population"],
            survival=self.figures["survival"],
            migration=self.figures["migration"] * self.width,
            from_birth=layout.first & (self.bands.start == 0),
            group=self.groups.of_row,
            layout=layout,
            why=(self.codes["population"], self.codes.get("survival", none), arriving),
        )

    def laid_out(self, keys: list[str], steps: int) -> tuple[pd.DataFrame, np.ndarray]:
        """The keys of each group, step and age, and their places in an array (steps, rows)."""
        *names, year, age = keys
        size = len(self.table)
        step, row = np.repeat(np.arange(steps), size), np.tile(np.arange(size), steps)
        place = np.lexsort((row, step, self.groups.of_row[row]))
        step, row = step[place] + 1, row[place]
        keys = self.groups.keys.iloc[self.groups.of_row[row]].reset_index(drop=True)
        base, ahead = _whole(self.figures["year"][row]), _whole(step * self.width)
        ages = self.table[age].iloc[row].array
        added = {"base_year": base, year: base + ahead, age: ages, "horizon": ahead}
        notes = {"value_note": keys["value_note"]} if "value_note" in keys else {}
        return keys[names].assign(**added, **notes), place


def _whole(figures: np.ndarray) -> np.ndarray:
    """Years as whole numbers, if they all are."""
    is_whole = np.isfinite(figures).all() and (figures % 1 == 0).all()
    return figures.astype(np.int64) if is_whole else figures


def _limits(
    table: pd.DataFrame,
    errors: pd.DataFrame | None,
    keys: list[str],
    levels: dict[str, float],
    why: Reasons,
) -> tuple[dict[str, np.ndarray], Reasons]:
    """Limits of prediction by name of column, and why there are none; without `errors` all NaN."""
    n = rmspe = np.full(len(table), np.nan)
    if errors is not None:
        rows.column(errors, "horizon")
        keys = [name for name in keys if name in errors.columns]
        n, rmspe = (looked_up(errors, table, keys, figure) for figure in ("n", "rmspe"))
        why = why.then([(~(n >= FEWEST_ERRORS), "fewer than 5 back-tests: no interval")])
    limits = {
        suffix: error_interval(table["value"], rmspe, n, level) for suffix, level in levels.items()
    }
    return rows.limit_values(limits), why
