"""The points along the axis of a funnel plot, spaced as in the public health charts of England.

Arrays hold one element per funnel; each function gives shape (funnels, points). The axis starts
near zero unless the areas are of much the same size, and its points come closer together towards
the small areas, where the limits bend. Office for Health Improvement and Disparities, technical
guidance on funnel plots.
"""

import numpy as np
from numpy.typing import ArrayLike


def denominator_axis(smallest: ArrayLike, largest: ArrayLike, points: int = 100) -> np.ndarray:
    """Denominators at which the limits of a proportion are drawn, NaN in, NaN out.

    From the smallest and largest denominator of each funnel, in people.
    """
    return _spaced(*_ends(smallest, largest), points)


def expected_axis(smallest: ArrayLike, largest: ArrayLike, points: int = 100) -> np.ndarray:
    """Numbers of events at which the limits of a ratio are drawn, NaN in, NaN out.

    From the smallest and largest number of expected events of each funnel.
    """
    return _spaced(*_ends(smallest, largest), points, spare=1)


def event_axis(
    smallest: ArrayLike, largest: ArrayLike, rate: ArrayLike, years: float = 1, points: int = 100
) -> np.ndarray:
    """Numbers of events at which the limits of a rate are drawn, NaN in, NaN out.

    From the smallest and largest denominator (person-years) and the average rate per person-year
    of each funnel. The ends are rounded as populations of one year, then taken outwards to whole
    events.
    """
    rate = np.asarray(rate, dtype=float)
    ends = _ends(np.divide(smallest, years), np.divide(largest, years))
    start, end = (figure * years * rate for figure in ends)
    return _spaced(np.floor(start), np.ceil(end), points)


def _ends(smallest: ArrayLike, largest: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Where the axis starts and ends: round figures just outside the areas."""
    smallest, largest = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (smallest, largest))
    below, above = 0.95 * smallest, 1.05 * largest
    unit = _unit(below, digits=1)
    start = np.where(largest > 2 * smallest, 0.0, np.floor(below / unit) * unit)
    unit = _unit(above, digits=2)
    return start, np.ceil(above / unit) * unit


def _unit(figure: np.ndarray, digits: int) -> np.ndarray:
    """The power of ten that keeps so many leading digits of a figure above zero."""
    return 10.0 ** (np.floor(np.log10(figure)) - digits + 1)


def _spaced(start: np.ndarray, end: np.ndarray, points: int, spare: int = 0) -> np.ndarray:
    """Whole steps that grow by a factor worked out anew at each point from what is left to go.

    With a spare step the last point stops one step short of the end.
    """
    axis = np.empty((start.size, points))
    axis[:, 0] = np.maximum(start, 1)
    for place in range(1, points):
        before, left = axis[:, place - 1], points + spare - place
        axis[:, place] = np.maximum(np.round((end / before) ** (1 / left) * before), before + 1)
    return axis
