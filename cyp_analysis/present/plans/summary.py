"""The first screen of the plan monitor: what is done, what is late, what has changed, what is
at risk, a sentence each."""

import pandas as pd

from cyp_analysis.present import words
from cyp_analysis.present.markup import Block, joined, no_data, tag
from cyp_analysis.present.plans import wording
from cyp_analysis.present.plans.actions import late
from cyp_analysis.present.selection import Selection


def plan_summary(selection: Selection) -> Block:
    """One sentence each on actions, late actions, success measures, risks and savings."""
    said = [
        *_actions(selection, wording.rows_of(selection, "plan_actions")),
        *_measures(wording.rows_of(selection, "plan_measures")),
        *_risks(wording.rows_of(selection, "plan_risks")),
        *_savings(wording.rows_of(selection, "plan_savings")),
    ]
    if not said:
        area = words.area_words(selection.area)
        return no_data(
            f"No plan of {area} has been loaded: no objectives, success measures, actions, risks or"
            " savings. The sections below say which lists bring them."
        )
    items = joined(*(tag("li", one, class_="headline") for one in said))
    html = tag("ol", items, class_="headlines")
    return Block(html, "\n".join(f"{n}. {one}" for n, one in enumerate(said, 1)))


def _actions(selection: Selection, rows: pd.DataFrame) -> list[str]:
    rows = rows[~rows["tracker"].str.lower().str.contains("progress")]
    if rows.empty:
        return []
    trackers = wording.counted(rows["source_file"].nunique(), "list")
    rated = rows[rows["keeps_status"]]
    said = (
        f"{words.sentence_case(trackers)} of actions: {wording.counted(len(rows), 'action')} in all"
    )
    if rated.empty:
        return [f"{said}, without a rating of progress."]
    good = int(rated["state"].isin(["complete", "on_track"]).sum())
    verb = "is" if good <= 1 else "are"
    of = "The one in a list that rates progress" if len(rated) == 1 else (
        f"Of the {len(rated)} in lists that rate progress, {good or 'none'}"
    )  # fmt: skip
    verb = "is not" if len(rated) == 1 and not good else verb
    made = [f"{said}. {of} {verb} rated completed or on track."]
    return [*made, *_late(selection, rated)]


def _late(selection: Selection, rows: pd.DataFrame) -> list[str]:
    """Actions past their date, each on the day of its own document, or of the chapter's end."""
    over = dated = 0
    for published, mine in rows.groupby("source_published", sort=False, dropna=False):
        day = wording.reference_day(selection, published)
        if day is None:
            continue
        over += int(late(mine, day).sum())
        dated += int(mine["due_date"].notna().sum())
    if not dated:
        return []
    day = "its document's date" if selection.cut is None else words.date_words(selection.cut)
    each = wording.counted(dated, "rated action")
    verb = "was" if over == 1 else "were"
    return [
        f"Of {each} with a date, {over or 'none'} {verb} past it on {day} without being completed."
    ]


def _measures(rows: pd.DataFrame) -> list[str]:
    if rows.empty:
        return []
    known = rows[rows["value"].notna()]
    verdicts = known["verdict"].value_counts()
    said = (
        f"{words.sentence_case(wording.counted(len(rows), 'success measure'))}:"
        f" {wording.have(len(known))} a figure here"
    )
    if known.empty:
        return [f"{said}."]
    better, worse = verdicts.get("improved", 0), verdicts.get("worsened", 0)
    tested = better + worse + verdicts.get("no_clear_change", 0)
    if not tested:
        return [f"{said}, and none could be tested against the first figure of its plan's years."]
    if tested == 1:
        how = "improved" if better else "worsened" if worse else "shows no clear change"
        return [f"{said}. The one that could be tested against an earlier figure {how}."]
    return [
        f"{said}. Of {tested} that could be tested against the first figure of their plan's years,"
        f" {better or 'none'} improved and {worse or 'none'} worsened."
    ]


def _risks(rows: pd.DataFrame) -> list[str]:
    rated = rows[rows["rating"].notna()]
    if rated.empty:
        return []
    worst = wording.highest(rated)
    named = words.join_words([f"“{risk}”" for risk in worst["risk"]])
    rating = wording.rating_words(worst["rating"].iloc[0])
    if len(rows) == 1:
        return [f"1 risk is listed, rated {rating}: {named}."]
    listed = f"{wording.counted(len(rows), 'risk')} are listed, {len(rated)} of them rated"
    return [f"{listed}; the highest, {rating}, {'is' if len(worst) == 1 else 'are'} {named}."]


def _savings(rows: pd.DataFrame) -> list[str]:
    wrong = rows[rows["agrees"] == "no"]
    if wrong.empty:
        return []
    numbers = wording.counted(
        len(wrong), "printed total of the savings does", "printed totals of the savings do"
    )
    return [f"{words.sentence_case(numbers)} not agree with the lines."]
