"""Intervals of ranks: against a slow simulation, against probability, and what they keep."""

import random
import tracemalloc
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures import rank, rate
from cyp_analysis.measures.rank_intervals import rank_interval
from cyp_analysis.methods import rank_simulation
from cyp_analysis.methods.rank_simulation import simulated_rank_limits

ADDED = ["rank", "rank_lower", "rank_upper", "rank_of", "value_note"]
Z = NormalDist().inv_cdf(0.975)
TWO = (0.95, 0.998)
FEW = 1000  # draws, where their number does not matter


def areas(value, error, **others) -> pd.DataFrame:
    """A table of values with 95% limits of this standard error."""
    value, error = np.asarray(value, float), np.asarray(error, float)
    limits = {"lower_ci": value - Z * error, "upper_ci": value + Z * error}
    return pd.DataFrame({"value": value, **limits, **others})


def slow_limits(value, error, draws: int) -> tuple[list, list]:
    """Limits of ranks, one area and one draw at a time, with another source of chance."""
    chance, ranks = random.Random(20), [[] for _ in value]
    for _ in range(draws):
        drawn = [chance.gauss(m, s) for m, s in zip(value, error, strict=True)]
        for place, area in enumerate(sorted(range(len(drawn)), key=lambda a: -drawn[a]), start=1):
            ranks[area].append(place)
    tail = round(draws * 0.025)
    ordered = [sorted(of_area) for of_area in ranks]
    return [a[tail - 1] for a in ordered], [a[-tail] for a in ordered]


LEAGUE = areas([52, 48, 47.5, 40, 39, 38, 37.5, 30, 12, 5], [4, 2, 6, 3, 1, 5, 2, 8, 1, 3])


# --- against other answers ------------------------------------------------------------------------


def test_limits_are_those_of_a_slow_simulation():
    value = LEAGUE["value"].to_numpy()
    error = (LEAGUE["upper_ci"] - value).to_numpy() / Z
    lower, upper = slow_limits(value, error, 20_000)
    found = rank_interval(LEAGUE, draws=20_000)
    # A limit that falls between two ranks may come out as either in another simulation.
    assert np.abs(found["rank_lower"] - lower).max() <= 1
    assert np.abs(found["rank_upper"] - upper).max() <= 1
    assert (found["rank_lower"] == lower).mean() >= 0.8
    assert (found["rank_upper"] == upper).mean() >= 0.8


@pytest.mark.parametrize("share, upper", [(0.035, 2), (0.015, 1)])
def test_the_better_of_two_areas_may_be_second_only_if_that_is_likely_enough(share, upper):
    # The lower area comes out on top with probability Phi(-distance / sqrt(2)).
    distance = -NormalDist().inv_cdf(share) * np.sqrt(2)
    found = rank_interval(areas([distance, 0], [1, 1]))
    assert found["rank_upper"].tolist() == [upper, 2]
    assert found["rank_lower"].tolist() == [1, 3 - upper]


def test_areas_all_alike_share_nearly_the_whole_range():
    found = rank_interval(areas(np.full(100, 7.0), np.full(100, 2.0)), draws=20_000)
    # Every rank is as likely as any other: 2.5% of 100 ranks are cut off at each end.
    assert found["rank_lower"].nunique() == 1 and found["rank_upper"].nunique() == 1
    assert found["rank_lower"].iloc[0] in (2, 3)
    assert found["rank_upper"].iloc[0] in (98, 99)
    assert (found["rank"] == 1).all()


def test_areas_that_are_certain_keep_their_ranks():
    found = rank_interval(areas([3, 9, 5, 5, 1], np.zeros(5)), draws=FEW)
    for name in ("rank", "rank_lower", "rank_upper"):
        assert found[name].tolist() == [4, 1, 2, 2, 5]


def test_areas_far_apart_keep_their_ranks():
    found = rank_interval(areas([10, 30, 20], [0.5, 1, 0.1]), draws=FEW)
    assert found["rank_lower"].tolist() == found["rank_upper"].tolist() == [3, 1, 2]


def test_an_area_alone_is_first_of_one():
    found = rank_interval(areas([4], [1]), draws=FEW)
    assert found[ADDED[:4]].iloc[0].tolist() == [1, 1, 1, 1]


# --- laws -----------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_the_order_of_rows_changes_nothing(chance, values):
    # Values repeat, so that areas alike in every figure are among them.
    table = areas(values, [1 + value % 2 for value in values])
    order = chance.sample(range(len(values)), len(values))
    found = rank_interval(table, draws=FEW)
    assert_frame_equal(rank_interval(table.iloc[order], draws=FEW).sort_index(), found)


def test_the_same_call_gives_the_same_answer_and_another_seed_may_not():
    table = areas(np.linspace(0, 20, 60), np.full(60, 5.0))
    assert_frame_equal(rank_interval(table, draws=FEW), rank_interval(table, draws=FEW))
    other = rank_interval(table, draws=FEW, seed=2)
    assert not other["rank_lower"].equals(rank_interval(table, draws=FEW)["rank_lower"])
    assert other["rank"].equals(rank_interval(table, draws=FEW)["rank"])


@pytest.mark.parametrize("cells", [1, 10, 97, 10_000_000])
def test_the_size_of_a_block_changes_nothing(monkeypatch, cells):
    expected = rank_interval(LEAGUE, draws=FEW)
    monkeypatch.setattr(rank_simulation, "CELLS", cells)
    assert_frame_equal(rank_interval(LEAGUE, draws=FEW), expected)


def test_a_table_of_many_areas_is_drawn_in_small_blocks(monkeypatch):
    most, table = [], areas(np.arange(300), np.ones(300))
    rank_interval(table, draws=FEW)
    for cells in (1 << 14, 1 << 20):
        monkeypatch.setattr(rank_simulation, "CELLS", cells)
        tracemalloc.start()
        rank_interval(table, draws=FEW)
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert most[0] < most[1] / 5


def test_lowest_first_is_highest_first_turned_round():
    high, low = (rank_interval(LEAGUE, draws=FEW, highest_first=first) for first in (True, False))
    for one, other in [
        ("rank", "rank"),
        ("rank_lower", "rank_upper"),
        ("rank_upper", "rank_lower"),
    ]:
        assert (high[one] + low[other] == 11).all()


def test_limits_widen_with_confidence():
    narrow, wide = (rank_interval(LEAGUE, confidence=level) for level in (0.9, 0.998))
    assert (wide["rank_lower"] <= narrow["rank_lower"]).all()
    assert (wide["rank_upper"] >= narrow["rank_upper"]).all()
    assert (wide["rank_upper"] > narrow["rank_upper"]).any()


def test_at_full_confidence_the_limits_are_the_extremes():
    lower, upper = simulated_rank_limits([0, 0.1, 0.2], [1, 1, 1], 1, draws=FEW)
    assert lower.tolist() == [1, 1, 1] and upper.tolist() == [3, 3, 3]


@pytest.mark.parametrize(
    "draws, confidence, tail",
    # 10,000 draws at 99.8% leave ten in each tail, and not 9.999.
    [(10_000, 0.998, 10), (10_000, 95, 250), (1000, 0.998, 1), (1000, 1, 1)],
)
def test_a_limit_is_the_rank_of_just_so_many_draws(draws, confidence, tail):
    # Of two areas the lower comes out on top where the one's noise outdoes the other's by the
    # distance between them: distances that lie about the tail-th largest difference tell which
    # draw decides.
    noise = np.random.default_rng(7).standard_normal((draws, 2))
    largest = np.sort(noise[:, 0] - noise[:, 1])[::-1]
    options = {"confidence": confidence, "draws": draws, "seed": 7}
    for nudge, best in [(-1e-9, 1), (1e-9, 2)]:
        centre = [0, largest[tail - 1] + nudge]
        assert simulated_rank_limits(centre, [1, 1], **options)[0].tolist() == [best, 1]


def test_limits_widen_with_the_width_of_the_intervals():
    sharp = rank_interval(areas(LEAGUE["value"], np.full(10, 1.0)))
    blunt = rank_interval(areas(LEAGUE["value"], np.full(10, 4.0)))
    width = [found["rank_upper"] - found["rank_lower"] for found in (sharp, blunt)]
    assert (width[1] >= width[0]).all() and (width[1] > width[0]).any()


@settings(max_examples=25)
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=8), st.floats(0.01, 1000))
def test_limits_are_ranks_and_the_unit_does_not_matter(values, unit):
    table = areas(values, np.linspace(0, 5, len(values)))
    found = rank_interval(table, draws=FEW)
    assert (found["rank_lower"] >= 1).all()
    assert (found["rank_lower"] <= found["rank_upper"]).all()
    assert (found["rank_upper"] <= len(values)).all()


def test_the_unit_does_not_matter():
    found = rank_interval(LEAGUE, draws=FEW)[ADDED]
    assert_frame_equal(rank_interval(LEAGUE * 1024, draws=FEW)[ADDED], found)


def test_limits_at_another_level_are_read_at_that_level():
    wide = NormalDist().inv_cdf(0.999)
    table = LEAGUE.copy()
    error = (LEAGUE["upper_ci"] - LEAGUE["value"]) / Z
    table["lower_ci"], table["upper_ci"] = (
        table["value"] - wide * error,
        table["value"] + wide * error,
    )
    found = rank_interval(table, interval_confidence=0.998)
    expected = rank_interval(LEAGUE)
    assert (found[ADDED[1:3]] - expected[ADDED[1:3]]).abs().max(axis=None) <= 1


# --- scales ---------------------------------------------------------------------------------------


def test_the_log_scale_ranks_the_logarithms():
    logs = areas([2.0, 2.2, 2.3, 3.1], [0.2, 0.3, 0.1, 0.3])
    figures = ["value", "lower_ci", "upper_ci"]
    found = rank_interval(np.exp(logs), scale="log", draws=FEW)
    assert_frame_equal(found[ADDED], rank_interval(logs, draws=FEW)[ADDED])
    assert found[figures].equals(np.exp(logs)[figures])


@pytest.mark.parametrize("per", [1, 100])
def test_the_logit_scale_ranks_the_logits_of_the_proportions(per):
    logits = areas([-2.0, -1.8, 0.3, 0.1], [0.2, 0.3, 0.1, 0.3])
    proportions = per / (1 + np.exp(-logits))
    found = rank_interval(proportions, scale="logit", per=per, draws=FEW)
    assert_frame_equal(found[ADDED], rank_interval(logits, draws=FEW)[ADDED])


def test_figures_on_a_scale_by_hand():
    assert rank_simulation.on_scale([1, np.e, 0, -1], "log")[:2] == pytest.approx([0, 1])
    assert np.isnan(rank_simulation.on_scale([0, -1, np.nan], "log")).all()
    assert rank_simulation.on_scale([0.5, 0.75], "logit") == pytest.approx([0, np.log(3)])
    assert np.isnan(rank_simulation.on_scale([0, 1, 1.5, -0.5], "logit")).all()
    assert rank_simulation.on_scale([-3, 0], "identity").tolist() == [-3, 0]


def test_a_standard_error_by_hand():
    assert rank_simulation.standard_error(-Z, 3 * Z) == pytest.approx(2)
    assert rank_simulation.standard_error(0, 2 * 3.090232306167813, 0.998) == pytest.approx(1)


# --- areas that cannot be ranked ------------------------------------------------------------------


BAD_AREAS = [
    ((np.nan, 1, 3), "value missing"),
    ((2, np.nan, 3), "lower limit missing"),
    ((2, 1, np.nan), "upper limit missing"),
    ((2, 1, np.inf), "upper limit not finite"),
    ((2, 2.5, 3), "value outside its limits"),
    ((2, 1, 1.5), "value outside its limits"),
]


@pytest.mark.parametrize("area, reason", BAD_AREAS, ids=[f"{a}" for a, _ in BAD_AREAS])
def test_an_area_that_cannot_be_ranked_touches_no_other(area, reason):
    bad = pd.DataFrame([area], columns=["value", "lower_ci", "upper_ci"])
    found = rank_interval(pd.concat([LEAGUE, bad], ignore_index=True), draws=FEW)
    assert_frame_equal(found.iloc[:-1], rank_interval(LEAGUE, draws=FEW))
    last = found.iloc[-1]
    assert last[ADDED[:3]].isna().all() and last["rank_of"] == 10
    assert last["value_note"] == reason
    with pytest.raises(SchemaError, match=reason):
        rank_interval(pd.concat([LEAGUE, bad]), draws=FEW, strict=True)


@pytest.mark.parametrize(
    "scale, area, reason",
    [
        ("log", (2, 0, 3), "value or limit not above zero, as the log scale needs"),
        ("logit", (50, 0, 60), "value or limit not between 0 and 100, as the logit scale needs"),
        ("logit", (50, 40, 100), "value or limit not between 0 and 100, as the logit scale needs"),
    ],
)
def test_a_limit_off_the_scale_is_a_reason(scale, area, reason):
    table = pd.DataFrame([(40, 30, 50), area], columns=["value", "lower_ci", "upper_ci"])
    found = rank_interval(table, scale=scale, draws=FEW)
    assert found["rank"].isna().tolist() == [False, True]
    assert found["value_note"].iloc[1].startswith(reason)
    assert found["rank_of"].tolist() == [1, 1]


def test_text_in_a_column_of_numbers_is_a_reason():
    table = LEAGUE.astype({"value": object})
    table.loc[0, "value"] = "c"
    found = rank_interval(table, draws=FEW)
    assert found["value_note"].tolist() == ["value not a number", *[""] * 9]
    assert found["rank_of"].tolist() == [9] * 10


def test_the_array_function_leaves_areas_without_figures_out():
    lower, upper = simulated_rank_limits([5, np.nan, 1, 3], [0, 1, 0, np.nan], draws=FEW)
    assert lower.tolist()[::2] == upper.tolist()[::2] == [1, 2]
    assert np.isnan(lower[[1, 3]]).all() and np.isnan(upper[[1, 3]]).all()
    assert simulated_rank_limits([], [])[0].size == 0
    assert np.isnan(simulated_rank_limits([np.nan], [1])[0]).all()


# --- groups, and what is kept ---------------------------------------------------------------------


def test_each_group_is_ranked_as_if_alone():
    table = pd.concat(
        [LEAGUE.assign(year=2024), LEAGUE[::-2].assign(year=2025), LEAGUE[:1].assign(year=2026)]
    )
    table = table.sample(frac=1, random_state=3)
    found = rank_interval(table, by="year", draws=FEW)
    for year, rows in table.groupby("year"):
        assert_frame_equal(found[found["year"] == year], rank_interval(rows, draws=FEW))
    assert set(found["rank_of"]) == {10, 5, 1}


def test_missing_and_categorical_keys_are_groups():
    table = LEAGUE.assign(region=pd.Categorical(["a"] * 4 + [None] * 6, categories=["z", "a"]))
    found = rank_interval(table, by=["region"], draws=FEW)
    assert found["rank_of"].tolist() == [4] * 4 + [6] * 6


def test_other_columns_and_the_index_are_kept_and_the_input_is_not_changed():
    table = LEAGUE.assign(multiplier=3, statistic="dsr", method="dobson", value_note="seen")
    table.index = pd.Index([1, 1, 2, *"abcdefg"], name="place")
    before = table.copy()
    found = rank_interval(table, draws=FEW)
    assert_frame_equal(table, before)
    assert_frame_equal(found[before.columns], before)
    assert found.columns.tolist() == [*before.columns[:-1], *ADDED]


def test_an_older_rank_gives_way():
    table = LEAGUE.assign(rank=99)
    assert rank_interval(table, draws=FEW)["rank"].tolist() == list(range(1, 11))
    assert (table["rank"] == 99).all()


def test_nullable_columns_work_as_plain_ones():
    nullable = LEAGUE.astype("Float64")
    nullable.loc[2, "upper_ci"] = pd.NA
    plain = LEAGUE.copy()
    plain.loc[2, "upper_ci"] = np.nan
    assert_frame_equal(
        rank_interval(nullable, draws=FEW)[ADDED], rank_interval(plain, draws=FEW)[ADDED]
    )


def test_limits_are_found_under_either_name():
    named = LEAGUE.rename(columns={"lower_ci": "lower_ci_95", "upper_ci": "upper_ci_95"})
    expected = rank_interval(LEAGUE, draws=FEW)
    assert_frame_equal(rank_interval(named, draws=FEW)[ADDED], expected[ADDED])
    both = LEAGUE.assign(lower_ci_95=0.0, upper_ci_95=0.0)
    assert_frame_equal(rank_interval(both, draws=FEW)[ADDED], expected[ADDED])
    rated = rate(pd.DataFrame({"count": [4, 90], "denominator": [900, 900]}), confidence=TWO)
    assert rank_interval(rated, draws=FEW)["rank_lower"].tolist() == [2, 1]


def test_ranks_are_those_of_the_table_of_ranks():
    table = pd.concat([LEAGUE, LEAGUE.iloc[[1, 1, 5]]], ignore_index=True)
    table["region"] = ["a", None, "b"] * 4 + ["a"]
    table.loc[3, "value"] = np.nan
    found, plain = rank_interval(table, by="region", draws=FEW), rank(table, by="region")
    assert_frame_equal(found[["rank", "rank_of"]], plain[["rank", "rank_of"]], check_dtype=False)


def test_draws_and_seed_may_be_whole_floats():
    found = rank_interval(LEAGUE, draws=1000.0, seed=1.0)
    assert_frame_equal(found, rank_interval(LEAGUE, draws=1000, seed=1))


def test_columns_are_named_by_the_call():
    table = LEAGUE.rename(columns={"value": "rate", "lower_ci": "low", "upper_ci": "high"})
    found = rank_interval(table, "rate", "low", "high", draws=FEW)
    assert_frame_equal(found[ADDED], rank_interval(LEAGUE, draws=FEW)[ADDED])


def test_an_empty_table_has_no_rows_and_all_columns():
    found = rank_interval(LEAGUE[:0])
    assert len(found) == 0 and found.columns.tolist() == rank_interval(LEAGUE).columns.tolist()
    assert len(rank_interval(LEAGUE[:0].assign(year=1), by="year")) == 0


# --- wrong usage ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options, thing",
    [
        ({"scale": "square root"}, "scale"),
        ({"confidence": 0.5}, "confidence"),
        ({"interval_confidence": 1}, "interval_confidence"),
        ({"interval_confidence": "high"}, "confidence"),
        ({"draws": 999}, "draws"),
        ({"draws": 1e4 + 0.5}, "draws"),
        ({"draws": True}, "draws"),
        ({"seed": -1}, "seed"),
        ({"seed": None}, "seed"),
        ({"per": 0}, "per"),
        ({"by": []}, "by"),
    ],
)
def test_a_wrong_option_is_refused_for_an_empty_table_too(options, thing):
    for table in (LEAGUE, LEAGUE[:0]):
        with pytest.raises(UsageError) as caught:
            rank_interval(table, **options)
        assert caught.value.thing == thing


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(SchemaError, match="column lower_ci"):
        rank_interval(LEAGUE.drop(columns="lower_ci"))
    with pytest.raises(SchemaError, match="column region"):
        rank_interval(LEAGUE, by="region")
