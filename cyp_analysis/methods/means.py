"""Means of many groups at once, with Student's t limits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.intervals import Limits, as_fraction


class Means(NamedTuple):
    """Number of figures, their sum, mean and sample standard deviation, shape (groups,)."""

    count: np.ndarray
    total: np.ndarray
    mean: np.ndarray
    standard_deviation: np.ndarray


def group_means(value: ArrayLike, group: ArrayLike, size: int) -> Means:
    """Mean and sample standard deviation (n - 1) of each group.

    `value` and `group` have shape (rows,); `group` numbers the group of each row from 0. A missing
    value counts as one of the figures and makes the rest of its group NaN; so does a group without
    rows. A single figure has no standard deviation (NaN).

    Differences from the mean are squared, not the figures, so that large figures that differ
    little lose no digits (Chan, Golub and LeVeque 1983). SciPy and statsmodels take one sample at
    a time, which is slow for thousands of groups.
    """
    figures, of_row = np.asarray(value, dtype=float), np.asarray(group)
    count = np.bincount(of_row, minlength=size)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        total = np.bincount(of_row, weights=figures, minlength=size)
        mean = total / count
        # The second pass takes out what rounding left in the first.
        mean = mean + np.bincount(of_row, weights=figures - mean[of_row], minlength=size) / count
        squares = np.bincount(of_row, weights=(figures - mean[of_row]) ** 2, minlength=size)
        deviation = np.sqrt(squares / np.where(count > 1, count - 1, np.nan))
    return Means(count, total, mean, deviation)


def t_interval(
    mean: ArrayLike, standard_deviation: ArrayLike, count: ArrayLike, confidence: float = 0.95
) -> Limits:
    """Confidence limits of means of `count` figures, any shape, NaN in, NaN out.

    mean -/+ t standard_deviation / sqrt(count), t with count - 1 degrees of freedom; NaN for fewer
    than two figures, infinite at 100% confidence unless the figures are all the same. Student 1908.
    """
    from scipy.special import stdtrit

    centre, deviation, n = (np.asarray(a, dtype=float) for a in (mean, standard_deviation, count))
    n = np.where(n > 1, n, np.nan)
    # Numbers of figures repeat, and the quantiles are slow: work each different one out once.
    different, place = np.unique(n, return_inverse=True)
    level = as_fraction(confidence)
    quantile = stdtrit(different - 1, level + (1 - level) / 2)[place].reshape(n.shape)
    error = deviation / np.sqrt(n)
    with np.errstate(invalid="ignore"):
        half = np.where(error == 0, 0, quantile * error)
    return (centre - half)[()], (centre + half)[()]
