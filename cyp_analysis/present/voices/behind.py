"""The gaps of a chapter as a list, those of most children first; and shares in services."""

import pandas as pd

from cyp_analysis.present import rounding, shown, tables, words
from cyp_analysis.present.markup import Block, paragraph, stacked, verdict
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table
from cyp_analysis.present.voices import groups

_SET = ["indicator_id", "category_type", "sex", "age"]


def behind_the_gaps(selection: Selection, limit: int = 20) -> Block:
    """One row = one group that is significantly worse than its reference, in its newest period."""
    rows = _behind(selection)
    if rows.empty:
        return Block()
    table = _table(selection, rows.head(limit))
    said = _opening(selection, rows)
    text = paragraph(said)
    block = tables.block(table, selection.unique_id(f"cap-{selection.entry.id}-behind"))
    return stacked(Block(text, said), block)


def widest_gap(selection: Selection) -> Block:
    """The gap of most children or events in a sentence."""
    rows = _behind(selection)
    if rows.empty:
        return Block()
    said = _widest(selection, rows.iloc[0])
    return Block(paragraph(said, "finding"), said)


def _behind(selection: Selection) -> pd.DataFrame:
    """Tested groups that are worse, newest period of each series, most children first; all
    indicators in the chapter about inequalities, the chapter's own elsewhere."""
    read = selection.edition.read("inequalities", areas=[selection.area.code])
    rows = selection.until(read)
    if selection.entry.id != "inequalities":
        mine = {indicator.id for indicator in selection.indicators()}
        rows = rows[rows["headline_id"].isin(mine) | rows["indicator_id"].isin(mine)]
    newest = rows.groupby(_SET)["period_end"].transform("max") == rows["period_end"]
    worse = newest & (rows["outcome"] == "worse") & rows["behind"].notna()
    of_all = rows[worse & rows["sex"].isin(["persons"])]
    by_sex = rows[worse & (rows["category_type"] == "sex")]
    found = pd.concat([of_all, by_sex]).drop_duplicates()
    order = found["behind"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order]


def _opening(selection: Selection, rows: pd.DataFrame) -> str:
    number = len(rows)
    area = words.area_words(selection.area)
    if number == 1:
        return f"One group in {area} is significantly worse off than its reference."
    return (
        f"{number} gaps in {area} in which a group is significantly worse off than its reference,"
        " the one of most children or events first. The same child may be in several rows: they"
        " must not be added up."
    )


def _widest(selection: Selection, row: pd.Series) -> str:
    """ "Of the tested gaps that of most children or events is …"."""
    indicator = selection.indicator(row["indicator_id"])
    value, beside = (
        rounding.value_text(row[name], indicator) for name in ("value", "reference_value")
    )
    number = rounding.half_up(abs(row["behind"]), 0)
    return (
        "Of the tested gaps the one of most children or events is in"
        f" “{indicator.name}”, {row['period_label']}: {value} for"
        f" {groups.in_sentence(row['group'])} against {beside}, about {number}"
        f" {row['direction']} than the {rounding.count_text(row['count'])} counted would make it"
        " level."
    )


def _table(selection: Selection, rows: pd.DataFrame) -> Table:
    columns = (
        Column("Indicator", heads_row=True),
        Column("Group"),
        Column("Period"),
        Column("Value", numeric=True),
        Column("Reference", numeric=True),
        Column("Count", numeric=True),
        Column("Behind the gap", numeric=True),
        Column(shown.INTERVAL, numeric=True),
        Column("Verdict"),
    )
    cells = [_cells(selection, row) for _, row in rows.iterrows()]
    area = words.area_words(selection.area)
    note = (
        "Behind the gap: how many fewer or more there would be if the group had the value of its"
        " reference (all other groups, the other group, or everyone). It says how large a gap is,"
        " not what causes it."
    )
    return Table(f"Children behind the gaps in {area}", columns, tuple(cells), (note,))


def _cells(selection: Selection, row: pd.Series) -> tuple[str, ...]:
    indicator = selection.indicator(row["indicator_id"])
    ends = sorted(abs(row[name]) for name in ("behind_lower", "behind_upper"))
    sure = row["behind_lower"] * row["behind_upper"] > 0
    return (
        shown.name_with_unit(indicator),
        groups.group_name(row["group"]),
        row["period_label"],
        rounding.value_text(row["value"], indicator),
        rounding.value_text(row["reference_value"], indicator),
        rounding.count_text(row["count"]),
        f"{rounding.half_up(abs(row['behind']), 0)} {row['direction']}",
        " to ".join(rounding.half_up(end, 0) for end in ends) if sure else shown.NO_INTERVAL,
        verdict(row["outcome"], row["side"]),
    )


# --- representation -------------------------------------------------------------------------------


def representation(selection: Selection) -> Block:
    """One row = a group in a service: its share there, its share of children, and their ratio."""
    rows = selection.until(selection.edition.read("representation", areas=[selection.area.code]))
    if rows.empty:
        return Block()
    newest = rows.groupby(["indicator_id", "category"])["period_end"].transform("max")
    rows = rows[rows["period_end"] == newest].sort_values("ratio", ascending=False, kind="stable")
    said = _most(rows.iloc[0], words.area_words(selection.area))
    columns = (
        Column("Service", heads_row=True),
        Column("Group"),
        Column("Period"),
        Column("Share in the service (%)", numeric=True),
        Column("Share of all children (%)", numeric=True),
        Column("Ratio", numeric=True),
        Column(shown.INTERVAL, numeric=True),
    )
    cells = tuple(_representation_cells(row) for _, row in rows.iterrows())
    notes = tuple(f"{words.sentence_case(n)}." for n in rows["note"].unique() if n)
    made = Table("Shares in services beside shares of all children", columns, cells, notes)
    table = tables.block(made, selection.unique_id("cap-representation"))
    return stacked(Block(paragraph(said), said), table)


def _service(row: pd.Series) -> str:
    return row["category"] or "All"


def _most(row: pd.Series, area: str) -> str:
    """The widest of the ratios, in a sentence."""
    ratio = rounding.half_up(row["ratio"], 2)
    tested = ""
    if pd.isna(row["ratio_lower"]):
        tested = "; the source prints no counts, so the difference was not tested"
    elif row["ratio_lower"] <= 1 <= row["ratio_upper"]:
        tested = "; the interval holds 1, so the difference may be chance"
    return (
        f"In {area}, {row['name']} made up {rounding.half_up(row['share'], 0)}% under"
        f" “{_service(row)}” and {rounding.half_up(row['population_share'], 0)}% of all children"
        f" ({row['population_label']}): {ratio} times their share{tested}."
    )


def _representation_cells(row: pd.Series) -> tuple[str, ...]:
    known = pd.notna(row["ratio_lower"])
    ends = [rounding.half_up(row[f"ratio_{end}"], 2) for end in ("lower", "upper")] if known else []
    return (
        words.sentence_case(_service(row)),
        words.sentence_case(row["name"]),
        row["period_label"],
        rounding.half_up(row["share"], 0),
        f"{rounding.half_up(row['population_share'], 0)} ({row['population_label']})",
        rounding.half_up(row["ratio"], 2),
        " to ".join(ends) or shown.NO_INTERVAL,
    )
