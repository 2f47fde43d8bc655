"""data.police.uk, street-level crimes and outcomes: one row per crime → counts.

A row is counted in the lower layer super output area and month that it names. Its point is one of
a list of anonymous places near the event (data.police.uk, About the data), so that counts of small
areas are approximate. An area without a row is not given a zero: a file does not say what it
covers. The identifiers of crimes stay in the file.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, places, recognise, selection
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

AREA, MONTH, CRIME = "LSOA code", "Month", "Crime ID"
APPROXIMATE = "location is approximate (anonymised points)"

_IN_NAME = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})-([01][0-9])(?![0-9])")
_KEY = ["area_code", "period_text"]


def read_street(path: Path, source: Source | None = None) -> CountTable:
    """Crimes (or their outcomes) by area and month: all of them, and by the passport's category.

    Count = rows, whole numbers. Rows without an area are told. A file of one kind only has no row
    for all of them, for it is a selection. SourceError if no row has an area and a month.
    """
    source = source or recognise.recognise_known(path, "police_street")
    measures = selection.measures(source, ("category",))
    wanted = (AREA, MONTH, *(spec["category"] for spec in measures.values()))
    raw = layout.open_tables(path, source, wanted)[0]
    layout.require(raw, wanted, path, source)
    draft = _located(Draft(raw.rows, raw.problems))
    parts = [_counted(draft.rows, name, spec) for name, spec in measures.items()]
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    told = [draft.problems, *(part.problems for part in parts), _about(draft.rows, path)]
    return count_table(Draft(_dated(rows), pd.concat(told, ignore_index=True)), path, source)


def missing_months(names: Iterable[str]) -> list[str]:
    """Months (`2024-07`) between the first and the last that some files or folders are named by
    and that none of them is named by: a run of monthly files with holes gives false trends."""
    found = {f"{year}-{month}" for name in names for year, month in _IN_NAME.findall(str(name))}
    if not found:
        return []
    run = pd.period_range(min(found), max(found), freq="M").strftime("%Y-%m")
    return [month for month in run if month not in found]


def _located(draft: Draft) -> Draft:
    """Adds area_code; rows that name no place are told once, wrong places one by one."""
    draft = draft.leave_out_together(
        draft.rows[AREA] == "", "no LSOA code: the place is not known or not published"
    )
    rows = draft.rows.assign(area_code=places.codes(draft.rows[AREA]))
    rows = rows.assign(period_text=rows[MONTH].str.slice(0, 7))
    return places.placed(Draft(rows, draft.problems), AREA)


def _counted(rows: pd.DataFrame, name: str, spec: dict) -> Draft:
    """Counts of one measure by area and month: in all, and by category."""
    column = spec["category"]
    told = _repeats(rows, column)
    kinds = [kind for kind in rows[column].unique() if kind]
    unnamed = rows[column] == ""
    if unnamed.any():
        line = rows.loc[unnamed, "source_row"].iloc[0]
        told.append((line, f"{unnamed.sum()} rows without `{column}`, counted among all only"))
    made = [_tally(rows[~unnamed], [*_KEY, column]).rename(columns={column: "category"})]
    if len(kinds) > 1:
        made.append(_tally(rows, _KEY).assign(category=""))
    elif kinds:
        told.append((1, f"every row is `{kinds[0]}`: a selection, so none is for all kinds"))
    counted = pd.concat(made, ignore_index=True)
    kind = pd.Series(column, index=counted.index).where(counted["category"] != "", "")
    return Draft(counted.assign(measure=name, category_type=kind), problem_table(told))


def _tally(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Number of rows by key, with the line of the first of them."""
    groups = rows.groupby(key, sort=False)["source_row"]
    return groups.agg(count="size", source_row="min").reset_index()


def _repeats(rows: pd.DataFrame, column: str) -> list[tuple[int, str]]:
    """What to tell of crimes that the file lists more than once; they are counted as listed."""
    if CRIME not in rows:
        return []
    again = (rows[CRIME] != "") & rows.duplicated([CRIME, *_KEY, column])
    if not again.any():
        return []
    line = rows.loc[again, "source_row"].iloc[0]
    return [(line, f"{again.sum()} rows repeat an identifier; counted as the file lists them")]


def _about(rows: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Months of the rows that the file's name does not lead to expect."""
    named = [f"{year}-{month}" for year, month in _IN_NAME.findall(Path(path).name)]
    found = sorted(rows["period_text"].unique())
    if len(named) != 1 or found == named:
        return problem_table([])
    return problem_table([(1, f"named for {named[0]}, holds rows of {', '.join(found[:12])}")])


def _dated(rows: pd.DataFrame) -> pd.DataFrame:
    when = periods.parse_all(rows["period_text"], kind="month", strict=False)
    made = pd.concat([rows, when], axis=1)
    return made.assign(count=made["count"].astype("float64"), value_note=APPROXIMATE)
