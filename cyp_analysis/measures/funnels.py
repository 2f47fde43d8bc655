"""Funnel plots: where to draw the limits, where to draw the areas, which areas lie outside."""

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.funnel_areas import FEWEST_EVENTS, Kind, areas_of
from cyp_analysis.measures.funnel_groups import (
    TOO_SMALL,
    axis_of,
    funnels_of,
    limits_at,
    significance,
    why_not_drawn,
)
from cyp_analysis.measures.groups import Groups, grouped
from cyp_analysis.measures.reasons import Reasons, group_result, with_columns
from cyp_analysis.methods.arguments import whole_number
from cyp_analysis.methods.funnels import SIGNIFICANCE

_TOO_FEW = f"Not applicable for events less than {FEWEST_EVENTS} for dsrs"


def funnel_limits(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    *,
    statistic: str = "proportion",
    rate: str | None = None,
    per: float | None = None,
    years_of_data: float | None = None,
    points: int = 100,
    overdispersion: str | None = None,
    winsorise: float = 0.1,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Control limits of a funnel plot about the average of its areas: one row per chart point.

    `statistic` is proportion, rate_crude, rate_dsr, ratio_count or ratio_isr, or what the results
    of `rate`, `dsr` and `isr_ratio` say: crude_rate, dsr, isr_ratio; ratio is ratio_count. Rates:
    `rate` is the column of published rates, needed for rate_dsr, and `per` their unit;
    `denominator` counts all `years_of_data`.
    Ratios: `denominator` is the number of events expected. `per` is 100 for proportions and 10,000
    for rates unless given; ratios have a scale of their own. Gives axis (denominators of a
    proportion, else numbers of events), lower_limit_95, upper_limit_95, lower_limit_998,
    upper_limit_998, where each of them is drawn for rates (..._population, of one year) and ratios
    (..._expected), baseline, phi, tau2, areas, statistic, method, value_note. Areas that cannot be
    used are left out, which value_note says; a funnel that cannot be drawn has one row; `strict`
    raises SchemaError for both. `overdispersion` is additive or multiplicative, after `winsorise`
    of the z-scores at each end. Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202.
    """
    kind = Kind.of(statistic, per, years_of_data, overdispersion)
    areas = areas_of(df, kind, {"count": count, "denominator": denominator, "rate": rate})
    funnel = funnels_of(grouped(df, by), areas, kind, _share(winsorise))
    drawn, why = why_not_drawn(funnel, areas.why)
    points = whole_number("points", points, 2)
    axis = np.where(drawn[:, None], axis_of(funnel, areas, points), np.nan)
    shown = drawn[:, None] | (np.arange(points) == 0)
    of_point = np.broadcast_to(np.arange(len(axis))[:, None], axis.shape)[shown]
    chart = {"axis": axis} | limits_at(funnel, axis)
    added = {name: figure[shown] for name, figure in chart.items()}
    added |= {name: figure[of_point] for name, figure in funnel.figures().items()}
    added |= {"areas": funnel.areas[of_point]} | kind.words(of_point.size)
    keys = funnel.groups.keys.iloc[of_point].reset_index(drop=True)
    return group_result(
        Groups(of_point, keys), added, Reasons(why.codes[of_point], why.words), strict
    )


def funnel_points(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    *,
    statistic: str = "proportion",
    rate: str | None = None,
    per: float | None = None,
    years_of_data: float | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add where each area stands in a funnel plot: `rate_chart` up, `denominator_derived` across.

    For rates the second is the population of one year at which the count gives the published
    rate: per x count / rate / years_of_data (the given denominator without a rate or events).
    Directly standardised rates of fewer than 10 events are missing. Arguments and missing rows
    are as for `funnel_limits`. Office for Health Improvement and Disparities, Funnel plots.
    """
    kind = Kind.of(statistic, per, years_of_data, None)
    columns = {"count": count, "denominator": denominator, "rate": rate}
    areas = areas_of(df, kind, columns, fewest=FEWEST_EVENTS)
    added = {
        "rate_chart": kind.shown(areas.count / areas.denominator),
        "denominator_derived": areas.denominator / kind.years,
    }
    return with_columns(df, added, areas.why, strict)


def funnel_significance(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    *,
    statistic: str = "proportion",
    rate: str | None = None,
    per: float | None = None,
    overdispersion: str | None = None,
    winsorise: float = 0.1,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `significance`: whether each area lies outside the 95% or 99.8% limits of its funnel.

    The words are those of `methods.funnels.SIGNIFICANCE`, with a text of its own for a directly
    standardised rate of fewer than 10 events. Adds baseline, phi and tau2 of the funnel as well;
    `by` draws one funnel within each group. The words are in order, from low to high, but for
    directly standardised rates, whose own text has no place in it. Arguments and missing rows are
    as for `funnel_limits`. Spiegelhalter 2005.
    """
    kind = Kind.of(statistic, per, None, overdispersion)
    areas = areas_of(df, kind, {"count": count, "denominator": denominator, "rate": rate})
    funnel = funnels_of(grouped(df, by), areas, kind, _share(winsorise))
    of_row = funnel.groups.of_row
    too_few = kind.is_hidden(areas.events, FEWEST_EVENTS)
    why = Reasons(np.where(too_few, 0, areas.why.codes), areas.why.words)
    why = why.then([(funnel.too_small()[of_row] & ~too_few, TOO_SMALL)])
    codes = np.where(too_few, len(SIGNIFICANCE), significance(funnel, areas))
    words = _words(np.where(why.ok, codes, -1), kind)
    figures = {name: figure[of_row] for name, figure in funnel.figures().items()}
    added = {"significance": words} | figures
    return with_columns(df, added, why, strict, keys=funnel.groups.keys.columns)


def _words(codes: np.ndarray, kind: Kind) -> pd.Categorical:
    """The words of significance, in order where each of them has a place in it."""
    if kind.statistic == "rate_dsr":
        return rows.category_of(codes, (*SIGNIFICANCE, _TOO_FEW))
    return rows.category_of(codes, SIGNIFICANCE).as_ordered()


def _share(winsorise: float) -> float:
    """The share of z-scores to bring in at each end: from 0, and below a half, else UsageError."""
    is_number = isinstance(winsorise, int | float) and not isinstance(winsorise, bool)
    if not is_number or not 0 <= winsorise < 0.5:
        raise UsageError(
            thing="winsorise",
            rule="a share from 0 to below 0.5",
            got=repr(winsorise),
            action="Use for example 0.1.",
        )
    return float(winsorise)
