"""Rules that keep a page whole on its own: from a file share, in an e-mail, without a network."""

import re

from cyp_analysis.publish.lint.sheet import Sheet, short

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
    "track": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "input": ("src",),
    "script": ("src",),
    "form": ("action",),
}
_STYLE_FETCH = re.compile(r"@import|url\((?!\s*['\"]?\s*(?:#|data:))", re.IGNORECASE)
# What a script fetches, sends or runs with; a page's own script needs none of them.
_SCRIPT_FETCH = re.compile(
    r"\b(?:fetch|importScripts|eval)\s*\(|\bimport\s*\(|\bimport\s+['\"{*\w]|new\s+Function\b"
    r"|\b(?:XMLHttpRequest|WebSocket|EventSource|sendBeacon|WebTransport|document\.write)\b"
    r"|\bnew\s+(?:Image|Worker|SharedWorker)\b|['\"`](?:https?:)?//[\w.-]"
)
_DATA_KINDS = ("application/json", "application/ld+json", "text/plain")


def fetch_faults(sheet: Sheet) -> list[str]:
    """Nothing on the page is fetched from elsewhere, by an element or by a style."""
    faults = []
    for element in sheet.find(*_FETCHED):
        for name in _FETCHED[element.tag]:
            address = element.attributes.get(name, "")
            # A form may lead to another page beside this one, as a link may.
            beside = element.tag == "form" and re.fullmatch(r"[\w-]+\.html", address)
            if address and not beside and not address.startswith(("#", "data:")):
                faults.append(f"<{element.tag}> fetches {short(address)}")
    refreshes = [e for e in sheet.find("meta") if "refresh" in e.attributes.get("http-equiv", "")]
    faults += ["a page that sends its reader elsewhere"] * len(refreshes)
    faults += ["a base address for all links"] * len(sheet.find("base"))
    styles = [sheet.style, *(element.attributes.get("style", "") for element in sheet.elements)]
    return faults + ["a style that fetches a file" for text in styles if _STYLE_FETCH.search(text)]


def script_faults(sheet: Sheet) -> list[str]:
    """A script works on the page it stands in and asks nobody; none hides in an attribute."""
    faults = []
    for script in sheet.find("script"):
        text = "".join(child for child in script.children if isinstance(child, str))
        found = _SCRIPT_FETCH.search(text)
        if found and script.attributes.get("type", "") not in _DATA_KINDS:
            faults.append(f"a script that fetches or runs text: “{short(found.group(), 40)}”")
    for element in sheet.elements:
        handlers = [name for name in element.attributes if name.startswith("on")]
        faults += [f"<{element.tag}> has a script in its attribute {name}" for name in handlers]
        if element.attributes.get("href", "").lower().lstrip().startswith("javascript:"):
            faults.append(f"<{element.tag}> has a script for an address")
    return faults
