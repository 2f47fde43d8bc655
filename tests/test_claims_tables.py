"""Whole sentences of each kind of table: each is held as it stands, and reported when altered."""

import pandas as pd
import pytest

from tests.claims_sample import AREA, BRENT, CAMDEN, ENGLAND, LONDON, SHARE, Sample, plain, table

LEVEL = "good_level_of_development"  # in per cent, one decimal for the interval too


def test_a_survey_result_with_its_interval_base_and_tests():
    sample = Sample(
        surveys=plain(
            {
                "survey": "Young people's survey", "question": "I feel safe", "response": "agree",
                "group_type": "sex", "group": "female", "percent": 66.7, "lower": 61.6,
                "upper": 71.5, "n": 353.0, "rest_percent": 74.4, "rest_side": "lower",
                "earlier_label": "2014", "earlier_percent": 75.2, "wave_side": "lower",
            },
            {
                "survey": "Young people's survey", "question": "I feel safe", "response": "agree",
                "group_type": "sex", "group": "male", "percent": 74.4, "lower": 69.0,
                "upper": 79.1, "n": 287.0, "rest_percent": 66.7, "rest_side": "higher",
                "earlier_label": "2014", "earlier_percent": 73.6, "wave_side": "similar",
            },
        )
    )  # fmt: skip
    text = (
        "66.7% in the group “female” answered “agree” to “I feel safe” in the Young people's survey"
        " in 2016 (95% CI 61.6 to 71.5, n = 353). That is significantly lower than among everyone"
        " else (74.4%). That is significantly lower than in 2014 (75.2%)."
    )
    assert sample.loose(text, "voice") == []
    assert sample.held(text, "voice") == {
        "66.7%": "surveys.percent",
        "61.6": "surveys.lower",
        "71.5": "surveys.upper",
        "353": "surveys.n",
        "74.4%": "surveys.rest_percent",
        "75.2%": "surveys.earlier_percent",
    }
    assert "61.7" in sample.loose(text.replace("61.6", "61.7"), "voice")
    assert "354" in sample.loose(text.replace("353", "354"), "voice")
    higher = text.replace("significantly lower than among", "significantly higher than among")
    assert sample.loose(higher, "voice") == ["significantly higher"]


def test_what_a_document_says_of_a_survey_is_no_test():
    sample = Sample(
        surveys=plain(
            {"question": "Image", "response": "fair", "group": "all", "percent": 68.0,
             "rest_side": "not_compared", "wave_side": "not_compared"}
        )
    )  # fmt: skip
    said = "The document says that this is higher than in 2014, without a figure."
    assert sample.words(said, "voice") == {"higher": "as the document says"}
    assert sample.loose("That is significantly higher than in 2014.", "voice") == [
        "significantly higher"
    ]


FLOWS = {
    "flow_title": "Since 1 April", "stage_name": "Contacts that led to a referral",
    "count": 1914.0, "of_count": 8144.0, "share": 23.502, "lower_ci_95": 22.593,
    "upper_ci_95": 24.435, "is_part": True,
}  # fmt: skip


def test_a_flow_says_part_whole_share_and_limits():
    sample = Sample(flows=plain(FLOWS, FLOWS | {"stage_name": "Other stage", "count": 1002.0}))
    text = "Contacts that led to a referral: 1,914 of 8,144 (23.5%, 95% CI 22.6% to 24.4%)."
    assert sample.loose(text, "flow", around="2016") == []
    assert sample.held(text, "flow", around="2016") == {
        "1,914": "flows.count",
        "8,144": "flows.of_count",
        "23.5%": "flows.share",
        "22.6%": "flows.lower_ci_95",
        "24.4%": "flows.upper_ci_95",
    }
    # Another stage's number under this stage's name.
    assert sample.loose(text.replace("1,914", "1,002"), "flow", around="2016") == ["1,002"]
    swapped = text.replace("22.6% to 24.4%", "24.4% to 22.6%")
    assert sample.loose(swapped, "flow", around="2016") == ["24.4%", "22.6%"]


SERVICE = {
    "service_id": "front_door", "name": "Contacts received", "indicator_id": "", "kind": "month",
    "period_label": "September 2016", "period_start": pd.Timestamp("2016-09-01"),
    "period_end": pd.Timestamp("2016-09-30"), "count": 1201.0, "count_change_month": -5.0,
    "percent_change_month": -0.4146,
}  # fmt: skip


def test_a_monthly_figure_with_its_change():
    sample = Sample(service_figures=table(SERVICE, SERVICE | {"name": "Other", "count": 77.0}))
    text = "Contacts received: 1,201 in September 2016, 5 fewer than in August 2016 (−0.4%)."
    assert sample.loose(text, "service") == []
    assert sample.held(text, "service") == {
        "1,201": "service_figures.count",
        "5": "service_figures.count_change_month",
        "−0.4%": "service_figures.percent_change_month",
    }
    assert "more" in sample.loose(text.replace("5 fewer", "5 more"), "service")
    assert "+0.4%" in sample.loose(text.replace("−0.4%", "+0.4%"), "service")
    assert "6" in sample.loose(text.replace("5 fewer", "6 fewer"), "service")
    assert sample.loose(text.replace("1,201", "77"), "service") == ["77"]


def test_lines_of_years_name_month_and_financial_year():
    days = pd.to_datetime(["2016-07-31", "2017-03-31", "2017-04-30", "2017-09-30"])
    rows = [
        SERVICE | {"period_end": day, "period_label": f"{day:%B %Y}", "count": count}
        for day, count in zip(days, (61.0, 59.0, 56.0, 66.0), strict=True)
    ]
    sample = Sample(service_figures=table(*rows))
    text = (
        "2 lines, one for each year: 2016/17 from 61 in Jul to 59 in Mar; 2017/18 from 56 in Apr to"
        " 66 in Sep."
    )
    more = {"kind": "alt", "around": "Contacts received, by month"}
    assert sample.loose(text, "service", **more) == []
    assert sample.held(text, "service", **more)["2"] == "listed here"
    assert sample.loose(text.replace("2 lines", "3 lines"), "service", **more) == ["3"]
    assert sample.loose(text.replace("61 in Jul", "62 in Jul"), "service", **more) == ["62"]
    assert sample.loose(text.replace("61 in Jul", "61 in Aug"), "service", **more) == ["61"]


def _history(**row: object) -> dict:
    base = {
        "first_label": "2006", "last_label": "2016", "first_value": 24.9, "last_value": 14.0,
        "first_count": 15985.0, "last_count": 10000.0, "change": -10.9, "periods": 11,
    }  # fmt: skip
    return base | row


def test_a_history_says_both_ends_and_the_fall():
    sample = Sample(histories=table(_history(side="lower")))
    text = (
        "The figure for 2016 (14.0%) is significantly lower than that for 2006 (24.9%), a fall of"
        " 10.9 percentage points. The count went from 15,985 to 10,000."
    )
    more = {"ids": (SHARE,)}
    assert sample.loose(text, "history", **more) == []
    assert sample.words(text, "history", **more) == {
        "significantly lower": "test: lower",
        "fall": "sign of change",
    }
    assert "rise" in sample.loose(text.replace("a fall of", "a rise of"), "history", **more)
    assert sample.loose(text.replace("10.9", "11.0"), "history", **more)[0] == "11.0"
    assert sample.loose(text.replace("15,985", "15,986"), "history", **more) == ["15,986"]
    higher = text.replace("significantly lower", "significantly higher")
    assert sample.loose(higher, "history", **more) == ["significantly higher"]


def test_a_difference_of_percentages_is_in_points():
    sample = Sample(histories=table(_history()))
    assert sample.loose("A fall of 10.9 percentage points.", "history", ids=(SHARE,)) == []
    assert sample.loose("It is 10.9%.", "history", ids=(SHARE,)) == ["10.9%"]


def _group(group: str, value: float, **row: object) -> dict:
    return {
        "indicator_id": LEVEL, "headline_id": LEVEL, "group": group, "value": value,
        "lower": value - 2,
        "upper": value + 2, "count": 1353.0, **row,
    }  # fmt: skip


def test_groups_of_children_are_told_apart_by_name():
    sample = Sample(
        inequalities=table(
            _group("SEN support", 48.1, reference_value=58.5, gap=-10.5, gap_lower=-12.8,
                   gap_upper=-8.1, behind=-294.0, behind_lower=-346.0, behind_upper=-242.0,
                   side="lower", direction="more"),
            _group("EHC plan", 51.2, side="similar"),
        )
    )  # fmt: skip
    text = (
        "In Barnet in 2016, the figure is 48.1% (95% CI 46.1 to 50.1) for the group “SEN support”,"
        " significantly lower than for all other groups together (58.5%), a difference of 10.5"
        " percentage points (95% CI 8.1 to 12.8). The count for the group (1,353) would be about"
        " 294 (242 to 346) higher."
    )
    more = {"ids": (LEVEL,)}
    assert sample.loose(text, "inequality", **more) == []
    assert sample.held(text, "inequality", **more)["58.5%"] == "inequalities.reference_value"
    assert sample.loose(text.replace("48.1%", "51.2%"), "inequality", **more)[0] == "51.2%"
    assert "8.2" in sample.loose(text.replace("8.1 to 12.8", "8.2 to 12.8"), "inequality", **more)
    assert "295" in sample.loose(text.replace("294", "295"), "inequality", **more)


def test_no_group_differs_only_where_tests_say_so():
    similar = Sample(inequalities=table(_group("a", 71.0, side="similar")))
    none = Sample(inequalities=table(_group("a", 71.0)))
    text = "The figure runs from 71.0% to 71.0%; no group differs significantly."
    assert similar.words(text, "inequality", ids=(LEVEL,))["differs significantly"]
    assert not none.words(text, "inequality", ids=(LEVEL,))["differs significantly"]


def _places() -> pd.DataFrame:
    rows = [("Abbey", 9.0, "lower"), ("Mill", 20.0, "similar"), ("Vale", 30.3, "higher")]
    return table(
        *(
            {"place_name": name, "place_kind": "ward", "value": value, "side": side,
             "authority_value": 21.9, "rank_of": 3, "rank": None}
            for name, value, side in rows
        )
    )  # fmt: skip


PLACES = (
    "In 2016, children ranged from 9.0% (Abbey) to 30.3% (Vale) among the 3 wards of Barnet; the"
    " figure for Barnet is 21.9%. Compared with the figure for Barnet, 1 ward was significantly"
    " higher, 1 significantly lower and 1 statistically similar."
)


def test_places_are_named_and_counted():
    sample = Sample(places=_places(), comparisons=table({"side": "similar", "rank": None}))
    assert sample.loose(PLACES, "map", ids=(SHARE,)) == []


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("9.0% (Abbey)", "9.0% (Vale)", "9.0%"),
        ("30.3% (Vale)", "30.4% (Vale)", "30.4%"),
        ("the 3 wards", "the 4 wards", "4"),
        ("1 ward was", "2 wards were", "2"),
        ("is 21.9%", "is 21.8%", "21.8%"),
    ],
)
def test_a_map_that_says_another_thing_is_reported(old, new, named):
    sample = Sample(places=_places(), comparisons=table({"side": "similar", "rank": None}))
    assert named in sample.loose(PLACES.replace(old, new), "map", ids=(SHARE,))


def test_the_least_and_the_greatest_of_a_map():
    sample = Sample(places=_places())
    more = {"ids": (SHARE,), "around": "2016", "kind": "alt"}
    right = "Map of 3 wards in four shades. Highest Vale 30.3%; lowest Abbey 9.0%; Barnet 21.9%."
    assert sample.loose(right, "map", **more) == []
    ends = "Highest Vale 30.3%; lowest Abbey 9.0%"
    turned = right.replace(ends, "highest Abbey 9.0%; lowest Vale 30.3%")
    assert set(sample.loose(turned, "map", **more)) == {"highest", "lowest"}


def _comparators() -> pd.DataFrame:
    rows = [
        ("the mean of its statistical neighbours", 22.4, "lower"),
        ("London", 18.4, "higher"),
    ]
    return table(
        *(
            {"comparator_id": name, "comparator_name": name, "value": value, "side": side}
            for name, value, side in rows
        )
    )


def test_a_verdict_that_depends_on_the_comparator():
    outliers = table({"value": 21.9, "excess": 1143.0, "benchmark_area_code": ENGLAND})
    sample = Sample(comparators=_comparators(), outliers=outliers)
    text = (
        "The figure is significantly lower than the mean of its statistical neighbours (22.4%);"
        " significantly higher than London (18.4%). That is about 1,140 more children in low-income"
        " families than at England's rate."
    )
    more = {"ids": (SHARE,), "around": "2016"}
    assert sample.loose(text, "comparators", **more) == []
    turned = text.replace("significantly higher than London", "significantly lower than London")
    assert sample.loose(turned, "comparators", **more) == ["significantly lower"]
    assert "fewer" in sample.loose(text.replace("1,140 more", "1,140 fewer"), "comparators", **more)
    assert "1,150" in sample.loose(text.replace("1,140", "1,150"), "comparators", **more)


def _gaps() -> pd.DataFrame:
    days = {"2015": "2015-12-31", "2016": "2016-12-31"}
    values = {"2015": 27.0, "2016": 28.0}
    return table(
        *(
            {"period_label": label, "period_end": pd.Timestamp(day), "gap": values[label],
             "value": 43.0, "other_value": 73.0, "national_other_value": 72.0}
            for label, day in days.items()
        )
    )  # fmt: skip


@pytest.mark.parametrize(("word", "loose"), [("wider", []), ("narrower", ["narrower"])])
def test_a_gap_is_wider_only_if_the_newest_is(word, loose):
    sample = Sample(attainment_gaps=_gaps())
    text = (
        "In 2016 that is 28.0 percentage points behind. In 2015 the group was 27.0 percentage"
        f" points behind them: the gap is {word} now."
    )
    assert sample.loose(text, "gap", ids=(SHARE,)) == loose


def test_a_change_of_a_gap_is_the_difference_of_its_ends():
    sample = Sample(indicators=_gaps().assign(value=[13.0, 7.0]))
    text = "The gap was 13.0 percentage points in 2015 and 7.0 in 2016: 6 points narrower."
    assert sample.loose(text, "gap_series", ids=(SHARE,)) == []
    assert sample.held(text, "gap_series", ids=(SHARE,))["6"] == "difference of two figures"


def test_ranks_of_england_and_of_the_region():
    comparisons = table(
        {"benchmark_area_code": LONDON, "benchmark_value": 18.8, "rank": 1.0, "rank_of": 33.0,
         "side": "higher", "outcome": "worse"},
        {"benchmark_area_code": ENGLAND, "benchmark_value": 17.0, "rank": 9.0, "rank_of": 151.0,
         "side": "higher", "outcome": "worse"},
    )  # fmt: skip
    sample = Sample(comparisons=comparisons)
    more = {"ids": (SHARE,), "period_end": "2016-12-31"}
    top = "In 2016, 14.0% of children, the highest of the 33 London authorities."
    assert sample.loose(top, "headline", **more) == []
    assert sample.loose(top.replace("the highest", "the lowest"), "headline", **more) == ["lowest"]
    ninth = "In 2016, 14.0% of children, the 9th highest of the 151 authorities in England."
    assert sample.loose(ninth, "headline", **more) == []
    assert sample.loose(ninth.replace("9th", "8th"), "headline", **more)[0] == "8th"
    assert sample.loose(ninth.replace("151", "152"), "headline", **more) == ["152"]


TRENDS = {
    "increasing_and_getting_worse": "The recent trend is upwards, which is getting worse.",
    "decreasing_and_getting_better": "The recent trend is downwards, which is getting better.",
    "no_significant_change": "There is no significant recent trend.",
}


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("said", TRENDS)
def test_a_recent_trend_is_the_one_of_the_table(trend, said):
    sample = Sample(indicators=table({"value": 14.0, "recent_trend": trend}))
    more = {"ids": (SHARE,), "period_end": "2016-12-31"}
    assert (sample.loose(TRENDS[said], "headline", **more) == []) is (trend == said)


def test_another_areas_figure_needs_its_name():
    rows = [(AREA, 14.0), (CAMDEN, 20.1), (BRENT, 8.5)]
    sample = Sample(indicators=table(*({"area_code": a, "value": v} for a, v in rows)))
    more = {"ids": (SHARE,), "kind": "alt", "around": "2016"}
    text = "Barnet 14.0%, highest Camden 20.1%; lowest Brent 8.5%."
    assert sample.loose(text, "compare", **more) == []
    assert sample.loose(text.replace("Brent", "Camden"), "compare", **more)[0] == "8.5%"
    assert sample.loose("There are 20.1% of children.", "compare", **more) == ["20.1%"]


def test_a_target_is_said_as_a_target():
    tiles = table({"value": 70.0, "target_value": 80.0, "target_met": "not_met"})
    sample = Sample(target_tiles=tiles)
    more = {"ids": (SHARE,)}
    text = "Children in low-income families: 70.0% against a target of 80.0% (2016)."
    assert sample.loose(text, "target_summary", **more) == []
    assert sample.loose(text.replace("70.0%", "80.0%"), "target_summary", **more) == ["80.0%"]


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("About 12,400 (95% interval 11,700 to 13,200) children would be expected.", []),
        ("About 12,500 (95% interval 11,700 to 13,200) children would be expected.", ["12,500"]),
        ("About 12,400 (95% interval 11,710 to 13,200) children would be expected.", ["11,710"]),
        ("About 12,430 children would be expected.", ["12,430"]),
    ],
)
def test_expected_numbers_are_rounded_to_hundreds(text, loose):
    need = plain({"expected": 12443.2, "expected_lower": 11681.0, "expected_upper": 13239.0})
    sample = Sample(need=need.drop(columns="period_label"))
    # 12,443 is 12,440 to the nearest ten, never 12,430.
    assert sample.loose(text, "unmet_need") == loose


def test_totals_of_spending_need_no_item():
    rows = [("Provider", False, 5.0), ("All", True, 12.0)]
    provision = plain(*({"item": i, "is_total": t, "amount": a} for i, t, a in rows))
    sample = Sample(provision=provision)
    assert sample.loose("The items add up to £12.", "capacity", around="2016") == []
    assert sample.loose("The items add up to £5.", "capacity", around="2016") == ["£5"]
    assert sample.loose("Provider takes £5.", "capacity", around="2016") == []


def test_a_group_whose_name_is_a_number_is_a_name():
    rows = [("18", 38.0), ("20", 24.9), ("22+", 9.4)]
    sample = Sample(indicators=table(*({"category": c, "value": v} for c, v in rows)))
    text = "Care leavers by age: 18 38.0%; 20 24.9%; 22+ 9.4%."
    more = {"ids": (SHARE,), "around": "2016", "kind": "alt"}
    assert sample.loose(text, "breakdown", **more) == []
    assert sample.loose(text.replace("38.0%", "38.1%"), "breakdown", **more) == ["38.1%"]


def test_only_tables_of_the_call_are_looked_at():
    sample = Sample(panels=plain({"group": "", "count": 77.0}), indicators=table({"value": 14.0}))
    assert sample.loose("There were 77 of them.", "headline", ids=(SHARE,)) == ["77"]
    assert sample.loose("There were 77 of them.", "placements", around="2016") == []


@pytest.mark.parametrize(
    ("text", "word", "kept"),
    [
        (
            "▲ significantly higher, ● similar.",
            "significantly higher",
            "legend",
        ),
        ("Counted from the highest.", "highest", "method"),
    ],
)
def test_words_of_method_are_no_verdicts(text, word, kept):
    assert Sample().words(text, "compare", ids=(SHARE,))[word] == kept
