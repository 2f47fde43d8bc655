"""Where a table ends: notes below the last record are told apart from a record that was cut."""

import re
from pathlib import Path

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.formats.sheets import Sheet

CUT_OFF = (
    "left out: the last line has no line end, so the file may be cut off; "
    "add a line end if it is whole"
)
_NOTE = re.compile(
    r"\W{0,3}(sources?|(foot)?notes?|key|symbols?|contact|licen[cs]e|copyright|crown copyright|"
    r"\(c\) crown|ons crown|last updated|released?|published|end of (table|worksheet|file)|"
    r"this (table|worksheet|file|data)|in order to protect|these (figures|data)|"
    r"statistical disclosure|for (further|more) information)\b[^,;\t|]{0,3}([:.\]\s]|$)|"
    r"\[?(note ?\d+|[a-z])\][ :]|\(?\d{1,2}[.)] +[A-Z][a-z]|\* |\u00a9",
    re.IGNORECASE,
)
_WORDS = 3
_SHOWN = 80


def end_of_table(path: Path, sheet: Sheet, at: int, width: int) -> tuple[int, list]:
    """The place after the last record of a table whose header stands at `at`, and (line, what
    was left below it). SourceError if its last record is cut short."""
    records, lines = sheet.records, sheet.lines
    end = len(records)
    while end > at + 1 and _is_note(records[end - 1], width, whole=end < len(records)):
        end -= 1
    if end < len(records) and sheet.unfinished and not _says_note(records[len(records) - 1]):
        end = len(records)
    told = []
    if end < len(records):
        words = next(cell for cell in records[end] if cell)[:_SHOWN]
        told = [(int(lines[end]), f"notes below the table, from this line on: {words}")]
    elif sheet.unfinished and end > at + 1:
        _refuse_cut_short(path, records[end - 1], lines[end - 1], width)
        # Only a part of its last cell may be there: 627 of 62,744.
        return end - 1, [(int(lines[end - 1]), CUT_OFF)]
    if end > at + 1:
        _refuse_cut_short(path, records[end - 1], lines[end - 1], width)
    return end, told


def _is_note(record: list[str], width: int, *, whole: bool) -> bool:
    """Whether a record below a table is a note on it: it says so, or it is one cell of words."""
    filled = [cell for cell in record if cell]
    if len(filled) == 1 and record[0]:
        words = width > 2 and len(record[0].split()) >= _WORDS
        return words or _says_note(record) or (whole and width > 2 and len(record) == 1)
    return len(record) < width and _says_note(record)


def _says_note(record: list[str]) -> bool:
    return bool(_NOTE.match(record[0]))


def _refuse_cut_short(path: Path, record: list[str], line: int, width: int) -> None:
    if len(record) < width:
        got = f"a last record (line {line}) of {len(record)} cells; header has {width}"
        action = "The file is cut short: download it again from its publisher."
        raise SourceError(path, "must be complete", got, action)
