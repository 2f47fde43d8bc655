"""Office for National Statistics, population estimates of small areas: output areas, lower and
middle layer super output areas and wards, a row each, with a column per single year or age group.

Columns are of persons (`0 … 90+`, a sheet for each sex) or of both sexes (`F0 … M90`), which are
added up to persons. The name of the sheet, its title or the file's name says which mid-year it is.
"""

from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, recognise, selection
from cyp_analysis.loaders.drafts import joined
from cyp_analysis.loaders.ons import ages as ons_ages
from cyp_analysis.loaders.ons import places as ons_places
from cyp_analysis.loaders.ons import titles as ons_titles
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

CODE = "Small area code"
BY_SEX = "females and males are added up to persons"
_KEPT = ["source_row", "area_code", "sex", "period_start", "period_end", "period_label"]


def read_small_areas(path: Path, source: Source | None = None) -> CountTable:
    """People of small areas → count table, the age groups that the passport asks for.

    Groups that the file's ages cannot make are told and left out. SourceError if nothing says
    which year a sheet is for.
    """
    source = source or recognise.recognise_known(path, "small_area_population")
    selection.measures(source, ("ages", "each"))
    drafts = [_sheet(table, path, source) for table in layout.open_tables(path, _by_code(source))]
    return count_table(joined(drafts), path, source)


def _by_code(source: Source) -> Source:
    """The passport with the columns of ages under their own names, which say the ages."""
    import dataclasses

    return dataclasses.replace(source, header=(CODE,), aliases={CODE: source.aliases[CODE]})


def _sheet(table: layout.RawTable, path: Path, source: Source) -> Draft:
    columns = ons_titles.age_columns_by_sex(table.rows)
    names = [name for each in columns.values() for _, name in each]
    if not names:
        return Draft(table.rows.iloc[:0])  # a sheet of the areas alone
    named = table.rows.assign(area_code=table.rows[CODE])
    draft = ons_places.english(Draft(named, table.problems), names)
    people, unread, added = _people(draft.rows, columns)
    year, told = ons_titles.year_of(path, ons_titles.title_of(table))
    when = periods.parse_all(pd.Series(f"mid-{year}", draft.rows.index), kind="mid_year")
    sex = "persons" if added or "persons" in columns else ons_titles.sex_of(table)
    base = pd.concat([draft.rows.assign(sex=sex or "persons"), when], axis=1)[_KEPT]
    rows, lacking = ons_ages.measures(base, people, source.measures)
    draft = draft.mention(unread != "", unread)
    draft = draft.mention(people.isna().any(axis=1), ons_ages.GAP)
    draft = draft.mention(ons_ages.uneven(people), ons_ages.UNEVEN)
    told = [(1, each) for each in (*told, *([BY_SEX] if added else []), *lacking)]
    return Draft(rows, pd.concat([draft.problems, problem_table(told)], ignore_index=True))


def _people(rows: pd.DataFrame, columns: dict) -> tuple[pd.DataFrame, pd.Series, bool]:
    """Persons by span, cells that cannot be read, and whether the sexes had to be added up."""
    plain = columns.get("persons", []) + columns.get("", [])
    people, unread = (
        ons_ages.numbers(rows, plain) if plain else (pd.DataFrame(index=rows.index), None)
    )
    if not {"female", "male"} <= set(columns):
        return people, unread, False
    females, odd = ons_ages.numbers(rows, columns["female"])
    males, odd_too = ons_ages.numbers(rows, columns["male"])
    heads = [each for each in females.columns if each in set(males.columns) - set(people.columns)]
    both = pd.DataFrame({i: females[each] + males[each] for i, each in enumerate(heads)})
    both.columns = pd.Index(heads, dtype="object", tupleize_cols=False)
    everyone = [*people.columns, *heads]
    joined = pd.concat([people, both], axis=1)
    joined.columns = pd.Index(everyone, dtype="object", tupleize_cols=False)
    told = odd.where(odd != "", odd_too)
    return joined, told if unread is None else told.where(told != "", unread), True
