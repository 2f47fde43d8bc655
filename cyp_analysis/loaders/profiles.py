"""Profiles: one row per area, one column per figure, the year in the column's name.

The London Datastore's borough profiles, ward profiles and atlases are laid out like this. A column
of numbers is a measure named as the column without its year; a number of people or events is a
count, anything else (percentages, rates, averages, prices) a value. Columns of words are told.
"""

import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import headers, layout, places, recognise, symbols
from cyp_analysis.loaders.table import (
    CountTable,
    Draft,
    count_table,
    nothing_left,
    problem_table,
)

NO_YEAR = "the column does not say which year it is for"
PROVISIONAL = "provisional"
FIGURES = "Figures"  # stands in a signature for any column of figures

_YEAR = "(?:19[6-9]|20[0-4])[0-9]"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_END = "(?![0-9])"
# The styles of years in names, the fullest first; underscores are spaces by then.
_STYLES = tuple(
    re.compile(rf"(?<![0-9A-Za-z]){style}{_END}", re.IGNORECASE)
    for style in (
        rf"{_YEAR}/?[0-9]{{2}} ?(?:to|-) ?{_YEAR}/?[0-9]{{2}}",
        rf"{_MONTH}[- ]?(?:{_YEAR}|[0-9]{{2}})",
        rf"{_YEAR} ?(?:to|-) ?{_YEAR}",
        rf"{_YEAR}[-/][0-9]{{2}}",
        rf"{_YEAR}[0-9]{{2}}",
        _YEAR,
    )
)
_VALUE_WORDS = re.compile(
    r"%|£|\bpc\b|per ?cent|proportion|\brates?\b|ratio|average|mean|median|\bper\b|score|index|"
    r"density|expectancy|income|price|pay\b|charge|rank|prevalen|hectare|kilomet|^area\b|points|"
    r"level|turnout|share|change|\bnet\b|age$|emissions|tax|confidence",
    re.IGNORECASE,
)
_PROVISIONAL = re.compile(r"\(p\)", re.IGNORECASE)
_COUNT_WORDS = re.compile(
    r"number|population|household|children|people|persons|jobs|births|deaths|claimants|pupils|"
    r"\baged\b|estimate|total|count|cars|homes|businesses|dwellings|residents|males|females|"
    r"employment|entering|killed|properties|all ages|economically|working.?age",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Figure:
    """A column of the file: its measure, its period as text, and where its numbers go."""

    column: str
    measure: str
    period: str
    part: str
    note: str = ""


def read_profile(path: Path, source: Source | None = None) -> CountTable:
    """One row per area → count table, one measure per column of numbers.

    Areas by code, else by name: the first two columns that the passport names; an atlas may lack
    that of names. Columns of words and columns without a year are told; the passport's measures may
    say a column's `period` or `part` (count or value). SourceError if no area or no column of
    numbers is known.
    """
    source = source or recognise.recognise_known(path, "profile")
    areas = _area_columns(source)
    raw = max(layout.open_tables(path, _figures_as_named(source, areas)), key=_width)
    name = next(column for column in reversed(areas) if column in raw.rows)
    shown = raw.rows.assign(area_code=places.first_code(raw.rows, areas), shown=raw.rows[name])
    draft = places.placed(Draft(shown, raw.problems), "shown")
    figures, told = _figures(draft.rows, source)
    if not figures:
        raise _no_figures(path, draft, told)
    long = _long(draft.rows, figures)
    when = periods.parse_all(long.rows["period_text"], strict=False)
    problems = pd.concat([draft.problems, problem_table(told), long.problems])
    return count_table(Draft(pd.concat([long.rows, when], axis=1), problems), path, source)


def _width(table: layout.RawTable) -> int:
    return table.rows.shape[1]


def _no_figures(path: Path, draft: Draft, told: list[tuple[int, str]]) -> SourceError:
    """The error for a file without an area, or without a column of numbers."""
    if draft.rows.empty:
        return nothing_left(path, draft.problems)
    got = "; ".join(words for _, words in told)[:400] or "only names of areas"
    action = "Download the file again, and keep its header as it is."
    return SourceError(path, "must have a column of numbers with its year", got, action)


def _area_columns(source: Source) -> list[str]:
    """The columns of codes and of names: the first two that the passport names."""
    names = dict.fromkeys((*source.header, *source.aliases))
    return [name for name in names if name != FIGURES][:2]


def _figures_as_named(source: Source, areas: list[str]) -> Source:
    """The passport by its area columns alone, so that columns of figures keep their names."""
    needed = tuple(name for name in areas if name in source.header)
    return replace(source, header=needed, aliases={n: source.aliases.get(n, ()) for n in areas})


def measure_and_period(column: str) -> tuple[str, str]:
    """`Crime_rates_per_thousand_population_201415` → `crime_rates_per_thousand_population`,
    `2014/15`; the last year of a name counts, and an empty text stands for none."""
    text = _PROVISIONAL.sub(" ", column.replace("_", " ").replace(";", " "))
    text = headers.tidy(text)
    for style in _STYLES:
        if found := [match[0] for match in style.finditer(text)]:
            rest = style.sub(lambda match: " " if match[0] == found[-1] else match[0], text)
            return _name(rest), _period(found[-1])
    return _name(text), ""


def _name(text: str) -> str:
    words = re.sub(r"%", " percent ", re.sub(r"[()]\s*[()]|\bCensus\b", " ", text))
    return symbols.snake(pd.Series([words])).iloc[0].strip("_")


def _period(text: str) -> str:
    """A year as `periods` reads it: 201415 is 2014/15, 201113 is 2011-13, Dec14 is Dec 14."""
    text = re.sub(rf"({_YEAR})/?([0-9]{{2}}){_END}", _two_years, text)
    text = re.sub(rf"({_MONTH})[- ]?([0-9])", r"\1 \2", text, flags=re.IGNORECASE)
    return re.sub(r" ?(?:\bto\b|-) ?", " to " if "/" in text else "-", text)


def _two_years(match: re.Match) -> str:
    follow = (int(match[1]) + 1) % 100 == int(match[2])
    return f"{match[1]}/{match[2]}" if follow else f"{match[1]}-{match[2]}"


def _figures(rows: pd.DataFrame, source: Source) -> tuple[list[_Figure], list[tuple[int, str]]]:
    """The columns of numbers, and what to tell of the others."""
    known, words, undated = [], [], []
    no_figures = (*_area_columns(source), "source_row", "area_code", "shown")
    columns = [column for column in rows if column not in no_figures]
    parsed = _parsed(rows, columns)
    for column in columns:
        numbers = parsed[column]["number"].dropna()
        if numbers.empty or parsed[column]["unknown"].sum() > len(numbers):
            words.append(column)
            continue
        figure = _figure(column, numbers, source)
        (known if figure.period else undated).append(figure)
    told = [(1, f"no figures, only words: {', '.join(words)}")] if words else []
    told += [(1, f"`{figure.column}`: {NO_YEAR}") for figure in undated]
    return known, told


def _figure(column: str, numbers: pd.Series, source: Source) -> _Figure:
    """A column of numbers by its name and by the first measure of the passport that fits it."""
    measure, period = measure_and_period(column)
    specs = (spec for name, spec in source.measures.items() if fnmatchcase(measure, name))
    spec = next(specs, {})
    period = spec.get("period", period)
    if period and spec.get("mid_year"):
        period = f"mid-{period}"
    part = spec.get("part") or _part_of(column, numbers)
    note = PROVISIONAL if _PROVISIONAL.search(column) else ""
    return _Figure(column, measure, period, part if _whole(numbers) else "value", note)


def _parsed(rows: pd.DataFrame, columns: list[str]) -> dict[str, pd.DataFrame]:
    """The numbers of each column (`number`, `unknown`), all read at once."""
    long = rows[columns].melt(var_name="column", value_name="text")
    parsed = symbols.parse_numbers(long["text"])
    return {column: parsed[long["column"] == column] for column in columns}


def _part_of(column: str, numbers: pd.Series) -> str:
    """`count` for whole numbers of people or events by their name, else `value`."""
    text = column.replace("_", " ")
    counted = _COUNT_WORDS.search(text) and not _VALUE_WORDS.search(text)
    return "count" if counted and _whole(numbers) else "value"


def _whole(numbers: pd.Series) -> bool:
    return bool(((numbers >= 0) & (numbers % 1 == 0)).all())


def _long(rows: pd.DataFrame, figures: list[_Figure]) -> Draft:
    """A row per area and column of figures, its number in the column's part."""
    known = rows[["source_row", "area_code", *(figure.column for figure in figures)]]
    long = known.melt(["source_row", "area_code"], var_name="column", value_name="text")
    of = pd.DataFrame(figures).set_index("column").reindex(long["column"]).set_axis(long.index)
    numbers, unread = symbols.number_columns(long, {"number": "text"})
    counted = of["part"] == "count"
    made = long[["source_row", "area_code"]].assign(
        measure=of["measure"],
        period_text=of["period"],
        count=numbers["number"].where(counted),
        value=numbers["number"].mask(counted),
        value_note=symbols.join_notes(numbers["value_note"], of["note"]),
    )
    told = "`" + long["column"] + "`" + unread.str.removeprefix("`text`")
    return Draft(made).mention(unread != "", told)
