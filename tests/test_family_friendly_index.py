"""The index of aspirations: its file, the rule of its ratings, and the blocks that show it."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from cyp_analysis import catalogue, index_model
from cyp_analysis.build import ratings
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import CatalogueError, ChapterError
from cyp_analysis.present.plans import index, index_history, index_trends
from tests.plans_samples import (
    AREA,
    OTHER,
    bundled,
    bundled_selection,
    compared,
    figures,
    inputs,
    register,
    selection,
)

KNOWN = catalogue.load()
FFI = index_model.load_indexes(KNOWN)["family_friendly_index"]
PATH = Path(__file__).parents[1] / "data" / "catalogue" / "indexes" / "family_friendly_index.yml"
INJURIES, MMR = "hospital_admissions_injuries_0_14", "mmr_one_dose_2_years"
ENTRANTS, PLANS = "first_time_entrants_rate", "child_protection_plans_rate"
SHARE = "re_referrals_share"


# --- the file ------------------------------------------------------------------------------------


def test_the_index_has_the_nine_aspirations_of_the_plan_in_order():
    assert [a.number for a in FFI.aspirations] == list(range(1, 10))
    printed = bundled().registers["index"]
    names = printed[printed["value_from"] == "aspiration only"]["aspiration"].to_list()
    assert len(names) == 9
    starts = ["Strong social care", "Children feel", "Children take part", "Good outcomes"]
    starts += ["Good schools", "Low crime", "Good health", "Few children", "Families get"]
    for aspiration, start in zip(FFI.aspirations, starts, strict=True):
        assert aspiration.name.startswith(start)


def test_every_aspiration_has_a_measure_or_says_why_not():
    for aspiration in FFI.aspirations:
        assert bool(aspiration.measures) != bool(aspiration.not_rated), aspiration.name


def test_measures_name_indicators_and_what_a_council_prints():
    printed = set(bundled().registers["index"]["measure"])
    for _, measure in FFI.measures:
        assert set(measure.indicators) <= set(KNOWN.indicators), measure.id
        assert measure.published in printed | {""}, measure.id


def test_the_indicators_of_one_measure_agree_on_which_way_is_good():
    for _, measure in FFI.measures:
        assert len({KNOWN.indicators[i].polarity for i in measure.indicators}) == 1, measure.id


def test_every_measure_has_a_public_indicator_or_only_a_local_one_exists():
    local_only = {
        m.id for _, m in FFI.measures if all(i.startswith("local_") for i in m.indicators)
    }
    assert local_only == {"family_friendly_view", "good_schools", "temporary_accommodation"}


def test_the_rule_is_stated_and_says_that_nothing_is_averaged():
    rule = " ".join([FFI.rule.change, FFI.rule.level, FFI.rule.measure, FFI.rule.aspiration])
    for word in ("5% level", "intervals are apart", "best quarter", "never averaged", "not rated"):
        assert word in " ".join(rule.split())


@pytest.fixture
def folder(tmp_path):
    """A folder with a copy of the index's file, to spoil."""

    def write(spoil) -> Path:
        content = yaml.safe_load(PATH.read_text(encoding="utf-8"))
        spoil(content)
        text = yaml.safe_dump(content, sort_keys=False)
        (tmp_path / PATH.name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda c: c["aspirations"][0]["measures"][0].update(indicators=["nonsense"]), "plan_rate"),
        (lambda c: c["aspirations"][1].update(number=1), "aspiration number"),
        (lambda c: c["aspirations"][1]["measures"][0].update(id="plan_rate"), "measure id"),
        (lambda c: c.update(colour="red"), "colour"),
        (lambda c: c.pop("rule"), "rule"),
        (lambda c: c.update(id="other"), "id"),
    ],
)
def test_a_wrong_index_is_refused_with_its_fault(folder, spoil, told):
    with pytest.raises(CatalogueError, match=told):
        index_model.load_indexes(KNOWN, folder(spoil))


def test_a_folder_without_indexes_has_none(tmp_path):
    assert index_model.load_indexes(KNOWN, tmp_path) == {}


# --- the rule ------------------------------------------------------------------------------------

GOOD, BAD, NEITHER = "favourable", "unfavourable", "not_rated"


@pytest.mark.parametrize(
    ("change", "level", "rating"),
    [
        ("improved", "better", GOOD),
        ("improved", "similar", GOOD),
        ("improved", "", GOOD),
        ("improved", "worse", "mixed"),
        ("no_clear_change", "better", GOOD),
        ("no_clear_change", "similar", "steady"),
        ("no_clear_change", "worse", BAD),
        ("no_clear_change", "", "steady"),
        ("worsened", "better", "mixed"),
        ("worsened", "similar", BAD),
        ("worsened", "worse", BAD),
        ("worsened", "", BAD),
        ("none", "better", GOOD),
        ("none", "similar", "steady"),
        ("none", "worse", BAD),
        ("none", "", NEITHER),
        ("rose", "", NEITHER),
        ("fell", "similar", "steady"),
        ("unchanged", "worse", BAD),
        ("higher", "lower", NEITHER),
    ],
)
def test_the_rating_of_a_measure_follows_the_stated_rule(change, level, rating):
    made = ratings.measure_rating(pd.Series([change]), pd.Series([level]))
    assert made.tolist() == [rating]


@pytest.mark.parametrize(
    ("measures", "rating"),
    [
        ({"favourable": 1}, GOOD),
        ({"favourable": 1, "steady": 4}, GOOD),
        ({"unfavourable": 2, "steady": 1, "not_rated": 3}, BAD),
        ({"favourable": 1, "unfavourable": 1}, "mixed"),
        ({"mixed": 1, "favourable": 3}, "mixed"),
        ({"mixed": 1}, "mixed"),
        ({"steady": 2, "not_rated": 1}, "steady"),
        ({"not_rated": 5}, NEITHER),
        ({}, NEITHER),
    ],
)
def test_the_rating_of_an_aspiration_never_averages(measures, rating):
    assert index_model.aspiration_rating(measures) == rating


# --- ratings from figures ------------------------------------------------------------------------


def limits(value, width):
    return {"value": value, "lower_ci_95": value - width, "upper_ci_95": value + width}


def rated(rows, **more):
    made = inputs(figures(rows), **more)
    made.tables["index_measures"] = ratings.rate_measures(made)
    return made.tables["index_measures"], ratings.rate_aspirations(made)


def test_a_measure_is_rated_each_year_against_the_first_from_the_base_year():
    rows = [
        {"indicator_id": INJURIES, "year": 2014, **limits(200, 5)},
        {"indicator_id": INJURIES, "year": 2017, **limits(100, 5)},
        {"indicator_id": INJURIES, "year": 2018, **limits(97, 5)},
        {"indicator_id": INJURIES, "year": 2019, **limits(80, 5)},
        {"indicator_id": INJURIES, "year": 2021, **limits(120, 5)},
    ]
    measures, aspirations = rated(rows)
    assert list(measures["year"]) == [2017, 2018, 2019, 2021]
    assert list(measures["verdict"]) == ["none", "no_clear_change", "improved", "worsened"]
    assert list(measures["rating"]) == [NEITHER, "steady", GOOD, BAD]
    assert list(measures["newest"]) == [False, False, False, True]
    by_year = aspirations.set_index("year")["rating"]
    assert by_year.to_dict() == {
        "2017": NEITHER, "2018": "steady", "2019": GOOD, "2021": BAD, "newest": BAD,
    }  # fmt: skip
    assert set(aspirations["aspiration"]) == {7}


def test_a_tested_verdict_against_england_gives_the_level():
    rows = figures([{"indicator_id": INJURIES, "year": y, **limits(100, 5)} for y in (2018, 2019)])
    made = inputs(rows, comparisons=compared(rows, ["worse", "better"]))
    measures = ratings.rate_measures(made)
    assert list(measures["level"]) == ["worse", "better"]
    assert list(measures["level_how"]) == ["tested", "tested"]
    assert list(measures["rating"]) == [BAD, GOOD]


def spread(indicator_id, low, high, year=2019):
    rows = figures([{"indicator_id": indicator_id, "year": year, "area_code": "E92000001"}])
    return rows.assign(lower_quarter=low, upper_quarter=high)


@pytest.mark.parametrize(
    ("indicator_id", "value", "level", "rating"),
    [
        (ENTRANTS, 50, "better", GOOD),  # low is good, and it is in the lowest quarter
        (ENTRANTS, 100, "better", GOOD),
        (ENTRANTS, 150, "similar", "steady"),
        (ENTRANTS, 200, "worse", BAD),
        (MMR, 250, "better", GOOD),  # high is good
        (MMR, 50, "worse", BAD),
        (PLANS, 250, "higher", NEITHER),  # neither way is good
        (PLANS, 50, "lower", NEITHER),
    ],
)
def test_without_an_interval_the_quarter_of_englands_authorities_gives_the_level(
    indicator_id, value, level, rating
):
    rows = figures([{"indicator_id": indicator_id, "year": 2019, "value": float(value)}])
    made = inputs(rows, spreads=spread(indicator_id, 100.0, 200.0))
    measures = ratings.rate_measures(made)
    assert measures[["level", "level_how", "rating"]].to_numpy().tolist() == [
        [level, "quarter", rating]
    ]


def test_a_number_of_children_is_not_set_beside_other_places():
    name = "unaccompanied_children"
    rows = figures([{"indicator_id": name, "year": 2019, "value": 250.0}])
    measures = ratings.rate_measures(inputs(rows, spreads=spread(name, 100.0, 200.0)))
    assert measures[["level", "level_how"]].to_numpy().tolist() == [["", ""]]
    text = index.index_measures(
        shown([{"indicator_id": name, "year": 2019, "value": 250.0}]), ID
    ).text
    assert "A number, which grows with the size of the place" in text


def test_an_area_where_all_authorities_are_alike_is_similar():
    rows = figures([{"indicator_id": ENTRANTS, "year": 2019, "value": 0.0}])
    measures = ratings.rate_measures(inputs(rows, spreads=spread(ENTRANTS, 0.0, 0.0)))
    assert measures["level"].to_list() == ["similar"]


def test_england_is_not_set_among_its_own_authorities():
    rows = figures(
        [{"indicator_id": ENTRANTS, "year": 2019, "value": 50.0, "area_code": "E92000001"}]
    )
    measures = ratings.rate_measures(inputs(rows, spreads=spread(ENTRANTS, 100.0, 200.0)))
    assert measures["level"].to_list() == [""]


def test_a_local_figure_stands_in_only_where_the_public_one_is_missing():
    local = "local_re_referrals"
    rows = [
        {"indicator_id": SHARE, "year": 2019, "value": 20.0},
        {"indicator_id": local, "year": 2019, "value": 21.0},
        {"indicator_id": local, "year": 2019, "value": 22.0, "area_code": OTHER},
    ]
    measures, _ = rated(rows)
    assert dict(zip(measures["area_code"], measures["indicator_id"], strict=True)) == {
        AREA: SHARE,
        OTHER: local,
    }


def test_of_several_figures_in_a_year_the_last_counts():
    rows = [
        {"indicator_id": INJURIES, "day": d, "value": v}
        for d, v in (("2019-03-31", 1), ("2019-09-30", 2))
    ]
    measures, _ = rated(rows)
    assert measures["value"].to_list() == [2.0]


def test_no_figure_gives_no_rating_and_the_tables_have_their_columns():
    measures, aspirations = rated([])
    assert (len(measures), list(measures)) == (0, TABLES["index_measures"])
    assert (len(aspirations), list(aspirations)) == (0, TABLES["index_aspirations"])


def test_aspirations_count_their_measures():
    rows = [
        {"indicator_id": ENTRANTS, "year": 2019, "value": 50.0},
        {"indicator_id": "children_reoffending_15_17", "year": 2019, "value": 30.0},
    ]
    _, aspirations = rated(rows, spreads=spread(ENTRANTS, 100.0, 200.0))
    newest = aspirations[aspirations["year"] == "newest"].iloc[0]
    assert newest[["aspiration", "rating", "favourable", "not_rated"]].to_list() == [6, GOOD, 1, 1]


# --- blocks --------------------------------------------------------------------------------------

SERIES = [
    {"indicator_id": INJURIES, "year": y, **limits(v, 5)}
    for y, v in ((2017, 100), (2018, 97), (2019, 80), (2022, 85))
]


def shown(rows=None, cut=None, **more):
    rows = figures(SERIES if rows is None else rows).assign(recent_trend="no_significant_change")
    made = inputs(rows, **more)
    tables = {"index_measures": ratings.rate_measures(made)}
    made.tables.update(tables)
    tables["index_aspirations"] = ratings.rate_aspirations(made)
    return selection("family_friendly_index", tables, more.get("registers"), rows, cut=cut)


ID = "family_friendly_index"


def test_the_page_says_how_many_aspirations_have_which_rating():
    block = index.index(shown(), ID)
    assert block.text.startswith("Of the 9 aspirations, 1 is favourable; 8 cannot be rated.")
    assert "7. Good health | ✓ Favourable | 1 | 2 | 2022" in block.text
    assert "3. Children take part in decisions | – Not rated | 0 | 0 | no figure" in block.text


def test_under_a_cut_only_figures_until_then_count():
    block = index.index(shown(cut="2018-12-31"), ID)
    assert block.text.startswith("Of the 9 aspirations, 1 is steady; 8 cannot be rated.")
    assert "2022" not in block.text


def test_an_index_that_cannot_be_rated_says_so_and_where_to_look():
    block = index.index(shown([SERIES[0]]), ID)
    assert block.text.startswith("Not one of the 9 aspirations can be rated: ")
    assert "Gaps, below" in block.text


def test_an_area_without_any_figure_gets_a_panel():
    block = index.index(shown([]), ID)
    assert "no figure of its measures for Barnet" in block.text
    assert "no-data" in block.html


def test_each_measure_is_shown_with_first_and_newest_figure_change_and_level():
    text = index.index_measures(shown(), ID).text
    line = next(line for line in text.splitlines() if line.startswith("Hospital admissions"))
    cells = line.split(" | ")
    assert cells[2].startswith("100.0 per 10,000") and cells[2].endswith("(2017)")
    assert cells[3].endswith("(2022)")
    assert cells[4:] == ["▼ Improved", "Cannot be compared", "✓ Favourable"]


def test_a_measure_without_a_good_side_is_not_rated_and_says_why():
    rows = [{"indicator_id": PLANS, "year": y, "count": c, "denominator": 80_000, "value": c / 8}
            for y, c in ((2018, 200), (2019, 300))]  # fmt: skip
    text = index.index_measures(shown(rows), ID).text
    assert "▲ Higher | Cannot be compared | – Not rated neither way is good" in text


def test_a_stand_in_goes_by_its_own_name():
    rows = [
        {"indicator_id": "local_care_leavers_suitable_accommodation", "year": 2018, "value": 91.4}
    ]
    text = index.index_measures(shown(rows), ID).text
    assert "Care leavers in suitable accommodation | 1" in text
    assert "Care leavers aged 19 to 21 in suitable homes |" not in text


def test_the_history_has_a_column_for_each_year_with_a_rating():
    text = index_history.index_history(shown(), ID).text
    lines = text.splitlines()
    assert lines[1] == "Aspiration | 2018 | 2019 | 2022"
    assert "7. Good health | ● Steady | ✓ Favourable | ✓ Favourable" in lines
    assert index_history.index_history(shown(SERIES[:2]), ID).text == "", "one year is no history"


def test_the_history_ends_at_the_cut():
    text = index_history.index_history(shown(cut="2019-12-31"), ID).text
    assert text.splitlines()[1] == "Aspiration | 2018 | 2019"


def test_charts_leave_missing_years_open_and_say_why():
    block = index_trends.index_trends(shown(), ID)
    assert block.html.count("<figure") == 1
    assert "No figure for 2020 and 2021: this edition holds none." in block.text


def test_the_pandemic_is_named_where_the_index_knows_of_it():
    rows = [{"indicator_id": "ks2_rwm_expected", "year": y, "value": v}
            for y, v in ((2018, 66.0), (2019, 68.0), (2022, 62.0), (2023, 63.0))]  # fmt: skip
    text = index_trends.index_trends(shown(rows), ID).text
    assert "No figure for 2020 and 2021: no tests were held because of the COVID-19" in text


def test_charts_may_be_of_one_aspiration_and_need_three_figures():
    assert index_trends.index_trends(shown(), ID, 6).html == ""
    assert index_trends.index_trends(shown(SERIES[:2]), ID).html == ""
    assert index_trends.index_trends(shown(), ID, 7).html.count("<figure") == 1


def test_the_rule_is_printed_whole():
    text = index_history.index_rule(shown(), ID).text
    assert text.count("\n") == 4
    assert "Unlike figures are never averaged." in text


def test_an_unknown_index_is_refused_with_those_there_are():
    with pytest.raises(ChapterError, match="family_friendly_index"):
        index.index(shown(), "other_index")


@pytest.mark.parametrize(
    ("line",),
    [
        ("Find area family friendly | Family friendly area | 89% | 2021/22",),
        ("Find area family friendly | Family friendly area | 84% | about 2017",),
        ("Unaccompanied children | Strong social care | 67 | 30 September 2018",),
        ("Families in temporary accommodation | Suitable housing | 1,161 families | August 2021",),
        ("Child protection plan rate | Strong social care | title only | not printed",),
        ("Unaccompanied children at year end | Strong social care | title only | 2018 to 2022",),
    ],
)
def test_the_index_as_printed_is_shown_beside(line):
    assert line in index_history.index_published(bundled_selection("family_friendly_index")).text


def test_another_authority_is_told_how_to_bring_its_index():
    block = index_history.index_published(bundled_selection("family_friendly_index", area=OTHER))
    assert "none in this edition" in block.text
    assert "aspiration, measure, value and period" in block.text


def test_a_council_without_measures_in_its_index_fails_nothing():
    made = register(
        "index", [{"aspiration": "Good health", "measure": "", "value": "", "period": ""}]
    )
    block = index_history.index_published(selection("family_friendly_index", {}, made))
    assert "The index as printed" in block.text


def test_barnets_bundled_index_is_of_management_figures_that_nothing_can_be_tested_against():
    measures = bundled().derived["index_measures"]
    mine = measures[(measures["area_code"] == AREA) & measures["newest"]]
    values = dict(zip(mine["measure_id"], mine["value"], strict=True))
    assert values["family_friendly_view"] == 89.0
    assert values["plan_rate"] == 19.5
    assert values["unaccompanied_children"] == 67.0
    assert values["temporary_accommodation"] == 1161.0
    assert set(mine["rating"]) == {NEITHER}
