"""Crosstabs with stacked headers → one row per cell: merged labels are filled, and what a row or
column of labels holds (periods, areas, indicators, groups) is told by its words.
"""

import re
from dataclasses import dataclass

import pandas as pd

from cyp_analysis.loaders import symbols
from cyp_analysis.loaders.dfe import levels as dfe_levels

_PERIOD = re.compile(r"(19|20)\d\d([/-]\d\d)?( .+)?")
_INDICATOR = re.compile(
    r"(?i)\b(number|count|percent\w*|average|mean|median|rate|score|proportion|total number|ratio|"
    r"headcount|enrolments|sessions|cost|days|pupils|children)\b"
)
_MOST = 0.6


@dataclass(frozen=True)
class Cells:
    """`rows`: source_row, text and a column for each list of labels; `kinds` says of each whether
    it holds `period`, `area`, `indicator` or `group`; `notes` are the lines below."""

    rows: pd.DataFrame
    kinds: dict[str, str]
    notes: tuple[str, ...]


def cells_of(records: list[list[str]], lines: list[int]) -> Cells | None:
    """The cells of the records below a title; None where no line of figures follows one of
    labels."""
    width = max((len(record) for record in records), default=0)
    grid = [record + [""] * (width - len(record)) for record in records]
    start = next((i for i, row in enumerate(grid) if _has_figures(row)), None)
    labels = _label_width(grid[:start]) if start else 0
    if not start or not labels:
        return None
    end = max(i for i, row in enumerate(grid) if any(row[labels:])) + 1
    heads = _across(grid[:start], labels)
    sides = _down([row[:labels] for row in grid[start:end]])
    rows = _long(grid[start:end], lines[start:end], sides, heads)
    notes = tuple(" ".join(filter(None, row)) for row in grid[end:] if any(row))
    names = [name for name in rows if name not in ("source_row", "text")]
    return Cells(rows, _kinds({name: rows[name].unique().tolist() for name in names}), notes)


def _has_figures(row: list[str]) -> bool:
    """Whether most filled cells after the first are figures or symbols, and none is a year."""
    filled = [cell for cell in row[1:] if cell]
    if not filled or any(_PERIOD.fullmatch(cell) for cell in filled[-1:]):
        return False
    parsed = symbols.parse_numbers(pd.Series(filled[-40:], dtype="str"))
    return bool((~parsed["unknown"]).mean() > 0.5)


def _label_width(heads: list[list[str]]) -> int:
    """How many columns of labels there are: as many as the headers leave blank."""
    firsts = [next((i for i, cell in enumerate(row) if cell), None) for row in heads]
    known = [first for first in firsts if first is not None]
    return min(known) if known else 0


def _across(heads: list[list[str]], labels: int) -> list[list[str]]:
    """Header rows with merged cells filled from the left, for each column of figures."""
    columns = [list(column) for column in zip(*(row[labels:] for row in heads), strict=True)]
    return [list(row) for row in zip(*_down(columns), strict=True)]


def _down(rows: list[list[str]]) -> list[list[str]]:
    """Labels with merged cells filled from the line before: all blanks before the first label of
    a line, for a label that changes leaves those after it blank on purpose."""
    filled: list[list[str]] = []
    for row in rows:
        first = next((i for i, cell in enumerate(row) if cell), len(row))
        before = filled[-1][:first] if filled else row[:first]
        filled.append([*before, *row[first:]])
    return filled


def _long(grid: list, lines: list[int], sides: list, heads: list) -> pd.DataFrame:
    """One row per cell of figures with its labels; empty cells are left out."""
    labels = len(sides[0])
    records = [
        (line, row[labels + i], *side, *head)
        for line, row, side in zip(lines, grid, sides, strict=True)
        for i, head in enumerate(zip(*heads, strict=True))
        if row[labels + i]
    ]
    names = [f"label {i + 1}" for i in range(labels)] + [f"head {i + 1}" for i in range(len(heads))]
    rows = pd.DataFrame(records, columns=["source_row", "text", *names])
    return rows.astype({name: "str" for name in ("text", *names)})


def _kinds(words: dict[str, list[str]]) -> dict[str, str]:
    """What each list of labels holds; of several that may be indicators the likeliest is."""
    kinds = {name: _kind([word for word in known if word]) for name, known in words.items()}
    groups = [name for name, kind in kinds.items() if kind == "group"]
    likely = {n: _share([w for w in words[n] if w], _is_indicator) for n in groups}
    best = max(likely, key=likely.get, default="")
    if best and likely[best] > 0.5:
        kinds[best] = "indicator"
    return kinds


def _kind(words: list[str]) -> str:
    if words and _share(words, lambda word: bool(_PERIOD.fullmatch(word))) > _MOST:
        return "period"
    if words and _share(words, lambda word: bool(dfe_levels.code_of_name(word))) > _MOST:
        return "area"
    return "group" if words else "blank"


def _is_indicator(word: str) -> bool:
    return bool(_INDICATOR.search(word))


def _share(words: list[str], test) -> float:
    return sum(test(word) for word in words) / len(words) if words else 0.0
