"""Recent trend over the latest five points of many series at once.

Arrays have one row per series and one column per point, oldest first. Two variants exist: `phe`
(the unreleased trend markers of PHEindicatormethods) and `fingertips` (the profiles' website).
They differ where a year is missing (`phe` keeps the gap, `fingertips` counts 1 to 5) and where a
slope is exactly 0. OHID guidance, Trend markers.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.errors import UsageError
from cyp_analysis.methods.comparison import NOT_COMPARED, outcome_words
from cyp_analysis.methods.intervals import critical_value

POINTS = 5
SIGNIFICANT = 9.5495  # chi-squared with one degree of freedom, 99.8%
VARIANTS = ("phe", "fingertips")

CANNOT = "cannot_be_calculated"
_WORDS = {
    NOT_COMPARED: CANNOT,
    "similar": "no_significant_change",
    "higher": "increasing",
    "lower": "decreasing",
}


class Trend(NamedTuple):
    """Result for each series: chi-squared, slope, and whether one point alone turns the slope."""

    chi2: np.ndarray
    slope: np.ndarray
    outlier: np.ndarray


def _slope(time: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted least-squares slope of each row, and its variance where weight is 1 / variance."""
    total, mean = weight.sum(axis=1), (weight * time).sum(axis=1)
    spread = total * (weight * time**2).sum(axis=1) - mean**2
    slope = total * (weight * time * y).sum(axis=1) - mean * (weight * y).sum(axis=1)
    return slope / spread, total / spread


def _turns(time: np.ndarray, y: np.ndarray, weight: np.ndarray, variant: str) -> np.ndarray:
    """Whether leaving out any one point gives the slope another sign."""
    # A slope of exactly 0 is a sign of its own in `phe` and counts as rising in `fingertips`.
    sign = np.sign if variant == "phe" else lambda slope: slope >= 0
    whole = sign(_slope(time, y, weight)[0])
    parts = [
        sign(_slope(*(np.delete(a, point, axis=1) for a in (time, y, weight)))[0])
        for point in range(time.shape[1])
    ]
    return np.any([part != whole for part in parts], axis=0)


def _points(variant: str, time: ArrayLike | None, *figures: ArrayLike) -> list[np.ndarray]:
    """Time and figures as arrays of rows; 1 to 5 for `fingertips`, years from the first for phe."""
    if variant not in VARIANTS:
        raise UsageError(
            thing="variant",
            rule=f"one of {', '.join(VARIANTS)}",
            got=variant,
            action="Choose one of them.",
        )
    rows = [np.atleast_2d(np.asarray(figure, dtype=float)) for figure in figures]
    order = np.arange(float(rows[0].shape[1]))
    if time is None or variant == "fingertips":
        time = order
    time = np.broadcast_to(np.asarray(time, dtype=float), rows[0].shape)
    return [time - time[:, :1], *rows]


def only_where(known: np.ndarray, trend: Trend) -> Trend:
    """The same trends, with those of other series missing."""
    chi2, slope = (np.where(known, part, np.nan) for part in (trend.chi2, trend.slope))
    return Trend(chi2, slope, known & trend.outlier)


def _result(chi2: np.ndarray, slope: np.ndarray, outlier: np.ndarray) -> Trend:
    """A trend only where both figures exist."""
    return only_where(np.isfinite(chi2) & np.isfinite(slope), Trend(chi2, slope, outlier))


def proportion_trend(
    count: ArrayLike, denominator: ArrayLike, time: ArrayLike | None = None, variant: str = "phe"
) -> Trend:
    """Trend of proportions, NaN in, NaN out: the Cochran-Armitage test with D, not D - 1.

    The slope is that of ln(p / (1 - p)) a year, unweighted. A count of 0, or one equal to its
    denominator, has no such logarithm: the series cannot be calculated (NaN).
    """
    time, count, denominator = _points(variant, time, count, denominator)
    inside = (count > 0) & (count < denominator)
    count = np.where(inside, count, np.nan)
    total, events = denominator.sum(axis=1), count.sum(axis=1)
    exposure = (denominator * time).sum(axis=1)
    spread = total * (denominator * time**2).sum(axis=1) - exposure**2
    with np.errstate(divide="ignore", invalid="ignore"):
        drift = total * (count * time).sum(axis=1) - events * exposure
        chi2 = total * drift**2 / (events * (total - events) * spread)
        logit = np.log(count / (denominator - count))
        even = np.ones_like(time)
        slope, outlier = _slope(time, logit, even)[0], _turns(time, logit, even, variant)
    return _result(chi2, slope, outlier)


def weighted_trend(
    value: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    time: ArrayLike | None = None,
    variant: str = "phe",
) -> Trend:
    """Trend of values with 95% limits, NaN in, NaN out: weights are 1 / standard error squared.

    The slope is in the unit of the value, a year. An interval without width has no weight: the
    series cannot be calculated (NaN).
    """
    time, value, lower, upper = _points(variant, time, value, lower, upper)
    # The website rounds this width to 3.92; the published test figures do not, nor do we.
    width = 2 * critical_value(0.95)
    error = np.where(upper > lower, (upper - lower) / width, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope, variance = _slope(time, value, error**-2.0)
        outlier = _turns(time, value, error**-2.0, variant)
        return _result(slope**2 / variance, slope, outlier)


def trend_words(trend: Trend, polarity: ArrayLike = "no_judgement") -> np.ndarray:
    """The label of each series, such as `increasing` or `increasing_and_getting_worse`.

    `no_significant_change` unless chi-squared is above the 99.8% point and no single point turns
    the slope; `cannot_be_calculated` where there is no trend.
    """
    changed = (trend.chi2 > SIGNIFICANT) & ~trend.outlier
    direction = np.where(trend.slope >= 0, "higher", "lower")
    side = np.where(np.isnan(trend.chi2), NOT_COMPARED, np.where(changed, direction, "similar"))
    words = np.array([_WORDS[one] for one in side], dtype="<U32")
    judged = outcome_words(side, polarity)
    better_or_worse = (judged == "better") | (judged == "worse")
    suffix = np.where(better_or_worse, np.char.add("_and_getting_", judged), "")
    return np.char.add(words, suffix)
