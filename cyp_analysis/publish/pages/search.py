"""Search over an area's chapters without a server: an index inside a page, and with scripts off an
A to Z of the same things."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import words
from cyp_analysis.publish.page import ChapterLink
from cyp_analysis.publish.pages.anchors import (
    FIGURE,
    HEADING,
    HEADLINE,
    TABLE,
    Anchor,
    best_places,
)
from cyp_analysis.publish.pages.area_page import AreaPage
from cyp_analysis.publish.pages.glossary import Term
from cyp_analysis.publish.shell import GLOSSARY, render

# A page is found in a moment and opened from an e-mail: its index is held below this.
LONGEST_TEXT = 80
TERM = "word explained"


@dataclass(frozen=True)
class Entry:
    """A thing of the A to Z: its words, where it is, and what tells it from others of its name."""

    text: str
    href: str
    where: str
    apart: str = ""
    more: str = ""  # the first words of its definition


@dataclass(frozen=True, kw_only=True)
class Search(AreaPage):
    """The search page of one area: the A to Z, the chapters' headings, the index of the script."""

    letters: tuple[tuple[str, tuple[Entry, ...]], ...]
    sections: tuple[tuple[ChapterLink, tuple[Anchor, ...]], ...]
    index: str
    title: str = "Search all chapters"
    question: str = "Find a figure, a section or a word."


def render_search(page: Search) -> str:
    """The HTML of the search page."""
    return render("search.html.j2", f"search.html ({page.area_code})", page=page)


def a_to_z(
    anchors: Iterable[Anchor], chapters: Sequence[ChapterLink], known: dict[str, Indicator]
) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """Letter and entries: every indicator that a chapter shows, with the place that shows it
    best."""
    names = {indicator.id: indicator.name for indicator in known.values()}
    titles = {chapter.href: chapter.title for chapter in chapters}
    found = best_places(anchors, names)
    entries = [
        Entry(
            text=words.sentence_case(names[i]),
            href=at.href,
            where=titles.get(at.page, ""),
            more=_short(known[i].definition),
        )
        for i, at in found.items()
    ]
    shared = Counter(entry.text for entry in entries) + Counter(titles.values())
    # Two figures may share a name, or a chapter may have it too; a link says which one it means.
    told = [replace(e, apart=_apart(e)) if shared[e.text] > 1 else e for e in entries]
    ordered = sorted(told, key=lambda entry: (_letter(entry), entry.text.lower(), entry.href))
    return tuple((letter, tuple(of)) for letter, of in groupby(ordered, key=_letter))


def _apart(entry: Entry) -> str:
    form = entry.href.partition("#")[2].partition("-")[2]
    return f"{entry.where}, {words.spaced(form).replace('-', ' ')}"


def _letter(entry: Entry) -> str:
    return entry.text[0].upper() if entry.text[0].isalpha() else "0–9"


def sections(
    anchors: Iterable[Anchor], chapters: Sequence[ChapterLink]
) -> tuple[tuple[ChapterLink, tuple[Anchor, ...]], ...]:
    """Each chapter that has a page, with its headings."""
    headings = [anchor for anchor in anchors if anchor.kind == HEADING]
    return tuple(
        (chapter, tuple(heading for heading in headings if heading.page == chapter.href))
        for chapter in chapters
        if chapter.href
    )


def index_json(
    anchors: Iterable[Anchor],
    pages: Sequence[ChapterLink],
    terms: Sequence[Term],
    letters: Iterable[tuple[str, Sequence[Entry]]],
) -> str:
    """The index as JSON that can stand in a script: pages as [title, address], entries as [kind,
    page, id, title, more words], and more words for each line of the A to Z. What the page lists
    already (the A to Z, headings) the script reads from there."""
    order = {page.href: number for number, page in enumerate(pages) if page.href}
    entries = [
        [anchor.kind, order[anchor.page], anchor.id, _title(anchor), _more(anchor)]
        for anchor in anchors
        if anchor.page in order and anchor.kind in (FIGURE, TABLE, HEADLINE) and not _listed(anchor)
    ]
    entries += [
        [TERM, len(pages), term.id, term.term, ". ".join([*term.also, _short(term.meaning)])]
        for term in terms
    ]
    every = [*pages, ChapterLink("glossary", "Words explained", GLOSSARY)]
    made = {
        "pages": [[page.title, page.href] for page in every],
        "more": [entry.more for _, of in letters for entry in of],
        "entries": entries,
        "same": {name.lower(): term.term.lower() for term in terms for name in term.also},
    }
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def _listed(anchor: Anchor) -> bool:
    """A table of many indicators has no words of its own: the A to Z leads to its rows."""
    return anchor.kind == TABLE and anchor.form == "table"


def _title(anchor: Anchor) -> str:
    return _short(anchor.title) if anchor.kind == HEADLINE else anchor.title


def _more(anchor: Anchor) -> str:
    """Words that an entry can be found by, beside its title."""
    return _short("; ".join(sorted(anchor.rows)) if anchor.kind == TABLE else anchor.text)


def _short(text: str) -> str:
    """The first sentence, or as many whole words as there is room for."""
    first = text.split(". ")[0]
    if len(first) <= LONGEST_TEXT:
        return first
    return first[:LONGEST_TEXT].rsplit(" ", 1)[0] + " …"
