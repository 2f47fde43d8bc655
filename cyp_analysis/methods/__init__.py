"""Array functions: arrays in, arrays out, each with its reference."""

from cyp_analysis.methods.categories import CATEGORY_WORDS, ntile_categories, value_categories
from cyp_analysis.methods.comparison import (
    METHODS,
    NEED_POLARITY,
    NOT_COMPARED,
    OUTCOMES,
    POLARITIES,
    check_figures,
    check_given,
    compare,
    compared_codes,
    needed_figures,
    outcome_words,
)
from cyp_analysis.methods.contrasts import (
    proportion_difference_interval,
    proportion_difference_test,
    rate_difference_interval,
    rate_ratio_interval,
    rate_ratio_test,
)
from cyp_analysis.methods.disclosure_rules import round_half_up
from cyp_analysis.methods.funnels import (
    event_significance,
    proportion_limits,
    proportion_significance,
)
from cyp_analysis.methods.impact import gap, gap_interval, gap_percent, gap_percent_interval
from cyp_analysis.methods.inequality import (
    InequalityModel,
    relative_index_limits,
    slope_index_limits,
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
from cyp_analysis.methods.life_tables import life_table
from cyp_analysis.methods.means import group_means, t_interval
from cyp_analysis.methods.modelled import product_interval, strata_interval
from cyp_analysis.methods.multiple_testing import false_discovery
from cyp_analysis.methods.projections import (
    prediction_limits,
    project_arima,
    project_drift,
    project_ets,
    project_mean,
)
from cyp_analysis.methods.quantiles import quantile_of, weighted_quantile_of
from cyp_analysis.methods.rank_simulation import simulated_rank_limits
from cyp_analysis.methods.ranking import rank_highest_first, target_met, target_variance
from cyp_analysis.methods.standardised import (
    directly_standardised,
    dobson_interval,
    expected_events,
)
from cyp_analysis.methods.surveys import (
    effective_difference_interval,
    effective_difference_test,
    effective_interval,
    kish_design_effect,
    kish_effective_base,
    margin_of_error,
    population_correction,
)
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
    "InequalityModel",
    "Limits",
    "METHODS",
    "NEED_POLARITY",
    "NOT_COMPARED",
    "OUTCOMES",
    "POLARITIES",
    "Trend",
    "byars_interval",
    "check_figures",
    "check_given",
    "compare",
    "compared_codes",
    "critical_value",
    "directly_standardised",
    "dobson_interval",
    "effective_difference_interval",
    "effective_difference_test",
    "effective_interval",
    "event_significance",
    "exact_poisson_interval",
    "expected_events",
    "false_discovery",
    "gap",
    "gap_interval",
    "gap_percent",
    "gap_percent_interval",
    "group_means",
    "kish_design_effect",
    "kish_effective_base",
    "life_table",
    "margin_of_error",
    "needed_figures",
    "ntile_categories",
    "only_where",
    "outcome_words",
    "poisson_interval",
    "population_correction",
    "prediction_limits",
    "product_interval",
    "project_arima",
    "project_drift",
    "project_ets",
    "project_mean",
    "proportion_difference_interval",
    "proportion_difference_test",
    "proportion_limits",
    "proportion_significance",
    "proportion_trend",
    "quantile_of",
    "rank_highest_first",
    "rate_difference_interval",
    "rate_ratio_interval",
    "rate_ratio_test",
    "relative_index_limits",
    "round_half_up",
    "simulated_rank_limits",
    "slope_index_limits",
    "strata_interval",
    "t_interval",
    "target_met",
    "target_variance",
    "trend_words",
    "value_categories",
    "weighted_quantile_of",
    "weighted_trend",
    "wilson_interval",
]
