"""Bytes of a file → sheets of text cells. Nothing is interpreted here, only refused if unreadable.

`source_row` everywhere is the line of the file on which a record starts, the header being line 1;
records with line breaks inside quotes still count every line. In a workbook it is the sheet's row.
"""

import codecs
import csv
import io
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

from cyp_analysis.errors import SourceError

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
SUFFIXES = (*TEXT_SUFFIXES, *WORKBOOK_SUFFIXES)
HEAD_BYTES = 1 << 16

_OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel workbook or zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"PAR1": "a parquet file",
    b"\x1f\x8b": "a gzip file",
    b"version https://git-lfs": "a Git LFS pointer",
}
_WEB_PAGE = re.compile(rb"\s*<(!doctype|html|head|\?xml)", re.IGNORECASE)
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DOWNLOAD_AGAIN = "Download the file again from its publisher and keep it unopened."


@dataclass(frozen=True)
class Sheet:
    """One table of cells: `lines[i]` is where `records[i]` starts; notes are worth telling.
    `unfinished`: the last record has no line end, so its last cell may be cut."""

    name: str
    lines: list[int]
    records: list[list[str]]
    notes: tuple[str, ...] = ()
    unfinished: bool = False


def read_sheets(path: Path) -> list[Sheet]:
    """Every sheet of a workbook, or the one sheet of a text file. SourceError if not readable."""
    return _read(Path(path), None)


def read_head(path: Path, records: int = 30) -> list[Sheet]:
    """The first records of each sheet: enough to recognise a file without reading it whole."""
    return _read(Path(path), records)


def _read(path: Path, limit: int | None) -> list[Sheet]:
    reader = _read_workbook if path.suffix.lower() in WORKBOOK_SUFFIXES else _read_text
    try:
        if path.is_dir():
            raise IsADirectoryError
        return reader(path, limit)
    except FileNotFoundError:
        raise SourceError(path, "must exist", "no such file", "Check the path.") from None
    except IsADirectoryError:
        raise SourceError(
            path, "must be a file", "a folder", "Name a file, or give the folder to `--data`."
        ) from None
    except OSError as error:
        got = error.strerror or type(error).__name__
        raise SourceError(path, "must be readable", got, "Check its permissions.") from None


def _read_text(path: Path, limit: int | None) -> list[Sheet]:
    with path.open("rb") as file:
        data = file.read() if limit is None else file.read(HEAD_BYTES)
    _refuse_other_formats(path, data)
    whole = limit is None or len(data) < HEAD_BYTES
    text, notes = _decode(path, data, whole=whole)
    lines, records, blank_end = _records(path, text, limit, strict=limit is None)
    if not records:
        raise SourceError(path, "must hold a table", "an empty file", _DOWNLOAD_AGAIN)
    open_end = whole and not text.endswith(("\n", "\r"))
    if open_end and blank_end:
        notes = (*notes, "the last line has no line end: check that the file is complete")
    return [Sheet("", lines, records, notes, unfinished=open_end and not blank_end)]


def _refuse_other_formats(path: Path, data: bytes) -> None:
    found = next((what for mark, what in _OTHER_FORMATS.items() if data.startswith(mark)), None)
    if _WEB_PAGE.match(data.removeprefix(b"\xef\xbb\xbf")):
        found = "a web page, perhaps an error page saved as data"
    elif found is None and b"\0" in data and data[:2] not in _UTF16:
        found = "bytes that are not text"
    if found:
        action = "Save it as CSV, or download the CSV file of the same release."
        raise SourceError(path, "must be a text file of comma-separated values", found, action)


def _decode(path: Path, data: bytes, *, whole: bool) -> tuple[str, tuple[str, ...]]:
    """Text and a note on its encoding; a letter cut at the end of a mere head is let go."""
    for encoding in (_UTF16.get(data[:2], "utf-8-sig"), "cp1252"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(data, final=whole)
        except UnicodeDecodeError:
            continue
        notes = () if encoding == "utf-8-sig" else (f"not UTF-8: read as {encoding}",)
        return text, notes
    rule = "must be text in UTF-8 or Windows-1252"
    raise SourceError(path, rule, "bytes that are neither", "Save it as `CSV UTF-8`.")


def _records(
    path: Path, text: str, limit: int | None, *, strict: bool
) -> tuple[list[int], list[list[str]], bool]:
    """Lines and cells, stripped, of the records that hold anything; whether a blank one is last."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=strict)
    lines, records, line, cells = [], [], 1, []
    try:
        for record in itertools.islice(reader, limit):
            cells = [cell.strip() for cell in record]
            if any(cells):
                lines.append(line)
                records.append(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise _damaged(path, line, error) from None
    return lines, records, not any(cells)


def _damaged(path: Path, line: int, error: csv.Error) -> SourceError:
    if "unexpected end" in str(error):
        got = f"a quotation mark opened on line {line} that never closes: the file is cut short"
        return SourceError(path, "must be complete", got, _DOWNLOAD_AGAIN)
    got = f"{error} on line {line}"
    return SourceError(path, "must be comma-separated text", got, _DOWNLOAD_AGAIN)


def _delimiter(text: str) -> str:
    """The mark that the first line uses most; a comma if it uses none."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",\t;|", key=first.count)


def _read_workbook(path: Path, limit: int | None) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook

    path.stat()  # calamine has no words of its own for a file that is not there
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [_sheet(book, name, limit) for name in book.sheet_names]
    except (CalamineError, ValueError) as error:
        got = f"a file that does not open as one ({' '.join(str(error).split())})"
        kind = "ODS" if path.suffix.lower() == ".ods" else "Excel"
        raise SourceError(path, f"must be an {kind} workbook", got, _DOWNLOAD_AGAIN) from None
    return [sheet for sheet in sheets if sheet.records] or _refuse_empty(path)


def _refuse_empty(path: Path) -> list[Sheet]:
    raise SourceError(path, "must hold a table", "a workbook of empty sheets", _DOWNLOAD_AGAIN)


def _sheet(book, name: str, limit: int | None) -> Sheet:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=limit)
    cells = ([_text(cell) for cell in row] for row in rows)
    filled = [(line, record) for line, record in enumerate(cells, start=1) if any(record)]
    return Sheet(name, [line for line, _ in filled], [record for _, record in filled])


def _text(cell: object) -> str:
    """A workbook cell as its user sees it: 14.0 is `14`."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
