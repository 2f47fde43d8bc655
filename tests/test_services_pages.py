"""What a chapter shows of services: sentences whole, tables cell by cell, every empty state."""

import re

import pandas as pd
import pytest

from cyp_analysis.errors import ChapterError
from cyp_analysis.present.services import flow, placements, tiles, wording
from cyp_analysis.present.view import Chapter
from tests.test_services_samples import (
    BARNET,
    DASHBOARD,
    LEEDS,
    bundled,
    chapter,
    dashboard,
    edition,
    inputs_of,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return edition(tmp_path_factory.mktemp("edition"), bundled())


@pytest.fixture
def barnet(made) -> Chapter:
    return chapter(made, BARNET, "service_performance")


@pytest.fixture
def leeds(made) -> Chapter:
    return chapter(made, LEEDS, "service_performance")


@pytest.fixture
def own(tmp_path) -> Chapter:
    """Leeds with a dashboard of its own."""
    return chapter(edition(tmp_path / "e", dashboard(tmp_path)), LEEDS, "service_performance")


def lines(block) -> list[str]:
    return block.text.split("\n")


def line(block, start: str) -> str:
    found = [text for text in lines(block) if text.startswith(start)]
    assert found, f"no line begins with {start!r} in:\n{block.text}"
    return found[0]


@pytest.mark.parametrize(
    ("service", "sentence"),
    [
        ("front_door", "Contacts received: 1,201 in September 2018, 5 fewer than in August 2018 "
                       "(−0.4%)."),
        ("front_door", "Contacts that led to a referral: 314 (26.1%) in September 2018, 0.3 "
                       "percentage points lower than in August 2018."),
        ("front_door", "Contacts that led to early help: 141 (11.7%) in September 2018, 3.6 "
                       "percentage points higher than in August 2018."),
        ("early_help", "Common assessments started: 102 in September 2018, 24 more than in August "
                       "2018 (+30.8%)."),
        ("child_protection", "Children with child protection plans: 189 on 30 September 2018, 3 "
                             "fewer than on 31 August 2018 (−1.6%)."),
        ("child_protection", "Children with plans per 10,000 under-18s: 19.5 on 30 September 2018, "
                             "0.3 lower than on 31 August 2018."),
        ("child_protection", "Disabled children with plans: 11 (5.8%) on 30 September 2018, the "
                             "same as on 31 August 2018."),
        ("children_in_care", "Children in care: 327 on 30 September 2018, 4 more than on 31 August "
                             "2018 (+1.2%)."),
        ("youth_justice", "Young people sentenced to custody: 0 in September 2018, the same as in "
                          "August 2018."),
    ],
)  # fmt: skip
def test_what_changed_in_a_sentence(barnet, service, sentence):
    assert sentence in lines(barnet.service(service))


@pytest.mark.parametrize(
    ("service", "row"),
    [
        ("front_door", "Contacts received | in the month | 1,569 | 1,206 | 1,201 | 8,144 | "
                       "−5 (−0.4%)"),
        ("front_door", "Contacts with no further action | in the month | 237 (15.1%) | 192 (15.9%) "
                       "| 62 (5.2%) | 2,029 (24.9%) | −10.8 points"),
        ("front_door", "Referrals per 10,000 children | since 1 April |  |  | 177.6 | 177.6 | "),
        ("front_door", "Contacts not assessed in the month | in the month | 0 (0.0%) | 0 (0.0%) | "
                       "0 (0.0%) | 13 (0.2%) | no change"),
        ("child_protection", "Children with child protection plans | at the end of the month | 170 "
                             "| 192 | 189 | −3 (−1.6%) | "),
        ("child_protection", "Child protection plans started | since 1 April | 79 | 110 | 132 |  | "
                             "+31 (+30.7%)"),
        # Three more by September than by August or July: shown, these would give them away.
        ("child_protection", "Second or later plans (%) | since 1 April | [c] | [c] "
                             "| 15 (13.6%) |  | +5.7 points"),
        ("enquiries", "Strategy discussions completed | in the month | 53 | 294"),
        ("enquiries", "Conferences held within 15 days | in the month | [c] | "),
        ("assessments", "Assessments within 45 working days | in the month | 218 (78.7%)"),
        ("children_in_need", "Children seen within four weeks (%) | in the month | 69%"),
        ("troubled_families", "Families claimed for since the start | in September 2014 to August "
                              "2018 | 1,122 | "),
        ("care_leavers", "In suitable accommodation, 18-25 yrs | at the end of the month | "
                         "224 (91.4%)"),
    ],
)  # fmt: skip
def test_a_row_says_what_its_numbers_count(barnet, service, row):
    assert line(barnet.service(service), row.split(" | ")[0] + " | ") == row


def test_month_and_year_to_date_share_a_row_and_never_a_column(barnet):
    heads = line(barnet.service("front_door"), "Measure | ")
    assert heads == (
        "Measure | Counts | Jul 2018 | Aug 2018 | Sep 2018 | Since 1 April | "
        "Change on the month before"
    )


def test_columns_without_a_figure_are_left_out(barnet):
    assert line(barnet.service("early_years"), "Measure | ") == "Measure | Counts | Sep 2018"


@pytest.mark.parametrize(
    ("service", "title", "row"),
    [
        ("front_door", "Referrals by source: September 2018", "Police/Legal Agency | "),
        ("early_help", "Open common assessments by duration: 30 September 2018", "0-3 mths | "),
        ("enquiries", "Section 47 enquiries by outcome: September 2018",
         "Continue with C&F | 30 (55.6%)"),
        ("assessments", "Assessments by working days taken: September 2018",
         "0-25 days | 137 (49.5%)"),
        ("child_protection", "Plans by category of abuse: 30 September 2018",
         "Emotional | 70 (41.2%) | 83 (43.2%) | 83 (43.9%)"),
        ("children_in_care", "Children in care by time in care: 30 September 2018", "0-6 Months"),
    ],
)  # fmt: skip
def test_breakdowns_are_folded_tables(barnet, service, title, row):
    block = barnet.service(service)
    assert f"<summary>{title}" in block.html
    assert line(block, row.split(" | ")[0])


def test_a_cross_table_has_one_grouping_down_and_one_across(barnet):
    block = barnet.service("early_help")
    assert line(block, "Closure reason | ") == (
        "Closure reason | Met | Not Met | Not Relevant | Partially Met"
    )
    row = line(block, "Needs Met/Action Plan Completed | ")
    assert row.split(" | ")[1:] == ["27 (36.0%)", "0 (0.0%)", "0 (0.0%)", "12 (16.0%)"]


def test_figures_of_other_places_are_not_a_breakdown(barnet):
    assert "neighbour" not in barnet.service("troubled_families").text.lower()


def test_notes_of_measures_stand_below(barnet):
    block = barnet.service("child_protection")
    assert lines(block)[-1].startswith("The share of second or later plans in September")


def test_a_chart_of_the_months_of_two_years_with_its_numbers(barnet):
    html = barnet.service("child_protection").html
    assert html.count("<figure") == 1
    alt = re.search(r'aria-label="([^"]+of|2 lines[^"]+)"', html).group(1)
    assert alt == (
        "2 lines, one for each year: 2017/18 from 0.0% in Apr to 10.7% in Mar; 2018/19 from "
        "35.0% in Apr to 13.6% in Sep."
    )
    assert len(alt) <= 220
    assert "Sep | 7.9% | 13.6%" in barnet.service("child_protection").text


def test_no_service_shows_a_number_from_one_to_four_of_children(barnet):
    for name in ("front_door", "enquiries", "assessments", "children_in_need", "care_leavers"):
        rows = [text for text in lines(barnet.service(name)) if " | " in text]
        cells = [cell for row in rows for cell in row.split(" | ")[1:]]
        assert not [cell for cell in cells if re.fullmatch(r"[1-4]( \(.*\))?", cell)], name


def test_services_without_figures_are_told_once(leeds):
    first = leeds.service("front_door")
    assert first.text == (
        "This edition holds no local figures for Leeds of any service. A dashboard with measures "
        "down and months across, or the project's template for local figures, would bring them."
    )
    assert leeds.service("early_help").text == ""
    assert leeds.service("other_measures").text == ""


def test_services_that_a_dashboard_lacks_are_named_once(own):
    told = own.service("early_years").text
    assert told.startswith("This edition holds no local figures for Leeds on early help, early ")
    assert "front door" not in told
    assert own.service("assessments").text == ""


def test_a_councils_own_dashboard_is_shown_the_same_way(own):
    front = own.service("front_door")
    assert line(front, "Contacts received | ") == (
        "Contacts received | in the month | 900 | 1,000 | 950 | −50 (−5.0%)"
    )
    assert "Contacts received: 950 in June 2025, 50 fewer than in May 2025 (−5.0%)." in lines(front)
    care = own.service("children_in_care")
    assert line(care, "Children starting care | ") == (
        "Children starting care | in the month | 30 | [c] | 25 | "
    )
    assert line(care, "Looked after children reviews on time | ").endswith(
        "91.5 | 93.0 | 92.0 | −1.0"
    )
    other = own.service("other_measures")
    assert line(other, "Families on the waiting list for mentoring | ") == (
        "Families on the waiting list for mentoring | in the month | 12 | 15 | 15 | no change"
    )


def test_an_unknown_service_is_refused_with_near_names(barnet):
    with pytest.raises(ChapterError, match="'front_dor'.*It has: front_door"):
        barnet.service("front_dor")


def test_a_cut_hides_later_months(made):
    cut = chapter(made, BARNET, "service_performance", cut=pd.Timestamp("2018-08-31"))
    text = cut.service("front_door").text
    assert "Contacts received: 1,206 in August 2018, 363 fewer than in July 2018 (−23.1%)." in text
    assert "1,201" not in text


# Words of single figures.
def row(**changes) -> pd.Series:
    base = {
        "name": "Visits", "indicator_id": "", "kind": "month", "is_share": False,
        "count": 10.0, "value": float("nan"), "value_note": "",
        "period_start": pd.Timestamp("2025-06-01"), "period_end": pd.Timestamp("2025-06-30"),
        "period_label": "June 2025",
    }  # fmt: skip
    for on in ("month", "year"):
        names = (f"count_change_{on}", f"percent_change_{on}", f"value_change_{on}")
        base |= dict.fromkeys(names, float("nan"))
    return pd.Series(base | changes)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "10"),
        ({"count": 0.0}, "0"),
        ({"count": 1234.0}, "1,234"),
        ({"is_share": True, "count": 314.0, "value": 26.1449}, "314 (26.1%)"),
        ({"count": float("nan"), "value": 19.5}, "19.5"),
        ({"count": float("nan"), "value": 20.0}, "20.0"),
        ({"count": float("nan"), "value": 69.0, "name": "Seen (%)"}, "69.0%"),
        ({"count": 15.0, "value": 13.6, "name": "Plans (%)"}, "15 (13.6%)"),
        ({"count": float("nan"), "value_note": "suppressed (c): based on small numbers"}, "[c]"),
        ({"count": float("nan"), "value_note": "missing in file"}, "[x]"),
    ],
)
def test_a_figure_as_text(barnet, changes, text):
    assert wording.figure_text(barnet._selection, row(**changes)) == text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"count_change_month": -5.0, "percent_change_month": -0.41}, "−5 (−0.4%)"),
        ({"count_change_month": 24.0, "percent_change_month": 30.8}, "+24 (+30.8%)"),
        ({"count_change_month": 0.0, "percent_change_month": 0.0}, "no change"),
        ({"count_change_month": 3.0}, "+3"),
        ({"is_share": True, "value": 25.0, "value_change_month": 3.57}, "+3.6 points"),
        ({"is_share": True, "value": 25.0, "value_change_month": 0.01}, "no change"),
        ({"count": float("nan"), "value": 19.5, "value_change_month": -0.3}, "−0.3"),
        ({}, ""),
    ],
)
def test_a_change_as_text(barnet, changes, text):
    assert wording.change_text(barnet._selection, row(**changes), "month") == text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Visits: 10 in June 2025."),
        ({"count_change_month": 1.0, "percent_change_month": 11.1},
         "Visits: 10 in June 2025, 1 more than in May 2025 (+11.1%)."),
        ({"count_change_month": -1.0, "percent_change_month": -9.1},
         "Visits: 10 in June 2025, 1 fewer than in May 2025 (−9.1%)."),
        ({"count_change_month": 0.0, "percent_change_month": 0.0},
         "Visits: 10 in June 2025, the same as in May 2025."),
        ({"count_change_year": 5.0, "percent_change_year": 100.0},
         "Visits: 10 in June 2025, 5 more than in June 2024 (+100.0%)."),
        ({"count_change_month": 10.0},
         "Visits: 10 in June 2025, 10 more than in May 2025."),
        ({"is_share": True, "value": 50.0, "value_change_month": -2.04},
         "Visits: 10 (50.0%) in June 2025, 2.0 percentage points lower than in May 2025."),
        ({"is_share": True, "value": 50.0, "value_change_month": 0.0},
         "Visits: 10 (50.0%) in June 2025, the same as in May 2025."),
        ({"count": float("nan"), "value": 11.5, "value_change_month": 0.5},
         "Visits: 11.5 in June 2025, 0.5 higher than in May 2025."),
        ({"kind": "year_to_date", "period_start": pd.Timestamp("2025-04-01"),
          "period_label": "April to June 2025", "count_change_year": 2.0,
          "percent_change_year": 25.0},
         "Visits: 10 between April and June 2025, 2 more than in the same months to June 2024 "
         "(+25.0%)."),
    ],
)  # fmt: skip
def test_a_change_in_a_sentence(barnet, changes, sentence):
    assert wording.change_sentence(barnet._selection, row(**changes)) == sentence


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("month", "in the month"),
        ("day", "at the end of the month"),
        ("year_to_date", "since 1 April"),
        ("quarter", "in the quarter"),
        ("twelve_months", "in 12 months"),
        ("year", "in the year"),
        ("period", "in June 2025"),
    ],
)
def test_the_kind_of_period_in_words(kind, words):
    assert wording.counts(row(kind=kind)) == words


# Flow and sums.
def test_the_flow_in_sentences_and_tables(made):
    block = chapter(made, BARNET, "safeguarding").flow()
    assert lines(block)[0] == (
        "Contacts that led to a referral: 1,914 of 8,144 (23.5%, 95% CI 22.6% to 24.4%). Contacts "
        "that led to early help: 1,002 of 8,144 (12.3%, 95% CI 11.6% to 13.0%). Referrals within "
        "12 months of another: 364 of 1,721 (21.2%, 95% CI 19.3% to 23.1%)."
    )
    assert "Strategy discussions | 294 | beside: referrals | 17 for each 100 | none" in block.text
    assert "Section 47 enquiries | 54 | beside: strategy discussions | 102 for each 100 | none" in (
        block.text
    )
    assert block.text.count("no chance that a child moves on") == 1


def test_an_area_without_two_stages_is_told(leeds):
    assert leeds.flow().text.startswith(
        "This edition holds no two stages from contact to care of one period for Leeds."
    )


def test_sums_that_agree(barnet):
    block = barnet.reconciliation(["child_protection_months", "care_months"])
    assert "Start, joiners, leavers and end agree in all 2 periods shown." in lines(block)
    assert "Start, joiners, leavers and end agree in the one period shown." in lines(block)
    assert "30 September 2018 | 192 | 22 | 25 | 189 | 189 | 0" in lines(block)
    assert "30 September 2018 | 323 | 16 | 12 | 327 | 327 | 0" in lines(block)


@pytest.mark.parametrize(
    ("differences", "sentence"),
    [
        ([0], "Start, joiners, leavers and end agree in the one period shown."),
        ([0, 0], "Start, joiners, leavers and end agree in all 2 periods shown."),
        ([None], "The numbers of these periods are too small to be shown and reconciled here."),
        ([-6], "In 1 of 1 period the number reported at the end is not the one that follows from "
               "those who joined and left; the largest difference is 6. Late entries, rounding and "
               "children counted once for two starts are usual reasons."),
        ([0, 10, -15], "In 2 of 3 periods the number reported at the end is not the one that "
                       "follows from those who joined and left; the largest difference is 15. Late "
                       "entries, rounding and children counted once for two starts are usual "
                       "reasons."),
    ],
)  # fmt: skip
def test_the_sentence_of_the_sums(differences, sentence):
    assert flow.reconciled_sentence(pd.Series(differences, dtype=float)) == sentence


def test_sums_of_another_area_are_silent_and_unknown_ones_refused(leeds):
    assert leeds.reconciliation().text == ""
    with pytest.raises(ChapterError, match="'care_weeks'.*It has: child_protection_months"):
        leeds.reconciliation(["care_weeks"])


# Placements.
def test_placements_in_a_sentence(made):
    block = chapter(made, BARNET, "children_in_care").placements()
    assert lines(block)[0] == (
        "On 30 September 2018, the most common placement was LBB Fostering: 121 of 327 children "
        "(37.0%). There were 205 boys and 122 girls: 1.68 : 1. By age, from the sum of all "
        "placements: 14 aged under 1 (4.3%), 36 aged 1 to 5 (11.0%), 36 aged 6 to 10 (11.0%), 106 "
        "aged 11 to 15 (32.4%) and 135 aged 16+ (41.3%)."
    )


@pytest.mark.parametrize(
    "text",
    [
        "LBB Fostering | 121 | 37.0 | 1 year 8 months",
        "Connected Persons | 20 | 6.1 | 2 years 11 months",
        "Semi Independence | 61 | 18.7 | 5 months",
        "Adoption | [c] | [c] | [c]",
        "On Remand | 0 | 0.0 | no children",
        "External Residential | 20 (51.3%) | 19 (48.7%)",
        "All placements | 122 (37.3%) | 205 (62.7%)",
        "All placements | 14 (4.3%) | 36 (11.0%) | 36 (11.0%) | 106 (32.4%) | 135 (41.3%)",
        "IFA Fostering | 20 (29.0%) | 12 (17.4%) | 7 (10.1%) | 10 (14.5%) | 20 (29.0%)",
        "40 of 40 sums across the panels agree with the totals printed; 3 of 7 figures printed on "
        "two pages agree.",
        "Children in care placed inside the area | 125 | 119",
        "Review health assessments in time (%) | 98 | 95.3",
    ],
)
def test_a_line_of_the_placements(made, text):
    assert text in lines(chapter(made, BARNET, "children_in_care").placements())


@pytest.mark.parametrize(
    ("months", "words"),
    [
        (0, "0 months"), (1, "1 month"), (5, "5 months"), (12, "1 year"), (13, "1 year 1 month"),
        (20, "1 year 8 months"), (24, "2 years"), (35, "2 years 11 months"), (11.6, "1 year"),
    ],
)  # fmt: skip
def test_a_duration_in_years_and_months(months, words):
    assert placements.duration_words(months) == words


def test_an_area_without_placements_is_told(leeds):
    assert leeds.placements().text == (
        "This edition holds no placements by sex, age and duration for Leeds. A local file of "
        "children in care by placement would bring them."
    )


# Audits.
@pytest.mark.parametrize(
    "text",
    [
        "Between April and October 2018, 301 of 342 audits (88.0%, 95% CI 84.1% to 91.0%) were "
        "graded better than inadequate.",
        "In September 2018, 28 of 32 audits (87.5%, 95% CI 71.9% to 95.0%) were graded better than "
        "inadequate.",
        "In September 2018, of groups with 10 audits or more, the share graded better than "
        "inadequate was lowest for Management Oversight (80.6% of 31) and highest for Combined "
        "Assessments (89.7% of 29).",
        "April to October 2018 | 62 (18%) | 239 (70%) | 41 (12%) | 342 | 88.0",
        "The numbers count audits of case files, not children.",
    ],
)
def test_a_line_of_the_audits(barnet, text):
    assert text in lines(barnet.audits())


def test_every_bar_of_an_audit_has_its_numbers_in_words(barnet):
    html = barnet.audits().html
    alts = re.findall(r'aria-label="([^"]*100%[^"]*)"', html)
    said = "April to October 2018: good 18%, requires improvement 70% and inadequate 12%."
    assert alts[0] == f"One bar of 100%. {said}"
    assert all(len(alt) <= 220 for alt in alts)
    assert html.count("<figure") == html.count("<details") == len(alts) == 5


def test_an_area_without_audits_is_told(leeds):
    assert leeds.audits().text.startswith(
        "This edition holds no gradings of case audits for Leeds."
    )


# Targets.
def test_how_many_targets_are_met(barnet):
    block = barnet.target_summary()
    assert lines(block)[0] == (
        "Of 13 measures with a target, 5 met it and 8 did not; 9 are watched without a target."
    )
    assert lines(block)[1] == (
        "Young people in education, employment or training when their order ended: 47.6% against a "
        "target of 66.0% (30 September 2018)."
    )
    assert len(lines(block)) == 9


@pytest.mark.parametrize(
    ("met", "sentence"),
    [
        (["met"], "Of 1 measure with a target, 1 met it."),
        (["not_met"], "Of 1 measure with a target, none met it and 1 did not."),
        (["met", "not_met", ""], "Of 3 measures with a target, 1 met it, 1 did not and for 1 the "
                                 "figure is not known or cannot be judged."),
    ],
)  # fmt: skip
def test_the_summary_of_targets_for_any_number(met, sentence):
    rows = pd.DataFrame({"target_met": met, "target_value": 1.0, "monitor_only": False})
    assert tiles.summary_sentence(rows) == sentence


def test_measures_that_are_only_watched():
    rows = pd.DataFrame({"target_met": [""], "target_value": [None], "monitor_only": [True]})
    assert tiles.summary_sentence(rows) == "1 is watched without a target."


@pytest.mark.parametrize(
    ("start", "cells"),
    [
        ("Families with under-5s registered",
         "80.0% | 86.0% | +7.5% (+6.0 points) | No benchmark available | New: no earlier figure | "
         "✓ Met"),
        ("Second or later child protection plans",
         "15.6% | 13.6% | −12.6% (−2.0 points) | 17.6% | not known"
         " | ✓ Met"),
        ("Children with child protection plans per 10,000",
         "Monitor | 19.5 | no target | 38.2 | ▼ Lower than 19.8 (31 August 2018) | Monitor"),
        ("Children in care who also have",
         "Monitor | [c] | no target | No benchmark available | not known | Monitor"),
        ("Young people sentenced to custody",
         "0 | 0 | 0.0% | 0.36 | ● The same as 0 (August 2018) | ✓ Met"),
        ("Children in care with three or more placements",
         "11.5% | 3.4% | −70.7% (−8.1 points) | 11.3% | not known | ✓ Met"),
    ],
)  # fmt: skip
def test_a_target_tile(barnet, start, cells):
    found = line(barnet.corporate_indicators(), start)
    assert found.split(" | ", 2)[2] == cells


def test_targets_of_a_list_and_of_none(barnet, leeds):
    text = barnet.corporate_indicators(["local_schools_good_or_outstanding"]).text
    assert "Schools rated good or outstanding | Q2 2018/19 | 92.6% | 94.3% | +1.8%" in text
    assert (
        leeds.corporate_indicators().text
        == leeds.target_summary().text
        == ("No targets are set for Leeds on the indicators of this chapter.")
    )


# Characteristics of the publisher's file.
IDENTIFIERS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    "region_name,old_la_code,new_la_code,la_name"
)
PLACE = (
    "2025,Reporting year,Local authority,E92000001,England,E12000003,Yorkshire and The Humber,383"
)


def characteristics(folder) -> Chapter:
    """Leeds with a file of characteristics as the publisher lays it out."""
    from cyp_analysis import loaders

    path = folder / "la_cla_on_31_march_by_characteristics.csv"
    each = [
        ("Age group", "Under 1 year", 90, 6), ("Age group", "1 to 4 years", 210, 14),
        ("Age group", "5 to 17 years", 1200, 80), ("Placement", "Foster placements", 1050, 70),
        ("Placement", "Other placements", "c", "c"), ("Total", "Total", 1500, 100),
    ]  # fmt: skip
    rows = [f"{PLACE},E08000035,Leeds,{a},{b},{n},{p}" for a, b, n, p in each]
    head = f"{IDENTIFIERS},cla_group,characteristic,number,percentage"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    made = inputs_of([loaders.read(path)])
    return chapter(edition(folder / "e", made), LEEDS, "children_in_care")


def test_a_table_for_each_kind_of_group(tmp_path):
    block = characteristics(tmp_path).characteristics("looked_after_characteristics")
    assert block.text.count("Children looked after at 31 March by characteristic: ") == 2
    assert "Under 1 year | 90 | 6" in lines(block)
    assert "Foster placements | 1,050 | 70" in lines(block)
    assert "Other placements | [c] | [c]" in lines(block)


def test_without_the_file_the_page_says_how_to_get_it(made):
    text = chapter(made, LEEDS).characteristics("looked_after_characteristics").text
    assert "download the file of characteristics of children looked after on 31 March" in text


def test_every_block_escapes_and_names_its_tables(barnet):
    for block in (barnet.service("front_door"), barnet.audits(), barnet.target_summary()):
        assert "<script" not in block.html
        captions = re.findall(r'<caption id="([^"]+)"', block.html)
        assert len(captions) == len(set(captions))


def test_the_sample_dashboard_is_the_one_described():
    assert DASHBOARD.count("\n") == 7
