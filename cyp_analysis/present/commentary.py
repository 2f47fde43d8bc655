"""The analyst's own words about one area, kept beside the period that they were written for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import yaml

from cyp_analysis import paths, periods
from cyp_analysis.errors import ChapterError, PeriodError
from cyp_analysis.yaml_text import load_yaml

_LOWEST, _HIGHEST = 6, 3
# Addresses that a commentary may lead to: a site, a mailbox, a page beside its own or a part of it.
_FOLLOWED = re.compile(r"(?:https?://|mailto:)\S|#|[\w-]+\.html(?:#|$)", re.IGNORECASE)
# The parts of a chapter that a person writes, by the heading that begins each in its file; what
# stands before the first of them is the commentary itself.
SECTIONS = {
    "why_it_matters": "Why it matters here",
    "who_is_at_risk": "Who is at risk",
    "services_and_assets": "Services and assets",
    "what_works": "What works",
    "gaps": "Gaps",
}


_SAID = ("written_for", "author_role", "status", "owner", "endorsed_by", "version", "replaces")


@dataclass(frozen=True)
class Commentary:
    """One commentary file: what it was written for, by which role, and its Markdown."""

    path: Path
    written_for: str
    author_role: str
    status: str
    markdown: str
    review_by: date | None = None
    owner: str = ""
    endorsed_by: str = ""
    version: str = ""
    replaces: str = ""
    first_line: int = 0

    @property
    def whole(self) -> str:
        """The Markdown with as many empty lines before it as its file has lines of front matter."""
        return "\n" * self.first_line + self.markdown

    @property
    def parts(self) -> dict[str, str]:
        """The Markdown of each section by its key; the commentary itself under ""."""
        keys = {heading.casefold(): key for key, heading in SECTIONS.items()}
        found, key = {"": []}, ""
        for line in self.markdown.splitlines():
            heading = re.fullmatch(r"##? +(.+?)\s*#*\s*", line)
            begins = keys.get(heading[1].casefold()) if heading else None
            key = begins or key
            found.setdefault(key, [])
            found[key] += [] if begins else [line]
        return {key: "\n".join(lines).strip() for key, lines in found.items()}

    @property
    def covers_until(self) -> pd.Timestamp | None:
        """The last day that `written_for` speaks of; None if it names no year."""
        try:
            return pd.Timestamp(periods.parse(self.written_for).end)
        except PeriodError:
            years = re.findall(r"\b(?:19|20)\d{2}\b", self.written_for)
            return pd.Timestamp(int(max(years)), 12, 31) if years else None


def read_commentary(area_code: str, chapter_id: str) -> Commentary | None:
    """The commentary of one chapter of one area; None if no one has written it.

    ChapterError if the file does not begin with front matter that says `written_for`.
    """
    path = paths.data_dir() / "commentary" / area_code / f"{chapter_id}.md"
    if not path.is_file():
        return None
    text = _text(path)
    parts = re.split(r"^---\s*$", text, maxsplit=2, flags=re.M)
    front = _front_matter(parts[1], path) if len(parts) == 3 and not parts[0].strip() else {}
    if not front.get("written_for"):
        raise _no_front_matter(path)
    said = {key: str(front.get(key) or "") for key in _SAID}
    due = front.get("review_by")
    due = due if isinstance(due, date) else None
    words = parts[2].strip()
    before = text[: len(text) - len(parts[2].lstrip())].count("\n")
    return Commentary(path, **said, markdown=words, review_by=due, first_line=before)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ChapterError(
            f"commentary/{path.parent.name}/{path.name}",
            "must be UTF-8 text",
            "another encoding",
            "Save it again as UTF-8.",
        ) from None


def _front_matter(text: str, path: Path) -> dict:
    try:
        found = load_yaml(text)
    # A date that no calendar has is a ValueError of the reader.
    except (yaml.YAMLError, ValueError):
        raise _no_front_matter(path) from None
    return found if isinstance(found, dict) else {}


def _no_front_matter(path: Path) -> ChapterError:
    return ChapterError(
        f"commentary/{path.parent.name}/{path.name}",
        "must begin with front matter between two lines of ---",
        "none with `written_for`",
        "Say which period the words were written for.",
    )


def to_html(markdown: str) -> str:
    """Markdown as HTML; raw HTML in it is shown as text, its highest heading becomes h3. A picture
    or a link that no page may have is its words alone."""
    made = _markdown()(markdown)
    levels = [int(level) for level in re.findall(r"<h([1-6])", made)]
    lift = _HIGHEST - min(levels, default=_HIGHEST)
    return re.sub(
        r"<(/?)h([1-6])", lambda h: f"<{h[1]}h{min(int(h[2]) + lift, _LOWEST)}", made
    ).strip()


@cache
def _markdown() -> Callable[[str], str]:
    import mistune

    class Words(mistune.HTMLRenderer):
        """Links that a reader can follow; nothing that a browser would fetch or run."""

        def link(self, text: str, url: str, title: str | None = None) -> str:
            return super().link(text, url, title) if _FOLLOWED.match(url) else text

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return text

    return mistune.create_markdown(renderer=Words(escape=True))
