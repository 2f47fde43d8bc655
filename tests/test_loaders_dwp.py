"""Children in low income families: cells read off the published workbook, every quirk in small."""

import csv
import dataclasses
import zipfile
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
import pytest

from cyp_analysis import area_kinds, catalogue, geography
from cyp_analysis.errors import CatalogueError, SourceError
from cyp_analysis.loaders import files, read, read_all, recognise
from cyp_analysis.loaders.dwp import added_up
from cyp_analysis.loaders.dwp import workbook as dwp
from cyp_analysis.loaders.dwp import xplore as dwp_xplore

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
    return [text for text in table.problems["problem"] if not text.startswith("no table for")]


def saved(tmp_path, rows, name="table 7.csv"):
    """A sheet of cells saved as CSV."""
    path = tmp_path / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


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


def test_every_kind_of_english_area_is_there(published):
    rows = published.rows
    codes = rows["area_code"].drop_duplicates()
    assert area_kinds.kinds(codes).value_counts().to_dict() == {
        "ward": 6801, "constituency": 543, "district": 164, "authority": 153, "region": 9,
        "country": 1,
    }  # fmt: skip
    assert codes.str.startswith("E10").sum() == 21


def test_a_county_is_the_sum_of_its_districts_and_says_so(published):
    row = one(published, RELATIVE, "E10000016", "2024/25")
    rows = published.rows
    inside = geography.county_of_district().loc[lambda s: s == "E10000016"].index
    newest = rows[(rows["measure"] == RELATIVE) & (rows["period_label"] == "2024/25")]
    districts = newest[newest["area_code"].isin(inside)]
    assert len(districts) == 12
    assert row["count"] == districts["count"].sum()
    assert row["value_note"] == "added up from the districts: the file prints no figure"


def test_authorities_and_counties_together_are_the_regions_that_are_printed(published):
    """The publisher's own totals: a few children apart, for disclosure control."""
    areas = geography.areas().set_index("code")
    rows = published.rows
    newest = rows[(rows["period_label"] == "2024/25") & rows["count"].notna()]
    here = newest[newest["area_code"].map(areas["level"]) == "authority"]
    ours = here["count"].groupby([here["measure"], here["area_code"].map(areas["region_code"])])
    printed = newest[newest["area_code"].map(areas["level"]) == "region"]
    printed = printed.set_index(["measure", "area_code"])["count"]
    apart = (ours.sum() - printed).abs()
    assert len(apart) == 27 and apart.max() <= 30
    large = rows[~area_kinds.kinds(rows["area_code"]).isin(["ward"])]
    assert not large[["count", "value"]].isna().any(axis=None)
    assert {ENGLAND, SCILLY, "E09000001"} <= set(rows["area_code"])


def test_every_english_line_of_the_wards_is_a_row(published):
    (path,) = [published.path]
    sheet = next(s for s in files.read_sheets(path) if s.name == "11_BHC_Relative_Ward")
    mine = published.rows[published.rows["measure"] == RELATIVE].set_index(
        ["area_code", "period_label"]
    )
    checked = 0
    for record in sheet.records:
        if record[3].startswith("E05") and record[1] == BARNET:
            for place, label in enumerate(["2021/22", "2022/23", "2023/24", "2024/25"]):
                row = mine.loc[(record[3], label)]
                assert row["count"] == float(record[4 + place])
                assert row["value"] == pytest.approx(float(record[8 + place]) * 100, rel=1e-12)
                checked += 1
    assert checked == 24 * 4


@pytest.mark.parametrize("measure", [RELATIVE, ABSOLUTE, AFTER])
def test_wards_add_up_to_their_authority_but_for_disclosure_control(published, measure):
    sheets = {s.name: s for s in files.read_sheets(published.path)}
    wards = {r[3] for r in sheets["11_BHC_Relative_Ward"].records if r[1] == BARNET}
    rows = published.rows[published.rows["measure"] == measure]
    sums = rows[rows["area_code"].isin(wards)].groupby("period_label")["count"].sum()
    whole = rows[rows["area_code"] == BARNET].set_index("period_label")["count"]
    assert len(wards) == 24
    assert ((sums - whole).abs() <= 24).all()


def test_wards_without_a_figure_say_why(published):
    wards = published.rows[published.rows["area_code"].str.startswith("E05")]
    assert wards.loc[wards["count"].isna(), "value_note"].str.contains("negligible").all()
    assert (wards.loc[wards["value"].isna(), "value_note"] != "").all()


def test_other_nations_are_told_once_for_each_table(published):
    told = published.problems["problem"]
    assert told.str.endswith(dwp.ELSEWHERE).sum() == 5  # alike tables tell the same
    assert told.str.startswith("code `E080000").sum() == 2
    assert len(told) == 7


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


def test_wards_and_constituencies_are_kept_under_their_own_codes(tmp_path):
    ward = sheet(
        ("Barnet", BARNET, "Barnet Vale", "E05013628", 210, 0.06),
        ("Barnet", BARNET, "Brunswick Park", "E05013629", "[low]", "[low]"),
        columns=("Ward [note 2]", "Area Code", NUMBER, PERCENT),
    )
    seat = sheet(("Hendon", "E14001278", 5, 0.5), area="Westminster Parliamentary Constituency")
    table = dwp.read_low_income(
        workbook(tmp_path, ward, seat, sheet(("Barnet", BARNET, 9, 0.1))), passport()
    )
    found = table.rows.set_index("area_code")
    assert found["value"].dropna().to_dict() == pytest.approx(
        {"E05013628": 6, "E14001278": 50, BARNET: 10}
    )
    assert found.loc["E05013629", "value_note"] == "nil or negligible (low)"
    assert problems(table) == []


def test_ward_codes_may_stand_before_those_of_the_authority(tmp_path):
    rows = [["Title: relative low income, before housing costs"]]
    rows += [["Ward", "Area Code", "Local Authority", "Area Code", NUMBER, PERCENT]]
    rows += [["Barnet Vale", "E05013628", "Barnet", BARNET, "210", "6%"]]
    rows += [["Brunswick Park", "E05013629", "Barnet", BARNET, "256", "8.3%"]]
    found = read(saved(tmp_path, rows)).rows
    assert found["area_code"].tolist() == ["E05013628", "E05013629"]


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
    assert notes[ENGLAND, "2023/24"] == added_up.added_up("regions")
    assert notes[ENGLAND, "2024/25"] == f"{added_up.gap('regions')}; provisional (p)"


def test_a_cell_that_is_no_number_is_told(tmp_path):
    path = workbook(tmp_path, sheet(("Barnet", BARNET, "many", 0.25)))
    table = dwp.read_low_income(path, passport())
    assert table.rows["value_note"].tolist() == ["count: not a number in the file (many)"]
    assert problems(table) == ["`count` is not a number or a known symbol: many"]


def ten(*values) -> list[tuple]:
    """Ten wards, and then one for each value given."""
    usual = [("A", f"E0501362{place}", 9, 0.2) for place in range(10)]
    return usual + [("B", f"E0501363{place}", 9, value) for place, value in enumerate(values)]


def test_one_percentage_that_is_no_fraction_is_in_doubt(tmp_path):
    table = dwp.read_low_income(workbook(tmp_path, sheet(*ten(27.2))), passport())
    values = table.rows.set_index("area_code")["value"]
    assert values["E05013620"] == pytest.approx(20)
    assert pd.isna(values["E05013630"])
    assert problems(table) == ["percentage in doubt: a fraction or per cent?"]


def test_a_mixture_without_signs_is_in_doubt_as_a_whole(tmp_path):
    path = workbook(tmp_path, sheet(("Barnet", BARNET, 9, 27.2), ("Camden", CAMDEN, 9, 0.3)))
    rows = dwp.read_low_income(path, passport()).rows
    assert rows["value"].isna().all()
    assert rows["value_note"].str.contains("in doubt").all()
    assert rows["count"].tolist() == [9, 9]


def test_percentages_above_100_are_taken_away(tmp_path):
    rows = [("Barnet", BARNET, 9, "127.2%"), ("Camden", CAMDEN, 9, "27%")]
    table = dwp.read_low_income(workbook(tmp_path, sheet(*rows)), passport())
    assert table.rows["value"].isna().tolist() == [True, False]
    assert problems(table) == ["percentage above 100 in the file"]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["11.2%", "27%"], [11.2, 27]),
        (["11.2", "27"], [11.2, 27]),
        (["0.112", "0.27"], [11.2, 27]),
        (["0.9%", "0%"], [0.9, 0]),
        (["0", "0.27"], [0, 27]),
        (["0", "27"], [0, 27]),
        (["0", "0"], [0, 0]),
        (["[x]", "0.27"], [None, 27]),
    ],
)
def test_a_sheet_saved_as_csv_has_fractions_or_per_cent(tmp_path, texts, values):
    rows = sheet(("Barnet", BARNET, "9,318", texts[0]), ("Camden", CAMDEN, "8", texts[1]))
    found = read(saved(tmp_path, rows)).rows
    assert found["count"].tolist() == [9318, 8]
    assert found["value"].tolist() == pytest.approx(values, nan_ok=True) or values[0] is None
    assert found["value"].iloc[1] == pytest.approx(values[1])


def test_the_kinds_are_told_apart_by_table(tmp_path):
    """The same workbook may hold fractions in one sheet and per cent in another."""
    wards = sheet(*ten(), columns=(NUMBER, PERCENT))
    path = workbook(tmp_path, wards, sheet(("Barnet", BARNET, 9, 27.2), title=TITLE + " again"))
    found = dwp.read_low_income(path, passport()).rows.set_index("area_code")["value"]
    assert (found["E05013620"], found[BARNET]) == (pytest.approx(20), 27.2)


def test_every_english_area_is_kept_and_other_nations_are_told_once(tmp_path):
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
    # One district of five: the county is named, without a figure.
    assert table.rows["area_code"].tolist() == [ENGLAND, BARNET, "E07000008", "E10000003"]
    county = table.rows.iloc[-1]
    assert pd.isna(county["count"]) and pd.isna(county["value"])
    assert county["value_note"] == added_up.gap("districts")
    assert problems(table) == [
        "notes below the table, from this line on: Figures are provisional.",
        f"2 rows left out, from this one on: {dwp.ELSEWHERE}",
        "left out: area code `` is not in data/reference/areas.csv",
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
        f"no table for `{ABSOLUTE}`",
        f"no table for `{AFTER}`",
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
    assert error.rule == "must have a table of a measure of `dwp_children_in_low_income_families`"
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


# Other editions


def older(kind="Relative", *rows, area="Local Authority [note 2]") -> list[list]:
    """A table of the editions of 2020 to 2025, whose titles do not speak of housing costs."""
    title = f"Table 3: Number and Percentage of Children living in {kind} low income families"
    columns = ("Number of children FYE 2015", "Number of children FYE 2021 [p]",
               "Percentage of children FYE 2015 (%) [note 3]",
               "Percentage of children FYE 2021 (%) [p] [note 3]")  # fmt: skip
    return sheet(*rows, title=f"{title}, Local Authority", area=area, columns=columns)


def test_older_titles_mean_before_housing_costs(tmp_path):
    path = workbook(
        tmp_path,
        older("Relative", ("Barnet", BARNET, 10, 20, 0.1, 0.2)),
        older("Absolute", ("Barnet", BARNET, 30, 40, 0.3, 0.4)),
    )
    table = dwp.read_low_income(path, passport())
    found = table.rows.set_index(["measure", "period_label"])
    assert found["count"].to_dict() == {
        (RELATIVE, "2014/15"): 10, (RELATIVE, "2020/21"): 20,
        (ABSOLUTE, "2014/15"): 30, (ABSOLUTE, "2020/21"): 40,
    }  # fmt: skip
    assert found.loc[(RELATIVE, "2020/21"), "value_note"] == "provisional (p)"
    assert table.problems["problem"].tolist() == [f"no table for `{AFTER}`"]


def test_a_title_on_two_lines_is_not_taken_for_the_other_measure(tmp_path):
    rows = older("Relative", ("Barnet", BARNET, 10, 20, 0.1, 0.2))
    rows.insert(1, ["After Housing Costs"] + [""] * 5)
    error = refusal(workbook(tmp_path, rows))
    assert error.rule.startswith("must have a table of a measure")


def test_a_saved_sheet_without_its_title_is_told_by_its_name(tmp_path):
    rows = sheet(("Barnet", BARNET, 9, "27%"))[5:]
    assert read(saved(tmp_path, rows, "7_BHC_Relative_LA.csv")).rows["measure"].tolist() == [
        RELATIVE
    ]
    assert read(saved(tmp_path, rows, "2_AHC_Relative_LA.csv")).rows["measure"].tolist() == [AFTER]
    error = refusal(saved(tmp_path, rows, "low income.csv"))
    assert error.got == "a table without a title"


def test_a_table_of_no_measure_is_told_beside_others(tmp_path):
    other = sheet(("Barnet", BARNET, 1, 0.1), title="Table 9: Families")
    table = dwp.read_low_income(
        workbook(tmp_path, other, sheet(("Barnet", BARNET, 9, 0.1))), passport()
    )
    assert problems(table) == ["table not read, of no measure: Table 9: Families"]


@pytest.mark.parametrize(
    "columns",
    [
        ("Number of children 2024/25", "% of children 2024/25"),
        ("NUMBER OF CHILDREN FYE 2025", "PROPORTION OF CHILDREN FYE 2025"),
        ("Number of all children FYE 2025", "Percentage of all children FYE 2025 (%)"),
        ("Percentage of children FYE 2025", "Number of children FYE 2025"),
    ],
)
def test_columns_of_other_editions(tmp_path, columns):
    cells = ("9,318", "27.2%") if columns[0].casefold().startswith("num") else ("27.2%", "9,318")
    path = saved(tmp_path, sheet(("Barnet", BARNET, *cells), columns=columns))
    (row,) = dwp.read_low_income(path, passport()).rows.to_dict("records")
    assert (row["count"], row["value"], row["period_label"]) == (9318, 27.2, "2024/25")


def test_years_below_their_parts(tmp_path):
    rows = [["Relative low income, Before Housing Costs"]]
    rows += [["Local Authority", "Area Code", "Number of children", "", "% of children", ""]]
    rows[-1].append("Note")
    rows += [["", "", "FYE 2024", "FYE 2025", "FYE 2024", "FYE 2025", ""]]
    rows += [["Barnet", BARNET, "10", "20", "30%", "40%", "as is"]]
    found = dwp.read_low_income(saved(tmp_path, rows), passport()).rows.set_index("period_label")
    assert found["count"].to_dict() == {"2023/24": 10, "2024/25": 20}
    assert found["value"].to_dict() == {"2023/24": 30, "2024/25": 40}
    assert found["source_row"].tolist() == [4, 4]


def test_years_with_their_parts_above(tmp_path):
    rows = [["Relative low income, Before Housing Costs"]]
    rows += [["", "", "Number of children", "", "Percentage of children", ""]]
    rows += [["Local Authority", "Area Code", "2023/24", "2024/25", "2023/24", "2024/25"]]
    rows += [["Barnet", BARNET, "10", "20", "30%", "40%"]]
    found = dwp.read_low_income(saved(tmp_path, rows), passport()).rows.set_index("period_label")
    assert found["count"].to_dict() == {"2023/24": 10, "2024/25": 20}
    assert found["value"].to_dict() == {"2023/24": 30, "2024/25": 40}


def test_a_year_that_is_none_is_not_read(tmp_path):
    columns = (NUMBER, PERCENT, "Number of children 2024/27")
    table = dwp.read_low_income(
        workbook(tmp_path, sheet(("Barnet", BARNET, 1, 0.1, 2), columns=columns)), passport()
    )
    assert table.rows["period_label"].tolist() == ["2024/25"]


def test_england_says_when_its_percentage_is_only_close(tmp_path):
    rows = [(f"Region {code}", code, "1234", "27%") for code in REGIONS]
    found = dwp.read_low_income(saved(tmp_path, regional(*rows)), passport()).rows
    england = found.set_index("area_code").loc[ENGLAND]
    assert (england["count"], england["value"]) == (9 * 1234, pytest.approx(27))
    assert england["value_note"] == f"{added_up.added_up('regions')}; {added_up.close('regions')}"


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


# Tables of Stat-Xplore


def export(tmp_path, *rows, above=(), header=("Year", "2014/15", "", "2021/22 (p)"), name="x.csv"):
    """A table as Stat-Xplore saves it, with columns of annotations between the years."""
    given = above or ("Children in low income families: Relative low income", "Filters: 0-15")
    cells = [[line] for line in given] + [[], list(header)]
    cells += [["National - Regional - LA - OAs", "", "", ""], *map(list, rows)]
    cells += [["Total", "99", "", "99"], ["Source: Stat-Xplore"]]
    return saved(tmp_path, cells, name)


def test_a_table_of_stat_xplore_is_read_by_names(tmp_path):
    table = read(export(tmp_path, ("Barnet", "9,318", "", "8065"), ("London", "..", "r", "5")))
    assert table.source.id == "dwp_stat_xplore_low_income"
    found = table.rows.set_index(["area_code", "period_label"])
    assert found["count"].dropna().to_dict() == {
        (BARNET, "2014/15"): 9318, (BARNET, "2021/22"): 8065, (LONDON, "2021/22"): 5,
    }  # fmt: skip
    assert set(found["measure"]) == {RELATIVE}
    assert set(found["age"]) == {"<16 yrs"}
    assert found.loc[(LONDON, "2014/15"), "value_note"] == "not available (..)"
    assert found.loc[(BARNET, "2021/22"), "value_note"] == "provisional (p)"
    assert found["value"].isna().all()


def test_totals_and_names_that_are_not_known_are_told(tmp_path):
    table = read(export(tmp_path, ("Barnet", "1", "", "2"), ("Abertawe / Swansea", "3", "", "4")))
    assert table.rows["area_code"].unique().tolist() == [BARNET]
    told = problems(table)
    assert f"{dwp_xplore.NOT_AREAS}: `Abertawe / Swansea`, `Total`" in told[-1]


def test_without_a_filter_of_age_all_dependent_children_are_counted(tmp_path):
    above = ("Absolute low income", "Filters: none")
    found = read(export(tmp_path, ("Barnet", "1", "", "2"), above=above)).rows
    assert set(found["age"]) == {"dependent children"}
    assert set(found["measure"]) == {ABSOLUTE}


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (("", "2014/15", "", "2021/22"), ("Barnet", "1", "", "2")),
        (("Year", "FYE 2015", "", "FYE 2022"), ("Barnet", "1", "", "2")),
        (("Year", "2014/15", "", "2021/22"), (BARNET, "1", "", "2")),
    ],
)
def test_other_corners_and_codes_of_such_a_table(tmp_path, header, row):
    found = read(export(tmp_path, row, header=header)).rows.set_index("period_label")
    assert found["count"].to_dict() == {"2014/15": 1, "2021/22": 2}
    assert set(found["area_code"]) == {BARNET}


def test_a_table_of_years_that_does_not_say_its_measure_is_not_recognised(tmp_path):
    path = export(tmp_path, ("Barnet", "1", "", "2"), above=("Housing benefit claimants",))
    with pytest.raises(recognise.UnrecognisedFile) as caught:
        dwp_xplore.read_export(path)
    assert caught.value.got == "a title that names none"
    assert "Housing" not in str(caught.value)
    assert caught.value.rule.startswith("must say above its table which measure")


def test_a_table_of_names_without_any_area_is_refused(tmp_path):
    with pytest.raises(SourceError) as caught:
        read(export(tmp_path, ("Cardiff", "1", "", "2")))
    assert "`Cardiff`" in caught.value.got
