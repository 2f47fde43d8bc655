"""Several indicators that measure one thing for different groups of children, side by side."""

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import alt_text, credits, rounding, shown, words
from cyp_analysis.present.figures import Figure, block
from cyp_analysis.present.learning import country
from cyp_analysis.present.learning.league import quiet
from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table

GROUP = "group"


def groups(selection: Selection, ids: str | list[str], title: str | None = None) -> Block:
    """Each group's latest figure as a dot, the country's beside it, highest first.

    All are of the newest period in which the area has most of them.
    """
    indicators = selection.indicators(ids)
    title = title or (selection.group(ids).caption if isinstance(ids, str) else indicators[0].name)
    rows = _rows(selection, indicators)
    if rows["value"].notna().sum() < 2:
        quiet(selection, indicators)
        return Block()
    return block(_figure(selection, indicators[0], rows, title))


def label(indicator: Indicator) -> str:
    """What the group is called in a chart: the tag `group`, else the indicator's name."""
    return words.sentence_case(str(indicator.tags.get(GROUP, indicator.name)))


def _rows(selection: Selection, indicators: list[Indicator]) -> pd.DataFrame:
    """One row = one group in the period chosen, with the country's value beside it."""
    ids = {indicator.id: label(indicator) for indicator in indicators}
    rows = selection.rows
    whole = rows[rows["indicator_id"].isin(ids) & (rows["category_type"] == "")]
    whole = whole[whole["sex"] == "persons"].drop_duplicates(
        ["indicator_id", "area_code", "period_end"]
    )
    own = whole[whole["area_code"] == selection.area.code]
    known = own.dropna(subset=["value"])
    end = known.groupby("period_end").size().sort_index().iloc[::-1]
    chosen = own[own["period_end"] == end.idxmax()] if len(end) else own
    # A country stands beside none.
    others = whole[whole["area_code"] == selection.area.country_code]
    others = others.set_index(["indicator_id", "period_end"])["value"]
    beside = [others.get((r["indicator_id"], r["period_end"])) for _, r in chosen.iterrows()]
    made = chosen.assign(
        label=chosen["indicator_id"].map(ids), beside=pd.Series(beside, chosen.index, dtype=float)
    )
    return made.sort_values(["value", "label"], ascending=[False, True], kind="stable")


def _figure(selection: Selection, indicator: Indicator, rows: pd.DataFrame, title: str) -> Figure:
    from cyp_analysis.present.learning.group_chart import group_chart

    area = words.area_words(selection.area)
    place = geography.name(country.code_of(selection.area))
    figure_id = selection.unique_id(f"fig-{rows.iloc[0]['indicator_id']}-groups")
    known = rows.dropna(subset=["value"])
    top, bottom = known.iloc[0], known.iloc[-1]
    high, low = (rounding.value_text(row["value"], indicator) for row in (top, bottom))
    beside = known["beside"].notna().any()
    alt = _alt(known, indicator, title, place if beside else "")
    lines = " Lines: 95% confidence intervals." if known["lower_ci_95"].notna().any() else ""
    squares = f" Squares: {place}." if beside else ""
    return Figure(
        id=figure_id,
        title=f"{title}: from {low} ({bottom['label']}) to {high} ({top['label']})",
        subtitle=f"{area}, {rows.iloc[0]['period_label']}, {shown.unit_words(indicator)}."
        f" Dots: {area}.{squares}{lines}",
        picture=group_chart(known, indicator, figure_id, alt),
        alt=alt,
        table=_table(selection, indicator, rows, title, place if beside else ""),
        source=credits.source_line(selection, rows),
    )


def _alt(rows: pd.DataFrame, indicator: Indicator, title: str, place: str) -> str:
    """Each group with its value, and the country's, as many as fit."""
    clauses = []
    for _, row in rows.iterrows():
        text = f"{row['label']} {rounding.value_text(row['value'], indicator)}"
        if place and pd.notna(row["beside"]):
            text += f" ({place} {rounding.value_text(row['beside'], indicator)})"
        clauses.append(text)
    return alt_text.fitted(title, clauses)


def _table(
    selection: Selection, indicator: Indicator, rows: pd.DataFrame, title: str, place: str
) -> Table:
    unit = shown.unit_words(indicator)
    columns = [
        Column("Group", heads_row=True),
        Column("Count", numeric=True),
        Column(f"{selection.area.name} ({unit})", numeric=True),
        Column(shown.INTERVAL, numeric=True),
    ]
    columns += [Column(f"{place} ({unit})", numeric=True)] if place else []
    cells = []
    for _, row in rows.iterrows():
        own = (
            row["label"],
            shown.count_cell(row),
            shown.value_cell(row, indicator),
            shown.interval_cell(row, indicator),
        )
        other = "[x]"
        if pd.notna(row["beside"]):
            other = rounding.half_up(row["beside"], indicator.rounding)
        cells.append((*own, other) if place else own)
    notes = shown.missing_notes(rows)
    return Table(f"{title}, {rows.iloc[0]['period_label']}", tuple(columns), tuple(cells), notes)
