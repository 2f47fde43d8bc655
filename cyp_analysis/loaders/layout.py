"""Sheets of text → tables with a passport's column names; ragged records are listed, not lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import files, headers, recognise
from cyp_analysis.loaders.table import nothing_left, problem_table

CUT_OFF = (
    "left out: the last line has no line end, so the file may be cut off; "
    "add a line end if it is whole"
)


@dataclass(frozen=True)
class RawTable:
    """Text cells in `rows`, columns by passport name, plus int `source_row`; all else as read."""

    sheet: str
    above: tuple[str, ...]
    rows: pd.DataFrame
    problems: pd.DataFrame


def open_tables(path: Path, source: Source, wanted: Iterable[str] = ()) -> list[RawTable]:
    """The tables of a file that carry the passport's signature: one of a CSV, perhaps several
    of a workbook. `wanted` are names to use for columns beside the signature and the aliases.

    SourceError if no sheet has the signature, no row follows it, or the last is cut short.
    """
    sheets = files.read_sheets(path)
    names = dict.fromkeys((*source.header, *source.aliases, *wanted))
    placed = [(sheet, recognise.header_line(sheet.records, source)) for sheet in sheets]
    found = [_table(path, s, at, (source, names)) for s, at in placed if at is not None]
    if not found:
        raise recognise.no_passport(path, sheets, {source.id: source})
    if all(table.rows.empty for table in found):
        told = pd.concat([table.problems for table in found])
        raise nothing_left(path, told[told["problem"].str.startswith("left out")])
    return found


def require(table: RawTable, columns: Iterable[str], path: Path, source: Source) -> None:
    """SourceError that names the columns of the passport which the file does not have."""
    lacking = [name for name in dict.fromkeys(columns) if name not in table.rows]
    if lacking:
        found = [name for name in table.rows if name != "source_row"]
        raise recognise.missing_column(path, source, lacking, found)


def _table(path: Path, sheet: files.Sheet, at: int, passport: tuple) -> RawTable:
    source, wanted = passport
    header = _without_blank_end(sheet.records[at])
    names = headers.unique(header)
    lines, records = sheet.lines[at + 1 :], sheet.records[at + 1 :]
    _refuse_cut_short(path, records, lines, len(names))
    notes = [(sheet.lines[at], note) for note in sheet.notes]
    if sheet.unfinished and records:
        # Only a part of its last cell may be there: 627 of 62,744.
        notes.append((lines[-1], CUT_OFF))
        lines, records = lines[:-1], records[:-1]
    cut, problems = _fitted(records, lines, len(names))
    rows = pd.DataFrame([r for _, r in cut], columns=names, dtype="str")
    rows = rows.rename(columns=headers.canonical(names, wanted, source))
    rows.insert(0, "source_row", pd.array([line for line, _ in cut], dtype="int64"))
    above = tuple(cell for record in sheet.records[:at] for cell in record if cell)
    return RawTable(sheet.name, above, rows, problem_table([*notes, *problems]))


def _without_blank_end(header: list[str]) -> list[str]:
    """A header without the nameless columns that a trailing comma makes."""
    width = max(i for i, name in enumerate(header, start=1) if headers.tidy(name))
    return header[:width]


def _fitted(records: list[list[str]], lines: list[int], width: int) -> tuple[list, list]:
    """Records as wide as the header with their lines; the others as (line, problem)."""
    kept, problems = [], []
    for line, record in zip(lines, records, strict=True):
        if len(record) < width or any(record[width:]):
            problems.append((line, f"left out: {len(record)} cells where the header has {width}"))
        else:
            kept.append((line, record[:width]))
    return kept, problems


def _refuse_cut_short(path: Path, records: list, lines: list[int], width: int) -> None:
    if records and len(records[-1]) < width:
        got = f"a last record (line {lines[-1]}) of {len(records[-1])} cells; header has {width}"
        action = "The file is cut short: download it again from its publisher."
        raise SourceError(path, "must be complete", got, action)
