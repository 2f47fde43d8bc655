"""What was said and what was done: actions beside the figures that their entries report."""

import pandas as pd

from cyp_analysis.present import words
from cyp_analysis.present.markup import Block, Html, joined, paragraph, stacked
from cyp_analysis.present.plans import wording
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

_KEY = ["source_id", "source_file", "action_id"]
_PROGRESS = "progress"
_COLUMNS = "action and update"


def progress(selection: Selection) -> Block:
    """For each document: action by action, what is told of it in words and in figures."""
    rows = wording.rows_of(selection, "plan_actions")
    found = wording.rows_of(selection, "plan_action_figures")
    told = rows["tracker"].str.lower().str.contains(_PROGRESS) | (rows["update"] != "")
    measured = pd.MultiIndex.from_frame(rows[_KEY]).isin(pd.MultiIndex.from_frame(found[_KEY]))
    mine = rows[told | measured]
    if mine.empty:
        return wording.absent(selection, "What was done", "local_action_tracker", _COLUMNS)
    each = mine.groupby(["source_id", "source_file"], sort=False)
    return stacked(*(_document(selection, part, found) for _, part in each))


def _document(selection: Selection, rows: pd.DataFrame, found: pd.DataFrame) -> Block:
    columns = (Column("What was to be done", heads_row=True), Column("What was done"))
    cells = tuple(
        (row["action"] or "not named", _done(selection, row, found)) for _, row in rows.iterrows()
    )
    with_figure = sum(not cell[1].startswith(("Told", "Nothing")) for cell in cells)
    of = wording.document(selection, rows.iloc[0])
    tracker = rows["tracker"].iloc[0]
    said = (
        f"{tracker}: {wording.counted(len(cells), 'action')},"
        f" {with_figure or 'none'} of them with figures or words that can be shown here."
    )
    source = wording.source_line(selection, rows)
    notes = ("Output counts say what was done, not what came of it.",)
    table = Table(f"{tracker} ({of})", columns, cells, notes, source)
    shown = block(table, selection.unique_id("cap-progress"))
    return stacked(Block(paragraph(said), said), shown)


def _done(selection: Selection, row: pd.Series, found: pd.DataFrame) -> Html | str:
    mine = found
    for name in _KEY:
        mine = mine[mine[name] == row[name]]
    figures = [_figure(selection, one) for _, one in mine.iterrows()]
    parts = [*([row["update"]] if row["update"] else []), *figures]
    if parts:
        return joined(*(paragraph(words.sentence_case(part)) for part in parts))
    if row["has_update"]:
        return "Told in the document; no figure of it is held here."
    return "Nothing told."


def _figure(selection: Selection, row: pd.Series) -> str:
    indicator = selection.indicator(row["indicator_id"])
    newest = wording.with_period(row["value"], row["period_label"], indicator)
    if pd.isna(row["base_value"]):
        return f"{indicator.name}: {newest}."
    before = wording.with_period(row["base_value"], row["base_period_label"], indicator)
    return f"{indicator.name}: {newest}; before, {before}."
