"""Where the records of a delimited text file start, found by its line ends and quotation marks."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cyp_analysis.loaders.formats import sheets
from cyp_analysis.loaders.formats.archive import Content

_CHUNK = 1 << 22
_LONGEST_LINE = 1 << 25
_RECORDS_AT_MOST = 1 << 24
_BOM = b"\xef\xbb\xbf"
_LINE, _RETURN, _QUOTE = b'\n\r"'


@dataclass(frozen=True)
class Starts:
    """The line and byte at which each record starts, blank lines aside; `open_end`: the last
    has no line end; `broken`: a line ends inside quotation marks."""

    lines: np.ndarray
    places: np.ndarray
    open_end: bool
    broken: bool

    def text_at(self, content: Content, record: int, size: int) -> str:
        """The first bytes of a record, as text."""
        at = int(self.places[record])
        if content.data is not None:
            return content.data[at : at + size].decode()
        with content.path.open("rb") as file:
            file.seek(at)
            return file.read(size).decode()


@dataclass
class _State:
    """How far a scan has come: the next line and byte, whether inside quotation marks, and where
    the record that is being read began."""

    line: int = 1
    place: int = 0
    quoted: bool = False
    start_line: int = 1
    start_place: int = 0
    broken: bool = False


def scan(content: Content, delimiter: str) -> Starts | None:
    """Where every record starts; None if quotation marks stand elsewhere than around cells, if a
    line ends in a carriage return alone, or if there are zero bytes."""
    state, lines, places = _State(), [], []
    open_end, many = False, 0
    for piece in _pieces(content):
        open_end = not piece.endswith(b"\n")
        if open_end and b"\r" in piece[-1:]:
            return None
        found = _starts(piece + b"\n" * open_end, ord(delimiter), state)
        if found is None:
            return None
        many += len(found[0])
        if many > _RECORDS_AT_MOST:
            raise sheets.too_large(content.path, f"more than {_RECORDS_AT_MOST:,} records")
        lines.append(found[0])
        places.append(found[1])
    if state.quoted or not lines:
        return None
    return Starts(np.concatenate(lines), np.concatenate(places), open_end, state.broken)


def _pieces(content: Content) -> Iterator[bytes]:
    """The file in pieces that end where a line ends; the last as it is."""
    rest = b""
    for chunk in _chunks(content):
        rest += chunk
        cut = rest.rfind(b"\n") + 1
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > _LONGEST_LINE:
            yield b"\0"  # no table has such a line
            return
    if rest:
        yield rest


def _chunks(content: Content) -> Iterator[bytes]:
    if content.data is not None:
        yield from (content.data[at : at + _CHUNK] for at in range(0, len(content.data), _CHUNK))
        return
    with content.path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _starts(piece: bytes, delimiter: int, state: _State) -> tuple | None:
    """Lines and bytes at which the records that end in a piece start; moves the state on."""
    cells = np.frombuffer(piece, dtype=np.uint8)
    if b"\0" in piece or (b"\r" in piece and not _returns_end_lines(cells)):
        return None
    ends = np.flatnonzero(cells == _LINE)
    marks = np.flatnonzero(cells == _QUOTE) if b'"' in piece else np.zeros(0, dtype="int64")
    bom = 3 if state.place == 0 and piece.startswith(_BOM) else 0
    if len(marks) and not _around_cells(cells, marks, (delimiter, state.quoted, bom)):
        return None
    outside = (np.searchsorted(marks, ends) + state.quoted) % 2 == 0
    last, lines = ends[outside], state.line + np.flatnonzero(outside)
    start_places = np.concatenate([[state.start_place], state.place + last + 1])
    start_lines = np.concatenate([[state.start_line], lines + 1])
    blank = _blank(cells, start_places[:-1] - state.place, last)
    state.line, state.place = state.line + len(ends), state.place + len(piece)
    state.broken |= len(last) < len(ends)
    state.quoted = bool((len(marks) + state.quoted) % 2)
    state.start_line, state.start_place = int(start_lines[-1]), int(start_places[-1])
    return start_lines[:-1][~blank], start_places[:-1][~blank]


def _returns_end_lines(cells: np.ndarray) -> bool:
    """Whether every carriage return has a line feed after it."""
    returns = np.flatnonzero(cells == _RETURN)
    return bool((cells[returns + 1] == _LINE).all())


def _around_cells(cells: np.ndarray, marks: np.ndarray, where: tuple[int, bool, int]) -> bool:
    """Whether each mark opens a cell at its start, closes one at its end, or is one of a pair."""
    delimiter, quoted, bom = where
    opens = (np.arange(len(marks)) + quoted) % 2 == 0
    before = np.where(marks <= bom, _LINE, cells[marks - 1])
    after = cells[marks + 1]
    good = np.where(
        opens,
        np.isin(before, [delimiter, _LINE, _QUOTE]),
        np.isin(after, [delimiter, _LINE, _RETURN, _QUOTE]),
    )
    return bool(good.all())


def _blank(cells: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """True for lines without anything in them; one that began in an earlier piece is none."""
    size = ends - starts
    first = cells[np.clip(starts, 0, None)] if len(starts) else cells[:0]
    return (starts >= 0) & ((size == 0) | ((size == 1) & (first == _RETURN)))
