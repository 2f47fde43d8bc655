"""Tiles: a few figures large enough to be read from across a room, each with its date."""

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, rounding, words
from cyp_analysis.present.markup import Block, Html, joined, paragraph, tag
from cyp_analysis.present.selection import Selection


def tiles(selection: Selection, ids: str | list[str] | None = None, limit: int = 8) -> Block:
    """The latest known figure of each indicator of a list or of a group: value, name, period; at
    most `limit`, the first ones; of two that measure one thing (tag `inventory`) the first.

    Indicators without a figure have no tile; nothing where none has one.
    """
    found = _found(selection, ids, limit)
    if not found:
        return Block()
    source = credits.source_line(selection, pd.DataFrame([row for _, row in found]))
    html = joined(_list(found), paragraph(source, "source"))
    lines = [f"{_value(i, row)}: {i.name} ({row['period_label']})" for i, row in found]
    return Block(html, "\n".join([*lines, source]))


def bare_tiles(selection: Selection, ids: str | list[str] | None = None, limit: int = 8) -> Html:
    """The same tiles without their source, for a page that links to the one that names it."""
    found = _found(selection, ids, limit)
    return _list(found) if found else Html("")


def _found(
    selection: Selection, ids: str | list[str] | None, limit: int
) -> list[tuple[Indicator, pd.Series]]:
    found = [(i, selection.latest_known(i.id)) for i in selection.indicators(ids)]
    return _without_twins([(i, row) for i, row in found if row is not None])[:limit]


def _list(found: list[tuple[Indicator, pd.Series]]) -> Html:
    return tag("ul", joined(*(_tile(indicator, row) for indicator, row in found)), class_="tiles")


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
