"""Delimited text (CSV and its kin) → one sheet of text cells."""

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.formats import fast_csv, sheets
from cyp_analysis.loaders.formats.archive import Content
from cyp_analysis.loaders.formats.sheets import Sheet

UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS = ",\t;|"
_LINES_TRIED = 60
# What is not read by columns takes many times its size: records are lists of texts.
_LARGEST = 1 << 28
_CELLS_AT_MOST = 1 << 24
_LONGEST_LINE = 1 << 24
_PLAINER = "Save it as `CSV UTF-8` with quotation marks around cells only, or divide it."
_SAYS_DELIMITER = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)


def read_text(content: Content, limit: int | None) -> list[Sheet]:
    """The one sheet of a text file, or its first `limit` records. SourceError if it is empty,
    in no known encoding, or has a quotation mark that never closes."""
    if limit is None:
        start, _ = _decode(content.path, content.head(), whole=False)
        delimiter, skip = _dialect(start)
        fast = None if skip else fast_csv.read_sheet(content, delimiter)
        if fast is not None:
            return [fast]
    data = content.all() if limit is None else content.head()
    if len(data) > _LARGEST:
        got = f"{len(data):,} bytes that only the slower way can read"
        raise SourceError(content.path, "must be at most 256 MiB of such text", got, _PLAINER)
    whole = limit is None or (content.whole and len(data) < sheets.HEAD_BYTES)
    text, notes = _decode(content.path, data, whole=whole)
    lines, records, blank_end = _records(content.path, text, limit)
    if not records:
        raise sheets.empty(content.path)
    open_end = whole and not text.endswith(("\n", "\r"))
    if open_end and blank_end:
        notes = (*notes, "the last line has no line end: check that the file is complete")
    return [Sheet("", lines, records, notes, unfinished=open_end and not blank_end)]


def _decode(path: Path, data: bytes, *, whole: bool) -> tuple[str, tuple[str, ...]]:
    """Text and a note on its encoding; a letter cut at the end of a mere head is let go."""
    for encoding in (UTF16.get(data[:2], "utf-8-sig"), "cp1252"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(data, final=whole)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        notes = () if encoding == "utf-8-sig" else (f"not UTF-8: read as {encoding}",)
        return text, notes
    rule = "must be text in UTF-8 or Windows-1252"
    raise SourceError(path, rule, "bytes that are neither", "Save it as `CSV UTF-8`.")


def _records(path: Path, text: str, limit: int | None) -> tuple[list[int], list[list[str]], bool]:
    """Lines and cells, stripped, of the records that hold anything; whether a blank one is last."""
    delimiter, skip = _dialect(text)
    stream = io.StringIO(text, newline="")
    for _ in range(skip):
        stream.readline()
    reader = csv.reader(_lines(path, stream), delimiter=delimiter, strict=limit is None)
    lines, records, line, cells, left = [], [], skip + 1, [], _CELLS_AT_MOST
    try:
        for record in itertools.islice(reader, limit):
            cells = [cell.strip() for cell in record]
            left -= len(cells) + 2
            if left < 0:
                got = f"more than {_CELLS_AT_MOST:,} cells that only the slower way can read"
                raise SourceError(path, "must be a smaller table", got, _PLAINER)
            if any(cells):
                lines.append(line)
                records.append(cells)
            line = skip + reader.line_num + 1
    except csv.Error as error:
        raise _damaged(path, line, error) from None
    return lines, records, not any(cells)


def _lines(path: Path, stream: io.StringIO) -> Iterator[str]:
    """The lines of a text, refused if one is longer than any table's: its cells alone would take
    all memory."""
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            got = f"a line of more than {_LONGEST_LINE:,} characters"
            raise SourceError(path, "must be lines of cells", got, sheets.DOWNLOAD_AGAIN)
        yield line


def _damaged(path: Path, line: int, error: csv.Error) -> SourceError:
    if "unexpected end" in str(error):
        got = f"a quotation mark opened on line {line} that never closes: the file is cut short"
        return sheets.cut_short(path, got)
    got = f"{error} on line {line}"
    return SourceError(path, "must be comma-separated text", got, sheets.DOWNLOAD_AGAIN)


def _dialect(text: str) -> tuple[str, int]:
    """The mark between cells, and how many lines say so before the table (`sep=;`: one)."""
    start = text[: sheets.HEAD_BYTES]
    if said := _SAYS_DELIMITER.fullmatch(start.split("\n", 1)[0] + "\n"):
        return said[1], 1
    return max(_DELIMITERS, key=lambda mark: _evenness(start, mark)), 0


def _evenness(text: str, delimiter: str) -> int:
    """Cells beyond the first in the first records, counted where records are equally wide: a
    comma in the words of a title or a note does not make a table."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(record) for record in itertools.islice(reader, _LINES_TRIED))
    except csv.Error:
        return 0
    return max(((width - 1) * many for width, many in widths.items()), default=0)
