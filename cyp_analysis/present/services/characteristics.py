"""A breakdown that holds several kinds of groups (age, placement, ethnic group …): a table each."""

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import chapter_text, credits, shown, words
from cyp_analysis.present.chapter_bars import latest_categories
from cyp_analysis.present.markup import Block, stacked
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

JOINT = " | "


def characteristics(selection: Selection, indicator_id: str) -> Block:
    """One table for each kind of group of the newest period, in the order of the source."""
    indicator = selection.indicator(indicator_id)
    rows = latest_categories(selection, indicator_id)
    if rows["value"].notna().sum() == 0 and rows["count"].notna().sum() == 0:
        return chapter_text.nothing(selection, indicator_id)
    parts = rows["category"].str.split(JOINT, n=1, regex=False)
    rows = rows.assign(kind=parts.str[0], part=parts.str[-1]).sort_values("source_row")
    # A kind by itself is the whole of its groups.
    rows = rows[rows["part"] != rows["kind"]]
    groups = rows.groupby("kind", sort=False)
    return stacked(*(_table(selection, indicator, kind, group) for kind, group in groups))


def _table(selection: Selection, indicator: Indicator, kind: str, rows: pd.DataFrame) -> Block:
    columns = (
        Column(words.sentence_case(kind), heads_row=True),
        Column("Number", numeric=True),
        Column(f"Share ({shown.unit_words(indicator)})", numeric=True),
    )
    cells = tuple(
        (row["part"], shown.count_cell(row), shown.value_cell(row, indicator))
        for _, row in rows.iterrows()
    )
    label = rows.iloc[0]["period_label"]
    title = f"{indicator.name}: {kind.lower()}, {selection.area.name}, {label}"
    made = Table(title, columns, cells, (), credits.source_line(selection, rows))
    return block(made, selection.unique_id(f"cap-{indicator.id}-{len(rows)}"))
