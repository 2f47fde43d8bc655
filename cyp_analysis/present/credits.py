"""Where the figures come from: source lines and citations, from the passports."""

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.present import provenance, words
from cyp_analysis.present.provenance import Credit
from cyp_analysis.present.selection import Selection

MANY = 3


def source_line(selection: Selection, rows: pd.DataFrame) -> Credit:
    """ "Source: publisher, title, published 30 September 2018." for the rows shown, with how they
    were made and how old they are."""
    known = rows.dropna(subset=["value"])
    once = known.drop_duplicates("source_id")
    texts = [_short(selection, row) for _, row in once.iterrows()]
    text = f"Source: {'; '.join(texts)}." if texts else ""
    if len(once) > MANY:
        text = f"Source: {len(once)} documents, listed under sources."
    return credited(selection, text, known)


def credited(selection: Selection, text: str, rows: pd.DataFrame) -> Credit:
    """A source line of these words for figures of the rows."""
    dated = rows.assign(**_dates(selection, rows))
    day = provenance.edition_day(selection.edition)
    age = provenance.age_badge(dated, day)
    return Credit(text, method=provenance.method_words(rows), age=age)


def _dates(selection: Selection, rows: pd.DataFrame) -> dict[str, list]:
    """When each row's document was published, and whether that is an estimate."""
    known = [selection.catalogue.sources.get(name) for name in rows["source_id"]]
    days = rows.get("source_published", pd.Series(pd.NaT, index=rows.index))
    pairs = list(zip(known, days, strict=True))
    printed = [
        pd.Timestamp(source.published) if source and pd.isna(day) else day for source, day in pairs
    ]
    return {
        "source_published": pd.to_datetime(pd.Series(printed, index=rows.index, dtype="object")),
        "date_estimated": [bool(source and source.date_estimated) for source in known],
    }


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
