"""Proportions from surveys: weights, clusters, small populations and tests between samples.

A weighted or clustered sample of `base` people tells as much as a simple random sample of
`effective_base` people. The intervals and tests of simple samples are used on that base.
Franco, Little, Louis and Slud 2019 compare such intervals and recommend Wilson's.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.intervals import Limits, critical_value, wilson_interval


class Clustered(NamedTuple):
    """The variance of the proportion of each group, and its number of clusters."""

    variance: np.ndarray
    clusters: np.ndarray


class Rest(NamedTuple):
    """The proportion, base and effective base of everyone in a set outside each subgroup."""

    proportion: np.ndarray
    base: np.ndarray
    effective_base: np.ndarray


# --- effective bases ------------------------------------------------------------------------------


def kish_effective_base(weight_sum: ArrayLike, square_sum: ArrayLike) -> np.ndarray:
    """Effective base (sum of w)^2 / (sum of w^2), any shapes that broadcast, NaN in, NaN out.

    NaN where the weights sum to zero. Kish 1965, Survey Sampling, section 11.7.
    """
    total, squares = (np.asarray(a, dtype=float) for a in (weight_sum, square_sum))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return total * (total / squares)


def kish_design_effect(weight: ArrayLike) -> np.ndarray:
    """Design effect of unequal weights, 1 + cv^2, along the last axis, NaN in, NaN out.

    cv is the standard deviation of the weights (divisor n) over their mean. Kish 1965; 1992.
    """
    weight = np.asarray(weight, dtype=float)
    effective = kish_effective_base(weight.sum(axis=-1), (weight**2).sum(axis=-1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return weight.shape[-1] / effective


def clustered_variance(
    is_yes: ArrayLike, weight: ArrayLike, cluster: ArrayLike, group: ArrayLike, groups: int
) -> Clustered:
    """Variance of the weighted proportion of each group when whole clusters were drawn.

    One-dimensional, a respondent an element: true or false, weight, and the numbers (from 0) of
    cluster and group; `groups` is how many groups there are. m / (m - 1) x the sum over m clusters
    of (sum of w (y - p) / sum of w)^2; NaN with fewer than two clusters. Respondents of weight 0
    do not count. Taylor linearisation with ultimate clusters: Wolter 2007, chapter 6.
    """
    kept = np.asarray(weight, dtype=float) > 0
    y, w, cluster, group = (np.asarray(a)[kept] for a in (is_yes, weight, cluster, group))
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.bincount(group, weights=w, minlength=groups)
        share = np.bincount(group, weights=w * y, minlength=groups) / total
        pair = group * (int(cluster.max(initial=0)) + 1) + cluster
        _, first, place = np.unique(pair, return_index=True, return_inverse=True)
        residual = np.bincount(place, weights=w * (y - share[group]), minlength=first.size)
        count = np.bincount(group[first], minlength=groups)
        squares = np.bincount(group[first], weights=residual**2, minlength=groups)
        variance = np.where(count > 1, squares / total**2 * count / (count - 1), np.nan)
    return Clustered(variance, count)


def clustered_base(proportion: ArrayLike, kish_base: ArrayLike, variance: ArrayLike) -> np.ndarray:
    """Effective base p (1 - p) / variance, at most Kish's, any shapes, NaN in, NaN out.

    Kish's is the bound because a variance from few clusters is unsteady and, where all answers are
    alike, zero. Korn and Graubard 1998, Survey Methodology 24: 193-201.
    """
    p, kish, variance = (np.asarray(a, dtype=float) for a in (proportion, kish_base, variance))
    with np.errstate(divide="ignore", invalid="ignore"):
        clustered = np.where(variance == 0, np.inf, p * (1 - p) / variance)
    return np.minimum(clustered, kish)


def few_clusters_factor(clusters: ArrayLike, confidence: float = 0.95) -> np.ndarray:
    """What the effective base shrinks by because few clusters were drawn: (z / t)^2, below 1.

    t has clusters - 1 degrees of freedom; NaN below two clusters. Korn and Graubard 1998.
    """
    from scipy.special import ndtr, stdtrit

    z, freedom = critical_value(confidence), np.asarray(clusters, dtype=float) - 1
    freedom = np.where(freedom > 0, freedom, np.nan)
    if np.isinf(z):  # at 100% both quantiles are infinite
        return freedom / freedom
    return (z / stdtrit(freedom, ndtr(z))) ** 2


def population_correction(base: ArrayLike, population: ArrayLike) -> np.ndarray:
    """Finite population correction (N - n) / (N - 1) of the variance, any shapes, NaN in, NaN out.

    0 when everybody answered, 1 for a population without end, NaN where the base is above the
    population. Cochran 1977, Sampling Techniques, section 3.2.
    """
    n, size = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (base, population)))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(size > n, (size - n) / (size - 1), np.where(size == n, 0.0, np.nan))
    return np.where(np.isposinf(size) & ~np.isnan(n), 1.0, share)[()]


# --- intervals ------------------------------------------------------------------------------------


def effective_interval(
    proportion: ArrayLike, effective_base: ArrayLike, confidence: float = 0.95
) -> Limits:
    """Wilson limits of a proportion (0 to 1) on an effective base, any shapes, NaN in, NaN out.

    The base need not be whole; divide it by the finite population correction where there is one.
    An infinite base (everybody answered) gives the proportion itself. Wilson 1927; for effective
    bases Korn and Graubard 1998 (who use the exact interval), Dean and Pagano 2015.
    """
    arrays = (np.asarray(a, dtype=float) for a in (proportion, effective_base))
    p, n = np.broadcast_arrays(*arrays)
    certain = np.isposinf(n) & (p >= 0) & (p <= 1)
    n = np.where(np.isinf(n), np.nan, n)
    limits = wilson_interval(p * n, n, confidence)
    return tuple(np.where(certain, p, limit)[()] for limit in limits)


def margin_of_error(
    proportion: ArrayLike, effective_base: ArrayLike, confidence: float = 0.95
) -> np.ndarray:
    """Half width z sqrt(p (1 - p) / n) of the normal interval, any shapes, NaN in, NaN out.

    The figure that pollsters print; at p = 0.5 it is largest. Cochran 1977, section 3.3.
    """
    p, n = (np.asarray(a, dtype=float) for a in (proportion, effective_base))
    with np.errstate(divide="ignore", invalid="ignore"):
        return critical_value(confidence) * np.sqrt(p * (1 - p) / n)


# --- two samples ----------------------------------------------------------------------------------


def effective_difference_interval(
    proportion: ArrayLike,
    base: ArrayLike,
    other: ArrayLike,
    other_base: ArrayLike,
    confidence: float = 0.95,
) -> Limits:
    """Limits of the difference proportion - other of two independent samples, NaN in, NaN out.

    Hybrid score interval on effective bases, between -1 and 1, any shapes that broadcast.
    Newcombe 1998, Statistics in Medicine 17: 873-890, method 10.
    """
    p, q = (np.asarray(a, dtype=float) for a in (proportion, other))
    low, high = effective_interval(p, base, confidence)
    other_low, other_high = effective_interval(q, other_base, confidence)
    return p - q - np.hypot(p - low, other_high - q), p - q + np.hypot(high - p, q - other_low)


def effective_difference_test(
    proportion: ArrayLike, base: ArrayLike, other: ArrayLike, other_base: ArrayLike
) -> np.ndarray:
    """Two-sided p-value that two independent samples share one proportion, NaN in, NaN out.

    Normal test with the pooled proportion, on effective bases; 1 where both are 0 or both are 1.
    Fleiss, Levin and Paik 2003, section 3.1; the chi-squared test of two by two without correction.
    """
    from scipy.special import ndtr

    p, n, q, m = (np.asarray(a, dtype=float) for a in (proportion, base, other, other_base))
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (p * n + q * m) / (n + m)
        z = np.abs(p - q) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    alike = (p == q) & ((p == 0) | (p == 1)) & (n > 0) & (m > 0)
    return np.where(alike, 1.0, 2 * ndtr(-z))[()]


def rest_of_set(
    proportion: ArrayLike, base: ArrayLike, effective_base: ArrayLike, group: ArrayLike
) -> Rest:
    """The other subgroups of each subgroup's set, taken together; one-dimensional.

    `base` is weighted if the sample is, `group` the number (from 0) of the set. Those of base 0
    add nothing; a figure missing makes the whole set missing. With Kish's effective bases the
    result is Kish's too: (sum of W)^2 / sum of (W^2 / effective base).
    """
    p, size, effective = (np.asarray(a, float) for a in (proportion, base, effective_base))
    group, nobody = np.asarray(group, dtype=np.intp), size == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        figures = (size * p, size, size**2 / effective)
        parts = [np.where(nobody, 0.0, figure) for figure in figures]
        yes, total, squares = (np.bincount(group, weights=f)[group] - f for f in parts)
        return Rest(np.clip(yes / total, 0, 1), total, kish_effective_base(total, squares))
