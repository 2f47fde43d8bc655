"""Modelled estimates: a prevalence from elsewhere times a population, with the interval carried.

The limits of the parts are combined by recovering the variance on either side from the limits
themselves (MOVER), so that limits of any level and of any shape are carried at their own level.
Zou and Donner 2008, Statistics in Medicine 27: 1693-1702.
"""

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.errors import UsageError
from cyp_analysis.methods.intervals import Limits

STRATA = ("independent", "correlated")


def product_interval(
    value: ArrayLike,
    limits: tuple[ArrayLike, ArrayLike],
    factor: ArrayLike,
    factor_limits: tuple[ArrayLike, ArrayLike],
) -> Limits:
    """Limits of value x factor, independent estimates from 0 up with limits of one level.

    Any shapes that broadcast, NaN in, NaN out. The distances to the limits are squared and added
    on the log scale; a factor whose limits equal it scales the limits of the value. A value of 0
    has the limits of the value x factor, which is where the formula tends.
    """
    arrays = (np.asarray(a, dtype=float) for a in (value, *limits, factor, *factor_limits))
    p, low, high, size, size_low, size_high = np.broadcast_arrays(*arrays)
    return (
        _product_limit(p, low, size, size_low, -1),
        _product_limit(p, high, size, size_high, 1),
    )


def _product_limit(
    p: np.ndarray, limit: np.ndarray, size: np.ndarray, size_limit: np.ndarray, side: int
) -> np.ndarray:
    """The limit on one side: -1 the lower, 1 the upper."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.hypot(np.log(limit / p), np.log(size_limit / size))
        both = p * size * np.exp(side * spread)
        unknown = np.isnan(p + limit + size + size_limit)
    # Where one part has no error of its own there is no detour over logarithms: it loses digits.
    return np.select(
        [unknown, (size_limit == size) | (p == 0), (limit == p) | (size == 0)],
        [np.nan, limit * size, p * size_limit],
        both,
    )[()]


def strata_interval(
    value: ArrayLike,
    limits: tuple[ArrayLike, ArrayLike],
    group: ArrayLike,
    groups: int,
    strata: str = "independent",
) -> Limits:
    """Limits of the sum of the strata of each group, shape (groups,), NaN in, NaN out.

    One-dimensional, a stratum an element, `group` its number from 0. `independent`: the distances
    to the limits are squared and added (MOVER). `correlated`: all strata err together, as where
    one survey estimate serves them all, so the limits add up.
    """
    if strata not in STRATA:
        raise UsageError(
            thing="strata", rule=f"one of {', '.join(STRATA)}", got=repr(strata), action="Choose."
        )
    v, low, high = (np.asarray(a, dtype=float) for a in (value, *limits))
    group = np.asarray(group, dtype=np.intp)

    def total(figures: np.ndarray) -> np.ndarray:
        return np.bincount(group, weights=figures, minlength=groups)

    if strata == "correlated":
        return total(low), total(high)
    down, up = np.sqrt(total((v - low) ** 2)), np.sqrt(total((high - v) ** 2))
    return total(v) - down, total(v) + up
