"""Children behind a gap: how many there would have to be, fewer or more, at the benchmark."""

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.errors import UsageError
from cyp_analysis.methods.comparison import check_polarity
from cyp_analysis.methods.contrasts import mover_difference, mover_ratio
from cyp_analysis.methods.intervals import Limits, poisson_interval, wilson_interval

# What would have to happen where the count is below, at and above the one expected.
DIRECTIONS = {
    "low_is_good": ("none", "none", "fewer"),
    "high_is_good": ("more", "none", "none"),
    "no_judgement": ("more", "none", "fewer"),
}
GAP_STATISTICS = ("proportion", "rate")


def gap(count: ArrayLike, expected: ArrayLike) -> np.ndarray:
    """Children above (positive) or below (negative) those expected; shapes broadcast, NaN kept.

    `expected` is the denominator x the benchmark. A difference in the last digits of the floats is
    no gap: it is 0.
    """
    count, expected = np.asarray(count, dtype=float), np.asarray(expected, dtype=float)
    return np.where(np.isclose(count, expected, rtol=1e-12, atol=0), 0.0, count - expected)[()]


def count_interval(
    count: ArrayLike, denominator: ArrayLike, statistic: str, confidence: float = 0.95
) -> Limits:
    """Limits of a count: Wilson's x the denominator for a `proportion`, Poisson for a `rate`.

    Shapes broadcast; NaN in, NaN out; NaN for an impossible count. UsageError for another word.
    Wilson 1927; Breslow and Day 1987.
    """
    if statistic not in GAP_STATISTICS:
        raise UsageError(
            thing="statistic",
            rule=f"one of {', '.join(GAP_STATISTICS)}",
            got=repr(statistic),
            action="Choose one.",
        )
    if statistic == "rate":
        return poisson_interval(count, confidence)
    lower, upper = wilson_interval(count, denominator, confidence)
    return np.multiply(lower, denominator), np.multiply(upper, denominator)


def gap_interval(
    count: ArrayLike, limits: Limits, expected: ArrayLike, expected_limits: Limits | None = None
) -> Limits:
    """Limits of the gap in children from the limits of the count; shapes broadcast, NaN kept.

    The benchmark is taken as known for certain unless limits of the expected count are given, which
    are then brought in by MOVER. Zou and Donner 2008.
    """
    certain = (expected, expected) if expected_limits is None else expected_limits
    return mover_difference(count, limits, expected, certain)


def gap_percent(count: ArrayLike, expected: ArrayLike) -> np.ndarray:
    """The gap as a percentage of the count, 100 x (1 - expected / count); NaN for a count of 0.

    With the benchmark as the rate of the unexposed it is the population attributable fraction.
    Levin 1953; Rockhill, Newman and Weinberg 1998.
    """
    count = np.asarray(count, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(count > 0, 100 * gap(count, expected) / count, np.nan)[()]


def gap_percent_interval(
    count: ArrayLike, limits: Limits, expected: ArrayLike, expected_limits: Limits | None = None
) -> Limits:
    """Limits of `gap_percent`; shapes broadcast, NaN kept, NaN for a count of 0.

    As for `gap_interval`, by MOVER for a ratio; with a benchmark known for certain that is the
    percentage at each limit of the count. Donner and Zou 2012.
    """
    certain = (expected, expected) if expected_limits is None else expected_limits
    lower, upper = mover_ratio(expected, certain, count, limits)
    known = np.asarray(count) > 0
    return np.where(known, 100 * (1 - upper), np.nan), np.where(known, 100 * (1 - lower), np.nan)


def gap_direction(children: ArrayLike, polarity: ArrayLike) -> np.ndarray:
    """What would have to happen to match the benchmark: `fewer`, `more` or `none`; '' for NaN.

    `children` is the gap. An area already as good as its benchmark, or better, has `none`; without
    a judgement the word follows the sign alone. UsageError for an unknown polarity.
    """
    children, polarity = np.asarray(children, dtype=float), check_polarity(polarity)
    children, polarity = np.broadcast_arrays(children, polarity)
    side = np.nan_to_num(np.sign(children)).astype(int) + 1
    direction = np.full(children.shape, "", dtype="<U5")
    for word, words in DIRECTIONS.items():
        here = (polarity == word) & ~np.isnan(children)
        direction[here] = np.take(words, side[here])
    return direction[()]
