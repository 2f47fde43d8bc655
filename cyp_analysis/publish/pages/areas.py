"""The pages above the areas: the areas of an edition, and the editions beside each other."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from cyp_analysis import geography
from cyp_analysis.edition_reader import edition_names
from cyp_analysis.geography import Area
from cyp_analysis.present.words import date_words
from cyp_analysis.publish.files import write_atomic
from cyp_analysis.publish.shell import GLOSSARY, SITE_NAME, STATEMENT, Shell, render

EDITIONS = "editions.html"
# So many areas in one list can be looked through; more are set out by region.
MOST_IN_ONE_LIST = 12


@dataclass(frozen=True)
class Place:
    """A line of a list: where it leads, and what to say of it."""

    name: str
    href: str
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class Above(Shell):
    """A page of lists that belongs to no area."""

    title: str
    question: str
    lists: tuple[tuple[str, tuple[Place, ...]], ...]
    glossary_href: str = ""
    statement_href: str = ""
    editions_href: str = ""
    edition: str = ""
    search_href = ""
    methods_href = ""
    updated = ""
    area_name = ""
    area_code = ""
    index_href = ""
    site_name = SITE_NAME

    @property
    def document_title(self) -> str:
        """The title of the browser's tab."""
        return f"{self.title} – {self.site_name}"

    @property
    def description(self) -> str:
        """One sentence for search results."""
        return f"{self.site_name}: {self.question}"


def write_areas(folder: Path, edition: str, updated: Sequence[tuple[Area, str]]) -> Path:
    """Write the page of an edition's areas into its folder. `updated`: each area with a sentence
    on its newest figure."""
    places = [(area, Place(area.name, f"{area.code}/index.html", said)) for area, said in updated]
    first = updated[0][0].code
    page = Above(
        title="Areas",
        question="What published figures say about children and young people, place by place.",
        edition=edition,
        lists=by_region(places),
        glossary_href=f"{first}/{GLOSSARY}",
        statement_href=f"{first}/{STATEMENT}",
        editions_href=f"../{EDITIONS}",
    )
    return write_atomic(folder / "index.html", render_above(page, f"index.html of {edition}"))


def by_region(places: Iterable[tuple[Area, Place]]) -> tuple[tuple[str, tuple[Place, ...]], ...]:
    """Heading and places: one list without a heading for few, else one for England and one for
    each region, each from A to Z."""
    ordered = sorted(places, key=lambda pair: pair[0].name)
    if len(ordered) <= MOST_IN_ONE_LIST:
        return (("", tuple(place for _, place in ordered)),)
    groups: dict[str, list[Place]] = {}
    for area, place in ordered:
        groups.setdefault(_region(area), []).append(Place(place.name, place.href))
    whole = sorted(groups, key=lambda name: (name != "England and its regions", name))
    return tuple((name, tuple(groups[name])) for name in whole)


def _region(area: Area) -> str:
    if area.level in ("country", "region") or not area.region_code:
        return "England and its regions"
    return geography.name(area.region_code)


def write_editions(outputs: Path) -> Path:
    """Write the page of all editions beside them, newest first; it is made anew by each build."""
    places = tuple(_edition_place(outputs / name) for name in reversed(edition_names()))
    page = Above(
        title="Editions",
        question="Every edition that has been made; the newest comes first.",
        lists=(("", places),),
    )
    return write_atomic(outputs / EDITIONS, render_above(page, EDITIONS), durable=True)


def _edition_place(folder: Path) -> Place:
    """An edition made before it had a page of areas opens at its first area."""
    pages = [folder / "index.html", *sorted(folder.glob("*/index.html"))]
    found = next((page for page in pages if page.is_file()), None)
    href = quote(found.relative_to(folder.parent).as_posix()) if found else ""
    number = len(list(folder.glob("*/index.html")))
    areas = "1 area" if number == 1 else f"{number} areas"
    return Place(folder.name, href, ", ".join(filter(None, [_made(folder), areas])))


def _made(folder: Path) -> str:
    """ "made on 22 November 2026"; empty where its receipt does not say, or is damaged."""
    try:
        created = json.loads((folder / "receipt.json").read_text(encoding="utf-8"))["created"]
        return f"made on {date_words(datetime.fromisoformat(created))}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def render_above(page: Above, name: str) -> str:
    """The HTML of such a page."""
    return render("areas.html.j2", name, page=page)
