"""Populations rolled forward: against a Leslie matrix, by hand, and against what must hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy.stats import t as student

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.cohorts import roll_forward, roll_forward_errors
from cyp_analysis.methods.cohorts import (
    Layout,
    aged_on,
    commonest,
    error_interval,
    numbers_of_people,
    percentage_errors,
)

ADDED = ["value", "lower_ci", "upper_ci", "statistic", "method", "value_note"]


def people(population, last="3+", **others) -> pd.DataFrame:
    ages = [*map(str, range(len(population) - 1)), last]
    return pd.DataFrame({"year": 2024, "age": ages, "population": population, **others})


def areas(*tables: pd.DataFrame) -> pd.DataFrame:
    named = [df.assign(area=name) for name, df in zip("abcdefgh", tables, strict=False)]
    return pd.concat(named, ignore_index=True)


def values(found: pd.DataFrame) -> list[list[float]]:
    """One list of ages for each projected year."""
    return [rows["value"].tolist() for _, rows in found.groupby("year")]


FOUR = people([10.0, 20, 30, 40])


# --- by hand --------------------------------------------------------------------------------------


def test_everyone_is_a_year_older_and_newborn_are_births():
    found = roll_forward(FOUR, horizon=3, births=12)
    assert values(found) == [[12, 10, 20, 70], [12, 12, 10, 90], [12, 12, 12, 100]]
    assert found["year"].tolist() == [2025] * 4 + [2026] * 4 + [2027] * 4
    assert found["horizon"].tolist() == [1] * 4 + [2] * 4 + [3] * 4
    assert found["age"].tolist() == FOUR["age"].tolist() * 3
    assert set(found["base_year"]) == {2024} and found["year"].dtype == np.int64
    assert set(found["statistic"]) == {"projected_population"} and set(found["method"]) == {
        "cohort"
    }


def test_whoever_leaves_a_last_age_that_is_not_open_leaves_the_table():
    closed = FOUR.assign(age=["0", "1", "2", "2-3"]).assign(age=[0, 1, 2, 3])
    found = roll_forward(closed, horizon=2, births=12, open_ended=False)
    assert values(found) == [[12, 10, 20, 30], [12, 12, 10, 20]]
    opened = roll_forward(closed, horizon=2, births=12, open_ended=True)
    assert values(opened) == values(roll_forward(FOUR, horizon=2, births=12))


def test_survivors_move_on_and_arrivals_are_added():
    df = people([10.0, 20, 30, 40], survival=[0.9, 1, 0.5, 0.25], migration=[1, -2, 0, 3])
    found = roll_forward(df, horizon=2, births=12, survival="survival", migration="migration")
    # 12+1, 10x0.9-2, 20x1+0, 30x0.5+40x0.25+3; then the same of those.
    assert values(found) == [[13, 7, 20, 28], [13, 13 * 0.9 - 2, 7, 20 * 0.5 + 28 * 0.25 + 3]]


def test_births_come_from_women_of_each_year():
    women = people([100.0, 100, 80, 60], fertility=[0, 0.1, 0.2, 0])
    found = roll_forward(women, horizon=2, fertility="fertility")
    assert found["value"].tolist()[0] == pytest.approx(100 * 0.1 + 80 * 0.2)
    assert found["value"].tolist()[4] == pytest.approx(100 * 0.1 + 100 * 0.2)


def test_births_by_year_and_area_are_joined_by_key():
    born = pd.DataFrame(
        {"year": [2026, 2025, 2025, 2026], "area": list("abab"), "births": [7, 6, 5, 8]}
    )
    found = roll_forward(areas(FOUR, FOUR), horizon=2, births=born, by="area")
    newborn = found[found["age"] == "0"].set_index(["area", "year"])["value"]
    assert newborn.to_dict() == {
        **{("a", 2025): 5, ("a", 2026): 7},
        **{("b", 2025): 6, ("b", 2026): 8},
    }
    everywhere = born[born["area"] == "a"].drop(columns="area")
    same = roll_forward(areas(FOUR, FOUR), horizon=2, births=everywhere, by="area")
    assert same[same["age"] == "0"]["value"].tolist() == [5, 7, 5, 7]
    text = everywhere.assign(year=["2026", "2025"])
    again = roll_forward(areas(FOUR, FOUR), horizon=2, births=text, by="area")
    assert_frame_equal(again, same)


def test_bands_move_on_by_their_width():
    df = pd.DataFrame(
        {
            "year": 2020,
            "age": ["0-4", "5-9", "10+"],
            "population": [50.0, 60, 70],
            "come": [1, 2, 3],
        }
    )
    found = roll_forward(df, horizon=10, births=11, migration="come")
    assert found["year"].tolist() == [2025] * 3 + [2030] * 3
    assert values(found) == [[60, 60, 145], [60, 70, 220]]
    yearly = pd.DataFrame({"year": range(2021, 2031), "births": range(10)})
    found = roll_forward(df, horizon=10, births=yearly)
    assert values(found) == [[10, 50, 130], [35, 10, 180]]


# --- against other means --------------------------------------------------------------------------


@given(
    st.lists(st.floats(0, 1e5), min_size=6, max_size=6),
    st.lists(st.floats(0, 1), min_size=6, max_size=6),
    st.lists(st.floats(0, 2), min_size=6, max_size=6),
    st.floats(0, 500),
)
def test_years_are_powers_of_the_leslie_matrix(population, survival, fertility, arriving):
    leslie = np.diag(survival[:-1], -1)
    leslie[-1, -1], leslie[0] = survival[-1], fertility
    df = people(population, "5+", s=survival, f=fertility, m=arriving)
    found = roll_forward(df, horizon=4, survival="s", fertility="f", migration="m")
    expected = np.array(population)
    for year in values(found):
        expected = leslie @ expected + arriving
        assert year == pytest.approx(expected)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=30), st.integers(1, 12))
def test_nobody_is_lost_where_nobody_dies_moves_or_is_born(population, horizon):
    df = people(population, f"{len(population) - 1}+")
    for year in values(roll_forward(df, horizon=horizon, births=0)):
        assert sum(year) == sum(population)
        assert all(count == 0 for count in year[:1])


@given(st.lists(st.integers(0, 10_000), min_size=4, max_size=4), st.integers(1, 3))
def test_two_rolls_are_one_longer_roll(population, first):
    whole = roll_forward(people(population), horizon=5, births=9)
    part = roll_forward(people(population), horizon=first, births=9)
    part = part[part["horizon"] == first]
    rest = roll_forward(part, population="value", horizon=5 - first, births=9)
    assert values(rest) == values(whole)[first:]


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(random):
    df = areas(FOUR, people([1, 2, 3, 4]), people([5, 6, 7], "2+"))
    order = list(range(len(df)))
    random.shuffle(order)
    keys = ["area", "year", "age"]
    found = roll_forward(df.iloc[order], horizon=2, births=3, by="area")
    straight = roll_forward(df, horizon=2, births=3, by="area")
    assert_frame_equal(
        found.sort_values(keys, ignore_index=True), straight.sort_values(keys, ignore_index=True)
    )


def test_groups_equal_each_alone():
    df = areas(FOUR, people([5, 6, 7], "2+"), FOUR.assign(year=2019))
    found = roll_forward(df, horizon=2, births=3, by="area")
    for name, alone in df.groupby("area"):
        one = roll_forward(alone, horizon=2, births=3)
        this = found[found["area"] == name].drop(columns="area").reset_index(drop=True)
        assert_frame_equal(this, one)


# --- what is not known ----------------------------------------------------------------------------


def test_a_missing_age_leaves_its_later_cohort_missing_and_no_other():
    found = roll_forward(people([10, np.nan, 30, 40, 50], "4+"), horizon=3, births=1)
    table = found.pivot(index="year", columns="age", values="value").isna()
    assert table.to_numpy().tolist() == [
        [False, False, True, False, False],
        [False, False, False, True, False],
        [False, False, False, False, True],
    ]
    assert set(found[found["value"].isna()]["value_note"]) == {"population missing"}
    assert set(found[found["value"].notna()]["value_note"]) == {""}


def test_without_births_the_newborn_are_not_known():
    found = roll_forward(FOUR, horizon=2)
    assert found["value"].isna().tolist() == [True, False, False, False] + [True] * 2 + [False] * 2
    assert set(found["value_note"]) == {"", "births not known"}
    assert found["value"].tolist()[-2:] == [10, 90]


@pytest.mark.parametrize("births", [[5], [5, None], [5, -1], [5, "c"], [5, np.inf]])
def test_births_of_a_year_that_cannot_be_read_are_not_known(births):
    born = pd.DataFrame({"year": [2025, 2026][: len(births)], "births": births})
    found = roll_forward(FOUR, horizon=2, births=born)
    assert found["value"].isna().tolist() == [False] * 4 + [True] + [False] * 3


def test_births_from_women_who_are_not_known_are_not_known():
    women = people([100.0, np.nan, 80, 60], fertility=[0, 0.1, 0.2, 0])
    found = roll_forward(women, horizon=1, fertility="fertility")
    assert found["value_note"][0] == "births not known"
    rates = people([100.0, 90, 80, 60], fertility=[0, 0.1, -0.2, None])
    assert roll_forward(rates, horizon=1, fertility="fertility")["value"].isna()[0]


def test_a_table_that_starts_later_has_nobody_to_follow():
    school = pd.DataFrame({"year": 2024, "age": [4, 5, 6], "population": [90, 80, 70]})
    found = roll_forward(school, horizon=2, births=50, open_ended=False)
    assert values(found)[0][1:] == [90, 80] and values(found)[1][2] == 90
    assert set(found["value_note"]) == {"", "no younger age in the table"}


@pytest.mark.parametrize(
    "column, figure, reason, row",
    [
        ("population", -1, "population below zero", 2),
        ("population", "c", "population not a number", 2),
        ("population", np.inf, "population not finite", 2),
        ("alive", 1.5, "survival not between 0 and 1", 2),
        ("alive", -0.1, "survival not between 0 and 1", 2),
        ("alive", None, "survival missing", 2),
        ("come", None, "migration missing", 1),
        ("come", "x", "migration not a number", 1),
        ("come", -11, "projected below zero", 1),
    ],
)
def test_a_bad_cell_reaches_only_those_it_carries_on(column, figure, reason, row):
    bad = people([10.0, 20, 30, 40], alive=1.0, come=0.0).astype(object)
    bad.loc[1, column] = figure
    good = people([10.0, 20, 30, 40], alive=1.0, come=0.0)
    options = {"births": 5, "survival": "alive", "migration": "come", "by": "area"}
    found = roll_forward(areas(bad, good), horizon=1, **options)
    assert found["value"].isna().tolist() == [at == row for at in range(8)]
    assert found["value_note"][row] == reason
    with pytest.raises(SchemaError, match=reason):
        roll_forward(areas(bad, good), horizon=1, strict=True, **options)


@pytest.mark.parametrize(
    "ages, reason",
    [
        (["0", "1", "1", "3+"], "age repeated"),
        (["0", "1", None, "3+"], "start age missing"),
        (["0", "1", "total", "3+"], "start age not a number"),
        (["0", "1", "3", "4+"], "age bands of unequal width"),
        (["0", "1-2", "2", "3+"], "age bands do not join"),
    ],
)
def test_ages_that_do_not_follow_make_their_group_missing_and_no_other(ages, reason):
    df = areas(FOUR.assign(age=ages), FOUR)
    found = roll_forward(df, horizon=2, births=1, by="area")
    assert found["value"].isna().tolist() == [True] * 8 + [False] * 8
    assert set(found[:8]["value_note"]) == {reason}


@pytest.mark.parametrize("year, reason", [(None, "missing"), ("x", "not a number")])
def test_a_year_that_cannot_be_read_makes_its_group_missing(year, reason):
    df = areas(FOUR.assign(year=pd.Series([year] * 4, dtype=object)), FOUR)
    found = roll_forward(df, horizon=1, births=1, by="area")
    assert found["value"].isna().tolist() == [True] * 4 + [False] * 4
    assert set(found[:4]["value_note"]) == {f"year {reason}"}


# --- what is added and kept, and wrong usage ------------------------------------------------------


def test_the_input_is_kept_and_columns_are_in_order():
    df = areas(FOUR, FOUR).assign(multiplier=7, value="old", value_note="provisional")
    before = df.copy()
    found = roll_forward(df, horizon=1, births=1, by="area")
    assert_frame_equal(df, before)
    assert found.columns.tolist() == ["area", "base_year", "year", "age", "horizon", *ADDED]
    assert set(found["value_note"]) == {"provisional"}
    assert found[["lower_ci", "upper_ci"]].isna().all(axis=None)


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "object", "int32"])
def test_types_of_numbers_change_nothing(dtype):
    plain = roll_forward(FOUR, horizon=2, births=1)
    for name in "population", "year":
        assert_frame_equal(roll_forward(FOUR.astype({name: dtype}), horizon=2, births=1), plain)
    category = roll_forward(areas(FOUR).astype({"area": "category"}), by="area", horizon=2)
    assert category["area"].dtype == "category"
    unkeyed = areas(FOUR, FOUR).assign(area=["a"] * 4 + [None] * 4)
    found = roll_forward(unkeyed, horizon=2, births=1, by="area")
    assert found["value"].tolist() == plain["value"].tolist() * 2


def test_an_empty_table_stays_empty():
    found = roll_forward(areas(FOUR).iloc[:0], horizon=2, births=3, by="area")
    assert found.columns.tolist() == ["area", "base_year", "year", "age", "horizon", *ADDED]
    assert len(found) == 0
    errors = roll_forward_errors(areas(FOUR).iloc[:0], horizon=2, by="area")
    assert errors.columns.tolist() == ["horizon", "age", "n", "bias", "mape", "rmspe", "value_note"]
    assert len(errors) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"horizon": 0},
        {"horizon": 1.5},
        {"births": -1},
        {"births": "many"},
        {"births": 5, "fertility": "population"},
        {"confidence": 0.5},
        {"by": []},
        {"by": "age"},
        {"by": "year"},
        {"survival": "x"},
        {"population": "x"},
        {"births": pd.DataFrame({"year": [2025, 2025], "births": [1, 2]})},
        {"births": pd.DataFrame({"year": [2025]})},
        {"errors": pd.DataFrame({"age": ["0"], "n": [9], "rmspe": [1.0]})},
    ],
)
def test_wrong_usage_is_refused(wrong):
    with pytest.raises((UsageError, SchemaError)):
        roll_forward(FOUR, **{"horizon": 2, **wrong})


def test_numbers_do_not_say_whether_the_last_age_is_open():
    with pytest.raises(UsageError, match="open_ended"):
        roll_forward(FOUR.assign(age=range(4)), horizon=1)
    bands = pd.DataFrame({"year": 2020, "age": ["0-4", "5-9", "10-14"], "population": 1.0})
    assert values(roll_forward(bands, horizon=5, births=1)) == [[5, 1, 1]]
    with pytest.raises(UsageError, match="multiple of 5"):
        roll_forward(bands, horizon=4)


# --- errors of past projections -------------------------------------------------------------------


def history(growth: float, years: int = 8) -> pd.DataFrame:
    """A population in which each age gains or loses the same part every year."""
    tables = [
        people(100 * (1 + growth) ** at * np.ones(4), "3").assign(year=2010 + at)
        for at in range(years)
    ]
    return pd.concat(tables, ignore_index=True)


def test_a_population_that_only_ages_is_projected_without_error():
    errors = roll_forward_errors(history(0), horizon=3, births=100, open_ended=False)
    assert errors["n"].tolist() == [7] * 4 + [6] * 4 + [5] * 4
    assert errors[["bias", "mape", "rmspe"]].to_numpy() == pytest.approx(0)
    assert set(errors["value_note"]) == {""}


def test_growth_that_is_not_foreseen_is_the_bias_at_each_horizon():
    errors = roll_forward_errors(history(0.02), horizon=3, open_ended=False, error_by=["horizon"])
    short = [100 * (1.02**-h - 1) for h in (1, 2, 3)]
    assert errors["bias"].tolist() == pytest.approx(short)
    assert errors["mape"].tolist() == pytest.approx(np.abs(short))
    assert errors["rmspe"].tolist() == pytest.approx(np.abs(short))
    assert errors["n"].tolist() == [7 * 3, 6 * 2, 5 * 1]  # without the newborn as they grow older


def test_errors_by_hand():
    df = pd.DataFrame(
        {
            "year": [2020, 2020, 2021, 2021, 2022, 2022],
            "age": [4, 5, 4, 5, 4, 5],
            "population": [80, 100, 90, 100, 95, 75],
        }
    )
    found = roll_forward_errors(df, horizon=1, open_ended=False, error_by=["horizon"])
    # Age 5: 80 against 100 found is -20%; 90 against 75 is +20%.
    assert found[["n", "bias", "mape", "rmspe"]].to_numpy().tolist() == [
        pytest.approx([2, 0, 20, 20])
    ]


def test_what_was_not_counted_or_counted_twice_is_not_compared():
    df = history(0)
    df.loc[4, "population"] = None  # age 0 in 2011
    df.loc[17, "population"] = 0  # age 1 in 2014, so that age 2 is out by all in 2015
    twice = pd.concat([df, df[df["year"] == 2017]])
    errors = roll_forward_errors(twice, horizon=1, births=100, open_ended=False).set_index("age")
    # 2011 to 2016 are compared, but not age 0 in 2011, nor age 1 a year on, nor age 1 in 2014.
    assert errors["n"].to_dict() == {"0": 5, "1": 4, "2": 6, "3": 6}
    assert errors["bias"].tolist() == pytest.approx([0, 0, -100 / 6, 0])


def test_with_nothing_to_compare_errors_are_missing():
    errors = roll_forward_errors(FOUR, horizon=1, births=1)
    assert errors["n"].tolist() == [0] * 4 and errors["mape"].isna().all()
    assert set(errors["value_note"]) == {"no known population to compare with"}
    with pytest.raises(SchemaError, match="no known population"):
        roll_forward_errors(FOUR, horizon=1, births=1, strict=True)
    with pytest.raises(SchemaError, match="sex"):
        roll_forward_errors(FOUR, horizon=1, error_by=["sex"])


def test_limits_come_from_the_spread_of_past_errors():
    errors = pd.DataFrame({"horizon": [1, 2], "n": [9, 9], "rmspe": [2.0, 5.0]})
    found = roll_forward(FOUR, horizon=2, births=12, errors=errors, confidence=(0.9, 0.95))
    for suffix, level in ("_90", 0.95), ("_95", 0.975):
        part = student.ppf(level, 9) * np.repeat([0.02, 0.05], 4)
        assert found[f"lower_ci{suffix}"].tolist() == pytest.approx(found["value"] * (1 - part))
        assert found[f"upper_ci{suffix}"].tolist() == pytest.approx(found["value"] * (1 + part))


def test_the_table_of_errors_is_joined_by_the_keys_it_has():
    df = areas(*[history(growth) for growth in (0.01, -0.02, 0)])
    options = {"horizon": 3, "births": 100, "open_ended": False, "by": "area"}
    latest = df[df["year"] == 2017]
    for keys in ["horizon"], ["horizon", "age"], ["area", "horizon"]:
        errors = roll_forward_errors(df, error_by=keys, **options)
        found = roll_forward(latest, errors=errors.sample(frac=1, random_state=2), **options)
        joined = found.merge(errors[[*keys, "n", "rmspe"]], on=keys)
        part = student.ppf(0.975, joined["n"]) * joined["rmspe"] / 100
        width = (found["upper_ci"] - found["value"]).to_numpy()
        assert width == pytest.approx((found["value"] * part).to_numpy())


def test_too_few_past_errors_give_no_limits():
    errors = pd.DataFrame({"horizon": [1], "n": [4], "rmspe": [2.0]})
    found = roll_forward(FOUR, horizon=2, births=12, errors=errors)
    assert found["value"].notna().all() and found["lower_ci"].isna().all()
    assert set(found["value_note"]) == {"fewer than 5 back-tests: no interval"}
    with pytest.raises(SchemaError, match="one row for each horizon"):
        roll_forward(FOUR, horizon=2, errors=pd.concat([errors, errors]))


def test_nine_in_ten_outcomes_fall_inside_the_nine_in_ten_interval():
    rng = np.random.default_rng(11)
    past, now = rng.normal(0, 0.03, (4000, 8)), rng.normal(0, 0.03, 4000)
    projected = 1000 * (1 + past)
    errors = percentage_errors(
        projected.ravel(), np.full(32_000, 1000), np.arange(32_000) // 8, 4000
    )
    lower, upper = error_interval(1000, errors.rmspe, errors.n, 0.9)
    found = 1000 / (1 + now)
    assert np.mean((lower <= found) & (found <= upper)) == pytest.approx(0.9, abs=0.015)


# --- the arrays -----------------------------------------------------------------------------------


def test_ages_move_on_within_their_group():
    layout = Layout(np.array([1, 0, 0, 1, 0], dtype=bool), np.array([0, 0, 1, 0, 0], dtype=bool))
    moved = aged_on([1.0, 2, 3, 4, 5], [10.0, 0, 0, 20, 0], layout)
    assert moved.tolist() == [10, 1, 5, 20, 4]
    codes = aged_on([0, 7, 3, 0, 0], [1, 0, 0, 0, 0], layout, np.maximum)
    assert codes.tolist() == [1, 0, 7, 0, 0]


def test_errors_and_intervals_of_what_is_missing_are_missing():
    found = percentage_errors([90, np.nan, 5], [100, 3, 0], [0, 0, 1], 3)
    assert found.n.tolist() == [1, 0, 0]
    assert found.bias == pytest.approx([-10, np.nan, np.nan], nan_ok=True)
    lower, upper = error_interval([100, 100, np.nan, 100], [1, np.nan, 1, 90], [4, 9, 9, 9])
    assert np.isnan(lower).tolist() == [True, True, True, False] and lower[3] == 0
    assert upper[3] > 200


def test_the_commonest_figure_and_numbers_of_people():
    assert commonest([5, 1, 5, 1, 3]) == 1 and commonest([]) == 1 and commonest([], 5) == 5
    found = numbers_of_people([0, 2.5, -1, np.inf, np.nan])
    assert found == pytest.approx([0, 2.5, np.nan, np.nan, np.nan], nan_ok=True)
