"""Groups of rows: which group each row belongs to, the key of each group, sums."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures import rows

_LISTS = (list, tuple, pd.Index, pd.Series, np.ndarray)


class Groups(NamedTuple):
    """Which group each row belongs to (0, 1 … in order of first appearance), and their keys."""

    of_row: np.ndarray
    keys: pd.DataFrame

    def total(self, figures: np.ndarray) -> np.ndarray:
        """The sum of each group; missing if any member is."""
        return np.bincount(self.of_row, weights=figures, minlength=len(self.keys))

    def sizes(self) -> np.ndarray:
        """The number of rows of each group."""
        return np.bincount(self.of_row, minlength=len(self.keys))

    def firsts(self) -> np.ndarray:
        """The position of the first row of each group."""
        return _firsts(self.of_row, len(self.keys))

    def shared(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The cell of the first row of each group, and whether another row of it differs."""
        found = cells[self.firsts()]
        return found, self.total(cells != found[self.of_row]) > 0

    def members(self) -> list[np.ndarray]:
        """The positions of the rows of each group."""
        order = np.argsort(self.of_row, kind="stable")
        return np.split(order, np.cumsum(self.sizes())[:-1]) if len(self.keys) else []


def group_names(df: pd.DataFrame, by: str | Sequence[str] | None) -> list[str]:
    """Names of the grouping columns as a list, empty for None; each must be in the table."""
    if by is None:
        return []
    names = [by] if isinstance(by, str) else by
    if not isinstance(names, _LISTS) or not len(names) or not _are_text(names):
        raise UsageError(
            thing="by",
            rule="names one column or a list of columns",
            got=repr(by),
            action='Use for example by=["area", "year"], or leave it out.',
        )
    return [str(rows.column(df, name).name) for name in dict.fromkeys(names)]


def _are_text(names: Iterable[object]) -> bool:
    return all(isinstance(name, str) for name in names)


def grouped(df: pd.DataFrame, by: str | Sequence[str] | None) -> Groups:
    """The groups of a table; without `by` all rows are one group. No rows: no groups.

    The keys hold the columns of `by` and, where the table has it, `value_note` with the notes of
    each group joined. A missing key is a group of its own.
    """
    names = group_names(df, by)
    of_row = np.zeros(len(df), dtype=np.intp)
    for place, name in enumerate(names):
        codes, different = _factorised(df[name])
        of_row = pd.factorize(of_row * len(different) + codes)[0] if place else codes
    number = int(of_row.max(initial=-1)) + 1
    keys = df[names].iloc[_firsts(of_row, number)].reset_index(drop=True)
    if "value_note" in df.columns and "value_note" not in names:
        keys = keys.assign(value_note=_joined_notes(df, of_row, number))
    return Groups(of_row, keys)


def _factorised(series: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """A number for each different cell; SchemaError for cells that cannot be told apart."""
    try:
        return pd.factorize(series, use_na_sentinel=False)
    except TypeError as error:
        raise SchemaError(
            thing=f"column {series.name}",
            rule="holds text, numbers or dates, which can name groups",
            got=str(error),
            action="Name another column, or turn its cells into text.",
        ) from error


def _firsts(of_row: np.ndarray, number: int) -> np.ndarray:
    """The position of the first row of each group."""
    first = np.empty(number, dtype=np.intp)
    first[of_row[::-1]] = np.arange(of_row.size - 1, -1, -1)
    return first


def _joined_notes(df: pd.DataFrame, of_row: np.ndarray, number: int) -> pd.Series:
    """The different notes of each group, joined."""
    notes = pd.DataFrame({"group": of_row, "note": rows.notes_of(df).to_numpy()}).query(
        "note != ''"
    )
    joined = notes.drop_duplicates().groupby("group")["note"].agg("; ".join)
    return joined.reindex(range(number)).fillna("").astype("str")


def refuse_clash(keys: Iterable[str], added: Iterable[str]) -> None:
    """UsageError if a column that names the groups is also one that the result adds."""
    clash = [name for name in keys if name in set(added) - {"value_note"}]
    if clash:
        raise UsageError(
            thing="by",
            rule="names no column that is added to the result",
            got=", ".join(clash),
            action="Rename the column first.",
        )
