"""Office for National Statistics, mid-year population estimates.

Two layouts: the file that goes with children in need statistics (Explore Education Statistics
identifiers), and the yearly workbook with a sheet for each sex (`MYE2 - Persons`, `MYE2 - F` …) of
people by single year of age, where a passport says which ages to add up (`ages: [0, 17]`, `each:
5`). Its sheet of births, deaths and migration comes along. Counts are whole people.
"""

from fnmatch import fnmatch
from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, selection
from cyp_analysis.loaders.dfe import ees as dfe
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.ons import ages as ons_ages
from cyp_analysis.loaders.ons import places as ons_places
from cyp_analysis.loaders.ons import titles as ons_titles
from cyp_analysis.loaders.ons.components import component_drafts
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

_KEPT = ["source_row", "area_code", "sex", "period_start", "period_end", "period_label"]


def read_mid_year(path: Path, source: Source | None = None) -> CountTable:
    """Mid-year population estimates → count table; the file's own header says which layout.

    SourceError if columns or ages are missing, or if nothing says which year a sheet is for.
    """
    source = source or recognise.recognise_known(path, "ons")
    if "geographic_level" in source.header:
        return dfe.read_ees(path, source)
    tables = layout.open_tables(path, source)
    _require_sheets(tables, path, source)
    drafts = [_sheet(table, path, source) for table in tables if _specs(table, source)]
    drafts += _companions(path, source)
    made = Draft(
        pd.concat([draft.rows for draft in drafts], ignore_index=True),
        pd.concat([draft.problems for draft in drafts], ignore_index=True),
    )
    return count_table(made, path, source)


def _specs(table: layout.RawTable, source: Source) -> dict[str, dict]:
    """The measures that a sheet gives: those that name it, and those that name none."""
    measures = selection.measures(source, ("ages", "each", "count"))
    return {n: s for n, s in measures.items() if _of_sheet(s.get("sheet", "*"), table.sheet)}


def _of_sheet(pattern: str, sheet: str) -> bool:
    return fnmatch(key(sheet), key(pattern))


def _require_sheets(tables: list[layout.RawTable], path: Path, source: Source) -> None:
    found = [table.sheet for table in tables]
    wanted = dict.fromkeys(spec["sheet"] for spec in source.measures.values() if "sheet" in spec)
    lacking = [f"`{w}`" for w in wanted if not any(_of_sheet(w, sheet) for sheet in found)]
    if lacking:
        rule = f"a file of `{source.id}` must have the sheet {', '.join(lacking)}"
        action = f"Correct `sheet` in data/catalogue/sources/{source.id}.yml, or the file."
        raise SourceError(path, rule, ", ".join(found) or "no sheets", action)


def _companions(path: Path, source: Source) -> list[Draft]:
    """The other sheets of the workbook that a passport of the same data set describes."""
    known = catalogue.sources().values()
    others = [s for s in known if s.dataset == source.dataset and s.reader == "ons_components"]
    return [draft for other in others for draft in component_drafts(path, other, required=False)]


def _sheet(table: layout.RawTable, path: Path, source: Source) -> Draft:
    """All measures of one sheet, for the sex that its name or title gives."""
    specs = _specs(table, source)
    columns = ons_titles.age_columns(table.rows)
    _require_ages(table, specs, columns, path, source)
    draft = _areas(table, source, [name for _, name in columns])
    title = ons_titles.title_of(table)
    year, told = ons_titles.year_of(path, title)
    when = pd.Series(f"mid-{year}", index=draft.rows.index)
    sex = draft.rows["Sex"] if "Sex" in draft.rows else ons_titles.sex_of(table) or "persons"
    when = periods.parse_all(when, kind="mid_year")
    base = pd.concat([draft.rows.assign(sex=sex), when], axis=1)[_KEPT]
    numbers, unread = ons_ages.numbers(draft.rows, columns)
    rows, lacking = ons_ages.measures(base, numbers, specs)
    draft = draft.mention(unread != "", unread)
    draft = draft.mention(numbers.isna().any(axis=1), ons_ages.GAP)
    draft = draft.mention(ons_ages.uneven(numbers), ons_ages.UNEVEN)
    told = [(1, each) for each in (*told, *lacking)]
    return Draft(rows, pd.concat([draft.problems, problem_table(told)], ignore_index=True))


def _require_ages(table, specs: dict, columns: list, path: Path, source: Source) -> None:
    """SourceError that names the single years a measure needs and the sheet does not have."""
    known = [found for found, _ in columns]
    lacking = [
        ons_ages.label((age, age))
        for spec in specs.values()
        for group, _ in (ons_ages.groups(spec, known) if spec.get("ages", "all") != "all" else [])
        if ons_ages.tiles(known, group) is None
        for age in range(group[0], int(min(group[1], 200)) + 1)
        if (age, age) not in known
    ]
    layout.require(table, ["Code", *source.filters, *lacking], path, source)


def _areas(table: layout.RawTable, source: Source, figures: list[str]) -> Draft:
    passed = selection.matching(table.rows, source.filters)
    draft = Draft(table.rows, table.problems).leave_out_together(
        ~passed, f"the passport's filters are {source.filters}"
    )
    named = draft.rows.assign(area_code=draft.rows["Code"])
    return ons_places.english(Draft(named, draft.problems), figures)
