"""Action trackers: how many actions are in which state, which are late, what their entries lack."""

import pandas as pd

from cyp_analysis.present import words
from cyp_analysis.present.markup import Block, Html, joined, paragraph, stacked, tag
from cyp_analysis.present.plans import action_bars, wording
from cyp_analysis.present.plans.states import NAMES, badge
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

_PROGRESS = "progress"
COLUMNS = "action and any of theme, owner, due, status and update"
_KEY_NOTE = (
    "Key: completed (blue); on track (green); unlikely to meet its date, but with a plan in place"
    " (amber); will not be delivered, and no plan in place (red). Trackers that rate in words keep"
    " their words."
)


def actions(selection: Selection, tracker: str = "") -> Block:
    """Every tracker of the area, or those whose name holds `tracker`: a sentence, a chart of the
    states, a table by theme and the list of actions."""
    rows = wording.rows_of(selection, "plan_actions")
    name = rows["tracker"].str.lower()
    mine = rows[name.str.contains(tracker.lower(), regex=False)]
    if not tracker:
        mine = rows[~name.str.contains(_PROGRESS)]
    if mine.empty:
        return wording.absent(selection, "Actions of a plan", "local_action_tracker", COLUMNS)
    each = mine.groupby(["source_published", "source_id", "source_file"], sort=False, dropna=False)
    ordered = sorted(each, key=lambda pair: str(pair[0][0]), reverse=True)
    return stacked(*(_tracker(selection, part) for _, part in ordered))


def _tracker(selection: Selection, rows: pd.DataFrame) -> Block:
    day = wording.reference_day(selection, rows["source_published"].iloc[0])
    rows = rows.assign(late=late(rows, day))
    name = rows["tracker"].iloc[0]
    said = summary(rows, day)
    title = wording.heading(f"{name} ({wording.document(selection, rows.iloc[0])})")
    parts = [Block(joined(title, paragraph(said)), f"{name}\n{said}")]
    rated = rows["keeps_status"].iloc[0]
    if rated:
        parts.append(action_bars.states_figure(selection, rows))
    parts.append(_by_theme(selection, rows, rated=rated))
    parts.append(_list(selection, rows))
    return stacked(*parts)


def late(rows: pd.DataFrame, day: pd.Timestamp | None) -> pd.Series:
    """Actions past their date on that day and not completed; none where there is no day."""
    if day is None:
        return pd.Series(False, index=rows.index)
    return (rows["due_date"] < day) & (rows["state"] != "complete")


def summary(rows: pd.DataFrame, day: pd.Timestamp | None) -> str:
    """The tracker in sentences: how many actions, their states, those late, what is blank."""
    number = wording.counted(len(rows), "action")
    first = rows.iloc[0]
    said = [f"The tracker has {number}."]
    if first["keeps_status"]:
        states = rows["state"].value_counts()
        parts = [f"{states[state]} {NAMES[state].lower()}" for state in NAMES if state in states]
        said.append(f"By their rating: {words.join_words(parts)}.")
    else:
        said.append("It gives no rating of progress.")
    said += [*_late_words(rows, day), *_blank_words(rows)]
    return " ".join(said)


def _late_words(rows: pd.DataFrame, day: pd.Timestamp | None) -> list[str]:
    dated = int(rows["due_date"].notna().sum())
    if not rows["keeps_due"].iloc[0]:
        return ["It gives no dates."]
    if day is None or not dated:
        return []
    over = rows[rows["late"]]
    on_track = int((over["state"] == "on_track").sum())
    said = (
        f"Of the {wording.counted(dated, 'action')} with a date, {len(over) or 'none'}"
        f" {wording.were(len(over)) if len(over) else 'was'} past it on"
        f" {words.date_words(day)} and not rated completed"
    )
    if on_track and on_track == len(over):
        return [f"{said}; {'all of these are' if on_track > 1 else 'it is'} rated on track."]
    if on_track:
        return [f"{said}; {on_track} of these {'are' if on_track > 1 else 'is'} rated on track."]
    return [f"{said}."]


def _blank_words(rows: pd.DataFrame) -> list[str]:
    """What some entries lack, of what the tracker keeps."""
    lacks = {
        "update": ("an update", ~rows["has_update"], rows["keeps_update"]),
        "impact": ("an impact", ~rows["has_impact"], rows["keeps_impact"]),
        "owner": ("an owner", rows["owner"] == "", rows["keeps_owner"]),
        "due": ("a date", rows["due"] == "", rows["keeps_due"]),
    }
    missing = {text: int(lack.sum()) for text, lack, kept in lacks.values() if kept.iloc[0]}
    named = [f"{number} without {text}" for text, number in missing.items() if number]
    if named:
        return [f"Blank entries: {words.join_words(named)}."]
    return ["No entry that it keeps is blank."] if missing else []


def _by_theme(selection: Selection, rows: pd.DataFrame, *, rated: bool) -> Block:
    themes = rows["theme"].where(rows["theme"] != "", "No theme named")
    if themes.nunique() < 2:
        return Block()
    states = [state for state in NAMES if rated and (rows["state"] == state).any()]
    marks = {"late": rows["late"], "update": ~rows["has_update"] & rows["keeps_update"]}
    heads = {"late": "Past its date", "update": "Without an update"}
    kept = [name for name, found in marks.items() if found.any()]
    columns = (
        Column("Theme", heads_row=True),
        Column("Actions", numeric=True),
        *(Column(NAMES[state], numeric=True) for state in states),
        *(Column(heads[name], numeric=True) for name in kept),
    )
    cells = []
    for theme, mine in rows.groupby(themes, sort=False):
        counts = [len(mine), *((mine["state"] == state).sum() for state in states)]
        counts += [marks[name].loc[mine.index].sum() for name in kept]
        cells.append((theme, *(str(number) for number in counts)))
    table = Table(f"{rows['tracker'].iloc[0]}: actions by theme", columns, tuple(cells))
    return block(table, selection.unique_id("cap-actions-themes"))


def _list(selection: Selection, rows: pd.DataFrame) -> Block:
    """Every action in a table to open: only the columns that the tracker keeps."""
    first = rows.iloc[0]
    keeps = {
        "No.": (rows["action_id"] != "").any(),
        "Theme": rows["theme"].nunique() > 1,
        "Objective": (rows["objective"] != "").any(),
        "Lead": first["keeps_owner"],
        "Monitored by": (rows["monitored_by"] != "").any(),
        "Due": first["keeps_due"],
        "Rating": first["keeps_status"],
        "Update": first["keeps_update"],
    }
    columns = (Column("Action", heads_row=True), *(Column(n) for n, k in keeps.items() if k))
    cells = [_action(row, [n for n, k in keeps.items() if k]) for _, row in rows.iterrows()]
    table = Table(
        f"{first['tracker']}: all actions",
        columns,
        tuple(cells),
        (_KEY_NOTE,) if first["keeps_status"] else (),
        wording.source_line(selection, rows),
    )
    shown = block(table, selection.unique_id("cap-actions"))
    title = f"All {wording.counted(len(rows), 'action')}: {first['tracker']}"
    return Block(wording.folded(title, Html(shown.html)), shown.text)


def _action(row: pd.Series, heads: list[str]) -> tuple[str, ...]:
    late_mark = joined(row["due"], " ", tag("strong", "past its date")) if row["late"] else ""
    update = row["update"] or ("yes" if row["has_update"] else "none")
    texts = {
        "No.": row["action_id"],
        "Theme": row["theme"],
        "Objective": row["objective"],
        "Lead": row["owner"].replace(" | ", "; "),
        "Monitored by": row["monitored_by"].replace(" | ", "; "),
        "Due": late_mark or row["due"],
        "Rating": badge(row["state"], row["status"]),
        "Update": update,
    }
    return (row["action"] or "not named", *(texts[name] or "blank" for name in heads))
