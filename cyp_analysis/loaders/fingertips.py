"""OHID Fingertips downloads: one row per indicator, area, period, sex, age and category.

Layout: Fingertips API, `api/all_data/csv`. Column names change with the parent chosen and with
the release, so they are matched by their beginnings. The measure is `fingertips_<Indicator ID>`.
"""

import dataclasses
from pathlib import Path

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, symbols
from cyp_analysis.loaders.table import CountTable, Draft, count_table

# our name: the beginning of the publisher's column name
NEEDED = {
    "indicator": "Indicator ID*",
    "area_code": "Area Code*",
    "area_type": "Area Type*",
    "sex": "Sex*",
    "age": "Age*",
    "category_type": "Category Type*",
    "category": "Category",
    "period": "Time period",
    "value": "Value",
    "lower_ci_95": "Lower CI 95*",
    "upper_ci_95": "Upper CI 95*",
    "count": "Count*",
    "denominator": "Denominator*",
    "note": "Value note*",
}
OPTIONAL = {"trend": "Recent Trend*", "outcome": "Compared to England*"}
NUMBERS = ("value", "count", "denominator", "lower_ci_95", "upper_ci_95")
ROUNDED = "count rounded to 5 by publisher"
ENOUGH_TO_TELL = 20


def read_fingertips(path: Path, source: Source | None = None) -> CountTable:
    """A Fingertips download → count table: published values, intervals, verdicts and trends.

    Headline rows have no category; breakdowns keep theirs. England's second copy is left out.
    SourceError for missing columns, or if no row is of an area that the project knows.
    """
    source = source or recognise.recognise_known(path, "fingertips")
    raw = layout.open_tables(path, _with_patterns(source), (*NEEDED, *OPTIONAL))[0]
    layout.require(raw, NEEDED, path, _with_patterns(source))
    absent = {name: "" for name in OPTIONAL if name not in raw.rows}
    draft = _known_areas(path, Draft(raw.rows.assign(**absent), raw.problems))
    rows = draft.rows
    numbers, unread = symbols.number_columns(rows, {name: name for name in NUMBERS})
    when = periods.parse_all(rows["period"], strict=False)
    texts = rows[["source_row", "area_code", "sex", "category_type", "category", "area_type"]]
    made = pd.concat([texts, when, numbers], axis=1).assign(
        measure="fingertips_" + rows["indicator"],
        period_text=rows["period"],
        age=rows["age"].mask(rows["age"] == "Not applicable", ""),
        published_outcome=symbols.snake(rows["outcome"]),
        published_trend=symbols.snake(rows["trend"]),
        value_note=_notes(rows, numbers),
    )
    made["value_note"] = symbols.join_notes(made["value_note"], _rounding(made))
    return count_table(Draft(made, draft.problems).mention(unread != "", unread), path, source)


def _with_patterns(source: Source) -> Source:
    """The passport with the beginnings of the publisher's names as aliases."""
    patterns = {name: (pattern,) for name, pattern in (NEEDED | OPTIONAL).items()}
    return dataclasses.replace(source, aliases={**source.aliases, **patterns})


def _known_areas(path: Path, draft: Draft) -> Draft:
    """Without districts, practices and other areas beneath upper-tier authorities; told once
    for each area type. SourceError, naming the area types there are, if nothing is left."""
    known = draft.rows["area_code"].isin(geography.known_codes())
    kinds = draft.rows["area_type"].unique()
    for kind in draft.rows.loc[~known, "area_type"].unique():
        other = ~draft.rows["area_code"].isin(geography.known_codes())
        why = f"area type `{kind}` with codes that are not in data/reference/areas.csv"
        draft = draft.leave_out_together(other & (draft.rows["area_type"] == kind), why)
    if not draft.rows.empty:
        return draft
    got = f"area types {', '.join(kinds)}"
    action = "Download it for counties and unitary authorities (child area type 502 or 501)."
    rule = "must have rows of upper-tier authorities, regions or England"
    raise SourceError(path, rule, got, action)


def _notes(rows: pd.DataFrame, numbers: pd.DataFrame) -> pd.Series:
    """The publisher's note; where a value is missing without one, the reason read from it.

    Blank counts, bases and intervals are usual for scores and models, and need no note.
    """
    alone, _ = symbols.number_columns(rows, {"value": "value"})
    silent = numbers["value"].isna() & (rows["note"] == "")
    return rows["note"].mask(silent, alone["value_note"])


def _rounding(made: pd.DataFrame) -> pd.Series:
    """Says so where every count of an indicator, period and kind of area is a multiple of 5,
    in at least twenty rows: intervals must not be computed from those."""
    kind = [made["measure"], made["period_label"], made["area_type"], made["category_type"] == ""]
    fives = (made["count"] % 5 == 0) | made["count"].isna()
    all_fives = fives.groupby(kind).transform("all")
    enough = made["count"].groupby(kind).transform("count") >= ENOUGH_TO_TELL
    told = pd.Series("", index=made.index, dtype="str")
    return told.mask(all_fives & enough & made["count"].notna(), ROUNDED)
