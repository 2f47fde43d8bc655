"""Ranks with ties and distances from targets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyp_analysis.errors import UsageError
from cyp_analysis.methods import rank_highest_first, target_met, target_variance

# Target, latest result and variance as printed in a council's performance dashboard.
PRINTED = [
    (80.0, 86.0, 7.5),
    (80.0, 70.0, -12.5),
    (95.0, 69.0, -27.4),
    (62.0, 61.7, -0.5),
    (15.6, 100 * 15 / 110, -12.6),
    (11.5, 100 * 11 / 327, -70.7),
]


@pytest.mark.parametrize("target, latest, printed", PRINTED)
def test_variance_matches_the_printed_one(target, latest, printed):
    assert target_variance(latest, target) == pytest.approx(printed, abs=0.05 + 1e-9)


def test_variance_divides_by_the_target_even_where_a_document_divided_by_the_latest():
    # Printed as (10.2%), which is 100 x (86.2 - 95) / 86.2.
    assert target_variance(86.2, 95.0) == pytest.approx(-9.263157894736842)


def test_a_target_of_zero_has_a_variance_only_where_it_is_met():
    found = target_variance([0, 3, np.nan, 5, 0], [0, 0, 0, np.nan, 4])
    assert found == pytest.approx([0, np.nan, np.nan, np.nan, -100], nan_ok=True)


def test_target_met_depends_on_polarity():
    latest, target = [9, 10, 11, np.nan, 10], [10, 10, 10, 10, np.nan]
    high = ["not_met", "met", "met", "", ""]
    low = ["met", "met", "not_met", "", ""]
    assert target_met(latest, target, "high_is_good").tolist() == high
    assert target_met(latest, target, "low_is_good").tolist() == low
    assert target_met(latest, target, "no_judgement").tolist() == [""] * 5


def test_target_met_takes_a_polarity_for_each_row():
    words = ["high_is_good", "low_is_good", "no_judgement"]
    assert target_met([9, 9, 9], [10, 10, 10], words).tolist() == ["not_met", "met", ""]


def test_an_unknown_polarity_is_refused():
    with pytest.raises(UsageError, match="^polarity: one of high_is_good.*got: good"):
        target_met([1], [2], "good")


def test_ties_share_the_better_rank_and_missing_has_none():
    rank, n, tied = rank_highest_first([18.8, 14.0, np.nan, 14.0, 10.9, 14.0])
    assert rank == pytest.approx([1, 2, np.nan, 2, 5, 2], nan_ok=True)
    assert n == 5
    assert tied.tolist() == [False, True, False, True, False, True]


@pytest.mark.parametrize("values", [[], [np.nan], [np.nan, np.nan]])
def test_nothing_known_is_nothing_ranked(values):
    rank, n, tied = rank_highest_first(values)
    assert np.isnan(rank).all() and n == 0 and not tied.any()


@given(st.lists(st.integers(0, 20) | st.just(np.nan), max_size=40))
def test_a_rank_is_one_more_than_the_number_of_higher_values(values):
    rank, n, tied = rank_highest_first(values)
    known = [value for value in values if value == value]
    assert n == len(known)
    for value, place, shared in zip(values, rank, tied, strict=True):
        if value == value:
            assert place == 1 + sum(other > value for other in known)
            assert shared == (known.count(value) > 1)
        else:
            assert np.isnan(place) and not shared
