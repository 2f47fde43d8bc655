"""Records of a large table, kept as columns that hold each different text once."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa

_FEW = 8  # rows for each different text of a block, at least
# What str.strip() takes away.
WHITESPACE = "".join(c for c in map(chr, range(0x3001)) if c.isspace())


class Records(Sequence):
    """A list of records (lists of text cells) that is mostly columns: `top`, records above the
    body; `body`, an Arrow table of text; `odd`, records of another width by their place."""

    def __init__(self, top: list, body: "pa.Table", odd: dict[int, list[str]]) -> None:
        self.top, self.body, self.odd = top, body, odd
        self._odd_places = sorted(odd)

    def __len__(self) -> int:
        return len(self.top) + self.body.num_rows + len(self.odd)

    def __getitem__(self, place):
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        at = range(len(self))[place]
        if at < len(self.top):
            return self.top[at]
        if at in self.odd:
            return self.odd[at]
        row = at - len(self.top) - bisect_left(self._odd_places, at)
        return [column[row].as_py() for column in self.body.columns]

    def places(self) -> np.ndarray:
        """The place of each row of the body among the records."""
        every = np.arange(len(self.top), len(self))
        return np.delete(every, np.array(self._odd_places, dtype="int64") - len(self.top))

    def below(self, start: int) -> tuple["pa.Table", np.ndarray, dict[int, list[str]]]:
        """What follows from a place on: rows of the body, their places, and the other records."""
        places = self.places()
        first = int(np.searchsorted(places, start))
        others = {at: self.top[at] for at in range(start, len(self.top))}
        others |= {at: cells for at, cells in self.odd.items() if at >= start}
        return self.body.slice(first), places[first:], others

    def filled(self) -> np.ndarray:
        """True for each record that holds any text."""
        found = np.zeros(len(self), dtype=bool)
        found[self.places()] = _any_text(self.body)
        for at, record in (*enumerate(self.top), *self.odd.items()):
            found[at] = any(record)
        return found

    def only(self, kept: np.ndarray) -> "Records":
        """The records where `kept` is true, places moved up."""
        import pyarrow as pa

        moved = np.cumsum(kept) - 1
        top = [record for at, record in enumerate(self.top) if kept[at]]
        odd = {int(moved[at]): cells for at, cells in self.odd.items() if kept[at]}
        return Records(top, self.body.filter(pa.array(kept[self.places()])), odd)


def stripped(table: "pa.Table") -> "pa.Table":
    """The table with every cell of its dictionary columns stripped as str.strip() does."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def strip(chunk: "pa.DictionaryArray") -> "pa.DictionaryArray":
        texts = pc.utf8_trim(chunk.dictionary, characters=WHITESPACE)
        if texts.equals(chunk.dictionary):
            return chunk
        return pa.DictionaryArray.from_arrays(chunk.indices, texts)

    columns = [
        pa.chunked_array([strip(chunk) for chunk in column.chunks], type=column.type)
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def series(column: "pa.ChunkedArray", *, coded: bool = False) -> pd.Series:
    """A column of the body as a Series of plain text; `coded`, as categories if its different
    texts are few."""
    import pyarrow as pa

    made = _categories(column) if coded else None
    if made is not None:
        return made
    texts = column.cast(pa.large_string())
    return pd.Series(pd.arrays.ArrowStringArray(texts, dtype=pd.StringDtype(na_value=np.nan)))


def _categories(column: "pa.ChunkedArray") -> pd.Series | None:
    """A dictionary column as categories; None where that would not save anything."""
    held = sum(len(chunk.dictionary) for chunk in column.chunks)
    if held * _FEW > len(column) or column.null_count or not len(column):
        return None
    whole = column.unify_dictionaries()
    texts = pd.Index(whole.chunk(0).dictionary.to_pylist(), dtype="str")
    if not texts.is_unique:  # two that were alike but for the spaces around them
        return None
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in whole.chunks])
    return pd.Series(pd.Categorical.from_codes(codes, categories=texts))


def has_text(column: "pa.ChunkedArray") -> np.ndarray:
    """True where a cell of a dictionary column holds any text."""
    import pyarrow.compute as pc

    parts = [
        pc.greater(pc.binary_length(chunk.dictionary), 0)
        .to_numpy(zero_copy_only=False)
        .astype(bool)[chunk.indices.to_numpy()]
        for chunk in column.chunks
    ]
    return np.concatenate([np.zeros(0, dtype=bool), *parts])


def _any_text(table: "pa.Table") -> np.ndarray:
    found = np.zeros(table.num_rows, dtype=bool)
    for column in table.columns:
        if found.all():
            break
        found |= has_text(column)
    return found
