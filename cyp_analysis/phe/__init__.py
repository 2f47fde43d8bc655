"""The statistics under the names that PHEindicatormethods gives them in R.

An R script can be ported line by line: `phe_rate(df, x = obs, n = pop)` becomes
`phe_rate(df, x="obs", n="pop")`, and `group_by(df, area)` becomes `df.groupby("area")`. Columns are
named by strings. Results carry R's column names (`lowercl`, `lower95_0cl` …) and words, and one
column more, `value_note`: a row that stops the run in R is missing here, with its reason.
`esp2013` is the European Standard Population 2013 as in R, 19 numbers from the youngest band to the
oldest: a column to be joined by age band, for a vector is refused.
"""

from cyp_analysis.phe.areas import (
    assign_funnel_significance,
    assign_trend_markers,
    calculate_funnel_limits,
    calculate_funnel_points,
    phe_quantile,
)
from cyp_analysis.phe.groups import phe_life_expectancy, phe_mean, phe_sii
from cyp_analysis.phe.rates import (
    byars_lower,
    byars_upper,
    phe_proportion,
    phe_rate,
    wilson_lower,
    wilson_upper,
)
from cyp_analysis.phe.standardised import (
    calculate_dsr,
    calculate_ISRate,
    calculate_ISRatio,
    phe_dsr,
)

__all__ = [
    "assign_funnel_significance",
    "assign_trend_markers",
    "byars_lower",
    "byars_upper",
    "calculate_ISRate",
    "calculate_ISRatio",
    "calculate_dsr",
    "calculate_funnel_limits",
    "calculate_funnel_points",
    "esp2013",
    "phe_dsr",
    "phe_life_expectancy",
    "phe_mean",
    "phe_proportion",
    "phe_quantile",
    "phe_rate",
    "phe_sii",
    "wilson_lower",
    "wilson_upper",
]


def __getattr__(name: str) -> list[int]:
    """`esp2013`, read when it is asked for."""
    if name == "esp2013":
        from cyp_analysis.standard_populations import standard_population

        return standard_population(name)["population"].tolist()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
