"""What the words next to a number say about it: its role, and the place and period it is of."""

import re

import pandas as pd

from cyp_analysis.present.claims.binding import Binding
from cyp_analysis.present.claims.calls import CORE
from cyp_analysis.present.claims.cells import Cell
from cyp_analysis.present.claims.facts import Facts
from cyp_analysis.present.claims.numbers import Number, is_period

_RANK = frozenset({"rank", "previous_rank"})
_RANK_OF = frozenset({"rank_of", "previous_rank_of", "of_members", "members"})
_RANGE = r"(?:\(|CI |interval )"
_NUMBER = r"[−+]?£?[\d,.]+%?"
_LOWER = re.compile(rf"{_RANGE}$")
_LOWER_AFTER = re.compile(rf"^ to {_NUMBER}")
_UPPER = re.compile(rf"{_RANGE}{_NUMBER} to $")
_OF = re.compile(r"(?:highest|lowest|\d(?:st|nd|rd|th)|joint highest) of (?:the )?$")
_PLACE = re.compile(r"^ (?:highest|lowest|of )")
_BESIDE = re.compile(r"^(?: points| per [^().;]{3,70})? \(([^()]*(?:\([^()]*\)[^()]*)?)\)")
_IN = re.compile(r"^(?: percentage points?| points?)? in ([^,.:;]+?)(?=,| and |[.:;]|$)")
_IN_MONTH = re.compile(r"^ in ([A-Z][a-z]{2})\b(?= to |[;.,])")
_AIM = re.compile(r"(?:target|standard)[^;,]{0,40}$", re.IGNORECASE)
_AIMS = frozenset({"target_value", "standard"})
_MORE = re.compile(r"^%?(?: percentage points?| points?)? (?:more|fewer|higher|lower|less)\b")
_CHANGES = re.compile(r"change|excess|behind|gap|difference|slope")
_TRAIL = re.compile(r"(?: as a whole:?| is| was| were| went from| has| had|:)? ?\(?$")


class Beside:
    """What the words next to a number say about it."""

    def __init__(self, facts: Facts, made: Binding, number: Number) -> None:
        self.facts, self.made, self.number = facts, made, number
        text = made.passage.text
        self.before, self.after = text[: number.start], text[number.end :]
        self.said = made.said
        self.in_points = "percentage point" in self.said or " points" in self.after[:8]
        self.role = self._role()
        self.left = self._left()
        self.right = self._right()

    def _role(self) -> str:
        if self.number.ordinal and _PLACE.match(self.after):
            return "rank"
        if _OF.search(self.before):
            return "rank_of"
        if _UPPER.search(self.before):
            return "upper"
        return "lower" if _LOWER.search(self.before) and _LOWER_AFTER.match(self.after) else ""

    def role_allows(self, cell: Cell) -> bool:
        """Whether the words name a limit, a rank or neither, and the cell is one."""
        column = cell.column
        kind = "rank" if column in _RANK else "rank_of" if column in _RANK_OF else ""
        if not kind and "quarter" not in column:
            kind = next((end for end in ("lower", "upper") if end in column), "")
            # The limits of a fall change places where its sign is said in words.
            if kind and cell.value < 0 and not self.number.signed:
                kind = {"lower": "upper", "upper": "lower"}[kind]
        if self.role == "" and kind == "rank_of":
            return True
        return kind == self.role and self._aim_allows(column) and self._change_allows(column)

    def _aim_allows(self, column: str) -> bool:
        """A target only where the words say so."""
        return column not in _AIMS or bool(_AIM.search(self.before))

    def _change_allows(self, column: str) -> bool:
        """A change beside "more" or "fewer" or with its sign, and nothing else there."""
        if _MORE.match(self.after):
            return bool(_CHANGES.search(column))
        return "_change_" not in column or self.number.signed

    def _left(self) -> str:
        """The name that stands directly before the number, small letters; of the number before it
        where "to" joins the two."""
        before = self.before.casefold()
        if before.endswith((" to ", " and ")) and self.made.bound:
            last = self.made.bound[-1].number
            between = self.made.passage.text[last.end : self.number.start]
            if re.fullmatch(r"(?: \([^()]*\))? (?:to|and) ", between):
                return Beside(self.facts, self.made.without_last(), last).left
        trail = _TRAIL.search(before)
        start = before[: trail.start()].rstrip(" ”\"'") if trail else before
        pieces = start.split(" ")
        for size in range(min(12, len(pieces)), 0, -1):
            name = " ".join(pieces[-size:]).strip("“”;,.:").lstrip("(")
            if name in self.facts.every_name:
                return name
        return ""

    def _right(self) -> list[str]:
        """What stands in brackets directly after the number, or after "in", small letters."""
        rules = (_BESIDE, _IN_MONTH if _IN_MONTH.match(self.after) else _IN)
        found = [m[1] for m in (rule.match(self.after) for rule in rules) if m]
        return [text.casefold() for text in found]

    def name_score(self, cell: Cell) -> float:
        """Whether the cell is of what is named next to the number, or of the page's own area."""
        names = self.facts.names(cell)
        for text in self.right:
            place = text.split(";")[0].strip("“” ")
            if any(place == name or place.startswith(f"{name}, ") for name in names):
                return 4
            if self._rivals(place, cell):
                return -1
        if self._rivals(self.left, cell):
            joined = any(f"{name}, {self.left}" in self.said for name in names)
            return 4 if self.left in names or joined else -1
        code = self.facts.subject(cell)
        if code and code != self.facts.area.code:
            if cell.table in CORE:
                return -1
            return 0 if any(name in self.said for name in names if name) else -1
        return 1

    def _rivals(self, name: str, cell: Cell) -> bool:
        """Whether a name is that of an area or of some row of the cell's table."""
        return name in self.facts.area_names or name in self.facts.rivals(cell)

    def period_score(self, cell: Cell) -> float:
        """Whether the period of the cell's row is one that the words name."""
        labels = self.facts.labels(cell)
        for text in self.right:
            if text in labels:
                return 3
            if labels and is_period(text):
                return -1
        end = self.facts.said(cell, "period_end")
        if cell.table == "service_figures" and self._in_month(end):
            return 2
        if self.made.passage.period_end and str(end)[:10] == self.made.passage.period_end:
            return 2
        if not labels or any(label in self.said for label in labels):
            return 2
        return -1 if self.made.dated else 0

    def _in_month(self, day: object) -> bool:
        """Whether the words name a month as charts of years do: "2025/26 … in Jul"."""
        end = pd.Timestamp(day)
        year = end.year - (end.month < 4)
        month = f"{end:%b}".casefold()
        beside = self.right[-1] if self.right else month
        return f"{year}/{(year + 1) % 100:02d}" in self.said and beside == month
