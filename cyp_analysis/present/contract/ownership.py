"""The block at the head of a chapter: who answers for it, when it was written, when it is due."""

import pandas as pd

from cyp_analysis.present import commentary as writing
from cyp_analysis.present import words
from cyp_analysis.present.chapter_notes import chapter_rows
from cyp_analysis.present.markup import Block, joined, tag
from cyp_analysis.present.selection import Selection

NOBODY = "not yet named"


def ownership(selection: Selection) -> Block:
    """Owner, author, version and review from the commentary's front matter; how new the figures
    are from the figures."""
    found = writing.read_commentary(selection.area.code, selection.entry.id)
    facts = _people(found) | {"Figures": _newest(selection)}
    listed = joined(*(joined(tag("dt", k), tag("dd", v)) for k, v in facts.items() if v))
    html = tag("dl", listed, class_="ownership")
    return Block(html, "\n".join(f"{k}: {v}" for k, v in facts.items() if v))


def _people(found: writing.Commentary | None) -> dict[str, str]:
    if found is None:
        return {"Topic owner": NOBODY, "Commentary": "not yet written"}
    review = words.date_words(pd.Timestamp(found.review_by)) if found.review_by else "not set"
    status = f" ({found.status})" if found.status else ""
    return {
        "Topic owner": found.owner or NOBODY,
        "Endorsed by": found.endorsed_by,
        "Commentary": f"written for {found.written_for}{status}",
        "Author": found.author_role,
        "Version": found.version,
        "Replaces": found.replaces,
        "Next review": review,
    }


def _newest(selection: Selection) -> str:
    """From when the newest of the chapter's figures for the area is."""
    rows = chapter_rows(selection)
    # What ends after its publication is a projection: it says nothing of how new the figures are.
    ahead = rows["period_end"] > rows["source_published"]
    rows = rows[(rows["area_code"] == selection.area.code) & ~ahead]
    if rows.empty:
        return "none in this edition"
    newest = rows.loc[rows["period_end"].idxmax()]
    return f"the newest is for {newest['period_label']}"
