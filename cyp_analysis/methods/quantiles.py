"""Which quantile each value of a group belongs to."""

import numpy as np
from numpy.typing import ArrayLike


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
    ranks) the quantile is number + 1 - ceil((N + 1 - r) number / N), so that the sizes differ by
    one at most where no values are equal. NaN for a group of fewer values than quantiles. The
    rule by which Fingertips and deprivation deciles of areas are made.
    """
    values = np.asarray(value, dtype=float)
    order, first, start, size = _ranked(values, _groups(group, values), highest_first)
    from_end = size - (first - start)
    # In whole numbers: the quotient of two floats can fall on the wrong side of a boundary.
    found = number + 1 - -(-from_end * number // size)
    return _placed(np.where(size >= number, found, np.nan), order, values.size)


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
    values = np.where((people > 0) & (people < np.inf), values, np.nan)
    order, first, start, size = _ranked(values, _groups(group, values), highest_first)
    upto = np.concatenate([[0.0], np.cumsum(people[order])])
    last = np.searchsorted(first, first, side="right")
    middle = (upto[first] + upto[last]) / 2 - upto[start]
    share = middle * number / (upto[start + size] - upto[start])
    found = np.minimum(np.floor(share) + 1, number)
    return _placed(np.where(size >= number, found, np.nan), order, values.size)


def _groups(group: ArrayLike | None, values: np.ndarray) -> np.ndarray:
    """The group of each value."""
    return np.zeros(values.size, dtype=np.intp) if group is None else np.asarray(group)


def _ranked(
    values: np.ndarray, group: np.ndarray, highest_first: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Positions of the values that are there, sorted by group and value; for each, where its equals
    and its group begin among them, and the size of its group.
    """
    there = np.flatnonzero(np.isfinite(values))
    key = -values[there] if highest_first else values[there]
    order = there[np.lexsort((key, group[there]))]
    values, group = values[order], group[order]
    new_group = np.diff(group, prepend=-1) != 0
    new_value = new_group | (np.diff(values, prepend=0) != 0)
    start = _begin(new_group)
    return order, _begin(new_value), start, np.bincount(group)[group] if order.size else start


def _begin(is_new: np.ndarray) -> np.ndarray:
    """Where the run that each position belongs to begins."""
    return np.maximum.accumulate(np.where(is_new, np.arange(is_new.size), 0))


def _placed(found: np.ndarray, order: np.ndarray, size: int) -> np.ndarray:
    """Figures of the sorted values in the places where they came from, NaN elsewhere."""
    whole = np.full(size, np.nan)
    whole[order] = found
    return whole
