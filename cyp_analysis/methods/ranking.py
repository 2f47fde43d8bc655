"""Ranks with ties, and how far a figure is from its target."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.comparison import check_polarity


class Ordered(NamedTuple):
    """The values that are there, sorted by group and value, one element each."""

    place: np.ndarray  # where the value stands in the array it came from
    first: np.ndarray  # where its equals begin among the sorted
    start: np.ndarray  # where its group begins among the sorted
    size: np.ndarray  # how many values its group has

    def put_back(self, figures: np.ndarray, size: int) -> np.ndarray:
        """Figures of the sorted values where these came from, NaN elsewhere, shape (size,)."""
        whole = np.full(size, np.nan)
        whole[self.place] = figures
        return whole


def ordered(
    values: ArrayLike, group: ArrayLike | None = None, *, highest_first: bool = True
) -> Ordered:
    """The values (n,) that are not NaN in order within each group (n,), whole numbers from 0."""
    values = np.asarray(values, dtype=float)
    group = np.zeros(values.size, dtype=np.intp) if group is None else np.asarray(group)
    place = np.flatnonzero(~np.isnan(values))
    key = -values[place] if highest_first else values[place]
    place = place[np.lexsort((key, group[place]))]
    values, group = values[place], group[place]
    new_group = np.append(True, group[1:] != group[:-1])[: place.size]
    new_value = new_group | np.append(True, values[1:] != values[:-1])[: place.size]
    size = np.bincount(group)[group] if place.size else place
    return Ordered(place, _begin(new_value), _begin(new_group), size)


def _begin(is_new: np.ndarray) -> np.ndarray:
    """Where the run that each position belongs to begins."""
    return np.maximum.accumulate(np.where(is_new, np.arange(is_new.size), 0))


def rank_in_groups(
    values: ArrayLike, group: ArrayLike | None = None, *, highest_first: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rank of each value (n,) in its group, how many its group ranked, and which share a rank.

    `group` (n,) holds whole numbers from 0; without it all are one group. The rule of ties and of
    missing values is that of `rank_highest_first`; a missing value is told how many were ranked.
    """
    values = np.asarray(values, dtype=float)
    group = np.zeros(values.size, dtype=np.intp) if group is None else np.asarray(group)
    order = ordered(values, group, highest_first=highest_first)
    rank = order.put_back(order.first - order.start + 1.0, values.size)
    equals = np.bincount(order.first, minlength=values.size)[order.first]
    tied = order.put_back(equals, values.size) > 1
    ranked = np.bincount(group, weights=~np.isnan(values)).astype(int)
    return rank, ranked[group], tied


def rank_highest_first(values: ArrayLike) -> tuple[np.ndarray, int, np.ndarray]:
    """Rank of each value (1 = highest), how many were ranked, and which of them share a rank.

    One-dimensional. Equal values share the better rank and the next rank is skipped (1, 2, 2, 4).
    A missing value has no rank (NaN) and is not counted.
    """
    values = np.asarray(values, dtype=float).ravel()
    rank, _, tied = rank_in_groups(values)
    return rank, int((~np.isnan(values)).sum()), tied


def target_variance(latest: ArrayLike, target: ArrayLike) -> np.ndarray:
    """Distance of the latest figure from its target, in percent of the target, NaN in, NaN out.

    100 x (latest - target) / target. A target of 0 has no percentage (NaN), unless it is met
    exactly: 0 against 0 is 0.
    """
    latest, target = np.asarray(latest, dtype=float), np.asarray(target, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = 100 * (latest - target) / target
    return np.where(target == 0, np.where(latest == 0, 0.0, np.nan), variance)


def target_met(latest: ArrayLike, target: ArrayLike, polarity: ArrayLike) -> np.ndarray:
    """`met` or `not_met`; empty where either figure is missing or there is no judgement.

    High is good: met from the target up. Low is good: met from the target down.
    """
    latest, target = np.asarray(latest, dtype=float), np.asarray(target, dtype=float)
    polarity = check_polarity(polarity)
    met = np.where(polarity == "low_is_good", latest <= target, latest >= target)
    judged = ~np.isnan(latest) & ~np.isnan(target) & (polarity != "no_judgement")
    return np.where(judged, np.where(met, "met", "not_met"), "")
