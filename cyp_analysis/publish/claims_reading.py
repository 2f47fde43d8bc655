"""The generated prose of an executed chapter or of a page, piece by piece."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import nbformat

from cyp_analysis.catalogue import Catalogue, Chapter
from cyp_analysis.present.claims.calls import OF_INDICATORS, OF_SEVERAL
from cyp_analysis.present.claims.passages import Passage
from cyp_analysis.publish.markup import Element, parse

# What these calls show was written by a person or a publisher, word for word.
_QUOTED = frozenset(
    [
        "definitions",
        "sources",
        "commentary",
        "missing",
        "data_quality",
        "quotes",
        "ownership",
        "rights",
        "core",
    ]
)
_LEFT_OUT = frozenset({"source", "age-line", "chart-files", "no-data", "prose", "commentary"})
_PROSE = frozenset({"p", "li", "dd", "dt", "caption", "h3", "h4", "h5", "h6"})
_CALL = re.compile(r"chapter\.(\w+)\((.*)\)", re.DOTALL)
_STRING = re.compile(r"""["']([\w-]+)["']""")
_TABLES = re.compile(r"<(?:thead|tbody)>.*?</(?:thead|tbody)>", re.DOTALL)
_DRAWN = re.compile(r"(<svg\b[^>]*>).*?(</svg>)", re.DOTALL)


def chapter_passages(notebook: Path, chapter: Chapter, known: Catalogue) -> Iterator[Passage]:
    """Every passage of a chapter's blocks, in the order of the page."""
    for cell in nbformat.read(notebook, as_version=4).cells:
        called = _CALL.search(cell.source) if cell.cell_type == "code" else None
        for output in cell.get("outputs", []) if called else []:
            html = output.get("data", {}).get("text/html", "")
            if html and called[1] not in _QUOTED:
                ids = _ids(called[1], _STRING.findall(called[2]), chapter, known)
                yield from passages(html, called[1], ids, known)


def _ids(
    call: str, named: Iterable[str], chapter: Chapter, known: Catalogue
) -> tuple[str, ...] | None:
    """The indicators that the arguments of a call name; of the chapter if they name none."""
    groups = {group.id: group.indicators for group in chapter.groups}
    found = [i for name in named for i in groups.get(name, (name,)) if i in known.indicators]
    if found or chapter.whole_catalogue or call not in OF_INDICATORS:
        return tuple(found) or None
    return tuple(chapter.indicators) or None


def passages(
    html: str, call: str, ids: tuple[str, ...] | None, known: Catalogue
) -> Iterator[Passage]:
    """The passages of a piece of HTML that one call has made."""
    root = parse(_DRAWN.sub(r"\1\2", _TABLES.sub("", html)))
    around = " ".join(element.text() for element in root.find("figcaption", "caption"))
    yield from _walk(root, Passage("", "", call, ids, around), frozenset(known.indicators))


def _walk(element: Element, of: Passage, known: frozenset[str]) -> Iterator[Passage]:
    for child in element.children:
        if isinstance(child, str) or _LEFT_OUT.intersection(
            child.attributes.get("class", "").split()
        ):
            continue
        inside = _placed(child, of, known)
        if child.tag == "svg":
            yield from _said(child.attributes.get("aria-label", ""), "alt", inside)
        elif child.tag == "figcaption":
            for part in child.children:
                if isinstance(part, Element):
                    yield from _said(part.text(), part.attributes.get("class", "caption"), inside)
        elif child.tag in _PROSE and not any(c.tag in _PROSE for c in child.walk()):
            kind = child.attributes.get("class", "").split(" ")[0] or child.tag
            yield from _said(_words(child), kind, inside)
        else:
            yield from _walk(child, inside, known)


def _words(element: Element) -> str:
    """The text of an element; of a tile, whose parts stand under one another, with a space."""
    parts = [child for child in element.children if isinstance(child, Element)]
    if len(parts) == len(element.children) > 1:
        return " ".join(filter(None, (part.text() for part in parts)))
    return element.text()


def _placed(element: Element, of: Passage, known: frozenset[str]) -> Passage:
    """What an element's own id and data say about the passages inside it."""
    anchor = element.attributes.get("id", "") or of.anchor
    named = element.attributes.get("data-indicator", "")
    named = named or ("" if of.call in OF_SEVERAL else _of_figure(anchor, known))
    around = of.around
    if element.tag == "figure":
        around = " ".join(caption.text() for caption in element.find("figcaption", "caption"))
    return Passage(
        "",
        "",
        of.call,
        (named,) if named in known else of.ids,
        around,
        anchor,
        element.attributes.get("data-period-end", "") or of.period_end,
    )


@cache
def _of_figure(anchor: str, known: frozenset[str]) -> str:
    """The indicator in the id of a figure or a caption: `fig-child_poverty-trend`."""
    parts = anchor.split("-")
    return next((part for part in parts[1:2] if part in known), "")


def _said(text: str, kind: str, of: Passage) -> Iterator[Passage]:
    if text:
        yield Passage(text, kind, of.call, of.ids, of.around, of.anchor, of.period_end)
