"""OHID Fingertips downloads: one row per indicator, area, period, sex, age and category.

Layout: Fingertips API, `api/all_data/csv`. Column names change with the parent chosen, with the
release and with the program that saved them: the passport lists how they begin. The measure is
`fingertips_<Indicator ID>`.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from cyp_analysis import area_kinds, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, symbols
from cyp_analysis.loaders.columns import coded, constant, per_text, stacked
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table
from cyp_analysis.text_columns import plain

# the passport's name of a column: ours
NEEDED = {
    "Indicator ID": "indicator",
    "Area Code": "area_code",
    "Sex": "sex",
    "Age": "age",
    "Time period": "period",
    "Value": "value",
}
EXPECTED = {  # not in every edition; told where it is not
    "Lower CI 95.0 limit": "lower_ci_95",
    "Upper CI 95.0 limit": "upper_ci_95",
    "Count": "count",
    "Denominator": "denominator",
    "Category Type": "category_type",
    "Category": "category",
    "Value note": "note",
    "Area Type": "area_type",
}
OPTIONAL = {
    "Recent Trend": "trend",
    "Compared to England value or percentiles": "outcome",
}
NUMBERS = ("value", "count", "denominator", "lower_ci_95", "upper_ci_95")
NOT_SAID = ("", "not applicable", "na", "nan")
SOME = 3
QUARTERS = {1: "Jan - Mar", 2: "Apr - Jun", 3: "Jul - Sep", 4: "Oct - Dec"}


def read_fingertips(path: Path, source: Source | None = None) -> CountTable:
    """A Fingertips download → count table: published values, intervals, verdicts and trends.

    Every English area is kept, of whatever type. Headline rows have no category; breakdowns keep
    theirs. England's second copy is left out. SourceError for missing columns, or if no row is
    of an English area.
    """
    source = source or recognise.recognise_known(path, "fingertips")
    columns = (NEEDED, EXPECTED, OPTIONAL)
    draft = _english_areas(path, raw_draft(path, source, columns, categories=True))
    rows = draft.rows
    alone, odd = symbols.number_columns(rows, {"value": "value"})
    others = {name: name for name in NUMBERS if name != "value"}
    numbers, unread = symbols.number_columns(rows, others)
    unread = symbols.join_notes(odd, unread)
    when = coded(rows["period"], lambda texts: periods.parse_all(_quarters(texts), strict=False))
    texts = rows[["source_row", "area_code", "sex"]]
    made = pd.concat([texts, when, numbers], axis=1).assign(
        measure=coded(rows["indicator"], _measure),
        period_text=rows["period"],
        **{name: coded(rows[name], said) for name in ("age", "category_type", "category")},
        published_outcome=coded(rows["outcome"], _verdict),
        published_trend=coded(rows["trend"], lambda texts: symbols.snake(said(texts))),
        value=alone["value"],
        value_note=_notes(rows["note"], alone),
    )
    draft = Draft(made, draft.problems).mention(unread != "", unread)
    return count_table(_identified(draft, rows["indicator"]), path, source)


def raw_draft(
    path: Path, source: Source, columns: Iterable[dict[str, str]], *, categories: bool = False
) -> Draft:
    """All tables of a file as one, columns by our names: needed, expected and optional ones;
    `categories` keeps those of few different texts as categories.

    SourceError if a needed one is not there; an expected one is told and, like an optional one,
    empty.
    """
    needed, expected, optional = columns
    names = needed | expected | optional
    tables = layout.open_tables(path, source, names, only_named=True, coded=categories)
    told = []
    for table in tables:
        layout.require(table, needed, path, source)
        lacking = [name for name in expected if name not in table.rows]
        above = max(1, int(table.rows["source_row"].min()) - 1)
        told.append(problem_table([(above, f"no column `{name}` in the file") for name in lacking]))
    rows = stacked([table.rows for table in tables]).rename(columns=names)
    absent = {n: constant("", rows.index) for n in names.values() if n not in rows}
    rows = rows.assign(**absent)[["source_row", *names.values()]]
    if not categories:
        rows = rows.assign(**{name: plain(rows[name]).fillna("") for name in names.values()})
    problems = pd.concat([*told, *(table.problems for table in tables)], ignore_index=True)
    return Draft(rows, problems)


def said(texts: pd.Series) -> pd.Series:
    """Texts with `Not applicable` and `NA` as empty."""
    return texts.mask(texts.str.casefold().isin(NOT_SAID), "")


def _identified(draft: Draft, indicator: pd.Series) -> Draft:
    """Without rows whose Indicator ID is blank: nothing says what they count."""
    blank = indicator.loc[draft.rows.index] == ""
    return draft.leave_out(blank, "the row has no Indicator ID") if blank.any() else draft


def _english_areas(path: Path, draft: Draft) -> Draft:
    """Without practices, trusts and areas outside England; told once for each area type.
    SourceError, naming the area types there are, if nothing is left."""
    kinds = draft.rows["area_type"].unique()
    unknown = per_text(draft.rows["area_code"], lambda codes: area_kinds.kinds(codes) == "")
    lost = set(draft.rows.loc[unknown, "area_type"])
    for kind in (kind for kind in kinds if kind in lost):
        rows = draft.rows
        other = (rows["area_type"] == kind) & unknown.loc[rows.index]
        codes = [f"`{code}`" for code in rows.loc[other, "area_code"].unique()[:SOME]]
        why = f"area type `{kind}` with codes of no English area that is known ({', '.join(codes)})"
        draft = draft.leave_out_together(other, why)
    if not draft.rows.empty:
        return replace(draft, rows=draft.rows.reset_index(drop=True))
    got = f"area types {', '.join(kinds)}"
    action = "Download it for counties and unitary authorities (child area type 502 or 501)."
    raise SourceError(path, "must have rows of areas in England that have codes", got, action)


def _quarters(texts: pd.Series) -> pd.Series:
    """`2015 Q2` is a quarter of the calendar year: those of financial years have both years."""
    for number, months in QUARTERS.items():
        texts = texts.str.replace(rf"^([0-9]{{4}}) Q{number}$", rf"{months} \1", regex=True)
    return texts


def _measure(indicators: pd.Series) -> pd.Series:
    return "fingertips_" + indicators.str.removesuffix(".0")


def _verdict(outcomes: pd.Series) -> pd.Series:
    """`Better 95%` is the verdict `better`."""
    return symbols.snake(said(outcomes).str.replace(r"\s+[0-9.]+ ?%$", "", regex=True))


def _notes(notes: pd.Series, alone: pd.DataFrame) -> pd.Series:
    """The publisher's note; where a value is missing without one, the reason read from it.

    Blank counts, bases and intervals are usual for scores and models, and need no note.
    """
    note = per_text(notes, said)
    return note.mask(alone["value"].isna() & (note == ""), alone["value_note"])
