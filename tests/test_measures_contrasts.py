"""Contrasts of two areas, and false discovery, as verbs on tables."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_index_equal
from scipy.stats import binomtest, false_discovery_control
from statsmodels.stats.proportion import confint_proportions_2indep

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.contrasts import (
    false_discovery,
    proportion_difference,
    rate_difference,
    rate_ratio,
)
from cyp_analysis.measures.counts import proportion, rate

ADDED = ["value", "lower_ci", "upper_ci", "p_value", "significant"]
ADDED += ["statistic", "method", "value_note"]
VERBS = [rate_ratio, rate_difference, proportion_difference]
RATES = [rate_ratio, rate_difference]
NUMBERS = ["value", "lower_ci", "upper_ci", "p_value"]


def pairs(*rows: tuple, **others) -> pd.DataFrame:
    names = ["count", "denominator", "benchmark_count", "benchmark_denominator"]
    return pd.DataFrame(rows, columns=names).assign(**others)


def areas(size: int = 60, seed: int = 1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "area": random.choice(["North", "South", "East"], size),
            "count": random.poisson(20, size),
            "denominator": random.integers(100, 900, size),
            "benchmark_count": random.poisson(300, size),
            "benchmark_denominator": random.integers(5000, 9000, size),
        }
    )


def figures(found: pd.DataFrame) -> np.ndarray:
    return found[NUMBERS].to_numpy(dtype=float)


# --- answers of others ----------------------------------------------------------------------------


def test_a_rate_ratio_matches_the_printed_one_of_stata():
    found = rate_ratio(pairs((41, 28010, 15, 19017))).iloc[0]
    assert found["value"] == pytest.approx(1.855759, abs=5e-7)
    assert found["lower_ci"] == pytest.approx(1.005684, abs=5e-7)
    assert found["upper_ci"] == pytest.approx(3.6093, abs=5e-6)


def test_a_rate_ratio_matches_the_printed_ones_of_r():
    found = rate_ratio(pairs((11, 800, 21, 3011), (60, 51477.5, 30, 54308.7)))
    assert found["value"].tolist() == pytest.approx([1.971488, 2.10999757175465], rel=5e-7)
    assert found["lower_ci"].tolist() == pytest.approx([0.8584264, 1.339735721772650], rel=1e-7)
    assert found["upper_ci"].tolist() == pytest.approx([4.2772659, 3.388365573616252], rel=1e-7)


def test_the_rate_test_is_twice_the_binomial_tail():
    p = rate_ratio(pairs((11, 800, 21, 3011)))["p_value"].item()
    assert p == pytest.approx(2 * binomtest(11, 32, 800 / 3811, "greater").pvalue, rel=1e-10)


def test_a_proportion_difference_matches_the_printed_one_of_newcombe():
    found = proportion_difference(pairs((56, 70, 48, 80)), per=1).iloc[0]
    assert found["value"] == pytest.approx(0.2)
    assert found["lower_ci"] == pytest.approx(0.0524, abs=5e-5)
    assert found["upper_ci"] == pytest.approx(0.3339, abs=5e-5)


def test_proportion_differences_are_those_of_statsmodels():
    table = areas(300)
    found = proportion_difference(table, confidence=0.998)
    theirs = confint_proportions_2indep(
        *(table[name] for name in table.columns[1:]), method="newcomb", alpha=0.002
    )
    assert found["lower_ci"].to_numpy() == pytest.approx(100 * theirs[0].to_numpy(), rel=1e-9)
    assert found["upper_ci"].to_numpy() == pytest.approx(100 * theirs[1].to_numpy(), rel=1e-9)


def test_differences_are_made_of_the_limits_that_rate_and_proportion_give():
    table = areas()
    other = {"count": "benchmark_count", "denominator": "benchmark_denominator"}
    for difference, verb in [(rate_difference, rate), (proportion_difference, proportion)]:
        one, two, found = verb(table), verb(table, **other), difference(table)
        gap = one["value"] - two["value"]
        low = np.hypot(one["value"] - one["lower_ci"], two["upper_ci"] - two["value"])
        high = np.hypot(one["upper_ci"] - one["value"], two["value"] - two["lower_ci"])
        assert found["value"].to_numpy() == pytest.approx(gap.to_numpy())
        assert found["lower_ci"].to_numpy() == pytest.approx((gap - low).to_numpy())
        assert found["upper_ci"].to_numpy() == pytest.approx((gap + high).to_numpy())


# --- what is added and kept -----------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_adds_its_columns_and_keeps_the_rest(verb):
    table = areas().assign(multiplier=7, per=3, value_note="as published")
    table.index = pd.Index(np.arange(len(table)) // 2, name="odd")
    before = table.copy()
    found = verb(table)
    assert found.columns.tolist() == [*table.columns[:-1], *ADDED]
    assert_index_equal(found.index, table.index)
    assert_frame_equal(table, before)
    assert (found["value_note"] == "as published").all()
    plain = verb(areas())
    assert np.array_equal(figures(found), figures(plain))


@pytest.mark.parametrize("verb", VERBS)
def test_statistic_and_method_say_what_was_done(verb):
    method = {"rate_ratio": "exact_conditional", "rate_difference": "mover"}
    found = verb(areas())
    assert found["statistic"].unique().tolist() == [verb.__name__]
    assert found["method"].unique().tolist() == [method.get(verb.__name__, "newcombe")]
    assert found["significant"].dtype == "boolean"


@pytest.mark.parametrize("verb", VERBS)
def test_two_levels_give_both_limits_and_both_verdicts(verb):
    found = verb(areas(), confidence=(0.95, 0.998))
    for suffix, level in (("_95", 0.95), ("_998", 0.998)):
        one = verb(areas(), confidence=level)
        for name in ("lower_ci", "upper_ci", "significant"):
            assert found[name + suffix].tolist() == one[name].tolist()
    assert not (found["significant_998"] & ~found["significant_95"]).any()


@pytest.mark.parametrize("verb", VERBS)
def test_significant_is_the_verdict_of_the_test(verb):
    found = verb(areas(200))
    assert found["significant"].tolist() == (found["p_value"] < 0.05).tolist()
    assert found["significant"].any() and not found["significant"].all()


def test_a_ratio_is_significant_where_its_limits_leave_out_one():
    found = rate_ratio(areas(300))
    outside = (found["lower_ci"] > 1) | (found["upper_ci"] < 1)
    assert found["significant"].tolist() == outside.tolist()


@pytest.mark.parametrize("verb", VERBS)
def test_permuting_rows_permutes_the_result(verb):
    table = areas()
    order = np.random.default_rng(0).permutation(len(table))
    assert_frame_equal(verb(table).iloc[order], verb(table.iloc[order]))


@given(st.floats(0.01, 1e6))
def test_the_unit_scales_value_and_limits(unit):
    table = areas(5)
    for verb in (rate_difference, proportion_difference):
        found, one = verb(table, per=unit), verb(table, per=1)
        for column in NUMBERS[:3]:
            assert found[column].to_numpy() == pytest.approx(unit * one[column].to_numpy())
        assert found["p_value"].tolist() == one["p_value"].tolist()


# --- groups ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_groups_are_summed_first(verb):
    table = areas()
    found = verb(table, by="area")
    sums = table.groupby("area", sort=False).sum().reset_index()
    assert found.columns.tolist() == [*sums.columns, *ADDED]
    assert found["area"].tolist() == sums["area"].tolist()
    assert figures(found) == pytest.approx(figures(verb(sums)))


@pytest.mark.parametrize("verb", VERBS)
def test_one_group_and_a_missing_key_are_groups(verb):
    table = areas(6).assign(area=["North", "North", None, None, "North", None])
    assert len(verb(table, by=["area"])) == 2
    assert len(verb(table.assign(area="North"), by="area")) == 1
    in_categories = table.assign(area=pd.Categorical(table["area"], ["South", "North"]))
    assert np.array_equal(
        figures(verb(in_categories, by="area")), figures(verb(table, by="area")), equal_nan=True
    )


@pytest.mark.parametrize("verb", VERBS)
def test_a_bad_row_takes_only_its_own_group_along(verb):
    table = areas().astype({"count": float})
    table.loc[0, "count"] = -3
    found = verb(table, by="area").set_index("area")
    bad = table.loc[0, "area"]
    assert found.loc[bad, "value_note"] == "count below zero"
    assert found.loc[bad, NUMBERS].isna().all()
    whole = verb(areas(), by="area").set_index("area").drop(index=bad)
    assert_frame_equal(found.drop(index=bad), whole, check_dtype=False)


def test_a_part_of_a_group_may_hold_no_children():
    table = pairs((5, 100, 30, 900), (0, 0, 20, 100), area="North")
    found = rate_ratio(table, by="area")
    assert found["value"].item() == pytest.approx((5 / 100) / (50 / 1000))


IMPOSSIBLE = {
    "denominator not above zero": (5, 0, 30, 900),
    "benchmark denominator not above zero": (5, 100, 30, 0),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_member_that_cannot_be_makes_its_group_missing(verb):
    bad = IMPOSSIBLE | (PARTS if verb is proportion_difference else {})
    for reason, row in bad.items():
        table = pairs((5, 100, 30, 900), row, (5, 100, 30, 900), area=["a", "a", "b"])
        found = verb(table, by="area")
        assert found["value_note"].tolist() == [reason, ""]
        assert found[NUMBERS].isna().all(axis=1).tolist() == [True, False]
        with pytest.raises(SchemaError, match=reason):
            verb(table, by="area", strict=True)


@pytest.mark.parametrize("verb", VERBS)
def test_groups_cannot_be_named_by_a_summed_or_an_added_column(verb):
    with pytest.raises(UsageError, match="by"):
        verb(areas(), by="count")
    with pytest.raises(UsageError, match="by"):
        verb(areas().assign(value=1), by="value")
    with pytest.raises(UsageError, match="by"):
        verb(areas(), by=[])


# --- rows that cannot be computed -----------------------------------------------------------------

BAD = {
    "count missing": (None, 100, 30, 900),
    "count not a number": ("c", 100, 30, 900),
    "count not finite": (np.inf, 100, 30, 900),
    "count below zero": (-1, 100, 30, 900),
    "denominator missing": (5, None, 30, 900),
    "denominator not above zero": (5, 0, 30, 900),
    "benchmark count missing": (5, 100, None, 900),
    "benchmark count below zero": (5, 100, -30, 900),
    "benchmark denominator missing": (5, 100, 30, None),
    "benchmark denominator not a number": (5, 100, 30, "x"),
    "benchmark denominator not above zero": (5, 100, 30, 0),
}
PARTS = {
    "count above denominator": (101, 100, 30, 900),
    "benchmark count above benchmark denominator": (5, 100, 901, 900),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_bad_row_is_missing_with_its_reason_and_touches_no_other(verb):
    bad = BAD | (PARTS if verb is proportion_difference else {})
    good = (5, 100, 30, 900)
    found = verb(pairs(good, *bad.values(), good))
    assert found["value_note"].tolist() == ["", *bad, ""]
    assert found[NUMBERS].iloc[1:-1].isna().all(axis=None)
    assert found["significant"].isna().tolist() == [False, *[True] * len(bad), False]
    ends = figures(found.iloc[[0, -1]])
    assert (ends == figures(verb(pairs(good)))).all()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("reason", BAD)
def test_strict_raises_the_reason(verb, reason):
    with pytest.raises(SchemaError, match=reason):
        verb(pairs(BAD[reason]), strict=True)


def test_a_rate_may_count_a_child_more_than_once():
    found = rate_ratio(pairs(*PARTS.values()))
    assert found["value"].notna().all() and (found["value_note"] == "").all()


def test_no_events_is_a_ratio_of_zero_with_an_upper_limit():
    found = rate_ratio(pairs((0, 100, 30, 900))).iloc[0]
    assert found["value"] == 0 and found["lower_ci"] == 0
    assert 0 < found["upper_ci"] < np.inf
    assert found["value_note"] == ""


def test_no_events_to_compare_with_leaves_the_test_and_the_lower_limit():
    found = rate_ratio(pairs((12, 100, 0, 900), (0, 100, 0, 900)))
    assert found["value"].isna().all() and found["upper_ci"].isna().all()
    assert found["value_note"].tolist() == ["no events to compare with"] * 2
    assert found["lower_ci"].iloc[0] > 1 and found["significant"].iloc[0]
    assert found["p_value"].iloc[1] == 1 and not found["significant"].iloc[1]
    with pytest.raises(SchemaError, match="no events to compare with"):
        rate_ratio(pairs((12, 100, 0, 900)), strict=True)


def test_no_events_keep_their_difference():
    found = rate_difference(pairs((12, 100, 0, 900), (0, 100, 0, 900)))
    assert found["value"].tolist() == [1200, 0]
    assert found[NUMBERS].notna().all(axis=None)


@pytest.mark.parametrize("verb", VERBS)
def test_an_empty_table_stays_empty(verb):
    for by in (None, "area"):
        found = verb(areas(0), by=by)
        assert len(found) == 0 and found.columns.tolist()[-len(ADDED) :] == ADDED


@pytest.mark.parametrize("verb", VERBS)
def test_nullable_columns_work(verb):
    table = pairs((5, 100, 30, 900), (pd.NA, 100, 30, 900))
    nullable = table.astype({"count": "Int64", "denominator": "Float64"})
    found = verb(nullable)
    assert found["value_note"].tolist() == ["", "count missing"]
    assert (figures(found)[0] == figures(verb(table.iloc[:1]))[0]).all()


@pytest.mark.parametrize("verb", VERBS)
def test_one_column_may_serve_both_sides(verb):
    table = areas().drop(columns="benchmark_denominator")
    found = verb(table, other_count="count", other_denominator="denominator")
    assert found["value"].to_numpy() == pytest.approx(1 if verb is rate_ratio else 0)
    assert found["p_value"].to_numpy() == pytest.approx(1)
    together = verb(table, other_count="count", other_denominator="denominator", by="area")
    assert len(together) == 3


# --- wrong usage ----------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_wrong_usage_is_refused(verb):
    with pytest.raises(SchemaError, match="column cla"):
        verb(areas(), count="cla")
    with pytest.raises(UsageError, match="confidence"):
        verb(areas(), confidence=0.5)
    with pytest.raises(SchemaError, match="column area"):
        verb(areas().drop(columns="area"), by="area")


@pytest.mark.parametrize("unit", [0, -1, np.inf, "100", True])
def test_an_impossible_unit_is_refused(unit):
    for verb in (rate_difference, proportion_difference):
        with pytest.raises(UsageError, match="per"):
            verb(areas(), per=unit)


# --- false discovery ------------------------------------------------------------------------------


def p_values(p, **others) -> pd.DataFrame:
    return pd.DataFrame({"p_value": p, **others})


def test_the_published_example_finds_four():
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    found = false_discovery(p_values(p))
    assert found["discovery"].tolist() == [True] * 4 + [False] * 11
    assert found.columns.tolist() == ["p_value", "q_value", "discovery", "value_note"]
    assert found["discovery"].dtype == "boolean"


def test_families_are_judged_apart_and_rows_stay_where_they_are():
    random = np.random.default_rng(5)
    table = p_values(random.random(90) ** 3, indicator=random.choice(["a", "b", "c"], 90))
    found = false_discovery(table, by="indicator")
    assert found["p_value"].tolist() == table["p_value"].tolist()
    for _, family in found.groupby("indicator"):
        expected = false_discovery_control(table.loc[family.index, "p_value"])
        assert family["q_value"].to_numpy() == pytest.approx(expected)


def test_a_missing_or_impossible_p_value_is_no_test():
    table = p_values([0.01, None, 1.5, -0.1, "x", 0.02], value_note=["kept", *[""] * 5])
    found = false_discovery(table)
    outside = "p_value not between 0 and 1"
    notes = ["kept", "p_value missing", outside, outside, "p_value not a number", ""]
    assert found["value_note"].tolist() == notes
    assert found["q_value"].iloc[[0, 5]].tolist() == [0.02, 0.02]
    assert found["q_value"].iloc[1:5].isna().all() and found["discovery"].iloc[1:5].isna().all()
    with pytest.raises(SchemaError, match="p_value missing"):
        false_discovery(table, strict=True)


def test_it_follows_any_verb_that_tests():
    found = false_discovery(rate_ratio(areas(200)), by="area")
    assert not (found["discovery"] & ~found["significant"]).any()
    assert found["method"].unique().tolist() == ["exact_conditional"]


def test_a_higher_rate_finds_no_less():
    table = rate_ratio(areas(200))
    few, many = (false_discovery(table, rate=rate)["discovery"] for rate in (0.01, 0.2))
    assert not (few & ~many).any() and many.sum() > few.sum()


def test_an_empty_table_has_no_discoveries():
    assert len(false_discovery(p_values([]))) == 0


@pytest.mark.parametrize("rate", [0, 1, 5, -0.1, "0.05", None, True])
def test_an_impossible_rate_is_refused(rate):
    with pytest.raises(UsageError, match="rate"):
        false_discovery(p_values([0.1]), rate=rate)


def test_families_cannot_be_named_by_an_added_column():
    with pytest.raises(UsageError, match="by"):
        false_discovery(p_values([0.1], q_value=1), by="q_value")
    with pytest.raises(SchemaError, match="column p"):
        false_discovery(p_values([0.1]), p_value="p")
