"""What a notebook calls: one chapter of one area of one edition, one block per call."""

import re
from datetime import datetime
from pathlib import PurePath
from types import NoneType

import pandas as pd

from cyp_analysis import catalogue, clock, geography
from cyp_analysis.edition_reader import Edition, open_edition, period_ends
from cyp_analysis.errors import AskedPeriodError, ParameterError
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

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def open_chapter(
    chapter_id: str,
    area_code: str,
    period_end: str | None = None,
    edition: str | None = None,
) -> "Chapter":
    """The chapter of an area, from an edition (default: the newest), up to a date (default: all).

    Everything is checked here: ParameterError, AreaError, AskedPeriodError or EditionError.
    """
    given = {"chapter": chapter_id, "area_code": area_code}
    _refuse_no_text(given, (str,), "must be text")
    _refuse_no_text({"period_end": period_end}, (str, NoneType), "must be text or None")
    _refuse_no_text({"edition": edition}, (str, PurePath, NoneType), "must be text or None")
    known = catalogue.load()
    if chapter_id not in known.chapters:
        got, names = repr(chapter_id), ", ".join(known.chapters)
        raise ParameterError("chapter", "must be in chapters.yml", got, f"Use: {names}.")
    entry, area, found = (
        known.chapters[chapter_id],
        geography.area(area_code),
        open_edition(edition),
    )
    return Chapter(Selection(entry, area, found, known, _cut(period_end, found)))


def _refuse_no_text(given: dict[str, object], kinds: tuple[type, ...], rule: str) -> None:
    """ParameterError for a value that is of no such type: 330 is not "330", and NaN no date."""
    for name, value in given.items():
        if not isinstance(value, kinds):
            got = f"{value!r} ({type(value).__name__})"
            raise ParameterError(name, rule, got, "Put it in quotation marks.")


def _cut(period_end: str | None, edition: Edition) -> pd.Timestamp | None:
    """The last day that periods may end on. AskedPeriodError unless it is a date like 2018-09-30,
    not before every figure, and not after all of them and this day too."""
    text = (period_end or "").strip()
    if text in ("", "None"):
        return None
    try:
        # Python also takes 20180930 and 2018-W39-7, which a reader would not.
        day = pd.Timestamp(datetime.strptime(text, "%Y-%m-%d")) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        rule, got = "must be a date like 2018-09-30", repr(period_end)
        raise AskedPeriodError("period_end", rule, got, "Or leave it empty.")
    first, last = period_ends(edition)
    if day < first or day > max(last, pd.Timestamp(clock.today())):
        rule = f"must lie among the edition's figures, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
        raise AskedPeriodError("period_end", rule, text, "Correct the year, or leave it empty.")
    return day


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
