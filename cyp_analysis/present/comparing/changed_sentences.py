"""The sentences that say something else than in the edition before, as a table of a page."""

import pandas as pd

from cyp_analysis.present.claims.changed import VERDICT
from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

HEADING = "Changed conclusions"
MOST = 40
_COLUMNS = (Column("Chapter", heads_row=True), Column("Before"), Column("Now"))


def sentence_parts(selection: Selection, changed: pd.DataFrame) -> list[tuple[str, Block]]:
    """Heading and table of the sentences whose verdict is another now; none where there are none.

    `changed`: as `claims.changed.changed_sentences` finds them.
    """
    rows = changed[changed["kind"] == VERDICT]
    if rows.empty:
        return []
    cells = tuple(_row(selection, row) for _, row in rows.head(MOST).iterrows())
    left = len(rows) - len(cells)
    more = (f"{left} more {'is' if left == 1 else 'are'} listed by `cyp diff`.",) if left else ()
    made = Table(f"{HEADING}: {selection.area.name}", _COLUMNS, cells, more)
    return [(HEADING, block(made, selection.unique_id("cap-sentences")))]


def _row(selection: Selection, row: pd.Series) -> tuple[str, ...]:
    chapter = selection.catalogue.chapters[row["claim"].split(".html")[0]]
    return (chapter.title, row["old"], row["new"])
