"""Array functions: arrays in, arrays out, each with its reference."""

from cyp_analysis.methods.comparison import (
    METHODS,
    check_figures,
    compare,
    needed_figures,
    outcome_words,
    value_categories,
)
from cyp_analysis.methods.intervals import (
    EXACT_BELOW,
    byars_interval,
    critical_value,
    exact_poisson_interval,
    poisson_interval,
    wilson_interval,
)
from cyp_analysis.methods.ranking import rank_highest_first, target_met, target_variance
from cyp_analysis.methods.trend import (
    Trend,
    only_where,
    proportion_trend,
    trend_words,
    weighted_trend,
)

__all__ = [
    "EXACT_BELOW",
    "METHODS",
    "Trend",
    "byars_interval",
    "check_figures",
    "compare",
    "critical_value",
    "exact_poisson_interval",
    "needed_figures",
    "only_where",
    "outcome_words",
    "poisson_interval",
    "proportion_trend",
    "rank_highest_first",
    "target_met",
    "target_variance",
    "trend_words",
    "value_categories",
    "weighted_trend",
    "wilson_interval",
]
