"""What holds for every verb on tables, whatever it works out."""

from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_index_equal

from cyp_analysis import measures
from cyp_analysis.errors import CypError

AREAS, BANDS = 6, 10
LIMITS = ["lower_ci", "upper_ci"]


class Verb(NamedTuple):
    """A call with everything it needs, the figures it reads, and whether rows are kept."""

    call: Callable[..., pd.DataFrame]
    reads: str
    keeps_rows: bool
    has_interval: bool = True
    has_levels: bool = True
    has_reasons: bool = True
    missing: str = "value"  # the column that a bad row leaves empty


def table(seed: int = 1, areas: int = AREAS, bands: int = BANDS) -> pd.DataFrame:
    """One row an area and band, with every figure that some verb reads."""
    draw, size = np.random.default_rng(seed), areas * bands
    population = draw.integers(2_000, 9_000, size)
    count = draw.integers(20, 300, size)
    value = draw.normal(70, 5, size)
    start = np.tile(np.array([0, 1, *range(5, 10 * (bands - 2), 10)]), areas)
    return pd.DataFrame(
        {
            "area": np.repeat([f"area {place}" for place in range(areas)], bands),
            "band": np.tile(np.arange(1, bands + 1), areas),
            "start_age": start,
            "year": np.tile(np.arange(2015, 2015 + bands), areas),
            "age": np.tile(np.arange(bands), areas),
            "count": count,
            "denominator": population,
            "deaths": 200 * draw.integers(30, 60, size),
            "population": population,
            "people": 200 * population,
            "standard_population": np.tile(draw.integers(500, 900, bands), areas),
            "reference_count": np.tile(draw.integers(900, 3_000, bands), areas),
            "reference_denominator": np.tile(draw.integers(50_000, 90_000, bands), areas),
            "benchmark_count": draw.integers(900, 3_000, size),
            "benchmark_denominator": draw.integers(50_000, 90_000, size),
            "benchmark_value": 3.0,
            "value": value,
            "lower_ci": value - 4,
            "upper_ci": value + 4,
            "percent": draw.uniform(10, 60, size),
            "prevalence_lower": 8.0,
            "prevalence_upper": 70.0,
            "other_percent": draw.uniform(10, 60, size),
            "base": draw.integers(200, 900, size),
            "other_base": draw.integers(200, 900, size),
            "p_value": draw.uniform(0, 1, size),
            "target_value": 70.0,
            "answer": draw.choice(["yes", "no"], size),
        }
    )


def at_levels(call: Callable[..., pd.DataFrame], **fixed) -> Callable[..., pd.DataFrame]:
    return lambda df, **options: call(df, **(fixed | options))


VERBS = {
    "proportion": Verb(measures.proportion, "count", True),
    "rate": Verb(measures.rate, "count", True),
    "rate_ratio": Verb(measures.rate_ratio, "count", True),
    "rate_difference": Verb(measures.rate_difference, "count", True),
    "proportion_difference": Verb(measures.proportion_difference, "count", True),
    "children_behind_gap": Verb(measures.children_behind_gap, "count", True),
    "mean": Verb(measures.mean, "value", False),
    "dsr": Verb(measures.dsr, "count", False),
    "isr_rate": Verb(measures.isr_rate, "count", False),
    "isr_ratio": Verb(measures.isr_ratio, "count", False),
    "slope_index": Verb(at_levels(measures.slope_index, quantile="band"), "value", False),
    "relative_index": Verb(at_levels(measures.relative_index, quantile="band"), "value", False),
    "life_expectancy": Verb(
        at_levels(measures.life_expectancy, population="people", by="area"), "deaths", True
    ),
    "years_of_life_lost": Verb(at_levels(measures.years_of_life_lost, up_to=75), "deaths", False),
    "relative_rate_index": Verb(
        at_levels(measures.relative_rate_index, group="band", reference=1, by="area"), "count", True
    ),
    "survey_interval": Verb(
        at_levels(measures.survey_interval, value="percent"), "base", True, missing="lower_ci"
    ),
    "survey_change": Verb(
        at_levels(measures.survey_change, value="percent", other_value="other_percent"),
        "base",
        True,
        has_levels=False,
        missing="difference",
    ),
    "quantiles": Verb(measures.quantiles, "value", True, False, False, missing="quantile"),
    "value_categories": Verb(
        measures.value_categories, "value", True, False, False, missing="category"
    ),
    "funnel_points": Verb(
        measures.funnel_points, "count", True, False, False, missing="rate_chart"
    ),
    "funnel_significance": Verb(
        measures.funnel_significance, "count", True, False, False, missing="significance"
    ),
    "false_discovery": Verb(
        measures.false_discovery, "p_value", True, False, False, missing="q_value"
    ),
    "rank": Verb(measures.rank, "value", True, False, False, missing="rank"),
    "compare": Verb(measures.compare, "value", True, False, False, missing="outcome"),
    "target_variance": Verb(
        measures.target_variance, "value", True, False, False, missing="target_variance"
    ),
    "suppress": Verb(measures.suppress, "count", True, False, False, False),
    "round_counts": Verb(
        at_levels(measures.round_counts, to=5), "count", True, False, False, False
    ),
    "rank_interval": Verb(
        at_levels(measures.rank_interval, draws=1_000),
        "value",
        True,
        False,
        False,
        missing="rank",
    ),
}
ALL = [pytest.param(verb, id=name) for name, verb in VERBS.items()]
GROUPED = [pytest.param(verb, id=name) for name, verb in VERBS.items() if not verb.keeps_rows]
ROWWISE = [pytest.param(verb, id=name) for name, verb in VERBS.items() if verb.keeps_rows]
LEVELS = [pytest.param(verb, id=name) for name, verb in VERBS.items() if verb.has_levels]


def run(verb: Verb, df: pd.DataFrame, **options) -> pd.DataFrame:
    """The call, for verbs of groups by area."""
    return verb.call(df, **({} if verb.keeps_rows else {"by": "area"}), **options)


@pytest.mark.parametrize("verb", ALL)
def test_the_input_never_changes(verb):
    df = table()
    before = df.copy(deep=True)
    run(verb, df)
    assert_frame_equal(df, before)


@pytest.mark.parametrize("verb", ROWWISE)
def test_rows_and_their_index_are_kept_and_other_columns_too(verb):
    df = table().assign(note_of_mine="kept").set_axis([7] * AREAS * BANDS)
    found = run(verb, df)
    assert_index_equal(found.index, df.index)
    others = [name for name in ("area", "band", "note_of_mine", "population") if name in df]
    assert_frame_equal(found[others], df[others])


@pytest.mark.parametrize("verb", ROWWISE)
def test_permuting_rows_permutes_the_result(verb):
    df = table()
    order = np.random.default_rng(3).permutation(len(df))
    assert_frame_equal(run(verb, df.iloc[order]), run(verb, df).iloc[order], rtol=1e-12)


@pytest.mark.parametrize("verb", GROUPED)
def test_the_order_of_rows_does_not_matter_to_a_group(verb):
    df = table()
    shuffled = df.iloc[np.random.default_rng(3).permutation(len(df))]
    found = run(verb, shuffled).sort_values("area", ignore_index=True)
    assert_frame_equal(found, run(verb, df).sort_values("area", ignore_index=True), rtol=1e-9)


@pytest.mark.parametrize("verb", GROUPED)
def test_a_group_gives_what_it_gives_alone(verb):
    df = table()
    whole = run(verb, df).set_index("area")
    for area in ("area 0", "area 5"):
        alone = verb.call(df[df["area"] == area])
        assert len(alone) == 1
        assert_frame_equal(
            alone, whole.loc[[area]].reset_index(drop=True), check_categorical=False, rtol=1e-12
        )


@pytest.mark.parametrize("verb", GROUPED)
def test_the_keys_may_be_categories_or_missing(verb):
    df = table()
    known = run(verb, df)
    categories = df.assign(area=df["area"].astype("category"))
    assert_frame_equal(run(verb, categories).drop(columns="area"), known.drop(columns="area"))
    unnamed = df.assign(area=df["area"].where(df["area"] != "area 0"))
    found = run(verb, unnamed)
    assert found["area"].isna().tolist() == [True] + [False] * (AREAS - 1)
    assert_frame_equal(found.drop(columns="area"), known.drop(columns="area"))


@pytest.mark.parametrize("verb", ALL)
def test_columns_named_like_arguments_change_nothing(verb):
    df = table()
    traps = {"multiplier": 7, "per": 7, "by": "x", "confidence": 0.5, "n": 1, "x": 1, "strict": 1}
    found = run(verb, df.assign(**traps)).drop(columns=list(traps), errors="ignore")
    assert_frame_equal(found, run(verb, df))


@pytest.mark.parametrize("verb", ALL)
def test_an_empty_table_gives_an_empty_table_with_the_same_columns(verb):
    found = run(verb, table().iloc[:0])
    assert found.empty
    assert found.columns.tolist() == run(verb, table()).columns.tolist()


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "object"])
@pytest.mark.parametrize("verb", ALL)
def test_numbers_of_every_type_give_the_same(verb, dtype):
    df = table()
    kind = "Float64" if dtype == "Int64" and df[verb.reads].dtype.kind == "f" else dtype
    other = run(verb, df.astype({verb.reads: kind}))
    expected = run(verb, df)
    added = [name for name in expected.columns if name not in df.columns] or [verb.reads]
    assert_frame_equal(other[added], expected[added], check_dtype=False)


TAKEN_AS_ZERO = {"dsr", "isr_rate", "isr_ratio"}  # a missing count, as the published rates do


BAD = [
    (name, bad)
    for name, verb in VERBS.items()
    for bad in (np.nan, "c", np.inf, -3)
    if verb.has_reasons and not (verb.reads == "value" and bad == -3)  # a value may be below zero
]


@pytest.mark.parametrize("name, bad", BAD)
def test_one_bad_row_never_stops_the_run_and_says_why(name, bad):
    verb, df = VERBS[name], table().astype({VERBS[name].reads: object})
    df.loc[3, verb.reads] = bad
    row = run(verb, df).iloc[3 if verb.keeps_rows else 0]
    assert row["value_note"] != ""
    if not (name in TAKEN_AS_ZERO and pd.isna(bad)):
        assert pd.isna(row[verb.missing]) or row[verb.missing] == "not_compared"


@pytest.mark.parametrize("bad", [np.nan, "c", np.inf])
@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if not verb.has_reasons])
def test_one_bad_row_never_stops_a_verb_without_notes(name, bad):
    verb, df = VERBS[name], table().astype({VERBS[name].reads: object})
    df.loc[3, verb.reads] = bad
    assert len(run(verb, df)) == len(df)


@pytest.mark.parametrize("verb", GROUPED)
def test_a_bad_row_touches_no_other_group(verb):
    df = table()
    bad = df.astype({verb.reads: object})
    bad.loc[3, verb.reads] = "c"
    found, expected = run(verb, bad), run(verb, df)
    assert pd.isna(found["value"].iloc[0])
    assert_frame_equal(
        found.iloc[1:], expected.iloc[1:], check_categorical=False, check_dtype=False
    )


@pytest.mark.parametrize("verb", [one for one in ALL if one.values[0].has_reasons])
def test_strict_raises_instead(verb):
    df = table().astype({verb.reads: object})
    run(verb, df, strict=True)
    df.loc[3, verb.reads] = "c"
    with pytest.raises(CypError, match="every row can be computed; got: .*not a number"):
        run(verb, df, strict=True)


@pytest.mark.parametrize("verb", LEVELS)
def test_limits_widen_with_confidence_and_hold_the_value(verb):
    df = table()
    narrow, wide = (run(verb, df, confidence=level) for level in (0.95, 0.998))
    known = narrow["lower_ci"].notna().to_numpy()
    assert known.any()
    assert (wide["lower_ci"] <= narrow["lower_ci"])[known].all()
    assert (wide["upper_ci"] >= narrow["upper_ci"])[known].all()
    assert (narrow["lower_ci"] <= narrow["value"] * (1 + 1e-12))[known].all()
    assert (narrow["value"] <= narrow["upper_ci"] * (1 + 1e-12))[known].all()


@pytest.mark.parametrize("verb", LEVELS)
def test_two_levels_in_one_call_are_those_of_two_calls(verb):
    df = table()
    both = run(verb, df, confidence=(0.95, 0.998))
    for suffix, level in [("_95", 0.95), ("_998", 99.8)]:
        alone = run(verb, df, confidence=level)
        for end in LIMITS:
            assert both[f"{end}{suffix}"].to_numpy() == pytest.approx(
                alone[end].to_numpy(), rel=1e-12, nan_ok=True
            )


@pytest.mark.parametrize("verb", ["rate", "rate_difference", "dsr", "isr_rate", "isr_ratio"])
def test_the_unit_scales_value_and_limits(verb):
    df, call = table(), VERBS[verb]
    one, ten = run(call, df, per=1_000), run(call, df, per=10_000)
    for name in ("value", *LIMITS):
        assert ten[name].to_numpy() == pytest.approx(10 * one[name].to_numpy(), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 40), st.integers(0, 2**32 - 1))
@pytest.mark.parametrize("verb", ["proportion", "rate"])
def test_limits_shrink_as_everything_grows(verb, times, seed):
    df = table(seed)
    more = df.assign(count=df["count"] * times, denominator=df["denominator"] * times)
    less, greater = VERBS[verb].call(df), VERBS[verb].call(more)
    assert greater["value"].to_numpy() == pytest.approx(less["value"].to_numpy())
    width = [found["upper_ci"] - found["lower_ci"] for found in (less, greater)]
    assert (width[1] < width[0]).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.integers(0, 2**32 - 1))
@pytest.mark.parametrize("verb", ["proportion", "rate", "rate_ratio", "proportion_difference"])
def test_by_is_the_same_as_summing_by_hand(verb, groups, seed):
    df = table(seed, areas=3).head(len(groups)).assign(area=groups)
    counted = ["count", "denominator", "benchmark_count", "benchmark_denominator"]
    by_hand = df.groupby("area", sort=False)[counted].sum().reset_index()
    found, expected = VERBS[verb].call(df, by="area"), VERBS[verb].call(by_hand)
    for name in ("area", "value", *LIMITS):
        assert found[name].to_numpy() == pytest.approx(expected[name].to_numpy(), rel=1e-12)


NEEDED = {"compare": {"method": "quintiles"}}


NAMED_GROUPS = [
    name
    for name in VERBS
    if "by" in signature(getattr(measures, name)).parameters and name != "suppress"  # margins
]


@pytest.mark.parametrize("name", NAMED_GROUPS)
def test_a_group_may_not_be_named_as_a_column_of_the_result(name):
    verb, df = VERBS[name], table()
    added = [column for column in run(verb, df).columns if column not in df]
    assert added
    for column in set(added) - {"value_note"}:
        with pytest.raises(CypError):
            verb.call(df.assign(**{column: "x"}), by=column, **NEEDED.get(name, {}))


def test_every_verb_is_held_to_these_laws_or_has_its_own():
    own = {
        "recent_trend",
        "funnel_limits",
        "survey_proportion",
        "subgroup_to_rest",
        "modelled_count",
        "project",
        "back_test",
        "roll_forward",
        "roll_forward_errors",
    }
    assert set(measures.__all__) == set(VERBS) | own
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_measures*.py"))
    for verb in own:
        assert tests.count(f"{verb}(") > 5, f"{verb} has hardly any tests of its own"
