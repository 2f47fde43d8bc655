"""A chart as the page shows it: titles, picture, source and the table behind it."""

from dataclasses import dataclass

from cyp_analysis.present import provenance, tables
from cyp_analysis.present.markup import Block, Html, joined, tag


@dataclass(frozen=True)
class Figure:
    """Everything around one picture; `table` holds the numbers drawn."""

    id: str
    title: str
    subtitle: str
    picture: Html
    alt: str
    table: tables.Table
    source: str


def block(figure: Figure) -> Block:
    """The figure element, and its text for those who read no HTML."""
    notes, note_ids = tables.noted(figure.table, figure.id)
    inside = joined(
        _caption(figure),
        tag("div", figure.picture, class_="chart-image"),
        notes,
        provenance.under(figure.source, "figure", figure.title, figure.id),
        _details(figure, note_ids),
    )
    table = tables.plain(figure.table)
    text = "\n".join([figure.title, figure.subtitle, figure.alt, table, figure.source])
    html = tag("figure", inside, class_="chart", id=figure.id, aria_describedby=note_ids)
    return Block(html, text)


def _caption(figure: Figure) -> Html:
    title = tag("span", figure.title, class_="chart-title")
    subtitle = tag("span", figure.subtitle, class_="chart-subtitle")
    return tag("figcaption", joined(title, " ", subtitle))


def _details(figure: Figure, note_ids: str) -> Html:
    summary = tag("summary", f"Data table: {figure.title}")
    table = tables.render(figure.table, f"cap-{figure.id}", note_ids)
    return tag("details", joined(summary, table))
