"""What a notebook calls: one chapter of one area of one edition, one block per call."""

from datetime import date

import pandas as pd

from cyp_analysis import catalogue, geography
from cyp_analysis.edition_reader import Edition, open_edition
from cyp_analysis.errors import ChapterError, PeriodError
from cyp_analysis.geography import Area
from cyp_analysis.present.calls.comparing import Comparing
from cyp_analysis.present.calls.contract import Contract
from cyp_analysis.present.calls.figures import Figures
from cyp_analysis.present.calls.learning import Learning
from cyp_analysis.present.calls.needs import Needs
from cyp_analysis.present.calls.places import Places
from cyp_analysis.present.calls.plans import Plans
from cyp_analysis.present.calls.services import Services
from cyp_analysis.present.calls.voices import Voices
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


class Chapter(Figures, Comparing, Contract, Learning, Needs, Places, Plans, Services, Voices):
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
