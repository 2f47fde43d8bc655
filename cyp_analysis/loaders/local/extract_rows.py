"""Rows of a child-level extract: which can be used, which pass a filter, what they are labelled."""

import numpy as np
import pandas as pd

from cyp_analysis.loaders.local import extract_days as calendar
from cyp_analysis.loaders.local.extract_rules import Filter, Plan, codes_of
from cyp_analysis.loaders.local.extract_tables import ExtractTable, listed
from cyp_analysis.loaders.local.extract_values import BAD_DAY, BLANK, NO_DAY
from cyp_analysis.loaders.table import problem_table

NOT_KNOWN = "not known"
_MIX = np.uint64(0x9E3779B97F4A7C15)
Told = list[tuple[int, str]]


def without_repeats(table: ExtractTable, child: str) -> tuple[ExtractTable, Told]:
    """Rows with a child's identifier, each once: a row alike in every column read is a repeat."""
    blank = table.columns[child] == 0
    told = _left_out(table, blank, "no child identifier")
    keys = np.zeros(len(table), dtype="uint64")
    with np.errstate(over="ignore"):
        for cells in table.columns.values():
            keys = (keys ^ (keys >> np.uint64(29)) ^ cells.astype("uint64")) * _MIX
    again = pd.Series(keys).duplicated().to_numpy() & ~blank
    told += _left_out(table, again, "the same as an earlier row in every column read")
    return (table.where(~(blank | again)) if told else table), told


def usable(table: ExtractTable, dates: tuple[str, ...]) -> tuple[ExtractTable, Told]:
    """Rows whose start, end and other date can be used; the others told by row number.

    A date that cannot be read is not a blank one: an unreadable end does not make a case open.
    """
    start, end, other = dates
    bad, told = np.zeros(len(table), dtype=bool), []
    for name in dict.fromkeys(name for name in dates if name):
        unread = table.columns[name] == BAD_DAY
        told += _left_out(table, unread & ~bad, f"`{name}` is not a date")
        bad |= unread
    for name in dict.fromkeys(name for name in (start, other) if name and name != end):
        empty = (table.columns[name] == NO_DAY) & ~bad
        told += _left_out(table, empty, f"`{name}` is blank")
        bad |= empty
    for name in dict.fromkeys(name for name in (start, other) if name and end and name != end):
        wrong = (table.columns[end] < table.columns[name]) & ~bad
        told += _left_out(table, wrong, f"`{end}` is before `{name}`")
        bad |= wrong
    return (table.where(~bad) if bad.any() else table), told


def overlaps(table: ExtractTable, child: str, dates: tuple[str, str]) -> Told:
    """Rows that start before the row before them of the same child has ended; kept, but told."""
    start, end = (table.columns[name] for name in dates)
    order = np.lexsort((start, table.columns[child]))
    same = table.columns[child][order][1:] == table.columns[child][order][:-1]
    early = same & (start[order][1:] < end[order][:-1])
    lines = np.sort(table.numbers[order][1:][early])
    if not len(lines):
        return []
    what = f"`{dates[0]}` is before the end of the same child's earlier row"
    return [(int(lines[0]), f"{table.name}: {listed(lines)} kept: {what}")]


def _left_out(table: ExtractTable, bad: np.ndarray, why: str) -> Told:
    lines = table.numbers[bad]
    if not len(lines):
        return []
    return [(int(lines[0]), f"{table.name}: {listed(lines)} left out: {why}")]


def passing(plan: Plan, table: ExtractTable, filters: Filter) -> np.ndarray:
    """True for the rows that pass every filter of a column that the table has."""
    keep = np.ones(len(table), dtype=bool)
    for column, wanted in filters.items():
        if column in table.columns:
            keep &= _allowed(plan.roles[column], wanted)[table.columns[column]]
    return keep


def _allowed(places: dict[str, int], wanted: list[str] | dict) -> np.ndarray:
    """True for each place of a code that a filter lets pass; unknown codes pass only a `not`."""
    negative = isinstance(wanted, dict) and "not" in wanted
    allowed = np.full(len(places) + 2, negative)
    if isinstance(wanted, dict) and "at_least" in wanted:
        words = [code for code in codes_of(wanted) if int(code) >= wanted["at_least"]]
    else:
        words = codes_of(wanted)
    for word in words:
        allowed[places[str(word).casefold()] if str(word) else BLANK] = not negative
    return allowed


def again(table: ExtractTable, columns: tuple[str, str], months: int) -> np.ndarray:
    """True for rows of a child who has a row of an earlier day, at most some months before."""
    child, start = (table.columns[name] for name in columns)
    order = np.lexsort((start, child))
    child, start = child[order], start[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (child[1:] != child[:-1]) | (start[1:] != start[:-1])
    days, whose = start[new], child[new]
    found = np.zeros(len(days), dtype=bool)
    since = calendar.month_ago(days, months)
    found[1:] = (whose[1:] == whose[:-1]) & (days[:-1] >= since[1:])
    result = np.empty(len(order), dtype=bool)
    result[order] = found[np.cumsum(new) - 1]
    return result


def last_of_each(child: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Places of the last row of each child in an order; of equals, the one further down."""
    placed = np.lexsort((order, child))
    last = np.ones(len(placed), dtype=bool)
    last[:-1] = child[placed][1:] != child[placed][:-1]
    return np.sort(placed[last])


def cells_of(
    tables: list[ExtractTable], table: ExtractTable, chosen: np.ndarray, names: tuple[str, str]
) -> np.ndarray | None:
    """A column's cells for the chosen rows: of their own table, else the first that the others
    say of the same child; blank where none does. None if no table has the column."""
    child, column = names
    if column in table.columns:
        return table.columns[column][chosen]
    others = [t for t in tables if column in t.columns]
    if not others:
        return None
    hashes = np.concatenate([t.columns[child] for t in others])
    cells = np.concatenate([t.columns[column] for t in others])
    blank = NO_DAY if cells.dtype == np.int32 else BLANK
    said = cells != blank
    hashes, first = np.unique(hashes[said], return_index=True)
    mine = table.columns[child][chosen]
    if not len(hashes):
        return np.full(len(mine), blank, dtype=cells.dtype)
    place = np.minimum(np.searchsorted(hashes, mine), len(hashes) - 1)
    return np.where(hashes[place] == mine, cells[said][first[place]], cells.dtype.type(blank))


def labelled(cells: np.ndarray, labels: dict, places: dict[str, int]) -> pd.Categorical:
    """The label of each code; NOT_KNOWN for blank cells and codes that the passport lacks."""
    which = np.full(len(places) + 2, len(labels))
    for number, codes in enumerate(labels.values()):
        for code in codes:
            which[places[code.casefold()] if code else BLANK] = number
    return pd.Categorical.from_codes(which[cells], [*labels, NOT_KNOWN])


def banded_months(days: np.ndarray, on: np.ndarray, bands: list) -> pd.Categorical:
    """The band of the time from each day to another: at most so many months."""
    band = sum((days < calendar.month_ago(on, limit)).astype(int) for limit, _ in bands)
    return _bands(band, (days == NO_DAY) | (days == BAD_DAY) | (days > on), bands)


def banded_years(born: np.ndarray, on: np.ndarray, bands: list) -> pd.Categorical:
    """The band of the age in full years: below the limit. Before birth is a band of its own
    where the first limit is 0, else not known."""
    known = (born != NO_DAY) & (born != BAD_DAY)
    years = calendar.full_years(np.where(known, born, 0), on)
    band = sum((years >= limit).astype(int) for limit, _ in bands)
    return _bands(band, ~known | ((years < 0) & (bands[0][0] > 0)), bands)


def _bands(band: np.ndarray, unknown: np.ndarray, bands: list) -> pd.Categorical:
    names = [name for _, name in bands]
    return pd.Categorical.from_codes(np.where(unknown, len(bands), band), [*names, NOT_KNOWN])


def problem_rows(tables: list[ExtractTable], told: Told) -> pd.DataFrame:
    """The problems of the files and of the counting, one table."""
    parts = [table.problems for table in tables]
    named = [
        part.assign(problem=table.name + ": " + part["problem"])
        for table, part in zip(tables, parts, strict=True)
    ]
    return pd.concat([*named, problem_table(told)], ignore_index=True)
