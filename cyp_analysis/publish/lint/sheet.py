"""A page as the rules read it: walked once, its elements by tag, its words without code."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from cyp_analysis.publish.markup import Element, parse

# What is inside these is no text of the page.
_CODE = frozenset({"script", "style", "template"})
# Attributes that a reader hears or sees.
_SPOKEN = ("alt", "aria-label", "aria-description", "title", "placeholder")
# Elements that hold running words; a cell or a list item may hold another of them.
_BLOCKS = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "dt", "dd", "th", "td", "caption"}
    | {"figcaption", "summary", "a", "text", "option", "button", "label"}
)


class Sheet:
    """A parsed page. The rules ask it many times over, so that each list is made once."""

    def __init__(self, html: str) -> None:
        self.root = parse(html)
        self.elements = list(self.root.walk())

    @cached_property
    def _by_tag(self) -> dict[str, list[Element]]:
        found = defaultdict(list)
        for element in self.elements:
            found[element.tag].append(element)
        return found

    def find(self, *tags: str) -> list[Element]:
        """The elements that have one of the tags; those of one tag in the order of the page."""
        return [element for tag in tags for element in self._by_tag.get(tag, ())]

    def classed(self, name: str) -> list[Element]:
        """The elements of a class, in the order of the page."""
        return [element for element in self.elements if element.has_class(name)]

    @cached_property
    def ids(self) -> frozenset[str]:
        """Every id on the page."""
        found = (element.attributes.get("id") for element in self.elements)
        return frozenset(name for name in found if name)

    @cached_property
    def words(self) -> str:
        """All that a reader is shown or told, spaces collapsed."""
        spoken = (element.attributes.get(name, "") for element in self.elements for name in _SPOKEN)
        return " ".join(" ".join([written(self.root), *filter(None, spoken)]).split())

    @cached_property
    def blocks(self) -> list[tuple[str, str]]:
        """Tag and words of every element that holds running words and no other such element."""
        holders = (
            element
            for element in self.find(*_BLOCKS)
            if not any(inner.tag in _BLOCKS and inner.tag != "a" for inner in element.walk())
        )
        return [(element.tag, " ".join(written(element).split())) for element in holders]

    @cached_property
    def style(self) -> str:
        """The text of the page's style sheets."""
        return "\n".join("".join(c for c in s.children if isinstance(c, str))
                         for s in self.find("style"))  # fmt: skip


def written(element: Element) -> str:
    """The words inside an element, code left out, spaces as they are."""
    return "".join(_written(element))


def _written(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.tag not in _CODE:
            yield from _written(child)
            yield "" if child.tag in ("a", "b", "em", "strong", "span", "tspan") else " "


def short(text: str, width: int = 80) -> str:
    """The text cut to a width, for a message of one line."""
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= width else text[: width - 1] + "…"
