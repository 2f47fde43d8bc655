"""Numbers of an edition: where each stands, in which unit, and which columns name its row."""

from dataclasses import dataclass

# Columns of numbers that no sentence quotes: places in an order, tests, rows of files.
NOT_SAID = frozenset(
    {
        *("class_number", "grading_place", "group_place", "label_room", "label_x", "label_y"),
        *("model_order", "order", "p_value", "place", "priority", "q_value", "rest_p", "run"),
        *("source_row", "stratum", "vintage", "wave_p"),
    }
)
# Columns in words by which a sentence says which row it means.
NAMING = (
    *("category", "group", "place_name", "stage_name", "row_name", "comparator_name", "name"),
    *("question", "response", "survey", "item", "grading", "title", "condition", "who", "label"),
    *("sex", "age", "flow_title", "tracker", "plan", "stock_id", "measure", "figure"),
)
PERIOD_LABELS = (
    *("period_label", "first_label", "last_label", "previous_period_label", "earlier_label"),
    *("base_label", "population_label", "expected_label", "seen_label", "start_label", "series"),
    *("base_period_label", "year", "survey_year", "fieldwork", "period_before", "period_after"),
)
_PER_CENT = frozenset(
    {
        *("better_lower", "better_share", "better_upper", "change_percent"),
        *("earlier_percent", "percent", "percent_change_month", "percent_change_year"),
        *("population_share", "prevalence", "rest_difference", "rest_percent", "seen_value"),
        *("share", "share_of_all", "share_of_young", "target_variance", "wave_difference"),
    }
)
_PER_CENT_HERE = {
    *((table, f"{end}_ci_95") for table in ("flows", "waits") for end in ("lower", "upper")),
    *(("surveys", end) for end in ("lower", "upper", "rest_lower", "wave_lower")),
    *(("waits", name) for name in ("value", "standard")),
    *(("service_figures", name) for name in ("lower_ci_95", "upper_ci_95")),
    ("panels", "value"),
}
# Whether these are in per cent is told by the sentence alone: local measures without a unit.
_EITHER = {("service_figures", "value"), ("service_figures", "value_change_month")}
# In these tables `value`, `lower` and the like are in the unit of the row's indicator.
IN_UNIT = frozenset(
    {
        *("authority_value", "base_value", "benchmark_value", "change", "change_lower"),
        *("change_upper", "class_from", "class_to", "difference", "earlier_value"),
        *("first_value", "gap", "gap_lower", "gap_upper", "highest", "last_value"),
        *("least_deprived", "lower", "lower_ci_95", "lower_quarter", "lowest", "middle"),
        *("most_deprived", "national_gap", "national_other_value", "neighbour_value"),
        *("other_value", "previous_value", "reference_value", "slope", "slope_lower"),
        *("slope_upper", "standard", "target_value", "upper", "upper_ci_95", "upper_quarter"),
        "baseline",
        *("value", "value_after", "value_before", "value_change_month", "value_change_year"),
    }
)


@dataclass(frozen=True)
class Cell:
    """One number of the edition: where it stands, and its value unrounded."""

    table: str
    row: int
    column: str
    value: float


def is_percent(cell: Cell, unit: str) -> bool | None:
    """Whether a number is in per cent; `unit`: of its row's indicator. None if it is not known."""
    if (cell.table, cell.column) in _EITHER and unit.strip() != "%":
        return None
    if cell.column in _PER_CENT or (cell.table, cell.column) in _PER_CENT_HERE:
        return True
    return cell.column in IN_UNIT and unit.strip() == "%"
