"""Reads data kept as JSON: objects and lists as rows, texts as words."""

import json
from collections.abc import Iterator

from cyp_analysis.attack.units import Row, Unit, Words


def json_units(content: bytes, file: str) -> Iterator[Unit]:
    """Objects as rows with names as headers, plain lists as rows, texts of some length as words."""
    text = content.decode("utf-8", errors="replace")
    try:
        yield from _told(json.loads(text), file, "")
    except json.JSONDecodeError:
        yield Words(file, "text", "", text)


def as_text(cell: object) -> str:
    """A value as text; whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _told(told: object, file: str, place: str) -> Iterator[Unit]:
    if isinstance(told, list):
        named = [(f"{place}[{number}]", each) for number, each in enumerate(told)]
        headers = [""] * len(told)
    elif isinstance(told, dict):
        named = [(f"{place}.{name}" if place else str(name), each) for name, each in told.items()]
        headers = [str(name) for name in told]
    else:
        return
    flat = [
        (header, each) for header, (_, each) in zip(headers, named, strict=True) if _is_flat(each)
    ]
    if len(flat) > 1:
        cells = tuple(as_text(each) for _, each in flat)
        yield Row(file, place or "top", place, tuple(header for header, _ in flat), cells)
    for where, each in named:
        if isinstance(each, str):
            yield Words(file, where, place, each)
        else:
            yield from _told(each, file, where)


def _is_flat(value: object) -> bool:
    return not isinstance(value, dict | list)
