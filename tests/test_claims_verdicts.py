"""Verdicts and tallies of publishers' files: true ones are held, each planted false one refused."""

import pandas as pd
import pytest

from cyp_analysis.present.claims.ledger import ledger_of
from cyp_analysis.present.claims.passages import Passage
from tests.claims_sample import AREA, BRENT, CAMDEN, ENGLAND, SHARE, Sample, plain, table

INJURIES = "hospital_admissions_injuries_0_14"  # a rate, one decimal
BY_SEX = (
    "In Barnet in 2016, the figure for injuries is 66.8 (95% CI 59.5 to 75.9) for males,"
    " significantly higher than for females (52.6)."
)


def _sexes(side: str = "higher") -> pd.DataFrame:
    usual = {"indicator_id": INJURIES, "headline_id": INJURIES, "reference": "other"}
    male = {"group": "male", "value": 66.84, "lower": 59.52, "upper": 75.94, "side": side,
            "reference_value": 52.63, "sex": "male"}  # fmt: skip
    female = {"group": "female", "value": 52.63, "reference_value": 66.85, "sex": "female",
              "side": {"higher": "lower", "similar": "similar"}.get(side, "")}  # fmt: skip
    return table(male, female, **usual)


def _stops(sample: Sample, text: str, call: str, **more: object) -> list[str]:
    """What of a sentence stops a build."""
    passage = Passage(text, **({"kind": "p", "call": call, "ids": None} | more))
    made = ledger_of("a.html", [passage], sample.binder)
    return [fault.text for fault in made.faults if fault.stops]


def test_a_test_between_the_sexes_is_held_by_the_row_of_the_group():
    sample = Sample(inequalities=_sexes())
    held = sample.words(BY_SEX, "inequality", ids=(INJURIES,))
    assert held == {"significantly higher": "test: higher, male"}


@pytest.mark.parametrize(
    ("side", "old", "new"),
    [
        ("higher", "significantly higher", "significantly lower"),  # the wrong direction
        ("higher", "for males, ", "for females, "),  # the wrong group
        ("higher", "for females (", "for males ("),  # set against itself
        ("higher", "for females (", "for all children in Barnet ("),
        ("higher", "(52.6)", "(52.7)"),
        ("higher", "66.8", "66.9"),
        ("higher", "in 2016", "in 2015"),  # another period
        ("higher", "In Barnet", "In England"),  # another area
        ("similar", "", ""),  # tested, and no difference found
        ("not_compared", "", ""),  # never tested
    ],
)
def test_a_false_test_between_groups_stops_the_build(side, old, new):
    sample = Sample(inequalities=_sexes(side))
    said = BY_SEX.replace(old, new) if old else BY_SEX
    word = "significantly lower" if "lower than" in said else "significantly higher"
    assert word in _stops(sample, said, "inequality", ids=(INJURIES,))


def test_a_deprivation_tenth_is_held_against_everyone():
    row = {
        "indicator_id": f"{INJURIES}_by_deprivation", "headline_id": INJURIES,
        "area_code": ENGLAND, "group": "Most deprived decile (IMD2019)", "value": 83.46,
        "reference": "everyone", "reference_value": 72.71, "side": "higher",
    }  # fmt: skip
    other = row | {"group": "Least deprived decile (IMD2019)", "value": 60.23, "side": "lower"}
    sample = Sample(inequalities=table(row, other))
    said = (
        "In England in 2016, the figure for injuries is 83.5 for the most deprived tenth,"
        " significantly higher than for all children in England (72.7)."
    )
    more = {"ids": (INJURIES,)}
    assert _stops(sample, said, "inequality", **more) == []
    least = said.replace("the most deprived", "the least deprived")
    assert _stops(sample, least, "inequality", **more) == ["significantly higher"]


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("Between 2015 and 2016, the figure rose in 2 and fell in 1 of the 4 wards of Barnet, and"
         " stayed level in 1.", []),
        ("Between 2015 and 2016, the figure rose in 1 and fell in 1 of the 4 wards of Barnet.",
         ["1"]),
        ("Between 2015 and 2016, the figure rose in 2 and fell in 2 of the 4 wards of Barnet.",
         ["2"]),
        ("Between 2015 and 2016, the figure rose in 2 and fell in 1 of the 5 wards of Barnet.",
         ["5"]),
    ],
)  # fmt: skip
def test_places_that_rose_and_fell_are_counted_as_they_are_shown(text, loose):
    ends = {"a": (1.0, 2.0), "b": (1.0, 3.0), "c": (2.0, 1.0), "d": (5.01, 5.04)}
    days = ("2015", "2016")
    rows = [
        {"place_code": code, "place_name": code, "place_kind": "ward", "period_label": year,
         "period_end": pd.Timestamp(f"{year}-12-31"), "value": values[days.index(year)]}
        for code, values in ends.items() for year in days
    ]  # fmt: skip
    sample = Sample(places=table(*rows))
    assert sample.loose(text, "place_trends", ids=(SHARE,)) == loose


def test_outer_fifths_are_counted_by_the_national_tenth():
    rows = [{"place_name": str(n), "place_kind": "area", "value": v}
            for n, v in enumerate([1.0, 2.0, 2.0, 5.0, 9.0])]  # fmt: skip
    sample = Sample(places=table(*rows, indicator_id="child_income_deprivation_decile"))
    said = (
        "In 2016, 3 of the 5 neighbourhoods of Barnet were among the most deprived fifth in England"
        " and 1 among the least deprived fifth."
    )
    assert sample.loose(said, "map", ids=(SHARE,)) == []
    assert sample.loose(said.replace("3 of", "2 of"), "map", ids=(SHARE,)) == ["2"]
    assert sample.loose(said.replace("1 among", "2 among"), "map", ids=(SHARE,)) == ["2"]
    assert sample.loose(said.replace("the 5", "the 6"), "map", ids=(SHARE,)) == ["6"]


def _trends() -> Sample:
    trends = {
        "children_in_low_income_families": "increasing_and_getting_worse",
        "children_in_relative_low_income": "increasing_and_getting_worse",
        "infant_mortality_rate": "decreasing_and_getting_better",
        "attainment_8": "no_significant_change",
        "smoking_at_delivery": "cannot_be_calculated",
    }
    rows = ({"indicator_id": i, "recent_trend": t, "value": 1.0} for i, t in trends.items())
    return Sample(indicators=table(*rows))


TALLY = (
    "Of the 4 latest figures of Barnet whose recent trend can be judged, 2 are getting worse, 1 is"
    " getting better and 1 is showing no trend."
)


def test_a_tally_of_trends_is_counted_again():
    sample = _trends()
    assert sample.loose(TALLY, "standing_out") == []
    held = sample.held(TALLY, "standing_out")
    assert all(rule.startswith("count of indicators") for rule in held.values())
    assert sample.loose(TALLY.replace("the 4", "the 5"), "standing_out") == ["5"]
    assert sample.loose(TALLY.replace("2 are", "3 are"), "standing_out") == ["3"]
    caption = "Figures of Barnet that are getting worse"
    assert sample.loose(caption, "outliers") == []


def test_a_trend_that_no_figure_has_stops_the_build():
    rows = {"indicator_id": "attainment_8", "recent_trend": "no_significant_change", "value": 1.0}
    sample = Sample(indicators=table(rows))
    assert _stops(sample, "Figures of Barnet that are getting worse", "outliers") == [
        "getting worse"
    ]


def test_an_unknown_wording_is_listed_and_stops_nothing():
    sample = Sample()
    said = "There are 9 more than that, the highest of all."
    assert sample.loose(said, "headline", ids=(SHARE,)) != []
    assert _stops(sample, said, "headline", ids=(SHARE,)) == []


def test_funnels_say_how_many_lie_outside():
    rows = [(AREA, "inside"), (CAMDEN, "above_998"), (BRENT, "below_998")]
    sample = Sample(
        funnels=table(*({"area_code": a, "category": c, "part": "area", "value": 5.0, "areas": 3.0}
                        for a, c in rows))
    )  # fmt: skip
    said = "Of the 3 authorities, 2 lie outside the 99.8% limits, as about one in 500 would."
    assert sample.loose(said, "funnel", ids=(SHARE,)) == []
    assert sample.loose(said.replace("2 lie", "1 lie"), "funnel", ids=(SHARE,)) == ["1"]
    assert sample.loose(said.replace("the 3", "the 4"), "funnel", ids=(SHARE,)) == ["4"]


def test_documents_differences_are_counted_as_shown():
    rows = plain({"source_id": "x"}, {"source_id": "y", "area_code": CAMDEN})
    sample = Sample(indicators=table({"source_id": "z"}), differences=rows)
    said = "Shown: 1 of 2. The others are in the edition's file."
    assert sample.loose(said, "differences") == []
    assert sample.loose(said.replace("1 of", "2 of"), "differences") == ["2"]
    assert sample.loose(said.replace("of 2", "of 3"), "differences") == ["3"]


def test_a_comparison_is_of_the_period_that_its_figure_has():
    years = {"2015": 19.9, "2016": 18.8}
    rows = [{"period_label": y, "period_start": pd.Timestamp(f"{y}-01-01"), "value": 14.0,
             "period_end": pd.Timestamp(f"{y}-12-31")} for y in years]  # fmt: skip
    means = [{"benchmark_area_code": ENGLAND, "benchmark_value": mean} for mean in years.values()]
    compared = [row | mean for row, mean in zip(rows, means, strict=True)]
    unlabelled = table(*compared).drop(columns=["period_label", "value"])
    sample = Sample(indicators=table(*rows), comparisons=unlabelled)
    more = {"ids": (SHARE,), "period_end": "2016-12-31"}
    assert sample.loose("In 2016, England had 18.8%.", "headline", **more) == []
    assert sample.loose("In 2016, England had 19.9%.", "headline", **more) == ["19.9%"]


def _history(side: str) -> Sample:
    against = {"benchmark_area_code": ENGLAND, "side": "lower", "run": 1}
    since = {"benchmark_area_code": AREA, "side": side, "run": 0, "first_value": 10.1,
             "last_value": 11.2, "change": 1.1}  # fmt: skip
    return Sample(histories=table(against, since, first_label="2006", last_label="2016"))


@pytest.mark.parametrize(
    ("side", "word", "stops"),
    [
        ("higher", "higher", []),
        # Lower than the benchmark is not lower than at the beginning.
        ("higher", "lower", ["significantly lower"]),
        ("similar", "higher", ["significantly higher"]),
        ("not_compared", "higher", ["significantly higher"]),
    ],
)
def test_a_change_is_held_by_the_test_of_the_two_years(side, word, stops):
    said = f"The figure for 2016 (11.2%) is significantly {word} than that for 2006 (10.1%)."
    assert _stops(_history(side), said, "history", ids=(SHARE,)) == stops


def test_a_change_between_years_that_were_not_tested_is_refused():
    said = "The figure for 2016 (11.2%) is significantly higher than that for 2007."
    assert _stops(_history("higher"), said, "history", ids=(SHARE,)) == ["significantly higher"]
