"""Directly and indirectly standardised rates of many groups at once.

Each array has one figure per row of the data (one age band of one group); `group` numbers the group
of each row from 0 and `size` is the number of groups. What comes back has one figure per group.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.intervals import Limits, poisson_interval

MINIMUM_EVENTS = (
    10  # A directly standardised rate of fewer events is not given (Morris et al 2018).
)


class DirectRate(NamedTuple):
    """Events, people, rate per person and its variance, each of shape (groups,)."""

    total_count: np.ndarray
    total_population: np.ndarray
    rate: np.ndarray
    variance: np.ndarray


class Expected(NamedTuple):
    """Expected events and the reference's crude rate per person, each of shape (groups,)."""

    events: np.ndarray
    reference_rate: np.ndarray


def directly_standardised(
    count: ArrayLike,
    denominator: ArrayLike,
    standard: ArrayLike,
    group: ArrayLike,
    size: int,
    *,
    events: ArrayLike | None = None,
    first_of_band: ArrayLike | None = None,
) -> DirectRate:
    """Rate of each group in the standard population, per person, with its variance.

    With weights w = standard / denominator and S the whole standard population: the rate is
    sum(w count) / S, its variance sum(w^2 count) / S^2. A missing figure makes its group NaN; a
    denominator of 0 makes it NaN or infinite.

    Where a person may have several events, each row is a band and a frequency: `count` people had
    `events` events each. The variance of a frequency is then weighted by its square, and
    `first_of_band` is True for the one row of each band whose people are counted.
    Dobson, Kuulasmaa, Eberle and Scherer 1991.
    """
    people, n, std = (np.asarray(a, dtype=float) for a in (count, denominator, standard))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        weight, happened = std / n, _times(people, events)
        weighted = weight * happened
        whole = _total(_times(std, first_of_band), group, size)
        return DirectRate(
            total_count=_total(happened, group, size),
            total_population=_total(_times(n, first_of_band), group, size),
            rate=_total(weighted, group, size) / whole,
            variance=_total(_times(weight * weighted, events), group, size) / whole**2,
        )


def dobson_interval(
    rate: ArrayLike, variance: ArrayLike, total_count: ArrayLike, confidence: float = 0.95
) -> Limits:
    """Confidence limits of directly standardised rates, any shape, NaN in, NaN out.

    The limits of the number of events (Byar's), moved and stretched to the rate and its variance.
    NaN below 10 events. A lower limit that comes out below 0, as it can where nearly all weight is
    on a few of the events, is 0. Dobson, Kuulasmaa, Eberle and Scherer 1991.
    """
    value, spread, count = (np.asarray(a, dtype=float) for a in (rate, variance, total_count))
    count = np.where(count >= MINIMUM_EVENTS, count, np.nan)
    lower, upper = poisson_interval(count, confidence)
    with np.errstate(invalid="ignore"):
        stretch = np.sqrt(spread / count)
        lower, upper = value + stretch * (lower - count), value + stretch * (upper - count)
    return np.maximum(lower, 0)[()], upper[()]


def expected_events(
    denominator: ArrayLike,
    reference_count: ArrayLike,
    reference_denominator: ArrayLike,
    group: ArrayLike,
    size: int,
) -> Expected:
    """Events that each group would have at the reference's rates: sum(denominator x rate).

    A missing figure makes its group NaN; a reference denominator of 0 makes it NaN or infinite.
    Divide the observed events and their Poisson limits by them for the standardised ratio; times
    the reference's crude rate, sum(reference_count) / sum(reference_denominator), that is the
    standardised rate. Breslow and Day 1987.
    """
    n, events, people = (
        np.asarray(a, dtype=float) for a in (denominator, reference_count, reference_denominator)
    )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return Expected(
            events=_total(n * (events / people), group, size),
            reference_rate=_total(events, group, size) / _total(people, group, size),
        )


def _times(figures: np.ndarray, factor: ArrayLike | None) -> np.ndarray:
    """Figures times a factor, where there is one."""
    return figures if factor is None else figures * np.asarray(factor, dtype=float)


def _total(figures: np.ndarray, group: ArrayLike, size: int) -> np.ndarray:
    """The sum of each group."""
    return np.bincount(group, weights=figures, minlength=size)
