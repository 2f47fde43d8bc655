"""Whole columns at once: work on each different text, not on each row.

Two million rows hold a few hundred different areas, periods and ages; what a text stands for is
found once for each and handed to every row that has it.
"""

from collections.abc import Callable
from typing import TypeVar

import pandas as pd

Table = TypeVar("Table", pd.Series, pd.DataFrame)


def per_text(texts: pd.Series, read: Callable[[pd.Series], Table]) -> Table:
    """`read(texts)`, each different text given once: what it finds (a Series or a table), with
    the index of `texts`. A missing text is read as an empty one. `read` must look at one text at
    a time and keep the order."""
    filled = texts.fillna("").astype("str")
    codes, unique = pd.factorize(filled)
    return read(pd.Series(unique, dtype="str")).take(codes).set_axis(texts.index)


def mapped(texts: pd.Series, meaning: dict[str, str], otherwise: str = "") -> pd.Series:
    """What each text means, `otherwise` where the table does not say; text, same index."""
    return per_text(texts, lambda unique: unique.map(meaning).astype("str").fillna(otherwise))
