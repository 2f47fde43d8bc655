"""What the pages around an area's chapters are made of, and those of them that any area has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cyp_analysis import catalogue
from cyp_analysis.edition_reader import Edition
from cyp_analysis.geography import Area
from cyp_analysis.present.selection import Selection
from cyp_analysis.publish.files import write_atomic
from cyp_analysis.publish.page import ChapterLink
from cyp_analysis.publish.pages import glossary, search, statement
from cyp_analysis.publish.pages.anchors import FIGURE, Anchor, anchors_of, best_places
from cyp_analysis.publish.pages.sparks import having_periods
from cyp_analysis.publish.shell import GLOSSARY, SEARCH, STATEMENT


@dataclass(frozen=True)
class Around:
    """An area of an edition as those pages see it: its figures, its chapters, and every place on
    them that a link can lead to."""

    selection: Selection
    chapters: tuple[ChapterLink, ...]
    anchors: tuple[Anchor, ...]

    @cached_property
    def with_trend(self) -> frozenset[str]:
        """The indicators whose figures go back far enough for a line."""
        return having_periods(self.selection)

    @cached_property
    def addresses(self) -> dict[str, str]:
        """indicator_id → the address of what shows it best."""
        names = {i.id: i.name for i in self.selection.catalogue.indicators.values()}
        return {name: at.href for name, at in best_places(self.anchors, names).items()}

    def trends_of(self, page: str) -> dict[str, str]:
        """indicator_id → the address of its chart over time on one chapter's page."""
        return {
            anchor.indicator_id: anchor.href
            for anchor in reversed(self.anchors)
            if anchor.page == page and anchor.kind == FIGURE and anchor.form == "trend"
        }


def area_selection(edition: Edition, area: Area) -> Selection:
    """The area as a chapter of the whole catalogue would see it."""
    known = catalogue.load()
    return Selection(next(iter(known.chapters.values())), area, edition, known)


def around(
    edition: Edition, area: Area, links: Sequence[ChapterLink], pages: Mapping[str, str]
) -> Around:
    """`pages`: the HTML of each chapter's page by its file name."""
    found = [anchor for page, html in pages.items() for anchor in anchors_of(html, page)]
    selection = area_selection(edition, area)
    # None of these pages draws another area's figures, and so many more rows take longer.
    selection.__dict__["rows"] = edition.read("indicators", areas=[area.code])
    return Around(selection, tuple(links), tuple(_less_summary(found, links)))


def _less_summary(anchors: Iterable[Anchor], links: Sequence[ChapterLink]) -> list[Anchor]:
    """The anchors with those of the first chapter last: it draws on all others, which say more."""
    first = next((link.href for link in links if link.href), "")
    return sorted(anchors, key=lambda anchor: anchor.page == first)


def write_around(home: Path, made: Around, **furniture: str) -> None:
    """Write search, glossary and accessibility statement into the area's folder.

    `furniture`: edition (its name), updated and methods_href.
    """
    known, shell = made.selection.catalogue.indicators, {
        "area": made.selection.area, "chapters": made.chapters, **furniture,
    }  # fmt: skip
    terms = glossary.read_glossary()
    letters = search.a_to_z(made.anchors, made.chapters, known)
    found = search.Search(
        letters=letters,
        sections=search.sections(made.anchors, made.chapters),
        index=search.index_json(made.anchors, made.chapters, terms, letters),
        **shell,
    )
    words = glossary.Glossary(terms=terms, **shell)
    said = statement.Statement(publisher=statement.read_publisher(), **shell)
    write_atomic(home / SEARCH, search.render_search(found))
    write_atomic(home / GLOSSARY, glossary.render_glossary(words))
    write_atomic(home / STATEMENT, statement.render_statement(said))
