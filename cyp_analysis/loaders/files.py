"""Bytes of a file → sheets of text cells. Nothing is interpreted here, only refused if unreadable.

The kind of a file is told by its bytes, not by its name. A path may lead into a zip archive:
`archive.zip/member.csv`. `source_row` everywhere is the line of the file on which a record starts,
the header being line 1; records with line breaks inside quotes still count every line. In a
workbook it is the sheet's row; in Parquet, JSON and the like the header is 1, the first record 2.
"""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.formats import archive, sheets
from cyp_analysis.loaders.formats.archive import Content
from cyp_analysis.loaders.formats.sheets import (
    HEAD_BYTES,
    JSON_SUFFIXES,
    SUFFIXES,
    TEXT_SUFFIXES,
    WORKBOOK_SUFFIXES,
    Sheet,
)

__all__ = [
    "HEAD_BYTES",
    "SUFFIXES",
    "TEXT_SUFFIXES",
    "WORKBOOK_SUFFIXES",
    "Sheet",
    "members",
    "read_head",
    "read_sheets",
]
# Kind of file → module of this package and function.
_READERS = {
    "text": "text_files.read_text",
    "workbook": "workbooks.read_workbook",
    "parquet": "parquet.read_parquet",
    "json": "json_files.read_json",
    "dbf": "dbf.read_dbf",
    "gpkg": "gpkg.read_gpkg",
}
_OTHER_FORMATS = {
    b"%PDF": "a PDF document",
    b"version https://git-lfs": "a Git LFS pointer",
    b"ARROW1": "an Arrow file",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a rich text document",
}
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_XML_WORKBOOK = re.compile(rb"<(\w+:)?Workbook|office:spreadsheet")
_WEB_PAGE = re.compile(rb"\s*<(!doctype html|html|head|body|table|div|meta|style)", re.IGNORECASE)
_XML = re.compile(rb"\s*<(\?xml|!doctype|!--)", re.IGNORECASE)
_JSON = re.compile(rb"\s*(\{\s*([\"}]|$)|\[\s*[\[{\]])")
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_sheets(path: Path) -> list[Sheet]:
    """Every sheet of a workbook, or the one sheet of another file. SourceError if not readable."""
    return _read(Path(path), None)


def read_head(path: Path, records: int = 30) -> list[Sheet]:
    """The first records of each sheet: enough to recognise a file without reading it whole."""
    return _read(Path(path), records)


def members(path: Path) -> list[str]:
    """Names of the data files in a zip archive, each readable as `archive.zip/name`; none for a
    workbook or any other file. SourceError if the archive is damaged."""
    path = Path(path)
    return _told(path, lambda: archive.data_members(path))


def _read(path: Path, limit: int | None) -> list[Sheet]:
    return _told(path, lambda: _sheets(path, limit))


def _told(path: Path, read: Callable):
    """What `read` gives; a fault of the disk, the path or the memory as the project's error."""
    try:
        return read()
    except (OSError, MemoryError, SourceError) as error:
        refused = _refusal(path, error)
    # Without its history: what a library raised before may hold a piece of the file.
    refused.__cause__ = refused.__context__ = None
    raise refused


def _refusal(path: Path, error: Exception) -> SourceError:
    if isinstance(error, SourceError):
        return error
    if isinstance(error, MemoryError):
        return sheets.too_large(path, "more than there is memory for")
    if isinstance(error, FileNotFoundError):
        return SourceError(path, "must exist", "no such file", "Check the path.")
    if isinstance(error, IsADirectoryError):
        action = "Name a file, or give the folder to `--data`."
        return SourceError(path, "must be a file", "a folder", action)
    got = error.strerror or type(error).__name__
    return SourceError(path, "must be readable", got, "Check its permissions.")


def _sheets(path: Path, limit: int | None) -> list[Sheet]:
    if path.is_dir():
        raise IsADirectoryError
    content = archive.open_content(path, None if limit is None else HEAD_BYTES)
    kind = _kind(content)
    if kind != "text" and not content.whole:
        content = archive.open_content(path)
    module, function = _READERS[kind].split(".")
    return getattr(import_module(f"cyp_analysis.loaders.formats.{module}"), function)(
        content, limit
    )


def _kind(content: Content) -> str:
    """Which reader the bytes are for; SourceError for those that none can read."""
    head, suffix = content.head(), Path(content.name).suffix.lower()
    bare = head.removeprefix(_BOM)
    if head.startswith((*archive.ZIP_MARKS, _OLD_WORKBOOK)):
        return "workbook"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3"):
        return "gpkg"
    if suffix == ".dbf" and head[:1] in (b"\x03", b"\x30", b"\x83", b"\x8b", b"\xf5"):
        return "dbf"
    if suffix in JSON_SUFFIXES or _JSON.match(bare):
        return "json"
    _refuse_other_formats(content, head, bare)
    return "text"


def _refuse_other_formats(content: Content, head: bytes, bare: bytes) -> None:
    found = next((what for mark, what in _OTHER_FORMATS.items() if head.startswith(mark)), None)
    if _WEB_PAGE.match(bare):
        found = "a web page, perhaps an error page saved as data"
    elif _XML.match(bare):
        is_workbook = _XML_WORKBOOK.search(bare)
        is_page = b"<html" in bare[:2048].lower()
        found = "an XML document" if not is_page else "a web page, perhaps an error page"
        found = "a workbook saved as XML" if is_workbook else found
    elif found is None and b"\0" in head and head[:2] not in _UTF16:
        found = "bytes that are not text"
    if found:
        rule = "must be a table of text, a workbook, Parquet or JSON"
        raise SourceError(content.path, rule, found, sheets.SAVE_AS_CSV)
