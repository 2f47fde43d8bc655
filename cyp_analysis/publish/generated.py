"""Pages of an area that no notebook makes: what stands out, and what has changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cyp_analysis import paths
from cyp_analysis.build.changes import find_changes
from cyp_analysis.edition_reader import Edition, edition_names, open_edition
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import EditionError
from cyp_analysis.geography import Area
from cyp_analysis.present import words
from cyp_analysis.present.claims.changed import changed_sentences
from cyp_analysis.present.claims.ledger import read_claims
from cyp_analysis.present.comparing import changed_sentences as conclusions
from cyp_analysis.present.comparing import changes, outliers, trends
from cyp_analysis.present.markup import Block, paragraph
from cyp_analysis.present.selection import Selection
from cyp_analysis.publish.files import write_atomic
from cyp_analysis.publish.page import ChapterLink, with_heading_ids
from cyp_analysis.publish.pages.area_page import AreaPage
from cyp_analysis.publish.pages.around import area_selection
from cyp_analysis.publish.shell import render

OUTLIERS, CHANGES = "outliers.html", "changes.html"
TITLES = {OUTLIERS: "What stands out", CHANGES: "What has changed"}
QUESTIONS = {
    OUTLIERS: "Which figures differ from the benchmark when all are tested at once?",
    CHANGES: "What is new in this edition, and which figures were revised?",
}


@dataclass(frozen=True, kw_only=True)
class Generated(AreaPage):
    """One such page: its furniture, and its sections as headings and blocks."""

    file: str
    lead: Block
    sections: tuple[tuple[str, Block], ...]

    @property
    def description(self) -> str:
        """One sentence for search results."""
        return f"{self.title} in {words.area_words(self.area)}: {self.question}"


def generated_page(file: str, **parts) -> Generated:
    """The page of this file with its title and question; `parts`: the other fields."""
    return Generated(file=file, title=TITLES[file], question=QUESTIONS[file], **parts)


def render_generated(page: Generated) -> str:
    """The HTML of such a page. ChapterError if it would break a rule of `checks`."""
    name = f"{page.file} ({page.area_code})"
    return render("generated.html.j2", name, page=page, with_heading_ids=with_heading_ids)


def write_generated(
    folder: Path, area: Area, links: Sequence[ChapterLink], **furniture
) -> dict[str, str]:
    """Write both pages of an area into its folder of the edition that `folder` holds; the first
    sentence of each by its file.

    `furniture`: edition (its name), previous (that of the edition before it), claims (what the
    chapters say, as records), updated and methods_href.
    """
    edition = Edition(furniture.pop("edition"), folder)
    previous, claims = furniture.pop("previous"), furniture.pop("claims")
    selections = [area_selection(edition, area) for _ in TITLES]
    made = (_outliers(selections[0]), _changes(selections[1], previous, claims))
    for file, (lead, sections) in zip(TITLES, made, strict=True):
        shown = {"lead": lead, "sections": tuple(sections), "chapters": tuple(links)}
        page = generated_page(file, area=area, edition=edition.name, **shown, **furniture)
        write_atomic(folder / area.code / file, render_generated(page))
    return {file: lead.text.split("\n")[0] for file, (lead, _) in zip(TITLES, made, strict=True)}


def write_changes(folder: Path, indicators: pd.DataFrame, areas: Sequence[Area]) -> str:
    """Write what changed since the newest edition with figures of one of the areas; that
    edition's name, or empty if there is none."""
    codes = {area.code for area in areas}
    for name in reversed(edition_names()):
        try:
            before = open_edition(name).indicators
        except EditionError:  # a damaged edition is passed over: it must not stop a new one
            continue
        if codes.isdisjoint(before["area_code"]):
            continue
        found = find_changes(before, indicators)
        found.to_parquet(folder / "changes.parquet", index=False, row_group_size=10_000)
        return name
    return ""


def _outliers(selection: Selection) -> tuple[Block, list[tuple[str, Block]]]:
    parts = outliers.outlier_parts(selection)
    rest = outliers.in_between(selection)
    tested = bool(parts or rest.html)
    lead = outliers.lead(selection) if tested else outliers.nothing_tested(selection)
    after = [
        ("Getting worse over time", trends.getting_worse(selection)),
        ("Tested, and not standing out", rest),
    ]
    return lead, [*parts, *((heading, block) for heading, block in after if block.html)]


def _changes(
    selection: Selection, previous: str, claims: Sequence[Mapping[str, object]]
) -> tuple[Block, list[tuple[str, Block]]]:
    rows = pd.DataFrame(columns=TABLES["changes"])
    if previous:
        rows = selection.edition.read("changes", areas=[selection.area.code])
    text = changes.change_sentence(selection, rows, previous)
    said = conclusions.sentence_parts(selection, _said_otherwise(selection, previous, claims))
    return Block(paragraph(text), text), [*said, *changes.change_parts(selection, rows)]


def _said_otherwise(
    selection: Selection, previous: str, claims: Sequence[Mapping[str, object]]
) -> pd.DataFrame:
    """The sentences of the chapters of both editions that read differently in this one."""
    known = {f"{chapter}.html" for chapter in selection.catalogue.chapters}
    now = {claim["page"] for claim in claims} & known
    before = []
    if previous:
        before = read_claims(paths.outputs_dir() / previous / selection.area.code)["claims"]
    both = now & {claim["page"] for claim in before}
    return changed_sentences(
        *([claim for claim in each if claim["page"] in both] for each in (before, claims))
    )
