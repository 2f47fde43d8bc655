"""How new the figures are, and what is doubtful about the documents that they come from."""

import pandas as pd

from cyp_analysis.present import words
from cyp_analysis.present.markup import Block, no_data
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

_UNKNOWN = "not known"


def data_age(selection: Selection) -> Block:
    """One row for each source and release of the area's own figures: published, period of the
    newest figure, number of figures, next release as the publisher announced it."""
    rows = _used(selection)
    if rows.empty:
        return no_data("This edition has no figures, so it has no sources.")
    grouped = rows.groupby(["source_id", "source_published"], dropna=False, sort=False)
    newest = rows.loc[grouped["period_end"].idxmax()].assign(figures=grouped.size().to_numpy())
    newest = newest.sort_values(["period_end", "source_id"], ascending=[False, True])
    columns = (
        Column("Source", heads_row=True),
        Column("Published"),
        Column("Newest figure for"),
        Column("Figures used", numeric=True),
        Column("Next release"),
    )
    cells = tuple(_age_row(selection, row) for _, row in newest.iterrows())
    made = Table("Sources, newest figures first", columns, cells)
    return block(made, selection.unique_id("cap-data-age"))


def _used(selection: Selection) -> pd.DataFrame:
    rows = selection.rows
    return rows[(rows["area_code"] == selection.area.code) & rows["value"].notna()]


def _age_row(selection: Selection, row: pd.Series) -> tuple[str, ...]:
    source = selection.catalogue.sources.get(row["source_id"])
    known = pd.notna(row["source_published"])
    following = source.next_release if source else None
    return (
        source.title if source else row["source_id"],
        words.date_words(row["source_published"]) if known else _UNKNOWN,
        row["period_label"],
        f"{row['figures']:,}",
        _date_or_text(following) or _UNKNOWN,
    )


def _date_or_text(value: object) -> str:
    if value is None or value == "":
        return ""
    return value if isinstance(value, str) else words.date_words(pd.Timestamp(value))


def data_quality(selection: Selection) -> Block:
    """The register of doubts about the documents that the area's figures come from: where, what
    is doubtful, and what was done; nothing where no document of the area has one."""
    used = set(_used(selection)["source_id"])
    register = selection.catalogue.quality
    rows = register[register["source_id"].isin(used)] if len(register) else register
    if rows.empty:
        return Block()
    columns = (
        Column("Number", heads_row=True),
        Column("Document"),
        Column("Line"),
        Column("What is doubtful"),
        Column("What was done"),
    )
    sources = selection.catalogue.sources
    cells = tuple(
        (row["id"], sources[row["source_id"]].title, row["lines"], row["issue"], row["treatment"])
        for _, row in rows.iterrows()
    )
    area = words.area_words(selection.area)
    made = Table(f"Doubts about the documents that figures of {area} come from", columns, cells)
    return block(made, selection.unique_id("cap-data-quality"))
