"""Places in England, gaps between groups, and the words for them; against printed documents."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cyp_analysis import catalogue, geography, loaders
from cyp_analysis.build import comparison, derived, disclosure, indicators, learning, learning_gaps
from cyp_analysis.catalogue import Indicator

BARNET, LEEDS, LONDON, ENGLAND = "E09000003", "E08000035", "E12000007", "E92000001"
END = {"2019": "2019-08-31", "2018": "2018-08-31", "2017": "2017-08-31"}


@pytest.fixture(scope="module")
def lait(real_data) -> derived.Inputs:
    """What the build makes of the Department's tool, of the indicators that read it only."""
    counts = loaders.read(real_data / "dfe-lait" / "bds_long_0.parquet").rows
    whole = catalogue.load()
    tool = {
        name: indicator
        for name, indicator in whole.indicators.items()
        if indicator.measured and indicator.measured[0].source == "dfe_lait"
    }
    known = replace(whole, indicators=tool)
    safe = disclosure.suppress(indicators.build_indicators([counts], known), known)
    return derived.Inputs(safe, comparison.compare_with_benchmarks(safe, known), {}, known)


@pytest.fixture(scope="module")
def league(lait) -> pd.DataFrame:
    return learning.build_league(lait)


@pytest.fixture(scope="module")
def gaps(lait) -> pd.DataFrame:
    return learning_gaps.build_gaps(lait)


def row(table: pd.DataFrame, indicator_id: str, end: str, area: str = BARNET) -> pd.Series:
    found = table.query("indicator_id == @indicator_id and area_code == @area")
    found = found[found["period_end"] == pd.Timestamp(end)]
    assert len(found) == 1
    return found.iloc[0]


# Printed in the Life Chances Strategy 2020-2024 and in the Board's papers of January 2019.
@pytest.mark.parametrize(
    ("indicator_id", "year", "place"),
    [
        ("attainment_8", "2019", 2),
        ("attainment_8", "2018", 5),
        ("progress_8", "2019", 2),
        ("progress_8", "2018", 2),
        ("progress_8_disadvantaged", "2019", 4),
        ("attainment_8_disadvantaged", "2019", 5),
        ("attainment_8_black", "2019", 17),
        ("attainment_8_black", "2018", 46),
        ("ks2_rwm_expected", "2018", 8),
        ("good_level_of_development", "2017", 39),
        ("good_level_of_development", "2018", 35),
        ("phonics_expected_standard", "2017", 10),
        ("phonics_expected_standard", "2018", 9),
        ("ks2_gps_expected", "2018", 9),
    ],
)
def test_places_are_those_that_the_council_printed(league, indicator_id, year, place):
    found = row(league, indicator_id, END[year])
    assert (found["rank"], found["order"]) == (place, "best")
    assert found["top_tenth"] == (place <= found["rank_of"] / 10)


def test_low_is_good_counts_from_the_lowest(league):
    """Printed: 1.1%, London 1.7%, national 2.6%, fifth best."""
    values = [
        row(league, "neet_16_17", "2019-03-31", a)["value"] for a in (BARNET, LONDON, ENGLAND)
    ]
    assert values == pytest.approx([1.1, 1.7, 2.6])
    assert row(league, "neet_16_17", "2019-03-31")["rank"] == 5


@pytest.mark.parametrize("indicator_id", ["attainment_8_sen_support", "progress_8_sen_support"])
def test_sen_support_is_in_the_top_tenth_as_printed(league, indicator_id):
    assert row(league, indicator_id, END["2019"])["top_tenth"]


def test_change_of_place_is_from_the_period_before(league):
    found = row(league, "attainment_8", END["2019"])
    assert (found["previous_rank"], found["previous_rank_of"]) == (5, 151)
    assert found["change"] == pytest.approx(1.1)  # printed: an increase of 1.1 points
    assert found["change_side"] == "not_tested"


def test_gap_years_are_passed_over_and_new_frameworks_start_again(league):
    over = row(league, "ks2_rwm_expected", "2022-08-31")
    assert over["previous_period_label"] == "2018/19 school year"
    new = row(league, "good_level_of_development", "2022-08-31")
    assert pd.isna(new["previous_value"])
    assert pd.isna(new["change"])
    later = row(league, "good_level_of_development", "2023-08-31")
    assert later["previous_period_label"] == "2021/22 school year"


def test_neither_good_nor_bad_counts_from_the_highest(league):
    rows = league[league["indicator_id"] == "ehc_plan_share"]
    rows = rows[rows["period_end"] == pd.Timestamp("2025-08-31")]
    ranked = rows[rows["rank"].notna()]
    assert len(ranked) == 153
    assert set(ranked["order"]) == {"highest"}
    assert not ranked["top_tenth"].any()
    first = ranked.loc[ranked["rank"] == 1, "value"]
    assert len(first) >= 1
    assert (first == ranked["value"].max()).all()


def test_regions_and_the_country_have_values_but_no_place(league):
    for area in (LONDON, ENGLAND):
        found = row(league, "attainment_8", END["2019"], area)
        assert pd.notna(found["value"])
        assert pd.isna(found["rank"])
        assert not found["top_tenth"]


def test_gaps_are_those_that_the_council_printed(gaps):
    """Printed: 13, 9 and 7 points behind other pupils nationally; the tool's whole percentages
    give 8 for the last, a rounding of the two shares."""
    found = [row(gaps, "ks2_rwm_disadvantaged", END[y])["national_gap"] for y in ("2017", "2018")]
    assert found == [13, 9]
    assert row(gaps, "ks2_rwm_disadvantaged", END["2019"])["national_gap"] == pytest.approx(
        7, abs=1
    )


def test_gaps_are_of_the_values_beside_them(gaps):
    one = row(gaps, "ks2_rwm_disadvantaged", END["2019"])
    assert (one["value"], one["other_value"], one["national_other_value"]) == (64, 77, 72)
    assert (one["gap"], one["national_gap"]) == (13, 8)
    england = row(gaps, "ks2_rwm_disadvantaged", END["2019"], ENGLAND)
    assert england["gap"] == england["national_gap"] == 72 - england["value"]


# ---- small tables, worked out by hand


def small(values: dict[str, float], polarity: str = "high_is_good", **columns) -> derived.Inputs:
    """One indicator with a value for each area, of one year, and its comparison with England."""
    known = catalogue.load()
    template = known.indicators["attainment_8"]
    indicator = replace(template, id="made_up", polarity=polarity)
    some = replace(known, indicators={"made_up": indicator})
    rows = pd.DataFrame(
        {
            "indicator_id": "made_up",
            "area_code": list(values),
            "period_start": pd.Timestamp("2023-09-01"),
            "period_end": pd.Timestamp("2024-08-31"),
            "period_label": "2023/24 school year",
            "sex": "persons",
            "age": "",
            "category_type": "",
            "category": "",
            "count": np.nan,
            "denominator": np.nan,
            "value": list(values.values()),
            "lower_ci_95": np.nan,
            "upper_ci_95": np.nan,
            "method": "none",
            "value_note": "",
        }
        | columns
    )
    return derived.Inputs(rows, comparison.compare_with_benchmarks(rows, some), {}, some)


def every_authority() -> list[str]:
    areas = geography.members(ENGLAND, pd.Timestamp("2024-08-31").date())
    return [area.code for area in areas] if hasattr(areas[0], "code") else list(areas)


@pytest.mark.parametrize(
    ("polarity", "places"),
    [
        ("high_is_good", {0: 1, 1: 2, 2: 2, 3: 4}),
        ("no_judgement", {0: 1, 1: 2, 2: 2, 3: 4}),
        ("low_is_good", {0: 153, 1: 151, 2: 151, 3: 150}),
    ],
)
def test_equal_values_share_the_better_place_from_either_end(polarity, places):
    codes = every_authority()
    assert len(codes) == 153
    values = {code: 1000.0 - number for number, code in enumerate(codes)}
    values[codes[2]] = values[codes[1]]
    found = learning.build_league(small(values | {ENGLAND: 900.0}, polarity))
    ranks = found.set_index("area_code")["rank"]
    assert {n: ranks[codes[n]] for n in places} == places
    tied = found.set_index("area_code")["rank_tied"]
    assert [tied[codes[n]] for n in range(4)] == [False, True, True, False]


def test_top_tenth_is_a_place_of_at_most_a_tenth():
    values = {code: 1000.0 - n for n, code in enumerate(every_authority())}
    found = learning.build_league(small(values | {ENGLAND: 900.0}))
    assert found["top_tenth"].sum() == 15  # 153 authorities: 15.3
    assert found.loc[found["top_tenth"], "rank"].max() == 15


def test_no_place_where_many_authorities_have_no_value():
    values = {code: 1.0 for code in every_authority()[:100]}
    found = learning.build_league(small(values | {ENGLAND: 1.0}))
    assert found["rank"].isna().all()
    assert not found["top_tenth"].any()


def two_years(**columns) -> pd.DataFrame:
    """The same indicator in two years."""
    one = small({BARNET: 50.0}).indicators.assign(statistic="proportion")
    before = one.assign(
        period_start=pd.Timestamp("2022-09-01"), period_end=pd.Timestamp("2023-08-31")
    )
    rows = pd.concat([before, one], ignore_index=True).assign(
        rank=np.nan, rank_of=np.nan, rank_tied=False
    )
    return learning.with_period_before(rows.assign(**columns)).iloc[[-1]]


@pytest.mark.parametrize(
    ("counts", "bases", "method", "side"),
    [
        # 56% against 50% of 1,000: z = 2.69, p = 0.007
        ([500, 560], [1000, 1000], "wilson", "higher"),
        ([560, 500], [1000, 1000], "wilson", "lower"),
        # 51% against 50% of 1,000: p = 0.65
        ([500, 510], [1000, 1000], "wilson", "similar"),
        ([20, 60], [1000, 1000], "byars", "higher"),
        ([20, 22], [1000, 1000], "byars", "similar"),
        ([500, np.nan], [1000, 1000], "wilson", "not_tested"),
        ([500, 560], [1000, 1000], "published", "not_tested"),
    ],
)
def test_change_is_tested_only_from_counts(counts, bases, method, side):
    pair = two_years(
        count=counts,
        denominator=bases,
        method=method,
        value=[100 * c / b for c, b in zip(counts, bases, strict=True)],
    )
    assert learning.change_sides(pair).tolist() == [side]


def test_rounded_counts_are_not_tested():
    note = "count rounded to 5 by publisher"
    pair = two_years(count=[500, 560], denominator=1000, method="wilson", value_note=note)
    assert learning.change_sides(pair).tolist() == ["not_tested"]


def test_first_period_has_none_before():
    found = learning.build_league(small({BARNET: 1.0, LEEDS: 2.0}))
    assert found["previous_value"].isna().all()
    assert found["change"].isna().all()
    assert set(found["change_side"]) == {"not_tested"}


def test_sexes_and_categories_have_no_row():
    inputs = small({BARNET: 1.0, LEEDS: 2.0}, sex=["persons", "female"])
    assert learning.build_league(inputs)["area_code"].tolist() == [BARNET]
    inputs = small({BARNET: 1.0, LEEDS: 2.0}, category_type=["", "age group"])
    assert learning.build_league(inputs)["area_code"].tolist() == [BARNET]


def test_nothing_in_gives_nothing_out():
    empty = small({BARNET: 1.0})
    none = replace(
        empty, indicators=empty.indicators.head(0), comparisons=empty.comparisons.head(0)
    )
    assert learning.build_league(none).empty
    assert learning_gaps.build_gaps(none).empty


def test_low_is_good_gap_is_behind_where_it_is_higher():
    known = catalogue.load()
    group = replace(
        known.indicators["neet_16_17"], id="group", tags={"theme": "send", "gap_with": "others"}
    )
    others = replace(known.indicators["neet_16_17"], id="others")
    some = replace(known, indicators={"group": group, "others": others})
    base = small({BARNET: 9.0, ENGLAND: 12.0}).indicators
    rows = pd.concat(
        [
            base.assign(indicator_id="group"),
            base.assign(indicator_id="others", value=[5.0, 4.0]),
        ],
        ignore_index=True,
    )
    found = learning_gaps.build_gaps(derived.Inputs(rows, pd.DataFrame(), {}, some))
    mine = found.query("area_code == @BARNET").iloc[0]
    assert (mine["gap"], mine["national_gap"]) == (4.0, 5.0)
    assert mine["other_id"] == "others"


def test_every_indicator_named_as_the_others_exists_and_is_alike():
    known = catalogue.load().indicators
    named = [i for i in known.values() if learning_gaps.GAP_WITH in i.tags]
    assert len(named) >= 15
    for indicator in named:
        others: Indicator = known[str(indicator.tags[learning_gaps.GAP_WITH])]
        same = (others.unit, others.polarity, others.period_type)
        assert same == (indicator.unit, indicator.polarity, indicator.period_type), indicator.id
        assert learning_gaps.GAP_WITH not in others.tags
