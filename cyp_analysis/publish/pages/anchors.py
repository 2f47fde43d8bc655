"""What a reader can be sent to on a chapter's page: its headings, figures, tables, headlines and
definitions, each by its id."""

import html as entities
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cyp_analysis.publish.markup import parse

HEADING, FIGURE, TABLE, HEADLINE, DEFINITION = (
    "section", "figure", "table", "headline", "definition",
)  # fmt: skip
# Every element with an id that a link may lead to, and the tag that ends what is read of it.
_STARTS = re.compile(r'<(h2|h3|figure|caption|li|details)\b[^>]*?\sid="([^"]+)"[^>]*>')
_ENDS = {"figure": "</figcaption>", "details": "</summary>"}
_ROW_HEADER = re.compile(r'<th scope="row"[^>]*>(.*?)</th>', re.DOTALL)
# An indicator's id has underscores; what its block adds stands behind a hyphen.
_NAMED = re.compile(r"(?:fig|cap|claim|def)-([a-z0-9_]+)(?:-([a-z]+))?")


@dataclass(frozen=True)
class Anchor:
    """One place on one page: what it is, its words, and the names of the rows of a table."""

    kind: str
    page: str
    id: str
    title: str
    text: str = ""
    rows: frozenset[str] = frozenset()

    @property
    def href(self) -> str:
        """The address from any page of the same area."""
        return f"{self.page}#{self.id}"

    @property
    def indicator_id(self) -> str:
        """The indicator that its id names; empty if it names none."""
        found = _NAMED.match(self.id)
        return found[1] if found else ""

    @property
    def form(self) -> str:
        """What its block shows of the indicator: "trend", "compare", "map"; empty if not said."""
        found = _NAMED.match(self.id)
        return (found[2] or "") if found else ""


def anchors_of(html: str, page: str) -> list[Anchor]:
    """The anchors of one page in its order."""
    return [anchor for match in _STARTS.finditer(html) if (anchor := _anchor(html, match, page))]


def _anchor(html: str, match: re.Match, page: str) -> Anchor | None:
    tag, name = match.groups()
    end = html.find(_ENDS.get(tag, f"</{tag}>"), match.end())
    inside = html[match.end() : end]
    if tag in ("h2", "h3"):
        return Anchor(HEADING, page, name, _words(inside)) if tag == "h2" else None
    if tag == "figure":
        title, subtitle = _titled(inside, "chart-title"), _titled(inside, "chart-subtitle")
        return Anchor(FIGURE, page, name, title, subtitle) if title else None
    if tag == "li" and name.startswith("claim-"):
        return Anchor(HEADLINE, page, name, _words(inside, without="verdict"))
    if tag == "details" and name.startswith("def-"):
        return Anchor(DEFINITION, page, name, _words(inside))
    if tag == "caption" and not name.startswith("cap-fig-"):
        table = html[end : html.find("</table>", end)]
        rows = frozenset(entities.unescape(row) for row in _ROW_HEADER.findall(table))
        return Anchor(TABLE, page, name, _words(inside), rows=rows)
    return None


def _words(fragment: str, without: str | None = None) -> str:
    return parse(fragment).text(without_class=without)


def _titled(fragment: str, class_: str) -> str:
    found = (e.text() for e in parse(fragment).walk() if e.has_class(class_))
    return next(found, "")


# What shows an indicator best comes first.
_FORMS = ("trend", "compare", "groups", "pairs", "map", "places")


def best_places(anchors: Iterable[Anchor], names: dict[str, str]) -> dict[str, Anchor]:
    """indicator_id → where it is shown best, of the indicators in `names`: its own chart, a table
    of its own, a row of a table, a headline, its definition."""
    best: dict[str, tuple[int, Anchor]] = {}
    ids = {name: indicator_id for indicator_id, name in names.items()}
    for anchor in anchors:
        for indicator_id, rank in _shows(anchor, names, ids):
            if indicator_id not in best or rank < best[indicator_id][0]:
                best[indicator_id] = (rank, anchor)
    return {indicator_id: anchor for indicator_id, (_, anchor) in best.items()}


def _shows(anchor: Anchor, names: dict[str, str], ids: dict[str, str]) -> Iterator[tuple[str, int]]:
    if anchor.indicator_id in names:
        yield anchor.indicator_id, _rank(anchor)
    for row in anchor.rows & ids.keys():
        yield ids[row], 20


def _rank(anchor: Anchor) -> int:
    if anchor.kind == FIGURE:
        return _FORMS.index(anchor.form) if anchor.form in _FORMS else len(_FORMS)
    return {TABLE: 10, HEADLINE: 30, DEFINITION: 40}[anchor.kind]
