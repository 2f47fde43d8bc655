"""What is kept: files in dated folders, each folder with a hidden record of how they came."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.folder import sha256

RECORD = ".fetched.json"
STAGING = ".staging"
LOCK = ".lock"


@dataclass(frozen=True)
class Record:
    """One file as it came: from where, when (UTC), which bytes, recognised as which passport."""

    name: str
    url: str
    fetched: str
    published: str
    sha256: str
    size: int
    rows: int | None = None
    etag: str = ""
    last_modified: str = ""
    recognised_as: str = ""
    notes: tuple[str, ...] = ()
    folder: str = ""


def records(source_folder: Path) -> list[Record]:
    """Files kept of a source that are still as they came, the latest fetched last.

    A record that cannot be read, and a file that has changed since, count as not there.
    """
    found = []
    for path in sorted(source_folder.glob(f"*/{RECORD}")):
        for entry in _entries(path):
            kept = path.parent / entry.name
            if kept.is_file() and sha256(kept) == entry.sha256:
                found.append(replace(entry, folder=path.parent.name))
    return sorted(found, key=lambda record: record.fetched)


def latest(kept: list[Record]) -> dict[str, Record]:
    """Name → its latest record."""
    return {record.name: record for record in kept}


def conditions(kept: list[Record], url: str) -> dict[str, str]:
    """Headers that ask for a file only if it is not the one kept."""
    record = next((record for record in reversed(kept) if record.url == url), None)
    if record is None:
        return {}
    told = {"If-None-Match": record.etag, "If-Modified-Since": record.last_modified}
    return {header: value for header, value in told.items() if value}


def place(staged: Path, source_folder: Path, record: Record, days: list[date]) -> Path:
    """Move a file into the folder of the first day on which no other file has its name.

    Never writes over a file: where every day is taken, the last one gets a number.
    """
    for folder in _folders(source_folder, days):
        target = folder / record.name
        if target.exists() and sha256(target) != record.sha256:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            _sync(staged)
            os.replace(staged, target)
        write_record(folder, replace(record, folder=folder.name))
        return target
    raise AssertionError("there is always another folder")


def write_record(folder: Path, record: Record) -> None:
    """Write or renew one file's record in its folder, whole or not at all."""
    others = [entry for entry in _entries(folder / RECORD) if entry.name != record.name]
    entries = sorted([*others, record], key=lambda entry: entry.name)
    text = json.dumps({"files": [_as_entry(entry) for entry in entries]}, indent=1)
    beside = folder / f"{RECORD}.new"
    beside.write_text(text + "\n", encoding="utf-8")
    _sync(beside)
    os.replace(beside, folder / RECORD)


def prepare(top: Path) -> None:
    """Make the folder of fetched files, kept out of version control; SourceError if refused."""
    try:
        top.mkdir(parents=True, exist_ok=True)
        ignore = top / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        rule, got = "must be a folder that can be written to", error.strerror or str(error)
        raise SourceError(top, rule, got, "Choose another `--to`.") from None


def _folders(source_folder: Path, days: list[date]) -> Iterator[Path]:
    named = [day.isoformat() for day in dict.fromkeys(days)]
    yield from (source_folder / name for name in named)
    number = 2
    while True:
        yield source_folder / f"{named[-1]}-{number}"
        number += 1


def _entries(path: Path) -> list[Record]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["files"]
        return [_from_entry(entry) for entry in told]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return []


def _as_entry(record: Record) -> dict:
    return {key: value for key, value in asdict(record).items() if key != "folder"}


def _from_entry(entry: Mapping) -> Record:
    known = {field.name for field in fields(Record)}
    told = {key: value for key, value in entry.items() if key in known}
    name = Path(str(told["name"])).name
    return Record(**(told | {"name": name, "notes": tuple(told.get("notes", ()))}))


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
