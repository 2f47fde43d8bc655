"""Numbers as readers see them."""

import math

import pytest
from test_present_samples import looked_after, plans, poverty

from cyp_analysis.present import rounding


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.125, 2, "0.13"),  # Python's own round gives 0.12
        (2.675, 2, "2.68"),  # held as 2.67499999…
        (14.45, 1, "14.5"),
        (14.449999999999999, 1, "14.5"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-0.5, 0, "−1"),
        (-0.04, 1, "0.0"),
        (-12.5, 1, "−12.5"),
        (1707835, 0, "1,707,835"),
        (1234.5, 1, "1,234.5"),
        (0, 1, "0.0"),
    ],
)
def test_half_up(value, decimals, text):
    assert rounding.half_up(value, decimals) == text


@pytest.mark.parametrize(("count", "text"), [(10000.0, "10,000"), (0.0, "0"), (12.25, "12.3")])
def test_counts_are_whole_unless_the_source_is_not(count, text):
    assert rounding.count_text(count) == text


def test_values_carry_a_percent_sign_only_for_percentages():
    assert rounding.value_text(13.9999, poverty()) == "14.0%"
    assert rounding.value_text(70.66895, looked_after()) == "70.7"
    assert rounding.value_text(1189, plans()) == "1,189"


def test_intervals_have_their_own_decimals_or_those_of_the_value():
    assert rounding.interval_text(13.7474, 14.2565, poverty()) == "13.75 to 14.26"
    assert rounding.interval_text(64.009, 77.834, looked_after()) == "64.0 to 77.8"


@pytest.mark.parametrize("limits", [(math.nan, 1), (1, math.nan), (math.nan, math.nan)])
def test_half_an_interval_is_no_interval(limits):
    assert rounding.interval_text(*limits, poverty()) == ""


@pytest.mark.parametrize(
    ("variance", "text"), [(7.5, "+7.5%"), (-12.5, "−12.5%"), (0.0, "0.0%"), (0.04, "0.0%")]
)
def test_variances_show_their_sign(variance, text):
    assert rounding.signed_percent(variance) == text
