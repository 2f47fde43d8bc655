"""Modelled numbers of children: printed figures, carried intervals, strata and damaged tables."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_index_equal
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.modelled import modelled_count

ADDED = ["value", "lower_ci", "upper_ci", "statistic", "method", "value_note"]
GOOD = {"prevalence": 8.3, "population": 57_542, "prevalence_lower": 7.9, "prevalence_upper": 8.8}
NO_LIMITS = {"lower": None, "upper": None}


def strata() -> pd.DataFrame:
    """Two areas by sex, with made-up limits around the printed prevalences of boys and girls."""
    return pd.DataFrame(
        {
            "area": ["north", "north", "south", "south"],
            "sex": ["boys", "girls"] * 2,
            "prevalence": [11.4, 7.8, 11.4, 7.8],
            "prevalence_lower": [10.2, 6.9, 10.2, 6.9],
            "prevalence_upper": [12.7, 8.8, 12.7, 8.8],
            "population": [14_000, 13_500, 15_000, 14_900],
        }
    )


def one(**changes) -> pd.Series:
    return modelled_count(pd.DataFrame([GOOD | changes])).iloc[0]


# --- figures --------------------------------------------------------------------------------------


def test_the_printed_estimate_lies_within_its_printed_rounding():
    # printed: 8.3% is about 4,776 children aged 5-16, of whom there were 57,200 to 57,900
    found = modelled_count(
        pd.DataFrame({"low": [8.25], "p": [8.3], "high": [8.35], "children": [57_542]}),
        "p",
        "children",
        "low",
        "high",
    ).iloc[0]
    assert round(found["value"]) == 4776
    assert [found["lower_ci"], found["upper_ci"]] == pytest.approx([4747.215, 4804.757])


def test_a_range_of_prevalence_gives_a_range_of_children():
    # printed: about 7% of children have a disability, which would be 4,400 to 6,100
    row = one(prevalence=7, population=75_000, prevalence_lower=5.87, prevalence_upper=8.13)
    assert row["value"] == pytest.approx(5250)
    assert [row["lower_ci"], row["upper_ci"]] == pytest.approx([4402.5, 6097.5])


def test_with_a_certain_population_the_limits_are_in_proportion():
    df = strata()
    found = modelled_count(df)
    for ours, theirs in [("lower_ci", "lower"), ("upper_ci", "upper")]:
        expected = df[f"prevalence_{theirs}"] * df["population"] / 100
        assert found[ours].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-12)


def test_an_uncertain_population_is_carried_too():
    # a population known as the inverse of a proportion: the log interval of a ratio in statsmodels
    (a, n), (b, m), z = (30, 200), (55, 180), 1.959963984540054
    low, high = (np.exp(sign * z * np.sqrt(1 / b - 1 / m)) for sign in (-1, 1))
    p_low, p_high = (a / n * np.exp(sign * z * np.sqrt(1 / a - 1 / n)) for sign in (-1, 1))
    figures = {"prevalence": a / n, "prevalence_lower": p_low, "prevalence_upper": p_high}
    df = pd.DataFrame([figures | {"population": m / b, "from": m / b * low, "to": m / b * high}])
    found = modelled_count(df, population_lower="from", population_upper="to", per=1)
    expected = confint_proportions_2indep(a, n, b, m, method="log", compare="ratio")
    assert found[["lower_ci", "upper_ci"]].iloc[0].tolist() == pytest.approx(expected)
    certain = modelled_count(df, per=1)
    assert (found["lower_ci"] < certain["lower_ci"]).all()
    assert (found["upper_ci"] > certain["upper_ci"]).all()


def test_strata_that_err_alone_are_added_as_newcombe_adds_them():
    # p + (1 - q) for one child each: 1 + the difference of two proportions in statsmodels
    shares = [(56, 70), (32, 80)]
    limits = [proportion_confint(x, n, method="wilson") for x, n in shares]
    df = pd.DataFrame(
        {
            "prevalence": [x / n for x, n in shares],
            "prevalence_lower": [pair[0] for pair in limits],
            "prevalence_upper": [pair[1] for pair in limits],
            "population": [1, 1],
            "area": ["a", "a"],
        }
    )
    row = modelled_count(df, per=1, by="area").iloc[0]
    expected = 1 + np.array(confint_proportions_2indep(56, 70, 48, 80, method="newcomb"))
    assert [row["lower_ci"], row["upper_ci"]] == pytest.approx(expected)


def test_strata_are_added_by_hand():
    df = strata()
    alone = modelled_count(df, by="area").set_index("area")
    rows = modelled_count(df).set_index("area").loc["north"]
    down = np.sqrt(((rows["value"] - rows["lower_ci"]) ** 2).sum())
    up = np.sqrt(((rows["upper_ci"] - rows["value"]) ** 2).sum())
    assert alone.loc["north", "value"] == pytest.approx(2649)
    assert alone.loc["north", "lower_ci"] == pytest.approx(2649 - down)
    assert alone.loc["north", "upper_ci"] == pytest.approx(2649 + up)
    shared = modelled_count(df, by="area", strata="correlated").set_index("area")
    assert shared.loc["north", "lower_ci"] == pytest.approx(rows["lower_ci"].sum())
    assert shared.loc["north", "upper_ci"] == pytest.approx(rows["upper_ci"].sum())
    assert shared["value"].tolist() == alone["value"].tolist()
    assert alone["population"].tolist() == [27_500, 29_900]


def test_one_stratum_in_a_group_is_the_row_itself():
    df = strata()
    rows = modelled_count(df)
    for word in ("independent", "correlated"):
        grouped = modelled_count(df, by=["area", "sex"], strata=word)
        for name in ["value", "lower_ci", "upper_ci"]:
            assert grouped[name].to_numpy() == pytest.approx(rows[name].to_numpy())


# --- what it adds and keeps -----------------------------------------------------------------------


def test_rows_columns_and_index_stay_and_the_estimate_says_what_it_is():
    df = strata().assign(multiplier=7, count=1)
    df.index = [5, 5, 2, 0]
    before = df.copy()
    found = modelled_count(df)
    assert_frame_equal(df, before)
    assert_frame_equal(found[df.columns.tolist()], before)
    assert_index_equal(found.index, df.index)
    assert found.columns.tolist() == [*df.columns, *ADDED]
    assert found["statistic"].tolist() == ["modelled_estimate"] * 4
    assert found["method"].tolist() == ["prevalence_times_population"] * 4
    assert found["value_note"].tolist() == [""] * 4


@pytest.mark.parametrize("word", ["independent", "correlated"])
def test_groups_keep_their_own_columns_and_the_population(word):
    found = modelled_count(strata(), by="area", strata=word)
    assert found.columns.tolist() == ["area", "population", *ADDED]
    assert found["method"].tolist() == [f"prevalence_times_population_{word}_strata"] * 2


def test_a_prevalence_without_limits_gives_numbers_without_limits():
    df = strata().drop(columns=["prevalence_lower", "prevalence_upper"])
    for by in (None, "area"):
        found = modelled_count(df, **NO_LIMITS, by=by)
        assert found["value"].notna().all() and found["lower_ci"].isna().all()
        assert found["upper_ci"].isna().all() and (found["value_note"] == "").all()
    found = modelled_count(
        df, **NO_LIMITS, population_lower="population", population_upper="population"
    )
    assert found["lower_ci"].isna().all()


def test_no_children_and_no_prevalence_are_known_figures():
    none = one(population=0)
    assert none[["value", "lower_ci", "upper_ci"]].tolist() == [0, 0, 0]
    zero = one(prevalence=0, prevalence_lower=0, prevalence_upper=1)
    assert zero[["value", "lower_ci", "upper_ci"]].tolist() == pytest.approx([0, 0, 575.42])


def test_nullable_types_missing_keys_categories_and_empty_tables():
    df = strata()
    df["population"] = df["population"].astype("Int64")
    df["prevalence"] = df["prevalence"].astype("Float64")
    df["area"] = pd.Categorical(["north", None, "north", None], ["north", "east"])
    found = modelled_count(df, by="area")
    assert found["area"].isna().tolist() == [False, True]
    assert found["value"].tolist() == pytest.approx([29 * 114, 7.8 * 284])
    assert len(modelled_count(df.iloc[:0])) == 0
    assert len(modelled_count(df.iloc[:0], by="area")) == 0


# --- damaged tables -------------------------------------------------------------------------------

BAD_VALUES = [
    ({"prevalence": None}, "prevalence missing"),
    ({"prevalence": "low"}, "prevalence not a number"),
    ({"prevalence": 830}, "prevalence not between 0 and 100"),
    ({"prevalence": -1}, "prevalence not between 0 and 100"),
    ({"population": np.nan}, "population missing"),
    ({"population": np.inf}, "population not finite"),
    ({"population": -5}, "population below zero"),
]
BAD_LIMITS = [
    ({"prevalence_lower": None}, "prevalence lower limit missing"),
    ({"prevalence_upper": "?"}, "prevalence upper limit not a number"),
    ({"prevalence_lower": -1}, "prevalence lower limit below zero"),
    ({"prevalence_upper": 101}, "prevalence upper limit above 100"),
    ({"prevalence_lower": 8.4}, "prevalence outside its limits"),
    ({"from": 60_000}, "population outside its limits"),
    ({"to": np.nan}, "population upper limit missing"),
]


@pytest.mark.parametrize("change, reason", BAD_VALUES + BAD_LIMITS, ids=lambda p: str(p))
def test_a_figure_that_cannot_be_used_says_why_and_touches_no_other(change, reason):
    good = GOOD | {"from": 57_000, "to": 58_000}
    df = pd.DataFrame([good | change, good], dtype=object).assign(area=["a", "b"])
    names = {"population_lower": "from", "population_upper": "to"}
    has_value = (change, reason) in BAD_LIMITS
    reason = f"no limits: {reason}" if has_value else reason
    for by in (None, "area"):
        found = modelled_count(df, **names, by=by)
        assert found["value_note"].tolist() == [reason, ""]
        assert found["value"].notna().tolist() == [has_value, True]
        assert found["lower_ci"].notna().tolist() == [False, True]
        assert found["upper_ci"].notna().tolist() == [False, True]
        with pytest.raises(SchemaError, match=reason):
            modelled_count(df, **names, by=by, strict=True)


def test_one_unknown_stratum_makes_the_sum_unknown():
    df = strata()
    df.loc[0, "prevalence_lower"] = np.nan
    found = modelled_count(df, by="area")
    assert found["value"].notna().all() and found["lower_ci"].isna().tolist() == [True, False]
    df.loc[1, "prevalence"] = np.nan
    found = modelled_count(df, by="area")
    assert found["value"].isna().tolist() == [True, False]
    assert found["value_note"].tolist() == ["prevalence missing", ""]
    assert found["population"].tolist() == [27_500, 29_900]


def test_a_value_that_is_missing_says_so_before_its_limits():
    df = strata()
    df.loc[0, ["prevalence", "prevalence_lower"]] = np.nan
    df.loc[2, "prevalence_lower"] = np.nan
    df.loc[3, "population"] = -1
    notes = ["prevalence missing", "population below zero"]
    assert modelled_count(df, by="area")["value_note"].tolist() == notes
    one_a_row = modelled_count(df)["value_note"].tolist()
    assert one_a_row == [notes[0], "", "no limits: prevalence lower limit missing", notes[1]]


def test_earlier_notes_are_kept():
    df = strata().assign(value_note=["provisional", "", "", ""])
    df.loc[0, "population"] = -1
    assert modelled_count(df)["value_note"].iloc[0] == "provisional; population below zero"
    found = modelled_count(df, by="area")
    assert found["value_note"].tolist() == ["provisional; population below zero", ""]


@pytest.mark.parametrize(
    "options",
    [
        {"strata": "alike"},
        {"per": 0},
        {"lower": None},
        {"population_upper": "population"},
        {"by": "population"},
        {"by": []},
    ],
    ids=str,
)
def test_wrong_usage(options):
    with pytest.raises(UsageError):
        modelled_count(strata(), **options)


def test_a_column_that_is_not_there():
    with pytest.raises(SchemaError, match="prevalence_lower"):
        modelled_count(strata().drop(columns="prevalence_lower"))
    with pytest.raises(UsageError, match="lower_ci"):
        modelled_count(strata().assign(lower_ci="x"), by="lower_ci")


# --- laws -----------------------------------------------------------------------------------------

shares = st.floats(0.001, 100)


@given(
    st.lists(st.tuples(shares, shares, shares, st.integers(1, 10**6)), min_size=1, max_size=8),
    st.randoms(),
)
def test_the_interval_holds_the_value_and_order_does_not_matter(figures, random):
    low, middle, high, size = (np.array(column) for column in zip(*figures, strict=True))
    low, middle, high = np.sort([low, middle, high], axis=0)
    df = pd.DataFrame({"prevalence": middle, "prevalence_lower": low, "prevalence_upper": high})
    df = df.assign(population=size, area="a")
    alone, shared = (
        modelled_count(df, by="area", strata=word).iloc[0] for word in ("independent", "correlated")
    )
    close = 1e-9 * alone["value"]
    ends = [shared["lower_ci"], alone["lower_ci"], alone["value"]]
    ends += [alone["upper_ci"], shared["upper_ci"]]
    assert (np.diff(ends) >= -close).all()
    order = random.sample(range(len(df)), len(df))
    moved = modelled_count(df.iloc[order], by="area").iloc[0]
    for name in ["value", "lower_ci", "upper_ci"]:
        assert moved[name] == pytest.approx(alone[name])


@given(st.floats(0, 99), st.integers(1, 10**6), st.sampled_from([1, 1000, 100_000]))
def test_the_unit_of_the_prevalence_does_not_matter(prevalence, size, per):
    df = pd.DataFrame({"prevalence": [prevalence], "population": [size]})
    percent = modelled_count(df, **NO_LIMITS)["value"].iloc[0]
    other = df.assign(prevalence=prevalence / 100 * per)
    found = modelled_count(other, **NO_LIMITS, per=per)["value"].iloc[0]
    assert found == pytest.approx(percent)
