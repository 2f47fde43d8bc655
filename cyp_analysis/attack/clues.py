"""Clues: numbers that stand somewhere in an edition and tell of a cell that is withheld."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

COUNT, DENOMINATOR, VALUE, LOWER, UPPER = "count", "denominator", "value", "lower", "upper"
# What is worked out from the withheld figure and the one before, or from its place among others.
CHANGE, RANK, VERDICT = "change", "rank", "verdict"
FEW = 3
_SIGNS = str.maketrans({"−": "-", "–": "-", ",": "", "£": "", " ": " "})
_NUMBER = re.compile(r"(?<![\w.,-])[-−]?£?\d[\d,]*(?:\.\d+)?(?![\w]|[.,]\d)")


class Clue(NamedTuple):
    """The number of a cell, by what it is (count, value …), lies from `low` to `high`; where that
    stands: the file, and the place in it."""

    cell: int
    role: str
    low: float
    high: float
    file: str
    place: str


def exactly(cell: int, role: str, number: float, where: tuple[str, str]) -> Clue:
    """A number as a table holds it: unrounded, unless it was printed with a few decimals."""
    slack = 1e-9 * max(abs(number), 1.0)
    decimals = len(repr(number).partition(".")[2])
    if role in (VALUE, LOWER, UPPER) and decimals <= FEW:
        slack += 0.5 * 10.0**-decimals
    return Clue(cell, role, number - slack, number + slack, *where)


def as_printed(cell: int, role: str, text: str, where: tuple[str, str]) -> Clue:
    """A number as a reader sees it, rounded to its last digit."""
    plain = text.translate(_SIGNS).rstrip("%").strip()
    half = 0.5 * 10.0 ** -len(plain.partition(".")[2]) if "." in plain else 0.5
    number = float(plain)
    if role in (COUNT, DENOMINATOR) and "." not in plain:
        half = 1e-9
    return Clue(cell, role, number - half - 1e-9, number + half + 1e-9, *where)


def numbers_in(text: str) -> list[tuple[str, bool, int]]:
    """Each number of a text as printed, whether a per cent sign follows, and where it begins."""
    found = []
    for match in _NUMBER.finditer(text):
        after = text[match.end() : match.end() + 10].lstrip()
        percent = after.startswith(("%", "per cent", "percent"))
        found.append((match.group().strip(), percent, match.start()))
    return found


def of_columns(rows: pd.DataFrame, roles: dict[str, str], file: str) -> list[Clue]:
    """Clues in the columns of a table whose rows are known by `cell`; missing numbers say none."""
    found = []
    for column, role in roles.items():
        numbers = pd.to_numeric(rows[column], errors="coerce")
        for cell, line, number in zip(rows["cell"], rows["row"], numbers, strict=True):
            if np.isfinite(number):
                found.append(exactly(cell, role, float(number), (file, f"row {line}, {column}")))
    return found
