"""The tables of an edition and their columns: what a build writes and a chapter reads.

`indicators`, `comparisons` and `differences` come first; every other table is derived from them,
from the registers and from the catalogue. A table is a Parquet file of its name.
"""

from cyp_analysis.comparing_tables import COMPARING
from cyp_analysis.schema import (
    COMPARISON_COLUMNS,
    DIFFERENCE_COLUMNS,
    INDICATOR_COLUMNS,
    NUMBERS,
    SOURCE_COLUMNS,
)

# Registers are lists in words (actions, risks, objectives …): one Parquet file for each kind.
REGISTERS = "registers"
REGISTER_COLUMNS = ["area_code", "source_id", "source_published", "source_row", "source_file"]

TABLES: dict[str, list[str]] = {
    "indicators": INDICATOR_COLUMNS,
    "comparisons": COMPARISON_COLUMNS,
    "differences": DIFFERENCE_COLUMNS,
    # Places in England counted from the best, and change since the period before (build.learning).
    "league": [
        *("indicator_id", "area_code", "period_start", "period_end", "period_label", "sex", "age"),
        *("value", "order", "rank", "rank_of", "rank_tied", "top_tenth"),
        *("previous_period_end", "previous_period_label", "previous_value", "previous_rank"),
        *("previous_rank_of", "previous_rank_tied", "change", "change_side"),
    ],
    # How far a group of children is behind the others (build.learning_gaps).
    "attainment_gaps": [
        *("indicator_id", "other_id", "area_code", "period_start", "period_end", "period_label"),
        *("sex", "age", "value", "other_value", "national_other_value", "gap", "national_gap"),
    ],
    **COMPARING,
    # Since the edition before (build.changes); an edition without one before it has no such file.
    "changes": [
        *("area_code", "indicator_id", "kind", "sex", "age", "period_before", "period_after"),
        *("value_before", "value_after", "outcome_before", "outcome_after", "number"),
    ],
    # Figures of small areas, each under the authority that it lies in (build.places).
    "places": [
        *("indicator_id", "area_code", "place_code", "place_name", "place_kind", "lookup"),
        *("period_start", "period_end", "period_label", "sex", "age", *NUMBERS),
        *("statistic", "method", "value_note", "authority_value", "side", "rank", "rank_of"),
        *("rank_tied", "class_number", "class_from", "class_to", *SOURCE_COLUMNS),
    ],
    # What maps draw: authorities under their region, small areas under their authority.
    "outlines": [
        *("area_code", "place_code", "place_name", "place_kind", "vintage", "outline"),
        *("label_x", "label_y", "label_room", "source_id", "source_published"),
    ],
    # Neighbourhoods by national fifth of deprivation (build.places_deprivation).
    "deprivation_profile": [
        *("area_code", "indicator_id", "period_start", "period_end", "period_label"),
        *("base", "fifth", "number", "of_number", "share", *SOURCE_COLUMNS),
    ],
    # Population by sex and five-year band, with the shares that a pyramid draws.
    "population": [
        *("area_code", "period_start", "period_end", "period_label", "sex", "age_from", "age_to"),
        *("count", "share_of_all", "share_of_young", *SOURCE_COLUMNS),
    ],
    # Population to come: by a publisher, or as children of today grow older (build.population).
    "projections": [
        *("area_code", "series", "age", "age_from", "age_to", "base_end", "base_label"),
        *("base_value", "period_start", "period_end", "period_label", "value", "change"),
        *("change_percent", "value_note", *SOURCE_COLUMNS),
    ],
    # Children in need of something if rates stay as they are (build.population_need).
    "projected_need": [
        *("indicator_id", "area_code", "series", "period_end", "period_label", "base_label"),
        *("base_count", "rate", "value", "lower", "upper", "change_percent", *SOURCE_COLUMNS),
    ],
    # What surveys say, with intervals and tests (build.surveys).
    "surveys": [
        *("area_code", "series", "survey", "question", "response", "group_type", "group"),
        *("period_start", "period_end", "period_label", "population", "fieldwork"),
        *("count", "percent", "n", "effective_n", "base", "lower", "upper", "interval_note"),
        *("rest_percent", "rest_difference", "rest_lower", "rest_upper", "rest_p"),
        *("rest_side", "rest_note", "earlier_label", "earlier_percent", "wave_difference"),
        *("wave_lower", "wave_upper", "wave_p", "wave_side", "wave_note"),
        *("direction", "comparator", "note", "chapters"),
        *SOURCE_COLUMNS,
    ],
    # Groups of children beside the others (build.inequalities).
    "inequalities": [
        *("area_code", "indicator_id", "headline_id", "dimension", "category_type", "group"),
        *("place", "period_start", "period_end", "period_label", "sex", "age"),
        *("count", "denominator", "value", "lower", "upper", "composition"),
        *("reference", "reference_value", "gap", "gap_lower", "gap_upper", "p_value"),
        *("ratio", "ratio_lower", "ratio_upper", "side", "outcome", "method"),
        *("behind", "behind_lower", "behind_upper", "direction", "note"),
        *SOURCE_COLUMNS,
    ],
    # Slopes across groups ordered by deprivation (build.inequalities_slopes).
    "gradients": [
        *("area_code", "indicator_id", "headline_id", "category_type", "period_start"),
        *("period_end", "period_label", "sex", "age", "groups"),
        *("most_deprived", "least_deprived"),
        *("slope", "slope_lower", "slope_upper", "slope_note"),
        *("relative", "relative_lower", "relative_upper", "relative_note"),
        *SOURCE_COLUMNS,
    ],
    # Groups' shares in services over their shares of all children (build.inequalities_shares).
    "representation": [
        *("area_code", "name", "indicator_id", "category_type", "category", "period_start"),
        *("period_end", "period_label", "count", "denominator", "share", "population_share"),
        *("population_label", "ratio", "ratio_lower", "ratio_upper", "note"),
        *SOURCE_COLUMNS,
    ],
    # Runs of years on one side of a benchmark, and last year against first (build.histories).
    "histories": [
        *("area_code", "indicator_id", "benchmark_area_code", "run", "side", "outcome"),
        *("first_start", "first_end", "first_label", "last_start", "last_end", "last_label"),
        *("periods", "of_periods"),
        *("first_value", "last_value", "first_count", "last_count"),
        *("change", "change_lower", "change_upper", "p_value", "method", "note"),
    ],
    # Children expected to have a condition, by survey and stratum (build.needs).
    "prevalence": [
        *("area_code", "model_id", "model_order", "condition", "survey", "publisher", "place"),
        *("survey_year", "instrument", "base_words", "url", "caveats", "main_split", "split"),
        *("stratum", "sex", "age_from", "age_to", "is_total", "base", "prevalence", "value"),
        *("prevalence_lower", "prevalence_upper", "population", "population_label"),
        *("population_end", *NUMBERS[-2:], "value_note", *SOURCE_COLUMNS[:2]),
    ],
    # Children expected, children seen, and the difference (build.needs_ledger).
    "need": [
        *("area_code", "model_id", "model_order", "condition", "who", "survey", "survey_year"),
        *("expected", "expected_lower", "expected_upper", "expected_label", "expected_end"),
        *("expected_from", "seen_from", "seen_kind", "seen_value", "seen_label", "seen", "note"),
        *("difference", "difference_lower", "difference_upper", "caveats", *SOURCE_COLUMNS[:2]),
    ],
    # Waits beside the standard of their time (build.needs_waits).
    "waits": [
        *("indicator_id", "area_code", "place", "period_start", "period_end", "period_label"),
        *(*NUMBERS, "standard", "standard_met", "basis", *SOURCE_COLUMNS),
    ],
    # Beds, money and staff: printed beside computed (build.needs_provision).
    "provision": [
        *("area_code", "kind", "item", "is_total", "period_start", "period_end"),
        *("period_label", "amount", "share", "printed", "computed", "difference", "capacity"),
        *("value_note", "source_id", "source_published", "source_row"),
    ],
    # Success measures of plans, and objectives by the indicators that follow them (build.plans).
    "plan_measures": [
        *REGISTER_COLUMNS,
        *("plan", "theme", "measure_id", "success_measure", "direction_wanted", "wanted"),
        *("indicator_id", "period_label", "period_end", "value", "base_period_label"),
        *("base_value", "target_value", "target_unit", "target_met", "in_plan", "change"),
        *("tested", "verdict"),
    ],
    "plan_objectives": [
        *REGISTER_COLUMNS,
        *("plan", "theme", "objective_id", "objective", "priorities", "indicator_id"),
        *("period_label", "period_end", "value", "base_period_label", "base_value"),
        *("in_plan", "change", "tested", "verdict"),
    ],
    # Actions with their state, and the figures that they report (build.plans_actions).
    "plan_actions": [
        *REGISTER_COLUMNS,
        *("tracker", "theme", "objective", "action_id", "action", "owner", "monitored_by"),
        *("due", "status", "state", "update", "due_date", "has_update", "has_impact"),
        *("keeps_owner", "keeps_due", "keeps_status", "keeps_update", "keeps_impact"),
    ],
    "plan_action_figures": [
        *("area_code", "source_id", "source_file", "action_id", "indicator_id"),
        *("period_label", "value", "base_period_label", "base_value"),
    ],
    # Risks and savings with their arithmetic checked (build.plans_registers).
    "plan_risks": [
        *REGISTER_COLUMNS,
        *("register", "risk_id", "risk", "controls", "owner", "likelihood", "consequence"),
        *("printed_rating", "rating", "rating_agrees", "printed_level", "level", "level_agrees"),
    ],
    "plan_savings": [
        *("area_code", "source_id", "source_published", "source_file", "group", "line_ref"),
        *("label", "kind", "year", "order", "printed", "summed", "agrees"),
    ],
    # Measures and aspirations of an index, rated (build.ratings).
    "index_measures": [
        *("area_code", "index_id", "aspiration", "measure_id", "indicator_id", "year", "newest"),
        *("period_label", "period_end", "value", "base_period_label", "base_value", "change"),
        *("tested", "verdict", "level", "level_how", "rating"),
    ],
    "index_aspirations": [
        *("area_code", "index_id", "aspiration", "year", "rating", "favourable", "steady"),
        *("mixed", "unfavourable", "not_rated"),
    ],
    # Local figures by service, month by month (build.flows_figures).
    "service_figures": [
        *("area_code", "service_id", "place", "measure", "name", "indicator_id", "note", "kind"),
        *("period_start", "period_end", "period_label", "sex", "age", "category_type", "category"),
        *(*NUMBERS, "is_share", "count_change_month", "percent_change_month"),
        *("value_change_month", "count_change_year", "percent_change_year", "value_change_year"),
        *("value_note", *SOURCE_COLUMNS),
    ],
    # Stages from contact to care, each beside the one it is set against (build.flows).
    "flows": [
        *("area_code", "flow_id", "flow_title", "stage_id", "stage_name", "place", "figure"),
        *("period_start", "period_end", "period_label", "count", "of_stage", "of_count"),
        *("share", "lower_ci_95", "upper_ci_95", "is_part", *SOURCE_COLUMNS),
    ],
    # Start + joined − left = end, for each period (build.flows_stocks).
    "reconciliations": [
        *("area_code", "stock_id", "title", "period_end", "period_label", "start_label", "start"),
        *("joined", "left", "expected", "end", "difference", "value_note", *SOURCE_COLUMNS),
    ],
    # Placements crossed with sex, age, duration, ethnicity (build.flows_panels).
    "panels": [
        *("area_code", "panel_id", "period_end", "period_label", "row_name", "by", "group"),
        *("order", "count", "denominator", "share", "value", "value_note", *SOURCE_COLUMNS),
    ],
    # Sums and pages that should agree (build.flows_checks).
    "panel_checks": [
        *("area_code", "period_end", "what", "first", "second", "agrees", "is_sum"),
        *SOURCE_COLUMNS,
    ],
    # Gradings of case audits (build.flows_audits).
    "audits": [
        *("area_code", "audit_id", "title", "period_start", "period_end", "period_label", "group"),
        *("group_place", "grading", "grading_place", "count", "total", "share", "better"),
        *("better_share", "better_lower", "better_upper", "value_note", *SOURCE_COLUMNS),
    ],
    # Targets beside the figure of their day (build.flows_targets).
    "target_tiles": [
        *("indicator_id", "area_code", "period_end", "period_label", "count", "value"),
        *("target_value", "target_met", "target_variance", "difference", "neighbour_value"),
        *("monitor_only", "earlier_value", "earlier_label", "change", "direction"),
        *("value_note", *SOURCE_COLUMNS),
    ],
}
