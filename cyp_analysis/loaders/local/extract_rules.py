"""The rules of a passport that say what to count in a child-level extract, checked on reading.

A rule of `measures:` names its columns; the table that has them all is the table it counts.
"""

from dataclasses import dataclass, field, fields
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CatalogueError
from cyp_analysis.loaders.local import extract_values as values

_STRICT = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
# Codes that pass: a list of them, `{not: […]}`, or `{at_least: 1}` of a number below 100.
Filter = dict[str, list[str] | dict[Literal["not"], list[str]] | dict[Literal["at_least"], int]]
LAST_NUMBER = 99


@checked(frozen=True, config=_STRICT)
class Breakdown:
    """How a measure is broken down: by the `labels` of a column's codes, by age (`born`) or by
    the time `since` a date; `bands` are pairs of an upper limit (years, or months) and a label."""

    column: str = ""
    labels: dict[str, list[str]] = field(default_factory=dict)
    born: str = ""
    since: str = ""
    bands: list[tuple[int, str]] = field(default_factory=list)
    to: Literal["category", "sex", "age"] = "category"

    @property
    def source_column(self) -> str:
        """The column that it reads."""
        return self.column or self.born or self.since


@checked(frozen=True, config=_STRICT)
class Rule:
    """One measure: which rows, of which days, counted how.

    `when`: `open` on the day, `started` or `ended` in the period, `open_in_period`, or `all`.
    `count`: each child once, or each row. With `share_where`, `again_within_months`, `within`
    (working days from one column to another) or `at_least` (rows of one child), the rows that
    pass are the count and all rows the denominator. `among` keeps the children of another measure.
    """

    when: Literal["open", "started", "ended", "open_in_period", "all"]
    definition: str
    start: str = ""
    end: str = ""
    count: Literal["children", "rows"] = "children"
    where: Filter = field(default_factory=dict)
    where_if_there: Filter = field(default_factory=dict)
    where_started: Filter = field(default_factory=dict)
    share_where: Filter = field(default_factory=dict)
    again_within_months: int = 0
    within_working_days: int = 0
    within_from: str = ""
    at_least: int = 0
    among: str = ""
    by: dict[str, Breakdown] = field(default_factory=dict)
    months: int = 12
    overlaps: Literal["", "told"] = ""
    note: str = ""

    @property
    def needed(self) -> set[str]:
        """Columns that one table must have."""
        named = {self.start, self.end, self.within_from} - {""}
        return named | set(self.where) | set(self.where_started) | set(self.share_where)

    @property
    def is_share(self) -> bool:
        """Whether the measure has a denominator of its own."""
        parts = (self.share_where, self.again_within_months, self.within_working_days)
        return any(parts) or bool(self.at_least)


@dataclass(frozen=True)
class Plan:
    """The rules of a passport: what each column is read as, and the known codes of each."""

    child: str
    rules: dict[str, Rule]
    roles: dict[str, str | dict[str, int]]


def plan_of(source: Source) -> Plan:
    """The plan of a passport. CatalogueError, naming the measure, for a rule that is none."""
    rules = {name: _rule(source, name, spec) for name, spec in source.measures.items()}
    child = source.header[0]
    filters: dict[str, list[str]] = {}
    days: set[str] = set()
    for rule in rules.values():
        days |= {rule.start, rule.end, rule.within_from} - {""}
        for part in (rule.where, rule.where_if_there, rule.where_started, rule.share_where):
            for column, wanted in part.items():
                filters.setdefault(column, []).extend(codes_of(wanted))
        for by in rule.by.values():
            days |= {by.born, by.since} - {""}
            if by.column:
                listed = [code for codes in by.labels.values() for code in codes]
                filters.setdefault(by.column, []).extend(listed)
    codes = {column: values.vocabulary(words) for column, words in filters.items()}
    return Plan(child, rules, {child: "child", **dict.fromkeys(sorted(days), "day"), **codes})


def codes_of(wanted: list[str] | dict) -> list[str]:
    """Every code that a filter speaks of."""
    if isinstance(wanted, list):
        return wanted
    return wanted["not"] if "not" in wanted else [str(n) for n in range(LAST_NUMBER + 1)]


def _rule(source: Source, name: str, spec: dict) -> Rule:
    try:
        rule = TypeAdapter(Rule).validate_python(spec)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        known = ", ".join(each.name for each in fields(Rule))
        thing = f"data/catalogue/sources/{source.id}.yml, measure {name}"
        action = f"A rule has these keys: {known}."
        raise CatalogueError(thing, f"`{key}`: {first['msg']}", first["type"], action) from None
    if rule.among and rule.among not in source.measures:
        thing = f"data/catalogue/sources/{source.id}.yml, measure {name}"
        raise CatalogueError(
            thing, "`among` must name another measure", rule.among, "Correct it there."
        )
    return rule
