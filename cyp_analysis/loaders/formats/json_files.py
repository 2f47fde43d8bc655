"""JSON in the shapes that publishers use → sheets of text cells, numbers as they are written."""

import json
from pathlib import Path

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import headers
from cyp_analysis.loaders.formats import sheets
from cyp_analysis.loaders.formats.archive import Content
from cyp_analysis.loaders.formats.sheets import Sheet

_LARGEST = 1 << 28
_RULE = "must hold a list of records, columns of equal length, or features of a map"
_GEOMETRY = "geometry"


def read_json(content: Content, limit: int | None) -> list[Sheet]:
    """A list of objects, an object with one such list, columns, lines of objects, GeoJSON or
    TopoJSON → sheets; nested objects are flattened with points (`location.street`).

    SourceError for JSON that is damaged, cut short, too deep, too large or of another shape.
    """
    path, data = content.path, content.all()
    if len(data) > _LARGEST:
        raise SourceError(path, "must be at most 256 MiB of JSON", f"{len(data):,} bytes", _SMALLER)
    try:
        tables = _tables(path, _parsed(path, _decoded(path, data)))
    except RecursionError:
        got = "values nested too deeply"
        raise SourceError(path, _RULE, got, sheets.SAVE_AS_CSV) from None
    return [sheets.from_rows(path, name, rows, limit) for name, rows in tables]


_SMALLER = "Download it as CSV, or divide it."


def _decoded(path: Path, data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        got = "bytes that are not UTF-8"
        raise SourceError(path, "must be JSON in UTF-8", got, sheets.DOWNLOAD_AGAIN) from None


def _parsed(path: Path, text: str) -> object:
    """The value; lines of values as a list. Numbers stay as they are written."""
    try:
        return _load(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if error.msg != "Extra data" or len(lines) < 2:
            raise _damaged(path, error) from None
    try:
        return [_load(line) for line in lines]
    except json.JSONDecodeError as error:
        raise _damaged(path, error) from None


def _load(text: str) -> object:
    return json.loads(text, parse_int=str, parse_float=_whole, parse_constant=str)


def _whole(text: str) -> str:
    return text.removesuffix(".0")


def _damaged(path: Path, error: json.JSONDecodeError) -> SourceError:
    if not error.doc.strip():
        return sheets.empty(path)
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
        return sheets.cut_short(
            path, f"JSON that ends in the middle of a value (line {error.lineno})"
        )
    got = f"{sheets.fault(error.msg)} on line {error.lineno}"
    return SourceError(path, "must be JSON", got, sheets.DOWNLOAD_AGAIN)


def _tables(path: Path, value: object) -> list[tuple[str, list[list[str]]]]:
    """(name, rows) of each table in a value, the first row being the names."""
    if isinstance(value, dict) and "features" in value:
        return [("features", _features(path, value["features"]))]
    if isinstance(value, dict) and value.get("type") == "Feature":
        return [("features", _features(path, [value]))]
    if isinstance(value, dict) and value.get("type") == "Topology":
        return _topology(path, value.get("objects"))
    if isinstance(value, dict):
        return [("", _of_object(path, value))]
    if isinstance(value, list):
        return [("", _of_list(path, value))]
    raise _other_shape(path, "a single value")


def _of_object(path: Path, value: dict) -> list[list[str]]:
    """The rows of an object: those of its one list of records, or its columns."""
    lists = {name: part for name, part in value.items() if _is_records(part)}
    if len(lists) > 1:
        raise _other_shape(path, f"several lists of records ({headers.told(lists)})")
    if lists:
        return _of_list(path, next(iter(lists.values())))
    inner = {name: part for name, part in value.items() if isinstance(part, dict)}
    found = {name: part for name, part in inner.items() if any(map(_is_records, part.values()))}
    if len(found) == 1:
        return _of_object(path, next(iter(found.values())))
    columns = [part for part in value.values() if isinstance(part, list)]
    if columns and len(columns) == len(value) and len({len(part) for part in columns}) == 1:
        cells = [[_scalar(path, cell) for cell in part] for part in columns]
        return [list(value), *map(list, zip(*cells, strict=True))]
    raise _other_shape(path, f"an object of {headers.told(value) or 'nothing'}")


def _is_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _of_list(path: Path, value: list) -> list[list[str]]:
    if _is_records(value):
        return _rows([_flat(path, record) for record in value])
    if value and all(isinstance(record, list) for record in value):
        return [[_scalar(path, cell) for cell in record] for record in value]
    raise _other_shape(path, "an empty list" if not value else "a list of single values")


def _features(path: Path, features: object) -> list[list[str]]:
    """A row for each feature: its id where any has one, its properties, the kind of geometry."""
    if not _is_records(features):
        raise _other_shape(path, "a map without features")
    records = []
    for feature in features:
        shape = feature.get(_GEOMETRY, feature if "arcs" in feature else None)
        named = {"id": _scalar(path, feature["id"])} if "id" in feature else {}
        properties = feature.get("properties") or {}
        if not isinstance(properties, dict):
            raise _other_shape(path, "features whose properties are no object")
        kind = str(shape.get("type", "")) if isinstance(shape, dict) else ""
        records.append(named | _flat(path, properties) | {_GEOMETRY: kind})
    return _rows(records)


def _topology(path: Path, objects: object) -> list[tuple[str, list[list[str]]]]:
    """A table for each object of a TopoJSON file; the only one is named `features`."""
    if not isinstance(objects, dict) or not all(isinstance(o, dict) for o in objects.values()):
        raise _other_shape(path, "a map without objects")
    parts = {name: part.get("geometries") or [part] for name, part in objects.items()}
    tables = [(name, _features(path, shapes)) for name, shapes in parts.items()]
    if not tables:
        raise _other_shape(path, "a map without objects")
    return [("features", tables[0][1])] if len(tables) == 1 else tables


def _flat(path: Path, record: dict, before: str = "") -> dict[str, str]:
    """One level of names for an object; a list of single values becomes one text."""
    flat: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(path, value, f"{before}{name}.")
        else:
            flat[before + name] = _scalar(path, value)
    return flat


def _scalar(path: Path, value: object) -> str:
    if isinstance(value, list | dict):
        if isinstance(value, list) and not any(isinstance(v, list | dict) for v in value):
            return "; ".join(_scalar(path, part) for part in value)
        raise _other_shape(path, "lists of lists or records inside a record")
    return "" if value is None else str(value).strip()


def _rows(records: list[dict[str, str]]) -> list[list[str]]:
    """Names in order of appearance, then a row for each record. A name that is empty throughout
    and has parts of its own elsewhere (`null` or an object) is left out."""
    names = list(dict.fromkeys(name for record in records for name in record))
    split = {name[:at] for name in names for at, letter in enumerate(name) if letter == "."}
    kept = [n for n in names if n not in split or any(record.get(n) for record in records)]
    return [kept, *([record.get(name, "") for name in kept] for record in records)]


def _other_shape(path: Path, got: str) -> SourceError:
    return SourceError(path, _RULE, got, sheets.SAVE_AS_CSV)
