"""Children in low income families: cells read off the published workbook, every quirk in small."""

import csv
import dataclasses
import zipfile
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
import pytest

from cyp_analysis import catalogue, geography
from cyp_analysis.errors import CatalogueError, SourceError
from cyp_analysis.loaders import dwp, files, read, read_all

BARNET, CAMDEN, LONDON, ENGLAND = "E09000003", "E09000007", "E12000007", "E92000001"
HARTLEPOOL, SCILLY, BARNSLEY, UK = "E06000001", "E06000053", "E08000016", "K02000001"
RELATIVE = "relative_low_income_before_housing_costs"
ABSOLUTE = "absolute_low_income_before_housing_costs"
AFTER = "relative_low_income_after_housing_costs"
LA, REGION = "Local Authority [note 2]", "Government Office Region  [note 4]"
TITLE = (
    "Table 7: Number and Percentage of Children (aged under 16) living in Relative low income "
    "families, Before  Housing Costs Local Authority, FYE 2024 to 2025, United Kingdom"
)
NUMBER, PERCENT = (
    "Number of children \nFYE 2025",
    "Percentage of children \nFYE 2025\n(%)\n[note 3]",
)
REGIONS = [f"E1200000{place}" for place in range(1, 10)]


def passport():
    return catalogue.load().sources["dwp_children_in_low_income_families"]


def sheet(*rows, title=TITLE, area=LA, columns=(NUMBER, PERCENT)) -> list[list]:
    """Cells of a table as the publisher lays it out."""
    width = len(columns) + 2
    above = [[title], ["Back to Contents"], [], ["Source: "], ["DWP Stat-Xplore (Relative)"]]
    table = [[area, "Area Code", *columns], *map(list, rows)]
    return [[*cells, *[""] * (width - len(cells))] for cells in (*above, *table)]


def regional(*rows, **more) -> list[list]:
    return sheet(*rows, area=REGION, **more)


def nine(count=100, share=0.25) -> list[tuple]:
    return [("A region", code, count, share) for code in REGIONS]


def cell(value) -> str:
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if not value:
        return "<table:table-cell/>"
    text = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


def workbook(tmp_path, *sheets, name="children-in-low-income-families-local-area-statistics.ods"):
    """An ODS workbook of some sheets of cells."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    named = " ".join(f'xmlns:{n}="{space}:{n}:1.0"' for n in ("office", "table", "text"))
    tables = "".join(
        f"<table:table table:name={quoteattr(f'Sheet {place}')}>"
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in cells)
        + "</table:table>"
        for place, cells in enumerate(sheets, start=1)
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr(
            "content.xml", f"<office:document-content {named}>{body}</office:document-content>"
        )
    return path


def refusal(path, source=None) -> SourceError:
    with pytest.raises(SourceError) as caught:
        dwp.read_low_income(path, source or passport())
    return caught.value


def problems(table) -> list[str]:
    """What was told, without the tables that a small workbook does not have."""
    return [text for text in table.problems["problem"] if not text.startswith("no table of")]


# The published workbook


@pytest.fixture(scope="module")
def published(real_data):
    (path,) = (real_data / "dwp-children-in-low-income-families").glob("*.ods")
    return read(path)


def one(table, measure: str, area: str, label: str) -> pd.Series:
    rows = table.rows
    found = rows[
        (rows["measure"] == measure) & (rows["area_code"] == area) & (rows["period_label"] == label)
    ]
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize(
    ("measure", "area", "label", "count", "fraction", "line"),
    [
        (RELATIVE, BARNET, "2021/22", 8065, 0.10123515677955464, 185),
        (RELATIVE, BARNET, "2022/23", 8643, 0.10656293538165633, 185),
        (RELATIVE, BARNET, "2023/24", 8903, 0.10767370139686763, 185),
        (RELATIVE, BARNET, "2024/25", 9318, 0.11206792870372598, 185),
        (ABSOLUTE, BARNET, "2021/22", 8488, 0.10654482464288403, 185),
        (ABSOLUTE, BARNET, "2024/25", 9318, 0.11206792870372598, 185),
        (AFTER, BARNET, "2023/24", 23287, 0.28163512124327267, 185),
        (AFTER, BARNET, "2024/25", 22657, 0.27249657229451807, 185),
        (RELATIVE, LONDON, "2021/22", 241711, 0.1428843351629026, 17),
        (RELATIVE, LONDON, "2024/25", 265040, 0.15605422566392524, 17),
        (ABSOLUTE, LONDON, "2022/23", 287080, 0.16917659884791608, 17),
        (AFTER, LONDON, "2024/25", 522210, 0.30747463471158465, 17),
        (AFTER, HARTLEPOOL, "2024/25", 5924, 0.31945642795513374, 11),
        (ABSOLUTE, "E06000047", "2023/24", 24387, 0.2764683875794987, 16),
    ],
)
def test_published_cells(published, measure, area, label, count, fraction, line):
    row = one(published, measure, area, label)
    assert row["count"] == count
    assert row["value"] == pytest.approx(fraction * 100, rel=1e-12)
    assert (row["source_row"], row["value_note"]) == (line, "")
    assert (row["age"], row["sex"]) == ("<16 yrs", "persons")


def test_periods_are_financial_years(published):
    row = one(published, RELATIVE, BARNET, "2024/25")
    assert (row["period_start"], row["period_end"]) == (
        pd.Timestamp(2024, 4, 1),
        pd.Timestamp(2025, 3, 31),
    )
    labels = published.rows.groupby("measure")["period_label"].unique().map(set).to_dict()
    four = {"2021/22", "2022/23", "2023/24", "2024/25"}
    assert labels == {RELATIVE: four, ABSOLUTE: four, AFTER: {"2023/24", "2024/25"}}


# United Kingdom less Wales, Scotland and Northern Ireland, of the same printed tables. Children in
# low income may be a few apart, for disclosure control; all children may not.
@pytest.mark.parametrize(
    ("measure", "label", "count", "others", "children"),
    [
        (RELATIVE, "2021/22", 2260427, 108890 + 135088 + 68453, 10467816),
        (RELATIVE, "2024/25", 2429265, 115786 + 109931 + 72867, 10768248),
        (ABSOLUTE, "2022/23", 2677792, 129932 + 148041 + 83126, 10581013),
        (AFTER, "2023/24", 3296672, 143983 + 136704 + 82902, 10703266),
        (AFTER, "2024/25", 3269339, 142844 + 132484 + 78855, 10768248),
    ],
)
def test_england_is_the_sum_of_its_regions_and_says_so(
    published, measure, label, count, others, children
):
    row = one(published, measure, ENGLAND, label)
    assert abs(row["count"] - (count - others)) <= 7
    assert row["count"] / row["value"] * 100 == pytest.approx(children, rel=1e-9)
    assert row["value_note"] == "added up from the regions: the file prints no figure"


def test_england_by_hand(published):
    row = one(published, RELATIVE, ENGLAND, "2024/25")
    printed = [120258, 353313, 281795, 196175, 324424, 198643, 265040, 231561, 159473]
    assert row["count"] == sum(printed) == 2130682
    assert row["value"] == pytest.approx(19.7867, abs=5e-5)


def test_percentages_come_from_counts_and_whole_populations(published):
    rows = published.rows
    children = rows["count"] / rows["value"] * 100
    assert (children - children.round()).abs().max() < 1e-6


def test_every_unitary_borough_and_region_is_there_and_counties_are_not(published):
    rows = published.rows
    areas = geography.areas().set_index("code")
    codes = rows["area_code"].unique()
    assert areas.loc[codes, "level"].value_counts().to_dict() == {
        "authority": 132, "region": 9, "country": 1,
    }  # fmt: skip
    assert not any(code.startswith("E10") for code in codes)
    assert not rows[["count", "value"]].isna().any(axis=None)
    assert {ENGLAND, SCILLY, "E09000001"} <= set(codes)


def test_districts_are_told_once_and_other_nations_not_at_all(published):
    assert published.problems["problem"].tolist() == [
        "1640 rows left out, from this one on: 164 areas below upper-tier authorities, or not in "
        "data/reference/areas.csv"
    ]


def test_a_folder_with_the_workbook_is_read(real_data):
    result = read_all([real_data / "dwp-children-in-low-income-families"])
    assert [table.source.id for table in result.tables] == ["dwp_children_in_low_income_families"]
    assert (len(result.failed), len(result.unrecognised)) == (0, 0)


# Small workbooks


def test_a_small_workbook_is_recognised_and_read(tmp_path):
    path = workbook(tmp_path, sheet(("Barnet", BARNET, 9318, 0.25)), name="any name.ods")
    table = read(path)
    assert table.source.id == "dwp_children_in_low_income_families"
    (row,) = table.rows.to_dict("records")
    assert (row["measure"], row["area_code"], row["count"]) == (RELATIVE, BARNET, 9318)
    assert (row["value"], row["period_label"], row["source_row"]) == (25, "2024/25", 7)


def test_the_catalogue_passport_is_used_unless_one_is_given(tmp_path):
    path = workbook(tmp_path, sheet(("Barnet", BARNET, 9318, 0.25)))
    assert dwp.read_low_income(path).source == passport()


def test_titles_and_headers_decide_not_the_order_of_sheets(tmp_path):
    absolute = TITLE.replace("Relative", "Absolute")
    after = TITLE.replace("Before  Housing", "After Housing")
    path = workbook(
        tmp_path,
        [["Notes"], ["[Note 1]", "Provisional"]],
        sheet(("Barnet", BARNET, 3, 0.3), title=after),
        sheet(("Barnet", BARNET, 0.2, 2), title=absolute, columns=(PERCENT, NUMBER)),
        sheet(("Barnet", BARNET, 1, 0.1)),
    )
    found = dwp.read_low_income(path).rows.set_index("measure")[["count", "value"]]
    assert found["count"].to_dict() == {RELATIVE: 1, ABSOLUTE: 2, AFTER: 3}
    assert found["value"].to_dict() == pytest.approx({RELATIVE: 10, ABSOLUTE: 20, AFTER: 30})


def test_wards_and_constituencies_are_left_alone(tmp_path):
    ward = sheet(
        ("Barnet", BARNET, "Barnet Vale", "E05013628", 210, 0.06),
        columns=("Ward [note 2]", "Area Code", NUMBER, PERCENT),
    )
    seat = sheet(("Hendon", "E14001278", 5, 0.5), area="Westminster Parliamentary Constituency")
    table = dwp.read_low_income(
        workbook(tmp_path, ward, seat, sheet(("Barnet", BARNET, 9, 0.1))), passport()
    )
    assert table.rows["count"].tolist() == [9]
    assert problems(table) == []


def test_symbols_are_kept_as_reasons(tmp_path):
    rows = [
        ("Barnet", BARNET, "[low]", "[low]"),
        ("Camden", CAMDEN, 20, "[x]"),
        ("Hartlepool", HARTLEPOOL, "..", 0.5),
        ("Isles of Scilly", SCILLY, "", ""),
    ]
    found = dwp.read_low_income(workbook(tmp_path, sheet(*rows)), passport()).rows
    assert found.set_index("area_code")["value_note"].to_dict() == {
        BARNET: "nil or negligible (low)",
        CAMDEN: "not available (x)",
        HARTLEPOOL: "count: not available (..)",
        SCILLY: "missing in file",
    }
    assert found["count"].notna().tolist() == [False, True, False, False]
    assert found["value"].notna().tolist() == [False, False, True, False]


def test_provisional_marks_are_kept_for_their_own_year(tmp_path):
    columns = (
        "Number of children FYE 2024",
        "Number of children\nFYE 2025 [p]",
        "Percentage of children FYE 2024 (%)",
        "Percentage of children FYE 2025 [p] (%) [note 3]",
    )
    rows = [("Region", code, 100, 110, 0.2, "[x]") for code in REGIONS]
    path = workbook(
        tmp_path,
        sheet(("Barnet", BARNET, 1, 2, 0.1, 0.2), columns=columns),
        regional(*rows, columns=columns),
    )
    found = dwp.read_low_income(path, passport()).rows
    notes = found.set_index(["area_code", "period_label"])["value_note"]
    assert notes[BARNET, "2023/24"] == ""
    assert notes[BARNET, "2024/25"] == "provisional (p)"
    assert notes[LONDON, "2024/25"] == "not available (x); provisional (p)"
    assert notes[ENGLAND, "2023/24"] == dwp.ADDED_UP
    assert notes[ENGLAND, "2024/25"] == f"{dwp.GAP}; provisional (p)"


def test_a_cell_that_is_no_number_is_told(tmp_path):
    path = workbook(tmp_path, sheet(("Barnet", BARNET, "many", 0.25)))
    table = dwp.read_low_income(path, passport())
    assert table.rows["value_note"].tolist() == ["count: not a number in the file (many)"]
    assert problems(table) == ["`count` is not a number or a known symbol: many"]


def test_percentages_that_are_no_fractions_are_taken_away(tmp_path):
    path = workbook(tmp_path, sheet(("Barnet", BARNET, 9, 27.2), ("Camden", CAMDEN, 9, 1)))
    table = dwp.read_low_income(path, passport())
    assert table.rows["value"].isna().tolist() == [True, False]
    assert problems(table) == ["percentage above 100 in the file, or no fraction"]


def test_a_sheet_saved_as_csv_has_percent_signs(tmp_path):
    path = tmp_path / "table 7.csv"
    rows = sheet(("Barnet", BARNET, "9,318", "11.2%"), ("Camden", CAMDEN, "8", "27%"))
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    found = read(path).rows
    assert found["count"].tolist() == [9318, 8]
    assert found["value"].tolist() == [11.2, 27]


def test_areas_that_are_not_asked_for(tmp_path):
    rows = [
        ("United Kingdom", UK, 99, 0.1),
        ("England", ENGLAND, 98, 0.1),
        ("Barnet", BARNET, 9, 0.1),
        ("Cambridge", "E07000008", 8, 0.1),
        ("Cardiff", "W06000015", 7, 0.1),
        ("Nowhere", "", 6, 0.1),
        ("Figures are provisional.", "", "", ""),
    ]
    table = dwp.read_low_income(workbook(tmp_path, sheet(*rows)), passport())
    assert table.rows["area_code"].tolist() == [BARNET]
    assert problems(table) == [
        "2 rows left out, from this one on: 2 areas below upper-tier authorities, or not in "
        "data/reference/areas.csv"
    ]


def test_an_authority_that_was_given_a_new_code_is_one_series(tmp_path):
    path = workbook(tmp_path, sheet(("Barnsley", BARNSLEY, 9, 0.1)))
    assert dwp.read_low_income(path, passport()).rows["area_code"].tolist() == ["E08000038"]


def test_a_printed_line_for_england_stands(tmp_path):
    path = workbook(tmp_path, regional(("England", ENGLAND, 901, 0.26), *nine()))
    found = dwp.read_low_income(path, passport()).rows.set_index("area_code")
    assert (found.loc[ENGLAND, "count"], found.loc[ENGLAND, "value"]) == (901, 26)
    assert found.loc[ENGLAND, "value_note"] == ""


def test_england_weighs_its_regions_by_their_children(tmp_path):
    rows = nine(100, 0.25)
    rows[0] = ("North East", REGIONS[0], 100, 0.5)
    found = dwp.read_low_income(workbook(tmp_path, regional(*rows)), passport()).rows
    england = found.set_index("area_code").loc[ENGLAND]
    assert england["count"] == 900
    assert england["value"] == pytest.approx(900 / (8 * 400 + 200) * 100)


@pytest.mark.parametrize(
    "rows",
    [
        nine()[:8],
        [*nine()[:8], ("South West", REGIONS[8], "[x]", "[x]")],
        [*nine()[:8], ("South West", REGIONS[8], 100, "[x]")],
        [*nine(), ("South West", REGIONS[8], 101, 0.25)],
    ],
    ids=["no line", "no figure", "no percentage", "two figures"],
)
def test_england_is_missing_with_one_of_its_regions(tmp_path, rows):
    found = dwp.read_low_income(workbook(tmp_path, regional(*rows)), passport()).rows
    england = found.set_index("area_code").loc[ENGLAND]
    assert england[["count", "value"]].isna().all()
    assert england["value_note"] == "figures of some of its regions are missing or in doubt"


def test_a_table_that_stands_twice_is_counted_once(tmp_path):
    path = workbook(tmp_path, regional(*nine()), regional(*nine()))
    table = dwp.read_low_income(path, passport())
    assert table.rows.set_index("area_code").loc[ENGLAND, "count"] == 900
    assert "the same figures stand in earlier rows" in problems(table)[0]


def test_tables_that_are_not_there_are_told(tmp_path):
    table = dwp.read_low_income(workbook(tmp_path, regional(*nine())), passport())
    assert table.problems["problem"].tolist() == [
        f"no table of `Local Authority` for `{RELATIVE}`",
        f"no table of `Region` for `{ABSOLUTE}`",
        f"no table of `Local Authority` for `{ABSOLUTE}`",
        f"no table of `Region` for `{AFTER}`",
        f"no table of `Local Authority` for `{AFTER}`",
    ]


def test_a_year_without_its_percentages_is_told(tmp_path):
    columns = (NUMBER, PERCENT, "Number of children FYE 2026")
    table = dwp.read_low_income(
        workbook(tmp_path, sheet(("Barnet", BARNET, 1, 0.1, 2), columns=columns)), passport()
    )
    assert problems(table) == ["no column `Percentage of children FYE 2026`"]
    last = table.rows.set_index("period_label").loc["2025/26"]
    assert (last["count"], last["value_note"]) == (2, "missing in file")


def test_a_year_with_two_columns_of_numbers_is_refused(tmp_path):
    columns = (NUMBER, PERCENT, "Number of children FYE 2025 [p]")
    path = workbook(tmp_path, sheet(("Barnet", BARNET, 1, 0.1, 2), columns=columns))
    error = refusal(path)
    assert error.rule == "must have one count for FYE 2025"
    assert error.got == "`Number of children FYE 2025` and `Number of children FYE 2025 [p]`"
    assert "take the other out" in error.action


def test_tables_of_other_measures_only_are_refused(tmp_path):
    path = workbook(tmp_path, sheet(("Barnet", BARNET, 1, 0.1), title="Table 1: Families"))
    error = refusal(path)
    assert error.rule == (
        "must have a table of authorities or regions for a measure of "
        "`dwp_children_in_low_income_families`"
    )
    assert error.got == "Table 1: Families"
    assert "correct `title` in data/catalogue/sources" in error.action


def test_a_table_without_a_title_is_refused(tmp_path):
    path = workbook(tmp_path, sheet(("Barnet", BARNET, 1, 0.1))[5:])
    assert refusal(path).got == "a table without a title"


def test_a_table_without_years_is_refused(tmp_path):
    columns = ("Number of children", "Percentage of children")
    path = workbook(tmp_path, sheet(("Barnet", BARNET, 1, 0.1), columns=columns))
    error = refusal(path)
    assert "must have the columns `Number of children`, `Percentage of children`" in error.rule
    assert error.action.endswith(
        "add it to `aliases` in data/catalogue/sources/dwp_children_in_low_income_families.yml."
    )


def test_a_workbook_without_area_codes_is_refused(tmp_path):
    error = refusal(workbook(tmp_path, [["Cover"], ["Published: 26 March 2026"]]))
    assert error.rule.endswith("must have the column `Area Code`")


def test_a_table_of_other_nations_only_is_refused(tmp_path):
    error = refusal(workbook(tmp_path, sheet(("Cardiff", "W06000015", 7, 0.1))))
    assert error.rule == "must have rows that can be used"


def test_a_damaged_workbook_is_refused(tmp_path):
    path = workbook(tmp_path, sheet(("Barnet", BARNET, 1, 0.1)))
    path.write_bytes(path.read_bytes()[:200])
    error = refusal(path)
    assert error.rule == "must be an ODS workbook"
    assert error.got.startswith("a file that does not open as one")


def test_a_passport_without_titles_is_refused(tmp_path):
    path = workbook(tmp_path, sheet(("Barnet", BARNET, 1, 0.1)))
    source = dataclasses.replace(passport(), measures={"poverty": {"count": "Number"}})
    with pytest.raises(CatalogueError) as caught:
        dwp.read_low_income(path, source)
    assert caught.value.rule == "each of `measures` must have `title`"


def test_files_that_end_in_ods_are_workbooks():
    assert ".ods" in files.WORKBOOK_SUFFIXES
