"""Reads HTML as a tree: enough to check a page and to lift sentences out of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


@dataclass(eq=False)
class Element:
    """A tag with its attributes and what is inside it."""

    tag: str
    attributes: dict[str, str]
    children: "list[Element | str]" = field(default_factory=list)

    def walk(self) -> "Iterator[Element]":
        """Every element inside, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def find(self, *tags: str) -> "list[Element]":
        """Every element inside that has one of the tags."""
        return [element for element in self.walk() if element.tag in tags]

    def has_class(self, name: str) -> bool:
        """Whether the class attribute names the class."""
        return name in self.attributes.get("class", "").split()

    def text(self, without_class: str | None = None) -> str:
        """The words inside, spaces collapsed; parts hidden from screen readers and elements of
        one class left out."""
        return " ".join("".join(self._words(without_class)).split())

    def _words(self, without_class: str | None) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.attributes.get("aria-hidden") != "true" and not (
                without_class and child.has_class(without_class)
            ):
                yield from child._words(without_class)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        # An end tag closes what was left open inside it; one that opens nothing is passed over.
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Element:
    """The root of the tree of a page or fragment."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root
