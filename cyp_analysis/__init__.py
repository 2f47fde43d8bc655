"""Needs-assessment toolkit for children and young people.

`import cyp_analysis as cyp` gives the frame verbs (`cyp.rate`, `cyp.proportion`, `cyp.compare` …),
`cyp.load_edition()` and `cyp.open_chapter()`. Nothing is read or calculated at import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Where each public name lives; imported on first use, so that importing the package costs nothing.
_HOME = {
    "back_test": "cyp_analysis.measures",
    "children_behind_gap": "cyp_analysis.measures",
    "compare": "cyp_analysis.measures",
    "dsr": "cyp_analysis.measures",
    "false_discovery": "cyp_analysis.measures",
    "funnel_limits": "cyp_analysis.measures",
    "funnel_points": "cyp_analysis.measures",
    "funnel_significance": "cyp_analysis.measures",
    "isr_rate": "cyp_analysis.measures",
    "isr_ratio": "cyp_analysis.measures",
    "life_expectancy": "cyp_analysis.measures",
    "load_edition": "cyp_analysis.edition_reader",
    "mean": "cyp_analysis.measures",
    "modelled_count": "cyp_analysis.measures",
    "open_chapter": "cyp_analysis.present.view",
    "project": "cyp_analysis.measures",
    "proportion": "cyp_analysis.measures",
    "proportion_difference": "cyp_analysis.measures",
    "quantiles": "cyp_analysis.measures",
    "rank": "cyp_analysis.measures",
    "rank_interval": "cyp_analysis.measures",
    "rate": "cyp_analysis.measures",
    "rate_difference": "cyp_analysis.measures",
    "rate_ratio": "cyp_analysis.measures",
    "recent_trend": "cyp_analysis.measures",
    "relative_index": "cyp_analysis.measures",
    "relative_rate_index": "cyp_analysis.measures",
    "roll_forward": "cyp_analysis.measures",
    "roll_forward_errors": "cyp_analysis.measures",
    "round_counts": "cyp_analysis.measures",
    "slope_index": "cyp_analysis.measures",
    "standard_population": "cyp_analysis.standard_populations",
    "subgroup_to_rest": "cyp_analysis.measures",
    "suppress": "cyp_analysis.measures",
    "survey_change": "cyp_analysis.measures",
    "survey_interval": "cyp_analysis.measures",
    "survey_proportion": "cyp_analysis.measures",
    "target_variance": "cyp_analysis.measures",
    "value_categories": "cyp_analysis.measures",
    "years_of_life_lost": "cyp_analysis.measures",
}
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
    "load_edition",
    "mean",
    "modelled_count",
    "open_chapter",
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
    "standard_population",
    "subgroup_to_rest",
    "suppress",
    "survey_change",
    "survey_interval",
    "survey_proportion",
    "target_variance",
    "value_categories",
    "years_of_life_lost",
]

if TYPE_CHECKING:
    from cyp_analysis.edition_reader import load_edition
    from cyp_analysis.measures import (
        back_test,
        children_behind_gap,
        compare,
        dsr,
        false_discovery,
        funnel_limits,
        funnel_points,
        funnel_significance,
        isr_rate,
        isr_ratio,
        life_expectancy,
        mean,
        modelled_count,
        project,
        proportion,
        proportion_difference,
        quantiles,
        rank,
        rank_interval,
        rate,
        rate_difference,
        rate_ratio,
        recent_trend,
        relative_index,
        relative_rate_index,
        roll_forward,
        roll_forward_errors,
        round_counts,
        slope_index,
        subgroup_to_rest,
        suppress,
        survey_change,
        survey_interval,
        survey_proportion,
        target_variance,
        value_categories,
        years_of_life_lost,
    )
    from cyp_analysis.present.view import open_chapter
    from cyp_analysis.standard_populations import standard_population


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
