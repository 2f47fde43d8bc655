""" "Highest" and "lowest": a rank, or the greatest and the least of the figures said."""

import re

import numpy as np

from cyp_analysis.present.claims.binding import Binding
from cyp_analysis.present.claims.facts import Facts


def extreme(match: re.Match, made: Binding, facts: Facts) -> str:
    """A rank bound beside the word, a rank of the area, or the greatest or least of the figures."""
    text, top = made.passage.text, match[0].endswith("highest")
    before = [b for b in made.bound if b.number.end <= match.start()]
    if before and before[-1].number.ordinal and text[before[-1].number.end : match.start()] == " ":
        # Ranks are counted from the highest.
        return "rank" if top else ""
    if re.match(r" of the \d", text[match.end() :]):
        rows = facts.compared(made.passage.ids or (), made.passage.period_end)
        ranks = rows["rank"] == (1 if top else rows["rank_of"])
        return "rank" if ranks.any() else ""
    if after_both := _both_extremes(made):
        return "greatest and least" if after_both[0] >= after_both[1] else ""
    after = [b for b in made.bound if b.number.start >= match.end() and b.cell]
    near = after[0] if after else before[-1] if before and before[-1].cell else None
    if near is None or near.cell is None:
        return "order of the table" if _ordered(made, facts) else ""
    values = [b.cell.value for b in made.bound if b.cell and b.cell.column == near.cell.column]
    best = max(values) if top else min(values)
    return "greatest or least" if np.isclose(near.cell.value, best) else ""


def _both_extremes(made: Binding) -> tuple[float, float] | None:
    """The figure after the first "highest" and that after the first "lowest"."""
    found = []
    for word in ("highest", "lowest"):
        at = re.search(rf"\b{word}\b(?! of)", made.passage.text, re.IGNORECASE)
        after = [b for b in made.bound if at and b.number.start > at.end() and b.cell]
        ranked = at and re.search(r"\d(?:st|nd|rd|th) $", made.passage.text[: at.start()])
        if not after or ranked:
            return None
        found.append(after[0].cell.value)
    return found[0], found[1]


def _ordered(made: Binding, facts: Facts) -> bool:
    """Whether the word stands in a title, whose figure's alternative text is held by itself."""
    return made.passage.kind in ("chart-title", "chart-subtitle", "summary", "caption")
