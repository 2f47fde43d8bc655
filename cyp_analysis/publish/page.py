"""Renders an executed notebook as one self-contained page."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from cyp_analysis.errors import ChapterError
from cyp_analysis.publish.checks import page_faults
from cyp_analysis.publish.downloads.charts import with_files
from cyp_analysis.publish.downloads.names import Download
from cyp_analysis.publish.executed import check_executed
from cyp_analysis.publish.markup import parse
from cyp_analysis.publish.policy import FILTERS
from cyp_analysis.publish.shell import SITE_NAME, TEMPLATES, Shell
from cyp_analysis.visible import visible

if TYPE_CHECKING:
    from nbconvert.exporters import TemplateExporter

_TABLE_CAPTION = re.compile(r"<caption([^>]*)>(.*?)</caption>", re.DOTALL)
# Headings that come from Markdown carry no attributes; those of blocks may.
_HEADING = re.compile(r"<h([2-6])>(.*?)</h\1>", re.DOTALL)
_ANY_HEADING = re.compile(r"<h([1-6])[ >]")
# Text, or what is drawn: an image or chart has no words of its own.
_TAG = re.compile(r"<(?!img|svg|figure|table)[^>]*>")
_SAYS_SOMETHING = re.compile(r"\S")


@dataclass(frozen=True)
class ChapterLink:
    """A chapter as the navigation shows it; an empty `href` is a chapter without a page."""

    id: str
    title: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class Page(Shell):
    """Everything on a chapter's page that is not in its notebook."""

    title: str
    area_name: str
    area_code: str
    chapter_id: str
    edition: str
    chapters: tuple[ChapterLink, ...]
    previous: ChapterLink | None = None
    next: ChapterLink | None = None
    question: str = ""
    updated: str = ""  # a whole sentence, such as "Latest figures published 14 March 2024."
    methods_href: str = ""
    index_href: str = "index.html"
    site_name: str = SITE_NAME
    downloads: tuple[Download, ...] = ()
    # Id of a figure → the files of its picture.
    chart_files: Mapping[str, Sequence[Download]] = field(default_factory=dict)

    @property
    def document_title(self) -> str:
        """The title of the browser's tab."""
        return f"{self.title} – {self.area_name} – {self.site_name}"

    @property
    def description(self) -> str:
        """One sentence for search results."""
        return f"{self.title} in {self.area_name}: {self.question}".rstrip(": ")


@dataclass(frozen=True)
class Contents:
    """A chapter's body, each heading with an id, and its headings of level 2 as (id, text)."""

    html: str
    headings: tuple[tuple[str, str], ...]


def render_page(notebook: Path, page: Page) -> str:
    """The HTML of a chapter. ChapterError if the notebook did not run through or the page would
    break a rule of accessibility, fetch from elsewhere, or point at nothing."""
    executed = nbformat.read(notebook, as_version=4)
    name = f"{page.chapter_id} ({page.area_code})"
    check_executed(executed, name)
    html, _ = _exporter().from_notebook_node(executed, resources={"page": page})
    html = with_files(visible(html), page.chart_files)
    faults = page_faults(html)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        action = "Mend the block or the notebook's Markdown."
        raise ChapterError(name, "a page must be accessible and whole", faults[0] + more, action)
    return html


@cache
def _exporter() -> "TemplateExporter":
    from nbconvert.exporters import HTMLExporter, TemplateExporter

    class PageExporter(HTMLExporter):
        """nbconvert's Markdown with our template, and nothing done to the result."""

        def from_notebook_node(self, nb, resources=None, **options):
            # The HTML exporter would rewrite the page and give images a placeholder text.
            return TemplateExporter.from_notebook_node(self, nb, resources, **options)

    exporter = PageExporter(
        template_name="cyp",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
        filters={"with_heading_ids": with_heading_ids, **FILTERS},
    )
    exporter.environment.autoescape = True
    return exporter


def with_heading_ids(body: str) -> Contents:
    """Give each heading without one an id made of its words, unique on the page; a heading with
    nothing below it is left out."""
    body = _without_empty_sections(body)
    taken = {e.attributes["id"] for e in parse(body).walk() if "id" in e.attributes}

    def named(match: re.Match) -> str:
        level, inner = match.groups()
        name = _unique(_slug(parse(inner).text()), taken)
        return f'<h{level} id="{name}">{inner}</h{level}>'

    html = _captions_apart(_HEADING.sub(named, body))
    headings = tuple((h.attributes["id"], h.text()) for h in parse(html).find("h2"))
    return Contents(html, headings)


def _captions_apart(body: str) -> str:
    """The captions with a number from the second one alike: each table's scroller is known by its
    caption, and two of one name could not be told apart by ear."""
    seen = Counter()

    def told(match: re.Match) -> str:
        seen[match[2]] += 1
        more = f" (table {seen[match[2]]})" if seen[match[2]] > 1 else ""
        return f"<caption{match[1]}>{match[2]}{more}</caption>"

    return _TABLE_CAPTION.sub(told, body)


def _without_empty_sections(body: str) -> str:
    """The body without headings of Markdown below which nothing is said or drawn."""
    kept = [(m.start(), m.end(), int(m[1])) for m in _HEADING.finditer(body)]
    starts = [(m.start(), int(m[1])) for m in _ANY_HEADING.finditer(body)]
    for start, end, level in reversed(kept):
        # Only a heading of its own level or above ends a section: one below it is part of it.
        after = [at for at, other in starts if at > start and other <= level]
        until = min(after, default=len(body))
        if not _SAYS_SOMETHING.search(_TAG.sub("", body[end:until])):
            body = body[:start] + body[end:]
            starts = [(at - (end - start) * (at > start), n) for at, n in starts if at != start]
    return body


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "section"


def _unique(name: str, taken: set[str]) -> str:
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    taken.add(unique)
    return unique
