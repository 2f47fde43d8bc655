"""Proportions, rates and the two intervals beneath them, under R's names."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cyp_analysis import measures, methods
from cyp_analysis.phe.shape import Data, Levels, in_r_columns, plain_number, unpacked

_METHODS = {"wilson": "Wilson", "exact": "Exact", "byars": "Byars"}


def byars_lower(x: ArrayLike, confidence: float = 0.95) -> np.ndarray:
    """Byar's lower limit of a count; `methods.byars_interval`."""
    return methods.byars_interval(x, confidence)[0]


def byars_upper(x: ArrayLike, confidence: float = 0.95) -> np.ndarray:
    """Byar's upper limit of a count; `methods.byars_interval`."""
    return methods.byars_interval(x, confidence)[1]


def wilson_lower(x: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> np.ndarray:
    """Wilson's lower limit of a proportion; `methods.wilson_interval`."""
    return methods.wilson_interval(x, n, confidence)[0]


def wilson_upper(x: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> np.ndarray:
    """Wilson's upper limit of a proportion; `methods.wilson_interval`."""
    return methods.wilson_interval(x, n, confidence)[1]


def phe_proportion(
    data: Data,
    x: str,
    n: str,
    type: str = "full",
    confidence: Levels | str = 0.95,
    *,
    multiplier: float = 1,
) -> pd.DataFrame:
    """`measures.proportion` under R's name; confidence="none" leaves the limits out."""
    df, groups = unpacked(data)
    levels = 0.95 if confidence == "none" else confidence
    found = measures.proportion(df, x, n, multiplier, confidence=levels, **groups)
    statistic = "percentage" if multiplier == 100 else f"proportion of {plain_number(multiplier)}"
    words = {"statistic": statistic, "method": _METHODS}
    result = in_r_columns(found, levels, type, words=words)
    if confidence == "none":
        result = result.drop(
            columns=["lowercl", "uppercl", "confidence", "method"], errors="ignore"
        )
    return result


def phe_rate(
    data: Data,
    x: str,
    n: str,
    type: str = "full",
    confidence: Levels = 0.95,
    *,
    multiplier: float = 100_000,
) -> pd.DataFrame:
    """`measures.rate` under R's name: rows alone, or sums of a grouped table."""
    df, groups = unpacked(data)
    found = measures.rate(df, x, n, multiplier, confidence=confidence, **groups)
    words = {"statistic": f"rate per {plain_number(multiplier)}", "method": _METHODS}
    return in_r_columns(found, confidence, type, words=words)
