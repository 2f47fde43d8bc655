"""Explore Education Statistics files: real cells looked up by hand, and every quirk in small."""

import csv
import dataclasses
from datetime import date

import pandas as pd
import pytest

from cyp_analysis import catalogue, geography
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CatalogueError, SourceError
from cyp_analysis.loaders import UnrecognisedFile, read
from cyp_analysis.loaders.dfe import ees as dfe
from cyp_analysis.loaders.table import Draft, count_table

BARNET, ENGLAND, OUTER, LONDON = "E09000003", "E92000001", "E13000002", "E12000007"
HEADER = (
    "time_period,time_identifier,geographic_level,country_code,region_code,"
    "old_la_code,new_la_code,CPP_At31,CPP_At31_rate"
)
MEASURES = {"plans": {"count": "CPP_At31", "value": "CPP_At31_rate", "period": "at_31_march"}}


def passport(**more) -> Source:
    kept = {
        "id": "plans",
        "publisher": "Department for Education",
        "title": "Plans",
        "licence": "OGL",
        "citation": "DfE",
        "reader": "dfe",
        "header": ("time_period", "geographic_level", "CPP_At31"),
        "measures": MEASURES,
        "age": "<18 yrs",
        "rounding": {"National": 10},
    }
    return Source(**kept | more)


def row(count="5", rate="1.5", level="Local authority", period="2024", codes=None) -> str:
    new, old = codes or (BARNET, "302")
    region = {"Regional": new, "National": ""}.get(level, OUTER)
    code = new if level.startswith("Local") else ""
    return f"{period},Reporting year,{level},{ENGLAND},{region},{old},{code},{count},{rate}"


def write(tmp_path, *rows: str, header: str = HEADER, name: str = "d1_plans.csv"):
    path = tmp_path / name
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def table_of(tmp_path, *rows: str, header: str = HEADER, **more):
    return dfe.read_ees(write(tmp_path, *rows, header=header), passport(**more))


def cell(table, measure: str, area: str, year: int) -> pd.Series:
    rows = table.rows
    end = rows["period_end"].dt.year == year
    found = rows[(rows["measure"] == measure) & (rows["area_code"] == area) & end]
    assert len(found) == 1
    return found.iloc[0]


@pytest.fixture(scope="module")
def published(request):
    """Reads a real file once by a part of its name."""
    read_already: dict = {}

    def find(real_data, name: str):
        folder = real_data / "dfe-explore-education-statistics"
        if name not in read_already:
            read_already[name] = read(next(folder.glob(f"{name}*.csv")))
        return read_already[name]

    return find


REAL = [
    # file, measure, area, year, count, denominator, value, line: read off the files
    ("cla_number", "looked_after_at_31_march", BARNET, 2025, 343, 93851, 37, 450),
    ("cla_number", "looked_after_starting", BARNET, 2025, 162, 93851, 17, 451),
    ("cla_number", "looked_after_at_31_march", ENGLAND, 2025, 81770, 12183016, 67, 3),
    ("cla_number", "looked_after_at_31_march", LONDON, 2025, 9290, 1916086, 48, 24),
    ("cla_number", "looked_after_at_31_march", OUTER, 2025, 5500, 1276813, 43, 36),
    ("d1_child", "child_protection_plans_at_31_march", BARNET, 2024, 253, None, 27.4, 149),
    ("d1_child", "child_protection_plans_starting", BARNET, 2024, 266, None, 28.8, 149),
    ("d1_child", "child_protection_plans_at_31_march", ENGLAND, 2024, 49900, None, 41.6, 2),
    ("b1_children", "children_in_need_at_31_march", ENGLAND, 2025, 402400, None, None, 2),
    ("la_cla_pl", "three_or_more_placements_in_year", BARNET, 2025, 33, None, 10, 901),
    ("la_cla_pl", "same_carer_two_years", BARNET, 2025, 53, None, 63, 896),
]


@pytest.mark.parametrize("name, measure, area, year, count, denominator, value, line", REAL)
def test_published_cells(
    published, real_data, name, measure, area, year, count, denominator, value, line
):
    got = cell(published(real_data, name), measure, area, year)
    expected = {"count": count, "denominator": denominator, "value": value, "source_row": line}
    for column, number in expected.items():
        assert pd.isna(got[column]) if number is None else got[column] == number, column


def test_a_day_and_a_year_of_the_same_file(published, real_data):
    plans = published(real_data, "d1_child")
    stock = cell(plans, "child_protection_plans_at_31_march", BARNET, 2024)
    flow = cell(plans, "child_protection_plans_starting", BARNET, 2024)
    assert stock["period_label"] == "31 March 2024"
    assert stock["period_start"] == stock["period_end"] == pd.Timestamp(2024, 3, 31)
    assert (flow["period_label"], flow["period_start"]) == ("2023/24", pd.Timestamp(2023, 4, 1))


def test_suppressed_and_absent_figures_of_a_real_file(published, real_data):
    looked_after = published(real_data, "cla_number")
    city = cell(looked_after, "looked_after_at_31_march", "E09000001", 2025)
    assert pd.isna(city["count"]) and pd.isna(city["value"])
    assert (city["denominator"], city["value_note"]) == (847, "suppressed (c)")
    cumbria = cell(looked_after, "looked_after_at_31_march", "E10000006", 2025)
    assert cumbria["value_note"] == "not applicable (z); denominator: not available (x)"


def test_small_shares_of_a_real_file_are_not_zero(published, real_data):
    rows = published(real_data, "la_care_leavers").rows
    small = rows[rows["value_note"] == "value: rounds to zero but is not zero (k)"]
    assert len(small) > 0
    assert small["value"].isna().all() and (small["count"] > 0).all()


def test_every_row_of_a_real_file_is_kept(published, real_data):
    table = published(real_data, "d1_child")
    assert len(table.rows) == 4 * 1967
    # Areas whose code alone was replaced are told, and nothing else is.
    assert table.problems["problem"].str.contains("` read as `").all()
    assert published(real_data, "cla_number").rows["area_code"].nunique() == 1 + 11 + 155


def test_a_row_becomes_a_row_of_the_count_table(tmp_path):
    table = table_of(tmp_path, row())
    (made,) = table.rows.to_dict("records")
    assert made["measure"] == "plans"
    assert (made["area_code"], made["sex"], made["age"]) == (BARNET, "persons", "<18 yrs")
    assert (made["count"], made["value"], made["value_note"]) == (5.0, 1.5, "")
    assert (made["source_id"], made["source_row"]) == ("plans", 2)
    assert pd.isna(made["denominator"]) and pd.isna(made["source_published"])


def test_a_row_names_its_file(tmp_path):
    assert table_of(tmp_path, row()).rows["source_file"].tolist() == ["d1_plans.csv"]
    folder = tmp_path / "plans" / "2024-11-22"
    folder.mkdir(parents=True)
    bundled = dfe.read_ees(write(folder, row()), passport())
    assert bundled.rows["source_file"].tolist() == ["2024-11-22/d1_plans.csv"]


@pytest.mark.parametrize(
    "folder, printed, published",
    [
        ("2024-11-22", None, "2024-11-22"),
        ("dfe 2024-11-22 revised", None, "2024-11-22"),
        ("2024-11-22", date(2024, 12, 5), "2024-12-05"),
        ("2024-13-45", None, ""),
        ("12024-11-223", None, ""),
        ("downloads", None, ""),
    ],
)
def test_the_date_is_the_passports_else_the_folders(tmp_path, folder, printed, published):
    (tmp_path / folder).mkdir()
    rows = dfe.read_ees(write(tmp_path / folder, row()), passport(published=printed)).rows
    assert rows["source_published"].dt.strftime("%Y-%m-%d").fillna("").tolist() == [published]


def test_figures_that_are_missing_without_a_reason_get_one(tmp_path):
    rows = pd.DataFrame(
        {"source_row": 2, "measure": ["a", "b", "c", "d"], "area_code": BARNET,
         "period_start": pd.Timestamp(2024, 3, 31), "period_end": pd.Timestamp(2024, 3, 31),
         "count": [None, 5.0, None, None], "value": [None, None, 2.5, None],
         "value_note": ["", "", "", "suppressed (c)"]}
    )  # fmt: skip
    made = count_table(Draft(rows), tmp_path / "d1_plans.csv", passport()).rows
    assert made["value_note"].tolist() == ["missing in file", "", "", "suppressed (c)"]


def test_the_code_of_an_authority_does_not_depend_on_the_day_of_the_build(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(geography, "current_code", lambda codes, on: asked.append(on) or codes)
    table_of(tmp_path, row())
    assert asked == [date(9999, 12, 31)]


def test_the_order_and_case_of_columns_do_not_matter(tmp_path):
    header = "CPP_AT31,new_la_code,Geographic_Level,time_identifier,time_period,cpp_at31_RATE"
    line = f"5,{BARNET},Local Authority,Reporting year,2024,1.5"
    table = table_of(tmp_path, line, header=header)
    assert table.rows["count"].tolist() == [5.0]
    assert table.rows["area_code"].tolist() == [BARNET]


def test_a_level_takes_its_own_code_and_the_publishers_rounding_is_noted(tmp_path):
    table = table_of(
        tmp_path,
        row("60", level="National"),
        row("50", level="Regional", codes=(OUTER, "")),
        row("c", level="National", period="2023"),
    )
    assert table.rows["area_code"].tolist() == [ENGLAND, OUTER, ENGLAND]
    assert table.rows["value_note"].tolist() == [
        "count rounded to 10 by publisher", "", "suppressed (c)",
    ]  # fmt: skip


@pytest.mark.parametrize("codes", [("", "302"), ("", "302.0"), ("E09999999", "302"), ("x", "302")])
def test_a_three_digit_number_stands_in_for_a_missing_code(tmp_path, codes):
    assert table_of(tmp_path, row(codes=codes)).rows["area_code"].tolist() == [BARNET]


def test_areas_that_nothing_explains_are_left_out_one_by_one(tmp_path):
    table = table_of(tmp_path, row(), row(codes=("E06999999", "319 / 999")))
    assert len(table.rows) == 1
    assert table.problems.to_dict("records") == [
        {
            "source_row": 3,
            "problem": "left out: area not known (code `E06999999`, number `319 / 999`)",
        }
    ]


def test_other_levels_are_left_out_and_told_once(tmp_path):
    table = table_of(tmp_path, row(), row(level="School"), row(level="School"))
    assert table.problems["problem"].tolist() == [
        "2 rows left out, from this one on: geographic_level is School"
    ]
    assert table.problems["source_row"].tolist() == [3]


def test_filters_keep_the_rows_named(tmp_path):
    header = HEADER + ",category"
    rows = (row() + ",Total", row("9") + ",total ", row("7", period="2023") + ",Girls")
    table = table_of(tmp_path, rows[0], rows[2], header=header, filters={"category": "TOTAL"})
    assert table.rows["count"].tolist() == [5.0]
    assert "the passport's filters are {'category': 'TOTAL'}" in table.problems["problem"].iloc[0]


def test_long_files_give_measures_by_where_and_keep_their_category(tmp_path):
    header = HEADER + ",length"
    rows = [row("5") + ",short", row("6") + ",long", row("11") + ",all"]
    measures = {
        "all_plans": {"count": "CPP_At31", "period": "at_31_march", "where": {"length": "All"}},
        "by_length": {
            "count": "CPP_At31",
            "period": "at_31_march",
            "where": {"length": ["short", "long"]},
            "category_type": "length",
            "category": "length",
            "age": "0-17 yrs",
        },
    }
    rows = table_of(tmp_path, *rows, header=header, measures=measures).rows
    assert rows[["measure", "category_type", "category", "age", "count"]].to_numpy().tolist() == [
        ["all_plans", "", "", "<18 yrs", 11.0],
        ["by_length", "length", "short", "0-17 yrs", 5.0],
        ["by_length", "length", "long", "0-17 yrs", 6.0],
    ]


def test_a_measure_without_rows_is_told_with_what_there_is(tmp_path):
    header = HEADER + ",length"
    wide = {"count": "CPP_At31", "period": "at_31_march"}
    measures = {
        "short": wide | {"where": {"length": "short"}},
        "long": wide | {"where": {"length": "over a year"}},
    }
    table = table_of(tmp_path, row() + ",short", header=header, measures=measures)
    assert table.problems["problem"].tolist() == ["no rows for `long`; the file has length: short"]


def test_a_file_with_the_columns_but_not_the_rows_of_a_passport(tmp_path):
    header = HEADER + ",length"
    measures = {"long": {"count": "CPP_At31", "where": {"length": "long"}}}
    source = passport(measures=measures, file_patterns=("d1*.csv",))
    path = write(tmp_path, row() + ",short", header=header, name="other.csv")
    # Any file of the layout can be read, only not by that passport.
    general = catalogue.load().sources["dfe_explore_education_statistics"]
    table = read(path, {"plans": source, general.id: general})
    assert table.source is general
    assert table.rows["category"].tolist() == ["short", "short"]
    assert table.problems["problem"].iloc[0] == (
        "not read otherwise: must have rows of the measures of `plans`; got: length: short"
    )
    with pytest.raises(SourceError) as caught:
        dfe.read_ees(write(tmp_path, row() + ",short", header=header), source)
    assert not isinstance(caught.value, UnrecognisedFile)
    assert caught.value.rule == "must have rows of the measures of `plans`"
    assert caught.value.got == "length: short"
    assert "correct `where` in data/catalogue/sources/plans.yml" in caught.value.action


def test_a_published_rate_may_be_absent_beside_its_count(tmp_path):
    header = HEADER.removesuffix(",CPP_At31_rate")
    table = table_of(tmp_path, row().removesuffix(",1.5"), header=header)
    assert table.rows["count"].tolist() == [5.0]
    assert table.rows["value"].isna().all()
    assert table.rows["value_note"].tolist() == [""]
    assert table.problems["problem"].tolist() == ["this edition has no column `CPP_At31_rate`"]


def test_a_missing_denominator_column_stops_the_file(tmp_path):
    measures = {"plans": MEASURES["plans"] | {"denominator": "population"}}
    with pytest.raises(SourceError) as caught:
        table_of(tmp_path, row(), measures=measures)
    assert caught.value.rule == "a file of `plans` must have the column `population`"
    assert caught.value.got.startswith("only time_period, time_identifier, geographic_level")
    assert "add it to `aliases` in data/catalogue/sources/plans.yml" in caught.value.action


def test_text_that_is_no_figure_is_listed_and_missing(tmp_path):
    table = table_of(tmp_path, row("about 5"))
    assert table.rows["count"].isna().all()
    assert table.rows["value_note"].tolist() == ["not a number in the file (about 5)"]
    assert table.problems.to_dict("list") == {
        "source_row": [2],
        "problem": ["`CPP_At31` is not a number or a known symbol: about 5"],
    }


def test_a_period_that_cannot_be_read_is_left_out(tmp_path):
    table = table_of(tmp_path, row(), row(period="20XX"))
    assert table.problems["problem"].tolist() == ["left out: period `20XX` cannot be read"]


def test_repeated_rows_are_kept_once(tmp_path):
    table = table_of(tmp_path, row(), row())
    assert len(table.rows) == 1
    assert table.problems["problem"].tolist() == [
        "left out: the same figures stand in earlier rows"
    ]


def test_two_figures_for_one_thing_are_no_figure(tmp_path):
    table = table_of(tmp_path, row("5"), row("5"), row("6"))
    (made,) = table.rows.to_dict("records")
    assert pd.isna(made["count"]) and pd.isna(made["value"])
    assert made["value_note"] == "the file gives two different figures"
    assert table.problems["source_row"].tolist() == [3, 4, 2]
    assert table.problems["problem"].iloc[1] == "left out: another figure for the row of line 2"


def test_impossible_numbers_are_taken_away(tmp_path):
    columns = {"count": "CPP_At31", "denominator": "CPP_At31_rate"}
    measures = {"plans": columns | {"period": "at_31_march"}}
    table = table_of(
        tmp_path,
        row("-5", "10"),
        row("5", "-10", period="2023"),
        row("0", "0", period="2022"),
        measures=measures,
    )
    assert table.rows["value_note"].tolist() == [
        "count below zero in the file", "denominator below zero", "denominator is zero",
    ]  # fmt: skip
    assert table.rows["count"].isna().tolist() == [True, False, False]
    assert table.rows["denominator"].isna().tolist() == [False, True, True]
    assert table.problems["source_row"].tolist() == [2, 3]


def test_a_file_of_other_levels_only_is_an_error(tmp_path):
    with pytest.raises(SourceError) as caught:
        table_of(tmp_path, row(level="School"))
    assert caught.value.rule == "must have rows that can be used"
    assert caught.value.got == "rows of these geographic levels only: School (1)"
    assert "for local authorities, regions and England" in caught.value.action


def test_a_header_without_rows_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="no rows below the header"):
        table_of(tmp_path)


@pytest.mark.parametrize("measures", [{}, {"plans": {"period": "at_31_march"}}])
def test_a_passport_that_asks_for_no_figure_is_an_error(tmp_path, measures):
    with pytest.raises(CatalogueError) as caught:
        table_of(tmp_path, row(), measures=measures)
    assert caught.value.thing == "data/catalogue/sources/plans.yml"
    assert caught.value.rule == "each of `measures` must have `count` or `value`"


def test_neither_file_nor_passport_is_changed(tmp_path):
    path, source = write(tmp_path, row()), passport()
    before = path.read_bytes(), dataclasses.asdict(source)
    dfe.read_ees(path, source)
    assert (path.read_bytes(), dataclasses.asdict(source)) == before


def test_the_reader_finds_its_passport_itself(real_data):
    folder = real_data / "dfe-explore-education-statistics"
    table = dfe.read_ees(next(folder.glob("b3_cin*.csv")))
    assert table.source == catalogue.load().sources["dfe_children_in_need_primary_need"]
    england = cell(table, "need_abuse_or_neglect", ENGLAND, 2024)
    assert (england["count"], england["denominator"]) == (231940, 399460)


# ---- what later and earlier editions do to a file ------------------------------------------------

PREFIX = (
    "time_period,time_identifier,geographic_level,country_code,region_code,old_la_code,new_la_code"
)
LEVEL = f"2024,Reporting year,Local authority,{ENGLAND},{OUTER},302,{BARNET}"


def edition(tmp_path, name: str, columns: str, *cells: str):
    """A file of one authority as another edition lays it out, read with the catalogue."""
    lines = [LEVEL + "," + each for each in cells]
    return read(write(tmp_path, *lines, header=f"{PREFIX},{columns}", name=name))


def figures(table) -> dict[str, list]:
    rows = table.rows.set_index("measure")[["count", "denominator", "value"]]
    rows = rows.astype(object).where(rows.notna(), None)
    return {name: rows.loc[name].tolist() for name in rows.index}


EDITIONS = [
    (
        "c1_children_in_need_referrals_2013_to_2025.csv",
        "category,referral_count,rereferral_count,rereferral_percent,no_further_action_count,"
        "no_further_action_percent,not_in_need_count,not_in_need_percent,referral_child_count,"
        "rereferral_child_count,rereferral_child_percent",
        "Referrals,2000,400,20,50,2.5,600,30,1900,380,20",
        "dfe_referrals",
        {"referrals": [2000, None, None], "re_referrals": [400, 2000, 20]},
    ),
    (
        "c1_children_in_need_referrals_2013_to_2024.csv",
        "category,Referrals,Referrals_rate,Re_referrals,Re_referrals_percent,No_Further_Action,"
        "No_Further_Action_percent,Not_in_Need,Not_in_Need_percent,Referrals_child,"
        "Referrals_child_rate,Re_referrals_child,Re_referrals_child_percent",
        "Referrals,2000,217,400,20,50,2.5,600,30,1900,200,380,20",
        "dfe_referrals",
        {"referrals": [2000, None, 217], "re_referrals": [400, 2000, 20]},
    ),
    (
        "b1_children_in_need_2013_to_2024.csv",
        "category,Anypoint_episodes,Anypoint_episodes_rate,Anypoint_child,Anypoint_child_rate,"
        "Started_episodes,Started_episodes_rate,Started_child,Started_child_rate,Ended_episodes,"
        "Ended_episodes_rate,Ended_child,Ended_child_rate,At31_episodes,At31_episodes_rate,"
        "Awaiting_assessment,Awaiting_assessment_rate",
        "CIN,50,5,49,4,30,3,29,2,20,2,19,1,30,3.1,c,c",
        "dfe_children_in_need",
        {"children_in_need_at_31_march": [30, None, 3.1], "episodes_ending": [20, None, 2]},
    ),
    (
        "cla_number_and_rate_per_10k_children.csv",
        "la_name,population_count,population_estimate,number,rate_per_10000",
        "Barnet,Children looked after at 31 March each year,92000,340,37",
        "dfe_children_looked_after",
        {"looked_after_at_31_march": [340, 92000, 37]},
    ),
    (
        "la_cla_placement_stability.csv",
        "cla_group,placement_stability,number,percentage",
        "CLA on 31 March,With 3 or more placements during the year,33,10",
        "dfe_placement_stability",
        {"three_or_more_placements_in_year": [33, None, 10]},
    ),
    (
        "la_care_leavers_activity.csv",
        "care_leaver_age,breakdown,care_leaver_count,care_leaver_percent",
        '19 to 21 years,"Total in education, employment or training",120,54',
        "dfe_care_leavers_accommodation",
        {"in_education_employment_or_training_19_21": [120, None, 54]},
    ),
    (
        "b7_child_in_need_plans_2022_to_2024.csv",
        "category,CINPlan_start,CINPlan_start_rate,CINPlan_child_start,CINPlan_child_start_rate,"
        "CINPlan_end,CINPlan_end_rate,CINPlan_child_end,CINPlan_child_end_rate,CINPlan_anypoint,"
        "CINPlan_anypoint_rate,CINPlan_child_anypoint,CINPlan_child_anypoint_rate,CINPlan_At31,"
        "CINPlan_At31_rate",
        "Plans,1,2,3,4,5,6,7,8,9,10,11,12,13,14",
        "dfe_child_in_need_plans",
        {"child_in_need_plans_at_31_march": [13, None, 14]},
    ),
    (
        "c2_children_in_need_assessments_duration_2014_to_2024.csv",
        "category,Assessments_completed,Assessments_completed_rate,Same_day,1-10_days,11-20_days,"
        "21-30_days,31-40_days,41-45_days,46-50_days,51-60_days,61+_days,25th_Percentile_days,"
        "Median_days,75th_Percentile_days",
        "x,100,9,1,2,3,4,5,6,7,8,64,10,31,45",
        "dfe_assessments",
        {"assessments_over_60_days": [64, 100, None], "assessments_median_days": [None, None, 31]},
    ),
    (
        "c4_children_in_need_section_47s_and_icpcs_2013_to_2024.csv",
        "category,Section47,Section47_rate,Section47_child,Section47_child_rate,ICPC,ICPC_rate,"
        "ICPC_child,ICPC_child_rate,Duration_0-10_days,Duration_11-15_days,Duration_16-20_days,"
        "Duration_21+_days,Duration_25th_Percentile,Duration_median,Duration_75th_Percentile",
        "x,900,95,890,94,300,32,299,31,5,200,90,5,11,13,15",
        "dfe_section_47_enquiries",
        {"initial_child_protection_conferences": [300, None, 32]},
    ),
    (
        "c5_children_in_need_referrals_by_source_2014_to_2024.csv",
        "category,Referrals,Individual,Schools,Education_Services,Health_Services,Housing,"
        "LA_Services,Police,Other_legal_agency,Other,Anonymous,Unknown",
        "x,1000,90,200,10,150,10,100,300,60,50,20,10",
        "dfe_referrals_by_source",
        {"referrals_from_police": [300, 1000, None], "referrals_from_schools": [200, 1000, None]},
    ),
    (
        "d4_cpps_at31march_by_category_of_abuse_2013_to_2024.csv",
        "category,CPP_At31,Neglect_Initial,Physical_Initial,Sexual_Initial,Emotional_Initial,"
        "Multiple_Initial,Neglect_Latest,Physical_Latest,Sexual_Latest,Emotional_Latest,"
        "Multiple_Latest",
        "x,250,1,2,3,4,5,120,20,c,90,0",
        "dfe_child_protection_category",
        {"plans_for_neglect": [120, 250, None], "plans_for_sexual_abuse": [None, 250, None]},
    ),
    (
        "csww_indicators_2017_to_2022.csv",
        "la_name,inpost_fte,inpost_headcount,turnover_rate_fte_%,agency_fte,agency_rate_fte_%,"
        "vacancy_fte,vacancy_rate_fte_%,cases,caseload_fte,absence_rate_fte_%",
        "Barnet,180.5,190,15.1,30,14.2,40,18.1,2000,low,3.1",
        "dfe_social_work_workforce",
        {"agency_workers": [30, None, 14.2], "social_worker_turnover": [None, None, 15.1]},
    ),
    (
        "absence_la.csv",
        "absence_terms,social_care_group,phase_type_grouping,t_pupils,t_sess_possible,"
        "t_sess_overall,pt_overall,t_sess_authorised,pt_sess_authorised,t_sess_unauthorised,"
        "pt_sess_unauthorised,t_pupils_pa_10_exact,pt_pupils_pa_10_exact,t_pupils_pa_50_exact,"
        "pt_pupils_pa_50_exact",
        "Six half terms,CINO at 31 March,Total,500,90000,9000,10,6000,6.7,3000,3.3,200,40,20,4",
        "dfe_social_care_absence",
        {"overall_absence": [9000, 90000, 10], "severe_absence": [20, 500, 4]},
    ),
    (
        "requests.csv",
        "breakdown_topic,breakdown,requests_received_in_year,requests_decided_to_assess,"
        "requests_decided_not_to_assess,request_assess_pc,request_not_assess_pc",
        "All requests,All requests,900,600,200,66.7,22.2",
        "dfe_ehc_requests",
        {"requests_agreed": [600, None, 66.7], "requests_for_assessment": [900, None, None]},
    ),
]


@pytest.mark.parametrize("name, columns, cells, source, expected", EDITIONS)
def test_editions_that_are_not_among_the_real_files(
    tmp_path, name, columns, cells, source, expected
):
    table = edition(tmp_path, name, columns, cells)
    assert table.source.id == source
    got = figures(table)
    assert {measure: got[measure] for measure in expected} == expected
    # The header decides, not the name.
    other = edition(tmp_path, "download.csv", columns, cells)
    assert other.source.id == source


@pytest.mark.parametrize("name, columns, cells, source, expected", EDITIONS[:9])
def test_columns_in_another_order_and_case(tmp_path, name, columns, cells, source, expected):
    names = [*PREFIX.split(","), *columns.split(",")]
    values = next(csv.reader([f"{LEVEL},{cells}"]))
    turned = [f'"{text}"' for text in reversed(values)]
    header = ",".join(each.upper() for each in reversed(names))
    table = read(write(tmp_path, ",".join(turned), header=header, name="x.csv"))
    got = figures(table)
    assert {measure: got[measure] for measure in expected} == expected


def test_a_measure_whose_column_an_edition_lacks_is_told(tmp_path):
    measures = MEASURES | {"other": {"count": "CPP_other", "period": "at_31_march"}}
    source = passport(measures=measures)
    table = dfe.read_ees(write(tmp_path, row()), source)
    assert table.rows["measure"].tolist() == ["plans"]
    assert table.problems["problem"].tolist() == ["this edition has no column `CPP_other`"]


def test_a_missing_column_beside_an_unknown_one_may_have_been_renamed(tmp_path):
    measures = MEASURES | {"other": {"count": "CPP_other", "period": "at_31_march"}}
    path = write(tmp_path, row() + ",7", header=HEADER + ",CPP_renamed")
    with pytest.raises(SourceError) as caught:
        dfe.read_ees(path, passport(measures=measures))
    assert caught.value.rule == "a file of `plans` must have the column `CPP_other`"
    # A column that the passport lists, though no measure uses it, is not a new name.
    known = passport(measures=measures, aliases={"CPP_renamed": ()})
    assert dfe.read_ees(path, known).rows["measure"].tolist() == ["plans"]


def test_filters_that_a_passport_lists_are_categories(tmp_path):
    header = HEADER + ",phase,gender"
    source = passport(aliases={"phase": (), "gender": ()})
    lines = [row("9") + ",Total,Total", row("5") + ",Total,Boys", row("4") + ",Primary,Girls"]
    rows = dfe.read_ees(write(tmp_path, *lines, header=header), source).rows
    assert rows[["count", "sex", "category_type", "category", "age"]].to_numpy().tolist() == [
        [9.0, "persons", "", "", "<18 yrs"],
        [5.0, "male", "", "", "<18 yrs"],
        [4.0, "female", "phase", "Primary", "<18 yrs"],
    ]


def test_a_filter_that_a_later_edition_adds_keeps_the_headline(tmp_path):
    header = HEADER + ",setting"
    lines = [row("9") + ",Total", row("5") + ",Home"]
    table = table_of(tmp_path, *lines, header=header)
    assert table.rows[["count", "category_type", "category"]].to_numpy().tolist() == [
        [9.0, "", ""], [5.0, "setting", "Home"],
    ]  # fmt: skip
    assert table.problems["problem"].tolist() == [
        "not in the passport, so part of the category: `setting`"
    ]


def test_a_word_that_is_the_same_in_every_row_is_no_filter(tmp_path):
    table = table_of(tmp_path, row() + ",Plans", header=HEADER + ",category")
    assert table.rows["category"].tolist() == [""]
    assert table.problems.empty


def test_sex_and_age_from_columns_and_intervals(tmp_path):
    header = HEADER + ",who,how_old,low,high"
    spec = MEASURES["plans"] | {
        "sex_from": "who", "age_from": "how_old", "lower_ci_95": "low", "upper_ci_95": "high",
    }  # fmt: skip
    lines = [row() + ",Boys,5 to 9,1,2", row() + ",Girls,,c,c"]
    rows = table_of(tmp_path, *lines, header=header, measures={"plans": spec}).rows
    columns = ["sex", "age", "lower_ci_95", "upper_ci_95"]
    got = rows[columns].astype(object).where(rows[columns].notna(), None).to_numpy().tolist()
    assert got == [["male", "5 to 9", 1.0, 2.0], ["female", "<18 yrs", None, None]]


def test_a_period_as_published_follows_the_identifier(tmp_path):
    spec = {"count": "CPP_At31", "period": "as_published"}
    line = row().replace("2024,Reporting", "202324,Academic")
    rows = table_of(tmp_path, line, measures={"plans": spec}).rows
    assert rows["period_label"].tolist() == ["2023/24 school year"]


def test_a_figure_for_two_authorities_is_told_at_each(tmp_path):
    rows = table_of(tmp_path, row("60", codes=("E09000021 / E09000027", "314 / 318"))).rows
    assert rows["area_code"].tolist() == ["E09000021", "E09000027"]
    assert rows["count"].tolist() == [60.0, 60.0]
    assert set(rows["value_note"]) == {
        "figure is for Kingston upon Thames and Richmond upon Thames together"
    }


REAL_PASSPORTS = [
    ("1_eyfsp", "good_level_of_development", ENGLAND, 405723, 622583, 65.2),
    ("UD_NEETNK_LA_dashboard_2025", "neet_or_not_known", ENGLAND, None, None, 5.6),
    ("ks4_la", "attainment_8", ENGLAND, None, None, 17.3),
    ("sen_needs", "autistic_spectrum_disorder", ENGLAND, 201183, 638745, 31.5),
    ("timeliness", "plans_issued_in_20_weeks", ENGLAND, 31313, 53327, 58.7),
    ("sen2_age", "ehc_plans", ENGLAND, 473255, None, None),
    ("week_29", "persistent_absence", ENGLAND, None, None, 18.7),
    ("fsm_la", "free_school_meals", ENGLAND, 81790, 139320, 58.7),
    ("c3_factors", "factor_domestic_abuse_parent", ENGLAND, 162890, 513250, None),
    ("d5_cpps", "plans_two_years_or_more", ENGLAND, 1130, 49420, 2.3),
]


@pytest.mark.parametrize("name, measure, area, count, denominator, value", REAL_PASSPORTS)
def test_first_lines_of_real_files(
    published, real_data, name, measure, area, count, denominator, value
):
    """Cells of the first line (of the country) of each file, read off it."""
    rows = published(real_data, name).rows
    first = rows[(rows["measure"] == measure) & (rows["area_code"] == area)].iloc[0]
    got = first[["count", "denominator", "value"]].astype(object)
    assert got.where(got.notna(), None).tolist() == [count, denominator, value]


@pytest.mark.parametrize(
    "name, measure, period",
    [
        ("b1_children", "children_in_need_at_31_march", "31 March 2025"),
        ("d1_child", "child_protection_plans_at_31_march", "31 March 2024"),
        ("c3_factors", "factor_neglect", "2024/25"),
        ("cla_number", "looked_after_at_31_march", "31 March 2025"),
    ],
)
def test_regions_add_up_to_england_but_for_rounding(published, real_data, name, measure, period):
    rows = published(real_data, name).rows
    mine = rows[(rows["measure"] == measure) & (rows["period_label"] == period)]
    count = mine.set_index("area_code")["count"]
    regions = count[[code for code in count.index if code.startswith("E12")]]
    assert len(regions) == 9
    assert abs(regions.sum() - count[ENGLAND]) <= 5 * 10
    inner_and_outer = count[["E13000001", OUTER]].sum()
    assert abs(inner_and_outer - count[LONDON]) <= 20
