"""Youth justice and the organisation's own figures: catalogue, printed cells, what is left out."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.build import indicators as build
from cyp_analysis.present import chapter_text
from cyp_analysis.schema import COUNT_COLUMNS
from tests.plans_samples import AREA, bundled, bundled_selection

ROOT = Path(__file__).parents[1]
KNOWN = catalogue.load()
CHAPTER = KNOWN.chapters["youth_justice"]
FIGURES = "barnet_health_wellbeing_board_2019_01/2019-01-17/figures.csv"
EET = "local_youth_education_employment_training"
RESPONSES = "local_consultation_responses"
SAVINGS = "local_public_health_savings"
MINE = ("youth_justice", "crime_and_safety", "workforce", "money", "engagement", "plan_delivery")


def printed(measure: str, period: str, category: str = "") -> dict:
    """The cell of the bundled transcript."""
    with (ROOT / "data" / "raw" / FIGURES).open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if (r["measure"], r["period"]) == (measure, period)]
    return next(row for row in rows if row["category"] == category)


def shown(indicator_id: str, label: str, category: str = "") -> pd.Series:
    rows = bundled().indicators
    mine = rows[(rows["indicator_id"] == indicator_id) & (rows["area_code"] == AREA)]
    return mine[(mine["period_label"] == label) & (mine["category"] == category)].iloc[0]


@pytest.mark.parametrize(
    ("indicator_id", "measure", "period", "label", "value"),
    [
        ("local_youth_offending_open_cases", "YJ01", "2018-09-30", "30 September 2018", 66),
        ("local_youth_offending_open_cases", "YJ01", "2017-08-31", "31 August 2017", 92),
        ("local_youth_first_time_entrants", "YJ02", "2018-07", "July 2018", 9),
        ("local_youth_custody", "YJ03", "2018-09", "September 2018", 0),
        ("local_youth_intensive_cases", "YJ04", "2018-09-30", "30 September 2018", 59.0),
        ("local_youth_gang_members", "YJ05", "2018-09-30", "30 September 2018", 71.0),
        (EET, "YJ06", "2018-09-30", "30 September 2018", 47.6),
        ("local_agency_social_workers", "WF01", "2018", "2018", 26),
        ("local_newly_qualified_social_workers", "WF02", "2018", "2018", 12),
        ("local_social_work_students", "WF03", "2018", "2018", 18),
        ("local_agency_to_permanent", "WF04", "2018", "2018", 13),
        ("local_public_health_grant", "FIN01", "2018/19", "2018/19", 17_156_000),
        ("local_public_health_grant", "FIN01", "2019/20", "2019/20", 16_703_000),
        (SAVINGS, "FIN02", "2019/20-2023/24", "2019/20 to 2023/24", 2_500_000),
        ("local_budget_gap", "FIN03", "2019/20-2023/24", "2019/20 to 2023/24", 69.9),
        ("local_budget_gap", "FIN03", "2019/20", "2019/20", 17.3),
        ("local_budget_gap", "FIN03", "2023/24", "2023/24", 52.6),
        ("local_childrens_savings_target", "FIN05", "2018/19", "2018/19", 2.333),
        ("local_youth_zone_contribution", "FIN06", "2018", "2018", 4.2),
        ("local_youth_zone_cost", "FIN06_total", "2018", "2018", 6.5),
        ("local_savings_delivered", "FIN07", "2010-2018", "2010 to 2018", 155),
        ("local_forecast_overspend", "FIN08", "2018-06", "June 2018", 9.5),
    ],
)  # fmt: skip
def test_bundled_figures_are_the_cells_printed(indicator_id, measure, period, label, value):
    cell = printed(measure, period)
    assert float(cell["count"] or cell["value"]) == value
    assert shown(indicator_id, label)["value"] == value


@pytest.mark.parametrize(
    ("indicator_id", "measure", "period", "label", "category", "value"),
    [
        ("local_children_engaged", "PART01", "2018", "2018", "Make Your Mark", 4783),
        ("local_consultation_responses", "PART02", "2018", "2018", "questionnaires", 287),
        (RESPONSES, "PART02", "2018", "2018", "residents attending events", 141),
        ("local_risk_scores", "RISK01", "2018", "2018", "CAMHS LTP - delivery", 6),
    ],
)  # fmt: skip
def test_bundled_figures_by_category_are_the_cells_printed(
    indicator_id, measure, period, label, category, value
):
    assert shown(indicator_id, label, category)["value"] == value
    cell = printed(measure, period, category)
    assert float(cell["count"] or cell["value"]) == value


def test_the_budget_of_2013_has_its_parts_and_their_sum():
    rows = bundled().indicators
    mine = rows[rows["indicator_id"] == "local_childrens_budget"].set_index("category")["value"]
    total = mine.pop("Total Children's Services Gross Budgets")
    assert total == mine.sum() == 295_599


def test_small_counts_of_children_are_withheld():
    rows = bundled().indicators
    mine = rows[rows["indicator_id"] == "local_youth_first_time_entrants"]
    small = mine[mine["period_label"] == "September 2018"].iloc[0]
    assert pd.isna(small["count"]) and pd.isna(small["value"]), "two children are not shown"
    assert printed("YJ02", "2018-09")["count"] == "2"


# --- what the publisher prints wrongly -----------------------------------------------------------


def counts(**areas) -> pd.DataFrame:
    usual = dict.fromkeys(COUNT_COLUMNS, "") | {"sex": "persons", "measure": "lait_firstyjs"}
    usual |= {"period_start": pd.Timestamp("2024-01-01"), "period_end": pd.Timestamp("2024-12-31")}
    usual |= dict.fromkeys(["count", "denominator", "lower_ci_95", "upper_ci_95"], float("nan"))
    return pd.DataFrame([usual | {"area_code": code, "value": v} for code, v in areas.items()])


def test_englands_rate_of_first_time_entrants_is_left_out_with_its_reason():
    indicator = KNOWN.indicators["first_time_entrants_rate"]
    rows = build.without_unusable(counts(E92000001=1258.0, E09000003=146.0), indicator)
    england, own = rows.iloc[0], rows.iloc[1]
    assert pd.isna(england["value"]) and "sum of the rates" in england["value_note"]
    assert (own["value"], own["value_note"]) == (146.0, "")


def test_an_indicator_with_nothing_unusable_is_left_as_it_is():
    rows = counts(E92000001=1258.0)
    same = build.without_unusable(rows, KNOWN.indicators["children_reoffending_15_17"])
    assert same["value"].to_list() == [1258.0]


@pytest.fixture(scope="module")
def lait(real_data):
    """The publisher's long file, as its own reader gives it."""
    from cyp_analysis.loaders import read

    folder = real_data / "dfe-lait"
    return read(folder / "bds_long_0.parquet").rows


def test_englands_figure_is_indeed_the_sum_of_its_regions(lait):
    rows = lait[(lait["measure"] == "lait_firstyjs") & lait["value"].notna()]
    regions = rows[rows["area_code"].str.startswith("E12")].groupby("period_label")["value"].sum()
    england = rows[rows["area_code"] == "E92000001"].set_index("period_label")["value"]
    both = pd.concat([regions, england], axis=1, keys=["sum", "england"]).dropna()
    assert len(both) >= 8
    assert ((both["sum"] - both["england"]).abs() <= 5).all(), "rounding apart"


@pytest.mark.parametrize(
    ("measure", "area", "label", "value"),
    [
        ("lait_firstyjs", "E09000003", "2024", 146.0),
        ("lait_firstyjs", "E08000035", "2024", 154.0),
        ("lait_yjs_caution_sentence10_17_yo", "E08000035", "2024/25", 33.8),
        ("lait_reoffyo15_17", "E09000003", "2023/24", 21.28),
        ("lait_reoffyo", "E08000035", "2023/24", 41.82),
        ("lait_work_force_agecy_rate", "E09000003", "30 September 2025", 21.1),
        ("lait_work_force_avgnumcase_sw", "E92000001", "30 September 2025", 15.2),
    ],
)
def test_public_figures_are_the_publishers_cells(lait, measure, area, label, value):
    found = [i for i in KNOWN.indicators.values() if any(m.measure == measure for m in i.measured)]
    assert found, "an indicator draws on it"
    made = build.indicator_rows(found[0], {("dfe_lait", measure): lait[lait["measure"] == measure]})
    row = made[(made["area_code"] == area) & (made["period_label"] == label)].iloc[0]
    assert row["value"] == value


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator_id", "value", "sentence"),
    [
        ("first_time_entrants_rate", "146",
         "Leeds had 146 first-time entrants to the youth justice system per 100,000 children aged"
         " 10 to 17"),
        ("children_reoffending_15_17", "37.7%",
         "37.7% of children aged 15 to 17 in Leeds who had been cautioned, sentenced or released"
         " reoffended within a year"),
        ("knife_injury_victims_1_24", "2", "2 victims of knife injury in Leeds were aged 1 to 24"),
        ("social_workers_agency_share", "2.1%",
         "2.1% of children's social workers in Leeds were agency staff"),
        ("social_worker_caseload", "14.8",
         "each children's social worker in Leeds with cases held 14.8 of them on average"),
        ("local_budget_gap", "69.9", "Leeds had a budget gap of £69.9 million"),
        ("local_savings_delivered", "155",
         "Leeds had made savings of more than £155 million since 2010"),
        ("custody_rate_10_17", "0.36",
         "Leeds had 0.36 custodial sentences of children per 1,000 children aged 10 to 17"),
    ],
)  # fmt: skip
def test_sentences_read_naturally(indicator_id, value, sentence):
    assert KNOWN.indicators[indicator_id].sentence.format(area="Leeds", value=value) == sentence


def test_every_indicator_of_these_themes_belongs_to_its_chapter_and_is_in_a_group():
    wanted = {
        i.id for i in KNOWN.indicators.values() if i.theme in ("youth_justice", "crime_and_safety")
    }
    assert wanted <= set(CHAPTER.indicators)
    grouped = {name for group in CHAPTER.groups for name in group.indicators}
    assert set(CHAPTER.indicators) == grouped
    other = {i.id for i in KNOWN.indicators.values() if i.theme in MINE[2:]}
    assert other <= set(KNOWN.chapters["plan_monitor"].indicators)


@pytest.mark.parametrize("number", [f"YJ{n:02d}" for n in range(1, 12)])
def test_every_youth_justice_measure_of_the_inventory_is_covered_or_told_why_not(number):
    tagged = {t for i in KNOWN.indicators.values() for t in i.tags.get("inventory", [])}
    path = ROOT / "data" / "catalogue" / "not_computed" / "B.csv"
    with path.open(encoding="utf-8") as file:
        told = {row["inventory"]: row["reason"] for row in csv.DictReader(file)}
    assert (number in tagged) != (number in told)


def test_the_chapter_leads_with_public_figures_and_ends_with_the_teams_own():
    lead = CHAPTER.lead
    own = [lead.index(name) for name in lead if name.startswith("local_")]
    assert min(own) > max(lead.index(name) for name in lead if not name.startswith("local_"))


def test_bundled_headlines_are_whole_sentences_without_tests():
    text = chapter_text.headlines(bundled_selection("youth_justice")).text
    assert "On 30 September 2018, 47.6% of young people in Barnet were in education" in text
    assert "significantly" not in text
    for line in text.splitlines():
        assert line.endswith((".", "]"))
