"""Needs-assessment toolkit for children and young people.

`import cyp_analysis as cyp` gives the frame verbs (`cyp.rate`, `cyp.proportion`, `cyp.compare` …),
`cyp.load_edition()` and `cyp.open_chapter()`. Nothing is read or calculated at import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

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

# Where a public name lives that is not a verb on tables. Imported on first use, so that importing
# the package costs nothing.
_HOME = {
    "load_edition": "cyp_analysis.edition_reader",
    "open_chapter": "cyp_analysis.present.view",
    "standard_population": "cyp_analysis.standard_populations",
}

if TYPE_CHECKING:
    from cyp_analysis.edition_reader import load_edition
    from cyp_analysis.measures import *  # noqa: F403
    from cyp_analysis.present.view import open_chapter
    from cyp_analysis.standard_populations import standard_population


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME.get(name, "cyp_analysis.measures")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
