"""Rows of a raw table that a passport asks for."""

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CatalogueError
from cyp_analysis.loaders.headers import key

Wanted = dict[str, str | list[str]]


def matching(rows: pd.DataFrame, wanted: Wanted) -> pd.Series:
    """True where every column named holds (one of) the words given; case and spacing ignored."""
    keep = pd.Series(True, index=rows.index)
    for column, words in wanted.items():
        listed = [words] if isinstance(words, str) else list(words)
        sought = {key(str(word)) for word in listed}
        spellings = {text: key(text) in sought for text in rows[column].unique()}
        keep &= rows[column].map(spellings).astype(bool)
    return keep


def seen(rows: pd.DataFrame, wanted: Wanted) -> str:
    """What the columns named hold instead, for a message: at most six words of each."""
    held = [f"{name}: {', '.join(sorted(rows[name].unique())[:6])}" for name in wanted]
    return "; ".join(held) or "rows of other kinds"


def measures(source: Source, any_of: tuple[str, ...]) -> dict[str, dict]:
    """The measures of a passport, each with one of the keys that its reader needs.

    CatalogueError if it has none, or one without such a key.
    """
    keys = " or ".join(f"`{name}`" for name in any_of)
    bad = [name for name, spec in source.measures.items() if not set(any_of) & set(spec)]
    if bad or not source.measures:
        thing = f"data/catalogue/sources/{source.id}.yml"
        got = ", ".join(bad) or "no measures"
        raise CatalogueError(thing, f"each of `measures` must have {keys}", got, "Add it there.")
    return source.measures
