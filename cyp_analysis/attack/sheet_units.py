"""Reads tables kept as files: CSV, and workbooks with all that is hidden in them."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator

from cyp_analysis.attack.html_units import plain
from cyp_analysis.attack.json_units import as_text
from cyp_analysis.attack.units import Row, Unit, Words

_SHEETS = re.compile(r"xl/(?:worksheets/[^/]+|sharedStrings|styles|theme/.*)\.xml$")


def csv_units(content: bytes, file: str) -> Iterator[Unit]:
    """Rows under their header; lines before it and comments as words."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig", errors="replace"))))
    yield from _grid(rows, file, "line")


def workbook_units(content: bytes, file: str) -> Iterator[Unit]:
    """Rows of every sheet, hidden or not, and the words of all other parts of the file."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        rows = [list(map(as_text, row)) for row in book.get_sheet_by_name(name).to_python()]
        yield from _grid(rows, file, f"sheet {name}, row")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for part in parts.namelist():
            if part.endswith((".xml", ".vml", ".rels")) and not _SHEETS.match(part):
                words = re.sub(r"<[^>]+>", " ", parts.read(part).decode("utf-8", "replace"))
                yield Words(file, f"part {part}", "", plain(words))
            elif part.startswith("xl/worksheets/sheet"):
                yield from _edges(parts.read(part).decode("utf-8", "replace"), file, part)


def _grid(rows: list[list[str]], file: str, where: str) -> Iterator[Unit]:
    """Lines of one cell say what the table is; the first line of more is its header."""
    said: list[str] = []
    headers: tuple[str, ...] = ()
    for number, row in enumerate(rows, start=1):
        filled = [cell for cell in row if cell]
        if len(filled) < 2:
            said += filled
            for cell in filled:
                yield Words(file, f"{where} {number}", " ".join(said[:2]), cell)
        elif not headers:
            headers = tuple(row)
        else:
            context = " ".join(said[:2])
            yield Row(file, f"{where} {number}", context, headers, tuple(row))


def _edges(sheet: str, file: str, part: str) -> Iterator[Unit]:
    """Headers and footers of the printed page, messages of validation and names of columns."""
    found = re.findall(r"<(?:odd|even|first)(?:Header|Footer)>(.*?)</", sheet, re.DOTALL)
    found += re.findall(r"(?:prompt|promptTitle|error|errorTitle|tooltip)=\"([^\"]*)\"", sheet)
    for text in found:
        yield Words(file, f"edge of {part}", "", plain(text))
