"""The tartan rug: indicators by comparators, a value and a verdict in each cell."""

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, rounding, shown, words
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.comparing.profile import latest_rows
from cyp_analysis.present.markup import Block, Html, joined, verdict
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

NONE = "no figure"
_COLUMNS = (("statistical_neighbours", "mean"), ("region", "published"), ("england", "published"))


def rug(selection: Selection, ids: str | list[str] | None = None) -> Block:
    """One row = an indicator that has a comparator; the verdict says how the area compares with
    the column. Empty where the edition has no comparator for any of them."""
    found = [
        (indicator, row, of.comparators_of(selection, row))
        for indicator, row in latest_rows(selection, ids)
    ]
    kept = [(i, row, beside) for i, row, beside in found if _cells_of(beside)]
    used = [key for key in _COLUMNS if any(key in _cells_of(beside) for _, _, beside in kept)]
    if not kept:
        return Block()
    columns = (
        Column("Indicator", heads_row=True),
        Column("Period"),
        Column(selection.area.name, numeric=True),
        *(Column(_header(selection, key), numeric=True) for key in used),
    )
    cells = tuple(_row(indicator, row, beside, used) for indicator, row, beside in kept)
    made = Table(
        f"{words.sentence_case(words.area_words(selection.area))} against each comparator",
        columns,
        cells,
        _notes(kept),
        credits.source_line(selection, pd.DataFrame([row for _, row, _ in kept])),
    )
    return block(made, selection.unique_id(f"cap-{selection.entry.id}-rug"))


def _cells_of(beside: pd.DataFrame) -> dict[tuple[str, str], pd.Series]:
    """(comparator, way) → its row, of the comparators that have a column."""
    keys = zip(beside["comparator_id"], beside["how"], strict=True)
    rows = (row for _, row in beside.iterrows())
    return {key: row for key, row in zip(keys, rows, strict=True) if key in _COLUMNS}


def _header(selection: Selection, key: tuple[str, str]) -> str:
    area = selection.area
    if key[0] == "statistical_neighbours":
        return "Statistical neighbours (mean)"
    return geography.name(area.region_code if key[0] == "region" else area.country_code)


def _row(
    indicator: Indicator, row: pd.Series, beside: pd.DataFrame, used: list[tuple[str, str]]
) -> tuple[str | Html, ...]:
    cells = _cells_of(beside)
    return (
        f"{indicator.name}{_unit(indicator)}",
        row["period_label"],
        rounding.value_text(row["value"], indicator),
        *(_cell(cells[key], indicator) if key in cells else NONE for key in used),
    )


def _unit(indicator: Indicator) -> str:
    """The unit after the name, unless the name or the values say it."""
    said = rounding.sign(indicator) or " per " in indicator.name
    return "" if said else f" ({shown.unit_words(indicator)})"


def _cell(row: pd.Series, indicator: Indicator) -> Html:
    value = rounding.value_text(row["value"], indicator)
    return joined(value, " ", verdict(row["outcome"], row["side"]))


def _notes(kept: list[tuple]) -> tuple[str, ...]:
    drawn = [row for _, _, beside in kept for row in _cells_of(beside).values()]
    models = {row["model"] for row in drawn if row["model"]}
    named = f" Neighbours: {words.join_words(sorted(models))}." if models else ""
    return (
        "A verdict can depend on whom an area is set beside. The verdict in a cell says how the"
        " area compares with that column: ▲ significantly higher, ● similar, ▼ significantly lower,"
        f" – not tested.{named}",
    )
