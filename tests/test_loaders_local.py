"""Local figures, dashboards and lists, as documented and as councils type them."""

import csv
import datetime as dt
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.errors import AreaError, CatalogueError, CypError, SourceError
from cyp_analysis.loaders import CountTable, ReferenceTable, UnrecognisedFile, read
from cyp_analysis.loaders.local import lists as local_lists
from cyp_analysis.loaders.local import periods as local_periods
from cyp_analysis.loaders.local import template as local_template

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data" / "raw"
KENT, ENGLAND = "E10000016", "E92000001"
PAGE = (ROOT / "docs" / "local_returns.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```(?:csv|yaml) (\S+)\n(.*?)```", PAGE, re.DOTALL))


def write(tmp_path: Path, text: str, name: str = "ours.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def example(tmp_path: Path, name: str) -> Path:
    return write(tmp_path, EXAMPLES[name], name)


def figures(tmp_path: Path, *rows: str, header: str, **given) -> CountTable:
    return read(write(tmp_path, "\n".join([header, *rows, ""])), **given)


LONG = "measure,area,period,count,denominator,value,unit,note"


# --- the template --------------------------------------------------------------------------------


def test_the_example_of_the_template_is_read(tmp_path):
    table = read(example(tmp_path, "template.csv"))
    assert table.source.id == "local_template"
    rows = table.rows
    assert list(rows["measure"].unique()) == [
        "early_help_assessments_started",
        "assessments_in_45_days",
    ]
    assert set(rows["area_code"]) == {KENT}
    assert rows["count"].iloc[0] == 112
    assert rows["period_label"].tolist()[:3] == ["April 2025", "May 2025", "Q1 2025/26"]
    unknown = rows.iloc[1]
    assert pd.isna(unknown["count"]) and unknown["value_note"].startswith("system down")
    assert rows.iloc[2][["count", "denominator", "value"]].tolist() == [180, 200, 90]
    assert rows.iloc[3]["category"] == "Asian"
    assert rows.iloc[3]["value_note"] == "suppressed (c)"
    assert table.problems.empty


def test_the_page_documents_every_column_of_the_template():
    documented = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE))
    assert {name: documented[name] for name in local_template.COLUMNS} == local_template.COLUMNS


def test_the_blank_template_can_be_filled_and_read(tmp_path):
    blank = local_template.blank()
    assert blank.empty and list(blank) == list(local_template.COLUMNS)
    row = {"measure": "visits", "area": "Kent", "period": "2024/25", "count": "7"}
    path = tmp_path / "filled.csv"
    pd.concat([blank, pd.DataFrame([row])]).to_csv(path, index=False)
    table = read(path)
    assert table.rows["count"].tolist() == [7] and table.problems.empty


@pytest.mark.parametrize(
    "header",
    [
        "Indicator,Local authority,Month,Number",
        "KPI,Area code,Reporting period,Count",
        "Number,PERIOD,Area Name,Performance Indicator",
        "Metric,Council,Quarter,Actual number",
    ],
)
def test_names_of_columns_are_forgiven(tmp_path, header):
    cells = {"period": "Apr-25", "area": "Kent", "figure": "12", "measure": "visits"}
    kind = {
        "month": "period",
        "quarter": "period",
        "period": "period",
        "reporting period": "period",
    }
    kind |= {"number": "figure", "count": "figure", "actual number": "figure"}
    kind |= dict.fromkeys(["local authority", "area code", "area name", "council"], "area")
    row = ",".join(cells[kind.get(name.casefold(), "measure")] for name in header.split(","))
    if "Actual number" in header:
        header, row = header + ",count", row + ",12"
    table = figures(tmp_path, row, header=header)
    assert table.rows["count"].tolist() == [12]
    assert table.rows["area_code"].tolist() == [KENT]


@pytest.mark.parametrize(
    "text, label",
    [
        ("Apr-25", "April 2025"),
        ("Apr25", "April 2025"),
        ("April'25", "April 2025"),
        ("2025-04", "April 2025"),
        ("Q1 2025/26", "Q1 2025/26"),
        ("Q1 25/26", "Q1 2025/26"),
        ("Q1 2025-26", "Q1 2025/26"),
        ("2025/26 Q1", "Q1 2025/26"),
        ("2025-26_Q1", "Q1 2025/26"),
        ("Quarter 1 2025/26", "Q1 2025/26"),
        ("FY25/26", "2025/26"),
        ("2025/26", "2025/26"),
        ("25/26", "2025/26"),
        ("31/03/2025", "31 March 2025"),
        ("as at 31 March 2025", "31 March 2025"),
        ("2025-03-31 00:00:00", "31 March 2025"),
        ("2025-04-01 00:00:00", "April 2025"),
        ("01/04/2025", "1 April 2025"),
        ("Jun 2025 YTD", "April to June 2025"),
        ("YTD Feb-25", "April 2024 to February 2025"),
        ("Autumn 2017", "autumn 2017"),
        ("soon", ""),
        ("YTD soon", ""),
        ("", ""),
    ],
)
def test_periods_as_councils_type_them(text, label):
    found, _ = local_periods.read_periods(pd.Series([text]), pd.Series([""]))
    assert found["period_label"].tolist() == [label]


def test_dates_on_the_first_of_months_are_months():
    texts = pd.Series(["01/04/2025", "01/05/2025", "2025-06-01"])
    found, told = local_periods.read_periods(texts, pd.Series([""] * 3))
    assert found["period_label"].tolist() == ["April 2025", "May 2025", "June 2025"] and told
    texts = pd.Series(["01/04/2025", "02/05/2025"])
    found, told = local_periods.read_periods(texts, pd.Series([""] * 2))
    assert found["period_label"].tolist() == ["1 April 2025", "2 May 2025"] and not told


def test_the_kind_of_period_decides_what_a_text_leaves_open():
    texts = pd.Series(["2024/25", "2024/25", "2025", "2025-04-01", "Q1 2025/26"])
    kinds = pd.Series(["Academic year", "", "at_31_march", "Month", "month"])
    found, _ = local_periods.read_periods(texts, kinds)
    assert found["period_label"].tolist() == [
        "2024/25 school year",
        "2024/25",
        "31 March 2025",
        "April 2025",
        "Q1 2025/26",
    ]


def test_areas_by_name_code_number_or_none():
    texts = pd.Series(
        ["Kent", "kent county council", "886", KENT.lower(), "", "E05000001", "Narnia"]
    )
    got = local_periods.area_codes(texts, "England").tolist()
    assert got == [KENT] * 4 + [ENGLAND, "E05000001", "Narnia"]


def test_an_area_that_is_not_known_is_told_and_the_rest_kept(tmp_path):
    table = figures(tmp_path, "a,Narnia,2024,1,,,,", "a,Kent,2024,2,,,,", header=LONG)
    assert table.rows["count"].tolist() == [2]
    assert table.problems["problem"].str.contains("`Narnia`").sum() == 1


def test_the_area_may_come_with_the_call(tmp_path):
    header = "measure,period,count"
    with pytest.raises(UnrecognisedFile, match="must say whose figures they are .*|.*no area"):
        figures(tmp_path, "a,2024,1", header=header)
    assert figures(tmp_path, "a,2024,1", header=header, area="Kent").rows["area_code"][0] == KENT
    with pytest.raises(AreaError):
        figures(tmp_path, "a,2024,1", header=header, area="Narnia")


@pytest.mark.parametrize(
    "row, count, note",
    [
        ("a,Kent,2024,,,,,", None, "missing in file"),
        ("a,Kent,2024,c,,,,", None, "suppressed (c)"),
        ("a,Kent,2024,-3,,,,", None, "count below zero in the file"),
        ("a,Kent,2024,twelve,,,,", None, "not a number in the file (twelve)"),
        ("a,Kent,2024,0,,,,", 0, ""),
        ("a,Kent,2024,,,45%,,", None, ""),
        ('a,Kent,2024,"1,234",,,,late', 1234, "late"),
        ("a,Kent,2024,5,0,,,", 5, "denominator is zero"),
    ],
)
def test_unknown_is_never_nought(tmp_path, row, count, note):
    found = figures(tmp_path, row, header=LONG).rows.iloc[0]
    assert pd.isna(found["count"]) if count is None else found["count"] == count
    assert found["value_note"] == note


def test_rows_that_cannot_be_used_are_told(tmp_path):
    rows = [",Kent,2024,1,,,,", "a,Kent,sometime,1,,,,", "a,Kent,2024,3,,,,", "a,Kent"]
    table = figures(tmp_path, *rows, "b,Kent,2024,4,,,,", header=LONG)
    assert table.rows["count"].tolist() == [3, 4]
    told = " | ".join(table.problems["problem"])
    assert "no measure is named" in told and "period `sometime` cannot be read" in told


def test_totals_are_the_whole_and_percentages_are_checked(tmp_path):
    header = "measure,area,period,category_type,category,count,denominator,value,unit"
    rows = ["a,Kent,2024,ethnicity,Total,8,10,80,%", "a,Kent,2023,ethnicity,Asian,8,10,70,%"]
    rows += ["a,Kent,2022,,,8,10,8,per 10"]
    table = figures(tmp_path, *rows, header=header)
    assert table.rows["category"].tolist() == ["", "Asian", ""]
    assert table.rows["category_type"].tolist() == ["", "ethnicity", ""]
    told = table.problems["problem"].tolist()
    assert told.count("value is not count ÷ denominator") == 1
    assert "the measure has several units" in told


def test_sex_age_wards_and_two_figures_for_one_key(tmp_path):
    header = "measure,area,period,sex,age,count"
    rows = ["a,E05000001,2024,F,0-17 yrs,3", "a,E05000001,2024,boys,0-17 yrs,4"]
    rows += ["a,Kent,2024,,,5", "a,Kent,2024,,,6"]
    table = figures(tmp_path, *rows, header=header)
    assert table.rows["sex"].tolist() == ["female", "male", "persons"]
    assert table.rows["area_code"].tolist() == ["E05000001", "E05000001", KENT]
    assert pd.isna(table.rows["count"].iloc[2])
    assert "two different figures" in table.rows["value_note"].iloc[2]


def test_a_workbook_of_the_template(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Our figures"])
    sheet.append(["Measure", "Area", "Month", "Count"])
    sheet.append(["visits", "Kent", dt.datetime(2025, 4, 1), 12])
    sheet.append(["visits", "Kent", dt.datetime(2025, 5, 1), None])
    book.save(tmp_path / "figures.xlsx")
    table = read(tmp_path / "figures.xlsx")
    assert table.rows["period_label"].tolist() == ["April 2025", "May 2025"]
    assert table.rows["count"].iloc[0] == 12 and pd.isna(table.rows["count"].iloc[1])
    assert local_periods.MONTHS_TOLD in table.problems["problem"].tolist()


# --- dashboards ----------------------------------------------------------------------------------


def test_the_example_of_a_dashboard_is_read(tmp_path):
    table = read(example(tmp_path, "dashboard.csv"), area="Kent")
    assert table.source.id == "local_dashboard"
    rows = table.rows.set_index(["measure", "period_label"])
    started, in_time = "early_help_assessments_started", "assessments_in_45_days"
    assert rows.loc[(started, "April 2025"), "count"] == 112
    assert rows.loc[(started, "May 2025"), "count"] == 0
    assert pd.isna(rows.loc[(started, "June 2025"), "count"])
    assert rows.loc[(started, "June 2025"), "value_note"] == "missing in file"
    assert rows.loc[(in_time, "April 2025"), "value"] == 84.5
    assert rows.loc[(in_time, "May 2025"), "value"] == 90
    assert rows.loc[(in_time, "June 2025"), "value_note"] == "suppressed (c)"
    assert rows["count"].notna().sum() == 2 and len(rows) == 6
    assert table.problems["problem"].tolist() == ["columns that are no period are not read: Target"]


@pytest.mark.parametrize(
    "across",
    [
        ["Apr-25", "May-25"],
        ["April 2025", "May 2025"],
        ["2025-04", "2025-05"],
        ["Q1 2025/26", "Q2 2025/26"],
        ["Q1 25/26", "Q2 25/26"],
        ["2023/24", "2024/25"],
        ["2023-24", "2024-25"],
        ["01/04/2025", "01/05/2025"],
        ["2024", "2025"],
    ],
)
def test_dashboards_of_months_quarters_and_years(tmp_path, across):
    header = ",".join(["Measure", "Area", *across])
    table = figures(tmp_path, "visits,Kent,3,4", "calls,England,5,", header=header)
    assert table.source.id == "local_dashboard"
    assert sorted(table.rows["count"].dropna()) == [3, 4, 5]
    assert table.rows["period_end"].nunique() == 2
    assert set(table.rows["area_code"]) == {KENT, ENGLAND}


def test_a_dashboard_needs_an_area(tmp_path):
    with pytest.raises(UnrecognisedFile, match="Give|give"):
        figures(tmp_path, "visits,3", header="Measure,Apr-25")


@pytest.mark.parametrize(
    "unit, cells, column",
    [
        ("", "3,4", "count"),
        ("", "3.5,4", "value"),
        ("", "30%,40%", "value"),
        ("Number", "3.0,4", "count"),
        ("per 10,000", "3,4", "value"),
        ("Average days", "3,4", "value"),
        ("%", "3,4", "value"),
    ],
)
def test_what_a_row_of_a_dashboard_is_in(tmp_path, unit, cells, column):
    header = "Measure,Area,Unit,Apr-25,May-25"
    table = figures(tmp_path, f'visits,Kent,"{unit}",{cells}', header=header)
    assert table.rows[column].notna().all()
    assert table.rows[{"count": "value", "value": "count"}[column]].isna().all()


# --- lists ---------------------------------------------------------------------------------------


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


LISTS = [
    ("action_tracker", "actions"),
    ("improvement_plan", "actions"),
    ("strategy_actions", "actions"),
    ("progress_2016_2020", "actions"),
    ("draft_plan_2019_actions", "actions"),
    ("risk_register", "risks"),
    ("success_measures", "success_measures"),
    ("measure_list", "measures"),
    ("family_friendly_index", "index"),
    ("plan_objectives", "objectives"),
    ("public_health_savings", "savings"),
]


@pytest.mark.parametrize("name, kind", LISTS)
def test_bundled_lists_are_read_word_for_word(name, kind):
    paths = sorted(RAW.glob(f"*/*/{name}.csv"))
    assert paths
    for path in paths:
        table = read(path)
        assert isinstance(table, ReferenceTable) and table.kind == kind
        lines = lines_of(path)
        assert len(table.rows) == len(lines)
        kept = {cell for row in table.rows.astype(str).to_numpy().tolist() for cell in row}
        assert {cell.strip() for line in lines for cell in line.values()} <= kept | {""}


def test_an_action_tracker_keeps_blanks_and_what_is_no_date(tmp_path):
    header = "Ref,Action,Lead,Due date,RAG,Progress update"
    rows = ["1,Open a hub,Head of service,March 2020,,", "2,Train staff,,ongoing,Red,"]
    rows += ["2,Train staff again,,31/03/2026,,", ",,,,,"]
    path = write(tmp_path, "\n".join([header, *rows, ""]))
    table = read(path)
    assert table.kind == "actions" and len(table.rows) == 3
    first = table.rows.iloc[0]
    assert first["due"] == "March 2020" and first["due_date"] == pd.Timestamp("2020-03-31")
    assert first["update"] == "" and first["status"] == ""
    assert pd.isna(table.rows["due_date"].iloc[1])
    told = table.problems["problem"].tolist()
    assert told == ["`due` is no date: ongoing", "the same `action_id` stands in an earlier row"]


def test_a_risk_register_adds_numbers_to_its_words(tmp_path):
    header = "Risk description,Likelihood,Impact,Risk score,Owner,Review date"
    rows = ["Too few staff,4,3,12,Director,01/06/2025", "No money,high,3,,,"]
    table = read(write(tmp_path, "\n".join([header, *rows, ""])))
    assert table.kind == "risks"
    assert table.rows["rating_number"].tolist()[0] == 12
    assert table.rows["likelihood"].tolist() == ["4", "high"]
    assert pd.isna(table.rows["likelihood_number"].iloc[1])
    assert table.problems["problem"].tolist() == ["`likelihood` is no number: high"]


def test_the_example_of_targets_is_read(tmp_path):
    table = read(example(tmp_path, "targets.csv"))
    assert table.kind == "targets" and table.source.id == "local_targets"
    row = table.rows.iloc[0]
    assert (row["target_number"], row["baseline_number"]) == (92, 84.5)
    assert row["due_date"] == pd.Timestamp("2026-03-31")


def test_targets_of_the_catalogue_are_of_the_same_form():
    table = read(ROOT / "data" / "catalogue" / "targets.csv")
    lines = lines_of(ROOT / "data" / "catalogue" / "targets.csv")
    assert table.kind == "targets" and len(table.rows) == len(lines)
    assert table.rows["indicator"].tolist() == [line["indicator_id"] for line in lines]


def test_a_list_without_entries_is_refused(tmp_path):
    with pytest.raises(SourceError, match="must have rows that can be used"):
        read(write(tmp_path, "Action,Due date\n,2025\n"))


def test_a_passport_that_names_two_kinds_of_list_is_refused(tmp_path):
    import dataclasses

    known = catalogue.load().sources["local_targets"]
    two = {"targets": {"entry": ["indicator"]}, "actions": {"entry": ["indicator"]}}
    with pytest.raises(CatalogueError, match="must name one kind of list"):
        local_lists.read_list(
            write(tmp_path, EXAMPLES["targets.csv"]), dataclasses.replace(known, measures=two)
        )


def test_age_distributions_are_figures():
    path = RAW / "barnet_health_wellbeing_board_2019_01/2019-01-17/age_distributions.csv"
    table = read(path)
    under_one = table.rows[table.rows["source_row"] == 2].iloc[0]
    assert under_one[["count", "denominator", "value"]].tolist() == [3, 17, 17.6]
    assert under_one["age"] == "Under 1"
    lines = [line for line in lines_of(path) if line["sex"] != "not known" and line["period"]]
    assert len(table.rows) == len(lines)


# --- damage and neighbours -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["template.csv", "dashboard.csv", "targets.csv", "survey.csv"])
@pytest.mark.parametrize("place", range(5, 240, 31))
def test_damaged_local_files_raise_the_projects_errors_only(tmp_path, name, place):
    data = EXAMPLES[name].encode()
    for damaged in (data[:place], data[place:], data[:place] + b'"\xff\0' + data[place:]):
        path = tmp_path / name
        path.write_bytes(damaged)
        try:
            table = read(path, area="Kent")
        except CypError:
            continue
        assert isinstance(table, CountTable | ReferenceTable)


LOCAL = sorted((ROOT / "data" / "catalogue" / "sources").glob("local_*.yml"))


@pytest.mark.parametrize("path", LOCAL, ids=lambda path: path.stem)
def test_local_passports_name_no_council(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"Barnet|E0[6-9]\d{6}|E10\d{6}", text)
    assert catalogue.load().sources[path.stem].publisher == "The council itself"
