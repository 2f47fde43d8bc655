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

SIZE, SPREAD = "mean_absolute_percentage_error", "root_mean_square_percentage_error"
ERRORS = ["n_forecasts", SIZE, SPREAD, "bias_percent"]
ADDED = ["value", "lower_pi", "upper_pi", "statistic", "method", "value_note"]


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
    found = roll_forward(FOUR, periods=3, births=12)
    assert values(found) == [[12, 10, 20, 70], [12, 12, 10, 90], [12, 12, 12, 100]]
    assert found["year"].tolist() == [2025] * 4 + [2026] * 4 + [2027] * 4
    assert found["periods_ahead"].tolist() == [1] * 4 + [2] * 4 + [3] * 4
    assert found["age"].tolist() == FOUR["age"].tolist() * 3
    assert set(found["base_year"]) == {2024} and found["year"].dtype == np.int64
    assert set(found["statistic"]) == {"projected_population"} and set(found["method"]) == {
        "cohort"
    }


def test_whoever_leaves_a_last_age_that_is_not_open_leaves_the_table():
    closed = FOUR.assign(age=["0", "1", "2", "2-3"]).assign(age=[0, 1, 2, 3])
    found = roll_forward(closed, periods=2, births=12, open_ended=False)
    assert values(found) == [[12, 10, 20, 30], [12, 12, 10, 20]]
    opened = roll_forward(closed, periods=2, births=12, open_ended=True)
    assert values(opened) == values(roll_forward(FOUR, periods=2, births=12))


def test_survivors_move_on_and_arrivals_are_added():
    df = people([10.0, 20, 30, 40], survival=[0.9, 1, 0.5, 0.25], migration=[1, -2, 0, 3])
    found = roll_forward(df, periods=2, births=12, survival="survival", migration="migration")
    # 12+1, 10x0.9-2, 20x1+0, 30x0.5+40x0.25+3; then the same of those.
    assert values(found) == [[13, 7, 20, 28], [13, 13 * 0.9 - 2, 7, 20 * 0.5 + 28 * 0.25 + 3]]


def test_births_come_from_women_of_each_year():
    women = people([100.0, 100, 80, 60], fertility=[0, 0.1, 0.2, 0])
    found = roll_forward(women, periods=2, fertility="fertility")
    assert found["value"].tolist()[0] == pytest.approx(100 * 0.1 + 80 * 0.2)
    assert found["value"].tolist()[4] == pytest.approx(100 * 0.1 + 100 * 0.2)


def test_births_by_year_and_area_are_joined_by_key():
    born = pd.DataFrame(
        {"year": [2026, 2025, 2025, 2026], "area": list("abab"), "births": [7, 6, 5, 8]}
    )
    found = roll_forward(areas(FOUR, FOUR), periods=2, births=born, by="area")
    newborn = found[found["age"] == "0"].set_index(["area", "year"])["value"]
    assert newborn.to_dict() == {
        **{("a", 2025): 5, ("a", 2026): 7},
        **{("b", 2025): 6, ("b", 2026): 8},
    }
    everywhere = born[born["area"] == "a"].drop(columns="area")
    same = roll_forward(areas(FOUR, FOUR), periods=2, births=everywhere, by="area")
    assert same[same["age"] == "0"]["value"].tolist() == [5, 7, 5, 7]
    text = everywhere.assign(year=["2026", "2025"])
    again = roll_forward(areas(FOUR, FOUR), periods=2, births=text, by="area")
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
    found = roll_forward(df, periods=10, births=11, migration="come")
    assert found["year"].tolist() == [2025] * 3 + [2030] * 3
    assert values(found) == [[60, 60, 145], [60, 70, 220]]
    yearly = pd.DataFrame({"year": range(2021, 2031), "births": range(10)})
    found = roll_forward(df, periods=10, births=yearly)
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
    found = roll_forward(df, periods=4, survival="s", fertility="f", migration="m")
    expected = np.array(population)
    for year in values(found):
        expected = leslie @ expected + arriving
        assert year == pytest.approx(expected)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=30), st.integers(1, 12))
def test_nobody_is_lost_where_nobody_dies_moves_or_is_born(population, years):
    df = people(population, f"{len(population) - 1}+")
    for year in values(roll_forward(df, periods=years, births=0)):
        assert sum(year) == sum(population)
        assert all(count == 0 for count in year[:1])


@given(st.lists(st.integers(0, 10_000), min_size=4, max_size=4), st.integers(1, 3))
def test_two_rolls_are_one_longer_roll(population, first):
    whole = roll_forward(people(population), periods=5, births=9)
    part = roll_forward(people(population), periods=first, births=9)
    part = part[part["periods_ahead"] == first]
    rest = roll_forward(part, population="value", periods=5 - first, births=9)
    assert values(rest) == values(whole)[first:]


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(random):
    df = areas(FOUR, people([1, 2, 3, 4]), people([5, 6, 7], "2+"))
    order = list(range(len(df)))
    random.shuffle(order)
    keys = ["area", "year", "age"]
    found = roll_forward(df.iloc[order], periods=2, births=3, by="area")
    straight = roll_forward(df, periods=2, births=3, by="area")
    assert_frame_equal(
        found.sort_values(keys, ignore_index=True), straight.sort_values(keys, ignore_index=True)
    )


def test_groups_equal_each_alone():
    df = areas(FOUR, people([5, 6, 7], "2+"), FOUR.assign(year=2019))
    found = roll_forward(df, periods=2, births=3, by="area")
    for name, alone in df.groupby("area"):
        one = roll_forward(alone, periods=2, births=3)
        this = found[found["area"] == name].drop(columns="area").reset_index(drop=True)
        assert_frame_equal(this, one)


# --- what is not known ----------------------------------------------------------------------------


def test_a_missing_age_leaves_its_later_cohort_missing_and_no_other():
    found = roll_forward(people([10, np.nan, 30, 40, 50], "4+"), periods=3, births=1)
    table = found.pivot(index="year", columns="age", values="value").isna()
    assert table.to_numpy().tolist() == [
        [False, False, True, False, False],
        [False, False, False, True, False],
        [False, False, False, False, True],
    ]
    assert set(found[found["value"].isna()]["value_note"]) == {"population missing"}
    assert set(found[found["value"].notna()]["value_note"]) == {""}


def test_without_births_the_newborn_are_not_known():
    found = roll_forward(FOUR, periods=2)
    assert found["value"].isna().tolist() == [True, False, False, False] + [True] * 2 + [False] * 2
    assert set(found["value_note"]) == {"", "births not known"}
    assert found["value"].tolist()[-2:] == [10, 90]


@pytest.mark.parametrize("births", [[5], [5, None], [5, -1], [5, "c"], [5, np.inf]])
def test_births_of_a_year_that_cannot_be_read_are_not_known(births):
    born = pd.DataFrame({"year": [2025, 2026][: len(births)], "births": births})
    found = roll_forward(FOUR, periods=2, births=born)
    assert found["value"].isna().tolist() == [False] * 4 + [True] + [False] * 3


def test_births_from_women_who_are_not_known_are_not_known():
    women = people([100.0, np.nan, 80, 60], fertility=[0, 0.1, 0.2, 0])
    found = roll_forward(women, periods=1, fertility="fertility")
    assert found["value_note"][0] == "births not known"
    rates = people([100.0, 90, 80, 60], fertility=[0, 0.1, -0.2, None])
    assert roll_forward(rates, periods=1, fertility="fertility")["value"].isna()[0]


def test_a_table_that_starts_later_has_nobody_to_follow():
    school = pd.DataFrame({"year": 2024, "age": [4, 5, 6], "population": [90, 80, 70]})
    found = roll_forward(school, periods=2, births=50, open_ended=False)
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
    found = roll_forward(areas(bad, good), periods=1, **options)
    assert found["value"].isna().tolist() == [at == row for at in range(8)]
    assert found["value_note"][row] == reason
    with pytest.raises(SchemaError, match=reason):
        roll_forward(areas(bad, good), periods=1, strict=True, **options)


@pytest.mark.parametrize(
    "ages, reason",
    [
        (["0", "1", "1", "3+"], "age repeated"),
        (["0", "1", None, "3+"], "age missing"),
        (["0", "1", "total", "3+"], "age not a number"),
        (["0", "1", "3", "4+"], "age bands of unequal width"),
        (["0", "1-2", "2", "3+"], "age bands do not join"),
    ],
)
def test_ages_that_do_not_follow_make_their_group_missing_and_no_other(ages, reason):
    df = areas(FOUR.assign(age=ages), FOUR)
    found = roll_forward(df, periods=2, births=1, by="area")
    assert found["value"].isna().tolist() == [True] * 8 + [False] * 8
    assert set(found[:8]["value_note"]) == {reason}


@pytest.mark.parametrize("year, reason", [(None, "missing"), ("x", "not a number")])
def test_a_year_that_cannot_be_read_makes_its_group_missing(year, reason):
    df = areas(FOUR.assign(year=pd.Series([year] * 4, dtype=object)), FOUR)
    found = roll_forward(df, periods=1, births=1, by="area")
    assert found["value"].isna().tolist() == [True] * 4 + [False] * 4
    assert set(found[:4]["value_note"]) == {f"year {reason}"}


# --- what is added and kept, and wrong usage ------------------------------------------------------


def test_the_input_is_kept_and_columns_are_in_order():
    df = areas(FOUR, FOUR).assign(multiplier=7, value="old", value_note="provisional")
    before = df.copy()
    found = roll_forward(df, periods=1, births=1, by="area")
    assert_frame_equal(df, before)
    assert found.columns.tolist() == ["area", "base_year", "year", "age", "periods_ahead", *ADDED]
    assert set(found["value_note"]) == {"provisional"}
    assert found[["lower_pi", "upper_pi"]].isna().all(axis=None)


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "object", "int32"])
def test_types_of_numbers_change_nothing(dtype):
    plain = roll_forward(FOUR, periods=2, births=1)
    for name in "population", "year":
        assert_frame_equal(roll_forward(FOUR.astype({name: dtype}), periods=2, births=1), plain)
    category = roll_forward(areas(FOUR).astype({"area": "category"}), by="area", periods=2)
    assert category["area"].dtype == "category"
    unkeyed = areas(FOUR, FOUR).assign(area=["a"] * 4 + [None] * 4)
    found = roll_forward(unkeyed, periods=2, births=1, by="area")
    assert found["value"].tolist() == plain["value"].tolist() * 2


def test_five_years_ahead_unless_told_otherwise():
    found = roll_forward(FOUR, births=1)
    assert_frame_equal(found, roll_forward(FOUR, periods=5, births=1))
    assert found["periods_ahead"].tolist() == np.repeat(range(1, 6), 4).tolist()
    bands = pd.DataFrame({"year": 2020, "age": ["0-4", "5-9", "10-14"], "population": 1.0})
    assert roll_forward(bands, births=1)["periods_ahead"].tolist() == [5] * 3


def test_an_empty_table_stays_empty():
    found = roll_forward(areas(FOUR).iloc[:0], periods=2, births=3, by="area")
    assert found.columns.tolist() == ["area", "base_year", "year", "age", "periods_ahead", *ADDED]
    assert len(found) == 0
    errors = roll_forward_errors(areas(FOUR).iloc[:0], periods=2, by="area")
    words = ["statistic", "method", "value_note"]
    assert errors.columns.tolist() == ["periods_ahead", "age", *ERRORS, *words]
    assert len(errors) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"periods": 0},
        {"periods": 1.5},
        {"births": -1},
        {"births": "many"},
        {"births": 5, "fertility": "population"},
        {"confidence": 0.5},
        {"by": []},
        {"by": "age"},
        {"by": "year"},
        {"by": "upper_pi_998", "confidence": (0.95, 0.998)},
        {"periods": True},
        {"survival": "x"},
        {"population": "x"},
        {"births": pd.DataFrame({"year": [2025, 2025], "births": [1, 2]})},
        {"births": pd.DataFrame({"year": [2025]})},
        {"errors": pd.DataFrame({"age": ["0"], "n_forecasts": [9], SPREAD: [1.0]})},
    ],
)
def test_wrong_usage_is_refused(wrong):
    with pytest.raises((UsageError, SchemaError)):
        roll_forward(FOUR.assign(upper_pi_998=1), **{"periods": 2, **wrong})


def test_numbers_do_not_say_whether_the_last_age_is_open():
    with pytest.raises(UsageError, match="open_ended"):
        roll_forward(FOUR.assign(age=range(4)), periods=1)
    bands = pd.DataFrame({"year": 2020, "age": ["0-4", "5-9", "10-14"], "population": 1.0})
    assert values(roll_forward(bands, periods=5, births=1)) == [[5, 1, 1]]
    with pytest.raises(UsageError, match="multiple of 5"):
        roll_forward(bands, periods=4)


# --- errors of past projections -------------------------------------------------------------------


def history(growth: float, years: int = 8) -> pd.DataFrame:
    """A population in which each age gains or loses the same part every year."""
    tables = [
        people(100 * (1 + growth) ** at * np.ones(4), "3").assign(year=2010 + at)
        for at in range(years)
    ]
    return pd.concat(tables, ignore_index=True)


def test_a_population_that_only_ages_is_projected_without_error():
    errors = roll_forward_errors(history(0), periods=3, births=100, open_ended=False)
    assert errors["n_forecasts"].tolist() == [7] * 4 + [6] * 4 + [5] * 4
    assert errors[["bias_percent", SIZE, SPREAD]].to_numpy() == pytest.approx(0)
    assert set(errors["value_note"]) == {""}


def test_growth_that_is_not_foreseen_is_the_bias_at_each_horizon():
    errors = roll_forward_errors(
        history(0.02), periods=3, open_ended=False, error_by=["periods_ahead"]
    )
    short = [100 * (1.02**-h - 1) for h in (1, 2, 3)]
    assert errors["bias_percent"].tolist() == pytest.approx(short)
    assert errors[SIZE].tolist() == pytest.approx(np.abs(short))
    assert errors[SPREAD].tolist() == pytest.approx(np.abs(short))
    assert errors["n_forecasts"].tolist() == [
        7 * 3,
        6 * 2,
        5 * 1,
    ]  # without the newborn as they grow older


def test_errors_by_hand():
    df = pd.DataFrame(
        {
            "year": [2020, 2020, 2021, 2021, 2022, 2022],
            "age": [4, 5, 4, 5, 4, 5],
            "population": [80, 100, 90, 100, 95, 75],
        }
    )
    found = roll_forward_errors(df, periods=1, open_ended=False, error_by=["periods_ahead"])
    # Age 5: 80 against 100 found is -20%; 90 against 75 is +20%.
    assert found[["n_forecasts", "bias_percent", SIZE, SPREAD]].to_numpy().tolist() == [
        pytest.approx([2, 0, 20, 20])
    ]


def test_what_was_not_counted_or_counted_twice_is_not_compared():
    df = history(0)
    df.loc[4, "population"] = None  # age 0 in 2011
    df.loc[17, "population"] = 0  # age 1 in 2014, so that age 2 is out by all in 2015
    twice = pd.concat([df, df[df["year"] == 2017]])
    errors = roll_forward_errors(twice, periods=1, births=100, open_ended=False).set_index("age")
    # 2011 to 2016 are compared, but not age 0 in 2011, nor age 1 a year on, nor age 1 in 2014.
    assert errors["n_forecasts"].to_dict() == {"0": 5, "1": 4, "2": 6, "3": 6}
    assert errors["bias_percent"].tolist() == pytest.approx([0, 0, -100 / 6, 0])


def test_with_nothing_to_compare_errors_are_missing():
    errors = roll_forward_errors(FOUR, periods=1, births=1)
    assert errors["n_forecasts"].tolist() == [0] * 4 and errors[SIZE].isna().all()
    assert set(errors["value_note"]) == {"no known population to compare with"}
    with pytest.raises(SchemaError, match="no known population"):
        roll_forward_errors(FOUR, periods=1, births=1, strict=True)
    with pytest.raises(SchemaError, match="sex"):
        roll_forward_errors(FOUR, periods=1, error_by=["sex"])


def test_the_errors_say_what_they_are_of():
    errors = roll_forward_errors(history(0), births=100, open_ended=False)
    assert set(errors["statistic"]) == {"back_test"} and set(errors["method"]) == {"cohort"}
    assert errors["periods_ahead"].max() == 5
    with pytest.raises(TypeError, match="births_of_boys"):
        roll_forward_errors(history(0), births_of_boys=1)


def test_an_area_without_a_name_has_errors_and_limits_of_its_own():
    df = areas(history(0.01), history(-0.02))
    df["area"] = df["area"].where(df["area"] == "a")
    options = {"periods": 1, "births": 100, "open_ended": False, "by": "area"}
    errors = roll_forward_errors(df, error_by=["area", "periods_ahead"], **options)
    assert errors["n_forecasts"].tolist() == [28, 28]
    found = roll_forward(df[df["year"] == 2017], errors=errors, **options)
    assert found["lower_pi"].notna().all()
    part = (found["upper_pi"] / found["value"] - 1).to_numpy()
    assert part[4:] == pytest.approx(student.ppf(0.975, 28) * errors[SPREAD][1] / 100)


@pytest.mark.parametrize("spread", [None, -1, np.inf, "c"])
def test_past_errors_that_cannot_be_read_give_no_limits_and_say_so(spread):
    errors = pd.DataFrame({"periods_ahead": [1], "n_forecasts": [9], SPREAD: [spread]})
    found = roll_forward(FOUR, periods=1, births=12, errors=errors)
    assert found["value"].notna().all() and found["lower_pi"].isna().all()
    assert set(found["value_note"]) == {"no limits: past errors missing"}


def test_limits_come_from_the_spread_of_past_errors():
    errors = pd.DataFrame({"periods_ahead": [1, 2], "n_forecasts": [9, 9], SPREAD: [2.0, 5.0]})
    found = roll_forward(FOUR, periods=2, births=12, errors=errors, confidence=(0.9, 0.95))
    for suffix, level in ("_90", 0.95), ("_95", 0.975):
        part = student.ppf(level, 9) * np.repeat([0.02, 0.05], 4)
        assert found[f"lower_pi{suffix}"].tolist() == pytest.approx(found["value"] * (1 - part))
        assert found[f"upper_pi{suffix}"].tolist() == pytest.approx(found["value"] * (1 + part))


def test_the_table_of_errors_is_joined_by_the_keys_it_has():
    df = areas(*[history(growth) for growth in (0.01, -0.02, 0)])
    options = {"periods": 3, "births": 100, "open_ended": False, "by": "area"}
    latest = df[df["year"] == 2017]
    for keys in ["periods_ahead"], ["periods_ahead", "age"], ["area", "periods_ahead"]:
        errors = roll_forward_errors(df, error_by=keys, **options)
        found = roll_forward(latest, errors=errors.sample(frac=1, random_state=2), **options)
        joined = found.merge(errors[[*keys, "n_forecasts", SPREAD]], on=keys)
        part = student.ppf(0.975, joined["n_forecasts"]) * joined[SPREAD] / 100
        width = (found["upper_pi"] - found["value"]).to_numpy()
        assert width == pytest.approx((found["value"] * part).to_numpy())


def test_too_few_past_errors_give_no_limits():
    errors = pd.DataFrame({"periods_ahead": [1], "n_forecasts": [4], SPREAD: [2.0]})
    found = roll_forward(FOUR, periods=2, births=12, errors=errors)
    assert found["value"].notna().all() and found["lower_pi"].isna().all()
    assert set(found["value_note"]) == {"no limits: fewer than 5 back-tests"}
    with pytest.raises(
        SchemaError, match="^errors: has one row for each periods_ahead; got: more for \\(1,\\)"
    ):
        roll_forward(FOUR, periods=2, errors=pd.concat([errors, errors]))


def test_nine_in_ten_outcomes_fall_inside_the_nine_in_ten_interval():
    rng = np.random.default_rng(11)
    past, now = rng.normal(0, 0.03, (4000, 8)), rng.normal(0, 0.03, 4000)
    projected = 1000 * (1 + past)
    errors = percentage_errors(
        projected.ravel(), np.full(32_000, 1000), np.arange(32_000) // 8, 4000
    )
    lower, upper = error_interval(
        1000, errors.root_mean_square_percentage_error, errors.n_forecasts, 0.9
    )
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
    assert found.n_forecasts.tolist() == [1, 0, 0]
    assert found.bias_percent == pytest.approx([-10, np.nan, np.nan], nan_ok=True)
    lower, upper = error_interval([100, 100, np.nan, 100], [1, np.nan, 1, 90], [4, 9, 9, 9])
    assert np.isnan(lower).tolist() == [True, True, True, False] and lower[3] == 0
    assert upper[3] > 200


def test_the_commonest_figure_and_numbers_of_people():
    assert commonest([5, 1, 5, 1, 3]) == 1 and commonest([]) == 1 and commonest([], 5) == 5
    found = numbers_of_people([0, 2.5, -1, np.inf, np.nan])
    assert found == pytest.approx([0, 2.5, np.nan, np.nan, np.nan], nan_ok=True)
