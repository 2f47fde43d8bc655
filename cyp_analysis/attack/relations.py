"""What holds between cells: totals, both sexes, areas and their parts, running totals."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.attack.cells import KEY


class Relation(NamedTuple):
    """low <= sum of factor × cell <= high, for cells by number; `is_firm` where it must hold.

    Others are guesses of a careful reader (that a breakdown makes up its printed base): they are
    left out where they contradict the figures.
    """

    cells: tuple[int, ...]
    factors: tuple[float, ...]
    low: float
    high: float
    why: str
    is_firm: bool = True


_SERIES = ["series", "area_code", "period_label"]
_NEEDED = [*KEY, "period_start", "period_end", "count", "denominator", "parent", "table"]
_FLAGS = ["is_withheld", "is_share", "rule"]
_TOLERANCE = 0.01
Cell = Any  # a row of the cells as a named tuple, `Index` its number


def relations(cells: pd.DataFrame) -> list[Relation]:
    """Every relation that a withheld cell takes part in; `cells` are numbered by their index."""
    rows = list(_near(cells)[[*_NEEDED, *_FLAGS]].itertuples())
    found = [
        *_sexes(rows),
        *_breakdowns(rows),
        *_columns(rows),
        *_joint_breakdowns(rows),
        *_printed_bases(rows, "category", ["sex", "age", "part", "category_type"]),
        *_printed_bases(rows, "part", ["sex", "age", "category_type", "category"]),
        *_places(rows),
        *_months(rows),
    ]
    return list(dict.fromkeys(found))


def _near(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells of a series and area in which something is withheld, there or in a place of it."""
    home = cells["parent"].where(cells["parent"] != "", cells["area_code"])
    some = cells["is_withheld"].groupby([cells["series"], home], sort=False).transform("any")
    return cells[some]


def _groups(rows: Iterable[Cell], names: list[str]) -> Iterator[tuple[tuple, list[Cell]]]:
    """Groups of cells in which something is withheld, with what they have in common."""
    key = attrgetter(*names)
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    for common, group in groups.items():
        if any(row.is_withheld for row in group):
            yield common, group


def _sum(parts: list[Cell], total: int, why: str, *, is_firm: bool = False) -> Relation:
    """Parts that make a total, which is a cell too."""
    numbers = (*[part.Index for part in parts], total)
    factors = (*[1.0] * len(parts), -1.0)
    return Relation(numbers, factors, -_TOLERANCE, _TOLERANCE, why, is_firm)


def _sexes(rows: list[Cell]) -> Iterator[Relation]:
    """Persons are males and females."""
    for _, group in _groups(rows, [*_SERIES, "age", "category_type", "category", "part"]):
        number = {row.sex: row.Index for row in group}
        if len(number) == 3 == len(group):
            halves = [row for row in group if row.sex != "persons"]
            yield _sum(halves, number["persons"], "persons = males + females", is_firm=True)


def _breakdowns(rows: list[Cell]) -> Iterator[Relation]:
    """A total is the sum of its categories."""
    same = [*_SERIES, "sex", "age", "part"]
    key = attrgetter(*same)
    total_of = {key(row): row.Index for row in rows if row.category_type == row.category == ""}
    broken = (row for row in rows if row.category_type)
    for (*common, kind), group in _groups(broken, [*same, "category_type"]):
        total = total_of.get(tuple(common))
        if total is not None and len(group) > 1:
            yield _sum(group, total, f"total = sum by {kind}")


def _columns(rows: list[Cell]) -> Iterator[Relation]:
    """In a table of rows × columns a column's total is the sum over the rows."""
    same = [*_SERIES, "sex", "age", "category_type", "category"]
    for _, group in _groups((row for row in rows if row.table == "panels.parquet"), same):
        total = [row for row in group if row.part == ""]
        parts = [row for row in group if row.part != ""]
        if len(total) == 1 and len(parts) > 1:
            yield _sum(parts, total[0].Index, "column total = sum of its rows")


def _joint_breakdowns(rows: list[Cell]) -> Iterator[Relation]:
    """The categories of one grouping split by another: "a | b" over all b is a."""
    same = [*_SERIES, "sex", "age", "part"]
    key = attrgetter(*same, "category_type", "category")
    joint = [row for row in rows if " | " in row.category_type]
    number = {key(row): row.Index for row in rows if row.category_type}
    for side in (0, 1):
        groups = defaultdict(list)
        for row in joint:
            kind, category = (text.split(" | ") for text in key(row)[-2:])
            if len(category) > side:
                groups[(*key(row)[:-2], kind[side], category[side])].append(row)
        for common, group in groups.items():
            total = number.get(common)
            if total is not None and any(row.is_withheld for row in group):
                yield _sum(group, total, "category = sum of its own categories")


def _printed_bases(rows: list[Cell], split_by: str, same: list[str]) -> Iterator[Relation]:
    """Shares of one base make it up, unless elsewhere in the series they are seen not to."""
    key, groups = attrgetter(*_SERIES, *same), defaultdict(list)
    for row in rows:
        is_part = row.is_share and getattr(row, split_by) and row.table != "places.parquet"
        if is_part:
            groups[key(row)].append(row)
    found, not_whole = [], set()
    for common, group in groups.items():
        bases = {row.denominator for row in group if row.denominator == row.denominator}
        if len(bases) != 1 or len(group) < 2:
            continue
        base, total = bases.pop(), sum(row.count for row in group if row.count == row.count)
        blank = [row for row in group if row.count != row.count]
        if total > base + 0.5 or (not blank and total < base - 0.5):
            not_whole.add(common[0])
        elif blank and all(row.is_withheld for row in blank):
            found.append((common[0], base, group))
    for series, base, group in found:
        if series not in not_whole:
            numbers, why = tuple(row.Index for row in group), f"shares of {base:g} make it up"
            ends = base - _TOLERANCE, base + _TOLERANCE
            yield Relation(numbers, (1.0,) * len(numbers), *ends, why, is_firm=False)


def _places(rows: list[Cell]) -> Iterator[Relation]:
    """The wards, or the districts, of an authority make it up."""
    same = ["series", "period_label", "sex", "age"]
    key = attrgetter(*same, "area_code")
    whole = {key(row): row.Index for row in rows if not row.parent and not row.category_type}
    inside = (row for row in rows if row.parent)
    for (*common, kind), group in _groups(inside, [*same, "parent", "part"]):
        total = whole.get(tuple(common))
        if total is not None and len(group) > 1:
            yield _sum(group, total, f"authority = sum of every {kind}")


def _months(rows: list[Cell]) -> Iterator[Relation]:
    """A running total is the one before it and what is counted between the two."""
    counted = (row for row in rows if row.rule and not row.is_share)
    same = ["series", "area_code", "sex", "age", "category_type", "category", "part"]
    day = pd.Timedelta(days=1)
    for _, group in _groups(counted, same):
        ends = {(row.period_start, row.period_end): row for row in group}
        for (start, end), before in ends.items():
            for (later, last), longer in ends.items():
                if later != start or not last > end or not start < end:
                    continue
                between = ends.get((end + day, last))
                if between is not None:
                    why = "running total = the one before + what came between"
                    yield _sum([before, between], longer.Index, why)
                pair, why = (longer.Index, before.Index), "a running total does not fall"
                yield Relation(pair, (1.0, -1.0), 0.0, np.inf, why, is_firm=False)
