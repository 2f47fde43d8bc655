"""Age bands of grouped data, and reference tables joined to them by key."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import Groups, grouped
from cyp_analysis.measures.reasons import Reasons, add_notes, first_reason

NOT_IN_REFERENCE, NO_BAND = -1, -2


class Reference(NamedTuple):
    """A reference table, the columns that are its key, and its row for each row of the data.

    A place of -1 is a band that the reference lacks, -2 a band that is missing in the data.
    """

    table: pd.DataFrame
    names: list[str]
    place: np.ndarray

    def read(self, **columns: str) -> tuple[list[np.ndarray], rows.Rules]:
        """Columns of the reference for each row of the data, and rules, as `rows.read` gives."""
        figures, rules = rows.read(self.table, **columns)
        return [self._by_row(figure, np.nan) for figure in figures], [
            (self._by_row(np.broadcast_to(broken, len(self.table)), False), words)
            for broken, words in rules
            if broken.any()
        ]

    def _by_row(self, figure: np.ndarray, other: float) -> np.ndarray:
        """Figures of the reference for each row of the data; `other` for both negative places."""
        return np.append(figure, [other, other])[self.place]

    def lacking(self, groups: Groups, first_of_band: np.ndarray) -> np.ndarray:
        """Whether each group has fewer bands than the reference.

        Where a column of the key is also one that names the groups (the year, the sex), a group
        needs the bands of its own year or sex only.
        """
        found = np.bincount(groups.of_row[first_of_band], minlength=len(groups.keys))
        shared = [name for name in self.names if name in groups.keys.columns]
        if not shared:
            return found < len(self.table)
        parts = grouped(self.table[shared], shared)
        place = _places(groups.keys[shared], parts.keys)
        return found < np.append(parts.sizes(), [0, 0])[place]


class Bands(NamedTuple):
    """The band of each row as a number (None: bands not told), rules for rows without one."""

    code: np.ndarray | None
    rules: rows.Rules
    reference: Reference | None = None

    def read(self, df: pd.DataFrame, **columns: str) -> tuple[list[np.ndarray], rows.Rules]:
        """Columns of the reference where one is joined, else of the table, as `rows.read` gives."""
        return self.reference.read(**columns) if self.reference else rows.read(df, **columns)

    def first_rows(self, groups: Groups) -> np.ndarray | None:
        """For each row, the position of the first row of its band in its group.

        None where bands are not told.
        """
        if self.code is None:
            return None
        # A row of no band has a reason already, so that any number does for it.
        code = np.maximum(self.code, 0)
        return first_rows(groups.of_row * (int(code.max(initial=0)) + 1) + code)

    def lacking(self, groups: Groups, first: np.ndarray | None) -> np.ndarray:
        """Whether each group lacks a band of the reference; without a reference none does."""
        if self.reference is None or first is None:
            return np.zeros(len(groups.keys), dtype=bool)
        return self.reference.lacking(groups, first == np.arange(first.size))


def given_twice(first: np.ndarray | None) -> rows.Rules:
    """The rule for rows whose band stands in their group before; none where bands are not told."""
    return [] if first is None else [(first != np.arange(first.size), "band given twice")]


def first_rows(code: np.ndarray) -> np.ndarray:
    """For each row, the position of the first row with the same code (0 or more)."""
    if code.max(initial=0) > 4 * code.size:  # keep the table below small
        code = pd.factorize(code)[0]
    first = np.zeros(int(code.max(initial=-1)) + 1, dtype=np.intp)
    first[code[::-1]] = np.arange(code.size - 1, -1, -1)
    return first[code]


def find_bands(
    df: pd.DataFrame,
    band: str | Sequence[str] | None,
    reference: pd.DataFrame | None,
    on: str | Sequence[str] | None,
) -> Bands:
    """The bands of a table: the key of the reference where one is given, else `band`.

    UsageError if `reference` is not a table or comes without `on`, `on` without `reference`, or
    `band` with other columns than `on`. SchemaError if a key stands in the reference twice.
    """
    _check_words(band, reference, on)
    if reference is not None:
        joined = join_reference(df, reference, _named(df, "on", on))
        missing, unknown = joined.place == NO_BAND, joined.place == NOT_IN_REFERENCE
        rules = [(missing, "band missing"), (unknown, "band not in reference")]
        return Bands(joined.place, rules, joined)
    if band is None:
        return Bands(None, [])
    names = _named(df, "band", band)
    bands = grouped(df[names], names)
    is_missing = bands.keys.isna().any(axis=1).to_numpy()
    return Bands(bands.of_row, [(is_missing[bands.of_row], "band missing")])


def _check_words(
    band: str | Sequence[str] | None, reference: object, on: str | Sequence[str] | None
) -> None:
    """UsageError if reference, on and band do not go together."""
    if reference is not None and not isinstance(reference, pd.DataFrame):
        raise UsageError(
            thing="reference",
            rule="is a table (DataFrame)",
            got=repr(reference),
            action="Use for example standard_population().",
        )
    if (reference is None) != (on is None):
        raise UsageError(
            thing="reference",
            rule="goes with on, the columns that join it to the table",
            got="one without the other",
            action="Give both, or neither where the figures are columns of the table.",
        )
    if on is not None and band is not None and set(_listed(band)) != set(_listed(on)):
        raise UsageError(
            thing="band",
            rule="the same columns as on, where a reference is joined",
            got=", ".join(_listed(band)),
            action="Leave band out.",
        )


def _listed(names: str | Sequence[str]) -> list[str]:
    """One name or several, as a list."""
    return [names] if isinstance(names, str) else list(names)


def _named(df: pd.DataFrame, argument: str, names: str | Sequence[str]) -> list[str]:
    """The columns that an argument names, each in the table; UsageError if it names none."""
    if not (listed := _listed(names)):
        raise UsageError(
            thing=argument,
            rule="names at least one column",
            got="none",
            action="Leave it out, or fill.",
        )
    return [rows.column(df, name).name for name in listed]


def join_reference(df: pd.DataFrame, reference: pd.DataFrame, names: list[str]) -> Reference:
    """The row of the reference for each row of a table, by key; never by position.

    SchemaError if a key stands in the reference twice or is missing there.
    """
    table = reference[[rows.column(reference, name).name for name in names]]
    twice = table.duplicated().to_numpy() | table.isna().any(axis=1).to_numpy()
    if twice.any():
        raise SchemaError(
            thing="reference",
            rule=f"has each {' and '.join(names)} once, and none missing",
            got="; ".join(map(str, table[twice].head(3).itertuples(index=False, name=None))),
            action="Keep one row for each.",
        )
    bands = grouped(df[names], names)
    return Reference(reference, names, _places(bands.keys, table)[bands.of_row])


def _places(keys: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    """The row of `table` that has each key: -1 if none has it, -2 if part of the key is missing."""
    # As plain Python values, a whole number finds its like in a column of any numeric type.
    index = pd.Index(_tuples(table), tupleize_cols=False, dtype=object)
    wanted = pd.Index(_tuples(keys[table.columns]), tupleize_cols=False, dtype=object)
    is_missing = keys.isna().any(axis=1).to_numpy()
    return np.where(is_missing, NO_BAND, index.get_indexer(wanted))


def _tuples(table: pd.DataFrame) -> list[tuple]:
    """The rows of a table as tuples of plain values."""
    return list(zip(*(table[name].astype(object) for name in table.columns), strict=True))


# --- missing figures that count as none -----------------------------------------------------------


def as_zero(figures: Iterable[np.ndarray]) -> list[np.ndarray]:
    """Figures with 0 in place of a missing one."""
    return [np.where(np.isnan(f), 0, f) if np.isnan(f).any() else f for f in figures]


def set_apart(rules: rows.Rules, *labels: str) -> tuple[rows.Rules, rows.Rules]:
    """Rules that stop a group, and those about a missing figure that counts as 0 and is noted."""
    words = {f"{label} missing": f"missing {label} taken as 0" for label in labels}
    noted = [(broken, words[word]) for broken, word in rules if word in words]
    return [rule for rule in rules if rule[1] not in words], noted


def with_notes(groups: Groups, noted: rows.Rules, ok: np.ndarray) -> Groups:
    """The groups, with a note on those that are `ok` and have a figure taken as 0."""
    keys = groups.keys
    for broken, words in noted:
        if broken.any():
            why = first_reason([(broken, words)], broken.size).by_group(groups)
            told = Reasons(np.where(ok, why.codes, 0), why.words)
            keys = keys.assign(value_note=add_notes(keys, told, strict=False))
    return groups._replace(keys=keys)
