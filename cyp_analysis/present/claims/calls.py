"""Which tables a call of a chapter may take its numbers from, and what a row must be named by.

A call that is not listed may take them from the tables of indicators alone.
"""

CORE = ("indicators", "comparisons")
_PLANS = ("plan_actions", "plan_action_figures", "plan_measures", "plan_objectives", "plan_risks",
          "plan_savings", "registers/actions", "registers/objectives", "registers/risks",
          "registers/savings", "registers/success_measures")  # fmt: skip
_INDEX = ("index_measures", "index_aspirations", "registers/index")
_GROUPS = ("inequalities", "gradients", *CORE)
_PLACES = ("places", *CORE)

TABLES_OF: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("headline", "headlines", "tiles", "table", "trend", "compare", "ranking", "breakdown",
         "clinical_areas", "estimates", "characteristics"), CORE,
    ),
    "targets": ("indicators", "differences"),
    "differences": ("differences",),
    **dict.fromkeys(("comparators", "rug"), ("comparators", "outliers", *CORE)),
    **dict.fromkeys(("standing_out", "outliers", "glance"), ("outliers", "comparators", *CORE)),
    "spine": ("spreads", "comparators", "outliers", *CORE),
    "funnel": ("funnels", *CORE),
    "slope": ("slopes", *CORE),
    "history": ("histories", *CORE),
    **dict.fromkeys(("inequality", "gap_series", "widest_gap", "behind_the_gaps"), _GROUPS),
    "representation": ("representation",),
    "core20plus5": ("deprivation_profile", *_GROUPS),
    **dict.fromkeys(("map", "place_trends", "paired_places"), _PLACES),
    "deprivation_profile": ("deprivation_profile",),
    **dict.fromkeys(("pyramid", "age_bands"), ("population", "indicators")),
    "projection": ("projections", "projected_need", "population", "indicators"),
    "league": ("league",),
    "gap": ("attainment_gaps", *CORE),
    "groups": CORE,
    **dict.fromkeys(("prevalence", "prevalence_surveys"), ("prevalence",)),
    "unmet_need": ("need",),
    "access": ("indicators", "comparisons", "waits", "plan_measures"),
    "waits": ("waits", "indicators"),
    "capacity": ("provision",),
    "flow": ("flows",),
    "reconciliation": ("reconciliations",),
    "placements": ("panels", "panel_checks"),
    "audits": ("audits",),
    "target_summary": ("target_tiles",),
    "corporate_indicators": ("target_tiles",),
    "service": ("service_figures", "target_tiles"),
    **dict.fromkeys(("voice", "survey", "consultations"), ("surveys",)),
    **dict.fromkeys(
        ("plan_summary", "objectives", "success_measures", "actions", "progress", "risks",
         "savings", "money", "engagement"), (*_PLANS, "indicators"),
    ),
    **dict.fromkeys(
        ("index", "index_measures", "index_history", "index_trends", "index_rule",
         "index_published"), (*_INDEX, "indicators"),
    ),
    "changes": ("changes",),
}  # fmt: skip
# Calls that speak of the chapter's indicators where they name none.
_OF_ALL = frozenset({"standing_out", "outliers", "glance", "projection"})
OF_INDICATORS = frozenset(c for c, tables in TABLES_OF.items() if "indicators" in tables) - _OF_ALL
# Calls whose figure shows several indicators, under the name of the first.
OF_SEVERAL = frozenset({"groups", "paired_places", "waits", "spine", "rug", "core20plus5"})
# Words of a column that need no name in the sentence.
UNNAMED = frozenset({"", "persons", "all"})
# Columns whose word must stand in the sentence or beside it for a row of the table to be meant.
MUST_NAME: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("indicators", "comparisons", "comparators", "outliers", "histories"), ("category", "sex"),
    ),
    "inequalities": ("group",),
    "gradients": (),
    "places": ("place_name",),
    "flows": ("stage_name",),
    "surveys": ("question", "response", "group"),
    "provision": ("item",),
    "panels": ("group",),
    "service_figures": ("name",),
}  # fmt: skip


def tables_of(call: str) -> frozenset[str] | None:
    """The tables of a call; None where it may be any table of indicators."""
    return frozenset(TABLES_OF[call]) if call in TABLES_OF else None
