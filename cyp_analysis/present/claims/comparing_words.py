"""Comparative words of a passage, held against tests, ranks, trends and signs of the edition."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from cyp_analysis.present.claims.binding import Binding, Bound
from cyp_analysis.present.claims.cells import Cell
from cyp_analysis.present.claims.counted_rows import trends
from cyp_analysis.present.claims.extremes import extreme
from cyp_analysis.present.claims.facts import Facts
from cyp_analysis.present.claims.group_tests import group_test
from cyp_analysis.present.claims.sides import sides_of, sides_said, sides_since

_UP = frozenset({"higher", "more", "rose", "rise", "wider", "above", "upwards"})
_WORDS = re.compile(
    r"significantly (?:higher|lower|more|fewer|worse|better)(?: off)?"
    r"|(?:statistically )?similar(?= to| to |[,.;]| and|$)"
    r"|differs? significantly|no (?:significant|clear) (?:recent )?trend"
    r"|no significant recent trend|significant\w*"
    r"|recent trend (?:is )?(?:up|down)wards|getting (?:better|worse)"
    r"|(?:Higher|Lower), (?:better|worse)|(?:Higher|Lower)$|\b(?:rise|fall)(?= of )"
    r"|\b(?:higher|lower|more|fewer|less)(?= (?:[^.;:,]{1,90} )?than (?!chance|about|anything))"
    r"|narrower|wider|(?:joint )?(?:highest|lowest)"
)
# What a page says of method: how verdicts are marked, and what was not tested.
_LEGEND = re.compile(r"[▲▼●–] $")
_NOT_TESTED = re.compile(r"not tested|no group|than chance|not compared", re.IGNORECASE)
_REPORTED = re.compile(r"The document says that this is $")
_OF_METHOD = re.compile(r"wider area than|similar\.$|more than three years older")
_FROM_TOP = re.compile(r"from the $")
_CLAUSE_END = re.compile(r"[;.:](?= |$)| but |, (?=significantly|statistically)|$")


@dataclass(frozen=True)
class Word:
    """A comparative word, where it stands, and what holds it; empty if nothing does."""

    text: str
    start: int
    evidence: str
    tested: bool
    known: bool = False  # whether the tables have what the word would be held by

    @property
    def refuted(self) -> bool:
        """Whether the tables say otherwise, or nothing was tested that is called significant."""
        return not self.evidence and (self.tested or self.known)


def words_in(made: Binding, facts: Facts) -> list[Word]:
    """Every comparative word of a bound passage with what holds it."""
    return [_word(match, made, facts) for match in _WORDS.finditer(made.passage.text)]


def _word(match: re.Match, made: Binding, facts: Facts) -> Word:
    text, start = match[0], match.start()
    tested = "significant" in text or "statistically" in text
    if any(s.start <= start < s.end for s in made.masked if s.kind == "name"):
        return Word(text, start, "name", False)
    if _LEGEND.search(made.passage.text[:start]):
        return Word(text, start, "legend", False)
    if _REPORTED.search(made.passage.text[:start]) and "surveys" in facts.tables:
        return Word(text, start, "as the document says", False)
    if _OF_METHOD.match(made.passage.text[start:]) or _FROM_TOP.search(made.passage.text[:start]):
        return Word(text, start, "method", False)
    for rule, check in _RULES:
        if rule.fullmatch(text):
            evidence = check(match, made, facts)
            return Word(text, start, evidence, tested, _known(check, made, facts))
    return Word(text, start, "", tested)


def _known(check: Callable, made: Binding, facts: Facts) -> bool:
    """Whether the edition has recent trends or comparisons of what the passage is about."""
    if check is _trend:
        return bool(recent_trends(made, facts))
    of = made.passage
    return check is _verdict and len(facts.compared(of.ids or (), of.period_end)) > 0


def clause_of(match: re.Match, text: str) -> tuple[int, int]:
    """Where the clause that a word governs begins and ends."""
    following = _WORDS.search(text, match.end())
    end = _CLAUSE_END.search(text, match.end()).start()
    return match.end(), min(end, following.start() if following else end)


def _within(made: Binding, span: tuple[int, int]) -> list[Bound]:
    return [b for b in made.bound if span[0] <= b.number.start < span[1]]


def _test(match: re.Match, made: Binding, facts: Facts) -> str:
    """A test's verdict: of the rows bound after the word, of the areas named there, or a count."""
    of_groups = group_test(match, made, facts)
    if of_groups is not None:
        return of_groups
    side = {"more": "higher", "fewer": "lower"}.get(match[0].split()[-1], match[0].split()[-1])
    after = made.passage.text[match.end() :]
    if made.passage.call == "history" and after.startswith((" than that for ", " to that for ")):
        return f"test: {side}" if side in sides_since(made, facts) else ""
    before = [b for b in made.bound if b.number.end <= match.start()]
    if before and f"'{side}'" in before[-1].rule:
        return before[-1].rule
    span = clause_of(match, made.passage.text)
    sides = [s for b in _within(made, span) if b.cell for s in sides_of(b.cell, facts)]
    sides += sides_said(made, facts, made.passage.text[slice(*span)])
    if sides:
        opposed = made.passage.call != "history" and _opposed(side, sides)
        return f"test: {side}" if side in sides and not opposed else ""
    return f"test: {side}" if side in sides_said(made, facts, "") else ""


def _opposed(side: str, sides: list[str]) -> bool:
    return bool({"higher": "lower", "lower": "higher"}.get(side) in sides)


def _no_difference(match: re.Match, made: Binding, facts: Facts) -> str:
    """ "no group differs significantly": no test of the passage's groups found a difference."""
    if not made.passage.text[: match.start()].endswith("no group "):
        return ""
    groups = facts.tables.get("inequalities")
    ids = facts.related(made.passage.ids or ())
    rows = groups[groups["indicator_id"].isin(ids)] if groups is not None else pd.DataFrame()
    return "tests: none differs" if len(rows) and (rows["side"] == "similar").any() else ""


def _trend(match: re.Match, made: Binding, facts: Facts) -> str:
    """The recent trend of the indicators' newest figures, or of the claim's own period."""
    wanted = match[0]
    found = recent_trends(made, facts)
    held = {
        "upwards": any(t.startswith("increasing") for t in found),
        "downwards": any(t.startswith("decreasing") for t in found),
        "better": any(t.endswith("better") for t in found),
        "worse": any(t.endswith("worse") for t in found),
        "trend": "no_significant_change" in found,
    }
    return "recent_trend" if held[wanted.split()[-1]] else ""


def recent_trends(made: Binding, facts: Facts) -> set[str]:
    """The recent trends in the area's rows that a passage is about."""
    rows = facts.own_rows("indicators")
    if made.passage.ids is None and made.passage.call in ("standing_out", "outliers"):
        return set(trends(rows, facts, made.passage)["recent_trend"])
    mine = rows[(rows["category"] == "") & (rows["sex"] == "persons")]
    mine = mine[mine["indicator_id"].isin(list(made.passage.ids or ()))]
    if made.passage.period_end:
        mine = mine[mine["period_end"] == pd.Timestamp(made.passage.period_end)]
    newest = mine.sort_values("period_end").drop_duplicates("indicator_id", keep="last")
    return set(newest["recent_trend"])


def _verdict(match: re.Match, made: Binding, facts: Facts) -> str:
    """The words of a badge: side and outcome of a comparison of the row."""
    side, _, outcome = match[0].lower().partition(", ")
    rows = facts.compared(made.passage.ids or (), made.passage.period_end)
    fits = rows[rows["side"] == side]
    fits = fits[fits["outcome"] == outcome] if outcome else fits
    return "comparison" if len(fits) else ""


def _direction(match: re.Match, made: Binding, facts: Facts) -> str:
    """The sign of the change or difference that stands next to the word."""
    up = match[0] in _UP
    if match[0] in ("narrower", "wider"):
        return _gap(up, made, facts)
    numbers = [b for b in made.bound if b.number.start < match.start()]
    after = _within(made, (match.end(), match.end() + 25))
    near = [*numbers[-1:], *after[:1]]
    for bound in near:
        cell = bound.cell
        if cell and re.search(r"change|excess|behind|gap|difference|slope", cell.column):
            return _agrees(bound, up, facts)
    if match[0] == "less" and "printed" in made.passage.text:
        return "printed and computed"
    pair = [b.cell.value for b in numbers if b.cell]
    if len(pair) >= 2 and pair[-1] != pair[-2]:
        return "two figures" if (pair[-1] > pair[-2]) == up else ""
    return _by_side(match, made, facts)


def _gap(up: bool, made: Binding, facts: Facts) -> str:
    """Whether the newest of the gaps that a passage names is wider, or narrower, than the oldest
    of the same area."""
    columns: dict[tuple[str, str], list[Cell]] = {}
    for bound in made.bound:
        if bound.cell and facts.subject(bound.cell) == facts.area.code:
            columns.setdefault((bound.cell.table, bound.cell.column), []).append(bound.cell)
    for cells in columns.values():
        dated = sorted(cells, key=lambda cell: str(facts.said(cell, "period_end")))
        if abs(dated[0].value) != abs(dated[-1].value):
            return "two gaps" if (abs(dated[-1].value) > abs(dated[0].value)) == up else ""
    return ""


def _agrees(bound: Bound, up: bool, facts: Facts) -> str:
    value = bound.cell.value
    if bound.cell.column.startswith(("behind", "gap")):
        said = str(facts.said(bound.cell, "direction")) or str(facts.said(bound.cell, "side"))
        return said if said else "difference"
    return f"sign of {bound.cell.column}" if (value > 0) == up or not value else ""


def _by_side(match: re.Match, made: Binding, facts: Facts) -> str:
    side = "higher" if match[0] in _UP else "lower"
    sides = [s for b in made.bound if b.cell for s in sides_of(b.cell, facts)]
    return f"side: {side}" if side in sides else ""


def _counted_so(match: re.Match, made: Binding, facts: Facts) -> str:
    """The count before it is one of figures with that outcome."""
    outcome = match[0].split()[-1]
    before = [b for b in made.bound if b.number.end <= match.start()]
    return before[-1].rule if before and f"'{outcome}'" in before[-1].rule else ""


def _worse_off(match: re.Match, made: Binding, facts: Facts) -> str:
    rows = facts.own_rows("inequalities")
    return "test: worse" if (rows["outcome"] == "worse").any() else ""


def _untested(match: re.Match, made: Binding, facts: Facts) -> str:
    sentence = made.passage.sentence_at(match.start())
    return "says that nothing was tested" if _NOT_TESTED.search(sentence) else ""


def _rules() -> Iterator[tuple[re.Pattern, Callable]]:
    yield re.compile(r"significantly worse off"), _worse_off
    yield re.compile(r"significantly (?:worse|better)"), _counted_so
    yield re.compile(r"significantly \w+|(?:statistically )?similar"), _test
    yield re.compile(r"differs? significantly"), _no_difference
    yield re.compile(r"no .*trend|recent trend.*|getting \w+"), _trend
    yield re.compile(r"(?:Higher|Lower)(?:, \w+)?"), _verdict
    yield re.compile(r"rise|fall|higher|lower|more|fewer|less|narrower|wider"), _direction
    yield re.compile(r"(?:joint )?(?:highest|lowest)"), extreme
    yield re.compile(r"significant\w*"), _untested


_RULES = tuple(_rules())
