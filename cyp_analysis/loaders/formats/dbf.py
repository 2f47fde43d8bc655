"""dBase tables, as they lie beside boundaries in a shapefile → one sheet named `features`.

Layout: dBase III and later; texts in UTF-8 or Windows-1252.
"""

import struct

from cyp_analysis.loaders.formats import sheets
from cyp_analysis.loaders.formats.archive import Content
from cyp_analysis.loaders.formats.sheets import Sheet

_HEAD, _FIELD, _END = 32, 32, b"\r"
_DELETED = b"*"


def read_dbf(content: Content, limit: int | None) -> list[Sheet]:
    """The records that are not marked as deleted, under the names of the fields. SourceError if
    the file is shorter than its header says."""
    data = content.all()
    count, start, size = struct.unpack_from("<IHH", data.ljust(_HEAD, b"\0"), 4)
    fields = _fields(data[_HEAD:start])
    if not fields or size != 1 + sum(width for _, _, width in fields):
        raise sheets.cut_short(content.path, "a dBase table without a list of its fields")
    if len(data) < start + count * size:
        have = max(len(data) - start, 0) // size
        raise sheets.cut_short(content.path, f"{have} of {count} records")
    shown = range(count if limit is None else min(count, limit))
    rows = [[name for name, _, _ in fields]]
    for place in shown:
        record = data[start + place * size : start + (place + 1) * size]
        rows.append([] if record.startswith(_DELETED) else _cells(record[1:], fields))
    return [sheets.from_rows(content.path, "features", rows)]


def _fields(data: bytes) -> list[tuple[str, str, int]]:
    """Name, type and width of each field, up to the mark that ends them."""
    fields = []
    for at in range(0, len(data), _FIELD):
        part = data[at : at + _FIELD]
        if part.startswith(_END) or len(part) < _FIELD:
            break
        name = _text(part[:11].split(b"\0")[0])
        fields.append((name, chr(part[11]), part[16]))
    return fields


def _cells(record: bytes, fields: list[tuple[str, str, int]]) -> list[str]:
    cells, at = [], 0
    for _, kind, width in fields:
        cells.append(_cell(_text(record[at : at + width]), kind))
        at += width
    return cells


def _cell(text: str, kind: str) -> str:
    """A date as 2024-03-31; a number that is not given (filled with stars) as nothing."""
    if kind == "D" and len(text) == 8:
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return "" if kind in "NF" and set(text) == {"*"} else text


def _text(data: bytes) -> str:
    data = data.replace(b"\0", b" ")
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace").strip()
