"""How an area compares: one row for England, its region, its neighbours and each other group."""

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, rounding, shown, words
from cyp_analysis.present.chapter_text import nothing
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.comparing.regions import regions
from cyp_analysis.present.markup import Block, Html, joined, paragraph, stacked, tag, verdict
from cyp_analysis.present.narrative import join_sentences
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

NEIGHBOURS = "statistical_neighbours"
NAMED = "neighbours"


def comparators(selection: Selection, indicator_id: str) -> Block:
    """The area's latest figure beside every comparator, with the verdicts in a sentence above.

    Empty where the edition has no comparator for the figure.
    """
    indicator = selection.indicator(indicator_id)
    row = selection.latest_known(indicator_id)
    if row is None:
        return nothing(selection, indicator_id)
    if selection.area.level == "country":
        return regions(selection, indicator, row)
    found = of.comparators_of(selection, row)
    if found.empty:
        return Block()
    text = join_sentences(
        verdict_sentence(found, indicator, row), size_sentence(selection, row, indicator)
    )
    said = Block(paragraph(text), text)
    return stacked(said, _table(selection, row, found, indicator))


def verdict_sentence(found: pd.DataFrame, indicator: Indicator, row: pd.Series) -> str:
    """Whether the verdict depends on whom the area is set beside, and what it is."""
    tested = told(found[found["side"].isin(of.TESTED)])
    named = words.sentence_case(indicator.subject)
    if tested.empty:
        return (
            f"{named} ({row['period_label']}): differences were not tested, so the figures below"
            " are for reference only."
        )
    sides = tested.groupby("side", sort=False)
    clauses = [f"{of.SIDES[side]} {_each(rows, indicator)}" for side, rows in sides]
    if len(clauses) > 1:
        return (
            f"{named} ({row['period_label']}): the verdict depends on the comparator. The figure is"
            f" {'; '.join(clauses)}."
        )
    return f"{named} ({row['period_label']}): the figure is {clauses[0]}."


def told(tested: pd.DataFrame) -> pd.DataFrame:
    """The comparators that a sentence names: all authorities of the region together only where
    the region has no figure of its own."""
    have = set(tested["comparator_id"])
    doubles = [f"{name}_authorities" for name in ("region", "subregion") if name in have]
    return tested[~tested["comparator_id"].isin(doubles)]


def _each(rows: pd.DataFrame, indicator: Indicator) -> str:
    return words.join_words(
        [
            f"{of.comparator_words(row)} ({rounding.value_text(row['value'], indicator)})"
            for _, row in rows.iterrows()
        ]
    )


def size_sentence(selection: Selection, row: pd.Series, indicator: Indicator) -> str:
    """How many more or fewer there are than at the benchmark's rate, where it was tested and
    differs; "At England's rate there would be about …"."""
    table = selection.edition.read(
        "outliers", areas=[row["area_code"]], indicators=[row["indicator_id"]]
    )
    same = table[(table["period_end"] == row["period_end"]) & (table["side"] != of.FAR)]
    levels = same["benchmark_area_code"].map(lambda code: geography.area(code).level)
    wide = same[levels == ("country" if (levels == "country").any() else "region")]
    sentences = [of.excess_words(each, indicator) for _, each in wide.iterrows()]
    return f"That is {sentences[0]}." if sentences and sentences[0] else ""


def _table(
    selection: Selection, row: pd.Series, found: pd.DataFrame, indicator: Indicator
) -> Block:
    area = words.area_words(selection.area)
    columns = (
        Column("Compared with", heads_row=True),
        Column("How the figure was made"),
        Column(f"Value ({shown.unit_words(indicator)})", numeric=True),
        Column(shown.INTERVAL, numeric=True),
        Column(f"Verdict for {area}"),
    )
    cells = [_own_row(selection, row, indicator)]
    cells += [_row(each, indicator) for _, each in found.iterrows()]
    made = Table(
        f"{indicator.name}: {area} beside its comparators, {row['period_label']}",
        columns,
        tuple(cells),
        tuple(_notes(selection, found)),
        credits.source_line(selection, pd.DataFrame([row])),
        marked=frozenset([0]),
    )
    return block(made, selection.unique_id(f"cap-{indicator.id}-comparators"))


def _own_row(selection: Selection, row: pd.Series, indicator: Indicator) -> tuple[str, ...]:
    value, interval = shown.value_cell(row, indicator), shown.interval_cell(row, indicator)
    return (selection.area.name, "its own figure", value, interval, "the area itself")


def _row(row: pd.Series, indicator: Indicator) -> tuple[str, ...]:
    interval = rounding.interval_text(row["lower"], row["upper"], indicator)
    return (
        row["comparator_name"],
        of.how_words(row),
        rounding.half_up(row["value"], indicator.rounding),
        interval or shown.NO_INTERVAL,
        verdict(row["outcome"], row["side"]),
    )


def _notes(selection: Selection, found: pd.DataFrame) -> list[str]:
    """Which model, which neighbours; that the area is one of those taken together; what is
    missing."""
    notes = []
    for model, rows in found[found["model"] != ""].groupby("model", sort=False):
        names = _names(selection, rows.iloc[0])
        notes.append(joined(model, ": ", names, ".") if names else f"{model}.")
    if found["note"].str.endswith("The area itself is one of them.").any():
        notes.append("A group of authorities that the area belongs to includes the area itself.")
    return notes


def _names(selection: Selection, row: pd.Series) -> Html:
    """The neighbours by name, the first time in a chapter; after that a link to where they are."""
    names = neighbour_names(row)
    if not names:
        return Html("")
    if selection.unique_id(NAMED) == NAMED:
        return tag("span", names, id=NAMED)
    number = len(geography.neighbours(row["area_code"]))
    return tag("a", f"the {number} named below the first table of comparators", href=f"#{NAMED}")


def neighbour_names(row: pd.Series) -> str:
    """The neighbours by name, nearest first; empty for a model other than the first."""
    if row["comparator_id"] != NEIGHBOURS:
        return ""
    codes = geography.neighbours(row["area_code"])
    return words.join_words([words.area_words(geography.area(code)) for code in codes])
