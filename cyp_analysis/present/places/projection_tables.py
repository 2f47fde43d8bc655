"""Tables of projections: a publisher's series, today's children grown older, projected need."""

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, rounding, shown, words
from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block


def series_table(past: pd.DataFrame, rows: pd.DataFrame, indicator: Indicator, area: str) -> Table:
    """One row = one year: the estimates of the years `past`, then those of a publisher's
    projection with the change since its base."""
    label = rows["base_label"].iloc[0]
    columns = (
        Column("Year", heads_row=True),
        Column("Estimated or projected"),
        Column(words.sentence_case(indicator.subject), numeric=True),
        Column(f"Change since {label} (%)", numeric=True),
    )
    estimated = [
        (row["period_label"], "estimated", _number(row["value"]), shown.NO_INTERVAL)
        for _, row in past.sort_values("period_end").iterrows()
    ]
    projected = [
        (row["period_label"], "projected", _number(row["value"]), _change(row["change_percent"]))
        for _, row in rows.iterrows()
    ]
    caption = f"{indicator.name}, {area}, estimated and projected"
    return Table(caption, columns, (*estimated, *projected))


def ageing_table(selection: Selection, rows: pd.DataFrame, area: str) -> Block:
    """One row = one year, one column for each age group."""
    ordered = rows.sort_values("age_from")
    bands = ordered.drop_duplicates("age")[["age", "age_from", "age_to"]]
    names = [f"Aged {row['age_from']:.0f} to {row['age_to']:.0f}" for _, row in bands.iterrows()]
    wide = rows.pivot_table(index="period_end", columns="age", values="value", aggfunc="first")
    labels = rows.drop_duplicates("period_end").set_index("period_end")["period_label"]
    columns = (Column("Year", heads_row=True), *(Column(name, numeric=True) for name in names))
    ages = list(bands["age"])
    cells = [(labels[end], *map(_number, year[ages])) for end, year in wide.iterrows()]
    table = Table(
        f"Today's children of {area} as they grow older, if nobody moves",
        columns,
        tuple(cells),
        source=credits.source_line(selection, rows),
    )
    return block(table, selection.unique_id("cap-ageing-on"))


def need_table(selection: Selection, rows: pd.DataFrame, indicator: Indicator) -> Block:
    """One row = one year to come: how many if the rate stays."""
    area = words.area_words(selection.area)
    columns = (
        Column("Year", heads_row=True),
        Column("Number if the rate stays", numeric=True),
        Column("With the 95% interval of the rate", numeric=True),
        Column("Change (%)", numeric=True),
    )
    cells = [
        (
            row["period_label"],
            _number(row["value"]),
            f"{_number(row['lower'])} to {_number(row['upper'])}",
            _change(row["change_percent"]),
        )
        for _, row in rows.iterrows()
    ]
    table = Table(
        f"{words.sentence_case(indicator.subject)}, {area}: the number if the latest rate stays",
        columns,
        tuple(cells),
        source=credits.source_line(selection, rows),
    )
    return block(table, selection.unique_id(f"cap-{indicator.id}-need"))


def _number(value: float) -> str:
    return words.missing_text("") if pd.isna(value) else rounding.half_up(value, 0)


def _change(value: float) -> str:
    return (
        words.missing_text("")
        if pd.isna(value)
        else rounding.signed_percent(value).removesuffix("%")
    )
