"""Metropolitan Police Service, monthly crime dashboard data (London Datastore).

One row per month, borough or neighbourhood team, kind of crime and measure (offences or positive
outcomes). Neighbourhood teams carry codes of wards; a ward that two teams share, or that is listed
under two names, has a row for each, which are added up. A month without a row is not a zero: the
file lists what was recorded. The force does not police the City of London, so boroughs do not add
up to London.
"""

import re
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, places, recognise, selection, symbols
from cyp_analysis.loaders.table import CountTable, Draft, count_table

MONTH, NAME, CODE, TEAM = "Month_Year", "Area Name", "Area Code", "Borough_SNT"
GROUP, SUBGROUP, MEASURE, COUNT = "Crime Type", "Crime Subtype", "Measure", "Count"
REFRESHED = "Refresh Date"
ADDED_UP = "added up from parts of the area that the file lists apart"

_MONTH_STYLES = (
    (re.compile(r"X?((?:19|20)[0-9]{2})[-/_ ]?([01][0-9])(?:[-/][0-3][0-9].*)?"), (1, 2)),
    (re.compile(r"[0-3]?[0-9]/([01]?[0-9])/((?:19|20)[0-9]{2}).*"), (2, 1)),
)
_KEY = ["measure", "area_code", "period_text", "category_type", "category"]
_PART = [TEAM, NAME]  # what tells the parts of a ward from a row that is there twice


def read_dashboard(path: Path, source: Source | None = None) -> CountTable:
    """Offences and positive outcomes by area and month, kinds of crime as categories.

    Count = events. Where a file holds several refreshes of one figure, the latest is read.
    Rows of no area are told. SourceError if no row can be used.
    """
    source = source or recognise.recognise_known(path, "mps_dashboard")
    measures = selection.measures(source, ("where",))
    tables = layout.open_tables(path, source, (TEAM, NAME, REFRESHED))
    rows = pd.concat([table.rows for table in tables], ignore_index=True)
    told = pd.concat([table.problems for table in tables], ignore_index=True)
    absent = {name: "" for name in (TEAM, NAME, REFRESHED) if name not in rows}
    draft = _measured(Draft(rows.assign(**absent), told), measures)
    draft = _latest(_numbers(_located(draft)))
    return count_table(_added_up(draft), path, source)


def month_texts(texts: pd.Series) -> pd.Series:
    """`01/03/2022`, `2022-03-01 00:00:00`, `202203`, `X202203` → `2022-03`; others as they are
    (`Mar-22` and `March 2022` are styles that `periods` knows)."""
    known = {text: _month(text.strip()) for text in texts.unique()}
    return texts.map(known)


def _month(text: str) -> str:
    for pattern, (year, month) in _MONTH_STYLES:
        if match := pattern.fullmatch(text):
            return f"{match[year]}-{int(match[month]):02d}"
    return text


def _measured(draft: Draft, measures: dict[str, dict]) -> Draft:
    """Adds the measure that each row is of; rows of none are told once."""
    name = pd.Series("", index=draft.rows.index, dtype="str")
    for measure, spec in measures.items():
        name = name.mask(selection.matching(draft.rows, spec["where"]), measure)
    other = ", ".join(draft.rows.loc[name == "", MEASURE].unique()[:5])
    draft = Draft(draft.rows.assign(measure=name), draft.problems)
    return draft.leave_out_together(name == "", f"`Measure` is {other}, which no measure is of")


def _located(draft: Draft) -> Draft:
    """Adds area_code by the code, else by the name of a borough."""
    rows = draft.rows
    code = places.first_code(rows, [CODE, NAME])
    shown = rows[NAME].where(rows[NAME] != "", rows[TEAM])
    return places.placed(Draft(rows.assign(area_code=code, shown=shown), draft.problems), "shown")


def _numbers(draft: Draft) -> Draft:
    """Numbers, months and the category: the group of crimes, and the kind within it."""
    rows = draft.rows
    numbers, unread = symbols.number_columns(rows, {"count": COUNT})
    texts = month_texts(rows[MONTH])
    when = periods.parse_all(texts, kind="month", strict=False)
    whole = (rows[SUBGROUP] == "") | (rows[SUBGROUP] == rows[GROUP])
    made = pd.concat([rows, numbers, when], axis=1).assign(
        period_text=texts,
        category_type=pd.Series(f"{GROUP} | {SUBGROUP}", index=rows.index).mask(whole, GROUP),
        category=(rows[GROUP] + " | " + rows[SUBGROUP]).mask(whole, rows[GROUP]),
    )
    return Draft(made, draft.problems).mention(unread != "", unread)


def _latest(draft: Draft) -> Draft:
    """Of several refreshes of a figure the latest."""
    refreshed = _days(draft.rows[REFRESHED])
    newest = refreshed.groupby([draft.rows[name] for name in _KEY]).transform("max")
    return draft.leave_out_together(refreshed < newest, "a later refresh of the figure is read")


def _days(texts: pd.Series) -> pd.Series:
    """Days of `18/03/2026`, `2026-03-18` and `2026-03-18 00:00:00`; missing for others."""
    day = pd.to_datetime(texts.str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
    british = pd.to_datetime(texts.str.slice(0, 10), format="%d/%m/%Y", errors="coerce")
    return day.fillna(british)


def _added_up(draft: Draft) -> Draft:
    """One row per ward where several teams have a part of it; the same row twice counts once."""
    rows = draft.rows
    again = rows.duplicated([*_KEY, *_PART, "count"])
    draft = draft.leave_out_together(again, "the same figures stand in earlier rows")
    rows = draft.rows
    number = rows.groupby(_KEY, sort=False).ngroup()
    clash = rows.duplicated([*_KEY, *_PART], keep=False).groupby(number).transform("any")
    parted = number.duplicated(keep=False) & ~clash
    total = rows["count"].groupby(number).transform("sum")
    gap = rows["count"].isna().groupby(number).transform("any")
    note = pd.Series(ADDED_UP, index=rows.index, dtype="str").where(parted & ~gap, "")
    rows = rows.assign(
        count=rows["count"].mask(parted, total.mask(gap)),
        value_note=symbols.join_notes(rows["value_note"], note),
    )
    return Draft(rows[~number.duplicated() | ~parted], draft.problems)
