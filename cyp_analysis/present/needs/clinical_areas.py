"""Core20PLUS5 for children: its five clinical areas, each with the indicators that there are."""

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import shown, words
from cyp_analysis.present.markup import Block, verdict
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

AREAS = ("asthma", "diabetes", "epilepsy", "oral health", "mental health")
TAG = "core20plus5"


def clinical_areas(selection: Selection) -> Block:
    """One row = one indicator of a clinical area; one without a figure says what is wanted."""
    columns = (
        Column("Clinical area", heads_row=True),
        Column("Indicator"),
        Column("Period"),
        Column("Value", numeric=True),
        Column("Unit"),
        Column(shown.INTERVAL, numeric=True),
        Column("Verdict against benchmark"),
    )
    cells = [row for name in AREAS for row in _area_rows(selection, name)]
    caption = "The five clinical areas of Core20PLUS5 for children"
    made = Table(caption, columns, tuple(cells))
    return block(made, selection.unique_id("cap-core20plus5"))


def _area_rows(selection: Selection, name: str) -> list[tuple[str, ...]]:
    tagged = [i for i in selection.catalogue.indicators.values() if i.tags.get(TAG) == name]
    found = [(i, selection.latest_known(i.id)) for i in tagged]
    known = [_row(selection, name, i, row) for i, row in found if row is not None]
    return known or [_lacking(selection, name, tagged)]


def _row(selection: Selection, name: str, indicator: Indicator, row) -> tuple[str, ...]:
    compared = selection.compared(row)
    main = compared[compared["benchmark_area_code"] == row["benchmark_area_code"]]
    outcome, side = (
        (main.iloc[0]["outcome"], main.iloc[0]["side"]) if len(main) else shown.NOT_COMPARED
    )
    return (
        name.capitalize(),
        indicator.name,
        row["period_label"],
        shown.value_cell(row, indicator),
        shown.unit_words(indicator),
        shown.interval_cell(row, indicator),
        verdict(outcome, side),
    )


def _lacking(selection: Selection, name: str, tagged: list[Indicator]) -> tuple[str, ...]:
    wanted = words.join_words([indicator.name for indicator in tagged]) or "none is named"
    return (name.capitalize(), f"No figure for this area. Wanted: {wanted}", *["none"] * 5)
