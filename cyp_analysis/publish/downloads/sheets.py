"""Tables as a workbook holds them: one header row, numbers as numbers, no empty cell."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cyp_analysis.present import tables
from cyp_analysis.present.rounding import MINUS
from cyp_analysis.present.shown import INTERVAL, NO_BENCHMARK, NO_COUNT, NO_INTERVAL
from cyp_analysis.publish.markup import Element, parse

Cell = str | int | float
AGE_LINE = "age-line"
NOTHING = "[z]"  # what a cell says to which nothing applies
# What the page says in words where a column holds numbers, as shorthand.
SHORTHAND = {NO_COUNT: "[x]", NO_INTERVAL: "[z]", NO_BENCHMARK: "[z]", tables.EMPTY: "[z]"}
_NUMBER = re.compile(rf"[{MINUS}-]?\d[\d,]*(\.\d+)?")
_LIMITS = re.compile(r"(\S+) to (\S+)")
_PERCENT = re.compile(rf"{_NUMBER.pattern}%")
BENCHMARK = "Benchmark"  # of a summary table: a place and its figure in one cell
_PLACED = re.compile(rf"(\S.*) ({_NUMBER.pattern}%?)")
_LETTERS = re.compile(r"\[[a-z]+\]")


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook: `numeric` says of each column whether it holds numbers, and
    `decimals` how many they show (None: as they come)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[bool, ...]
    decimals: tuple[int | None, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    name: str = ""  # of the tab; Table 1, Table 2 … where none is given


def of_table(table: tables.Table) -> Sheet:
    """A table of the page as a sheet."""
    rows = [[_plain(cell) for cell in row] for row in table.rows]
    numeric = [column.numeric for column in table.columns]
    made = from_text(table.caption, [c.header for c in table.columns], rows, numeric)
    return replace(made, notes=table.all_notes, source=table.source)


def of_page(html: str) -> list[Sheet]:
    """Each table of a page's HTML as a sheet, with the notes and source around it, in order."""
    body = parse(html)
    found = []
    for parent, place, figure in _tables(body):
        made = _of_element(parent.children[place])
        notes, source = _around(parent, place)
        if figure is not None:
            notes, source = _said_in(figure)
        if made.rows and made.columns:
            found.append(replace(made, notes=notes, source=source))
    return found


def _tables(
    element: Element, figure: Element | None = None
) -> Iterator[tuple[Element, int, Element | None]]:
    """Where the scrolling region of each table stands: its parent, its place there, and the figure
    whose data it holds, if it is one's."""
    for place, child in enumerate(element.children):
        if not isinstance(child, Element):
            continue
        if child.has_class("table-scroll"):
            yield element, place, figure
        else:
            yield from _tables(child, child if child.tag == "figure" else figure)


def _said_in(figure: Element) -> tuple[tuple[str, ...], str]:
    """The notes and the source line of a figure."""
    notes = [p.text() for p in figure.find("p") if p.has_class("note")]
    return (*notes, *_ages(figure)), " ".join(
        p.text() for p in figure.find("p") if p.has_class("source")
    )


def _of_element(region: Element) -> Sheet:
    caption = " ".join(part.text() for part in region.find("caption"))
    lines = [[c for c in row.walk() if c.tag in ("th", "td")] for row in region.find("tr")]
    if not lines:
        return Sheet(caption, (), (), ())
    head, body = lines[0], lines[1:]
    rows = [[cell.text() for cell in line] for line in body if len(line) == len(head)]
    numeric = [cell.has_class("num") for cell in head]
    return from_text(caption, [cell.text() for cell in head], rows, numeric)


def _around(parent: Element, place: int) -> tuple[tuple[str, ...], str]:
    """Notes and source that follow a table at once: until the next table or other block."""
    notes, source = [], ""
    for child in parent.children[place + 1 :]:
        if isinstance(child, str) and not child.strip():
            continue
        if not isinstance(child, Element) or child.tag != "p":
            break
        if child.has_class("note"):
            notes.append(child.text())
        elif child.has_class("source"):
            source = child.text()
        elif child.has_class(AGE_LINE):
            notes += _ages(child)
        else:
            break
    return tuple(notes), source


def _ages(element: Element) -> list[str]:
    """How old the figures are, in the words of the badges inside."""
    return [badge.text() for badge in element.walk() if badge.has_class("age")]


def _plain(cell: str) -> str:
    return parse(tables.escape(cell)).text()


def from_text(
    title: str, headers: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[bool]
) -> Sheet:
    """A sheet from cells of text: numbers are read where a column holds them, intervals become
    two columns, and an empty cell says that nothing applies."""
    columns = list(zip(*rows, strict=True)) or [() for _ in headers]
    made = []
    for header, cells, is_number in zip(headers, columns, numeric, strict=True):
        made += _columns(header, cells, is_number)
    headers = unique([header for header, _, _, _ in made])
    body = tuple(zip(*(cells for _, cells, _, _ in made), strict=True)) if made else ()
    kinds, places = tuple(n for _, _, n, _ in made), tuple(d for _, _, _, d in made)
    return Sheet(title, tuple(headers), body, kinds, places)


def _columns(header: str, cells: Sequence[str], numeric: bool) -> list[tuple]:
    """(header, cells, numeric, decimals) of one column, or of two where it holds intervals."""
    if not numeric:
        return [(header, [cell or NOTHING for cell in cells], False, None)]
    short = [SHORTHAND.get(cell or tables.EMPTY, cell) for cell in cells]
    if header == INTERVAL and all(_LIMITS.fullmatch(c) or _LETTERS.fullmatch(c) for c in short):
        pairs = [_LIMITS.fullmatch(cell) for cell in short]
        both = zip(short, pairs, strict=True)
        lower, upper = zip(*((p[1], p[2]) if p else (c, c) for c, p in both), strict=True)
        return [
            (f"{header}: {end}", *_numbers(limits))
            for end, limits in (("lower", lower), ("upper", upper))
        ]
    if header == BENCHMARK and all(_PLACED.fullmatch(c) or _LETTERS.fullmatch(c) for c in short):
        found = [_PLACED.fullmatch(cell) for cell in short]
        values = [f[2].removesuffix("%") if f else c for f, c in zip(found, short, strict=True)]
        places = [f[1] if f else c for f, c in zip(found, short, strict=True)]
        return [("Benchmark area", places, False, None), ("Benchmark value", *_numbers(values))]
    if short and all(_PERCENT.fullmatch(c) or _LETTERS.fullmatch(c) for c in short):
        return [(f"{header} (%)", *_numbers([c.removesuffix("%") for c in short]))]
    return [(header, *_numbers(short))]


def _numbers(cells: Sequence[str]) -> tuple[list[Cell], bool, int | None]:
    """The cells with numbers as such; whether all are; the decimals that all of them have."""
    read = [number(cell) for cell in cells]
    texts = [c for c, r in zip(cells, read, strict=True) if isinstance(r, str)]
    decimals = {len(c.partition(".")[2]) for c, r in zip(cells, read, strict=True) if r != c}
    only_numbers = all(_LETTERS.fullmatch(text) for text in texts)
    return read, only_numbers, decimals.pop() if len(decimals) == 1 else None


def number(cell: str) -> Cell:
    """The number that a cell shows, else the cell: "−1,234.5" → -1234.5."""
    if not _NUMBER.fullmatch(cell):
        return cell
    plain = cell.replace(",", "").replace(MINUS, "-")
    return float(plain) if "." in plain else int(plain)


def unique(headers: Sequence[str]) -> list[str]:
    """Headers told apart, as a marked table needs: a second "Value" is "Value (2)"."""
    taken: dict[str, int] = {}
    told = []
    for header in headers:
        key = (header or "Column").casefold()
        taken[key] = taken.get(key, 0) + 1
        told.append((header or "Column") + (f" ({taken[key]})" if taken[key] > 1 else ""))
    return told
