"""The tables of an edition that set an area beside others, and their columns."""

from cyp_analysis.schema import INDICATOR_KEY, SOURCE_COLUMNS

# Authorities that a funnel needs: with fewer, dots far from each other say little of chance.
FEWEST_IN_FUNNEL = 15

COMPARING: dict[str, list[str]] = {
    # An area beside England, its region, its neighbours and other groups (build.comparators).
    "comparators": [
        *INDICATOR_KEY,
        *("comparator_id", "comparator_name", "how", "members", "of_members", "model"),
        *("value", "lower", "upper", "side", "outcome", "note"),
    ],
    # How the authorities of a group (`area_code`) lie (build.spreads).
    "spreads": [
        *INDICATOR_KEY,
        *("members", "of_members", "lowest", "lower_quarter", "middle", "upper_quarter", "highest"),
    ],
    # Authorities by size, and the limits that chance alone would explain (build.funnels).
    "funnels": [
        *("indicator_id", "area_code", "part", "period_start", "period_end", "period_label"),
        *("sex", "age", "count", "denominator", "value", "category", "lower_998", "lower_95"),
        *("upper_95", "upper_998", "baseline", "areas", "left_out", *SOURCE_COLUMNS[:2]),
    ],
    # Two points of time of an area, with its places among its neighbours (build.slopes).
    "slopes": [
        *("indicator_id", "area_code", "sex", "age", "first_start", "first_end", "first_label"),
        *("first_value", "last_start", "last_end", "last_label", "last_value", "first_rank"),
        *("last_rank", "rank_of", "first_tied", "last_tied", "moved", "rule", "group_name"),
        *("model", "members"),
    ],
    # Latest figures tested together, with the false discovery rate controlled (build.outliers).
    "outliers": [
        *INDICATOR_KEY,
        *("period_label", "count", "value", "benchmark_area_code", "benchmark_value"),
        *("side", "outcome", "recent_trend", "p_method", "p_value", "q_value", "stands_out"),
        *("tests", "expected", "excess", "priority"),
    ],
}
