"""Life tables as arrays: against a table worked out line by line, and against what must hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyp_analysis.methods import critical_value
from cyp_analysis.methods.life_tables import (
    ages_of_labels,
    following_ages,
    life_table,
    neighbours,
    sums_from_age,
    years_before,
)

STARTS = np.array([0, 1, *range(5, 95, 5)])
RATES = np.array(
    [4, 0.2, 0.1, 0.1, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2.3, 3.5, 5.5, 8.5, 13, 21, 36, 63, 110, 220]
)
WIDTHS = np.array([1, 4] + [5] * 17)


def line_by_line(start, deaths, population) -> tuple[list[float], list[float]]:
    """Expectancy and variance by Chiang's formulas, one band after the other from the oldest."""
    last = len(start) - 1
    years, variance = [0.0] * (last + 1), [0.0] * (last + 1)
    years[last] = population[last] / deaths[last]
    variance[last] = 4 / (deaths[last] * (deaths[last] / population[last]) ** 2) / 4
    for i in range(last - 1, -1, -1):
        width = start[i + 1] - start[i]
        part = 0.1 if start[i] == 0 else 0.5
        rate = deaths[i] / population[i]
        dying = width * rate / (1 + width * (1 - part) * rate)
        spread = dying**2 * (1 - dying) / deaths[i] if deaths[i] else 0
        years[i] = width * (1 - dying) + width * part * dying + (1 - dying) * years[i + 1]
        gap = (1 - part) * width + years[i + 1]
        variance[i] = spread * gap**2 + (1 - dying) ** 2 * variance[i + 1]
    return years, variance


tables = st.lists(
    st.tuples(st.integers(1, 300), st.integers(1_000, 100_000)), min_size=20, max_size=20
)


@given(tables)
def test_expectancy_and_error_equal_those_worked_out_from_the_oldest_band(cells):
    deaths, population = np.array(cells, dtype=float).T
    found = life_table(STARTS, deaths, population)
    years, variance = line_by_line(STARTS, deaths, population)
    assert found.expectancy == pytest.approx(years, rel=1e-12)
    assert found.standard_error == pytest.approx(np.sqrt(variance), rel=1e-10)


@given(tables)
def test_years_lived_and_years_left_add_up_at_every_age(cells):
    deaths, population = np.array(cells, dtype=float).T
    alive, years, _ = life_table(STARTS, deaths, population)
    dead = alive[:-1] - alive[1:]
    part = np.where(STARTS[:-1] == 0, 0.1, 0.5)
    lived = WIDTHS * (alive[1:] + part * dead)
    assert alive[:-1] * years[:-1] == pytest.approx(lived + alive[1:] * years[1:])


def test_constant_mortality_leaves_the_same_years_at_every_age():
    start = np.arange(0, 101) + 1  # single years without the first, where deaths come early
    found = life_table(start, np.full(101, 20.0), np.full(101, 1000.0))
    assert found.expectancy == pytest.approx(1 / 0.02, rel=1e-3)


def test_one_open_band_has_the_expectancy_of_its_death_rate():
    found = life_table([65], [50.0], [1000.0])
    assert found.expectancy.tolist() == [20]
    assert found.standard_error == pytest.approx([20 / np.sqrt(50)])
    assert found.survivors.tolist() == [1]


def test_a_table_from_65_is_the_end_of_the_table_from_birth():
    population = np.full(20, 5000.0)
    whole = life_table(STARTS, population * RATES / 1000, population)
    late = life_table(STARTS[14:], (population * RATES / 1000)[14:], population[14:])
    assert late.expectancy == pytest.approx(whole.expectancy[14:])
    assert late.standard_error == pytest.approx(whole.standard_error[14:])


def test_the_first_five_years_as_one_band_hardly_change_the_expectancy():
    population = np.array([1000, 4000] + [5000] * 18, dtype=float)
    deaths = population * RATES / 1000
    joined = [np.append(figures[:2].sum(), figures[2:]) for figures in (deaths, population)]
    one = life_table(STARTS[[0, *range(2, 20)]], *joined).expectancy[0]
    assert one == pytest.approx(life_table(STARTS, deaths, population).expectancy[0], abs=0.01)


def test_an_infant_lives_a_tenth_of_its_band_and_others_half():
    # One band and an open one in which people live 10 years: 20% die in the first.
    for start, part in ([0, 1], 0.1), ([1, 2], 0.5):
        rate = 0.2 / (1 - 0.2 * (1 - part))  # the death rate of which 0.2 die
        found = life_table(start, [rate * 1e6, 1e5], [1e6, 1e6])
        assert found.expectancy[0] == pytest.approx(0.8 + 0.2 * part + 0.8 * 10)


def test_the_standard_error_is_the_spread_of_simulated_tables():
    rng = np.random.default_rng(20)
    population = np.full(20, 2000.0)
    deaths = rng.binomial(2000, RATES / 1000, size=(4000, 20)).astype(float)
    found = life_table(STARTS, deaths, population)
    expected = life_table(STARTS, population * RATES / 1000, population)
    assert np.std(found.expectancy[:, 0]) == pytest.approx(expected.standard_error[0], rel=0.05)


def test_tables_are_worked_out_side_by_side():
    deaths = np.array([RATES, RATES * 2, RATES])
    population = np.array([[1000.0], [2000.0], [500.0]])
    found = life_table(STARTS, deaths, population)
    for row, (d, n) in enumerate(zip(deaths, population, strict=True)):
        alone = life_table(STARTS, d, np.full(20, n[0]))
        assert found.expectancy[row] == pytest.approx(alone.expectancy, rel=1e-14)
    assert found.expectancy[0] == pytest.approx(found.expectancy[1])


@pytest.mark.parametrize(
    "band, deaths, population",
    [
        (3, -1, 1000),
        (3, 1001, 1000),
        (3, 1, 0),
        (3, 1, -5),
        (3, np.nan, 1000),
        (3, 1, np.nan),
        (3, 1, np.inf),
        (19, 0, 1000),
    ],
)
def test_an_impossible_figure_makes_its_own_table_missing_and_no_other(band, deaths, population):
    d, n = np.array([RATES, RATES]), np.full((2, 20), 1000.0)
    d[0, band], n[0, band] = deaths, population
    found = life_table(STARTS, d, n)
    assert np.isnan(found.expectancy[0]).all() and np.isnan(found.standard_error[0]).all()
    assert np.isfinite(found.expectancy[1]).all()


@pytest.mark.parametrize("start", [[0, 5, 5], [5, 0, 10], [-1, 5, 10], [0, np.nan, 10]])
def test_ages_that_do_not_ascend_from_zero_give_nothing(start):
    assert np.isnan(life_table(start, [1, 1, 1.0], [9, 9, 9.0]).expectancy).all()


def test_where_all_die_nobody_has_years_left_and_no_error_is_known():
    found = life_table([0, 1, 5, 10], [5, 900, 5, 5.0], [1000.0] * 4)
    assert found.survivors[2:].tolist() == [0, 0]
    assert found.expectancy[2:].tolist() == [0, 0]
    assert np.isnan(found.standard_error[2:]).all()


@given(tables, st.floats(0.9, 0.99), st.floats(0.9, 0.99))
def test_the_interval_holds_the_expectancy_and_widens_with_confidence(cells, first, second):
    table = life_table(STARTS, *np.array(cells, dtype=float).T)
    low, high = table.interval(min(first, second)), table.interval(max(first, second))
    assert (high[0] <= low[0]).all() and (low[0] <= table.expectancy).all()
    assert (table.expectancy <= low[1]).all() and (low[1] <= high[1]).all()


def test_the_interval_is_the_error_times_the_normal_quantile():
    table = life_table([0, 1], [5, 20.0], [100, 100.0])
    lower, upper = table.interval(0.998)
    assert (upper - lower) / 2 == pytest.approx(critical_value(0.998) * table.standard_error)


def test_more_people_with_the_same_rates_narrow_the_error_by_the_root():
    small, large = (
        life_table(STARTS, RATES * n, np.full(20, 1000.0 * n)).standard_error for n in (1, 100)
    )
    assert small == pytest.approx(10 * large)


def test_sums_from_age_add_the_bands_above():
    assert sums_from_age([[1, 2, 3], [1, np.nan, 4]]) == pytest.approx(
        np.array([[6, 5, 3], [np.nan, np.nan, 4]]), nan_ok=True
    )


# --- years before an age, and ages ----------------------------------------------------------------


def test_years_before_a_limit_count_from_the_middle_of_the_band():
    start, end = [0, 1, 70, 75, 80, 90], [1, 5, 75, 80, 90, np.inf]
    assert years_before(start, end, 75).tolist() == [74.5, 72, 2.5, 0, 0, 0]


def test_a_band_across_the_limit_is_not_known():
    assert np.isnan(years_before([70, 65, np.nan], [80, np.inf, 5], 75)).all()


@pytest.mark.parametrize(
    "label, expected",
    [
        ("1-4", (1, 5)),
        ("01-04", (1, 5)),
        ("10–14", (10, 15)),
        ("15 to 19", (15, 20)),
        ("15 to 19 years", (15, 20)),
        ("Aged 15 to 19", (15, 20)),
        ("0-4 yrs", (0, 5)),
        ("<1", (0, 1)),
        ("Under 1", (0, 1)),
        ("under 5 years", (0, 5)),
        ("90+", (90, np.inf)),
        ("90+ yrs", (90, np.inf)),
        ("90 and over", (90, np.inf)),
        ("Aged 90 years and over", (90, np.inf)),
        ("85 plus", (85, np.inf)),
        ("7", (7, np.nan)),
        ("7 years", (7, np.nan)),
        ("0.5", (0.5, np.nan)),
        ("All ages", (np.nan, np.nan)),
        ("", (np.nan, np.nan)),
        ("-5", (np.nan, np.nan)),
    ],
)
def test_labels_of_age_bands(label, expected):
    assert ages_of_labels([label])[0] == pytest.approx(expected, nan_ok=True)


def test_no_labels_have_no_ages():
    assert ages_of_labels([]).shape == (0, 2)


def test_neighbours_are_found_in_any_order_of_the_rows():
    start = np.array([5, 0, 10, 0, 5, 5.0])
    group = np.array([0, 0, 0, 1, 1, 1])
    found = neighbours(start, [10, 4, np.inf, np.nan, np.nan, np.nan], group)
    assert found.following == pytest.approx([10, 5, np.nan, 5, 5, np.nan], nan_ok=True)
    assert found.repeated.tolist() == [False, False, False, False, True, False]
    assert found.apart.tolist() == [False, True, False, False, False, False]
    assert found.last.tolist() == [False, False, True, False, False, True]


def test_a_group_with_a_missing_age_has_no_neighbours():
    found = neighbours([0, np.nan, 10, 0, 5], [5, np.nan, 15, 5, 10], np.array([0, 0, 0, 1, 1]))
    assert found.following == pytest.approx([np.nan] * 3 + [5, np.nan], nan_ok=True)
    assert not found.apart.any()


def test_following_ages_are_those_of_the_group_and_usual_ages_may_not_be_left_out():
    start = np.array([0, 1, 5, 0, 1, 5, 0, 5, 3, np.nan])
    group = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 2])
    following, lacking = following_ages(start, group, 3)
    expected = [1, 5, np.inf, 1, 5, np.inf, 3, np.inf, 5, np.nan]
    assert following == pytest.approx(expected, nan_ok=True)
    assert lacking.tolist() == [False, False, True]


def test_a_single_group_sets_its_own_ages_and_may_repeat_them():
    following, lacking = following_ages([20, 0, 10, 0], [0, 0, 0, 0], 1)
    assert following.tolist() == [np.inf, 10, 20, 10]
    assert lacking.tolist() == [False]


def test_nothing_gives_nothing():
    following, lacking = following_ages([], [], 0)
    assert following.size == lacking.size == 0
    assert neighbours([], [], np.array([], dtype=int)).last.size == 0
