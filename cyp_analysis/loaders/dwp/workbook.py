"""Department for Work and Pensions, Children in low income families: local area statistics.

A workbook of one table per measure and kind of area (regions, authorities, constituencies, wards),
each with two columns per financial year: number and percentage of children. Titles tell the
tables apart, as the passport says; `dwp_saved` reads the headers and the two ways of writing a
percentage. What the file prints no line for, `added_up` adds up from its parts.
"""

import dataclasses
import re
from pathlib import Path

import pandas as pd

from cyp_analysis import area_kinds, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import headers, layout, recognise, selection, symbols
from cyp_analysis.loaders.dwp import added_up
from cyp_analysis.loaders.dwp import saved as dwp_saved
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

CODE = "Area Code"
ELSEWHERE = "areas of the United Kingdom, Wales, Scotland or Northern Ireland"

_CODE_FORM = "[A-Z][0-9]{8}"


def read_low_income(path: Path, source: Source | None = None) -> CountTable:
    """The workbook (or one of its sheets saved as CSV) → count table, a measure per title.

    Count = children, as published; value = percentage of all children of that age, 0 to 100.
    Wards, constituencies, districts, authorities and regions are kept, other nations told once.
    SourceError if no table fits a measure.
    """
    source = source or recognise.recognise_known(path, "dwp")
    measures = selection.measures(source, ("title",))
    tables = layout.open_tables(path, _by_code(source))
    named = [(table, measure_of(table, Path(path), measures)) for table in tables]
    parts = [_long(table, name, path, source) for table, name in named if name]
    if not parts:
        raise _no_table(path, tables, source)
    there = {name for _, name in named}
    told = [f"no table for `{name}`" for name in measures if name not in there]
    told += [f"table not read, of no measure: {_title(table)}" for table, name in named if not name]
    problems = [problem_table([(1, each) for each in told]), *(part.problems for part in parts)]
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    draft = _numbers(Draft(rows, pd.concat(problems, ignore_index=True)))
    return count_table(added_up.with_wholes(draft), path, source)


def _by_code(source: Source) -> Source:
    """The passport with the code column as signature: the year columns keep their own names."""
    aliases = {CODE: source.aliases.get(CODE, ())}
    return dataclasses.replace(source, header=(CODE,), aliases=aliases)


def measure_of(table: layout.RawTable, path: Path, measures: dict[str, dict]) -> str:
    """The measure that a table is of, "" for none: by its title, by a title of older editions
    (which had one kind of housing costs and did not say so), or by the sheet's or file's name."""
    titles = [_words(cell) for cell in table.above]
    around = " ".join([*titles, _words(table.sheet)])
    names = [_words(table.sheet), _words(path.stem)]
    for key, places in (("title", titles), ("older_title", titles), ("sheet", names)):
        for place in places:
            for name, spec in measures.items():
                wanted = [_words(word) for word in spec.get(key, ())]
                barred = [] if key == "title" else [_words(w) for w in spec.get("not", ())]
                barred = [word for word in barred if word in around or word in place]
                if wanted and all(word in place for word in wanted) and not barred:
                    return name
    return ""


def _words(text: str) -> str:
    """Lower-case words with a space on both ends, so that `ahc` is not found inside another."""
    return f" {' '.join(re.findall('[a-z0-9]+', headers.key(text)))} "


def _title(table: layout.RawTable) -> str:
    return headers.tidy(table.above[0] if table.above else "a table without a title")


def _no_table(path: Path, tables: list[layout.RawTable], source: Source) -> SourceError:
    """The error for a workbook that has tables, none of them of a measure of the passport."""
    rule = f"must have a table of a measure of `{source.id}`"
    action = f"If only words changed, correct `title` in data/catalogue/sources/{source.id}.yml."
    return SourceError(path, rule, "; ".join(map(_title, tables))[:600], action)


def _long(table: layout.RawTable, name: str, path: Path, source: Source) -> Draft:
    """One row per English area and year of a table, numbers still text; empty where no column
    has them."""
    headed = dwp_saved.one_header(table)
    columns, problems = dwp_saved.year_columns(headed, path, source)
    draft = _english(headed, _code_column(headed.rows), columns)
    raw, blank = draft.rows, pd.Series("", index=draft.rows.index, dtype="str")
    parts = [
        raw[["area_code", "source_row"]].assign(
            measure=name,
            table=f"{table.sheet} {_title(table)}",
            period_text=f"FYE {year}",
            count=raw[found["count"]] if "count" in found else blank,
            value=raw[found["value"]] if "value" in found else blank,
            provisional=dwp_saved.provisional(found.values()),
        )
        for year, found in columns.items()
    ]
    told = pd.concat([draft.problems, problem_table([(1, each) for each in problems])])
    return Draft(pd.concat(parts, ignore_index=True), told)


def _code_column(rows: pd.DataFrame) -> str:
    """Of several columns of codes the one of the smallest areas, told by its many codes: a table
    of wards gives the authority's code too, under the same name."""
    many = {
        name: rows[name][rows[name].str.fullmatch(_CODE_FORM).fillna(False)].nunique()
        for name in rows
        if name != "source_row"
    }
    most = max(many.values())
    return [name for name, count in many.items() if count == most][-1] if most else CODE


def _english(table: layout.RawTable, code: str, columns: dict) -> Draft:
    """Rows of a table with area_code, without lines of notes; other nations are told once."""
    figures = [name for found in columns.values() for name in found.values()]
    rows = table.rows.assign(area_code=table.rows[code].str.strip())
    note = (rows["area_code"] == "") & (rows[figures] == "").all(axis=1)
    draft = Draft(rows[~note], table.problems)
    abroad = area_kinds.elsewhere(draft.rows["area_code"])
    return draft.leave_out_together(abroad, ELSEWHERE)


def _numbers(draft: Draft) -> Draft:
    """Texts as numbers, fractions as per cent, reasons in the words of this publisher."""
    rows = draft.rows
    numbers, unread = symbols.number_columns(rows, {"value": "value", "count": "count"})
    per_cent, doubt = dwp_saved.per_cent(rows["value"], numbers["value"], rows["table"])
    made = rows.drop(columns=["count", "value", "table"]).assign(
        count=numbers["count"],
        value=per_cent,
        # This publisher's [low] may also be nil.
        value_note=numbers["value_note"].str.replace(symbols.REASONS["low"], "nil or negligible"),
    )
    made = pd.concat([made, periods.parse_all(made["period_text"], strict=False)], axis=1)
    made["value_note"] = symbols.join_notes(made["value_note"], made["provisional"])
    told = Draft(made, draft.problems).mention(unread != "", unread)
    told = told.blank(doubt, ["value"], "percentage in doubt: a fraction or per cent?")
    return told.blank(made["value"] > 100, ["value"], "percentage above 100 in the file")
