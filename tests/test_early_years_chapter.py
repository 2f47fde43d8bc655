"""The chapter on early years: ready for school, early education, who is behind."""

import pytest
from learning_sample import BARNET, ENGLAND, LEEDS, chapter, everywhere, figures

from cyp_analysis import catalogue

KNOWN = catalogue.load()
ENTRY = KNOWN.chapters["early_years"]


def level(year: int, own: float, national: float):
    values = everywhere(90, -0.3, **{BARNET: own, ENGLAND: national})
    return figures("good_level_of_development", year, values)


def test_ranks_of_two_years_as_the_update_of_2019_prints_them():
    """Printed: 73.3 to 74.1, national 70.7 to 71.5, an increase of 0.8; ranks 39th and 35th. The
    ranks here come from made-up values of the other authorities."""
    text = chapter([level(2017, 73.3, 70.7), level(2018, 74.1, 71.5)], "early_years").league(
        "goals"
    )
    row = text.text.split("\n")[2]
    assert row.startswith(
        "Good level of development at the end of reception | 2017/18 school year |"
    )
    assert "| 74.1% | 71.5% |" in row
    assert row.endswith("+0.8 points from 73.3% (2016/17 school year)")


def test_printed_figures_of_two_years_stand_side_by_side():
    rows = [
        figures("local_good_level_of_development", 2017, {BARNET: 73.3, ENGLAND: 70.7}),
        figures("local_good_level_of_development", 2018, {BARNET: 74.1, ENGLAND: 71.5}),
        figures("local_good_level_of_development_rank", 2017, {BARNET: 39.0}),
        figures("local_good_level_of_development_rank", 2018, {BARNET: 35.0}),
    ]
    text = chapter(rows, "early_years").league("printed", "Printed").text
    assert "| 74.1% | 71.5% | +0.8 points from 73.3% (2016/17 school year)" in text
    assert "| 35th | not compared | up 4 places from 39th (2016/17 school year)" in text


def test_the_profile_of_before_the_pandemic_is_not_the_year_before():
    text = chapter([level(2019, 74.3, 71.8), level(2022, 64.9, 65.2)], "early_years").league(
        "goals"
    )
    assert "2018/19" not in text.text
    assert "64.9%" in text.text


def test_groups_of_children():
    rows = [
        figures("good_level_of_development_free_school_meals", 2025, {BARNET: 55, ENGLAND: 51.3}),
        figures("good_level_of_development_other_pupils", 2025, {BARNET: 75.5, ENGLAND: 72.5}),
    ]
    text = chapter(rows, "early_years").groups("circumstances").text
    assert "from 55.0% (Children eligible for free school meals) to 75.5%" in text


def test_take_up_with_its_number():
    rows = [
        figures("early_education_two_year_olds", 2025, {BARNET: 51.4, ENGLAND: 65.2}),
        figures("early_education_two_year_olds_number", 2025, {BARNET: 495.0}, count=[495.0]),
    ]
    text = chapter(rows, "early_years").league("early_education", "Take-up").text
    assert "| 51.4% | 65.2%" in text
    assert "| 495 children | not compared" in text


@pytest.mark.parametrize("area", [LEEDS, ENGLAND])
def test_an_area_without_figures_gets_an_empty_section(area):
    page = chapter(
        [figures("good_level_of_development", 2025, {BARNET: 71.3})], "early_years", area
    )
    for group in ENTRY.groups:
        assert page.league(group.id).html == ""
    assert page.trend("good_level_of_development").html == ""
    assert "Good level of development at the end of reception" in page.missing().text


def test_caveats_warn_where_years_do_not_compare():
    for name in ENTRY.indicators:
        indicator = KNOWN.indicators[name]
        if name.startswith(("good_level", "early_goal", "early_learning")):
            assert any("does not compare" in c or "do not compare" in c for c in indicator.caveats)
            assert indicator.tags["comparable_from"] == "2022-08-31"


def test_every_indicator_of_the_chapter_is_in_one_of_its_tables_or_charts():
    shown = {i for group in ENTRY.groups for i in group.indicators}
    alone = {"good_level_of_development_by_group", "early_learning_goals_average"}
    alone |= {"local_thirty_hours_take_up_quarter"}
    assert set(ENTRY.indicators) - shown == alone
