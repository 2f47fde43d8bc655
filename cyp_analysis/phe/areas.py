"""Quantiles, funnel plots and trend markers under R's names."""

import pandas as pd

from cyp_analysis import measures
from cyp_analysis.measures import rows
from cyp_analysis.phe.shape import Data, unpacked

_LIMITS = {
    f"{end}_limit_{level}{ours}": f"{end}_{sigma}s_{theirs}"
    for end in ("lower", "upper")
    for level, sigma in (("95", 2), ("998", 3))
    for ours, theirs in (
        ("", "limit"),
        ("_population", "population_1_year"),
        ("_expected", "exp_events"),
    )
}


def phe_quantile(
    data: Data, values: str, nquantiles: int = 10, invert: bool = True, type: str = "full"
) -> pd.DataFrame:
    """`measures.quantiles` under R's name: invert puts the highest values in quantile 1."""
    df, groups = unpacked(data)
    found = measures.quantiles(df, values, nquantiles, highest_first=invert, **groups)
    found = found.rename(columns={"quantile_of": "nquantiles"})
    if rows.one_of("type", type, ("full", "standard")) == "standard":
        return found.drop(columns="nquantiles")
    return found.assign(
        qinverted="lowest quantile contains highest values"
        if invert
        else "lowest quantile contains lowest values"
    )


def calculate_funnel_limits(
    data: Data,
    numerator: str,
    denominator: str,
    *,
    statistic: str = "proportion",
    rate: str | None = None,
    rate_type: str | None = None,
    ratio_type: str | None = None,
    years_of_data: float | None = None,
    multiplier: float | None = None,
) -> pd.DataFrame:
    """`measures.funnel_limits` under R's name: the limits of the 100 points of a chart."""
    df, groups = unpacked(data)
    found = measures.funnel_limits(
        df,
        numerator,
        denominator,
        statistic=_statistic(statistic, rate_type, ratio_type),
        rate=rate,
        per=multiplier,
        years_of_data=years_of_data,
        **groups,
    )
    return found.rename(columns=_LIMITS)


def calculate_funnel_points(
    data: Data,
    numerator: str,
    denominator: str,
    *,
    rate: str | None = None,
    rate_type: str = "crude",
    years_of_data: float = 1,
    multiplier: float | None = None,
) -> pd.DataFrame:
    """`measures.funnel_points` of rates under R's name."""
    return measures.funnel_points(
        unpacked(data)[0],
        numerator,
        denominator,
        statistic=_statistic("rate", rate_type, None),
        rate=rate,
        per=multiplier,
        years_of_data=years_of_data,
    )


def assign_funnel_significance(
    data: Data,
    numerator: str,
    denominator: str,
    *,
    statistic: str = "proportion",
    rate: str | None = None,
    rate_type: str | None = None,
    multiplier: float | None = None,
) -> pd.DataFrame:
    """`measures.funnel_significance` under R's name."""
    df, groups = unpacked(data)
    kind = _statistic(statistic, rate_type, None if statistic != "ratio" else "count")
    return measures.funnel_significance(
        df, numerator, denominator, statistic=kind, rate=rate, per=multiplier, **groups
    )


def _statistic(statistic: str, rate_type: str | None, ratio_type: str | None) -> str:
    """Our word for R's statistic and its type: `rate_dsr`, `ratio_isr`."""
    kind = {"rate": rate_type or "crude", "ratio": ratio_type or "count"}.get(statistic)
    return f"{statistic}_{kind}" if kind else statistic


def assign_trend_markers(
    data: Data,
    year_col: str,
    *,
    value: str | None = None,
    denominator: str | None = None,
    numerator: str | None = None,
    value_type: str = "other",
    lower_cl: str | None = None,
    upper_cl: str | None = None,
) -> pd.DataFrame:
    """`measures.recent_trend` under the name of R's unreleased function, with its words."""
    df, groups = unpacked(data)
    given = {"count": numerator, "denominator": denominator}
    if value_type != "proportion":
        given = {"value": value, "lower": lower_cl, "upper": upper_cl}
    columns = {name: column for name, column in given.items() if column is not None}
    found = measures.recent_trend(df, period=year_col, value_type=value_type, **columns, **groups)
    words = found["recent_trend"].str.replace("_", " ").str.capitalize()
    return found.assign(recent_trend=words)
