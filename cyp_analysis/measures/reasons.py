"""Why a row cannot be computed, kept as a position in a short list of words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import Groups, grouped, refuse_clash


class Reasons(NamedTuple):
    """Why each row cannot be computed: a position in `words`, 0 (no words) where it can."""

    codes: np.ndarray
    words: tuple[str, ...]

    @property
    def ok(self) -> np.ndarray:
        """True for the rows that can be computed."""
        return self.codes == 0

    def by_group(self, groups: Groups) -> "Reasons":
        """The reason of each group: that of its first row that has one."""
        found = np.zeros(len(groups.keys), dtype=np.int8)
        bad = np.flatnonzero(self.codes)[::-1]
        found[groups.of_row[bad]] = self.codes[bad]
        return Reasons(found, self.words)

    def then(self, rules: rows.Rules) -> "Reasons":
        """The same reasons, and further rules for the rows that have none yet."""
        return self.otherwise(first_reason(rules, self.codes.size))

    def otherwise(self, other: "Reasons") -> "Reasons":
        """The same reasons, and the other ones for the rows that have none here."""
        if not self.codes.any():
            return other
        shifted = np.where(other.ok, 0, other.codes + len(self.words) - 1)
        codes = np.where(self.ok, shifted, self.codes).astype(np.int8)
        return Reasons(codes, (*self.words, *other.words[1:]))


def first_reason(rules: rows.Rules, size: int) -> Reasons:
    """The first rule that each of `size` rows breaks; a rule is where it is broken, and words."""
    codes = np.zeros(size, dtype=np.int8)
    for number, (broken, _) in reversed(list(enumerate(rules, start=1))):
        codes[np.broadcast_to(broken, size)] = number
    return Reasons(codes, ("", *(words for _, words in rules)))


def add_notes(table: pd.DataFrame, why: Reasons, strict: bool) -> pd.Series:
    """`value_note` with each reason after what stood there; strict raises SchemaError instead."""
    failed, notes = np.flatnonzero(why.codes), rows.notes_of(table)
    if not failed.size:
        return notes
    extra = rows.words_of(why.codes[failed], why.words, table.index[failed])
    if strict:
        raise SchemaError(
            thing=f"row {extra.index[0]}",
            rule="every row can be computed",
            got=f"{extra.iloc[0]} ({failed.size} such rows of {len(table)})",
            action="Mend the rows, or leave strict out and read value_note.",
        )
    notes = notes.copy()
    notes.iloc[failed] = _joined(notes.iloc[failed], extra)
    return notes


def _joined(before: pd.Series, extra: pd.Series) -> pd.Series:
    """Notes with a reason added to each, unless it stands there already."""
    codes, different = pd.factorize(before + "\n" + extra)
    told = [pair.rsplit("\n", 1) for pair in different]
    texts = [
        old if new in old.split("; ") else "; ".join(filter(None, (old, new))) for old, new in told
    ]
    return rows.words_of(codes, texts, before.index)


def with_columns(
    table: pd.DataFrame,
    added: Mapping[str, object],
    why: Reasons,
    strict: bool,
    *,
    keys: Iterable[str] = (),
) -> pd.DataFrame:
    """The table with columns added at its end, `value_note` last.

    A column of the same name gives way to the new one; the input table keeps it. UsageError if
    that column is one of the `keys`, which name the groups.
    """
    refuse_clash(keys, added)
    notes = add_notes(table, why, strict)
    kept = table.drop(columns=[name for name in (*added, "value_note") if name in table.columns])
    extra = pd.DataFrame({**added, "value_note": notes.array}, index=table.index, copy=False)
    return pd.concat([kept, extra], axis=1)


def group_result(
    groups: Groups, added: Mapping[str, object], why: Reasons, strict: bool
) -> pd.DataFrame:
    """One row per group: its keys, then the columns added, `value_note` last."""
    return with_columns(groups.keys, added, why, strict, keys=groups.keys.columns)


Pairs = Sequence[tuple[str, str]]


def summed(
    df: pd.DataFrame,
    by: str | Sequence[str],
    *,
    pairs: Pairs = (("count", "denominator"),),
    is_part: bool = False,
    **columns: str,
) -> tuple[pd.DataFrame, Reasons]:
    """One row per group with the sums of some columns, and why a group has none.

    A sum is missing if any member is missing, below zero, infinite or no number, or if a member
    has a count without a denominator (`pairs` says which belong together), or above it where the
    count is a part of it. The keyword of a column is the word of the field used in the reason, as
    for `rows.read`. Notes of the members are joined.
    """
    groups = grouped(df, by)
    _refuse_summed_keys(groups.keys.columns, columns.values())
    read, rules = rows.read(df, **columns)
    figures = dict(zip(columns, read, strict=True))
    counts = {count for count, _ in pairs}
    rules += [(figures[label] < 0, f"{label} below zero") for label in columns if label in counts]
    rules += [rule for pair in pairs for rule in pair_rules(figures, pair, is_part=is_part)]
    why = first_reason(rules, len(df)).by_group(groups)
    usable = {label: (x >= 0) & np.isfinite(x) for label, x in figures.items()}
    for count, denominator in pairs:
        x, n = figures[count], figures[denominator]
        usable[denominator] &= ~((n == 0) & (x > 0))
        usable[count] &= ~((x > n) & is_part)
    sums = {
        columns[label]: groups.total(np.where(usable[label], x, np.nan))
        for label, x in figures.items()
    }
    notes = ["value_note"] if "value_note" in groups.keys else []
    order = [*groups.keys.columns.difference(notes, sort=False), *sums, *notes]
    return groups.keys.assign(**sums)[order], why


def pair_rules(
    figures: Mapping[str, np.ndarray], pair: tuple[str, str], *, is_part: bool
) -> rows.Rules:
    """The rules of a count and its denominator within a group, where 0 of 0 is no fault."""
    x, n = (figures[label] for label in pair)
    rules = [((n < 0) | ((n == 0) & (x > 0)), f"{pair[1]} not above zero")]
    return [*rules, (x > n, f"{pair[0]} above {pair[1]}")] if is_part else rules


def _refuse_summed_keys(keys: Iterable[str], figures: Iterable[str]) -> None:
    """UsageError if a column that names the groups is also one that is summed."""
    if clash := set(keys) & set(figures):
        raise UsageError(
            thing="by",
            rule="names other columns than those that are summed",
            got=", ".join(sorted(clash)),
            action="Leave the figures that are summed out of by.",
        )
