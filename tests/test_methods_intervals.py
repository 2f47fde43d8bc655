"""Confidence limits against published figures, R and statsmodels, and the laws they obey."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyp_analysis.errors import UsageError
from cyp_analysis.methods import (
    byars_interval,
    critical_value,
    exact_poisson_interval,
    poisson_interval,
    wilson_interval,
)

PUBLISHED = Path(__file__).parent / "published"


def cases(name: str) -> list:
    """One pytest case a row of a file of published answers."""
    table = pd.read_csv(PUBLISHED / f"{name}.csv")
    return [pytest.param(row, id=row.case_id) for row in table.itertuples(index=False)]


def same(expected: float, scale: float = 1) -> object:
    """The tolerance of the published files: 1e-12, or 1e-15 of the scale near 0 and 1."""
    return pytest.approx(expected, rel=1e-12, abs=1e-15 * scale, nan_ok=True)


@pytest.mark.parametrize("case", cases("byars_wilson"))
def test_limits_match_the_published_ones(case):
    if case.method == "Byars":
        limits = byars_interval(case.x, case.confidence)
    else:
        limits = wilson_interval(case.x, case.n, case.confidence)
    assert limits == (same(case.expected_lowercl), same(case.expected_uppercl))


@pytest.mark.parametrize("case", cases("phe_proportion"))
def test_wilson_scaled_matches_the_published_proportions(case):
    m = case.multiplier
    lower, upper = wilson_interval(case.x, case.n, case.confidence)
    assert m * lower == same(case.expected_lowercl, m)
    assert m * upper == same(case.expected_uppercl, m)


@pytest.mark.parametrize("case", cases("phe_rate"))
def test_poisson_scaled_matches_the_published_rates(case):
    per = case.multiplier / case.n
    lower, upper = poisson_interval(case.x, case.confidence)
    assert per * lower == same(case.expected_lowercl)
    assert per * upper == same(case.expected_uppercl)


# Printed figures of count, denominator and limits at 95% and 99.8%, to ten decimals.
WILSON = [
    (0, 25, (0, 0.1331922509), (0, 0.2764012746)),
    (5, 100, (0.0215436792, 0.1117504692), (0.0138653207, 0.1645885228)),
    (65, 100, (0.5525444330, 0.7363575176), (0.4954946574, 0.7783540614)),
    (25, 25, (0.8668077491, 1), (0.7235987254, 1)),
]
COUNTS = [
    (0, (0, 3.6888794541), (0, 6.9077552790)),
    (1, (0.0253178080, 5.5716433909), (0.0010005003, 9.2334134765)),
    (5, (1.6234863901, 11.6683320793), (0.7393717319, 16.4547452037)),
    (9, (4.1153730974, 17.0848034514), (2.4524244044, 22.6573733091)),
    (9.5, (4.4532582410, 17.7394379529), (2.7034080088, 23.3985190208)),
    (10, (4.7874499140, 18.3914586058), (2.9163183747, 24.1937249279)),
    (65, (50.1631877105, 82.8491385459), (42.8802614715, 94.0002908443)),
]


@pytest.mark.parametrize("count, denominator, at_95, at_998", WILSON)
def test_wilson_at_the_edges(count, denominator, at_95, at_998):
    assert wilson_interval(count, denominator) == pytest.approx(at_95, abs=5.1e-11)
    assert wilson_interval(count, denominator, 99.8) == pytest.approx(at_998, abs=5.1e-11)


@pytest.mark.parametrize("count, at_95, at_998", COUNTS)
def test_poisson_at_the_edges(count, at_95, at_998):
    assert poisson_interval(count) == pytest.approx(at_95, abs=5.1e-11)
    assert poisson_interval(count, 0.998) == pytest.approx(at_998, abs=5.1e-11)


@pytest.mark.parametrize(
    "count, denominator, limits",
    [(312, 47_850, (58.1684045, 72.8554372)), (7, 2_140, (13.1512292, 67.3956793))],
)
def test_rates_per_10000_at_the_edges(count, denominator, limits):
    scaled = [10_000 * limit / denominator for limit in poisson_interval(count)]
    assert scaled == pytest.approx(limits, abs=5.1e-8)


def test_the_change_from_exact_to_byar_is_at_ten():
    assert poisson_interval(9.999) == exact_poisson_interval(9.999)
    assert poisson_interval(10) == byars_interval(10)
    assert exact_poisson_interval(10)[0] == pytest.approx(4.79539, abs=5e-6)


def test_byar_that_falls_below_zero_is_missing_and_exact_is_not():
    lower, upper = byars_interval([0, 1], 0.998)
    assert np.isnan(lower).all() and upper[1] == pytest.approx(9.362180217908362, rel=1e-12)
    assert (poisson_interval([0, 1], 0.998)[0] >= 0).all()


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.998])
def test_wilson_equals_statsmodels(confidence):
    from statsmodels.stats.proportion import proportion_confint

    n = np.array([1, 7, 25, 100, 3_215, 1e6])
    x = np.array([[0, 0, 3, 65, 222, 12], [1, 7, 25, 100, 3_215, 1e6]])
    ours = wilson_interval(x, n, confidence)
    theirs = proportion_confint(x, np.broadcast_to(n, x.shape), 1 - confidence, method="wilson")
    assert ours[0] == pytest.approx(theirs[0], rel=1e-10, abs=1e-14)
    assert ours[1] == pytest.approx(theirs[1], rel=1e-12)


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.998])
def test_exact_poisson_equals_statsmodels(confidence):
    from statsmodels.stats.rates import confint_poisson

    x = np.array([0, 1, 2.5, 5, 9, 9.99, 40])
    theirs = confint_poisson(x, 1, method="exact-c", alpha=1 - confidence)
    assert exact_poisson_interval(x, confidence) == (
        pytest.approx(theirs[0], rel=1e-12),
        pytest.approx(theirs[1], rel=1e-12),
    )


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 1, 2)])
def test_any_shape_comes_back_in_the_same_shape(shape):
    count = np.full(shape, 4.0)
    for function in (byars_interval, exact_poisson_interval, poisson_interval):
        assert [np.shape(limit) for limit in function(count)] == [shape, shape]
    assert [np.shape(limit) for limit in wilson_interval(count, 10)] == [shape, shape]


@pytest.mark.parametrize("count", [np.nan, -1, -0.5, np.inf])
def test_a_count_that_cannot_be_gives_missing_limits(count):
    for function in (byars_interval, exact_poisson_interval, poisson_interval):
        assert np.isnan(function([count, count])).all()


@pytest.mark.parametrize(
    "count, denominator",
    [(np.nan, 10), (3, np.nan), (-1, 10), (11, 10), (0, 0), (3, -10), (3, np.inf)],
)
@pytest.mark.parametrize("confidence", [0.95, 1])
def test_a_proportion_that_cannot_be_gives_missing_limits(count, denominator, confidence):
    assert np.isnan(wilson_interval(count, denominator, confidence)).all()


def test_certainty_takes_the_whole_range():
    assert wilson_interval(3, 10, 1) == (0, 1)
    assert poisson_interval(3, 100) == (0, np.inf)
    assert poisson_interval(30, 1) == (0, np.inf)
    assert critical_value(1) == np.inf


def test_the_normal_quantile_is_not_rounded_to_1_96():
    assert critical_value() == pytest.approx(1.959963984540054, rel=1e-15)
    assert critical_value(99.8) == pytest.approx(3.090232306167813, rel=1e-14)


@pytest.mark.parametrize("confidence", [0, 0.5, 0.89, 1.5, 1.96, 89, 101, np.nan, None, "high"])
@pytest.mark.parametrize(
    "function",
    [
        lambda level: wilson_interval(3, 10, level),
        lambda level: byars_interval(3, level),
        lambda level: exact_poisson_interval(3, level),
        lambda level: poisson_interval(3, level),
    ],
)
def test_other_levels_are_refused(function, confidence):
    with pytest.raises(UsageError) as caught:
        function(confidence)
    assert str(caught.value) == (
        "confidence: a level is 0.9 to 1, or 90 to 100 as a percentage; "
        f"got: {confidence!r}. Use for example confidence=0.95."
    )


counts = st.integers(0, 10**7) | st.floats(0.01, 1e6)
levels = st.floats(0.9, 0.9999)


@given(counts, levels)
def test_poisson_limits_hold_the_count(count, level):
    lower, upper = poisson_interval(count, level)
    assert 0 <= lower <= count < upper


@given(st.integers(1, 10**8).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), levels)
def test_wilson_limits_hold_the_proportion(case, level):
    count, denominator = case
    lower, upper = wilson_interval(count, denominator, level)
    assert 0 <= lower <= count / denominator <= upper <= 1


@given(st.integers(0, 10**6), st.integers(1, 1_000), levels)
def test_limits_rise_with_the_count(count, more, level):
    for function in (exact_poisson_interval, poisson_interval):
        low, high = function([count, count + more], level)
        assert low[0] < low[1] and high[0] < high[1]
    low, high = wilson_interval([count, count + more], count + more + 1, level)
    assert low[0] < low[1] and high[0] < high[1]


@given(st.integers(0, 10**6), st.floats(0.9, 0.99), st.floats(0.001, 0.009))
def test_limits_widen_with_confidence(count, level, more):
    for function in (poisson_interval, lambda x, c: wilson_interval(x, 2 * x + 1, c)):
        narrow, wide = function(count, level), function(count, level + more)
        assert wide[0] <= narrow[0] and narrow[1] < wide[1]


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_of_the_rest_is_the_mirror_image(case):
    count, denominator = case
    lower, upper = wilson_interval(count, denominator)
    rest = wilson_interval(denominator - count, denominator)
    assert rest == pytest.approx((1 - upper, 1 - lower), abs=1e-14)
