"""Accessible tables: a caption, scoped headers, units in the headers, no empty cell."""

import re
from dataclasses import dataclass, replace

from cyp_analysis.present import words
from cyp_analysis.present.markup import Block, Html, escape, joined, paragraph, tag

EMPTY = "–"


@dataclass(frozen=True)
class Column:
    """One column: its header, and whether its cells are numbers or the header of their row."""

    header: str
    numeric: bool = False
    heads_row: bool = False


@dataclass(frozen=True)
class Table:
    """A table as it is shown: every cell is text or Html; `marked` rows are the area's own."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    source: str = ""
    marked: frozenset[int] = frozenset()

    def without_silent_columns(self, silent: frozenset[str]) -> "Table":
        """The same without columns whose every cell is one of some words that say nothing."""
        places = range(len(self.columns))
        kept = [n for n in places if any(row[n] not in silent for row in self.rows)]
        rows = tuple(tuple(row[n] for n in kept) for row in self.rows)
        return replace(self, columns=tuple(self.columns[n] for n in kept), rows=rows)

    @property
    def all_notes(self) -> tuple[str, ...]:
        """The notes, and what the shorthand in the cells means."""
        return (
            *self.notes,
            *filter(None, [words.shorthand_note([c for r in self.rows for c in r])]),
        )


def render(table: Table, caption_id: str) -> Html:
    """The scrolling region with the table in it; `caption_id` must be unique on the page."""
    head = tag("tr", joined(*(_head(column) for column in table.columns)))
    body = joined(*(_row(table, number) for number in range(len(table.rows))))
    inner = joined(
        tag("caption", table.caption, id=caption_id), tag("thead", head), tag("tbody", body)
    )
    return tag(
        "div",
        tag("table", inner, class_="data"),
        class_="table-scroll",
        role="region",
        tabindex="0",
        aria_labelledby=caption_id,
    )


def block(table: Table, caption_id: str) -> Block:
    """The table with its notes and source under it."""
    notes = [paragraph(note, "note") for note in table.all_notes]
    source = paragraph(table.source, "source")
    return Block(joined(render(table, caption_id), *notes, source), plain(table))


def plain(table: Table) -> str:
    """The table as text: cells apart by " | "."""
    lines = [table.caption, " | ".join(column.header for column in table.columns)]
    lines += [" | ".join(_bare(cell) for cell in row) for row in table.rows]
    return "\n".join([*lines, *table.all_notes, *filter(None, [_bare(table.source)])])


def _bare(cell: str) -> str:
    if not isinstance(cell, Html):
        return cell
    text = re.sub(r"<[^>]+>", "", cell)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
        text = text.replace(entity, character)
    return text.replace("&amp;", "&")


def _head(column: Column) -> Html:
    return tag("th", column.header, scope="col", class_="num" if column.numeric else "")


def _row(table: Table, number: int) -> Html:
    cells = zip(table.columns, table.rows[number], strict=True)
    marked = "selected" if number in table.marked else ""
    return tag("tr", joined(*(_cell(column, cell) for column, cell in cells)), class_=marked)


def _cell(column: Column, cell: str) -> Html:
    content = Html(escape(cell)) if cell else Html(EMPTY)
    if column.heads_row:
        return tag("th", content, scope="row")
    return tag("td", content, class_="num" if column.numeric else "")
