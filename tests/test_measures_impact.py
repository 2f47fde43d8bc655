"""Children behind a gap and relative rates, as verbs on tables."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_index_equal

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.contrasts import proportion_difference, rate_ratio
from cyp_analysis.measures.counts import proportion, rate
from cyp_analysis.measures.impact import children_behind_gap, relative_rate_index

GAPS = ["value", "lower_ci", "upper_ci"]
PERCENTS = ["gap_percent", "gap_percent_lower_ci", "gap_percent_upper_ci"]
ADDED = [*GAPS, *PERCENTS, "statistic", "method", "direction", "value_note"]
INDEX = ["value", "lower_ci", "upper_ci", "p_value"]


def areas(*rows: tuple, **others) -> pd.DataFrame:
    names = ["count", "denominator", "benchmark_value"]
    return pd.DataFrame(rows, columns=names).assign(**others)


def some_areas(size: int = 60) -> pd.DataFrame:
    random = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "area": np.resize(["North", "South", "East"], size),
            "count": random.poisson(40, size) + 1,
            "denominator": random.integers(200, 900, size),
            "benchmark_value": 8.5,
        }
    )


# --- children behind a gap ------------------------------------------------------------------------


def test_the_gap_of_a_proportion_matches_the_printed_wilson_limits():
    found = children_behind_gap(areas((65, 100, 50))).iloc[0]
    assert found[GAPS].tolist() == pytest.approx([15, 5.25444330, 23.63575176], rel=1e-9)
    percents = [100 * (1 - 50 / count) for count in (65, 55.25444330, 73.63575176)]
    assert found[PERCENTS].tolist() == pytest.approx(percents, rel=1e-8)
    assert (found["statistic"], found["method"]) == ("children_behind_gap", "wilson")


def test_the_gap_of_a_rate_matches_the_printed_poisson_limits():
    table = areas((312, 47_850, 70), (7, 2140, 20))
    found = children_behind_gap(table, statistic="rate")
    printed = np.array([[65.2037618, 58.1684045, 72.8554372], [32.7102804, 13.1512292, 67.3956793]])
    expected = (printed - [[70], [20]]) * [[4.785], [0.214]]
    assert found[GAPS].to_numpy() == pytest.approx(expected, abs=1e-6)
    assert found["method"].tolist() == ["byars", "exact"]


def test_an_uncertain_benchmark_gives_the_difference_of_two_proportions():
    other = proportion(areas((48, 80, 0))).iloc[0]
    table = areas((56, 70, other["value"]), low=other["lower_ci"], high=other["upper_ci"])
    found = children_behind_gap(table, benchmark_lower="low", benchmark_upper="high").iloc[0]
    pair = table.assign(benchmark_count=48, benchmark_denominator=80)
    difference = proportion_difference(pair, per=70).iloc[0]
    assert found[GAPS].tolist() == pytest.approx(difference[GAPS].tolist())
    assert found["method"] == "mover"
    assert found["gap_percent_lower_ci"] < found["gap_percent"] < found["gap_percent_upper_ci"]


def test_the_share_of_children_behind_is_that_of_the_value_above_the_benchmark():
    table = some_areas()
    for verb, statistic in ((proportion, "proportion"), (rate, "rate")):
        values = verb(table, "count", "denominator", 100)
        found = children_behind_gap(table, per=100, statistic=statistic)
        for name in GAPS:
            behind = (values[name] - 8.5) * table["denominator"] / 100
            assert found[name].to_numpy() == pytest.approx(behind.to_numpy(), abs=1e-9)


def test_it_adds_its_columns_and_keeps_the_rest():
    table = some_areas().assign(per=3, multiplier=5, value="text", value_note="as published")
    table.index = pd.Index(np.zeros(len(table)), name="odd")
    before = table.copy()
    found = children_behind_gap(table)
    assert found.columns.tolist() == [*table.columns[:-2], *ADDED]
    assert_index_equal(found.index, table.index)
    assert_frame_equal(table, before)
    assert (found["value_note"] == "as published").all()
    assert (
        found[GAPS].to_numpy().tolist()
        == children_behind_gap(some_areas())[GAPS].to_numpy().tolist()
    )


@pytest.mark.parametrize(
    "polarity, words",
    [
        ("low_is_good", ["fewer", "none", "none", ""]),
        ("high_is_good", ["none", "more", "none", ""]),
        ("no_judgement", ["fewer", "more", "none", ""]),
    ],
)
def test_the_direction_says_what_would_have_to_happen(polarity, words):
    table = areas((30, 100, 20), (10, 100, 20), (20, 100, 20), (20, 100, None))
    found = children_behind_gap(table, polarity=polarity)
    assert found["direction"].tolist() == words
    assert found["value"].tolist()[:3] == [10, -10, 0]
    in_column = children_behind_gap(table.assign(good=polarity), polarity="good")
    assert in_column["direction"].tolist() == words


def test_two_levels_give_both_limits():
    found = children_behind_gap(some_areas(), confidence=(0.95, 0.998))
    one = children_behind_gap(some_areas(), confidence=0.998)
    for name in (*GAPS[1:], *PERCENTS[1:]):
        assert found[f"{name}_998"].tolist() == one[name].tolist()
    assert (found["lower_ci_998"] < found["lower_ci_95"]).all()


@given(st.floats(0.01, 1e6))
def test_the_unit_is_that_of_the_benchmark(unit):
    table = some_areas(6)
    scaled = table.assign(benchmark_value=table["benchmark_value"] * unit / 100)
    found = children_behind_gap(scaled, per=unit)
    assert found[GAPS].to_numpy() == pytest.approx(
        children_behind_gap(table)[GAPS].to_numpy(), rel=1e-9, abs=1e-9
    )


def test_no_children_counted_has_a_gap_but_no_percentage():
    for statistic in ("proportion", "rate"):
        found = children_behind_gap(areas((0, 100, 20)), per=100, statistic=statistic).iloc[0]
        assert found["value"] == -20 and found["lower_ci"] == -20 < found["upper_ci"]
        assert found[PERCENTS].isna().all()
        assert found["value_note"] == "no gap_percent: count is zero"
    with pytest.raises(SchemaError, match="count is zero"):
        children_behind_gap(areas((0, 100, 20)), strict=True)


def test_the_unit_of_the_benchmark_is_that_of_the_statistic_unless_said():
    table = areas((30, 100, 20))
    assert_frame_equal(children_behind_gap(table), children_behind_gap(table, per=100))
    rates = children_behind_gap(table, statistic="rate")
    assert_frame_equal(rates, children_behind_gap(table, per=10_000, statistic="rate"))
    assert rates["value"].item() == pytest.approx(30 - 0.2)


def test_a_benchmark_of_zero_puts_every_child_behind():
    found = children_behind_gap(areas((5, 100, 0))).iloc[0]
    assert found["value"] == 5 and found[PERCENTS].tolist() == [100, 100, 100]


BAD = {
    "count missing": (None, 100, 20),
    "count not a number": ("z", 100, 20),
    "count not finite": (np.inf, 100, 20),
    "count below zero": (-1, 100, 20),
    "denominator missing": (5, None, 20),
    "denominator not above zero": (5, 0, 20),
    "denominator not finite": (5, np.inf, 0),
    "benchmark missing": (5, 100, None),
    "benchmark not a number": (5, 100, "c"),
    "benchmark below zero": (5, 100, -1),
    "count above denominator": (101, 100, 20),
    "benchmark above the whole": (5, 100, 101),
}


def test_a_bad_row_is_missing_with_its_reason_and_touches_no_other():
    good = (30, 100, 20)
    found = children_behind_gap(areas(good, *BAD.values(), good))
    assert found["value_note"].tolist() == ["", *BAD, ""]
    assert found[GAPS + PERCENTS].iloc[1:-1].isna().all(axis=None)
    assert found[GAPS + PERCENTS].iloc[[0, -1]].notna().all(axis=None)
    assert found["direction"].tolist() == ["fewer", *[""] * len(BAD), "fewer"]


@pytest.mark.parametrize("reason", BAD)
def test_strict_raises_the_reason(reason):
    with pytest.raises(SchemaError, match=reason):
        children_behind_gap(areas(BAD[reason]), strict=True)


def test_a_rate_may_be_above_the_whole():
    found = children_behind_gap(areas((130, 100, 120)), per=100, statistic="rate")
    assert found["value"].item() == pytest.approx(10)


def test_missing_limits_of_the_benchmark_leave_the_gap():
    table = areas(*[(30, 100, 20)] * 4, low=[18, None, 21, -1], high=[23, 23, 23, 23])
    found = children_behind_gap(table, benchmark_lower="low", benchmark_upper="high")
    outside = "no limits: benchmark outside its limits"
    below = "no limits: benchmark lower limit below zero"
    assert found["value_note"].tolist() == [
        "",
        "no limits: benchmark lower limit missing",
        outside,
        below,
    ]
    assert (found["value"] == 10).all()
    assert found["lower_ci"].notna().tolist() == [True, False, False, False]
    with pytest.raises(SchemaError, match="no limits: benchmark lower limit missing"):
        children_behind_gap(table, benchmark_lower="low", benchmark_upper="high", strict=True)


def test_groups_are_summed_against_one_benchmark():
    table = some_areas()
    found = children_behind_gap(table, by="area", polarity="low_is_good")
    sums = table.groupby("area", sort=False)[["count", "denominator"]].sum().reset_index()
    manual = children_behind_gap(sums.assign(benchmark_value=8.5), polarity="low_is_good")
    assert_frame_equal(found, manual, check_dtype=False)


def test_a_group_with_two_benchmarks_or_polarities_has_a_reason():
    table = areas(
        *[(30, 100, 20), (30, 100, 20), (30, 100, 20), (30, 100, 25), (30, 100, 20), (3, 9, None)],
        area=list("aabbcc"),
        good=["low_is_good", "high_is_good"] + ["low_is_good"] * 4,
    )
    found = children_behind_gap(table, by="area", polarity="good")
    assert found["value_note"].tolist() == [
        "polarity differs within the group",
        "benchmark differs within the group",
        "benchmark missing",
    ]
    assert found["value"].isna().all()
    assert found["benchmark_value"].isna().tolist() == [False, True, True]


def test_a_member_that_cannot_be_makes_its_group_missing():
    rows = [(30, 100, 20), (12, 10, 20), (30, 100, 20), (3, 0, 20), (30, 100, 20), (0, 0, 20)]
    found = children_behind_gap(areas(*rows, area=list("aabbcc")), by="area")
    reasons = ["count above denominator", "denominator not above zero", ""]
    assert found["value_note"].tolist() == reasons
    assert found["value"].isna().tolist() == [True, True, False]
    rates = children_behind_gap(areas(*rows, area=list("aabbcc")), by="area", statistic="rate")
    assert rates["value_note"].tolist() == ["", "denominator not above zero", ""]


def test_limits_of_the_benchmark_are_one_a_group_too():
    table = some_areas().assign(low=8, high=9.5)
    named = {"benchmark_lower": "low", "benchmark_upper": "high"}
    found = children_behind_gap(table, by="area", **named)
    assert found["lower_ci"].notna().all()
    differing = table.assign(low=np.linspace(7, 8, len(table)))
    found = children_behind_gap(differing, by="area", **named)
    assert (
        found["value_note"] == "no limits: benchmark lower limit differs within the group"
    ).all()
    assert found["value"].notna().all() and found["lower_ci"].isna().all()


@pytest.mark.parametrize("by", [None, "area"])
def test_an_empty_table_has_no_gaps(by):
    assert len(children_behind_gap(some_areas(0), by=by)) == 0


def test_nullable_columns_work():
    table = areas((30, 100, 20), (pd.NA, 100, 20))
    table = table.astype({"count": "Int64", "benchmark_value": "Float64"})
    found = children_behind_gap(table)
    assert found["value"].iloc[0] == 10 and found["value_note"].iloc[1] == "count missing"


def test_wrong_usage_of_the_gap_is_refused():
    table = some_areas().assign(low=8, high=9)
    with pytest.raises(UsageError, match="statistic"):
        children_behind_gap(table, statistic="mean")
    with pytest.raises(UsageError, match="polarity"):
        children_behind_gap(table, polarity="good")
    with pytest.raises(UsageError, match="per"):
        children_behind_gap(table, per=0)
    with pytest.raises(UsageError, match="benchmark_lower"):
        children_behind_gap(table, benchmark_lower="low")
    with pytest.raises(UsageError, match="one level"):
        children_behind_gap(
            table, benchmark_lower="low", benchmark_upper="high", confidence=(0.95, 0.998)
        )
    with pytest.raises(SchemaError, match="column england"):
        children_behind_gap(table, benchmark="england")
    with pytest.raises(UsageError, match="by"):
        children_behind_gap(table.assign(value=1), by="value")


# --- relative rate index --------------------------------------------------------------------------


def groups(**changes) -> pd.DataFrame:
    table = {
        "area": ["x"] * 3 + ["y"] * 3,
        "category": ["White", "Black", "Mixed"] * 2,
        "count": [120, 45, 30, 80, 22, 9],
        "denominator": [50_000, 8_000, 6_000, 30_000, 9_000, 2_000],
    }
    return pd.DataFrame(table | changes)


def index(**options):
    return relative_rate_index(groups(), by="area", **options)


def test_the_index_is_the_rate_ratio_to_the_reference_of_its_set():
    found = index(reference="White")
    pair = groups().assign(
        benchmark_count=[120] * 3 + [80] * 3, benchmark_denominator=[50_000] * 3 + [30_000] * 3
    )
    ratio = rate_ratio(pair)
    others = found["category"] != "White"
    assert_frame_equal(found.loc[others, INDEX], ratio.loc[others, INDEX])
    assert found["significant"][others].tolist() == ratio["significant"][others].tolist()
    assert found.loc[1, "value"] == pytest.approx((45 / 8000) / (120 / 50_000))
    assert found["statistic"].unique().tolist() == ["relative_rate_index"]
    assert found["method"].unique().tolist() == ["exact_conditional"]


def test_the_reference_is_one_without_limits_and_is_noted():
    found = index(reference="White", strict=True).query("category == 'White'")
    assert found["value"].tolist() == [1, 1]
    assert found[INDEX[1:]].isna().all(axis=None) and found["significant"].isna().all()
    assert found["value_note"].tolist() == ["reference group"] * 2
    assert found["reference_count"].tolist() == [120, 80]


def test_the_rest_is_all_other_groups_of_the_set():
    found = index()
    assert found["reference_count"].tolist() == [75, 150, 165, 31, 89, 102]
    assert found["reference_denominator"].iloc[0] == 14_000
    assert found["value"].iloc[0] == pytest.approx((120 / 50_000) / (75 / 14_000))
    pair = groups().assign(
        benchmark_count=found["reference_count"],
        benchmark_denominator=found["reference_denominator"],
    )
    assert_frame_equal(found[INDEX], rate_ratio(pair)[INDEX])


def test_without_sets_the_table_is_one_set():
    table = groups().iloc[:3]
    assert_frame_equal(relative_rate_index(table), index().iloc[:3])


def test_two_groups_are_each_other_s_rest():
    table = groups().iloc[:2]
    found = relative_rate_index(table)
    assert found["value"].iloc[0] == pytest.approx(1 / found["value"].iloc[1])
    named = relative_rate_index(table, reference="White")
    assert named[INDEX].iloc[1].tolist() == pytest.approx(found[INDEX].iloc[1].tolist())


def test_few_events_are_marked_but_computed():
    found = relative_rate_index(groups(count=[120, 4, 30, 3, 22, 9]), by="area", reference="White")
    few = "based on fewer than 5 events"
    assert found["value_note"].tolist() == ["reference group", few, "", "reference group", few, few]
    assert found["value"].notna().all()
    marked = groups(count=[120, 4, 30, 3, 22, 9])
    assert_frame_equal(
        relative_rate_index(marked, by="area", reference="White", strict=True), found
    )


def test_a_missing_group_has_its_reason_and_so_has_the_rest_of_its_set():
    found = relative_rate_index(groups(count=[None, 45, 30, 80, 22, 9]), by="area")
    other = "another group of its set cannot be computed"
    assert found["value_note"].tolist() == ["count missing", other, other, "", "", ""]
    named = relative_rate_index(
        groups(count=[None, 45, 30, 80, 22, 9]), by="area", reference="White"
    )
    assert named["value_note"].tolist()[:4] == [
        "count missing",
        "reference group cannot be computed",
        "reference group cannot be computed",
        "reference group",
    ]
    named = relative_rate_index(
        groups(count=[120, None, 30, 80, 22, 9]), by="area", reference="White"
    )
    assert named["value"].isna().tolist() == [False, True, False, False, False, False]
    with pytest.raises(SchemaError, match="count missing"):
        relative_rate_index(groups(count=[None, 4, 3, 8, 2, 9]), by="area", strict=True)


BAD_GROUPS = {
    "count missing": {"count": None},
    "count not a number": {"count": "c"},
    "count below zero": {"count": -1},
    "denominator missing": {"denominator": None},
    "denominator not above zero": {"denominator": 0},
    "denominator not finite": {"denominator": np.inf},
    "group missing": {"category": None},
}


@pytest.mark.parametrize("reason", BAD_GROUPS)
def test_a_bad_group_is_missing_with_its_reason(reason):
    table = groups().astype(object)
    for name, cell in BAD_GROUPS[reason].items():
        table.loc[1, name] = cell
    found = relative_rate_index(table, by="area", reference="White")
    assert found["value_note"].tolist()[:3] == ["reference group", reason, ""]
    assert found.loc[1, INDEX].isna().all()
    assert_frame_equal(found[INDEX].drop(index=1), index(reference="White")[INDEX].drop(index=1))


def test_a_group_that_stands_twice_is_missing():
    table = groups(category=["White", "Black", "Black", "White", "White", "Mixed"])
    found = relative_rate_index(table, by="area", reference="White")
    twice = "group repeated"
    cannot = "reference group cannot be computed"
    assert found["value_note"].tolist() == ["reference group", twice, twice, twice, twice, cannot]


def test_a_set_without_the_reference_has_a_reason():
    table = groups().drop(index=3)
    found = relative_rate_index(table, by="area", reference="White")
    assert found["value_note"].tolist()[3:] == ["no reference group in its set"] * 2
    assert found["value"].iloc[3:].isna().all() and found["value"].iloc[:3].notna().all()


def test_a_group_alone_has_no_rest():
    found = relative_rate_index(groups().iloc[[0, 3, 4]], by="area")
    note = "no other group with children in its set"
    assert found["value_note"].tolist() == [note, "", ""]


def test_a_group_without_children_adds_nothing_to_the_rest():
    table = groups(count=[120, 45, 0, 80, 22, 9])
    table.loc[2, "denominator"] = 0
    found = relative_rate_index(table, by="area")
    assert found["value_note"].tolist()[:3] == ["", "", "denominator not above zero"]
    assert found["reference_denominator"].iloc[0] == 8_000


def test_no_events_in_the_reference_leave_the_test():
    found = relative_rate_index(groups(count=[0, 45, 0, 80, 22, 9]), by="area", reference="White")
    assert found["value_note"].tolist()[:3] == ["no events to compare with"] * 3
    assert found["value"].iloc[:3].isna().all()
    assert found["significant"].iloc[1] and found["lower_ci"].iloc[1] > 1
    assert found["significant"].iloc[0] is pd.NA


def test_the_index_keeps_rows_columns_and_index():
    table = groups().assign(per=3, value_note="as published")
    table.index = [5, 5, 1, 1, 0, 0]
    before = table.copy()
    found = relative_rate_index(table, by="area", reference="White")
    assert_index_equal(found.index, table.index)
    assert_frame_equal(table, before)
    assert found["per"].tolist() == [3] * 6
    assert found["value_note"].iloc[0] == "as published; reference group"
    order = [3, 1, 5, 0, 4, 2]
    shuffled = relative_rate_index(table.iloc[order], by="area", reference="White")
    assert_frame_equal(shuffled, found.iloc[order])


def test_groups_may_be_categories_numbers_or_nullable():
    plain = index(reference="White")[INDEX]
    as_category = groups(category=pd.Categorical(groups()["category"]))
    assert_frame_equal(relative_rate_index(as_category, by="area", reference="White")[INDEX], plain)
    as_number = groups(category=pd.array([1, 2, 3] * 2, dtype="Int64"))
    assert_frame_equal(relative_rate_index(as_number, by="area", reference=1)[INDEX], plain)
    nullable = groups().astype({"count": "Int64", "denominator": "Float64"})
    assert_frame_equal(relative_rate_index(nullable, by="area", reference="White")[INDEX], plain)


def test_two_levels_give_both_limits_of_the_index():
    found = index(reference="White", confidence=(0.95, 0.998))
    assert {"lower_ci_95", "upper_ci_998", "significant_95", "significant_998"} <= set(found)
    assert (found["lower_ci_998"] <= found["lower_ci_95"]).sum() == 4


def test_stages_of_a_process_are_the_same_call():
    stages = groups().rename(columns={"count": "charged", "denominator": "stopped"})
    found = relative_rate_index(stages, "charged", "stopped", reference="White", by="area")
    assert found["value"].tolist() == index(reference="White")["value"].tolist()


def test_an_empty_table_has_no_index():
    for reference in ("rest", "White"):
        found = relative_rate_index(groups().iloc[:0], by="area", reference=reference)
        assert len(found) == 0 and "value_note" in found


def test_wrong_usage_of_the_index_is_refused():
    with pytest.raises(UsageError, match="Groups: White, Black, Mixed"):
        index(reference="white")
    with pytest.raises(UsageError, match="no group may be called"):
        relative_rate_index(groups(category=["rest", "a", "b"] * 2), by="area")
    with pytest.raises(TypeError):
        relative_rate_index(groups(), "count", "denominator", "category")
    with pytest.raises(SchemaError, match="column ethnicity"):
        relative_rate_index(groups(), group="ethnicity")
    with pytest.raises(UsageError, match="by"):
        relative_rate_index(groups().assign(value=1), by="value")
    with pytest.raises(UsageError, match="confidence"):
        index(confidence=2)
