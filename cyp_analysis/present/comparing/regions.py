"""How a country's regions lie: what stands in place of comparators where the area is England."""

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, rounding, shown, words
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.markup import Block, paragraph, stacked, verdict
from cyp_analysis.present.selection import PERIOD, SLICE, Selection, matching
from cyp_analysis.present.tables import Column, Table, block


def regions(selection: Selection, indicator: Indicator, row: pd.Series) -> Block:
    """The regions of the same period, highest first, each with its verdict against the country;
    empty where fewer than two have a figure."""
    areas = geography.areas()
    codes = list(areas.loc[areas["level"] == "region", "code"])
    found, against = (
        matching(
            selection.edition.read(name, areas=codes, indicators=[indicator.id]),
            row,
            [*PERIOD, *SLICE],
        )
        for name in ("indicators", "comparisons")
    )
    found = found[found["value"].notna()].sort_values("value", ascending=False, kind="stable")
    if len(found) < 2:
        return Block()
    text = extremes(found, indicator)
    return stacked(Block(paragraph(text), text), _table(selection, indicator, row, found, against))


def extremes(found: pd.DataFrame, indicator: Indicator) -> str:
    """ "Children looked after: of 9 regions the highest is the North East (111.3), …" """
    ends = [found.iloc[0], found.iloc[-1]]
    said = [
        f"{of.place_words(row['area_code'])} ({rounding.value_text(row['value'], indicator)})"
        for row in ends
    ]
    opening = f"{words.sentence_case(indicator.subject)} ({ends[0]['period_label']})"
    if ends[0]["value"] == ends[1]["value"]:
        value = rounding.value_text(ends[0]["value"], indicator)
        return f"{opening}: each of the {len(found)} regions with a figure has {value}."
    return f"{opening}: of {len(found)} regions the highest is {said[0]} and the lowest {said[1]}."


def _table(
    selection: Selection,
    indicator: Indicator,
    row: pd.Series,
    found: pd.DataFrame,
    against: pd.DataFrame,
) -> Block:
    own = against[against["benchmark_area_code"] == selection.area.code].set_index("area_code")
    columns = (
        Column("Region", heads_row=True),
        Column("Count", numeric=True),
        Column(f"Value ({shown.unit_words(indicator)})", numeric=True),
        Column(shown.INTERVAL, numeric=True),
        Column(f"Verdict against {words.area_words(selection.area)}"),
    )
    cells = [(selection.area.name, *_figures(row, indicator), "benchmark")]
    for _, each in found.iterrows():
        code = each["area_code"]
        sides = own.loc[code, ["outcome", "side"]] if code in own.index else shown.NOT_COMPARED
        cells.append((geography.name(code), *_figures(each, indicator), verdict(*sides)))
    caption = f"{indicator.name}: regions, {row['period_label']}"
    source = credits.source_line(selection, found)
    made = Table(caption, columns, tuple(cells), source=source, marked=frozenset([0]))
    return block(made, selection.unique_id(f"cap-{indicator.id}-regions"))


def _figures(row: pd.Series, indicator: Indicator) -> tuple[str, str, str]:
    count, value = shown.count_cell(row), shown.value_cell(row, indicator)
    return (count, value, shown.interval_cell(row, indicator))
