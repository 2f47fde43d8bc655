"""Rows of one table found for those of another, by key and never by position."""

import numpy as np
import pandas as pd

from cyp_analysis.errors import SchemaError
from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import grouped


def places(
    table: pd.DataFrame, wanted: pd.DataFrame, names: list[str], *, thing: str = "table"
) -> np.ndarray:
    """The row of `table` for each row of `wanted`, by the columns `names`; -1 where none has it.

    A whole number finds its like in a column of any numeric type. What is missing is a key of its
    own, as it is for `by`. SchemaError if a key stands in `table` twice.
    """
    index = _index(_keys(table, names))
    if index.has_duplicates:
        raise SchemaError(
            thing=thing,
            rule=f"has one row for each {', '.join(names)}",
            got="more for " + "; ".join(map(str, index[index.duplicated()].unique()[:3])),
            action="Keep one row for each, or join by more columns.",
        )
    # Keys repeat: each different one is looked up once.
    different = grouped(_keys(wanted, names), names)
    return index.get_indexer(_index(different.keys))[different.of_row]


def looked_up(
    table: pd.DataFrame, wanted: pd.DataFrame, names: list[str], figure: str, *, thing: str
) -> np.ndarray:
    """A figure of `table` for each row of `wanted`, joined as by `places`; NaN without a row."""
    place = places(table, wanted, names, thing=thing)
    return np.append(rows.numbers(table, figure), np.nan)[place]


def _keys(df: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The key columns, each of which must be in the table."""
    return df[[rows.column(df, name).name for name in names]]


def _index(keys: pd.DataFrame) -> pd.Index:
    """The rows of some keys as tuples of plain values, None for what is missing."""
    cells = (np.where(keys[name].isna(), None, keys[name].astype(object)) for name in keys)
    return pd.Index(list(zip(*cells, strict=True)), tupleize_cols=False, dtype=object)
