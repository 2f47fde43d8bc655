"""Control limits of funnels, areas outside them, and overdispersion, on arrays."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cyp_analysis import methods
from cyp_analysis.methods import funnel_axis, funnels

PUBLISHED = Path(__file__).parent / "published"
SHARES = st.floats(0.01, 0.99)
SIZES = st.floats(1, 1e6)
FACTORS = st.floats(1, 10)
EVENTS = st.integers(0, 500)
NO_GROUPS = np.zeros(0, dtype=int)


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(PUBLISHED / f"{name}.csv")


def by_hand(z, weight, share=0.0) -> tuple[float, float]:
    """phi and tau squared of one funnel, as the formulas are printed."""
    z, weight = np.asarray(z, float), np.asarray(weight, float)
    drawn_in = np.clip(z, np.quantile(z, share), np.quantile(z, 1 - share))
    areas = len(z)
    phi = np.mean(drawn_in**2)
    below = weight.sum() - (weight**2).sum() / weight.sum()
    return phi, max(0.0, (areas * phi - (areas - 1)) / below)


def one_funnel(z, weight, share=0.0) -> tuple[float, float]:
    phi, tau2 = funnels.dispersion(z, weight, np.zeros(len(z), dtype=int), 1, share)
    return phi[0], tau2[0]


# --- the axis -------------------------------------------------------------------------------------


def axis_cases() -> list:
    chart, areas = published("calculate_funnel_limits"), published("calculate_funnel_limits.inputs")
    plain = ~chart["statistic"].str.startswith("rate")
    return [
        pytest.param(rows, areas[areas["case_id"] == case], id=case)
        for case, rows in chart[plain].groupby("case_id")
    ]


@pytest.mark.parametrize("chart, areas", axis_cases())
def test_the_axis_of_proportions_and_ratios_is_the_published_one(chart, areas):
    is_ratio = chart["statistic"].iloc[0].startswith("ratio")
    axis = funnel_axis.expected_axis if is_ratio else funnel_axis.denominator_axis
    found = axis(areas["den"].min(), areas["den"].max())
    assert found.tolist() == [chart["expected_axis"].tolist()]


def test_the_axis_starts_near_the_smallest_area_where_all_are_of_much_the_same_size():
    assert funnel_axis.denominator_axis(9055, 14981)[0, [0, -1]].tolist() == [8000, 16000]


def test_the_axis_starts_at_one_where_the_largest_area_is_over_twice_the_smallest():
    assert funnel_axis.denominator_axis(400, 801)[0, 0] == 1
    assert funnel_axis.denominator_axis(400, 800)[0, 0] == 300


def test_the_axis_of_ratios_stops_one_step_short_of_its_end():
    assert funnel_axis.expected_axis(10, 700)[0, -1] < 740
    assert funnel_axis.denominator_axis(10, 700)[0, -1] == 740


def test_the_axis_of_rates_is_in_events_of_all_years():
    axis = funnel_axis.event_axis(3000, 300_000, 0.001, years=3)
    assert axis[0, [0, -1]].tolist() == [1, 330]  # 110,000 people a year x 3 years x 0.001


def test_several_axes_are_those_of_each_alone():
    smallest, largest = np.array([10.0, 500.0, np.nan]), np.array([90.0, 800.0, np.nan])
    together = funnel_axis.denominator_axis(smallest, largest, 20)
    for row, ends in zip(together[:2], zip(smallest, largest, strict=True), strict=False):
        assert row.tolist() == funnel_axis.denominator_axis(*ends, 20)[0].tolist()
    assert np.isnan(together[2]).all()


@given(st.floats(0.1, 1e5), st.floats(1, 1e3), st.integers(2, 150))
def test_the_axis_always_moves_on_by_a_whole_step(smallest, factor, points):
    axis = funnel_axis.denominator_axis(smallest, smallest * factor, points)
    assert axis.shape == (1, points)
    assert (np.diff(axis) >= 1).all() and axis[0, 0] >= 1


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "confidence, lower, upper",
    [(0.95, 0.1649390984, 0.2350609016), (0.998, 0.1447202440, 0.2552797561)],
)
def test_limits_of_a_proportion_are_the_printed_ones(confidence, lower, upper):
    assert funnels.proportion_limits(500, 0.2, confidence) == pytest.approx(
        (lower, upper), abs=1e-9
    )


@given(SHARES, st.integers(20, 10_000))
def test_an_area_on_its_limit_has_a_wilson_interval_that_touches_the_average(average, size):
    lower, upper = funnels.proportion_limits(size, average, 0.95)
    if lower > 0:
        assert methods.wilson_interval(lower * size, size)[1] == pytest.approx(average)
    if upper < 1:
        assert methods.wilson_interval(upper * size, size)[0] == pytest.approx(average)


@given(SHARES, SIZES, FACTORS)
def test_limits_of_a_proportion_hold_the_average_and_widen(average, size, factor):
    lower, upper = funnels.proportion_limits(size, average, 0.95)
    assert 0 <= lower <= average <= upper <= 1
    for wider in (
        funnels.proportion_limits(size, average, 0.998),
        funnels.proportion_limits(size / 2, average, 0.95),
        funnels.proportion_limits(size, average, 0.95, factor),
    ):
        assert wider[0] <= lower and upper <= wider[1]


def test_limits_of_a_proportion_are_on_the_average_where_nothing_varies():
    assert funnels.proportion_limits(100, [0, 1], 0.95)[0].tolist() == [0, 1]
    assert funnels.proportion_limits(100, [0, 1], 0.95)[1].tolist() == [0, 1]


def test_a_missing_average_gives_missing_limits():
    assert np.isnan(funnels.proportion_limits(100, np.nan, 0.95)).all()
    assert np.isnan(funnels.widened_ratio(np.nan, 2))


def test_a_limit_of_a_ratio_is_widened_on_the_root_scale():
    # A limit of 1.44 is 0.2 above 1 on the root scale; doubled, 0.4; squared, 1.96.
    assert funnels.widened_ratio([1.44, 0.64, 1], 2) == pytest.approx([1.96, 0.36, 1])


def test_a_widened_limit_of_a_ratio_stops_at_zero():
    assert funnels.widened_ratio(0.04, 2) == 0


@given(st.floats(0, 50), FACTORS)
def test_a_widened_limit_of_a_ratio_is_never_nearer_to_one(ratio, factor):
    widened = funnels.widened_ratio(ratio, factor)
    slack = 1 + 1e-12  # a ratio within rounding of one may come back as one
    assert widened * slack >= ratio if ratio > 1 else widened <= ratio * slack
    assert funnels.widened_ratio(ratio, 1) == ratio


def test_for_many_events_widened_exact_limits_are_those_of_the_normal_on_the_root_scale():
    expected, tau2 = 50_000.0, 0.01
    factor = funnels.inflation(funnels.event_weight(expected), 1.5, tau2, "additive")
    upper = stats.poisson.ppf(0.975, expected) / expected
    spread = stats.norm.ppf(0.975) * np.sqrt(1 / (4 * expected) + tau2)
    assert funnels.widened_ratio(upper, factor) == pytest.approx((1 + spread) ** 2, rel=1e-3)


# --- areas outside their limits -------------------------------------------------------------------


def word(position) -> str:
    return funnels.SIGNIFICANCE[int(position)]


@pytest.mark.parametrize(
    "count, expected",
    [(60, "Low (0.001)"), (80, "Low (0.025)"), (100, "Not significant")]
    + [(120, "High (0.025)"), (140, "High (0.001)")],
)
def test_a_proportion_is_placed_by_the_limits_it_is_outside(count, expected):
    # Limits about 20% of 500: 82.5 to 117.5 at 95%, 72.4 to 127.6 at 99.8%.
    assert word(funnels.proportion_significance(count, 500, 0.2)) == expected


@pytest.mark.parametrize(
    "count, expected",
    [(5, "Low (0.001)"), (11, "Low (0.025)"), (20, "Not significant")]
    + [(32, "High (0.025)"), (40, "High (0.001)")],
)
def test_a_count_is_placed_by_the_interval_that_misses_the_events_expected(count, expected):
    assert word(funnels.event_significance(count, 20)) == expected


def test_a_proportion_on_its_limit_is_not_outside_it():
    upper = funnels.proportion_limits(500, 0.2, 0.95)[1]
    assert word(funnels.proportion_significance(np.nextafter(upper, 0) * 500, 500, 0.2)) == (
        "Not significant"
    )
    assert word(funnels.proportion_significance(upper * 500 + 1e-6, 500, 0.2)) == "High (0.025)"


@given(EVENTS, st.floats(0.1, 500))
def test_a_count_is_high_just_where_its_own_interval_is_above(count, expected):
    position = int(funnels.event_significance(count, expected))
    lower, upper = methods.poisson_interval(count, 0.95)
    assert (position > 2) == (lower > expected)
    assert (position < 2) == (upper < expected)


@given(EVENTS, st.floats(0.1, 500), FACTORS)
def test_inflation_only_moves_areas_inwards(count, expected, factor):
    plain = int(funnels.event_significance(count, expected))
    inflated = int(funnels.event_significance(count, expected, factor))
    assert abs(inflated - 2) <= abs(plain - 2)
    assert (inflated - 2) * (plain - 2) >= 0


@given(st.integers(0, 500), SHARES, FACTORS)
def test_inflation_only_moves_proportions_inwards(count, average, factor):
    plain = int(funnels.proportion_significance(count, 500, average))
    inflated = int(funnels.proportion_significance(count, 500, average, factor))
    assert abs(inflated - 2) <= abs(plain - 2)


@given(st.integers(1, 200), st.floats(1, 4))
def test_an_area_just_outside_the_widened_limit_is_significant(events, factor):
    # The upper limit is drawn where so many events lie on it; Byar's takes over from ten.
    expected = float(methods.poisson_interval(events, 0.95)[0])
    limit = float(funnels.widened_ratio(events / expected, factor))
    for nudge, outside in [(1 + 1e-9, True), (1 - 1e-9, False)]:
        count = limit * nudge * expected
        position = int(funnels.event_significance(count, expected, factor))
        assert (position > 2) == outside or events == methods.intervals.EXACT_BELOW


def test_missing_figures_are_never_outside():
    assert funnels.event_significance([np.nan, 5], [5, np.nan]).tolist() == [2, 2]
    assert funnels.proportion_significance([np.nan], [5], [0.5]).tolist() == [2]


# --- z-scores -------------------------------------------------------------------------------------


def test_the_z_score_of_a_proportion_is_its_distance_in_standard_errors():
    assert funnels.proportion_scores(120, 500, 0.2) == pytest.approx(0.04 / np.sqrt(0.16 / 500))


def test_the_z_scores_of_proportions_square_and_sum_to_chi_squared():
    counts, sizes = np.array([30, 45, 20]), np.array([100, 120, 90])
    z = funnels.proportion_scores(counts, sizes, counts.sum() / sizes.sum())
    table = np.array([counts, sizes - counts])
    assert (z**2).sum() == pytest.approx(stats.chi2_contingency(table, correction=False).statistic)


def test_the_z_score_of_a_count_is_on_the_root_scale():
    assert funnels.event_scores([121, 0], [100, 4]) == pytest.approx([2, -4])


def test_weights_are_one_over_the_variance_of_chance():
    assert funnels.proportion_weight(500, 0.2) == pytest.approx(500 / 0.16)
    assert funnels.event_weight(25) == 100


def test_an_average_of_nothing_or_all_leaves_nothing_to_vary():
    assert funnels.proportion_scores([0, 10], 10, [0, 1]).tolist() == [0, 0]
    assert funnels.proportion_weight(10, [0, 1]).tolist() == [0, 0]
    assert one_funnel([0, 0, 0], [0, 0, 0]) == (0, 0)


# --- overdispersion -------------------------------------------------------------------------------


def test_phi_is_the_mean_of_the_squared_z_scores():
    assert one_funnel([1, -2, 3, -4], np.ones(4))[0] == pytest.approx(30 / 4)


def test_tau_squared_by_hand():
    # I phi = 30, I - 1 = 3, sum of weights 10, of their squares 30: 27 / (10 - 3).
    assert one_funnel([1, -2, 3, -4], [1, 2, 3, 4])[1] == pytest.approx(27 / 7)


def test_the_outermost_z_scores_are_brought_in_to_the_percentiles():
    z = np.append(np.arange(-5.0, 5.0), 1000)
    phi, _ = one_funnel(z, np.ones(11), share=0.1)
    assert phi == pytest.approx(np.mean(np.clip(z, -4, 4) ** 2))
    assert one_funnel(z, np.ones(11))[0] > 90_000


@given(st.lists(st.floats(-20, 20), min_size=2, max_size=40), st.sampled_from([0, 0.1, 0.25]))
def test_dispersion_is_as_the_formulas_are_printed(z, share):
    weight = np.linspace(1, 50, len(z))
    assert one_funnel(z, weight, share) == pytest.approx(by_hand(z, weight, share), abs=1e-9)


def test_tau_squared_is_that_of_a_random_effects_meta_analysis():
    from statsmodels.stats.meta_analysis import combine_effects

    effect, variance = (
        np.array([0.2, 0.5, -0.1, 0.9, 0.4]),
        np.array([0.02, 0.03, 0.01, 0.05, 0.02]),
    )
    fixed = np.average(effect, weights=1 / variance)
    tau2 = one_funnel((effect - fixed) / np.sqrt(variance), 1 / variance)[1]
    theirs = combine_effects(effect, variance, method_re="dl")
    assert tau2 == pytest.approx(theirs.tau2)


def test_tau_squared_is_zero_up_to_what_chance_alone_gives():
    # phi = 3/4 = (I - 1) / I exactly, and a little below and above it.
    weight = np.arange(1.0, 5)
    for scale, above in [(1, False), (0.99, False), (1.01, True)]:
        z = scale * np.sqrt(0.75) * np.array([1, -1, 1, -1])
        assert (one_funnel(z, weight)[1] > 1e-12) == above


def test_each_group_has_the_dispersion_it_has_alone():
    draws = np.random.default_rng(5)
    group = draws.permutation(np.repeat([0, 1, 3], [12, 30, 7]))
    z, weight = draws.normal(0, 2, group.size), draws.uniform(1, 9, group.size)
    phi, tau2 = funnels.dispersion(z, weight, group, 4)
    for number in (0, 1, 3):
        mine = group == number
        expected = by_hand(z[mine], weight[mine], 0.1)
        assert (phi[number], tau2[number]) == pytest.approx(expected)
    assert np.isnan([phi[2], tau2[2]]).all()


def test_one_area_has_no_variation_between_areas():
    phi, tau2 = one_funnel([3], [5])
    assert phi == 9 and np.isnan(tau2)


def test_a_missing_z_score_is_left_out():
    z, weight = [1, np.nan, -3, 2], [1, np.nan, 3, 4]
    assert one_funnel(z, weight) == one_funnel([1, -3, 2], [1, 3, 4])


def test_no_areas_have_no_dispersion():
    phi, tau2 = funnels.dispersion([], [], NO_GROUPS, 0)
    assert phi.size == 0 and tau2.size == 0
    assert np.isnan(funnels.dispersion([], [], NO_GROUPS, 2)).all()


@pytest.mark.parametrize("share, expected", [(0, 1), (0.1, 0.679)])
def test_phi_of_areas_that_differ_by_chance_alone(share, expected):
    # Bringing in a tenth of normal scores at each end leaves 0.679 of their mean square.
    draws = np.random.default_rng(7)
    sizes = draws.integers(200, 5000, 20_000)
    counts = draws.binomial(sizes, 0.3)
    z = funnels.proportion_scores(counts, sizes, counts.sum() / sizes.sum())
    assert one_funnel(z, funnels.proportion_weight(sizes, 0.3), share)[0] == pytest.approx(
        expected, rel=0.05
    )
    expected_events = draws.uniform(20, 300, 20_000)
    z = funnels.event_scores(draws.poisson(expected_events), expected_events)
    assert one_funnel(z, funnels.event_weight(expected_events), share)[0] == pytest.approx(
        expected, rel=0.05
    )


def test_tau_squared_finds_the_variation_that_was_put_in():
    draws = np.random.default_rng(8)
    expected = draws.uniform(100, 1000, 20_000)
    ratio = (1 + draws.normal(0, 0.1, 20_000)) ** 2
    z = funnels.event_scores(draws.poisson(expected * ratio), expected)
    assert one_funnel(z, funnels.event_weight(expected))[1] == pytest.approx(0.01, rel=0.05)


# --- inflation ------------------------------------------------------------------------------------


def test_inflation_by_hand():
    assert funnels.inflation(100, 4, 0.03, "multiplicative") == 2
    assert funnels.inflation(100, 4, 0.03, "additive") == 2
    assert funnels.inflation(100, 4, 0.03, None) == 1


def test_a_phi_below_one_narrows_nothing():
    assert funnels.inflation(100, 0.5, 0, "multiplicative") == 1
    assert funnels.inflation(100, 0.5, 0, "additive") == 1


def test_areas_of_many_events_are_inflated_most_when_areas_differ_among_themselves():
    factors = funnels.inflation(np.array([1.0, 10, 100]), 2, 0.05, "additive")
    assert (np.diff(factors) > 0).all()


@given(st.floats(0, 1e6), st.floats(0, 1e3), st.floats(0, 10))
def test_inflation_is_at_least_one(weight, phi, tau2):
    for model in (*funnels.OVERDISPERSION, None):
        assert funnels.inflation(weight, phi, tau2, model) >= 1


def test_an_unknown_variation_is_an_unknown_inflation():
    assert np.isnan(funnels.inflation(1, 1, np.nan, "additive"))
    assert np.isnan(funnels.inflation(1, np.nan, 1, "multiplicative"))
