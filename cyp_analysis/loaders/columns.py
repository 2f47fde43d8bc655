"""Whole columns at once: work on each different text, not on each row.

Two million rows hold a few hundred different areas, periods and ages; what a text stands for is
found once for each and handed to every row that has it. Columns of such texts may be kept as
categories, which hold each text once: `per_text` takes both and gives plain text, `coded` gives
categories.
"""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd

from cyp_analysis.text_columns import is_text, key_codes, plain

Table = TypeVar("Table", pd.Series, pd.DataFrame)


def per_text(texts: pd.Series, read: Callable[[pd.Series], Table]) -> Table:
    """`read(texts)`, each different text given once: what it finds (a Series or a table), with
    the index of `texts`. A missing text is read as an empty one. `read` must look at one text at
    a time and keep the order."""
    codes, different = _different(texts)
    return read(different).take(codes).set_axis(texts.index)


def coded(texts: pd.Series, read: Callable[[pd.Series], Table]) -> Table:
    """As `per_text`, the texts found kept as categories."""
    codes, different = _different(texts)
    return spread(read(different), codes, texts.index)


def spread(found: Table, places: np.ndarray, index: pd.Index) -> Table:
    """What stands at each place of a short column or table, for every row; texts as categories."""
    if isinstance(found, pd.DataFrame):
        return pd.DataFrame({n: spread(found[n], places, index) for n in found}, index=index)
    if not is_text(found):
        return found.take(places).set_axis(index)
    code, different = pd.factorize(plain(found))
    return pd.Series(pd.Categorical.from_codes(code[places], categories=different), index=index)


def constant(text: str, index: pd.Index) -> pd.Series:
    """One text for all rows, as categories."""
    return spread(pd.Series([text], dtype="str"), np.zeros(len(index), dtype="int64"), index)


def as_coded(texts: pd.Series) -> pd.Series:
    """A column of text as categories, in the order in which they first come; others as they
    are."""
    if not isinstance(texts.dtype, pd.StringDtype):
        return texts
    codes, different = pd.factorize(texts)
    return pd.Series(pd.Categorical.from_codes(codes, categories=different), index=texts.index)


def stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables one below the other, rows numbered anew; categories of one stay as they are."""
    if len(tables) == 1:
        return tables[0].reset_index(drop=True)
    texts = [table.assign(**{n: plain(table[n]) for n in _held(table)}) for table in tables]
    rows = pd.concat(texts, ignore_index=True)
    return rows.assign(**{n: as_coded(rows[n]) for n in _held(tables[0]) if n in rows})


def _held(table: pd.DataFrame) -> list[str]:
    return [n for n in table if isinstance(table[n].dtype, pd.CategoricalDtype)]


def distinct(rows: pd.DataFrame, columns: list[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """The different combinations of the columns' texts as plain text, in order of coming, and the
    place of each row's combination among them."""
    number = key_codes(rows, columns)
    first = np.zeros(int(number.max(initial=-1)) + 1, dtype="int64")
    first[number[::-1]] = np.arange(len(rows))[::-1]
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    short = rows[columns].take(first[order]).reset_index(drop=True)
    return short.assign(**{name: plain(short[name]) for name in columns}), place[number]


def mapped(texts: pd.Series, meaning: dict[str, str], otherwise: str = "") -> pd.Series:
    """What each text means, `otherwise` where the table does not say; text, same index."""
    return per_text(texts, lambda unique: unique.map(meaning).astype("str").fillna(otherwise))


def meant(texts: pd.Series, meaning: dict[str, str], otherwise: str = "") -> pd.Series:
    """As `mapped`, kept as categories."""
    return coded(texts, lambda unique: mapped(unique, meaning, otherwise))


def _different(texts: pd.Series) -> tuple[np.ndarray, pd.Series]:
    """The place of each row's text among the different texts, and these, in order of coming."""
    if isinstance(texts.dtype, pd.CategoricalDtype):
        codes, held = pd.factorize(texts, use_na_sentinel=False)
        different = pd.Series(held.astype("str"), dtype="str").fillna("")
        if different.is_unique:
            return codes, different
        texts = plain(texts)  # both missing and empty ones
    codes, unique = pd.factorize(texts.fillna("").astype("str"))
    return codes, pd.Series(unique, dtype="str")
