"""What a workbook would take before it is opened: a few bytes can claim a sheet of seventeen
thousand million cells. Also tells formulas that were saved without their results.
"""

import html
import re
from dataclasses import dataclass, field
from pathlib import Path

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.formats import archive, sheets

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_INDEXES = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_CELLS_AT_MOST = 10_000_000
_FILLED_AT_MOST = 12_000_000
_TEXTS_AT_MOST = 1 << 28
# Cells of the sheet's rectangle for each cell that holds something.
_THINLY = 20
_COLUMN = re.compile(rb"<(?:\w+:)?c\s[^>]{0,200}?\br\s*=\s*[\"']([A-Za-z]{1,7})[0-9]")
_ROW = re.compile(rb"\br\s*=\s*[\"'][A-Za-z]{1,7}([0-9]{5,10})[\"']")
_NO_RESULT = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?: [^>]*)?/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?"
    rb"\s*</(?:\w+:)?c>"
)
_LONGEST_CELL = 1 << 16
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_NAMED = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?\bname="([^"]*)"[^>]*?\b\w+:id="([^"]*)"')
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")


def check(path: Path, data: bytes) -> dict[str, list[str]]:
    """Notes by sheet on formulas without results; SourceError for a workbook that is damaged, or
    whose sheets unpack or stretch beyond any table's size."""
    if not data.startswith(archive.ZIP_MARKS):
        return {}
    extents: dict[str, _Extent] = {}
    kept = dict.fromkeys(_INDEXES, b"")
    texts = 0
    for name, chunk in archive.parts(path, data):
        if _SHEET.fullmatch(name):
            extents.setdefault(name, _Extent()).add(chunk)
        elif name == "xl/sharedStrings.xml":
            texts += len(chunk)
            if texts > _TEXTS_AT_MOST:
                raise sheets.too_large(path, "a workbook with more text than that")
        elif name in kept:
            kept[name] += chunk
    for extent in extents.values():
        extent.finish()
        _refuse_stretched(path, extent)
    return _notes({n: e.no_result for n, e in extents.items() if e.no_result}, kept)


def _refuse_stretched(path: Path, extent: "_Extent") -> None:
    cells = extent.rows * extent.columns
    if extent.filled > _FILLED_AT_MOST:
        raise sheets.too_large(path, f"a sheet of {extent.filled:,} cells")
    if cells > _CELLS_AT_MOST and cells > _THINLY * extent.filled:
        got = f"a sheet of {extent.rows:,} rows and {extent.columns:,} columns, almost empty"
        action = "Delete the stray cells far from the table and save it again."
        raise SourceError(path, "a sheet must not stretch far beyond its cells", got, action)


def is_locked(data: bytes) -> bool:
    """Whether an old-style file holds a workbook that is encrypted as a whole."""
    return _LOCKED in data


@dataclass
class _Extent:
    """How far a sheet stretches and how much of it is filled, found chunk by chunk."""

    rows: int = 9_999
    columns: int = 0
    filled: int = 0
    no_result: int = 0
    _tail: bytes = field(default=b"", repr=False)

    def add(self, chunk: bytes) -> None:
        """Look at the next bytes of the sheet; a cell whose end is still to come waits for it."""
        text = self._tail + chunk
        cut = max(text.rfind(b"<c "), text.rfind(b":c "), 1) - 1
        cut = cut if cut > len(text) - _LONGEST_CELL else len(text)
        self._look(text[:cut])
        self._tail = text[cut:]

    def finish(self) -> None:
        """Look at what was waiting."""
        self._look(self._tail)
        self._tail = b""

    def _look(self, text: bytes) -> None:
        found = _COLUMN.findall(text)
        self.filled += len(found)
        self.columns = max([self.columns, *map(_number, set(found))])
        self.rows = max([self.rows, *map(int, _ROW.findall(text))])
        self.no_result += len(_NO_RESULT.findall(text))


def _number(letters: bytes) -> int:
    """`A` → 1, `XFD` → 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _notes(no_result: dict[str, int], kept: dict[str, bytes]) -> dict[str, list[str]]:
    """{sheet: notes} on formulas without results, by the workbook's own list of its sheets."""
    parts = {}
    for tag in _RELATION.findall(kept["xl/_rels/workbook.xml.rels"]):
        cells = dict(re.findall(rb'(\w+)="([^"]*)"', tag))
        target = cells.get(b"Target", b"").decode().removeprefix("/xl/")
        parts[cells.get(b"Id", b"")] = f"xl/{target}"
    named = _NAMED.findall(kept["xl/workbook.xml"])
    sheet_of = {parts.get(key): html.unescape(name.decode()) for name, key in named}
    many = {sheet_of[p]: n for p, n in no_result.items() if p in sheet_of}
    return {name: [f"{number:,} {sheets.NO_RESULTS}"] for name, number in many.items()}
