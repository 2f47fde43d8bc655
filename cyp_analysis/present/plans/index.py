"""An index of aspirations: its ratings by the newest figures, and each of its measures."""

import pandas as pd

from cyp_analysis.errors import ChapterError
from cyp_analysis.index_model import Aspiration, Index, Measure, aspiration_rating, load_indexes
from cyp_analysis.present import credits, words
from cyp_analysis.present.markup import Block, Html, joined, no_data, paragraph, stacked, tag
from cyp_analysis.present.plans import wording
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

RATINGS = {
    "favourable": ("✓", "Favourable", "better"),
    "steady": ("●", "Steady", "similar"),
    "mixed": ("◆", "Mixed", "higher"),
    "unfavourable": ("✗", "Unfavourable", "worse"),
    "not_rated": ("–", "Not rated", "not_compared"),
}
LEVELS = {
    ("better", "tested"): "Better than England",
    ("worse", "tested"): "Worse than England",
    ("similar", "tested"): "Similar to England",
    ("higher", "tested"): "Higher than England",
    ("lower", "tested"): "Lower than England",
    ("better", "quarter"): "In the best quarter of authorities",
    ("worse", "quarter"): "In the worst quarter of authorities",
    ("similar", "quarter"): "In the middle half of authorities",
    ("higher", "quarter"): "In the highest quarter of authorities",
    ("lower", "quarter"): "In the lowest quarter of authorities",
}


def the_index(selection: Selection, index_id: str) -> Index:
    """The index; ChapterError if the catalogue has none of that id."""
    known = load_indexes(selection.catalogue)
    if index_id not in known:
        names = ", ".join(known) or "none"
        thing = f"chapter {selection.entry.id}"
        raise ChapterError(thing, "must ask for an index", repr(index_id), f"There is: {names}.")
    return known[index_id]


def index_rows(selection: Selection, index_id: str) -> pd.DataFrame:
    """The area's measures of the index, up to the cut, with the newest of what is left marked."""
    rows = wording.rows_of(selection, "index_measures")
    rows = selection.until(rows[rows["index_id"] == index_id]).sort_values("year", kind="stable")
    return rows.assign(newest=~rows.duplicated("measure_id", keep="last"))


def index(selection: Selection, index_id: str) -> Block:
    """A sentence, then one row an aspiration: its rating and those of its measures."""
    definition = the_index(selection, index_id)
    rows = index_rows(selection, index_id)
    if rows.empty:
        area = words.area_words(selection.area)
        return no_data(f"{definition.title}: no figure of its measures for {area} in this edition.")
    newest = rows[rows["newest"]]
    rated = _ratings(newest)
    said = _summary(definition, rated)
    used = [rating for rating in RATINGS if (newest["rating"] == rating).any()]
    columns = (
        Column("Aspiration", heads_row=True),
        Column("Rating"),
        *(Column(f"Measures {RATINGS[rating][1].lower()}", numeric=True) for rating in used),
        Column("Measures without a figure", numeric=True),
        Column("Figures of"),
    )
    cells = [
        _aspiration(aspiration, rated, newest[newest["aspiration"] == aspiration.number], used)
        for aspiration in definition.aspirations
    ]
    title = f"{definition.title}: {selection.area.name}, by the newest figure of each measure"
    table = Table(title, columns, tuple(cells), tuple(_reasons(definition)))
    return stacked(Block(paragraph(said), said), block(table, selection.unique_id("cap-index")))


def _aspiration(
    aspiration: Aspiration, rated: dict[int, str], rows: pd.DataFrame, used: list[str]
) -> tuple[str, ...]:
    numbers = rows["rating"].value_counts()
    return (
        f"{aspiration.number}. {aspiration.name}",
        badge(rated.get(aspiration.number, "not_rated")),
        *(str(numbers.get(rating, 0)) for rating in used),
        str(len(aspiration.measures) - len(rows)),
        _years(rows),
    )


def _ratings(newest: pd.DataFrame) -> dict[int, str]:
    """Aspiration → rating by the newest figure of each of its measures up to the cut."""
    return {
        number: aspiration_rating(mine["rating"].value_counts())
        for number, mine in newest.groupby("aspiration")
    }


def _summary(definition: Index, rated: dict[int, str]) -> str:
    numbers = pd.Series(rated).value_counts()
    total = len(definition.aspirations)
    parts = [
        f"{numbers[rating]} {'is' if numbers[rating] == 1 else 'are'} {name.lower()}"
        for rating, (_, name, _) in RATINGS.items()
        if rating in numbers and rating != "not_rated"
    ]
    unrated = total - sum(number for rating, number in numbers.items() if rating != "not_rated")
    if not parts:
        return (
            f"Not one of the {total} aspirations can be rated: no measure has two figures that can"
            " be tested, or a place among England's authorities. Gaps, below, says what is missing."
        )
    said = f"Of the {total} aspirations, {words.join_words(parts)}"
    return f"{said}; {unrated} cannot be rated." if unrated else f"{said}."


def _years(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "no figure"
    first, last = rows["year"].min(), rows["year"].max()
    return f"{first}" if first == last else f"{first} to {last}"


def _reasons(definition: Index) -> list[str]:
    return [f"{a.number}. {a.name}: {a.not_rated}" for a in definition.aspirations if a.not_rated]


def badge(rating: str) -> Html:
    """Symbol and word of a rating."""
    symbol, name, kind = RATINGS[rating]
    mark = tag("span", symbol, class_="symbol", aria_hidden="true")
    return tag("span", joined(mark, f" {name}"), class_=f"verdict verdict-{kind}")


def index_measures(selection: Selection, index_id: str) -> Block:
    """One row = measure: its newest figure, the first one of the index, change, level, rating."""
    definition = the_index(selection, index_id)
    newest = index_rows(selection, index_id)
    newest = newest[newest["newest"]].set_index("measure_id")
    columns = (
        Column("Measure", heads_row=True),
        Column("Aspiration", numeric=True),
        Column("First figure"),
        Column("Newest figure"),
        Column("Change"),
        Column("Level"),
        Column("Rating"),
    )
    cells = tuple(
        _measure(selection, measure, aspiration.number, newest.loc[measure.id])
        for aspiration, measure in definition.measures
        if measure.id in newest.index
    )
    lacking = [m.name for _, m in definition.measures if m.id not in newest.index]
    notes = (f"No figure in this edition: {'; '.join(lacking)}.",) if lacking else ()
    if not cells:
        return no_data(f"{definition.title}, {selection.area.name}: no figure of its measures yet.")
    title = f"{definition.title}: measures, {selection.area.name}"
    table = Table(title, columns, cells, notes, _source(selection, newest))
    return block(table, selection.unique_id("cap-index-measures"))


def _measure(
    selection: Selection, measure: Measure, number: int, row: pd.Series
) -> tuple[str, ...]:
    indicator = selection.indicator(row["indicator_id"])
    change = wording.change_cell(row.rename(None).pipe(_in_index), indicator)
    level = LEVELS.get((row["level"], row["level_how"]), measure.no_level or "Cannot be compared")
    # A stand-in goes by its own name, for it may count something a little different.
    name = measure.name if indicator.id == measure.indicators[0] else indicator.name
    neither = indicator.polarity == "no_judgement"
    return (
        name,
        str(number),
        wording.with_period(row["base_value"], row["base_period_label"], indicator),
        wording.with_period(row["value"], row["period_label"], indicator),
        change,
        level,
        joined(badge("not_rated"), " neither way is good") if neither else badge(row["rating"]),
    )


def _in_index(row: pd.Series) -> pd.Series:
    """An index has no plan's years: one figure is one figure only."""
    return pd.concat([row, pd.Series({"in_plan": True})])


def _source(selection: Selection, newest: pd.DataFrame) -> str:
    used = selection.rows["indicator_id"].isin(newest["indicator_id"])
    own = selection.rows["area_code"] == selection.area.code
    return credits.source_line(selection, selection.rows[used & own])
