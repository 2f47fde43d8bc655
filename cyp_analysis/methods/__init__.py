"""Array functions: arrays in, arrays out, each with its reference."""

from cyp_analysis.methods.categories import CATEGORY_WORDS, ntile_categories, value_categories
from cyp_analysis.methods.comparison import (
    METHODS,
    check_figures,
    check_given,
    compare,
    needed_figures,
    outcome_words,
)
from cyp_analysis.methods.intervals import (
    EXACT_BELOW,
    Limits,
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
    "CATEGORY_WORDS",
    "EXACT_BELOW",
    "Limits",
    "METHODS",
    "Trend",
    "byars_interval",
    "check_figures",
    "check_given",
    "compare",
    "critical_value",
    "exact_poisson_interval",
    "needed_figures",
    "ntile_categories",
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
