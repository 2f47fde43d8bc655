"""Stat-Xplore, Department for Work and Pensions: a table of children in low income families saved
as CSV, a row per area by name and a column per financial year.

Such tables hold counts only. They say which filters were chosen above the table; without one for
age they count all dependent children, those of 16 to 19 in education too.
"""

import re
from pathlib import Path

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import AreaError
from cyp_analysis.loaders import layout, recognise, selection, symbols
from cyp_analysis.loaders.dwp import saved as dwp_saved
from cyp_analysis.loaders.dwp import workbook as dwp
from cyp_analysis.loaders.own_names import with_own_names
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

NOT_AREAS = "totals and areas that are not known by name or code"

_UNDER_16 = re.compile(r"\b(under 16|0 ?(-|to) ?15|aged 0-15)\b", re.IGNORECASE)
_CODE_FORM = "[A-Z][0-9]{8}"


def read_export(path: Path, source: Source | None = None) -> CountTable:
    """The table → count table: `count` = children, age `<16 yrs` where the lines above the table
    say so, else the passport's. Totals and areas that are no English region or authority by name
    are listed. UnrecognisedFile if nothing says which measure it is of."""
    source = source or recognise.recognise_known(path, "dwp_xplore")
    table = layout.open_tables(path, with_own_names(path, source))[0]
    name = dwp.measure_of(table, Path(path), selection.measures(source, ("title",)))
    if not name:
        raise _other_content(path, table, source)
    years = {column: year for column in table.rows if (year := dwp_saved.year_of(column))}
    figures = {c: y for c, y in years.items() if not (table.rows[c] == "").all()}
    draft = _areas(table, [c for c in table.rows if c not in (*years, "source_row")], figures)
    said = any(_UNDER_16.search(cell) for cell in table.above)
    age = "<16 yrs" if said else source.age
    parts = [_year(draft.rows, column, year, age) for column, year in figures.items()]
    rows = pd.concat([part.rows for part in parts], ignore_index=True).assign(measure=name)
    problems = [draft.problems, *(part.problems for part in parts)]
    return count_table(Draft(rows, pd.concat(problems, ignore_index=True)), path, source)


def _other_content(path: Path, table: layout.RawTable, source: Source) -> Exception:
    # The file may be anything with a year for a column: what stands in it is not repeated.
    got = "a title that names none" if table.above else "no title"
    rule = f"must say above its table which measure of `{source.id}` it is of"
    action = "Export it again with its title, or name the file for the measure (relative, bhc)."
    return recognise.UnrecognisedFile(path, rule, got, action)


def _areas(table: layout.RawTable, labels: list[str], figures: dict[str, str]) -> Draft:
    """Rows of English areas with area_code: the first code or known name among the labels."""
    rows = table.rows[(table.rows[list(figures)] != "").any(axis=1)]
    texts = [rows[name].str.strip() for name in labels]
    known = {text: _code_of(text) for column in texts for text in column.unique()}
    code = pd.Series("", index=rows.index, dtype="str")
    for column in texts:
        code = code.where(code != "", column.map(known).astype("str"))
    draft = Draft(rows.assign(area_code=code), table.problems)
    lost = texts[0][code == ""].unique() if texts else []
    some = ", ".join(f"`{text}`" for text in lost[:5])
    return draft.leave_out_together(code == "", f"{NOT_AREAS}: {some}")


def _code_of(text: str) -> str:
    """A code as it is; for a name the code of the region or authority in force."""
    if re.fullmatch(_CODE_FORM, text):
        return text if text.startswith("E") else ""
    try:
        return geography.area(text).code
    except AreaError:
        return ""


def _year(rows: pd.DataFrame, column: str, year: str, age: str) -> Draft:
    numbers, unread = symbols.number_columns(rows, {"count": column})
    span = periods.parse_all(pd.Series([f"FYE {year}"])).iloc[0].to_dict()
    made = rows[["source_row", "area_code"]].assign(age=age, period_text=f"FYE {year}", **span)
    note = pd.Series(dwp_saved.provisional([column]), index=rows.index, dtype="str")
    numbers["value_note"] = symbols.join_notes(numbers["value_note"], note)
    return Draft(made.join(numbers), problem_table([])).mention(unread != "", unread)
