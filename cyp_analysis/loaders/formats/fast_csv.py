"""Large plain CSV files, read by column: the same records and lines as the csv module gives.

Two million rows of 27 cells are 54 million texts; as columns that hold each different text once
they take a tenth of the memory and of the time. A file is read so only if nothing in it can be
understood in two ways; else `read_sheet` gives None and the csv module reads it.
"""

import csv
import io
from pathlib import Path

import numpy as np

from cyp_analysis.loaders.formats.archive import Content
from cyp_analysis.loaders.formats.line_scan import Starts, scan
from cyp_analysis.loaders.formats.records import Records, stripped
from cyp_analysis.loaders.formats.sheets import HEAD_BYTES, Sheet, too_large

SMALLEST = 1 << 20
_BLOCK = 1 << 22
_LONGEST_CELL = 131_072  # what the csv module takes
_ODD_AT_MOST = 10_000
_CELLS_AT_MOST = 1 << 28


def read_sheet(content: Content, delimiter: str) -> Sheet | None:
    """The one sheet of a large text file, or None where only the csv module can say what it
    holds: no UTF-8, quotation marks in the middle of cells, lone carriage returns and so on."""
    size = content.path.stat().st_size if content.data is None else len(content.data)
    starts = scan(content, delimiter) if size >= SMALLEST else None
    if starts is None:
        return None
    made = _read(content, delimiter, starts)
    if made is None:
        return None
    filled = made.filled()
    if not filled.any() or (starts.open_end and not filled[-1]):
        return None
    kept = made if filled.all() else made.only(filled)
    return Sheet("", starts.lines[filled], kept, unfinished=starts.open_end)


def _read(content: Content, delimiter: str, starts: Starts) -> Records | None:
    """The records, if Arrow finds as many as there are; else None."""
    import pyarrow as pa

    top, width = _top(content.head(), delimiter)
    if width < 2 or len(top) >= len(starts.lines):
        return None
    if width * len(starts.lines) > _CELLS_AT_MOST:
        raise too_large(content.path, f"{len(starts.lines):,} records of {width:,} cells")
    skip = int(starts.lines[len(top)]) - 1
    how = {"delimiter": delimiter, "width": width, "skip": skip, "broken": starts.broken}
    odd: dict[int, list[str]] = {}
    try:
        body = _arrow(content, how, None)
    except pa.ArrowInvalid:
        try:
            body, odd = _with_odd(content, how, starts, len(top))
        except (pa.ArrowInvalid, ValueError):
            return None
    if len(top) + body.num_rows + len(odd) != len(starts.lines) or _has_long_cell(body):
        return None
    return Records(top, stripped(body), odd)


def _top(head: bytes, delimiter: str) -> tuple[list[list[str]], int]:
    """Records above the first one that is as wide as the last of the head, and that width."""
    start = head[: head.rfind(b"\n") + 1].decode("utf-8-sig", errors="replace")
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    records = [[cell.strip() for cell in record] for record in reader if record]
    # The last may go on beyond the head, inside its quotation marks.
    records = records[:-1] if len(head) >= HEAD_BYTES else records
    width = len(records[-1]) if records else 0
    first = next((i for i, record in enumerate(records) if len(record) == width), 0)
    return records[:first], width


def _arrow(content: Content, how: dict, on_odd):
    """The body as an Arrow table of dictionary columns; `on_odd` sees rows of another width."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(place) for place in range(how["width"])]
    kind = pa.dictionary(pa.int32(), pa.string())
    return arrow_csv.read_csv(
        _source(content),
        arrow_csv.ReadOptions(
            column_names=names, skip_rows=how["skip"], block_size=_BLOCK, use_threads=not on_odd
        ),
        arrow_csv.ParseOptions(
            delimiter=how["delimiter"],
            newlines_in_values=how["broken"],
            invalid_row_handler=on_odd,
        ),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, kind), strings_can_be_null=False
        ),
    )


def _source(content: Content) -> Path | io.BytesIO:
    return content.path if content.data is None else io.BytesIO(content.data)


def _with_odd(content: Content, how: dict, starts: Starts, above: int):
    """The body without the rows of another width, and those by their place among the records.
    ValueError if a row is not where Arrow says."""
    seen: list[tuple[int, str]] = []

    def keep(row) -> str:
        seen.append((row.number, row.text))
        return "skip" if len(seen) <= _ODD_AT_MOST else "error"

    body = _arrow(content, how, keep)
    odd = {}
    for number, line in seen:
        # Arrow counts the lines it was not told to skip; blank ones are no records.
        place = int(np.searchsorted(starts.lines, number))
        if starts.text_at(content, place, len(line.encode())) != line:
            raise ValueError(f"no such text on line {number}")
        cells = next(csv.reader([line], delimiter=how["delimiter"], strict=True))
        odd[place] = [cell.strip() for cell in cells]
    return body, odd


def _has_long_cell(table) -> bool:
    import pyarrow.compute as pc

    longest = (
        pc.max(pc.binary_length(chunk.dictionary)).as_py() or 0
        for column in table.columns
        for chunk in column.chunks
    )
    return any(size > _LONGEST_CELL for size in longest)
