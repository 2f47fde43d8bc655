"""The mental health chapter: the printed figures, cell by cell, and the page they make."""

import csv
import re

import pandas as pd
import pytest

from cyp_analysis import catalogue, loaders, paths
from cyp_analysis.tools import coverage
from tests.needs_sample import BARNET, ENGLAND, LEEDS, LONDON, chapter_of, count_rows, inputs_of

NCL = "NCL CCGs"
CHAPTER = "mental_health"


@pytest.fixture(scope="module")
def bundled():
    folder = paths.data_dir() / "raw"
    found = sorted(folder.glob("*/*/figures.csv"))
    return inputs_of(*(loaders.read(path) for path in found))


@pytest.fixture(scope="module")
def chapter(bundled, tmp_path_factory):
    return chapter_of(bundled, tmp_path_factory.mktemp("edition"), CHAPTER, BARNET)


def figures() -> pd.DataFrame:
    """Every cell of the bundled transcripts, as plain text."""
    files = sorted((paths.data_dir() / "raw").glob("*/*/figures.csv"))
    parts = []
    for path in files:
        with path.open(encoding="utf-8") as opened:
            parts += [row | {"document": path.parts[-3]} for row in csv.DictReader(opened)]
    return pd.DataFrame(parts)


PRINTED = figures().set_index("figure_id")


def one(bundled, indicator: str, area: str = BARNET, category: str = "", label: str = ""):
    rows = bundled.indicators
    rows = rows[
        rows["indicator_id"].eq(indicator)
        & rows["area_code"].eq(area)
        & rows["category"].eq(category)
    ]
    rows = rows[rows["period_label"] == label] if label else rows
    assert len(rows) == 1, rows
    return rows.iloc[0]


# figure → indicator, area, category, period, which number. The figure's own cell is the answer.
CELLS = [
    ("IN0200", "local_mental_disorder_prevalence", BARNET, "", "", "value"),
    ("IN0200", "local_mental_disorder_prevalence", BARNET, "", "", "count"),
    ("IN0208", "local_mental_disorder_prevalence", LONDON, "", "", "value"),
    ("IN0212", "local_mental_disorder_prevalence", ENGLAND, "", "", "value"),
    ("IN0201", "local_emotional_disorder_prevalence", BARNET, "", "", "value"),
    ("IN0205", "local_emotional_disorder_prevalence", LONDON, "", "", "value"),
    ("IN0209", "local_emotional_disorder_prevalence", ENGLAND, "", "", "value"),
    ("IN0202", "local_conduct_disorder_prevalence", BARNET, "", "", "value"),
    ("IN0206", "local_conduct_disorder_prevalence", LONDON, "", "", "value"),
    ("IN0203", "local_hyperkinetic_disorder_prevalence", BARNET, "", "", "value"),
    ("IN0211", "local_hyperkinetic_disorder_prevalence", ENGLAND, "", "", "value"),
    ("IN0214", "local_mental_disorders_0_17", BARNET, "", "", "count"),
    ("IN0217", "local_self_harm_admissions", BARNET, "", "", "value"),
    ("IN0217", "local_self_harm_admissions", BARNET, "", "", "count"),
    ("IN0218", "local_self_harm_admissions", ENGLAND, "", "", "value"),
    ("IN0219", "local_mental_health_admissions", BARNET, "", "", "value"),
    ("IN0220", "local_mental_health_admissions", ENGLAND, "", "", "value"),
    ("IN0221", "local_mental_health_admissions", LONDON, "", "", "value"),
    ("IN0222", "local_young_people_wellbeing", BARNET, "low satisfaction with life", "", "value"),
    ("IN0225", "local_camhs_fund", BARNET, "", "2016/17", "value"),
    ("IN0226", "local_camhs_fund", BARNET, "", "2018/19", "value"),
    ("IN0227", "local_camhs_spend", BARNET, "", "", "value"),
    ("IN0228", "local_early_help_mental_health_spend", BARNET, "", "", "value"),
    ("IN0229", "local_camhs_spend_by_provider", BARNET, "BEH MHT", "", "value"),
    ("IN0234", "local_camhs_spend_by_provider", BARNET, "Total", "", "value"),
    ("IN0235", "local_camhs_access_target", BARNET, "", "", "value"),
    ("IN0236", "local_camhs_access_rate", ENGLAND, "", "", "value"),
    ("IN0237", "local_camhs_access_rate", LONDON, "", "", "value"),
    ("IN0238", "local_camhs_access_rate", BARNET, "", "", "value"),
    ("IN0239", "local_eating_disorder_routine_waits", BARNET, NCL, "2014/15", "value"),
    ("IN0251", "local_eating_disorder_routine_waits", BARNET, NCL, "Q1 2018/19", "value"),
    ("IN0252", "local_eating_disorder_urgent_waits", BARNET, NCL, "Q1 2018/19", "value"),
    ("IN0253", "local_eating_disorder_referrals", BARNET, NCL, "2015/16", "count"),
    ("IN0254", "local_eating_disorder_accepted", BARNET, NCL, "2015/16", "count"),
    ("IN0254", "local_eating_disorder_accepted", BARNET, NCL, "2015/16", "denominator"),
    ("IN0285", "local_resilient_schools", BARNET, "", "2017/18", "count"),
    ("IN0287", "local_resilient_schools", BARNET, "", "December 2018", "count"),
    ("IN0288", "local_resilient_schools_lead", BARNET, "", "", "count"),
    ("IN0290", "local_mental_health_first_aiders", BARNET, "", "", "count"),
    ("IN0294", "local_online_counselling_registrations", BARNET, "", "2017/18", "count"),
    ("IN0295", "local_online_counselling_registrations", BARNET, "", "2018/19", "count"),
    ("IN0298", "local_online_counselling_views", BARNET, "recommend to a friend", "", "value"),
    ("IN0299", "local_wellbeing_practitioner_cases", BARNET, "", "", "count"),
    ("IN0300", "local_counselling_below_threshold", BARNET, "", "", "count"),
    ("IN0301", "local_embedded_clinicians", BARNET, "Primary Mental Health Workers", "", "value"),
    ("IN0306", "local_mental_health_grants", BARNET, "", "", "value"),
]


@pytest.mark.parametrize("figure, indicator, area, category, label, number", CELLS)
def test_the_indicator_is_the_printed_cell(
    bundled, figure, indicator, area, category, label, number
):
    printed = float(PRINTED.loc[figure, number])
    assert one(bundled, indicator, area, category, label)[number] == printed


@pytest.mark.parametrize(
    "period, rate", [("2015/16", 94.5), ("2016/17", 90.1), ("Q1 2017/18", 92.2)]
)
def test_acceptance_rates_by_hand(bundled, period, rate):
    row = one(bundled, "local_eating_disorder_accepted", BARNET, NCL, period)
    assert round(row["value"], 1) == rate
    assert row["lower_ci_95"] < row["value"] < row["upper_ci_95"]


# Printed beside the bed days in the document.
@pytest.mark.parametrize(
    "unit, beds",
    [("Beacon Centre", 13.63), ("Acute T4 CAMHS", 11.36), ("PICU", 13.98), ("Brookside", 25.98)],
)
def test_bed_days_divided_by_365_are_the_beds_printed(bundled, unit, beds):
    rows = bundled.tables["provision"]
    row = rows[rows["item"].str.endswith(f"| {unit}")].iloc[0]
    assert round(row["computed"], 2) == row["printed"] == beds


def test_what_the_document_leaves_open_stays_unknown(bundled):
    rows = bundled.tables["provision"].set_index("item")
    assert pd.isna(rows.loc["Whittington | Simmons House", "computed"])
    assert rows.loc["Whittington | Simmons House", "printed"] == 12
    assert pd.isna(rows.loc["Royal Free Hospital | (Eating Disorders)", "printed"])


def test_spending_by_provider_adds_up_to_one_pound_less_than_printed(bundled, chapter):
    rows = bundled.tables["provision"]
    total = rows[rows["kind"].eq("spend") & rows["is_total"]].iloc[0]
    assert (total["computed"], total["printed"], total["difference"]) == (4_468_804, 4_468_805, 1)
    assert (
        "The items add up to £4,468,804, £1 less than the printed total of £4,468,805."
        in chapter.capacity().text
    )


def test_clinicians_add_up(chapter):
    text = chapter.capacity().text
    assert "Clinicians within other services: 23 whole-time equivalents" in text
    assert "no total is printed" in text


def test_the_unit_whose_beds_are_cut_short_is_named(chapter):
    text = chapter.capacity().text
    assert "Ellern Mede, Ridgeway Unit prints 21.00 beds, where its bed days give 21.85." in text


def test_need_of_the_documents(chapter):
    lines = chapter.unmet_need().text.split("\n")
    assert lines[0] == (
        "4,776 children aged 5 to 16 in Barnet were expected to have a mental health disorder"
        " (2015); 33.0% of those with a condition, about 1,600, were treated (May 2018). About"
        " 3,200 may have had a need without being seen."
    )
    assert lines[1].startswith("7,565 children under 18 in Barnet were expected")


def test_estimates_beside_london_and_england(chapter):
    text = chapter.estimates().text
    assert "Condition | Period | Barnet (%) | London (%) | England (%)" in text
    assert "Any mental health disorder | 2015 | 8.3 | 9.3 | 9.2" in text
    assert "A hyperkinetic disorder | 2015 | 1.4 | 1.5 | 1.5" in text


def test_access_is_above_its_target(chapter):
    assert chapter.access().text.startswith(
        "In May 2018, 33.0% of children in Barnet with a diagnosable mental health condition were"
        " treated by NHS-funded services. The target of 32.0% in 2018/19 was reached in that"
        " month. For reference: London (27.6%) and England (30.5%); differences were not tested"
        " because the figure has no confidence interval."
    )


def test_waits_against_the_targets_of_their_time(bundled, chapter):
    rows = bundled.tables["waits"].set_index(["indicator_id", "period_label"])
    routine = rows.loc["local_eating_disorder_routine_waits"]
    assert routine["standard"].dropna().tolist() == [60, 80, 90, 95, 95, 95, 95]
    assert routine["standard_met"].tolist() == ["", *["met"] * 6, "not_met"]
    text = chapter.waits().text
    assert "94.1% of routine eating disorder cases were seen within 4 weeks" in text
    assert "These are figures of NCL CCGs." in text


def test_a_word_of_the_document_that_cannot_be_tested_is_not_repeated(chapter):
    text = chapter.headline("local_mental_health_admissions").text
    assert text.startswith("In a period that is not printed, Barnet had 158 hospital admissions")
    assert "not tested because the figure has no confidence interval" in text
    assert "significantly" not in text
    assert "significantly worse" in chapter.definitions(["local_mental_health_admissions"]).text


CALLS = [
    "headlines", "prevalence", "prevalence_surveys", "estimates", "unmet_need", "access", "waits",
    "capacity", "missing", "definitions", "sources",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_every_block_of_the_page_is_clean(chapter, call):
    block = getattr(chapter, call)()
    assert not re.search(r"\bnan\b|None|NaT|\{|\}|  [a-z]", block.text)
    assert "significantly" not in block.text or call == "definitions"
    for alt in re.findall(r'aria-label="([^"]*)"[^>]*style', block.html):
        assert 20 <= len(alt) <= 250 and re.search(r"\d", alt)
    for html_id in re.findall(r' id="([^"]+)"', block.html):
        assert block.html.count(f' id="{html_id}"') == 1


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    made = inputs_of(count_rows({"measure": "CIC01", "count": 5, "area_code": BARNET,
                                 "source_id": "barnet_health_wellbeing_board_2019_01"},
                                {"measure": "MH11", "count": 40}))  # fmt: skip
    return chapter_of(made, tmp_path_factory.mktemp("bare"), CHAPTER, LEEDS)


@pytest.mark.parametrize("call", CALLS)
def test_no_block_fails_for_lack_of_data(bare, call):
    text = getattr(bare, call)().text
    assert "Traceback" not in text and "NCL" not in text


def test_what_is_missing_says_how_to_get_it(bare):
    text = bare.missing().text
    assert "fingertips.phe.org.uk" in text and "docs/local_returns.md" in text


def test_every_indicator_of_the_inventory_has_an_indicator_or_a_reason():
    placed = coverage.inventory_table(catalogue.load(), paths.data_dir() / "catalogue")
    placed = placed[(placed["indicators"] != "") | (placed["reason"] != "")]
    wanted = {"EY07", *(f"MH{n:02d}" for n in range(1, 35))}
    wanted |= {f"HLT{n:02d}" for n in range(1, 18)}
    assert wanted - set(placed["id"]) == set()
