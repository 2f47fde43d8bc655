"""An index of an edition's numbers by their size."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cyp_analysis.present.claims.cells import NOT_SAID, Cell


@dataclass(frozen=True)
class Sought:
    """Which numbers are looked for: of some areas or of none, and of some indicators or of none (of
    all if `ids` is None), in some tables (those with indicators if `tables` is None)."""

    areas: frozenset[str]
    ids: frozenset[str] | None
    tables: frozenset[str] | None


class Index:
    """Every number of some tables, from the smallest to the greatest size."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], own: Iterable[str]) -> None:
        self.tables, self.own = tables, frozenset(own)
        self._index()

    def _index(self) -> None:
        self._places: list[tuple[str, str]] = []
        self._ids: dict[str, int] = {"": 0}
        self._area_ids: dict[str, int] = {"": 0}
        parts = [part for name in self.tables for part in self._columns_of(name)]
        empty = (np.empty(0), *(np.empty(0, np.int32) for _ in range(4)))
        stacked = [np.concatenate(each) for each in zip(*(parts or [empty]), strict=True)]
        order = np.argsort(np.abs(stacked[0]), kind="stable")
        ordered = (each[order] for each in stacked)
        self._values, self._where, self._rows, self._inds, self._areas = ordered
        self._sizes = np.abs(self._values)

    def _columns_of(self, name: str) -> Iterator[tuple[np.ndarray, ...]]:
        """Of each column of numbers: values, and for each its column, row, indicator and area."""
        table = self.tables[name]
        ids = _codes(table, "indicator_id", self._ids)
        areas = _codes(table, "area_code", self._area_ids)
        own = np.isin(areas, _numbers(self._area_ids, self.own))
        for column in _numeric(table):
            values = table[column].to_numpy(dtype=float, na_value=np.nan)
            # Of other areas a sentence names the value, never its interval or rank.
            rows = np.flatnonzero(~np.isnan(values) & (own | (column == "value")))
            where = np.full(len(rows), len(self._places), dtype=np.int32)
            self._places.append((name, column))
            yield values[rows], where, rows.astype(np.int32), ids[rows], areas[rows]

    def near(self, sought: Sought, size: float, decimals: int) -> list[Cell]:
        """The numbers that may be shown as `size` at so many decimals."""
        half = 0.5000001 * 10.0**-decimals
        low = np.searchsorted(self._sizes, abs(size) - half)
        high = np.searchsorted(self._sizes, abs(size) + half, side="right")
        found = np.arange(low, high)
        found = found[np.isin(self._areas[found], _numbers(self._area_ids, sought.areas))]
        if sought.ids is not None:
            found = found[np.isin(self._inds[found], _numbers(self._ids, sought.ids))]
        found = found[self._allowed(sought.tables)[self._where[found]]]
        return [self._cell(n) for n in found]

    def _allowed(self, tables: frozenset[str] | None) -> np.ndarray:
        """Which columns are of tables that may be meant."""
        if tables not in self._allowing:
            known = self.tables
            fits = [
                t in tables if tables is not None else "indicator_id" in known[t].columns
                for t, _ in self._places
            ]
            self._allowing[tables] = np.array(fits, dtype=bool)
        return self._allowing[tables]

    @cached_property
    def _allowing(self) -> dict[frozenset[str] | None, np.ndarray]:
        return {}

    def _cell(self, n: int) -> Cell:
        table, column = self._places[self._where[n]]
        return Cell(table, int(self._rows[n]), column, float(self._values[n]))


def _numeric(table: pd.DataFrame) -> list[str]:
    numbers = table.select_dtypes(include="number").columns
    return [name for name in numbers if name not in NOT_SAID]


def _codes(table: pd.DataFrame, column: str, ids: dict[str, int]) -> np.ndarray:
    """A number for each row's word of a column; 0 for a row without one."""
    if column not in table.columns:
        return np.zeros(len(table), dtype=np.int32)
    places, names = pd.factorize(table[column])
    known = [ids.setdefault("" if pd.isna(name) else str(name), len(ids)) for name in names]
    return np.array([*known, 0], dtype=np.int32)[places]


def _numbers(ids: dict[str, int], names: Iterable[str]) -> list[int]:
    return [0, *(ids[name] for name in names if name in ids)]
