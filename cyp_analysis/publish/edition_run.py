"""From inputs to a published edition: the table of contents of a build."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue, clock, loaders, paths
from cyp_analysis.attack.report import refuse_leaks
from cyp_analysis.build import edition, places_sources, receipt
from cyp_analysis.build.kept import kept_sources
from cyp_analysis.catalogue import Catalogue, Chapter
from cyp_analysis.errors import CypError, EditionError, UsageError
from cyp_analysis.geography import Area
from cyp_analysis.loaders.arithmetic import read_printed_arithmetic
from cyp_analysis.loaders.companions import read_companions
from cyp_analysis.publish import area_pages, claims, earlier, generated, told
from cyp_analysis.publish.area_choice import areas_with_data, chosen_areas
from cyp_analysis.publish.downloads import printing
from cyp_analysis.publish.owned import owned_parts
from cyp_analysis.publish.pages import areas as areas_page
from cyp_analysis.publish.pages.glossary import read_glossary
from cyp_analysis.publish.pages.statement import read_publisher
from cyp_analysis.publish.pool import ChapterRun, ChapterTask, run_chapters

ALL = "all"
# What a council holds itself is shown as it is; no indicator need name it.
OWN_READERS = (
    *("local_list", "local_survey", "local_responses"),
    *("local_wide", "local_template"),
)


@dataclass(frozen=True)
class Request:
    """What the user asked for; empty means the usual."""

    areas: tuple[str, ...]
    chapters: tuple[str, ...] = ()
    data: tuple[Path, ...] = ()
    edition: str | None = None
    jobs: int | None = None
    allow_partial: bool = False
    pdf: bool = False  # also print each area as a PDF, and its charts as PNG


@dataclass(frozen=True)
class Built:
    """What came of it: where the edition is, what became of each chapter, what was not read, the
    message of each file whose columns were renamed (unless partial editions are allowed), and a
    sentence for each source whose figures are those of an earlier edition."""

    folder: Path
    areas: tuple[Area, ...]
    runs: tuple[ChapterRun, ...]
    unread: pd.DataFrame
    drifted: tuple[str, ...] = ()
    owned: pd.DataFrame | None = None
    kept: tuple[str, ...] = ()

    @property
    def indexes(self) -> tuple[Path, ...]:
        """The index.html of each area."""
        return tuple(self.folder / area.code / "index.html" for area in self.areas)


@clock.one_day()
def build_edition(request: Request, *, progress: bool = True) -> Built:
    """Read, calculate, run the chapters, write the pages, and only then name the edition.

    A chapter that fails stops the edition, unless partial ones are allowed; the last edition
    stays as it was.
    """
    check_request(request)
    known = catalogue.load()
    chapters = chosen_chapters(request.chapters, known)
    areas = () if ALL in request.areas else chosen_areas(request.areas)
    folders = [paths.data_dir() / "raw", *request.data]
    found = loaders.read_all(folders, only=sources_used(known))
    found = found.joined_by(*read_companions(found.companions))
    refuse_bad_files(found.failed, allow_partial=request.allow_partial)
    arithmetic = read_printed_arithmetic(paths.data_dir() / "raw")
    kept = earlier.last_good_figures(found.failed, known)
    tables = edition.build_tables(found.tables, arithmetic, known, found.references, kept=kept)
    areas = areas or areas_with_data(tables.indicators)
    with edition.new_edition(paths.outputs_dir(), request.edition) as (folder, name):
        edition.write_tables(folder, tables)
        tasks = chapter_tasks(folder, areas, chapters, tables.indicators)
        runs = run_chapters(tasks, jobs=request.jobs, progress=progress)
        newest = newest_figures(tables.indicators)
        newest = earlier.with_kept(newest, tables.indicators, known)
        previous = generated.write_changes(folder, tables.indicators, areas)
        sites = area_pages.area_sites(name, areas, runs, newest, previous=previous)
        with printing.printer(wanted=request.pdf) as printer:
            runs = [r for site in sites for r in area_pages.write_site(folder, site, printer)]
        refuse_failures(runs, allow_partial=request.allow_partial)
        refuse_nothing(runs, areas)
        areas_page.write_areas(folder, name, [(site.area, site.updated) for site in sites])
        shutil.rmtree(folder / area_pages.WORK)
        owned = owned_parts(areas, chapters, tables.indicators, clock.today())
        parts = told.parts(request, areas, chapters, found, runs)
        parts |= {"kept": kept_sources(tables.indicators).to_dict("records")}
        parts |= {"earlier": told.earlier(previous), "owned_parts": owned.to_dict("records")}
        parts |= {"claims": claims.receipt_part(folder, areas)}
        receipt.write_receipt(folder, name, parts)
        refuse_leaks(folder, known)
    list_editions(paths.outputs_dir())
    drifted = () if request.allow_partial else tuple(map(str, filter(is_drift, found.failed)))
    unread = pd.concat([told.unread_files(found), tables.ownerless], ignore_index=True)
    said = tuple(earlier.kept_lines(tables.indicators, known))
    return Built(paths.outputs_dir() / name, areas, tuple(runs), unread, drifted, owned, said)


def list_editions(outputs: Path) -> None:
    """Renew the page of all editions. EditionError if it cannot be written; the edition stands."""
    try:
        with edition.only_lister(outputs):
            areas_page.write_editions(outputs)
    except OSError as error:
        rule, action = "must be written", "The edition is whole; the next build renews its page."
        raise EditionError(outputs / areas_page.EDITIONS, rule, error, action) from error


def check_request(request: Request) -> None:
    """Refuse at once what would otherwise be found out after minutes of work."""
    for folder in request.data:
        if not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
            got = "a file" if folder.is_file() else "no such folder"
            got = "one that may not be read" if folder.is_dir() else got
            raise UsageError(f"--data {folder}", "must be a folder", got, "Check the path.")
    # What the pages around the chapters are made of.
    read_glossary()
    read_publisher()
    if request.pdf:
        printing.browser_path()
    if request.edition is not None:
        edition.check_name(paths.outputs_dir(), request.edition)


def refuse_bad_files(failed: Sequence[CypError], *, allow_partial: bool) -> None:
    """The first damaged file stops the build, unless partial ones are allowed; the message says how
    many more there are. Renamed columns stop their own source only."""
    damaged = [error for error in failed if not is_drift(error)]
    if damaged and not allow_partial:
        first = damaged[0]
        more = f" ({len(damaged) - 1} more files have problems: `cyp check --data` lists them.)"
        action = f"{first.action} Or add --allow-partial to build without it."
        raise type(first)(first.thing, first.rule, first.got, action + more * (len(damaged) > 1))


def is_drift(error: CypError) -> bool:
    """Whether a file is whole and only its columns are not those of its passport."""
    return isinstance(error, loaders.DriftError | loaders.MissingColumns)


def sources_used(known: Catalogue) -> frozenset[str]:
    """Passports whose figures an indicator or a map draws on, those of a council's own lists and
    surveys, and what places need (lookups, boundaries): only their files are read for a build."""
    datasets = {part.source for i in known.indicators.values() for part in i.measured}
    datasets |= places_sources.datasets(known)
    readers = (*OWN_READERS, *places_sources.readers())
    every = known.sources.values()
    return frozenset(s.id for s in every if s.dataset in datasets or s.reader in readers)


def chosen_chapters(ids: Sequence[str], known: Catalogue) -> tuple[Chapter, ...]:
    """Chapters by id, all of them if none is named; UsageError for an unknown one."""
    for chapter_id in ids:
        if chapter_id not in known.chapters:
            names = ", ".join(known.chapters)
            raise UsageError("--chapter", "must be a chapter", chapter_id, f"Choose from: {names}.")
    return tuple(c for c in known.chapters.values() if not ids or c.id in ids)


def chapter_tasks(
    folder: Path, areas: Sequence[Area], chapters: Sequence[Chapter], indicators: pd.DataFrame
) -> list[ChapterTask]:
    """One task per area and chapter; those of an area without any figure say why they are left."""
    have = set(indicators["area_code"])
    return [
        ChapterTask(
            chapter_id=chapter.id,
            area_code=area.code,
            notebook=paths.notebooks_dir() / chapter.notebook,
            executed=folder / area_pages.WORK / area.code / chapter.notebook,
            parameters={"area_code": area.code, "period_end": None, "edition": folder.name},
            skip="" if area.code in have else f"no data for {area.name} in this edition",
        )
        for area in areas
        for chapter in chapters
    ]


def newest_figures(indicators: pd.DataFrame) -> dict[str, str]:
    """area_code → a sentence that says for when its newest figure is."""
    # What ends after its publication is a projection.
    ahead = indicators["period_end"] > indicators["source_published"]
    known = indicators[indicators["value"].notna() & ~ahead]
    newest = known.loc[known.groupby("area_code")["period_end"].idxmax()]
    labels = zip(newest["area_code"], newest["period_label"], strict=True)
    return {code: f"The newest figure here is for {label}." for code, label in labels}


def refuse_failures(runs: Sequence[ChapterRun], *, allow_partial: bool) -> None:
    """EditionError naming each failed chapter, unless an edition without them is allowed."""
    failed = [run for run in runs if run.outcome == "failed"]
    if failed and not allow_partial:
        told = "\n".join(f"  {run.area_code} {run.chapter_id}: {run.message}" for run in failed)
        raise EditionError(
            "edition",
            "every chapter must succeed",
            f"{len(failed)} failed\n{told}\n",
            "Mend them, or add --allow-partial to publish without. Earlier editions are untouched.",
        )


def refuse_nothing(runs: Sequence[ChapterRun], areas: Sequence[Area]) -> None:
    """EditionError where not one chapter has a page: it would hide the edition before it."""
    if not any(run.outcome == "built" for run in runs):
        names = ", ".join(area.name for area in areas) or "no area"
        raise EditionError(
            "edition",
            "must have one chapter at least",
            f"no data for {names}",
            "Give the publishers' files by --data; `cyp list sources` names them.",
        )
