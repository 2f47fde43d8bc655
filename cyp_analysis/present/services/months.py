"""Measures down, months across: every row says what its numbers count."""

import pandas as pd

from cyp_analysis.present.selection import Selection
from cyp_analysis.present.services import wording
from cyp_analysis.present.tables import Column, Table

MOST_MONTHS = 6
COUNTS, SINCE = "Counts", "Since 1 April"
_DASH_NOTE = "–: no figure for that period."
_ROW = ["place", "name", "sex", "age", "category"]


def months_table(selection: Selection, rows: pd.DataFrame, caption: str, source: str) -> Table:
    """One row = measure × kind of period; the newest months that any of them has, oldest first."""
    rows = rows.assign(month=pd.to_datetime(rows["period_end"]).dt.to_period("M"))
    months = _months(rows)
    groups = [(key, group) for key, group in rows.groupby([*_ROW, "kind"], sort=False)]
    groups = sorted(groups, key=lambda pair: (pair[0][0], pair[0][-1] == "year_to_date"))
    paired = {key[:-1] for key, _ in groups if key[-1] == "month"}
    since = {key[:-1]: group for key, group in groups if key[-1] == "year_to_date"}
    shown = [
        pair for pair in groups if not (pair[0][-1] == "year_to_date" and pair[0][:-1] in paired)
    ]
    has_since = bool(paired & set(since))
    cells = [
        _row(selection, group, months, since.get(key[:-1]) if has_since else None, has_since)
        for key, group in shown
    ]
    return _table(caption, months, cells, has_since, source)


def _months(rows: pd.DataFrame) -> list:
    """The newest months of those in which at least a quarter of the measures have a figure, and
    the newest of all."""
    number = rows.groupby("month")["name"].nunique().sort_index()
    common = number[(number >= number.max() / 4) | (number.index == number.index.max())]
    return list(common.index)[-MOST_MONTHS:]


def _row(selection, group, months, since, has_since) -> tuple[str, ...]:
    """Name, what is counted, a cell for each month, since April, the changes."""
    by_month = group.drop_duplicates("month", keep="last").set_index("month")
    last = group.sort_values("period_end").iloc[-1]
    newest = by_month.index.max() == months[-1]
    figures = [
        wording.figure_text(selection, by_month.loc[month]) if month in by_month.index else ""
        for month in months
    ]
    # A sum that ends in an earlier month than the newest shown is of another year, or too old.
    added = "" if since is None else _newest_figure(selection, since, months[-1])
    changes = [
        wording.change_text(selection, last, on) if newest else "" for on in ("month", "year")
    ]
    since_cell = (added,) if has_since else ()
    return (wording.full_name(last), wording.counts(last), *figures, *since_cell, *changes)


def _newest_figure(selection: Selection, rows: pd.DataFrame, month) -> str:
    found = rows[rows["month"] == month]
    return wording.figure_text(selection, found.iloc[-1]) if len(found) else ""


def _table(caption, months, cells, has_since, source) -> Table:
    heads = [f"{month.to_timestamp():%b %Y}" for month in months]
    columns = [
        Column("Measure", heads_row=True),
        Column(COUNTS),
        *(Column(head, numeric=True) for head in heads),
        *((Column(SINCE, numeric=True),) if has_since else ()),
        Column("Change on the month before", numeric=True),
        Column("Change on a year before", numeric=True),
    ]
    kept = [place for place in range(len(columns)) if any(row[place] for row in cells) or place < 2]
    rows = tuple(tuple(row[place] for place in kept) for row in cells)
    blank = any(cell == "" for row in rows for cell in row)
    notes = (_DASH_NOTE,) if blank else ()
    return Table(caption, tuple(columns[place] for place in kept), rows, notes, source)
