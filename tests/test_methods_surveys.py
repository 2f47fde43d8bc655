"""Survey arithmetic against statsmodels, printed intervals and formulas worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
    test_proportions_2indep,
)
from statsmodels.stats.weightstats import DescrStatsW

from cyp_analysis.errors import UsageError
from cyp_analysis.methods import modelled, surveys
from cyp_analysis.methods.intervals import wilson_interval

test_proportions_2indep.__test__ = False  # a function of statsmodels, not a test of ours
SEED = 20251121

# Newcombe 1998, table II, method 10: a of m against b of n, and the printed 95% interval.
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
    (10, 10, 0, 10, 0.6075, 1.0000),
]
shares = st.floats(0, 1)
bases = st.floats(0.5, 1e6)


# --- design effects -------------------------------------------------------------------------------


def test_equal_weights_have_no_design_effect():
    assert surveys.kish_design_effect([2.5] * 12) == pytest.approx(1)


def test_kish_design_effect_by_hand():
    # weights 1, 1, 2, 4: mean 2, variance 1.5, cv^2 = 1.5 / 4
    weight = np.array([1, 1, 2, 4])
    assert surveys.kish_design_effect(weight) == pytest.approx(1.375)
    assert surveys.kish_effective_base(8, 22) == pytest.approx(64 / 22)
    assert 4 / surveys.kish_design_effect(weight) == pytest.approx(64 / 22)


def test_kish_design_effect_is_one_plus_the_squared_variation():
    weight = np.random.default_rng(SEED).gamma(2, size=(5, 300))
    expected = 1 + weight.var(axis=1) / weight.mean(axis=1) ** 2
    assert surveys.kish_design_effect(weight) == pytest.approx(expected, rel=1e-12)


def test_kish_variance_is_that_of_a_weighted_mean_with_equal_variances():
    weight = np.random.default_rng(SEED).gamma(2, size=50)
    found = surveys.kish_effective_base(weight.sum(), (weight**2).sum())
    assert 1 / found == pytest.approx(((weight / weight.sum()) ** 2).sum())


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30), st.floats(0.1, 50))
def test_the_scale_of_the_weights_does_not_matter(weight, scale):
    weight = np.array(weight)
    found = surveys.kish_design_effect(weight)
    assert found >= 1 - 1e-12
    assert surveys.kish_design_effect(weight * scale) == pytest.approx(found)


def test_weights_that_sum_to_zero_have_no_effective_base():
    assert np.isnan(surveys.kish_effective_base(0, 0))
    assert np.isnan(surveys.kish_effective_base(np.nan, 3))


# --- clusters -------------------------------------------------------------------------------------


def clustered_sample(size: int = 200, clusters: int = 9):
    rng = np.random.default_rng(SEED)
    cluster = rng.integers(0, clusters, size)
    is_yes = rng.random(size) < rng.uniform(0.2, 0.8, clusters)[cluster]
    return is_yes, rng.uniform(0.3, 3, size), cluster


def robust_variance(is_yes, weight, cluster) -> float:
    model = WLS(is_yes.astype(float), np.ones(is_yes.size), weights=weight)
    return float(model.fit(cov_type="cluster", cov_kwds={"groups": cluster}).bse[0] ** 2)


def test_clustered_variance_is_the_robust_one_of_statsmodels():
    is_yes, weight, cluster = clustered_sample()
    found = surveys.clustered_variance(is_yes, weight, cluster, np.zeros(200, int), 1)
    # statsmodels multiplies by (n - 1) / (n - k) as well, which is 1 for a mean
    assert found.variance == pytest.approx([robust_variance(is_yes, weight, cluster)], rel=1e-10)
    assert found.clusters.tolist() == [9]


def test_clustered_variance_of_groups_is_that_of_each_alone():
    is_yes, weight, cluster = clustered_sample()
    group = np.random.default_rng(1).integers(0, 3, 200)
    found = surveys.clustered_variance(is_yes, weight, cluster, group, 4)
    for number in range(3):
        kept = group == number
        expected = robust_variance(is_yes[kept], weight[kept], cluster[kept])
        assert found.variance[number] == pytest.approx(expected, rel=1e-10)
    assert np.isnan(found.variance[3]) and found.clusters[3] == 0


def test_respondents_of_weight_zero_are_in_no_cluster():
    is_yes, weight, cluster = clustered_sample()
    weight[cluster == 4] = 0
    kept = cluster != 4
    found = surveys.clustered_variance(is_yes, weight, cluster, np.zeros(200, int), 1)
    assert found.clusters.tolist() == [8]
    expected = robust_variance(is_yes[kept], weight[kept], cluster[kept])
    assert found.variance == pytest.approx([expected], rel=1e-10)


def test_one_cluster_has_no_variance():
    found = surveys.clustered_variance([True, False], [1, 1], [0, 0], [0, 0], 1)
    assert np.isnan(found.variance[0]) and found.clusters[0] == 1


def test_an_empty_sample_has_no_clusters():
    empty = np.array([], dtype=int)
    found = surveys.clustered_variance(empty, empty, empty, empty, 0)
    assert found.variance.shape == found.clusters.shape == (0,)


def test_the_base_of_clusters_is_at_most_that_of_kish():
    found = surveys.clustered_base([0.5, 0.5, 0.0, 0.5], [80, 80, 80, 80], [0.01, 0.001, 0, np.nan])
    assert found[:3] == pytest.approx([25, 80, 80])
    assert np.isnan(found[3])


def test_few_clusters_take_students_quantile():
    # printed tables of t at 97.5%: 12.706, 2.776, 2.262
    found = surveys.few_clusters_factor([2, 5, 10])
    assert np.sqrt(1.959964**2 / found) == pytest.approx([12.706, 2.776, 2.262], abs=5e-4)
    assert surveys.few_clusters_factor(10**7) == pytest.approx(1, abs=1e-6)
    assert np.isnan(surveys.few_clusters_factor(1))
    assert surveys.few_clusters_factor(3, 1) == 1


# --- small populations and intervals --------------------------------------------------------------


def test_population_correction_by_hand():
    found = surveys.population_correction([100, 100, 1, 100, 0], [1000, 100, 1, np.inf, 10])
    assert found == pytest.approx([900 / 999, 0, 0, 1, 10 / 9])
    assert np.isnan(surveys.population_correction([100, 5, np.nan], [99, np.nan, np.inf])).all()


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.998])
def test_effective_interval_is_the_wilson_interval_of_statsmodels(confidence):
    rng = np.random.default_rng(SEED)
    share, base = rng.random(500), rng.uniform(1, 3000, 500)
    expected = proportion_confint(share * base, base, 1 - confidence, method="wilson")
    found = surveys.effective_interval(share, base, confidence)
    assert found == pytest.approx(np.array(expected), rel=1e-10)


def test_corrected_limits_solve_the_equation_of_the_score_test():
    share, base, population, z = 0.35, 120, 400, 1.959963984540054
    correction = (population - base) / (population - 1)
    for limit in surveys.effective_interval(share, base / correction):
        error = np.sqrt(limit * (1 - limit) / base * correction)
        assert abs(share - limit) / error == pytest.approx(z, rel=1e-9)


def test_everybody_asked_leaves_no_interval():
    assert surveys.effective_interval([0, 0.4, 1], np.inf) == pytest.approx(
        np.array([[0, 0.4, 1]] * 2)
    )
    assert np.isnan(surveys.effective_interval([1.2, np.nan, 0.5], [np.inf, 10, np.nan])).all()


def test_margins_as_pollsters_print_them():
    # the usual table: 4.4 points for 500 answers, 3.1 for 1,000, 2.2 for 2,000, 9.8 for 100
    found = 100 * surveys.margin_of_error(0.5, np.array([500, 1000, 2000, 100]))
    assert found.round(1).tolist() == [4.4, 3.1, 2.2, 9.8]
    assert np.isnan(surveys.margin_of_error(0.5, np.nan))


@given(shares, bases, st.sampled_from([0.9, 0.95, 0.998]))
def test_the_interval_holds_the_share_and_narrows_with_the_base(share, base, confidence):
    lower, upper = surveys.effective_interval(share, base, confidence)
    assert 0 <= lower <= share + 1e-12 and share - 1e-12 <= upper <= 1
    more = surveys.effective_interval(share, 4 * base, confidence)
    assert more[1] - more[0] < upper - lower
    wider = surveys.effective_interval(share, base, 0.999)
    assert wider[0] <= lower and wider[1] >= upper * (1 - 1e-12)


# --- two samples ----------------------------------------------------------------------------------


@pytest.mark.parametrize("a, m, b, n, lower, upper", NEWCOMBE)
def test_printed_intervals_of_newcombe(a, m, b, n, lower, upper):
    found = surveys.effective_difference_interval(a / m, m, b / n, n)
    assert found == pytest.approx((lower, upper), abs=5.1e-5)


def two_samples(size: int = 300):
    rng = np.random.default_rng(SEED)
    return rng.uniform(0.05, 0.95, (2, size)), rng.uniform(5, 2000, (2, size))


@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_difference_interval_is_that_of_statsmodels(confidence):
    (p, q), (n, m) = two_samples()
    expected = confint_proportions_2indep(p * n, n, q * m, m, "newcomb", alpha=1 - confidence)
    found = surveys.effective_difference_interval(p, n, q, m, confidence)
    assert found == pytest.approx(np.array(expected), rel=1e-9)


def test_difference_test_is_the_two_tests_of_statsmodels():
    (p, q), (n, m) = two_samples(40)
    found = surveys.effective_difference_test(p, n, q, m)
    for at, figures in enumerate(zip(p, n, q, m, strict=True)):
        share, base, other, other_base = figures
        counts, nobs = [share * base, other * other_base], [base, other_base]
        assert found[at] == pytest.approx(proportions_ztest(counts, nobs)[1], rel=1e-8)
        score = test_proportions_2indep(
            counts[0], base, counts[1], other_base, method="score", correction=False
        )
        assert found[at] == pytest.approx(score.pvalue, rel=1e-5)


def test_two_samples_all_alike_do_not_differ():
    found = surveys.effective_difference_test([0, 1, 0, 1], 30, [0, 1, 1, np.nan], 40)
    assert found[:2].tolist() == [1, 1] and found[2] < 1e-12 and np.isnan(found[3])


@given(shares, bases, shares, bases)
def test_swapping_the_samples_turns_the_difference_round(p, n, q, m):
    lower, upper = surveys.effective_difference_interval(p, n, q, m)
    assert -1 - 1e-12 <= lower <= p - q + 1e-9 and p - q - 1e-9 <= upper <= 1 + 1e-12
    other = surveys.effective_difference_interval(q, m, p, n)
    assert other == pytest.approx((-upper, -lower), abs=1e-9)
    swapped = surveys.effective_difference_test(q, m, p, n)
    assert surveys.effective_difference_test(p, n, q, m) == pytest.approx(swapped, nan_ok=True)


def test_the_rest_of_a_set_is_the_sum_of_the_others():
    found = surveys.rest_of_set(
        [0.5, 0.2, 0.8, np.nan], [10, 30, 60, 0], [10, 30, 60, 0], [0, 0, 0, 0]
    )
    assert found.proportion == pytest.approx([54 / 90, 53 / 70, 11 / 40, 59 / 100])
    assert found.base == pytest.approx([90, 70, 40, 100])
    assert found.effective_base == pytest.approx(found.base)


def test_the_effective_base_of_the_rest_is_kishs():
    weight = np.random.default_rng(SEED).gamma(2, size=(4, 25))
    total, squares = weight.sum(axis=1), (weight**2).sum(axis=1)
    found = surveys.rest_of_set([0.5] * 4, total, total**2 / squares, [0, 0, 0, 0])
    for number in range(4):
        others = np.delete(weight, number, axis=0).ravel()
        assert found.effective_base[number] == pytest.approx(
            75 / surveys.kish_design_effect(others), rel=1e-12
        )
        assert DescrStatsW(np.full(75, 0.5), others).mean == pytest.approx(found.proportion[number])


def test_a_missing_subgroup_spoils_its_own_set_only():
    found = surveys.rest_of_set([0.5, np.nan, 0.2, 0.4], [10] * 4, [10] * 4, [0, 0, 1, 1])
    assert np.isnan(found.proportion[0]) and found.proportion[2:].tolist() == [0.4, 0.2]


# --- modelled estimates ---------------------------------------------------------------------------


def test_a_certain_population_scales_the_limits():
    found = modelled.product_interval(0.083, (0.07, 0.1), 57_542, (57_542, 57_542))
    assert found == (0.07 * 57_542, 0.1 * 57_542)


def test_a_certain_prevalence_scales_the_limits_of_the_population():
    found = modelled.product_interval(0.1, (0.1, 0.1), 1000, (900, 1200))
    assert found == pytest.approx((90, 120))


def test_the_product_of_two_uncertain_parts_is_the_log_interval_of_a_ratio():
    # p1 x (1 / p2) is a ratio of proportions, whose log interval statsmodels has
    (a, n), (b, m), z = (30, 200), (55, 180), 1.959963984540054
    spread = [z * np.sqrt(1 / x - 1 / size) for x, size in ((a, n), (b, m))]
    p, factor = a / n, m / b
    limits = [(v * np.exp(-s), v * np.exp(s)) for v, s in zip((p, factor), spread, strict=True)]
    found = modelled.product_interval(p, limits[0], factor, limits[1])
    expected = confint_proportions_2indep(a, n, b, m, method="log", compare="ratio")
    assert found == pytest.approx(expected, rel=1e-10)


def test_a_product_of_zero_keeps_an_upper_limit():
    assert modelled.product_interval(0, (0, 0.02), 500, (400, 600)) == (0, 10)
    near = modelled.product_interval(1e-12, (0, 0.02), 500, (400, 600))
    assert near == pytest.approx((0, 10), abs=0.02)
    assert modelled.product_interval(0.1, (0.05, 0.2), 0, (0, 0)) == (0, 0)
    assert modelled.product_interval(0.1, (0.05, 0.2), 0, (0, 3)) == pytest.approx((0, 0.3))


def test_a_missing_part_makes_its_limit_missing():
    found = modelled.product_interval(0.1, (np.nan, 0.2), 10, (10, 10))
    assert np.isnan(found[0]) and found[1] == 2


def test_the_sum_of_independent_strata_is_newcombes_method():
    # p + (1 - q) = 1 + (p - q), whose limits statsmodels has
    (a, m), (b, n) = (56, 70), (48, 80)
    first, second = wilson_interval(a, m), wilson_interval(n - b, n)
    value = [a / m, (n - b) / n]
    lows, highs = zip(first, second, strict=True)
    found = modelled.strata_interval(value, (lows, highs), [0, 0], 1)
    expected = 1 + np.array(confint_proportions_2indep(a, m, b, n, "newcomb"))
    assert np.ravel(found) == pytest.approx(expected, rel=1e-12)


@given(st.lists(st.tuples(shares, shares, shares), min_size=1, max_size=8))
def test_independent_strata_never_err_more_than_correlated_ones(figures):
    low, value, high = np.sort(np.array(figures), axis=1).T
    group = np.zeros(value.size, int)
    alone = modelled.strata_interval(value, (low, high), group, 1)
    shared = modelled.strata_interval(value, (low, high), group, 1, "correlated")
    assert shared[0] <= alone[0] + 1e-9 and alone[1] <= shared[1] + 1e-9
    assert alone[0] - 1e-9 <= value.sum() <= alone[1] + 1e-9


def test_an_unknown_word_for_the_strata_is_refused():
    with pytest.raises(UsageError, match="independent, correlated"):
        modelled.strata_interval([1], ([0], [2]), [0], 1, "alike")
