"""What the ways of publishing have in common: a task for each file, and what it brings."""

import csv
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cyp_analysis.fetch.partial import Answer, Wanted, download
from cyp_analysis.fetch.problems import FetchError, host_of
from cyp_analysis.fetch.transport import Transport

FRESH = 12 * 3600  # seconds


@dataclass(frozen=True)
class Arrived:
    """One file in the staging folder; `path` is None where the server says it has not changed."""

    url: str
    name: str
    path: Path | None
    published: date | None = None
    etag: str = ""
    last_modified: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """One file to be: its address, and what brings it."""

    url: str
    bring: Callable[[], Arrived]


@dataclass(frozen=True)
class Desk:
    """Where files are put together, who asks for them, and what is known of those kept.
    `reuse`: parts that came earlier today, before a failure, need not come again."""

    transport: Transport
    folder: Path
    known: Callable[[str], Mapping[str, str]]
    reuse: bool = True


@dataclass(frozen=True)
class Page:
    """Columns and rows of a part of a CSV; `body` is where its rows begin, in bytes."""

    path: Path
    columns: tuple[str, ...]
    body: int
    rows: int
    first: Mapping[str, str]


def arrived(answer: Answer, published: date | None = None) -> Arrived:
    """A file as it came from one address."""
    told = (answer.etag, answer.last_modified, answer.notes)
    return Arrived(answer.url, answer.name, answer.path, published, *told)


def page(desk: Desk, wanted: Wanted, *, reuse: bool = False) -> Page:
    """One part of a CSV that comes in parts; with `reuse`, the part of an earlier run today.

    FetchError if it is not a table.
    """
    key = hashlib.sha256(wanted.request.url.encode()).hexdigest()[:16]
    path = desk.folder / f"{key}.page"
    if not (reuse and desk.reuse and _is_fresh(path)):
        os.replace(download(desk.transport, wanted, desk.folder).path, path)
    with path.open("rb") as file:
        head = file.readline()
    columns = tuple(next(csv.reader([head.decode("utf-8-sig", "replace").strip()]), []))
    rows, first = 0, {}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for record in csv.reader(file):
            if rows == 1:
                first = dict(zip(columns, record, strict=False))
            rows += any(record)
    return Page(path, columns, len(head), max(0, rows - 1), first)


def _is_fresh(path: Path) -> bool:
    return path.exists() and time.time() - path.stat().st_mtime < FRESH


def add_page(target: Path, part: Page, url: str, like: Sequence[str] | None) -> None:
    """Write a part's rows below those of the parts before it. FetchError if its columns differ
    from `like`, those of the first part (None: this is the first)."""
    if like is not None and tuple(like) != part.columns:
        rule, got = "must send every part with the same columns", ", ".join(part.columns)[:200]
        raise FetchError(host_of(url), rule, got, "Try again later.")
    with part.path.open("rb") as source, target.open("ab" if like is not None else "wb") as whole:
        source.seek(0 if like is None else part.body)
        last = b"\n"
        while block := source.read(1 << 20):
            whole.write(block)
            last = block[-1:]
        if last not in (b"\n", b"\r"):
            whole.write(b"\n")


def chunks(values: Sequence[str], size: int) -> Iterator[list[str]]:
    """A list in parts of `size` at most."""
    yield from (list(values[start : start + size]) for start in range(0, len(values), size))
