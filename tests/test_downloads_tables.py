"""The rows and sheets that downloads are made of, on figures made up by hand."""

from datetime import date
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest

from cyp_analysis.publish.downloads import chapter_sheets, csv_files, figures, sheets, workbook
from cyp_analysis.schema import INDICATOR_KEY

AREA, PLACE, OTHER = "X00000001", "X00000002", "X00000003"
ABOUT = csv_files.About("Title", "Area", "annual", "2026-01-02")


def figure_rows(*changes: dict) -> pd.DataFrame:
    """Rows as `area_figures` has them before letters, sources and verdicts are added."""
    usual = {
        "indicator_id": "one",
        "area_code": AREA,
        "period_start": pd.Timestamp("2024-01-01"),
        "period_end": pd.Timestamp("2024-12-31"),
        "period_label": "2024",
        "sex": "persons",
        "age": "<18 yrs",
        "category_type": "",
        "category": "",
        "count": 412.0,
        "denominator": 58_300.0,
        "value": 70.66895368782162,
        "lower_ci_95": 64.009,
        "upper_ci_95": 77.834,
        "statistic": "crude_rate",
        "method": "byars",
        "benchmark_area_code": PLACE,
        "benchmark_value": 70.0,
        "outcome": "similar",
        "recent_trend": "",
        "target_value": float("nan"),
        "value_note": "",
        "source_id": "s",
        "source_published": pd.Timestamp("2025-03-01"),
        "indicator": "Indicator one",
        "unit": "per 10,000",
        "area": "Here",
        "benchmark": "There",
        "trend": "",
    }
    return pd.DataFrame([usual | change for change in changes or ({},)])


SOURCES = {
    "s": SimpleNamespace(publisher="Office", title="Table", licence="OGL"),
}


def tidy(*changes: dict) -> pd.DataFrame:
    rows = figures.add_letters(figure_rows(*changes))
    return figures.add_sources(rows, SOURCES)


HIDDEN = {
    "count": float("nan"),
    "denominator": float("nan"),
    "value": float("nan"),
    "lower_ci_95": float("nan"),
    "upper_ci_95": float("nan"),
    "value_note": "suppressed (c): based on small numbers",
}


def comparison(outcome: str, side: str, against: str, **changes) -> dict:
    row = figure_rows(changes).iloc[0]
    key = {name: row[name] for name in INDICATOR_KEY}
    return key | {"benchmark_area_code": against, "outcome": outcome, "side": side}


# Verdicts


def test_each_benchmark_has_a_column_of_verdicts_in_words():
    compared = pd.DataFrame(
        [comparison("worse", "higher", PLACE), comparison("similar", "similar", OTHER)]
    )
    rows = figures.add_verdicts(
        figure_rows({}, {"sex": "male"}), compared, {PLACE: "North East", OTHER: "England"}
    )
    assert figures.verdict_columns(rows) == [
        "verdict_against_north_east",
        "verdict_against_england",
    ]
    assert list(rows["verdict_against_north_east"]) == ["Higher, worse", "Not compared"]
    assert list(rows["verdict_against_england"]) == ["Similar", "Not compared"]


def test_a_benchmark_that_nothing_is_compared_with_has_no_column():
    compared = pd.DataFrame([comparison("worse", "higher", PLACE)])
    rows = figures.add_verdicts(figure_rows(), compared, {OTHER: "England"})
    assert figures.verdict_columns(rows) == []


def test_two_verdicts_on_one_figure_are_refused():
    compared = pd.DataFrame([comparison("worse", "higher", PLACE)] * 2)
    with pytest.raises(pd.errors.MergeError):
        figures.add_verdicts(figure_rows(), compared, {PLACE: "Place"})


# Rows of a chapter


def test_a_chapter_has_its_indicators_in_its_own_order():
    rows = figure_rows({"indicator_id": "one"}, {"indicator_id": "two"}, {"indicator_id": "three"})
    assert list(figures.of_chapter(rows, ["three", "one"])["indicator_id"]) == ["three", "one"]
    assert figures.of_chapter(rows, []).empty


def test_a_source_that_no_passport_describes_keeps_its_id():
    rows = figures.add_sources(figure_rows({}, {"source_id": "gone"}), SOURCES)
    assert list(rows["source"]) == ["Office, Table", "gone"]
    assert list(rows["licence"]) == ["OGL", ""]


# CSV


def test_a_csv_row_is_unrounded_dated_and_never_blank_for_a_missing_number():
    rows = csv_files.csv_table(tidy({}, HIDDEN))
    first, second = rows.to_dict("records")
    assert (first["count"], first["denominator"]) == ("412", "58300")
    assert first["value"] == "70.6689536878"
    assert (first["period_start"], first["published"]) == ("2024-01-01", "2025-03-01")
    for name in figures.NUMBERS:
        assert second[name] == "[c]"
    assert second["note"] == "suppressed (c): based on small numbers"


def test_a_zero_stays_a_zero_and_a_negative_number_a_number():
    rows = csv_files.csv_table(tidy({"count": 0.0, "value": -0.5}))
    assert (rows["count"][0], rows["value"][0]) == ("0", "-0.5")


def test_words_of_a_csv_that_would_run_are_neutralised():
    rows = csv_files.csv_table(tidy({"category": "=HYPERLINK(1)", "value_note": "@x"}))
    assert (rows["category"][0], rows["note"][0]) == ("'=HYPERLINK(1)", "'@x")


def test_a_csv_is_read_back_with_its_own_metadata(tmp_path):
    path, _ = csv_files.write_csv(tmp_path / "a.csv", tidy({}, HIDDEN), ABOUT)
    told = csv_files.csv_metadata("a.csv", tidy({}), ["value", "unit"], ABOUT)
    value = told["tableSchema"]["columns"][0]
    read = pd.read_csv(path, encoding="utf-8-sig", na_values=value["null"])
    assert read["value"].dtype == "float64"
    assert list(read["value"].isna()) == [False, True]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") and b"\r\n" in path.read_bytes()


def test_the_metadata_say_what_a_verdict_is_compared_with():
    told = csv_files.csv_metadata("a.csv", tidy({}), ["verdict_against_north_east"], ABOUT)
    (column,) = told["tableSchema"]["columns"]
    assert column["titles"] == ["verdict_against_north_east", "Verdict against North East"]
    assert (told["dc:title"], told["dc:created"]) == ("Title", "2026-01-02")


def test_a_column_that_is_not_described_is_refused():
    with pytest.raises(KeyError, match="surprise"):
        csv_files.csv_metadata("a.csv", tidy({}), ["surprise"], ABOUT)


# The sheet of every figure


def selection(rounding: int = 1, interval_rounding: int | None = None) -> SimpleNamespace:
    indicator = SimpleNamespace(rounding=rounding, interval_rounding=interval_rounding)
    return SimpleNamespace(
        area=SimpleNamespace(code=AREA),
        catalogue=SimpleNamespace(indicators={"one": indicator}),
    )


def line(sheet: sheets.Sheet, number: int = 0) -> dict:
    return dict(zip(sheet.columns, sheet.rows[number], strict=True))


def test_the_sheet_of_every_figure_rounds_as_the_page():
    row = line(chapter_sheets.every(selection(1, 2), tidy({}), "T"))
    assert (row["Count"], row["Denominator"], row["Value"]) == (412, 58300, 70.7)
    assert row["95% confidence interval: lower"] == 64.01
    assert row["95% confidence interval: upper"] == 77.83
    assert (row["Category"], row["Note"], row["Published"]) == ("all", "none", "1 March 2025")


def test_limits_are_rounded_as_the_value_where_nothing_else_is_said():
    row = line(chapter_sheets.every(selection(0), tidy({}), "T"))
    assert (row["Value"], row["95% confidence interval: lower"]) == (71, 64)


def test_a_suppressed_figure_shows_its_shorthand_in_every_number():
    row = line(chapter_sheets.every(selection(), tidy(HIDDEN), "T"))
    assert {row[header] for header in list(row) if "interval" in header} == {"[c]"}
    assert (row["Count"], row["Denominator"], row["Value"]) == ("[c]", "[c]", "[c]")


def test_the_sheet_of_every_figure_is_of_the_area_alone():
    rows = tidy({}, {"area_code": PLACE})
    assert len(chapter_sheets.every(selection(), rows, "T").rows) == 1
    assert chapter_sheets.every(selection(), tidy({"area_code": PLACE}), "T") is None


@pytest.mark.parametrize(
    ("name", "value", "places"),
    [
        ("count", 3.0, 0),
        ("count", 3.5, 1),
        ("denominator", 10.0, 0),
        ("value", 3.0, 2),
        ("lower_ci_95", 3.0, 3),
    ],
)
def test_decimals_are_those_of_the_page(name, value, places):
    indicator = SimpleNamespace(rounding=2, interval_rounding=3)
    assert chapter_sheets.decimals(name, indicator, value) == places


# Workbooks


def test_tabs_are_numbered_where_a_sheet_has_no_name():
    one = ("t", ("A",), (("x",),), (False,), (None,))
    made = [sheets.Sheet(*one, name=name) for name in ("", "B", "")]
    assert workbook.tab_names(made) == ["Table 1", "B", "Table 2"]


def test_columns_are_wide_enough_within_bounds():
    sheet = sheets.Sheet("t", ("A", "B"), (("x", "y" * 200),), (False, False), (None, None))
    assert workbook.widths(sheet) == [workbook.NARROWEST, workbook.WIDEST]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("%", "per cent"),
        ("?", "? (as printed)"),
        ("Ελλάδα", "Ελλάδα (as printed)"),
        ("=1", "'=1"),
        ("see [a](b)", "see [a] (b)"),
        ("$$x$$", "$ $x$ $"),
    ],
)
def test_what_gptables_would_take_for_something_else_is_written_plainly(text, written):
    assert workbook.written(text) == written


def test_numbers_are_written_as_they_are():
    assert (workbook.written(-5), workbook.written(0), workbook.written(1.5)) == (-5, 0, 1.5)


def test_two_columns_of_one_name_and_a_long_cell_are_written(tmp_path):
    sheet = sheets.from_text("T", ["Value", "Value"], [["a" * 40_000, "b"]], [False, False])
    book = workbook.Book("T", "A", date(2026, 1, 1), ("i",), ("a",), ("n",))
    path = workbook.write_workbook(tmp_path / "a.xlsx", book, [sheet])
    cells = openpyxl.load_workbook(path)["Table 1"]
    assert [cell.value for cell in cells[3]] == ["Value", "Value (2)"]
    assert len(cells["A4"].value) == 32_000
