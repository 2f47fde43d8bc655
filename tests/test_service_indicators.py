"""Indicators of services: each against the cell that was printed, and each sentence in full."""

import csv
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from cyp_analysis import catalogue, paths
from cyp_analysis.schema import ROW_KEY
from tests.test_services_samples import BARNET, LEEDS, bundled

SUPPRESSED = "suppressed (c): based on small numbers"
LOCAL = ("local_service_figures", "local_plan_figures")
CODES = ("EH", "TF", "MASH", "REF", "SD", "S47", "ICPC", "ASM", "CIN", "CP", "CIC", "PLC", "UASC")
CODES += ("CL", "FA", "PF", "SAFE")

# Indicator, category, period as printed, count, value and denominator of the first cell of each.
PRINTED = [
    (
        "local_common_assessments_closed",
        "Needs Met/Action Plan Completed | Met",
        "2018-09", 27, 36, 75,
    ),
    ("local_common_assessments_by_lead", "CAF Team Barnet", "2018-09-30", 87, None, None),
    ("local_hub_families", "", "2019-08-31", 399, None, None),
    ("local_hub_children", "", "2019-08-31", 637, None, None),
    ("local_early_help_panel_cases", "", "2018", 250, None, None),
    ("local_targeted_service_share", "", "2018", None, 2, None),
    ("local_troubled_families_attached", "", "2014-09/2018-08", 3251, None, None),
    ("local_troubled_families_attachment_progress", "", "2014-09/2018-08", None, 100, 2220),
    ("local_troubled_families_claims", "", "2014-09/2018-08", 1122, None, None),
    ("local_troubled_families_claims_progress", "", "2014-09/2018-08", None, 50.5, 2220),
    ("local_troubled_families_claims_ready", "", "2014-09/2018-08", 20, None, None),
    ("local_troubled_families_individuals_per_family", "", "2018-09-30", None, 4, None),
    ("local_troubled_families_children_per_family", "", "2018-09-30", None, 2.2, None),
    ("local_troubled_families_adults_per_family", "", "2018-09-30", None, 1.7, None),
    ("local_troubled_families_mean_age", "", "2018-09-30", None, 21, None),
    ("local_troubled_families_mean_age_of_children", "", "2018-09-30", None, 9.1, None),
    ("local_troubled_families_mean_age_of_adults", "", "2018-09-30", None, 36.6, None),
    ("local_troubled_families_issues_per_family", "", "2018-09-30", None, 2.5, None),
    ("local_troubled_families_female_share", "", "2018-09-30", None, 52.0, None),
    ("local_troubled_families_male_share", "", "2018-09-30", None, 48.0, None),
    ("local_troubled_families_minority_ethnic_share", "", "2018-09-30", None, 19.0, None),
    ("local_troubled_families_by_service", "CAF", "2018-09-30", None, 41, None),
    ("local_troubled_families_by_issue", "Children who need help", "2018-09-30", None, 88, None),
    ("local_troubled_families_continuous_employment", "", "2018-09-30", 40, 3.7, None),
    ("local_troubled_families_progress_to_work", "", "2017/18", 44, 4.3, None),
    ("local_contacts_not_assessed", "", "2018-04/2018-09", 13, None, 8144),
    ("local_strategy_discussions", "", "2018-04/2018-09", 294, None, None),
    ("local_strategy_discussion_invitations", "Social Care", "2018-04/2018-09", 294, 100, 294),
    ("local_section_47_by_outcome", "Continue with C&F", "2018-09", 30, 55.6, 54),
    ("local_section_47_by_team", "Duty & Assessment Team 1", "2018-09", 18, 33.3, 54),
    ("local_icpcs", "", "2018-09", 12, None, None),
    ("local_assessments_by_duration", "0-25 days", "2018-09", 137, 49.5, 277),
    ("local_first_assessments", "", "2018-09", 218, 78.7, 277),
    ("local_assessments_by_team", "0-25 Service", "2018-09", 5, 2, 277),
    ("local_child_in_need_plans_ceased", "CIN to CP", "2018-09", 3, None, None),
    ("local_child_in_need_visits_attempted", "", "2018-09", None, 78, None),
    ("local_children_in_care_by_service", "Children in Care", "2018-09-30", 186, 56.9, 327),
    ("local_section_20_boys_to_girls", "", "2018-09-30", None, 3.57, None),
    ("local_section_20_weeks", "Under 1", "2018-09-30", None, 4.0, None),
    ("local_children_in_care_16_and_over_difference", "", "2017-11", None, 91, None),
    ("local_children_in_care_three_placements_12_months", "", "2017-10/2018-09", 42, None, None),
    ("local_placement_mean_duration", "", "2018-09-30", None, 17, None),
    ("local_placement_mean_duration_by_type", "LBB Fostering", "2018-09-30", None, 20, None),
    ("local_unaccompanied_by_legal_status", "Section 20", "2018-09-30", 64, 19.6, 327),
    ("local_unaccompanied_by_time_in_care", "Less than a Year", "2018-09-30", 37, 55.2, 67),
    ("local_unaccompanied_mean_months_in_care", "", "2018-09-30", None, 16, None),
    ("local_unaccompanied_by_placement", "Fostering", "2018-09-30", 35, 52.2, 67),
    ("local_unaccompanied_by_team", "Children In Care Team 1", "2018-09-30", 8, 11.9, 67),
    ("local_unaccompanied_by_nationality", "Afgan", "2018-09-30", 27, 40.3, 67),
    ("local_unaccompanied_by_sex_and_age", "male", "2018-09-30", None, 94.0, 67),
    ("local_children_placed_for_adoption", "", "2017/18", 13, None, None),
    ("local_adopters_by_stage", "approved", "2017/18", 13, None, None),
    ("local_new_foster_carers", "", "2017/18", 22, None, None),
    ("local_foster_carers_needed", "", "2018", 60, None, None),
    ("local_days_from_match_to_placement", "", "2018", None, 20, None),
    ("local_vulnerable_adolescent_audits", "", "2018-04", None, 83.3, None),
    ("local_care_leavers_by_age", "18", "2018-09-30", 93, 38.0, 245),
    ("local_care_leavers_at_university", "", "2018-09-30", 23, None, None),
    ("local_care_leavers_council_tax_relief", "", "2018-09", 44, 13387, None),
    ("local_care_leavers_moving_forward", "supported", "2021", 7, None, None),
]  # fmt: skip


@cache
def cells() -> tuple[dict[str, str], ...]:
    """Every printed cell of the transcripts, read by the csv module alone."""
    found = []
    for path in sorted((paths.data_dir() / "raw").glob("*/*/figures.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += list(csv.DictReader(file))
    return tuple(found)


def local_ids() -> list[str]:
    """Indicators of the services whose figures come from the transcripts."""
    known = catalogue.load().indicators.values()
    return [
        i.id
        for i in known
        if i.measured
        and i.measured[0].source in LOCAL
        and i.measured[0].measure.startswith(CODES)
        and not i.measured[0].measure.startswith("CLA")
    ]


def rows_of(indicator: str) -> pd.DataFrame:
    table = bundled().indicators
    return table[(table["indicator_id"] == indicator) & (table["area_code"] == BARNET)]


def printed_of(indicator) -> list[dict[str, str]]:
    """The cells that the catalogue says an indicator starts from."""
    part = indicator.value or indicator.numerator
    return [
        cell
        for cell in cells()
        if cell["measure"] == part.measure
        and cell["category_type"] == part.category_type
        and cell["area_code"] == BARNET
        and (not part.category or cell["category"] == part.category)
    ]


def number(text: str) -> float | None:
    return float(text) if text else None


@pytest.mark.parametrize(("indicator", "category", "period", "count", "value", "base"), PRINTED)
def test_the_first_printed_cell(indicator, category, period, count, value, base):
    rows = rows_of(indicator)
    rows = rows[rows["category"] == category]
    found = [row for _, row in rows.iterrows() if same(row, count, value, base)]
    assert found, rows[["period_label", "count", "value", "denominator", "value_note"]]


def same(row: pd.Series, count, value, base) -> bool:
    """Whether a row shows the cell, or withholds it."""
    if row["value_note"] == SUPPRESSED:
        return pd.isna(row["count"]) and pd.isna(row["value"])
    if base and count is not None:
        return (row["count"], row["denominator"]) == (count, base) and row[
            "value"
        ] == pytest.approx(100 * count / base)
    if count is not None and value is None:
        return row["count"] == count
    return row["value"] == pytest.approx(value if value is not None else count) or (
        row["count"] == count
    )


@pytest.mark.parametrize("name", local_ids())
def test_every_printed_cell_is_a_row_or_is_withheld(name):
    indicator = catalogue.load().indicators[name]
    printed, rows = printed_of(indicator), rows_of(name)
    assert printed, "no cell of the transcripts"
    shown = rows["value_note"] != SUPPRESSED
    counts = [number(cell["count"]) for cell in printed if cell["sex"] == "persons"]
    values = [number(cell["value"]) for cell in printed]
    assert len(rows) <= len(printed)
    part_of = indicator.value is None
    for figure in rows.loc[shown, "count" if part_of else "value"].dropna():
        near = counts + values
        assert any(each is not None and abs(each - figure) < 1e-6 for each in near)
    assert not rows.loc[shown, "count"].between(1, 4).any()


@pytest.mark.parametrize("name", local_ids())
def test_no_row_twice_and_none_without_reason(name):
    rows = rows_of(name)
    assert not rows.duplicated(ROW_KEY).any()
    silent = rows[["count", "value"]].isna().all(axis=1) & (rows["value_note"] == "")
    assert not silent.any()


def inventory() -> dict[str, list[str]]:
    """Inventory id → the indicators that cover it."""
    found: dict[str, list[str]] = {}
    for indicator in catalogue.load().indicators.values():
        for code in indicator.tags.get("inventory", []):
            found.setdefault(str(code), []).append(indicator.id)
    return found


def not_computed() -> dict[str, str]:
    path = paths.data_dir() / "catalogue" / "not_computed" / "C.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["inventory"]: row["reason"] for row in csv.DictReader(file)}


SERVICES = [
    *(f"MASH0{n}" for n in range(1, 10)),
    *(f"REF0{n}" for n in range(1, 5)),
    *(f"SD0{n}" for n in range(1, 4)),
    *(f"S470{n}" for n in range(1, 4)),
    *(f"ICPC0{n}" for n in range(1, 4)),
    *(f"ASM0{n}" for n in range(1, 8)),
    *(f"CIN0{n}" for n in range(1, 5)),
    *(f"CP{n:02d}" for n in range(1, 13)),
    *(f"EH0{n}" for n in range(1, 9)),
    *(f"TF{n:02d}" for n in range(1, 20)),
    *(f"CIC{n:02d}" for n in (*range(1, 22), 26)),
    *(f"PLC0{n}" for n in range(1, 5)),
    *(f"UASC0{n}" for n in range(1, 8)),
    *("CL01", "CL02", "CL04", "CL05", "CL06", "CL08", "CL09", "CL11", "CL12"),
    *(f"FA0{n}" for n in range(1, 8)),
    *("PF01", "SAFE01", "SAFE02"),
]


@pytest.mark.parametrize("code", SERVICES)
def test_everything_of_the_inventory_is_computed_or_told(code):
    assert code in inventory() or not_computed()[code].endswith(".")


def test_what_is_not_computed_is_told_once_and_says_what_would_bring_it():
    reasons = not_computed()
    assert all(len(reason) > 40 for reason in reasons.values())
    # Age bands that only a picture shows, and a share above 100%.
    assert {"MASH08", "MASH09"} <= set(reasons)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("local_hub_families", "399",
         "the early help hubs of Leeds worked with 399 families"),
        ("local_targeted_service_share", "2%",
         "2% of all children in Leeds needed a targeted or specialist service"),
        ("local_troubled_families_claims", "1,122",
         "Leeds had claimed for 1,122 families with significant and sustained progress or "
         "continuous employment"),
        ("local_contacts_not_assessed", "0.2%",
         "0.2% of contacts in Leeds were not assessed in the month they were received"),
        ("local_strategy_discussions", "294",
         "294 strategy discussions were completed in Leeds"),
        ("local_icpcs", "12", "12 initial child protection conferences were held in Leeds"),
        ("local_children_in_care_16_and_over_difference", "91%",
         "the share of children in care in Leeds aged 16 or over was 91% above the national share"),
        ("local_section_20_boys_to_girls", "3.57",
         "Leeds had 3.57 boys for each girl accommodated under section 20"),
        ("local_placement_mean_duration", "17",
         "placements of children in care in Leeds had lasted 17 months on average"),
        ("local_unaccompanied_mean_months_in_care", "16",
         "unaccompanied asylum-seeking children in Leeds had been in care for 16 months on "
         "average"),
        ("local_care_leavers_council_tax_relief", "44",
         "44 care leavers had council tax relief from Leeds"),
        ("assessments_within_45_days_share", "73.2%",
         "73.2% of assessments in Leeds were completed within 45 working days"),
        ("conferences_within_15_days_share", "75.8%",
         "75.8% of initial child protection conferences in Leeds were held within 15 working days"),
        ("referrals_from_police_share", "29.8%",
         "29.8% of referrals in Leeds came from the police"),
        ("children_in_need_two_years_or_more_share", "35.1%",
         "35.1% of children in need in Leeds had been in need for two years or more"),
        ("unaccompanied_children", "102",
         "Leeds looked after 102 unaccompanied asylum-seeking children"),
        ("looked_after_fostered_share", "70%",
         "70% of children looked after in Leeds were in foster placements"),
        ("looked_after_far_from_home_share", "19%",
         "19% of children looked after in Leeds were placed more than 20 miles from home and "
         "outside the authority"),
        ("looked_after_sdq_score", "14.8",
         "children looked after in Leeds had a mean score of 14.8 on the Strengths and "
         "Difficulties Questionnaire"),
        ("care_leavers_in_education_employment_training_share", "45.6%",
         "45.6% of care leavers aged 19 to 21 in Leeds were in education, employment or training"),
        ("care_leavers_not_in_touch_share", "12%",
         "12% of care leavers aged 19 to 21 in Leeds were not in touch with the authority that had"
         " looked after them"),
        ("child_protection_plans_one_to_two_years_share", "14.4%",
         "14.4% of child protection plans in Leeds had lasted one to two years"),
        ("special_guardianship_share", "10%",
         "10% of children who left care in Leeds did so through a special guardianship order"),
    ],
)  # fmt: skip
def test_sentences_read_naturally(name, value, sentence):
    indicator = catalogue.load().indicators[name]
    assert indicator.sentence.format(area="Leeds", value=value) == sentence


# Measures of the Local Authority Interactive Tool: the cell of Leeds is read by pandas alone.
TOOL = [
    ("assessments_within_45_days_share", "lait_continue_assess_comp", "2024/25"),
    ("conferences_within_15_days_share", "lait_cp_conf_15days", "2024/25"),
    ("child_protection_reviews_share", "lait_revcp", "2024/25"),
    ("referrals_number", "lait_cpp_total_numref", "2024/25"),
    ("care_applications_rate", "lait_careapplications", "2024/25"),
    ("unaccompanied_children", "lait_unacc_asylmn_seek_childn", "2024/25"),
    ("unaccompanied_children_share", "lait_unacc_asylmn_seek_childn_pct", "2024/25"),
    ("looked_after_fostered_share", "lait_lac_foster_placements", "2024/25"),
    ("looked_after_far_from_home_share", "lait_lacdistance", "2024/25"),
    ("looked_after_dental_checks_share", "lait_lacdental_pct", "2024/25"),
    ("looked_after_immunisations_share", "lait_lacvaccinations_pct", "2024/25"),
    ("looked_after_health_checks_share", "lait_lachealth_pct", "2024/25"),
    ("looked_after_sdq_score", "lait_emotional_lac", "2024/25"),
    ("looked_after_missing_share", "lait_children_missing", "2024/25"),
    ("children_adopted_share", "lait_pct_of_lac_adopted", "2024/25"),
    ("special_guardianship_share", "lait_lac_ceased_sgo_pct", "2024/25"),
    ("foster_places", "lait_number_foster_places_new", "2024/25"),
    ("care_leavers_count", "lait_nocareleavers", "2024/25"),
    ("care_leavers_not_in_touch_share", "lait_careleavers_la_notintouch", "2024/25"),
    ("care_leavers_staying_put_share", "lait_stayingput", "2024/25"),
    ("children_in_need_under_three_months_share", "lait_cintime3months", "2024/25"),
]
# What the tool prints for Leeds in those years, as it stood in the stored file.
TOOL_VALUES = {
    "assessments_within_45_days_share": 73.2,
    "conferences_within_15_days_share": 75.8,
    "child_protection_reviews_share": 80.1,
    "referrals_number": 10304,
    "unaccompanied_children": 102,
    "unaccompanied_children_share": 7,
    "looked_after_fostered_share": 70,
    "looked_after_far_from_home_share": 19,
    "looked_after_dental_checks_share": 73,
    "looked_after_immunisations_share": 62,
    "looked_after_health_checks_share": 86,
    "looked_after_sdq_score": 14.8,
    "looked_after_missing_share": 9,
    "children_adopted_share": 11,
    "special_guardianship_share": 10,
    "foster_places": 970,
    "care_leavers_count": 599,
    "care_leavers_not_in_touch_share": 12,
    "care_leavers_staying_put_share": 29,
    "children_in_need_under_three_months_share": 31.5,
}


@pytest.fixture(scope="module")
def tool(real_data) -> pd.DataFrame:
    """The tool's file through its loader, England and Leeds only."""
    from cyp_analysis import loaders

    rows = loaders.read(real_data / "dfe-lait" / "bds_long_0.parquet").rows
    return rows[rows["area_code"].isin([LEEDS, "E92000001"])]


@pytest.mark.parametrize(("name", "measure", "label"), TOOL)
def test_figures_of_the_tool(tool, name, measure, label):
    indicator = catalogue.load().indicators[name]
    part = indicator.value or indicator.numerator
    assert (part.source, part.measure) == ("dfe_lait", measure)
    rows = tool[(tool["measure"] == measure) & (tool["area_code"] == LEEDS)]
    row = rows[rows["period_label"] == label].iloc[0]
    figure = row["count"] if indicator.statistic == "count" else row["value"]
    if name in TOOL_VALUES:
        assert figure == TOOL_VALUES[name]
    else:
        assert figure > 0


def test_care_leavers_in_work_or_study_follow_from_the_published_counts(tool):
    counts = tool[(tool["area_code"] == LEEDS) & (tool["period_label"] == "2024/25")]
    counts = counts.set_index("measure")["count"]
    share = 100 * counts["lait_careleavereetnum"] / counts["lait_nocareleavers"]
    printed = tool[(tool["measure"] == "lait_careleavereet") & (tool["area_code"] == LEEDS)]
    printed = printed[printed["period_label"] == "2024/25"]["value"].iloc[0]
    assert share == pytest.approx(273 / 599 * 100)
    assert round(share) == printed == 46


def test_the_catalogue_files_of_services_are_short():
    folder = paths.data_dir() / "catalogue"
    names = [*local_ids(), *(name for name, _, _ in TOOL)]
    lengths = {n: len((folder / "indicators" / f"{n}.yml").read_text().splitlines()) for n in names}
    assert max(lengths.values()) <= 40
    assert all(Path(folder / "services" / f"{n}.yml").exists() for n in ("services", "flows"))
