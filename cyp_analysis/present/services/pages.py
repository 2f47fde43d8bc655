"""The page of one service: what changed, its measures month by month, its breakdowns."""

from dataclasses import replace
from difflib import get_close_matches

import pandas as pd

from cyp_analysis import service_catalogue
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import credits, words
from cyp_analysis.present.markup import Block, Html, joined, no_data, paragraph, stacked, tag
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.services import breakdowns, tiles, wording
from cyp_analysis.present.services.breakdowns import ELSEWHERE
from cyp_analysis.present.services.months import months_table
from cyp_analysis.present.services.years import year_lines
from cyp_analysis.present.tables import block
from cyp_analysis.service_catalogue import Service

MOST_SENTENCES = 3
_TOLD = "services without figures"
_NOT_DRAWN = "The main measures have a chart of their months below."


def service(selection: Selection, service_id: str) -> Block:
    """The page of a service: sentences, the table of months, targets, breakdowns."""
    found = named_service(selection, service_id)
    rows = figures(selection, found.id)
    if rows.empty:
        return _nothing(selection, found)
    drawn = year_lines(selection, rows[whole_rows(rows) & drawn_rows(rows, found)])
    parts = [
        _sentences(selection, rows),
        _months(selection, found, rows, charts=bool(drawn)),
        *drawn,
        tiles.targets_of(selection, found),
        *breakdowns.of_service(selection, rows),
        _notes(rows),
    ]
    return stacked(*parts)


def named_service(selection: Selection, service_id: str) -> Service:
    """The service; ChapterError with near matches if services.yml has none of that id."""
    known = service_catalogue.services()
    if service_id not in known:
        near = get_close_matches(str(service_id), known, n=3) or list(known)
        raise ChapterError(
            f"chapter {selection.entry.id}",
            "must ask for a service of services.yml",
            repr(service_id),
            f"It has: {', '.join(near)}.",
        )
    return known[service_id]


def figures(selection: Selection, service_id: str) -> pd.DataFrame:
    """The local figures of one service of the area, up to the chapter's date."""
    rows = selection.edition.read("service_figures", areas=[selection.area.code])
    rows = selection.until(rows[rows["service_id"] == service_id])
    return rows.sort_values(["place", "period_end", "source_row"], kind="stable")


def whole_rows(rows: pd.DataFrame) -> pd.Series:
    """True for figures that are no part of another: without a category, or a measure's only one."""
    number = rows.groupby("measure")["category"].transform("nunique")
    return (rows["category_type"] == "") | ((number == 1) & (rows["category_type"] != ELSEWHERE))


def drawn_rows(rows: pd.DataFrame, found: Service) -> pd.Series:
    """True for figures of the measures that have a chart."""
    return ~rows["name"].isin([measure.name for measure in found.measures if not measure.chart])


def _nothing(selection: Selection, found: Service) -> Block:
    """Which services have no figures and what would bring them: said once a chapter."""
    if found.id == service_catalogue.OTHER or _TOLD in selection.told:
        return Block()
    selection.told.add(_TOLD)
    rows = selection.edition.read("service_figures", areas=[selection.area.code])
    known = service_catalogue.services().values()
    there = set(selection.until(rows)["service_id"])
    missing = [
        words.uncapital(s.title)
        for s in known
        if s.id not in there and s.id != service_catalogue.OTHER
    ]
    area = words.area_words(selection.area)
    which = f"on {words.join_words(missing)}" if there else "of any service"
    return no_data(
        f"This edition holds no local figures for {area} {which}.",
        [
            "A dashboard with measures down and months across, or the project's template for local"
            " figures, would bring them."
        ],
    )


def _sentences(selection: Selection, rows: pd.DataFrame) -> Block:
    """The newest figure of the first measures that can be set against an earlier one."""
    whole = rows[whole_rows(rows) & (rows["count"].notna() | rows["value"].notna())]
    latest = whole[whole["kind"] != "year_to_date"]
    latest = latest.drop_duplicates(["name", "sex", "age"], keep="last")
    changed = latest[["count_change_month", "value_change_month", "count_change_year"]]
    chosen = latest[changed.notna().any(axis=1)].head(MOST_SENTENCES)
    said = [wording.change_sentence(selection, row) for _, row in chosen.iterrows()]
    items = joined(*(tag("li", text) for text in said))
    return Block(tag("ul", items, class_="changes"), "\n".join(said)) if said else Block()


def _months(selection: Selection, found: Service, rows: pd.DataFrame, *, charts: bool) -> Block:
    whole = rows[whole_rows(rows)]
    if whole.empty:
        return Block()
    source = credits.source_line(selection, whole.assign(value=whole["value"].fillna(0)))
    made = months_table(selection, whole, f"{found.title}, {selection.area.name}", source)
    if charts and not drawn_rows(whole, found).all():
        made = replace(made, notes=(*made.notes, _NOT_DRAWN))
    return block(made, selection.unique_id(f"cap-service-{found.id}"))


def _notes(rows: pd.DataFrame) -> Block:
    notes = [note for note in rows["note"].drop_duplicates() if note]
    html = joined(*(paragraph(note, "note") for note in notes))
    return Block(Html(html), "\n".join(notes)) if notes else Block()
