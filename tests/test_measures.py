"""The verbs on tables: what they add, what they keep, and what they refuse."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_index_equal

from cyp_analysis import measures, methods
from cyp_analysis.errors import SchemaError, UsageError

PUBLISHED = Path(__file__).parent / "published"
ADDED = ["value", "lower_ci", "upper_ci", "statistic", "method", "value_note"]
VERBS = [measures.proportion, measures.rate]


def counts(count, denominator, **others) -> pd.DataFrame:
    return pd.DataFrame({"count": count, "denominator": denominator, **others})


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(PUBLISHED / f"{name}.csv")


def by_unit(name: str) -> list:
    """One pytest case for each multiplier and confidence in a file, which holds many rows."""
    groups = published(name).groupby(["multiplier", "confidence"])
    return [pytest.param(*key, rows, id=f"{key[0]}-{key[1]}") for key, rows in groups]


def assert_published(found: pd.DataFrame, rows: pd.DataFrame, multiplier: float) -> None:
    for ours, theirs in [("value", "value"), ("lower_ci", "lowercl"), ("upper_ci", "uppercl")]:
        expected = rows[f"expected_{theirs}"].to_numpy()
        assert found[ours].to_numpy() == pytest.approx(
            expected, rel=1e-12, abs=1e-15 * multiplier, nan_ok=True
        )
    assert found["method"].tolist() == rows["expected_method"].str.lower().fillna("").tolist()


# --- proportion and rate against published answers ------------------------------------------------


@pytest.mark.parametrize("multiplier, confidence, rows", by_unit("phe_proportion"))
def test_proportions_match_the_published_ones(multiplier, confidence, rows):
    found = measures.proportion(
        rows, count="x", denominator="n", per=multiplier, confidence=confidence
    )
    assert_published(found, rows, multiplier)


@pytest.mark.parametrize("multiplier, confidence, rows", by_unit("phe_rate"))
def test_rates_match_the_published_ones(multiplier, confidence, rows):
    found = measures.rate(rows, count="x", denominator="n", per=multiplier, confidence=confidence)
    assert_published(found, rows, multiplier)


def aggregation_cases() -> list:
    return [
        pytest.param(rows, id=case)
        for case, rows in published("grouped_aggregation").groupby("case_id")
    ]


@pytest.mark.parametrize("rows", aggregation_cases())
def test_sums_by_area_match_the_published_ones(rows):
    expected = rows.groupby("area", sort=False).first()
    for verb, name in [(measures.proportion, "percentage"), (measures.rate, "rate")]:
        found = verb(rows, count="x", denominator="n", by="area").set_index("area")
        value = name if verb is measures.proportion else "rate_per_10000"
        columns = {
            "x": "x_sum",
            "n": "n_sum",
            "value": value,
            "lower_ci": f"{name}_lowercl",
            "upper_ci": f"{name}_uppercl",
        }
        for ours, theirs in columns.items():
            assert found[ours].to_numpy() == pytest.approx(
                expected[f"expected_{theirs}"].to_numpy(), rel=1e-12, nan_ok=True
            )
    methods_found = found["method"].tolist()
    assert methods_found == expected["expected_rate_method"].str.lower().fillna("").tolist()


def test_printed_rates_per_10000():
    found = measures.rate(counts([312, 7], [47_850, 2_140]))
    assert found["value"].tolist() == pytest.approx([65.2037618, 32.7102804], abs=5.1e-8)
    assert found["lower_ci"].tolist() == pytest.approx([58.1684045, 13.1512292], abs=5.1e-8)
    assert found["upper_ci"].tolist() == pytest.approx([72.8554372, 67.3956793], abs=5.1e-8)
    assert found["method"].tolist() == ["byars", "exact"]


# --- what proportion and rate add and keep --------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_columns_are_added_and_all_others_kept(verb):
    df = counts([0, 12], [100, 100], area=["a", "b"], multiplier=[7, 7], per=[3, 3])
    df.index = pd.Index(["r1", "r2"], name="row")
    before = df.copy()
    found = verb(df)
    assert found.columns.tolist() == [*df.columns, *ADDED]
    assert_frame_equal(found[df.columns.tolist()], before)
    assert_frame_equal(df, before)
    assert found["value_note"].tolist() == ["", ""]
    types = [found[name].dtype for name in ("statistic", "method", "value_note")]
    assert types == ["category", "category", "str"]


def test_a_column_named_like_an_argument_changes_nothing():
    df = counts([20], [100])
    traps = df.assign(multiplier=7, per=7, confidence=0.5, by="x", count_=1, denominator_=1)
    for verb in VERBS:
        assert_frame_equal(verb(traps)[ADDED], verb(df)[ADDED])


def test_words_of_statistic_and_method():
    df = counts([5, 50], [100, 100])
    assert measures.proportion(df)["statistic"].tolist() == ["proportion"] * 2
    assert measures.proportion(df)["method"].tolist() == ["wilson"] * 2
    assert measures.rate(df)["statistic"].tolist() == ["crude_rate"] * 2
    assert measures.rate(df)["method"].tolist() == ["exact", "byars"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_count_of_zero_keeps_its_interval(verb):
    row = verb(counts([0], [250])).iloc[0]
    assert row["value"] == 0 and row["lower_ci"] == 0 and row["upper_ci"] > 0
    assert row["value_note"] == ""


@pytest.mark.parametrize("levels", [(0.95, 0.998), [95, 99.8]])
@pytest.mark.parametrize("verb", VERBS)
def test_two_levels_give_two_pairs_of_limits(verb, levels):
    df = counts([4, 40], [100, 100])
    found = verb(df, confidence=levels)
    names = ["lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998"]
    assert found.columns.tolist()[3:7] == names and "lower_ci" not in found
    for suffix, level in [("95", 0.95), ("998", 0.998)]:
        alone = verb(df, confidence=level)
        assert found[f"lower_ci_{suffix}"].tolist() == alone["lower_ci"].tolist()
        assert found[f"upper_ci_{suffix}"].tolist() == alone["upper_ci"].tolist()


REASONS = [
    (np.nan, 10, "count missing"),
    (3, np.nan, "denominator missing"),
    (np.nan, np.nan, "count missing"),
    (np.inf, 10, "count not finite"),
    (3, np.inf, "denominator not finite"),
    (-1, 10, "count below zero"),
    (3, 0, "denominator not above zero"),
    (0, 0, "denominator not above zero"),
    (3, -10, "denominator not above zero"),
]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("count, denominator, reason", REASONS)
def test_a_row_that_cannot_be_computed_is_missing_and_says_why(verb, count, denominator, reason):
    found = verb(counts([count, 5], [denominator, 50]))
    assert found.loc[0, ["value", "lower_ci", "upper_ci"]].isna().all()
    assert found["value_note"].tolist() == [reason, ""]
    assert found.loc[1, ["value", "lower_ci", "upper_ci"]].notna().all()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("count, denominator, reason", REASONS)
def test_strict_raises_instead(verb, count, denominator, reason):
    df = counts([5, count], [50, denominator]).set_axis(["first", "second"])
    with pytest.raises(SchemaError) as caught:
        verb(df, strict=True)
    assert str(caught.value) == (
        f"row second: every row can be computed; got: {reason} (1 such rows of 2). "
        "Mend the rows, or leave strict out and read value_note."
    )
    assert len(verb(df.iloc[:1], strict=True)) == 1


def test_more_events_than_people_is_a_rate_but_no_proportion():
    df = counts([12], [10])
    assert measures.rate(df, per=1)["value"].tolist() == [1.2]
    found = measures.proportion(df)
    assert found["value"].isna().all()
    assert found["value_note"].tolist() == ["count above denominator"]


def test_notes_that_a_table_came_with_are_kept_and_added_to():
    notes = ["suppressed (c)", "low reliability (u)", None, ""]
    df = counts([None, 5, None, 6], [10, 10, 10, 10], value_note=notes)
    df.index = [7, 7, 1, 0]
    assert measures.rate(df)["value_note"].tolist() == [
        "suppressed (c); count missing",
        "low reliability (u)",
        "count missing",
        "",
    ]
    assert df["value_note"].iloc[0] == "suppressed (c)"


# --- by -------------------------------------------------------------------------------------------


def test_one_group_is_summed_too():
    found = measures.rate(counts([3, 4], [100, 100], la=["x", "x"]), by=["la"])
    row = found[["la", "count", "denominator", "value"]].to_numpy().tolist()
    assert row == [["x", 7, 200, pytest.approx(350)]]
    assert found.columns.tolist() == ["la", "count", "denominator", *ADDED]


@pytest.mark.parametrize("column, reason", [("count", "count"), ("denominator", "denominator")])
def test_a_missing_member_makes_the_sum_missing(column, reason):
    df = counts([3, 4, 5], [100, 100, 100], la=["x", "x", "y"]).astype({column: float})
    df.loc[1, column] = np.nan
    found = measures.proportion(df, by="la")
    assert found["value_note"].tolist() == [f"{reason} missing", ""]
    assert found["value"].tolist() == pytest.approx([np.nan, 5], nan_ok=True)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "column, bad, reason",
    [
        ("count", -1, "below zero"),
        ("denominator", -1, "not above zero"),
        ("denominator", 0, "not above zero"),
        ("count", "c", "not a number"),
        ("denominator", "c", "not a number"),
    ],
)
def test_a_bad_member_makes_the_sum_missing_and_no_other(verb, column, bad, reason):
    df = counts([3, 4, 5], [100, 100, 100], la=["x", "x", "y"]).astype({column: object})
    df.loc[1, column] = bad
    found = verb(df, by="la")
    assert found["value_note"].tolist() == [f"{column} {reason}", ""]
    assert found[column].isna().tolist() == found["value"].isna().tolist() == [True, False]


def test_a_member_without_people_is_no_fault():
    found = measures.rate(counts([0, 4], [0, 100], la=["x", "x"]), by="la", per=100)
    assert found["value"].tolist() == [4]


def test_groups_keep_the_order_of_the_table_and_a_missing_name_is_a_group():
    df = counts([1, 2, 3, 4], [10] * 4, la=["z", None, "a", "z"], year=[1, 1, 1, 1])
    found = measures.rate(df, by=["la", "year"])
    assert found["la"].fillna("?").tolist() == ["z", "?", "a"]
    assert found["count"].tolist() == [5, 2, 3]


def test_notes_of_the_members_are_joined_once_each():
    notes = ["p", "p", "q", "", "only"]
    df = counts([1, 2, 3, 4, None], [10] * 5, la=list("xxxyz"), value_note=notes)
    assert measures.rate(df, by="la")["value_note"].tolist() == ["p; q", "", "only; count missing"]


def test_unused_categories_give_no_rows():
    df = counts([1, 2], [10, 10], la=pd.Categorical(["x", "x"], categories=["x", "y"]))
    assert measures.rate(df, by="la")["count"].tolist() == [3]


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("taken", ADDED[:-1])
def test_a_column_of_the_same_name_gives_way_and_changes_nothing(verb, taken):
    plain, df = counts([1, 20], [200, 90]), counts([1, 20], [200, 90]).assign(**{taken: [7, 8]})
    before = df.copy()
    assert_frame_equal(verb(df), verb(plain))
    assert_frame_equal(df, before)


@pytest.mark.parametrize("verb", VERBS)
def test_the_same_call_on_its_own_result_gives_the_same(verb):
    once = verb(counts([1, 20, None], [200, 90, 10])).drop(columns="value_note")
    assert_frame_equal(verb(once).drop(columns="value_note"), once)


def test_the_counts_may_stand_in_a_column_called_value():
    df = counts([1], [2]).rename(columns={"count": "value"})
    found = measures.rate(df, count="value", per=10)
    assert found["value"].tolist() == [5.0] and df["value"].tolist() == [1]


def test_a_column_that_summing_drops_may_have_any_name():
    df = counts([1, 2], [10, 10], la=["x", "x"], value=[9, 9])
    assert measures.rate(df, by="la", per=10)["value"].tolist() == [1.5]


def test_a_missing_column_is_named():
    with pytest.raises(SchemaError) as caught:
        measures.rate(counts([1], [2]), count="cla")
    assert str(caught.value) == (
        "column cla: stands in the table once; got: 0 times; columns: count, denominator. "
        "Name a column of the table."
    )


def test_a_column_that_is_there_twice_is_refused():
    df = pd.DataFrame([[1, 2, 3]], columns=["count", "count", "denominator"])
    with pytest.raises(SchemaError, match="^column count: stands in the table once; got: 2 times"):
        measures.rate(df)


@pytest.mark.parametrize("verb", VERBS)
def test_text_that_is_no_number_costs_its_own_row_only(verb):
    df = counts(["5", "c", "x", None, 7, True], [10, 10, "low", 10, "12", 10])
    found = verb(df)
    assert found["value_note"].tolist() == [
        "",
        "count not a number",
        "count not a number",
        "count missing",
        "",
        "count not a number",
    ]
    assert found["value"].notna().tolist() == [True, False, False, False, True, False]
    with pytest.raises(SchemaError, match=r"^row 1: .*got: count not a number \(4 such rows"):
        verb(df, strict=True)


@pytest.mark.parametrize("dtype", ["object", "str"])
def test_blank_text_is_missing_and_a_symbol_is_no_number(dtype):
    df = counts(pd.Series(["", "  ", "c", " 7 "], dtype=dtype), 10)
    found = measures.rate(df, per=10)
    assert found["value_note"].tolist() == [*["count missing"] * 2, "count not a number", ""]
    assert found["value"].tolist() == pytest.approx([np.nan] * 3 + [7], nan_ok=True)


@pytest.mark.parametrize("column", [pd.Series([pd.Timestamp("2024")]), pd.Series([True])])
def test_dates_are_no_counts_nor_are_true_and_false(column):
    with pytest.raises(SchemaError, match="^column count: holds numbers.*got: (datetime64|bool)"):
        measures.rate(counts(column, [10]))


@pytest.mark.parametrize("dtype", ["Int64", "float64", "object", "str", "category"])
def test_numbers_of_any_type_are_read(dtype):
    df = counts(pd.array([5, 20], dtype="Int64").astype(dtype), [100, 100])
    assert measures.proportion(df)["value"].tolist() == [5, 20]
    missing = counts(pd.Series([5, None], dtype="Int64"), [100, 100])
    assert measures.proportion(missing)["value_note"].tolist() == ["", "count missing"]


@pytest.mark.parametrize("unit", [0, -1, np.nan, np.inf, "100", True, None])
def test_a_unit_must_be_a_number_above_zero(unit):
    with pytest.raises(UsageError, match=r"^per: is a number above zero; got: "):
        measures.rate(counts([1], [2]), per=unit)
    with pytest.raises(UsageError, match=r"^per: is a number above zero; got: "):
        measures.proportion(counts([1], [2]), per=unit)


@pytest.mark.parametrize("levels", [0.5, (0.95, 0.5), "high", "0.95", True])
def test_a_level_out_of_range_is_refused(levels):
    with pytest.raises(UsageError, match="^confidence: a level is 0.9 to 1, or 90 to 100"):
        measures.rate(counts([1], [2]), confidence=levels)


@pytest.mark.parametrize("levels", [(), (0.95, 95)])
def test_levels_must_differ(levels):
    with pytest.raises(UsageError, match="^confidence: is one level, or several that differ"):
        measures.rate(counts([1], [2]), confidence=levels)


@pytest.mark.parametrize(
    "by, error, message",
    [
        ([], UsageError, "^by: names one column or a list of columns"),
        (7, UsageError, "^by: names one column or a list of columns; got: 7"),
        ([7], UsageError, "^by: names one column or a list"),
        (np.nan, UsageError, "^by: names one column or a list"),
        ((name for name in ["count"]), UsageError, "^by: names one column or a list"),
        (["count"], UsageError, "^by: names other columns than those that are summed"),
        (["la"], SchemaError, "^column la: stands in the table once; got: 0 times"),
    ],
)
def test_groups_that_cannot_be_are_refused(by, error, message):
    with pytest.raises(error, match=message):
        measures.rate(counts([1], [2]), by=by)


@pytest.mark.parametrize(
    "table, name, message",
    [
        (
            counts([1], [2]).groupby("count"),
            "count",
            "^table: is a pandas DataFrame.*name the groups",
        ),
        ({"count": [1]}, "count", "^table: is a pandas DataFrame; got: dict"),
        (counts([1], [2]), ["count"], "^column: is named by text; got: .'count'."),
    ],
)
def test_what_is_no_table_or_no_name_is_refused(table, name, message):
    with pytest.raises(UsageError, match=message):
        measures.rate(table, count=name)


def test_cells_that_cannot_name_a_group_are_refused():
    df = counts([1, 2], [10, 10], la=[[1], [2]])
    with pytest.raises(SchemaError, match="^column la: holds text, numbers or dates"):
        measures.rate(df, by="la")


def test_a_group_named_twice_is_named_once():
    df = counts([1, 2], [10, 10], la=["x", "x"])
    assert_frame_equal(measures.rate(df, by=["la", "la"]), measures.rate(df, by="la"))


@pytest.mark.parametrize("verb, taken", [(measures.rate, "value"), (measures.proportion, "method")])
def test_a_group_may_not_be_called_as_the_result_is(verb, taken):
    df = counts([1, 2], [10, 10]).assign(**{taken: ["x", "y"]})
    with pytest.raises(UsageError, match=f"^by: names no column that is added.*got: {taken}"):
        verb(df, by=taken)


def test_decimals_are_numbers_and_a_number_beyond_all_counting_is_not_finite():
    found = measures.rate(counts([Decimal(5), 10**400, Fraction(1, 2)], [Decimal(10)] * 3), per=10)
    assert found["value"].tolist() == pytest.approx([5, np.nan, 0.5], nan_ok=True)
    assert found["value_note"].tolist() == ["", "count not finite", ""]
    huge = measures.rate(counts([1e300, 3.0], [1.0, 1e200]))
    assert huge["value_note"].tolist() == ["count not finite", "denominator not finite"]


def test_complex_numbers_are_no_counts():
    with pytest.raises(SchemaError, match="^column count: holds numbers.*got: complex"):
        measures.rate(counts([1 + 2j], [10]))


@pytest.mark.parametrize("verb", VERBS)
def test_reasons_are_right_in_a_table_of_many_blocks(verb):
    df = counts(np.full(100_000, 5.0), 50.0).astype({"count": object})
    bad = {3: "x", 4: -1, 40_000: None, 70_000: "c", 99_999: np.inf}
    df.loc[list(bad), "count"] = pd.Series(bad, dtype=object)
    assert verb(df)["value_note"].loc[list(bad)].tolist() == [
        "count not a number",
        "count below zero",
        "count missing",
        "count not a number",
        "count not finite",
    ]


def test_a_note_may_hold_a_line_break_and_a_reason_is_told_once():
    df = counts([-1.0, 5], 10.0, value_note=["one\ntwo", "a"])
    once = measures.rate(df)
    assert once["value_note"].tolist() == ["one\ntwo; count below zero", "a"]
    assert measures.rate(once)["value_note"].tolist() == once["value_note"].tolist()


# --- compare --------------------------------------------------------------------------------------


def benchmarked(**others) -> pd.DataFrame:
    """Four areas round a benchmark of 17, the last without a benchmark."""
    return pd.DataFrame(
        {
            "value": [14.0, 18.0, 17.5, 17.0],
            "lower_ci": [13.75, 17.2, 16.9, 16.9],
            "upper_ci": [14.26, 19.1, 18.2, 17.1],
            "benchmark_value": [17.0, 17.0, 17.0, np.nan],
            **others,
        },
        index=[4, 3, 2, 2],
    )


def test_compare_adds_the_neutral_and_the_judged_word():
    df = benchmarked()
    before = df.copy()
    found = measures.compare(df, polarity="low_is_good")
    assert found.columns.tolist() == [*df.columns, "side", "outcome", "value_note"]
    assert found["side"].tolist() == ["lower", "higher", "similar", "not_compared"]
    assert found["outcome"].tolist() == ["better", "worse", "similar", "not_compared"]
    assert_frame_equal(df, before)
    assert_frame_equal(found[df.columns.tolist()], before)


POLARITY = {"high_good": "high_is_good", "low_good": "low_is_good", "none": "no_judgement"}
BENCHMARK_COLUMNS = {
    "lower95": "lower_ci_95",
    "upper95": "upper_ci_95",
    "lower99_8": "lower_ci_998",
    "upper99_8": "upper_ci_998",
    "benchmark_lower95": "benchmark_lower_ci_95",
    "benchmark_upper95": "benchmark_upper_ci_95",
}


def benchmark_cases() -> list:
    """One pytest case for each method, level and unit in the file, which holds many rows."""
    table = published("compare_benchmark").rename(columns=BENCHMARK_COLUMNS)
    groups = table.groupby(["method", "confidence", "unit"], dropna=False)
    return [pytest.param(*key, rows, id="-".join(map(str, key))) for key, rows in groups]


@pytest.mark.parametrize("method, confidence, unit, rows", benchmark_cases())
def test_compare_matches_the_published_outcomes(method, confidence, unit, rows):
    df = rows.assign(polarity=rows["polarity"].map(POLARITY))
    goal = {"goal": "goal_lower"} if method.startswith("goal_single") else {}
    level = {"confidence": confidence} if method.startswith("spc") else {}
    found = measures.compare(df, "polarity", method, per=unit, **level, **goal)
    assert found["outcome"].tolist() == rows["expected_outcome"].tolist()


def test_compare_without_judgement_never_says_better():
    found = measures.compare(benchmarked())
    assert found["outcome"].tolist() == found["side"].tolist()


def test_compare_with_named_columns_and_a_polarity_for_each_row():
    words = ["low_is_good", "high_is_good", "no_judgement", "low_is_good"]
    df = benchmarked(polarity=words).rename(
        columns={"value": "v", "lower_ci": "l", "upper_ci": "u"}
    )
    found = measures.compare(df, value="v", lower="l", upper="u", benchmark=17, polarity="polarity")
    assert found["outcome"].tolist() == ["better", "better", "similar", "similar"]


def test_a_row_without_a_polarity_is_not_judged():
    words = ["low_is_good", None, "RAG - High is good", np.nan]
    found = measures.compare(benchmarked(polarity=words), polarity="polarity")
    assert found["outcome"].tolist() == ["better", "higher", "similar", "not_compared"]


def test_compare_finds_the_limits_of_a_call_with_two_levels():
    df = measures.rate(counts([20, 60, 95], [1_000] * 3), per=1_000, confidence=(0.95, 0.998))
    df["benchmark_value"] = 70.0
    found = measures.compare(df, "high_is_good", "ci_overlap_95_998")
    assert found["side"].tolist() == ["lowest", "similar", "higher"]
    assert measures.compare(df)["side"].tolist() == ["lower", "similar", "higher"]


def test_compare_with_control_limits_uses_unit_and_level():
    # Printed in the tests of the profiles' website: similar at 99.8%, worse at 95%.
    df = pd.DataFrame({"value": [4.15152], "denominator": [409_489], "benchmark_value": [2.13271]})
    options = {"polarity": "low_is_good", "method": "spc_rate", "per": 100_000}
    assert measures.compare(df, **options)["outcome"].tolist() == ["worse"]
    assert measures.compare(df, confidence=99.8, **options)["outcome"].tolist() == ["similar"]


def test_compare_with_a_goal():
    found = measures.compare(benchmarked(), "low_is_good", "goal_single", goal=17.5)
    assert found["outcome"].tolist() == ["better", "worse", "better", "better"]


@pytest.mark.parametrize(
    "options, error, message",
    [
        ({"method": "eyeball"}, UsageError, "^method: one of ci_overlap_95"),
        ({"goal": 3}, UsageError, "^comparison method ci_overlap_95: needs value, lower, upper"),
        ({"polarity": "good"}, UsageError, "^polarity: a column of the table, or one of"),
        ({"polarity": "words"}, UsageError, "^polarity: one of high_is_good"),
        ({"value": "worth"}, SchemaError, "^column worth: stands in the table once"),
        ({"per": 0}, UsageError, "^per: is a number above zero"),
        ({"polarity": ["low_is_good"]}, UsageError, "^column: is named by text"),
        ({"confidence": 0.5}, UsageError, "^confidence: a level is 0.9 to 1"),
        ({"by": "words"}, UsageError, "^by: serves the methods that sort areas: quintiles"),
    ],
)
def test_compare_refuses(options, error, message):
    with pytest.raises(error, match=message):
        measures.compare(benchmarked(words="fine"), **options)


def test_compare_again_gives_the_new_words():
    again = measures.compare(benchmarked(outcome="better", side="lower"), "low_is_good")
    assert_frame_equal(again, measures.compare(benchmarked(), "low_is_good"), check_like=True)


# --- fifths and quarters --------------------------------------------------------------------------


@pytest.mark.parametrize("number", [4, 5])
def test_categories_match_the_published_ones(number):
    rows = published("fingertips_value_categories").query("ncategories == @number")
    rows = rows.assign(polarity=rows["polarity"].map(POLARITY))
    found = measures.value_categories(rows, "value", number, "polarity", by="case_id")
    assert found["category"].to_numpy() == pytest.approx(
        rows["expected_category"].to_numpy(dtype=float), nan_ok=True
    )
    for place in range(1, 4):
        bounds = rows[f"expected_bound{place}"].to_numpy()
        assert found[f"bound_{place}"].to_numpy() == pytest.approx(bounds, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("number", [0, 1, 2.5, "x", None])
def test_categories_are_a_whole_number_from_two(number):
    with pytest.raises(UsageError, match="^number: is a whole number from 2"):
        measures.value_categories(pd.DataFrame({"value": [1.0, 2.0]}), number=number)


def test_compare_says_why_a_row_is_not_compared():
    df = benchmarked().assign(value=[14.0, None, "c", np.inf])
    found = measures.compare(df.assign(benchmark_value=[np.nan, 17, 17, 17]))
    assert found["value_note"].tolist() == [
        "benchmark missing",
        "value missing",
        "value not a number",
        "value not finite",
    ]
    assert set(found["outcome"]) == {"not_compared"}
    with pytest.raises(SchemaError, match="^row 4: .*benchmark missing"):
        measures.compare(df.assign(benchmark_value=[np.nan, 17, 17, 17]), strict=True)
    goal = measures.compare(benchmarked(), method="goal_single", goal=17)
    assert set(goal["value_note"]) == {"goal without a polarity"}


def test_control_limits_take_rates_per_10000_unless_told():
    df = measures.rate(counts([40, 60], [10_000, 10_000])).assign(benchmark_value=40.0)
    found = measures.compare(df, method="spc_rate")
    assert found["side"].tolist() == ["similar", "higher"]


def test_a_set_with_too_few_values_has_no_categories():
    df = pd.DataFrame({"set": list("aaaaabbb"), "value": [5, 1, 4, 2, 3, 1, None, "x"]})
    found = measures.value_categories(df, by="set")
    assert found["category"].tolist()[:5] == [5, 1, 4, 2, 3]
    assert found["value_note"].tolist()[5:] == [
        "fewer than 5 values",
        "value missing",
        "value not a number",
    ]
    with pytest.raises(SchemaError, match="^row 5: .*fewer than 5 values"):
        measures.value_categories(df, by="set", strict=True)


@pytest.mark.parametrize(
    "polarity, expected",
    [
        ("no_judgement", ["lowest", "low", "middle", "high", "highest"]),
        ("high_is_good", ["worst", "worse", "middle", "better", "best"]),
        ("low_is_good", ["best", "better", "middle", "worse", "worst"]),
    ],
)
@pytest.mark.parametrize("method", ["quintiles", "quintiles_ntile"])
def test_fifths_have_words(method, polarity, expected):
    df = pd.DataFrame({"set": [1, 2] * 5, "value": [10, 1, 20, 2, 30, 3, 40, 4, 50, 5]})
    found = measures.compare(df, polarity, method, by="set")
    assert found["outcome"].tolist() == [word for word in expected for _ in range(2)]
    assert found["side"].tolist()[::2] == ["lowest", "low", "middle", "high", "highest"]
    one = measures.compare(df.head(4), polarity, method)
    assert one["outcome"].tolist() == ["not_compared"] * 4


def test_quarters_have_words():
    df = pd.DataFrame({"value": [1.0, 2, 3, 4, np.nan]})
    found = measures.compare(df, "low_is_good", "quartiles")
    assert found["outcome"].tolist() == ["best", "better", "worse", "worst", "not_compared"]
    with pytest.raises(UsageError, match="^comparison method quartiles: needs value and no others"):
        measures.compare(df, method="quartiles", benchmark=3)


def test_even_fifths_put_the_larger_ones_first_and_keep_the_order_of_ties():
    values = [7, 1, 2, 3, 3, 5, 6]
    assert methods.ntile_categories(values).tolist() == [5, 1, 1, 2, 2, 3, 4]
    assert methods.ntile_categories([1, np.nan]).tolist() == pytest.approx(
        [np.nan] * 2, nan_ok=True
    )


def test_below_last_years_benchmark_is_worse_whatever_the_polarity():
    df = pd.DataFrame({"value": [1.0, 2.0, 3.0, np.nan]})
    found = measures.compare(df, "low_is_good", "goal_last_year", goal=2)
    assert found["outcome"].tolist() == ["worse", "better", "better", "not_compared"]


# --- rank and targets -----------------------------------------------------------------------------


def test_rank_with_ties_missing_values_and_groups():
    df = pd.DataFrame(
        {"region": list("aaaabb"), "value": [3.0, 5.0, 5.0, np.nan, 1.0, 2.0]}, index=list("uvwxyz")
    )
    before = df.copy()
    found = measures.rank(df, value="value", by=["region"])
    assert found["rank"].tolist() == pytest.approx([3, 1, 1, np.nan, 2, 1], nan_ok=True)
    assert found["rank_of"].tolist() == [3, 3, 3, 3, 2, 2]
    assert found["rank_tied"].tolist() == [False, True, True, False, False, False]
    assert_frame_equal(df, before)
    assert_index_equal(found.index, df.index)
    whole = measures.rank(df)
    assert whole["rank"].tolist() == pytest.approx([3, 1, 1, np.nan, 5, 4], nan_ok=True)


@given(st.lists(st.integers(0, 9) | st.just(np.nan), max_size=30))
def test_rank_of_a_table_is_rank_of_an_array(values):
    rank, n, tied = methods.rank_highest_first(values)
    found = measures.rank(pd.DataFrame({"value": pd.Series(values, dtype=float)}))
    assert found["rank"].to_numpy() == pytest.approx(rank, nan_ok=True)
    assert (found["rank_of"] == n).all()
    assert found["rank_tied"].tolist() == tied.tolist()


def test_target_variance_and_target_met():
    df = pd.DataFrame(
        {
            "latest": [86, 70, 13.6, 11, 5, np.nan],
            "target_value": [80, 80, 15.6, np.nan, 0, 10],
            "polarity": ["high_is_good"] * 2 + ["low_is_good"] * 3 + ["high_is_good"],
        }
    )
    before = df.copy()
    found = measures.target_variance(df, value="latest", polarity="polarity")
    assert found["target_variance"].round(1).tolist() == pytest.approx(
        [7.5, -12.5, -12.8, np.nan, np.nan, np.nan], nan_ok=True
    )
    assert found["target_met"].tolist() == ["met", "not_met", "met", np.nan, "not_met", np.nan]
    assert_frame_equal(df, before)
    plain = measures.target_variance(df, value="latest")
    assert plain["target_met"].isna().all()
    assert_frame_equal(measures.target_variance(found, value="latest", polarity="polarity"), found)


# --- recent trend ---------------------------------------------------------------------------------

TREND_COLUMNS = {
    "proportion": {"count": "numerator", "denominator": "denominator"},
    "other": {"value": "value", "lower": "lower_cl", "upper": "upper_cl"},
}


def trend_cases() -> list:
    table = published("assign_trend_markers")
    found = []
    for kind, rows in table.groupby("value_type"):
        options = {"by": "case_id", "period": "year", "value_type": kind}
        trends = measures.recent_trend(rows, **options, **TREND_COLUMNS[kind])
        expected = rows.groupby("case_id", sort=False).first().reset_index()
        found += zip(trends.itertuples(), expected.itertuples(), strict=True)
    return [pytest.param(ours, theirs, id=theirs.case_id) for ours, theirs in found]


@pytest.mark.parametrize("found, expected", trend_cases())
def test_trends_match_the_published_ones(found, expected):
    assert found.case_id == expected.case_id
    assert found.recent_trend == expected.expected_recent_trend.lower().replace(" ", "_")
    assert found.reason == expected.expected_reason
    tolerance = {"abs": 5.1e-5} if expected.source == "published" else {"rel": 1e-6}
    if not np.isnan(expected.expected_chi2):
        assert found.chi2 == pytest.approx(expected.expected_chi2, **tolerance)
        assert found.slope == pytest.approx(expected.expected_slope, **tolerance)
    if found.recent_trend == "cannot_be_calculated":
        assert np.isnan(found.chi2) and np.isnan(found.slope)


@pytest.mark.parametrize("kind", ["proportion", "crude_rate", "other"])
def test_figures_of_the_other_kind_of_test_are_not_read(kind):
    every = {**TREND_COLUMNS["proportion"], **TREND_COLUMNS["other"]}
    rows = published("recent_trend_polarity").query("value_type == @kind")
    own = TREND_COLUMNS["proportion" if kind == "proportion" else "other"]
    found, expected = (
        measures.recent_trend(rows, "year", by="case_id", value_type=kind, **columns)
        for columns in (every, own)
    )
    assert_frame_equal(found, expected)


@pytest.mark.parametrize("kind", ["proportion", "crude_rate", "other"])
def test_trends_with_polarity_match_the_published_ones(kind):
    rows = published("recent_trend_polarity").query("value_type == @kind")
    rows = rows.assign(polarity=rows["polarity"].map(POLARITY))
    columns = TREND_COLUMNS["proportion" if kind == "proportion" else "other"]
    found = measures.recent_trend(
        rows, "year", "polarity", by="case_id", value_type=kind, **columns
    )
    expected = rows.groupby("case_id", sort=False).first()
    words = expected["expected_recent_trend"].str.lower().str.replace(" ", "_")
    assert found["recent_trend"].tolist() == words.tolist()
    chi2 = expected["expected_chi2"].to_numpy()
    assert found["chi2"].to_numpy() == pytest.approx(chi2, rel=1e-9, nan_ok=True)


POINTS = pd.DataFrame(
    {
        "area": "x",
        "year": range(2014, 2019),
        "count": [994, 1023, 1199, 1332, 1367],
        "denominator": [40_299, 41_527, 42_811, 44_064, 44_701],
        "value": [24.67, 24.6, 28, 30.2, 30.6],
        "lower_ci": [23.16, 23.15, 26.44, 28.63, 28.98],
        "upper_ci": [26.25, 26.19, 29.64, 31.9, 32.25],
    }
)


def one_trend(df: pd.DataFrame, **options) -> pd.Series:
    return measures.recent_trend(df, by="area", period="year", **options).iloc[0]


def test_the_printed_example_both_ways():
    weighted = one_trend(POINTS, polarity="low_is_good")
    assert weighted["recent_trend"] == "increasing_and_getting_worse"
    assert weighted["chi2"] == pytest.approx(46.7636, abs=5e-5)
    assert weighted["n_points"] == 5
    proportion = one_trend(POINTS, value_type="proportion", polarity="high_is_good")
    assert proportion["recent_trend"] == "increasing_and_getting_better"
    assert proportion["chi2"] == pytest.approx(47.897, abs=5e-4)


def test_dates_give_the_same_trend_as_years_whatever_the_order_of_rows():
    dated = POINTS.assign(year=pd.to_datetime(POINTS["year"].astype(str) + "-03-31"))
    expected = one_trend(POINTS)
    assert one_trend(dated).tolist() == expected.tolist()
    assert one_trend(POINTS.iloc[[3, 0, 4, 1, 2]]).tolist() == expected.tolist()


@pytest.mark.parametrize("kind", ["python", "timestamp[ns][pyarrow]"])
def test_dates_of_every_type_are_years(kind):
    dates = pd.Series([date(year, 3, 31) for year in POINTS["year"]])
    dates = dates if kind == "python" else pd.to_datetime(dates).astype(kind)
    assert one_trend(POINTS.assign(year=dates)).tolist() == one_trend(POINTS).tolist()


def test_a_fraction_of_a_year_is_no_period():
    found = one_trend(POINTS.assign(year=[2014.5, 2015, 2016, 2017, 2018]))
    assert found["reason"] == "Period neither a whole year nor a date"


def test_only_the_latest_five_points_count():
    early = POINTS.head(2).assign(year=[2012, 2013], value=np.nan, lower_ci=np.nan)
    found = one_trend(pd.concat([early, POINTS]))
    assert found.drop("n_points").tolist() == one_trend(POINTS).drop("n_points").tolist()
    assert found["n_points"] == 7


def test_limits_are_found_under_the_names_of_the_indicator_table():
    renamed = POINTS.rename(columns={"lower_ci": "lower_ci_95", "upper_ci": "upper_ci_95"})
    assert one_trend(renamed).tolist() == one_trend(POINTS).tolist()


def test_each_series_has_its_own_row_in_order_of_appearance():
    falling = POINTS.assign(area="a", year=POINTS["year"].to_numpy()[::-1], polarity="low_is_good")
    short = POINTS.head(4).assign(area="b", polarity="low_is_good")
    df = pd.concat([POINTS.assign(polarity="no_judgement"), falling, short])
    before = df.copy()
    found = measures.recent_trend(df, by=["area"], period="year", polarity="polarity")
    assert found["area"].tolist() == ["x", "a", "b"]
    assert found["recent_trend"].tolist() == [
        "increasing",
        "decreasing_and_getting_better",
        "cannot_be_calculated",
    ]
    assert found["reason"].tolist()[-1] == "Not enough data points"
    assert found["n_points"].tolist() == [5, 5, 4]
    assert_frame_equal(df, before)


@pytest.mark.parametrize(
    "column, point, value, kind, reason",
    [
        ("value", 2, np.nan, "other", "Missing values"),
        ("lower_ci", 2, np.nan, "other", "Missing at least one confidence interval value"),
        ("upper_ci", 0, 23.16, "other", "Confidence interval without width"),
        ("count", 4, np.nan, "proportion", "Missing values"),
        ("denominator", 4, np.nan, "proportion", "Missing values"),
        ("count", 0, 40_299, "proportion", "Count not between zero and the denominator"),
        ("count", 0, 0, "proportion", "Count not between zero and the denominator"),
        ("year", 1, 2014, "other", "Duplicate years in group"),
    ],
)
def test_why_a_trend_cannot_be_calculated(column, point, value, kind, reason):
    df = POINTS.astype({column: float})
    df.loc[point, column] = value
    found = one_trend(df, value_type=kind)
    assert (found["recent_trend"], found["reason"]) == ("cannot_be_calculated", reason)
    assert np.isnan(found["chi2"]) and np.isnan(found["slope"])


def test_two_dates_in_one_year_are_duplicates():
    days = ["2014-03-31", "2014-09-30", "2015-03-31", "2015-09-30", "2016-03-31"]
    found = one_trend(POINTS.assign(year=pd.to_datetime(days)))
    assert found["reason"] == "Duplicate years in group"


@pytest.mark.parametrize(
    "options, message",
    [
        ({"value_type": "share"}, "^value_type: one of proportion, other, rate, crude_rate"),
        ({"count": "count"}, "^recent_trend: .*got: value_type='other' with count"),
        ({"variant": "nhs"}, "^variant: one of phe, fingertips"),
        ({"polarity": "good"}, "^polarity: a column of the table, or one of"),
    ],
)
def test_recent_trend_refuses(options, message):
    with pytest.raises(UsageError, match=message):
        one_trend(POINTS, **options)


@pytest.mark.parametrize("years", [list("abcde"), [2014, None, 2016, 2017, 2018]])
def test_a_period_that_is_no_year_costs_its_own_series_only(years):
    bad, good = POINTS.assign(area="bad", year=years), POINTS
    found = measures.recent_trend(pd.concat([bad, good]), by="area", period="year")
    assert found["reason"].iloc[0] == "Period neither a whole year nor a date"
    assert found["recent_trend"].tolist() == ["cannot_be_calculated", "increasing"]


def test_a_trend_of_one_series_needs_no_groups():
    found = measures.recent_trend(POINTS, period="year")
    assert found["recent_trend"].tolist() == ["increasing"] and "area" not in found


def test_strict_refuses_a_series_without_a_trend():
    with pytest.raises(
        SchemaError, match="^series 0: .*got: Not enough data points .1 such series"
    ):
        one_trend(POINTS.head(4), strict=True)
    assert one_trend(POINTS, strict=True)["reason"] == "No outliers and significant trend"


def test_recent_trend_refuses_to_overwrite_a_key():
    df = POINTS.rename(columns={"area": "reason"})
    with pytest.raises(UsageError, match="^by: names no column that is added.*got: reason"):
        measures.recent_trend(df, by="reason", period="year")


# --- laws of every verb ---------------------------------------------------------------------------


def everything(df: pd.DataFrame) -> list[pd.DataFrame]:
    rated = measures.rate(df).assign(benchmark_value=500.0, target_value=500.0)
    return [
        measures.proportion(df),
        rated,
        measures.compare(rated),
        measures.rank(rated),
        measures.target_variance(rated),
    ]


def test_an_empty_table_gives_an_empty_table_with_the_columns():
    empty = counts([1.0], [2.0], la=["x"]).iloc[:0]
    for found in everything(empty):
        assert found.empty and len(found.columns) > len(empty.columns)
    assert measures.rate(empty, by="la").columns.tolist()[0] == "la"
    assert measures.recent_trend(POINTS.iloc[:0], by="area", period="year").empty


possible = st.none() | st.integers(-2, 500) | st.floats(0.1, 500)


@given(st.lists(st.tuples(possible, possible, st.integers(0, 3)), max_size=12))
def test_input_and_index_are_kept_and_limits_hold_the_value(rows):
    df = pd.DataFrame(rows, columns=["count", "denominator", "index"]).set_index("index")
    df = df.astype(float)
    before = df.copy()
    for found in everything(df):
        assert_index_equal(found.index, before.index)
        known = found.dropna(subset="value")
        assert (known["lower_ci"] <= known["value"] * (1 + 1e-12)).all()
        assert (known["value"] <= known["upper_ci"] * (1 + 1e-12)).all()
        unknown = found["value"].isna()
        assert ((found["value_note"] != "") == unknown).all()
    assert_frame_equal(df, before)


@pytest.mark.parametrize("polarity, labels", [("no_judgement", 4), ("low_is_good", 8)])
def test_labels_that_cannot_occur_are_not_counted(polarity, labels):
    assert (
        len(measures.recent_trend(POINTS, "year", polarity)["recent_trend"].cat.categories)
        == labels
    )


def test_recent_trend_columns_have_their_types():
    for df in (POINTS, POINTS.iloc[:0]):
        found = measures.recent_trend(df, by="area", period="year")
        assert [found[name].dtype for name in ("recent_trend", "reason")] == ["category", "str"]
        assert [found[name].dtype.kind for name in ("chi2", "slope", "n_points")] == list("ffi")
