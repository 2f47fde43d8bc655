"""Life expectancy and years of life lost on tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy.stats import chi2

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.life_tables import life_expectancy, years_of_life_lost

PUBLISHED = pd.read_csv(Path(__file__).parent / "published" / "phe_life_expectancy.csv")
STARTS = [0, 1, *range(5, 95, 5)]
LABELS = ["<1", "1-4", *[f"{age}-{age + 4}" for age in range(5, 90, 5)], "90+"]
DEATHS = [17, 9, 4, 8, 20, 15, 24, 33, 50, 71, 100, 163, 263, 304, 536, 872, 1390, 1605, 1936, 1937]
PEOPLE = [
    *(7060, 35059, 46974, 48489, 43219, 38561, 46009, 57208, 61435, 55601),
    *(50209, 56416, 46411, 39820, 37978, 37039, 33288, 23306, 11936, 11936),
]
ADDED = [
    *("deaths_used", "population_used", "value", "lower_ci", "upper_ci"),
    *("statistic", "method", "value_note"),
]


def table(deaths=DEATHS, people=PEOPLE, ages=STARTS, **others) -> pd.DataFrame:
    return pd.DataFrame({"start_age": ages, "deaths": deaths, "population": people, **others})


def areas(*tables: pd.DataFrame) -> pd.DataFrame:
    named = [df.assign(area=name) for name, df in zip("abcdefgh", tables, strict=False)]
    return pd.concat(named, ignore_index=True)


def with_cell(column: str, row: int, figure) -> pd.DataFrame:
    df = table()
    df[column] = df[column].astype(object)
    df.loc[row, column] = figure
    return df


# --- life expectancy against published answers ----------------------------------------------------


@pytest.mark.parametrize("confidence", PUBLISHED["confidence"].unique())
def test_life_expectancy_matches_the_published_one(confidence):
    rows = PUBLISHED[PUBLISHED["confidence"] == confidence].sample(frac=1, random_state=7)
    found = life_expectancy(rows, start_age="startage", confidence=confidence, by="case_id")
    expected = {
        "value": "value",
        "lower_ci": "lowercl",
        "upper_ci": "uppercl",
        "population_used": "pops_used",
        "deaths_used": "dths_used",
    }
    for source, tolerance in ("r_run", 1e-12), ("published", 1e-6):
        these = found[found["source"] == source]
        for ours, theirs in expected.items():
            assert these[ours].to_numpy() == pytest.approx(
                these[f"expected_{theirs}"].to_numpy(), rel=tolerance, nan_ok=True
            ), (source, ours)


def test_published_tables_without_an_answer_say_why():
    found = life_expectancy(PUBLISHED, start_age="startage", by="case_id")
    missing = found[found["value"].isna()]
    assert set(missing["value_note"]) == {"population of 5,000 or fewer", "deaths above population"}
    assert (found.loc[found["value"] > 0, "value_note"] == "").all()


# --- what life expectancy adds and keeps ----------------------------------------------------------


def test_columns_are_added_and_rows_and_index_kept():
    df = areas(table(), table()).sample(frac=1, random_state=3)
    df.index = ["same"] * len(df)
    df["value"], df["per"] = "old", 7
    before = df.copy()
    found = life_expectancy(df, by="area")
    kept = [name for name in df.columns if name not in ADDED]
    assert found.columns.tolist() == [*kept, *ADDED]
    assert_frame_equal(found[kept], before[kept])
    assert_frame_equal(df, before)
    assert set(found["statistic"]) == {"life_expectancy"}
    assert set(found["method"]) == {"chiang"}


def test_two_levels_of_confidence_have_four_limits():
    found = life_expectancy(table(), confidence=(0.95, 0.998))
    wide = found["upper_ci_998"] - found["lower_ci_998"]
    assert (wide > found["upper_ci_95"] - found["lower_ci_95"]).all()
    one = life_expectancy(table(), confidence=99.8)
    assert one["lower_ci"].tolist() == found["lower_ci_998"].tolist()


def test_labels_and_numbers_give_the_same_table():
    numbers = life_expectancy(table())[ADDED]
    for ages in LABELS, pd.Categorical(LABELS), ["0", *LABELS[1:]], [*map(str, STARTS)]:
        assert_frame_equal(life_expectancy(table(ages=ages))[ADDED], numbers)


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float64", "object", "int32"])
def test_types_of_numbers_change_nothing(dtype):
    df = table().astype(dtype)
    assert_frame_equal(life_expectancy(df)[ADDED], life_expectancy(table())[ADDED])


def test_bands_of_any_number_and_width_stand_side_by_side():
    short = table([20, 30, 900], [20_000, 90_000, 30_000], [0, 5, 65])
    df = areas(table(), short, table().iloc[14:])
    found = life_expectancy(df, by="area")
    for _, alone in df.groupby("area"):
        assert_frame_equal(life_expectancy(alone)[ADDED], found.loc[alone.index, ADDED])
    late = found[found["area"] == "c"]["value"].to_numpy()
    assert late == pytest.approx(found["value"].to_numpy()[14:20])


def test_sums_take_in_this_age_and_those_above():
    found = life_expectancy(table())
    assert found["deaths_used"].iloc[[0, 18, 19]].tolist() == [9357, 3873, 1937]
    assert found["population_used"].iloc[[0, 18, 19]].tolist() == [787954, 23872, 11936]


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(random):
    df = areas(table(), table(people=[2 * n for n in PEOPLE]))
    order = list(range(len(df)))
    random.shuffle(order)
    found = life_expectancy(df.iloc[order], by="area").sort_index()
    assert_frame_equal(found, life_expectancy(df, by="area"))


@pytest.mark.parametrize("key", [pd.NA, None, np.nan])
def test_a_missing_key_is_a_group_of_its_own(key):
    df = areas(table(), table())
    df["area"] = df["area"].astype(object).where(df["area"] == "a", key)
    found = life_expectancy(df, by="area")
    assert found["value"].notna().all() and found["value"][0] == found["value"][20]


def test_an_empty_table_stays_empty():
    found = life_expectancy(table().iloc[:0], by="start_age")
    assert len(found) == 0
    assert found.columns.tolist() == ["start_age", "deaths", "population", *ADDED]


# --- tables that cannot be worked out -------------------------------------------------------------


@pytest.mark.parametrize(
    "column, row, figure, reason",
    [
        ("deaths", 3, None, "deaths missing"),
        ("deaths", 3, "c", "deaths not a number"),
        ("deaths", 3, -1, "deaths below zero"),
        ("deaths", 3, 50_000, "deaths above population"),
        ("deaths", 3, np.inf, "deaths not finite"),
        ("deaths", 19, 0, "no deaths in the last age band"),
        ("population", 3, None, "population missing"),
        ("population", 3, "*", "population not a number"),
        ("population", 3, 0, "population not above zero"),
        ("population", 3, -10, "population not above zero"),
        ("population", 3, np.inf, "population not finite"),
        ("start_age", 3, None, "start age missing"),
        ("start_age", 3, "All ages", "start age not a number"),
        ("start_age", 3, 5, "start age repeated"),
        ("start_age", 3, "10-12", "age bands do not join"),
        ("start_age", 3, "10+", "age bands do not join"),
        ("start_age", 19, "90-94", "last age band not open"),
    ],
)
def test_a_bad_cell_makes_its_table_missing_with_its_reason(column, row, figure, reason):
    found = life_expectancy(areas(with_cell(column, row, figure), table()), by="area")
    bad, good = found[:20], found[20:]
    assert set(bad["value_note"]) == {reason}
    assert bad[ADDED[:5]].isna().all(axis=None)
    assert good["value"].notna().all() and set(good["value_note"]) == {""}
    with pytest.raises(SchemaError, match=reason):
        life_expectancy(with_cell(column, row, figure), strict=True)


@pytest.mark.parametrize("label, reason", [(None, "missing"), ("All ages", "not a number")])
def test_a_label_that_cannot_be_read_is_the_reason_not_the_gap_it_leaves(label, reason):
    ages = pd.Series(LABELS, dtype=object).where(lambda age: age != "10-14", label)
    assert set(life_expectancy(table(ages=ages))["value_note"]) == {f"start age {reason}"}


@pytest.mark.parametrize("age, reason", [(-5, "below zero"), (np.inf, "not finite")])
def test_impossible_start_ages_in_numbers(age, reason):
    ages = pd.Series(STARTS, dtype=float).where(lambda start: start != 10, age)
    assert set(life_expectancy(table(ages=ages))["value_note"]) == {f"start age {reason}"}


def test_5000_people_are_too_few_and_5001_are_not():
    deaths = [2, 3, 60]
    few = table(deaths, [1000, 3000, 1000], [0, 1, 65])
    assert set(life_expectancy(few)["value_note"]) == {"population of 5,000 or fewer"}
    enough = table(deaths, [1000, 3001, 1000], [0, 1, 65])
    assert life_expectancy(enough)["value"].notna().all()


def test_a_value_with_too_wide_an_interval_goes_and_its_limits_stay():
    df = table([1, 20, 3], [9000, 9000, 300], [0, 5, 65])
    found = life_expectancy(df, confidence=0.9)
    assert found["value"].isna().all()
    assert found["lower_ci"].notna().all() and found["upper_ci"].notna().all()
    assert set(found["value_note"]) == {"95% interval wider than 20 years"}


def test_where_nobody_survives_there_are_no_limits():
    found = life_expectancy(table([1, 999, 5], [1000, 1000, 4000], [0, 1, 15]))
    assert found["value"].iloc[2] == 0 and np.isnan(found["lower_ci"].iloc[2])
    assert found["value_note"].iloc[2] == "no limits: nobody survives to this age"


def test_notes_that_were_there_are_kept():
    found = life_expectancy(with_cell("deaths", 3, None).assign(value_note="provisional"))
    assert set(found["value_note"]) == {"provisional; deaths missing"}


@pytest.mark.parametrize("wrong", [{"deaths": "x"}, {"start_age": "x"}, {"by": "x"}])
def test_a_column_that_is_not_there_is_refused(wrong):
    with pytest.raises(SchemaError):
        life_expectancy(table(), **wrong)


def test_a_bad_confidence_is_refused():
    with pytest.raises(UsageError):
        life_expectancy(table(), confidence=0.5)


# --- years of life lost ---------------------------------------------------------------------------

LOST = pd.DataFrame(
    {
        "start_age": ["0", "1-4", "5-14", "15-74", "75+"],
        "deaths": [10, 4, 2, 8, 90],
        "population": [1000, 4000, 10_000, 60_000, 9000],
    }
)
LEFT = np.array([74.5, 72, 65, 30, 0])  # from the middle of each band to 75


def test_years_before_75_are_added_up_by_hand():
    found = years_of_life_lost(LOST, up_to=75)
    assert found["years_lost"].tolist() == [10 * 74.5 + 4 * 72 + 2 * 65 + 8 * 30]
    assert found["value"].tolist() == [1403]
    assert found["deaths_used"].tolist() == [24]
    assert found["statistic"].tolist() == ["years_of_life_lost"]
    assert found["method"].tolist() == ["dobson"]


def test_the_rate_is_per_people_below_the_limit():
    found = years_of_life_lost(LOST, population="population", up_to=75, per=1000)
    assert found["population_used"].tolist() == [75_000]
    assert found["value"].tolist() == pytest.approx([1000 * 1403 / 75_000])
    counted = years_of_life_lost(LOST, up_to=75)
    for limit in "lower_ci", "upper_ci":
        assert found[limit][0] == pytest.approx(counted[limit][0] / 75)
    assert found["statistic"].tolist() == ["years_of_life_lost_rate"]


def test_limits_are_those_of_the_deaths_stretched():
    # Few deaths, all of one band: the limits are those of the count times the years of each.
    df = pd.DataFrame({"start_age": ["10-14"], "deaths": [10.0]})
    found = years_of_life_lost(df, up_to=75)
    assert found["lower_ci"][0] == pytest.approx(62.5 * 4.7874499140)
    assert found["upper_ci"][0] == pytest.approx(62.5 * 18.3914586058)
    mixed, deaths = years_of_life_lost(LOST, up_to=75), LOST["deaths"].to_numpy()
    stretch = np.sqrt((deaths * LEFT**2).sum() / 24)
    exact = np.array([chi2.ppf(0.025, 48), chi2.ppf(0.975, 50)]) / 2
    limits = mixed[["lower_ci", "upper_ci"]].to_numpy()[0]
    assert limits == pytest.approx(1403 + stretch * (exact - 24), rel=2e-3)


def test_remaining_life_is_taken_at_the_middle_of_the_band():
    standard = pd.DataFrame({"start_age": [0, 1, 5, 15, 75], "value": [80, 79.5, 76, 66, 12]})
    found = years_of_life_lost(LOST, standard=standard)
    by_hand = 10 * 79.75 + 4 * 77.75 + 2 * 71 + 8 * 39 + 90 * 12
    assert found["years_lost"].tolist() == [by_hand]
    assert found["deaths_used"].tolist() == [114]


def test_the_result_of_life_expectancy_is_a_standard():
    standard = life_expectancy(table(ages=LABELS))
    found = years_of_life_lost(table(), standard=standard)
    years = standard["value"].to_numpy()
    middle = np.append((years[:-1] + years[1:]) / 2, years[-1])
    assert found["value"].tolist() == pytest.approx([(middle * DEATHS).sum()])


def test_a_standard_by_sex_is_joined_by_key_not_by_position():
    sexes = [LOST.assign(sex=sex) for sex in ("f", "m")]
    starts = {"start_age": [0, 1, 5, 15, 75]}
    standard = pd.concat(
        [
            pd.DataFrame({**starts, "sex": "m", "value": [70, 70, 66, 56, 10]}),
            pd.DataFrame({**starts, "sex": "f", "value": [80, 80, 76, 66, 12]}),
        ]
    ).sample(frac=1, random_state=5)
    found = years_of_life_lost(pd.concat(sexes), standard=standard, on="sex", by="sex")
    females = 10 * 80 + 4 * 78 + 2 * 71 + 8 * 39 + 90 * 12
    males = 10 * 70 + 4 * 68 + 2 * 61 + 8 * 33 + 90 * 10
    assert found.set_index("sex")["value"].to_dict() == {"f": females, "m": males}
    both = years_of_life_lost(pd.concat(sexes), standard=standard, on=["sex"])
    assert both["value"].tolist() == [females + males]
    with pytest.raises(
        SchemaError, match="^standard: has one row for each start_age; got: more for"
    ):
        years_of_life_lost(LOST, standard=standard)


def test_ages_that_the_standard_lacks_are_not_known():
    standard = pd.DataFrame({"start_age": [0, 1, 5, 15], "value": [80, 79.5, 76, 66]})
    found = years_of_life_lost(LOST, standard=standard)
    assert found["value"].isna().all()
    assert found["value_note"].tolist() == ["age not in the standard"]


def test_below_10_deaths_the_years_stay_and_the_limits_go():
    few = LOST.assign(deaths=[1, 2, 3, 3, 500])
    found = years_of_life_lost(few, up_to=75)
    assert found["value"].tolist() == [74.5 + 144 + 195 + 90]
    assert found[["lower_ci", "upper_ci"]].isna().all(axis=None)
    assert found["value_note"].tolist() == ["no limits: fewer than 10 deaths"]
    none = years_of_life_lost(LOST.assign(deaths=[0, 0, 0, 0, 500]), up_to=75)
    assert none["value"].tolist() == [0]
    with pytest.raises(SchemaError, match="fewer than 10"):
        years_of_life_lost(few, up_to=75, strict=True)


@pytest.mark.parametrize(
    "column, row, figure, reason",
    [
        ("deaths", 1, None, "deaths missing"),
        ("deaths", 1, "c", "deaths not a number"),
        ("deaths", 1, -2, "deaths below zero"),
        ("population", 1, None, "population missing"),
        ("population", 1, -2, "population below zero"),
        ("start_age", 1, None, "start age missing"),
        ("start_age", 1, "unknown", "start age not a number"),
        ("start_age", 3, "15-79", "age band across the limit"),
        ("start_age", 3, "15+", "age band across the limit"),
    ],
)
def test_a_bad_cell_makes_its_group_missing_and_no_other(column, row, figure, reason):
    bad = LOST.astype(object)
    bad.loc[row, column] = figure
    found = years_of_life_lost(
        areas(bad, LOST), population="population", up_to=75, by="area"
    ).set_index("area")
    assert found.loc["a", "value_note"] == reason
    assert found.loc["a", ["deaths_used", "years_lost", "value", "upper_ci"]].isna().all()
    assert found.loc["b", "years_lost"] == 1403 and found.loc["b", "value_note"] == ""


def test_nothing_is_asked_of_ages_that_lose_no_years():
    old = LOST.astype(object)
    old.loc[4, ["deaths", "population"]] = [None, -1]
    found = years_of_life_lost(old, population="population", up_to=75)
    assert found["years_lost"].tolist() == [1403] and found["value_note"].tolist() == [""]


def test_no_people_give_no_rate():
    found = years_of_life_lost(LOST.assign(population=0), population="population", up_to=75)
    assert found["value"].isna().all()
    assert found["value_note"].tolist() == ["population not above zero"]


def test_numbers_run_to_the_next_start_age():
    numbers = LOST.assign(start_age=[0, 1, 5, 15, 75])
    assert_frame_equal(years_of_life_lost(numbers, up_to=75), years_of_life_lost(LOST, up_to=75))


def test_a_group_that_leaves_out_usual_ages_is_named_and_no_other_touched():
    usual = LOST.assign(start_age=[0, 1, 5, 15, 75])
    odd, short = usual.assign(start_age=[0, 2, 5, 15, 75]), usual.drop(index=2)
    found = years_of_life_lost(areas(usual, odd, short, usual, usual, usual), up_to=75, by="area")
    assert found["value"].isna().tolist() == [False, True, True, False, False, False]
    assert set(found["value_note"][[1, 2]]) == {"start ages of other groups left out"}
    assert set(found["value"].dropna()) == {1403}


def test_groups_equal_the_table_of_each_alone_and_rows_of_one_band_add_up():
    df = areas(LOST, LOST.assign(deaths=[20, 5, 9, 3, 1]))
    found = years_of_life_lost(df, up_to=75, by="area", confidence=(0.95, 0.998))
    for name, alone in df.groupby("area"):
        one = years_of_life_lost(alone, up_to=75, confidence=(0.95, 0.998))
        this = found[found["area"] == name].drop(columns="area").reset_index(drop=True)
        assert_frame_equal(this, one)
    whole = years_of_life_lost(df, up_to=75)
    assert whole["value"][0] == pytest.approx(found["value"].sum())


@given(st.lists(st.integers(0, 400), min_size=5, max_size=5), st.floats(0.9, 0.99))
def test_limits_hold_the_years_and_are_not_below_zero(deaths, confidence):
    found = years_of_life_lost(LOST.assign(deaths=deaths), up_to=75, confidence=confidence)
    if sum(deaths[:4]) >= 10:
        lower, value, upper = found[["lower_ci", "value", "upper_ci"]].to_numpy()[0]
        assert 0 <= lower <= value <= upper


def test_an_empty_table_gives_no_group_and_no_limit_gives_an_error():
    assert len(years_of_life_lost(LOST.iloc[:0], up_to=75, by="start_age")) == 0
    assert len(years_of_life_lost(LOST.iloc[:0], up_to=75)) == 0
    with pytest.raises(TypeError, match="positional"):
        years_of_life_lost(LOST, "deaths", "population", "start_age", up_to=75)
    for wrong in {}, {"up_to": 75, "standard": LOST}, {"up_to": -1}, {"up_to": 75, "per": 0}:
        with pytest.raises(UsageError):
            years_of_life_lost(LOST, **wrong)


def test_traps_in_the_names_of_columns_change_nothing():
    traps = LOST.assign(value=7, per=7, multiplier=7, up_to=3, years=1)
    assert_frame_equal(years_of_life_lost(traps, up_to=75), years_of_life_lost(LOST, up_to=75))
    assert years_of_life_lost(LOST.assign(g=1), up_to=75, by="g").columns[0] == "g"
    with pytest.raises(UsageError, match="value"):
        years_of_life_lost(traps, up_to=75, by="value")


def test_a_stray_truth_value_among_ages_costs_its_own_table_only():
    ages = {"start_age": [0, 1, 5, True, 0, 1, 5], "area": list("xxxyzzz")}
    df = pd.DataFrame(ages | {"deaths": 5_000, "population": 90_000}).astype({"start_age": object})
    notes = life_expectancy(df, by="area")["value_note"].tolist()
    assert notes == ["", "", "", "start age not a number", "", "", ""]
