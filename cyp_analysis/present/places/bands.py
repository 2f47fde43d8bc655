"""Children and young people by five-year age band: how many, and what share of those under 20."""

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.geography import Area
from cyp_analysis.present import credits, rounding, words
from cyp_analysis.present.chapter_text import nothing
from cyp_analysis.present.markup import Block
from cyp_analysis.present.places.pyramid import (
    INDICATOR,
    YOUNG,
    band,
    population_rows,
    wider_rows,
)
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block


def age_bands(selection: Selection) -> Block:
    """One row = one band of the newest estimates, both sexes, beside the wider area's share."""
    rows = population_rows(selection, selection.area.code)
    mine = rows[(rows["sex"] == "persons") & (rows["age_to"] < YOUNG)]
    if mine.empty:
        return nothing(selection, INDICATOR)
    other = wider_rows(selection, rows)
    theirs = other[other["sex"] == "persons"].set_index("age_from")["share_of_young"]
    columns = [
        Column("Age", heads_row=True),
        Column("Children and young people", numeric=True),
        Column("Share of those under 20 (%)", numeric=True),
    ]
    cells = [
        [band(row) for _, row in mine.iterrows()],
        [rounding.count_text(count) for count in mine["count"]],
        _shares(mine["share_of_young"]),
    ]
    if len(theirs):
        name = words.area_words(_area_of(other))
        columns.append(Column(f"Share in {name} (%)", numeric=True))
        cells.append(_shares(mine["age_from"].map(theirs)))
    area, label = words.area_words(selection.area), mine["period_label"].iloc[0]
    table = Table(
        f"Children and young people of {area} by age, {label}",
        tuple(columns),
        tuple(zip(*cells, strict=True)),
        source=credits.source_line(selection, mine.assign(value=mine["count"])),
    )
    return block(table, selection.unique_id("cap-age-bands"))


def _area_of(rows: pd.DataFrame) -> Area:
    return geography.area(rows["area_code"].iloc[0])


def _shares(values: pd.Series) -> list[str]:
    return [words.missing_text("") if pd.isna(v) else rounding.half_up(v, 1) for v in values]
