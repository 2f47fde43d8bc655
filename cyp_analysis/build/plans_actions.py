"""Action trackers: what state each action is in, what its entry lacks, and what was measured.

Trackers rate in letters (B, R, A, G) or in words; every rating becomes one of STATES, and one that
is not known stays `other` with its own word beside it. Whether an action is late is for the reader
of the table: it depends on the day that is asked about.
"""

import re
from pathlib import Path

import pandas as pd

from cyp_analysis import paths
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.plans_change import headline_series, like_newest
from cyp_analysis.build.plans_links import read_links
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_tables import REGISTER_COLUMNS

STATES = {
    "complete": ("b", "blue", "complete", "completed", "done", "achieved", "closed", "delivered"),
    "on_track": ("g", "green", "on track", "on target", "in progress", "ongoing", "under way"),
    "at_risk": ("a", "amber", "yellow", "at risk", "behind", "behind schedule", "delayed"),
    "partly": ("partially achieved", "partly achieved", "partially complete", "partly complete"),
    "off_track": ("r", "red", "off track", "not achieved", "will not be delivered", "stopped"),
    "not_started": ("not started", "not yet started", "planned", "to do"),
}
_STATE_OF = {word: state for state, said in STATES.items() for word in said}
_THEMES = ("theme_label", "outcome", "theme", "priority_label", "priority")
_UPDATES = ("update", "has_update", "has_progress")
_NO = ("", "no", "none", "n", "0")
TEXTS = [
    *("tracker", "theme", "objective", "action_id", "action", "owner", "monitored_by"),
    *("due", "status", "state", "update"),
]
KEPT = ["keeps_owner", "keeps_due", "keeps_status", "keeps_update", "keeps_impact"]
MEASURES_FILE = "action_measures.csv"


def read_actions(inputs: Inputs) -> pd.DataFrame:
    """One row = action: its texts, its state, its due date, whether it has an update and an impact,
    and which of these its tracker keeps at all (what none of its rows has, it does not keep)."""
    register = inputs.registers.get("actions")
    columns = [*REGISTER_COLUMNS, *TEXTS, "due_date", "has_update", "has_impact", *KEPT]
    if register is None:
        return pd.DataFrame(columns=columns)
    rows = register.reset_index(drop=True)
    update, impact = _first_text(rows, _UPDATES, _tracked(rows)), _first_text(rows, ("has_impact",))
    theme = _first_text(rows, _THEMES)
    objective = _first_text(rows, ("priority",))
    names = ("action_id", "owner", "monitored_by", "due", "status")
    made = rows.assign(
        tracker=rows["source_file"].map(tracker_name),
        theme=theme,
        objective=objective.where(objective.str.contains("[a-zA-Z]") & (objective != theme), ""),
        **{name: _first_text(rows, (name,)) for name in names},
        due_date=_dates(rows),
        has_update=~update.str.lower().isin(_NO),
        has_impact=~impact.str.lower().isin(_NO),
        update=update.where(~update.str.lower().isin([*_NO, "yes", "y"]), ""),
    )
    made = made.assign(state=made["status"].map(state_of))
    kept = {"owner": made["owner"], "due": made["due"], "status": made["status"]}
    kept |= {"update": update, "impact": impact}
    keeps = {f"keeps_{n}": _somewhere(made["source_file"], text != "") for n, text in kept.items()}
    return made.assign(**keeps)[columns]


def state_of(status: str) -> str:
    """One of STATES, `not_given` for a blank, else `other`."""
    said = re.sub(r"[^a-z]+", " ", status.lower()).strip()
    return _STATE_OF.get(said, "other" if said else "not_given")


def tracker_name(file: str) -> str:
    """A file's name as a title: "2019-01-17/improvement_plan.csv" → "Improvement plan"."""
    words = re.sub(r"[_\s-]+", " ", Path(file).stem).strip()
    words = re.sub(r"\b((?:19|20)\d{2}) ((?:19|20)\d{2})\b", r"\1 to \2", words)
    return words[:1].upper() + words[1:]


def measure_actions(inputs: Inputs) -> pd.DataFrame:
    """One row = action × figure that its entry reports: the newest and the one before it.

    Which measures an action reports is in the catalogue, or in a column `indicator` of its tracker.
    """
    columns = ["area_code", "source_id", "source_file", "action_id", "indicator_id"]
    figures = ["period_label", "value", "base_period_label", "base_value"]
    register = inputs.registers.get("actions")
    if register is None:
        return pd.DataFrame(columns=[*columns, *figures])
    rows = register.assign(action_id=_first_text(register, ("action_id",)))
    linked = _linked(rows, inputs.catalogue)
    mine = inputs.indicators["area_code"].isin(linked["area_code"])
    series = headline_series(inputs.indicators[mine]).rename(columns={"source_id": "figure_of"})
    rows = linked.merge(series, on=["indicator_id", "area_code"], validate="many_to_many")
    # What a document reports is a figure of that document, not a later one of another.
    rows = rows[~rows["of_document"] | (rows["figure_of"] == rows["source_id"])]
    ordered = like_newest(rows, columns)
    before = ordered.groupby(columns)[["period_label", "value"]].shift()
    ordered = ordered.assign(base_period_label=before["period_label"], base_value=before["value"])
    newest = ordered.drop_duplicates(columns, keep="last")
    label = newest["base_period_label"].fillna("").astype("str")
    return newest.assign(base_period_label=label)[[*columns, *figures]]


def _linked(rows: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Actions × indicators: those whose measures the catalogue says that the document reports
    (`of_document`), and those that the tracker itself names."""
    measured = [(m.measure, i.id) for i in catalogue.indicators.values() for m in i.measured]
    measured = pd.DataFrame(measured, columns=["measure", "indicator_id"]).drop_duplicates()
    listed = read_links(
        paths.data_dir() / "catalogue" / "plans" / MEASURES_FILE, "action_id", "measure"
    )
    listed = listed.merge(measured, on="measure").drop(columns="measure").drop_duplicates()
    by_list = rows.merge(listed, on=["source_id", "action_id"]).assign(of_document=True)
    own = rows.assign(indicator_id=_first_text(rows, ("indicator",)).str.split(r"\s*;\s*"))
    own = own.explode("indicator_id").assign(of_document=False)
    named = pd.concat([own[own["indicator_id"].isin(list(catalogue.indicators))], by_list])
    key = ["area_code", "source_id", "source_file", "action_id", "indicator_id"]
    return named[[*key, "of_document"]].drop_duplicates(key).astype({"of_document": bool})


def _first_text(
    rows: pd.DataFrame, names: tuple[str, ...], start: pd.Series | None = None
) -> pd.Series:
    """The first text that is not blank, of the columns named that the table has."""
    found = pd.Series("", index=rows.index, dtype="str") if start is None else start
    for name in (name for name in names if name in rows):
        found = found.where(found != "", rows[name])
    return found


def _tracked(rows: pd.DataFrame) -> pd.Series:
    """Yes or no in the column that made the file a tracker: whether there is an update."""
    empty = pd.Series("", index=rows.index, dtype="str")
    if "action_tracked" not in rows:
        return empty
    return rows["action_tracked"].where(rows["action_tracked"].isin(["yes", "no"]), empty)


def _dates(rows: pd.DataFrame) -> pd.Series:
    if "due_date" not in rows:
        return pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    return rows["due_date"].astype("datetime64[us]")


def _somewhere(files: pd.Series, has: pd.Series) -> pd.Series:
    """Whether any entry of the same file has it."""
    return has.groupby(files).transform("any").astype(bool)
