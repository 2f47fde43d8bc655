"""Chance that is the same at every run: each figure has a generator of its own, seeded by its name.

A new measure in the catalogue therefore changes no figure of another one.
"""

from zlib import crc32

import numpy as np

SEED = 20261122


def generator(*names: object) -> np.random.Generator:
    """The generator of one thing, by its name."""
    return np.random.default_rng([SEED, crc32("|".join(map(str, names)).encode())])


def between(low: float, high: float, *names: object) -> float:
    """One number between two others, the same whenever the name is."""
    return float(generator(*names).uniform(low, high))


def parts(total: np.ndarray, weights: np.ndarray, *names: object) -> np.ndarray:
    """Whole numbers divided at random among parts: parts first, then the axes of `total`.

    The parts add up to the total.
    """
    left, done = total.astype(np.int64), []
    share = weights / weights.sum()
    draw = generator("parts", *names)
    for place in range(len(share) - 1):
        rest = share[place:].sum()
        part = draw.binomial(left, min(1.0, share[place] / rest) if rest > 0 else 0.0)
        done.append(part)
        left = left - part
    return np.stack([*done, left])
