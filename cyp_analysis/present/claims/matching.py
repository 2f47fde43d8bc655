"""Whether a cell, rounded as the catalogue says, is the number of a sentence."""

import re

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import rounding
from cyp_analysis.present.claims.beside import Beside
from cyp_analysis.present.claims.cells import IN_UNIT, Cell, is_percent
from cyp_analysis.present.claims.numbers import Number

_POINTS = re.compile(r"change|gap|difference|slope")
_WHOLE = frozenset({"periods", "of_periods", "rank", "rank_of", "members", "of_members", "n"})
_SIGNED = re.compile(r"change|gap|difference|behind|excess|variance|slope")


def shows(number: Number, cell: Cell, decimals: int) -> bool:
    """Whether a cell rounded half up is the number, its sign included."""
    if number.signed and cell.value and (number.value < 0) != (cell.value < 0):
        return False
    if not number.signed and cell.value < 0 and not _SIGNED.search(cell.column):
        return False
    if abs(abs(cell.value) - abs(number.value)) < 0.499 * 10.0**-decimals:
        return True
    text = rounding.half_up(abs(cell.value), decimals)
    return float(text.replace(",", "")) == abs(number.value)


def in_its_unit(number: Number, cell: Cell, indicator: Indicator | None, beside: Beside) -> bool:
    """Whether a number is said in per cent if its cell is."""
    percent = is_percent(cell, indicator.unit if indicator else "")
    if percent is None:
        return True
    if number.percent:
        # A difference of percentages is in points.
        return percent and not (_POINTS.match(cell.column) and cell.column in IN_UNIT)
    return not percent or beside.role in ("lower", "upper") or beside.in_points


def rounded_rightly(cell: Cell, decimals: int, indicator: Indicator | None, role: str) -> bool:
    """Whether a number has the decimals that the catalogue gives its indicator."""
    if cell.column in ("count", "denominator"):
        return decimals == (0 if float(cell.value).is_integer() else 1)
    if cell.column in _WHOLE:
        return decimals == 0
    if indicator is None or cell.column not in IN_UNIT:
        return decimals <= 2
    usual = indicator.rounding
    interval = usual if indicator.interval_rounding is None else indicator.interval_rounding
    return decimals == (interval if role in ("lower", "upper") else usual)
