"""Small numbers: published rules, what gives a count back, rounding, and what is refused."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_index_equal

from cyp_analysis import measures
from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.disclosure_control import rules
from cyp_analysis.measures.small_numbers import round_counts, suppress
from cyp_analysis.methods.disclosure_rules import (
    GEOGRAPHIES,
    is_flagged,
    is_withheld,
    round_half_up,
    rounding,
    shown_figures,
)
from cyp_analysis.methods.secondary_suppression import Cells, Margin, secondary_cells

RULES = rules()
PUBLISHED = pd.read_csv(Path(__file__).parent / "published" / "disclosure_control.csv")
CHILDREN_IN_NEED = {"rule": "dfe_children_in_need", "geography": "local_authority"}
VERBS = [suppress, round_counts]


def counts(count, **others) -> pd.DataFrame:
    return pd.DataFrame({"count": count, **others})


def rates(count=(0, 3, 8, 12)) -> pd.DataFrame:
    """Counts with every figure that gives one back."""
    figures = dict.fromkeys(["value", "lower_ci_95", "upper_ci_95", "benchmark_value"], 1.5)
    return counts(list(count), denominator=1000, **figures)


# --- published answers ----------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_a_reader_sees_what_the_rule_says(rule):
    cases = PUBLISHED[PUBLISHED["rule"] == rule].drop(columns="rule")
    if rule == "dfe_children_looked_after":
        assert cases.empty
        cases = PUBLISHED[PUBLISHED["rule"] == "dfe_children_in_need"].drop(columns="rule")
    found = suppress(cases, rule=rule, geography="geography")
    assert found["shown"].tolist() == cases["expected"].tolist()


@pytest.mark.parametrize("place", PUBLISHED["geography"].unique())
def test_one_word_of_geography_does_for_the_whole_table(place):
    for rule, cases in PUBLISHED[PUBLISHED["geography"] == place].groupby("rule"):
        found = suppress(cases.drop(columns="rule"), rule=rule, geography=place)
        assert found["shown"].tolist() == cases["expected"].tolist()


@pytest.mark.parametrize("rule", ["nhs_hes", "nhs_central", "dfe_children_in_need"])
def test_rounded_counts_are_the_numbers_that_a_reader_sees(rule):
    cases = PUBLISHED[PUBLISHED["rule"] == rule].drop(columns="rule")
    found = round_counts(cases, rule=rule, geography="geography")
    expected = pd.to_numeric(cases["expected"], errors="coerce")
    assert found["count"].tolist() == pytest.approx(expected.tolist(), nan_ok=True)


def test_the_text_of_the_cases_covers_every_symbol():
    assert set(PUBLISHED["expected"]) >= {"*", "c", ":", "u", "flag", "ok", "5", "0"}


@pytest.mark.parametrize(
    "rule, hidden, shown",
    [
        ("nhs_hes", [1, 7], [0, 8]),
        ("nhs_central", [1, 7], [0, 8]),
        ("dfe_children_in_need", [1, 5], [0, 6]),
        ("dfe_children_looked_after", [1, 5], [0, 6]),
        ("ons_crude_rate", [0, 2], [3, 100]),
        ("ons_age_standardised_rate", [0, 9], [10, 100]),
        ("fingertips_small_number_flag", [], [0, 1, 5, 6]),
    ],
)
def test_the_bounds_of_each_rule(rule, hidden, shown):
    found = suppress(counts([*hidden, *shown]), rule=rule)
    assert found["suppressed"].tolist() == [True] * len(hidden) + [False] * len(shown)


def test_every_rule_names_its_source():
    assert all(len(rule.basis) > 20 and rule.note for rule in RULES.values())


# --- what suppress does to a table ----------------------------------------------------------------


def test_a_withheld_count_takes_along_what_gives_it_back():
    found = suppress(rates())
    gone = ["count", "value", "lower_ci_95", "upper_ci_95", "denominator"]
    assert found.loc[1, gone].isna().all() and found.loc[1, "benchmark_value"] == 1.5
    assert found.loc[[0, 2, 3], gone].notna().all(axis=None)
    assert found["suppressed"].tolist() == [False, True, False, False]
    assert found["suppressed"].dtype == bool
    assert found["symbol"].tolist() == ["", "*", "", ""]
    assert found["shown"].tolist() == ["0", "*", "10", "10"]
    assert found["rule"].tolist() == ["nhs_hes"] * 4
    assert found["value_note"].tolist() == ["", "suppressed (*)", "", ""]


def test_no_column_of_numbers_ever_holds_a_symbol():
    found = suppress(rates())
    kept = rates().columns
    assert all(pd.api.types.is_numeric_dtype(found[name]) for name in kept)
    assert list(found)[: len(kept)] == list(kept)


def test_counts_that_are_not_withheld_stay_as_they_are():
    assert suppress(counts([8, 12, 13]))["count"].tolist() == [8, 12, 13]


@pytest.mark.parametrize(
    "also, gone",
    [
        (None, {"count", "value", "lower_ci_95", "upper_ci_95", "denominator"}),
        ([], {"count"}),
        ("value", {"count", "value"}),
        (["benchmark_value", "count"], {"count", "benchmark_value"}),
    ],
)
def test_the_figures_that_go_along_can_be_named(also, gone):
    found = suppress(rates(), also=also)
    assert {name for name in rates() if np.isnan(found.loc[1, name])} == gone


def test_nought_stays_and_missing_is_not_suppressed():
    found = suppress(counts([0.0, np.nan], value=[0.0, 3.5]))
    assert found["count"].fillna(-1).tolist() == [0, -1]
    assert found["value"].tolist() == [0, 3.5]
    assert found["suppressed"].tolist() == [False, False]
    assert found["shown"].tolist() == ["0", ""]
    assert found["value_note"].tolist() == ["", "count missing"]


def test_a_rule_about_rates_leaves_the_count_and_the_denominator():
    found = suppress(rates([1, 5, 25]), rule="ons_crude_rate", geography="any")
    assert found["count"].tolist() == [1, 5, 25] and found["denominator"].notna().all()
    assert found[["value", "upper_ci_95"]].isna().all(axis=1).tolist() == [True, False, False]
    assert found["symbol"].tolist() == [":", "u", ""]
    assert found["shown"].tolist() == [":", "u", "ok"]
    assert found["value_note"].tolist() == [
        "suppressed (:): fewer than 3 events",
        "small number (u): fewer than 20",
        "",
    ]


def test_a_flag_withholds_nothing():
    found = suppress(rates([0, 5, 6]), rule="fingertips_small_number_flag")
    assert found["count"].tolist() == [0, 5, 6] and found["value"].notna().all()
    assert found["shown"].tolist() == ["ok", "flag", "ok"]
    assert not found["suppressed"].any()


def test_a_count_that_is_shown_as_another_number_is_missing_as_a_number():
    found = suppress(rates([3, 30]), rule="nhs_central")
    assert found["count"].fillna(-1).tolist() == [-1, 30] and np.isnan(found.loc[0, "value"])
    assert found["shown"].tolist() == ["5", "30"] and found["symbol"].tolist() == ["", ""]
    assert found["value_note"].tolist() == ["suppressed, shown as 5", ""]


def test_a_small_percentage_is_marked_where_the_rule_has_a_mark_for_it():
    table = counts([0, 3, 9, 60], share=[0.0, 0.1, 0.4, 3.0])
    found = suppress(table, rule="dfe_children_looked_after", percentage="share")
    assert found["symbol"].tolist() == ["", "c", "k", ""]
    assert found["shown"].tolist() == ["0", "c", "9", "60"]
    with pytest.raises(UsageError, match="small percentages: dfe_children_looked_after"):
        suppress(table, percentage="share")


def test_each_row_has_its_own_geography():
    places = ["national", "local_authority", "regional", "any"]
    found = suppress(counts([3, 3, 12, 12], place=places), geography="place")
    assert found["shown"].tolist() == ["3", "*", "10", "10"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_row_of_no_known_geography_shows_nothing(verb):
    table = counts([30, 30], place=["national", None], value=1.0)
    found = verb(table, rule="nhs_hes", geography="place")
    assert found["count"].isna().tolist() == found["value"].isna().tolist() == [False, True]
    assert found["value_note"].tolist() == ["", "geography missing"]


# --- what gives a count back ----------------------------------------------------------------------


def test_a_gap_in_percent_never_gives_the_count_back():
    table = counts([3, 40], denominator=[100, 400], benchmark_value=5.0)
    found = suppress(measures.children_behind_gap(table))
    # Beside the benchmark and a public denominator -66.67% leaves a count of 5 / 1.6667 = 3.
    assert np.isnan(found.loc[0, "gap_percent"]) and found["gap_percent"].notna()[1]


# Figures of a whole group, the same in every row of it, labels by which tables are keyed, and
# numbers of other people: they may stand.
HARMLESS = {
    *("rank_of", "quantile_of", "bound_1", "bound_2", "bound_3", "bound_4"),
    *("baseline", "phi", "tau2", "reference_rate", "intercept"),
    *("quantile", "category"),
    *("design_effect", "not_answered", "not_weighted"),
}
TABLE = pd.DataFrame(
    {
        "area": list("xxxxxyyyyy"),
        "band": [0, 1, 5, 10, 15] * 2,
        "count": [3, 40, 50, 60, 70, 80, 90, 85, 75, 65],
        "people": range(2_000, 12_000, 1_000),
        "published": [12.0, 30, 22, 35, 41, 18, 27, 33, 25, 20],
        "low": [2.0, 20, 12, 25, 31, 8, 17, 23, 15, 10],
        "high": [22.0, 40, 32, 45, 51, 28, 37, 43, 35, 30],
        "mark": 20.0,
        "other": range(100, 110),
        "others": 5_000,
        "answer": ["yes", "no"] * 5,
        "chance": np.linspace(0.001, 0.9, 10),
    }
)
PAIR = {"other_count": "other", "other_denominator": "others"}
ENDS = {"lower": "low", "upper": "high"}
REFERENCE = {"reference_count": "other", "reference_denominator": "others"}
BENCHMARK = {"benchmark": "mark", "benchmark_lower": "low", "benchmark_upper": "high"}
LEVELS = {"confidence": (0.95, 0.998)}
SUPPRESSED = {
    "proportion": lambda df: measures.proportion(df, "count", "people", **LEVELS),
    "rate": lambda df: measures.rate(df, "count", "people"),
    "rate_ratio": lambda df: measures.rate_ratio(df, "count", "people", **PAIR, **LEVELS),
    "rate_difference": lambda df: measures.rate_difference(df, "count", "people", **PAIR),
    "proportion_difference": lambda df: measures.proportion_difference(
        df, "count", "people", **PAIR
    ),
    "children_behind_gap": lambda df: measures.children_behind_gap(
        df, "count", "people", "mark", **LEVELS
    ),
    "relative_rate_index": lambda df: measures.relative_rate_index(
        df, "count", "people", group="band", reference=15, by="area"
    ),
    "survey_interval": lambda df: measures.survey_interval(df, "published", "people", **LEVELS),
    "survey_change": lambda df: measures.survey_change(
        df, "published", "people", other_value="mark", other_base="others"
    ),
    "subgroup_to_rest": lambda df: measures.subgroup_to_rest(
        df, "band", "published", "people", by="area"
    ),
    "modelled_count": lambda df: measures.modelled_count(df, "published", "people", "low", "high"),
    "life_expectancy": lambda df: measures.life_expectancy(
        df, "count", "people", "band", by="area"
    ),
    "quantiles": lambda df: measures.quantiles(df, "published", 5),
    "value_categories": lambda df: measures.value_categories(df, "published"),
    "funnel_points": lambda df: measures.funnel_points(df, "count", "people"),
    "funnel_significance": lambda df: measures.funnel_significance(df, "count", "people"),
    "false_discovery": lambda df: measures.false_discovery(df, "chance"),
    "rank": lambda df: measures.rank(df, "published"),
    "rank_interval": lambda df: measures.rank_interval(df, "published", **ENDS, draws=1_000),
    "target_variance": lambda df: measures.target_variance(df, "published", "mark"),
    "compare": lambda df: measures.compare(df, value="published", benchmark="mark", **ENDS),
}
IN_GROUPS = {
    "mean": (lambda df: measures.mean(df.head(3), "published"), "count"),
    "dsr": (lambda df: measures.dsr(df, "count", "people", "others", by="area"), "total_count"),
    "isr_rate": (lambda df: measures.isr_rate(df, "count", "people", **REFERENCE), "observed"),
    "isr_ratio": (lambda df: measures.isr_ratio(df, "count", "people", **REFERENCE), "observed"),
    "years_of_life_lost": (
        lambda df: measures.years_of_life_lost(
            df, deaths="count", population="people", start_age="band", up_to=75
        ),
        "deaths_used",
    ),
    "survey_proportion": (lambda df: measures.survey_proportion(df, "answer", yes="yes"), "base"),
}


def numbers_added(found: pd.DataFrame, before: pd.DataFrame) -> set[str]:
    new = found.columns.difference(before.columns)
    return {name for name in new if pd.api.types.is_numeric_dtype(found[name])}


@pytest.mark.parametrize("verb", SUPPRESSED)
def test_no_figure_that_a_function_adds_to_a_row_is_left_beside_a_withheld_count(verb):
    worked_out = SUPPRESSED[verb](TABLE)
    row = suppress(worked_out).iloc[0]
    added = numbers_added(worked_out, TABLE)
    assert row["suppressed"] and added <= set(worked_out)
    left = {name for name in added if pd.notna(row[name])}
    assert left <= HARMLESS, left - HARMLESS
    words = {"side", "outcome", "direction", "significance", "target_met", "method"}
    assert row[[name for name in words if name in row]].isna().all()


@pytest.mark.parametrize("verb", IN_GROUPS)
def test_no_figure_of_a_group_is_left_beside_its_withheld_count(verb):
    call, count = IN_GROUPS[verb]
    worked_out = call(TABLE)
    small = worked_out.assign(**{count: 3})
    row = suppress(small, count).iloc[0]
    added = numbers_added(worked_out, TABLE[["area"]])
    left = {name for name in added if pd.notna(row[name])}
    assert count in added and left <= HARMLESS, left - HARMLESS


def test_every_function_is_held_to_it_or_makes_rows_that_are_no_counts():
    no_counts = {
        *("suppress", "round_counts", "slope_index", "relative_index", "recent_trend"),
        *("funnel_limits", "project", "back_test", "roll_forward", "roll_forward_errors"),
    }
    assert set(measures.__all__) == set(SUPPRESSED) | set(IN_GROUPS) | no_counts


def test_prediction_limits_and_limits_of_others_go_too():
    names = ["lower_pi_95", "upper_pi", "gap_percent_lower_ci", "benchmark_upper_ci_998"]
    names += ["margin_of_error_90", "significant_99"]
    found = suppress(counts([3, 30], **dict.fromkeys(names, 1.5)))
    assert found[names].isna().all(axis=1).tolist() == [True, False]


def test_true_and_false_stay_true_and_false():
    found = suppress(counts([3, 30], significant=True, discovery=False))
    assert found[["significant", "discovery"]].dtypes.astype(str).tolist() == ["boolean"] * 2
    assert found["significant"].isna().tolist() == [True, False]


def test_a_count_with_which_others_are_compared_is_not_given_back_by_them():
    table = counts([3, 60, 80], denominator=[50, 900, 700], category=list("abc"))
    indexed = measures.relative_rate_index(table, reference="a")
    found = suppress(indexed)
    assert found["count"].fillna(-1).tolist() == [-1, 60, 80]
    assert found[["reference_count", "value", "p_value", "upper_ci"]].isna().all(axis=None)
    assert found["denominator"].notna().tolist() == [False, True, True]
    assert "compared with a number that is suppressed" in found["value_note"][1]
    # A rule about rates withholds no count, so there is none to give back.
    rates_only = suppress(indexed, rule="ons_crude_rate")
    assert rates_only["reference_count"].notna().all()


def test_the_columns_of_a_margin_are_kept_whatever_they_are_called():
    table = counts([3, 30, 33], base="x", total=[False, False, True])
    found = suppress(table, by="base", total="total", **CHILDREN_IN_NEED)
    assert found["base"].tolist() == ["x"] * 3 and found["total"].tolist() == [False, False, True]


def test_the_percentage_that_is_marked_goes_with_its_count():
    table = counts([3, 60], share=[0.1, 3.0])
    found = suppress(table, rule="dfe_children_looked_after", percentage="share")
    assert found["share"].isna().tolist() == [True, False]


def test_a_rule_about_rates_leaves_what_the_counts_add_up_to():
    table = rates([1, 30]).assign(expected=2.5, gap_percent=4.0, outcome="worse")
    found = suppress(table, rule="ons_crude_rate")
    assert found["expected"].notna().all() and found.loc[0, ["gap_percent", "outcome"]].isna().all()


# --- what a margin gives back ---------------------------------------------------------------------


def hidden(count, by="area", **others) -> list[bool]:
    table = counts(count, area="x", **others)
    return suppress(table, by=by, **CHILDREN_IN_NEED)["suppressed"].tolist()


@pytest.mark.parametrize(
    "count, expected",
    [
        ([3, 20, 40], [True, True, False]),
        # 3 and 4 make 7, so neither could be 1: readers who know both to be small learn that.
        ([3, 4, 40], [True, True, True]),
        ([3, 4, 40, 50], [True, True, True, False]),
        ([3, 0, 40], [True, False, True]),
        ([3, 0, 0], [True, True, True]),
        ([20, 30, 40], [False, False, False]),
        ([1, 1, 40, 30], [True, True, False, True]),
        ([5, 5, 40, 30], [True, True, False, True]),
        ([1, 6, 40, 30], [True, True, False, True]),
        ([3, np.nan, 40], [True, False, True]),
        ([3, 7, 7, 7], [True, True, False, False]),
    ],
    ids=str,
)
def test_the_next_smallest_goes_until_the_total_gives_nothing_back(count, expected):
    assert hidden(count) == expected


def test_without_a_margin_only_small_counts_go():
    assert hidden([3, 20, 40], by=None) == [True, False, False]


def test_one_margin_does_not_touch_another():
    table = counts([3, 20, 40, 50, 60], area=list("xxxyy"))
    found = suppress(table, by="area", **CHILDREN_IN_NEED)
    assert found["suppressed"].tolist() == [True, True, False, False, False]


def test_a_count_alone_in_its_margin_says_that_the_total_gives_it_back():
    found = suppress(counts([3, 30, 40], area=list("xyy")), by="area", **CHILDREN_IN_NEED)
    assert found["suppressed"].tolist() == [True, False, False]
    assert "its total gives it back" in found["value_note"][0]


def test_rows_and_columns_are_both_protected():
    table = counts([3, 20, 40, 30, 50, 60, 70, 80, 90], area=list("xxxyyyzzz"), age=list("abc") * 3)
    found = suppress(table, by=[["area"], ["age"]], **CHILDREN_IN_NEED)
    square = found["suppressed"].to_numpy().reshape(3, 3)
    assert square.tolist() == [[True, True, False], [True, True, False], [False, False, False]]


def test_margins_of_several_columns():
    table = counts([3, 20, 40, 50], area="x", year=[1, 1, 2, 2])
    found = suppress(table, by=["area", "year"], **CHILDREN_IN_NEED)
    assert found["suppressed"].tolist() == [True, True, False, False]


def test_the_total_in_the_table_goes_last():
    table = counts([3, 30, 33], area="x", all_ages=[False, False, True])
    found = suppress(table, by="area", total="all_ages", **CHILDREN_IN_NEED)
    assert found["suppressed"].tolist() == [True, True, False]


def test_a_total_that_is_small_as_well_protects_its_only_cell():
    table = counts([3, 0, 3], area="x", all_ages=[False, False, True])
    found = suppress(table, by="area", total="all_ages", **CHILDREN_IN_NEED)
    assert found["suppressed"].tolist() == [True, False, True]
    assert found["value_note"].tolist() == ["suppressed (c)", "", "suppressed (c)"]


def test_an_only_cell_takes_its_total_along():
    table = counts([3, 30, 33], area=list("xyy"), all_ages=[False, False, True])
    table.loc[3] = [3, "x", True]
    found = suppress(table, by="area", total="all_ages", **CHILDREN_IN_NEED)
    assert found["suppressed"].tolist() == [True, False, False, True]


def test_each_margin_has_its_own_total():
    table = counts(
        [3, 20, 23, 30, 40, 70, 33, 60, 93],
        area=list("xxxyyyttt"),
        age=list("abt") * 3,
        all_ages=[False, False, True] * 3,
        all_areas=[False] * 6 + [True] * 3,
    )
    both = {"by": [["area"], ["age"]], "total": ["all_ages", "all_areas"]}
    square = suppress(table, **both, **CHILDREN_IN_NEED)["suppressed"].to_numpy().reshape(3, 3)
    assert square.tolist() == [[True, True, False], [True, True, False], [False] * 3]
    one = {"by": ["area"], "total": "all_ages"}
    assert suppress(table, **one, **CHILDREN_IN_NEED)["suppressed"].sum() == 2


def solutions(count: list[int], gone: list[bool]) -> list[set[int]]:
    """Every whole number that each withheld count can be, for a reader who knows the rule.

    The total and all shown counts are known; a small one is 1 to 5, another was the next smallest:
    at least 6 and no more than the smallest count above zero that is shown.
    """
    total = sum(number for number, hidden in zip(count, gone, strict=True) if hidden)
    shown = [n for n, hidden in zip(count, gone, strict=True) if not hidden and n > 0]
    ranges = [
        range(1, 6) if 0 < number < 6 else range(6, min([*shown, total]) + 1)
        for number, hidden in zip(count, gone, strict=True)
        if hidden
    ]
    possible = [each for each in product(*ranges) if sum(each) == total]
    return [set(numbers) for numbers in zip(*possible, strict=True)]


@given(st.lists(st.integers(1, 9), min_size=3, max_size=5))
@settings(max_examples=120, deadline=None)
def test_no_count_can_be_worked_out_from_its_margin(count):
    found = suppress(counts(count, area="x"), by="area", **CHILDREN_IN_NEED)
    gone = found["suppressed"].tolist()
    left = solutions(count, gone)
    told = found.loc[found["suppressed"], "value_note"].str.contains("gives it back").tolist()
    small = [0 < number < 6 for number, hidden in zip(count, gone, strict=True) if hidden]
    assert [len(n) == 1 and is_small for n, is_small in zip(left, small, strict=True)] == told


@given(st.lists(st.integers(0, 40), min_size=4, max_size=16))
@settings(max_examples=40, deadline=None)
def test_never_one_withheld_cell_alone_in_a_row_or_column(count):
    number = len(count) // 2
    table = counts(count[: 2 * number], area=["x", "y"] * number, age=sorted([*range(number)] * 2))
    found = suppress(table, by=[["area"], ["age"]], **CHILDREN_IN_NEED)
    if found["value_note"].str.contains("gives it back").any():
        return  # A total that is small itself: nothing is left to withhold.
    for name in ("area", "age"):
        alone = found.groupby(name)["suppressed"].transform("sum") == 1
        assert not (alone & found["suppressed"]).any()
    small = table["count"].between(1, 5)
    assert found.loc[small, "suppressed"].all()


@given(st.permutations(list(range(8))))
@settings(max_examples=15, deadline=None)
def test_the_order_of_rows_does_not_matter(order):
    table = counts([3, 20, 40, 9, 30, 50, 70, 80], area=list("xxxxyyyy"), age=list("abcd") * 2)
    options = {"by": [["area"], ["age"]], **CHILDREN_IN_NEED}
    mixed = suppress(table.iloc[order], **options).sort_index()
    assert_frame_equal(mixed, suppress(table, **options))


def test_bounds_of_the_next_smallest_use_what_is_still_shown():
    # 5 and 6 with a 6 still shown: the other withheld one is 6, so 5 is known; the second 6 goes.
    cells = Cells(np.array([5.0, 6, 6, 30]), np.array([True, False, False, False]), np.full(4, 6))
    margin = Margin(np.zeros(4, dtype=int), np.zeros(4, dtype=bool))
    gone, away = secondary_cells(cells, [margin])
    assert gone.tolist() == [True, True, True, False] and not away.any()


def test_many_areas_in_two_margins_lose_no_more_than_their_own_margin_asks_for():
    number = 400
    table = counts(
        np.random.default_rng(1).poisson(8, 10 * number),
        area=np.repeat(np.arange(number), 10),
        age=np.tile(np.arange(10), number),
    )
    one = suppress(table, by="area", **CHILDREN_IN_NEED)
    both = suppress(table, by=[["area"], ["age"]], **CHILDREN_IN_NEED)
    # Each age has hundreds of withheld cells: nothing more is needed there.
    assert_frame_equal(both, one)


def test_no_margin_no_secondary_suppression():
    cells = Cells(np.array([3.0, 9]), np.array([True, False]), np.full(2, 6))
    gone, away = secondary_cells(cells, [])
    assert gone.tolist() == [True, False] and away.tolist() == [False, False]


# --- rounding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "count, to, expected",
    [
        (5, 10, 10),
        (25, 10, 30),
        (24.999, 10, 20),
        (2, 5, 0),
        (3, 5, 5),
        (0, 5, 0),
        (0.49999999999999994, 1, 0),
        (12345, 10, 12350),
        (1, 3, 0),
        (np.nan, 5, np.nan),
        (7.5, np.nan, 7.5),
    ],
)
def test_halves_go_up(count, to, expected):
    assert round_half_up(count, to) == pytest.approx(expected, nan_ok=True)


@given(st.integers(0, 10**9), st.integers(1, 1000))
def test_a_rounded_count_is_the_nearest_multiple(count, to):
    found = float(round_half_up(count, to))
    assert found % to == 0 and 2 * abs(found - count) <= to
    assert 2 * (found - count) > -to


def test_round_counts_puts_the_rounded_count_in_its_place():
    table = counts([2, 13, 25, np.nan], area=list("abcd"), value=1.5)
    found = round_counts(table)
    assert found["count"].fillna(-1).tolist() == [0, 15, 25, -1]
    assert found["rounded_to"].fillna(-1).tolist() == [5, 5, 5, -1]
    assert found["value"].tolist() == [1.5] * 4
    assert found["value_note"].tolist() == ["", "", "", "count missing"]
    assert list(found) == ["count", "area", "value", "rounded_to", "value_note"]
    assert round_counts(table, to=10)["count"].fillna(-1).tolist() == [0, 10, 30, -1]


def test_rounding_by_a_rule_withholds_what_the_rule_withholds():
    found = round_counts(rates([0, 3, 12]), rule="nhs_hes")
    assert found["count"].fillna(-1).tolist() == [0, -1, 10]
    assert found["value"].isna().tolist() == [False, True, False]
    assert found["value_note"].tolist() == ["", "suppressed (*)", ""]
    five = round_counts(rates([0, 3, 12]), rule="nhs_central")
    assert five["count"].tolist() == [0, 5, 10]
    assert five["value"].isna().tolist() == [False, True, False]


def test_a_rule_that_does_not_round_says_so_by_missing_units():
    found = round_counts(counts([12, 13]), **CHILDREN_IN_NEED)
    assert found["count"].tolist() == [12, 13] and found["rounded_to"].isna().all()


def test_rounding_after_suppression_keeps_the_reason_of_the_first():
    found = suppress(counts([3, 13])).pipe(round_counts, strict=True)
    assert found["count"].fillna(-1).tolist() == [-1, 15]
    assert found["value_note"].tolist() == ["suppressed (*)", ""]
    assert found["suppressed"].tolist() == [True, False]


# --- tables of every kind -------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "cell, reason",
    [
        (-1, "count below zero"),
        (None, "count missing"),
        (np.inf, "count not finite"),
        ("c", "count not a number"),
    ],
)
def test_a_count_that_cannot_be_judged_is_missing_and_stops_no_other(verb, cell, reason):
    table = counts(pd.Series([cell, 13, "9"], dtype=object))
    found = verb(table)
    assert found["count"].isna().tolist() == [True, False, False]
    assert found["value_note"].tolist() == [reason, "", ""]
    with pytest.raises(SchemaError, match=reason):
        verb(table, strict=True)


def test_strict_lets_withheld_counts_pass():
    assert suppress(counts([3, 13]), strict=True)["suppressed"].tolist() == [True, False]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", ["int64", "float64", "Int64", "Float64", "str", "object"])
def test_counts_of_any_kind_of_column_are_read(verb, kind):
    plain, other = verb(rates()), verb(rates().astype({"count": kind}))
    assert_frame_equal(plain, other)


@pytest.mark.parametrize("verb", VERBS)
def test_nullable_columns_stay_nullable(verb):
    table = rates().convert_dtypes()
    found = verb(table, rule="nhs_hes")
    assert found["denominator"].dtype == "Int64" and found["denominator"].isna().sum() == 1


@pytest.mark.parametrize("verb", VERBS)
def test_index_input_and_other_columns_are_kept(verb):
    table = rates().assign(multiplier=7, area=list("abcd")).set_index(pd.Index([4, 4, 1, 0]))
    before = table.copy(deep=True)
    found = verb(table)
    assert_frame_equal(table, before)
    assert_index_equal(found.index, table.index)
    assert found["multiplier"].tolist() == [7] * 4 and found["area"].tolist() == list("abcd")


@pytest.mark.parametrize("verb", VERBS)
def test_a_count_may_be_called_value(verb):
    found = verb(pd.DataFrame({"value": [3, 13], "per": 1}), count="value", rule="nhs_hes")
    assert found["value"].isna().tolist() == [True, False] and found["per"].tolist() == [1, 1]


@pytest.mark.parametrize("verb", VERBS)
def test_an_empty_table_stays_empty(verb):
    found = verb(rates().iloc[:0])
    assert len(found) == 0 and list(found) == list(verb(rates()))
    assert len(suppress(counts([], area=[]), by="area", **CHILDREN_IN_NEED)) == 0


def test_missing_keys_and_categories_are_margins_too():
    areas = pd.Categorical([None, None, "x", "x"], categories=["x", "unused"])
    found = suppress(counts([3, 20, 30, 40], area=areas), by="area", **CHILDREN_IN_NEED)
    assert found["suppressed"].tolist() == [True, True, False, False]


def test_earlier_notes_stay():
    table = counts([3, 13], value_note=["estimated", "revised"])
    assert suppress(table)["value_note"].tolist() == ["estimated; suppressed (*)", "revised"]


# --- wrong usage ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options, words",
    [
        ({"rule": "house_rule"}, "rule: one of local_small_numbers"),
        ({"geography": "parish"}, "geography: a column of the table, or one of any"),
        ({"geography": "area"}, "geography: one of any"),
        ({"by": "area", "rule": "nhs_central"}, "by: goes with a rule that leaves gaps"),
        ({"by": "area", "rule": "ons_crude_rate"}, "by: goes with a rule that leaves gaps"),
        ({"by": []}, "by: names "),
        ({"total": "flag"}, "total: names one column for each margin"),
        ({"by": [["area"], ["flag"]], "total": "flag"}, "total: names one column for each"),
    ],
)
def test_a_wrong_call_of_suppress_is_told(options, words):
    with pytest.raises(UsageError, match=words):
        suppress(counts([3, 13], area="x", flag=False), **options)


@pytest.mark.parametrize(
    "options, words",
    [
        ({"to": 0}, "to: is a whole number"),
        ({"to": 2.5}, "to: is a whole number"),
        ({"to": True}, "to: is a whole number"),
        ({"to": 5, "rule": "nhs_hes"}, "takes to or rule"),
        ({"rule": "house_rule"}, "rule: one of local_small_numbers"),
        ({"rule": "ons_crude_rate"}, "rule: goes with a rule that is about counts: local_small"),
        ({"rule": "fingertips_small_number_flag"}, "is about counts"),
        ({"rule": "nhs_hes", "geography": "parish"}, "geography: a column of the table"),
    ],
)
def test_a_wrong_call_of_round_counts_is_told(options, words):
    with pytest.raises(UsageError, match=words):
        round_counts(counts([3, 13]), **options)


def test_columns_that_are_not_there_or_not_of_their_kind_are_told():
    for verb in VERBS:
        with pytest.raises(SchemaError, match="column cla"):
            verb(counts([3]), count="cla")
        with pytest.raises(SchemaError, match="holds numbers"):
            verb(counts([True]))
    for options in ({"also": ["rate"]}, {"by": "area"}):
        with pytest.raises(SchemaError, match="stands in the table once"):
            suppress(counts([3]), **options)
    with pytest.raises(SchemaError, match="holds true or false"):
        suppress(counts([3, 4], area="x"), by="area", total="count", **CHILDREN_IN_NEED)


@pytest.mark.parametrize("name", ["shown", "symbol", "suppressed", "rule"])
def test_a_count_may_not_be_called_like_what_is_added(name):
    with pytest.raises(UsageError, match="which are added"):
        suppress(pd.DataFrame({name: [3]}), count=name)
    with pytest.raises(UsageError, match="which are added"):
        round_counts(pd.DataFrame({"rounded_to": [3]}), count="rounded_to")


# --- the array layer ------------------------------------------------------------------------------


def test_arrays_of_words_and_single_words_do_the_same():
    rule, words = RULES["nhs_hes"], np.array(["national", "regional"], dtype=object)
    assert rounding(rule, words).tolist() == pytest.approx([np.nan, 5], nan_ok=True)
    assert is_withheld([3, 3], rule, words).tolist() == [False, True]
    assert is_flagged([3, 30], RULES["ons_crude_rate"], "any").tolist() == [True, False]
    found = shown_figures([3.5, np.nan], [False, False], rule, "national")
    assert found.tolist() == ["3.5", ""]


def test_every_geography_is_known_to_every_rule():
    for rule in RULES.values():
        assert not is_withheld([np.nan] * len(GEOGRAPHIES), rule, list(GEOGRAPHIES)).any()
    with pytest.raises(UsageError, match="geography: one of any, national"):
        is_withheld([1, 2], rule, ["national", "borough"])


def test_a_count_between_two_whole_numbers_is_small_until_the_next_one():
    assert is_withheld([0.4, 7.5, 8], RULES["nhs_hes"], "any").tolist() == [True, True, False]


def test_what_one_margin_gives_away_is_followed_into_the_other():
    df = pd.DataFrame({"r": [0, 0, 1, 1], "c": [0, 1, 0, 1], "count": [3, 0, 4, 0]})
    notes = suppress(df, rule="dfe_children_in_need", by=[["r"], ["c"]])["value_note"]
    # The column of noughts is a nought in all: each row's total is its one number.
    assert notes.str.contains("gives it back").tolist() == [True, False, True, False]


def test_suppress_needs_a_rule():
    with pytest.raises(UsageError, match="^rule: one of local_small_numbers"):
        suppress(pd.DataFrame({"count": [3]}), rule=None)
