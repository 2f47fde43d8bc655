"""An area's front page, and what it lifts from the chapters."""

from dataclasses import dataclass
from pathlib import Path

import nbformat

from cyp_analysis.publish.files import write_atomic
from cyp_analysis.publish.markup import Element, parse
from cyp_analysis.publish.pages.front import Front
from cyp_analysis.publish.pages.sparks import Spark
from cyp_analysis.publish.shell import SITE_NAME, Shell, render

__all__ = ["AreaLink", "Card", "Index", "headlines_of", "render_index", "write_atomic"]


@dataclass(frozen=True)
class Card:
    """A chapter on the front page: outcome is built, skipped (no data) or failed."""

    number: str
    title: str
    question: str
    href: str
    outcome: str = "built"
    headline: str = ""
    newest: str = ""  # "Newest figure: 2024/25"
    spark: Spark | None = None


@dataclass(frozen=True)
class AreaLink:
    """Another area of the same edition, or a file to download: its words and where it is."""

    name: str
    href: str
    line: str = ""  # one sentence on what is there


@dataclass(frozen=True)
class Index(Shell):
    """Everything on an area's front page."""

    area_name: str
    area_code: str
    edition: str
    cards: tuple[Card, ...]
    areas: tuple[AreaLink, ...] = ()
    updated: str = ""  # a whole sentence, such as "Latest figures published 14 March 2024."
    methods_href: str = ""
    index_href: str = "index.html"
    site_name: str = SITE_NAME
    downloads: tuple[AreaLink, ...] = ()
    pages: tuple[AreaLink, ...] = ()  # of the area as a whole: what stands out, what has changed
    front: Front = Front()
    edition_href: str = ""  # the page of all areas of the edition

    @property
    def document_title(self) -> str:
        """The title of the browser's tab."""
        return f"{self.area_name} – {self.site_name}"

    @property
    def description(self) -> str:
        """One sentence for search results."""
        return f"{self.site_name} for {self.area_name}: what published figures say."


def render_index(index: Index) -> str:
    """The HTML of an area's front page. ChapterError if it would break a rule of `checks`."""
    return render("area.html.j2", f"front page ({index.area_code})", page=index)


def headlines_of(notebook: Path) -> list[str]:
    """The sentences of the first list of headlines in an executed notebook, as plain text and
    without the verdict beside them; empty if it has none."""
    for cell in nbformat.read(notebook, as_version=4).cells:
        for output in cell.get("outputs", []):
            items = _headlines(parse(output.get("data", {}).get("text/html", "")))
            if items:
                return items
    return []


def _headlines(fragment: Element) -> list[str]:
    for element in fragment.walk():
        if element.has_class("headlines"):
            return [item.text(without_class="verdict") for item in element.find("li")]
    return []
