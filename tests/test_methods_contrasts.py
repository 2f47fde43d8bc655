"""Contrasts, false discovery and gaps as arrays: against published figures, SciPy, statsmodels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, chi2_contingency, false_discovery_control
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep
from statsmodels.stats.rates import confint_poisson, confint_poisson_2indep, test_poisson_2indep

from cyp_analysis.errors import UsageError
from cyp_analysis.methods import impact
from cyp_analysis.methods.contrasts import (
    mover_difference,
    mover_ratio,
    proportion_difference_interval,
    proportion_difference_test,
    rate_difference_interval,
    rate_ratio_interval,
    rate_ratio_test,
)
from cyp_analysis.methods.intervals import poisson_interval, wilson_interval
from cyp_analysis.methods.multiple_testing import discovery, false_discovery

# pytest would take these for tests of its own.
test_proportions_2indep.__test__ = False
test_poisson_2indep.__test__ = False

NAN, INF = float("nan"), float("inf")


def pairs(size: int, top: float = 60, seed: int = 20) -> tuple[np.ndarray, ...]:
    """Random counts with their denominators, zeros among them."""
    random = np.random.default_rng(seed)
    x, y = (random.poisson(random.uniform(0, top, size)).astype(float) for _ in range(2))
    n, m = (top * 2 + random.integers(10, 5000, size).astype(float) for _ in range(2))
    return x, np.maximum(n, x), y, np.maximum(m, y)


def rate_test(*figures, **options) -> float:
    """The p-value of statsmodels, which divides by the other rate on its way also when it is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return test_poisson_2indep(*figures, method="exact-cond", **options).pvalue


counts = st.integers(0, 2000)
people = st.integers(2000, 200_000)


# --- ratio of two rates ---------------------------------------------------------------------------

# Count, denominator, other count, other denominator, confidence, limits as printed.
RATIOS = {
    # The calculator page of Stata for `iri`, which says "(exact)".
    "stata_iri": (41, 28010, 15, 19017, 0.95, 1.005684, 3.6093, 1e-6),
    # The example of poisson.test in R.
    "r_poisson_test": (11, 800, 21, 3011, 0.95, 0.8584264, 4.2772659, 1e-7),
    # R's exactci, central interval, as the tests of statsmodels quote it.
    "r_exactci": (60, 51477.5, 30, 54308.7, 0.95, 1.339735721772650, 3.388365573616252, 1e-12),
}


@pytest.mark.parametrize("case", RATIOS.values(), ids=RATIOS)
def test_ratio_limits_match_the_printed_ones(case):
    *figures, confidence, lower, upper, tolerance = case
    found = rate_ratio_interval(*figures, confidence)
    assert found == (pytest.approx(lower, rel=tolerance), pytest.approx(upper, rel=tolerance))


def test_ratio_limits_are_those_of_the_binomial_share():
    x, n, y, m = pairs(150)
    lower, upper = rate_ratio_interval(x, n, y, m, 0.998)
    for i in range(x.size):
        total = int(x[i] + y[i])
        if not total:
            continue
        share = binomtest(int(x[i]), total).proportion_ci(0.998, "exact")
        with np.errstate(divide="ignore"):
            odds = np.array(share) / (1 - np.array(share)) * m[i] / n[i]
        assert (lower[i], upper[i]) == pytest.approx(tuple(odds), rel=1e-9)


def test_ratio_limits_leave_out_the_ratios_that_the_test_of_statsmodels_rejects():
    x, n, y, m = (figure[:40] for figure in pairs(60, top=30, seed=3))
    x, y = x + 1, y + 1
    lower, upper = rate_ratio_interval(x, n, y, m)
    for i in range(x.size):
        tails = [("larger", lower[i]), ("smaller", upper[i])]
        for alternative, ratio in tails:
            p = rate_test(int(x[i]), n[i], int(y[i]), m[i], value=ratio, alternative=alternative)
            assert p == pytest.approx(0.025, rel=1e-8)


def test_limits_of_repeated_counts_are_those_of_each_alone():
    x, n, y, m = pairs(400, top=3)
    n[5], x[9] = NAN, -1
    together = np.array(rate_ratio_interval(x, n, y, m))
    alone = [rate_ratio_interval(*figures) for figures in zip(x, n, y, m, strict=True)]
    np.testing.assert_array_equal(together, np.transpose(alone))
    grid = rate_ratio_interval(x[:8].reshape(2, 4), 100, y[:4], 200)
    assert grid[0].shape == grid[1].shape == (2, 4)
    flat = rate_ratio_interval(x[:8], 100, np.tile(y[:4], 2), 200)
    np.testing.assert_array_equal(np.ravel(grid), np.ravel(flat))


def test_no_events_leave_one_end_open():
    lower, upper = rate_ratio_interval([0, 3, 0], 10, [3, 0, 0], 10)
    assert lower[0] == 0 and 0 < upper[0] < INF
    assert 0 < lower[1] < INF and upper[1] == INF
    assert (lower[2], upper[2]) == (0, INF)


def test_the_two_ends_of_a_ratio_mirror_each_other():
    x, n, y, m = pairs(500)
    lower, upper = rate_ratio_interval(x, n, y, m)
    other_lower, other_upper = rate_ratio_interval(y, m, x, n)
    with np.errstate(divide="ignore"):
        assert other_lower == pytest.approx(1 / upper, rel=1e-9)
        assert other_upper == pytest.approx(1 / lower, rel=1e-9)


@given(counts, people, counts, people)
def test_the_ratio_lies_within_its_limits(x, n, y, m):
    lower, upper = rate_ratio_interval(x, n, y, m)
    assert lower <= upper
    if y:
        assert lower <= x / n / (y / m) <= upper


@given(counts, people, counts, people)
def test_the_wider_the_confidence_the_wider_the_limits(x, n, y, m):
    for interval in (rate_ratio_interval, rate_difference_interval, proportion_difference_interval):
        lower, upper = interval(x, n, y, m, 0.95)
        wide_lower, wide_upper = interval(x, n, y, m, 0.998)
        assert wide_lower <= lower and upper <= wide_upper


def test_full_confidence_leaves_everything_open():
    assert rate_ratio_interval(5, 10, 7, 10, 1) == (0, INF)
    assert rate_difference_interval(5, 10, 7, 10, 1)[1] == INF


def test_unusual_figures_are_missing_and_touch_no_other():
    bad = [
        (-1, 9, 5, 9),
        (5, 0, 5, 9),
        (5, 9, NAN, 9),
        (5, 9, 5, INF),
        (5, -9, 5, 9),
        (5, 9, -5, 9),
    ]
    figures = np.array([(5, 90, 7, 80), *bad, (5, 90, 7, 80)], dtype=float).T
    for function in (
        rate_ratio_interval,
        rate_ratio_test,
        rate_difference_interval,
        proportion_difference_interval,
        proportion_difference_test,
    ):
        found = np.atleast_2d(function(*figures))
        assert np.isnan(found[:, 1:-1]).all()
        assert np.isfinite(found[:, 0]).all() and (found[:, 0] == found[:, -1]).all()
        assert np.atleast_2d(function(5, 90, 7, 80)).ravel().tolist() == found[:, 0].tolist()


# --- test of two rates ----------------------------------------------------------------------------


def test_the_rate_test_is_twice_the_smaller_one_sided_test_of_statsmodels():
    x, n, y, m = pairs(150, seed=4)
    found = rate_ratio_test(x, n, y, m)
    for i in range(x.size):
        if x[i] + y[i] == 0:
            assert found[i] == 1
            continue
        sides = [
            rate_test(int(x[i]), n[i], int(y[i]), m[i], alternative=side)
            for side in ("larger", "smaller")
        ]
        assert found[i] == pytest.approx(min(1, 2 * min(sides)), rel=1e-9, abs=1e-300)


def test_with_equal_denominators_it_is_the_two_sided_test_of_statsmodels():
    x, _, y, _ = pairs(80, seed=5)
    for one, other in zip(x[x + y > 0], y[x + y > 0], strict=True):
        theirs = rate_test(int(one), 100, int(other), 100)
        assert rate_ratio_test(one, 100, other, 100) == pytest.approx(min(theirs, 1), rel=1e-9)


def test_the_rate_test_counts_the_outcomes_of_the_binomial():
    share = 800 / 3811
    tail = binom.sf(10, 32, share)
    assert rate_ratio_test(11, 800, 21, 3011) == pytest.approx(2 * tail, rel=1e-12)


@given(counts, people, counts, people, st.sampled_from([0.9, 0.95, 0.998]))
def test_the_rate_test_and_the_limits_of_the_ratio_never_disagree(x, n, y, m, confidence):
    lower, upper = rate_ratio_interval(x, n, y, m, confidence)
    p = rate_ratio_test(x, n, y, m)
    if abs(p - (1 - confidence)) > 1e-9:
        assert (p < 1 - confidence) == (lower > 1 or upper < 1)


@given(counts, people, counts, people)
def test_a_test_does_not_care_which_comes_first(x, n, y, m):
    assert rate_ratio_test(x, n, y, m) == pytest.approx(rate_ratio_test(y, m, x, n), rel=1e-9)
    p = proportion_difference_test(x, n, y, m)
    assert 0 <= p <= 1
    assert p == pytest.approx(proportion_difference_test(y, m, x, n), rel=1e-9)


# --- differences ----------------------------------------------------------------------------------


def test_below_ten_events_rate_differences_are_mover_on_exact_limits():
    random = np.random.default_rng(6)
    x, y = random.integers(0, 10, (2, 200)).astype(float)
    n, m = random.integers(50, 5000, (2, 200)).astype(float)
    theirs = confint_poisson_2indep(x, n, y, m, "mover", "diff", 0.05, method_mover="exact-c")
    assert np.array(rate_difference_interval(x, n, y, m)) == pytest.approx(
        np.array(theirs), rel=1e-10, abs=1e-14
    )


def test_from_ten_events_rate_differences_are_near_mover_on_exact_limits():
    x, n, y, m = pairs(500, top=3000)
    x, y = x + 10, y + 10
    theirs = confint_poisson_2indep(x, n, y, m, "mover", "diff", 0.05, method_mover="exact-c")
    width = theirs[1] - theirs[0]
    for our, their in zip(rate_difference_interval(x, n, y, m), theirs, strict=True):
        assert np.abs(our - their) / width == pytest.approx(0, abs=5e-4)


def test_mover_on_jeffreys_limits_matches_the_printed_difference():
    # Li, Tang, Poon and Tang 2011: 30 of 54,308.7 and 60 of 51,477.5 a thousand, 90%.
    x, n, y, m = 30, 54.3087, 60, 51.4775
    one, other = (confint_poisson(c, d, "jeff", 0.1) for c, d in ((x, n), (y, m)))
    found = mover_difference(x / n, one, y / m, other)
    assert found == (pytest.approx(-0.9195, abs=2e-3), pytest.approx(-0.3193, abs=2e-3))
    theirs = confint_poisson_2indep(x, n, y, m, "mover", "diff", 0.1, method_mover="jeff")
    assert found == pytest.approx(theirs, rel=1e-12)


def test_a_difference_from_a_certain_figure_shifts_the_limits():
    assert mover_difference(5, (3, 9), 2, (2, 2)) == (1, 7)
    assert mover_difference(5, (5, 5), 2, (1, 4)) == (1, 4)


def test_mover_ratio_is_that_of_statsmodels():
    x, n, y, m = pairs(200)
    x, y = x + 12, y + 12
    one, other = (confint_poisson(c, d, "score") for c, d in ((x, n), (y, m)))
    theirs = confint_poisson_2indep(x, n, y, m, "mover", "ratio", method_mover="score")
    assert np.array(mover_ratio(x / n, one, y / m, other)) == pytest.approx(
        np.array(theirs), rel=1e-9
    )


def test_a_ratio_with_a_certain_figure_divides_the_limits():
    assert mover_ratio(6, (6, 6), 3, (2, 4)) == pytest.approx((1.5, 3))
    assert mover_ratio(6, (6, 6), 3, (2, 6)) == pytest.approx((1, 3))
    assert mover_ratio(6, (4, 9), 3, (3, 3)) == pytest.approx((4 / 3, 3))
    assert mover_ratio(0, (0, 0), 3, (2, 4)) == (0, 0)
    assert mover_ratio(6, (4, 9), 3, (0, 4))[1] == INF


# Counts and denominators, 95% limits of method 10 in table II of Newcombe 1998.
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0),
    (10, 10, 0, 10, 0.6075, 1.0),
]


@pytest.mark.parametrize("case", NEWCOMBE, ids=str)
def test_proportion_differences_match_the_printed_ones(case):
    *figures, lower, upper = case
    found = proportion_difference_interval(*figures)
    assert found == (pytest.approx(lower, abs=5e-5), pytest.approx(upper, abs=5e-5))


def test_proportion_differences_are_those_of_statsmodels():
    figures = pairs(500)
    theirs = confint_proportions_2indep(*figures, method="newcomb", compare="diff", alpha=0.002)
    found = proportion_difference_interval(*figures, 0.998)
    assert np.array(found) == pytest.approx(np.array(theirs), rel=1e-9, abs=1e-14)


def test_the_proportion_test_is_the_score_test_of_statsmodels():
    x, n, y, m = pairs(500)
    x, y = x + 1, y + 1
    n, m = n + 1, m + 1
    theirs = test_proportions_2indep(x, n, y, m, method="score", correction=False)
    assert proportion_difference_test(x, n, y, m) == pytest.approx(theirs.pvalue, rel=1e-9)


def test_the_proportion_test_is_chi_squared_without_correction():
    found = proportion_difference_test(56, 70, 48, 80)
    theirs = chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue
    assert found == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("x, y", [(0, 0), (10, 20)], ids=["none", "all"])
def test_none_or_all_of_both_are_alike(x, y):
    assert proportion_difference_test(x, 10, y, 20) == 1


def test_limits_and_test_of_proportions_seldom_disagree():
    figures = pairs(20_000, top=200, seed=8)
    lower, upper = proportion_difference_interval(*figures)
    significant = proportion_difference_test(*figures) < 0.05
    assert np.mean(significant != ((lower > 0) | (upper < 0))) < 0.01


def test_the_rate_test_is_never_alone_in_finding_a_difference():
    figures = pairs(20_000, top=100, seed=9)
    lower, upper = rate_difference_interval(*figures)
    significant = rate_ratio_test(*figures) < 0.05
    outside = (lower > 0) | (upper < 0)
    assert not (significant & ~outside).any()
    assert np.mean(significant != outside) < 0.01


@given(counts, people, counts, people)
def test_the_difference_lies_within_its_limits(x, n, y, m):
    for interval in (rate_difference_interval, proportion_difference_interval):
        lower, upper = interval(x, n, y, m)
        assert lower - 1e-15 <= x / n - y / m <= upper + 1e-15
        assert interval(y, m, x, n) == pytest.approx((-upper, -lower), abs=1e-14)


def test_a_proportion_above_the_whole_is_missing():
    assert np.isnan(proportion_difference_interval(11, 10, 5, 10)).all()
    assert np.isnan(proportion_difference_test(5, 10, 11, 10))


# --- false discovery ------------------------------------------------------------------------------

# The fifteen p-values of the example of Benjamini and Hochberg 1995, of which four are found.
EXAMPLE = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
EXAMPLE += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


def test_the_published_example_finds_four():
    assert discovery(false_discovery(EXAMPLE)).sum() == 4


def test_it_is_what_scipy_and_statsmodels_give():
    p = np.random.default_rng(1).random(1000) ** 3
    found = false_discovery(p)
    assert found == pytest.approx(false_discovery_control(p), rel=1e-15)
    assert found == pytest.approx(multipletests(p, method="fdr_bh")[1], rel=1e-12)
    assert (discovery(found) == multipletests(p, 0.05, "fdr_bh")[0]).all()


def test_families_are_judged_apart_and_missing_ones_not_counted():
    random = np.random.default_rng(2)
    p, family = random.random(400) ** 2, random.integers(0, 60, 400)
    p[::7], p[3], p[4] = NAN, -0.1, 1.1
    found = false_discovery(p, family)
    for number in range(60):
        usable = (family == number) & (p >= 0) & (p <= 1)
        if usable.any():
            assert found[usable] == pytest.approx(false_discovery_control(p[usable]), rel=1e-15)
    assert np.isnan(found[~((p >= 0) & (p <= 1))]).all()


def test_no_tests_no_findings():
    assert false_discovery([]).size == 0
    assert np.isnan(false_discovery([NAN, NAN], [0, 1])).all()
    assert not discovery(NAN)


@pytest.mark.parametrize("rate", [0, 1, -0.1, NAN, "0.05", True, None])
def test_an_impossible_rate_is_refused(rate):
    with pytest.raises(UsageError, match="above 0 and below 1"):
        discovery([0.1], rate)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusting_raises_p_values_and_keeps_their_order(p):
    found = false_discovery(p)
    assert (found >= np.array(p) - 1e-15).all() and (found <= 1).all()
    assert (np.diff(found[np.argsort(p, kind="stable")]) >= 0).all()


# --- children behind a gap ------------------------------------------------------------------------


def test_the_gap_is_what_lies_above_the_expected():
    assert impact.gap([30, 20, 25], [25, 25, 25]).tolist() == [5, -5, 0]
    assert impact.gap(3, 0.1 * 30) == 0
    assert np.isnan(impact.gap(NAN, 3))


def test_count_limits_are_those_of_the_statistic():
    lower, upper = impact.count_interval(65, 100, "proportion")
    assert (lower, upper) == (pytest.approx(55.25444330), pytest.approx(73.63575176))
    assert impact.count_interval(5, 100, "rate") == poisson_interval(5)


def test_an_unknown_statistic_is_refused():
    with pytest.raises(UsageError, match="one of proportion, rate"):
        impact.count_interval(5, 10, "mean")


def test_a_certain_benchmark_shifts_the_limits_of_the_count():
    limits = impact.count_interval(65, 100, "proportion")
    lower, upper = impact.gap_interval(65, limits, 50)
    assert (lower, upper) == (pytest.approx(5.25444330), pytest.approx(23.63575176))
    lower, upper = impact.gap_percent_interval(65, limits, 50)
    ends = [100 * (1 - 50 / limit) for limit in limits]
    assert (lower, upper) == (pytest.approx(ends[0]), pytest.approx(ends[1]))


def test_an_uncertain_benchmark_is_the_difference_of_two_proportions():
    limits = impact.count_interval(56, 70, "proportion")
    expected = tuple(70 * end for end in wilson_interval(48, 80))
    found = impact.gap_interval(56, limits, 70 * 48 / 80, expected)
    assert np.array(found) / 70 == pytest.approx([0.0524, 0.3339], abs=5e-5)


@given(st.integers(1, 500), st.floats(0.01, 0.9), st.floats(0.5, 1), st.floats(1, 1.1))
def test_uncertainty_of_the_benchmark_widens_the_limits(x, share, down, up):
    limits, expected = impact.count_interval(x, 500, "proportion"), 500 * share
    for interval in (impact.gap_interval, impact.gap_percent_interval):
        lower, upper = interval(x, limits, expected)
        wide = interval(x, limits, expected, (expected * down, expected * up))
        slack = 1e-9 * (1 + abs(lower) + abs(upper))
        assert wide[0] <= lower + slack and upper <= wide[1] + slack


def test_the_percentage_is_of_the_count():
    assert impact.gap_percent([50, 40, 0], 25).tolist()[:2] == [50, 37.5]
    assert np.isnan(impact.gap_percent(0, 25))
    assert np.isnan(impact.gap_percent_interval(0, (0, 3), 25)).all()
    assert impact.gap_percent_interval(10, (5, 18), 0) == (100, 100)


@pytest.mark.parametrize(
    "polarity, words",
    [
        ("low_is_good", ["fewer", "none", "none", ""]),
        ("high_is_good", ["none", "more", "none", ""]),
        ("no_judgement", ["fewer", "more", "none", ""]),
    ],
)
def test_the_direction_says_what_would_have_to_happen(polarity, words):
    assert impact.gap_direction([5, -5, 0, NAN], polarity).tolist() == words


def test_directions_take_a_polarity_a_row_and_refuse_an_unknown_one():
    assert impact.gap_direction([5, 5], ["low_is_good", "high_is_good"]).tolist() == [
        "fewer",
        "none",
    ]
    with pytest.raises(UsageError, match="polarity"):
        impact.gap_direction([5], "small_is_good")
