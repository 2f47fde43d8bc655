"""Reads a page as an adversary: its words, tables, attributes, comments, scripts and drawings."""

import html
import re
from collections.abc import Iterator

from cyp_analysis.attack.drawings import marks
from cyp_analysis.attack.json_units import json_units
from cyp_analysis.attack.units import Row, Unit, Words

_PIECES = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|<(?P<raw>script|style)\b(?P<rawhead>[^>]*)>(?P<inside>.*?)</(?P=raw)\s*>"
    r"|<svg\b(?P<svg>.*?)</svg\s*>"
    r"|<(?P<end>/?)(?P<tag>[a-zA-Z][\w:-]*)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"
    r"|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.DOTALL)
# Attributes that say nothing of a figure: where things are, how they look.
_DULL = re.compile(
    r"(?i)^(?:id|class|href|src|style|scope|role|tabindex|for|rel|type|lang|aria-labelledby|"
    r"aria-describedby|aria-hidden|aria-controls|width|height|viewbox|xmlns.*|charset|download|"
    r"name|http-equiv|data-area|data-indicator|data-period-end|stroke.*)$"
)
_INLINE = {"a", "abbr", "b", "strong", "em", "i", "span", "small", "sup", "sub", "code", "time"}
_SAID = re.compile(r"<(title|desc)[^>]*>(.*?)</(?:title|desc)>", re.DOTALL)
_QUOTED = re.compile(r"/\*.*?\*/|//[^\n]*|\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", re.DOTALL)
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """Text as shown: character references resolved, spaces collapsed."""
    return _SPACES.sub(" ", html.unescape(text)).strip()


def page_units(text: str, file: str) -> Iterator[Unit]:
    """Everything on a page that could tell of a figure."""
    return _Page(file).read(text)


class _Page:
    """Goes through a page once and keeps what is said around the place it has come to."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.words: list[str] = []
        self.about = ""  # attributes of the block that the words stand in
        self.figure = ""  # of the figure, or the table's caption
        self.headers: tuple[str, ...] = ()
        self.cells: list[str] = []
        self.cell_tags: list[str] = []
        self.within: list[str] = []  # cell, caption

    def read(self, text: str) -> Iterator[Unit]:
        for piece in _PIECES.finditer(text):
            found = piece.groupdict()
            if found["text"] is not None:
                self.words.append(found["text"])
            elif found["tag"] is not None:
                yield from self._tag(found["tag"].lower(), found["end"], found["attributes"])
            elif found["comment"] is not None:
                yield Words(self.file, "comment", self.figure, plain(found["comment"]))
            elif found["raw"] is not None:
                yield from self._raw(found["raw"], found["rawhead"], found["inside"])
            else:
                yield from self._drawing(found["svg"])
        yield from self._flush("end")

    def _tag(self, tag: str, end: str, attributes: str) -> Iterator[Unit]:
        if attributes:
            yield from self._attributes(tag, attributes)
        if tag in _INLINE:
            return
        if tag in ("td", "th"):
            self._cell(tag, end)
        elif tag == "caption" and end:
            self.figure = f"{self.figure} {self._taken()}"
        elif tag == "tr" and end:
            yield from self._row()
        else:
            yield from self._flush(tag)
            self._enter(tag, end, attributes)

    def _enter(self, tag: str, end: str, attributes: str) -> None:
        if tag == "figure":
            self.figure = "" if end else plain(attributes)
        elif tag == "table":
            self.headers = ()
            self.figure = self.figure if end else self.figure or plain(attributes)
        elif tag in ("h1", "h2", "h3", "section", "main"):
            self.figure = ""
        self.about = "" if end else plain(attributes)

    def _attributes(self, tag: str, attributes: str) -> Iterator[Unit]:
        told = {m[1]: plain(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(attributes)}
        open_ = [f"{name}: {value}" for name, value in told.items() if not _DULL.match(name)]
        if open_:
            around = f"{self.figure} {plain(attributes)} {self._said()}"
            yield Words(self.file, f"attributes of <{tag}>", around, "; ".join(open_))

    def _cell(self, tag: str, end: str) -> None:
        text = self._taken()
        if end:
            self.cells.append(text)
            self.cell_tags.append(tag)

    def _row(self) -> Iterator[Unit]:
        cells, tags = tuple(self.cells), self.cell_tags
        self.cells, self.cell_tags = [], []
        if cells and "td" not in tags and not self.headers:
            self.headers = cells
        elif cells:
            yield Row(self.file, "table", self.figure, self.headers, cells)

    def _drawing(self, inside: str) -> Iterator[Unit]:
        head = inside.partition(">")[0]
        yield from self._attributes("svg", head)
        found = [(match[1], plain(match[2])) for match in _SAID.finditer(inside)]
        said = " ".join([self.figure, plain(head), *(text for _, text in found)])
        yield from marks(inside, self.file, said)
        for name, text in found:
            yield Words(self.file, f"svg <{name}>", self.figure, text)

    def _raw(self, tag: str, head: str, inside: str) -> Iterator[Unit]:
        """Data in a script as data; of a program or style sheet the texts and comments in it."""
        if "json" in head:
            yield from json_units(inside.encode(), f"{self.file} <{tag}>")
            return
        for match in _QUOTED.finditer(inside):
            yield Words(self.file, f"<{tag}>", "", plain(match.group()))

    def _said(self) -> str:
        return plain("".join(self.words))

    def _taken(self) -> str:
        text, self.words = self._said(), []
        return text

    def _flush(self, where: str) -> Iterator[Unit]:
        text = self._taken()
        if text:
            yield Words(self.file, "text", f"{self.figure} {self.about}", text)
            if where in ("figcaption", "summary"):
                self.figure = f"{self.figure} {text}"
