"""Office for National Statistics, mid-year population estimates.

Two layouts: the file that goes with children in need statistics (Explore Education Statistics
identifiers), and the yearly workbook with sheets `MYE2 - Persons/Females/Males`, where a passport
says which single years of age to add up (`ages: [0, 17]`). Counts are whole people.
"""

import re
from pathlib import Path

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import dfe, layout, recognise, selection, symbols
from cyp_analysis.loaders.table import CountTable, Draft, count_table

_YEAR = re.compile(r"mid[- ]?((?:19|20)[0-9]{2})", re.IGNORECASE)
_SEX = re.compile(r"\b(persons|females|males)\b", re.IGNORECASE)
_OLDEST = 90


def read_mid_year(path: Path, source: Source | None = None) -> CountTable:
    """Mid-year population estimates → count table; the file's own header says which layout.

    SourceError if columns or ages are missing, or if no sheet says which year it is for.
    """
    source = source or recognise.recognise_known(path, "ons")
    if "geographic_level" in source.header:
        return dfe.read_ees(path, source)
    tables = layout.open_tables(path, source)
    _require_sheets(tables, path, source)
    drafts = [_sheet(table, path, source) for table in tables if _specs(table, source)]
    made = Draft(
        pd.concat([draft.rows for draft in drafts], ignore_index=True),
        pd.concat([draft.problems for draft in drafts], ignore_index=True),
    )
    return count_table(made, path, source)


def _specs(table: layout.RawTable, source: Source) -> dict[str, dict]:
    """The measures that a sheet gives: those that name it, and those that name none."""
    measures = selection.measures(source, ("ages", "count"))
    return {n: s for n, s in measures.items() if s.get("sheet", table.sheet) == table.sheet}


def _require_sheets(tables: list[layout.RawTable], path: Path, source: Source) -> None:
    found = [table.sheet for table in tables]
    wanted = dict.fromkeys(spec["sheet"] for spec in source.measures.values() if "sheet" in spec)
    lacking = [f"`{sheet}`" for sheet in wanted if sheet not in found]
    if lacking:
        rule = f"a file of `{source.id}` must have the sheet {', '.join(lacking)}"
        action = f"Correct `sheet` in data/catalogue/sources/{source.id}.yml, or the file."
        raise SourceError(path, rule, ", ".join(found) or "no sheets", action)


def _sheet(table: layout.RawTable, path: Path, source: Source) -> Draft:
    """All measures of one sheet, for the sex that its title names."""
    specs = _specs(table, source)
    ages = [column for spec in specs.values() for column in _ages(spec)]
    layout.require(table, ["Code", *source.filters, *ages], path, source)
    passed = selection.matching(table.rows, source.filters)
    draft = Draft(table.rows, table.problems).leave_out_together(
        ~passed, f"the passport's filters are {source.filters}"
    )
    known = draft.rows["Code"].isin(geography.known_codes())
    draft = draft.leave_out_together(~known, "codes that are not in data/reference/areas.csv")
    base = _base(draft.rows, table, path)
    parts = [_measure(base, draft.rows, name, spec) for name, spec in specs.items()]
    rows = pd.concat([base.iloc[:0], *(part.rows for part in parts)], ignore_index=True)
    return Draft(rows, pd.concat([draft.problems, *(part.problems for part in parts)]))


def _base(rows: pd.DataFrame, table: layout.RawTable, path: Path) -> pd.DataFrame:
    """Area, sex and period of every row of a sheet."""
    title = " ".join([table.sheet, *table.above])
    year = _YEAR.search(title)
    if year is None:
        got = title[:120] or "no title"
        action = "Keep the rows above the header; they name the year, as in `mid-2023`."
        raise SourceError(path, "must say which mid-year it is for", got, action)
    sex = _SEX.search(title)
    when = periods.parse_all(pd.Series(f"mid-{year[1]}", index=rows.index), kind="mid_year")
    known = rows[["source_row"]].assign(
        area_code=rows["Code"], sex=sex[1].casefold() if sex else "persons"
    )
    return pd.concat([known, when], axis=1)


def _measure(base: pd.DataFrame, rows: pd.DataFrame, name: str, spec: dict) -> Draft:
    """One measure: the sum of its single years; missing where one of them is."""
    parsed = {column: symbols.parse_numbers(rows[column]) for column in _ages(spec)}
    numbers = pd.DataFrame({column: each["number"] for column, each in parsed.items()})
    count = numbers.sum(axis=1, min_count=numbers.shape[1])
    gap = pd.Series("population missing for part of the ages", index=rows.index, dtype="str")
    made = base.assign(
        measure=name,
        count=count.astype("float64"),
        age=spec.get("age") or f"{spec['ages'][0]}-{spec['ages'][1]} yrs",
        value_note=gap.where(count.isna(), ""),
    )
    return Draft(made).mention(count.isna(), gap)


def _ages(spec: dict) -> list[str]:
    """The columns to add up: single years from first to last, `90+` for the oldest."""
    if "ages" not in spec:
        return [spec["count"]]
    first, last = spec["ages"]
    return [f"{age}+" if age == _OLDEST else str(age) for age in range(first, last + 1)]
