"""Whole sentences, for every kind of figure."""

from math import nan

import pandas as pd
import pytest
from test_present_samples import (
    BARNET,
    ENGLAND,
    LONDON,
    NORTH_EAST,
    care_row,
    compared,
    looked_after,
    plans,
    poverty,
    row,
)

from cyp_analysis.geography import area
from cyp_analysis.present import narrative

NOTHING = compared()
LOWER_THAN_BOTH = compared(
    {"code": ENGLAND, "value": 17.0, "side": "lower", "outcome": "better"},
    {
        "code": LONDON,
        "value": 18.8,
        "side": "lower",
        "outcome": "better",
        "rank": 25,
        "rank_of": 33,
    },
)


def told(figure, comparisons, indicator):
    return narrative.headline(figure, comparisons, indicator, area(figure["area_code"]))


def test_lower_than_both_with_rank_and_count():
    assert told(row(), LOWER_THAN_BOTH, poverty()) == (
        "In 2016, 14.0% (95% CI 13.75 to 14.26) of children under 16 in Barnet lived in low-income"
        " families, significantly lower than London (18.8%) and England (17.0%); 25th highest of"
        " the 33 London authorities. This is 10,000 children under 16 in low-income families."
    )


def test_the_short_headline_stops_after_the_count():
    said = narrative.short_headline(row(), LOWER_THAN_BOTH, poverty(), area(BARNET))
    assert said.endswith(
        "; 25th highest of the 33 London authorities."
        " This is 10,000 children under 16 in low-income families."
    )
    assert "trend" not in said


def test_similar_to_one_benchmark_and_a_rate_has_its_interval_after_the_clause():
    similar = compared({"code": ENGLAND, "value": 70.0, "side": "similar"})
    assert told(care_row(), similar, looked_after()) == (
        "On 31 March 2024, Barnet had 70.7 children looked after per 10,000 under-18s"
        " (95% CI 64.0 to 77.8), statistically similar to England (70.0)."
        " This is 412 children looked after."
    )


def test_higher_than_one():
    higher = compared({"code": NORTH_EAST, "value": 61.5, "side": "higher"})
    assert narrative.finding(care_row(), higher, looked_after(), area(BARNET)) == (
        "On 31 March 2024, Barnet had 70.7 children looked after per 10,000 under-18s"
        " (95% CI 64.0 to 77.8), significantly higher than the North East (61.5)."
    )


def test_mixed_benchmarks_are_set_against_each_other():
    mixed = compared(
        {"code": ENGLAND, "value": 14.1, "side": "similar"},
        {"code": LONDON, "value": 18.8, "side": "lower", "outcome": "better"},
    )
    assert narrative.finding(row(), mixed, poverty(), area(BARNET)) == (
        "In 2016, 14.0% (95% CI 13.75 to 14.26) of children under 16 in Barnet lived in low-income"
        " families, significantly lower than London (18.8%) but statistically similar to England"
        " (14.1%)."
    )


def test_lower_than_one_and_higher_than_the_other():
    mixed = compared(
        {"code": ENGLAND, "value": 13.0, "side": "higher", "outcome": "worse"},
        {"code": LONDON, "value": 18.8, "side": "lower", "outcome": "better"},
    )
    clause = narrative.comparison_clause(mixed, poverty())
    assert clause == (
        "significantly lower than London (18.8%) but significantly higher than England (13.0%)"
    )


@pytest.mark.parametrize("side", ["higher", "lower", "similar"])
def test_better_and_worse_are_left_to_the_verdict(side):
    judged = compared({"code": ENGLAND, "value": 17.0, "side": side, "outcome": "worse"})
    said = told(row(), judged, poverty())
    assert "better" not in said and "worse" not in said


def test_not_compared_says_why_and_uses_no_comparative_word():
    untested = compared({"code": ENGLAND, "value": 17.0, "side": "not_compared"})
    bare = row(lower_ci_95=nan, upper_ci_95=nan, method="none")
    assert told(bare, untested, poverty()) == (
        "In 2016, 14.0% of children under 16 in Barnet lived in low-income families."
        " For reference: England (17.0%); the difference was not tested because the figure has no"
        " confidence interval. This is 10,000 children under 16 in low-income families."
    )


def test_an_indicator_without_a_test_says_only_that():
    both = compared(
        {"code": ENGLAND, "value": 12.4, "side": "not_compared", "method": "none"},
        {"code": LONDON, "value": 11.0, "side": "not_compared", "method": "none"},
    )
    untested = poverty(benchmark_method="none")
    assert narrative.reference_sentence(row(), both, untested) == (
        "For reference: London (11.0%) and England (12.4%); differences were not tested."
    )


def test_a_benchmark_without_a_value_is_not_named():
    unknown = compared({"code": ENGLAND, "value": nan, "side": "not_compared"})
    assert narrative.reference_sentence(row(), unknown, poverty()) == ""


def test_no_benchmark_at_all():
    assert told(row(), NOTHING, poverty()) == (
        "In 2016, 14.0% (95% CI 13.75 to 14.26) of children under 16 in Barnet lived in low-income"
        " families. This is 10,000 children under 16 in low-income families."
    )


def test_a_rank_without_a_test_joins_with_a_comma():
    ranked = compared(
        {"code": LONDON, "value": 18.8, "side": "not_compared", "rank": 25, "rank_of": 33}
    )
    said = narrative.finding(row(), ranked, poverty(), area(BARNET))
    assert said.endswith(
        "lived in low-income families, the 25th highest of the 33 London authorities."
    )


@pytest.mark.parametrize(
    ("rank", "of", "tied", "said"),
    [
        (1, 33, False, "the highest of the 33 London authorities"),
        (33, 33, False, "the lowest of the 33 London authorities"),
        (5, 33, True, "joint 5th highest of the 33 London authorities"),
    ],
)
def test_places(rank, of, tied, said):
    place = {"rank": rank, "rank_of": of, "rank_tied": tied}
    ranked = compared({"code": LONDON, "value": 1.0, "side": "similar"} | place)
    assert narrative.rank_clause(ranked) == said


def test_the_nearest_group_with_ranks_gives_the_place():
    ranked = compared(
        {"code": ENGLAND, "value": 17.0, "side": "lower", "rank": 100, "rank_of": 152},
        {"code": LONDON, "value": 18.8, "side": "lower"},
    )
    assert narrative.rank_clause(ranked) == "100th highest of the 152 authorities in England"


def test_a_count():
    figure = row(
        period_start=pd.Timestamp(2018, 9, 30),
        period_end=pd.Timestamp(2018, 9, 30),
        period_label="30 September 2018",
        count=189.0,
        value=189.0,
        lower_ci_95=nan,
        upper_ci_95=nan,
    )
    assert told(figure, NOTHING, plans()) == (
        "On 30 September 2018, Barnet had 189 children on child protection plans."
    )


def test_zero_is_a_figure():
    figure = care_row(count=0.0, value=0.0, lower_ci_95=0.0, upper_ci_95=0.633)
    assert told(figure, NOTHING, looked_after()) == (
        "On 31 March 2024, Barnet had 0.0 children looked after per 10,000 under-18s"
        " (95% CI 0.0 to 0.6). The count was zero."
    )


def test_published_without_interval_or_count():
    figure = row(count=nan, value=7.3, lower_ci_95=nan, upper_ci_95=nan, method="none")
    assert told(figure, NOTHING, poverty()) == (
        "In 2016, 7.3% of children under 16 in Barnet lived in low-income families."
    )


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (
            "suppressed (c): based on small numbers",
            "The figure for children looked after in Barnet on 31 March 2024 is suppressed because"
            " it is based on small numbers.",
        ),
        (
            "not available (x)",
            "The figure for children looked after in Barnet on 31 March 2024 is not available.",
        ),
        ("", "The figure for children looked after in Barnet on 31 March 2024 is not available."),
        (
            "not applicable (z)",
            "The figure for children looked after in Barnet on 31 March 2024 does not apply.",
        ),
        (
            "rounds to zero but is not zero (k)",
            "The figure for children looked after in Barnet on 31 March 2024 is above zero but too"
            " small to show.",
        ),
        (
            "low reliability (u)",
            "The figure for children looked after in Barnet on 31 March 2024 is too unreliable to"
            " show.",
        ),
        (
            "the denominator has not arrived.",
            "There is no figure for children looked after in Barnet on 31 March 2024: the"
            " denominator has not arrived.",
        ),
    ],
)
def test_missing_figures_give_their_reason(note, said):
    missing = care_row(value=nan, count=nan, lower_ci_95=nan, upper_ci_95=nan, value_note=note)
    assert told(missing, NOTHING, looked_after()) == said
    assert narrative.short_headline(missing, NOTHING, looked_after(), area(BARNET)) == said


@pytest.mark.parametrize(
    ("trend", "said"),
    [
        ("increasing", "The recent trend is upwards."),
        (
            "decreasing_and_getting_better",
            "The recent trend is downwards, which is getting better.",
        ),
        ("increasing_and_getting_worse", "The recent trend is upwards, which is getting worse."),
        ("no_significant_change", "There is no significant recent trend."),
        ("cannot_be_calculated", ""),
        ("", ""),
    ],
)
def test_trends(trend, said):
    assert narrative.trend_sentence(trend) == said


def test_a_figure_of_low_reliability_is_shown_with_a_warning():
    said = told(row(value_note="low reliability (u)"), NOTHING, poverty())
    assert said.endswith("Treat with caution: the publisher marks it as of low reliability.")


@pytest.mark.parametrize(
    ("count", "subject", "said"),
    [
        (412.0, "children looked after", "This is 412 children looked after."),
        (1.0, "children looked after", "The count behind it is 1."),
        (900.0, "persistent absence", "The count behind it is 900."),
        (nan, "children looked after", ""),
    ],
)
def test_counts_behind_a_value(count, subject, said):
    assert narrative.count_sentence(row(count=count), poverty(subject=subject)) == said


def sides(*numbers):
    """Comparisons with as many rows as asked: higher, lower, similar, not compared."""
    words = ("higher", "lower", "similar", "not_compared")
    judged = {"higher": "worse", "lower": "better"}
    rows = [
        {"code": LONDON, "value": 18.8, "side": side, "outcome": judged.get(side, side)}
        for side, number in zip(words, numbers, strict=True)
        for _ in range(number)
    ]
    return compared(*rows)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (
            (16, 17, 0, 0),
            "Compared with London (18.8%): 16 significantly higher (worse), 17 significantly lower"
            " (better) and none similar.",
        ),
        (
            (17, 14, 2, 1),
            "Compared with London (18.8%): 17 significantly higher (worse), 14 significantly lower"
            " (better), 2 similar and 1 not compared.",
        ),
        ((0, 0, 0, 3), "Compared with London (18.8%): differences were not tested."),
    ],
)
def test_verdicts_of_a_group_are_counted(numbers, said):
    assert narrative.verdict_counts(sides(*numbers), poverty()) == said


def test_nothing_given_is_changed():
    figure, comparisons = row(), LOWER_THAN_BOTH.copy()
    told(figure, comparisons, poverty())
    pd.testing.assert_series_equal(figure, row())
    pd.testing.assert_frame_equal(comparisons, LOWER_THAN_BOTH)
