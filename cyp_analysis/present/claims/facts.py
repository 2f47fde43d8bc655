"""What an edition knows about one area, ready to be looked up."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd

from cyp_analysis import periods
from cyp_analysis.edition_reader import Edition
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.geography import Area
from cyp_analysis.present.claims.calls import MUST_NAME, UNNAMED
from cyp_analysis.present.claims.cells import NAMING, PERIOD_LABELS, Cell
from cyp_analysis.present.claims.index import Index, Sought
from cyp_analysis.present.claims.naming import area_of, names_of, own_codes, plain_name, spaced
from cyp_analysis.present.claims.numbers import Number
from cyp_analysis.present.claims.reading import tables_for


class Facts:
    """The tables of an edition as one area's pages see them, and an index of their numbers."""

    def __init__(self, edition: Edition, area: Area) -> None:
        self.area, self._last_said, self._meaning = area, None, {}
        self.tables = tables_for(edition, own_codes(area))
        self._index = Index(self.tables, own_codes(area))

    def near(self, sought: Sought, number: Number, decimals: int, said: str) -> list[Cell]:
        """The numbers of the edition that may be shown as one of a sentence, of rows that its words
        may mean."""
        ids = None if sought.ids is None else frozenset(self.related(sought.ids))
        found = self._index.near(replace(sought, ids=ids), number.value, decimals)
        return [cell for cell in found if self._meant(cell.table, said)[cell.row]]

    def _meant(self, table: str, said: str) -> np.ndarray:
        """Which rows of a table are told from the others by names that the words hold."""
        if self._last_said != said:
            self._last_said, self._meaning = said, {}
        if table not in self._meaning:
            known = self.tables[table]
            fits, padded = np.ones(len(known), dtype=bool), f" {spaced(said)} "
            for column in set(MUST_NAME.get(table, ())) & set(known.columns):
                places, names = self._factors(table, column)
                held = [n.isdigit() or n in UNNAMED or _holds(padded, n) for n in names]
                fits &= np.array([*held, True], dtype=bool)[places]
            if "is_total" in known.columns:
                fits |= known["is_total"].to_numpy(dtype=bool)
            self._meaning[table] = fits
        return self._meaning[table]

    def _factors(self, table: str, column: str) -> tuple[np.ndarray, list[str]]:
        key = (table, column)
        if key not in self._factored:
            places, names = pd.factorize(self.tables[table][column])
            self._factored[key] = places, [plain_name(name) for name in names]
        return self._factored[key]

    @cached_property
    def _factored(self) -> dict[tuple[str, str], tuple[np.ndarray, list[str]]]:
        return {}

    def related(self, ids: Iterable[str]) -> set[str]:
        """Some indicators and those that hold their groups of children."""
        return {*ids, *(part for name in ids for part in self._parts.get(name, ()))}

    @cached_property
    def _parts(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name in ("inequalities", "gradients"):
            table = self.tables.get(name)
            if table is not None:
                pairs = table[["headline_id", "indicator_id"]].drop_duplicates()
                for headline, part in pairs.itertuples(index=False):
                    found.setdefault(headline, set()).add(part)
        return found

    def said(self, cell: Cell, column: str) -> object:
        """What the row of a number has in another column; empty if there is no such column."""
        return self.at(cell.table, cell.row, column)

    def at(self, table: str, row: int, column: str) -> object:
        """One field of a table; empty where the table has no such column or the field is empty."""
        key = (table, column)
        if key not in self._columns:
            known = self.tables[table]
            self._columns[key] = _listed(known[column]) if column in known.columns else None
        values = self._columns[key]
        value = "" if values is None else values[row]
        return "" if value is None or value is pd.NaT or value != value else value

    @cached_property
    def _columns(self) -> dict[tuple[str, str], list | None]:
        return {}

    @cached_property
    def own(self) -> frozenset[str]:
        """The area and the areas that it lies in."""
        return frozenset(own_codes(self.area))

    @cached_property
    def area_names(self) -> dict[str, str]:
        """Name as it may stand in a sentence, small letters → code."""
        codes = set(self.tables["indicators"]["area_code"]) | self.own
        found = {}
        for code in codes:
            area = area_of(code)
            if area:
                found |= dict.fromkeys(names_of(area), code)
        return found

    @cached_property
    def every_name(self) -> frozenset[str]:
        """Every name of an area or of a row, small letters."""
        found = set(self.area_names)
        for table in self.tables.values():
            for column in set(NAMING) & set(table.columns):
                found |= {plain_name(text) for text in table[column].dropna().unique()}
        return frozenset(found - {""})

    def subject(self, cell: Cell) -> str:
        """The code of the area that a number is of; empty if its table has none."""
        column = "benchmark_area_code" if cell.column.startswith("benchmark") else "area_code"
        return str(self.said(cell, column))

    def names(self, cell: Cell) -> frozenset[str]:
        """How a sentence may name the row of a number, small letters."""
        subject = self.subject(cell)
        key = (cell.table, cell.row, subject)
        if key not in self._names:
            found = set(self._names_of(subject))
            known = self.tables[cell.table].columns
            found |= {plain_name(self.said(cell, name)) for name in NAMING if name in known}
            self._names[key] = frozenset(found - {""})
        return self._names[key]

    def _names_of(self, code: str) -> frozenset[str]:
        if code not in self._areas_named:
            area = area_of(code)
            self._areas_named[code] = frozenset(names_of(area) if area else ())
        return self._areas_named[code]

    @cached_property
    def _names(self) -> dict[tuple[str, int, str], frozenset[str]]:
        return {}

    @cached_property
    def _areas_named(self) -> dict[str, frozenset[str]]:
        return {}

    def compared(self, ids: Iterable[str], period_end: str) -> pd.DataFrame:
        """The area's comparisons of some indicators: of one period, else of the newest."""
        rows = self._own_comparisons
        rows = rows[rows["indicator_id"].isin(list(ids))]
        if period_end:
            return rows[rows["period_end"] == pd.Timestamp(period_end)]
        return rows[
            rows["period_end"] == rows.groupby("indicator_id")["period_end"].transform("max")
        ]

    def own_rows(self, name: str) -> pd.DataFrame:
        """The area's own rows of a table; none where the edition has no such table."""
        if name not in self._own_rows:
            table = self.tables.get(name, pd.DataFrame(columns=TABLES.get(name, ["area_code"])))
            self._own_rows[name] = table[table["area_code"] == self.area.code]
        return self._own_rows[name]

    @cached_property
    def _own_rows(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def _own_comparisons(self) -> pd.DataFrame:
        rows = self.own_rows("comparisons")
        return rows[rows["category"] == ""]

    def labels(self, cell: Cell) -> list[str]:
        """How a sentence may name the periods of a number's row, small letters."""
        key = (cell.table, cell.row)
        if key not in self._labels:
            self._labels[key] = self._labels_of(cell)
        return self._labels[key]

    @cached_property
    def _labels(self) -> dict[tuple[str, int], list[str]]:
        return {}

    def _labels_of(self, cell: Cell) -> list[str]:
        names = [name for name in PERIOD_LABELS if name in self.tables[cell.table].columns]
        known = [str(self.said(cell, name)) for name in names]
        known = [label.casefold() for label in known if label]
        start, end = (self.said(cell, f"period_{side}") for side in ("start", "end"))
        if start and end and not known:
            known = self._dated.get((str(self.said(cell, "indicator_id")), start, end), [])[:]
        if start and end and known:
            known.append(periods.when(start, end, known[0]).casefold())
        return known

    @cached_property
    def _dated(self) -> dict[tuple[str, object, object], list[str]]:
        """What the periods of tables without labels are called, as the figures of the same
        indicator and period have it."""
        names = ["indicator_id", "period_start", "period_end", "period_label"]
        rows = self.tables["indicators"][names].dropna().drop_duplicates()
        columns = (_listed(rows[name]) for name in names)
        found: dict[tuple[str, object, object], list[str]] = {}
        for name, start, end, label in zip(*columns, strict=True):
            found.setdefault((str(name), start, end), []).append(str(label).casefold())
        return found

    def rivals(self, cell: Cell) -> frozenset[str]:
        """The names by which rows of the same table and indicator are told apart."""
        key = (cell.table, str(self.said(cell, "indicator_id")))
        if key not in self._rivals:
            table = self.tables[cell.table]
            if key[1]:
                table = table[table["indicator_id"] == key[1]]
            self._rivals[key] = frozenset(
                plain_name(text)
                for column in set(NAMING) & set(table.columns)
                for text in table[column].dropna().unique()
                if text != ""
            )
        return self._rivals[key]

    @cached_property
    def _rivals(self) -> dict[tuple[str, str], frozenset[str]]:
        return {}


def _holds(padded: str, name: str) -> bool:
    """Whether words hold a name, or its plural: "male" may stand as "males"."""
    return f" {spaced(name)} " in padded or f" {spaced(name)}s " in padded


def _listed(column: pd.Series) -> list | np.ndarray:
    # Days stay as they are: to make each of a great table's a Timestamp would take a second.
    return column.to_numpy() if column.dtype.kind == "M" else column.tolist()
