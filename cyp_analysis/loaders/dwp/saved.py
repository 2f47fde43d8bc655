"""Headers and percentages of the low-income tables, as published and as saved on the way.

A year's column says `Number of children FYE 2025` or `Percentage of children 2024/25 [p] (%)`;
where a header was kept on two rows, one says which part and the other which year. Percentages
are fractions in the workbook (0.2725) and `27%` or `27.2` once a sheet is saved as text.
"""

import dataclasses
import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import headers, layout, recognise

PARTS = {"count": "Number of children", "value": "Percentage of children"}
PROVISIONAL = "provisional (p)"
# A few cells against all others are odd ones; more than a few leave the whole table in doubt.
FEW = 0.1

_PART = re.compile(r"^(number|percentage|percent|proportion|%)( of)?( all)? children\b", re.I)
_YEAR = re.compile(
    r"\bFYE\s*((?:19|20)[0-9]{2})(?![0-9])|\b((?:19|20)[0-9]{2})\s*[/-]\s*([0-9]{2})(?![0-9])", re.I
)
_MARK = re.compile(r"[\[(]p[\])]", re.I)


def one_header(table: layout.RawTable) -> layout.RawTable:
    """The table with part and year in each column's name where the file has them on two rows:
    the parts above the years, or the years below the parts."""
    names = [name for name in table.rows if name != "source_row"]
    if any(_PART.match(name) and year_of(name) for name in names):
        return table
    below = table.rows.iloc[0] if len(table.rows) else {}
    if any(_PART.match(name) for name in names) and any(year_of(below[name]) for name in names):
        return _renamed(table, _below(names, below), first_row=1)
    parts = list(dict.fromkeys(cell for cell in table.above if _PART.match(headers.tidy(cell))))
    return _renamed(table, _above(names, parts), first_row=0) if parts else table


def _renamed(table: layout.RawTable, names: dict[str, str], first_row: int) -> layout.RawTable:
    rows = table.rows.rename(columns=names).iloc[first_row:].reset_index(drop=True)
    return dataclasses.replace(table, rows=rows)


def _below(names: list[str], years: pd.Series) -> dict[str, str]:
    """Names with the year of the row below; a part stands over all blank columns after it."""
    part, found = "", {}
    for name in names:
        part = name if not name.startswith("blank_") else part
        if _PART.match(part) and year_of(years[name]):
            found[name] = f"{part} {years[name]}"
    return found


def _above(names: list[str], parts: list[str]) -> dict[str, str]:
    """Names of years with the part above: the first run of the years has the first part."""
    seen: dict[str, int] = {}
    found = {}
    for name in names:
        if year := year_of(name):
            seen[year] = seen.get(year, -1) + 1
            if seen[year] < len(parts):
                found[name] = f"{headers.tidy(parts[seen[year]])} {name}"
    return found


def year_of(text: str) -> str:
    """The year in which the financial year of a header ends, "" if it names none."""
    match = _YEAR.search(str(text))
    if not match:
        return ""
    if match[1]:
        return match[1]
    ends = int(match[2]) + 1
    return str(ends) if ends % 100 == int(match[3]) else ""


def year_columns(
    table: layout.RawTable, path: Path, source: Source
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """{year: {count: column, value: column}} by the words of the header, and what is lacking.

    SourceError if no column has a part and a year, or two have the same.
    """
    found: dict[str, dict[str, str]] = {}
    for column in table.rows:
        match, year = _PART.match(column), year_of(column)
        if match and year:
            part = "count" if match[1].casefold() == "number" else "value"
            if part in found.setdefault(year, {}):
                raise _twice(path, part, year, (found[year][part], column))
            found[year][part] = column
    if not found:
        raise recognise.missing_column(path, source, list(PARTS.values()), table.rows)
    lacking = [
        f"no column `{name} FYE {year}`"
        for part, name in PARTS.items()
        for year in found
        if part not in found[year]
    ]
    return found, lacking


def _twice(path: Path, part: str, year: str, columns: tuple[str, str]) -> SourceError:
    got = f"`{columns[0]}` and `{columns[1]}`"
    action = "Keep the one that is right and take the other out of the sheet."
    return SourceError(path, f"must have one {part} for FYE {year}", got, action)


def provisional(columns: Iterable[str]) -> str:
    """The note for a year whose header marks it as provisional, else ""."""
    return PROVISIONAL if _MARK.search(" ".join(columns)) else ""


def per_cent(
    texts: pd.Series, numbers: pd.Series, tables: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Percentages from 0 to 100 and true where it cannot be told what a number means.

    `27%` is per cent. Without the sign, a table whose numbers are all up to 1 holds fractions,
    one whose numbers are all above 1 per cent. A few odd cells of a table are in doubt; more
    leave all its numbers without a sign in doubt. Zero is zero either way.
    """
    signed = texts.str.contains("%", regex=False)
    told = numbers.notna() & (numbers != 0)
    small = told & ~signed & (numbers <= 1)
    large = told & ~signed & (numbers > 1)
    share = small.groupby(tables).transform("sum") / told.groupby(tables).transform("sum")
    fractions, percents = share >= 1 - FEW, share <= FEW
    doubt = (small & ~fractions) | (large & ~percents)
    return numbers.where(~small, numbers * 100), doubt
