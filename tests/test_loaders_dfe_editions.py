"""Files of the Department for Education in other editions: alike but for their names, of other
years, for other areas. The figures are invented; the columns are those of published files."""

import pytest

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import read

IDENTIFIERS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    "region_name,old_la_code,la_name,new_la_code"
)
BARNET = "Local authority,E92000001,England,E13000002,Outer London,302,Barnet,E09000003"
NATION = "National,E92000001,England,,,,,"


def write(folder, name: str, *lines: str):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


ALIKE = {
    "la_cla_on_31_march_by_characteristics.csv": (
        "looked_after_at_31_march_by_characteristic", "2025-03-31"),
    "la_children_who_started_to_be_looked_after_during_the_year.csv": (
        "started_to_be_looked_after_by_characteristic", "2024-04-01"),
    "la_children_who_ceased_during_the_year.csv": (
        "ceased_to_be_looked_after_by_characteristic", "2024-04-01"),
    "la_conviction_health_outcome_cla.csv": (
        "looked_after_convictions_health", "2024-04-01"),
    "la_cla_during_year_new_placements.csv": (
        "placements_started_or_changed", "2024-04-01"),
    "la_children_who_were_missing_or_away_from_placement_during_the_year.csv": (
        "looked_after_missing_or_away", "2024-04-01"),
}  # fmt: skip


@pytest.mark.parametrize("name", ALIKE)
@pytest.mark.parametrize(
    "columns",
    [
        "characteristic,breakdown,children_count,children_percent",
        "cla_group,characteristic,number,percentage",
    ],
)
def test_files_of_the_same_columns_are_told_apart_by_name(tmp_path, name, columns):
    path = write(
        tmp_path, name, f"{IDENTIFIERS},{columns}",
        f"2025,Reporting year,{NATION},Age group,Total,7010,100",
        f"2025,Reporting year,{BARNET},Age group,Under 1 year,25,8",
        f"2025,Reporting year,{BARNET},Gender,Male,c,c",
    )  # fmt: skip
    table = read(path)
    measure, start = ALIKE[name]
    assert table.rows["measure"].unique().tolist() == [measure]
    assert table.rows["period_start"].dt.strftime("%Y-%m-%d").unique().tolist() == [start]
    assert table.rows["period_end"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2025-03-31"]
    by_category = table.rows.set_index("category")
    assert by_category.loc["Age group | Under 1 year", ["count", "value"]].tolist() == [25, 8]
    assert by_category.loc["Age group", "count"] == 7010
    assert by_category.loc["Gender | Male", "value_note"] == "suppressed (c)"
    assert table.problems.empty


def test_under_another_name_they_are_read_as_any_data_set(tmp_path):
    path = write(
        tmp_path, "download.csv",
        f"{IDENTIFIERS},characteristic,breakdown,children_count,children_percent",
        f"2025,Reporting year,{BARNET},Age group,Under 1 year,25,8",
        f"2025,Reporting year,{BARNET},Age group,1 to 4 years,35,12",
    )  # fmt: skip
    table = read(path)
    assert table.source.id == "dfe_explore_education_statistics"
    counts = table.rows[table.rows["measure"] == "children_count"]
    assert counts[["count", "value"]].to_numpy().tolist() == [[25, 8], [35, 12]]


def test_a_filter_that_the_passport_does_not_know_brings_no_code_with_it(tmp_path):
    columns = "cla_group,placement_stability,new_filter,children_count,children_percent"
    words = "CLA on 31 March,With 3 or more placements during the year"
    path = write(
        tmp_path, "la_cla_placement_stability.csv", f"{IDENTIFIERS},{columns}",
        f"2025,Reporting year,{NATION},{words},Total,7010,10",
        f"2025,Reporting year,{NATION},{words},First,3000,9",
        f"2025,Reporting year,{BARNET},{words},Total,40,12",
        f"2025,Reporting year,{BARNET},{words},First,15,11",
    )  # fmt: skip
    rows = read(path).rows
    assert rows["category"].tolist() == ["", "First", "", "First"]
    assert rows["category_type"].tolist() == ["", "new_filter", "", "new_filter"]


def test_a_file_that_only_looks_like_a_known_one_keeps_its_own_names(tmp_path):
    columns = (
        "school_type,num_schools,enrolments,overall_attendance,possible_sessions,"
        "attendance_perc,study_perc"
    )
    path = write(
        tmp_path, "weekly.csv", f"{IDENTIFIERS},{columns}",
        f"2022,Week 37,{BARNET},Primary,83.6,26438.2,243595,255787,95.2,0",
        f"2022,Week 38,{BARNET},Primary,83,26430,243000,255000,95.3,0.01",
    )  # fmt: skip
    table = read(path)
    assert table.source.id == "dfe_explore_education_statistics"
    attendance = table.rows[table.rows["measure"] == "attendance_perc"]
    assert attendance["value"].tolist() == [95.2, 95.3]
    assert attendance["period_start"].dt.strftime("%Y-%m-%d").tolist() == [
        "2022-09-12", "2022-09-19",
    ]  # fmt: skip
    assert "not read otherwise" in table.problems["problem"].iloc[0]


def test_the_same_file_under_its_usual_name_is_refused(tmp_path):
    columns = "overall_attendance,possible_sessions,attendance_perc,study_perc"
    path = write(
        tmp_path, "EES_ytd_data.csv", f"{IDENTIFIERS},{columns}",
        f"2022,Week 37,{BARNET},243595,255787,95.2,0",
    )  # fmt: skip
    with pytest.raises(SourceError, match="must have the columns"):
        read(path)


def test_absence_of_six_half_terms_is_of_a_school_year(tmp_path):
    path = write(
        tmp_path, "absence_in_prus.csv",
        "time_identifier,time_period,geographic_level,country_code,old_la_code,new_la_code,"
        "la_name,school_type,num_schools,sess_possible,sess_overall_percent",
        "Six half terms,201617,National,E92000001,,,,Pupil referral unit,349,2440216,33.7",
        "Five half terms,201617,Local authority,E92000001,302,E09000003,Barnet,"
        "Pupil referral unit,.,.,.",
    )  # fmt: skip
    rows = read(path).rows.query("measure == 'sess_overall_percent'")
    assert rows["period_end"].dt.strftime("%Y-%m-%d").tolist() == ["2017-08-31", "2017-05-31"]
    assert rows["value"].tolist()[0] == 33.7
    assert rows["value_note"].tolist() == ["", "not applicable (.)"]


def test_figures_of_wards_are_no_ward_profiles(tmp_path):
    path = write(
        tmp_path, "wards.csv",
        "time_period,time_identifier,geographic_level,country_code,old_la_code,new_la_code,"
        "la_name,ward_code,ward_name,pupils",
        "202223,Academic year,Ward,E92000001,302,E09000003,Barnet,E05013628,Barnet Vale,50",
        "202223,Academic year,School,E92000001,302,E09000003,Barnet,E05013628,Barnet Vale,5",
    )  # fmt: skip
    table = read(path)
    assert table.source.id == "dfe_explore_education_statistics"
    assert table.rows[["area_code", "count"]].to_numpy().tolist() == [["E05013628", 50]]


def test_the_oldest_outcomes_have_numbers_and_names_of_areas_only(tmp_path):
    path = write(
        tmp_path, "KS4_2007-2011_LA.csv",
        "LA Number,,Number eligible to sit GCSEs 2010,Number eligible to sit GCSEs 2011",
        "E,England,5101,5041",
        ",,,",
        "YH,Yorks & the Humber ,495,511",
        "IL,Inner London,413,389",
        "302,Barnet,25,x",
        "822,Bedford Borough,.,14",
        ",,,",
    )  # fmt: skip
    table = read(path)
    assert table.source.id == "dfe_underlying_data_by_number"
    assert table.rows["measure"].unique().tolist() == ["Number eligible to sit GCSEs"]
    newest = table.rows[table.rows["period_end"].dt.year == 2011].set_index("area_code")
    assert newest["count"].dropna().to_dict() == {
        "E92000001": 5041, "E12000003": 511, "E13000001": 389, "E06000055": 14,
    }  # fmt: skip
    assert newest.loc["E09000003", "value_note"] == "suppressed (x)"


def test_columns_without_a_year_are_of_the_year_of_the_release(tmp_path):
    path = write(
        tmp_path, "SFR32_2012_OC2_LA_Tables_UD.csv",
        "gor_name,la_code,la_9digit,la_name,country_name,CLA_12_months_2012,caution,year11_2011",
        'London,302,E09000003,Barnet,England,"1,200",x,38',
        ',,,,England,"46,590","2,060","5,550"',
    )  # fmt: skip
    table = read(path)
    by_measure = table.rows[table.rows["area_code"] == "E92000001"].set_index("measure")
    assert by_measure["count"].to_dict() == {
        "CLA_12_months": 46590, "caution": 2060, "year11": 5550,
    }  # fmt: skip
    assert by_measure["period_end"].dt.year.tolist() == [2012, 2012, 2011]
    assert table.problems.empty


def test_an_older_edition_under_another_name_gives_most_of_the_measures(tmp_path):
    path = write(
        tmp_path, "absence_2017.csv",
        f"{IDENTIFIERS},school_type,num_schools,enrolments,sess_possible,sess_overall,"
        "sess_overall_percent,sess_authorised,sess_authorised_percent,sess_unauthorised,"
        "sess_unauthorised_percent,enrolments_pa_10_exact,enrolments_pa_10_exact_percent",
        f"201617,Academic year,{BARNET},Total,120,40000,14000000,600000,4.3,500000,3.6,"
        "100000,.7,3500,8.8",
    )  # fmt: skip
    table = read(path)
    assert table.source.id == "dfe_pupil_absence"
    assert table.rows["measure"].tolist() == [
        "pupils_enrolled", "overall_absence", "authorised_absence", "unauthorised_absence",
        "persistent_absence",
    ]  # fmt: skip
    assert "this edition has no column `enrolments_pa_50_exact`" in set(table.problems["problem"])


def test_the_rates_of_an_older_workforce_file(tmp_path):
    path = write(
        tmp_path, "csww_indicators_2017_to_2022.csv",
        f"{IDENTIFIERS},inpost_fte,inpost_headcount,starters_fte,leavers_fte,turnover_rate_fte_%,"
        "agency_fte,agency_worker_rate_fte_%,vacancy_fte,vacancy_rate_fte_%,cases,caseload_fte,"
        "absence_rate_fte_%",
        f"2022,Reporting year,{BARNET},160.5,170,20,15,12.5,17,10.1,20,11.2,2000,14.2,3.1",
    )  # fmt: skip
    rows = read(path).rows.set_index("measure")
    assert rows.loc["agency_workers", ["count", "value"]].tolist() == [17, 10.1]
    assert rows.loc["social_worker_turnover", "value"] == 12.5


def test_rows_of_percentages_are_values(tmp_path):
    path = write(
        tmp_path, "ks4_destinations.csv",
        "time_period,time_identifier,geographic_level,country_code,data_type,cohort,education",
        "202021,Academic year,National,E92000001,Percentage,550000,87.1",
        "202021,Academic year,National,E92000001,Number of students,550000,480000",
    )  # fmt: skip
    rows = read(path).rows
    cohort, education = (rows[rows["measure"] == name] for name in ("cohort", "education"))
    assert cohort["count"].tolist() == [550000, 550000]
    assert education["value"].tolist()[0] == 87.1
    assert education["count"].tolist()[1] == 480000
    assert education[["count", "value"]].isna().sum().tolist() == [1, 1]
