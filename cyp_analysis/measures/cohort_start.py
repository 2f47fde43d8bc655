"""The table that a population is rolled forward from."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.ages import age_bands
from cyp_analysis.measures.groups import grouped
from cyp_analysis.measures.joins import looked_up
from cyp_analysis.measures.reasons import first_reason
from cyp_analysis.methods.arguments import whole_number
from cyp_analysis.methods.cohorts import REASONS, Base, Layout, commonest, numbers_of_people
from cyp_analysis.methods.life_tables import neighbours


class Start:
    """The table sorted by group and age, and what carries each row on."""

    def __init__(self, df: pd.DataFrame, names: list[str], age: str, columns: dict[str, str]):
        groups, (bands, _) = grouped(df, [*names, columns["year"]]), age_bands(df, age)
        order = np.lexsort((bands.start, groups.of_row))
        self.table, self.groups = df.iloc[order], groups._replace(of_row=groups.of_row[order])
        self.bands, age_rules = age_bands(self.table, age, "age")
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

    def steps(self, periods: int) -> int:
        """How many times the ages move on."""
        if (years := whole_number("periods", periods)) % self.width:
            rule = f"a multiple of {self.width:g}, the width of the age bands"
            raise UsageError("periods", rule, got=periods, action="Choose a multiple.")
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
        added = {"base_year": base, year: base + ahead, age: ages, "periods_ahead": ahead}
        notes = {"value_note": keys["value_note"]} if "value_note" in keys else {}
        return keys[names].assign(**added, **notes), place


def _whole(figures: np.ndarray) -> np.ndarray:
    """Years as whole numbers, if they all are."""
    is_whole = np.isfinite(figures).all() and (figures % 1 == 0).all()
    return figures.astype(np.int64) if is_whole else figures
