"""The unmet-need ledger: children expected, children seen, and those who may have gone without."""

import pandas as pd

from cyp_analysis.present import rounding, words
from cyp_analysis.present.markup import Block, no_data, stacked
from cyp_analysis.present.needs import parts
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

NONE = (
    "How many children have a need without being seen cannot be worked out for {area}: neither the"
    " population by age nor a printed estimate has arrived."
)
CAVEATS = (
    "The difference is a sign of unmet need, not a count of it: an estimate set against a record.",
    "Not every child with a disorder needs a specialist service or wants one; schools, family"
    " doctors and voluntary groups help children whom these records do not show; and some children"
    " who were seen are not among those expected.",
)
_NOT_ALL_MET = "It does not mean that all need is met."
_WAY = "A file with the measure MH_SEEN in the project's template for local figures would say."


def unmet_need(selection: Selection) -> Block:
    """Expected less seen for every estimate that there is, with what it does and does not say."""
    rows = parts.of_area(selection, "need", "expected_end")
    if rows.empty:
        return no_data(NONE.format(area=parts.area(selection)))
    rows = rows.sort_values("model_order", kind="stable")
    said = [ledger_sentence(row, parts.area(selection)) for _, row in rows.iterrows()]
    known = [text for text, seen in zip(said, rows["seen"], strict=True) if pd.notna(seen)]
    ledger = block(_table(selection, rows), selection.unique_id("cap-unmet-need"))
    return stacked(parts.sentences(known or said[:1]), ledger, parts.notes(list(CAVEATS)))


def ledger_sentence(row: pd.Series, area: str) -> str:
    """What one line of the ledger says; a negative difference is never shown without its word."""
    number = expected_words(row)
    verb = "were" if row["expected_from"] else "would be"
    expected = f"{number} {row['who']} in {area} {verb} expected to have {row['condition']}"
    dated = f"{words.sentence_case(expected)} ({row['expected_label']})"
    if pd.isna(row["seen"]):
        return f"{dated}. How many of them services saw is not known. {_WAY}"
    seen = _seen_words(row)
    if row["difference"] < 0:
        return (
            f"{dated}, and {seen}: more than expected, so the estimate is too low or services also"
            f" see other children. {_NOT_ALL_MET}"
        )
    if parts.about(row["difference"]) == "0":
        return f"{dated}, and {seen}: as many as expected. {_NOT_ALL_MET}"
    limits = parts.between(row["difference_lower"], row["difference_upper"])
    left = parts.about(row["difference"])
    return f"{dated}; {seen}. About {left}{limits} may have had a need without being seen."


def expected_words(row: pd.Series) -> str:
    """The number as printed, or "about" the number modelled with its interval."""
    if row["expected_from"]:
        return rounding.half_up(row["expected"], 0)
    limits = parts.between(row["expected_lower"], row["expected_upper"])
    return f"about {parts.about(row['expected'])}{limits}"


def _seen_words(row: pd.Series) -> str:
    if row["seen_kind"] == "share":
        share = f"{rounding.half_up(row['seen_value'], 1)}% of those with a condition"
        return f"{share}, about {parts.about(row['seen'])}, were treated ({row['seen_label']})"
    verb = "was" if row["seen"] == 1 else "were"
    return f"{rounding.half_up(row['seen'], 0)} {verb} seen ({row['seen_label']})"


def _table(selection: Selection, rows: pd.DataFrame) -> Table:
    columns = (
        Column("Estimate", heads_row=True),
        Column("Children"),
        Column("Expected", numeric=True),
        Column("95% interval", numeric=True),
        Column("Seen", numeric=True),
        Column("Expected less seen", numeric=True),
    )
    cells = tuple(_cells(row) for _, row in rows.iterrows())
    caption = f"Children expected to have a condition and children seen, {parts.area(selection)}"
    notes = tuple(dict.fromkeys(n for n in rows["note"].map(words.sentence_case) if n))
    return Table(caption, columns, cells, tuple(f"{note}." for note in notes))


def _cells(row: pd.Series) -> tuple[str, ...]:
    decimals = 0 if row["expected_from"] else -1
    seen = parts.cell(row["seen"], 0 if row["seen_kind"] == "count" else -1)
    label = f" ({row['seen_label']})" if row["seen_label"] and pd.notna(row["seen"]) else ""
    return (
        row["survey"],
        f"{words.sentence_case(row['who'])}, {row['expected_label']}",
        parts.cell(row["expected"], decimals),
        parts.limits_cell(row["expected_lower"], row["expected_upper"], -1),
        f"{seen}{label}",
        parts.cell(row["difference"], -1),
    )
