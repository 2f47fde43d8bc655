"""Comparison with a benchmark or a goal, and categories by value, against published rules."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cyp_analysis.errors import UsageError
from cyp_analysis.methods import (
    METHODS,
    compare,
    needed_figures,
    outcome_words,
    value_categories,
)
from cyp_analysis.methods.comparison import check_polarity

PUBLISHED = Path(__file__).parent / "published"
POLARITY = {"high_good": "high_is_good", "low_good": "low_is_good", "none": "no_judgement"}
# Our names of figures → columns of the published file.
FIGURES = {
    "value": "value",
    "lower": "lower95",
    "upper": "upper95",
    "lower_998": "lower99_8",
    "upper_998": "upper99_8",
    "benchmark": "benchmark_value",
    "benchmark_lower": "benchmark_lower95",
    "benchmark_upper": "benchmark_upper95",
    "denominator": "denominator",
    "per": "unit",
    "confidence": "confidence",
    "goal": "goal_lower",
    "goal_lower": "goal_lower",
    "goal_upper": "goal_upper",
}


def benchmark_cases() -> list:
    table = pd.read_csv(PUBLISHED / "compare_benchmark.csv")
    return [pytest.param(row, id=row.case_id) for _, row in table.iterrows()]


@pytest.mark.parametrize("case", benchmark_cases())
def test_outcome_matches_the_published_one(case):
    figures = {name: case[FIGURES[name]] for name in needed_figures(case.method)}
    _, outcome = compare(case.method, POLARITY[case.polarity], **figures)
    assert outcome == case.expected_outcome


def category_cases() -> list:
    table = pd.read_csv(PUBLISHED / "fingertips_value_categories.csv")
    return [pytest.param(rows, id=case) for case, rows in table.groupby("case_id")]


@pytest.mark.parametrize("case", category_cases())
def test_categories_match_the_published_ones(case):
    first = case.iloc[0]
    category, bounds = value_categories(
        case["value"], int(first.ncategories), POLARITY[first.polarity]
    )
    assert category.tolist() == case["expected_category"].tolist()
    expected = first[["expected_bound1", "expected_bound2", "expected_bound3"]]
    assert bounds[:3] == pytest.approx(expected.astype(float).to_numpy(), rel=1e-9)


def overlap(value, lower, upper, benchmark, polarity="no_judgement"):
    figures = {"value": value, "lower": lower, "upper": upper, "benchmark": benchmark}
    side, outcome = compare("ci_overlap_95", polarity, **figures)
    return str(side), str(outcome)


@pytest.mark.parametrize(
    "benchmark, polarity, expected",
    [
        (3.9, "high_is_good", ("higher", "better")),
        (3.9, "low_is_good", ("higher", "worse")),
        (3.9, "no_judgement", ("higher", "higher")),
        (6.1, "high_is_good", ("lower", "worse")),
        (6.1, "low_is_good", ("lower", "better")),
        (6.1, "no_judgement", ("lower", "lower")),
        (4.0, "high_is_good", ("similar", "similar")),
        (6.0, "low_is_good", ("similar", "similar")),
    ],
)
def test_the_standard_rule_word_by_word(benchmark, polarity, expected):
    assert overlap(5, 4, 6, benchmark, polarity) == expected


@pytest.mark.parametrize("missing", range(4))
def test_a_missing_figure_is_not_compared(missing):
    figures = [5.0, 4.0, 6.0, 9.0]
    figures[missing] = np.nan
    assert overlap(*figures, "low_is_good") == ("not_compared", "not_compared")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("polarity", POLARITY.values())
def test_every_method_compares_nothing_with_nothing(method, polarity):
    figures = dict.fromkeys(needed_figures(method), [np.nan, np.nan])
    figures |= {"confidence": 0.95} if "confidence" in figures else {}
    side, outcome = compare(method, polarity, **figures)
    assert side.tolist() == outcome.tolist() == ["not_compared", "not_compared"]


def test_two_levels_give_five_sides():
    benchmark = [1, 3.5, 5, 6.5, 9, np.nan]
    figures = {"value": 5, "lower": 4, "upper": 6, "lower_998": 3, "upper_998": 7}
    side, better = compare("ci_overlap_95_998", "high_is_good", benchmark=benchmark, **figures)
    _, less = compare("ci_overlap_95_998", "low_is_good", benchmark=benchmark, **figures)
    assert side.tolist() == ["highest", "higher", "similar", "lower", "lowest", "not_compared"]
    assert better.tolist() == ["best", "better", "similar", "worse", "worst", "not_compared"]
    assert less.tolist() == ["worst", "worse", "similar", "better", "best", "not_compared"]
    figures["upper_998"] = np.nan
    assert compare("ci_overlap_95_998", benchmark=benchmark, **figures)[0].tolist() == (
        ["not_compared"] * 6
    )


def test_intervals_that_touch_are_similar():
    figures = {"value": 5, "lower": 4, "upper": 6, "benchmark": 3, "benchmark_lower": 2}
    side, _ = compare("ci_double_overlap_95", benchmark_upper=[4, 3.99], **figures)
    assert side.tolist() == ["similar", "higher"]


def test_control_limits_are_those_printed_for_a_fifth_of_five_hundred():
    limits = {"denominator": 500, "benchmark": 20, "per": 100, "confidence": 0.95}
    side, _ = compare("spc_proportion", value=[16.72, 16.74, 23.72, 23.74], **limits)
    assert side.tolist() == ["lower", "similar", "similar", "higher"]


@pytest.mark.parametrize("denominator, benchmark", [(0, 2), (-5, 2), (100, -2)])
@pytest.mark.parametrize("method", ["spc_proportion", "spc_rate"])
def test_control_limits_need_a_denominator_and_a_benchmark_that_can_be(
    method, denominator, benchmark
):
    figures = {"value": 2, "per": 100, "confidence": 0.95}
    side, _ = compare(method, denominator=denominator, benchmark=benchmark, **figures)
    assert side == "not_compared"


def test_nothing_expected_still_has_an_upper_control_limit():
    figures = {"denominator": 1_000, "benchmark": 0, "per": 1_000, "confidence": 0.95}
    side, _ = compare("spc_rate", value=[0, 3.6, 3.7], **figures)
    assert side.tolist() == ["similar", "similar", "higher"]


@pytest.mark.parametrize(
    "polarity, expected",
    [
        ("high_is_good", ["worse", "better", "better"]),
        ("low_is_good", ["better", "better", "worse"]),
        ("no_judgement", ["not_compared"] * 3),
    ],
)
def test_a_goal_is_met_on_the_goal_itself(polarity, expected):
    assert compare("goal_single", polarity, value=[9, 10, 11], goal=10)[1].tolist() == expected


@pytest.mark.parametrize(
    "polarity, expected",
    [
        ("high_is_good", ["worse", "similar", "better"]),
        ("low_is_good", ["better", "similar", "worse"]),
    ],
)
def test_a_goal_with_limits_and_a_goal_with_a_range(polarity, expected):
    limits = {"lower": [7, 9, 10], "upper": [9, 10, 12], "goal": 10}
    assert compare("goal_single_ci", polarity, **limits)[1].tolist() == expected
    ends = {"value": [7, 8, 10], "goal_lower": 8, "goal_upper": 10}
    assert compare("goal_range", polarity, **ends)[1].tolist() == expected


def test_each_row_may_have_its_own_polarity():
    words = ["high_is_good", "low_is_good", "no_judgement"]
    figures = {"value": 5, "lower": 4, "upper": 6, "benchmark": 3}
    assert compare("ci_overlap_95", words, **figures)[1].tolist() == ["better", "worse", "higher"]
    assert outcome_words("lower", words).tolist() == ["worse", "better", "lower"]


@pytest.mark.parametrize(
    "written, word",
    [
        ("RAG - High is good", "high_is_good"),
        ("RAG - Low is good   ", "low_is_good"),
        ("BOB - Blue orange blue", "no_judgement"),
        ("Not applicable", "no_judgement"),
        ("low_good", "low_is_good"),
        ("none", "no_judgement"),
    ],
)
def test_polarity_is_read_as_publishers_write_it(written, word):
    assert check_polarity(written) == word
    assert check_polarity([written, "high_is_good"]).tolist() == [word, "high_is_good"]


@pytest.mark.parametrize("word", ["good", "", None, np.nan, 1])
def test_a_missing_or_unknown_polarity_is_refused(word):
    with pytest.raises(UsageError, match="^polarity: one of high_is_good, low_is_good"):
        check_polarity([word])


def test_what_describes_the_row_may_be_given_beside_the_figures_of_a_method():
    figures = {"value": 3, "lower": 2, "upper": 4, "goal": 5, "denominator": 10}
    alone = {name: figures[name] for name in ("lower", "upper", "goal")}
    given = compare("goal_single_ci", "low_is_good", **figures)[1]
    assert given == compare("goal_single_ci", "low_is_good", **alone)[1] == "better"


def test_an_unknown_method_is_refused():
    with pytest.raises(UsageError, match="^method: one of ci_overlap_95, .*got: eyeball"):
        compare("eyeball", value=1)


@pytest.mark.parametrize("figures", [{}, {"value": 1}, {"value": 1, "goal": 2, "goal_lower": 0}])
def test_the_wrong_figures_are_refused(figures):
    got = ", ".join(sorted(figures)) or "nothing"
    with pytest.raises(UsageError) as caught:
        compare("goal_single", "high_is_good", **figures)
    assert str(caught.value) == (
        "comparison method goal_single: needs value, goal and no others; "
        f"got: {got}. Name these figures, or choose another method."
    )


def test_an_unknown_polarity_is_refused():
    with pytest.raises(UsageError, match="^polarity: one of high_is_good.*got: good"):
        overlap(5, 4, 6, 3, "good")


def test_categories_leave_out_missing_values_and_need_enough_known_ones():
    category, bounds = value_categories([1, np.nan, 2, 3, 4, 5])
    assert category == pytest.approx([1, np.nan, 2, 3, 4, 5], nan_ok=True)
    assert bounds == pytest.approx([1.8, 2.6, 3.4, 4.2])
    category, bounds = value_categories([1, np.nan, 2, 3, 4])
    assert np.isnan(category).all() and np.isnan(bounds).all()
