"""Writes the files that readers take away: those of each chapter, and those of an area."""

import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import nbformat
import pandas as pd

from cyp_analysis import catalogue, clock, paths
from cyp_analysis.catalogue import Chapter
from cyp_analysis.edition_reader import Edition
from cyp_analysis.geography import Area
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.words import area_words
from cyp_analysis.publish.downloads import chapter_sheets, charts, csv_files, figures, workbook
from cyp_analysis.publish.downloads.names import FOLDER, Download, download, slug, stem
from cyp_analysis.publish.downloads.printing import Printer
from cyp_analysis.publish.downloads.sheets import Sheet, of_page
from cyp_analysis.publish.shell import GLOSSARY, SITE_NAME, STATEMENT

SHORT = "Figures are rounded as on the page; the CSV file has them as the edition holds them."
GUIDE = "One row is one figure. Marks in square brackets stand in place of a missing number."


@dataclass(frozen=True)
class Job:
    """What to write for: the edition's folder, its name and day, the area, and each built
    chapter's executed notebook."""

    folder: Path
    edition: str
    area: Area
    executed: Mapping[str, Path]
    created: date = field(default_factory=clock.today)

    @property
    def home(self) -> Path:
        """The area's folder of the edition."""
        return self.folder / self.area.code

    @property
    def named(self) -> str:
        """The area as a sentence names it."""
        return area_words(self.area)

    @property
    def files(self) -> Path:
        """The folder that the files go to."""
        return self.home / FOLDER


@dataclass(frozen=True)
class Files:
    """Links to what was written: of each chapter, of each chart of a chapter, of the area."""

    chapters: Mapping[str, tuple[Download, ...]]
    charts: Mapping[str, Mapping[str, tuple[Download, ...]]]
    area: tuple[Download, ...]


def write_downloads(job: Job, printer: Printer | None = None) -> Files:
    """Write every file of an area but its archive; what an earlier attempt left goes."""
    shutil.rmtree(job.files, ignore_errors=True)
    known = catalogue.load()
    whole = Selection(
        next(iter(known.chapters.values())), job.area, Edition(job.edition, job.folder), known
    )
    every = figures.area_figures(whole)
    chapters, drawn, latest = {}, {}, []
    for chapter_id, notebook in job.executed.items():
        chapter = known.chapters[chapter_id]
        html = page_html(notebook)
        rows = _rows_of(chapter, whole, every)
        selection = _as_chapter(whole, chapter)
        front = chapter_sheets.latest(selection, rows, _latest_title(chapter.title, job.area))
        latest += [replace(front, name=_tab(chapter))] if front else []
        chapters[chapter_id] = _chapter_files(job, selection, rows, [front, *of_page(html)])
        drawn[chapter_id] = _chart_files(job, chapter, html, printer)
    return Files(chapters, drawn, _area_files(job, whole, every, latest))


def page_html(notebook: Path) -> str:
    """The HTML of an executed notebook's outputs, in order."""
    cells = nbformat.read(notebook, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "\n".join(output.get("data", {}).get("text/html", "") for output in outputs)


def _rows_of(chapter: Chapter, whole: Selection, every: pd.DataFrame) -> pd.DataFrame:
    """The chapter's rows; none for a chapter about the whole catalogue, as the area's files have
    them."""
    if chapter.whole_catalogue:
        return every.head(0)
    ids = [i.id for i in whole.catalogue.chapter_indicators(chapter.id)]
    return figures.of_chapter(every, ids)


def _as_chapter(whole: Selection, chapter: Chapter) -> Selection:
    """The same area as another chapter sees it; the tables are read once for all of them."""
    selection = Selection(chapter, whole.area, whole.edition, whole.catalogue)
    selection.__dict__.update(rows=whole.rows, comparisons=whole.comparisons)
    return selection


def _tab(chapter: Chapter) -> str:
    """The tab of a chapter in the area's workbook; names of tabs are short."""
    return f"{chapter.number} {chapter.id.replace('_', ' ')}"[:30]


def _latest_title(title: str, area: Area) -> str:
    return f"{title}: latest figures for {area_words(area)}"


def _chapter_files(
    job: Job, selection: Selection, rows: pd.DataFrame, shown: Sequence[Sheet | None]
) -> tuple[Download, ...]:
    title = selection.entry.title
    every = chapter_sheets.every(selection, rows, f"{title}: every figure for {job.named}")
    sheets = [*shown, every, chapter_sheets.sources(selection, rows)]
    name = stem(job.area, selection.entry.id)
    made = _books(job, name, title, [sheet for sheet in sheets if sheet])
    return (*made, *_csv(job, name, title, rows))


def _books(job: Job, name: str, title: str, sheets: Sequence[Sheet]) -> tuple[Download, ...]:
    if not sheets:
        return ()
    path = workbook.write_workbook(job.files / f"{name}.xlsx", _book(job, title), sheets)
    return (download(path, job.home, f"{title}: tables for {job.named}"),)


def _book(job: Job, title: str) -> workbook.Book:
    day = f"{job.created.day} {job.created:%B %Y}"
    return workbook.Book(
        title=f"{title}: {job.area.name}",
        author=SITE_NAME,
        created=job.created,
        intro=tuple(filter(None, [f"{SITE_NAME}, edition {job.edition}.", paths.notice()])),
        about=(
            f"Area: {job.area.name} ({job.area.code}). Made on {day}.",
            "The contents worksheet lists the tables; the notes worksheet explains the marks.",
            "Sources and their licences are on the worksheet Sources and under each table.",
        ),
        notes=(SHORT, GUIDE),
    )


def _csv(job: Job, name: str, title: str, rows: pd.DataFrame) -> tuple[Download, ...]:
    if rows.empty:
        return ()
    about = csv_files.About(
        f"{title}: {job.area.name}", job.area.name, job.edition, job.created.isoformat()
    )
    data, metadata = csv_files.write_csv(job.files / f"{name}.csv", rows, about)
    return (
        download(data, job.home, f"{title}: figures for {job.named}, with its benchmarks"),
        download(metadata, job.home, f"{title}: what the columns of the CSV file hold"),
    )


def _chart_files(
    job: Job, chapter: Chapter, html: str, printer: Printer | None
) -> dict[str, tuple[Download, ...]]:
    drawn = charts.charts_of(html)
    prefix = stem(job.area, chapter.id)
    written = charts.write_charts(job.files / "charts", prefix, drawn)
    pngs = printer.pngs(written.values()) if printer else {}
    titles = {chart.id: chart.title for chart in drawn}
    return {
        name: tuple(
            download(file, job.home, titles[name]) for file in filter(None, [path, pngs.get(path)])
        )
        for name, path in written.items()
    }


def _area_files(
    job: Job, whole: Selection, every: pd.DataFrame, latest: Sequence[Sheet]
) -> tuple[Download, ...]:
    title, name = "All chapters", stem(job.area, "all-figures")
    full = chapter_sheets.every(whole, every, f"Every figure for {job.named}")
    sheets = [*latest, full, chapter_sheets.sources(whole, every)]
    made = _books(job, name, title, [sheet for sheet in sheets if sheet])
    return (*made, *_csv(job, name, title, every))


def write_whole(
    job: Job, pages: Sequence[str], printer: Printer | None = None
) -> tuple[Download, ...]:
    """The area as one archive of pages and files, and as one PDF where there is a printer.

    `pages`: names of the front page and the chapters in reading order, as they stand in the area's
    folder; the PDF has the words explained and the accessibility statement after them.
    """
    title = f"{job.area.name}: {SITE_NAME}, edition {job.edition}"
    made = []
    if printer:
        path = job.files / f"{stem(job.area, 'all-chapters')}.pdf"
        printer.pdf([job.home / page for page in (*pages, GLOSSARY, STATEMENT)], path, title)
        made.append(download(path, job.home, f"All chapters for {job.named} to print"))
    packed = write_zip(job)
    return (*made, download(packed, job.home, f"Everything for {job.named} in one file"))


def write_zip(job: Job) -> Path:
    """Every file of the area's folder, under a folder named after the area."""
    target = job.files / f"{stem(job.area, 'everything')}.zip"
    root, day = slug(job.area.name), job.created.timetuple()[:3]
    found = sorted(path for path in job.home.rglob("*") if path.is_file())
    target.parent.mkdir(parents=True, exist_ok=True)  # it is not there if no chapter has figures
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in found:
            if path == target or path.name.startswith("."):
                continue
            name = f"{root}/{path.relative_to(job.home).as_posix()}"
            # The day of the edition: two archives of the same files are alike.
            told = zipfile.ZipInfo(name, date_time=(*day, 0, 0, 0))
            told.compress_type = zipfile.ZIP_DEFLATED
            told.external_attr = 0o644 << 16
            archive.writestr(told, path.read_bytes())
    return target
