"""Nomis, the page that a query makes, saved as workbook or CSV: blocks below one another.

Rows and columns of a block may be areas, dates or any dimension; what is neither stands above the
block. Areas are named by code (`E01000000 : Town 001A`, `mnemonic`) or by name.
"""

from collections import Counter
from fnmatch import fnmatch
from math import prod
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import files, recognise, selection
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.nomis import api as nomis_api
from cyp_analysis.loaders.nomis.blocks import MNEMONIC, Block, blocks
from cyp_analysis.loaders.ons import ages as ons_ages
from cyp_analysis.loaders.ons import dimensions as ons_dimensions
from cyp_analysis.loaders.ons import places as ons_places
from cyp_analysis.loaders.table import SEX, CountTable, Draft, count_table, problem_table
from cyp_analysis.periods import parse_all

AREA_WORDS = ("area", "geography", "local authorit", "super output area", "output area", "ward",
    "region", "countr", "constituenc", "county", "counties", "district", "place")  # fmt: skip
DATE_WORDS = ("date", "time", "year", "period", "mid-year")
UNITS = ("population", "units", "measures", "measure", "rural urban", "area type", "item name")
_FRAME = ["source_row", "area", "period_text", "text", "part"]


def read_workbook(path: Path, source: Source | None = None) -> CountTable:
    """A page of Nomis → count table: every block of every sheet, the measure named by its title
    or by the passport.

    SourceError if no block has areas or dates.
    """
    source = source or recognise.recognise_known(path, "nomis_workbook")
    measures = selection.measures(source, ("title",))
    found = [block for sheet in files.read_sheets(path) for block in blocks(sheet)]
    lost = [
        (block.line, "left out: a table without its title") for block in found if not block.title
    ]
    by_title: dict[str, list[Block]] = {}
    for block in found:
        if block.title:
            by_title.setdefault(block.title, []).append(block)
    if not by_title:
        action = "Save the page again with its title and the line `from Nomis on`."
        raise SourceError(path, "must have a table below its title", "none", action)
    drafts = [_titled(t, each, measures, path, source) for t, each in by_title.items()]
    rows = pd.concat([draft.rows for draft in drafts], ignore_index=True)
    problems = pd.concat([problem_table(lost), *(d.problems for d in drafts)], ignore_index=True)
    return count_table(Draft(rows, problems), path, source)


def _titled(
    title: str, found: list[Block], measures: dict[str, dict], path: Path, source: Source
) -> Draft:
    """The rows of all blocks of one title."""
    name, spec = next(
        (n, s) for n, s in measures.items() if any(fnmatch(key(title), key(t)) for t in s["title"])
    )
    if spec.get("self_named"):
        name = ons_dimensions.measure_name("" if spec["self_named"] == "title" else name, [title])
    whole, odd = _alike(found)
    rows = pd.concat([_long(block, path) for block in whole], ignore_index=True)
    dimensions = {c: c for c in rows if c not in _FRAME and key(c) not in UNITS}
    days = {str(year): str(day) for year, day in spec.get("days", {}).items()}
    text = rows["period_text"].str.removesuffix(".0")
    codes = ons_places.codes(rows["area"])
    rows = rows.assign(
        measure=name,
        area_code=codes,
        area_name=rows["area"],
        period_text=text.map(lambda year: days.get(year, year)),
        status="",
    )
    problems = [each for block in found for each in block.problems] + odd + _lacking(found)
    draft = ons_places.english(Draft(rows, problem_table(problems)), ["text"])
    return nomis_api.figures(draft, dimensions, spec, source)


def _alike(found: list[Block]) -> tuple[list[Block], list[tuple[int, str]]]:
    """The blocks that state the same choices and have the same header as most; the others cannot
    be told apart (whose figures, of which year?) and are left out."""
    shapes = [(tuple(sorted(block.fixed)), tuple(block.head)) for block in found]
    usual = Counter(shapes).most_common(1)[0][0]
    pairs = list(zip(found, shapes, strict=True))
    why = "left out: a table whose choices or header are not those of the other tables"
    odd = [(block.line, why) for block, shape in pairs if shape != usual]
    return [block for block, shape in pairs if shape == usual], odd


def _lacking(found: list[Block]) -> list[tuple[int, str]]:
    """What shows that blocks or rows are lacking: a page has one block for each combination of
    choices, all with as many rows."""
    choices: dict[str, set[str]] = {}
    for block in found:
        for name, value in block.fixed.items():
            choices.setdefault(name, set()).add(value)
    many = prod(len(values) for values in choices.values())
    told = []
    if len(found) not in (1, many):
        told.append((found[-1].line, f"{len(found)} tables where its choices make {many}"))
    usual = Counter(len(block.rows) for block in found).most_common(1)[0][0]
    short = [block for block in found if len(block.rows) != usual]
    told += [(b.line, f"{len(b.rows)} rows where other tables have {usual}") for b in short]
    return [(line, f"the file may be cut: {why}") for line, why in told]


def _long(block: Block, path: Path) -> pd.DataFrame:
    """One row per cell: source_row, area, period_text, text, part and a column per dimension."""
    head, parts, rows = _without_mnemonics(block)
    if not _are_dates(head[1:]) and all(map(_is_figure, head[1:])):
        action = "The line above the figures is lost: save the page again."
        raise SourceError(path, "must name the columns of a table", ", ".join(head), action)
    down, across = _axes(block, head, rows)
    columns = [i for i, name in enumerate(head) if i and name and parts[i]]
    many = len(rows)
    made = {
        "source_row": [line for _ in columns for line, _ in rows],
        down: [record[0] for _ in columns for _, record in rows],
        across: [head[i] for i in columns for _ in range(many)],
        "text": [record[i] for i in columns for _, record in rows],
        "part": [parts[i] for i in columns for _ in range(many)],
    }
    table = pd.DataFrame(made)
    for name, value in block.fixed.items():
        role = _role(name)
        if role not in table:
            table[role] = value
    for needed, what in (("area", "areas"), ("period_text", "a date")):
        if needed not in table:
            action = "Download it again with areas and dates, names or codes, on the page."
            got = f"rows of {head[0]}, columns such as {', '.join(head[1:4])}"
            raise SourceError(
                path, f"must say {what} in each table (line {block.line})", got, action
            )
    return table


def _without_mnemonics(block: Block) -> tuple[list[str], list[str], list]:
    """The block with codes joined to the names of areas: `code : name`."""
    head, parts, rows = block.head, block.parts, block.rows
    if rows and key(rows[0][1][0]) == MNEMONIC:
        codes = rows[0][1]
        named = zip(head[1:], codes[1:], strict=True)
        head = [head[0], *(f"{code} : {name}" if code else name for name, code in named)]
        rows = rows[1:]
    place = next((i for i, name in enumerate(head) if key(name) == MNEMONIC), None)
    if place is None:
        return head, parts, rows
    rows = [(line, [f"{r[place]} : {r[0]}", *r[1:place], *r[place + 1 :]]) for line, r in rows]
    return _but(head, place), _but(parts, place), rows


def _but(cells: list[str], place: int) -> list[str]:
    return [*cells[:place], *cells[place + 1 :]]


def _axes(block: Block, head: list[str], rows: list) -> tuple[str, str]:
    """What rows and columns are: `area`, `period_text`, or a dimension by its name."""
    fixed = {_role(name) for name in block.fixed}
    firsts = [record[0] for _, record in rows]
    down = _role(head[0])
    if down not in ("area", "period_text") and "area" not in fixed and _are_areas(firsts):
        down = "area"
    taken = fixed | {down}
    names = [name for name in head[1:] if name]
    if "period_text" not in taken and _are_dates(names):
        return down, "period_text"
    if "area" not in taken and _are_areas(names):
        return down, "area"
    for dimension, is_one in ((ons_dimensions.AGE, _is_age), (ons_dimensions.SEX, _is_sex)):
        if dimension not in taken and names and all(map(is_one, names)):
            return down, dimension
    return down, _unnamed(block, down)


def _is_age(name: str) -> bool:
    return ons_ages.span(name) is not None


def _is_sex(name: str) -> bool:
    return key(name) in SEX


def _role(name: str) -> str:
    words = key(name)
    if words in DATE_WORDS:
        return "period_text"
    if words not in UNITS and any(word in words for word in AREA_WORDS):
        return "area"
    return name


def _is_figure(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "", 1).isdecimal()


def _are_areas(cells: list[str]) -> bool:
    named = [cell for cell in cells if ons_places.code_of(cell)]
    return bool(cells) and len(named) * 2 >= len(cells)


def _are_dates(cells: list[str]) -> bool:
    texts = pd.Series([cell.removesuffix(".0") for cell in cells], dtype="str")
    return bool(len(texts)) and bool(parse_all(texts, strict=False)["period_end"].notna().all())


def _unnamed(block: Block, down: str) -> str:
    """The dimension of the columns, which no cell names: what the title says beside the others,
    as in `RM006 - Age of youngest dependent child by household type`."""
    words = block.title.partition(" - ")[2] or block.title
    known = {key(name) for name in (*block.fixed, down, block.head[0])}
    left = [part for part in words.split(" by ") if key(part) not in known]
    return left[0].strip() if left and left[0].strip() else "column"
