"""Accessible workbooks, laid out by gptables: cover, contents, notes, then one table a sheet."""

import re
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import pandas as pd

from cyp_analysis.present import words
from cyp_analysis.publish.downloads.safe_text import neutral
from cyp_analysis.publish.downloads.sheets import Cell, Sheet

COVER, CONTENTS, NOTES = "Cover", "Contents", "Notes"
ONE_TABLE = "This worksheet contains one table."
WIDEST, NARROWEST = 50, 10
A4 = 9  # as xlsxwriter numbers paper
SIGNS = {"%": "per cent", "£": "pounds"}
_ASCII = re.compile(r"[a-zA-Z0-9]")
# Text is text: nothing is taken for a formula, an address or a number.
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,  # without a temporary file for each part
}


@dataclass(frozen=True)
class Book:
    """What a workbook says of itself; each of `intro`, `about` and `notes` is a list of lines."""

    title: str
    author: str
    created: date
    intro: tuple[str, ...]
    about: tuple[str, ...]
    notes: tuple[str, ...]


def write_workbook(path: Path, book: Book, sheets: Sequence[Sheet]) -> Path:
    """Write the workbook; sheets without rows are left out."""
    gptables = _gptables()
    shown = [sheet for sheet in sheets if sheet.rows]
    names = tab_names(shown)
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # gptables builds its table of formats in a way that pandas will refuse one day.
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)
        made = gptables.GPWorkbook(path.as_posix(), _OPTIONS)
        _add_properties(made, book)
        tables = {n: _gptable(gptables, s, n) for n, s in zip(names, shown, strict=True)}
        cover = made.add_worksheet(COVER)
        cover.write_cover(_cover(gptables, book))
        _add(made, CONTENTS, _contents(gptables, names, shown), [20, 80])
        _add(made, NOTES, _notes(gptables, book.notes), [14, 90])
        for (name, table), sheet in zip(tables.items(), shown, strict=True):
            _add(made, name, table, widths(sheet))
        cover.activate()
        _close(made)
    return with_language(path)


def _close(made) -> None:
    from xlsxwriter.exceptions import FileCreateError

    try:
        made.close()
    except FileCreateError as error:
        # It wraps what the system says of a full disk, which is told as of any other file.
        held = error.args[0] if error.args else error
        raise held if isinstance(held, OSError) else OSError(str(error)) from None


def with_language(path: Path, language: str = "en-GB") -> Path:
    """Set the language of the document, which xlsxwriter has no property for."""
    with zipfile.ZipFile(path) as whole:
        parts = [(part, whole.read(part)) for part in whole.infolist()]
    said = f"<dc:language>{language}</dc:language></cp:coreProperties>".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        for part, content in parts:
            core = part.filename == "docProps/core.xml"
            told = content.replace(b"</cp:coreProperties>", said) if core else content
            whole.writestr(part, told)
    return path


def _gptables() -> ModuleType:
    with warnings.catch_warnings():
        # It leaves the file of its theme open when it is imported.
        warnings.simplefilter("ignore", ResourceWarning)
        import gptables
    return gptables


def _add(made, name: str, table, column_widths: Sequence[int]) -> None:
    sheet = made.add_worksheet(name)
    sheet.write_gptable(table, False, [])
    for place, width in enumerate(column_widths):
        sheet.set_column(place, place, width)
    # On paper as wide as the page, so that no row is torn apart.
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)


def _add_properties(made, book: Book) -> None:
    day = datetime(book.created.year, book.created.month, book.created.day)
    made.set_properties(
        {"title": book.title, "author": book.author, "subject": book.title, "created": day}
    )


def tab_names(sheets: Sequence[Sheet]) -> list[str]:
    """The names of the tabs: the sheet's own, else Table 1, Table 2 … in order."""
    numbers = iter(range(1, len(sheets) + 1))
    return [sheet.name or f"Table {next(numbers)}" for sheet in sheets]


def _cover(gptables: ModuleType, book: Book):
    return gptables.Cover(
        title=plain(book.title),
        intro=[plain(line) for line in book.intro],
        about=[plain(line) for line in book.about],
        cover_label=COVER,
    )


def _contents(gptables: ModuleType, names: Sequence[str], sheets: Sequence[Sheet]):
    every = [(CONTENTS, "List of the worksheets"), (NOTES, "Shorthand and notes")]
    every += [(name, sheet.title) for name, sheet in zip(names, sheets, strict=True)]
    rows = [({name: f"internal:'{name}'!A1"}, plain(title)) for name, title in every]
    table = pd.DataFrame(rows, columns=["Worksheet", "What it holds"], dtype="object")
    return gptables.GPTable(
        table=table,
        table_name="contents_table",
        title=CONTENTS,
        instructions=ONE_TABLE,
        index_columns={},
    )


def _notes(gptables: ModuleType, notes: Sequence[str]):
    rows = [(f"[{letter}]", f"{meaning}.") for letter, meaning in words.MEANINGS.items()]
    rows += [(f"note {number}", plain(text)) for number, text in enumerate(notes, 1)]
    table = pd.DataFrame(rows, columns=["Mark", "What it means"], dtype="object")
    return gptables.GPTable(
        table=table,
        table_name="notes_table",
        title="Notes",
        instructions=f"{ONE_TABLE} Marks in square brackets stand in place of a number.",
        index_columns={},
    )


def _gptable(gptables: ModuleType, sheet: Sheet, name: str):
    table = pd.DataFrame(
        [[written(cell) for cell in row] for row in sheet.rows],
        columns=[plain(header) for header in sheet.columns],
        dtype="object",
    )
    return gptables.GPTable(
        table=table,
        table_name=re.sub(r"\W+", "_", f"data {name}").lower(),
        title=plain(sheet.title),
        instructions=_instructions(sheet),
        source=plain(sheet.source) if sheet.source else None,
        legend=[plain(note) for note in sheet.notes],
        index_columns={},
        additional_formatting=_formats(sheet),
    )


def _instructions(sheet: Sheet) -> str:
    used = any(isinstance(cell, str) and "[" in cell for row in sheet.rows for cell in row)
    marks = " Marks in square brackets are explained on the notes worksheet." if used else ""
    return ONE_TABLE + marks


def _formats(sheet: Sheet) -> list[dict]:
    """Numbers to the right, with thousands commas and, where all share them, their decimals."""
    every = zip(sheet.numeric, sheet.decimals, strict=True)
    found = []
    for place, (numeric, decimals) in enumerate(every):
        if not numeric:
            continue
        shown = {"align": "right"}
        if decimals is not None:
            shown["num_format"] = "#,##0" + ("." + "0" * decimals if decimals else "")
        found.append({"column": {"columns": [place], "format": shown, "include_names": True}})
    return found


def written(cell: Cell) -> Cell:
    """A cell as it is written: numbers as they are, text made safe."""
    return plain(cell) if isinstance(cell, str) else cell


def plain(text: str) -> str:
    """Text that neither a spreadsheet nor gptables takes for something else: a formula, a link in
    Markdown, a reference to a note, or a cell of signs only."""
    shown = SIGNS.get(text, neutral(text.replace("](", "] (").replace("$$", "$ $")))
    return shown if _ASCII.search(shown) else f"{shown} (as printed)".strip()


def widths(sheet: Sheet) -> list[int]:
    """Width of each column in characters: that of its longest cell, within bounds."""
    longest = []
    for place, header in enumerate(sheet.columns):
        word = max(map(len, header.split()), default=0)
        cells = [len(str(row[place])) for row in sheet.rows]
        longest.append(max([word, min(len(header), 18), *cells]))
    return [min(max(width + 3, NARROWEST), WIDEST) for width in longest]
