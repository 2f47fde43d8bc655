"""Confidence limits for counts and proportions, as public health analysts in England use them."""

from numbers import Real
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.errors import UsageError

EXACT_BELOW = 10  # Byar's approximation takes over from a count of 10, also between whole numbers.

Limits = tuple[np.ndarray, np.ndarray]


def as_fraction(confidence: float) -> float:
    """A confidence level as a fraction: 0.9 to 1 is kept, 90 to 100 is read as a percentage."""
    is_number = isinstance(confidence, Real) and not isinstance(confidence, bool)
    level = float(confidence) if is_number else float("nan")
    if 90 <= level <= 100:
        level /= 100
    if not 0.9 <= level <= 1:
        raise UsageError(
            thing="confidence",
            rule="a level is 0.9 to 1, or 90 to 100 as a percentage",
            got=repr(confidence),
            action="Use for example confidence=0.95.",
        )
    return level


def critical_value(confidence: float = 0.95) -> float:
    """The two-sided standard normal quantile z: 1.959964 at 95%, infinite at 100%."""
    level = as_fraction(confidence)
    return float("inf") if level == 1 else NormalDist().inv_cdf(level + (1 - level) / 2)


def wilson_interval(count: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Limits:
    """Confidence limits of the proportion count / denominator, between 0 and 1, NaN in, NaN out.

    Any shapes that broadcast. NaN where the count is below 0 or above the denominator, or the
    denominator is not above 0. Wilson 1927; Newcombe and Altman 2000.
    """
    z = critical_value(confidence)
    x, n = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (count, denominator)))
    possible = (x >= 0) & (x <= n) & (n > 0) & (n < np.inf)
    if not possible.all():
        x, n = np.where(possible, x, np.nan), np.where(possible, n, np.nan)
    if np.isinf(z):
        return np.where(possible, 0.0, np.nan)[()], np.where(possible, 1.0, np.nan)[()]
    share, twice = x / n, 2 * x
    far = z * np.sqrt(z**2 + 2 * twice * (1 - share)) + twice + z**2
    # The lower limit is written as a quotient: the textbook difference loses digits near 0.
    return twice * share / far, np.clip(far / (2 * (n + z**2)), share, 1)


def byars_interval(count: ArrayLike, confidence: float = 0.95) -> Limits:
    """Byar's confidence limits of a count of events, any shape, NaN in, NaN out.

    Pure Byar at every count: a lower limit that comes out below zero, as it does for one event at
    99.8%, is missing. NaN for a count below 0. Breslow and Day 1987.
    """
    count = _counts(count)
    lower, upper = _byars(count, critical_value(confidence))
    return np.where(lower >= 0, lower, np.nan)[()], upper[()]


def exact_poisson_interval(count: ArrayLike, confidence: float = 0.95) -> Limits:
    """Exact Poisson confidence limits of a count of events, any shape, NaN in, NaN out.

    From chi-squared quantiles, with a lower limit of 0 at a count of 0; counts need not be whole.
    NaN for a count below 0. Armitage et al. 2002.
    """
    count = _counts(count)
    # Counts repeat, and the quantiles are slow: work each different count out once.
    if count.size > _TABLE and _are_small_and_whole(count):
        different, place = np.append(np.arange(_TABLE), np.nan), np.nan_to_num(count, nan=_TABLE)
    else:
        different, place = np.unique(count, return_inverse=True)
    limits = _exact(different, (1 - as_fraction(confidence)) / 2)
    lower, upper = (limit[place.astype(int)].reshape(count.shape)[()] for limit in limits)
    return lower, upper


def poisson_interval(count: ArrayLike, confidence: float = 0.95) -> Limits:
    """Confidence limits of a count of events: exact below 10, Byar's from 10, NaN in, NaN out.

    Any shape; divide by the denominator for the limits of a rate. NaN for a count below 0.
    At 100% confidence the limits are 0 and infinity.
    """
    shape, count = np.shape(count), np.atleast_1d(np.asarray(count, dtype=float))
    lower, upper = _byars(count, critical_value(confidence))
    # From 10 events Byar's lower limit is below zero only beyond any level in use: zero is meant.
    np.maximum(lower, 0, out=lower)
    other = ~((count >= EXACT_BELOW) & (count < np.inf))
    if other.any():
        lower[other], upper[other] = exact_poisson_interval(count[other], confidence)
    return lower.reshape(shape)[()], upper.reshape(shape)[()]


_TABLE = 10  # whole counts below this are looked up


def _counts(count: ArrayLike) -> np.ndarray:
    """Counts as floats; NaN where one is below zero or infinite."""
    count = np.asarray(count, dtype=float)
    return np.where((count >= 0) & np.isfinite(count), count, np.nan)


def _are_small_and_whole(count: np.ndarray) -> bool:
    """Whether every count is missing or one of the whole numbers of the table."""
    return bool((np.isnan(count) | ((count < _TABLE) & (count == np.floor(count)))).all())


def _exact(count: np.ndarray, tail: float) -> Limits:
    """Exact limits of each count."""
    from scipy.special import gammainccinv, gammaincinv

    # SciPy has no quantile of a gamma distribution of shape 0; the limit there is 0.
    return np.where(count == 0, 0.0, gammaincinv(count, tail)), gammainccinv(count + 1, tail)


def _byars(count: np.ndarray, z: float) -> Limits:
    """Byar's limits, not yet checked."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return _byars_limit(count, -z), _byars_limit(count + 1, z)


def _byars_limit(count: np.ndarray, z: float) -> np.ndarray:
    """count x (1 - 1 / (9 count) + z / (3 sqrt(count))) cubed, in few passes over the array."""
    ninth = np.asarray(1 / (9 * count))
    root = np.sqrt(ninth)
    root *= z
    root -= ninth
    root += 1
    limit = root * root
    limit *= root
    limit *= count
    return limit
