"""Files to take away: safe text, tidy figures, workbooks, CSV with metadata, charts, archives."""

import csv
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from cyp_analysis import catalogue, geography, paths
from cyp_analysis.edition_reader import Edition
from cyp_analysis.errors import UsageError
from cyp_analysis.present import tables
from cyp_analysis.present.markup import verdict
from cyp_analysis.present.selection import Selection
from cyp_analysis.publish.downloads import (
    bundle,
    chapter_sheets,
    charts,
    csv_files,
    figures,
    printing,
    workbook,
)
from cyp_analysis.publish.downloads.names import Download, download, size_words, slug, stem
from cyp_analysis.publish.downloads.safe_text import LONGEST, neutral
from cyp_analysis.publish.downloads.sheets import (
    Sheet,
    from_text,
    number,
    of_page,
    of_table,
    unique,
)
from cyp_analysis.publish.lint.workbook import workbook_faults

AREA = "E09000003"
BOOK = workbook.Book("Title", "Author", date(2026, 1, 2), ("Intro",), ("About",), ("A note",))


@pytest.fixture(scope="module")
def home(edition) -> Path:
    return edition[0] / "annual" / AREA


@pytest.fixture(scope="module")
def indicators(edition) -> pd.DataFrame:
    return pd.read_parquet(edition[0] / "annual" / "indicators.parquet")


# Names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("St. Helens", "st-helens"),
        ("Bristol, City of", "bristol-city-of"),
        ("Brighton & Hove", "brighton-and-hove"),
        ("King's Lynn", "kings-lynn"),
        ("child_poverty", "child-poverty"),
        ("Ynys Môn", "ynys-mon"),
        ("…", "file"),
    ],
)
def test_file_names_are_lower_case_with_dashes(text, name):
    assert slug(text) == name


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1 kB"),
        (999_400, "999 kB"),
        (999_600, "1.0 MB"),
        (1_440_000, "1.4 MB"),
        (24_499, "24 kB"),
    ],
)
def test_sizes_in_words(size, words):
    assert size_words(size) == words


def test_a_link_says_kind_and_size(tmp_path):
    path = tmp_path / "downloads" / "a.xlsx"
    path.parent.mkdir()
    path.write_bytes(b"x" * 2_000)
    assert download(path, tmp_path, "Tables") == Download(
        "Tables", "downloads/a.xlsx", "XLSX", "2 kB"
    )
    assert stem(geography.area(AREA), "early_years").endswith("-early-years")


# Text that is never run


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+SUM(A1)", "-2+3", "@SUM(1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "＝1+1", "-a"],
)
def test_text_that_would_run_is_neutralised(text):
    assert neutral(text).startswith("'")


@pytest.mark.parametrize(
    "text", ["-5", "+7.5%", "-1,234.5", "plain", "a=b", "−5", "", "1-2", "-1e5"]
)
def test_numbers_and_plain_words_pass(text):
    assert neutral(text) == text


def test_control_characters_go_and_cells_stay_within_their_length():
    assert neutral("a\x00b\x1bc\nd") == "abc\nd"
    assert len(neutral("x" * 40_000)) == LONGEST


# Sheets from the tables of a page


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("1,234", 1234),
        ("−12.5", -12.5),
        ("-3", -3),
        ("0", 0),
        ("14.0", 14.0),
        ("[c]", "[c]"),
        ("5=", "5="),
        ("£5", "£5"),
        ("not ranked", "not ranked"),
        ("13.7 to 14.2", "13.7 to 14.2"),
    ],
)
def test_cells_that_show_a_number_are_numbers(cell, read):
    assert number(cell) == read
    assert type(number(cell)) is type(read)


def test_a_table_of_the_page_becomes_a_sheet():
    columns = (
        tables.Column("Authority", heads_row=True),
        tables.Column("Count", numeric=True),
        tables.Column("Value (%)", numeric=True),
        tables.Column("95% confidence interval", numeric=True),
        tables.Column("Verdict"),
    )
    rows = (
        ("A & B", "1,200", "14.0", "13.7 to 14.3", verdict("worse", "higher")),
        ("C", "not published", "9.5", "none", ""),
        ("D", "[c]", "[c]", "[c]", verdict("not_compared", "not_compared")),
    )
    sheet = of_table(tables.Table("Caption", columns, rows, ("Note.",), "Source: S."))
    assert sheet.columns == (
        "Authority",
        "Count",
        "Value (%)",
        "95% confidence interval: lower",
        "95% confidence interval: upper",
        "Verdict",
    )
    assert sheet.rows == (
        ("A & B", 1200, 14.0, 13.7, 14.3, "Higher, worse"),
        ("C", "[x]", 9.5, "[z]", "[z]", "[z]"),
        ("D", "[c]", "[c]", "[c]", "[c]", "Not compared"),
    )
    assert sheet.numeric == (False, True, True, True, True, False)
    assert sheet.decimals == (None, 0, 1, 1, 1, None)
    assert (sheet.title, sheet.source) == ("Caption", "Source: S.")
    assert sheet.notes[0] == "Note." and "[c] suppressed" in sheet.notes[1]


def test_percentages_and_benchmarks_are_taken_apart():
    sheet = from_text(
        "T", ["Share", "Benchmark"], [["5.0%", "North East 4.1%"], ["[x]", "none"]], [True, True]
    )
    assert sheet.columns == ("Share (%)", "Benchmark area", "Benchmark value")
    assert sheet.rows == ((5.0, "North East", 4.1), ("[x]", "[z]", "[z]"))


def test_headers_are_told_apart_and_words_in_a_column_of_numbers_stay():
    assert unique(["Value", "value", ""]) == ["Value", "value (2)", "Column"]
    sheet = from_text("T", ["Rank"], [["1"], ["not ranked"]], [True])
    assert sheet.rows == ((1,), ("not ranked",)) and sheet.numeric == (False,)


def test_tables_are_read_from_a_page_with_what_is_said_of_them():
    table = tables.Table("One", (tables.Column("A", heads_row=True),), (("x",),), ("N.",), "S.")
    inner = tables.render(tables.Table("Two", (tables.Column("B"),), (("y",),)), "cap-2")
    said = '<p class="note">F.</p><p class="source">FS.</p>'
    said += '<p class="age-line"><span class="age"><strong>Old</strong> 2011</span> <a>Link</a></p>'
    figure = f'<figure class="chart" id="f">{said}<details>{inner}</details></figure>'
    empty = tables.render(tables.Table("None", (tables.Column("B"),), ()), "cap-3")
    one = tables.block(table, "cap-1").html
    found = of_page(f"<div>{one}<p>Other</p>{figure}{empty}</div>")
    assert [(s.title, s.notes, s.source) for s in found] == [
        ("One", ("N.",), "S."),
        ("Two", ("F.", "Old 2011"), "FS."),
    ]


# Tidy figures


def rows_of(**changes) -> pd.DataFrame:
    given = {
        "count": [5.0, np.nan, np.nan],
        "denominator": [10.0, np.nan, 20.0],
        "value": [50.0, np.nan, 7.0],
        "lower_ci_95": [40.0, np.nan, np.nan],
        "upper_ci_95": [60.0, np.nan, np.nan],
        "value_note": ["", "suppressed (c): small numbers", ""],
    }
    return pd.DataFrame(given | changes)


def test_each_missing_number_has_the_letter_of_its_reason():
    rows = figures.add_letters(rows_of())
    assert list(rows["value_missing"]) == ["", "c", ""]
    assert list(rows["count_missing"]) == ["", "c", "x"]
    assert list(rows["lower_ci_95_missing"]) == ["", "c", "z"]
    assert list(rows["denominator_missing"]) == ["", "c", ""]


def test_a_figure_missing_without_a_known_reason_is_not_available():
    rows = figures.add_letters(rows_of(value_note=["", "odd words", ""]))
    assert rows["value_missing"][1] == "x"


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [(14.45, 1, 14.5), (1234.5, 0, 1235), (-0.05, 1, -0.1), (7, 1, 7.0)],
)
def test_the_workbook_rounds_as_the_page_does(value, places, shown):
    assert chapter_sheets.rounded(value, places) == shown


def test_csv_numbers_are_neither_rounded_nor_grouped():
    assert csv_files.number_text(70.66895368782162) == "70.6689536878"
    assert csv_files.number_text(10000.0) == "10000"
    assert csv_files.number_text(-0.5) == "-0.5"


# Workbooks


NASTY = Sheet(
    "=TITLE()",
    ("Name", "Value"),
    (
        ("=1+1", 5),
        ("[a](https://example.org)", -2.5),
        ("%", "[c]"),
        ("$$note$$", 0),
        ("–", 1200),
        ("https://example.org/x", 3),
        ("-5", 4),
    ),
    (False, True),
    (None, None),
    notes=("@note",),
    source="+source",
)


@pytest.fixture(scope="module")
def nasty(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("books") / "a-book.xlsx"
    return workbook.write_workbook(
        path, BOOK, [NASTY, Sheet("Empty", ("A",), (), (False,), (None,))]
    )


def test_a_workbook_keeps_the_checklist_whatever_it_holds(nasty):
    assert workbook_faults(nasty) == []


def test_a_workbook_has_its_front_sheets_and_one_table_a_sheet(nasty):
    book = openpyxl.load_workbook(nasty)
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Table 1"]
    contents = [[cell.value for cell in row] for row in book["Contents"].iter_rows()]
    assert ["Table 1", "'=TITLE()"] in contents
    links = {
        cell.value: cell.hyperlink.location for cell in book["Contents"]["A"] if cell.hyperlink
    }
    assert links["Table 1"] == "'Table 1'!A1"
    assert (book.properties.title, book.properties.creator) == ("Title", "Author")
    assert book.properties.language == "en-GB"


def test_cells_of_a_workbook_are_text_or_numbers_and_never_run(nasty):
    sheet = openpyxl.load_workbook(nasty)["Table 1"]
    ref = next(iter(sheet.tables.values())).ref
    cells = [[cell.value for cell in row] for row in sheet[ref]]
    assert cells == [
        ["Name", "Value"],
        ["'=1+1", 5],
        ["[a] (https://example.org)", -2.5],
        ["per cent", "[c]"],
        ["$ $note$ $", 0],
        ["– (as printed)", 1200],
        ["https://example.org/x", 3],
        ["-5", 4],
    ]
    assert {cell.data_type for row in sheet[ref] for cell in row} == {"s", "n"}
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert sheet["A1"].value == "'=TITLE()"


def test_the_same_workbook_twice_has_the_same_bytes(nasty, tmp_path):
    again = workbook.write_workbook(tmp_path / "a-book.xlsx", BOOK, [NASTY])
    assert again.read_bytes() == nasty.read_bytes()


def test_numbers_show_thousands_and_their_decimals(tmp_path):
    sheet = Sheet("T", ("N", "V"), (("a", 1234.5), ("b", 2.0)), (False, True), (None, 1))
    path = workbook.write_workbook(tmp_path / "b.xlsx", BOOK, [sheet])
    cell = openpyxl.load_workbook(path)["Table 1"]["B5"]
    assert cell.number_format == "#,##0.0" and cell.alignment.horizontal == "right"


def _fill(book):
    book["Table 1"]["A5"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")


def _font(**changes):
    def change(book):
        book["Table 1"]["A5"].font = openpyxl.styles.Font(**({"name": "Arial", "sz": 12} | changes))

    return change


def _cell(where: str, value):
    def change(book):
        book["Table 1"][where] = value

    return change


def _set(thing: str, name: str, value):
    def change(book):
        target = book["Table 1"] if thing == "sheet" else getattr(book, thing, book)
        setattr(target, name, value)

    return change


def _second_table(book):
    sheet = book["Table 1"]
    sheet["A30"], sheet["A31"] = "H", "x"
    sheet.add_table(openpyxl.worksheet.table.Table(displayName="other", ref="A30:A31"))


def _hidden_row(book):
    book["Table 1"].row_dimensions[5].hidden = True


def _filter(book):
    table = next(iter(book["Table 1"].tables.values()))
    table.autoFilter = openpyxl.worksheet.filters.AutoFilter(ref=table.ref)


def _comment(book):
    book["Table 1"]["A5"].comment = openpyxl.comments.Comment("x", "y")


def _image(book):
    book["Table 1"].add_chart(openpyxl.chart.BarChart(), "D1")


def _unwrapped(book):
    book["Table 1"]["A6"] = "long " * 20
    book["Table 1"]["A6"].alignment = openpyxl.styles.Alignment(wrap_text=False)


def _header_footer(book):
    book["Table 1"].oddFooter.center.text = "Page"


def _cursor(book):
    book["Cover"].sheet_view.selection[0].activeCell = "B2"


def _plain_title(book):
    book["Table 1"]["A1"].font = openpyxl.styles.Font(name="Arial", sz=11)


def _shifted_table(book):
    next(iter(book["Table 1"].tables.values())).ref = "B5:B12"


BROKEN = {
    "background fill": _fill,
    "italics": _font(i=True),
    "superscript": _font(vertAlign="superscript"),
    "smaller than 10": _font(sz=8),
    "font with serifs": _font(name="Times New Roman"),
    "run as a formula": _cell("A6", "=1+1"),
    "empty cells": _cell("A6", None),
    "below or beside the table": _cell("A40", "more"),
    "a note stands in a cell of data": _cell("A6", "x [note 1]"),
    "[q] is not explained": _cell("B6", "[q]"),
    "frozen panes": _set("sheet", "freeze_panes", "A5"),
    "longer than 30": _set("sheet", "title", "x" * 31),
    "something hidden": _hidden_row,
    "has a filter": _filter,
    "merged cells": lambda book: book["Table 1"].merge_cells("A1:B1"),
    "2 marked tables": _second_table,
    "comments": _comment,
    "image, chart or text box": _image,
    "not wrapped": _unwrapped,
    "header or footer": _header_footer,
    "the cursor": _cursor,
    "not bold": _plain_title,
    "no title in A1": _cell("A1", None),
    "no title": _set("properties", "title", None),
    "no author": _set("properties", "creator", "openpyxl"),
    "not en-GB": _set("properties", "language", "fr"),
    "open on its first sheet": _set("book", "active", 2),
    "the first sheets are not": lambda book: book.move_sheet("Notes", 1),
    "does not start in column A": _shifted_table,
    "empty or there twice": _cell("B5", "Name"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_each_rule_of_the_checklist_can_fail(nasty, tmp_path, fault):
    book = openpyxl.load_workbook(nasty)
    BROKEN[fault](book)
    if fault == "empty or there twice":
        table = next(iter(book["Table 1"].tables.values()))
        table.tableColumns[1].name = "Name"
    broken = tmp_path / "a-book.xlsx"
    book.save(broken)
    assert any(fault in found for found in workbook_faults(broken)), workbook_faults(broken)


def test_a_bad_file_name_a_macro_and_a_damaged_file_are_faults(nasty, tmp_path):
    named = shutil.copy(nasty, tmp_path / "A Book.xlsx")
    assert workbook_faults(named) == ["file name is not lower case with dashes"]
    macro = shutil.copy(nasty, tmp_path / "macro.xlsx")
    with zipfile.ZipFile(macro, "a") as whole:
        whole.writestr("xl/vbaProject.bin", b"x")
    assert workbook_faults(macro) == ["holds a macro: xl/vbaProject.bin"]
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(b"not a workbook")
    assert "cannot be read as a workbook" in workbook_faults(damaged)[0]


def test_without_openpyxl_the_check_says_what_to_install(nasty, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(UsageError, match="openpyxl"):
        workbook_faults(nasty)


# Charts


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 100" role="img"'
    ' aria-label="A &lt; B">'
    '<path style="stroke: var(--ink, #123456)" d="M0 0"/><text fill="var(--none)">x</text></svg>'
)
FIGURE = (
    '<figure class="chart wide" id="fig-a_b-trend"><figcaption><span class="chart-title">Up &amp;'
    ' down</span> <span class="chart-subtitle">Of all</span></figcaption>'
    f'<div class="chart-image">{SVG}</div><p class="source">Source: S.</p></figure>'
)


def test_a_chart_of_a_page_stands_on_its_own():
    (chart,) = charts.charts_of(f"<p></p>{FIGURE}<figure id='x'><img></figure>")
    assert (chart.id, chart.title) == ("fig-a_b-trend", "Up & down")
    drawn = charts.standalone(chart)
    root = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text == "Up & down"
    assert root.find(f"{space}desc").text == "A < B"
    assert root.find(f"{space}rect").attrib["fill"] == "#ffffff"
    words = [text.text for text in root.iter(f"{space}text")]
    assert words == ["Up & down", "Of all", "Source: S.", "x"]
    assert "var(" not in drawn and "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", drawn)


def test_colours_by_name_become_colours(monkeypatch):
    monkeypatch.setattr(charts, "light_colours", lambda: {"a": "var(--b)", "b": "#fff"})
    assert charts.plain_colours("fill: var(--a); stroke: var(--c, #123)") == (
        "fill: #fff; stroke: #123"
    )


def test_links_to_a_chart_stand_at_the_end_of_its_figure():
    link = Download("Up & down", "downloads/charts/a.svg", "SVG", "4 kB")
    html = charts.with_files(FIGURE, {"fig-a_b-trend": (link,)})
    assert html.endswith(
        '<p class="chart-files">Download this chart: <a href="downloads/charts/a.svg" download'
        ' aria-label="SVG, 4 kB: Up &amp; down">SVG, 4 kB</a></p></figure>'
    )
    assert charts.with_files(FIGURE, {}) == FIGURE
    assert charts.with_files(FIGURE, {"other": (link,)}) == FIGURE


# Printing


def pages(folder: Path) -> list[Path]:
    shell = "<html><head><style>.a{{}}</style></head><body><main id='main'>{}</main></body></html>"
    first = (
        '<h1 id="top">One</h1><a href="two.html#top">next</a><a href="#top">up</a>'
        '<a href="downloads/a.csv">file</a><a href="https://example.org">out</a>'
        '<p aria-labelledby="top x">p</p><script>alert(1)</script>'
        "<details><summary>S</summary>hidden words</details>"
        '<path clip-path="url(#clip)"/>'
    )
    second = '<h1 id="top">Two</h1><a href="one.html">back</a>'
    for name, body in (("one.html", first), ("two.html", second)):
        (folder / name).write_text(shell.format(body), encoding="utf-8")
    return [folder / "one.html", folder / "two.html"]


def test_pages_become_one_document_whose_links_lead_inside_it(tmp_path):
    html = printing.combined(pages(tmp_path), 'A "title"')
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 4
    assert set(re.findall(r'href="([^"]+)"', html)) == {
        "#p-two-top",
        "#p-one-top",
        "#p-one",
        "https://example.org",
    }
    assert "<a >file</a>" in html and 'aria-labelledby="p-one-top p-one-x"' in html
    assert "url(#p-one-clip)" in html and "<details open>" in html
    assert "<script" not in html and str(tmp_path) not in html
    assert html.count(".a{}") == 1


def test_definitions_are_printed_in_full_once(tmp_path):
    texts = {
        "a.html": '<main><details id="def-x">x</details></main>',
        "all.html": '<main><details id="def-x">x</details><details id="def-y">y</details></main>',
        "other.html": '<main><details id="def-z">z</details></main>',
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    html = printing.combined([tmp_path / name for name in texts], "T")
    told = re.findall(r'<div class="([^"]+)" id="([^"]+)">', html)
    assert told == [("printed brief", "p-a"), ("printed", "p-all"), ("printed", "p-other")]


def test_a_build_that_cannot_print_says_so_before_it_starts(monkeypatch):
    monkeypatch.setattr(printing.shutil, "which", lambda name: None)
    with pytest.raises(UsageError, match="needs a browser to print with"):
        printing.browser_path()
    monkeypatch.setattr(printing, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="needs the package playwright"):
        printing.browser_path()


def test_no_printer_is_started_unless_asked_for():
    with printing.printer(wanted=False) as nothing:
        assert nothing is None


PRINT = """
import sys
from pathlib import Path
from cyp_analysis.publish.downloads.printing import printer
folder = Path(sys.argv[1])
with printer() as one:
    one.pdf([folder / "one.html", folder / "two.html"], folder / "all.pdf", "The title")
    print(list(one.pngs([folder / "a.svg"]).values()))
"""


def test_a_browser_prints_tagged_pages_and_sharp_charts(tmp_path):
    try:
        printing.browser_path()
    except UsageError as error:
        pytest.skip(str(error))
    pages(tmp_path)
    (chart,) = charts.charts_of(FIGURE)
    (tmp_path / "a.svg").write_text(charts.standalone(chart), encoding="utf-8")
    # In a process of its own: one process cannot hold two of playwright's loops.
    command = [sys.executable, "-c", PRINT, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    printed = (tmp_path / "all.pdf").read_bytes()
    assert printed.startswith(b"%PDF-") and b"/StructTreeRoot" in printed
    assert b"en-GB" in printed and b"/Outlines" in printed and str(tmp_path).encode() not in printed
    png = (tmp_path / "a.png").read_bytes()
    width = int.from_bytes(png[16:20], "big")
    assert png.startswith(b"\x89PNG") and width == 2 * (460 + 2 * charts.MARGIN)


# An edition


def test_every_workbook_of_an_edition_keeps_the_checklist(home):
    books = sorted((home / "downloads").glob("*.xlsx"))
    assert len(books) == 20
    assert {book.name: found for book in books if (found := workbook_faults(book))} == {}


def test_every_chapter_has_its_files_and_its_page_names_them(home):
    known = catalogue.load().chapters
    for chapter in known.values():
        name = stem(geography.area(AREA), chapter.id)
        assert (home / "downloads" / f"{name}.xlsx").is_file()
        assert (home / "downloads" / f"{name}.csv").is_file() != chapter.whole_catalogue


def test_every_link_to_a_file_leads_to_one_and_says_its_size(home):
    links = 0
    for page in home.glob("*.html"):
        for address, label in re.findall(
            r'<a href="(downloads/[^"]+)"[^>]*>([^<]+)</a>', page.read_text(encoding="utf-8")
        ):
            links += 1
            assert size_words((home / address).stat().st_size) in label, (page.name, address)
    assert links >= 30


def test_every_chart_of_a_page_has_a_file_of_valid_svg(home):
    for page in home.glob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert len(charts.charts_of(html)) == html.count('<p class="chart-files">'), page.name
    files = list((home / "downloads" / "charts").iterdir())
    assert len(files) >= 25 and all(file.suffix == ".svg" for file in files)
    for file in files:
        assert ElementTree.parse(file).getroot().tag.endswith("svg")


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_area_csv_holds_the_figures_of_the_edition_and_nothing_more(home, indicators):
    rows = read_csv(next((home / "downloads").glob("*all-figures.csv")))
    own = indicators[indicators["area_code"] == AREA]
    mine = [row for row in rows if row["area_code"] == AREA]
    assert len(mine) == len(own)
    assert {row["area_code"] for row in rows} <= {AREA, "E12000007", "E13000002", "E92000001"}
    for name in ("count", "denominator", "value", "lower_ci_95", "upper_ci_95"):
        told = sorted(float(row[name]) for row in mine if not row[name].startswith("["))
        assert told == pytest.approx(sorted(own[name].dropna()), rel=1e-11)
        assert all(re.fullmatch(r"\[[cxzku]\]", r[name]) for r in mine if not _is_number(r[name]))


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e[+-]\d+)?", text) is not None


def test_what_is_suppressed_stays_suppressed_in_every_file(home, indicators):
    hidden = indicators[
        (indicators["area_code"] == AREA) & indicators["value_note"].str.contains("suppressed")
    ]
    rows = read_csv(next((home / "downloads").glob("*all-figures.csv")))
    told = [row for row in rows if row["area_code"] == AREA and "suppressed" in row["note"]]
    assert len(told) == len(hidden) > 0
    for row in told:
        numbers = [row[n] for n in ("count", "denominator", "value", "lower_ci_95", "upper_ci_95")]
        assert set(numbers) == {"[c]"}


def test_a_published_figure_stands_in_csv_and_workbook(home):
    # Life Chances Strategy 2020-2024, Figure 1: 14.0% in 2016, London 18.8%, England 17.0%.
    rows = read_csv(next((home / "downloads").glob("*-child-poverty.csv")))
    found = {
        row["area"]: row["value"]
        for row in rows
        if row["indicator_id"] == "children_in_low_income_families" and row["period"] == "2016"
    }
    assert (found["Barnet"], found["London"], found["England"]) == ("14", "18.8", "17")
    book = openpyxl.load_workbook(next((home / "downloads").glob("*-child-poverty.xlsx")))
    lines = [[cell.value for cell in row] for row in book["Latest figures"].iter_rows()]
    (line,) = [row for row in lines if row[0] == "Children under 16 in low-income families"]
    assert line == [line[0], "2016", 10000, 14, "per cent", 13.75, 14.26, "London", 18.8, *line[9:]]
    assert line[9] == "Lower, better"


def test_the_metadata_describe_each_column_of_their_file(home):
    files = sorted((home / "downloads").glob("*.csv"))
    assert len(files) == 19
    for path in files:
        told = json.loads(path.with_name(f"{path.name}-metadata.json").read_text(encoding="utf-8"))
        columns = told["tableSchema"]["columns"]
        header = list(read_csv(path)[0])
        assert [column["name"] for column in columns] == header
        assert all(column["dc:description"] and column["titles"][0] in header for column in columns)
        assert told["url"] == path.name and told["dc:source"] and told["dc:license"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", told["dc:created"])


def test_the_archive_holds_the_area_and_leads_to_nothing_outside_it(home):
    (archive,) = (home / "downloads").glob("*.zip")
    with zipfile.ZipFile(archive) as whole:
        names = set(whole.namelist())
        index = whole.read(next(n for n in names if n.endswith("/index.html"))).decode()
    root = slug(geography.area(AREA).name)
    files = {p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file()}
    assert names == {f"{root}/{name}" for name in files - {f"downloads/{archive.name}"}}
    for address in re.findall(r'href="([^"#:]+)"', index):
        assert f"{root}/{address}" in names or address.startswith("../"), address
    assert archive.name not in index


def test_the_workbook_of_a_chapter_holds_the_tables_of_its_page(home):
    html = (home / "child_poverty.html").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(next((home / "downloads").glob("*-child-poverty.xlsx")))
    titles = [book[name]["A1"].value for name in book.sheetnames if name.startswith("Table ")]
    assert titles == [sheet.title for sheet in of_page(html)]


def test_an_area_without_figures_gets_no_empty_file(edition, tmp_path):
    for name in ("indicators", "comparisons"):
        shutil.copy(edition[0] / "annual" / f"{name}.parquet", tmp_path)
    made = bundle.write_downloads(bundle.Job(tmp_path, "e", geography.area("E06000052"), {}))
    own = [row for row in read_csv(next(tmp_path.rglob("*.csv"))) if row["area"] == "Cornwall"]
    assert own == [] and made.chapters == {} and made.charts == {}


def test_a_notice_stands_in_every_file(edition, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "notice", lambda: "Invented figures.")
    known = catalogue.load()
    entry = known.chapters["child_poverty"]
    whole = Edition("annual", edition[0] / "annual")
    selection = Selection(entry, geography.area(AREA), whole, known)
    about = csv_files.About("T", "A", "annual", "2026-01-01")
    data, told = csv_files.write_csv(tmp_path / "a.csv", figures.area_figures(selection), about)
    assert {row["notice"] for row in read_csv(data)} == {"Invented figures."}
    assert "Invented figures." in told.read_text(encoding="utf-8")
    job = bundle.Job(tmp_path, "annual", geography.area(AREA), {})
    assert "Invented figures." in bundle._book(job, "T").intro
