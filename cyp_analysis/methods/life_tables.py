"""Life expectancy from abridged life tables, and the years that a death before an age loses."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.intervals import Limits, critical_value

# Mean part of a band that those who die in it live through (Chiang 1984). Most young children who
# die are newborn: where 86% of deaths under five are in the first year, at 0.1 years, and the rest
# at 3, their mean age is 0.5 years, so that the part is 0.1 of a band 0 to 4 as of the first year.
PART_LIVED_FROM_BIRTH = 0.1
PART_LIVED = 0.5

_LABEL = re.compile(
    r"\s*(?:aged?\s+)?(?P<under><|under|less than)?\s*"
    r"(?P<start>\d+(?:\.\d+)?)\s*(?:years?|yrs?)?\s*"
    r"(?:(?:-|–|to)\s*(?P<last>\d+)|(?P<open>\+|plus|(?:and|or)\s+(?:over|older|above|more)))?",
    re.IGNORECASE,
)


class LifeTable(NamedTuple):
    """Part of the newborn alive at each start age, years left to them, standard error of those."""

    survivors: np.ndarray
    expectancy: np.ndarray
    standard_error: np.ndarray

    def interval(self, confidence: float = 0.95) -> Limits:
        """Confidence limits of the expectancy, NaN where nobody survives to the age."""
        with np.errstate(invalid="ignore"):
            margin = critical_value(confidence) * self.standard_error
        return self.expectancy - margin, self.expectancy + margin


def life_table(start_age: ArrayLike, deaths: ArrayLike, population: ArrayLike) -> LifeTable:
    """Abridged life tables, shape (..., bands): start ages in years ascend along the last axis.

    Each band runs to the next start age and the last is open; the table may begin at any age, and
    survivors count from there. A whole table is NaN if any figure is missing, deaths are below 0 or
    above the population, the population is not above 0, ages do not ascend, or nobody dies in the
    last band. Where nobody survives to an age the expectancy is 0 and its standard error NaN.
    Chiang 1968, 1984; last band: Silcocks, Jenner and Reza 2001. Widths may be any.
    """
    figures = (np.asarray(figure, dtype=float) for figure in (start_age, deaths, population))
    start, deaths, population = np.broadcast_arrays(*figures)
    with np.errstate(all="ignore"):
        rate = deaths / population
        width = np.diff(start)
        late = 1 - np.where(start[..., :-1] == 0, PART_LIVED_FROM_BIRTH, PART_LIVED)
        dying = _dying(rate[..., :-1], width, late)
        alive = np.concatenate([np.ones_like(rate[..., :1]), np.cumprod(1 - dying, -1)], axis=-1)
        lived = width * (alive[..., :-1] - alive[..., :-1] * dying * late)
        last = np.where(alive[..., -1:] > 0, alive[..., -1:] / rate[..., -1:], 0.0)
        years = _from_end(np.concatenate([lived, last], axis=-1))
        expectancy = np.where(alive > 0, years / alive, 0.0)
        spread = alive[..., :-1] * (late * width + expectancy[..., 1:])
        known = np.where(deaths[..., :-1] > 0, dying**2 * (1 - dying) / deaths[..., :-1], 0.0)
        final = last**2 / deaths[..., -1:]
        variance = _from_end(np.concatenate([known * spread**2, final], axis=-1))
        error = np.sqrt(variance) / alive
    possible = _possible(start, deaths, population)
    return LifeTable(*(np.where(possible, found, np.nan) for found in (alive, expectancy, error)))


def _dying(rate: np.ndarray, width: np.ndarray, late: np.ndarray) -> np.ndarray:
    """Probability of dying in a band, at most 1; `late` is the part of it not lived by the dead."""
    return np.minimum(rate * width / (1 + rate * width * late), 1)


def _possible(start: np.ndarray, deaths: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Tables that can be worked out, shape (..., 1)."""
    people = (deaths >= 0) & (deaths <= population) & (population > 0) & np.isfinite(population)
    ages = (start[..., :1] >= 0) & (np.diff(start) > 0).all(axis=-1, keepdims=True)
    return people.all(axis=-1, keepdims=True) & ages & (deaths[..., -1:] > 0)


def _from_end(figures: np.ndarray) -> np.ndarray:
    """Sum of each band and those above it."""
    return np.cumsum(figures[..., ::-1], axis=-1)[..., ::-1]


def sums_from_age(figures: ArrayLike) -> np.ndarray:
    """Sum of each band and those above it, shape (..., bands), NaN in, NaN out."""
    return _from_end(np.asarray(figures, dtype=float))


def years_before(start_age: ArrayLike, end_age: ArrayLike, up_to: float) -> np.ndarray:
    """Years from the middle of each age band to an age limit, 0 for bands from the limit on.

    Any shapes that broadcast; an open band ends at infinity. NaN for a band that begins before the
    limit and ends after it, and NaN in, NaN out. Romeder and McWhinnie 1977.
    """
    start, end = np.asarray(start_age, dtype=float), np.asarray(end_age, dtype=float)
    years = np.where(end <= up_to, up_to - (start + end) / 2, np.nan)
    return np.where(start >= up_to, 0.0, years)


class Neighbours(NamedTuple):
    """The next age of each row's group, NaN for the last; where it is the same, or not the end."""

    following: np.ndarray
    repeated: np.ndarray
    apart: np.ndarray
    last: np.ndarray


def neighbours(start_age: ArrayLike, end_age: ArrayLike, group: ArrayLike) -> Neighbours:
    """How the age bands of each group follow each other, one figure a row, in any order.

    A band whose end is NaN is taken to end where the next begins, so that it is never apart.
    """
    start, end = np.asarray(start_age, dtype=float), np.asarray(end_age, dtype=float)
    order = np.lexsort((start, group))
    place, ends = np.argsort(order), np.ones(min(start.size, 1), dtype=bool)
    last = np.append(np.diff(np.asarray(group)[order]) != 0, ends)[place]
    # What follows what is not known in a group of which an age is missing.
    unknown = np.isin(group, np.asarray(group)[np.isnan(start)])
    following = np.where(last | unknown, np.nan, np.append(start[order][1:], ends)[place])
    apart = ~last & ~unknown & ~np.isnan(end) & (end != following)
    return Neighbours(following, start == following, apart, last)


def following_ages(
    start_age: ArrayLike, group: ArrayLike, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Next higher start age in the group of each row, and which groups lack a usual start age.

    `start_age` and `group` (0 to size - 1) have one figure a row, in any order, and ages may be
    repeated. Infinite after the last age, NaN in, NaN out. An age is usual if more than half the
    groups have it: where most go from 1 to 5, a next age of 10 means that 5 was left out.
    """
    start, group = np.asarray(start_age, dtype=float), np.asarray(group, dtype=np.intp)
    known = ~np.isnan(start)
    ages, place = np.unique(start[known], return_inverse=True)
    pairs, row = np.unique(group[known] * ages.size + place, return_inverse=True)
    owner, place = np.divmod(pairs, max(ages.size, 1))
    is_usual = 2 * np.bincount(place, minlength=ages.size) > size
    met = np.bincount(owner, weights=is_usual[place], minlength=size)
    goes_on = np.append(owner[1:] == owner[:-1], np.zeros(min(pairs.size, 1), dtype=bool))
    following = np.full(start.size, np.nan)
    following[known] = np.where(goes_on, np.roll(ages[place], -1), np.inf)[row]
    return following, met < is_usual.sum()


def ages_of_labels(labels: Iterable[str]) -> np.ndarray:
    """First age of each label and the age at which its band ends, shape (labels, 2).

    `1-4` and `1 to 4 years` are (1, 5), `<1` and `under 1` (0, 1), `90+` and `90 and over` end at
    infinity. The end is NaN where the label is one plain number, both are NaN where it has none.
    """
    return np.array([_ages(label) for label in labels], dtype=float).reshape(-1, 2)


def _ages(label: str) -> tuple[float, float]:
    """First age and end of one label."""
    found = _LABEL.match(label)
    if found is None:
        return np.nan, np.nan
    start, last = float(found["start"]), float(found["last"] or "nan")
    if found["under"]:
        return 0.0, start
    return start, np.inf if found["open"] else last + 1
