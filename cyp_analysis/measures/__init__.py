"""Verbs on tables: each takes a table and gives a new one with columns added.

Columns are named by strings, so no column of the data can be mistaken for an argument. All other
columns and the index are kept and the input never changes. Where the table has a column that a
verb adds, the result has the new one in its place; `value_note` is added to.
"""

from cyp_analysis.measures.back_test import back_test
from cyp_analysis.measures.categories import value_categories
from cyp_analysis.measures.cohorts import roll_forward, roll_forward_errors
from cyp_analysis.measures.comparison import compare, rank, target_variance
from cyp_analysis.measures.contrasts import (
    false_discovery,
    proportion_difference,
    rate_difference,
    rate_ratio,
)
from cyp_analysis.measures.counts import proportion, rate
from cyp_analysis.measures.funnels import funnel_limits, funnel_points, funnel_significance
from cyp_analysis.measures.impact import children_behind_gap, relative_rate_index
from cyp_analysis.measures.indirect import isr_rate, isr_ratio
from cyp_analysis.measures.inequality import relative_index, slope_index
from cyp_analysis.measures.life_tables import life_expectancy, years_of_life_lost
from cyp_analysis.measures.means import mean
from cyp_analysis.measures.modelled import modelled_count
from cyp_analysis.measures.projections import project
from cyp_analysis.measures.quantiles import quantiles
from cyp_analysis.measures.rank_intervals import rank_interval
from cyp_analysis.measures.small_numbers import round_counts, suppress
from cyp_analysis.measures.standardised import dsr
from cyp_analysis.measures.surveys import (
    subgroup_to_rest,
    survey_change,
    survey_interval,
    survey_proportion,
)
from cyp_analysis.measures.trends import recent_trend

__all__ = [
    "back_test",
    "children_behind_gap",
    "compare",
    "dsr",
    "false_discovery",
    "funnel_limits",
    "funnel_points",
    "funnel_significance",
    "isr_rate",
    "isr_ratio",
    "life_expectancy",
    "mean",
    "modelled_count",
    "project",
    "proportion",
    "proportion_difference",
    "quantiles",
    "rank",
    "rank_interval",
    "rate",
    "rate_difference",
    "rate_ratio",
    "recent_trend",
    "relative_index",
    "relative_rate_index",
    "roll_forward",
    "roll_forward_errors",
    "round_counts",
    "slope_index",
    "subgroup_to_rest",
    "suppress",
    "survey_change",
    "survey_interval",
    "survey_proportion",
    "target_variance",
    "value_categories",
    "years_of_life_lost",
]
