"""How sure a rank is: ranks of areas drawn again and again within their margins of error."""

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.arguments import whole_number
from cyp_analysis.methods.intervals import as_fraction, critical_value

FEWEST_DRAWS = 1000
CELLS = 1 << 20  # draws are made in blocks of about so many figures, or of one draw of all areas

_SCALES = {
    "identity": lambda figure: figure,
    "log": np.log,
    "logit": lambda figure: np.log(figure) - np.log1p(-figure),
}
SCALES = tuple(_SCALES)
_BOUNDS = {"identity": (-np.inf, np.inf), "log": (0, np.inf), "logit": (0, 1)}


def on_scale(figure: ArrayLike, scale: str) -> np.ndarray:
    """A figure on the scale of the draws, any shape: identity, log or logit; NaN where it has none.

    The logarithm needs a figure above 0, the logit one between 0 and 1.
    """
    figure = np.asarray(figure, dtype=float)
    least, most = _BOUNDS[scale]
    inside = (figure > least) & (figure < most)
    return _SCALES[scale](np.where(inside, figure, np.nan))


def standard_error(lower: ArrayLike, upper: ArrayLike, confidence: float = 0.95) -> np.ndarray:
    """(upper - lower) / (2 z) of limits that are on the scale of the draws, NaN in, NaN out."""
    width = np.asarray(upper, dtype=float) - np.asarray(lower, dtype=float)
    return width / (2 * critical_value(confidence))


def simulated_rank_limits(
    centre: ArrayLike,
    error: ArrayLike,
    confidence: float = 0.95,
    *,
    draws: int = 10_000,
    seed: int = 1,
    highest_first: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """Limits of the rank of each area, 1 for the highest: (lower, upper), each of shape (areas,).

    Every area is drawn from its own normal distribution, independent of the others, and all are
    ranked, `draws` times over; equal draws share the better rank. The limits are the k-th lowest
    and k-th highest rank of an area, k = draws x (1 - confidence) / 2. Areas are drawn in order of
    centre and error, and areas that agree in both are given the widest of their limits, so that
    the order in which they come changes nothing. NaN for an area without both figures, which takes
    no part. UsageError for fewer than 1,000 draws. Goldstein and Spiegelhalter 1996,
    JRSS A 159: 385-443.
    """
    centre, error = np.asarray(centre, dtype=float), np.asarray(error, dtype=float)
    draws, seed = check_draws(draws, seed)
    tail = _tail(draws, confidence)
    known = np.flatnonzero(~np.isnan(centre + error))
    limits = np.full((2, centre.size), np.nan)
    if known.size:
        order = known[np.lexsort((error[known], centre[known]))]
        figures = np.column_stack([centre[order], error[order]])
        sign = -1 if highest_first else 1
        limits[:, order] = _shared(figures, *_limits(sign * figures, draws, seed, tail))
    return limits[0], limits[1]


def check_draws(draws: int, seed: int) -> tuple[int, int]:
    """The number of draws and the seed; UsageError if either cannot be used."""
    return whole_number("draws", draws, FEWEST_DRAWS), whole_number("seed", seed, 0)


def _limits(figures: np.ndarray, draws: int, seed: int, tail: int) -> tuple[np.ndarray, np.ndarray]:
    """The limits of each area in order, from columns of centre and error; rank 1 is the lowest."""
    centre, error = figures.T
    normal = np.random.default_rng(seed)
    lowest = highest = np.empty((0, centre.size), dtype=np.int32)
    step = max(1, CELLS // centre.size)
    for done in range(0, draws, step):
        noise = normal.standard_normal((min(step, draws - done), centre.size))
        ranks = _ranks(centre + error * noise)
        lowest = _extreme(np.concatenate([lowest, ranks]), tail)
        highest = -_extreme(np.concatenate([-highest, -ranks]), tail)
    return lowest.max(axis=0), highest.min(axis=0)


def _tail(draws: int, confidence: float) -> int:
    """How many draws lie from one end up to the limit, the limit among them: at least one."""
    # Rounding first keeps 10,000 draws at 99.8% from coming out as 9.999 in each tail.
    return max(1, int(round(draws * (1 - as_fraction(confidence)) / 2, 6)))


def _ranks(drawn: np.ndarray) -> np.ndarray:
    """Rank within each row, 1 for the lowest; equal figures share the better rank."""
    order = np.argsort(drawn, axis=1)
    ordered = np.take_along_axis(drawn, order, axis=1)
    place = np.broadcast_to(np.arange(1, drawn.shape[1] + 1, dtype=np.int32), drawn.shape).copy()
    place[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 1
    ranks = np.empty_like(place)
    np.put_along_axis(ranks, order, np.maximum.accumulate(place, axis=1), axis=1)
    return ranks


def _extreme(ranks: np.ndarray, tail: int) -> np.ndarray:
    """The lowest `tail` ranks of each column: all that later blocks need from earlier ones."""
    if len(ranks) <= tail:
        return ranks
    return np.partition(ranks, tail - 1, axis=0)[:tail]


def _shared(
    figures: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Limits of areas in order, those alike in both figures given the widest of theirs."""
    starts = np.append(True, (figures[1:] != figures[:-1]).any(axis=1))
    of_area, first = np.cumsum(starts) - 1, np.flatnonzero(starts)
    widest = np.minimum.reduceat(lower, first), np.maximum.reduceat(upper, first)
    return widest[0][of_area], widest[1][of_area]
