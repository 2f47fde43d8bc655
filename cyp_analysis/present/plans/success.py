"""Success measures of plans: baseline, newest figure, direction wanted and achieved."""

import pandas as pd

from cyp_analysis.present import rounding, words
from cyp_analysis.present.markup import Block, joined, paragraph, stacked, tag
from cyp_analysis.present.plans import wording
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

_MET = {"met": ("✓", "Met", "better"), "not_met": ("✗", "Not met", "worse")}
_COLUMNS = "measure id, success measure and direction wanted, better with indicator"
_DIRECTIONS = {"increase": "Up", "decrease": "Down"}
_SAID = {"no_clear_change": "without a clear change"}


def success_measures(selection: Selection) -> Block:
    """A sentence, then for each plan a table of the measures that have a figure, and the others."""
    rows = wording.rows_of(selection, "plan_measures")
    if rows.empty:
        return wording.absent(
            selection, "Success measures of a plan", "local_success_measures", _COLUMNS
        )
    said = _summary(rows)
    tables = [_plan(selection, mine) for _, mine in rows.groupby(["source_id", "plan"], sort=False)]
    return stacked(Block(paragraph(said), said), *tables)


def _summary(rows: pd.DataFrame) -> str:
    known = rows["value"].notna()
    moved = rows["verdict"].isin([*wording.TESTED, *wording.UNTESTED])
    first = (
        f"The plans name {wording.counted(len(rows), 'success measure')}:"
        f" {wording.have(int(known.sum()))} a figure here"
    )
    if not known.any():
        return f"{first}."
    if not moved.any():
        return f"{first}, and none has two figures that can be set beside each other."
    verdicts = rows.loc[moved, "verdict"].value_counts()
    tested = sum(verdicts.get(name, 0) for name in wording.TESTED)
    judged = [f"{n} {_SAID.get(name, name)}" for name, n in verdicts.items()]
    return (
        f"{first}, and {moved.sum()} can be set beside an earlier figure of the plan's years"
        f" ({words.join_words(judged)}; {tested or 'none'} tested)."
    )


def _plan(selection: Selection, rows: pd.DataFrame) -> Block:
    known = rows[rows["value"].notna()]
    plan, of = rows.iloc[0]["plan"], wording.document(selection, rows.iloc[0])
    source = wording.source_line(selection, rows)
    others = _without(rows[rows["value"].isna()])
    if known.empty:
        said = f"{plan}: none of its {wording.counted(len(rows), 'measure')} has a figure here."
        said = said if len(rows) > 1 else f"{plan}: its one measure has no figure here."
        return stacked(Block(paragraph(said), said), others, Block(paragraph(source, "source")))
    columns = (
        Column("Measure", heads_row=True),
        Column("Followed by"),
        Column("Wanted"),
        Column("First figure of the plan's years"),
        Column("Newest figure"),
        Column("Change"),
        Column("Target"),
    )
    cells = tuple(_row(selection, row) for _, row in known.iterrows())
    if all(row[-1] == "none" for row in cells):
        columns, cells = columns[:-1], tuple(row[:-1] for row in cells)
    table = Table(f"{plan}: success measures with a figure ({of})", columns, cells, source=source)
    return stacked(block(table, selection.unique_id("cap-success")), others)


def _row(selection: Selection, row: pd.Series) -> tuple[str, ...]:
    indicator = selection.indicator(row["indicator_id"])
    return (
        row["success_measure"],
        indicator.name,
        _DIRECTIONS.get(row["wanted"], row["direction_wanted"] or "not said"),
        wording.with_period(row["base_value"], row["base_period_label"], indicator),
        wording.with_period(row["value"], row["period_label"], indicator),
        wording.change_cell(row, indicator, row["wanted"] or wording.NO_WAY),
        _target(row),
    )


def _target(row: pd.Series) -> str:
    if pd.isna(row["target_value"]):
        return "none"
    places = 0 if float(row["target_value"]).is_integer() else 1
    text = f"{rounding.half_up(row['target_value'], places)}{row['target_unit']}"
    if row["target_met"] not in _MET:
        return text
    symbol, said, kind = _MET[row["target_met"]]
    mark = tag("span", symbol, class_="symbol", aria_hidden="true")
    badge = tag("span", joined(mark, f" {said}"), class_=f"verdict verdict-{kind}")
    return joined(f"{text} ", badge)


def _without(rows: pd.DataFrame) -> Block:
    """The measures without a figure, in a list to open."""
    if rows.empty:
        return Block()
    number = wording.counted(len(rows), "measure")
    items = joined(*(tag("li", _wanted(row)) for _, row in rows.iterrows()))
    summary = f"{number} without a figure here, with the direction wanted"
    html = wording.folded(words.sentence_case(summary), tag("ul", items))
    texts = [f"- {_wanted(row)}" for _, row in rows.iterrows()]
    return Block(html, "\n".join([words.sentence_case(summary), *texts]))


def _wanted(row: pd.Series) -> str:
    way = _DIRECTIONS.get(row["wanted"], "").lower() or row["direction_wanted"] or "not said"
    return f"{row['success_measure']} (wanted: {way})"
