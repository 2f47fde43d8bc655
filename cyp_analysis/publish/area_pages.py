"""The pages of each area of an edition: chapters with their navigation, and the front page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cyp_analysis import catalogue
from cyp_analysis.catalogue import Chapter
from cyp_analysis.edition_reader import Edition
from cyp_analysis.errors import ChapterError
from cyp_analysis.geography import Area
from cyp_analysis.publish import generated
from cyp_analysis.publish.claims import Auditor
from cyp_analysis.publish.downloads.bundle import Files, Job, write_downloads, write_whole
from cyp_analysis.publish.downloads.names import Download, download
from cyp_analysis.publish.downloads.printing import Printer
from cyp_analysis.publish.files import write_atomic
from cyp_analysis.publish.page import ChapterLink, Page, render_page
from cyp_analysis.publish.pages.around import Around, around, write_around
from cyp_analysis.publish.pages.front import front_of, newest_of, sparks_of
from cyp_analysis.publish.pages.sparks import Spark
from cyp_analysis.publish.pool import ChapterRun
from cyp_analysis.publish.site import AreaLink, Card, Index, headlines_of, render_index

WORK = ".notebooks"
METHODS = "methods_and_sources"
SAID = "What the sentences say, and the figure behind each number"


@dataclass(frozen=True)
class AreaSite:
    """One area of an edition: its chapters, what it can link to, and how new its figures are."""

    edition: str
    area: Area
    others: tuple[Area, ...]
    runs: tuple[ChapterRun, ...]
    updated: str = ""
    previous: str = ""  # the edition before this one

    @property
    def built(self) -> tuple[ChapterRun, ...]:
        """The chapters that have a page."""
        return tuple(run for run in self.runs if run.outcome == "built")

    @property
    def methods_href(self) -> str:
        """The methods page, empty if the edition has none."""
        return next((href(run) for run in self.runs if run.chapter_id == METHODS), "")


def area_sites(
    edition: str,
    areas: Sequence[Area],
    runs: Sequence[ChapterRun],
    updated: Mapping[str, str],
    *,
    previous: str = "",
) -> list[AreaSite]:
    """The runs sorted into one site for each area."""
    return [
        AreaSite(
            edition=edition,
            area=area,
            others=tuple(other for other in areas if other.code != area.code),
            runs=tuple(run for run in runs if run.area_code == area.code),
            updated=updated.get(area.code, ""),
            previous=previous,
        )
        for area in areas
    ]


def write_site(
    folder: Path, site: AreaSite, printer: Printer | None = None
) -> tuple[ChapterRun, ...]:
    """Write the area's files and pages; the runs with the page of each.

    A page that breaks a rule makes its run a failed one, and the others are rendered again
    without a link to it.
    """
    # The files come first: their sizes stand in the pages.
    job = Job(folder, site.edition, site.area, {r.chapter_id: r.executed for r in site.built})
    files = write_downloads(job, printer)
    auditor = Auditor(Edition(site.edition, folder), site.area)
    rendered = [_rendered(site, run, files, auditor) for run in site.runs]
    runs = tuple(run for run, _ in rendered)
    if runs != site.runs:
        return write_site(folder, replace(site, runs=runs), printer)
    home = folder / site.area.code
    links = [_link(run) for run in site.runs]
    pages = {href(run): html for run, html in rendered if html}
    made = around(Edition(site.edition, folder), site.area, links, pages)
    lines = generated.write_generated(
        folder, site.area, links, previous=site.previous, claims=auditor.claims, **_furniture(site)
    )
    write_around(home, made, **_furniture(site))
    index = replace(_index(site, made, lines), downloads=downloads(files.area))
    # The archive holds the front page as it is without the archive and without other areas.
    alone = replace(index, areas=(), edition_href="")
    write_atomic(home / "index.html", render_index(alone))
    written = tuple(
        replace(run, page=write_atomic(home / href(run), html)) if html else run
        for run, html in rendered
    )
    claims = download(auditor.write(home), home, SAID)
    whole = write_whole(job, ["index.html", *filter(None, map(href, runs))], printer)
    every = downloads((*files.area, claims, *whole))
    write_atomic(home / "index.html", render_index(replace(index, downloads=every)))
    return written


def _furniture(site: AreaSite) -> dict[str, str]:
    return {
        "edition": site.edition,
        "updated": site.updated,
        "methods_href": site.methods_href,
    }


def _rendered(
    site: AreaSite, run: ChapterRun, files: Files, auditor: Auditor
) -> tuple[ChapterRun, str]:
    if run.outcome != "built":
        return run, ""
    try:
        auditor.check_chapter(run.executed, run.chapter_id)
        return run, render_page(run.executed, _page(site, run, files))
    except ChapterError as error:
        return replace(run, outcome="failed", message=str(error)), ""


def href(run: ChapterRun) -> str:
    """File name of a chapter's page; empty for a chapter that has none."""
    return f"{run.chapter_id}.html" if run.outcome == "built" else ""


def _page(site: AreaSite, run: ChapterRun, files: Files) -> Page:
    chapter = _chapter(run)
    place = site.built.index(run)
    following = site.built[place + 1 : place + 2]
    return Page(
        title=chapter.title,
        area_name=site.area.name,
        area_code=site.area.code,
        chapter_id=chapter.id,
        edition=site.edition,
        question=chapter.question,
        chapters=tuple(_link(other, current=other is run) for other in site.runs),
        previous=_link(site.built[place - 1]) if place else None,
        next=_link(following[0]) if following else None,
        updated=site.updated,
        methods_href=site.methods_href,
        downloads=files.chapters[run.chapter_id],
        chart_files=files.charts[run.chapter_id],
    )


def _chapter(run: ChapterRun) -> Chapter:
    return catalogue.load().chapters[run.chapter_id]


def _link(run: ChapterRun, *, current: bool = False) -> ChapterLink:
    return ChapterLink(run.chapter_id, _chapter(run).title, href(run), current)


def downloads(files: Sequence[Download]) -> tuple[AreaLink, ...]:
    """A link for each file of the area, with its kind and size."""
    return tuple(AreaLink(f"{file.name} ({file.kind}, {file.size})", file.href) for file in files)


def _index(site: AreaSite, made: Around, lines: Mapping[str, str]) -> Index:
    return Index(
        area_name=site.area.name,
        area_code=site.area.code,
        edition=site.edition,
        cards=_cards(site, made),
        areas=tuple(AreaLink(o.name, f"../{o.code}/index.html") for o in site.others),
        edition_href="../index.html",
        pages=tuple(AreaLink(generated.TITLES[file], file, line) for file, line in lines.items()),
        front=front_of(made),
        updated=site.updated,
        methods_href=site.methods_href,
    )


def _cards(site: AreaSite, made: Around) -> tuple[Card, ...]:
    sparks = sparks_of(made, [_chapter(run) for run in site.runs])
    return tuple(_card(run, made, sparks.get(run.chapter_id)) for run in site.runs)


def _card(run: ChapterRun, made: Around, spark: Spark | None) -> Card:
    chapter = _chapter(run)
    headlines = headlines_of(run.executed) if run.outcome == "built" else []
    return Card(
        number=str(chapter.number),
        title=chapter.title,
        question=chapter.question,
        href=href(run),
        outcome=run.outcome,
        headline=headlines[0] if headlines else "",
        newest=newest_of(made, chapter) if run.outcome == "built" else "",
        spark=spark,
    )
