"""The margins of a table: rows that add up to a total, in the table or published beside it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import grouped
from cyp_analysis.methods.secondary_suppression import Margin

By = str | Sequence[str] | Sequence[Sequence[str]] | None


def margins_of(df: pd.DataFrame, by: By, total: str | Sequence[str | None] | None) -> list[Margin]:
    """The margins that `by` names: one for a list of columns, several for a list of lists.

    `total` names the true-or-false column of each margin's total rows, None for a margin that has
    none in the table.
    """
    several = [] if by is None else [by] if _is_one(by) else list(by)
    totals = (
        [total] * len(several)
        if total is None
        else [total]
        if isinstance(total, str)
        else list(total)
    )
    if len(totals) != len(several) or (total is not None and by is None):
        raise UsageError(
            thing="total",
            rule="names one column for each margin of by",
            got=f"{len(totals)} for {len(several)} margins",
            action="Use for example by=[['area'], ['age']], total=['all_ages', 'all_areas'].",
        )
    return [
        Margin(grouped(df, names).of_row, _is_total(df, name))
        for names, name in zip(several, totals, strict=True)
    ]


def margin_columns(by: By, total: str | Sequence[str | None] | None) -> list[str]:
    """The columns that make up the margins: they hold no figures."""
    several = [] if by is None else [by] if _is_one(by) else list(by)
    names = [name for names in several for name in ([names] if isinstance(names, str) else names)]
    totals = [total] if isinstance(total, str) else list(total or ())
    return [*names, *(name for name in totals if name is not None)]


def _is_one(names: str | Sequence) -> bool:
    """True for a name or a list of names, false for a list that holds lists."""
    return isinstance(names, str) or all(isinstance(name, str) for name in names)


def _is_total(df: pd.DataFrame, name: str | None) -> np.ndarray:
    """Where the rows of a margin are its total; missing is no total."""
    if name is None:
        return np.zeros(len(df), dtype=bool)
    flags = rows.column(df, name)
    if not pd.api.types.is_bool_dtype(flags.dtype):
        raise SchemaError(
            thing=f"column {name}",
            rule="holds true or false",
            got=str(flags.dtype),
            action="Mark the rows that are totals with True.",
        )
    return flags.to_numpy(dtype=bool, na_value=False)
