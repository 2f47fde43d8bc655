"""From what stands in the files to clues about withheld cells: whose number is this?"""

import re
from collections.abc import Iterable, Iterator

from cyp_analysis.attack.clues import (
    CHANGE,
    COUNT,
    DENOMINATOR,
    LOWER,
    RANK,
    UPPER,
    VALUE,
    Clue,
    as_printed,
    numbers_in,
)
from cyp_analysis.attack.names import SEXES, Finder, Named, folded, speaks_of
from cyp_analysis.attack.sentences import word_clues
from cyp_analysis.attack.units import Mark, Row, Unit, Words

_HEADERS = (
    (re.compile(r"\brank"), RANK),
    (re.compile(r"chang|differ|varia|\bgap\b|excess"), CHANGE),
    (re.compile(r"lower"), LOWER),
    (re.compile(r"upper"), UPPER),
    (re.compile(r"interval|\bci\b|limits"), "limits"),
    (
        re.compile(
            r"period|date|publish|year|source|row|order|edition|note|benchmark|target|england|"
            r"region|neighbour|average|expected|start|\bend\b|\bage\b|place\b|seconds|size|sha|hash"
        ),
        "",
    ),
    (re.compile(r"denominator|\bbase\b|out of|of how many"), DENOMINATOR),
    (re.compile(r"value|%|per cent|percent|share|\brate\b|\bper\b"), VALUE),
    (re.compile(r"count|number|children|people|how many|\bn\b"), COUNT),
)
_INDICATOR = {"indicator", "indicator_id", "measure", "indicator id"}
_AREA = {"area_code", "area code"}


def unit_clues(units: Iterable[Unit], cells: list[Named], shown: dict) -> Iterator[Clue]:
    """Clues in what the files say. `shown`: the numbers of each series that are shown, which a
    sentence about it may well repeat."""
    finder = Finder(cells)
    for unit in units:
        if isinstance(unit, Row):
            yield from _row_clues(unit, finder)
        elif isinstance(unit, Mark):
            yield from _mark_clues(unit, finder)
        elif isinstance(unit, Words) and any(map(str.isdigit, unit.text)):
            yield from word_clues(unit, finder, shown)


def _row_clues(row: Row, finder: Finder) -> Iterator[Clue]:
    texts = [folded(cell) for cell in row.cells]
    headers = [folded(header) for header in row.headers]
    names = finder.whole(texts) | finder.whole(headers)
    if not names:
        return
    area = _area_of(row.file, texts, headers)
    around = folded(f"{row.context} {row.file} {row.place}")
    for name in names:
        for cell in finder.by_name[name]:
            is_here = area in ("", cell.area)
            if is_here and _is_about(texts, headers, around, cell):
                yield from _numbers(row, texts, headers, cell)


def _is_about(texts: list[str], headers: list[str], around: str, cell: Named) -> bool:
    return (
        _of_series(texts, headers, around, cell)
        and _of_groups(texts, headers, cell)
        and _of_period(texts, around, cell)
    )


def _area_of(file: str, texts: list[str], headers: list[str]) -> str:
    """The code of the area that a row is of: said in it, or by its folder; empty if unknown."""
    for text, header in zip(texts, headers, strict=False):
        if header in _AREA:
            return text.upper()
    folder = file.partition("/")[0]
    return folder if re.fullmatch(r"[A-Z]\d{8}", folder) else ""


def _of_series(texts: list[str], headers: list[str], around: str, cell: Named) -> bool:
    """Whether the row, or what is said of its table, names the series."""
    told = {t for t, h in zip(texts, headers, strict=False) if h in _INDICATOR and t}
    if told:
        return bool(told & cell.series)
    return cell.is_rare or bool(cell.series & set(texts)) or any(s in around for s in cell.series)


def _of_period(texts: list[str], around: str, cell: Named) -> bool:
    """The period said in the row; else in the caption; else the newest is meant."""
    for said in (" ; ".join(texts), around):
        is_mine = speaks_of(said, cell)
        if is_mine is not None:
            return is_mine
    return cell.is_newest


def _of_groups(texts: list[str], headers: list[str], cell: Named) -> bool:
    """The sex and both groups of a cell are named; of a cell of all, no group is."""
    sexes = {SEXES[text] for text in texts if text in SEXES}
    in_headers = {SEXES[text] for text in headers if text in SEXES}
    if sexes and cell.sex not in sexes and not cell.siblings & set(texts):
        return False
    if not sexes and cell.sex != "persons" and cell.sex not in in_headers:
        return False
    wanted = {name for name in (cell.group, cell.part) if name}
    return not cell.siblings & set(texts) and wanted <= set(texts) | set(headers)


def _numbers(row: Row, texts: list[str], headers: list[str], cell: Named) -> Iterator[Clue]:
    """The numbers of a row that tell of the cell, each by its header."""
    names = {cell.group, cell.part} - {""}
    lies_across = names & set(headers)
    for column, text in enumerate(texts):
        header = headers[column] if column < len(headers) else ""
        if text in (cell.period, cell.day) or text in names or text in cell.series:
            continue
        if header in cell.siblings or (lies_across and header not in lies_across):
            continue
        if header in SEXES and SEXES[header] != cell.sex and cell.sex != "persons":
            continue
        where = (row.file, f"{row.place}, {row.headers[column] if header else 'cell'}")
        yield from _of_cell(cell.cell, text, "" if header in names else header, where)


def _of_cell(cell: int, text: str, header: str, where: tuple[str, str]) -> Iterator[Clue]:
    role = next((role for test, role in _HEADERS if test.search(header)), None)
    numbers = numbers_in(text)
    if role == "" or not numbers or len(text) > 60:
        return
    if role == "limits" or (role is None and re.search(r"\d[%\d.]* to \d", text)):
        if len(numbers) == 2:
            yield as_printed(cell, LOWER, numbers[0][0], where)
            yield as_printed(cell, UPPER, numbers[1][0], where)
        return
    for place, (number, is_percent, _) in enumerate(numbers):
        if place and re.search(r"\bof\b", text):
            yield as_printed(cell, DENOMINATOR, number, where)
        elif is_percent or (role is None and "." in number):
            yield as_printed(cell, role if role in (CHANGE, LOWER, UPPER) else VALUE, number, where)
        else:
            yield as_printed(cell, role or COUNT, number, where)


def _mark_clues(mark: Mark, finder: Finder) -> Iterator[Clue]:
    """A bar or point beside the name of a group, or of a period under the name of the series."""
    label, around = folded(mark.label), folded(f"{mark.context} {mark.file}")
    where = (mark.file, f"{mark.place} beside “{mark.label}”")
    for cell in finder.by_name.get(label, ()):
        if (cell.group or cell.part) and _is_drawn(cell, around, mark.file):
            yield Clue(cell.cell, VALUE, mark.low, mark.high, *where)
    for name in (s for s in finder.by_name if s in around):
        for cell in finder.by_name[name]:
            if not (cell.group or cell.part) and label == cell.period:
                yield Clue(cell.cell, VALUE, mark.low, mark.high, *where)


def _is_drawn(cell: Named, around: str, file: str) -> bool:
    return (
        _area_of(file, [], []) in ("", cell.area)
        and (cell.is_rare or any(s in around for s in cell.series))
        and _of_period([], around, cell)
        and (cell.sex == "persons" or cell.sex in around)
    )
