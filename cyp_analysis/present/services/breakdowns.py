"""Breakdowns of a service's measures: categories down, periods across; folded until wanted."""

import pandas as pd

from cyp_analysis.present import credits, provenance, words
from cyp_analysis.present.markup import Block, joined, tag
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.services import wording
from cyp_analysis.present.tables import Column, Table, noted, plain, render

MOST_PERIODS = 4
JOINT = " | "
# Figures of other places that a document prints beside its own.
ELSEWHERE = "area"


def of_service(selection: Selection, rows: pd.DataFrame) -> list[Block]:
    """A folded table for each measure with several categories."""
    parts = rows[~rows["category_type"].isin(["", ELSEWHERE])]
    parts = parts[parts.groupby("measure")["category"].transform("nunique") > 1]
    # Both sexes together, where a measure has them, so that no cell stands for one of two.
    has_all = parts["sex"].eq("persons").groupby(parts["measure"]).transform("any")
    parts = parts[parts["sex"].eq("persons") | ~has_all]
    groups = parts.groupby(["place", "name", "category_type"], sort=True)
    return [_folded(selection, name, kind, group) for (_, name, kind), group in groups]


def _folded(selection: Selection, name: str, kind: str, group: pd.DataFrame) -> Block:
    both = kind.split(JOINT)
    make = _crossed if len(both) == 2 else _listed
    table = make(selection, name, kind, group)
    caption_id = selection.unique_id(f"cap-breakdown-{group.iloc[0]['measure'].lower()}")
    notes, note_ids = noted(table, caption_id)
    under = provenance.under(table.source, "table", table.caption, caption_id)
    inside = joined(render(table, caption_id, note_ids), notes, under)
    html = tag("details", joined(tag("summary", table.caption), inside), class_="breakdown")
    return Block(html, plain(table))


def _listed(selection: Selection, name: str, kind: str, group: pd.DataFrame) -> Table:
    """Categories in the order of the source, the newest periods of each kind."""
    periods = group.drop_duplicates(["kind", "period_end"]).sort_values("period_end")
    periods = periods.tail(MOST_PERIODS)[["kind", "period_end", "period_label"]]
    wanted = list(periods.itertuples(index=False, name=None))
    cells = group.drop_duplicates(["category", "kind", "period_end"], keep="last")
    cells = cells.set_index(["category", "kind", "period_end"])
    rows = []
    for category in group["category"].drop_duplicates():
        found = [cells.loc[(category, k, end)] if (category, k, end) in cells.index else None
                 for k, end, _ in wanted]  # fmt: skip
        texts = ["" if row is None else wording.figure_text(selection, row) for row in found]
        rows.append((words.sentence_case(category), *texts))
    columns = [Column(words.sentence_case(kind.replace("_", " ")), heads_row=True)]
    columns += [Column(_head(k, label), numeric=True) for k, _, label in wanted]
    return Table(
        f"{name}: {wanted[-1][2]}", tuple(columns), tuple(rows), (), _source(selection, group)
    )


def _head(kind: str, label: str) -> str:
    return f"{label}, since 1 April" if kind == "year_to_date" and "to" not in label else label


def _crossed(selection: Selection, name: str, kind: str, group: pd.DataFrame) -> Table:
    """The newest period: one grouping down, the other across."""
    newest = group[group["period_end"] == group["period_end"].max()]
    parts = newest["category"].str.split(JOINT, n=1, regex=False, expand=True)
    down, across = list(parts[0].drop_duplicates()), list(parts[1].drop_duplicates())
    pairs = zip(parts[0], parts[1], strict=True)
    figures = [wording.figure_text(selection, row) for _, row in newest.iterrows()]
    texts = dict(zip(pairs, figures, strict=True))
    rows = tuple((d, *(texts.get((d, a), "") for a in across)) for d in down)
    columns = (
        Column(words.sentence_case(kind.split(JOINT)[0]), heads_row=True),
        *(Column(words.sentence_case(head), numeric=True) for head in across),
    )
    label = newest.iloc[0]["period_label"]
    return Table(f"{name}: {label}", columns, rows, (), _source(selection, group))


def _source(selection: Selection, rows: pd.DataFrame) -> str:
    return credits.source_line(selection, rows.assign(value=rows["value"].fillna(0)))
