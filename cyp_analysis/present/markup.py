"""Small pieces of HTML, escaped, and the block that a notebook cell shows."""

import html
from collections.abc import Iterable
from dataclasses import dataclass

from cyp_analysis.present import words


class Html(str):
    """Text that is HTML already and is not escaped again."""


@dataclass(frozen=True)
class Block:
    """What one call of a chapter gives: HTML for the page, plain text everywhere else."""

    html: str = ""
    text: str = ""

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def escape(text: object) -> str:
    """Text safe inside HTML and inside its attributes; Html passes as it is."""
    return text if isinstance(text, Html) else html.escape(str(text), quote=True)


def tag(name: str, content: object = "", **attributes: str) -> Html:
    """One element; `class_` and `data_area` become class and data-area, empty ones are left out."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return Html(f"<{name}{pairs}>{escape(content)}</{name}>")


def joined(*parts: object) -> Html:
    """Pieces of HTML one after the other."""
    return Html("".join(escape(part) for part in parts))


def verdict(outcome: str, side: str, against: str = "") -> Html:
    """Symbol, words and class of one verdict; `against` names the benchmark before it."""
    symbol = words.SYMBOLS.get(side, words.SYMBOLS["not_compared"])
    named = f"{against}: " if against else ""
    content = joined(
        tag("span", symbol, class_="symbol", aria_hidden="true"),
        f" {named}{words.verdict_words(outcome, side)}",
    )
    return tag("span", content, class_=f"verdict verdict-{outcome}")


def paragraph(text: object, class_: str = "") -> Html:
    """A paragraph, empty if there is nothing to say."""
    return tag("p", text, class_=class_) if text else Html("")


def no_data(text: str, ways: Iterable[str] = ()) -> Block:
    """The panel that says what is missing; the ways to get it, any of which does, open below it,
    so that a reader who does not fetch files is not stopped by them."""
    ways = [way.rstrip(". ") + "." for way in dict.fromkeys(ways)]
    if not ways:
        return Block(tag("div", tag("p", text), class_="no-data"), text)
    listed = tag("ul", joined(*(tag("li", way) for way in ways)))
    how = tag("details", joined(tag("summary", "How to get it"), listed))
    said = " or: ".join(ways)
    return Block(tag("div", joined(tag("p", text), how), class_="no-data"), f"{text} {said}")


def stacked(*blocks: Block) -> Block:
    """Blocks one under the other."""
    return Block(
        "\n".join(b.html for b in blocks if b.html), "\n".join(b.text for b in blocks if b.text)
    )


def link(address: str, content: str) -> Html:
    """A link if the address is one a reader can follow, else the words alone."""
    safe = address.startswith(("https://", "http://"))
    return tag("a", content, href=address) if safe else Html(escape(content))
