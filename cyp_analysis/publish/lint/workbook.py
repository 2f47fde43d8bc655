"""The Analysis Function's checklist for spreadsheets, as far as a program can see it."""

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cyp_analysis.errors import UsageError

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

FRONT = ["Cover", "Contents", "Notes"]
SANS_SERIF = {"Arial", "Calibri", "Helvetica", "Verdana", "Aptos", "Liberation Sans"}
BODY, HEADING, LONGEST_TAB = 10, 12, 30
_FILE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.xlsx")
_MARK = re.compile(r"\[(?:[a-z]|low)\]")
_NOTE = re.compile(r"\[note \d+\]")
_FORMULA = re.compile(r"\s*[=+\-@\t\r](?!\s*\d[\d.,]*%?\s*$)")
# Parts of the file that no published table needs.
_PARTS = {
    "vbaProject": "holds a macro",
    "xl/drawings/": "holds an image, chart or text box",
    "xl/comments": "holds comments",
    "xl/externalLinks": "points at another workbook",
}


def workbook_faults(path: Path) -> list[str]:
    """What the checklist finds in a workbook, in plain words; empty if nothing."""
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError:
        action = "Install the project again, with its test tools."
        raise UsageError("workbooks", "need openpyxl to be checked", "none", action) from None
    try:
        with zipfile.ZipFile(path) as whole:
            parts = whole.namelist()
        book = load_workbook(path)
    except (zipfile.BadZipFile, InvalidFileException, KeyError) as error:
        return [f"{path.name} cannot be read as a workbook: {error}"]
    faults = [] if _FILE.fullmatch(path.name) else ["file name is not lower case with dashes"]
    faults += [f"{said}: {p}" for p in parts for part, said in _PARTS.items() if part in p]
    faults += list(_book_faults(book))
    for sheet in book.worksheets:
        faults += [f"{sheet.title}: {fault}" for rule in SHEET_RULES for fault in rule(sheet)]
    return faults


def _book_faults(book: "Workbook") -> Iterator[str]:
    names = book.sheetnames
    if names[:3] != FRONT:
        yield f"the first sheets are not {', '.join(FRONT)}: {', '.join(names[:3])}"
    if len({name.casefold() for name in names}) < len(names):
        yield "two tabs have one name"
    told = book.properties
    for what, said in (("title", told.title), ("author", told.creator)):
        if not said or said in ("openpyxl", "Unknown"):
            yield f"the document has no {what}"
    if told.language != "en-GB":
        yield f"the language of the document is {told.language or 'not set'}, not en-GB"
    if book.active is not book.worksheets[0]:
        yield "the workbook does not open on its first sheet"
    yield from _unexplained(book)


def _unexplained(book: "Workbook") -> Iterator[str]:
    notes = _texts(book["Notes"]) if "Notes" in book.sheetnames else []
    explained = {mark for text in notes for mark in _MARK.findall(text)}
    used = {
        text
        for sheet in book.worksheets
        if sheet.title != "Notes"
        for text in _texts(sheet)
        if _MARK.fullmatch(text)
    }
    for mark in sorted(used - explained):
        yield f"{mark} is not explained on the sheet Notes"


def _texts(sheet: "Worksheet") -> list[str]:
    cells = (cell.value for row in sheet.iter_rows() for cell in row)
    return [value for value in cells if isinstance(value, str)]


def _tab(sheet: "Worksheet") -> Iterator[str]:
    if len(sheet.title) > LONGEST_TAB:
        yield f"the name of the tab is longer than {LONGEST_TAB} characters"
    cursor = {selection.activeCell for selection in sheet.sheet_view.selection}
    if cursor - {"A1", None}:
        yield "the cursor is not at A1"


def _view(sheet: "Worksheet") -> Iterator[str]:
    if sheet.freeze_panes:
        yield "has frozen panes"
    filters = [sheet.auto_filter.ref, *(t.autoFilter for t in sheet.tables.values())]
    if any(filters):
        yield "has a filter"
    if sheet.merged_cells.ranges:
        yield f"has merged cells: {', '.join(map(str, sheet.merged_cells.ranges))}"
    dimensions = (*sheet.row_dimensions.values(), *sheet.column_dimensions.values())
    if sheet.sheet_state != "visible" or any(dimension.hidden for dimension in dimensions):
        yield "has something hidden"
    edges = (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.firstHeader)
    if any(part.text for edge in edges for part in (edge.left, edge.center, edge.right)):
        yield "has a page header or footer"


def _table(sheet: "Worksheet") -> Iterator[str]:
    if sheet.title == FRONT[0]:
        return
    tables = list(sheet.tables.values())
    if len(tables) != 1:
        yield f"has {len(tables)} marked tables, not one"
        return
    first, last = tables[0].ref.split(":")
    rows = list(sheet[tables[0].ref])
    if not first.startswith("A") or first[1:2].isalpha():
        yield f"the table does not start in column A: {first}"
    if rows[-1][-1].row < sheet.max_row or rows[-1][-1].column < sheet.max_column:
        yield f"something stands below or beside the table, which ends at {last}"
    headers = [str(cell.value or "") for cell in rows[0]]
    if not all(headers) or len({h.casefold() for h in headers}) < len(headers):
        yield "a header of the table is empty or there twice"
    yield from _body(rows[1:])


def _body(rows: list[tuple["Cell", ...]]) -> Iterator[str]:
    cells = [cell for row in rows for cell in row]
    empty = [c.coordinate for c in cells if c.value is None or not str(c.value).strip()]
    if not rows or empty:
        yield f"the table has empty cells: {', '.join(empty[:3]) or 'no rows'}"
    noted = [c.coordinate for c in cells if _NOTE.search(str(c.value))]
    if noted:
        yield f"a note stands in a cell of data, not in a header: {noted[0]}"
    long = [c.coordinate for c in cells if len(str(c.value)) > 60 and not c.alignment.wrap_text]
    if long:
        yield f"long text is not wrapped: {long[0]}"


def _cells(sheet: "Worksheet") -> Iterator[str]:
    filled = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for fault, is_broken in CELL_RULES.items():
        broken = [cell.coordinate for cell in filled if is_broken(cell)]
        if broken:
            yield f"{fault}: {', '.join(broken[:3])}"
    heading = sheet["A1"]
    if heading.value is None:
        yield "has no title in A1"
    elif not heading.font.b or (heading.font.sz or 0) < HEADING:
        yield f"its title is not bold and {HEADING} points at least"


def _runs(cell: "Cell") -> bool:
    return cell.data_type == "f" or isinstance(cell.value, str) and bool(_FORMULA.match(cell.value))


CELL_RULES: dict[str, Callable[["Cell"], bool]] = {
    "text that a spreadsheet would run as a formula": _runs,
    "a background fill": lambda cell: cell.fill.fill_type is not None,
    "italics": lambda cell: bool(cell.font.i),
    "superscript or subscript": lambda cell: cell.font.vertAlign in ("superscript", "subscript"),
    f"letters smaller than {BODY} points": lambda cell: (cell.font.sz or 11) < BODY,
    "a font with serifs": lambda cell: cell.font.name not in SANS_SERIF,
}
SHEET_RULES = (_tab, _view, _table, _cells)
