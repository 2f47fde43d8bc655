"""Rules of tables and verdicts: a caption, headers that say what is below, words with signs."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from cyp_analysis.publish.lint.sheet import Sheet, short
from cyp_analysis.publish.markup import Element

# A header that says a number is below it but not of what; the unit must then stand elsewhere.
_BARE = re.compile(r"(?:its )?(?:value|rate|figure|amount|measure|estimate)", re.IGNORECASE)
_NUMERIC = re.compile(r"[-−+£]?\d[\d,]*(?:\.\d+)?\s*%?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_FIGURE = re.compile(r"|[–-]|\[\w+\]|no figure|not ranked")
_WITH_UNIT = re.compile(r"[A-Za-z%£]")
_UNIT_WORDS = re.compile(r"\bper\b|%|£|\bnumber\b|\bpercentage|\bshare\b|\bpoints\b", re.IGNORECASE)
_VERDICT_CLASS = "verdict"


def table_faults(sheet: Sheet) -> list[str]:
    """Every table has a caption and headers with a scope, none of them empty."""
    faults = []
    for table in sheet.find("table"):
        caption = " ".join(caption.text() for caption in table.find("caption"))
        faults += [] if caption else ["a table without a caption"]
        name = f"table “{caption}”"
        for header in table.find("th"):
            faults += [] if header.text() else [f"{name} has an empty header"]
            faults += [] if "scope" in header.attributes else [f"{name} has a header without scope"]
    return faults


def layout_faults(sheet: Sheet) -> list[str]:
    """As many cells in a row as headers, none merged or left blank, one header row."""
    faults = []
    for table in sheet.find("table"):
        name = f"table “{_caption(table)}”"
        rows = [_cells(row) for row in table.find("tr")]
        faults += [f"{name} has rows of different lengths"] if len(set(map(len, rows))) > 1 else []
        merged = [c for r in rows for c in r if {"rowspan", "colspan"} & c.attributes.keys()]
        faults += [f"{name} has merged cells"] if merged else []
        blank = [c for r in rows for c in r if c.tag == "td" and not _shown(c)]
        faults += [f"{name} has {len(blank)} blank cells"] if blank else []
        heads = [head for head in table.find("thead") if len(head.find("tr")) != 1]
        faults += [f"{name} has {len(heads[0].find('tr'))} header rows"] if heads else []
    return faults


def unit_faults(sheet: Sheet) -> list[str]:
    """A column of numbers says what they are numbers of, and is set to the right."""
    faults = []
    for table in sheet.find("table"):
        name = f"table “{_caption(table)}”"
        for header, cells in _columns(table):
            texts = [cell.text() for cell in cells]
            given = [text for text in texts if not _NO_FIGURE.fullmatch(text)]
            numbers = [t for t in given if _NUMERIC.fullmatch(t) and not _YEAR.fullmatch(t)]
            if len(numbers) < max(len(given), 1):
                continue
            if not all(cell.has_class("num") for cell in cells if cell.tag == "td"):
                faults.append(f"{name}: numbers under “{header.text()}” are not set to the right")
            if _BARE.fullmatch(header.text()) and not _unit_elsewhere(table, texts):
                faults.append(f"{name}: “{header.text()}” names no unit")
    return faults


def scroller_faults(sheet: Sheet) -> list[str]:
    """What scrolls sideways takes the keyboard and has a role and a name."""
    faults = []
    for region in sheet.classed("table-scroll"):
        given = region.attributes
        named = given.get("aria-labelledby") or given.get("aria-label")
        if given.get("tabindex") != "0" or given.get("role") != "region" or not named:
            caption = short(" ".join(c.text() for c in region.find("caption")))
            faults.append(f"the scroller of “{caption}” lacks a name, a role or a keyboard stop")
    inside = {id(e) for region in sheet.classed("table-scroll") for e in region.find("table")}
    loose = [table for table in sheet.find("table") if id(table) not in inside]
    return faults + [f"table “{_caption(t)}” stands in no scroller" for t in loose]


def verdict_faults(sheet: Sheet) -> list[str]:
    """A verdict is a word and a symbol, so that no one needs its colour."""
    faults = []
    for verdict in sheet.classed(_VERDICT_CLASS):
        symbols = [e for e in verdict.walk() if e.has_class("symbol")]
        if not verdict.text(without_class="symbol"):
            faults.append(f"a verdict without a word: {verdict.attributes['class']}")
        if not any("".join(map(str, e.children)).strip() for e in symbols):
            faults.append(f"the verdict “{short(verdict.text())}” has no symbol")
    return faults


def _caption(table: Element) -> str:
    return short(" ".join(caption.text() for caption in table.find("caption")))


def _cells(row: Element) -> list[Element]:
    return [c for c in row.children if isinstance(c, Element) and c.tag in ("th", "td")]


def _shown(cell: Element) -> bool:
    pictures = [svg for svg in cell.find("svg", "img")]
    return bool(pictures or cell.text() or any(e.has_class("symbol") for e in cell.walk()))


def _columns(table: Element) -> Iterator[tuple[Element, list[Element]]]:
    """Each header of the first row with the cells below it."""
    rows = [cells for cells in map(_cells, table.find("tr")) if cells]
    for column in zip_longest(*rows):
        header, *cells = column
        if header is not None and header.tag == "th":
            yield header, [cell for cell in cells if cell is not None]


def _unit_elsewhere(table: Element, texts: list[str]) -> bool:
    """Whether the cells, another column, the caption or the header of every row say the unit."""
    headers = [header.text().lower() for header in table.find("th")]
    in_cells = any(_WITH_UNIT.search(t) for t in texts if _NUMERIC.match(t))
    in_column = any("unit" in header for header in headers)
    rows = [header.text() for header in table.find("th") if header.attributes.get("scope") == "row"]
    in_rows = bool(rows) and all(_UNIT_WORDS.search(text) for text in rows)
    return in_cells or in_column or in_rows or bool(_UNIT_WORDS.search(_caption(table)))
