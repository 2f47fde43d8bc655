"""The funnels of a table, one in each group of areas: average, overdispersion, axis and limits."""

from typing import NamedTuple

import numpy as np

from cyp_analysis.measures import rows
from cyp_analysis.measures.funnel_areas import Areas, Kind
from cyp_analysis.measures.groups import Groups
from cyp_analysis.measures.reasons import Reasons, first_reason
from cyp_analysis.methods import funnel_axis, funnels
from cyp_analysis.methods.intervals import exact_poisson_interval

TOO_SMALL = "fewer than 2 areas"
_LEVELS = {"95": 0.95, "998": 0.998}
_PLACES = {"rate": "population", "ratio": "expected"}


class Funnels(NamedTuple):
    """The funnels of a table, and what the areas of each have in common, shape (funnels,)."""

    kind: Kind
    groups: Groups
    areas: np.ndarray  # how many can be used
    average: np.ndarray  # events over denominator; 1 for ratios
    phi: np.ndarray
    tau2: np.ndarray

    def too_small(self) -> np.ndarray:
        """True for funnels of too few areas for the overdispersion that is asked for."""
        return (self.areas < 2) & (self.kind.model is not None)

    def figures(self) -> dict[str, np.ndarray]:
        """Baseline, phi and tau squared of each funnel."""
        return {"baseline": self.kind.shown(self.average), "phi": self.phi, "tau2": self.tau2}

    def inflation(self, weight: np.ndarray, of: np.ndarray) -> np.ndarray:
        """By how much limits widen for these weights, in the funnels at these positions."""
        return funnels.inflation(weight, self.phi[of], self.tau2[of], self.kind.model)


def funnels_of(groups: Groups, areas: Areas, kind: Kind, winsorise: float) -> Funnels:
    """The funnel of each group, from those of its areas that can be used."""
    usable = areas.why.ok
    events, denominators = (
        groups.total(np.where(usable, figure, 0)) for figure in (areas.count, areas.denominator)
    )
    number = groups.total(usable)
    with np.errstate(invalid="ignore"):
        average = np.where(
            number > 0, 1 if kind.family == "ratio" else events / denominators, np.nan
        )
    of_row = average[groups.of_row]
    z = _SCORES[kind.family](areas, of_row)
    weight = _WEIGHTS[kind.family](areas.denominator, of_row)
    spread = funnels.dispersion(z, weight, groups.of_row, len(groups.keys), winsorise)
    return Funnels(kind, groups, number.astype(int), average, *spread)


def significance(funnel: Funnels, areas: Areas) -> np.ndarray:
    """Position in methods.funnels.SIGNIFICANCE of each area."""
    average, of_row = funnel.average[funnel.groups.of_row], funnel.groups.of_row
    weight = _WEIGHTS[funnel.kind.family](areas.denominator, average)
    widened = funnel.inflation(weight, of_row)
    if funnel.kind.family == "proportion":
        return funnels.proportion_significance(areas.count, areas.denominator, average, widened)
    return funnels.event_significance(areas.count, areas.denominator * average, widened)


# --- the chart ------------------------------------------------------------------------------------


def axis_of(funnel: Funnels, areas: Areas, points: int) -> np.ndarray:
    """The axis of each funnel, shape (funnels, points)."""
    smallest, largest = np.full((2, funnel.areas.size), np.nan)
    np.fmin.at(smallest, funnel.groups.of_row, areas.denominator)
    np.fmax.at(largest, funnel.groups.of_row, areas.denominator)
    if funnel.kind.family == "proportion":
        return funnel_axis.denominator_axis(smallest, largest, points)
    if funnel.kind.family == "ratio":
        return funnel_axis.expected_axis(smallest, largest, points)
    years = funnel.kind.years
    return funnel_axis.event_axis(smallest, largest, funnel.average, years, points)


def limits_at(funnel: Funnels, axis: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of limits on the axis, and for rates and ratios of where each limit is drawn."""
    of_point = np.arange(len(axis))[:, None]
    average = funnel.average[of_point]
    if funnel.kind.family == "proportion":
        widened = funnel.inflation(funnels.proportion_weight(axis, average), of_point)
        return {
            f"{end}_limit_{suffix}": funnel.kind.shown(limit)
            for suffix, level in _LEVELS.items()
            for end, limit in zip(
                ("lower", "upper"),
                funnels.proportion_limits(axis, average, level, widened),
                strict=True,
            )
        }
    places = _places(axis)
    limits = {
        name: funnels.widened_ratio(
            axis / expected, funnel.inflation(funnels.event_weight(expected), of_point)
        )
        for name, expected in places.items()
    }
    place, unit = _PLACES[funnel.kind.family], average * funnel.kind.years
    return {name: funnel.kind.shown(average * limit) for name, limit in limits.items()} | {
        f"{name}_{place}": expected / unit for name, expected in places.items()
    }


def _places(events: np.ndarray) -> dict[str, np.ndarray]:
    """By name of limit, the events expected where a count of so many events lies on that limit."""
    found = {}
    for suffix, level in _LEVELS.items():
        least, most = exact_poisson_interval(events, level)
        found |= {f"lower_limit_{suffix}": most, f"upper_limit_{suffix}": least}
    return found


def why_not_drawn(funnel: Funnels, why: Reasons) -> tuple[np.ndarray, Reasons]:
    """Whether each funnel can be drawn, and why it cannot, or that areas were left out of it."""
    left_out = why.by_group(funnel.groups)
    no_events = (funnel.kind.family == "rate") & (funnel.average == 0)
    fatal = [
        *_each(left_out, funnel.areas == 0, "no area can be used"),
        (no_events, "no events in any area"),
        (funnel.too_small(), TOO_SMALL),
    ]
    slight = _each(left_out, funnel.areas > 0, "areas left out")
    number = funnel.areas.size
    return first_reason(fatal, number).ok, first_reason([*fatal, *slight], number)


def _each(left_out: Reasons, where: np.ndarray, words: str) -> rows.Rules:
    """One rule for each reason that areas were left out for."""
    return [
        ((left_out.codes == code) & where, f"{words}: {reason}")
        for code, reason in enumerate(left_out.words)
        if code
    ]


def _event_scores(areas: Areas, average: np.ndarray) -> np.ndarray:
    """z-score of the events of each area."""
    return funnels.event_scores(areas.count, areas.denominator * average)


def _proportion_scores(areas: Areas, average: np.ndarray) -> np.ndarray:
    """z-score of the proportion of each area."""
    return funnels.proportion_scores(areas.count, areas.denominator, average)


def _event_weight(denominator: np.ndarray, average: np.ndarray) -> np.ndarray:
    """Weight of the events of each area."""
    return funnels.event_weight(denominator * average)


_SCORES = {"proportion": _proportion_scores, "rate": _event_scores, "ratio": _event_scores}
_WEIGHTS = {
    "proportion": funnels.proportion_weight,
    "rate": _event_weight,
    "ratio": _event_weight,
}
