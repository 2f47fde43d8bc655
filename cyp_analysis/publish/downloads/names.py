"""Names of files to download, and what a link says of one."""

import re
from dataclasses import dataclass
from pathlib import Path
from unicodedata import combining, normalize

from cyp_analysis.geography import Area

FOLDER = "downloads"
LONGEST_NAME = 80  # of each half of a file's name: systems allow 255 bytes for the whole


@dataclass(frozen=True)
class Download:
    """A file to download: the words of its link, where it is, and its kind and size in words."""

    name: str
    href: str
    kind: str
    size: str


def slug(text: str) -> str:
    """Words as a file name has them: lower case, dashes between: "St. Helens" → "st-helens"."""
    plain = "".join(c for c in normalize("NFKD", text.replace("&", " and ")) if not combining(c))
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’.]", "", plain.lower())).strip("-") or "file"


def stem(area: Area, what: str) -> str:
    """File name without its ending: the area, then what it holds."""
    return f"{slug(area.name)[:LONGEST_NAME].strip('-')}-{slug(what)[:LONGEST_NAME].strip('-')}"


def download(path: Path, home: Path, name: str) -> Download:
    """The link to a file, seen from the area's folder `home`."""
    href, kind = path.relative_to(home).as_posix(), path.suffix[1:].upper()
    return Download(name, href, kind, size_words(path.stat().st_size))


def size_words(size: int) -> str:
    """A size in bytes as people read it: "1 kB" at least, "1.4 MB" from a thousand kB."""
    kilobytes = max(1, round(size / 1000))
    return f"{kilobytes} kB" if kilobytes < 1000 else f"{size / 1_000_000:.1f} MB"
