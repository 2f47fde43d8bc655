"""Plans against figures: what each objective and each success measure stood at, and stands at.

A plan's years are those in its name ("2013-16"), else none are known. The baseline is the first
figure in the plan's years, the latest is the newest figure that there is.
"""

import re

import pandas as pd

from cyp_analysis import paths
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.plans_change import (
    CHANGE,
    ENDS,
    FIGURES,
    add_change,
    beside,
    headline_series,
    like_newest,
)
from cyp_analysis.build.plans_links import read_links
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_tables import REGISTER_COLUMNS

_YEARS = re.compile(r"\b((?:19|20)\d{2})(?:\s*(?:-|–|to|/)\s*((?:19|20)?\d{2}))?\b")
_TARGET = re.compile(r"\btarget (\d+(?:\.\d+)?)")
# Which indicator follows a success measure of a bundled document; none if it is left blank.
CHOSEN = "success_measures.csv"
# What the entry has already when figures are joined to it.
_TAKEN = ["area_code", "source_id", "plan", "title", "wanted"]
_KEY = ["entry", "indicator_id", "area_code"]
_NO_TEXT = {
    "plan": "",
    "theme": "",
    "priority_label": "",
    "measure": "",
    "indicator": "",
    "unit": "",
}
_ALL = ["priority", *_NO_TEXT]


def plan_years(text: str) -> tuple[int, int] | None:
    """First and last year of a plan's name: "Plan 2013-16" → 2013, 2016; None if it has none."""
    found = _YEARS.search(text)
    if not found:
        return None
    first = int(found[1])
    last = found[2] or found[1]
    return first, int(last) if len(last) == 4 else first // 100 * 100 + int(last)


def _years(plan: str, title: str) -> tuple[int, int]:
    """The years in the plan's name, else the span of years in its document's title, else all."""
    in_title = plan_years(title)
    spans = in_title if in_title and in_title[0] < in_title[1] else None
    return plan_years(plan) or spans or (0, 9999)


def follow_measures(inputs: Inputs) -> pd.DataFrame:
    """One row = success measure of a plan, with the indicator that follows it best, if any."""
    register = inputs.registers.get("success_measures")
    if register is None:
        return _empty([*REGISTER_COLUMNS, *_MEASURE_TEXTS, *_FOLLOWED])
    entries = _with_texts(register).reset_index(names="entry")
    entries = entries.assign(title=_titles(entries, inputs.catalogue))
    entries = entries.assign(
        plan=entries["plan"].where(entries["plan"] != "", entries["title"]),
        theme=entries["theme"].where(entries["theme"] != "", entries["priority_label"]),
        wanted=entries["direction_wanted"].str.extract(r"^(increase|decrease)", expand=False),
        target_value=pd.to_numeric(entries["unit"].str.extract(_TARGET, expand=False)),
        target_unit=entries["unit"].str.startswith("percent").map({True: "%", False: ""}),
    )
    linked = entries[["entry", "area_code", "plan", "title", "wanted"]].merge(
        linked_indicators(entries, inputs.catalogue), on="entry", validate="one_to_many"
    )
    best = _best(_followed(linked, inputs))
    kept = entries.merge(
        best.drop(columns=_TAKEN),
        on="entry",
        how="left",
    )
    return _filled(kept).assign(
        target_met=_target_met(kept, inputs.catalogue),
        wanted=kept["wanted"].fillna("").astype("str"),
    )


_MEASURE_TEXTS = ["plan", "theme", "measure_id", "success_measure", "direction_wanted", "wanted"]
_FOLLOWED = [
    *("indicator_id", "period_label", "period_end", "value", "base_period_label", "base_value"),
    *("target_value", "target_unit", "target_met", "in_plan", *CHANGE),
]


def follow_objectives(inputs: Inputs) -> pd.DataFrame:
    """One row = objective of a plan × indicator that the catalogue gives to it; an objective
    without one has a row without an indicator. `priorities` counts the plan's priorities in it."""
    register = inputs.registers.get("objectives")
    if register is None:
        return _empty([*REGISTER_COLUMNS, *_OBJECTIVE_TEXTS, *_FOLLOWED])
    texts = _with_texts(register)
    texts = texts.assign(plan=_titles(texts, inputs.catalogue))
    key = ["area_code", "source_id", "theme", "objective_id", "objective"]
    counted = texts.groupby(key, sort=False)["priority"].transform(
        lambda names: (names != "").sum()
    )
    entries = texts.assign(priorities=counted).drop_duplicates(key).reset_index(drop=True)
    entries = entries.reset_index(names="entry")
    linked = (
        entries[["entry", "area_code", "plan"]]
        .assign(wanted="", title="")
        .merge(
            indicators_of_objectives(entries, inputs.catalogue), on="entry", validate="one_to_many"
        )
    )
    followed = _followed(linked, inputs).drop(
        columns=["area_code", "source_id", "plan", "title", "wanted"]
    )
    kept = entries.merge(followed, on="entry", how="left", validate="one_to_many")
    return _filled(kept).assign(target_value=float("nan"), target_met="", wanted="")


_OBJECTIVE_TEXTS = ["plan", "theme", "objective_id", "objective", "priorities", "wanted"]


def linked_indicators(entries: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """entry, indicator_id: as the catalogue chooses for a measure of a document (CHOSEN), else by
    the column `indicator`, else by what the column `measure` names, an indicator or an id that
    indicators carry as their tag `inventory`."""
    chosen = read_links(paths.data_dir() / "catalogue" / "plans" / CHOSEN, "measure_id")
    key = ["source_id", "measure_id"]
    by_choice = entries[["entry", *key]].merge(chosen, on=key)
    by_choice = by_choice[by_choice["indicator_id"].isin(list(catalogue.indicators))]
    listed = pd.MultiIndex.from_frame(entries[key]).isin(pd.MultiIndex.from_frame(chosen[key]))
    return pd.concat([_by_name(entries[~listed], catalogue), by_choice[_KEY[:2]]])


def _by_name(entries: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    tagged = [(str(t), i.id) for i in catalogue.indicators.values() for t in _inventory(i)]
    named = [(i, i) for i in catalogue.indicators]
    known = pd.DataFrame([*tagged, *named], columns=["named", "indicator_id"])
    named_by = entries["indicator"].where(entries["indicator"] != "", entries["measure"])
    return entries[["entry"]].assign(named=named_by).merge(known, on="named")[_KEY[:2]]


def indicators_of_objectives(entries: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """entry, indicator_id: those whose tag `plan_objective` is the objective's id, and those that
    the plan's own file names in a column `indicator`, several apart by semicolons."""
    tags = [(str(i.tags.get("plan_objective", "")), i.id) for i in catalogue.indicators.values()]
    tagged = pd.DataFrame(tags, columns=["objective_id", "indicator_id"])
    by_tag = entries[["entry", "objective_id"]].merge(tagged, on="objective_id")
    own = entries[["entry"]].assign(indicator_id=entries["indicator"].str.split(r"\s*;\s*"))
    own = own.explode("indicator_id")
    own = own[own["indicator_id"].isin(list(catalogue.indicators))]
    both = pd.concat([own, by_tag[by_tag["objective_id"] != ""]], ignore_index=True)
    return both[_KEY[:2]].drop_duplicates()


def _inventory(indicator) -> list[str]:
    found = indicator.tags.get("inventory", [])
    return list(found) if isinstance(found, list) else [str(found)]


def _followed(linked: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Newest figure and baseline of every indicator of an entry that has a figure for the area."""
    mine = inputs.indicators["area_code"].isin(linked["area_code"])
    series = headline_series(inputs.indicators[mine])
    rows = linked.merge(series, on=["indicator_id", "area_code"], validate="many_to_many")
    rows = like_newest(rows, _KEY)
    years = pd.DataFrame(
        [_years(*texts) for texts in zip(rows["plan"], rows["title"], strict=True)],
        columns=["first", "last"],
    )
    year = rows["period_end"].dt.year.reset_index(drop=True)
    rows = rows.reset_index(drop=True).assign(in_years=year.between(years["first"], years["last"]))
    ordered = rows.sort_values("period_end", kind="stable")
    latest = ordered.drop_duplicates(_KEY, keep="last")
    base = ordered[ordered["in_years"]].drop_duplicates(_KEY, keep="first")
    found = latest.merge(base[[*_KEY]].assign(in_plan=True), on=_KEY, how="left")
    found = found.assign(in_plan=found["in_plan"].fillna(False).astype(bool))
    return add_change(beside(found, base[[*_KEY, *ENDS, *FIGURES]], _KEY), inputs.catalogue)


def _best(followed: pd.DataFrame) -> pd.DataFrame:
    """One indicator an entry: one with a change first, then the newest figure."""
    ordered = followed.assign(moves=followed["change"].notna()).sort_values(
        ["moves", "period_end"], ascending=False, kind="stable"
    )
    return ordered.drop_duplicates("entry").drop(columns="moves")


def _target_met(rows: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """met or not_met by the direction wanted; empty where figure and target have other units."""
    units = rows["indicator_id"].map({i.id: i.unit.strip() for i in catalogue.indicators.values()})
    comparable = (units == "%") == (rows["target_unit"] == "%")
    short = rows["target_value"] - rows["value"]
    short = short.where(rows["wanted"] == "increase", -short.where(rows["wanted"] == "decrease"))
    known = short.notna() & comparable & units.notna()
    return short.le(0).map({True: "met", False: "not_met"}).where(known, "").astype("str")


def _filled(rows: pd.DataFrame) -> pd.DataFrame:
    """Texts empty and yes-or-no columns no where nothing was found."""
    texts = ("indicator_id", "period_label", "base_period_label")
    return rows.assign(
        **{name: rows[name].fillna("").astype("str") for name in texts},
        verdict=rows["verdict"].fillna("none").astype("str"),
        **{name: rows[name].eq(True) for name in ("tested", "in_plan")},
    )


def _with_texts(register: pd.DataFrame) -> pd.DataFrame:
    """The entries with every text column that is read here, empty where their files have none."""
    absent = [name for name in [*_ALL, "objective_id", "partner_strategy"] if name not in register]
    return register.assign(**dict.fromkeys(absent, "")).reset_index(drop=True)


def _titles(rows: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    return rows["source_id"].map({i: s.title for i, s in catalogue.sources.items()}).fillna("")


def _empty(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(dict.fromkeys(columns)))
