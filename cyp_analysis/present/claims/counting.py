"""Numbers that say how many rows a table has of some kind, counted again.

A rule names the words that stand by the number, the table, which of its rows (a pandas query), and
by which columns the rows may be divided first; any of the counts so made may be meant.
"""

import re
from dataclasses import dataclass

import pandas as pd

from cyp_analysis.present.claims import counted_rows
from cyp_analysis.present.claims.facts import Facts
from cyp_analysis.present.claims.numbers import Number
from cyp_analysis.present.claims.passages import Passage

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
    rows: counted_rows.Preparer | None = None  # how the rows are made; None: as is usual


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
_OF_AUTHORITIES = ("indicator_id", "period_end", "age")
_MOVES = {"rose": rf"rose in {_N}", "fell": rf"fell in {_N}", "level": rf"stayed level in {_N}"}
_OUTSIDE = (
    rf"{_N} (?:lies?|of [\d,]+ authorities) outside the", rf"{_N} outside the latter",
    rf"{_N} of [\d,]+ authorities outside", rf"^{_N}(?= of the [\d,]+ authorities lies? outside)",
)  # fmt: skip
_TREND_CALLS = "standing_out outliers"
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
    Rule("map", rf"{_N} of the [^.]+ among the most deprived \w+ in England", "places",
         "value <= 2", _OF_PLACES),
    Rule("map", rf"among the most deprived \w+ in England and {_N} among the least", "places",
         "value >= 9", _OF_PLACES),
    Rule("map", rf"least deprived: {_N}", "places", "value >= 9", _OF_PLACES),
    Rule("map", rf"most deprived \w+ of England: {_N}", "places", "value <= 2", _OF_PLACES),
    *(
        Rule("place_trends", words, "places", f"moved == '{way}'", _OF_PLACES[:2],
             rows=counted_rows.moves)
        for way, words in _MOVES.items()
    ),
    Rule("place_trends", rf"fell in \w+ of the {_N}", "places", "", _OF_PLACES[:2],
         rows=counted_rows.moves),
    *(
        Rule(_TREND_CALLS, rf"{_N} (?:is|are) {words}", "indicators",
             f"recent_trend.str.endswith('{end}')", rows=counted_rows.trends)
        for words, end in (
            ("getting worse", "getting_worse"), ("getting better", "getting_better"),
            ("showing no trend", "no_significant_change"),
        )
    ),
    Rule(_TREND_CALLS, rf"Of the {_N} latest figures of [^.]{{1,60}} whose recent trend",
         "indicators", rows=counted_rows.trends),
    Rule(_TREND_CALLS, rf"^{_N} latest figure of [^.]{{1,60}} has a recent trend", "indicators",
         rows=counted_rows.trends),
    Rule(_TREND_CALLS, rf"Of the {_N} latest figures of [^.]{{1,60}} that were tested", "outliers"),
    Rule("glance", rf"of {_N} latest figures tested", "outliers"),
    Rule("comparators", rf"of {_N} regions the", "indicators", "", ("indicator_id", "period_end"),
         rows=counted_rows.regions),
    *(Rule("funnel", words, "funnels", "outer", _OF_AUTHORITIES) for words in _OUTSIDE),
    Rule("funnel", rf"(?:the|of|,) {_N} authorities", "funnels", "", _OF_AUTHORITIES),
    Rule("differences", rf"Shown: {_N} of", "differences", rows=counted_rows.shown_differences),
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
    *(
        Rule("spine", words, "comparisons", f"outcome == '{kind}'", ("benchmark_area_code",),
             rows=counted_rows.spine)
        for kind, words in (("worse", rf": {_N} worse"), ("better", rf" and {_N} better than"))
    ),
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
    rows = _prepared(rule, passage, facts)
    if "benchmark_area_code" in rule.by:
        said = passage.text.casefold()
        named = {code for name, code in facts.area_names.items() if name in said}
        rows = rows[rows["benchmark_area_code"].isin(named)]
    kept = rows.query(rule.where, engine="python") if rule.where else rows
    if not rule.by:
        return {int(kept[rule.each].nunique()) if rule.each else len(kept)}
    keys = list(rule.by)
    whole = rows.groupby(keys, dropna=False, observed=True)
    parts = kept.groupby(keys, dropna=False, observed=True)
    found = parts[rule.each].nunique() if rule.each else parts.size()
    return {int(n) for n in found} | ({0} if whole.ngroups > parts.ngroups else set())


def _prepared(rule: Rule, passage: Passage, facts: Facts) -> pd.DataFrame:
    """The area's rows of a table, with the columns that only the rules need."""
    table, rows = rule.table, facts.tables[rule.table]
    if "indicator_id" in rows.columns and not table.startswith("plan_"):
        rows = _about(rows, passage)
    made = rule.rows or counted_rows.USUAL.get(table, counted_rows.own)
    return made(rows, facts, passage)


def _about(rows: pd.DataFrame, passage: Passage) -> pd.DataFrame:
    """The rows of the indicator in the id of the passage's figure, else of those of its call."""
    known = set(rows["indicator_id"].unique())
    placed = [part for part in passage.anchor.split("-")[1:2] if part in known]
    ids = placed or passage.ids
    if ids is None:
        return rows
    # Ranks of deprivation are no indicators of a chapter: a call of one leaves its passages to all.
    ranks = () if placed else [name for name in known if name.endswith("decile")]
    return rows[rows["indicator_id"].isin([*ids, *ranks])]
