"""Money and engagement: figures that the papers print, every period and part of them."""

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, rounding, shown, words
from cyp_analysis.present.markup import Block
from cyp_analysis.present.plans import wording
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

MONEY, ENGAGEMENT = "money", "engagement"
_NONE = {
    MONEY: (
        "Budgets, grants and savings of {area}: no figures in this edition.",
        "A local dashboard file with them: docs/local_returns.md shows one.",
    ),
    ENGAGEMENT: (
        "Who was consulted in {area}: no figures in this edition.",
        "A local dashboard file with the numbers of people by activity: docs/local_returns.md"
        " shows one.",
    ),
}


def money(selection: Selection) -> Block:
    """Grants, budgets, gaps and savings as printed, each with its period."""
    return _papers(selection, MONEY, "Grants, budgets and savings", "Amount")


def engagement(selection: Selection) -> Block:
    """Who took part in which consultation, as printed."""
    return _papers(selection, ENGAGEMENT, "Who took part in consultations and events", "Number")


def _papers(selection: Selection, theme: str, caption: str, head: str) -> Block:
    known = [i for i in selection.catalogue.indicators.values() if i.theme == theme]
    rows = selection.rows[
        (selection.rows["area_code"] == selection.area.code)
        & selection.rows["indicator_id"].isin([i.id for i in known])
    ]
    if rows.empty:
        from cyp_analysis.present.markup import no_data

        missing, way = _NONE[theme]
        return no_data(missing.format(area=words.area_words(selection.area)), [way])
    ordered = rows.sort_values(["indicator_id", "category", "period_end"], kind="stable")
    cells = tuple(
        _row(row, selection.indicator(row["indicator_id"])) for _, row in ordered.iterrows()
    )
    columns = (
        Column("What", heads_row=True),
        Column("Period"),
        Column(head, numeric=True),
        Column("Note"),
    )
    if not any(row[3] for row in cells):
        columns, cells = columns[:3], tuple(row[:3] for row in cells)
    else:
        cells = tuple((*row[:3], row[3] or "none") for row in cells)
    title = f"{caption}: {selection.area.name}"
    notes = shown.missing_notes(rows)
    table = Table(title, columns, cells, notes, credits.source_line(selection, rows))
    return block(table, selection.unique_id(f"cap-{theme}"))


def _row(row: pd.Series, indicator: Indicator) -> tuple[str, str, str, str]:
    name = f"{indicator.name}: {row['category']}" if row["category"] else indicator.name
    missing = pd.isna(row["value"])
    text = "" if missing else wording.figure_text(row["value"], indicator)
    if indicator.theme == ENGAGEMENT and not missing:
        text = rounding.count_text(row["value"])
    note = "" if missing else row["value_note"]
    return name, row["period_label"], shown.number_cell(row["value"], row["value_note"], text), note
