"""Sheets of text → tables with a passport's column names; ragged records are listed, not lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import files, headers, recognise
from cyp_analysis.loaders.columns import as_coded
from cyp_analysis.loaders.formats import footers
from cyp_analysis.loaders.formats.footers import CUT_OFF
from cyp_analysis.loaders.formats.records import Records, has_text, series
from cyp_analysis.loaders.table import nothing_left, problem_table

__all__ = ["CUT_OFF", "RawTable", "open_tables", "require"]


@dataclass(frozen=True)
class RawTable:
    """Text cells in `rows`, columns by passport name, plus int `source_row`; all else as read."""

    sheet: str
    above: tuple[str, ...]
    rows: pd.DataFrame
    problems: pd.DataFrame


def open_tables(
    path: Path,
    source: Source,
    wanted: Iterable[str] = (),
    *,
    only_named: bool = False,
    coded: bool = False,
) -> list[RawTable]:
    """The tables of a file that carry the passport's signature: one of a CSV, perhaps several
    of a workbook. `wanted` are names to use for columns beside the signature and the aliases;
    `only_named` leaves out the columns that are in none of these, which a wide file of millions
    of rows needs; `coded` keeps columns of few different texts as categories.

    SourceError if no sheet has the signature, no row follows it, or the last is cut short.
    """
    sheets = files.read_sheets(path)
    wanted = list(wanted)
    names = dict.fromkeys((*source.header, *source.aliases, *wanted))
    keep = set(wanted) if only_named else None
    placed = [(sheet, recognise.header_line(sheet.records, source)) for sheet in sheets]
    how = (source, names, keep, coded)
    found = [_table(path, s, at, how) for s, at in placed if at is not None]
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
    source, wanted, keep, coded = passport
    header = _without_blank_end(sheet.records[at])
    names = headers.unique(header)
    called = headers.canonical(names, wanted, source)
    kept = [n for n in names if keep is None or called.get(n, n) in keep]
    notes = [(sheet.lines[at], note) for note in sheet.notes]
    end, told = footers.end_of_table(path, sheet, at, len(names))
    rows, problems = _rows(sheet, (at + 1, end), names, (kept, coded))
    rows = rows.rename(columns=called)
    above = tuple(cell for record in sheet.records[:at] for cell in record if cell)
    return RawTable(sheet.name, above, rows, problem_table([*notes, *told, *problems]))


def _without_blank_end(header: list[str]) -> list[str]:
    """A header without the nameless columns that a trailing comma makes."""
    width = max(i for i, name in enumerate(header, start=1) if headers.tidy(name))
    return header[:width]


def _rows(sheet: files.Sheet, between: tuple[int, int], names: list[str], how: tuple) -> tuple:
    """Records from one place up to another as rows of the columns kept, and (line, problem) of
    those that do not fit the header."""
    if isinstance(sheet.records, Records):
        return _columns(sheet, between, names, how)
    first, end = between
    kept, coded = how
    lines, records = sheet.lines[first:end], sheet.records[first:end]
    # A header that ends in blank cells lets its records do so too.
    most = len(sheet.records[first - 1])
    cut, problems = _fitted(records, lines, (len(names), most))
    return _as_kept(_frame(cut, names), kept, coded=coded), problems


def _as_kept(rows: pd.DataFrame, kept: list[str], *, coded: bool) -> pd.DataFrame:
    rows = rows[["source_row", *kept]]
    return rows.assign(**{name: as_coded(rows[name]) for name in kept}) if coded else rows


def _frame(fitted: list, names: list[str]) -> pd.DataFrame:
    rows = pd.DataFrame([r for _, r in fitted], columns=names, dtype="str")
    lines = pd.array([line for line, _ in fitted], dtype="int64")
    rows.insert(0, "source_row", lines)
    return rows


def _columns(
    sheet: files.Sheet, between: tuple[int, int], names: list[str], how: tuple[list[str], bool]
) -> tuple:
    """The same for records that are kept as columns."""
    kept, coded = how
    body, lines, places, others = _between(sheet, *between)
    at_lines = [sheet.lines[at] for at in places]
    most = len(sheet.records[between[0] - 1])
    cut, problems = _fitted(others, at_lines, (len(names), most), alone=body.num_rows == 0)
    width = body.num_columns
    over = [has_text(column) for column in body.columns[len(names) :]]
    # A cell beyond the header in some rows means that the header lacks one, and nobody knows which.
    beyond = any(filled.any() for filled in over)
    beyond |= bool(over) and any(len(record) == len(names) for record in others)
    bad = np.full(len(lines), width < len(names) or beyond)
    if bad.any():
        problem = f"left out: {width} cells where the header has {len(names)}"
        problems += [(int(line), problem) for line in lines[bad]]
        body, lines = body.filter(~bad), lines[~bad]
    cells = {} if width < len(names) else dict(zip(names, body.columns, strict=False))
    made = {n: series(cells[n], coded=coded and not cut) for n in kept if n in cells}
    rows = pd.DataFrame({"source_row": lines} | made)
    rows = rows.reindex(columns=["source_row", *kept]) if not cells else rows
    if cut:
        rows = pd.concat([rows, _as_kept(_frame(cut, names), kept, coded=False)])
        rows = rows.sort_values("source_row", ignore_index=True)
        rows = _as_kept(rows, kept, coded=coded)
    return rows, sorted(problems)


def _between(sheet: files.Sheet, first: int, end: int) -> tuple:
    """The body from one place up to another with its lines, and the places and cells of other
    records."""
    body, places, others = sheet.records.below(first)
    places = places[places < end]
    odd = sorted((at, record) for at, record in others.items() if at < end)
    lines = np.asarray(sheet.lines)[places]
    return body.slice(0, len(places)), lines, [at for at, _ in odd], [r for _, r in odd]


def _fitted(
    records: list[list[str]], lines: list[int], widths: tuple[int, int], *, alone: bool = True
) -> tuple[list, list]:
    """Records as wide as the header with their lines; the others as (line, problem).

    `widths`: of the header, and with its blank cells at the end. Blank cells beyond those are let
    pass only where every record has them: one record that is longer than the others has a cell too
    many, and no one knows where. `alone`: these records are all there are.
    """
    width, most = widths
    kept, problems = [], []
    longer = [record for record in records if len(record) > width]
    even = alone and len({len(record) for record in longer}) == 1
    even = even and not any(len(record) == width or any(record[width:]) for record in records)
    for line, record in zip(lines, records, strict=True):
        fits = width <= len(record) and (len(record) <= most or even) and not any(record[width:])
        if fits:
            kept.append((line, record[:width]))
        else:
            problems.append((line, f"left out: {len(record)} cells where the header has {width}"))
    return kept, problems
