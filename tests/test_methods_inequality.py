"""Slope and relative index of inequality on arrays, and quantiles, against others' answers."""

import math
from fractions import Fraction

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cyp_analysis.errors import UsageError
from cyp_analysis.methods.inequality import (
    InequalityModel,
    inequality,
    line_weights,
    relative_index_limits,
    slope_index_limits,
    standard_error,
)
from cyp_analysis.methods.inequality_draws import DRAWS, normal_draws
from cyp_analysis.methods.quantiles import quantile_of, weighted_quantile_of

# The worked example of the guidance: five quintiles, most deprived first.
POPULATION = np.array([[2200.0, 2100, 1900, 2000, 1800]])
VALUE = np.array([[24.0, 21, 20, 16, 14]])
SE = np.array([[1.5, 1.2, 1.1, 0.9, 1.3]])
RATE, PROPORTION = InequalityModel("rate"), InequalityModel("proportion")


def statsmodels_line(value, population) -> tuple[float, float]:
    """Intercept and slope of statsmodels' weighted regression on rank."""
    share = population / population.sum()
    rank = share.cumsum() - share / 2
    return tuple(sm.WLS(value, sm.add_constant(rank), weights=share).fit().params)


# --- the line -------------------------------------------------------------------------------------


def test_the_printed_example_comes_out():
    found = inequality(VALUE, POPULATION)
    assert found.slope_index == pytest.approx([-12.4921826], abs=5e-8)
    assert found.intercept == pytest.approx([25.4560913], abs=5e-8)
    assert found.relative_index == pytest.approx([0.5092654855], abs=5e-9)  # of rounded figures


tables = st.integers(5, 20).flatmap(
    lambda size: st.tuples(
        st.lists(st.floats(1, 1e4), min_size=size, max_size=size),
        st.lists(st.floats(0.01, 0.99), min_size=size, max_size=size),
    )
)


@given(tables)
@settings(max_examples=50, deadline=None)
def test_the_line_is_the_weighted_regression_of_statsmodels(table):
    population, value = map(np.array, table)
    intercept, slope = statsmodels_line(value, population)
    found = inequality(value[None], population[None])
    assert found.intercept[0] == pytest.approx(intercept, rel=1e-8, abs=1e-9)
    assert found.slope_index[0] == pytest.approx(slope, rel=1e-8, abs=1e-8)


def test_the_transformed_line_is_the_regression_of_statsmodels_on_logits_taken_back():
    value = VALUE / 100
    intercept, slope = statsmodels_line(np.log(value[0] / (1 - value[0])), POPULATION[0])
    start, end = 1 / (1 + np.exp(-intercept)), 1 / (1 + np.exp(-intercept - slope))
    found = inequality(value, POPULATION, InequalityModel("proportion", True, 100))
    assert found.slope_index == pytest.approx([100 * (end - start)])
    assert found.relative_index == pytest.approx([end / start])
    assert found.intercept == pytest.approx([100 * start])


def test_the_weights_of_the_intercept_add_to_one_and_those_of_the_slope_to_zero():
    slope, intercept = line_weights(POPULATION)
    assert slope.sum() == pytest.approx(0, abs=1e-12)
    assert intercept.sum() == pytest.approx(1)


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_a_straight_line_is_found_again(start, slope):
    share = POPULATION / POPULATION.sum()
    rank = share.cumsum() - share / 2
    found = inequality(start + slope * rank, POPULATION)
    assert found.intercept[0] == pytest.approx(start, abs=1e-9)
    assert found.slope_index[0] == pytest.approx(slope, abs=1e-9)


@given(st.floats(0.01, 1000))
def test_only_shares_of_the_population_count(scale):
    ours, theirs = inequality(VALUE, POPULATION * scale), inequality(VALUE, POPULATION)
    assert ours.slope_index == pytest.approx(theirs.slope_index)


def test_a_multiplier_below_zero_turns_the_sign_and_the_ratio_over():
    plain, turned = (
        inequality(VALUE, POPULATION),
        inequality(VALUE, POPULATION, InequalityModel(multiplier=-100)),
    )
    assert turned.slope_index == pytest.approx(-100 * plain.slope_index)
    assert turned.relative_index == pytest.approx(1 / plain.relative_index)
    assert turned.intercept == pytest.approx(plain.intercept)


@pytest.mark.parametrize("wrong", [0, -5, np.nan, np.inf])
def test_a_wrong_population_makes_only_its_own_group_missing(wrong):
    population = np.repeat(POPULATION, 2, axis=0)
    population[0, 2] = wrong
    found = inequality(np.repeat(VALUE, 2, axis=0), population)
    assert np.isnan(found.slope_index).tolist() == [True, False]


def test_one_quantile_alone_has_no_slope():
    assert np.isnan(inequality([[3.0]], [[100]]).slope_index).all()


def test_a_ratio_to_zero_is_missing():
    assert np.isnan(inequality(0 * VALUE, POPULATION).relative_index).all()


# --- limits with a closed form --------------------------------------------------------------------


def test_the_limits_of_the_slope_hold_its_normal_distribution():
    rng = np.random.default_rng(11)
    drawn = VALUE + SE * rng.standard_normal((200_000, 5))
    slopes = inequality(drawn, np.broadcast_to(POPULATION, drawn.shape)).slope_index
    ((lower, upper),) = slope_index_limits(VALUE, POPULATION, SE)
    half = (upper - lower)[0] / 2
    assert np.quantile(slopes, [0.025, 0.975]) == pytest.approx([lower[0], upper[0]], abs=half / 50)


def test_the_limits_of_the_ratio_are_the_exact_percentiles_of_the_ratio_of_normals():
    ((lower, upper),) = relative_index_limits(VALUE, POPULATION, SE)
    slope, start = line_weights(POPULATION)
    for limit, share in ((lower[0], 0.025), (upper[0], 0.975)):
        form = (slope + start) - limit * start  # the ratio is below the limit where this is below 0
        below_zero = stats.norm.cdf(0, (form * VALUE).sum(), np.sqrt(((form * SE) ** 2).sum()))
        assert below_zero == pytest.approx(share, rel=1e-9)


def test_the_limits_of_the_ratio_agree_with_draws():
    rng = np.random.default_rng(12)
    drawn = VALUE + SE * rng.standard_normal((200_000, 5))
    ratios = inequality(drawn, np.broadcast_to(POPULATION, drawn.shape)).relative_index
    ((lower, upper),) = relative_index_limits(VALUE, POPULATION, SE)
    half = (upper - lower)[0] / 2
    assert np.quantile(ratios, [0.025, 0.975]) == pytest.approx([lower[0], upper[0]], abs=half / 50)


def test_a_ratio_to_a_value_that_may_be_zero_has_no_limits():
    ((lower, upper),) = relative_index_limits(VALUE, POPULATION, 20 * SE)
    assert np.isnan([lower, upper]).all()


@pytest.mark.parametrize("limits_of", [slope_index_limits, relative_index_limits])
@pytest.mark.parametrize(
    "model, scale",
    [
        (InequalityModel(), 1),
        (InequalityModel(multiplier=-3), 1),
        (InequalityModel("rate", True), 0.05),
        (InequalityModel("rate", True, 0.5), 0.05),
        (InequalityModel("proportion", True, -100), 0.05),
        (RATE, 0.05),
        (InequalityModel("proportion", False, -100), 0.05),
    ],
    ids=str,
)
def test_limits_hold_the_index_and_widen_with_confidence(limits_of, model, scale):
    value = VALUE / 100 if model.value_type == "proportion" else VALUE
    limits = limits_of(value, POPULATION, SE * scale, model, (0.95, 0.998))
    (lower, upper), (lower998, upper998) = limits
    found = inequality(value, POPULATION, model)
    index = found.slope_index if limits_of is slope_index_limits else found.relative_index
    assert lower998 < lower < index < upper < upper998


@pytest.mark.parametrize("limits_of", [slope_index_limits, relative_index_limits])
@pytest.mark.parametrize("model", [InequalityModel(), InequalityModel("rate", True), RATE], ids=str)
def test_without_error_the_limits_are_the_index(limits_of, model):
    ((lower, upper),) = limits_of(VALUE, POPULATION, 0 * SE, model)
    found = inequality(VALUE, POPULATION, model)
    index = found.slope_index if limits_of is slope_index_limits else found.relative_index
    assert lower == pytest.approx(index) and upper == pytest.approx(index)


def test_a_small_multiplier_does_not_swap_the_limits():
    model = InequalityModel("rate", True, 0.25)
    ((lower, upper),) = slope_index_limits(VALUE, POPULATION, SE / 20, model)
    assert lower < upper


@pytest.mark.parametrize("model", [InequalityModel(), RATE, InequalityModel("rate", True)], ids=str)
def test_at_certainty_the_slope_has_no_bounds(model):
    ((lower, upper),) = slope_index_limits(VALUE, POPULATION, SE / 20, model, [1])
    assert np.isinf([lower, upper]).all() and lower < upper
    ratio = relative_index_limits(VALUE, POPULATION, SE / 20, model, [1])[0]
    assert not np.isfinite(ratio[1]).any()


def test_standard_errors_come_from_95_percent_limits_on_the_normal_scale():
    z = stats.norm.ppf(0.975)
    assert standard_error(10 - 2 * z, 10 + 2 * z) == pytest.approx(2)
    assert standard_error(np.exp(3 - z), np.exp(3 + z), "rate") == pytest.approx(1)
    odds = stats.logistic.cdf([-z, z])
    assert standard_error(*odds, "proportion") == pytest.approx(1)


# --- simulated limits -----------------------------------------------------------------------------


def percentile_by_inversion(weights, centre, se, back, share) -> float:
    """The percentile of a sum of independent draws from its characteristic function (Gil-Pelaez),
    each draw integrated by Gauss and Hermite: nothing random.
    """
    nodes, mass = np.polynomial.hermite_e.hermegauss(60)
    mass = mass / mass.sum()
    terms = weights[:, None] * back(centre[:, None] + se[:, None] * nodes)
    mean = (terms @ mass).sum()
    terms = terms - (terms @ mass)[:, None]
    spread = np.sqrt((terms**2 @ mass).sum())
    steps = np.arange(80) + 0.5
    times = steps * 2 * np.pi / 30
    phi = (np.exp(1j * times[:, None, None] * terms / spread) @ mass).prod(axis=1)

    def below(x):
        return 0.5 - (np.imag(phi * np.exp(-1j * times * x)) / steps).sum() / np.pi

    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < share else (low, middle)
    return mean + spread * low


@pytest.mark.parametrize("level, tolerance", [(0.95, 0.01), (0.998, 0.025)])
@pytest.mark.parametrize("model", [RATE, PROPORTION], ids=str)
def test_simulated_limits_of_the_slope_agree_with_numerical_inversion(model, level, tolerance):
    value = VALUE / 50
    ((lower, upper),) = slope_index_limits(value, POPULATION, SE / 10, model, [level])
    weights, centre = line_weights(POPULATION).slope[0], model.scale.to(value[0])
    for limit, share in ((lower, (1 - level) / 2), (upper, (1 + level) / 2)):
        exact = percentile_by_inversion(weights, centre, SE[0] / 10, model.scale.back, share)
        assert limit[0] == pytest.approx(exact, abs=tolerance * (upper - lower)[0] / 2)


@pytest.mark.parametrize("multiplier", [1, -1])
def test_simulated_limits_of_the_ratio_agree_with_numerical_inversion(multiplier):
    model = InequalityModel("rate", False, multiplier)
    ((lower, upper),) = relative_index_limits(VALUE, POPULATION, SE / 10, model)
    slope, start = (weights[0] for weights in line_weights(POPULATION))
    above, below = (start + slope, start) if multiplier > 0 else (start, start + slope)
    for limit, share in ((lower[0], 0.025), (upper[0], 0.975)):
        form, centre = above - limit * below, np.log(VALUE[0])
        zero = percentile_by_inversion(form, centre, SE[0] / 10, np.exp, share)
        shift = abs(below @ VALUE[0]) * (upper - lower)[0] / 2
        assert zero == pytest.approx(0, abs=0.01 * shift)


def test_a_simulated_ratio_to_a_value_that_may_be_zero_has_no_limits():
    value = np.array([[1.0, 2, 6, 14, 20]])
    ((lower, upper),) = relative_index_limits(value, POPULATION, np.full((1, 5), 0.5), RATE)
    assert np.isnan([lower, upper]).all()


def test_the_same_seed_gives_the_same_limits_and_another_seed_others():
    one, same, other = (
        np.array(slope_index_limits(VALUE, POPULATION, SE / 10, RATE, seed=seed, draws=2000))
        for seed in (1, 1, 2)
    )
    assert (one == same).all() and (one != other).all()


def test_the_limits_of_a_group_do_not_depend_on_its_neighbours():
    three = [np.concatenate([part * scale for scale in (1, 2, 3)]) for part in (VALUE, POPULATION)]
    se = np.repeat(SE / 10, 3, axis=0)
    together = slope_index_limits(*three, se, RATE, draws=2000)[0]
    alone = slope_index_limits(*(part[2:] for part in three), se[2:], RATE, draws=2000)[0]
    assert [limit[2] for limit in together] == [limit[0] for limit in alone]


def test_a_group_with_a_missing_figure_leaves_the_simulated_others_alone():
    value = np.repeat(VALUE, 2, axis=0)
    value[0, 0] = np.nan
    lower, _ = slope_index_limits(value, POPULATION.repeat(2, 0), SE.repeat(2, 0) / 10, RATE)[0]
    assert np.isnan(lower).tolist() == [True, False]


def test_draws_are_normal_finite_and_a_power_of_two():
    drawn = normal_draws(3, 3000)
    assert drawn.shape == (3, 4096) and normal_draws(1).shape == (1, DRAWS)
    assert np.isfinite(drawn).all()
    assert drawn.mean(axis=1) == pytest.approx(0, abs=1e-3)
    assert drawn.std(axis=1) == pytest.approx(1, abs=1e-2)
    assert np.corrcoef(drawn) == pytest.approx(np.eye(3), abs=0.02)


@pytest.mark.parametrize("wrong", [999, 10**9, 5000.5, True, "many", None])
def test_a_wrong_number_of_draws_is_refused(wrong):
    with pytest.raises(UsageError, match="draws: is a whole number from 1000 to 4194304"):
        slope_index_limits(VALUE, POPULATION, SE, RATE, draws=wrong)


@pytest.mark.parametrize("wrong", [-1, 1.5, True, "x", None])
def test_a_wrong_seed_is_refused(wrong):
    with pytest.raises(UsageError, match="seed: is a whole number from 0"):
        relative_index_limits(VALUE, POPULATION, SE, RATE, seed=wrong)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"value_type": "count"}, "value_type: one of mean, rate, proportion"),
        ({"value_type": ["rate"]}, "value_type"),
        ({"multiplier": 0}, "multiplier: a number other than zero"),
        ({"multiplier": np.nan}, "multiplier"),
        ({"multiplier": np.inf}, "multiplier"),
        ({"multiplier": "100"}, "multiplier"),
        ({"multiplier": True}, "multiplier"),
        ({"transform": True}, "transform: False, or True for rates and proportions"),
        ({"value_type": "rate", "transform": "yes"}, "transform"),
    ],
)
def test_a_model_without_meaning_is_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        InequalityModel(**arguments)


# --- quantiles ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "size, number, expected",
    [
        (12, 10, [1, 1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10]),
        (11, 10, [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (7, 5, [1, 1, 2, 3, 3, 4, 5]),
    ],
)
def test_printed_quantiles_come_out(size, number, expected):
    values = np.arange(size)
    assert quantile_of(values, number, highest_first=False).tolist() == expected
    assert quantile_of(values, number).tolist() == expected[::-1]


def by_the_printed_rule(size: int, number: int) -> list[int]:
    """Quantiles of values in order, one rank at a time, in the reference's order of operations."""
    ranks = range(1, size + 1)
    steps = [math.ceil((size + 1 - rank) / (size / number)) for rank in ranks]
    return [math.floor((number + 1) - step) or 1 for step in steps]


@pytest.mark.parametrize(
    "size, number, rank, published, exact",
    [(34, 14, 18, 7, 8), (28, 20, 8, 5, 6), (56, 20, 15, 5, 6), (68, 14, 35, 7, 8)],
)
def test_on_a_boundary_the_rounding_of_the_reference_decides(size, number, rank, published, exact):
    # 21 / (28 / 20) is 15 in numbers and 15.000000000000002 in the floats of R.
    assert number + 1 - math.ceil(Fraction((size + 1 - rank) * number, size)) == exact
    found = quantile_of(np.arange(size), number, highest_first=False)
    assert found[rank - 1] == published
    assert found.tolist() == by_the_printed_rule(size, number)


def test_quantiles_are_those_of_the_printed_rule_for_every_size_and_number():
    for number in range(2, 101):
        sizes = [*range(number, number + 12), 97, 150, 153, 317, 1000]
        group = np.repeat(np.arange(len(sizes)), sizes)
        found = quantile_of(np.arange(group.size), number, group, highest_first=False)
        for place, size in enumerate(sizes):
            expected = by_the_printed_rule(size, number) if size >= number else [np.nan] * size
            np.testing.assert_array_equal(found[group == place], expected)


@given(st.lists(st.integers(-50, 50), max_size=60), st.integers(2, 12), st.booleans())
def test_quantiles_keep_the_order_of_the_values(values, number, highest_first):
    found = quantile_of(values, number, highest_first=highest_first)
    if len(values) < number:
        assert np.isnan(found).all()
        return
    order = np.argsort(values, kind="stable")[:: -1 if highest_first else 1]
    assert (np.diff(found[order]) >= 0).all() and found.min() == 1 and found.max() <= number
    assert all(len(set(found[np.array(values) == value])) == 1 for value in values)


@given(st.integers(2, 60), st.integers(2, 12))
def test_sizes_differ_by_one_at_most_where_no_values_are_equal(size, number):
    found = quantile_of(np.arange(size), number)
    if size >= number:
        sizes = np.bincount(found.astype(int), minlength=number + 1)[1:]
        assert sizes.max() - sizes.min() <= 1


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), min_size=1, max_size=60),
    st.booleans(),
)
def test_each_group_is_ranked_by_itself(rows, is_weighted):
    group, value = map(np.array, zip(*rows, strict=True))
    people = 10.0 + value % 7
    extra = [people] if is_weighted else []
    rank = weighted_quantile_of if is_weighted else quantile_of
    together = rank(value, *extra, 3, group)
    for one in set(group):
        mine = group == one
        alone = rank(value[mine], *(part[mine] for part in extra), 3)
        np.testing.assert_array_equal(together[mine], alone)


def test_a_missing_value_has_no_quantile_and_takes_no_place():
    found = quantile_of([5, np.nan, 3, np.inf, 1], 3)
    np.testing.assert_array_equal(found, [1, np.nan, 2, np.nan, 3])


def test_no_values_give_no_quantiles():
    assert quantile_of([], 5).shape == (0,)
    assert weighted_quantile_of([], [], 5).shape == (0,)


def test_weighted_quantiles_share_the_people():
    # One large area holds half the people: the middle of it lies in the first half.
    found = weighted_quantile_of([9, 8, 7, 6, 5], [400, 100, 100, 100, 100], 2)
    assert found.tolist() == [1, 2, 2, 2, 2]


def test_weighted_quantiles_of_many_small_areas_hold_about_as_many_people():
    rng = np.random.default_rng(3)
    value, people = rng.normal(size=3000), rng.uniform(1000, 3000, 3000)
    found = weighted_quantile_of(value, people).astype(int)
    share = np.bincount(found, weights=people)[1:] / people.sum()
    assert share == pytest.approx(np.full(10, 0.1), abs=0.001)


def test_equal_people_give_the_plain_quantiles_where_areas_divide_evenly():
    value = np.random.default_rng(4).permutation(200)
    np.testing.assert_array_equal(
        weighted_quantile_of(value, np.full(200, 7.0)), quantile_of(value)
    )


def test_equal_values_share_a_weighted_quantile():
    found = weighted_quantile_of([3, 3, 3, 1], [10, 10, 10, 10], 2)
    assert found.tolist() == [1, 1, 1, 2]


def test_an_area_without_people_has_no_weighted_quantile():
    found = weighted_quantile_of([4, 3, 2, 1], [10, 0, np.nan, 10], 2)
    np.testing.assert_array_equal(found, [1, np.nan, np.nan, 2])
