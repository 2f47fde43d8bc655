"""What the columns of an Explore Education Statistics file are: identifiers, filters, indicators.

Its metadata file says so; without one, cells and names tell. Layout: Explore Education Statistics,
open data standards.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cyp_analysis.loaders import headers, symbols
from cyp_analysis.loaders.columns import as_coded
from cyp_analysis.loaders.dfe.meta import Described
from cyp_analysis.text_columns import key_codes

DURATION = r"-?\d{1,3}:\d{2}"
_PLACES = (
    "country|region|old_la|new_la|la|lad|ward|pcon|lsoa|msoa|lep|lsip|mca|opportunity_area|"
    "local_enterprise_partnership|local_skills_improvement_plan_area|mayoral_combined_authority|"
    "english_devolved_area|police_force_area|planning_area|rsc_region_lead|institution|provider|"
    "school|estab|trust|mat|sponsor"
)
_IDENTIFIER = re.compile(
    rf"source_row|time_period|time_identifier|geographic_level|laestab|urn|ukprn|upin|"
    rf"({_PLACES})_(code|name|id|urn|laestab|ukprn|upin|postcode|group_id)"
)
_KIND_OF_PERSON = re.compile(
    r"age|age_.*|.*_age|ages|nc_?year.*|national_curriculum_year.*|year_group|.*year_of_birth|yob|"
    r".*(?<!attainment)_characteristic_code|sex|gender"
)
_TOTAL = re.compile(r"total|total .*|.* total|all|all (?!other).*|persons?|not applicable|z")
_VALUE = {
    *("percent", "percentage", "perc", "pct", "pc", "pcnt", "pt", "ppt", "ppts", "rate", "rates"),
    *("avg", "ave", "average", "mean", "median", "percentile", "quintile", "quartile", "decile"),
    *("rank", "score", "scores", "ratio", "gap", "proportion", "prop", "share", "index", "per"),
    *("change", "annualchange", "difference", "ci", "lci", "uci", "caseload", "cost", "spend"),
    *("spending", "expenditure", "funding", "salary", "amount"),
}
_NUMBER = {
    *("number", "numbers", "num", "no", "count", "headcount", "fte", "enrolments", "pupils"),
    *("children", "cohort", "population", "schools"),
}
_PERCENT = {"percent", "percentage", "perc", "pct", "pc", "pcnt", "pt"}
_RATE = {"rate", "per", "10000", "1000", "100000"}
_OF_NUMBER = {"number", "num", "no", "count", "t", "n"}
_LOW = {"low", "lower", "lci", "lcl", "ll"}
_HIGH = {"upp", "upper", "high", "uci", "ucl", "ul"}
_OF_INTERVAL = {"ci", "cis", "confidence", "interval", "limit", "bound", "95", "pc"}
# Cells that break a column's rule may be errors; from this share on they are the rule.
_FEW = 0.05
_ENOUGH = 10


@dataclass(frozen=True)
class Roles:
    """Columns of a file: `filters`, and `indicators` with the part of a row that each fills
    (`count` or `value`); `beside` a count its percentage or rate; `limits` of a value."""

    filters: tuple[str, ...]
    indicators: dict[str, str]
    beside: dict[str, str]
    limits: dict[str, dict[str, str]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that can be a measure, numeric filters apart."""
        inside = [name for pair in self.limits.values() for name in pair.values()]
        return (*self.indicators, *inside)

    def part(self, name: str) -> str:
        """`count` or `value`."""
        return self.indicators.get(name, "value")


def roles(rows: pd.DataFrame, meta: dict[str, Described]) -> Roles:
    """The roles of all columns of a table of text cells; columns without a cell have none."""
    names = [name for name in rows if not _IDENTIFIER.fullmatch(headers.key(name))]
    cells = _seen(rows[names])
    filters = [name for name in names if len(cells[name]) and _is_filter(name, cells[name], meta)]
    others = [name for name in names if len(cells[name]) and name not in filters]
    if not meta:
        filters += _repeating(rows, filters, others, cells)
    units = {n: meta[headers.key(n)].unit for n in others if headers.key(n) in meta}
    parts = {n: _part(n, cells[n], units.get(n)) for n in others if n not in filters}
    limits = _limits(parts)
    inside = {name for pair in limits.values() for name in pair.values()}
    parts = {name: part for name, part in parts.items() if name not in inside}
    ordered = tuple(name for name in names if name in filters)
    return Roles(ordered, parts, _beside(parts), limits)


def part_of(name: str, texts: pd.Series) -> str:
    """`count` or `value`, for one indicator by its name and cells; cells with % are a value."""
    known = texts[texts != ""]
    if len(known) and known.str.endswith("%").mean() > _FEW:
        return "value"
    return _part(name, _seen(pd.DataFrame({name: known}))[name], None)


def is_total(text: str) -> bool:
    """Whether a filter's word stands for all there are: Total, All schools, Persons …"""
    return _TOTAL.fullmatch(headers.key(text)) is not None


def _seen(columns: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every different text of each column: `number`, `reason`, `unknown`, its share of cells."""
    shares = {n: _shares(as_coded(columns[n])) for n in columns}
    texts = pd.Series(list(dict.fromkeys(t for s in shares.values() for t in s.index)), dtype="str")
    parsed = symbols.parse_numbers(texts).assign(
        text=texts, duration=texts.str.fullmatch(DURATION).astype(bool)
    )
    parsed["unknown"] &= ~parsed["duration"]
    parsed = parsed.set_index(pd.Index(texts, dtype="str"))
    return {n: parsed.loc[s.index].assign(share=s.to_numpy()) for n, s in shares.items()}


def _shares(texts: pd.Series) -> pd.Series:
    """The share of each different text, blank ones aside, the commonest first."""
    codes = texts.cat.codes.to_numpy()
    names = pd.Index(texts.cat.categories, dtype="str")
    many = pd.Series(np.bincount(codes[codes >= 0], minlength=len(names)), index=names)
    many = many[(many > 0) & (names != "")].sort_values(ascending=False, kind="stable")
    return many / max(many.sum(), 1)


def _is_filter(name: str, cells: pd.DataFrame, meta: dict[str, Described]) -> bool:
    known = meta.get(headers.key(name))
    if known:
        return known.role == "filter"
    words = cells["unknown"] | _wordy(cells)
    in_words = cells.loc[words, "share"].sum()
    if in_words == 0 or _by_name(name):
        return _by_name(name)
    if cells.loc[words, "text"].map(_is_for_all).any():
        return True
    figures = cells.loc[cells["number"].notna() | cells["duration"], "share"].sum()
    return in_words > figures


def _wordy(cells: pd.DataFrame) -> pd.Series:
    """Texts that may stand for a missing figure and may be a group: `5-9`, `Not known`."""
    longer = (cells["text"].str.len() > 4) & ~cells["text"].str.startswith(("#", "["))
    reason = cells["reason"] != ""
    return reason & (cells["reason"].str.startswith(symbols.RANGE) | longer) & ~cells["duration"]


def _is_for_all(text: str) -> bool:
    return is_total(text) and headers.key(text) not in ("z", "not applicable")


def _by_name(name: str) -> bool:
    return bool(_KIND_OF_PERSON.fullmatch(headers.key(name))) and not set(_words(name)) & _VALUE


def _repeating(rows: pd.DataFrame, filters: list, others: list, cells: dict) -> list[str]:
    """The column of whole numbers that is a filter all the same: only with it no key comes twice.

    A stray repeat proves nothing: most keys must come several times, and every time with the same
    few numbers.
    """
    fixed = [name for name in rows if _IDENTIFIER.fullmatch(headers.key(name))]
    fixed = [name for name in fixed if name != "source_row"]
    key = [*fixed, *filters]
    if not fixed or len(rows) < _ENOUGH or not _repeats(key_codes(rows, key)).any():
        return []
    bare = rows[~_repeats(key_codes(rows, [n for n in rows if n != "source_row"]))]
    times = np.bincount(key_codes(bare, key), minlength=1)
    if len(bare) < _ENOUGH or (times > 1).mean() < 0.5:
        return []
    whole = [n for n in others if (cells[n]["number"] % 1 == 0).all()]
    few = [name for name in whole if len(cells[name]) <= 2 * times.max()]
    for name in sorted(few, key=lambda name: len(cells[name])):
        if not _repeats(key_codes(bare, [*key, name])).any():
            return [name]
    return []


def _repeats(code: np.ndarray) -> np.ndarray:
    """True where a number stands in an earlier place too."""
    if code.max(initial=-1) + 1 == len(code):
        return np.zeros(len(code), dtype=bool)
    return pd.Series(code).duplicated().to_numpy()


def _words(name: str) -> list[str]:
    """`PC_plans20Weeks` → pc, plans, 20, weeks."""
    return [word.casefold() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|%", name)]


def _part(name: str, cells: pd.DataFrame, unit: str | None) -> str:
    """`value` for percentages, rates, averages and what cannot be a number of people or events."""
    if unit:
        return "value" if re.search(r"%|pp|£|percent", unit.casefold()) else "count"
    words = set(_words(name))
    if "%" in words or words & _VALUE or any(w.startswith(("percent", "propor")) for w in words):
        return "value"
    known = cells[cells["number"].notna()]
    whole = known["share"].sum() or 1
    below = known.loc[known["number"] < 0, "share"].sum() / whole
    broken = known.loc[known["number"] % 1 != 0, "share"].sum() / whole
    odd = below > _FEW or (broken > _FEW and not words & _NUMBER)
    return "value" if odd or cells["duration"].any() else "count"


def _stem(name: str, without: set[str]) -> tuple[str, ...]:
    return tuple(word for word in _words(name) if word not in without)


def _beside(parts: dict[str, str]) -> dict[str, str]:
    """{count: the one percentage, else the one rate, named alike}."""
    found = {}
    for words in (_RATE, _PERCENT | {"%"}):
        values = [n for n, part in parts.items() if part == "value" and set(_words(n)) & words]
        stems = pd.Series([_stem(name, words) for name in values], index=values, dtype="object")
        for name in (n for n, part in parts.items() if part == "count"):
            same = stems.index[[stem == _stem(name, _OF_NUMBER) for stem in stems]]
            if len(same) == 1:
                found[name] = same[0]
    return found


def _limits(parts: dict[str, str]) -> dict[str, dict[str, str]]:
    """{value: its `lower_ci_95` and `upper_ci_95`} for limits whose names point to one value."""
    sides: dict[tuple, dict[str, str]] = {}
    for name, part in parts.items():
        words = set(_words(name))
        named = words & {"ci", "cis", "lci", "uci", "lcl", "ucl", "confidence"}
        if part == "value" and named and not words & {"99", "998", "90"}:
            side = "lower_ci_95" if words & _LOW else "upper_ci_95" if words & _HIGH else ""
            sides.setdefault(_stem(name, _LOW | _HIGH | _OF_INTERVAL), {})[side] = name
    whole = {
        stem: pair for stem, pair in sides.items() if set(pair) >= {"lower_ci_95", "upper_ci_95"}
    }
    taken = {name for pair in sides.values() for name in pair.values()}
    means = {n: _stem(n, {"avg", "average", "mean"}) for n in parts if n not in taken}
    found = {}
    for stem, pair in whole.items():
        same = [n for n, other in means.items() if other == stem and parts[n] == "value"]
        if len(same) == 1:
            found[same[0]] = {side: name for side, name in pair.items() if side}
    return found
