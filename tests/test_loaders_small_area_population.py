"""Populations of small areas in the layouts of many editions, against cells read off the files."""

import csv
import dataclasses

import openpyxl
import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.errors import CatalogueError, SourceError
from cyp_analysis.loaders import read
from cyp_analysis.loaders.ons import small_areas as small_area_population

SMALL, WALES, WARD = "E01000115", "W01000001", "E05013628"
AGES = [*map(str, range(90)), "90+"]


def book(tmp_path, sheets: dict, name: str = "sape.xlsx"):
    """{sheet: lines} as a workbook."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for sheet, lines in sheets.items():
        page = made.create_sheet(sheet)
        for line in lines:
            page.append(list(line))
    made.save(tmp_path / name)
    return tmp_path / name


def counts(table, code: str = SMALL, label: str | None = None) -> dict[str, float]:
    rows = table.rows[table.rows["area_code"] == code]
    rows = rows if label is None else rows[rows["period_label"] == label]
    assert set(rows["sex"]) == {"persons"}
    return rows.set_index("measure")["count"].to_dict()


def test_the_stored_file_by_an_independent_sum(real_data):
    path = real_data / "ons-population" / "population20_lsoa11_barnet.csv"
    table = read(path)
    assert table.source.id == "ons_small_area_population"
    with path.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    by_code = {line["lsoa11_code"]: line for line in lines}
    rows = table.rows
    for measure, last in (("population_0_4", 4), ("population_0_17", 17), ("population_0_24", 24)):
        found = rows[rows["measure"] == measure].set_index("area_code")["count"]
        assert len(found) == len(by_code) == 211
        expected = {c: sum(float(r[str(a)]) for a in range(last + 1)) for c, r in by_code.items()}
        assert found.to_dict() == expected
    whole = rows[rows["measure"] == "population_all_ages"].set_index("area_code")["count"]
    assert whole["E01000115"] == 1319  # as printed
    assert whole.sum() == sum(float(line["total_population"]) for line in lines)


def test_a_year_that_only_the_files_name_tells_is_told(real_data):
    table = read(real_data / "ons-population" / "population20_lsoa11_barnet.csv")
    assert set(table.rows["period_label"]) == {"mid-2020"}
    said = "mid-2020 by the name of the file: nothing in it says which year it is"
    assert table.problems["problem"].tolist() == [said]


def test_females_and_males_in_one_sheet_are_added_up(tmp_path):
    heads = [f"{sex}{age}" for sex in "FM" for age in AGES]
    header = ["LAD 2021 Code", "LAD 2021 Name", "LSOA 2021 Code", "LSOA 2021 Name", "Total", *heads]
    row = ["E09000003", "A", SMALL, "A 001A", 182 * 3 + 91, *[3] * 91, *[4] * 91]
    other = ["W06000015", "B", WALES, "B 001A", 182, *[1] * 182]
    above = [["Lower layer Super Output Areas by single year of age"], ["Notes"], []]
    lines = [*above, header, row, other]
    sheets = {"Contents": [["Contents"]], "Mid-2021 LSOA 2021": lines, "Mid-2022 LSOA 2021": lines}
    table = read(book(tmp_path, sheets))
    assert table.source.id == "ons_small_area_population"
    assert set(table.rows["period_label"]) == {"mid-2021", "mid-2022"}
    found = counts(table, label="mid-2022")
    assert found["population_0_17"] == 18 * 7
    assert found["population_all_ages"] == 91 * 7
    told = table.problems["problem"].tolist()
    assert "females and males are added up to persons" in told
    assert "left out: not in England" in told
    assert SMALL in set(table.rows["area_code"])


def test_a_total_that_the_ages_do_not_make_is_told(tmp_path):
    heads = [f"{sex}{age}" for sex in "FM" for age in AGES]
    header = ["LSOA 2021 Code", "LSOA 2021 Name", "Total", *heads]
    sheets = {"Mid-2021 LSOA 2021": [header, [SMALL, "A 001A", 999, *[3] * 182]]}
    table = read(book(tmp_path, sheets))
    said = "the ages do not add up to the total of the file"
    assert set(table.rows["value_note"]) == {said}
    assert said in table.problems["problem"].tolist()


def test_a_sheet_for_each_sex(tmp_path):
    header = ["LSOA Code", "LSOA Name", "LA Code (2021 boundaries)", "All Ages", *AGES]
    sheets = {}
    for name, each in (("Persons", 7), ("Males", 3), ("Females", 4)):
        title = [f"Mid-2020 Population Estimates for LSOAs by Single Year of Age - {name}"]
        lines = [title, [], [], header, [SMALL, "A 001A", "E09000003", each * 91, *[each] * 91]]
        sheets[f"Mid-2020 {name}"] = lines
    table = read(book(tmp_path, sheets))
    rows = table.rows[table.rows["measure"] == "population_0_15"]
    assert rows.set_index("sex")["count"].to_dict() == {"persons": 112, "male": 48, "female": 64}
    assert set(rows["period_label"]) == {"mid-2020"}


@pytest.mark.parametrize(
    ("code", "name", "total"),
    [
        ("LSOA11CD", "LSOA11NM", "all_ages"),
        ("lsoa21_code", "lsoa21_name", "total_population"),
        ("MSOA 2021 Code", "MSOA 2021 Name", "Total"),
        ("OA11CD", "LSOA11CD", "All Ages"),
        ("Ward Code 1", "Ward Name 1", "All Ages"),
        ("WD23CD", "WD23NM", "Total"),
        ("Area Codes", "LSOA", "All Ages"),
    ],
)
def test_names_of_columns_in_other_editions(tmp_path, code, name, total):
    area = {"M": "E02000001", "O": "E00000001", "W": WARD}.get(code[0].upper(), SMALL)
    path = tmp_path / "sape_mid-2019.csv"
    header = [code, name, total, *AGES[:-1], "90"]
    path.write_text("\n".join([",".join(header), ",".join([area, "A", "91", *["1"] * 91]), ""]))
    table = read(path)
    assert table.source.id == "ons_small_area_population"
    assert counts(table, area)["population_0_19"] == 20
    assert counts(table, area)["population_all_ages"] == 91
    assert set(table.rows["period_label"]) == {"mid-2019"}


def test_broad_ages_give_what_they_can(tmp_path):
    ages = ["0 to 15", "16 to 29", "30 to 44", "45 to 64", "65 and over"]
    heads = [f"{sex}{age}" for sex in "FM" for age in ages]
    lines = [["LSOA 2021 Code", "LSOA 2021 Name", "Total", *heads], [SMALL, "A", 20, *[2] * 10]]
    table = read(book(tmp_path, {"Mid-2022 LSOA 2021": lines}))
    assert counts(table) == {"population_0_15": 4, "population_all_ages": 20}
    told = " ".join(table.problems["problem"])
    assert "no `population_0_17`: ages 0-17 cannot be made of the file" in told


def test_a_cell_that_is_no_number_leaves_its_groups_missing(tmp_path):
    path = tmp_path / "lsoa_mid2019.csv"
    cells = ["91", *["1"] * 91]
    cells[8] = "seven"
    path.write_text(f"LSOA Code,LSOA Name,All Ages,{','.join(AGES)}\n{SMALL},A,{','.join(cells)}\n")
    table = read(path)
    found = table.rows.set_index("measure")
    assert pd.isna(found.loc["population_0_17", "count"])
    assert found.loc["population_0_4", "count"] == 5
    assert found.loc["population_0_17", "value_note"] == "population missing for part of the ages"
    assert "is not a number or a known symbol: `7`: seven" in table.problems["problem"].tolist()


def test_a_file_that_names_no_year_is_refused(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text(f"LSOA Code,LSOA Name,All Ages,{','.join(AGES)}\n{SMALL},A,{'1,' * 91}1\n")
    with pytest.raises(SourceError, match="must say which mid-year it is for") as caught:
        read(path)
    assert "population_mid2023.csv" in caught.value.action


def test_a_file_of_other_nations_says_so(tmp_path):
    path = tmp_path / "lsoa_mid2019.csv"
    path.write_text(f"LSOA Code,LSOA Name,All Ages,{','.join(AGES)}\n{WALES},A,{'1,' * 91}1\n")
    with pytest.raises(SourceError, match="not in England"):
        read(path)


def test_lines_of_notes_below_the_table_are_put_aside(tmp_path):
    head = ["LSOA 2021 Code", "LSOA 2021 Name", "Total", *(f"F{a}" for a in AGES)]
    head += [f"M{a}" for a in AGES]
    lines = [head, [SMALL, "A", 182, *[1] * 182], [], ["Source: ONS"], ["Licence: OGL"]]
    table = read(book(tmp_path, {"Mid-2021 LSOA 2021": lines}))
    assert counts(table)["population_all_ages"] == 182
    told = table.problems["problem"].tolist()
    assert any("notes" in each for each in told)
    assert not any("areas.csv" in each for each in told)


def test_a_passport_without_ages_is_refused(tmp_path):
    known = catalogue.load().sources["ons_small_area_population"]
    source = dataclasses.replace(known, measures={"people": {"count": "Total"}})
    path = tmp_path / "lsoa_mid2019.csv"
    path.write_text(f"LSOA Code,LSOA Name,All Ages,{','.join(AGES)}\n{SMALL},A,{'1,' * 91}1\n")
    with pytest.raises(CatalogueError, match="must have `ages` or `each`; got: people"):
        small_area_population.read_small_areas(path, source)
