"""Goes through the files of an edition, those inside archives too, and reads each in its way."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cyp_analysis.attack.html_units import page_units, plain
from cyp_analysis.attack.json_units import json_units
from cyp_analysis.attack.sheet_units import csv_units, workbook_units
from cyp_analysis.attack.units import Unit, Words

LARGEST = 50_000_000  # bytes of a member of an archive


def _page(content: bytes, file: str) -> Iterator[Unit]:
    return page_units(content.decode("utf-8", errors="replace"), file)


def _words(content: bytes, file: str) -> Iterator[Unit]:
    for number, line in enumerate(content.decode("utf-8", errors="replace").splitlines(), start=1):
        if line.strip():
            yield Words(file, f"line {number}", "", plain(line))


READERS: dict[str, Callable[[bytes, str], Iterator[Unit]]] = {
    **dict.fromkeys((".html", ".htm", ".svg"), _page),
    **dict.fromkeys((".csv", ".tsv"), csv_units),
    **dict.fromkeys((".xlsx", ".xlsm"), workbook_units),
    **dict.fromkeys((".json", ".webmanifest"), json_units),
    **dict.fromkeys((".txt", ".md", ".xml", ".log", ".js", ".css", ".yml"), _words),
}


def units(folder: Path) -> Iterator[Unit]:
    """Everything that a reader finds in the files of a folder but its Parquet tables."""
    seen: set[int] = set()
    archives = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".zip":
            archives.append((path, name))
        elif path.is_file() and path.suffix.lower() in READERS:
            content = path.read_bytes()
            seen.add(zlib.crc32(content))
            yield from READERS[path.suffix.lower()](content, name)
    for path, name in archives:
        yield from _archived(path, name, seen)


def _archived(path: Path, name: str, seen: set[int]) -> Iterator[Unit]:
    """Members of an archive that are not files of the edition as they are."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            read: Any = READERS.get(Path(member.filename).suffix.lower())
            if read and member.CRC not in seen and member.file_size <= LARGEST:
                yield from read(archive.read(member), f"{name}/{member.filename}")
