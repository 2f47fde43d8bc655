"""The faults that keep a page from being published (WCAG 2.2 and the project's own rules)."""

import re
from collections import Counter

from cyp_analysis.publish.markup import Element, parse

# Attributes that make a browser fetch something, by tag. A link that a reader follows is not one.
_FETCHED = {
    "link": ("href",),
    "img": ("src", "srcset"),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
}
_STYLE_FETCH = re.compile(r"@import|url\((?!\s*['\"]?\s*(?:#|data:))", re.IGNORECASE)
# The sentence that nbconvert puts where an image has no text, which accessibility checkers pass.
_SENTINEL = "no description has been provided"


def page_faults(html: str) -> list[str]:
    """What is wrong with a whole page, in plain words; empty if nothing is."""
    page = parse(html)
    checks = (_heading_faults, _id_faults, _text_alternatives, _fetches, _tables)
    return [fault for check in checks for fault in check(page)]


def _heading_faults(page: Element) -> list[str]:
    headings = page.find("h1", "h2", "h3", "h4", "h5", "h6")
    levels = [int(heading.tag[1]) for heading in headings]
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} headings of level 1, not one"]
    for heading, before, level in zip(headings[1:], levels, levels[1:], strict=False):
        if level > before + 1:
            faults.append(f"heading “{heading.text()}” is level {level} after level {before}")
    return faults + ["an empty heading" for heading in headings if not heading.text()]


def _id_faults(page: Element) -> list[str]:
    elements = [element.attributes for element in page.walk()]
    counts = Counter(attributes["id"] for attributes in elements if "id" in attributes)
    faults = [f"id “{name}” is used {times} times" for name, times in counts.items() if times > 1]
    for attributes in elements:
        wanted = attributes.get("aria-labelledby", "").split()
        href = attributes.get("href", "")
        wanted += [href[1:]] if len(href) > 1 and href.startswith("#") else []
        faults += [
            f"“{name}” is pointed at but is not on the page"
            for name in wanted
            if name not in counts
        ]
    return faults


def _text_alternatives(page: Element) -> list[str]:
    images = [image.attributes.get("alt") for image in page.find("img")]
    charts = [svg.attributes for svg in page.find("svg") if svg.attributes.get("role") == "img"]
    texts = images + [chart.get("aria-label") for chart in charts]
    faults = ["an image without a text alternative" for text in texts if not text]
    return faults + [f"placeholder text “{t}”" for t in texts if t and _SENTINEL in t.lower()]


def _fetches(page: Element) -> list[str]:
    faults = ["a script"] * len(page.find("script"))
    for element in page.find(*_FETCHED):
        for name in _FETCHED[element.tag]:
            address = element.attributes.get(name, "")
            if address and not address.startswith(("#", "data:")):
                faults.append(f"<{element.tag}> fetches {address}")
    styles = [style.text() for style in page.find("style")]
    styles += [element.attributes.get("style", "") for element in page.walk()]
    return faults + ["a style that fetches a file" for text in styles if _STYLE_FETCH.search(text)]


def _tables(page: Element) -> list[str]:
    faults = []
    for table in page.find("table"):
        caption = " ".join(caption.text() for caption in table.find("caption"))
        faults += [] if caption else ["a table without a caption"]
        name = f"table “{caption}”"
        for header in table.find("th"):
            faults += [] if header.text() else [f"{name} has an empty header"]
            faults += [] if "scope" in header.attributes else [f"{name} has a header without scope"]
    return faults
