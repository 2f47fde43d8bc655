"""What each withheld cell is called by a reader: its series, group, period, sex and area."""

import functools
import re
from collections import defaultdict
from typing import NamedTuple

import pandas as pd

from cyp_analysis.catalogue import Catalogue

SEXES = {
    **{"persons": "persons", "all": "persons", "male": "male", "males": "male", "boys": "male"},
    **{"female": "female", "females": "female", "girls": "female", "men": "male"},
}
_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_DATE = re.compile(rf"\b(?:(?:\d{{1,2}} )?(?:{_MONTH}) \d{{4}}|(?:19|20)\d\d/\d\d)\b")
_WORD = re.compile(r"\w+")


class Named(NamedTuple):
    """A withheld cell by its names, in small letters."""

    cell: int
    series: frozenset[str]
    group: str  # category, empty for all
    part: str
    period: str
    day: str  # the last of the period
    others: frozenset[str]  # names of the other periods of the series, and their last days
    longer: tuple[str, ...]  # those of them that hold the name of this one
    is_newest: bool
    sex: str
    area: str
    siblings: frozenset[str]  # other groups and parts of the series
    is_rare: bool  # the group alone says which series is meant


@functools.lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """Text as compared: small letters, single spaces."""
    return " ".join(text.casefold().split())


def named(cells: pd.DataFrame, targets: pd.DataFrame, known: Catalogue) -> list[Named]:
    """The names of each of the `targets` among the `cells`."""
    mine = cells[cells["series"].isin(targets["series"].unique())]
    periods: dict[tuple, dict[str, pd.Timestamp]] = defaultdict(dict)
    groups: dict[tuple, set[str]] = defaultdict(set)
    of_group: dict[str, set[str]] = defaultdict(set)
    for series, area, label, end, category, part in zip(
        *(mine[c] for c in ("series", "area_code", "period_label", "period_end")),
        *(mine[c] for c in ("category", "part")),
        strict=True,
    ):
        periods[series, area][label] = end
        groups[series, area] |= {folded(category), folded(part)}
        of_group[folded(category or part)].add(series)
    return [
        _named(row, known, periods[row.series, row.area_code], (groups, of_group))
        for row in targets.itertuples()
    ]


def _named(row: tuple, known: Catalogue, periods: dict[str, pd.Timestamp], told: tuple) -> Named:
    groups, of_group = told
    group, part = folded(row.category), folded(row.part)
    last = max((end for end in periods.values() if pd.notna(end)), default=pd.NaT)
    period, day = folded(row.period_label), _day(row.period_end)
    others = {folded(label) for label in periods} | {_day(end) for end in periods.values()}
    others -= {period, day, ""}
    key = group or part
    return Named(
        cell=row.Index,
        series=series_names(row.series, known),
        group=group,
        part=part,
        period=period,
        day=day,
        others=frozenset(others),
        longer=tuple(sorted(other for other in others if period in other)),
        is_newest=pd.isna(last) or row.period_end == last,
        sex=row.sex,
        area=row.area_code,
        siblings=frozenset(groups[row.series, row.area_code] - {group, part, ""}),
        is_rare=len(of_group[key]) == 1 and len(key) > 19 and len(_WORD.findall(key)) > 1,
    )


def dated_otherwise(text: str, cell: Named) -> bool:
    """Whether a text names dates, months or years of account, none of them the cell's."""
    dates = _DATE.findall(text)
    return bool(dates) and not any(date in cell.period or date == cell.day for date in dates)


def speaks_of(text: str, cell: Named) -> bool | None:
    """Whether a text names the period of a cell, or only other ones; None if no period at all."""
    for other in cell.longer:
        text = text.replace(other, "…")
    if cell.period and cell.period in text:
        return True
    if any(other in text for other in cell.others) or (cell.longer and "…" in text):
        return False
    return True if cell.day and cell.day in text else None


def series_names(series: str, known: Catalogue) -> frozenset[str]:
    """What a series is called in files and in words: its id, name and subject."""
    names = {series, series.replace("_", "-"), series.removeprefix("panel ")}
    if series in known.indicators:
        indicator = known.indicators[series]
        names |= {indicator.name, indicator.subject}
    return frozenset(folded(name) for name in names if name)


def _day(when: pd.Timestamp) -> str:
    return "" if pd.isna(when) else when.date().isoformat()


class Finder:
    """Finds the names of cells in texts: those whose words are there one after the other."""

    def __init__(self, cells: list[Named]) -> None:
        self.by_name: dict[str, list[Named]] = defaultdict(list)
        for cell in cells:
            for name in [cell.group or cell.part] if cell.group or cell.part else cell.series:
                self.by_name[name].append(cell)
        self.by_word: dict[str, list[str]] = defaultdict(list)
        for name in self.by_name:
            words = _WORD.findall(name)
            if words:
                self.by_word[words[0]].append(name)

    def whole(self, texts: list[str]) -> set[str]:
        """Names that are one of the texts."""
        return self.by_name.keys() & set(texts)

    def inside(self, text: str) -> list[tuple[int, int, str]]:
        """Where names stand in a text, from and to."""
        found = []
        for match in _WORD.finditer(text):
            for name in self.by_word.get(match.group(), ()):
                start = match.start() - name.index(match.group())
                end = start + len(name)
                if (
                    start >= 0
                    and text.startswith(name, start)
                    and not text[end : end + 1].isalnum()
                ):
                    found.append((start, end, name))
        return found
