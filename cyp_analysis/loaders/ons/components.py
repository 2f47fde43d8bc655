"""Office for National Statistics, components of population change: births, deaths, migration.

One row per area and a column for each component of the year to mid-year, as sheet MYE3 of the
mid-year estimates has them. Flows are counts; what may be negative (natural change, net
migration) is a value. `No data` stays missing, with its reason.
"""

from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, selection, symbols
from cyp_analysis.loaders.drafts import joined
from cyp_analysis.loaders.ons import places as ons_places
from cyp_analysis.loaders.ons import titles as ons_titles
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

NUMBERS = ("count", "value")


def read_components(path: Path, source: Source | None = None) -> CountTable:
    """Components of change → count table, a measure per column of the passport.

    SourceError if no sheet has such columns or none says which year it is for.
    """
    source = source or recognise.recognise_known(path, "ons_components")
    drafts = component_drafts(path, source)
    return count_table(joined(drafts), path, source)


def component_drafts(path: Path, source: Source, *, required: bool = True) -> list[Draft]:
    """A draft for each sheet with components; where not `required`, none if there is no sheet."""
    try:
        tables = layout.open_tables(path, source, _columns(source))
    except SourceError:
        if required:
            raise
        return []  # a workbook or a single sheet without them is no less whole
    return [_sheet(table, path, source) for table in tables]


def _columns(source: Source) -> list[str]:
    specs = selection.measures(source, NUMBERS).values()
    return [spec[part] for spec in specs for part in NUMBERS if part in spec]


def _sheet(table: layout.RawTable, path: Path, source: Source) -> Draft:
    found = [name for name in _columns(source) if name in table.rows]
    named = table.rows.assign(area_code=table.rows["Code"])
    draft = ons_places.english(Draft(named, table.problems), found)
    year, told = _year(table, path)
    parts = [_measure(draft, name, source) for name in source.measures]
    parts = [part for part in parts if part is not None]
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    when = pd.Series(f"year to 30 June {year}", index=rows.index)
    absent = [f"no column `{name}`" for name in _columns(source) if name not in found]
    problems = [draft.problems, problem_table([(1, each) for each in (*told, *absent)])]
    problems += [part.problems for part in parts]
    dated = pd.concat([rows, periods.parse_all(when)], axis=1)
    return Draft(dated, pd.concat(problems, ignore_index=True))


def _year(table: layout.RawTable, path: Path) -> tuple[int, list[str]]:
    """The year in which the components end: the title's, else the later one of the headings."""
    headings = " ".join(name for name in table.rows if "population" in name.casefold())
    years = ons_titles.years_in(headings)
    title = ons_titles.title_of(table)
    if years and not ons_titles.years_in(title):
        return max(years), []
    return ons_titles.year_of(path, title)


def _measure(draft: Draft, name: str, source: Source) -> Draft | None:
    """The rows of one measure; None where the file does not have its column."""
    spec = source.measures[name]
    columns = {part: spec[part] for part in NUMBERS if spec.get(part) in draft.rows}
    if not columns:
        return None
    numbers, unread = symbols.number_columns(draft.rows, columns)
    labels = {"measure": name, "sex": source.sex, "age": source.age}
    labels |= {"category_type": "", "category": ""}
    known = draft.rows[["source_row", "area_code"]].assign(**labels)
    return Draft(pd.concat([known, numbers], axis=1)).mention(unread != "", unread)
