"""Workbooks (Excel, OpenDocument) → sheets of text cells, as their users see them."""

import io
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.formats import archive, open_document, sheets, workbook_guard
from cyp_analysis.loaders.formats.archive import Content
from cyp_analysis.loaders.formats.sheets import Sheet


def read_workbook(content: Content, limit: int | None) -> list[Sheet]:
    """Every sheet that holds anything. SourceError for a workbook that is damaged, locked with a
    password, empty, or larger than any table needs."""
    path, data = content.path, content.all()
    if archive.is_open_document(path, data):
        found = _open_document(path, data, limit)
    else:
        notes = workbook_guard.check(path, data)
        found = [replace(s, notes=tuple(notes.get(s.name, ()))) for s in _all(path, data, limit)]
    return [sheet for sheet in found if sheet.records] or _refuse_empty(path)


def _open_document(path: Path, data: bytes, limit: int | None) -> list[Sheet]:
    inside = open_document.content_of(path, data)
    if open_document.is_compact(inside):
        try:
            return _all(path, data, limit)
        except _Damaged:
            pass  # not always: calamine takes fewer ways to write the same than the standard has
    return open_document.read(path, inside, limit)


class _Damaged(SourceError):
    """A workbook that calamine does not open."""


def _all(path: Path, data: bytes, limit: int | None) -> list[Sheet]:
    """Every sheet, by calamine."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [_sheet(book, name, limit) for name in _table_sheets(book)]
    except PasswordError:
        raise _locked(path) from None
    except (CalamineError, ValueError, OSError) as error:
        if "password" in str(error).lower() or workbook_guard.is_locked(data):
            raise _locked(path) from None
        raise _damaged(path, error) from None
    except BaseException as error:
        # What calamine does where its own checks fail; it is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(path, error) from None


def _refuse_empty(path: Path) -> list[Sheet]:
    raise sheets.empty(path, "a workbook of empty sheets")


def _table_sheets(book) -> list[str]:
    """Names of the sheets that have cells: charts have none."""
    kinds = {sheet.name: str(sheet.typ).split(".")[-1] for sheet in book.sheets_metadata}
    return [name for name in book.sheet_names if kinds.get(name, "WorkSheet") == "WorkSheet"]


def _sheet(book, name: str, limit: int | None) -> Sheet:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=limit)
    cells = ([_text(cell) for cell in row] for row in rows)
    filled = [(line, record) for line, record in enumerate(cells, start=1) if any(record)]
    return Sheet(name, [line for line, _ in filled], [record for _, record in filled])


def _text(cell: object) -> str:
    """A workbook cell as its user sees it: 14.0 is `14`, midnight of a day is the day."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float):
        return sheets.number_text(cell)
    if isinstance(cell, datetime) and cell.time() == time.min:
        return date.isoformat(cell)
    return str(cell).strip()


def _locked(path: Path) -> SourceError:
    action = "Open it with its password, save it without one, and use that."
    return SourceError(path, "must open without a password", "a locked workbook", action)


def _damaged(path: Path, error: BaseException) -> SourceError:
    got = f"a file that does not open as one ({sheets.fault(error)})"
    return _Damaged(path, sheets.workbook_rule(path), got, sheets.DOWNLOAD_AGAIN)
