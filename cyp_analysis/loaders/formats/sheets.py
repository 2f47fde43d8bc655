"""A sheet of text cells, what every file is read into; and how a file is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cyp_analysis.errors import SourceError

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
JSON_SUFFIXES = (".json", ".geojson", ".topojson", ".ndjson", ".jsonl")
OTHER_SUFFIXES = (".parquet", ".dbf", ".gpkg", ".gz", ".zip")
SUFFIXES = (*TEXT_SUFFIXES, *WORKBOOK_SUFFIXES, *JSON_SUFFIXES, *OTHER_SUFFIXES)
HEAD_BYTES = 1 << 16
# What one file may unpack to: the largest publishers' files are a tenth of it.
UNPACKED_BYTES = 1 << 30
DOWNLOAD_AGAIN = "Download the file again from its publisher and keep it unopened."
NO_RESULTS = "formulas saved without their results, read as blank: open the workbook and save it"
SAVE_AS_CSV = "Save it as CSV, or download the CSV file of the same release."


@dataclass(frozen=True)
class Sheet:
    """One table of cells: `lines[i]` is where `records[i]` starts; notes are worth telling.
    `unfinished`: the last record has no line end, so its last cell may be cut. The records of
    a large file are made from columns as they are asked for: take a slice, not all of them."""

    name: str
    lines: Sequence[int]
    records: Sequence[list[str]]
    notes: tuple[str, ...] = ()
    unfinished: bool = False


def workbook_rule(path: Path) -> str:
    """What a file with the name of a workbook must be."""
    return f"must be an {'ODS' if path.suffix.lower() == '.ods' else 'Excel'} workbook"


def number_text(number: object) -> str:
    """A number as its user sees it: 14.0 is `14`; text that is no number as it is."""
    try:
        value = float(number)
    except ValueError:
        return str(number).strip()
    return str(int(value)) if value.is_integer() else str(value)


def fault(error: BaseException | str) -> str:
    """What a library says of a file it cannot open, up to where it may quote the file itself."""
    said = " ".join(str(error).split())
    return re.split(r"[\"'`(\[{<:=]|[0-9]{3}", said)[0].strip(" ,.")[:80] or "it ends early"


def empty(path: Path, what: str = "an empty file") -> SourceError:
    """The error for a file without any cell."""
    return SourceError(path, "must hold a table", what, DOWNLOAD_AGAIN)


def cut_short(path: Path, got: str) -> SourceError:
    """The error for a file of which the end is missing."""
    return SourceError(path, "must be complete", got, DOWNLOAD_AGAIN)


def too_large(path: Path, got: str) -> SourceError:
    """The error for a file that unpacks to more than any table needs."""
    rule = f"must unpack to {UNPACKED_BYTES >> 30} GiB at most"
    return SourceError(path, rule, got, "Check where the file comes from, or divide it.")


def from_rows(path: Path, name: str, rows: list[list[str]], limit: int | None = None) -> Sheet:
    """A sheet of rows that start at line 1, blank ones passed over."""
    filled = [(line, row) for line, row in enumerate(rows[:limit], start=1) if any(row)]
    if not filled:
        raise empty(path, "no cells with text")
    return Sheet(name, [line for line, _ in filled], [row for _, row in filled])
