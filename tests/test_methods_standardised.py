"""Standardised rates and means of many groups at once, as arrays."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from cyp_analysis.errors import UsageError
from cyp_analysis.methods.intervals import byars_interval
from cyp_analysis.methods.means import group_means, t_interval
from cyp_analysis.methods.standardised import (
    MINIMUM_EVENTS,
    directly_standardised,
    dobson_interval,
    expected_events,
)

COUNT, PEOPLE = [5, 8, 9, 4], [1000, 1100, 1200, 900]
STANDARD = [5000, 5500, 5500, 5500]
ONE_GROUP = np.zeros(4, dtype=int)
LEVELS = [0.9, 0.95, 0.998]


# --- directly standardised ------------------------------------------------------------------------


def test_the_printed_rate_per_100000():
    found = directly_standardised(COUNT, PEOPLE, STANDARD, ONE_GROUP, 1)
    lower, upper = dobson_interval(found.rate, found.variance, found.total_count)
    figures = [1e5 * figure[0] for figure in (found.rate, lower, upper)]
    assert figures == pytest.approx([607.8811370, 395.9495479, 892.1141660], abs=5.1e-8)
    assert (found.total_count[0], found.total_population[0]) == (26, 4200)


def bands(groups: int, seed: int = 1) -> tuple[np.ndarray, ...]:
    """Count, people and standard of 19 bands of several groups, shape (groups, 19)."""
    random = np.random.default_rng(seed)
    people = random.integers(100, 9000, (groups, 19)).astype(float)
    standard = np.broadcast_to(random.integers(1, 8000, 19), people.shape).astype(float)
    return random.poisson(0.01 * people).astype(float), people, standard


def test_groups_in_any_order_equal_the_formula_worked_out_one_by_one():
    count, people, standard = bands(7)
    order = np.random.default_rng(2).permutation(count.size)
    group = np.repeat(np.arange(7), 19)[order]
    flat = [figure.ravel()[order] for figure in (count, people, standard)]
    found = directly_standardised(*flat, group, 7)
    for one in range(7):
        weight = standard[one] / people[one]
        whole = standard[one].sum()
        assert found.rate[one] == pytest.approx((weight * count[one]).sum() / whole, rel=1e-14)
        variance = (weight**2 * count[one]).sum() / whole**2
        assert found.variance[one] == pytest.approx(variance, rel=1e-14)
    assert found.total_count.tolist() == count.sum(axis=1).tolist()
    assert found.total_population.tolist() == people.sum(axis=1).tolist()


def test_one_event_each_is_the_rate_of_independent_events():
    count, people, standard = (figure.ravel() for figure in bands(3))
    group = np.repeat(np.arange(3), 19)
    alone = directly_standardised(count, people, standard, group, 3)
    once = np.ones(count.size)
    found = directly_standardised(
        count, people, standard, group, 3, events=once, first_of_band=once.astype(bool)
    )
    for ours, theirs in zip(found, alone, strict=True):
        assert ours.tolist() == theirs.tolist()


def test_variance_of_several_events_each_grows_with_the_square():
    people_with = np.array([30, 12, 4, 20, 5, 1])  # two bands, having 1, 2 or 3 events
    times, band = np.array([1, 2, 3, 1, 2, 3]), np.repeat([0, 1], 3)
    people, standard = np.array([900, 1500])[band], np.array([4000, 7000])[band]
    found = directly_standardised(
        people_with,
        people,
        standard,
        np.zeros(6, dtype=int),
        1,
        events=times,
        first_of_band=times == 1,
    )
    by_frequency = [
        directly_standardised(people_with[f::3], [900, 1500], [4000, 7000], [0, 0], 1)
        for f in range(3)
    ]
    squares = sum((f + 1) ** 2 * part.variance[0] for f, part in enumerate(by_frequency))
    assert found.variance[0] == pytest.approx(squares, rel=1e-14)
    rate = sum((f + 1) * part.rate[0] for f, part in enumerate(by_frequency))
    assert found.rate[0] == pytest.approx(rate, rel=1e-14)
    assert found.total_count[0] == (people_with * times).sum()
    assert found.total_population[0] == 2400


def test_the_standard_of_its_own_people_gives_the_crude_rate_with_byars_limits():
    found = directly_standardised(COUNT, PEOPLE, PEOPLE, ONE_GROUP, 1)
    assert found.rate[0] == pytest.approx(26 / 4200, rel=1e-14)
    limits = dobson_interval(found.rate, found.variance, found.total_count)
    for ours, theirs in zip(limits, byars_interval(26), strict=True):
        assert ours[0] == pytest.approx(theirs / 4200, rel=1e-13)


@pytest.mark.parametrize("bad", [np.nan, 0])
def test_a_figure_that_is_of_no_use_spoils_its_own_group_only(bad):
    people = [*PEOPLE, *PEOPLE]
    people[1] = bad
    group = np.repeat([0, 1], 4)
    found = directly_standardised(COUNT * 2, people, STANDARD * 2, group, 2)
    alone = directly_standardised(COUNT, PEOPLE, STANDARD, ONE_GROUP, 1)
    assert not np.isfinite(found.rate[0])
    assert found.rate[1] == alone.rate[0] and found.variance[1] == alone.variance[0]


def test_no_rows_give_no_groups():
    nothing = np.empty(0)
    found = directly_standardised(nothing, nothing, nothing, nothing.astype(int), 0)
    assert [figure.size for figure in found] == [0, 0, 0, 0]
    lower, upper = dobson_interval(found.rate, found.variance, found.total_count)
    assert lower.size == upper.size == 0


# --- Dobson's limits ------------------------------------------------------------------------------


def test_below_ten_events_there_are_no_limits():
    lower, upper = dobson_interval([0.1, 0.1, np.nan], [1e-4] * 3, [9, MINIMUM_EVENTS, 50])
    assert np.isnan(lower).tolist() == np.isnan(upper).tolist() == [True, False, True]


def test_a_rate_is_never_below_zero():
    # One event of ten carries all the weight: the textbook's lower limit would be negative.
    lower, upper = dobson_interval(1.0, 1.0, 10)
    assert lower == 0 and upper > 1


def test_certainty_is_from_zero_to_infinity():
    lower, upper = dobson_interval(0.1, 3e-4, 50, 1)
    assert (lower, upper) == (0, np.inf)


def test_a_wider_level_gives_wider_limits():
    found = [dobson_interval(0.006, 1.4e-6, 26, level) for level in LEVELS]
    lower, upper = zip(*found, strict=True)
    assert sorted(lower, reverse=True) == list(lower) and sorted(upper) == list(upper)
    assert all(low < 0.006 < high for low, high in found)


# --- expected events ------------------------------------------------------------------------------


def test_expected_events_are_people_times_the_rate_of_each_band():
    expected, crude = expected_events(
        [100, 200, 50, 0], [10, 5, 10, 5], [1000, 1000, 1000, 1000], [0, 0, 1, 1], 2
    )
    assert expected.tolist() == pytest.approx([2, 0.5])
    assert crude.tolist() == pytest.approx([15 / 2000] * 2)


def test_the_reference_expects_its_own_events():
    expected, _ = expected_events(PEOPLE, COUNT, PEOPLE, ONE_GROUP, 1)
    assert expected[0] == pytest.approx(26, rel=1e-14)


def test_a_reference_without_people_spoils_its_own_group_only():
    expected, crude = expected_events([10, 10], [1, 1], [0, 100], [0, 1], 2)
    assert not np.isfinite(expected[0]) and not np.isfinite(crude[0])
    assert expected[1] == pytest.approx(0.1)


# --- means ----------------------------------------------------------------------------------------


def samples() -> tuple[np.ndarray, np.ndarray]:
    """Figures of groups of 2 to 40, and the group of each."""
    random = np.random.default_rng(3)
    group = np.repeat(np.arange(39), np.arange(2, 41))
    return random.normal(20, 5, group.size), group


@pytest.mark.parametrize("level", LEVELS)
def test_means_and_limits_equal_those_of_statsmodels(level):
    value, group = samples()
    found = group_means(value, group, 39)
    lower, upper = t_interval(found.mean, found.standard_deviation, found.count, level)
    for one in range(39):
        theirs = DescrStatsW(value[group == one])
        assert found.mean[one] == pytest.approx(theirs.mean, rel=1e-13)
        assert found.total[one] == pytest.approx(theirs.sum, rel=1e-13)
        limits = theirs.tconfint_mean(1 - level)
        assert (lower[one], upper[one]) == pytest.approx(limits, rel=1e-12)


def test_quantiles_equal_those_of_scipy():
    n = np.arange(2, 400)
    upper = t_interval(0, np.sqrt(n), n, 0.998)[1]
    assert upper == pytest.approx(stats.t.ppf(0.999, n - 1), rel=1e-12)


@pytest.mark.parametrize("offset", [0, 1e6, 1e12])
def test_large_figures_that_differ_little_keep_their_digits(offset):
    found = group_means(offset + np.array([4, 7, 13, 16]), np.zeros(4, dtype=int), 1)
    assert found.standard_deviation[0] == pytest.approx(np.sqrt(30), rel=1e-14)
    assert found.mean[0] == offset + 10


def test_equal_figures_have_no_spread():
    found = group_means(np.full(7, 0.1), np.zeros(7, dtype=int), 1)
    assert found.mean[0] == 0.1 and found.standard_deviation[0] == 0
    limits = t_interval(found.mean, found.standard_deviation, found.count, 1)
    assert [limit[0] for limit in limits] == [0.1, 0.1]


def test_missing_single_and_absent_figures():
    value, group = [1, np.nan, 5, 6, 8], [0, 0, 1, 3, 3]
    found = group_means(value, group, 4)
    assert found.count.tolist() == [2, 1, 0, 2]
    assert found.mean.tolist() == pytest.approx([np.nan, 5, np.nan, 7], nan_ok=True)
    assert np.isnan(found.standard_deviation).tolist() == [True, True, True, False]
    lower, upper = t_interval(found.mean, found.standard_deviation, found.count)
    assert np.isnan(lower).tolist() == np.isnan(upper).tolist() == [True, True, True, False]


def test_certainty_about_a_mean_is_everything():
    lower, upper = t_interval(5, 2, 10, 1)
    assert (lower, upper) == (-np.inf, np.inf)


@pytest.mark.parametrize("level", [0.5, 101, "high", None])
def test_a_level_out_of_range_is_refused(level):
    with pytest.raises(UsageError, match="^confidence: a level is 0.9 to 1"):
        t_interval(5, 2, 10, level)
    with pytest.raises(UsageError, match="^confidence: a level is 0.9 to 1"):
        dobson_interval(0.1, 1e-4, 50, level)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30),
    st.floats(0.01, 100),
    st.floats(-1e6, 1e6),
)
def test_moving_and_stretching_figures_moves_and_stretches_the_mean(figures, scale, offset):
    value, group = np.array(figures), np.zeros(len(figures), dtype=int)
    plain, moved = group_means(value, group, 1), group_means(scale * value + offset, group, 1)
    size = 1e-9 * (1 + abs(offset) + scale * np.abs(value).max())
    assert moved.mean[0] == pytest.approx(scale * plain.mean[0] + offset, abs=size)
    deviation = scale * plain.standard_deviation[0]
    assert moved.standard_deviation[0] == pytest.approx(deviation, abs=size)
