"""What a notebook calls: one chapter of one area of one edition, one block per call."""

from datetime import date

import pandas as pd

from cyp_analysis import catalogue, geography
from cyp_analysis.edition_reader import Edition, open_edition
from cyp_analysis.errors import ChapterError, PeriodError
from cyp_analysis.geography import Area
from cyp_analysis.present import chapter_notes, chapter_tables, chapter_text
from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection


def open_chapter(
    chapter_id: str,
    area_code: str,
    period_end: str | None = None,
    edition: str | None = None,
) -> "Chapter":
    """The chapter of an area, from an edition (default: the newest), up to a date (default: all).

    Everything is checked here: ChapterError, AreaError, PeriodError or EditionError.
    """
    known = catalogue.load()
    if chapter_id not in known.chapters:
        names = ", ".join(known.chapters)
        raise ChapterError("chapter", "must be in chapters.yml", repr(chapter_id), f"Use: {names}.")
    entry, area, cut = known.chapters[chapter_id], geography.area(area_code), _cut(period_end)
    return Chapter(Selection(entry, area, open_edition(edition), known, cut))


def _cut(period_end: str | None) -> pd.Timestamp | None:
    """The last day that periods may end on; PeriodError unless it is a date like 2018-09-30."""
    if period_end is None or str(period_end).strip() in ("", "None"):
        return None
    try:
        return pd.Timestamp(date.fromisoformat(str(period_end).strip()))
    except ValueError:
        raise PeriodError(
            "period_end", "must be a date like 2018-09-30", repr(period_end), "Or leave it empty."
        ) from None


class Chapter:
    """One chapter of one area; every method gives a block that a notebook cell shows."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection

    def __repr__(self) -> str:
        return f"{self.title}, {self.area.name}, edition {self.edition.name}"

    @property
    def id(self) -> str:
        """The chapter's id in chapters.yml."""
        return self._selection.entry.id

    @property
    def title(self) -> str:
        """The chapter's title."""
        return self._selection.entry.title

    @property
    def area(self) -> Area:
        """The area that the chapter is about."""
        return self._selection.area

    @property
    def edition(self) -> Edition:
        """The edition that the figures are read from."""
        return self._selection.edition

    def headlines(self, limit: int = 5) -> Block:
        """The chapter's leading figures in sentences, worse first."""
        return chapter_text.headlines(self._selection, limit)

    def headline(self, indicator_id: str) -> Block:
        """The whole sentence about one indicator's latest figure."""
        return chapter_text.headline(self._selection, indicator_id)

    def trend(self, indicator_id: str) -> Block:
        """One indicator over time, with its interval and benchmarks."""
        from cyp_analysis.present.chapter_trend import trend

        return trend(self._selection, indicator_id)

    def compare(self, indicator_id: str, benchmark: str = "region") -> Block:
        """Chart of the authorities of the area's "region" or of "england"."""
        from cyp_analysis.present.chapter_bars import compare

        return compare(self._selection, indicator_id, benchmark)

    def breakdown(self, indicator_id: str) -> Block:
        """Chart of an indicator's categories in the latest period."""
        from cyp_analysis.present.chapter_bars import breakdown

        return breakdown(self._selection, indicator_id)

    def ranking(self, indicator_id: str, benchmark: str = "region") -> Block:
        """Table of the authorities of the area's "region" or of "england", with verdicts."""
        return chapter_tables.ranking(self._selection, indicator_id, benchmark)

    def table(self, ids: str | list[str] | None = None, caption: str | None = None) -> Block:
        """The latest figure of each indicator of a list, or of a group of chapters.yml.

        None means all of the chapter that have one.
        """
        return chapter_tables.table(self._selection, ids, caption)

    def targets(self, ids: list[str] | None = None) -> Block:
        """Targets, latest figures and the variance between them."""
        return chapter_tables.targets(self._selection, ids)

    def differences(self, limit: int | None = None) -> Block:
        """Printed figures that differ from those computed, for this area and its documents."""
        return chapter_tables.differences(self._selection, limit)

    def commentary(self) -> Block:
        """The analyst's commentary on this chapter."""
        return chapter_notes.commentary(self._selection)

    def sources(self) -> Block:
        """The documents that the chapter's figures come from."""
        return chapter_notes.sources(self._selection)

    def missing(self) -> Block:
        """Indicators without a figure for the area, and how to get them."""
        return chapter_notes.missing(self._selection)

    def definitions(self, ids: list[str] | None = None) -> Block:
        """What the indicators mean and how they are worked out."""
        return chapter_notes.definitions(self._selection, ids)
