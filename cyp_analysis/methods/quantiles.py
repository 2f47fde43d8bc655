"""Which quantile each value of a group belongs to."""

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.ranking import ordered


def quantile_of(
    value: ArrayLike,
    number: int = 10,
    group: ArrayLike | None = None,
    *,
    highest_first: bool = True,
) -> np.ndarray:
    """The quantile 1 ... `number` of each value among its group, shape (n,), NaN in, NaN out.

    `group` holds whole numbers from 0; without it all values are one group. With rank r of N
    values (1 the highest if highest_first, else the lowest; equal values share the first of their
    ranks) the quantile is floor(number + 1 - ceil((N + 1 - r) / (N / number))), and 1 where that
    is 0. NaN for a group of fewer values than quantiles. The rule by which Fingertips and
    deprivation deciles of areas are made.
    """
    values = np.asarray(value, dtype=float)
    order = ordered(_finite(values), group, highest_first=highest_first)
    from_end = order.size - (order.first - order.start)
    # The quotient of a quotient, in floats, as R's phe_quantile has it. Whole numbers would be
    # exact, but would place the odd area on a boundary otherwise than the figures published.
    found = np.floor((number + 1) - np.ceil(from_end / (order.size / number)))
    found = np.where(order.size >= number, np.maximum(found, 1), np.nan)
    return order.put_back(found, values.size)


def weighted_quantile_of(
    value: ArrayLike,
    population: ArrayLike,
    number: int = 10,
    group: ArrayLike | None = None,
    *,
    highest_first: bool = True,
) -> np.ndarray:
    """As `quantile_of`, each quantile holding about the same population instead of as many areas.

    An area belongs to the quantile in which the middle of its population lies when areas are laid
    end to end in order of their values; equal values are laid as one. NaN also where the
    population is missing or not above zero.
    """
    values, people = (np.asarray(a, dtype=float) for a in (value, population))
    values = np.where((people > 0) & (people < np.inf), _finite(values), np.nan)
    order = ordered(values, group, highest_first=highest_first)
    upto = np.concatenate([[0.0], np.cumsum(people[order.place])])
    last = np.searchsorted(order.first, order.first, side="right")
    middle = (upto[order.first] + upto[last]) / 2 - upto[order.start]
    share = middle * number / (upto[order.start + order.size] - upto[order.start])
    found = np.minimum(np.floor(share) + 1, number)
    return order.put_back(np.where(order.size >= number, found, np.nan), values.size)


def _finite(values: np.ndarray) -> np.ndarray:
    """The values, those without end as missing."""
    return np.where(np.isfinite(values), values, np.nan)
