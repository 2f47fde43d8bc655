"""Census tables in custom and whole layouts, against the files' own cells and published totals."""

import csv
from collections import defaultdict

import openpyxl
import pandas as pd
import pytest

from cyp_analysis import area_kinds, catalogue
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import read
from cyp_analysis.loaders.ons import census

ETHNIC = "census_2021_ethnic_group_20_categories"
SEX_AGE = "census_2021_sex_2_categories_age_91_categories"
BARNET, READING, WARD = "E09000003", "E06000038", "E05013628"


@pytest.fixture
def folder(real_data):
    return real_data / "ons-census-2021"


def counted(path, code_column: str) -> dict[tuple[str, str], int]:
    """(area, category) → people, read by the standard library."""
    with path.open(encoding="utf-8-sig") as file:
        return {
            (row[code_column], row["Ethnic group (20 categories)"]): int(row["Observation"])
            for row in csv.DictReader(file)
        }


def test_ethnic_groups_of_every_authority(folder):
    path = folder / "ons-ethnic-population-la.csv"
    table = read(path)
    assert table.source.id == "ons_census_custom"
    expected = counted(path, "2023 Upper tier local authorities Code")
    split = table.rows[table.rows["category"] != ""]
    assert set(split["measure"]) == {ETHNIC}
    assert set(split["category_type"]) == {"Ethnic group"}
    assert set(split["period_label"]) == {"21 March 2021"}
    barnet = split[split["area_code"] == BARNET].set_index("category")["count"].to_dict()
    assert barnet == {c: n for (a, c), n in expected.items() if a == BARNET and n} | {}
    assert len(barnet) == 19
    english = sum(n for (area, _), n in expected.items() if area.startswith("E"))
    assert split["count"].sum() == english


def test_everybody_is_the_sum_of_the_groups_and_says_so(folder):
    rows = read(folder / "ons-ethnic-population-la.csv").rows
    whole = rows[rows["category"] == ""].set_index("area_code")
    assert whole.loc[BARNET, "count"] == 389344  # as published for Census day
    assert whole.loc[BARNET, "value_note"] == "the 19 categories of the file added up"
    assert len(whole) == 153


def test_regions_and_authorities_agree(folder):
    regions = read(folder / "ons-ethnic-population-reg.csv").rows
    authorities = read(folder / "ons-ethnic-population-la.csv").rows
    assert set(area_kinds.kinds(regions["area_code"])) == {"region"}
    by_region = regions.groupby("category")["count"].sum()
    by_authority = authorities.groupby("category")["count"].sum()
    # The publisher changes small counts of each table a little.
    assert ((by_region - by_authority).abs() <= 0.001 * by_region + 60).all()
    assert by_region[""] == pytest.approx(56_490_048, abs=100)  # England, as published


def test_what_was_left_out_of_the_ethnic_groups_is_told(folder):
    told = read(folder / "ons-ethnic-population-la.csv").problems["problem"]
    assert "440 rows left out, from this one on: not in England" in set(told)
    assert "153 rows left out, from this one on: `Does not apply`" in set(told)


def test_sex_and_single_years(folder):
    path = folder / "TS009_2021.csv"
    table = read(path)
    people = defaultdict(int)
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            code = row["Lower Tier Local Authorities Code"]
            age = int(row["Age (91 categories) Code"])
            people[code, row["Sex (2 categories)"].casefold(), age] = int(row["Observation"])
    rows = table.rows
    assert set(rows["measure"]) == {SEX_AGE}
    single = rows[rows["category_type"] == "single year of age"]
    reading = single[single["area_code"] == READING].set_index(["sex", "category"])["count"]
    assert reading["female", "0"] == 970  # the first line of the file
    assert reading["female", "90+"] == people[READING, "female", 90]
    assert reading["persons", "7"] == people[READING, "female", 7] + people[READING, "male", 7]
    under_18 = rows[rows["age"] == "<18 yrs"].set_index(["area_code", "sex"])["count"]
    for sex in ("female", "male"):
        expected = sum(people[BARNET, sex, age] for age in range(18))
        assert under_18[BARNET, sex] == expected
    assert under_18[BARNET, "persons"] == under_18[BARNET, "male"] + under_18[BARNET, "female"]
    whole = rows[(rows["age"] == "All ages") & (rows["category"] == "")]
    assert whole.set_index(["area_code", "sex"])["count"][BARNET, "persons"] == pytest.approx(
        389344, abs=20
    )


def test_persons_of_both_sexes_are_told(folder):
    told = read(folder / "TS009_2021.csv").problems["problem"].tolist()
    assert told == ["persons are males and females added up: the file gives the sexes alone"]


def custom(tmp_path, header: str, *lines: str, name: str = "custom-filtered-2025.csv"):
    path = tmp_path / name
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("area_type", "code", "kind"),
    [
        ("2023 Upper tier local authorities", "E10000016", "authority"),
        ("Upper tier local authorities", "E10000016", "authority"),
        ("Lower tier local authorities", "E07000223", "district"),
        ("Lower Tier Local Authorities", "E07000223", "district"),
        ("Electoral wards and divisions", WARD, "ward"),
        ("2022 Electoral wards and divisions", WARD, "ward"),
        ("Lower layer Super Output Areas", "E01000115", "lower layer super output area"),
        ("Middle layer Super Output Areas", "E02000001", "middle layer super output area"),
        ("Output Areas", "E00000001", "output area"),
        ("Regions", "E12000007", "region"),
        ("Countries", "E92000001", "country"),
        ("Westminster Parliamentary constituencies", "E14000530", "constituency"),
    ],
)
def test_area_types_of_custom_data_sets(tmp_path, area_type, code, kind):
    header = f"{area_type} Code,{area_type},Sex (2 categories) Code,Sex (2 categories),Observation"
    path = custom(tmp_path, header, f"{code},A,1,Female,11", f"{code},A,2,Male,9")
    table = read(path)
    assert table.source.id == "ons_census_custom"
    people = table.rows.set_index("sex")["count"].to_dict()
    assert people == {"female": 11, "male": 9, "persons": 20}
    assert set(area_kinds.kinds(table.rows["area_code"])) == {kind}


def test_what_does_not_apply_is_known_by_its_code(tmp_path):
    header = (
        "Regions Code,Regions,Ethnic group (6 categories) Code,Ethnic group (6 categories),"
        "Observation"
    )
    lines = [
        "E12000007,London,-8,n/k,0",
        "E12000007,London,1,Asian,7",
        "E12000007,London,4,White,5",
    ]
    table = read(custom(tmp_path, header, *lines))
    assert table.rows.set_index("category")["count"].to_dict() == {"": 12, "Asian": 7, "White": 5}
    assert table.problems["problem"].tolist() == ["left out: `Does not apply`"]


def test_sex_beside_another_variable(tmp_path):
    header = (
        "Regions Code,Regions,Sex (2 categories) Code,Sex (2 categories),"
        "Ethnic group (6 categories) Code,Ethnic group (6 categories),Observation"
    )
    lines = [
        f"E12000007,London,{s},{sex},{c},{group},{n}"
        for s, sex in ((1, "Female"), (2, "Male"))
        for c, group, n in ((-8, "Does not apply", 0), (1, "Asian", s), (4, "White", 10 * s))
    ]
    rows = read(custom(tmp_path, header, *lines)).rows
    assert set(rows["measure"]) == {"census_2021_sex_2_categories_ethnic_group_6_categories"}
    found = rows.set_index(["sex", "category"])["count"].to_dict()
    assert found == {
        ("female", "Asian"): 1,
        ("female", "White"): 10,
        ("male", "Asian"): 2,
        ("male", "White"): 20,
        ("persons", "Asian"): 3,
        ("persons", "White"): 30,
        ("female", ""): 11,
        ("male", ""): 22,
        ("persons", ""): 33,
    }


def test_age_groups_of_a_custom_data_set(tmp_path):
    header = "Regions Code,Regions,Age (B) (3 categories) Code,Age (B) (3 categories),Observation"
    groups = ("Aged 15 years and under", "Aged 16 to 64 years", "Aged 65 years and over")
    lines = [f"E12000007,London,{i},{g},{10 + i}" for i, g in enumerate(groups)]
    rows = read(custom(tmp_path, header, *lines)).rows
    people = rows.set_index("age")["count"].to_dict()
    assert people.pop("All ages") == 33
    assert people.pop("<16 yrs", 10) == 10
    assert people == dict(zip(groups, (10, 11, 12), strict=True))
    note = rows.set_index("age").loc["All ages", "value_note"]
    assert note == "the 3 age groups of the file added up"


def test_an_area_without_a_category_gets_no_total(tmp_path):
    header = "Regions Code,Regions,Tenure (3 categories) Code,Tenure (3 categories),Observation"
    path = custom(
        tmp_path,
        header,
        "E12000007,London,1,Owned,5",
        "E12000007,London,2,Rented,6",
        "E12000001,North East,1,Owned,4",
    )
    whole = read(path).rows.query("category == ''").set_index("area_code")
    assert whole.loc["E12000007", "count"] == 11
    assert pd.isna(whole.loc["E12000001", "count"])
    assert "not added up" in whole.loc["E12000001", "value_note"]


def test_a_category_without_a_code_column(tmp_path):
    header = "Regions Code,Regions,Tenure (3 categories),Observation"
    rows = read(custom(tmp_path, header, "E12000007,London,Owned,5", "E12000007,London,Rented,6"))
    assert set(rows.rows["category"]) == {"Owned", "Rented", ""}


def test_an_observation_that_is_no_number_is_missing_and_told(tmp_path):
    header = "Regions Code,Regions,Tenure (3 categories) Code,Tenure (3 categories),Observation"
    path = custom(tmp_path, header, "E12000007,London,1,Owned,some", "E12000007,London,2,Rented,6")
    table = read(path)
    rows = table.rows.set_index("category")
    assert pd.isna(rows.loc["Owned", "count"])
    assert pd.isna(rows.loc["", "count"])
    assert rows.loc["Rented", "count"] == 6
    assert table.problems["problem"].str.contains("not a number or a known symbol: some").any()


def test_two_area_types_are_refused(tmp_path):
    header = "Regions Code,Regions,Countries Code,Countries,Observation"
    path = custom(tmp_path, header, "E12000007,London,E92000001,England,5")
    with pytest.raises(SourceError, match="must have one column of codes of areas"):
        read(path)


def test_a_file_of_wales_alone_is_refused_with_its_reason(tmp_path):
    header = "Regions Code,Regions,Sex (2 categories) Code,Sex (2 categories),Observation"
    with pytest.raises(SourceError, match="not in England"):
        read(custom(tmp_path, header, "W92000004,Wales,1,Female,5"))


TS021 = (
    "date,geography,geography code,Ethnic group: Total: All usual residents,"
    '"Ethnic group: Asian, Asian British or Asian Welsh","Ethnic group: White",'
    '"Ethnic group: White: Irish"'
)


def test_a_whole_table_has_its_own_total(tmp_path):
    path = custom(
        tmp_path,
        TS021,
        "2021,Barnet,E09000003,389344,75000,224762,9000",
        "2021,Barnet Vale,E05013628,16000,2000,12000,300",
        "2021,Cardiff,W06000015,5,2,3,1",
        name="census2021-ts021-ltla.csv",
    )
    table = read(path)
    assert table.source.id == "nomis_census_table"
    rows = table.rows
    assert set(rows["measure"]) == {"census_ethnic_group"}
    barnet = rows[rows["area_code"] == BARNET].set_index("category")
    assert barnet.loc["", "count"] == 389344
    assert barnet.loc["White: Irish", "count"] == 9000
    assert barnet.loc["", "value_note"] == ""
    assert set(rows["period_label"]) == {"21 March 2021"}
    assert WARD in set(rows["area_code"])


def test_a_whole_table_by_sex_and_age(tmp_path):
    heads = [
        f"Sex: {sex}; Age: {age}; measures: Value"
        for sex in ("All persons", "Female", "Male")
        for age in ("Total", "Aged 4 years and under", "Aged 5 years", "Aged 6 years")
    ]
    header = ",".join(["date", "geography", "geography code", *heads])
    line = "2021,Barnet,E09000003," + ",".join(map(str, range(12)))
    rows = read(custom(tmp_path, header, line, name="census2021-ts009.csv")).rows
    assert set(rows["measure"]) == {"census_sex_age"}
    found = rows.set_index(["sex", "age", "category"])["count"]
    assert found["persons", "All ages", ""] == 0
    assert found["female", "Aged 4 years and under", ""] == 5
    assert found["male", "All ages", "6"] == 11


def test_other_years_of_the_census_have_their_own_day(tmp_path):
    header = (
        "date,geography,geography code,Rural Urban,Age: All categories: Age; measures: Value,"
        "Age: Age 0 to 4; measures: Value,Age: Age 5 and over; measures: Percent"
    )
    path = custom(tmp_path, header, "2011,Barnet,E09000003,Total,356386,26264,92.6", name="ks.csv")
    rows = read(path).rows
    assert set(rows["period_label"]) == {"27 March 2011"}
    assert rows.set_index("age")["count"].to_dict()["Age 0 to 4"] == 26264
    assert 92.6 not in set(rows["count"])


def test_a_whole_table_without_named_columns_is_refused(tmp_path):
    path = custom(tmp_path, "date,geography,geography code,people", "2021,Barnet,E09000003,5")
    source = catalogue.load().sources["nomis_census_table"]
    with pytest.raises(SourceError, match="columns that name a variable and a category"):
        census.read_whole(path, source)


def test_a_table_that_lost_any_line_adds_nothing_up_without_it(tmp_path):
    header = "Regions Code,Regions,Tenure (3 categories) Code,Tenure (3 categories),Observation"
    lines = [
        f"{code},A,{number},{kind},{10 * number + len(code)}"
        for code in ("E12000001", "E12000007")
        for number, kind in enumerate(("Owned", "Rented", "Other"))
    ]
    whole = read(custom(tmp_path, header, *lines, name="whole.csv"))
    keys = ["area_code", "category"]
    expected = whole.rows.set_index(keys)["count"].to_dict()
    for place in range(len(lines)):
        path = custom(tmp_path, header, *lines[:place], *lines[place + 1 :], name="cut.csv")
        for row in read(path).rows.to_dict("records"):
            here = (row["area_code"], row["category"])
            assert pd.isna(row["count"]) or row["count"] == expected[here]
            assert row["count"] >= 0 or row["value_note"]


def test_a_line_that_comes_twice_is_not_counted_twice(tmp_path):
    header = "Regions Code,Regions,Tenure (3 categories) Code,Tenure (3 categories),Observation"
    lines = ["E12000007,A,1,Owned,5", "E12000007,A,2,Rented,6"]
    rows = read(custom(tmp_path, header, *lines, lines[0])).rows.set_index("category")
    assert rows.loc["Owned", "count"] == 5
    assert pd.isna(rows.loc["", "count"]) or rows.loc["", "count"] == 11


def test_columns_in_another_order_and_case(tmp_path):
    header = "OBSERVATION,Sex (2 categories),Sex (2 categories) CODE,Regions,regions code"
    path = custom(tmp_path, header, "11,Female,1,London,E12000007", "9,Male,2,London,E12000007")
    table = read(path)
    people = table.rows.set_index("sex")["count"].to_dict()
    assert people == {"female": 11, "male": 9, "persons": 20}


def test_a_sheet_of_a_workbook_beside_its_metadata(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Metadata"
    book.active.append(["Dataset", "TS007"])
    sheet = book.create_sheet("Dataset")
    area = "Electoral wards and divisions"
    sheet.append(
        [f"{area} Code", area, "Age (6 categories) Code", "Age (6 categories)", "Observation"]
    )
    groups = ("Aged 15 years and under", "Aged 16 to 24 years", "Aged 25 years and over")
    for number, group in enumerate(groups):
        sheet.append([WARD, "Barnet Vale", number, group, 100 + number])
    book.save(tmp_path / "TS007-2021.xlsx")
    rows = read(tmp_path / "TS007-2021.xlsx").rows
    people = rows.set_index("age")["count"].to_dict()
    assert people["Aged 16 to 24 years"] == 101
    assert people["All ages"] == 303
    assert people["<25 yrs"] == 201
