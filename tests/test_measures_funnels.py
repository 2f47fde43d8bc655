"""The funnel verbs: against published funnels, and what they add, keep and refuse."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures import dsr, isr_ratio
from cyp_analysis.measures import rate as crude_rate
from cyp_analysis.measures.funnel_areas import ALIASES
from cyp_analysis.measures.funnels import funnel_limits, funnel_points, funnel_significance
from cyp_analysis.methods import exact_poisson_interval
from cyp_analysis.methods.funnels import SIGNIFICANCE, event_significance

PUBLISHED = Path(__file__).parent / "published"
VERBS = [funnel_limits, funnel_points, funnel_significance]
STATISTICS = ["proportion", "rate_crude", "rate_dsr", "ratio_count", "ratio_isr"]
LIMITS = ["lower_limit_95", "upper_limit_95", "lower_limit_998", "upper_limit_998"]
THEIRS = {"95": "2s", "998": "3s"}
TOO_FEW = "Not applicable for events less than 10 for dsrs"


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(PUBLISHED / f"{name}.csv")


def by_setting(name: str) -> list:
    """One pytest case for the cases of a file that one call can work out, group by group."""
    table = published(name)
    table = table.assign(years_of_data=table.get("years_of_data", 1.0)).astype(
        {"years_of_data": float}
    )
    groups = table.fillna({"years_of_data": 1}).groupby(
        ["statistic", "multiplier", "years_of_data"]
    )
    return [pytest.param(*key, rows, id="-".join(map(str, key))) for key, rows in groups]


def call(verb, rows, statistic, per, years=None, **others) -> pd.DataFrame:
    rate = "rate" if statistic.startswith("rate") else None
    options = {"statistic": statistic, "rate": rate, "per": per, **others}
    if verb is not funnel_significance:
        options["years_of_data"] = years
    return verb(rows, "num", "den", **options)


def counts(count, denominator, **others) -> pd.DataFrame:
    return pd.DataFrame({"count": count, "denominator": denominator, **others})


TEN = counts(
    [12, 30, 25, 41, 18, 22, 60, 9, 33, 27], [100, 210, 180, 260, 150, 190, 300, 90, 240, 200]
)


# --- against published funnels --------------------------------------------------------------------


@pytest.mark.parametrize(
    "statistic, per, years, rows", by_setting("calculate_funnel_limits.inputs")
)
def test_limits_match_the_published_ones(statistic, per, years, rows):
    found = call(funnel_limits, rows, statistic, per, years, by="case_id")
    chart = published("calculate_funnel_limits").set_index("case_id")
    for case, ours in found.groupby("case_id"):
        theirs = chart.loc[case]
        assert ours["axis"].tolist() == theirs["expected_axis"].tolist()
        assert_published_limits(ours, theirs, statistic)


def assert_published_limits(ours, theirs, statistic) -> None:
    # Their rates and ratios are found by halving to 1e-7 of an event, ours are quantiles.
    few = ours["axis"].to_numpy() < 5
    tolerance = np.where(few, 5e-5, 5e-6) if statistic != "proportion" else np.full(few.size, 1e-7)
    zero = 1.0 if statistic == "ratio_count" else 0.0  # ratios of counts are shown less one
    for end, level in [(end, level) for end in ("lower", "upper") for level in THEIRS]:
        name, other = f"{end}_limit_{level}", f"expected_{end}_{THEIRS[level]}"
        limit, expected = ours[name] + zero, theirs[f"{other}_limit"] + zero
        slack = 1e-6 if statistic == "proportion" else 0  # printed to six places
        gap = np.abs(limit.to_numpy() - expected.to_numpy())
        assert (gap <= tolerance * expected.abs().to_numpy() + slack).all(), name
        places = {f"{name}_expected": "_exp_events", f"{name}_population": "_population_1_year"}
        for place, suffix in places.items():
            if place in ours:
                gap = np.abs(ours[place].to_numpy() / theirs[f"{other}{suffix}"].to_numpy() - 1)
                assert (gap <= tolerance).all(), place
    if theirs["expected_baseline"].notna().all():
        baseline = theirs["expected_baseline"].to_numpy()
        assert ours["baseline"].to_numpy() == pytest.approx(baseline, rel=1e-7)


@pytest.mark.parametrize("statistic, per, years, rows", by_setting("assign_funnel_significance"))
def test_significance_matches_the_published_words(statistic, per, years, rows):
    found = call(funnel_significance, rows, statistic, per, by="case_id")
    assert found["significance"].tolist() == rows["expected_significance"].tolist()
    assert (found["value_note"] == "").all()


@pytest.mark.parametrize("statistic, per, years, rows", by_setting("calculate_funnel_points"))
def test_points_match_the_published_ones(statistic, per, years, rows):
    found = call(funnel_points, rows, statistic, per, years)
    for name in ("rate_chart", "denominator_derived"):
        expected = rows[f"expected_{name}"].to_numpy()
        assert found[name].to_numpy() == pytest.approx(expected, rel=1e-12, nan_ok=True)
    missing = found["rate_chart"].isna()
    assert (found.loc[missing, "value_note"] == "fewer than 10 events").all()


def test_limits_of_a_proportion_are_the_printed_ones():
    found = funnel_limits(counts([80, 120], [500, 500]), points=131)
    at_500 = found[found["axis"] == 500].iloc[0]
    printed = [16.49390984, 23.50609016, 14.47202440, 25.52797561]
    assert at_500[LIMITS].tolist() == pytest.approx(printed)
    assert at_500["baseline"] == pytest.approx(20)


# --- limits ---------------------------------------------------------------------------------------


def test_limits_of_a_proportion_stop_at_the_unit_and_not_at_100():
    found = funnel_limits(TEN, per=1000)
    assert (found["upper_limit_95"] >= found["baseline"]).all()
    assert found["upper_limit_998"].max() == 1000
    assert_frame_equal(found[LIMITS] / 10, funnel_limits(TEN)[LIMITS])


@pytest.mark.parametrize("statistic", ["rate_crude", "proportion"])
def test_limits_scale_with_the_unit(statistic):
    one = funnel_limits(TEN, statistic=statistic, per=1)[[*LIMITS, "baseline"]]
    many = funnel_limits(TEN, statistic=statistic, per=10_000)[[*LIMITS, "baseline"]]
    assert_frame_equal(one * 10_000, many)


@pytest.mark.parametrize("statistic", ["ratio_count", "ratio_isr"])
def test_ratios_keep_the_scale_of_their_own(statistic):
    usual = funnel_limits(TEN, statistic=statistic)
    assert_frame_equal(usual, funnel_limits(TEN, statistic=statistic, per=7))
    assert usual["baseline"].unique().tolist() == [0 if statistic == "ratio_count" else 100]


@pytest.mark.parametrize("statistic", [s for s in STATISTICS if s != "rate_dsr"])
def test_limits_hold_the_baseline_one_inside_the_other(statistic):
    found = funnel_limits(TEN, statistic=statistic)
    order = ["lower_limit_998", "lower_limit_95", "baseline", "upper_limit_95", "upper_limit_998"]
    assert (found[order].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_limits_of_a_rate_are_where_so_many_events_lie_on_the_limit():
    found = funnel_limits(TEN, statistic="rate_crude", per=1000, years_of_data=3, points=10)
    average = TEN["count"].sum() / TEN["denominator"].sum()
    least, most = exact_poisson_interval(found["axis"].to_numpy(), 0.95)
    for name, expected in [("lower_limit_95", most), ("upper_limit_95", least)]:
        events = found["axis"].to_numpy()
        assert found[name].to_numpy() == pytest.approx(1000 * average * events / expected)
        place = found[f"{name}_population"].to_numpy()
        assert place == pytest.approx(expected / average / 3)


def test_a_rate_without_published_rates_is_worked_out_from_counts():
    rates = TEN.assign(rate=10_000 * TEN["count"] / TEN["denominator"])
    for verb in VERBS:
        plain = verb(TEN, statistic="rate_crude")
        assert_frame_equal(verb(rates, statistic="rate_crude", rate="rate")[plain.columns], plain)


def test_the_denominator_of_a_standardised_rate_comes_from_its_rate_alone():
    rates = counts([30, 40, 20], ["x", None, -1], rate=[300.0, 200, 250])
    found = funnel_points(rates, statistic="rate_dsr", rate="rate", years_of_data=2)
    assert found["denominator_derived"].tolist() == pytest.approx([500, 1000, 400])
    limits = funnel_limits(rates, statistic="rate_dsr", rate="rate", years_of_data=2)
    assert limits["baseline"].iloc[0] == pytest.approx(10_000 * 90 / 3800)
    assert limits["areas"].iloc[0] == 3


def test_columns_of_limits_say_what_was_done():
    common = ["baseline", "phi", "tau2", "areas", "statistic", "method", "value_note"]
    for statistic, place, method in [
        ("proportion", "", "wilson"),
        ("rate_crude", "_population", "exact"),
        ("ratio_isr", "_expected", "exact"),
    ]:
        found = funnel_limits(TEN, statistic=statistic)
        places = [name + place for name in LIMITS] if place else []
        assert found.columns.tolist() == ["axis", *LIMITS, *places, *common]
        assert found["statistic"].unique().tolist() == [statistic]
        assert found["method"].unique().tolist() == [method]
    assert funnel_limits(TEN, overdispersion="additive")["method"][0] == "wilson_additive"


def test_the_number_of_points_is_a_choice():
    assert len(funnel_limits(TEN, points=25)) == 25


def test_the_order_of_areas_changes_no_limit():
    assert_frame_equal(funnel_limits(TEN), funnel_limits(TEN[::-1]))


def test_each_group_has_the_funnel_it_has_alone():
    table = pd.concat([TEN, TEN * [1, 2], TEN[:4] * [2, 3]])
    table["period"] = np.repeat(["2023", "2024", "2025"], [10, 10, 4])
    for statistic in ("proportion", "rate_crude", "ratio_isr"):
        options = {"statistic": statistic, "points": 12, "overdispersion": "additive"}
        found = funnel_limits(table, by="period", **options)
        assert found["period"].tolist() == np.repeat(["2023", "2024", "2025"], 12).tolist()
        for period, rows in table.groupby("period"):
            alone = funnel_limits(rows, **options)
            mine = found[found["period"] == period].drop(columns="period").reset_index(drop=True)
            assert_frame_equal(mine, alone)


# --- areas and funnels that cannot be worked out --------------------------------------------------


BAD_AREAS = [
    ((np.nan, 100), "count missing"),
    ((-1, 100), "count below zero"),
    ((5, np.nan), "denominator missing"),
    ((5, 0), "denominator not above zero"),
    ((5, np.inf), "denominator not finite"),
    ((101, 100), "count above denominator"),
]


@pytest.mark.parametrize("area, reason", BAD_AREAS, ids=[reason for _, reason in BAD_AREAS])
def test_an_area_that_cannot_be_used_is_left_out_and_said_so(area, reason):
    table = pd.concat([TEN, counts(*([figure] for figure in area))], ignore_index=True)
    limits = funnel_limits(table)
    assert (limits["value_note"] == f"areas left out: {reason}").all()
    assert_frame_equal(
        limits.drop(columns="value_note"), funnel_limits(TEN).drop(columns="value_note")
    )
    judged = funnel_significance(table)
    assert (
        judged["significance"].iloc[:-1].tolist()
        == funnel_significance(TEN)["significance"].tolist()
    )
    assert judged["significance"].isna().tolist() == [False] * 10 + [True]
    assert judged["value_note"].tolist() == [""] * 10 + [reason]
    points = funnel_points(table)
    assert points["rate_chart"].isna().tolist() == [False] * 10 + [True]
    assert points["value_note"].iloc[-1] == reason
    for verb in VERBS:
        with pytest.raises(SchemaError, match=reason):
            verb(table, strict=True)


def test_text_in_a_column_of_numbers_is_a_reason():
    table = counts(["12", "c", "30"], [100, 100, 90])
    assert funnel_points(table)["value_note"].tolist() == ["", "count not a number", ""]
    assert funnel_significance(table)["significance"].notna().tolist() == [True, False, True]


@pytest.mark.parametrize(
    "count, rate, reason",
    [
        (20, np.nan, "rate missing"),
        (20, 0.0, "rate not above zero"),
        (20, 1e-320, "rate too near zero"),
        (0, 100.0, "no denominator without events"),
    ],
)
def test_a_standardised_rate_that_gives_no_denominator_is_left_out(count, rate, reason):
    table = pd.DataFrame({"count": [40, 30, count], "rate": [400.0, 350, rate]})
    found = funnel_limits(table, statistic="rate_dsr", rate="rate")
    assert found["areas"].iloc[0] == 2
    assert found["value_note"].iloc[0] == f"areas left out: {reason}"


def test_a_standardised_rate_of_few_events_is_not_judged_even_where_it_is_withheld():
    table = pd.DataFrame({"count": [40, 9, 0, 9, np.nan], "rate": [400.0, np.nan, np.nan, 90, 80]})
    found = funnel_significance(table, statistic="rate_dsr", rate="rate")
    assert found["significance"].tolist()[1:4] == [TOO_FEW] * 3
    assert found["value_note"].tolist() == ["", "", "", "", "count missing"]
    points = funnel_points(table, statistic="rate_dsr", rate="rate")
    few = "fewer than 10 events"
    assert points["value_note"].tolist() == ["", few, few, few, "count missing"]


def test_a_crude_rate_without_events_keeps_the_denominator_it_came_with():
    table = counts([0, 20], [500, np.nan], rate=[0.0, 200])
    found = funnel_points(table, statistic="rate_crude", rate="rate")
    assert found["denominator_derived"].tolist() == [500, 1000]
    assert found["rate_chart"].tolist() == [0, 200]


def test_a_funnel_that_cannot_be_drawn_has_one_row_with_its_reason():
    table = counts([np.nan, 0, 0, 5, 6], [10, 10, 20, 50, 60], area=list("abbcc"))
    found = funnel_limits(table, statistic="rate_crude", by="area", points=5)
    assert found["area"].tolist() == ["a", "b", *"ccccc"]
    assert found["value_note"].tolist() == [
        "no area can be used: count missing",
        "no events in any area",
        *[""] * 5,
    ]
    assert found.iloc[:2][["axis", *LIMITS]].isna().all(axis=None)
    assert found.iloc[2:][["axis", *LIMITS]].notna().all(axis=None)
    assert found["baseline"].isna().tolist() == [True, *[False] * 6]
    judged = funnel_significance(table, statistic="rate_crude", by="area")
    assert judged["significance"].isna().tolist() == [True, False, False, False, False]


def test_a_proportion_of_nothing_has_its_limits_at_nothing():
    found = funnel_limits(counts([0, 0], [10, 20]), overdispersion="additive")
    assert (found[LIMITS] == 0).all(axis=None)
    judged = funnel_significance(counts([0, 0], [10, 20]))
    assert judged["significance"].tolist() == ["Not significant"] * 2


def test_one_area_is_no_ground_for_overdispersion():
    table = pd.concat([TEN.assign(area="many"), counts([5], [20], area="one")])
    limits = funnel_limits(table, by="area", points=3, overdispersion="multiplicative")
    reason = "fewer than 2 areas"
    assert limits["value_note"].tolist() == ["", "", "", reason]
    assert limits[LIMITS].isna().all(axis=1).tolist() == [False, False, False, True]
    judged = funnel_significance(table, by="area", overdispersion="multiplicative")
    assert judged["value_note"].tolist() == [""] * 10 + [reason]
    assert funnel_significance(table, by="area")["significance"].notna().all()


def test_an_empty_table_has_no_rows_and_all_columns():
    empty = TEN[:0]
    assert len(funnel_limits(empty)) == 0
    for verb in VERBS:
        assert verb(empty).columns.tolist() == verb(TEN).columns.tolist()


# --- what row-wise verbs keep ---------------------------------------------------------------------


@pytest.mark.parametrize("verb", [funnel_points, funnel_significance])
def test_other_columns_and_the_index_are_kept_and_the_input_is_not_changed(verb):
    table = TEN.assign(multiplier=7, value="x", per=3, value_note="seen").set_index(
        pd.Index([3, 3, 1, *"abcdefg"], name="place")
    )
    before = table.copy()
    found = verb(table)
    assert_frame_equal(table, before)
    assert_frame_equal(found[before.columns], before)
    added = {
        funnel_points: ["rate_chart", "denominator_derived"],
        funnel_significance: ["significance", "baseline", "phi", "tau2"],
    }[verb]
    kept = [name for name in table.columns if name != "value_note"]
    assert found.columns.tolist() == [*kept, *added, "value_note"]
    plain = verb(TEN)[added].reset_index(drop=True)
    assert_frame_equal(found[added].reset_index(drop=True), plain)


@pytest.mark.parametrize("verb", VERBS)
def test_nullable_columns_work_as_plain_ones(verb):
    nullable = TEN.astype({"count": "Int64", "denominator": "Float64"})
    nullable.loc[3, "count"] = pd.NA
    plain = TEN.astype(float)
    plain.loc[3, "count"] = np.nan
    columns = [name for name in verb(TEN).columns if name not in TEN]
    assert_frame_equal(verb(nullable)[columns], verb(plain)[columns])


def test_missing_and_categorical_keys_are_groups():
    table = TEN.assign(region=pd.Categorical(["a"] * 5 + [None] * 5, categories=["b", "a"]))
    found = funnel_limits(table, by="region", points=4)
    assert found["region"].isna().tolist() == [False] * 4 + [True] * 4
    judged = funnel_significance(table, by=["region"])
    assert judged["baseline"].nunique() == 2


def test_significance_words_run_from_low_to_high():
    judged = funnel_significance(TEN, statistic="rate_crude")["significance"]
    assert judged.cat.ordered and judged.cat.categories.tolist() == list(SIGNIFICANCE)
    extremes = counts([1, 40, 90], [400, 400, 400])
    words = funnel_significance(extremes)["significance"]
    assert words.sort_values().tolist() == ["Low (0.001)", "Not significant", "High (0.001)"]
    assert (words > "Not significant").tolist() == [False, False, True]


def test_the_text_of_a_standardised_rate_of_few_events_has_no_place_in_the_order():
    rates = pd.DataFrame({"count": [40, 5], "rate": [400.0, 90]})
    words = funnel_significance(rates, statistic="rate_dsr", rate="rate")["significance"]
    assert words.cat.categories.tolist() == [*SIGNIFICANCE, TOO_FEW] and not words.cat.ordered


def test_both_kinds_of_ratio_are_judged_alike():
    found = [
        funnel_significance(TEN, statistic=word)["significance"].tolist()
        for word in ("ratio", "ratio_count", "ratio_isr")
    ]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("word, same", ALIASES.items())
def test_words_of_other_results_are_understood(verb, word, same):
    table = TEN.assign(rate=10_000 * TEN["count"] / TEN["denominator"])
    rate = "rate" if same.startswith("rate") else None
    expected = verb(table, statistic=same, rate=rate)
    assert_frame_equal(verb(table, statistic=word, rate=rate), expected)


def bands() -> pd.DataFrame:
    """Events and people of three age bands in four areas, with a standard population."""
    return pd.DataFrame(
        {
            "area": np.repeat(list("abcd"), 3),
            "count": [12, 30, 25, 41, 18, 22, 60, 19, 33, 27, 80, 15],
            "denominator": [1000, 2100, 1800, 2600, 1500, 1900, 3000, 900, 2400, 2000, 2100, 1700],
            "standard_population": [5000, 5500, 5500] * 4,
            "reference_count": [300, 500, 200] * 4,
            "reference_denominator": [20_000, 30_000, 25_000] * 4,
        }
    )


def test_a_standardised_rate_goes_straight_into_a_funnel():
    rates = dsr(bands(), by="area")
    columns = {"count": "total_count", "denominator": "total_population", "rate": "value"}
    statistic = rates["statistic"].iloc[0]
    points = funnel_points(rates, statistic=statistic, **columns)
    assert statistic == "dsr"
    assert points["denominator_derived"].div(rates["total_population"]).between(0.7, 1.4).all()
    assert points["rate_chart"].tolist() == pytest.approx(rates["value"].tolist())
    limits = funnel_limits(rates, statistic=statistic, **columns)
    assert limits["baseline"].between(rates["value"].min(), rates["value"].max()).all()
    assert funnel_significance(rates, statistic=statistic, **columns)["significance"].notna().all()


def test_a_standardised_ratio_goes_straight_into_a_funnel():
    ratios = isr_ratio(bands(), by="area")
    statistic = ratios["statistic"].iloc[0]
    points = funnel_points(ratios, "observed", "expected", statistic=statistic)
    assert points["rate_chart"].tolist() == pytest.approx((100 * ratios["value"]).tolist())
    assert points["denominator_derived"].tolist() == ratios["expected"].tolist()


def test_a_crude_rate_goes_straight_into_a_funnel():
    rates = crude_rate(TEN)
    points = funnel_points(rates, statistic=rates["statistic"].iloc[0], rate="value")
    assert points["denominator_derived"].tolist() == pytest.approx(TEN["denominator"].tolist())


@pytest.mark.parametrize("statistic", ["proportion", "rate_crude", "ratio_isr"])
def test_the_order_of_rows_changes_no_verdict(statistic):
    order = np.random.default_rng(1).permutation(10)
    found = funnel_significance(TEN, statistic=statistic, overdispersion="additive")
    mixed = funnel_significance(TEN.iloc[order], statistic=statistic, overdispersion="additive")
    assert_frame_equal(mixed.sort_index(), found)


def test_groups_are_judged_by_their_own_average():
    table = pd.concat([TEN.assign(year=1), (TEN * [3, 1]).assign(year=2)])
    found = funnel_significance(table, statistic="rate_crude", by="year")
    for year, rows in table.groupby("year"):
        alone = funnel_significance(rows, statistic="rate_crude")["significance"].tolist()
        assert found.loc[found["year"] == year, "significance"].tolist() == alone


# --- overdispersion -------------------------------------------------------------------------------


SCATTERED = counts([10, 80, 25, 120, 5, 60, 150, 2, 33, 70], TEN["denominator"].to_numpy())


def test_overdispersion_of_proportions_by_hand():
    found = funnel_limits(SCATTERED, overdispersion="additive", winsorise=0, points=5)
    x, n = SCATTERED["count"].to_numpy(), SCATTERED["denominator"].to_numpy()
    p = x.sum() / n.sum()
    z, weight = (x / n - p) / np.sqrt(p * (1 - p) / n), n / (p * (1 - p))
    phi = (z**2).mean()
    tau2 = (10 * phi - 9) / (weight.sum() - (weight**2).sum() / weight.sum())
    assert found["phi"][0] == pytest.approx(phi) and found["tau2"][0] == pytest.approx(tau2)
    spread = np.sqrt(p * (1 - p) / found["axis"].to_numpy() + tau2)
    upper = np.minimum(100, 100 * (p + 1.959963984540054 * spread))
    assert found["upper_limit_95"].to_numpy() == pytest.approx(upper)
    lower = np.maximum(0, 100 * (p - 3.090232306167813 * spread))
    assert found["lower_limit_998"].to_numpy() == pytest.approx(lower)


def test_overdispersion_of_ratios_by_hand():
    found = funnel_limits(SCATTERED, statistic="ratio_isr", overdispersion="multiplicative")
    z = 2 * (np.sqrt(SCATTERED["count"]) - np.sqrt(SCATTERED["denominator"]))
    phi = np.mean(np.clip(z, z.quantile(0.1), z.quantile(0.9)) ** 2)
    assert found["phi"][0] == pytest.approx(phi)
    plain = funnel_limits(SCATTERED, statistic="ratio_isr")
    root = 1 + np.sqrt(phi) * (np.sqrt(plain["upper_limit_95"] / 100) - 1)
    assert found["upper_limit_95"].to_numpy() == pytest.approx(100 * root.to_numpy() ** 2)


@pytest.mark.parametrize("model", ["additive", "multiplicative"])
@pytest.mark.parametrize("statistic", ["proportion", "rate_crude", "ratio_count", "ratio_isr"])
def test_overdispersion_widens_limits_and_brings_areas_in(statistic, model):
    plain = funnel_limits(SCATTERED, statistic=statistic)
    wide = funnel_limits(SCATTERED, statistic=statistic, overdispersion=model)
    assert (wide["phi"] > 1).all() and (wide["tau2"] > 0).all()
    assert (wide["axis"] == plain["axis"]).all()
    for level in ("95", "998"):
        assert (wide[f"lower_limit_{level}"] <= plain[f"lower_limit_{level}"]).all()
        assert (wide[f"upper_limit_{level}"] >= plain[f"upper_limit_{level}"]).all()
    words = list(SIGNIFICANCE)
    before, after = (
        funnel_significance(SCATTERED, statistic=statistic, overdispersion=how)["significance"]
        for how in (None, model)
    )
    distance = [
        (abs(words.index(a) - 2), abs(words.index(b) - 2))
        for a, b in zip(before, after, strict=True)
    ]
    assert all(new <= old for old, new in distance) and any(new < old for old, new in distance)


@pytest.mark.parametrize("model", ["additive", "multiplicative"])
@pytest.mark.parametrize("statistic", ["proportion", "rate_crude", "ratio_isr"])
def test_areas_that_agree_too_well_change_nothing(statistic, model):
    sizes = np.arange(100, 1100, 100)
    table = counts(sizes if statistic == "ratio_isr" else sizes // 5, sizes)
    names = ["axis", *LIMITS]
    plain = funnel_limits(table, statistic=statistic)
    assert plain["phi"][0] < 0.9 and plain["tau2"][0] == 0
    assert_frame_equal(
        funnel_limits(table, statistic=statistic, overdispersion=model)[names], plain[names]
    )


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from(["proportion", "rate_crude", "ratio_isr"]))
def test_limits_are_at_least_as_wide_with_either_model(seed, statistic):
    draws = np.random.default_rng(seed)
    sizes = draws.integers(20, 2000, 15)
    table = counts(draws.binomial(sizes, draws.uniform(0.1, 0.9, 15)), sizes)
    plain = funnel_limits(table, statistic=statistic, points=9)
    for model in ("additive", "multiplicative"):
        wide = funnel_limits(table, statistic=statistic, points=9, overdispersion=model)
        assert (wide["upper_limit_95"] >= plain["upper_limit_95"]).all()
        assert (wide["lower_limit_95"] <= plain["lower_limit_95"]).all()


@pytest.mark.parametrize("statistic", ["proportion", "rate_crude", "ratio_isr"])
def test_areas_that_differ_by_chance_alone_have_a_phi_of_about_one(statistic):
    draws = np.random.default_rng(11)
    sizes = draws.integers(500, 5000, 4000)
    drawn = draws.binomial(sizes, 0.1) if statistic == "proportion" else draws.poisson(sizes * 0.1)
    if statistic == "ratio_isr":
        sizes = sizes * 0.1
    found = funnel_limits(counts(drawn, sizes), statistic=statistic, winsorise=0)
    assert found["phi"][0] == pytest.approx(1, abs=0.1)
    assert funnel_limits(counts(drawn, sizes), statistic=statistic)["phi"][0] < 1


def test_withdrawn_counts_are_judged_as_the_widened_limits_judge_them():
    found = funnel_significance(SCATTERED, statistic="ratio_isr", overdispersion="multiplicative")
    factor = np.sqrt(found["phi"].to_numpy())
    places = event_significance(SCATTERED["count"], SCATTERED["denominator"], factor)
    assert found["significance"].tolist() == [SIGNIFICANCE[place] for place in places]


# --- wrong usage ----------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "options, thing",
    [
        ({"statistic": "rate"}, "statistic"),
        ({"statistic": ["dsr"]}, "statistic"),
        ({"statistic": "dsr"}, "rate"),
        ({"statistic": "rate_dsr"}, "rate"),
        ({"per": 0}, "per"),
        ({"per": "100"}, "per"),
    ],
)
def test_a_wrong_word_or_unit_is_refused(verb, options, thing):
    with pytest.raises(UsageError) as caught:
        verb(TEN, **options)
    assert caught.value.thing == thing


@pytest.mark.parametrize("verb", [funnel_limits, funnel_significance])
@pytest.mark.parametrize(
    "options, thing",
    [
        ({"overdispersion": "both"}, "overdispersion"),
        ({"overdispersion": True}, "overdispersion"),
        ({"winsorise": 0.5}, "winsorise"),
        ({"winsorise": -0.1}, "winsorise"),
        ({"winsorise": None}, "winsorise"),
        ({"by": []}, "by"),
    ],
)
def test_a_wrong_model_is_refused(verb, options, thing):
    with pytest.raises(UsageError) as caught:
        verb(TEN, **options)
    assert caught.value.thing == thing


@pytest.mark.parametrize("points", [1, 2.5, True, "100"])
def test_a_wrong_number_of_points_is_refused(points):
    with pytest.raises(UsageError, match="points"):
        funnel_limits(TEN, points=points)


@pytest.mark.parametrize("verb", [funnel_limits, funnel_points])
def test_years_of_data_are_above_zero(verb):
    with pytest.raises(UsageError, match="years_of_data"):
        verb(TEN, statistic="rate_crude", years_of_data=0)


@pytest.mark.parametrize("verb", VERBS)
def test_a_column_that_is_not_there_is_refused(verb):
    with pytest.raises(SchemaError, match="column cla"):
        verb(TEN, "cla")
    with pytest.raises(SchemaError, match="column dsr"):
        verb(TEN, statistic="rate_dsr", rate="dsr")


def test_a_group_named_as_an_added_column_is_refused():
    with pytest.raises(UsageError, match="names no column that is added"):
        funnel_limits(TEN.assign(axis=1), by="axis")
