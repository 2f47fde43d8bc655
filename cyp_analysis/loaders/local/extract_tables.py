"""Files of a child-level extract → arrays that name nobody, read in pieces.

Only the columns that the passport's rules speak of are read; identifiers become hashes, dates
numbers and codes places in the passport's lists before the next piece is read. Nothing that a
cell held is ever part of a message: libraries that quote data in their errors are not heard.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import files, headers, layout, recognise
from cyp_analysis.loaders.local import extract_values as values
from cyp_analysis.loaders.table import problem_table

# Column → "child", "day" or the known codes with their places.
Roles = dict[str, str | dict[str, int]]
_BLOCK = 1 << 24
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SHOWN = 8
_AGAIN = "Export the table again from the case system, unopened, as CSV UTF-8."


@dataclass(frozen=True)
class ExtractTable:
    """One table: arrays by column, one place a row; `numbers` are its rows in the file, the
    header being row 1."""

    name: str
    columns: dict[str, np.ndarray] = field(repr=False)
    numbers: np.ndarray = field(repr=False)
    problems: pd.DataFrame = field(repr=False)

    def __len__(self) -> int:
        return len(self.numbers)

    def where(self, keep: np.ndarray) -> "ExtractTable":
        """The rows picked out."""
        columns = {name: cells[keep] for name, cells in self.columns.items()}
        return replace(self, columns=columns, numbers=self.numbers[keep])


def read_tables(path: Path, source: Source, roles: Roles) -> list[ExtractTable]:
    """The tables of one file that carry the passport's signature, only columns with a role.

    SourceError, quoting no cell, for a file that is damaged or is no table of the passport.
    """
    path = Path(path)
    return quietly(path, lambda: _read(path, source, roles))


def quietly(path: Path, call: Callable) -> list:
    """What a call gives. Any error but the project's own becomes a SourceError without its words
    or its history, for libraries put pieces of the file into both."""
    try:
        return call()
    except SourceError:
        raise
    except Exception as error:  # whatever a library raises may quote a person's record
        kind = type(error).__name__
    # Outside the `except`, so that the error does not carry the other one with it.
    raise SourceError(path, "must be a whole, readable table", f"a damaged file ({kind})", _AGAIN)


def listed(numbers: np.ndarray) -> str:
    """`rows 4, 17 and 23 (3 rows)`: where, never what."""
    first = ", ".join(str(number) for number in numbers[:_SHOWN])
    more = f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
    return f"row{'s' * (len(numbers) > 1)} {first}{more}"


def _read(path: Path, source: Source, roles: Roles) -> list[ExtractTable]:
    streamed = path.suffix.lower() in files.TEXT_SUFFIXES and not _is_utf16(path)
    return (_streamed if streamed else _whole)(path, source, roles)


def _is_utf16(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) in _UTF16


def _whole(path: Path, source: Source, roles: Roles) -> list[ExtractTable]:
    """A workbook or another form that has to be read whole."""
    found = []
    for raw in layout.open_tables(path, source, roles):
        wanted = {name: raw.rows[name] for name in roles if name in raw.rows}
        columns = {name: _column(cells, roles[name]) for name, cells in wanted.items()}
        numbers = raw.rows["source_row"].to_numpy()
        name = f"{path.name}, sheet {raw.sheet}" if raw.sheet else path.name
        found.append(ExtractTable(name, columns, numbers, _without_words(raw.problems)))
    return found


def _without_words(problems: pd.DataFrame) -> pd.DataFrame:
    """Problems of a layout that repeat no cell: the line below a table may be of a person."""
    cut = problems["problem"].str.replace(r"(from this line on): .*", r"\1", regex=True)
    return problems.assign(problem=cut.astype("str"))


def _column(cells: pd.Series, role: str | dict[str, int]) -> np.ndarray:
    import pyarrow as pa

    codes, words = pd.factorize(cells.fillna("").to_numpy(dtype=object))
    return _made(pa.array(list(words), pa.string()), role).take(codes)


def _made(words, role: str | dict[str, int]) -> np.ndarray:
    """Hashes, days or codes for an Arrow array of different texts."""
    if role == "child":
        return values.hashes(words)
    texts = values.texts_of(words.to_pylist())
    return values.days(texts) if role == "day" else values.known_codes(texts, role)


def _nothing(role: str | dict[str, int]) -> np.ndarray:
    return np.zeros(0, dtype={"child": "uint64", "day": "int32"}.get(str(role), "int16"))


def _streamed(path: Path, source: Source, roles: Roles) -> list[ExtractTable]:
    """A CSV of any size, a piece at a time."""
    sheet = files.read_head(path)[0]
    at = recognise.header_line(sheet.records, source)
    if at is None:
        raise recognise.no_passport(path, [sheet], {source.id: source})
    names = headers.unique(sheet.records[at])
    found = headers.canonical(names, (*source.header, *source.aliases, *roles), source)
    wanted = {name: own for name, own in found.items() if own in roles}
    if at + 1 == len(sheet.records):
        return [_joined(path, [], wanted, roles, [])]
    skipped: list[int] = []
    options = (names, sheet.lines[at + 1] - 1, list(wanted), skipped)
    parts = [_piece(batch, wanted, roles) for batch in _batches(path, options)]
    table = _joined(path, parts, wanted, roles, _rows_kept(parts, skipped, sheet.lines[at + 1]))
    return [_told(path, table, skipped, options[1])]


def _batches(path: Path, options: tuple) -> Iterator:
    import pyarrow as pa
    from pyarrow import csv

    names, skip, wanted, skipped = options
    text = pa.dictionary(pa.int32(), pa.binary())

    def skip_and_count(row) -> str:
        if row.text.strip():
            skipped.append(row.number)
        return "skip"

    # Latin-1 takes any byte: as UTF-8, a stray one would stop Arrow with the row in its message.
    read = csv.ReadOptions(
        use_threads=False,
        column_names=names,
        skip_rows=skip,
        encoding="latin-1",
        block_size=_BLOCK,
    )
    parse = csv.ParseOptions(
        delimiter=_delimiter(path, skip),
        newlines_in_values=True,
        ignore_empty_lines=False,
        invalid_row_handler=skip_and_count,
    )
    convert = csv.ConvertOptions(
        include_columns=wanted,
        column_types=dict.fromkeys(wanted, text),
        strings_can_be_null=False,
        null_values=[],
    )
    yield from csv.open_csv(path, read_options=read, parse_options=parse, convert_options=convert)


def _delimiter(path: Path, skip: int) -> str:
    """The mark that the header, the last line skipped, uses most."""
    with path.open("rb") as file:
        line = b"".join(file.readline(files.HEAD_BYTES) for _ in range(skip))
    return max(",\t;|", key=line.decode("latin-1").count)


def _piece(batch, wanted: dict[str, str], roles: Roles) -> dict[str, np.ndarray]:
    """One batch as arrays by the passport's names."""
    made = {}
    for name, own in wanted.items():
        cells = batch.column(name)
        words = cells.dictionary.cast("string")
        made[own] = _made(words, roles[own]).take(cells.indices.to_numpy(zero_copy_only=False))
    return made


def _rows_kept(parts: list, skipped: list[int], first: int) -> np.ndarray:
    """Row numbers of the rows that were kept: those passed over count too."""
    size = sum(len(next(iter(part.values()))) for part in parts)
    numbers = np.arange(first, first + size + len(skipped))
    return np.delete(numbers, np.array(skipped, dtype=int) - first) if skipped else numbers


def _joined(path: Path, parts: list, wanted: dict, roles: Roles, numbers) -> ExtractTable:
    columns = {}
    for own in wanted.values():
        pieces = [part.pop(own) for part in parts]
        columns[own] = np.concatenate(pieces) if pieces else _nothing(roles[own])
    return ExtractTable(path.name, columns, np.asarray(numbers, dtype="int64"), problem_table([]))


def _told(path: Path, table: ExtractTable, skipped: list[int], skip: int) -> ExtractTable:
    """The table with what is odd about its file; without its last row where that may be cut."""
    breaks, quotes, ended = _marks(path)
    last = skip + len(table) + len(skipped)
    inside = breaks - last + (not ended)
    if inside > 0 and quotes % 2:
        got = "a quotation mark that never closes: the file is cut short or damaged"
        raise SourceError(path, "must be complete", got, _AGAIN)
    if skipped and skipped[-1] == last and not ended:
        got = f"a last row (row {last}) with another number of cells than the header"
        raise SourceError(path, "must be complete", got, _AGAIN)
    told = []
    if inside > 0:
        told.append((1, f"{inside} line breaks inside cells: row numbers are not line numbers"))
    if skipped:
        where = listed(np.array(skipped))
        told.append((skipped[0], f"{where} left out: more or fewer cells than the header"))
    if not ended and len(table):
        told.append((int(table.numbers[-1]), layout.CUT_OFF))
        table = table.where(np.arange(len(table)) < len(table) - 1)
    return replace(table, problems=problem_table(told))


def _marks(path: Path) -> tuple[int, int, bool]:
    """Line breaks and quotation marks of a file; whether it ends with a line break."""
    breaks = quotes = 0
    end = b""
    with path.open("rb") as file:
        while piece := file.read(_BLOCK):
            breaks, quotes, end = (
                breaks + piece.count(b"\n"),
                quotes + piece.count(b'"'),
                piece[-1:],
            )
    return breaks, quotes, end in (b"\n", b"\r")
