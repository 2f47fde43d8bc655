"""Rules of links: words that say where they lead, and files that say what they are."""

import re
from collections import defaultdict
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from cyp_analysis.publish.lint.sheet import Sheet, short
from cyp_analysis.publish.markup import Element

FILE_KINDS = ("csv", "json", "ods", "pdf", "png", "svg", "xlsx", "zip", "parquet", "txt")
_VAGUE = re.compile(
    r"(?:click )?here|(?:read |learn |find out |see )?more|link|this|this page|details|download|go",
    re.IGNORECASE,
)
_SIZE = r"\d[\d,.]*\s?(?:bytes|B|kB|KB|MB|GB)"


def link_faults(sheet: Sheet) -> list[str]:
    """Words in every link; the same words lead to the same place; none of them empty talk."""
    faults, targets = [], defaultdict(set)
    # A named block of navigation tells its links from those of the same words elsewhere.
    blocks = {
        id(link): nav.attributes.get("aria-label", "")
        for nav in sheet.find("nav")
        for link in nav.find("a")
    }
    for link in sheet.find("a"):
        text, href = spoken(link), link.attributes.get("href", "")
        if not text or not href:
            faults.append(f"the link “{short(text)}” to “{href}” lacks words or an address")
        elif _VAGUE.fullmatch(text):
            faults.append(f"the link “{text}” does not say where it leads")
        targets[blocks.get(id(link), ""), text.lower()].add(href)
    return faults + [
        f"“{short(text)}” leads to {len(places)} places: {', '.join(sorted(places)[:3])}"
        for (_, text), places in targets.items()
        if len(places) > 1
    ]


def download_faults(sheet: Sheet) -> list[str]:
    """A link to a file gives the kind of file and its size."""
    faults = []
    for link in sheet.find("a"):
        kind = _file_kind(link)
        if kind and not re.search(rf"\b{kind}\b,? {_SIZE}", spoken(link), re.IGNORECASE):
            faults.append(f"the download “{short(spoken(link))}” does not give kind and size")
    return faults


def spoken(link: Element) -> str:
    """What a screen reader says of a link: its label, else its words and those of its pictures."""
    label = link.attributes.get("aria-label", "")
    pictures = [p.attributes.get("alt") or p.attributes.get("aria-label", "")
                for p in link.find("img", "svg")]  # fmt: skip
    return " ".join(label.split()) or " ".join([link.text(), *filter(None, pictures)]).strip()


def local_targets(sheet: Sheet) -> list[tuple[str, str]]:
    """Path and fragment of every link to another file of the edition."""
    targets = []
    for link in sheet.find("a"):
        parts = urlsplit(link.attributes.get("href", ""))
        if parts.path and not parts.scheme and not parts.netloc:
            targets.append((unquote(parts.path), unquote(parts.fragment)))
    return targets


def _file_kind(link: Element) -> str:
    parts = urlsplit(link.attributes.get("href", ""))
    if parts.netloc or parts.scheme:
        return ""
    kind = PurePosixPath(parts.path).suffix.lstrip(".").lower()
    return kind if kind in FILE_KINDS else ""
