"""Bands of grouped data, and reference tables joined to them by key."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import Groups, grouped
from cyp_analysis.measures.joins import places
from cyp_analysis.measures.reasons import Reasons, add_notes, first_reason


class Reference(NamedTuple):
    """A reference table, the columns that are its key, and its row for each row of the data.

    A place of -1 is a band that the reference lacks.
    """

    table: pd.DataFrame
    names: list[str]
    place: np.ndarray

    def read(self, **columns: str) -> tuple[list[np.ndarray], rows.Rules]:
        """Columns of the reference for each row of the data, and rules, as `rows.read` gives."""
        figures, rules = rows.read(self.table, **columns)
        return [np.append(figure, np.nan)[self.place] for figure in figures], [
            (np.append(np.broadcast_to(broken, len(self.table)), False)[self.place], words)
            for broken, words in rules
            if broken.any()
        ]

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
        place = places(parts.keys, groups.keys, shared)
        return found < np.append(parts.sizes(), 0)[place]


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


def repeated(first: np.ndarray | None, words: str = "band repeated") -> rows.Rules:
    """The rule for rows that are not the first of their kind; none where kinds are not told."""
    return [] if first is None else [(first != np.arange(first.size), words)]


def first_rows(code: np.ndarray) -> np.ndarray:
    """For each row, the position of the first row with the same code (0 or more)."""
    if code.max(initial=0) > 4 * code.size:  # keep the list of first rows short
        code = pd.factorize(code)[0]
    number = int(code.max(initial=-1)) + 1
    return Groups(code, pd.DataFrame(index=range(number))).firsts()[code]


def find_bands(
    df: pd.DataFrame,
    band: str | Sequence[str] | None,
    reference: pd.DataFrame | None,
    on: str | Sequence[str] | None,
) -> Bands:
    """The bands of a table: the key of the reference where one is given, else `band`.

    UsageError if `reference` is not a table or comes without `on`, `on` without `reference`, or
    `band` with other columns than `on`. SchemaError if a key stands in the reference twice, or is
    missing there.
    """
    _check_words(band, reference, on)
    if reference is None and band is None:
        return Bands(None, [])
    names = _named(df, *(("band", band) if reference is None else ("on", on)))
    rules = [(df[names].isna().any(axis=1).to_numpy(), "band missing")]
    if reference is None:
        return Bands(grouped(df[names], names).of_row, rules)
    place = places(reference, df, names, thing="reference")
    if (n := int(reference[names].isna().any(axis=1).sum())) > 0:
        rule = f"has no missing {' or '.join(names)}"
        raise SchemaError("reference", rule, f"{n} missing", "Fill them, or leave the rows out.")
    rules.append((place < 0, "band not in reference"))
    return Bands(place, rules, Reference(reference, names, place))


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


# --- missing figures that count as none -----------------------------------------------------------


def as_zero(figures: Iterable[np.ndarray]) -> list[np.ndarray]:
    """Figures with 0 in place of a missing one."""
    return [np.where(np.isnan(f), 0, f) if np.isnan(f).any() else f for f in figures]


def set_apart(rules: rows.Rules, *labels: str) -> tuple[rows.Rules, rows.Rules]:
    """Rules that stop a group, and those about a missing figure that counts as 0 and is noted."""
    words = {f"{label} missing": f"missing {label} taken as 0" for label in labels}
    noted = [(broken, words[word]) for broken, word in rules if word in words]
    return [rule for rule in rules if rule[1] not in words], noted


def with_notes(groups: Groups, noted: rows.Rules, ok: np.ndarray, strict: bool) -> Groups:
    """The groups, with a note on those that are `ok` and have a figure taken as 0.

    Such a group rests on an assumption: strict raises SchemaError instead.
    """
    keys = groups.keys
    for broken, words in noted:
        if broken.any():
            why = first_reason([(broken, words)], broken.size).by_group(groups)
            told = Reasons(np.where(ok, why.codes, 0), why.words)
            keys = keys.assign(value_note=add_notes(keys, told, strict))
    return groups._replace(keys=keys)
