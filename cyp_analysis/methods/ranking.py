"""Ranks with ties, and how far a figure is from its target."""

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.comparison import check_polarity


def rank_highest_first(values: ArrayLike) -> tuple[np.ndarray, int, np.ndarray]:
    """Rank of each value (1 = highest), how many were ranked, and which of them share a rank.

    One-dimensional. Equal values share the better rank and the next rank is skipped (1, 2, 2, 4).
    A missing value has no rank (NaN) and is not counted.
    """
    values = np.asarray(values, dtype=float).ravel()
    known = ~np.isnan(values)
    ordered = np.sort(values[known])
    up_to = np.searchsorted(ordered, values, side="right")
    below = np.searchsorted(ordered, values, side="left")
    rank = np.where(known, ordered.size - up_to + 1.0, np.nan)
    return rank, int(ordered.size), known & (up_to - below > 1)


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
