"""Numbers that say how many rows a table has of some kind, counted again.

A rule names the words that stand by the number, the table, which of its rows (a pandas query), and
by which columns the rows may be divided first; any of the counts so made may be meant.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from cyp_analysis.present.claims.facts import Facts
from cyp_analysis.present.claims.numbers import Number
from cyp_analysis.present.claims.passages import Passage
from cyp_analysis.present.comparing.rows import OLD

_N = r"(\d[\d,]*|none|One)"


@dataclass(frozen=True)
class Rule:
    """One way to count; group 1 of the pattern is the number."""

    calls: str
    pattern: str
    table: str
    where: str = ""
    by: tuple[str, ...] = ()
    each: str = ""  # count different words of this column, not rows


_SIDES = {
    "higher": r"(?: \w+)?(?: were| was)? significantly higher",
    "lower": r"(?: \w+)?(?: were| was)? significantly lower",
    "similar": r"(?: \w+)?(?: were| was)? (?:statistically )?similar",
    "not_compared": r"(?: \w+)?(?: were| was)? not compared",
}
_OF_PEERS = ("indicator_id", "benchmark_area_code", "period_end")
_OF_PLACES = ("indicator_id", "place_kind", "period_end")
_SPANS = ("audit_id", "period_end")
_TRACKERS = ("source_id", "tracker")
RULES = (
    *(
        Rule("ranking map", _N + words, "comparisons", f"side == '{side}' and peer", _OF_PEERS)
        for side, words in _SIDES.items()
    ),
    *(
        Rule("map", _N + words, "places", f"side == '{side}'", _OF_PLACES)
        for side, words in _SIDES.items()
    ),
    Rule("map", _N + r" (?:ward|neighbourhood|district|area)s?", "places", "", _OF_PLACES),
    Rule("map", rf"among the most deprived \w+ in England and {_N} among the least", "places",
         "value >= 9", _OF_PLACES),
    Rule("map", rf"least deprived: {_N}", "places", "value >= 9", _OF_PLACES),
    Rule("standing_out outliers", rf", {_N} (?:differ|stand)", "outliers", "stands_out"),
    Rule("outliers", rf"Shown: \d+ of {_N}", "outliers", "stands_out"),
    Rule("standing_out", _N + r" (?:is|are) (?:worse|better|higher)", "outliers", "stands_out",
         ("judged",)),
    *(
        Rule("glance", rf"^{_N} figures? significantly {kind}", "outliers",
             f"stands_out and outcome == '{kind}'")
        for kind in ("worse", "better")
    ),
    Rule("glance", rf"^{_N} figures? significantly higher or lower", "outliers",
         "stands_out and outcome in ('higher', 'lower')"),
    Rule("spine", rf": {_N} worse", "outliers", "outcome == 'worse'"),
    Rule("target_summary", rf"Of {_N} measures?", "target_tiles", "target_value.notna()"),
    Rule("target_summary", rf"{_N} met it", "target_tiles", "target_met == 'met'"),
    Rule("target_summary", rf"{_N} did not", "target_tiles", "target_met == 'not_met'"),
    Rule("target_summary", rf"{_N} (?:is|are) watched", "target_tiles", "monitor_only"),
    Rule("reconciliation service", rf"In {_N} of", "reconciliations", "difference != 0",
         ("stock_id",)),
    Rule("reconciliation service", rf"(?:of|all) {_N} periods?", "reconciliations",
         "difference.notna()", ("stock_id",)),
    Rule("placements", rf"{_N} of [\d,]+ sums", "panel_checks", "is_sum and agrees",
         ("period_end",)),
    Rule("placements", rf"of {_N} sums", "panel_checks", "is_sum", ("period_end",)),
    Rule("placements", rf"{_N} of \d+ figures printed", "panel_checks", "not is_sum and agrees",
         ("period_end",)),
    Rule("placements", rf"of {_N} figures printed", "panel_checks", "not is_sum", ("period_end",)),
    Rule("audits", rf"^{_N} bars?", "audits", "share.notna() and group != ''", _SPANS, "group"),
    Rule("audits", rf"^{_N} bars?", "audits", "share.notna()", ("audit_id",), "period_end"),
    Rule("differences", rf"of {_N}\. The others", "differences"),
    Rule("plan_summary", rf"{_N} lists?", "plan_actions", "not progress", (), "source_file"),
    Rule("plan_summary", rf"{_N} actions? in all", "plan_actions", "not progress"),
    Rule("plan_summary", rf"Of the {_N} in lists", "plan_actions", "keeps_status and not progress"),
    Rule("plan_summary", rf"{_N} (?:is|are) rated completed or on track", "plan_actions",
         "keeps_status and not progress and state in ('complete', 'on_track')"),
    Rule("plan_summary", rf"Of {_N} rated actions?", "plan_actions",
         "keeps_status and not progress and due_date.notna()"),
    Rule("plan_summary", rf"date, {_N} w", "plan_actions", "keeps_status and overdue"),
    Rule("plan_summary success_measures", rf"{_N} success measures?", "plan_measures"),
    Rule("plan_summary success_measures", rf": {_N} ha(?:s|ve) a figure", "plan_measures",
         "value.notna()"),
    Rule("plan_summary risks", rf"{_N} risks?", "plan_risks"),
    Rule("plan_summary risks", rf"{_N} (?:of them |is |are )rated", "plan_risks", "rating.notna()"),
    Rule("objectives", rf"{_N} objectives?", "plan_objectives", "", ("plan",), "objective_id"),
    Rule("objectives", rf"{_N} of them ha(?:s|ve) a figure", "plan_objectives", "value.notna()",
         ("plan",), "objective_id"),
    Rule("actions", rf"{_N} actions?\.", "plan_actions", "", _TRACKERS),
    Rule("actions", rf" of {_N} ", "plan_actions", "", _TRACKERS),
    Rule("actions", rf"{_N} actions? with a date", "plan_actions", "due_date.notna()", _TRACKERS),
    Rule("actions", rf"{_N} (?:was|were) past it", "plan_actions", "overdue", _TRACKERS),
    Rule("actions", rf"{_N} without an update", "plan_actions", "not has_update", _TRACKERS),
    Rule("actions", rf"{_N} (?:completed|on track|behind|partly|not rated|of \d+|not started)",
         "plan_actions", "", (*_TRACKERS, "state")),
    Rule("actions", rf"{_N} (?:completed|on track|behind|partly|not rated|not started)",
         "plan_actions", "", (*_TRACKERS, "theme", "state")),
    Rule("progress", rf"{_N} actions?,", "plan_actions", "", _TRACKERS),
    Rule("progress", rf", {_N} of them", "plan_actions", "has_impact", _TRACKERS),
    Rule("progress", rf", {_N} of them", "plan_actions", "has_impact or has_update", _TRACKERS),
    Rule("savings", rf"{_N} lines?", "plan_savings", "kind == 'line'", (), "line_ref"),
    Rule("savings", rf"All {_N} totals", "plan_savings", "agrees == 'yes'"),
    Rule("index", rf"the {_N} aspirations", "index_aspirations", "", (), "aspiration"),
)  # fmt: skip
_COMPILED = tuple((frozenset(r.calls.split()), re.compile(r.pattern), r) for r in RULES)


def counted(number: Number, passage: Passage, facts: Facts) -> str | None:
    """By which rule a number is the count that its words say; empty if they name a count and it is
    another, None if they name none."""
    named = [
        rule
        for calls, pattern, rule in _COMPILED
        if passage.call in calls and rule.table in facts.tables and _at(pattern, number, passage)
    ]
    for rule in named:
        if number.value in _counts(rule, passage, facts):
            return f"count of {rule.table}{f' where {rule.where}' if rule.where else ''}"
    return "" if named else None


def _at(pattern: re.Pattern, number: Number, passage: Passage) -> bool:
    return any(m.start(1) == number.start for m in pattern.finditer(passage.text))


def _counts(rule: Rule, passage: Passage, facts: Facts) -> set[int]:
    rows = _prepared(facts, rule.table, passage.ids)
    if "benchmark_area_code" in rule.by:
        said = passage.text.casefold()
        named = {code for name, code in facts.area_names.items() if name in said}
        rows = rows[rows["benchmark_area_code"].isin(named)]
    kept = rows.query(rule.where) if rule.where else rows
    if not rule.by:
        return {int(kept[rule.each].nunique()) if rule.each else len(kept)}
    keys = list(rule.by)
    whole = rows.groupby(keys, dropna=False, observed=True)
    parts = kept.groupby(keys, dropna=False, observed=True)
    found = parts[rule.each].nunique() if rule.each else parts.size()
    return {int(n) for n in found} | ({0} if whole.ngroups > parts.ngroups else set())


def _prepared(facts: Facts, table: str, ids: Iterable[str] | None) -> pd.DataFrame:
    """The area's rows of a table, with the columns that only the rules need."""
    rows = facts.tables[table]
    if ids is not None and "indicator_id" in rows.columns and not table.startswith("plan_"):
        rows = rows[rows["indicator_id"].isin(list(ids))]
    return _MADE.get(table, _own)(rows, facts)


def _own(rows: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    return rows[rows["area_code"] == facts.area.code] if "area_code" in rows.columns else rows


def _peers(rows: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Comparisons of the authorities of the area's region, or of England where it has none."""
    level = facts.area.region_code or facts.area.country_code
    members = set(rows.loc[rows["benchmark_area_code"] == level, "area_code"])
    whole = (rows["category"] == "") & (rows["sex"] == "persons")
    return rows[whole].assign(peer=rows["area_code"].isin(members))


def _actions(rows: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Whether an action was late on its document's day, and whether its list tells progress."""
    open_ = ~rows["state"].isin(["complete", "closed", "cancelled"])
    late = rows["due_date"].notna() & (rows["due_date"] < rows["source_published"]) & open_
    progress = rows["tracker"].str.lower().str.contains("progress")
    return _own(rows.assign(overdue=late, progress=progress), facts)


def _outliers(rows: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    # As pages tell them: against England where there is one, without what is long outdated.
    country = rows["benchmark_area_code"] == facts.area.country_code
    rows = rows[country] if country.any() else rows
    rows = _own(rows, facts)
    rows = rows[rows["period_end"] + OLD >= rows["period_end"].max()]
    judged = rows["outcome"].where(rows["outcome"].isin(["worse", "better"]), "neither")
    return rows.assign(judged=judged)


_MADE = {
    "comparisons": _peers, "plan_actions": _actions, "outliers": _outliers,
    "differences": lambda rows, facts: rows,
}  # fmt: skip
