"""The survey verbs: against statsmodels, printed figures, each other, and on damaged tables."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_index_equal
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)
from statsmodels.stats.weightstats import DescrStatsW

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.surveys import (
    subgroup_to_rest,
    survey_change,
    survey_interval,
    survey_proportion,
)

Z = 1.959963984540054
LIMITS = ["lower_ci", "upper_ci"]
BASES = ["base", "base_weighted", "design_effect", "effective_base", "population_correction"]
ADDED = ["value", *LIMITS, "statistic", "method", *BASES, "not_answered", "not_weighted"]
CHANGE = ["difference", "difference_lower_ci", "difference_upper_ci", "p_value", "significant"]


def respondents(size: int = 400, seed: int = 20251121) -> pd.DataFrame:
    """A made-up school survey: unequal weights, twelve schools, some questions left blank."""
    rng = np.random.default_rng(seed)
    school = rng.integers(0, 12, size)
    agrees = rng.random(size) < rng.uniform(0.3, 0.9, 12)[school]
    answer = pd.Series(np.where(agrees, "agree", "disagree"), dtype=object)
    answer[rng.random(size) < 0.1] = None
    return pd.DataFrame(
        {
            "answer": answer,
            "weight": rng.gamma(3, 0.4, size),
            "school": school,
            "age": rng.choice(["11-14", "15-18"], size),
            "sex": rng.choice(["girl", "boy", "other"], size, p=[0.5, 0.45, 0.05]),
        }
    )


def asked(df: pd.DataFrame, **options) -> pd.DataFrame:
    return survey_proportion(df, yes="agree", **options)


def published(value, base, **others) -> pd.DataFrame:
    return pd.DataFrame({"value": value, "base": base, **others})


# --- respondents: figures -------------------------------------------------------------------------


def test_without_weights_it_is_the_wilson_interval_of_the_answers():
    df = respondents()
    row = asked(df).iloc[0]
    count, base = (df["answer"] == "agree").sum(), df["answer"].notna().sum()
    expected = 100 * np.array(proportion_confint(count, base, method="wilson"))
    assert row["value"] == pytest.approx(100 * count / base)
    assert row[LIMITS].tolist() == pytest.approx(expected, rel=1e-12)
    assert row["base"] == row["base_weighted"] == row["effective_base"] == base
    assert row["design_effect"] == row["population_correction"] == 1
    assert row["not_answered"] == len(df) - base and row["not_weighted"] == 0


def test_weighted_shares_and_intervals_match_statsmodels_in_every_group():
    df = respondents()
    found = asked(df, weight="weight", by=["age", "sex"])
    assert len(found) == 6
    for _, row in found.iterrows():
        part = df[(df["age"] == row["age"]) & (df["sex"] == row["sex"])].dropna()
        weight = part["weight"].to_numpy()
        share = DescrStatsW((part["answer"] == "agree").to_numpy(), weight).mean
        effective = weight.sum() ** 2 / (weight**2).sum()
        expected = proportion_confint(share * effective, effective, method="wilson")
        assert row["value"] == pytest.approx(100 * share)
        assert row[LIMITS].tolist() == pytest.approx(100 * np.array(expected), rel=1e-10)
        assert row["base"] == len(part) and row["base_weighted"] == pytest.approx(weight.sum())
        cv = weight.std() / weight.mean()
        assert row["design_effect"] == pytest.approx(1 + cv**2)
        assert row["effective_base"] == pytest.approx(effective)


def test_clusters_widen_the_interval_by_their_own_design_effect():
    df = respondents()
    row = asked(df, weight="weight", cluster="school").iloc[0]
    part = df.dropna()
    model = WLS((part["answer"] == "agree").astype(float), np.ones(len(part)), part["weight"])
    robust = model.fit(cov_type="cluster", cov_kwds={"groups": part["school"].to_numpy()})
    share = row["value"] / 100
    assert share == pytest.approx(robust.params.iloc[0])
    effective = share * (1 - share) / robust.bse.iloc[0] ** 2
    assert row["effective_base"] == pytest.approx(effective)
    assert row["design_effect"] == pytest.approx(len(part) / effective) and effective < len(part)
    t = 2.200985160082949  # Student's t with 11 degrees of freedom, 97.5%
    used = effective * (Z / t) ** 2
    expected = 100 * np.array(proportion_confint(share * used, used, method="wilson"))
    assert row[LIMITS].tolist() == pytest.approx(expected, rel=1e-9)
    assert row["method"] == "wilson_clustered"


def test_a_small_population_narrows_the_interval():
    df = respondents()
    plain, small = asked(df).iloc[0], asked(df, population=900).iloc[0]
    base = plain["base"]
    assert small["population_correction"] == pytest.approx((900 - base) / 899)
    used = base / small["population_correction"]
    share = plain["value"] / 100
    expected = 100 * np.array(proportion_confint(share * used, used, method="wilson"))
    assert small[LIMITS].tolist() == pytest.approx(expected, rel=1e-10)
    assert small["effective_base"] == plain["effective_base"]


def test_a_population_column_serves_each_group():
    df = respondents()
    df["pupils"] = df["age"].map({"11-14": 700, "15-18": 650})
    found = asked(df, population="pupils", by="age").set_index("age")
    for age, size in [("11-14", 700), ("15-18", 650)]:
        alone = asked(df[df["age"] == age], population=size).iloc[0]
        assert found.loc[age, LIMITS].tolist() == alone[LIMITS].tolist()


def test_everybody_asked_leaves_no_doubt():
    df = pd.DataFrame({"answer": ["yes", "no", "yes", "yes"]})
    row = survey_proportion(df, population=4).iloc[0]
    assert row["value"] == row["lower_ci"] == row["upper_ci"] == 75


def test_several_answers_can_count_and_others_count_as_none():
    df = pd.DataFrame({"answer": ["agree", "tend to agree", "disagree", "not sure", " ", None]})
    row = survey_proportion(df, yes=["agree", "tend to agree"], no_answer=["not sure"]).iloc[0]
    assert row["value"] == pytest.approx(200 / 3)
    assert row["base"] == 3 and row["not_answered"] == 3
    assert survey_proportion(df, yes="agree", no_answer="not sure").iloc[0]["base"] == 3


@pytest.mark.parametrize(
    "answers, yes",
    [
        ([True, False, True, None], True),
        (pd.array([True, False, True, None], dtype="boolean"), True),
        ([1, 2, 1, np.nan], 1),
        (pd.array([1, 2, 1, None], dtype="Int64"), 1),
        (pd.Categorical(["y", "n", "y", None]), "y"),
        (pd.array(["y", "n", "y", pd.NA], dtype="string"), "y"),
        (
            pd.to_datetime(["2024-01-01", "2025-01-01", "2024-01-01", None]),
            pd.Timestamp(2024, 1, 1),
        ),
    ],
    ids=["object", "boolean", "float", "Int64", "category", "string", "date"],
)
def test_answers_of_every_kind_are_read(answers, yes):
    row = survey_proportion(pd.DataFrame({"answer": answers}), yes=yes).iloc[0]
    assert row["value"] == pytest.approx(200 / 3) and row["not_answered"] == 1
    assert row["value_note"] == ""


def test_two_levels_of_confidence_and_another_unit():
    df = respondents()
    found = asked(df, per=1, confidence=(0.95, 0.998), cluster="school", by="age")
    names = ["lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998"]
    assert found.columns.tolist()[:6] == ["age", "value", *names]
    for suffix, level in [("95", 0.95), ("998", 0.998)]:
        alone = asked(df, confidence=level, cluster="school", by="age")
        for end in ("lower", "upper"):
            expected = alone[f"{end}_ci"].to_numpy() / 100
            assert found[f"{end}_ci_{suffix}"].to_numpy() == pytest.approx(expected)
    assert ((found["value"] > 0) & (found["value"] < 1)).all()


# --- respondents: damaged and odd tables ----------------------------------------------------------


def test_the_input_stays_and_the_columns_come_in_order():
    df = respondents(50).assign(multiplier=7, value="x", count=1, base=3)
    df.index = [9] * 50
    before = df.copy()
    found = asked(df, weight="weight", by="age")
    assert_frame_equal(df, before)
    assert found.columns.tolist() == ["age", *ADDED, "value_note"]
    assert found["base"].dtype == found["not_answered"].dtype == int
    assert found["statistic"].tolist() == ["survey_proportion"] * 2
    clean = respondents(50)
    assert_frame_equal(found, asked(clean, weight="weight", by="age"))


BAD_WEIGHTS = [-1, np.nan, np.inf, "heavy", None]


@pytest.mark.parametrize("bad", BAD_WEIGHTS, ids=repr)
def test_an_answer_without_a_usable_weight_is_left_out_and_noted(bad):
    df = pd.DataFrame(
        {
            "answer": ["yes", "no", "yes", "yes", None],
            "weight": pd.Series([1, 2, bad, 3, bad], dtype=object),
            "area": list("aaabb"),
        }
    )
    found = survey_proportion(df, weight="weight", by="area").set_index("area")
    assert found["value"].tolist() == pytest.approx([100 / 3, 100])
    assert found["base"].tolist() == [2, 1]
    assert found["not_weighted"].tolist() == [1, 0] and found["not_answered"].tolist() == [0, 1]
    assert found["value_note"].tolist() == ["answers without a usable weight left out", ""]
    with pytest.raises(SchemaError, match="without a usable weight"):
        survey_proportion(df, weight="weight", by="area", strict=True)


def test_a_weight_of_zero_counts_in_the_base_only():
    df = pd.DataFrame({"answer": ["yes", "no", "yes"], "weight": [0, 1, 1]})
    row = survey_proportion(df, weight="weight").iloc[0]
    assert row["value"] == 50 and row["base"] == 3 and row["effective_base"] == 2


NO_FIGURE = [
    ({"answer": [None, " "], "weight": [1, 1]}, "no usable answers"),
    ({"answer": ["yes", "no"], "weight": [-1, None]}, "no usable answers"),
    ({"answer": ["yes", "no"], "weight": [0, 0]}, "weights all zero"),
]


@pytest.mark.parametrize("columns, reason", NO_FIGURE, ids=["none", "unweighted", "zero"])
def test_a_group_without_a_base_is_missing_and_touches_no_other(columns, reason):
    good = pd.DataFrame({"answer": ["yes", "no"], "weight": [1, 1], "area": "good"})
    df = pd.concat([pd.DataFrame(columns).assign(area="bad"), good], ignore_index=True)
    found = survey_proportion(df, weight="weight", by="area").set_index("area")
    assert found.loc["bad", ["value", *LIMITS]].isna().all()
    assert found.loc["bad", "value_note"] == reason
    alone = survey_proportion(good, weight="weight", by="area").set_index("area")
    assert_frame_equal(found.loc[["good"]], alone, check_dtype=False)
    with pytest.raises(SchemaError, match=reason):
        survey_proportion(df, weight="weight", by="area", strict=True)


POPULATIONS = [
    ([np.nan, np.nan], "population missing"),
    ([5, 6], "population differs within the group"),
    ([1, 1], "population below base"),
    ([0, 0], "population not above zero"),
    (["many", "many"], "population not a number"),
    ([np.inf, np.inf], "population not finite"),
]


@pytest.mark.parametrize("sizes, reason", POPULATIONS, ids=lambda p: p if type(p) is str else "")
def test_without_a_usable_population_the_value_stays_and_the_limits_go(sizes, reason):
    df = pd.DataFrame({"answer": ["yes", "no"] * 2, "area": list("aabb")})
    df["size"] = pd.Series([*sizes, 50, 50], dtype=object)
    found = survey_proportion(df, population="size", by="area")
    assert found["value"].tolist() == [50, 50]
    assert found["lower_ci"].isna().tolist() == [True, False]
    assert found["value_note"].tolist() == [f"no limits: {reason}", ""]
    with pytest.raises(SchemaError, match=f"no limits: {reason}"):
        survey_proportion(df, population="size", by="area", strict=True)


def test_a_group_without_a_share_says_so_before_its_limits():
    df = pd.DataFrame({"answer": [None, "yes"], "size": [None, 50], "area": ["a", "b"]})
    found = survey_proportion(df, population="size", by="area")
    assert found["value_note"].tolist() == ["no usable answers", ""]


def test_one_school_says_nothing_about_schools():
    df = pd.DataFrame(
        {"answer": ["yes", "no"] * 3, "school": [1, 1, 1, 1, 2, 3], "area": list("aaabbb")}
    )
    found = survey_proportion(df, cluster="school", by="area")
    assert found["lower_ci"].isna().tolist() == [True, False]
    assert found["value"].notna().all()
    assert found["value_note"].tolist() == ["no limits: fewer than 2 clusters", ""]


def test_a_missing_school_is_a_school_of_its_own():
    df = respondents(100)
    named = df.assign(school=df["school"].where(df["school"] > 0, 99))
    missing = df.assign(school=df["school"].where(df["school"] > 0))
    found = asked(missing, cluster="school")
    note = "answers without a cluster taken as one"
    assert found["value_note"].tolist() == [note]
    assert_frame_equal(found.assign(value_note=""), asked(named, cluster="school"))
    with pytest.raises(SchemaError, match=note):
        asked(missing, cluster="school", strict=True)
    unasked = missing.assign(answer=missing["answer"].where(missing["school"].notna()))
    assert asked(unasked, cluster="school", strict=True)["value_note"].tolist() == [""]


def test_an_answer_that_nobody_gave_is_noted_unless_it_is_a_category():
    df = pd.DataFrame({"answer": ["yes", "no", "no"]})
    row = survey_proportion(df, yes=["yes", "Yes"]).iloc[0]
    assert row["value"] == pytest.approx(100 / 3) and row["value_note"] == "no answer is 'Yes'"
    with pytest.raises(SchemaError, match="no answer is 'Yes'"):
        survey_proportion(df, yes="Yes", strict=True)
    possible = df.assign(answer=pd.Categorical(df["answer"], ["yes", "no", "never"]))
    row = survey_proportion(possible, yes="never", strict=True).iloc[0]
    assert row["value"] == 0 and row["upper_ci"] > 0 and row["value_note"] == ""


def test_an_empty_survey_gives_no_rows():
    found = asked(
        respondents(5).iloc[:0], weight="weight", cluster="school", population=9, by="age"
    )
    assert len(found) == 0 and found.columns.tolist() == ["age", *ADDED, "value_note"]
    assert len(asked(respondents(5).iloc[:0])) == 0


def test_missing_keys_and_categories_make_groups():
    df = respondents(60)
    df["age"] = pd.Categorical(df["age"].where(df.index > 9), ["15-18", "11-14", "19-25"])
    found = asked(df, by="age")
    assert len(found) == 3 and found["age"].isna().sum() == 1
    assert found["base"].sum() == df["answer"].notna().sum()


@pytest.mark.parametrize(
    "options",
    [
        {"yes": []},
        {"yes": None},
        {"yes": ["agree", np.nan]},
        {"yes": "agree", "no_answer": ["agree"]},
        {"per": 0},
        {"confidence": 0.5},
        {"population": -3},
        {"by": []},
    ],
    ids=str,
)
def test_wrong_usage_of_survey_proportion(options):
    with pytest.raises(UsageError):
        survey_proportion(respondents(10), **options)


@pytest.mark.parametrize("name", ["answer", "weight", "cluster", "population", "by"])
def test_a_column_that_is_not_there(name):
    with pytest.raises(SchemaError, match="nowhere"):
        survey_proportion(respondents(10), **{name: "nowhere"})


@given(st.permutations(range(30)), st.floats(0.01, 100))
def test_neither_order_nor_scale_of_weights_matters(order, scale):
    df = respondents(30)
    moved = df.iloc[list(order)].assign(weight=lambda d: d["weight"] * scale)
    options = {"weight": "weight", "cluster": "school", "population": 500}
    for name in ["value", *LIMITS, "effective_base"]:
        assert asked(moved, **options)[name].tolist() == pytest.approx(asked(df, **options)[name])


# --- published percentages ------------------------------------------------------------------------


def test_printed_intervals_of_benchmark_figures():
    # worked in the requirements from the printed 14.0% and 24.9%: 13.75 to 14.26, 24.57 to 25.24
    found = survey_interval(published([14.0, 24.9], [10_000 / 0.14, 15_985 / 0.249]))
    assert found["lower_ci"].round(2).tolist() == [13.75, 24.57]
    assert found["upper_ci"].round(2).tolist() == [14.26, 25.24]
    assert found["value"].tolist() == [14.0, 24.9]


def test_margins_as_printed_by_pollsters():
    found = survey_interval(published([50] * 4, [100, 500, 1000, 2000]))
    assert found["margin_of_error"].round(1).tolist() == [9.8, 4.4, 3.1, 2.2]
    halves = survey_interval(published([50], [500]), per=100, design_effect=2)
    assert halves["margin_of_error"].round(1).tolist() == [6.2]
    assert halves["effective_base"].tolist() == [250]


def test_an_interval_of_respondents_is_that_of_their_published_figures():
    of_rows = asked(respondents(), weight="weight", population=5000, by=["age", "sex"])
    again = survey_interval(of_rows, design_effect="design_effect", population=5000)
    for name in [*LIMITS, "effective_base"]:
        assert again[name].to_numpy() == pytest.approx(of_rows[name].to_numpy())


def test_survey_interval_keeps_rows_columns_and_index():
    df = published([50, 20], [500, 80], area=["a", "b"], multiplier=9, per=[1, 2])
    df.index = pd.Index([4, 4], name="row")
    before = df.copy()
    found = survey_interval(df, population=10_000)
    assert_frame_equal(df, before)
    assert_index_equal(found.index, df.index)
    kept = ["base", "area", "multiplier", "per"]
    added = ["value", *LIMITS, "margin_of_error", "effective_base", "statistic", "method"]
    assert found.columns.tolist() == [*kept, *added, "value_note"]
    two = survey_interval(df, confidence=(0.95, 0.998))
    assert {"margin_of_error_95", "margin_of_error_998", "lower_ci_998"} <= set(two.columns)
    assert (two["margin_of_error_998"] > two["margin_of_error_95"]).all()


INTERVAL_REASONS = [
    ({"value": np.nan}, "value missing", False),
    ({"value": "low"}, "value not a number", False),
    ({"value": 101}, "value not between 0 and 100", False),
    ({"value": -1}, "value not between 0 and 100", False),
    ({"base": None}, "base missing", True),
    ({"base": 0}, "base not above zero", True),
    ({"base": -4}, "base not above zero", True),
    ({"base": np.inf}, "base not finite", True),
    ({"deff": 0}, "design effect not above zero", True),
    ({"deff": "?"}, "design effect not a number", True),
    ({"size": 20}, "population below base", True),
    ({"size": np.nan}, "population missing", True),
]


@pytest.mark.parametrize("change, reason, keeps_value", INTERVAL_REASONS, ids=lambda p: str(p))
def test_a_figure_that_cannot_be_used_says_why(change, reason, keeps_value):
    good = {"value": 50.0, "base": 100, "deff": 1.2, "size": 2000}
    df = pd.DataFrame([good | change, good], dtype=object)
    found = survey_interval(df, design_effect="deff", population="size")
    reason = f"no limits: {reason}" if keeps_value else reason
    assert found["value_note"].tolist() == [reason, ""]
    assert found["value"].notna().tolist() == [keeps_value, True]
    for name in [*LIMITS, "margin_of_error", "effective_base"]:
        assert found[name].notna().tolist() == [False, True]
    with pytest.raises(SchemaError, match=reason):
        survey_interval(df, design_effect="deff", population="size", strict=True)


def test_nullable_columns_notes_and_empty_tables():
    df = published(pd.array([50, None], dtype="Float64"), pd.array([90, 90], dtype="Int64"))
    found = survey_interval(df.assign(value_note=["provisional", "provisional"]))
    assert found["value_note"].tolist() == ["provisional", "provisional; value missing"]
    assert len(survey_interval(df.iloc[:0])) == 0
    assert len(survey_interval(df.iloc[:0], population="base")) == 0


def test_a_census_and_full_confidence_do_not_warn():
    df = published([0, 40, 100], [50, 50, 50])
    certain = survey_interval(df, population=50)
    assert certain["lower_ci"].tolist() == certain["upper_ci"].tolist() == [0, 40, 100]
    assert certain["margin_of_error"].tolist() == [0, 0, 0]
    assert survey_interval(df, confidence=1)["upper_ci"].tolist() == [100, 100, 100]
    assert survey_interval(df, confidence=1, population=50)["lower_ci"].tolist() == [0, 40, 100]


# --- wave to wave ---------------------------------------------------------------------------------


def test_a_change_matches_statsmodels():
    df = pd.DataFrame({"value": [35.0, 34, 84, 0], "base": [500, 500, 450, 30]})
    df = df.assign(other_value=[51.0, 30, 84, 4], other_base=[480, 400, 500, 50])
    found = survey_change(df, design_effect=1.25, other_design_effect=1.0)
    for at, row in df.iterrows():
        n, m = row["base"] / 1.25, row["other_base"]
        counts = row["value"] / 100 * n, row["other_value"] / 100 * m
        expected = confint_proportions_2indep(counts[0], n, counts[1], m, "newcomb")
        result = found.loc[at, ["difference_lower_ci", "difference_upper_ci"]]
        assert result.tolist() == pytest.approx(100 * np.array(expected))
        p_value = proportions_ztest(counts, [n, m])[1]
        assert found.loc[at, "p_value"] == pytest.approx(p_value)
        assert found.loc[at, "significant"] == (p_value < 0.05)
    assert found["difference"].tolist() == pytest.approx([-16, 4, 0, -4])


def test_the_fall_of_a_safety_concern_is_significant_and_a_small_rise_is_not():
    # gangs 51% and then 35%, drugs 30% and then 34%, of about 500 young people each time
    df = published([35, 34], [500, 500], other_value=[51, 30], other_base=[500, 500])
    assert survey_change(df)["significant"].tolist() == [True, False]


def test_a_change_keeps_the_table_and_its_earlier_interval():
    df = survey_interval(published([35], [500], other_value=[51], other_base=[500]))
    found = survey_change(df)
    assert found.columns.tolist() == [
        *df.columns.drop(["statistic", "method", "value_note"]),
        *CHANGE,
        "statistic",
        "method",
        "value_note",
    ]
    assert found["value"].tolist() == [35]
    assert found[["statistic", "method"]].iloc[0].tolist() == [
        "survey_change",
        "newcombe_effective",
    ]
    assert found["significant"].dtype == "boolean"
    two = survey_change(df, confidence=(0.95, 0.998))
    assert {"significant_95", "significant_998", "difference_upper_ci_998"} <= set(two.columns)


@pytest.mark.parametrize("sign", [1, -1])
def test_significance_follows_the_level(sign):
    values = [40, 47][::sign]
    df = published([values[0]], [500], other_value=[values[1]], other_base=[500])
    found = survey_change(df, confidence=(0.95, 0.998))
    assert found["significant_95"].tolist() == [True]
    assert found["significant_998"].tolist() == [False]
    assert np.sign(found["difference"].iloc[0]) == -sign


CHANGE_REASONS = [
    ({"value": None}, "value missing"),
    ({"other_value": 120}, "other value not between 0 and 100"),
    ({"base": 0}, "base not above zero"),
    ({"other_base": "few"}, "other base not a number"),
    ({"deff": -1}, "other design effect not above zero"),
]


@pytest.mark.parametrize("change, reason", CHANGE_REASONS, ids=lambda p: str(p))
def test_a_change_that_cannot_be_tested_says_why(change, reason):
    good = {"value": 35, "base": 500, "other_value": 51, "other_base": 500, "deff": 1.0}
    df = pd.DataFrame([good | change, good], dtype=object)
    found = survey_change(df, other_design_effect="deff")
    assert found["value_note"].tolist() == [reason, ""]
    for name in CHANGE:
        assert found[name].notna().tolist() == [False, True]
    with pytest.raises(SchemaError, match=reason):
        survey_change(df, other_design_effect="deff", strict=True)


def test_two_samples_all_of_one_mind_do_not_differ():
    df = published([0, 100, 0], [30, 30, 30], other_value=[0, 100, 100], other_base=[20, 20, 20])
    found = survey_change(df)
    assert found["significant"].tolist() == [False, False, True]
    assert found["p_value"].tolist()[:2] == [1, 1]
    assert len(survey_change(df.iloc[:0])) == 0


# --- subgroup against the rest --------------------------------------------------------------------


def test_a_subgroup_is_compared_with_all_others():
    df = published([77.0, 90, 80], [60, 300, 140], subgroup=list("abc"))
    found = subgroup_to_rest(df)
    yes, base = np.array([46.2, 270, 112]), np.array([60, 300, 140])
    for at in range(3):
        rest = yes.sum() - yes[at], base.sum() - base[at]
        expected = confint_proportions_2indep(yes[at], base[at], *rest, "newcomb")
        row = found.iloc[at]
        assert row["rest_value"] == pytest.approx(100 * rest[0] / rest[1])
        assert row["rest_base"] == row["rest_effective_base"] == rest[1]
        assert [row["difference_lower_ci"], row["difference_upper_ci"]] == pytest.approx(
            100 * np.array(expected)
        )
        p_value = proportions_ztest([yes[at], rest[0]], [base[at], rest[1]])[1]
        assert row["p_value"] == pytest.approx(p_value)


def test_the_rest_of_a_weighted_survey_is_what_its_respondents_say():
    df = respondents()
    by_sex = asked(df, weight="weight", by=["age", "sex"])
    found = subgroup_to_rest(
        by_sex, "sex", base_weighted="base_weighted", design_effect="design_effect", by="age"
    )
    for _, row in found.iterrows():
        others = df[(df["age"] == row["age"]) & (df["sex"] != row["sex"])]
        rest = asked(others, weight="weight").iloc[0]
        assert row["rest_value"] == pytest.approx(rest["value"])
        assert row["rest_base"] == rest["base"]
        assert row["rest_effective_base"] == pytest.approx(rest["effective_base"])


def test_two_subgroups_mirror_each_other_and_a_change():
    df = published([70.0, 80], [200, 300], subgroup=["boys", "girls"])
    found = subgroup_to_rest(df)
    assert found["difference"].tolist() == pytest.approx([-10, 10])
    wave = survey_change(published([70.0], [200], other_value=[80.0], other_base=[300])).iloc[0]
    for name in CHANGE:
        assert found[name].iloc[0] == pytest.approx(wave[name])
    assert found["difference_lower_ci"].iloc[1] == pytest.approx(
        -found["difference_upper_ci"].iloc[0]
    )


def test_sets_do_not_touch_each_other_and_the_index_stays():
    df = published([70.0, 80, 20, 40], [200, 300, 50, 50], subgroup=list("abab"))
    df["question"] = pd.Categorical(["q1", "q1", None, None])
    df.index = [3, 3, 1, 0]
    before = df.copy()
    found = subgroup_to_rest(df, by="question")
    assert_frame_equal(df, before)
    assert_index_equal(found.index, df.index)
    assert found["rest_value"].tolist() == pytest.approx([80, 70, 40, 20])
    assert found["statistic"].tolist() == ["subgroup_to_rest"] * 4
    both = subgroup_to_rest(df, by="question", confidence=(0.95, 0.998))
    assert "significant_998" in both


def test_an_unknown_subgroup_leaves_its_set_without_a_rest():
    df = published([70, None, 20, 40], [200, 300, 50, 50], subgroup=list("abab"), set=[1, 1, 2, 2])
    found = subgroup_to_rest(df, by="set")
    notes = ["another subgroup unusable", "value missing", "", ""]
    assert found["value_note"].tolist() == notes
    for name in ["rest_value", "rest_base", "rest_effective_base", *CHANGE]:
        assert found[name].notna().tolist() == [False, False, True, True]
    with pytest.raises(SchemaError, match="another subgroup unusable"):
        subgroup_to_rest(df, by="set", strict=True)


def test_a_subgroup_that_nobody_is_in_adds_nothing_to_the_rest():
    df = published([70, 80, np.nan], [200, 300, 0], subgroup=list("abc"))
    found = subgroup_to_rest(df)
    without = subgroup_to_rest(df.iloc[:2])
    assert_frame_equal(found.iloc[:2], without)
    assert np.isnan(found["difference"].iloc[2]) and found["value_note"].iloc[2] != ""


SETS = [
    (published([70], [200], subgroup=["a"]), ["no other subgroup"]),
    (
        published([70, 5], [200, 0], subgroup=list("ab")),
        ["no other subgroup", "base not above zero"],
    ),
    (published([7, 8], [20, 30], subgroup=list("aa")), ["subgroup repeated"] * 2),
    (published([7, 8], [20, -3], subgroup=["a", None]), None),
]


@pytest.mark.parametrize("df, notes", SETS, ids=["alone", "empty other", "repeated", "negative"])
def test_sets_without_a_rest_say_why(df, notes):
    notes = notes or ["another subgroup unusable", "base not above zero"]
    found = subgroup_to_rest(df)
    assert found["value_note"].tolist() == notes
    assert found["p_value"].isna().all() and found["significant"].isna().all()


def test_a_set_cannot_be_named_by_an_added_column():
    df = published([7, 8], [20, 30], subgroup=list("ab"), rest_value=1)
    with pytest.raises(UsageError, match="rest_value"):
        subgroup_to_rest(df, by="rest_value")


def test_a_bad_weighted_base_says_why():
    df = published([7, 8], [20, 30], subgroup=list("ab"), weighted=[20.5, None])
    found = subgroup_to_rest(df, base_weighted="weighted")
    assert found["value_note"].tolist() == ["another subgroup unusable", "weighted base missing"]


def test_wrong_usage_of_the_other_verbs():
    df = published([50], [100], other_value=[40], other_base=[100], subgroup=["a"])
    for verb in (survey_interval, survey_change, subgroup_to_rest):
        assert len(verb(df.iloc[:0])) == 0
        for options in ({"confidence": 2}, {"per": "x"}, {"design_effect": 0}):
            with pytest.raises(UsageError):
                verb(df, **options)
        with pytest.raises(SchemaError, match="nowhere"):
            verb(df, value="nowhere")


@given(
    st.lists(st.tuples(st.floats(0, 100), st.integers(1, 5000)), min_size=2, max_size=6),
    st.randoms(),
)
def test_every_difference_lies_in_its_interval_wherever_the_row_stands(figures, random):
    values, sizes = zip(*figures, strict=True)
    df = published(values, sizes, subgroup=range(len(values)))
    found = subgroup_to_rest(df)
    assert (found["difference_lower_ci"] <= found["difference"] + 1e-9).all()
    assert (found["difference_upper_ci"] >= found["difference"] - 1e-9).all()
    order = random.sample(range(len(values)), len(values))
    moved = subgroup_to_rest(df.iloc[order]).sort_index()
    assert moved["difference"].to_numpy() == pytest.approx(found["difference"].to_numpy(), abs=1e-7)


def test_an_infinite_base_costs_its_own_set_only():
    table = {"area": list("aabb"), "subgroup": list("xyxy"), "value": [10.0, 20, 30, 40]}
    df = pd.DataFrame(table | {"base": [100, np.inf, 100, 100]})
    notes = subgroup_to_rest(df, by="area")["value_note"].tolist()
    assert notes == ["another subgroup unusable", "base not finite", "", ""]
