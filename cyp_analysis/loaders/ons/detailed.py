"""Office for National Statistics, detailed series: a column for each year.

Three layouts share it: estimates by area, sex and age (MYEB1 and MYEB2, `population_2011`),
components of change by area (MYEB3, `births_2012`) and projections (`AREA_CODE, COMPONENT, SEX,
AGE_GROUP, 2022, 2023`). A measure of the passport names the word before the year (`years:
population`) and which ages to add up; where males and females alone are given, persons are both.
"""

import dataclasses
import re
from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, selection, symbols
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.ons import ages as ons_ages
from cyp_analysis.loaders.ons import places as ons_places
from cyp_analysis.loaders.ons import records as ons_records
from cyp_analysis.loaders.ons import titles as ons_titles
from cyp_analysis.loaders.table import (
    CountTable,
    Draft,
    count_table,
    nothing_left,
    problem_table,
)

# Beside the words that all loaders know: codes of older editions.
_SEX_CODES = {"1": "male", "2": "female", "3": "persons", "4": "persons"}
_YEAR = r"[ _-]?((?:19|20)[0-9]{2})"
_KEY = ["area_code", "sex"]


def read_detailed(path: Path, source: Source | None = None) -> CountTable:
    """A file with a column per year → count table, all years.

    SourceError if it lacks columns, or if no column is a year of any measure.
    """
    source = source or recognise.recognise_known(path, "ons_detailed")
    every = _drafts(path, source)
    drafts = _filled(every)
    if not drafts:
        told = pd.concat([draft.problems for _, draft in every], ignore_index=True)
        raise _no_years(path, source) if told.empty else nothing_left(path, told)
    done = {sheet for sheet, _ in drafts}
    for other in _companions(source):
        more = _filled(_drafts(path, other, required=False))
        drafts += [each for each in more if each[0] not in done]
    rows = pd.concat([draft.rows for _, draft in drafts], ignore_index=True)
    problems = pd.concat([draft.problems for _, draft in drafts], ignore_index=True)
    return count_table(Draft(rows, problems), path, source)


def _no_years(path: Path, source: Source) -> SourceError:
    stems = dict.fromkeys(str(spec["years"]) for spec in source.measures.values())
    rule = f"a file of `{source.id}` must have a column for each year"
    named = " or ".join(f"`{stem}_2023`" if stem else "`2023`" for stem in stems)
    return SourceError(path, rule, "none", f"Download it again: they are named like {named}.")


def _companions(source: Source) -> list[Source]:
    known = catalogue.sources().values()
    same = [s for s in known if s.dataset == source.dataset and s.reader == source.reader]
    return [other for other in same if other.id != source.id]


def _drafts(path: Path, source: Source, *, required: bool = True) -> list[tuple[str, Draft]]:
    """The sheets with the passport's columns, with their names; no rows where they have no years
    of its measures."""
    selection.measures(source, ("years",))
    try:
        tables = layout.open_tables(path, _by_identifiers(source))
    except SourceError:
        if required:
            raise
        return []  # the other layouts of the workbook need not be there
    return [(table.sheet, _table(table, source)) for table in tables]


def _filled(drafts: list[tuple[str, Draft]]) -> list[tuple[str, Draft]]:
    return [(sheet, draft) for sheet, draft in drafts if len(draft.rows)]


def _by_identifiers(source: Source) -> Source:
    """The passport without the columns of years, which keep their own names."""
    stems = {key(str(spec["years"])) for spec in source.measures.values()}
    aliases = {name: words for name, words in source.aliases.items() if key(name) not in stems}
    header = tuple(name for name in source.header if key(name) not in stems)
    return dataclasses.replace(source, header=header, aliases=aliases)


def _table(table: layout.RawTable, source: Source) -> Draft:
    """All measures of one sheet; no rows where it has no year of any."""
    rows = table.rows.assign(area_code=table.rows["Code"])
    named = ons_titles.sex_of(table) or source.sex
    rows["sex"] = _sexes(rows["Sex"]) if "Sex" in rows else named
    by_stem = {n: _years(rows, str(spec["years"])) for n, spec in source.measures.items()}
    figures = list(dict.fromkeys(c for columns in by_stem.values() for c in columns))
    if not figures or not _fits(rows, source):
        return Draft(rows.iloc[:0])
    draft = ons_places.english(Draft(rows, table.problems), figures)
    parts, problems = [], [draft.problems]
    for wanted in _alike(source.measures):
        specs = {name: source.measures[name] for name in wanted}
        made = _series(draft, by_stem[wanted[0]], specs, source)
        parts.append(made.rows)
        problems.append(made.problems)
    return Draft(pd.concat(parts, ignore_index=True), pd.concat(problems, ignore_index=True))


def _fits(rows: pd.DataFrame, source: Source) -> bool:
    """Whether a sheet has the years that the signature asks for, and ages only where the measures
    are of ages."""
    stems = {key(str(spec["years"])) for spec in source.measures.values()}
    asked = [name for name in source.header if key(name) in stems]
    aged = any("ages" in spec or "each" in spec for spec in source.measures.values())
    return all(_years(rows, name) for name in asked) and (aged or "Age" not in rows)


def _sexes(texts: pd.Series) -> pd.Series:
    return texts.map(lambda text: _SEX_CODES.get(text.removesuffix(".0"), text))


def _years(rows: pd.DataFrame, stem: str) -> dict[str, str]:
    """{column: year} of the columns that are a year of a measure, in order of the file."""
    pattern = re.compile(re.escape(stem) + (_YEAR if stem else _YEAR.replace("[ _-]?", "")), re.I)
    return {name: match[1] for name in rows if (match := pattern.fullmatch(name))}


def _alike(measures: dict[str, dict]) -> list[list[str]]:
    """Names of measures in groups that need the same rows and columns."""
    groups: dict[tuple, list[str]] = {}
    for name, spec in measures.items():
        where = tuple(sorted((k, str(v)) for k, v in spec.get("where", {}).items()))
        shape = (str(spec["years"]), where, spec.get("period"), spec.get("note"), spec.get("value"))
        groups.setdefault((*shape, "ages" in spec or "each" in spec), []).append(name)
    return list(groups.values())


def _series(draft: Draft, years: dict[str, str], specs: dict[str, dict], source: Source) -> Draft:
    """Measures that need the same rows and year columns, all years below one another."""
    spec = next(iter(specs.values()))
    passed = [name for name in spec.get("where", {}) if name in draft.rows]
    where = {name: spec["where"][name] for name in passed}
    rows = draft.rows[selection.matching(draft.rows, where)]
    if rows.empty or not years:
        return Draft(rows.iloc[:0])
    aged = "ages" in spec or "each" in spec
    long = _long(rows, years, aged=aged and "Age" in rows)
    when = periods.parse_all(long.rows["year"], kind=spec["period"], strict=False)
    dated = Draft(pd.concat([long.rows.drop(columns="year"), when], axis=1), long.problems)
    made = _by_age(dated, specs) if aged else _plain(dated, specs, source)
    note = pd.Series(spec.get("note", ""), index=made.rows.index, dtype="str")
    noted = symbols.join_notes(made.rows["value_note"], note)
    return Draft(made.rows.assign(value_note=noted), made.problems)


def _long(rows: pd.DataFrame, years: dict[str, str], *, aged: bool) -> Draft:
    """One row per record and year: source_row, area_code, sex, year, number, value_note, span."""
    many = len(rows)
    kept = rows[["source_row", *_KEY]].assign(span=rows["Age"] if aged else "all ages")
    long = kept.take([*range(many)] * len(years)).reset_index(drop=True)
    texts = pd.concat([rows[name] for name in years], ignore_index=True)
    parsed = symbols.parse_numbers(texts)
    long["year"] = pd.Series([y for y in years.values() for _ in range(many)], dtype="str")
    long = long.assign(number=parsed["number"], value_note=parsed["reason"])
    unread = "`" + texts + "` is not a number or a known symbol"
    return Draft(long).mention(parsed["unknown"], unread)


def _plain(draft: Draft, specs: dict[str, dict], source: Source) -> Draft:
    name, spec = next(iter(specs.items()))
    number = "value" if spec.get("value") else "count"
    labels = {"measure": name, "age": spec.get("age", source.age)}
    labels |= {"category_type": "", "category": ""}
    rows = draft.rows.drop(columns="span").rename(columns={"number": number}).assign(**labels)
    return Draft(rows, draft.problems)


def _by_age(draft: Draft, specs: dict[str, dict]) -> Draft:
    """Records by age side by side, then the measures that are made of them."""
    spans = ons_ages.spans(draft.rows["span"])
    opened = ons_ages.open_top(spans.dropna().unique())
    rows = draft.rows.assign(span=spans.map(lambda each: opened.get(each, each)))
    draft = Draft(rows, draft.problems).leave_out(rows["span"].isna(), "its age cannot be read")
    draft = ons_records.without_repeats(ons_records.with_sexes_named(draft))
    when = ["period_start", "period_end", "period_label"]
    base, people = ons_records.side_by_side(draft.rows, [*_KEY, *when])
    base, people, told = ons_records.with_persons(base, people, when)
    made, lacking = ons_ages.measures(base, people, specs)
    told = [(1, each) for each in ([ons_records.ADDED_UP] if told else []) + lacking]
    gaps = Draft(base).mention(people.isna().any(axis=1), ons_ages.GAP)
    gaps = gaps.mention(ons_ages.uneven(people), ons_ages.UNEVEN)
    return Draft(made, pd.concat([draft.problems, problem_table(told), gaps.problems]))
