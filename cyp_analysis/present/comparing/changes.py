"""What changed for an area since the edition before, as tables of a page."""

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import rounding, words
from cyp_analysis.present.markup import Block, paragraph
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

HEADINGS = {
    "new_period": "New periods",
    "revised": "Revised figures",
    "verdict": "Changed verdicts",
    "new_indicator": "New indicators or groups",
    "supplied": "Figures that were missing before",
    "withdrawn": "Figures that are withheld or missing now",
    "lost_period": "Series that end earlier than before",
    "lost_indicator": "Indicators or groups that are no longer here",
}
MOST = 60
NONE = "none"
_NOT_LISTED = "Figures broken down by category are not compared."
_ALIKE = "Where both figures look alike, the change is smaller than the rounding."
_VERDICTS = {"not_compared": "not compared"}


def change_parts(selection: Selection, changes: pd.DataFrame) -> list[tuple[str, Block]]:
    """Heading and table of each kind of change, those that matter to most readers first."""
    mine = changes[changes["area_code"] == selection.area.code]
    known = mine[mine["indicator_id"].isin(list(selection.catalogue.indicators))]
    gone = mine[~mine["indicator_id"].isin(list(selection.catalogue.indicators))]
    parts = [
        (heading, _table(selection, heading, known[known["kind"] == kind]))
        for kind, heading in HEADINGS.items()
        if (known["kind"] == kind).any()
    ]
    return parts + ([("Taken out of the catalogue", _gone(gone))] if len(gone) else [])


def change_sentence(selection: Selection, changes: pd.DataFrame, previous: str) -> str:
    """How much changed, or that there is no edition before this one."""
    area = words.area_words(selection.area)
    if not previous:
        return f"There is no earlier edition with figures of {area} to compare this one with."
    mine = changes[changes["area_code"] == selection.area.code]
    if mine.empty:
        return (
            f"No figure of {area} has changed since the edition before this one, {previous}."
            f" {_NOT_LISTED}"
        )
    number = mine["indicator_id"].nunique()
    figures = "indicator is" if number == 1 else "indicators are"
    return (
        f"Since the edition before this one ({previous}), {number} {figures} new, gone or changed"
        f" for {area}. {_NOT_LISTED}"
    )


def _table(selection: Selection, heading: str, rows: pd.DataFrame) -> Block:
    columns = (
        Column("Indicator", heads_row=True),
        Column("Before"),
        Column("Now"),
        Column("Verdict before"),
        Column("Verdict now"),
    )
    shown = rows.head(MOST)
    ages = rows.groupby("indicator_id")["age"].transform("nunique")
    cells = [
        _row(selection, row, of_ages=number > 1)
        for (_, row), number in zip(shown.iterrows(), ages, strict=False)
    ]
    made = Table(
        f"{heading}: {selection.area.name}", columns, tuple(cells), _notes(rows, cells)
    ).without_silent_columns(frozenset({NONE}))
    return block(made, selection.unique_id("cap-changes"))


def _notes(rows: pd.DataFrame, cells: list[tuple[str, ...]]) -> tuple[str, ...]:
    """How many are not shown; that a revision can be too small to be seen."""
    left = len(rows) - len(cells)
    more = "1 more is" if left == 1 else f"{left} more are"
    alike = (rows["kind"] == "revised").any() and any(row[1] == row[2] for row in cells)
    said = (f"{more} in the edition's file changes.parquet." if left else "", alike and _ALIKE)
    return tuple(text for text in said if text)


def _row(selection: Selection, row: pd.Series, *, of_ages: bool) -> tuple[str, ...]:
    indicator = selection.indicator(row["indicator_id"])
    return (
        f"{indicator.name}{_slice(row, of_ages=of_ages)}",
        _figure(row["value_before"], row["period_before"], indicator),
        _figure(row["value_after"], row["period_after"], indicator),
        _verdict(row["outcome_before"], row["value_before"]),
        _verdict(row["outcome_after"], row["value_after"]),
    )


def _slice(row: pd.Series, *, of_ages: bool) -> str:
    """The sex unless it is of all persons, and the age where there are several."""
    sex = "" if row["sex"] == "persons" else row["sex"]
    said = ", ".join(text for text in (sex, row["age"] if of_ages else "") if text)
    return f" ({said})" if said else ""


def _figure(value: float, period: str, indicator: Indicator) -> str:
    if pd.isna(value):
        return NONE
    return f"{rounding.value_text(value, indicator)} ({period})"


def _verdict(outcome: str, value: float) -> str:
    return NONE if pd.isna(value) else words.sentence_case(_VERDICTS.get(outcome, outcome))


def _gone(rows: pd.DataFrame) -> Block:
    ids = sorted(set(rows["indicator_id"]))
    names = words.join_words([words.spaced(name) for name in ids])
    these, are = ("This indicator", "is") if len(ids) == 1 else ("These indicators", "are")
    text = f"{these} of the edition before {are} not in the catalogue any more: {names}."
    return Block(paragraph(text), text)
