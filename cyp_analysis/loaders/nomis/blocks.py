"""Pages that Nomis makes of a query (workbook or CSV) → blocks, one for each table on the page.

Below a title and a line `… [from Nomis on 16 June 2026]` stand the choices that hold for the whole
block (`gender`, `Total`), a header, rows, and notes; then the next block begins.
"""

import re
from dataclasses import dataclass, field

from cyp_analysis.loaders.formats.sheets import Sheet
from cyp_analysis.loaders.layout import CUT_OFF

CROWN = re.compile(r"\bfrom nomis\b", re.IGNORECASE)
MNEMONIC = "mnemonic"
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+%?")
# What a second line of the header says of the columns below a category.
PARTS = {
    **dict.fromkeys(["number", "value", "count", "numerator"], "count"),
    **dict.fromkeys(["%", "percent", "percentage", "rate", "variable"], "value"),
    **dict.fromkeys(["denominator"], "denominator"),
    **dict.fromkeys(["conf", "confidence", "conf %", "conf ±"], "margin"),
}


@dataclass(frozen=True)
class Block:
    """`fixed`: choices that hold for all cells; `head`: names of the columns, the first being what
    the rows are; `parts`: count, value … of each column; `rows`: (line, cells)."""

    title: str
    line: int
    fixed: dict[str, str]
    head: list[str]
    parts: list[str]
    rows: list[tuple[int, list[str]]]
    problems: list[tuple[int, str]] = field(default_factory=list)


def blocks(sheet: Sheet) -> list[Block]:
    """All blocks of a sheet in their order; [] for a sheet that is no such page."""
    records = [[cell.strip() for cell in record] for record in sheet.records]
    lines = list(sheet.lines)
    cut = [(lines[-1], CUT_OFF)] if sheet.unfinished and records else []
    if cut:
        records, lines = records[:-1], lines[:-1]
    crowns = [at for at, record in enumerate(records) if CROWN.search(record[0])]
    # Directly above stands the title; a blank line there means that it is lost.
    starts = [at - (at > 0 and lines[at] - lines[at - 1] == 1) for at in crowns]
    ends = [*starts[1:], len(records)]
    found = [_block(records[a:b], lines[a:b]) for a, b in zip(starts, ends, strict=False)]
    kept = [block for block in found if block is not None]
    for each in kept[-1:]:
        each.problems.extend(cut)
    return kept


def _block(records: list[list[str]], lines: list[int]) -> Block | None:
    below = 2 if CROWN.search(records[min(1, len(records) - 1)][0]) else 1
    title = records[0][0] if below == 2 else ""
    groups = _groups(records[below:], lines[below:])
    fixed: dict[str, str] = {}
    while len(groups) > 1 and _is_fixed(groups[0]):
        fixed |= {_name(record[0]): record[1] for _, record in groups.pop(0)}
    body = [entry for group in groups for entry in group]
    if not body:
        return None
    header = body[0][1]
    width = max(place for place, cell in enumerate(header, start=1) if cell)
    head, parts, rest = _head(header[:width], body[1:])
    rows, problems = _rows(rest, len(head))
    return Block(title, lines[0], fixed, head, parts, rows, problems)


def _groups(records: list[list[str]], lines: list[int]) -> list[list[tuple[int, list[str]]]]:
    """Records that no blank line parts, with their lines."""
    groups: list[list] = []
    for line, record in zip(lines, records, strict=True):
        if not groups or line - groups[-1][-1][0] > 1:
            groups.append([])
        groups[-1].append((line, record))
    return groups


def _is_fixed(group: list[tuple[int, list[str]]]) -> bool:
    """Whether a group is of choices: two cells each, none of them a row of figures."""
    pairs = all(len([c for c in r if c]) <= 2 and r[0] and any(r[1:2]) for _, r in group)
    named = not any(_NUMBER.fullmatch(r[0]) for _, r in group)
    figures = sum(bool(_NUMBER.fullmatch(r[1])) for _, r in group if len(r) > 1)
    return pairs and named and figures <= 1


def _name(cell: str) -> str:
    return " ".join(cell.rstrip(" :").split())


def _head(header: list[str], rest: list) -> tuple[list[str], list[str], list]:
    """Names of columns and their parts; a second line of `number`, `%` is taken off the rows."""
    second = [cell.casefold() for cell in rest[0][1]] if rest else []
    words = [cell for cell in second if cell]
    if second and not second[0] and words and all(w in PARTS or w == "flags" for w in words):
        width = max(len(header), max(i for i, c in enumerate(second, start=1) if c))
        names = _filled((header + [""] * width)[:width])
        second = (second + [""] * width)[:width]
        return names, [PARTS.get(cell, "") for cell in second], rest[1:]
    if rest and rest[0][1][0] == "" and MNEMONIC in second:
        return header, ["count"] * len(header), rest  # codes below the names of areas
    return header, ["count"] * len(header), rest


def _filled(names: list[str]) -> list[str]:
    """A category stands over its first column only."""
    filled, last = [], ""
    for place, name in enumerate(names):
        last = name or last
        filled.append(name if place == 0 else last)
    return filled


def _rows(rest: list[tuple[int, list[str]]], width: int) -> tuple[list, list]:
    """Rows of figures until the notes; (line, what is wrong) for those too short or too long, and
    for figures that stand below the notes, whose title is lost."""
    rows, problems = [], []
    for place, (line, record) in enumerate(rest):
        if not any(record[1:]):
            if _is_note(record[0]):
                lost = [at for at, below in rest[place:] if any(below[1:])]
                why = f"left out: {len(lost)} lines below the notes, whose title is not there"
                problems += [(lost[0], why)] if lost else []
                break
        elif len(record) < width or any(record[width:]):
            filled = len(record)
            problems.append((line, f"left out: {filled} cells where the header has {width}"))
        else:
            rows.append((line, record[:width]))
    return rows, problems


def _is_note(text: str) -> bool:
    """Notes end a block; a row of an area without figures does not."""
    return len(text) > 40 or not re.search(r"[EWSNK][0-9]{8}", text)
