"""Gradings of case audits as bars of 100%, with the share better than inadequate."""

import pandas as pd

from cyp_analysis import service_catalogue
from cyp_analysis.present import credits, figures, rounding, words
from cyp_analysis.present.figures import Figure
from cyp_analysis.present.markup import Block, no_data, paragraph, stacked
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.services.stacked import stacked_bars
from cyp_analysis.present.tables import Column, Table

FEW = 10
_NOTE = "The numbers count audits of case files, not children."
_FEW_NOTE = f"Rows of fewer than {FEW} audits move a great deal with one audit."


def audits(selection: Selection) -> Block:
    """For each kind of audit: bars by month, and by service or domain for the newest month."""
    rows = selection.until(selection.edition.read("audits", areas=[selection.area.code]))
    if rows.empty:
        area = words.area_words(selection.area)
        return no_data(
            f"This edition holds no gradings of case audits for {area}.",
            ["A local file with the number of audits by grading and month would bring them."],
        )
    parts = []
    for name in service_catalogue.audits():
        mine = rows[rows["audit_id"] == name]
        whole, groups = mine[mine["group"] == ""], mine[mine["group"] != ""]
        newest = groups[groups["period_end"] == groups["period_end"].max()]
        parts += [_shown(selection, whole, "period_label")] if len(whole) else []
        parts += [_shown(selection, newest, "group")] if len(newest) else []
    return stacked(*parts, Block(paragraph(_NOTE, "note"), _NOTE))


def _shown(selection: Selection, rows: pd.DataFrame, label: str) -> Block:
    """A sentence, then the bars: one row for each period or group with audits."""
    rows = rows[rows["total"] > 0].sort_values(["period_end", "group_place", "grading_place"])
    if rows.empty:
        return Block()
    said = _sentence(rows, label)
    figure = _figure(selection, rows, label, said)
    return stacked(Block(paragraph(said), said), figures.block(figure))


def _sentence(rows: pd.DataFrame, label: str) -> str:
    """ "In September 2018, 28 of 32 audits (87.5%, 95% CI 71.9% to 95.0%) were graded better than
    inadequate." For groups: the lowest and the highest share of those with ten audits."""
    if label == "group":
        return _spread_sentence(rows)
    last = rows[rows["period_end"] == rows["period_end"].max()].iloc[0]
    share, low, high = (
        _percent(last[name]) for name in ("better_share", "better_lower", "better_upper")
    )
    if pd.isna(last["better_share"]):
        return f"{_when(last)}, a grading is blank: no share better than inadequate can be given."
    noun, verb = (
        "audit" if last["total"] == 1 else "audits",
        "was" if last["better"] == 1 else "were",
    )
    return (
        f"{_when(last)}, {rounding.count_text(last['better'])} of "
        f"{rounding.count_text(last['total'])} {noun} ({share}%, 95% CI {low}% to {high}%) {verb} "
        "graded better than inadequate."
    )


def _when(row: pd.Series) -> str:
    from cyp_analysis.present.services.wording import when

    return words.sentence_case(when(row))


def _percent(share: float) -> str:
    return "[x]" if pd.isna(share) else rounding.half_up(share, 1)


def _spread_sentence(rows: pd.DataFrame) -> str:
    groups = rows.drop_duplicates("group")
    known = groups[(groups["total"] >= FEW) & groups["better_share"].notna()]
    enough = known.sort_values("better_share", kind="stable")
    when = _when(rows.iloc[0])
    if len(enough) < 2:
        return f"{when}, too few groups had {FEW} audits or more to set them side by side."
    low, high = enough.iloc[0], enough.iloc[-1]
    if low["better_share"] == high["better_share"]:
        return (
            f"{when}, the share graded better than inadequate was the same, "
            f"{_percent(low['better_share'])}%, in all {len(enough)} groups with {FEW} audits or "
            "more."
        )
    return (
        f"{when}, of groups with {FEW} audits or more, the share graded better than inadequate "
        f"was lowest for {low['group']} ({rounding.half_up(low['better_share'], 1)}% of "
        f"{rounding.count_text(low['total'])}) and highest for {high['group']} "
        f"({rounding.half_up(high['better_share'], 1)}% of {rounding.count_text(high['total'])})."
    )


def _figure(selection: Selection, rows: pd.DataFrame, label: str, said: str) -> Figure:
    first = rows.iloc[0]
    figure_id = selection.unique_id(f"fig-audits-{first['audit_id']}")
    graded = rows.dropna(subset=["share"])
    shares = graded.pivot(index=label, columns="grading", values="share")
    order = {
        axis: list(graded.drop_duplicates(axis).sort_values(by)[axis])
        for axis, by in ((label, ["period_end", "group_place"]), ("grading", ["grading_place"]))
    }
    shares = shares.loc[order[label], order["grading"]]
    alt = _alt(shares, label)
    area = words.area_words(selection.area)
    when = f", {first['period_label']}" if label == "group" else ""
    return Figure(
        id=figure_id,
        title=f"{first['title']}: {'by group' if label == 'group' else 'all together'}",
        subtitle=f"Share of graded audits with each grading, percent, {area}{when}.",
        picture=stacked_bars(shares, figure_id, alt),
        alt=alt,
        table=_table(rows, label, first["title"]),
        source=credits.source_line(selection, rows.assign(value=rows["count"])),
    )


def _alt(shares: pd.DataFrame, label: str) -> str:
    """The newest (or first) bar in numbers, within the length that a reader is spared."""
    row = shares.iloc[-1 if label == "period_label" else 0]
    parts = [f"{name.lower()} {rounding.half_up(share, 0)}%" for name, share in row.items()
             if pd.notna(share)]  # fmt: skip
    bars = f"{len(shares)} bars" if len(shares) > 1 else "One bar"
    return f"{bars} of 100%. {row.name}: {words.join_words(parts)}."[:220]


def _table(rows: pd.DataFrame, label: str, title: str) -> Table:
    gradings = list(rows.sort_values("grading_place")["grading"].drop_duplicates())
    columns = [Column("Period" if label == "period_label" else "Group", heads_row=True)]
    columns += [Column(name, numeric=True) for name in gradings]
    columns += [Column("Graded", numeric=True), Column("Better than inadequate (%)", numeric=True)]
    cells = tuple(
        _table_row(group, name, gradings) for name, group in rows.groupby(label, sort=False)
    )
    notes = (_FEW_NOTE,) if (rows["total"] < FEW).any() else ()
    blank = rows["value_note"].str.contains("blank").any()
    notes += ("A cell of the source is blank: it counts for none here.",) if blank else ()
    by = "by period" if label == "period_label" else "by group"
    caption = f"{title}, numbers of audits and their share of those graded, {by}"
    return Table(caption, tuple(columns), cells, notes)


def _table_row(group: pd.DataFrame, name: str, gradings: list[str]) -> tuple[str, ...]:
    known = group.dropna(subset=["count"]).set_index("grading")
    texts = [_graded(known.loc[g]) if g in known.index else "[x]" for g in gradings]
    first = group.iloc[0]
    return (
        str(name),
        *texts,
        rounding.count_text(first["total"]),
        _percent(first["better_share"]),
    )


def _graded(row: pd.Series) -> str:
    """A number of audits with the share that the chart draws, where there is one."""
    number = rounding.count_text(row["count"])
    return number if pd.isna(row["share"]) else f"{number} ({rounding.half_up(row['share'], 0)}%)"
