"""The cells of a column as numbers, whatever type the column is kept in."""

from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd

from cyp_analysis.errors import SchemaError

LARGEST = 1e100  # a figure beyond this is taken as infinite: its square could overflow


def parsed(series: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """A column as floats, and where it holds text that is no number; blank text is missing.

    SchemaError for a column of dates, of true and false or of complex numbers.
    """
    dtype, kinds = series.dtype, pd.api.types
    refused = (kinds.is_bool_dtype, kinds.is_datetime64_any_dtype, kinds.is_complex_dtype)
    if any(is_kind(dtype) for is_kind in refused):
        raise SchemaError(
            thing=f"column {series.name}",
            rule="holds numbers or missing values",
            got=str(dtype),
            action="Name a column of numbers.",
        )
    if kinds.is_numeric_dtype(dtype):
        return _bounded(series.to_numpy(dtype=float, na_value=np.nan)), np.zeros(1, dtype=bool)
    is_text = isinstance(dtype, pd.StringDtype)
    cells = series if is_text else series.astype(object).map(_number)
    found = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    unread = series.notna().to_numpy() & np.isnan(found)
    if unread.any():
        unread[unread] = series[unread].astype(str).str.strip() != ""
    return _bounded(found), unread


def _number(cell: object) -> float | str:
    """A cell as a number, or as text that may be one; NaN for anything else."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, Real | Decimal):
        return np.nan
    try:
        return float(cell)
    except OverflowError:
        return np.inf


def _bounded(figures: np.ndarray) -> np.ndarray:
    """Figures as they are, or infinite where they are beyond anything that is counted."""
    beyond = np.abs(figures) > LARGEST
    return np.where(beyond, np.copysign(np.inf, figures), figures) if beyond.any() else figures
