"""What stands against need: money, staff and beds, each sum beside the total that is printed."""

import pandas as pd

from cyp_analysis.present import alt_text, credits, rounding, words
from cyp_analysis.present.figures import Figure
from cyp_analysis.present.figures import block as figure_block
from cyp_analysis.present.markup import Block, stacked
from cyp_analysis.present.needs import parts
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table
from cyp_analysis.present.tables import block as table_block

SAME = 0.005  # sums of decimals are the same where they agree to two places
NEAR = 0.05  # printed and computed beds agree where they are the same to one decimal place


def capacity(selection: Selection) -> Block:
    """Spending by provider, staff by role, inpatient beds by unit; empty where none is printed."""
    rows = parts.of_area(selection, "provision", "period_end")
    kinds = {kind: _newest(rows[rows["kind"] == kind]) for kind in ("spend", "staff", "beds")}
    blocks = [
        _shares(selection, kinds["spend"], _SPEND),
        _shares(selection, kinds["staff"], _STAFF),
        _beds(selection, kinds["beds"]),
    ]
    return stacked(*blocks)


_SPEND = {
    "title": "Spending: {share}% goes to {item}",
    "subtitle": "Spending by provider, {area}, {period}, pounds.",
    "caption": "Spending by provider",
    "unit": "£",
    "item": "Provider",
}
_STAFF = {
    "title": "Clinicians within other services: {total} whole-time equivalents",
    "subtitle": "Clinicians within other services, {area}, {period}, whole-time equivalents.",
    "caption": "Clinicians within other services by role",
    "unit": "whole-time equivalents",
    "item": "Role",
}


def _newest(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["period_end"] == rows["period_end"].max()]


def _shares(selection: Selection, rows: pd.DataFrame, said: dict[str, str]) -> Block:
    from cyp_analysis.present.chart_bars import bar_chart

    items = rows[~rows["is_total"].astype(bool)].sort_values("amount", ascending=False)
    if items.empty:
        return Block()
    total, first = rows[rows["is_total"].astype(bool)].iloc[0], items.iloc[0]
    bars = _bars(items, said["unit"])
    figure_id = selection.unique_id(f"fig-{first['kind']}")
    alt = alt_text.fitted(said["caption"], [f"{b.label} {b.text}" for b in bars.itertuples()])
    slots = {
        "item": first["item"],
        "share": parts.cell(first["share"]),
        "total": _number(total["computed"], said["unit"]),
        "area": parts.area(selection),
        "period": first["period_label"],
    }
    figure = Figure(
        id=figure_id,
        title=said["title" if pd.notna(total["computed"]) else "caption"].format(**slots),
        subtitle=said["subtitle"].format(**slots),
        picture=bar_chart(bars, [], parts.Scale(said["unit"]), figure_id, alt),
        alt=alt,
        table=_share_table(rows, said),
        source=credits.source_line(selection, items.rename(columns={"amount": "value"})),
    )
    return stacked(figure_block(figure), parts.sentences([total_sentence(total, said["unit"])]))


def total_sentence(total: pd.Series, unit: str) -> str:
    """Whether the items add up to the total that is printed."""
    if pd.isna(total["computed"]):
        return "The items do not give a sum, because one of them is not known."
    computed = _amount(total["computed"], unit)
    if pd.isna(total["printed"]):
        return f"The items add up to {computed}; no total is printed."
    printed = _amount(total["printed"], unit)
    if abs(total["difference"]) < SAME:
        return f"The items add up to the printed total of {printed}."
    gap = _amount(abs(total["difference"]), unit)
    more = "less" if total["difference"] > 0 else "more"
    return f"The items add up to {computed}, {gap} {more} than the printed total of {printed}."


def _amount(value: float, unit: str) -> str:
    text = _number(value, unit)
    return f"£{text}" if unit == "£" else f"{text} {unit}"


def _number(value: float, unit: str) -> str:
    """Pounds are whole; posts may be parts of one, which are not to be rounded away."""
    exact = unit == "£" or pd.isna(value) or abs(value - round(value)) < SAME
    return parts.cell(value, 0 if exact else 1)


def _bars(items: pd.DataFrame, unit: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": items["item"].to_numpy(),
            "value": items["amount"].to_numpy(),
            "lower": float("nan"),
            "upper": float("nan"),
            "text": [_number(value, unit) for value in items["amount"]],
            "symbol": "",
            "is_area": False,
        }
    )


def _share_table(rows: pd.DataFrame, said: dict[str, str]) -> Table:
    columns = (
        Column(said["item"], heads_row=True),
        Column(f"Amount ({said['unit']})", numeric=True),
        Column("Share (%)", numeric=True),
    )
    ordered = rows.sort_values(["is_total", "amount"], ascending=[True, False])
    cells = tuple(_share_cells(row, said["unit"]) for _, row in ordered.iterrows())
    return Table(said["caption"], columns, cells)


def _share_cells(row: pd.Series, unit: str) -> tuple[str, ...]:
    if row["is_total"]:
        whole = "not known" if pd.isna(row["computed"]) else "100.0"
        return (row["item"], _number(row["computed"], unit), whole)
    return (row["item"], _number(row["amount"], unit), parts.cell(row["share"], 1))


def _beds(selection: Selection, rows: pd.DataFrame) -> Block:
    if rows.empty:
        return Block()
    columns = (
        Column("Provider and unit", heads_row=True),
        Column("Occupied bed days commissioned", numeric=True),
        Column("Beds printed", numeric=True),
        Column("Bed days divided by 365", numeric=True),
        Column("All beds of the unit", numeric=True),
    )
    cells = tuple(
        (
            row["item"].replace(" | ", ", "),
            parts.cell(row["amount"]),
            parts.cell(row["printed"], 2),
            parts.cell(row["computed"], 2),
            parts.cell(row["capacity"]),
        )
        for _, row in rows.iterrows()
    )
    source = credits.source_line(selection, rows.assign(value=rows["amount"]))
    caption = f"Inpatient beds commissioned, {rows['period_label'].iloc[0]}"
    made = Table(caption, columns, cells, bed_notes(rows), source)
    return table_block(made, selection.unique_id("cap-beds"))


def bed_notes(rows: pd.DataFrame) -> tuple[str, ...]:
    """Units whose printed beds are not those of their bed days, and what is not printed."""
    apart = rows[rows["difference"].abs() > NEAR]
    said = [
        f"{row['item'].replace(' | ', ', ')} prints {rounding.half_up(row['printed'], 2)} beds,"
        f" where its bed days give {rounding.half_up(row['computed'], 2)}."
        for _, row in apart.iterrows()
    ]
    whole = "The units serve children of a wider area than the authority."
    unknown = "Not known: the table prints no figure." if rows["amount"].isna().any() else ""
    return tuple(text for text in (whole, *said, words.sentence_case(unknown)) if text)
