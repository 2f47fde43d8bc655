"""Tiles: a few figures large enough to be read from across a room, each with its date."""

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, rounding, words
from cyp_analysis.present.markup import Block, joined, paragraph, tag
from cyp_analysis.present.selection import Selection


def tiles(selection: Selection, ids: str | list[str] | None = None, limit: int = 8) -> Block:
    """The latest known figure of each indicator of a list or of a group: value, name, period; at
    most `limit`, the first ones; of two that measure one thing (tag `inventory`) the first.

    Indicators without a figure have no tile; nothing where none has one.
    """
    found = [(i, selection.latest_known(i.id)) for i in selection.indicators(ids)]
    found = _without_twins([(i, row) for i, row in found if row is not None])[:limit]
    if not found:
        return Block()
    items = joined(*(_tile(indicator, row) for indicator, row in found))
    source = credits.source_line(selection, pd.DataFrame([row for _, row in found]))
    html = joined(tag("ul", items, class_="tiles"), paragraph(source, "source"))
    lines = [f"{_value(i, row)}: {i.name} ({row['period_label']})" for i, row in found]
    return Block(html, "\n".join([*lines, source]))


def _without_twins(found: list[tuple[Indicator, pd.Series]]) -> list[tuple[Indicator, pd.Series]]:
    kept, told = [], set()
    for indicator, row in found:
        subjects = set(indicator.tags.get("inventory") or ())
        if not subjects & told:
            kept.append((indicator, row))
        told |= subjects
    return kept


def _tile(indicator: Indicator, row: pd.Series) -> str:
    value = tag("strong", _value(indicator, row))
    name = tag("span", words.sentence_case(indicator.name))
    return tag("li", joined(value, name, tag("small", row["period_label"])))


def _value(indicator: Indicator, row: pd.Series) -> str:
    return rounding.value_text(row["value"], indicator)
