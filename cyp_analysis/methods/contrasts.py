"""Contrasts of two areas or groups: ratio and difference of rates, difference of proportions.

The two counts must be independent: neither may hold the children of the other.
"""

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.intervals import Limits, as_fraction, poisson_interval, wilson_interval


def rate_ratio_interval(
    count: ArrayLike,
    denominator: ArrayLike,
    other_count: ArrayLike,
    other_denominator: ArrayLike,
    confidence: float = 0.95,
) -> Limits:
    """Exact limits of the ratio (count / denominator) / (other_count / other_denominator).

    Given the sum of two Poisson counts the first is binomial; the limits are those of Clopper and
    Pearson for its share p, as p / (1 - p) x other_denominator / denominator. Any shapes that
    broadcast; counts need not be whole. A count of 0 has the lower limit 0, another count of 0 the
    upper limit infinity. NaN in, NaN out; NaN for a count below 0 or a denominator not above 0.
    Przyborowski and Wilenski 1940; Clopper and Pearson 1934; Armitage et al. 2002.
    """
    from scipy.special import betaincinv

    x, n, y, m = _pair(count, denominator, other_count, other_denominator)
    tail = (1 - as_fraction(confidence)) / 2
    # A beta distribution needs both shapes above 0; without events the share ends at 0 or at 1.
    # Pairs of counts repeat, and the quantiles are slow: work each different pair out once.
    pair, place = np.unique(x + 1j * y, return_inverse=True)
    a, b, place = pair.real, pair.imag, place.reshape(x.shape)
    lower = np.where(a == 0, 0.0, betaincinv(a, b + 1, tail))[place]
    upper = np.where(b == 0, 1.0, betaincinv(a + 1, b, 1 - tail))[place]
    with np.errstate(divide="ignore"):
        return (lower / (1 - lower) * (m / n))[()], (upper / (1 - upper) * (m / n))[()]


def rate_ratio_test(
    count: ArrayLike,
    denominator: ArrayLike,
    other_count: ArrayLike,
    other_denominator: ArrayLike,
) -> np.ndarray:
    """Exact two-sided p-value for two equal rates, any shapes that broadcast, NaN in, NaN out.

    The conditional binomial test, twice the smaller tail and at most 1: below 1 - confidence
    exactly where `rate_ratio_interval` leaves out 1, as the other two-sided p-value in use (the sum
    of all outcomes no likelier than this one) is not. No events in either gives 1.
    Przyborowski and Wilenski 1940; Fay 2010, R Journal 2(1).
    """
    from scipy.special import betainc

    x, n, y, m = _pair(count, denominator, other_count, other_denominator)
    # As many events or more in the first, and as many or more in the second.
    more = np.where(x == 0, 1.0, betainc(x, y + 1, n / (n + m)))
    fewer = np.where(y == 0, 1.0, betainc(y, x + 1, m / (n + m)))
    return np.minimum(1, 2 * np.minimum(more, fewer))[()]


def rate_difference_interval(
    count: ArrayLike,
    denominator: ArrayLike,
    other_count: ArrayLike,
    other_denominator: ArrayLike,
    confidence: float = 0.95,
) -> Limits:
    """Limits of count / denominator - other_count / other_denominator, events a person.

    MOVER on the limits of each rate (exact below 10 events, Byar's from 10). Any shapes that
    broadcast; NaN in, NaN out; NaN for a count below 0 or a denominator not above 0.
    Zou and Donner 2008; Li, Tang, Poon and Tang 2011.
    """
    x, n, y, m = _pair(count, denominator, other_count, other_denominator)
    limits, other = poisson_interval(x, confidence), poisson_interval(y, confidence)
    return mover_difference(
        x / n, (limits[0] / n, limits[1] / n), y / m, (other[0] / m, other[1] / m)
    )


def proportion_difference_interval(
    count: ArrayLike,
    denominator: ArrayLike,
    other_count: ArrayLike,
    other_denominator: ArrayLike,
    confidence: float = 0.95,
) -> Limits:
    """Limits of count / denominator - other_count / other_denominator, between -1 and 1.

    Newcombe's hybrid score interval: MOVER on two Wilson intervals. statsmodels gives the same
    (`newcomb`); here the limits of `wilson_interval` are kept to the last digit and at 100%. Any
    shapes that broadcast; NaN in, NaN out; NaN where a count is below 0 or above its denominator.
    Newcombe 1998, method 10.
    """
    x, n, y, m = _parts(count, denominator, other_count, other_denominator)
    limits, other = wilson_interval(x, n, confidence), wilson_interval(y, m, confidence)
    lower, upper = mover_difference(x / n, limits, y / m, other)
    return np.maximum(lower, -1), np.minimum(upper, 1)


def proportion_difference_test(
    count: ArrayLike,
    denominator: ArrayLike,
    other_count: ArrayLike,
    other_denominator: ArrayLike,
) -> np.ndarray:
    """Two-sided p-value for two equal proportions, any shapes that broadcast, NaN in, NaN out.

    The score test with the pooled proportion, which is the chi-squared test of the two-by-two
    table without a continuity correction. statsmodels gives the same but NaN where none or all of
    both are counted; the two are then alike, and p is 1. Fleiss, Levin and Paik 2003.
    """
    from scipy.special import ndtr

    x, n, y, m = _parts(count, denominator, other_count, other_denominator)
    pooled = (x + y) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    z = np.abs(x / n - y / m) / np.where(error == 0, 1, error)
    return (2 * ndtr(-z))[()]


def mover_difference(
    value: ArrayLike, limits: Limits, other_value: ArrayLike, other_limits: Limits
) -> Limits:
    """Limits of value - other_value from the limits of each, any shapes that broadcast.

    A figure known for certain has itself as both limits. NaN in, NaN out. Zou and Donner 2008
    (method of variance estimates recovery).
    """
    (lower, upper), (other_lower, other_upper) = limits, other_limits
    difference = np.subtract(value, other_value)
    down = np.hypot(np.subtract(value, lower), np.subtract(other_upper, other_value))
    up = np.hypot(np.subtract(upper, value), np.subtract(other_value, other_lower))
    return difference - down, difference + up


def mover_ratio(
    value: ArrayLike, limits: Limits, other_value: ArrayLike, other_limits: Limits
) -> Limits:
    """Limits of value / other_value from the limits of each, all at least 0; shapes broadcast.

    The upper limit is infinite where the other lower limit is 0. A figure known for certain has
    itself as both limits. NaN in, NaN out. Donner and Zou 2012.
    """
    (lower, upper), (other_lower, other_upper) = limits, other_limits
    value, other_value = np.asarray(value, dtype=float), np.asarray(other_value, dtype=float)
    low, other_low = (
        end * (2 * middle - end) for end, middle in ((lower, value), (other_lower, other_value))
    )
    # The textbook root is of a difference of products; written as sums it keeps its digits.
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(
            (other_upper - other_value) ** 2 * low + ((value - lower) * other_value) ** 2
        )
        lowest = np.where(low == 0, 0.0, low / (value * other_value + root))[()]
        root = np.sqrt(
            ((other_value - other_lower) * value) ** 2 + (upper - value) ** 2 * other_low
        )
        highest = (value * other_value + root) / other_low
    return lowest, highest


def _pair(*figures: ArrayLike) -> list[np.ndarray]:
    """Two counts, each with its denominator, as floats of one shape; NaN where not usable."""
    arrays = np.broadcast_arrays(*(np.asarray(figure, dtype=float) for figure in figures))
    x, n, y, m = arrays
    possible = (x >= 0) & (n > 0) & (y >= 0) & (m > 0) & np.isfinite(x + n + y + m)
    return [np.where(possible, figure, np.nan) for figure in arrays]


def _parts(*figures: ArrayLike) -> list[np.ndarray]:
    """As `_pair`, and NaN where a count is above its denominator."""
    x, n, y, m = _pair(*figures)
    possible = (x <= n) & (y <= m)
    return [np.where(possible, figure, np.nan) for figure in (x, n, y, m)]
