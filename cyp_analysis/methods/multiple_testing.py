"""Many tests at once: how many of the findings are expected to be false."""

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.errors import UsageError


def false_discovery(p_value: ArrayLike, family: ArrayLike | None = None) -> np.ndarray:
    """The smallest false discovery rate at which each test counts as a finding, shape (n,).

    p_value: shape (n,), 0 to 1; a missing or impossible one is NaN in the result and not counted.
    family: shape (n,), whole numbers from 0, tests that are judged together; None: all of them.
    Benjamini and Hochberg 1995.
    """
    from scipy.stats import false_discovery_control

    p_value = np.asarray(p_value, dtype=float)
    usable = np.flatnonzero((p_value >= 0) & (p_value <= 1))
    adjusted = np.full(p_value.shape, np.nan)
    families = np.zeros(p_value.shape, np.intp) if family is None else np.asarray(family)
    families = families[usable]
    in_order = usable[np.argsort(families, kind="stable")]
    sizes = np.bincount(families)
    starts = np.cumsum(sizes) - sizes
    # Families of one size are the rows of one matrix, so that SciPy is called once for each size.
    for size in np.unique(sizes[sizes > 0]):
        tests = in_order[starts[sizes == size][:, np.newaxis] + np.arange(size)]
        adjusted[tests] = false_discovery_control(p_value[tests], axis=1)
    return adjusted


def discovery(q_value: ArrayLike, rate: float = 0.05) -> np.ndarray:
    """Where an adjusted p-value is at or below the false discovery rate, any shape; NaN is not.

    UsageError for a rate that is not above 0 and below 1. Benjamini and Hochberg 1995.
    """
    if isinstance(rate, bool) or not isinstance(rate, int | float | np.number) or not 0 < rate < 1:
        raise UsageError(
            thing="rate",
            rule="is a number above 0 and below 1",
            got=repr(rate),
            action="Use for example 0.05.",
        )
    return np.asarray(q_value) <= rate
