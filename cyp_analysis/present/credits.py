"""Where the figures come from: source lines and citations, from the passports."""

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.present import words
from cyp_analysis.present.selection import Selection

MANY = 3


def source_line(selection: Selection, rows: pd.DataFrame) -> str:
    """ "Source: publisher, title, published 30 September 2018." for the rows shown."""
    known = rows.dropna(subset=["value"]).drop_duplicates("source_id")
    if len(known) > MANY:
        return f"Source: {len(known)} documents, listed under sources."
    texts = [_short(selection, row) for _, row in known.iterrows()]
    return f"Source: {'; '.join(texts)}." if texts else ""


def _short(selection: Selection, row: pd.Series) -> str:
    source = selection.catalogue.sources.get(row["source_id"])
    if source is None:
        return str(row["source_id"])
    return f"{source.publisher}, {source.title}{published(source, row['source_published'])}"


def published(source: Source, date: object = None) -> str:
    """ ", published 30 September 2018", of the file read, else of the passport; or empty.

    A document that prints no date is dated by its passport, whose note says on what grounds.
    """
    day = pd.Timestamp(source.published) if pd.isna(date) else date
    if pd.isna(day):
        return ""
    return (
        f", undated, about {day:%B %Y}"
        if source.date_estimated
        else (f", published {words.date_words(day)}")
    )
