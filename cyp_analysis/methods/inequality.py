"""Slope index and relative index of inequality over deprivation quantiles.

Arrays hold one row per group and one column per quantile, from the most to the least deprived:
shape (n, q). A missing figure, or a population not above zero, makes its own row missing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.errors import UsageError
from cyp_analysis.methods.inequality_draws import DRAWS, SEED, percentiles
from cyp_analysis.methods.intervals import Limits, critical_value


def _logit(share: np.ndarray) -> np.ndarray:
    return np.log(share / (1 - share))


def _logistic(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-odds))


class Scale(NamedTuple):
    """The scale on which a value is close to normal, and the way back."""

    to: Callable[[np.ndarray], np.ndarray]
    back: Callable[[np.ndarray], np.ndarray]


SCALES = {
    "mean": Scale(np.positive, np.positive),
    "rate": Scale(np.log, np.exp),
    "proportion": Scale(_logit, _logistic),
}


@dataclass(frozen=True)
class InequalityModel:
    """What is fitted: the type of the value, whether the line is fitted on its log or logit scale
    (`transform`), and a multiplier of the slope; one below zero also turns the ratio over.
    """

    value_type: str = "mean"
    transform: bool = False
    multiplier: float = 1

    def __post_init__(self) -> None:
        size = self.multiplier
        is_number = isinstance(size, int | float | np.number) and not isinstance(size, bool)
        rules = {
            "value_type": (self.value_type in tuple(SCALES), f"one of {', '.join(SCALES)}"),
            "multiplier": (is_number and 0 < abs(size) < np.inf, "a number other than zero"),
            "transform": (
                self.transform in (False, self.value_type != "mean"),
                "False, or True for rates and proportions",
            ),
        }
        for name, (holds, rule) in rules.items():
            if not holds:
                raise UsageError(name, rule, repr(getattr(self, name)), "Choose one of these.")

    @property
    def scale(self) -> Scale:
        """The scale on which each quantile's value is close to normal."""
        return SCALES[self.value_type]

    @property
    def method(self) -> str:
        """`closed_form` where the limits have one, else `simulated`."""
        has_form = self.transform or self.value_type == "mean"
        return "closed_form" if has_form else "simulated"


class LineWeights(NamedTuple):
    """Weights (n, q) whose sums with the values are the slope and the value at rank 0."""

    slope: np.ndarray
    intercept: np.ndarray


class Inequality(NamedTuple):
    """Slope index, relative index and intercept of each group, shape (n,)."""

    slope_index: np.ndarray
    relative_index: np.ndarray
    intercept: np.ndarray


def line_weights(population: ArrayLike) -> LineWeights:
    """Weights of the regression on rank, weighted by population; population (n, q).

    A quantile's rank is the share of the population before its middle. Low and Low 2004.
    """
    people = np.asarray(population, dtype=float)
    people = np.where((people > 0) & (people < np.inf), people, np.nan)
    share = people / people.sum(axis=-1, keepdims=True)
    from_middle = share.cumsum(axis=-1) - share / 2 - 0.5  # The mean of the ranks is one half.
    with np.errstate(invalid="ignore"):  # One quantile alone has no slope.
        slope = share * from_middle / (share * from_middle**2).sum(axis=-1, keepdims=True)
    return LineWeights(slope, share - slope / 2)


def inequality(
    value: ArrayLike, population: ArrayLike, model: InequalityModel | None = None
) -> Inequality:
    """Slope index, relative index and intercept from values and populations (n, q).

    Slope index: the fitted value at rank 1, the least deprived end, less that at rank 0. Relative
    index: the one over the other. With `transform` the line is fitted on the log or logit scale
    and both ends are taken back, and only then is the intercept multiplied. Low and Low 2004;
    Mackenbach and Kunst 1997.
    """
    model = model or InequalityModel()
    with np.errstate(all="ignore"):
        start, end = _ends(value, population, model)
        above, below = (end, start) if model.multiplier > 0 else (start, end)
        size = abs(model.multiplier) if model.transform else 1
        ratio = np.where(below == 0, np.nan, above / below)
        return Inequality(model.multiplier * (end - start), ratio, size * start)


def _ends(
    value: ArrayLike, population: ArrayLike, model: InequalityModel
) -> tuple[np.ndarray, np.ndarray]:
    """The fitted values at rank 0 and rank 1."""
    weights, values = line_weights(population), np.asarray(value, dtype=float)
    values = model.scale.to(values) if model.transform else values
    start, slope = ((weight * values).sum(axis=-1) for weight in weights[::-1])
    end = start + slope
    return (model.scale.back(start), model.scale.back(end)) if model.transform else (start, end)


def standard_error(lower: ArrayLike, upper: ArrayLike, value_type: str = "mean") -> np.ndarray:
    """Standard error from 95% limits, on the scale on which the value is close to normal.

    That is the value itself for means, its log for rates, its logit for proportions. Any shape;
    not finite for limits at or beyond the ends of the scale.
    """
    to = SCALES[value_type].to
    with np.errstate(all="ignore"):
        width = to(np.asarray(upper, dtype=float)) - to(np.asarray(lower, dtype=float))
    return width / (2 * critical_value(0.95))


def slope_index_limits(
    value: ArrayLike,
    population: ArrayLike,
    se: ArrayLike,
    model: InequalityModel | None = None,
    levels: Sequence[float] = (0.95,),
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> list[Limits]:
    """Limits (lower, upper) of the slope index, one pair for each level.

    `se` (n, q) is on the scale of `standard_error`. The slope is a weighted sum of the quantiles'
    values, so its limits are slope -/+ z sqrt(sum of (weight x se)^2), with nothing random, where
    the line is fitted on that scale: for means, and with `transform`, where they are taken back
    around the middle rank. Rates and proportions without it: percentiles of seeded draws.
    """
    model = model or InequalityModel()
    value, population, se = (np.asarray(a, dtype=float) for a in (value, population, se))
    with np.errstate(all="ignore"):
        if model.transform:
            pairs = _ends_at_limits(value, population, se, model.scale, levels)
            found = [(low[1] - low[0], high[1] - high[0]) for low, high in pairs]
        elif model.method == "simulated":
            forms = line_weights(population)[:1]
            found = percentiles(value, se, forms, model.scale, levels, draws=draws, seed=seed)
        else:
            found = _slope_limits(value, population, se, levels)
    return [tuple(np.sort(model.multiplier * np.array(pair), axis=0)) for pair in found]


def relative_index_limits(
    value: ArrayLike,
    population: ArrayLike,
    se: ArrayLike,
    model: InequalityModel | None = None,
    levels: Sequence[float] = (0.95,),
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> list[Limits]:
    """Limits (lower, upper) of the relative index, one pair for each level.

    Arguments as for `slope_index_limits`. For means the percentiles of the ratio of two sums of
    normal values: Fieller's limits, with nothing random. Missing where the value that is divided
    by could be zero, going by its interval, for then the ratio has no bounds. Fieller 1954.
    """
    model = model or InequalityModel()
    value, population, se = (np.asarray(a, dtype=float) for a in (value, population, se))
    with np.errstate(all="ignore"):
        if model.transform:
            pairs = _ends_at_limits(value, population, se, model.scale, levels)
            ratios = [(low[1] / low[0], high[1] / high[0]) for low, high in pairs]
            return ratios if model.multiplier > 0 else [(1 / up, 1 / low) for low, up in ratios]
        slope, start = line_weights(population)
        forms = (start + slope, start) if model.multiplier > 0 else (start, start + slope)
        if model.method == "simulated":
            return percentiles(value, se, forms, model.scale, levels, draws=draws, seed=seed)
        return [_fieller(value, se, forms, critical_value(level)) for level in levels]


def _slope_limits(
    value: np.ndarray, population: np.ndarray, se: np.ndarray, levels: Sequence[float]
) -> list[Limits]:
    """Exact limits of the slope of values that are normal."""
    weights = line_weights(population).slope
    slope = (weights * value).sum(axis=-1)
    spread = np.sqrt(((weights * se) ** 2).sum(axis=-1))
    return [(slope - z * spread, slope + z * spread) for z in map(critical_value, levels)]


def _ends_at_limits(
    value: np.ndarray, population: np.ndarray, se: np.ndarray, scale: Scale, levels: Sequence[float]
) -> list[tuple[Limits, Limits]]:
    """Values at rank 0 and 1 of the transformed line, at the lower and at the upper limit of its
    slope: the line is turned about its middle, where its slope does not move it.
    """
    value, weights = scale.to(value), line_weights(population)
    middle = ((weights.intercept + weights.slope / 2) * value).sum(axis=-1)
    return [
        tuple((scale.back(middle - slope / 2), scale.back(middle + slope / 2)) for slope in pair)
        for pair in _slope_limits(value, population, se, levels)
    ]


def _fieller(
    value: np.ndarray, se: np.ndarray, forms: tuple[np.ndarray, np.ndarray], z: float
) -> Limits:
    """Limits of the ratio of two weighted sums of the same normal values. Fieller 1954."""
    above, below = ((form * value).sum(axis=-1) for form in forms)
    above2, both, below2 = (
        z**2 * (one * other * se**2).sum(axis=-1)
        for one, other in ((forms[0], forms[0]), forms, (forms[1], forms[1]))
    )
    bounded = below**2 - below2
    middle = above * below - both
    half = np.sqrt(np.maximum(middle**2 - bounded * (above**2 - above2), 0))
    bounded = np.where(bounded > 0, bounded, np.nan)
    return (middle - half) / bounded, (middle + half) / bounded
