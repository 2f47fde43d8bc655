"""From contact to care: the stages of one period, and sums of joiners and leavers."""

import pandas as pd

from cyp_analysis import service_catalogue
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import credits, rounding, words
from cyp_analysis.present.markup import Block, joined, no_data, paragraph, stacked
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

_NOTE = (
    "A part is counted by the source out of the stage it belongs to. Other stages are not the same "
    "children: their ratio compares two numbers of the same period, and is no chance that a child "
    "moves on."
)
MOST_PERIODS = 12


def flow(selection: Selection) -> Block:
    """For each flow that the area has figures of: the stages of its newest period."""
    rows = selection.until(selection.edition.read("flows", areas=[selection.area.code]))
    if rows.empty:
        area = words.area_words(selection.area)
        return no_data(
            f"This edition holds no two stages from contact to care of one period for {area}.",
            [
                "The publisher's files of referrals, child protection plans and children looked"
                " after would bring them."
            ],
        )
    there = [name for name in service_catalogue.flows() if (rows["flow_id"] == name).any()]
    made = [_flow(selection, rows[rows["flow_id"] == name]) for name in there]
    return stacked(*made, Block(paragraph(_NOTE, "note"), _NOTE))


def _flow(selection: Selection, rows: pd.DataFrame) -> Block:
    newest = _fullest(rows).sort_values("place")
    label = newest.iloc[0]["period_label"]
    columns = (
        Column("Stage", heads_row=True),
        Column("Number", numeric=True),
        Column("Set against"),
        Column("Share or ratio", numeric=True),
        Column("95% confidence interval", numeric=True),
    )
    cells = tuple(_cells(row) for _, row in newest.iterrows())
    source = credits.source_line(selection, newest.assign(value=newest["count"]))
    title = newest.iloc[0]["flow_title"]
    made = Table(f"{title}: {selection.area.name}, {label}", columns, cells, (), source)
    shown = block(made, selection.unique_id(f"cap-flow-{newest.iloc[0]['flow_id']}"))
    parts = newest[newest["is_part"] & newest["share"].notna()]
    said = " ".join(_sentence(row) for _, row in parts.iterrows())
    return stacked(Block(paragraph(said), said), shown) if said else shown


def _fullest(rows: pd.DataFrame) -> pd.DataFrame:
    """The newest of the periods with the most stages among the last three."""
    number = rows.groupby("period_end")["stage_id"].nunique().sort_index().tail(3)
    best = number[number == number.max()].index.max()
    return rows[rows["period_end"] == best]


def _cells(row: pd.Series) -> tuple[str, ...]:
    number = rounding.count_text(row["count"])
    if not row["of_stage"]:
        why = "no figure of the whole" if row["is_part"] else "first stage shown"
        return (row["stage_name"], number, why, "–", "none")
    how = f"{'part of' if row['is_part'] else 'beside'}: {words.uncapital(row['of_stage'])}"
    if pd.isna(row["share"]):
        return (row["stage_name"], number, how, "cannot be calculated", "none")
    share = f"{rounding.half_up(row['share'], 1)}%"
    said = share if row["is_part"] else f"{rounding.half_up(row['share'], 0)} for each 100"
    return (row["stage_name"], number, how, said, _interval(row))


def _interval(row: pd.Series) -> str:
    if pd.isna(row["lower_ci_95"]) or not row["is_part"]:
        return "none"
    low, high = rounding.half_up(row["lower_ci_95"], 1), rounding.half_up(row["upper_ci_95"], 1)
    return f"{low}% to {high}%"


def _sentence(row: pd.Series) -> str:
    """ "Contacts that led to a referral: 1,914 of 8,144 (23.5%, 95% CI 22.6% to 24.4%)." """
    part, of = rounding.count_text(row["count"]), rounding.count_text(row["of_count"])
    interval = "" if _interval(row) == "none" else f", 95% CI {_interval(row)}"
    return f"{row['stage_name']}: {part} of {of} ({rounding.half_up(row['share'], 1)}%{interval})."


def reconciliation(selection: Selection, ids: list[str] | None = None) -> Block:
    """Start, joined, left and end of each period, and whether they agree."""
    wanted = _known_stocks(selection, ids)
    rows = selection.until(selection.edition.read("reconciliations", areas=[selection.area.code]))
    rows = rows[rows["stock_id"].isin(wanted)]
    if rows.empty:
        return Block()
    each = [rows[rows["stock_id"] == name] for name in wanted]
    return stacked(*(_stock(selection, group) for group in each if len(group)))


def _known_stocks(selection: Selection, ids: list[str] | None) -> list[str]:
    known = list(service_catalogue.stocks())
    unknown = [name for name in ids or [] if name not in known]
    if unknown:
        raise ChapterError(
            f"chapter {selection.entry.id}",
            "must ask for numbers that stocks.yml reconciles",
            repr(unknown[0]),
            f"It has: {', '.join(known)}.",
        )
    return ids or known


def _stock(selection: Selection, rows: pd.DataFrame) -> Block:
    rows = rows.sort_values("period_end").tail(MOST_PERIODS)
    columns = (
        Column("To", heads_row=True),
        Column("At the start", numeric=True),
        Column("Joined", numeric=True),
        Column("Left", numeric=True),
        Column("Expected at the end", numeric=True),
        Column("Reported at the end", numeric=True),
        Column("Difference", numeric=True),
    )
    names = ("start", "joined", "left", "expected", "end", "difference")
    cells = tuple(
        (row["period_label"], *(_number(row, name) for name in names)) for _, row in rows.iterrows()
    )
    source = credits.source_line(selection, rows.assign(value=rows["end"]))
    made = Table(rows.iloc[0]["title"], columns, cells, (), source)
    said = reconciled_sentence(rows["difference"])
    shown = block(made, selection.unique_id(f"cap-stock-{rows.iloc[0]['stock_id']}"))
    return stacked(Block(joined(paragraph(said)), said), shown)


def _number(row: pd.Series, name: str) -> str:
    return "[c]" if pd.isna(row[name]) else rounding.count_text(row[name])


def reconciled_sentence(differences: pd.Series) -> str:
    """In how many periods the numbers agree, and the largest difference where they do not."""
    known = differences.dropna()
    if known.empty:
        return "The numbers of these periods are too small to be shown and reconciled here."
    off = known[known != 0]
    if off.empty:
        one = "the one period" if len(known) == 1 else f"all {len(known)} periods"
        shown = "shown" if len(known) == len(differences) else "whose numbers can be shown"
        return f"Start, joiners, leavers and end agree in {one} {shown}."
    largest = rounding.count_text(off.abs().max())
    periods = "period" if len(known) == 1 else "periods"
    return (
        f"In {len(off)} of {len(known)} {periods} the number reported at the end is not the one "
        f"that follows from those who joined and left; the largest difference is {largest}. "
        "Late entries, rounding and children counted once for two starts are usual reasons."
    )
