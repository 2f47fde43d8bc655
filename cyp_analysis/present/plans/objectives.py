"""Objectives of a plan, the figures that follow each, and its priorities with their strategies."""

import pandas as pd

from cyp_analysis.present import words
from cyp_analysis.present.markup import Block, Html, joined, paragraph, stacked
from cyp_analysis.present.plans import wording
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block, render

_COUNTS = {
    **wording.TESTED,
    "untested": "Rose or fell, not tested",
    "none": "One figure only",
    "outside": "From outside the plan's years",
}
_COLUMNS = "objective id and objective, better with theme and priority"
_SAID = {"no_clear_change": "without a clear change"}
_KEY = ["theme", "objective_id", "objective"]


def objectives(selection: Selection) -> Block:
    """For each plan: a table of its objectives, and below it the figures of each."""
    rows = wording.rows_of(selection, "plan_objectives")
    if rows.empty:
        return wording.absent(selection, "Objectives of a plan", "local_plan_objectives", _COLUMNS)
    return stacked(*(_plan(selection, mine) for _, mine in rows.groupby("source_id", sort=False)))


def _plan(selection: Selection, rows: pd.DataFrame) -> Block:
    said = _summary(rows)
    known = rows[rows["value"].notna()]
    kept = {name: text for name, text in _COUNTS.items() if (_kind(known) == name).any()}
    columns = (
        Column("Objective", heads_row=True),
        Column("Theme"),
        Column("Priorities", numeric=True),
        Column("Figures", numeric=True),
        *(Column(text, numeric=True) for text in kept.values()),
    )
    each = [_row(key, mine, list(kept)) for key, mine in rows.groupby(_KEY, sort=False)]
    caption = f"Objectives: {wording.document(selection, rows.iloc[0])}"
    source = wording.source_line(selection, rows)
    table = Table(caption, columns, tuple(each), source=source)
    shown = block(table, selection.unique_id("cap-objectives"))
    below = [_figures(selection, key, mine) for key, mine in rows.groupby(_KEY, sort=False)]
    folded = [one for one in [*below, _priorities(selection, rows)] if one]
    return stacked(Block(paragraph(said), said), shown, Block(joined(*folded), ""))


def _kind(rows: pd.DataFrame) -> pd.Series:
    """The column of _COUNTS that each figure is counted in."""
    untested = rows["verdict"].isin(wording.UNTESTED)
    kind = rows["verdict"].mask(untested, "untested")
    return kind.mask((kind == "none") & ~rows["in_plan"], "outside").astype("str")


def _summary(rows: pd.DataFrame) -> str:
    number = len(rows.drop_duplicates(_KEY))
    known = rows[rows["value"].notna()]
    with_figures = len(known.drop_duplicates(_KEY))
    of_them = wording.have(with_figures).replace(" ", " of them ", 1)
    if number == 1:
        of_them = "it has" if with_figures else "it does not have"
    said = f"The plan has {wording.counted(number, 'objective')}; {of_them} a figure here."
    if known.empty:
        return said
    kinds = _kind(known).value_counts()
    tested = sum(kinds.get(name, 0) for name in wording.TESTED)
    if not known["in_plan"].any():
        return f"{said} Every figure is from outside the plan's years."
    if not tested:
        return f"{said} Not one of these figures could be tested against an earlier one."
    parts = [f"{kinds[name]} {_SAID.get(name, name)}" for name in wording.TESTED if name in kinds]
    return (
        f"{said} Of the {wording.counted(tested, 'figure')} that could be tested against the first"
        f" of the plan's years: {words.join_words(parts)}."
    )


def _row(key: tuple[str, str, str], rows: pd.DataFrame, kept: list[str]) -> tuple[str, ...]:
    theme, _, objective = key
    known = rows[rows["value"].notna()]
    kinds = _kind(known).value_counts()
    numbers = [f"{rows['priorities'].iloc[0]:.0f}", str(len(known))]
    return (objective, theme or "none named", *numbers, *(str(kinds.get(name, 0)) for name in kept))


def _figures(selection: Selection, key: tuple[str, str, str], rows: pd.DataFrame) -> Html:
    """The figures of one objective in a table to open; nothing where it has none."""
    known = rows[rows["value"].notna()].sort_values("in_plan", ascending=False, kind="stable")
    if known.empty:
        return Html("")
    cells = []
    for _, row in known.iterrows():
        indicator = selection.indicator(row["indicator_id"])
        base = wording.with_period(row["base_value"], row["base_period_label"], indicator)
        newest = wording.with_period(row["value"], row["period_label"], indicator)
        cells.append((indicator.name, newest, base, wording.change_cell(row, indicator)))
    heads = ("Newest", "First of the plan's years", "Change")
    columns = (Column("Figure", heads_row=True), *(Column(head) for head in heads))
    if known["base_value"].isna().all():
        columns, cells = columns[:2], [cell[:2] for cell in cells]
    table = Table(f"Figures of the objective {key[2]}", columns, tuple(cells))
    made = render(table, selection.unique_id("cap-objective"))
    return wording.folded(f"{key[2]}: {wording.counted(len(known), 'figure')}", made)


def _priorities(selection: Selection, rows: pd.DataFrame) -> Html:
    """The plan's priorities with the strategies of its partners, from the register."""
    register = selection.edition.register("objectives", areas=[selection.area.code])
    mine = register[register["source_id"] == rows["source_id"].iloc[0]]
    if "priority" not in mine or not (mine["priority"] != "").any():
        return Html("")
    names = ["objective", "priority", "partner_strategy"]
    heads = ("Objective", "Priority", "Strategy of a partner")
    kept = [(n, h) for n, h in zip(names, heads, strict=True) if n in mine]
    mine = mine[mine["priority"] != ""]
    columns = tuple(Column(head, heads_row=name == "priority") for name, head in kept)
    cells = tuple(
        tuple(text or "none named" for text in row)
        for row in mine[[name for name, _ in kept]].itertuples(index=False, name=None)
    )
    table = Table("Priorities of the plan", columns, cells)
    made = render(table, selection.unique_id("cap-priorities"))
    number = wording.counted(len(mine), "priority", "priorities")
    return wording.folded(f"The plan's {number} with the strategies of partners", made)
