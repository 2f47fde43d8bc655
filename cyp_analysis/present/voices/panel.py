"""The short panel of a chapter: what surveys and quotes say on its subject."""

import pandas as pd

from cyp_analysis.present.markup import Block, Html, joined, stacked, tag
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.voices.answers import result_sentence, survey_rows
from cyp_analysis.present.voices.quotes import quotes

QUOTES = 3


def voice(selection: Selection, limit: int = 6) -> Block:
    """The newest results on the chapter's subject as a list, then quotes; empty if there are none.

    In the chapter about voice itself, the results of every subject.
    """
    rows = _of_chapter(selection)
    items = [result_sentence(row) for _, row in rows.head(limit).iterrows()]
    listed = Block()
    if items:
        html = tag("ul", joined(*(tag("li", item) for item in items)), class_="voices")
        listed = Block(Html(html), "\n".join(f"- {item}" for item in items))
    return stacked(listed, quotes(selection, QUOTES))


def _of_chapter(selection: Selection) -> pd.DataFrame:
    """Results with a percentage on the chapter's subject, newest first, tested before untested."""
    rows = survey_rows(selection)
    rows = rows[rows["percent"].notna()]
    if selection.entry.id != "voice":
        tagged = (" " + rows["chapters"] + " ").str.contains(f" {selection.entry.id} ", regex=False)
        rows = rows[tagged]
    tested = rows["rest_side"].isin(["higher", "lower"]) | rows["wave_side"].isin(
        ["higher", "lower"]
    )
    ordered = rows.assign(tested=tested, known=rows["lower"].notna())
    by = ["period_end", "tested", "known"]
    return ordered.sort_values(by, ascending=False, kind="stable", na_position="last")
