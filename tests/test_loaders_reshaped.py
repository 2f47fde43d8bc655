"""Tidy re-layouts of published indicators: cells of three real files, and each rule in small."""

import csv

import pandas as pd
import pytest

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import read

BARNET, ENGLAND = "E09000003", "E92000001"
HEADER = "area_code,area_name,period,value,indicator,measure,unit,significance\n"
NOTE = "value rounded to 1 decimal by Trafford Data Lab"
FILES = {
    "excess_weight_reception.csv": (
        3936,
        "reshaped_children_aged_4_5_years_who_have_excess_weight",
    ),
    "low_income_families.csv": (3608, "reshaped_children_in_low_income_families"),
    "admissions_self_harm_young_people.csv": (
        1078,
        "reshaped_hospital_admissions_as_a_result_of_self_harm_10_24_years",
    ),
}


def table_of(tmp_path, *lines: str, header: str = HEADER):
    path = tmp_path / "indicator.csv"
    path.write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return read(path)


@pytest.mark.parametrize("name", FILES)
def test_every_row_of_the_real_files_as_printed(real_data, name):
    path = real_data / "reshaped-by-trafford-data-lab" / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.DictReader(file))
    table = read(path)
    many, measure = FILES[name]
    assert len(table.rows) == len(records) == many
    assert table.rows["measure"].unique().tolist() == [measure]
    printed = [float(r["value"]) if r["value"] != "NA" else None for r in records]
    read_values = [None if pd.isna(v) else v for v in table.rows["value"]]
    assert read_values == printed
    missing = table.rows["value"].isna()
    assert set(table.rows.loc[missing, "value_note"]) == {"not available (NA)"}
    assert set(table.rows.loc[~missing, "value_note"]) == {NOTE}


def test_barnet_in_the_real_files(real_data):
    folder = real_data / "reshaped-by-trafford-data-lab"
    weight = read(folder / "excess_weight_reception.csv").of_area(BARNET)
    assert weight["value"].tolist()[:3] == [19.9, 19.8, 22.2]
    assert weight["published_outcome"].tolist()[:3] == ["better", "better", "similar"]
    assert weight["period_label"].tolist()[0] == "2006/07"
    poverty = read(folder / "low_income_families.csv").of_area(BARNET)
    assert poverty["value"].tolist()[:3] == [24.9, 25.4, 24.1]
    assert poverty["period_label"].tolist()[0] == "2006"


def test_districts_and_combined_authorities_are_kept(real_data):
    rows = read(real_data / "reshaped-by-trafford-data-lab" / "excess_weight_reception.csv").rows
    kinds = rows["area_code"].str[:3].value_counts()
    assert (kinds["E07"], kinds["E47"], kinds["E92"]) == (2412, 12, 12)


def test_the_re_layout_is_that_of_fingertips(real_data):
    """Poverty of England in 2016: 17.0 in Fingertips' own file of the same indicator."""
    fingertips = read(real_data / "ohid-fingertips" / "indicators-CountyUApre419.data.csv").rows
    theirs = fingertips[
        (fingertips["measure"] == "fingertips_10101") & (fingertips["area_code"] == ENGLAND)
    ].iloc[0]
    ours = read(real_data / "reshaped-by-trafford-data-lab" / "low_income_families.csv").rows
    same = ours[(ours["area_code"] == ENGLAND) & (ours["period_end"] == theirs["period_end"])]
    assert same["value"].item() == theirs["value"] == 17


def test_columns_in_another_order_and_without_verdict(tmp_path):
    header = "Indicator,Measure,Unit,Period,Area Code,Area Name,Value,extra\n"
    table = table_of(
        tmp_path, f"Weight,Percentage,Females,2019/20,{BARNET},Barnet,20.1,x", header=header
    )
    row = table.rows.iloc[0]
    assert (row["measure"], row["sex"], row["value"]) == ("reshaped_weight", "female", 20.1)
    assert row["published_outcome"] == ""
    assert table.problems.empty


def test_values_with_more_decimals_are_not_called_rounded(tmp_path):
    rows = table_of(
        tmp_path,
        f"{BARNET},Barnet,2019,20.1,Exact,Percentage,Persons,Better",
        f"{ENGLAND},England,2019,20.125,Exact,Percentage,Persons,Better",
        f"{BARNET},Barnet,2019,20,Rounded,Percentage,Persons,Better",
    ).rows
    assert rows["value_note"].tolist() == ["", "", NOTE]


def test_counts_and_percentages_of_one_indicator_stay_apart(tmp_path):
    rows = table_of(
        tmp_path,
        f"{BARNET},Barnet,2019,120,Weight,Count,Persons,",
        f"{BARNET},Barnet,2019,20.5,Weight,Percentage,Persons,",
    ).rows
    assert rows["category_type"].tolist() == ["measure", "measure"]
    assert rows["category"].tolist() == ["Count", "Percentage"]
    assert rows["count"].tolist()[0] == 120 and rows["value"].tolist()[1] == 20.5
    assert rows["value_note"].tolist() == ["", NOTE]


def test_a_unit_that_is_no_sex_is_a_category(tmp_path):
    rows = table_of(
        tmp_path,
        f"{BARNET},Barnet,2019,1,Homes,Percentage,Households,",
        f"{BARNET},Barnet,2019,2,Homes,Percentage,Dwellings,",
    ).rows
    assert rows["category_type"].tolist() == ["unit", "unit"]
    assert rows["category"].tolist() == ["Households", "Dwellings"]
    assert rows["sex"].tolist() == ["persons", "persons"]


def test_both_kinds_of_category_at_once(tmp_path):
    rows = table_of(
        tmp_path,
        f"{BARNET},Barnet,2019,1,Homes,Count,Households,",
        f"{BARNET},Barnet,2019,2.5,Homes,Percentage,Households,",
    ).rows
    assert rows["category_type"].tolist() == ["measure | unit", "measure | unit"]
    assert rows["category"].tolist() == ["Count | Households", "Percentage | Households"]


def test_what_cannot_be_used_is_told(tmp_path):
    table = table_of(
        tmp_path,
        f"{BARNET},Barnet,2019,20.1,Weight,Percentage,Persons,Better",
        f"{BARNET},Barnet,2018,many,Weight,Percentage,Persons,Better",
        f"{BARNET},Barnet,2017,1,,Percentage,Persons,Better",
        f"{BARNET},Barnet,soon,1,Weight,Percentage,Persons,Better",
        "E99999999,Nowhere,2019,1,Weight,Percentage,Persons,Better",
        "W06000001,Ynys Mon,2019,1,Weight,Percentage,Persons,Better",
    )
    assert table.rows["value"].fillna(-1).tolist() == [20.1, -1]
    assert table.rows["value_note"].tolist()[1] == "not a number in the file (many)"
    assert sorted(table.problems["problem"]) == [
        "`value` is not a number or a known symbol: many",
        "left out: area code `E99999999` is not in data/reference/areas.csv",
        "left out: no indicator",
        "left out: not in England",
        "left out: period `soon` cannot be read",
    ]


def test_a_file_without_usable_areas_is_refused(tmp_path):
    with pytest.raises(SourceError, match="must have rows that can be used"):
        table_of(tmp_path, "W06000001,Ynys Mon,2019,1,Weight,Percentage,Persons,Better")


CENSUS = "area_code,area_name,geography,period,indicator,ethnic_group,sex,age,measure,unit,value\n"


def test_further_columns_tell_rows_of_one_area_apart(tmp_path):
    table = table_of(
        tmp_path,
        f"{BARNET},Barnet,Local authority,2021-03-21,Ethnic group,White: Irish,All,0-17,Frequency,"
        "Persons,985",
        f"{BARNET},Barnet,Local authority,2021-03-21,Ethnic group,White: Roma,Female,0-17,"
        "Frequency,Persons,52",
        f"{ENGLAND},England,Country,2021-03-21,Ethnic group,White: Irish,All,0-17,Frequency,"
        "Persons,7000",
        header=CENSUS,
    )
    assert table.problems.empty
    found = table.rows[["area_code", "sex", "category_type", "category", "count"]]
    assert found.to_numpy().tolist() == [
        [BARNET, "persons", "ethnic_group", "White: Irish", 985],
        [BARNET, "female", "ethnic_group", "White: Roma", 52],
        [ENGLAND, "persons", "ethnic_group", "White: Irish", 7000],
    ]
    assert table.rows["value"].isna().all()
