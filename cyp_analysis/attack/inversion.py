"""Which whole counts agree with the clues about them: shares, rates and limits turned back."""

from typing import NamedTuple

import numpy as np

from cyp_analysis.attack.clues import COUNT, DENOMINATOR, LOWER, UPPER, VALUE, Clue
from cyp_analysis.methods.intervals import (
    byars_interval,
    exact_poisson_interval,
    poisson_interval,
    wilson_interval,
)

# Counts tried: far above what any rule withholds.
MOST = 400
LARGEST_BASE = 3_000
_POISSON = {
    "byars": byars_interval,
    "exact": exact_poisson_interval,
    "poisson": poisson_interval,
}


class Kind(NamedTuple):
    """What kind of figure it is: a share or not, per how many, by which interval."""

    is_share: bool
    per: float
    interval: str
    is_count: bool


def possible(clues: list[Clue], kind: Kind) -> np.ndarray:
    """The counts from 0 to MOST that agree with every clue that tells anything; a clue that no
    count agrees with is of something else, and is passed over."""
    left = np.ones(MOST + 1, dtype=bool)
    base = _base(clues)
    for test in (_counted, _valued, _limited):
        for agreed in test(clues, kind, base):
            if (left & agreed).any():
                left &= agreed
    return np.flatnonzero(left)


def _range(clues: list[Clue], role: str) -> list[tuple[float, float]]:
    return [(clue.low, clue.high) for clue in clues if clue.role == role]


def _base(clues: list[Clue]) -> float | None:
    """The one denominator told, if it is."""
    told = {round((low + high) / 2, 6) for low, high in _range(clues, DENOMINATOR)}
    return told.pop() if len(told) == 1 else None


def _counted(clues: list[Clue], kind: Kind, base: float | None) -> list[np.ndarray]:
    """By the count itself, or a value that is one."""
    every = np.arange(MOST + 1)
    told = _range(clues, COUNT) + (_range(clues, VALUE) if kind.is_count else [])
    return [(every >= low) & (every <= high) for low, high in told]


def _valued(clues: list[Clue], kind: Kind, base: float | None) -> list[np.ndarray]:
    """By a share or rate: of its base if that is known, else of any whole base."""
    every = np.arange(MOST + 1, dtype=float)
    found = []
    for low, high in [] if kind.is_count else _range(clues, VALUE):
        if base:
            value = kind.per * every / base
            found.append((value >= low - 1e-9) & (value <= high + 1e-9))
        elif kind.is_share and low > 0:
            bases = kind.per * every / ((low + high) / 2)
            value = kind.per * every / np.maximum(np.round(bases), 1)
            found.append((value >= low) & (value <= high) & (every > 0))
    return found


def _limited(clues: list[Clue], kind: Kind, base: float | None) -> list[np.ndarray]:
    """By the limits of an interval, both or one."""
    lower, upper = _range(clues, LOWER), _range(clues, UPPER)
    if not (lower or upper):
        return []
    ends = (lower or [(-np.inf, np.inf)])[0], (upper or [(-np.inf, np.inf)])[0]
    if kind.is_share or kind.interval == "wilson":
        return [_by_wilson(ends, kind.per, base)]
    if kind.is_count and not base:
        base, kind = 1.0, kind._replace(per=1.0)
    return [_by_poisson(ends, kind, base)]


def _by_wilson(ends: tuple, per: float, base: float | None) -> np.ndarray:
    bases = np.array([base]) if base else np.arange(1, LARGEST_BASE + 1, dtype=float)
    tried = np.arange(min(MOST, 60 if base is None else MOST) + 1, dtype=float)
    lower, upper = wilson_interval(tried[:, None], bases[None, :])
    fits = np.isfinite(lower)
    for limit, (low, high) in ((lower, ends[0]), (upper, ends[1])):
        shown = np.nan_to_num(per * limit, nan=-1.0)
        fits &= (shown >= low - 1e-9) & (shown <= high + 1e-9)
    found = np.zeros(MOST + 1, dtype=bool)
    found[: tried.size] = fits.any(axis=1)
    return found


def _by_poisson(ends: tuple, kind: Kind, base: float | None) -> np.ndarray:
    """A rate's limits are those of its count over one base: their quotient tells the count."""
    tried = np.arange(MOST + 1, dtype=float)
    limits = [np.nan_to_num(v) for v in _POISSON.get(kind.interval, poisson_interval)(tried)]
    if base:
        factor = np.full((2, tried.size), kind.per / base)
    else:
        # The factors per ÷ base that bring each limit into its range; common to both.
        with np.errstate(divide="ignore", invalid="ignore"):
            least = [
                np.where(v > 0, end[0] / v, -np.inf) for v, end in zip(limits, ends, strict=True)
            ]
            most = [
                np.where(v > 0, end[1] / v, np.inf) for v, end in zip(limits, ends, strict=True)
            ]
        lowest, highest = np.maximum(*least), np.minimum(*most)
        return (lowest <= highest * (1 + 1e-9)) & (highest > 0)
    slack = 1e-9
    fits = np.ones(tried.size, dtype=bool)
    for limit, scale, (low, high) in zip(limits, factor, ends, strict=True):
        fits &= (limit * scale >= low - slack) & (limit * scale <= high + slack)
    return fits
