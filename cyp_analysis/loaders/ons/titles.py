"""What titles, sheets and headings of population tables say: the mid-year, the sex, the ages."""

import re
from pathlib import Path

import pandas as pd

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.layout import RawTable
from cyp_analysis.loaders.ons import ages as ons_ages
from cyp_analysis.loaders.ons.ages import Span

_YEARS = [  # a title's own words before a date, which may be that of publication
    re.compile(rf"{words} ?((?:19|20)[0-9]{{2}})(?![0-9])", re.IGNORECASE)
    for words in ("mid[- ]?(?:year[- ]?)?", "30(?:th)? june,?")
]
_FILE_YEAR = re.compile(
    r"(?:mid|mye|pop|population|populations|sape|estimates?)[-_ ]?(?:year)?[-_ ]?"
    r"((?:19|20)?[0-9]{2})(?![0-9])",
    re.IGNORECASE,
)
_SHEET_SEX = re.compile(r"(?:^|[^a-z])(persons|people|all|females?|males?|f|m)\s*$", re.IGNORECASE)
_TITLE_SEX = re.compile(r"\b(persons|people|females?|males?)\b", re.IGNORECASE)
SEXES = {"p": "persons", "a": "persons", "f": "female", "m": "male"}
_COLUMN_SEX = re.compile(r"(?:persons?|females?|males?|[pfm])[ _-]*(?=[0-9]|age|under)", re.I)


def title_of(table: RawTable) -> str:
    """The name of the sheet and all that stands above its header."""
    return " ".join([table.sheet, *table.above])


def years_in(text: str) -> list[int]:
    """The mid-years that a text names, in its order."""
    return [int(year) for year in _YEARS[0].findall(text)]


def year_of(path: Path, title: str) -> tuple[int, list[str]]:
    """The mid-year that a title names, else the file's name, and what to tell about it.

    SourceError if neither does.
    """
    if found := next((m for pattern in _YEARS if (m := pattern.search(title))), None):
        return int(found[1]), []
    if found := _FILE_YEAR.search(Path(path).stem):
        year = int(found[1]) if len(found[1]) == 4 else 2000 + int(found[1])
        return year, [f"mid-{year} by the name of the file: nothing in it says which year it is"]
    action = (
        "Keep the rows above the header; they name the year, as in `mid-2023`. Or name the file "
        "with it, as in `population_mid2023.csv`."
    )
    raise SourceError(path, "must say which mid-year it is for", title[:120] or "no title", action)


def sex_of(table: RawTable) -> str:
    """`persons`, `female` or `male` by the sheet's name, else its title; empty if neither says."""
    found = _SHEET_SEX.search(table.sheet) or _TITLE_SEX.search(title_of(table))
    return SEXES[found[1][0].casefold()] if found else ""


def age_columns(rows: pd.DataFrame) -> list[tuple[Span, str]]:
    """(ages, column) of every column that is an age or the total, none twice: `0`, `Age 5`,
    `90+`. A last single year that stands for all above it (`90` after `89`) is open."""
    found = [(ons_ages.span(name), name) for name in rows]
    kept = {each: name for each, name in reversed(found) if each is not None}
    return _open_top(dict(reversed(kept.items())))


def age_columns_by_sex(rows: pd.DataFrame) -> dict[str, list[tuple[Span, str]]]:
    """The columns of ages by sex: `F0`, `M0 to 15` by their letter, others under ""."""
    by_sex: dict[str, dict[Span, str]] = {}
    for name in rows:
        match = _COLUMN_SEX.match(name)
        sex = SEXES[match[0][0].casefold()] if match else ""
        if found := ons_ages.span(name[match.end() :] if match else name):
            by_sex.setdefault(sex, {}).setdefault(found, name)
    return {sex: _open_top(columns) for sex, columns in by_sex.items()}


def _open_top(columns: dict[Span, str]) -> list[tuple[Span, str]]:
    opened = ons_ages.open_top(columns)
    return [(opened.get(each, each), name) for each, name in columns.items()]
