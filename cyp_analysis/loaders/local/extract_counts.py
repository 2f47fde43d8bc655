"""Rules and tables of a child-level extract → counts. Arrays in, counts out; no child is named.

Each child counts once where a rule counts children, with the latest of its rows.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from cyp_analysis.loaders.local import extract_days as calendar
from cyp_analysis.loaders.local import extract_rows as rows_of
from cyp_analysis.loaders.local.extract_rules import Breakdown, Plan, Rule
from cyp_analysis.loaders.local.extract_tables import ExtractTable
from cyp_analysis.loaders.local.extract_values import BAD_DAY, NO_DAY

FIGURES = ["measure", "months", "snapshot", "sex", "age", "category_type", "category"]
Problems = list[tuple[int, str]]


@dataclass(frozen=True)
class Counted:
    """Counts, one row each (FIGURES, count, denominator), and what was left out or is not there."""

    rows: pd.DataFrame
    problems: pd.DataFrame = field(repr=False)


@dataclass(frozen=True)
class _Job:
    """Tables, plan and day of one count; `clean` keeps the checked rows of each table."""

    tables: list[ExtractTable]
    plan: Plan
    day: date
    clean: dict = field(default_factory=dict)
    told: Problems = field(default_factory=list)
    # Columns that no table has → measures, or breakdowns, that are not counted for want of them.
    wanting: dict[str, list[str]] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return calendar.day_number(self.day)

    def first(self, months: int) -> int:
        before = calendar.months_before(self.day, months)
        return calendar.day_number(before + timedelta(days=1))


def count(tables: list[ExtractTable], plan: Plan, day: date) -> Counted:
    """Every rule of the plan that the tables allow, on a day and in the months up to it.

    A rule whose columns no table has is told, not counted; so is one without any dated row.
    """
    pairs = [rows_of.without_repeats(table, plan.child) for table in tables]
    told = [problem for _, problems in pairs for problem in problems]
    job = _Job([table for table, _ in pairs], plan, day, told=told)
    found = [row for name, rule in plan.rules.items() for row in _measure(job, name, rule)]
    numbers = ["count", "denominator"]
    rows = pd.DataFrame(found, columns=[*FIGURES, *numbers]).astype(dict.fromkeys(numbers, float))
    told = job.told + [(1, _without(columns, names)) for columns, names in job.wanting.items()]
    return Counted(rows, rows_of.problem_rows(tables, told))


def _without(columns: str, names: list[str]) -> str:
    return f"not counted, for no table has {columns}: {', '.join(dict.fromkeys(names))}"


def _measure(job: _Job, name: str, rule: Rule) -> list[tuple]:
    """The rows of one measure: all, then each breakdown."""
    picked = _picked(job, name, rule)
    if picked is None:
        return []
    table, chosen = picked
    passed = _passed(job, rule, table, chosen)
    chosen, passed, base = _units(job, rule, table, (chosen, passed))
    found = [_row(name, rule, {}, (passed.sum(), base))]
    if rule.among or rule.at_least:
        return found
    for by_name, by in rule.by.items():
        labels = _labels(job, rule, by, table, chosen)
        if labels is None:
            job.wanting.setdefault(f"`{by.source_column}`", []).append(f"{name} by {by_name}")
            continue
        found += _broken_down(name, rule, (by_name, by), (labels, passed))
    return found


def _picked(job: _Job, name: str, rule: Rule) -> tuple[ExtractTable, np.ndarray] | None:
    """The table of a rule and the places of its rows; None, told, where there is none."""
    table = _table_of(job, rule)
    if table is None:
        lacking = " and ".join(f"`{column}`" for column in sorted(rule.needed))
        job.wanting.setdefault(lacking, []).append(name)
        return None
    if not len(table):
        job.told.append((1, f"{table.name}: `{name}` not counted: the table has no usable rows"))
        return None
    if rule.among and _children_of(job, rule.among) is None:
        job.wanting.setdefault(f"the children of `{rule.among}`", []).append(name)
        return None
    for column in sorted(set(rule.where_if_there) - set(table.columns)):
        job.told.append((1, f"{table.name}: `{name}` without its filter: no column `{column}`"))
    return table, _chosen(job, rule, table)


def _table_of(job: _Job, rule: Rule) -> ExtractTable | None:
    """The table with the columns of a rule, rows that cannot be used left out and told once."""
    needed = rule.needed | {job.plan.child}
    table = next((t for t in job.tables if needed <= set(t.columns)), None)
    if table is None:
        return None
    key = (table.name, rule.start, rule.end, rule.within_from)
    if key not in job.clean:
        clean, told = rows_of.usable(table, key[1:])
        if rule.overlaps == "told":
            told += rows_of.overlaps(clean, job.plan.child, (rule.start, rule.end))
        job.clean[key] = clean
        job.told.extend(problem for problem in told if problem not in job.told)
    return job.clean[key]


def _chosen(job: _Job, rule: Rule, table: ExtractTable) -> np.ndarray:
    """Places of the rows of a rule's period that pass its filters."""
    first, last = job.first(rule.months), job.last
    size = len(table)
    start = table.columns.get(rule.start, np.full(size, BAD_DAY + 1, dtype="int32"))
    end = table.columns.get(rule.end, np.full(size, NO_DAY, dtype="int32"))
    began = (start >= first) & (start <= last)
    keep = {
        "open": (start <= last) & (end > last),
        "started": began,
        "ended": (end >= first) & (end <= last),
        "open_in_period": (start <= last) & (end > first),
        "all": np.ones(size, dtype=bool),
    }[rule.when]
    keep &= rows_of.passing(job.plan, table, rule.where | rule.where_if_there)
    if rule.where_started:
        keep &= ~began | rows_of.passing(job.plan, table, rule.where_started)
    return np.flatnonzero(keep)


def _passed(job: _Job, rule: Rule, table: ExtractTable, chosen: np.ndarray) -> np.ndarray:
    """True for each chosen row that passes the test of a share; all do where there is none."""
    part = table.where(chosen)
    passed = rows_of.passing(job.plan, part, rule.share_where)
    if rule.within_working_days:
        days = calendar.working_days(part.columns[rule.within_from], part.columns[rule.end])
        passed &= days <= rule.within_working_days
    if rule.again_within_months:
        again = rows_of.again(table, (job.plan.child, rule.start), rule.again_within_months)
        passed &= again[chosen]
    return passed


def _units(job: _Job, rule: Rule, table: ExtractTable, picked: tuple) -> tuple:
    """Chosen rows, which of them pass and the base: each child once where children are counted."""
    chosen, passed = picked
    child = table.columns[job.plan.child]
    if rule.count == "rows":
        return chosen, passed, len(chosen)
    if rule.at_least:
        hashes, many = np.unique(child[chosen], return_counts=True)
        enough = hashes[many >= rule.at_least]
        if rule.among:
            population = _children_of(job, rule.among)
            return chosen, np.isin(population, enough), len(population)
        return chosen, many >= rule.at_least, len(hashes)
    if rule.among:
        population = _children_of(job, rule.among)
        inside = np.isin(population, child[chosen][passed])
        return chosen, inside, len(population)
    order = table.columns.get(rule.start, table.numbers)
    last = rows_of.last_of_each(child[chosen], order[chosen])
    return chosen[last], passed[last], len(last)


def _children_of(job: _Job, name: str) -> np.ndarray | None:
    """Hashes of the children whom another measure counts; None where it cannot be counted."""
    rule = job.plan.rules[name]
    table = _table_of(job, rule)
    if table is None:
        return None
    return np.unique(table.columns[job.plan.child][_chosen(job, rule, table)])


def _labels(
    job: _Job, rule: Rule, by: Breakdown, table: ExtractTable, chosen: np.ndarray
) -> pd.Categorical | None:
    """The label of each chosen row; None where no table has the column."""
    child = job.plan.child
    cells = rows_of.cells_of(job.tables, table, chosen, (child, by.source_column))
    if cells is None:
        return None
    if by.column:
        return rows_of.labelled(cells, by.labels, job.plan.roles[by.column])
    on = np.full(len(chosen), job.last, dtype="int32")
    if by.since:
        return rows_of.banded_months(cells, on, by.bands)
    if rule.when in ("started", "ended"):
        on = table.columns[rule.start if rule.when == "started" else rule.end][chosen]
    return rows_of.banded_years(cells, on, by.bands)


def _broken_down(name: str, rule: Rule, by: tuple, parts: tuple) -> list[tuple]:
    """A row for each label that there is; children without a known sex have no row."""
    (by_name, spec), (labels, passed) = by, parts
    found = []
    for place, label in enumerate(labels.categories):
        mine = labels.codes == place
        if not mine.any() or (spec.to == "sex" and label == rows_of.NOT_KNOWN):
            continue
        where = {"category": label, "category_type": by_name}
        if spec.to != "category":
            where = {spec.to: f"age {label}" if label == rows_of.NOT_KNOWN else label}
        found.append(_row(name, rule, where, (passed[mine].sum(), mine.sum())))
    return found


def _row(name: str, rule: Rule, where: dict, numbers: tuple) -> tuple:
    count, base = numbers
    share = rule.is_share or bool(rule.among)
    words = {"sex": "persons", "age": "", "category_type": "", "category": ""} | where
    return (
        name,
        rule.months,
        rule.when in ("open", "all"),
        *words.values(),
        count,
        base if share else float("nan"),
    )
