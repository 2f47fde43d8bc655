"""Holds each number of a passage against the edition's tables.

Nothing is taken from those who wrote the sentence: a number is bound when a cell of the edition,
rounded as it is shown, stands for what the words beside the number name: place, period, group.
"""

import re
from collections.abc import Mapping

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import rounding
from cyp_analysis.present.claims.about import About
from cyp_analysis.present.claims.beside import Beside
from cyp_analysis.present.claims.binding import Binding, Bound
from cyp_analysis.present.claims.calls import tables_of
from cyp_analysis.present.claims.cells import Cell
from cyp_analysis.present.claims.counting import counted
from cyp_analysis.present.claims.facts import Facts
from cyp_analysis.present.claims.index import Sought
from cyp_analysis.present.claims.matching import in_its_unit, rounded_rightly, shows
from cyp_analysis.present.claims.numbers import Number, numbers_in, periods_in
from cyp_analysis.present.claims.passages import Passage
from cyp_analysis.present.claims.vocabulary import Vocabulary

_EXPECTED = frozenset({"prevalence", "prevalence_surveys", "unmet_need", "projection"})
_TO_TENS = frozenset({"comparators", "standing_out", "outliers", "glance"})
_CATEGORY = re.compile(r"^\+? (?=\d|highest at )")
_DIFFERENCE = re.compile(r"^(?: percentage)? points? (?:narrower|wider|more|less|higher|lower)")


class Binder:
    """The edition and the catalogue, as sentences are held against them."""

    def __init__(
        self, facts: Facts, known: Mapping[str, Indicator], vocabulary: Vocabulary
    ) -> None:
        self.facts, self.known, self.vocabulary = facts, known, vocabulary
        self._about = About(known)

    def bind(self, passage: Passage) -> Binding:
        """Each number of a passage, bound to its cell or left over."""
        masked = [*self.vocabulary.spans(passage.text), *periods_in(passage.text)]
        made = Binding(passage, masked, [], [])
        areas = self._areas(passage)
        for number in numbers_in(passage.text, masked):
            if self._is_category(number, passage):
                continue
            found = self._bound(number, made, areas)
            if found:
                made.bound.append(found)
            else:
                made.unbound.append(number)
        return made

    def _bound(self, number: Number, made: Binding, areas: frozenset[str]) -> Bound | None:
        """What holds a number: a count of rows where its words say one, else a difference of two
        figures of the passage, the number of things that it lists, or a cell."""
        count = counted(number, made.passage, self.facts)
        if count is not None:
            return Bound(number, None, count) if count else None
        rule = _difference(number, made) or _ratio(number, made) or _listed(number, made.passage)
        return Bound(number, None, rule) if rule else self._cell(number, made, areas)

    def _is_category(self, number: Number, passage: Passage) -> bool:
        """Whether a number is the name of a group, followed by its figure: "18 38.0%"."""
        after = passage.text[number.end :]
        named = f"{number.text}+" if after.startswith("+") else number.text
        return bool(_CATEGORY.match(after)) and named in self.facts.every_name

    def _areas(self, passage: Passage) -> frozenset[str]:
        said = f"{passage.text} {passage.around}".casefold()
        named = {code for name, code in self.facts.area_names.items() if name in said}
        return self.facts.own | named

    def _cell(self, number: Number, made: Binding, areas: frozenset[str]) -> Bound | None:
        beside = Beside(self.facts, made, number)
        best, best_score = None, -0.5
        sought = Sought(areas, self._about.ids(number, made.passage), tables_of(made.passage.call))
        for decimals in _decimals(number, made.passage):
            for cell in self.facts.near(sought, number, decimals, made.said):
                score = self._score(cell, decimals, beside)
                if score > best_score:
                    best, best_score = Bound(number, cell, f"{decimals} decimals"), score
            if best:
                return best
        return None

    def _score(self, cell: Cell, decimals: int, beside: Beside) -> float:
        """How well a cell fits a number; below zero where it does not."""
        number = beside.number
        indicator = self.known.get(str(self.facts.said(cell, "indicator_id")))
        if not beside.role_allows(cell) or not shows(number, cell, decimals):
            return -1
        if not in_its_unit(number, cell, indicator, beside):
            return -1
        if decimals >= 0 and not rounded_rightly(cell, decimals, indicator, beside.role):
            return -1
        told = _named_indicator(indicator, beside.said)
        if (beside.made.passage.call == "tiles" and not told) or _said_before(cell, beside.made):
            return -1
        dated = beside.period_score(cell)
        named = beside.name_score(cell) if dated >= 0 else -1
        if named < 0 or dated < 0:
            return -1
        own = self.facts.said(cell, "area_code") == self.facts.area.code
        # Numbers of one sentence are most often of one row.
        own += 3 * any(
            b.cell and (b.cell.table, b.cell.row) == (cell.table, cell.row)
            for b in beside.made.bound
        )
        return named + dated + own + told


def _difference(number: Number, made: Binding) -> str:
    """Whether a number is the first less the last of the figures said before it."""
    known = [b.cell for b in made.bound if b.cell]
    if len(known) < 2 or not _DIFFERENCE.match(made.passage.text[number.end :]):
        return ""
    size = abs(known[0].value - known[-1].value)
    shown = rounding.half_up(size, number.decimals).replace(",", "")
    return "difference of two figures" if float(shown) == number.value else ""


def _ratio(number: Number, made: Binding) -> str:
    """Whether "1.68 : 1" is the first of the last two figures said over the second."""
    before, after = made.passage.text[: number.start], made.passage.text[number.end :]
    if number.value == 1 and made.bound and before.endswith(f"{made.bound[-1].number.text} : "):
        return made.bound[-1].rule if made.bound[-1].rule.startswith("ratio") else ""
    known = [b.cell.value for b in made.bound if b.cell][-2:]
    if not after.startswith(" : 1") or len(known) < 2 or not known[1]:
        return ""
    shown = rounding.half_up(known[0] / known[1], number.decimals)
    return "ratio of two figures" if shown == number.text else ""


def _listed(number: Number, passage: Passage) -> str:
    """Whether "2 lines, one for each year" is followed by as many years."""
    if passage.kind != "alt" or not passage.text[number.end :].startswith(" lines, one for each"):
        return ""
    return "listed here" if passage.text.count(" from ") == number.value else ""


def _said_before(cell: Cell, made: Binding) -> bool:
    """Whether a sentence has named the same comparator's figure already."""
    return cell.table == "comparators" and any(cell == bound.cell for bound in made.bound)


def _named_indicator(indicator: Indicator | None, said: str) -> float:
    if indicator is None:
        return 0
    names = (indicator.name.casefold(), indicator.subject.casefold())
    return 2.0 * any(name in said for name in names)


def _decimals(number: Number, passage: Passage) -> tuple[int, ...]:
    """How a number may have been rounded: "about" and expected numbers to tens or hundreds."""
    if number.about and number.value >= 100 and passage.call in _TO_TENS:
        return tuple(d for d in (-1, -2) if not number.value % 10**-d)
    if number.about or (passage.call in _EXPECTED and not number.decimals):
        return tuple(d for d in (number.decimals, -1, -2) if not number.value % 10 ** max(-d, 0))
    return (number.decimals,)
