"""Youth justice: local level open data and supplementary tables, as public code reads them."""

import csv

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.errors import CypError, SourceError
from cyp_analysis.loaders import justice, read
from cyp_analysis.loaders.recognise import UnrecognisedFile

BARNET, CAMDEN, ENGLAND = "E09000003", "E09000007", "E92000001"
CHILDREN = "children_cautioned_or_sentenced"
HEADER = "Financial_Year,England_Wales,Region,YJS,Age_Group,Ethnicity,Sex,Number_Children"


def saved(tmp_path, *lines, name="mine.csv"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def told(table) -> str:
    return " / ".join(table.problems["problem"])


def case(number, area="Barnet", year="2022-23", age="15", ethnicity="White", sex="Male") -> str:
    nation = "Wales" if area == "Cardiff" else "England"
    return f"{year},{nation},London,{area},{age},{ethnicity},{sex},{number}"


CASES = (
    case(5, age="10-14"),
    case(3, ethnicity="Black"),
    case(2, age="16", sex="Female"),
    case(1, age="17+", sex="Not known", ethnicity="Not known"),
    case(7, "Camden"),
    case(4, year="2023-24"),
    case(9, "Cardiff"),
    case(8, "South Tees"),
)


def of(table, area=BARNET, year="2022/23", measure=CHILDREN) -> pd.DataFrame:
    rows = table.rows.query("area_code == @area and period_label == @year and measure == @measure")
    return rows.set_index(["age", "sex", "category"])["count"]


@pytest.fixture
def cases(tmp_path):
    return read(saved(tmp_path, HEADER, *CASES, name="Children_Table.csv"))


def test_cells_are_added_up_in_all_and_by_each_breakdown(cases):
    assert cases.source.id == "yjb_local_level"
    barnet = of(cases)
    assert barnet["10-17 yrs", "persons", ""] == 11
    assert barnet["10-14 yrs", "persons", ""] == 5
    assert barnet["17+ yrs", "persons", ""] == 1
    assert barnet["10-17 yrs", "male", ""] == 8
    assert barnet["10-17 yrs", "female", ""] == 2
    assert barnet["10-17 yrs", "persons", "Black"] == 3
    assert of(cases, CAMDEN)["10-17 yrs", "persons", ""] == 7
    assert of(cases, year="2023/24")["10-17 yrs", "persons", ""] == 4


def test_headlines_are_the_sums_that_the_csv_module_gives(tmp_path, cases):
    with (tmp_path / "Children_Table.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["YJS"] in ("Barnet", "Camden")]
    headline = cases.rows.query("category == '' and age == '10-17 yrs' and sex == 'persons'")
    assert headline["count"].sum() == sum(int(row["Number_Children"]) for row in rows)
    ethnic = cases.rows.query("category_type == 'Ethnicity'")
    assert ethnic["count"].sum() == headline["count"].sum()


def test_years_are_financial_years(cases):
    rows = cases.rows.query("period_label == '2022/23'")
    assert set(rows["period_start"]) == {pd.Timestamp("2022-04-01")}
    assert set(rows["period_end"]) == {pd.Timestamp("2023-03-31")}


def test_services_that_are_no_authority_are_told(cases):
    assert "left out: areas outside England" in told(cases)
    assert "`South Tees` is not a known area" in told(cases)
    assert justice.SERVICES in told(cases)
    assert set(cases.rows["area_code"]) == {BARNET, CAMDEN}


def test_a_sum_with_a_suppressed_cell_is_missing(tmp_path):
    rows = [case(5, age="10-14"), case("*", sex="Female"), case(3, ethnicity="Black")]
    table = read(saved(tmp_path, HEADER, *rows))
    barnet = of(table)
    assert pd.isna(barnet["10-17 yrs", "persons", ""])
    assert barnet["10-17 yrs", "male", ""] == 8
    assert pd.isna(barnet["10-17 yrs", "female", ""])
    notes = table.rows.set_index(["age", "sex", "category"])["value_note"]
    assert notes["10-17 yrs", "female", ""] == "suppressed (*)"
    assert notes["10-17 yrs", "persons", ""] == justice.GAP
    assert notes["10-17 yrs", "male", ""] == justice.ADDED_UP
    assert notes["10-14 yrs", "persons", ""] == ""


def test_other_tables_of_the_release(tmp_path):
    header = HEADER.replace("Sex,Number_Children", "Offence_Group,Number_Offences,Number_Hearings")
    lines = [f"2022-23,England,London,Barnet,15,White,Theft,{n},1" for n in (4, 6)]
    table = read(saved(tmp_path, header, lines[0], lines[1].replace("Theft", "Drugs")))
    assert of(table, measure="proven_offences_by_children")["10-17 yrs", "persons", ""] == 10
    assert of(table, measure="proven_offences_by_children")["10-17 yrs", "persons", "Drugs"] == 6
    assert of(table, measure="number_hearings")["10-17 yrs", "persons", ""] == 2
    assert set(table.rows["category_type"]) == {"", "Ethnicity", "Offence_Group"}


def test_earlier_names_of_the_columns(tmp_path):
    header = "YOT,Financial Year,Gender,AgeGroup,Number of outcomes"
    rows = ["Barnet,2018-19,Male,15,3", "Barnet,2018-19,Female,15,2"]
    table = read(saved(tmp_path, header, *rows))
    assert of(table, year="2018/19", measure="number_of_outcomes")["15 yrs", "persons", ""] == 5


def test_a_table_without_numbers_or_services_is_refused(tmp_path):
    with pytest.raises(SourceError, match="Number_"):
        read(saved(tmp_path, "Financial_Year,YJS,Ethnicity", "2022-23,Barnet,White"))
    with pytest.raises(SourceError, match="`South Tees` is not a known area"):
        read(saved(tmp_path, HEADER, CASES[-1]))


def test_a_figure_that_is_none_is_told(tmp_path):
    table = read(saved(tmp_path, HEADER, case("many"), case(2, "Camden")))
    assert "`Number_Children` is not a number or a known symbol: many" in told(table)
    assert pd.isna(of(table)["10-17 yrs", "persons", ""])
    assert of(table, CAMDEN)["10-17 yrs", "persons", ""] == 2


TITLE = (
    "Table 2.9: Numbers of child first time entrants by Local Authority of residence; "
    "years ending December 2010 to 2012"
)
ENTRANTS = (
    f"{TITLE},,,",
    "Local Authority,2010,2011,2012",
    "Barnet,100,90,*",
    "Camden,50,40,-",
    "England,150,130,115",
    "Unknown,1,1,1",
)


def yearly(table, measure="first_time_entrants", part="count") -> dict:
    rows = table.rows.query("measure == @measure")
    return dict(
        zip(zip(rows["area_code"], rows["period_label"], strict=True), rows[part], strict=True)
    )


def test_first_time_entrants_by_authority_and_year(tmp_path):
    table = read(saved(tmp_path, *ENTRANTS))
    assert table.source.id == "yjb_yearly_tables"
    figures = yearly(table)
    assert (figures[BARNET, "2010"], figures[CAMDEN, "2011"]) == (100, 40)
    for year in ("2010", "2011"):
        assert figures[BARNET, year] + figures[CAMDEN, year] == figures[ENGLAND, year]
    notes = table.rows.set_index(["area_code", "period_label"])["value_note"]
    assert notes[BARNET, "2012"] == "suppressed (*)"
    assert notes[CAMDEN, "2012"] == "no figure given (-)"
    assert "`Unknown` is not a known area" in told(table)
    assert set(table.rows["age"]) == {"10-17 yrs"}


@pytest.mark.parametrize(
    ("title", "label", "end"),
    [
        ("years ending December 2010 to 2012", "2010", "2010-12-31"),
        ("years ending March 2010 to 2012", "2009/10", "2010-03-31"),
        ("years ending 31 March", "2009/10", "2010-03-31"),
        ("years to June 2012", "year to 30 June 2010", "2010-06-30"),
    ],
)
def test_the_title_says_when_years_end(tmp_path, title, label, end):
    lines = [f"Number of child first time entrants; {title},,,", *ENTRANTS[1:3]]
    rows = read(saved(tmp_path, *lines)).rows
    first = rows.sort_values("period_end").iloc[0]
    assert (first["period_label"], first["period_end"]) == (label, pd.Timestamp(end))


def test_rates_are_values(tmp_path):
    lines = [
        '"Rate of first time entrants per 100,000 children; years ending March",,',
        "YOT,2021,2022",
        "Barnet,112.5,98",
    ]
    table = read(saved(tmp_path, *lines))
    figures = yearly(table, "first_time_entrants_rate", "value")
    assert figures == {(BARNET, "2020/21"): 112.5, (BARNET, "2021/22"): 98}
    assert table.rows["count"].isna().all()


def test_years_that_name_themselves_and_columns_of_change(tmp_path):
    lines = [
        "Number of child first time entrants,,,",
        "Youth Justice Service,Year ending March 2021,2021/22,% change 2021 to 2022",
        "Barnet,10,12,20",
    ]
    table = read(saved(tmp_path, *lines))
    assert yearly(table) == {(BARNET, "2020/21"): 10, (BARNET, "2021/22"): 12}
    assert "column `% change 2021 to 2022` is no year" in told(table)


def test_years_of_an_unknown_end_are_refused(tmp_path):
    path = saved(tmp_path, "Number of child first time entrants,", "YOT,2021", "Barnet,3")
    with pytest.raises(SourceError, match="must say in which month its years end; got: 2021"):
        read(path)


def test_a_table_of_something_else_is_refused_by_its_title(tmp_path):
    path = saved(tmp_path, "Number of swings,,,", *ENTRANTS[1:3], name="swings.csv")
    passport = catalogue.load().sources["yjb_yearly_tables"]
    with pytest.raises(UnrecognisedFile, match="got: Number of swings"):
        justice.read_years(path, passport)


def test_the_name_of_the_file_may_be_the_title(tmp_path):
    name = "First time entrants by LA, years ending December.csv"
    table = read(saved(tmp_path, *ENTRANTS[1:3], name=name))
    assert yearly(table)[BARNET, "2010"] == 100


def test_a_workbook_with_a_table_per_sheet(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Contents"
    book.active.append(["Youth justice statistics"])
    for name, title in (
        ("2.9", TITLE),
        ("5.8", "Number of custodial sentences; years ending March"),
    ):
        sheet = book.create_sheet(name)
        sheet.append([title])
        for row in (["Local Authority", 2010, 2011], ["Barnet", 4, 5], ["Camden", 6, 7]):
            sheet.append(row)
    path = tmp_path / "youth_justice.xlsx"
    book.save(path)
    table = read(path)
    assert yearly(table)[BARNET, "2010"] == 4
    assert yearly(table, "custodial_sentences")[CAMDEN, "2010/11"] == 7


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_damaged_table_is_refused_or_told(tmp_path, share):
    whole = (
        "\n".join([HEADER, *(case(n, year=f"{2000 + n}-{n + 1:02d}") for n in range(20))]) + "\n"
    )
    path = tmp_path / "Children_Table.csv"
    path.write_text(whole[: int(len(whole) * share)])
    try:
        table = read(path)
    except CypError:
        return
    assert "cut" in told(table)


@pytest.mark.parametrize("source", ["yjb_local_level", "yjb_yearly_tables"])
def test_passports_say_that_no_published_file_was_seen(source):
    text = (catalogue.paths.data_dir() / f"catalogue/sources/{source}.yml").read_text()
    assert "Written from public code" in text
