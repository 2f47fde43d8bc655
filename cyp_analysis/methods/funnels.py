"""Funnel plots: control limits about an average, which areas lie outside them, overdispersion.

A weight here is 1 over the variance that chance alone gives an area on the scale of its z-score:
the proportion itself for proportions, and the square root of observed over expected events for
rates and ratios. Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202.
"""

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.intervals import Limits, critical_value, poisson_interval

SIGNIFICANCE = ("Low (0.001)", "Low (0.025)", "Not significant", "High (0.025)", "High (0.001)")
LEVELS = (0.95, 0.998)

_FACTORS = {
    "additive": lambda weight, phi, tau2: np.sqrt(1 + tau2 * weight),
    "multiplicative": lambda weight, phi, tau2: np.sqrt(np.maximum(phi, 1)),
}
OVERDISPERSION = tuple(_FACTORS)


# --- limits ---------------------------------------------------------------------------------------


def proportion_limits(
    denominator: ArrayLike, average: ArrayLike, confidence: float, inflation: ArrayLike = 1
) -> Limits:
    """Control limits of a proportion about the average, between 0 and 1, NaN in, NaN out.

    average -/+ inflation x z x sqrt(average (1 - average) / denominator): without inflation, where
    the Wilson interval of an area just touches the average. Shapes that broadcast.
    """
    average = np.asarray(average, dtype=float)
    spread = np.sqrt(average * (1 - average) / np.asarray(denominator, dtype=float))
    distance = critical_value(confidence) * np.asarray(inflation) * spread
    return np.clip(average - distance, 0, 1), np.clip(average + distance, 0, 1)


def widened_ratio(ratio: ArrayLike, inflation: ArrayLike) -> np.ndarray:
    """A limit of observed over expected, its distance from 1 on the root scale multiplied.

    (1 + inflation (sqrt(ratio) - 1)) squared, and 0 where that would pass below 0. NaN in, NaN
    out; shapes that broadcast. Spiegelhalter et al 2012, JRSS A 175: 1-47, for the scale.
    """
    ratio, inflation = np.asarray(ratio, dtype=float), np.asarray(inflation, dtype=float)
    root = 1 + inflation * (np.sqrt(ratio) - 1)
    # An untouched limit is kept to the last digit.
    return np.where(inflation == 1, ratio, np.maximum(root, 0) ** 2)


# --- areas outside their limits -------------------------------------------------------------------


def proportion_significance(
    count: ArrayLike, denominator: ArrayLike, average: ArrayLike, inflation: ArrayLike = 1
) -> np.ndarray:
    """Position in SIGNIFICANCE of each proportion: outside 99.8% or 95% limits, or inside both.

    Shapes that broadcast; a missing figure is inside both, so look for those yourself.
    """
    value = np.asarray(count, dtype=float) / np.asarray(denominator, dtype=float)
    limits = [proportion_limits(denominator, average, level, inflation) for level in LEVELS]
    return _positions((value > upper, value < lower) for lower, upper in limits)


def event_significance(
    count: ArrayLike, expected: ArrayLike, inflation: ArrayLike = 1
) -> np.ndarray:
    """Position in SIGNIFICANCE of each count: is the number expected outside its Poisson interval?

    Intervals are exact below 10 events, Byar's from 10. Inflation first draws the count towards
    the number expected, on the root scale, so that the verdict is that of the widened limits.
    Shapes that broadcast; a missing figure is inside both levels, so look for those yourself.
    """
    count, expected, inflation = (
        np.asarray(figure, dtype=float) for figure in (count, expected, inflation)
    )
    root = np.sqrt(expected)
    drawn_in = (root + (np.sqrt(count) - root) / inflation) ** 2
    events = np.where(inflation == 1, count, drawn_in)
    limits = [poisson_interval(events, level) for level in LEVELS]
    return _positions((lower > expected, upper < expected) for lower, upper in limits)


def _positions(sides) -> np.ndarray:
    """Positions in SIGNIFICANCE from where each level finds an area high, and where low."""
    return len(LEVELS) + sum(high.astype(int) - low.astype(int) for high, low in sides)


# --- overdispersion -------------------------------------------------------------------------------


def proportion_scores(count: ArrayLike, denominator: ArrayLike, average: ArrayLike) -> np.ndarray:
    """z-scores of proportions against the average, NaN in, NaN out; shapes that broadcast.

    (count / denominator - average) / sqrt(average (1 - average) / denominator); 0 where the
    average is 0 or 1, for then nothing varies.
    """
    x, n, p = (np.asarray(figure, dtype=float) for figure in (count, denominator, average))
    variance = n * p * (1 - p)
    return np.where(variance == 0, 0.0, (x - n * p) / np.sqrt(np.where(variance == 0, 1, variance)))


def proportion_weight(denominator: ArrayLike, average: ArrayLike) -> np.ndarray:
    """denominator / (average (1 - average)), and 0 where the average is 0 or 1, NaN in, NaN out."""
    n, p = np.asarray(denominator, dtype=float), np.asarray(average, dtype=float)
    variance = p * (1 - p)
    return np.where(variance == 0, 0.0, n / np.where(variance == 0, 1, variance))


def event_scores(count: ArrayLike, expected: ArrayLike) -> np.ndarray:
    """z-scores of counts against the number of events expected, NaN in, NaN out.

    2 (sqrt(count) - sqrt(expected)), which a count of zero has too. Shapes that broadcast.
    """
    return 2 * (np.sqrt(np.asarray(count, float)) - np.sqrt(np.asarray(expected, float)))


def event_weight(expected: ArrayLike) -> np.ndarray:
    """4 x expected, the root of observed over expected having a variance of 1 / (4 expected)."""
    return 4 * np.asarray(expected, dtype=float)


def dispersion(
    z: ArrayLike, weight: ArrayLike, group: ArrayLike, groups: int, winsorise: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """How much more areas vary than chance allows: (phi, tau squared), each of shape (groups,).

    phi is the mean of the squared z-scores of a group, after the outermost tenth at each end is
    brought in to the 10th and 90th percentile. tau squared = (I phi - (I - 1)) / (W1 - W2 / W1)
    with I areas and W1, W2 the sums of the weights and of their squares; 0 where phi is below
    (I - 1) / I, NaN for fewer than two areas. A missing z-score is left out. Spiegelhalter 2005,
    Quality and Safety in Health Care 14: 347-351; DerSimonian and Laird 1986.
    """
    z, weight, group = np.asarray(z, float), np.asarray(weight, float), np.asarray(group)
    known = ~np.isnan(z)
    z, weight, group = z[known], weight[known], group[known]
    lower, upper = (_percentile(z, group, groups, at) for at in (winsorise, 1 - winsorise))
    areas, squares, first, second = (
        np.bincount(group, weights=figure, minlength=groups)
        for figure in (
            np.ones_like(z),
            np.clip(z, lower[group], upper[group]) ** 2,
            weight,
            weight**2,
        )
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        phi = squares / areas
        between = (squares - (areas - 1)) / (first - second / first)
    return phi, np.where(areas < 2, np.nan, np.where(first > 0, np.maximum(between, 0), 0))


def _percentile(z: np.ndarray, group: np.ndarray, groups: int, at: float) -> np.ndarray:
    """The percentile of each group, straight between its two neighbours; NaN for no members."""
    size = np.bincount(group, minlength=groups)
    ordered = np.append(z[np.lexsort((z, group))], np.nan)
    place = np.cumsum(size) - size + at * np.maximum(size - 1, 0)
    below = np.floor(place).astype(int)
    # The neighbour above is not read where the place is the last of its group.
    above = np.minimum(below + 1, np.cumsum(size) - (size > 0))
    found = ordered[below] + (place - below) * (ordered[above] - ordered[below])
    return np.where(size > 0, found, np.nan)


def inflation(weight: ArrayLike, phi: ArrayLike, tau2: ArrayLike, model: str | None) -> np.ndarray:
    """By how much the limits of an area of this weight widen: 1 or more, NaN in, NaN out.

    additive: sqrt(1 + tau2 x weight), areas differ among themselves by tau; multiplicative:
    sqrt(phi), never below 1; None: 1. Shapes that broadcast. Spiegelhalter 2005.
    """
    weight, phi, tau2 = (np.asarray(figure, dtype=float) for figure in (weight, phi, tau2))
    return np.ones(()) if model is None else _FACTORS[model](weight, phi, tau2)
