"""Accessible tables: a caption, scoped headers, units in the headers, no empty cell."""

import re
from dataclasses import dataclass, replace

from cyp_analysis.present import choosing, provenance, words
from cyp_analysis.present.choosing import Choice
from cyp_analysis.present.markup import Block, Html, escape, joined, tag

EMPTY = "–"
_NUMBER = re.compile(r"(\D*?)(\d[\d,]*(?:\.\d+)?)\s*(million|thousand|billion|bn|[mk])?\b")
_TIMES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9}


@dataclass(frozen=True)
class Column:
    """One column: its header, and whether its cells are numbers or the header of their row."""

    header: str
    numeric: bool = False
    heads_row: bool = False


@dataclass(frozen=True)
class Table:
    """A table as it is shown: every cell is text or Html; `marked` rows are the area's own;
    `choice` is what else a reader may have some columns say."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    source: str = ""
    marked: frozenset[int] = frozenset()
    choice: Choice | None = None

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


def render(table: Table, caption_id: str, note_ids: str = "") -> Html:
    """The scrolling region with the table in it; `caption_id` must be unique on the page, and
    `note_ids` are those of its notes."""
    choice = _fitting(table)
    head = tag("tr", joined(*(_head(column, choice) for column in table.columns)))
    body = joined(*(_row(table, number, choice) for number in range(len(table.rows))))
    caption = tag("caption", table.caption, id=caption_id)
    inner = joined(caption, tag("thead", head), tag("tbody", body))
    region = tag(
        "div",
        joined(
            tag(
                "table",
                inner,
                class_="data",
                id=f"{caption_id}-table" if choice else "",
                aria_describedby=note_ids,
            ),
            choosing.contents(choice) if choice else "",
        ),
        class_="table-scroll",
        role="region",
        tabindex="0",
        aria_labelledby=caption_id,
    )
    return joined(choosing.control(choice, caption_id, table.caption), region) if choice else region


def _fitting(table: Table) -> Choice | None:
    """The table's choice, unless a column that it changes is not shown."""
    shown = {column.header for column in table.columns}
    return table.choice if table.choice and set(table.choice.columns) <= shown else None


def block(table: Table, caption_id: str) -> Block:
    """The table with its notes and source under it, how old it is and its address."""
    notes, ids = noted(table, caption_id)
    under = provenance.under(table.source, "table", table.caption, caption_id)
    return Block(joined(render(table, caption_id, ids), notes, under), plain(table))


def noted(table: Table, base: str) -> tuple[Html, str]:
    """The notes, and their ids, by which what they explain names them."""
    named = {f"{base}-note{n}": note for n, note in enumerate(table.all_notes, 1) if note}
    html = joined(*(tag("p", note, class_="note", id=name) for name, note in named.items()))
    return html, " ".join(named)


def plain(table: Table) -> str:
    """The table as text: cells apart by " | "."""
    lines = [table.caption, " | ".join(column.header for column in table.columns)]
    lines += [" | ".join(_bare(cell) for cell in row) for row in table.rows]
    return "\n".join([*lines, *map(_bare, table.all_notes), *filter(None, [_bare(table.source)])])


def _bare(cell: str) -> str:
    if not isinstance(cell, Html):
        return cell
    text = re.sub(r"<[^>]+>", "", cell)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
        text = text.replace(entity, character)
    return text.replace("&amp;", "&")


def _head(column: Column, choice: Choice | None) -> Html:
    marks = choosing.header_marks(choice, column.header) if choice else {}
    class_ = " ".join(filter(None, ["num" if column.numeric else "", marks.pop("class_", "")]))
    return tag("th", column.header, scope="col", class_=class_, **marks)


def _row(table: Table, number: int, choice: Choice | None) -> Html:
    each = zip(table.columns, table.rows[number], strict=True)
    folded = choice.folded if choice else ()
    cells = joined(*(_cell(column, cell, column.header in folded) for column, cell in each))
    marked = "selected" if number in table.marked else ""
    return tag("tr", cells, class_=marked, data_choices=choice.codes[number] if choice else "")


def _cell(column: Column, cell: str, folded: bool) -> Html:
    content = Html(escape(cell)) if cell else Html(EMPTY)
    if column.heads_row:
        return tag("th", content, scope="row")
    class_ = " ".join(["num"] * column.numeric + ["folded"] * folded)
    return tag("td", content, class_=class_, data_sort=sort_key(cell) if column.numeric else "")


def sort_key(cell: str) -> str:
    """The number that a cell of numbers is sorted by, where its text does not begin with it:
    "about 120" → "120", "£1.2 million" → "1200000"; empty where it does, or has none."""
    found = _NUMBER.match(_bare(cell))
    if not found or (found[1] in ("", "£", "−", "-", "+") and not found[3]):
        return ""
    number = float(found[2].replace(",", "")) * _TIMES.get(found[3] or "", 1)
    negative = found[1].replace("£", "").endswith(("−", "-"))
    return f"{'-' if negative else ''}{number:.10g}"
