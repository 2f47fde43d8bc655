"""Mid-year population estimates in both layouts, against cells read off the real files."""

import dataclasses

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import ons, read

ENGLAND, BARNET, LONDON = "E92000001", "E09000003", "E12000007"


def one(table, measure: str, area: str, label: str) -> pd.Series:
    rows = table.rows
    found = rows[
        (rows["measure"] == measure)
        & (rows["area_code"] == area)
        & (rows["period_label"] == label)
        & (rows["sex"] == "persons")
    ]
    assert len(found) == 1
    return found.iloc[0]


@pytest.fixture
def workbook(real_data):
    return real_data / "ons-population" / "mye23tablesew.xlsx"


@pytest.fixture
def passport():
    return catalogue.load().sources["ons_population_single_year"]


def with_measures(source, **measures):
    return dataclasses.replace(source, measures=measures)


def test_children_as_used_for_rates_of_social_care(real_data):
    path = next((real_data / "ons-population").glob("ons_mid-year*.csv"))
    table = read(path)
    barnet = one(table, "population_0_17", BARNET, "mid-2024")
    assert (barnet["count"], barnet["source_row"]) == (93851, 149)
    assert barnet["period_end"] == pd.Timestamp(2024, 6, 30)
    assert one(table, "population_0_17", BARNET, "mid-2022")["count"] == 91011
    assert one(table, "population_0_17", ENGLAND, "mid-2023")["count"] == 12059476
    assert one(table, "population_0_17", ENGLAND, "mid-2024")["count"] == 12183016


def test_single_years_of_the_workbook_are_added_up(workbook):
    table = read(workbook)
    england = one(table, "population_0_17", ENGLAND, "mid-2023")
    assert (england["count"], england["source_row"]) == (11998646, 10)
    assert one(table, "population_0_17", BARNET, "mid-2023")["count"] == 92218
    assert one(table, "population_all_ages", BARNET, "mid-2023")["count"] == 395007
    assert one(table, "population_all_ages", LONDON, "mid-2023")["count"] == 8945309


def test_both_sexes_come_from_sheets_of_their_own(workbook, passport):
    source = with_measures(passport, population_0_17={"ages": [0, 17]}, old={"ages": [90, 90]})
    rows = ons.read_mid_year(workbook, source).rows
    barnet = rows[(rows["area_code"] == BARNET) & (rows["measure"] == "population_0_17")]
    people = barnet.set_index("sex")["count"]
    assert people["male"] + people["female"] == people["persons"] == 92218
    assert set(barnet["age"]) == {"0-17 yrs"}
    assert (rows.loc[rows["measure"] == "old", "count"] > 0).all()


def test_every_authority_and_region_of_england_is_there(workbook):
    rows = read(workbook).rows
    codes = rows.loc[rows["measure"] == "population_0_17", "area_code"]
    assert codes.is_unique
    assert len(codes) == 1 + 9 + 153
    assert codes.str.startswith("E").all()


def test_the_parts_of_england_add_up(workbook):
    rows = read(workbook).rows
    people = rows[rows["measure"] == "population_0_17"].set_index("area_code")["count"]
    regions = people[people.index.str.startswith("E12")]
    assert regions.sum() == people[ENGLAND] == 11998646


def test_areas_left_out_are_told(workbook):
    problems = read(workbook).problems["problem"]
    assert problems.str.contains("not in data/reference/areas.csv").any()
    assert problems.str.contains("the passport's filters are").any()


def test_a_sheet_that_is_not_there_is_named(workbook, passport):
    source = with_measures(passport, people={"ages": [0, 17], "sheet": "MYE9"})
    with pytest.raises(SourceError) as caught:
        ons.read_mid_year(workbook, source)
    assert caught.value.rule == "a file of `ons_population_single_year` must have the sheet `MYE9`"
    assert caught.value.got == "MYE2 - Persons, MYE2 - Females, MYE2 - Males"
    assert "data/catalogue/sources/ons_population_single_year.yml" in caught.value.action


def sheet_as_csv(tmp_path, *lines: str, above: str = "MYE2: Persons by age, mid-2023,,,,\n"):
    path = tmp_path / "mye.csv"
    path.write_text(above + "\n".join(["Code,Name,Geography,All ages,0,1", *lines, ""]))
    return path


def small(passport, **measures):
    header = ("Code", "Name", "All ages", "0", "1")
    measures = measures or {"babies": {"ages": [0, 1], "age": "<2 yrs"}}
    return dataclasses.replace(passport, header=header, measures=measures, filters={})


def test_a_sheet_saved_as_csv_is_read_alike(tmp_path, passport):
    path = sheet_as_csv(tmp_path, f'{BARNET},Barnet,London Borough,"395,007","4,662",4883')
    (row,) = ons.read_mid_year(path, small(passport)).rows.to_dict("records")
    assert (row["count"], row["age"], row["sex"]) == (9545, "<2 yrs", "persons")
    assert (row["period_label"], row["source_row"]) == ("mid-2023", 3)


def test_a_gap_in_one_age_leaves_the_sum_missing(tmp_path, passport):
    path = sheet_as_csv(tmp_path, f"{BARNET},Barnet,London Borough,395007,No data,4883")
    table = ons.read_mid_year(path, small(passport))
    assert table.rows["count"].isna().all()
    assert table.rows["value_note"].tolist() == ["population missing for part of the ages"]
    assert table.problems["problem"].tolist() == ["population missing for part of the ages"]


def test_a_sheet_that_does_not_say_its_year_is_refused(tmp_path, passport):
    path = sheet_as_csv(tmp_path, f"{BARNET},Barnet,London Borough,9,4,5", above="")
    with pytest.raises(SourceError) as caught:
        ons.read_mid_year(path, small(passport))
    assert caught.value.rule == "must say which mid-year it is for"
    assert caught.value.got == "no title"
    assert "Keep the rows above the header" in caught.value.action


def test_a_missing_age_is_named(tmp_path, passport):
    path = sheet_as_csv(tmp_path, f"{BARNET},Barnet,London Borough,9,4,5")
    with pytest.raises(SourceError, match="must have the columns `2`, `3`; got: only Code, Name"):
        ons.read_mid_year(path, small(passport, toddlers={"ages": [0, 3]}))
