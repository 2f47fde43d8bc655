"""A council's own figures in the project's template: one row for each measure, area and period.

docs/local_returns.md says how to fill it in; names of columns are forgiven by the passport.
"""

from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, recognise, symbols
from cyp_analysis.loaders.drafts import joined
from cyp_analysis.loaders.local.periods import MONTHS_TOLD, area_codes, read_periods
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

NUMBERS = ("count", "denominator", "value", "lower_ci_95", "upper_ci_95")
# The columns of the template and what goes into each.
COLUMNS = {
    "measure": "what is counted, the same words in every row and every year",
    "area": "code or name of the area; may be left out where the whole file is of one area",
    "period": "2025, 2024/25, Apr-25, 2025-04, Q1 2025/26, 31 March 2025",
    "period_type": "only where the text leaves it open: month, academic_year, at_31_march …",
    "category_type": "what the figure is a part of, such as ethnicity; blank for all",
    "category": "which part, such as Asian; blank for all",
    "sex": "persons, male or female; blank is persons",
    "age": "such as 0-17 yrs; blank where it does not matter",
    "count": "events or people, a whole number; blank where it is not known, never 0",
    "denominator": "people or events out of whom",
    "value": "rate, percentage or score, where it is given rather than worked out",
    "unit": "what `value` is in: %, per 10,000, days",
    "note": "why a figure is missing or unusual",
}
TOTALS = ("all", "total", "all children", "persons", "overall", "not applicable")
_PERCENT_SLACK = 1.0


def blank() -> pd.DataFrame:
    """The empty template: its columns, no rows. `COLUMNS` says what goes into each."""
    return pd.DataFrame(columns=list(COLUMNS), dtype="str")


def read_long(path: Path, source: Source) -> CountTable:
    """A filled template (every sheet that has its columns) → count table.

    Blank figures are missing, never zero. UnrecognisedFile where neither the file nor the caller
    says the area; SourceError if nothing is left.
    """
    tables = layout.open_tables(path, source, (*COLUMNS, *NUMBERS))
    drafts = [_draft(path, raw, source) for raw in tables]
    return count_table(joined(drafts), path, source)


def _draft(path: Path, raw: layout.RawTable, source: Source) -> Draft:
    if "area" not in raw.rows and not source.area:
        raise no_area(path)
    absent = {name: "" for name in COLUMNS if name not in raw.rows and name not in NUMBERS}
    draft = Draft(raw.rows.assign(**absent), raw.problems)
    rows = draft.rows
    draft = draft.leave_out(rows["measure"] == "", "no measure is named")
    return figures(draft, source)


def figures(draft: Draft, source: Source) -> Draft:
    """Rows of text with the template's columns → a draft with measures, areas, periods, numbers."""
    rows = draft.rows
    when, as_months = read_periods(rows["period"], rows["period_type"])
    columns = {name: name for name in NUMBERS if name in rows}
    numbers, unread = symbols.number_columns(rows, columns)
    made = pd.concat([rows[["source_row"]], when, numbers], axis=1).assign(
        measure=measure_names(rows["measure"]),
        area_code=area_codes(rows["area"], source.area),
        period_text=rows["period"],
        sex=rows["sex"],
        age=rows["age"].where(rows["age"] != "", source.age),
        category_type=rows["category_type"].where(~is_total(rows["category"]), ""),
        category=rows["category"].where(~is_total(rows["category"]), ""),
        value_note=symbols.join_notes(rows["note"], _reason(numbers, columns)),
    )
    told = problem_table([(1, MONTHS_TOLD)] if as_months else [])
    problems = pd.concat([draft.problems, told], ignore_index=True)
    made = Draft(made, problems).mention(unread != "", unread)
    made = made.mention(_disagrees(made.rows, rows["unit"]), "value is not count ÷ denominator")
    return made.mention(_units_differ(made.rows, rows["unit"]), "the measure has several units")


def measure_names(texts: pd.Series) -> pd.Series:
    """Names of measures: a code of one word as it is, words as one snake_case word."""
    return texts.where(~texts.str.contains(r"\s"), symbols.snake(texts).str.strip("_"))


def is_total(texts: pd.Series) -> pd.Series:
    """True where a category is the whole."""
    return texts.str.casefold().isin(TOTALS)


def no_area(path: Path) -> recognise.UnrecognisedFile:
    """The error for figures of which nothing says the area."""
    action = "Add a column `area`, or give it as in `read(path, area=…)`."
    return recognise.UnrecognisedFile(path, "must say whose figures they are", "no area", action)


def _reason(numbers: pd.DataFrame, columns: dict[str, str]) -> pd.Series:
    """Why figures are missing; a blank cell beside a figure needs no reason."""
    figures = [name for name in ("count", "value") if name in columns]
    none = numbers[figures].isna().all(axis=1)
    blank = numbers["value_note"].str.replace(
        rf"(^|; )(?:\w+: )?{symbols.MISSING}(?=;|$)", "", regex=True
    )
    missing = pd.Series(symbols.MISSING, index=none.index, dtype="str")
    told = blank.str.strip("; ").str.removeprefix("value: ")
    return told.mask(none & (told == ""), missing)


def _disagrees(rows: pd.DataFrame, unit: pd.Series) -> pd.Series:
    """True where a percentage stands beside a count and a base that give another."""
    if not {"count", "denominator", "value"} <= set(rows):
        return pd.Series(False, index=rows.index)
    own = 100 * rows["count"] / rows["denominator"].where(rows["denominator"] > 0)
    percent = unit.str.contains("%|per ?cent", case=False)
    return percent & ((own - rows["value"]).abs() > _PERCENT_SLACK)


def _units_differ(rows: pd.DataFrame, unit: pd.Series) -> pd.Series:
    """True for the first row of a measure whose rows have more than one unit."""
    units = unit.where(unit != "").str.casefold()
    many = units.groupby(rows["measure"]).transform("nunique") > 1
    return many & ~rows["measure"].duplicated()
