"""Nomis: answers of its programming interface and pages of its queries, against printed cells."""

import csv
import dataclasses
import zipfile

import openpyxl
import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.errors import CypError, SourceError
from cyp_analysis.loaders import read
from cyp_analysis.loaders.formats.sheets import Sheet
from cyp_analysis.loaders.nomis import api as nomis_api
from cyp_analysis.loaders.nomis import blocks as nomis_blocks
from cyp_analysis.loaders.nomis import workbook as nomis_workbook
from cyp_analysis.loaders.ons.places import code_of

pytestmark = pytest.mark.filterwarnings("ignore:Workbook contains no default style")

BARNET, LONDON, WARD = "E09000003", "E12000007", "E05013628"
# Every column that Nomis gives, in its order.
STEMS = ("DATE", "GEOGRAPHY", "GENDER", "C_AGE")
PARTS = ("", "_NAME", "_CODE", "_TYPE", "_TYPECODE", "_SORTORDER")
ALL = [stem + part for stem in STEMS for part in PARTS]
ALL += ["MEASURES", "MEASURES_NAME", "OBS_VALUE", "OBS_STATUS", "OBS_STATUS_NAME", "OBS_CONF"]
ALL += ["OBS_CONF_NAME", "URN", "RECORD_OFFSET", "RECORD_COUNT"]


def estimates() -> list[dict]:
    """Sex and age of two areas: 10 of every age and sex, 20 of both."""
    rows = []
    for code, name in ((BARNET, "Barnet"), ("W06000015", "Cardiff")):
        for number, sex in enumerate(("Total", "Male", "Female")):
            for age in ("All Ages", "Aged 0 to 15", *(f"Age {a}" for a in range(90)), "Age 90+"):
                each = {"All Ages": 911, "Aged 0 to 15": 161}.get(age, 11)
                rows.append(
                    {
                        "DATE": "2023",
                        "DATE_NAME": "2023",
                        "GEOGRAPHY": "1778385000",
                        "GEOGRAPHY_NAME": name,
                        "GEOGRAPHY_CODE": code,
                        "GENDER": str(number),
                        "GENDER_NAME": sex,
                        "C_AGE_NAME": age,
                        "MEASURES": "20100",
                        "MEASURES_NAME": "Value",
                        "OBS_VALUE": str(each * (1 if number else 2)),
                        "OBS_STATUS": "A",
                        "OBS_STATUS_NAME": "Normal Value",
                        "RECORD_OFFSET": str(len(rows)),
                    }
                )
    return [row | {"RECORD_COUNT": str(len(rows))} for row in rows]


def answer(tmp_path, rows: list[dict], columns: list[str], name: str = "answer.csv"):
    path = tmp_path / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def people(table, area: str = BARNET) -> dict[tuple[str, str, str], float]:
    rows = table.rows[table.rows["area_code"] == area]
    return rows.set_index(["sex", "age", "category"])["count"].to_dict()


SELECTED = ["DATE_NAME", "GEOGRAPHY_NAME", "GEOGRAPHY_CODE", "GENDER_NAME", "C_AGE_NAME"]
SELECTED += ["MEASURES_NAME", "OBS_VALUE", "OBS_STATUS_NAME"]


@pytest.mark.parametrize(
    "columns",
    [
        ALL,
        SELECTED,
        SELECTED[::-1],
        ["GEOGRAPHY_NAME", "OBS_VALUE", "GENDER_NAME", "C_AGE_NAME", "DATE"],
        [name.lower() for name in SELECTED],
    ],
)
def test_population_estimates_with_any_choice_of_columns(tmp_path, columns):
    rows = [row | {key.lower(): value for key, value in row.items()} for row in estimates()]
    table = read(answer(tmp_path, rows, columns))
    assert table.source.id == "nomis_population_estimates"
    assert set(table.rows["measure"]) == {"population"}
    assert set(table.rows["period_label"]) == {"mid-2023"}
    found = people(table)
    assert found["persons", "All ages", ""] == 1822
    assert found["male", "All ages", "90+"] == 11
    assert found["female", "Aged 0 to 15", ""] == 161
    assert found["persons", "<18 yrs", ""] == 18 * 22
    assert set(table.rows["area_code"]) == {BARNET}


def test_a_download_that_stops_short_is_refused(tmp_path):
    rows = [row | {"RECORD_COUNT": "60242"} for row in estimates()]
    with pytest.raises(SourceError) as caught:
        read(answer(tmp_path, rows, ALL))
    assert caught.value.rule == "must have all 60,242 rows that RECORD_COUNT says there are"
    assert caught.value.got == "558"
    assert "25,000 rows at most without a key" in caught.value.action
    assert "&recordoffset=558" in caught.value.action


def test_a_line_that_cannot_be_read_does_not_pass_for_one_that_is_lacking(tmp_path):
    path = answer(tmp_path, estimates(), ALL)
    lines = path.read_text().splitlines()
    lines[5] += ",one too many"
    path.write_text("\n".join([*lines, ""]))
    table = read(path)
    assert table.problems["problem"].str.contains("cells where the header has").any()


def test_exactly_the_limit_without_a_count_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(nomis_api, "LIMIT", len(estimates()))
    told = read(answer(tmp_path, estimates(), SELECTED)).problems["problem"]
    assert told.str.startswith("exactly 558 rows: Nomis stops there without a key").sum() == 1
    with_count = read(answer(tmp_path, estimates(), ALL)).problems["problem"]
    assert not with_count.str.startswith("exactly").any()


def test_persons_are_added_up_where_only_the_sexes_are_given(tmp_path):
    rows = [row for row in estimates() if row["GENDER_NAME"] != "Total"]
    table = read(answer(tmp_path, rows, SELECTED))
    assert people(table)["persons", "All ages", "7"] == 22
    assert table.problems["problem"].str.startswith("persons are males and females").any()


def test_an_age_that_comes_twice_with_two_figures_is_missing(tmp_path):
    rows = estimates()
    twice = next(row for row in rows if row["C_AGE_NAME"] == "Age 7")
    table = read(answer(tmp_path, [*rows, twice | {"OBS_VALUE": "999"}], SELECTED))
    found = people(table)
    assert pd.isna(found["persons", "All ages", "7"])
    assert pd.isna(found["persons", "<18 yrs", ""])
    assert found["persons", "<5 yrs", ""] == 110
    assert table.problems["problem"].str.contains("another figure for the row of line").any()


def values(tmp_path, header: str, *lines: str):
    path = tmp_path / "nomis.csv"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


def test_a_census_table_has_counts_and_percentages(tmp_path):
    path = values(
        tmp_path,
        '"DATE_NAME","GEOGRAPHY_CODE","C2021_ETH_20_NAME","MEASURES_NAME","OBS_VALUE"',
        f'2021,"{BARNET}","Total: All usual residents","Value",389344',
        f'2021,"{BARNET}","Total: All usual residents","Percent",100',
        f'2021,"{BARNET}","White: Irish","Value",7644',
        f'2021,"{BARNET}","White: Irish","Percent",2.0',
    )
    table = read(path)
    assert table.source.id == "nomis_census"
    rows = table.rows.set_index("category")
    assert set(rows["measure"]) == {"census_c2021_eth_20"}
    assert set(rows["category_type"]) == {"", "Ethnic group"}
    assert (rows.loc["", "count"], rows.loc["White: Irish", "count"]) == (389344, 7644)
    assert rows.loc["White: Irish", "value"] == 2.0
    assert set(rows["period_label"]) == {"21 March 2021"}


def test_a_survey_has_value_base_and_interval(tmp_path):
    suppressed = "These figures are suppressed as statistically unreliable"
    header = "DATE_NAME,GEOGRAPHY_NAME,VARIABLE_NAME,MEASURES_NAME,OBS_VALUE,OBS_STATUS_NAME"
    start = "Jan 2023-Dec 2023,Barnet,Employment rate - aged 16-64"
    path = values(
        tmp_path,
        header,
        f"{start},Variable,75.2,Normal Value",
        f"{start},Numerator,190000,Normal Value",
        f"{start},Denominator,252000,Normal Value",
        f"{start},Confidence,2.5,Normal Value",
        f"Jan 2023-Dec 2023,City of London,Employment rate - aged 16-64,Variable,,{suppressed}",
    )
    table = read(path)
    assert table.source.id == "nomis_data"
    rows = table.rows.set_index("area_code")
    barnet = rows.loc[BARNET]
    assert (barnet["value"], barnet["denominator"]) == (75.2, 252000)
    assert (barnet["lower_ci_95"], barnet["upper_ci_95"]) == pytest.approx((72.7, 77.7))
    assert barnet["category"] == "Employment rate - aged 16-64"
    city = rows.loc["E09000001"]
    assert pd.isna(city["value"])
    assert city["value_note"] == suppressed


def test_a_status_beside_a_figure_is_kept_as_a_note(tmp_path):
    header = "DATE_NAME,GEOGRAPHY_CODE,ITEM_NAME,MEASURES_NAME,OBS_VALUE,OBS_STATUS_NAME"
    path = values(tmp_path, header, f"2019,{BARNET},All,Value,5,Estimate is less reliable")
    row = read(path).rows.iloc[0]
    assert (row["count"], row["value_note"]) == (5, "Estimate is less reliable")


def test_projections_are_dated_by_the_year_projected_to(tmp_path):
    header = "DATE_NAME,PROJECTED_YEAR_NAME,GEOGRAPHY_CODE,GENDER_NAME,C_AGE_NAME,OBS_VALUE"
    path = values(tmp_path, header, f"2018,2030,{BARNET},Total,All Ages,420000.5")
    table = read(path)
    assert table.source.id == "nomis_population_projections"
    assert table.rows["period_label"].tolist() == ["mid-2030"]
    assert table.rows["measure"].tolist() == ["projected_population"]


def test_codes_that_are_not_areas_of_england_are_told(tmp_path):
    header = "DATE_NAME,GEOGRAPHY_CODE,ITEM_NAME,OBS_VALUE"
    path = values(
        tmp_path,
        header,
        f"2019,{BARNET},Total,5",
        f"2019,{WARD},Total,6",
        "2019,E09999999,Total,7",
        "2019,K02000001,Total,8",
    )
    table = read(path)
    assert set(table.rows["area_code"]) == {BARNET, WARD}
    told = table.problems["problem"].tolist()
    assert "left out: area `E09999999` is not in data/reference/areas.csv" in told
    assert "left out: not in England" in told


def test_measures_that_nobody_knows_are_told(tmp_path):
    header = "DATE_NAME,GEOGRAPHY_CODE,ITEM_NAME,MEASURES_NAME,OBS_VALUE"
    path = values(tmp_path, header, f"2019,{BARNET},All,Value,5", f"2019,{BARNET},All,Index,99")
    table = read(path)
    assert table.rows["count"].tolist() == [5]
    assert "measures that the passport does not know: index" in " ".join(table.problems["problem"])


def test_an_answer_without_a_date_is_refused(tmp_path):
    path = values(tmp_path, "GEOGRAPHY_CODE,OBS_VALUE", f"{BARNET},5")
    with pytest.raises(SourceError, match="must have a column of dates") as caught:
        read(path)
    assert "date_name" in caught.value.action


def test_a_passport_may_ask_for_some_rows(tmp_path):
    source = catalogue.load().sources["nomis_data"]
    measures = {"jobs": source.measures["nomis"] | {"where": {"ITEM_NAME": "A"}}}
    measures["jobs"].pop("self_named")
    header = "DATE_NAME,GEOGRAPHY_CODE,ITEM_NAME,OBS_VALUE"
    path = values(tmp_path, header, f"2019,{BARNET},A,5", f"2019,{BARNET},B,6")
    table = nomis_api.read_api(path, dataclasses.replace(source, measures=measures))
    assert table.rows[["measure", "count"]].to_numpy().tolist() == [["jobs", 5]]


# Pages of queries


def test_the_stored_page_of_population_estimates(real_data):
    path = real_data / "ons-population" / "MYEs_LA_1991_2024_gender.xlsx"
    table = read(path)
    assert table.source.id == "nomis_page"
    published = table.rows[table.rows["age"].isin(["Age 0 - 4", "Aged 5-9", "Aged 10-14"])]
    sheet = openpyxl.load_workbook(path)["Data"]
    printed = [row for row in sheet.iter_rows(values_only=True)]
    years = [row for row in printed if isinstance(row[0], int | float)]
    assert len(table.rows[~table.rows["age"].str.contains("<")]) == len(years) * 33
    barnet = published[published["area_code"] == BARNET]
    by_key = barnet.set_index(["sex", "age", "period_label"])["count"]
    assert by_key["persons", "Age 0 - 4", "mid-1991"] == 20224  # as printed, row 8
    assert by_key["persons", "Age 0 - 4", "mid-2023"] == 24463  # as printed, row 40
    both = published.pivot(
        index=["area_code", "age", "period_label"], columns="sex", values="count"
    )
    # Older estimates are rounded for each sex alone.
    assert ((both["male"] + both["female"] - both["persons"]).abs() <= 2).all()
    assert (table.rows["period_end"].dt.year.min(), len(set(table.rows["area_code"]))) == (1991, 33)


def test_groups_of_the_page_are_added_up_to_those_of_the_passport(real_data):
    table = read(real_data / "ons-population" / "MYEs_LA_1991_2024_gender.xlsx")
    rows = table.rows.query("period_label == 'mid-2023' and area_code == @BARNET")
    found = rows[rows["sex"] == "persons"].set_index("age")["count"]
    assert found["<20 yrs"] == 24463 + 25849 + 26996 + 23772  # rows 40, 84, 128 and 172
    assert "<18 yrs" not in found.index


def test_the_stored_page_of_the_census(real_data):
    path = (
        real_data
        / "ons-census-2021"
        / "RM006_age_of_youngest_dependent_child_by_household_type.xlsx"
    )
    table = read(path)
    sheet = openpyxl.load_workbook(path)["Data"]
    figures = [r[1:6] for r in sheet.iter_rows(values_only=True) if str(r[0]).startswith("E01")]
    rows = table.rows
    assert len(rows) == 5 * len(figures) == 3075
    assert rows["count"].sum() == sum(sum(row) for row in figures)
    assert set(rows["category_type"]) == {"Age of youngest dependent child | household type"}
    first = rows[rows["area_code"] == "E01004647"].set_index("category")["count"]
    alone = "No dependent children in household | One-person household"
    assert first[alone] == 228  # as printed, row 10
    assert set(rows["period_label"]) == {"21 March 2021"}
    assert rows["measure"].iloc[0].startswith("census_2021_rm006_age_of_youngest")


CROWN = "ONS Crown Copyright Reserved [from Nomis on 16 June 2026]"
TITLE = "Population estimates - local authority based by single year of age"


def page(tmp_path, *lines: str, name: str = "nomis_page.csv"):
    path = tmp_path / name
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def block(sex: str, *rows: str, title: str = TITLE) -> list[str]:
    return [f'"{title}"', f'"{CROWN}"', "", f'"Gender :","{sex}"', '"Age    :","Aged 0 to 15"', "",
            *rows, "", "", ""]  # fmt: skip


def test_the_page_saved_as_text(tmp_path):
    rows = ['"Date","Barnet","Camden"', '"2022",80000,40000', '"2023",80500,"-"']
    table = read(page(tmp_path, *block("Total", *rows), *block("Male", *rows)))
    assert table.source.id == "nomis_page"
    found = table.rows.set_index(["sex", "area_code", "period_label"])
    assert found.loc[("male", BARNET, "mid-2023"), "count"] == 80500
    assert set(table.rows["age"]) == {"Aged 0 to 15"}
    missing = found.loc[("persons", "E09000007", "mid-2023")]
    assert pd.isna(missing["count"])
    assert "(-)" in missing["value_note"]


def test_areas_in_rows_with_their_codes(tmp_path):
    rows = [
        '"local authority: county / unitary (as of April 2023)","mnemonic","2022","2023"',
        "",
        f'"Barnet","{BARNET}",80000,80500',
        '"Cardiff","W06000015",70000,70500',
        '"Barnet Vale","E05013628",4000,4100',
        "",
        '"Notes: these figures are estimates."',
    ]
    table = read(page(tmp_path, *block("Total", *rows)))
    found = table.rows.set_index(["area_code", "period_label"])["count"].to_dict()
    assert found == {
        (BARNET, "mid-2022"): 80000,
        (BARNET, "mid-2023"): 80500,
        (WARD, "mid-2022"): 4000,
        (WARD, "mid-2023"): 4100,
    }
    assert table.problems["problem"].str.contains("not in England").any()


def test_codes_in_a_line_below_the_names(tmp_path):
    rows = ['"Date","Barnet","Barnet Vale"', f'"mnemonic","{BARNET}","{WARD}"', '"2023",80500,4100']
    found = read(page(tmp_path, *block("Total", *rows))).rows
    assert found.set_index("area_code")["count"].to_dict() == {BARNET: 80500, WARD: 4100}


def test_areas_named_with_their_kind(tmp_path):
    rows = ['"Area","2023"', '"ualad09:Barnet",80500', '"gor:London",1700000']
    found = read(page(tmp_path, *block("Total", *rows))).rows
    assert found.set_index("area_code")["count"].to_dict() == {BARNET: 80500, LONDON: 1700000}


def test_an_area_and_a_date_above_the_block(tmp_path):
    lines = [f'"{TITLE}"', f'"{CROWN}"', "", '"Area name","Barnet"', '"Date","2023"', ""]
    lines += ['"Age","Total","Male","Female"', '"Age 0",4400,2300,2100', '"Age 1",4500,2200,2300']
    table = read(page(tmp_path, *lines))
    assert set(table.rows["area_code"]) == {BARNET}
    assert set(table.rows["period_label"]) == {"mid-2023"}
    assert table.rows["count"].sum() == 17800


def test_numbers_and_percentages_side_by_side(tmp_path):
    rows = [
        '"local authority","All usual residents","","White",""',
        '"","number","%","number","%"',
        '"Barnet",389344,100.0,224762,57.7',
    ]
    lines = ['"TS021 - Ethnic group"', f'"{CROWN}"', "", '"population","All usual residents"']
    lines += ['"date","2021"', "", *rows]
    table = read(page(tmp_path, *lines))
    found = table.rows.set_index("category")
    assert found.loc["White", ["count", "value"]].tolist() == [224762, 57.7]
    assert found.loc["", "count"] == 389344
    assert set(table.rows["category_type"]) == {"", "Ethnic group"}
    assert set(table.rows["period_label"]) == {"21 March 2021"}


def test_flags_of_a_survey_are_put_in_words(tmp_path):
    rows = ['"local authority","Jan 2023-Dec 2023"', '"Barnet",75.2', '"City of London","!"']
    lines = ['"annual population survey"', f'"{CROWN}"', "", '"variable","% in work"', ""]
    table = read(page(tmp_path, *lines, *rows))
    found = table.rows.set_index("area_code")
    assert found.loc["E09000001", "value_note"].startswith("not available: the sample is empty")
    assert found.loc[BARNET, "measure"] == "annual_population_survey"
    assert found.loc[BARNET, "category"] == "% in work"


def test_a_page_that_lacks_a_block_or_rows_is_told(tmp_path):
    rows = ['"Date","Barnet"', '"2022",80000', '"2023",80500']
    lines = [*block("Total", *rows), *block("Male", *rows[:2])]
    told = read(page(tmp_path, *lines)).problems["problem"].tolist()
    assert "the file may be cut: 1 rows where other tables have 2" in told
    other = [line.replace("0 to 15", "16+") for line in block("Total", *rows)]
    told = read(page(tmp_path, *block("Total", *rows), *block("Male", *rows), *other)).problems
    assert "the file may be cut: 3 tables where its choices make 4" in set(told["problem"])


def test_a_block_that_lost_a_choice_is_not_read_as_another(tmp_path):
    rows = ['"Date","Barnet"', '"2022",80000', '"2023",80500']
    lost = [line for line in block("Female", *rows) if "Gender" not in line]
    table = read(page(tmp_path, *block("Male", *rows), *block("Male", *rows), *lost))
    assert set(table.rows["sex"]) == {"male"}
    told = table.problems["problem"].tolist()
    assert any("a table whose choices or header are not those of the other" in t for t in told)


def test_a_block_that_lost_its_header_is_refused(tmp_path):
    with pytest.raises(SourceError, match="must name the columns of a table"):
        read(page(tmp_path, *block("Total", '"Barnet",80000', '"Camden",70000')))


def test_figures_below_the_notes_whose_title_is_lost_are_told(tmp_path):
    rows = ['"Date","Barnet"', '"2022",80000', "", '"These figures are estimates of people."', ""]
    table = read(page(tmp_path, *block("Total", *rows, '"Date","Camden"', '"2022",7')))
    assert set(table.rows["area_code"]) == {BARNET}
    assert table.problems["problem"].str.contains("lines below the notes").any()


def test_a_line_that_is_cut_short_is_left_out(tmp_path):
    path = page(tmp_path, *block("Total", '"Date","Barnet","Camden"', '"2022",80000,40000'))
    path.write_text(path.read_text().rstrip("\n") + '\n"2023",805')
    table = read(path)
    assert set(table.rows["period_label"]) == {"mid-2022"}
    assert table.problems["problem"].str.contains("the file may be cut off").any()


def test_rows_without_area_or_date_are_refused(tmp_path):
    path = page(tmp_path, *block("Total", '"Household","One","Two"', '"Small",1,2'))
    with pytest.raises(SourceError, match="must say areas in each table"):
        read(path)


def test_a_page_without_a_table_is_refused(tmp_path):
    source = catalogue.load().sources["nomis_page"]
    with pytest.raises(SourceError, match="must have a table below its title"):
        nomis_workbook.read_workbook(page(tmp_path, f'"{TITLE}"', f'"{CROWN}"'), source)


def test_other_text_has_no_blocks():
    assert nomis_blocks.blocks(Sheet("", [1, 2], [["a", "b"], ["1", "2"]])) == []


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("E01004646 : Westminster 001A", "E01004646"),
        ("lsoa2011:E01000001 : City of London 001A", "E01000001"),
        ("ualad09:Barnet", BARNET),
        ("Kingston upon Hull, City of", "E06000010"),
        (BARNET, BARNET),
        ("Aged 5-9", ""),
        ("", ""),
    ],
)
def test_areas_as_nomis_writes_them(cell, code):
    assert code_of(cell) == code


# Damage


def without(text: str, place: int) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[:place], *lines[place + 1 :]])


def figures_of(table) -> dict:
    rows = table.rows
    keys = ["measure", "sex", "age", "category", "area_code", "period_label"]
    return {
        tuple(row[key] for key in keys): (row["count"], row["value"], row["value_note"])
        for row in rows.to_dict("records")
    }


def test_a_page_that_lost_any_line_gives_no_other_figure(tmp_path):
    lines = []
    for sex, share in (("Total", 10), ("Male", 4), ("Female", 6)):
        years = [f'"{2022 + i}",{8000 * share + i * share},{400 * share}' for i in range(2)]
        lines += block(sex, '"Date","Barnet","Camden"', *years)
    whole = page(tmp_path, *lines, name="whole.csv")
    expected = figures_of(read(whole))
    text = whole.read_text()
    path = tmp_path / "cut.csv"
    for place in range(text.count("\n")):
        path.write_text(without(text, place))
        try:
            table = read(path)
        except SourceError:
            continue
        for key, (count, value, note) in figures_of(table).items():
            assert pd.isna(count) or note or count == expected[key][0], (place, key)
            assert pd.isna(value)
        if len(table.rows) < len(expected):
            assert len(table.problems), f"line {place} went without a word"


def test_an_answer_that_lost_any_line_is_refused_or_gives_the_same(tmp_path):
    rows = [row | {"RECORD_COUNT": "6"} for row in estimates() if row["C_AGE_NAME"] == "Age 7"]
    whole = answer(tmp_path, rows, ALL)
    text = whole.read_text()
    for place in range(1, 7):
        whole.write_text(without(text, place))
        with pytest.raises(SourceError, match="RECORD_COUNT says there are"):
            read(whole)


@pytest.mark.parametrize("mark", ["\x00", "\ufffd", '"', ";;;;", "-", "1e400", "(5)", "[c]", "%"])
def test_any_mark_in_a_cell_ends_in_a_table_or_a_message(tmp_path, mark):
    rows = ['"Date","Barnet","Camden"', f'"2022",{mark},40000', '"2023",80500,41000']
    path = page(tmp_path, *block("Total", *rows))
    try:
        found = read(path).rows.set_index(["area_code", "period_label"])
    except CypError as error:
        assert error.rule and error.action
    else:
        sound = found.loc[("E09000007", "mid-2023")]
        assert pd.isna(sound["count"]) or sound["count"] == 41000
        odd = found["count"].get((BARNET, "mid-2022"), float("nan"))
        assert pd.isna(odd)


def test_a_page_in_a_zip_file(tmp_path):
    rows = ['"Date","Barnet"', '"2023",80500']
    path = tmp_path / "nomis.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("page.csv", "\n".join([*block("Total", *rows), ""]))
    assert read(path).rows["count"].tolist() == [80500]


def test_an_answer_as_a_parquet_file(tmp_path):
    rows = pd.DataFrame(estimates())[SELECTED].astype({"OBS_VALUE": "int64"})
    rows.to_parquet(tmp_path / "answer.parquet")
    table = read(tmp_path / "answer.parquet")
    assert table.source.id == "nomis_population_estimates"
    assert people(table)["persons", "<18 yrs", ""] == 18 * 22


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ('"All Ages","Age 0 - 4","Aged 5-9"',
         [("persons", "All Ages", 405), ("persons", "Age 0 - 4", 25), ("persons", "Aged 5-9", 26)]),
        ('"Total","Male","Female"',
         [("persons", "Aged 0 to 15", 405), ("male", "Aged 0 to 15", 25),
          ("female", "Aged 0 to 15", 26)]),
    ],
)  # fmt: skip
def test_columns_that_are_ages_or_sexes(tmp_path, columns, told):
    title = "Population estimates - local authority based by five year age band"
    fixed = '"Gender :","Total"' if "Age" in columns else '"Age    :","Aged 0 to 15"'
    lines = [f'"{title}"', f'"{CROWN}"', "", '"Date :","2024"', fixed, "",
             f'"local authority: county / unitary","mnemonic",{columns}',
             '"Barnet","E09000003",405,25,26', ""]  # fmt: skip
    table = read(page(tmp_path, *lines))
    found = table.rows.set_index("source_row")
    got = list(zip(found["sex"], found["age"].str.capitalize(), found["count"], strict=True))
    assert got[:3] == [(sex, age.capitalize(), count) for sex, age, count in told]
    assert set(found["category_type"]) == {""}
    assert set(found["period_label"]) == {"mid-2024"}


def test_an_answer_of_the_interface_may_have_the_name_of_a_page(tmp_path):
    header = "date_name,geography_code,geography_name,cell_name,obs_value"
    lines = [header, "2021,E09000003,Barnet,All,5"]
    table = read(page(tmp_path, *lines, name="nomis_2026.csv"))
    assert table.source.id == "nomis_data"
    assert table.rows["area_code"].tolist() == [BARNET]
