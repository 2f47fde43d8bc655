"""Where children in care live: placements by sex, age, duration and ethnicity, and their checks."""

import pandas as pd

from cyp_analysis.present import credits, rounding, words
from cyp_analysis.present.markup import Block, no_data, paragraph, stacked
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

PANEL, TOTAL, MEAN, RATIO = "placements", "all", "mean months", "males for each female"
_ALL = "All placements"
_PROTECTED = (
    "Numbers of one to four are withheld, and others beside them that a total would give back."
)


def placements(selection: Selection) -> Block:
    """The panels of the newest day, the age profile and sex ratio, and sums that fail."""
    rows = selection.until(selection.edition.read("panels", areas=[selection.area.code]))
    rows = rows[rows["panel_id"] == PANEL]
    if rows.empty:
        area = words.area_words(selection.area)
        return no_data(
            f"This edition holds no placements by sex, age and duration for {area}.",
            ["A local file of children in care by placement would bring them."],
        )
    rows = rows[rows["period_end"] == rows["period_end"].max()]
    crosses = [by for by in rows["by"].drop_duplicates() if by not in (TOTAL, MEAN, RATIO)]
    said = _sentences(selection, rows)
    return stacked(
        Block(paragraph(said), said),
        _overview(selection, rows),
        *(_cross(selection, rows, by) for by in crosses),
        checks(selection),
    )


def duration_words(months: float) -> str:
    """20.0 → "1 year 8 months", 5.0 → "5 months", 24.0 → "2 years"."""
    whole = int(float(rounding.half_up(months, 0).replace(",", "")))
    years, left = divmod(whole, 12)
    parts = [f"{years} year{'s' if years != 1 else ''}"] if years else []
    parts += [f"{left} month{'s' if left != 1 else ''}"] if left or not years else []
    return " ".join(parts)


def _sentences(selection: Selection, rows: pd.DataFrame) -> str:
    """The largest placement, the sex ratio and the share aged 16 and over, where they are known."""
    label = rows.iloc[0]["period_label"]
    parts = [_largest(rows, label), _ratio(rows), _oldest(rows)]
    return " ".join(part for part in parts if part)


def _largest(rows: pd.DataFrame, label: str) -> str:
    known = rows[(rows["by"] == TOTAL) & rows["count"].notna()].sort_values("count")
    if known.empty:
        return ""
    top = known.iloc[-1]
    names = list(known.loc[known["count"] == top["count"], "row_name"])
    if top["count"] == 0:
        return ""
    number = rounding.count_text(top["count"])
    if pd.notna(top["share"]):
        of = rounding.count_text(top["denominator"])
        number = f"{number} of {of} children ({rounding.half_up(top['share'], 1)}%)"
    if len(names) > 1:
        return (
            f"On {label}, the most common placements were {words.join_words(names)}: {number} each."
        )
    return f"On {label}, the most common placement was {names[0]}: {number}."


def _sums(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    sums = rows[(rows["by"] == by) & (rows["row_name"] == "")]
    return sums.sort_values("order").set_index("group")


def _ratio(rows: pd.DataFrame) -> str:
    sexes, ratio = _sums(rows, "sex")["count"], rows[rows["by"] == RATIO]["value"].dropna()
    if ratio.empty:
        return ""
    return (
        f"There were {rounding.count_text(sexes['Male'])} boys and "
        f"{rounding.count_text(sexes['Female'])} girls: {rounding.half_up(ratio.iloc[0], 2)} : 1."
    )


def _oldest(rows: pd.DataFrame) -> str:
    ages = _sums(rows, "age")
    known = ages[ages["count"].notna()]
    if len(known) < len(ages) or known.empty:
        return ""
    shares = [
        f"{rounding.count_text(row['count'])} aged {name[:1].lower()}{name[1:]} "
        f"({rounding.half_up(row['share'], 1)}%)"
        for name, row in known.iterrows()
    ]
    return f"By age, from the sum of all placements: {words.join_words(shares)}."


def _overview(selection: Selection, rows: pd.DataFrame) -> Block:
    """Number, share and mean duration of each placement type."""
    totals = rows[rows["by"] == TOTAL].sort_values("source_row")
    means = rows[rows["by"] == MEAN].set_index("row_name")
    columns = (
        Column("Placement", heads_row=True),
        Column("Children", numeric=True),
        Column("Share (%)", numeric=True),
        Column("Mean duration"),
    )
    cells = tuple(
        (row["row_name"], _count(row), _share(row), _mean(row, means))
        for _, row in totals.iterrows()
    )
    title = f"Placements of children in care, {selection.area.name}, {rows.iloc[0]['period_label']}"
    source = credits.source_line(selection, totals.assign(value=totals["count"]))
    made = Table(title, columns, cells, (_PROTECTED,), source)
    return block(made, selection.unique_id("cap-placements"))


def _mean(row: pd.Series, means: pd.DataFrame) -> str:
    if row["count"] == 0:
        return "no children"
    if row["row_name"] not in means.index:
        return "[x]"
    found = means.loc[row["row_name"]]
    return words.missing_text(found["value_note"]) if pd.isna(found["value"]) else duration_words(
        found["value"]
    )  # fmt: skip


def _count(row: pd.Series) -> str:
    if pd.isna(row["count"]):
        return words.missing_text(row["value_note"])
    return rounding.count_text(row["count"])


def _share(row: pd.Series) -> str:
    if pd.isna(row["share"]):
        return "no children" if row["count"] == 0 else words.missing_text(row["value_note"])
    return rounding.half_up(row["share"], 1)


def _cross(selection: Selection, rows: pd.DataFrame, by: str) -> Block:
    """Placements down, groups across: number and share of the placement's children."""
    mine = rows[rows["by"] == by]
    groups = list(mine.sort_values("order")["group"].drop_duplicates())
    names = list(mine.sort_values("source_row")["row_name"].drop_duplicates())
    names = [name for name in names if name] + [""] * ("" in names)
    found = mine.set_index(["row_name", "group"])
    cells = tuple(
        (name or _ALL, *(_cell(found, name, group) for group in groups)) for name in names
    )
    columns = (
        Column("Placement", heads_row=True),
        *(Column(words.sentence_case(group), numeric=True) for group in groups),
    )
    label = rows.iloc[0]["period_label"]
    title = f"Placements by {by}, number and share of the placement, {label}"
    notes = [f"The {_ALL.lower()} row is the sum of the placements."]
    if mine["value_note"].str.contains("inferred").any():
        notes.append("The order of the groups was read from the layout of the page.")
    marked = frozenset([len(names) - 1]) if names and names[-1] == "" else frozenset()
    source = credits.source_line(selection, mine.assign(value=mine["count"]))
    made = Table(title, columns, cells, tuple(notes), source, marked)
    return block(made, selection.unique_id(f"cap-placements-{by}"))


def _cell(found: pd.DataFrame, name: str, group: str) -> str:
    if (name, group) not in found.index:
        return words.missing_text("")
    row = found.loc[(name, group)]
    if pd.isna(row["count"]):
        return words.missing_text(row["value_note"])
    share = "" if pd.isna(row["share"]) else f" ({rounding.half_up(row['share'], 1)}%)"
    return f"{rounding.count_text(row['count'])}{share}"


def checks(selection: Selection) -> Block:
    """How many sums agree, and the pages that print different figures for one thing."""
    rows = selection.until(selection.edition.read("panel_checks", areas=[selection.area.code]))
    if rows.empty:
        return Block()
    sums, pairs = rows[rows["is_sum"]], rows[~rows["is_sum"]]
    off = rows[~rows["agrees"]]
    said = checks_sentence(sums["agrees"], pairs["agrees"])
    if off.empty:
        return Block(paragraph(said), said)
    columns = (
        Column("Figure", heads_row=True),
        Column("One page", numeric=True),
        Column("The other page, or the sum", numeric=True),
    )
    cells = tuple(
        (row["what"], _plain(row["first"]), _plain(row["second"])) for _, row in off.iterrows()
    )
    note = "Both figures are kept: which one is right is for the service to say."
    source = credits.source_line(selection, off.assign(value=off["first"]))
    made = Table("Figures that do not agree", columns, cells, (note,), source)
    shown = block(made, selection.unique_id("cap-panel-checks"))
    return stacked(Block(paragraph(said), said), shown)


def checks_sentence(sums: pd.Series, pairs: pd.Series) -> str:
    """How many sums agree with their totals, and how many figures printed twice agree."""
    parts = []
    if len(sums):
        verb = "agrees" if sums.sum() == 1 else "agree"
        noun = "sum" if len(sums) == 1 else "sums"
        parts.append(
            f"{sums.sum()} of {len(sums)} {noun} across the panels {verb} with the totals printed"
        )
    if len(pairs):
        verb = "agrees" if pairs.sum() == 1 else "agree"
        noun = "figure" if len(pairs) == 1 else "figures"
        parts.append(f"{pairs.sum()} of {len(pairs)} {noun} printed on two pages {verb}")
    return "; ".join(parts) + "."


def _plain(value: float) -> str:
    return rounding.half_up(value, 0 if float(value).is_integer() else 1)
