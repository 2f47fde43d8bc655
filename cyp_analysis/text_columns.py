"""Columns of text that may be kept as categories, which hold each different text once: whole
numbers for their cells, and their texts written out."""

import numpy as np
import pandas as pd

_MANY = 1 << 16


def is_text(cells: pd.Series) -> bool:
    """Whether a column is of text, plain or as categories."""
    return isinstance(cells.dtype, (pd.StringDtype, pd.CategoricalDtype))


def plain(cells: pd.Series) -> pd.Series:
    """A column as texts; categories, which hold each text once, are written out."""
    if not isinstance(cells.dtype, pd.CategoricalDtype):
        return cells.astype("str")
    import pyarrow as pa

    codes = cells.cat.codes.to_numpy()
    different = pa.array(cells.cat.categories.astype("str"), type=pa.large_string())
    held = pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), different)
    dtype = pd.StringDtype(na_value=np.nan)
    texts = pd.arrays.ArrowStringArray(held.cast(pa.large_string()), dtype=dtype)
    return pd.Series(texts, index=cells.index, name=cells.name)


def key_codes(df: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """One whole number a row, 0 to the number of different keys less one: rows with the same
    cells in the columns named have the same number. A missing cell equals a missing cell."""
    code, size = np.zeros(len(df), dtype="int64"), 1
    for name in columns:
        part, many = _codes(df[name])
        code, size = code * many + part, size * many
        if size > _MANY:
            code, size = _renumbered(code, size)
    return _renumbered(code, size)[0]


def _codes(cells: pd.Series) -> tuple[np.ndarray, int]:
    """A whole number for each different cell, and how many of them there may be."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return cells.cat.codes.to_numpy().astype("int64") + 1, len(cells.cat.categories) + 1
    part, different = pd.factorize(cells, use_na_sentinel=False)
    return part, max(len(different), 1)


def _renumbered(code: np.ndarray, size: int) -> tuple[np.ndarray, int]:
    """Numbers below `size` without gaps, and how many there are."""
    if size > 16 * len(code):
        part, different = pd.factorize(code)
        return part, max(len(different), 1)
    there = np.zeros(size, dtype=bool)
    there[code] = True
    place = np.cumsum(there) - 1
    return place[code], max(int(there.sum()), 1)


def first_of_each_text(df: pd.DataFrame) -> np.ndarray:
    """True for the rows in which a text of any column comes first."""
    first = np.zeros(len(df), dtype=bool)
    places = np.arange(len(df))[::-1]
    for name in filter(lambda name: is_text(df[name]), df):
        part, many = _codes(df[name])
        at = np.full(many, -1)
        at[part[::-1]] = places
        first[at[at >= 0]] = True
    return first
