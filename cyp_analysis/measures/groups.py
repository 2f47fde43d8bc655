"""Groups of rows: which group each row belongs to, the key of each group, sums."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows


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


def group_names(df: pd.DataFrame, by: str | Sequence[str] | None) -> list[str]:
    """Names of the grouping columns as a list, empty for None; each must be in the table."""
    names = [by] if isinstance(by, str) else list(() if by is None else by)
    if by is not None and not names:
        raise UsageError(
            thing="by",
            rule="names at least one column",
            got="none",
            action="Leave it out, or fill.",
        )
    return [str(rows.column(df, name).name) for name in names]


def grouped(df: pd.DataFrame, by: str | Sequence[str] | None) -> Groups:
    """The groups of a table; without `by` all rows are one group. No rows: no groups.

    The keys hold the columns of `by` and, where the table has it, `value_note` with the notes of
    each group joined. A missing key is a group of its own.
    """
    names = group_names(df, by)
    of_row = np.zeros(len(df), dtype=np.intp)
    for place, name in enumerate(names):
        codes, different = pd.factorize(df[name], use_na_sentinel=False)
        of_row = pd.factorize(of_row * len(different) + codes)[0] if place else codes
    number = int(of_row.max(initial=-1)) + 1
    first = np.empty(number, dtype=np.intp)
    first[of_row[::-1]] = np.arange(len(df) - 1, -1, -1)
    keys = df[names].iloc[first].reset_index(drop=True)
    if "value_note" in df.columns and "value_note" not in names:
        keys = keys.assign(value_note=_joined_notes(df, of_row, number))
    return Groups(of_row, keys)


def _joined_notes(df: pd.DataFrame, of_row: np.ndarray, number: int) -> pd.Series:
    """The different notes of each group, joined."""
    notes = pd.DataFrame({"group": of_row, "note": rows.notes_of(df).to_numpy()}).query(
        "note != ''"
    )
    joined = notes.drop_duplicates().groupby("group")["note"].agg("; ".join)
    return joined.reindex(range(number)).fillna("").astype("str")


def summed(df: pd.DataFrame, by: str | Sequence[str], figures: list[str]) -> pd.DataFrame:
    """One row per group: the sums of the figures, missing if any member is, and joined notes."""
    names = group_names(df, by)
    if set(names) & set(figures):
        raise UsageError(
            thing="by",
            rule="names other columns than those that are summed",
            got=", ".join(names),
            action="Leave the count and the denominator out of by.",
        )
    groups = grouped(df, names)
    sums = {name: groups.total(rows.numbers(df, name)) for name in figures}
    table = groups.keys.assign(**sums)
    return table[[*names, *sums, *(["value_note"] if "value_note" in table else [])]]


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
