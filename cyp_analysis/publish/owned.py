"""The parts of an edition that people write: which are written, empty, overdue or out of date."""

from collections.abc import Iterator, Sequence
from datetime import date

import pandas as pd

from cyp_analysis.catalogue import Chapter
from cyp_analysis.geography import Area
from cyp_analysis.present import commentary
from cyp_analysis.present.contract import lists

WRITTEN, EMPTY, OVERDUE, OUTDATED = "written", "empty", "overdue", "outdated"
STATES = (WRITTEN, EMPTY, OVERDUE, OUTDATED)
_LISTS = {"gaps": lists.GAPS, "recommendations": lists.RECOMMENDATIONS}
COLUMNS = ["area_code", "chapter", "part", "state", "detail"]


def owned_parts(
    areas: Sequence[Area], chapters: Sequence[Chapter], indicators: pd.DataFrame, today: date
) -> pd.DataFrame:
    """One row for each part that an authority owns: area_code, chapter, part, state, detail.

    Overdue: its review date has passed. Outdated: newer figures have come than it was written
    for. The chapter on methods has none: it is about the catalogue.
    """
    rows = [
        (area.code, chapter.id, *part)
        for area in areas
        for chapter in chapters
        if not chapter.whole_catalogue
        for part in _parts(area, chapter, indicators, today)
    ]
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def _parts(
    area: Area, chapter: Chapter, indicators: pd.DataFrame, today: date
) -> Iterator[tuple[str, str, str]]:
    found = commentary.read_commentary(area.code, chapter.id)
    texts = found.parts if found else {}
    state, detail = _state(found, _newest(area, chapter, indicators), today)
    for part in ("", *commentary.SECTIONS):
        written = bool(texts.get(part))
        yield part or "commentary", state if written else EMPTY, detail if written else ""
    for name, columns in _LISTS.items():
        rows = lists.read_list(area.code, name, columns)
        listed = (rows["chapter"] == chapter.id).any()
        yield f"list of {name}", WRITTEN if listed else EMPTY, ""


def _state(
    found: commentary.Commentary | None, newest: pd.Timestamp, today: date
) -> tuple[str, str]:
    if found is None:
        return EMPTY, ""
    if found.review_by and found.review_by < today:
        return OVERDUE, f"was due for review on {found.review_by}"
    if found.covers_until is not None and newest > found.covers_until:
        return OUTDATED, f"written for {found.written_for}; figures run to {newest:%Y-%m-%d}"
    return WRITTEN, ""


def _newest(area: Area, chapter: Chapter, indicators: pd.DataFrame) -> pd.Timestamp:
    """The last day of the newest figure of the chapter for the area; NaT without one."""
    mine = indicators["indicator_id"].isin(chapter.indicators) & indicators["value"].notna()
    # What ends after its publication is a projection: it makes no words out of date.
    ahead = indicators["period_end"] > indicators["source_published"]
    mine &= ~ahead & (indicators["area_code"] == area.code)
    return indicators.loc[mine, "period_end"].max()


def owned_line(parts: pd.DataFrame) -> str:
    """How many owned parts are in which state, in one line; empty if there is none."""
    if parts.empty:
        return ""
    number = parts["state"].value_counts()
    counted = ", ".join(f"{number.get(state, 0)} {state}" for state in STATES)
    return f"Parts that people write: {counted}; receipt.json lists them."
