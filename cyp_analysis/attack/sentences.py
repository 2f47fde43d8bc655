"""Numbers in words: sentences, alternative texts, attributes, comments."""

import re
from collections.abc import Iterator

from cyp_analysis.attack.clues import (
    COUNT,
    DENOMINATOR,
    LOWER,
    UPPER,
    VALUE,
    Clue,
    as_printed,
    numbers_in,
)
from cyp_analysis.attack.names import Finder, Named, dated_otherwise, folded, speaks_of
from cyp_analysis.attack.units import Words

_SMALL = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
_SPELT = re.compile(rf"\b({'|'.join(_SMALL)})\b(?= (?!times|years?|months?|weeks?|days?|or ))")
# Numbers that count nobody: days, years, ages, levels of confidence, per so many.
_OTHER = re.compile(
    r"\b(?:19|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?\b"
    r"|\b\d{1,2}(?= (?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december)\b)"
    r"|\b\d{1,2}\+|\baged? (?:under )?\d+(?: to \d+)?|\bunder[- ]\d+s?|\bper [\d,]+"
    r"|\b9[59](?:\.\d)?% (?:ci|confidence|interval)|\b\d+ (?:years?|months?|weeks?|days?|kb|mb)\b"
    r"|\b\d{4}-\d\d-\d\d\b|\[[a-z]\]|\b(?:table|figure|note|section|year|stage) \d+"
)
_END = re.compile(r"[;|•·\n]|(?<=[a-z%)\d])\. |(?<=\D), (?=\D)")
_ABOUT = re.compile(r"data-indicator=[\"']([^\"']+)")
_NEXT_TO = 5  # words between a number and the name that follows it
_LIMITS = re.compile(
    r"(?:9[59](?:\.\d)?% )?(?:ci|interval|limits)\D{0,12}(\d[\d.,]*)%? to (\d[\d.,]*)"
)
_OF = re.compile(r"(\d[\d,]*) (?:out )?of (?:the |all )?(\d[\d,]*)")


def word_clues(unit: Words, finder: Finder, shown: dict) -> Iterator[Clue]:
    """Clues in a text: numbers in one breath with the name of a cell."""
    text = folded(unit.text)
    found = finder.inside(text)
    about = {folded(name) for name in _ABOUT.findall(unit.context)} & finder.by_name.keys()
    if not (found or about):
        return
    around = folded(f"{unit.text} {unit.context} {unit.file}")
    where = (unit.file, unit.place)
    for start, end, name in found:
        for cell in finder.by_name[name]:
            if _is_of_group(cell, around, unit):
                piece = _beside(text, (start, end), found, cell)
                yield from _numbers(cell, piece, where)
    for name in about.union(name for _, _, name in found):
        for cell in finder.by_name[name]:
            if not (cell.group or cell.part) and _fits(cell, around, unit):
                yield from _whole_sentences(cell, unit, where, shown)


def _fits(cell: Named, around: str, unit: Words) -> bool:
    """Whether area, series, period and sex of a cell are those that the text speaks of."""
    folder = unit.file.partition("/")[0]
    if folder != cell.area and re.fullmatch(r"[A-Z]\d{8}", folder):
        return False
    if not (cell.is_rare or any(name in around for name in cell.series)):
        return False
    in_period = speaks_of(around, cell)
    if dated_otherwise(folded(unit.text), cell) and cell.period not in folded(unit.text):
        return False
    if in_period is False or (in_period is None and not cell.is_newest):
        return False
    return cell.sex == "persons" or re.search(rf"\b{cell.sex}s?\b", around) is not None


def _is_of_group(cell: Named, around: str, unit: Words) -> bool:
    """Whether a text speaks of a cell that is one group of children."""
    groups = [name for name in (cell.group, cell.part) if name]
    return bool(groups) and all(g in around for g in groups) and _fits(cell, around, unit)


def _beside(text: str, at: tuple[int, int], found: list, cell: Named) -> str:
    """The text after a name up to the next one or the end of the clause; else that just before."""
    start, end = at
    others = [(s, e) for s, e, _ in found if (s, e) != at]
    for name in cell.siblings:
        others += [(m.start(), m.end()) for m in re.finditer(re.escape(name), text)]
    later = min((s for s, _ in others if s >= end), default=len(text))
    after = _END.split(text[end:later] + " ")[0]
    if numbers_in(_OTHER.sub(" ", after)) or _SPELT.search(after):
        return after
    earlier = max((e for _, e in others if e <= start), default=0)
    before = _END.split(" " + text[earlier:start])[-1]
    return " ".join(before.split()[-_NEXT_TO:])


def _numbers(cell: Named, text: str, where: tuple[str, str]) -> Iterator[Clue]:
    """Each number of a piece of text as a clue about the cell."""
    for period in {cell.period, cell.day, *cell.others} - {""}:
        text = text.replace(period, " ")
    limits = _LIMITS.search(text)
    if limits:
        yield as_printed(cell.cell, LOWER, limits[1], where)
        yield as_printed(cell.cell, UPPER, limits[2], where)
        text = text[: limits.start()] + text[limits.end() :]
    text = _OTHER.sub(" ", text)
    text = _SPELT.sub(lambda word: str(_SMALL.index(word[1]) + 2), text)
    share = _OF.search(text)
    if share:
        yield as_printed(cell.cell, DENOMINATOR, share[2], where)
        text = text[: share.start(2)] + text[share.end(2) :]
    for number, is_percent, _ in numbers_in(text):
        role = VALUE if is_percent or "." in number else COUNT
        yield as_printed(cell.cell, role, number, where)


def _whole_sentences(
    cell: Named, unit: Words, where: tuple[str, str], shown: dict
) -> Iterator[Clue]:
    """Sentences that name a figure of all children and its period, less the numbers that the
    series shows anyway."""
    about_it = any(f'data-indicator="{name}"' in unit.context for name in cell.series)
    for sentence in re.split(r"(?<=[a-z%)\d])\. (?=[A-Z“])", unit.text):
        said = folded(sentence)
        names_it = about_it or any(re.search(rf"\b{re.escape(n)}\b", said) for n in cell.series)
        in_period = speaks_of(said, cell)
        if not names_it or not (in_period or (in_period is None and about_it)):
            continue
        known = set().union(*(shown.get((name, cell.area), ()) for name in cell.series))
        for clue in _numbers(cell, said, where):
            if not any(clue.low <= number <= clue.high for number in known):
                yield clue
