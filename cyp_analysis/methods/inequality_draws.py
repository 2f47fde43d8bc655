"""Percentiles of an index of inequality by simulation, where no formula gives them."""

from collections.abc import Callable, Sequence

import numpy as np

from cyp_analysis.methods.arguments import whole_number
from cyp_analysis.methods.intervals import Limits, as_fraction

DRAWS = 1 << 16
SEED = 20_040_401
FEWEST, MOST = 1000, 1 << 22
BLOCK = 1 << 11  # Draws worked out at a time, so that a group's stay in the processor's cache.


def normal_draws(quantiles: int, draws: int = DRAWS, seed: int = SEED) -> np.ndarray:
    """Normal draws (quantiles, draws), the number rounded up to a power of two; always the same
    for the same seed.

    The points of a scrambled Sobol sequence fill the space more evenly than independent draws do,
    so that the same number of them leaves about half the error in a percentile. Owen 1998, Journal
    of Complexity 14.
    """
    from scipy.special import ndtri
    from scipy.stats.qmc import Sobol

    power = int(np.ceil(np.log2(whole_number("draws", draws, FEWEST, MOST))))
    chance = np.random.default_rng(whole_number("seed", seed, 0))
    points = Sobol(quantiles, rng=chance).random_base2(power)
    # A point may lie on the very edge, where the normal value is infinite: move it half a step in.
    edge = 0.5 ** (power + 1)
    return ndtri(np.clip(points.T, edge, 1 - edge))


def percentiles(
    value: np.ndarray,
    se: np.ndarray,
    forms: Sequence[np.ndarray],
    scale: tuple[Callable, Callable],
    levels: Sequence[float],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> list[Limits]:
    """Percentiles of a weighted sum of the values, or of the ratio of two, one pair for each level.

    value, se and each of `forms` have shape (n, q); `scale` leads to where a value is normal, and
    back. Each quantile is drawn there and taken back. All groups meet the same draws, so that a
    group's limits do not depend on its neighbours. A ratio whose divisor may be zero is missing.
    """
    normal = normal_draws(value.shape[1], draws, seed)
    tails = [(1 - as_fraction(level)) / 2 for level in levels]
    places = _places(tails, normal.shape[1])
    found = np.full((value.shape[0], *places.shape), np.nan)
    centre = scale[0](value)
    usable = np.isfinite([centre, se, *forms]).all(axis=(0, 2))
    for group in np.flatnonzero(usable):
        weights = np.stack([form[group] for form in forms])
        drawn = _sums(weights, centre[group], se[group], scale[1], normal)
        index = drawn[0] if len(drawn) == 1 else _ratio(drawn, weights[1] @ value[group])
        index.partition(np.unique(places))
        found[group] = index[places]
    found[~np.isfinite(found).all(axis=2)] = np.nan
    if 0.0 in tails:  # Certainty has no percentile among the draws.
        found[usable, tails.index(0)] = (-np.inf, np.inf) if len(forms) == 1 else np.nan
    return [(found[:, at, 0], found[:, at, 1]) for at in range(len(tails))]


def _places(tails: list[float], size: int) -> np.ndarray:
    """Where among the sorted draws the lower and the upper limit of each level stand."""
    places = [[round(size * share) - 1 for share in (tail, 1 - tail)] for tail in tails]
    return np.clip(np.array(places), 0, size - 1)


def _sums(
    weights: np.ndarray, centre: np.ndarray, se: np.ndarray, back: Callable, normal: np.ndarray
) -> np.ndarray:
    """The weighted sums in each draw, (sums, draws), worked out by blocks that fit the cache."""
    sums = np.empty((len(weights), normal.shape[1]))
    for at in range(0, normal.shape[1], BLOCK):
        part = slice(at, at + BLOCK)
        drawn = normal[:, part] * se[:, None]
        drawn += centre[:, None]
        np.matmul(weights, back(drawn), out=sums[:, part])
    return sums


def _ratio(sums: np.ndarray, divisor: float) -> np.ndarray:
    """The first sum over the second, without end where the second is across zero from its value."""
    return np.where(np.sign(divisor) * sums[1] > 0, sums[0] / sums[1], np.inf)
