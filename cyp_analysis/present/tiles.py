"""Tiles: a few figures large enough to be read from across a room, each with its date and age."""

from datetime import date

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, provenance, rounding, words
from cyp_analysis.present.markup import Block, Html, joined, paragraph, tag
from cyp_analysis.present.provenance import Credit
from cyp_analysis.present.selection import Selection


def tiles(selection: Selection, ids: str | list[str] | None = None, limit: int = 8) -> Block:
    """The latest known figure of each indicator of a list or of a group: value, name, period and
    age; at most `limit`, the first ones; of two that measure one thing (tag `inventory`) the first.

    Indicators without a figure have no tile; nothing where none has one.
    """
    found = _found(selection, ids, limit)
    if not found:
        return Block()
    source = _credit(selection, found)
    html = joined(_list(selection, found), paragraph(source, "source"), _badge(source))
    lines = [f"{_value(i, row)}: {i.name} ({row['period_label']})" for i, row in found]
    return Block(html, "\n".join([*lines, source]))


def bare_tiles(selection: Selection, ids: str | list[str] | None = None, limit: int = 8) -> Html:
    """The same tiles without their source, for a page that links to the one that names it."""
    found = _found(selection, ids, limit)
    return joined(_list(selection, found), _badge(_credit(selection, found))) if found else Html("")


def _found(
    selection: Selection, ids: str | list[str] | None, limit: int
) -> list[tuple[Indicator, pd.Series]]:
    found = [(i, selection.latest_known(i.id)) for i in selection.indicators(ids)]
    return _without_twins([(i, row) for i, row in found if row is not None])[:limit]


def _credit(selection: Selection, found: list[tuple[Indicator, pd.Series]]) -> Credit:
    return credits.source_line(selection, pd.DataFrame([row for _, row in found]))


def _badge(source: Credit) -> Html:
    return paragraph(source.age, "age-line")


def _list(selection: Selection, found: list[tuple[Indicator, pd.Series]]) -> Html:
    day = provenance.edition_day(selection.edition)
    return tag("ul", joined(*(_tile(i, row, day) for i, row in found)), class_="tiles")


def _without_twins(found: list[tuple[Indicator, pd.Series]]) -> list[tuple[Indicator, pd.Series]]:
    kept, told = [], set()
    for indicator, row in found:
        subjects = set(indicator.tags.get("inventory") or ())
        if not subjects & told:
            kept.append((indicator, row))
        told |= subjects
    return kept


def _tile(indicator: Indicator, row: pd.Series, day: date | None) -> str:
    value = tag("strong", _value(indicator, row))
    name = tag("span", words.sentence_case(indicator.name))
    # The badge below is of all tiles together and cannot say which of them are the old ones.
    age = provenance.span_of(pd.DataFrame([row]), day).words if day else ""
    when = " · ".join(filter(None, [row["period_label"], age.replace(" ", "\N{NO-BREAK SPACE}")]))
    return tag("li", joined(value, name, tag("small", when)))


def _value(indicator: Indicator, row: pd.Series) -> str:
    return rounding.value_text(row["value"], indicator)
