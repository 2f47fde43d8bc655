"""What became of a passage: its numbers, each with what holds it, and those that nothing holds."""

from dataclasses import dataclass
from functools import cached_property

from cyp_analysis.present.claims.cells import Cell
from cyp_analysis.present.claims.numbers import Number, Span, periods_in
from cyp_analysis.present.claims.passages import Passage


@dataclass(frozen=True)
class Bound:
    """A number of a passage and the cell that it shows."""

    number: Number
    cell: Cell | None
    rule: str


@dataclass
class Binding:
    """What became of one passage."""

    passage: Passage
    masked: list[Span]
    bound: list[Bound]
    unbound: list[Number]

    @cached_property
    def said(self) -> str:
        """The words of the passage and around it, small letters."""
        return f"{self.passage.text} {self.passage.around}".casefold()

    @cached_property
    def dated(self) -> bool:
        """Whether those words name a period."""
        return bool(periods_in(self.said))

    def without_last(self) -> "Binding":
        """The same before its last number was bound."""
        return Binding(self.passage, self.masked, self.bound[:-1], self.unbound)
