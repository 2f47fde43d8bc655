"""Counts that their publisher rounded without a word, told by the counts themselves.

Intervals and rates must not be computed from rounded counts as though they were exact, so that
each such row carries a note. Twenty counts that are all multiples of five by chance are one in
a hundred million million.
"""

import numpy as np
import pandas as pd

from cyp_analysis import schema

BASES = (1000, 100, 10, 5)
ENOUGH_TO_TELL = 20
# Zero is a multiple of everything, so that zeros alone say nothing.
ENOUGH_ABOVE_ZERO = 10


def rounded_notes(rows: pd.DataFrame, by: list[str]) -> pd.Series:
    """ "count rounded to 5 by publisher" (or 10, 100, 1000) for each known `count` of a group in
    which every known count is a multiple of it; else empty text. Same index as `rows`.

    `by` names the columns that make a group: a publisher may round regions and leave authorities
    exact. Groups of fewer than 20 known counts, or of fewer than 10 above zero, are not judged.
    """
    group = schema.key_codes(rows, by)
    count = rows["count"].to_numpy(dtype="float64")
    known = np.isfinite(count)
    size = int(group.max(initial=-1)) + 1
    enough = np.bincount(group[known], minlength=size) >= ENOUGH_TO_TELL
    enough &= np.bincount(group[known & (count > 0)], minlength=size) >= ENOUGH_ABOVE_ZERO
    base = _bases(np.where(known, count, 0.0), group, enough)[group]
    base[~known] = 0
    words = pd.Series(["", *(f"count rounded to {b} by publisher" for b in BASES)], dtype="str")
    place = np.searchsorted([0, *reversed(BASES)], base)
    place = np.where(place == 0, 0, len(BASES) + 1 - place)
    return words.take(place).set_axis(rows.index)


def _bases(count: np.ndarray, group: np.ndarray, enough: np.ndarray) -> np.ndarray:
    """The largest base of each group, 0 where there is none; a missing count is given as zero."""
    found = np.zeros(len(enough), dtype="int64")
    for base in reversed(BASES):  # each is a multiple of the one before
        within = enough[group]
        count, group = count[within], group[within]
        enough = enough & (np.bincount(group[count % base != 0], minlength=len(enough)) == 0)
        found[enough] = base
    return found
