"""The sums that hold between numbers of people: what a reader can add up and take away.

Categories make their total, males and females make persons, crossed categories make each of their
own, places make their authority, months make the year to date. Where the total is in no table it
is taken to be known all the same.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import sparse

from cyp_analysis.build.disclosure_cells import KEY
from cyp_analysis.methods.suppression_system import System

JOINT = " | "
_SLACK = 1e-6
Sum = list[tuple[int, float]]  # places of numbers, and 1 or −1


def system_of(cells: pd.DataFrame) -> System:
    """All numbers and sums; differences of running totals come after the numbers of the tables."""
    sums = [*breakdowns(cells), *sexes(cells), *places(cells), *tilings(cells)]
    pairs = running_totals(cells)
    months = [cells["number"].iat[late] - cells["number"].iat[early] for late, early in pairs]
    # A month that is in a table of its own adds up already.
    sums += [
        [(early, 1.0), (len(cells) + at, 1.0), (late, -1.0)]
        for at, (late, early) in enumerate(pairs)
    ]
    return _system(cells, np.array(months), [late for late, _ in pairs], sums)


def _system(cells: pd.DataFrame, months: np.ndarray, of: list[int], sums: list[Sum]) -> System:
    """`months` are numbers that stand in no table, under the rule of the cells `of`."""
    least, most = (cells[name].to_numpy(float)[of] for name in ("small_from", "small_to"))
    small = (months >= least) & (months <= most)
    none, size = np.zeros(months.size), len(cells)
    whole = (cells["category_type"] == "") & (cells["sex"] == "persons")
    totals = np.zeros(size + months.size, dtype=bool)
    totals[[place for each in sums for place, sign in each if sign < 0]] = True
    outside = np.arange(size + months.size) >= size
    return System(
        number=np.concatenate([cells["number"].to_numpy(float), months]),
        protected=np.concatenate([cells["protected"].to_numpy(bool), small]),
        low=np.concatenate([cells["low"].to_numpy(float), np.where(small, least, 0)]),
        high=np.concatenate([cells["high"].to_numpy(float), np.where(small, most, 0)]),
        above=np.concatenate([cells["above"].to_numpy(float), none]),
        hidden=np.concatenate([cells["protected"].to_numpy(bool), none == 0]),
        may_go=~outside,
        last=totals & np.concatenate([whole.to_numpy(bool), none > 0]),
        outside=outside,
        sums=_matrix(sums, size + months.size),
    )


def _matrix(sums: list[Sum], width: int) -> sparse.csr_array:
    terms = [(at, place, sign) for at, each in enumerate(sums) for place, sign in each]
    row, cell, sign = (np.array(part) for part in zip(*terms, strict=True)) if terms else ([],) * 3
    return sparse.csr_array((np.asarray(sign, float), (row, cell)), (len(sums), width))


def _places(cells: pd.DataFrame, names: list[str]) -> dict[tuple, int]:
    """Key → place of the number, where only one has that key."""
    alone = cells[~cells.duplicated(names, keep=False)]
    return dict(zip(alone[names].itertuples(index=False, name=None), alone.index, strict=True))


def _groups(cells: pd.DataFrame, names: list[str]) -> Iterator[tuple[tuple, list[int]]]:
    for key, places in cells.groupby(names, sort=False).groups.items():
        yield key, list(places)


def _with_total(cells: pd.DataFrame, parts: list[int], total: int | None) -> Sum:
    """Parts less their total; parts alone where it is in no table, or not what they make."""
    made = [(place, 1.0) for place in parts]
    number = cells["number"]
    if total is not None and abs(number[parts].sum() - number[total]) < _SLACK:
        made.append((total, -1.0))
    return made


def breakdowns(cells: pd.DataFrame) -> Iterator[Sum]:
    """Categories and their total; of a cross, also each line and column whose total is known."""
    names = [*KEY[:-2], "within"]
    known = _places(cells, [*names, "category_type", "category"])
    parted = cells[cells["category_type"] != ""]
    for key, parts in _groups(parted, [*names, "category_type"]):
        yield from _useful(_with_total(cells, parts, known.get((*key[:-1], "", ""))))
    two = parted[parted["category_type"].str.contains(JOINT, regex=False)]
    for side in (0, 1) if len(two) else ():
        one = {n: two[n].str.split(JOINT, n=1, regex=False).str[side].fillna("") for n in KEY[-2:]}
        mine = two.assign(kind=one["category_type"], one=one["category"])
        for key, parts in _groups(mine, [*names, "category_type", "kind", "one"]):
            total = known.get((*key[: len(names)], *key[-2:]))
            if total is not None:
                yield from _useful(_with_total(cells, parts, total))


def _useful(one: Sum) -> Iterator[Sum]:
    """A sum of one number alone says nothing that its own row does not."""
    if len(one) > 1:
        yield one


def sexes(cells: pd.DataFrame) -> Iterator[Sum]:
    """Males and females where persons are known as well, or where both are."""
    names = [name for name in [*KEY, "within"] if name != "sex"]
    for _, group in cells.groupby(names, sort=False):
        of = dict(zip(group["sex"], group.index, strict=True))
        if len(group) == len(of) == 3:
            yield _with_total(cells, [of["male"], of["female"]], of["persons"])


def places(cells: pd.DataFrame) -> Iterator[Sum]:
    """Places of one kind of an authority: they make its total, which is known."""
    inside = cells[cells["within"] != ""]
    names = [name for name in [*KEY, "within"] if name != "area_code"]
    for _, parts in _groups(inside, names):
        yield from _useful([(place, 1.0) for place in parts])


def _series(cells: pd.DataFrame) -> Iterator[dict[tuple, int]]:
    """(first day, last day) → place, for each number that is counted over more than a day."""
    lasting = cells[cells["period_start"] < cells["period_end"]]
    names = [name for name in [*KEY, "within"] if not name.startswith("period")]
    several = lasting[lasting.duplicated(names, keep=False)]
    for _, group in several.groupby(names, sort=False):
        days = zip(group["period_start"], group["period_end"], strict=True)
        yield dict(zip(days, group.index, strict=True))


def tilings(cells: pd.DataFrame) -> Iterator[Sum]:
    """Months and quarters that fill a longer period and make its number."""
    number = cells["number"]
    for known in _series(cells):
        by_start: dict = {}
        for start, end in sorted(known):
            by_start.setdefault(start, []).append(end)
        for start, end in known:
            parts = _filled(by_start, start, end)
            inside = [known[part] for part in parts]
            if parts and abs(number[inside].sum() - number[known[start, end]]) < _SLACK:
                yield [*((place, 1.0) for place in inside), (known[start, end], -1.0)]


def _filled(by_start: dict, start: pd.Timestamp, end: pd.Timestamp) -> list[tuple]:
    """The shortest periods, one after another, from a first to a last day; empty if they cannot."""
    parts, day = [], start
    while day <= end:
        shorter = [e for e in by_start.get(day, []) if e <= end and (day, e) != (start, end)]
        if not shorter:
            return []
        parts.append((day, shorter[0]))
        day = shorter[0] + pd.Timedelta(days=1)
    return parts


def running_totals(cells: pd.DataFrame) -> list[tuple[int, int]]:
    """Each number that adds up from a first day, and the one before it from the same day, where
    what lies between them is in no table."""
    number, pairs = cells["number"], []
    for known in _series(cells):
        ordered = sorted(known)
        for (first, early), (start, late) in zip(ordered, ordered[1:], strict=False):
            between = (early + pd.Timedelta(days=1), late)
            if first != start or between in known:
                continue
            if number[known[start, late]] >= number[known[start, early]]:
                pairs.append((known[start, late], known[start, early]))
    return pairs
