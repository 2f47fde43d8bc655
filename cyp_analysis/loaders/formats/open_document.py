"""OpenDocument workbooks → sheets of text cells: the value where there is one, else the words.
Slower than calamine, for the files that it does not take (as those of the DfE table tool).

Layout: OpenDocument 1.3 part 3, section 9. Rows and cells that are repeated are written once in
the file with their number.
"""

import io
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.formats import archive, sheets
from cyp_analysis.loaders.formats.sheets import Sheet

CONTENT = "content.xml"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_VALUES = [f"{_OFFICE}{name}" for name in ("date-value", "time-value", "boolean-value")]
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_SHEET_MARK = (b"<table:table ", b"<table:table>")
_REPEATED_ROW = re.compile(rb'number-rows-repeated="([0-9]{1,9})"')
_REPEATED_CELL = re.compile(rb'number-columns-repeated="([0-9]{1,9})"')
_ROOMY, _THINLY = 10_000_000, 20
_CELLS_AT_MOST = 1 << 25
_COLUMNS_AT_MOST = 16_384


def content_of(path: Path, data: bytes) -> bytes:
    """The part of an OpenDocument file that holds its tables; SourceError if it is damaged."""
    return b"".join(chunk for name, chunk in archive.parts(path, data) if name == CONTENT)


def is_compact(content: bytes) -> bool:
    """Whether a reader that makes every cell between the first and the last of a sheet can be
    let at it: stray cells far away, or cells repeated a million times, would take all memory."""
    at = rows = columns = filled = 0
    for part in _parts(content):
        if part.startswith(_SHEET_MARK):
            at = rows = columns = filled = 0
            continue
        times = sum(map(int, _REPEATED_ROW.findall(part))) or 1
        at += times
        if b"value-type=" in part:
            cells = part.count(b"table-cell") + sum(map(int, _REPEATED_CELL.findall(part)))
            rows, columns, filled = at, max(columns, cells), filled + cells
        if rows * columns > max(_ROOMY, _THINLY * filled):
            return False
    return True


def _parts(content: bytes) -> Iterator[bytes]:
    """Each start of a sheet, and each row with its cells."""
    starts = [match.start() for match in re.finditer(rb"<table:table(?:-row)?[ >/]", content)]
    for start, end in itertools.pairwise([*starts, len(content)]):
        yield content[start:end]


def read(path: Path, content: bytes, limit: int | None) -> list[Sheet]:
    """Every sheet that holds anything, its records all of one width. SourceError if the file is
    damaged or a sheet stretches far beyond its cells."""
    try:
        return [s for s in _sheets(path, io.BytesIO(content), limit) if s.records]
    except ElementTree.ParseError as error:
        got = f"a file that does not open as one ({sheets.fault(error)})"
        rule = "must be an ODS workbook"
        raise SourceError(path, rule, got, sheets.DOWNLOAD_AGAIN) from None


def _sheets(path: Path, content: io.BytesIO, limit: int | None) -> Iterator[Sheet]:
    name, line, filled, budget, lost = "", 1, [], _CELLS_AT_MOST, 0
    for event, element in ElementTree.iterparse(content, ("start", "end")):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                name, line, filled, lost = element.get(f"{_TABLE}name", ""), 1, [], 0
        elif element.tag == f"{_TABLE}table-row":
            cells, times = _row(path, element), _times(element, "rows")
            lost += sum(_has_no_result(cell) for cell in element)
            if cells and (limit is None or line <= limit):
                times = times if limit is None else min(times, limit - line + 1)
                budget -= times * len(cells)
                if budget < 0:
                    raise _stretched(path, f"{line + times:,} rows in sheet `{name}`")
                filled += [(line + n, cells) for n in range(times)]
            line += _times(element, "rows")
            element.clear()
        elif element.tag == f"{_TABLE}table":
            yield _sheet(name, filled, lost)
            element.clear()


def _sheet(name: str, filled: list[tuple[int, list[str]]], lost: int) -> Sheet:
    width = max((len(cells) for _, cells in filled), default=0)
    records = [cells + [""] * (width - len(cells)) for _, cells in filled]
    notes = (f"{lost:,} {sheets.NO_RESULTS}",) if lost else ()
    return Sheet(name, [line for line, _ in filled], records, notes)


def _row(path: Path, row: ElementTree.Element) -> list[str]:
    """The cells of a row up to the last that holds anything."""
    cells: list[str] = []
    blank = 0
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        text, times = _cell(cell), _times(cell, "columns")
        if not text:
            blank += times
            continue
        if len(cells) + blank + times > _COLUMNS_AT_MOST:
            raise _stretched(path, f"{len(cells) + blank + times:,} columns")
        cells += [""] * blank + [text] * times
        blank = 0
    return cells


def _cell(cell: ElementTree.Element) -> str:
    if value := cell.get(f"{_OFFICE}value"):
        return sheets.number_text(value)
    for name in _VALUES:
        if value := cell.get(name):
            return value.removesuffix("T00:00:00")
    said = cell.get(f"{_OFFICE}string-value")
    lines = ("".join(_words(part)) for part in cell if part.tag == f"{_TEXT}p")
    return (said if said is not None else "\n".join(lines)).strip()


def _words(part: ElementTree.Element) -> Iterable[str]:
    """The words of a paragraph; notes beside the cell are no part of it."""
    yield part.text or ""
    for inner in part:
        if inner.tag == f"{_TEXT}s":
            yield " " * int(inner.get(f"{_TEXT}c", "1")[:3])
        elif inner.tag in (f"{_TEXT}line-break", f"{_TEXT}tab"):
            yield "\n" if inner.tag.endswith("break") else "\t"
        elif inner.tag != f"{_OFFICE}annotation":
            yield from _words(inner)
        yield inner.tail or ""


def _has_no_result(cell: ElementTree.Element) -> bool:
    return bool(cell.get(f"{_TABLE}formula")) and not _cell(cell)


def _times(element: ElementTree.Element, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _stretched(path: Path, got: str) -> SourceError:
    action = "Delete the stray cells far from the table and save it again."
    return SourceError(path, "a sheet must not stretch far beyond its cells", got, action)
