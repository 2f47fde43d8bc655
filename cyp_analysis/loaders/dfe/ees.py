"""Department for Education, Explore Education Statistics, with a passport: one row per area and
year, a measure per column (children in need) or per row (children looked after), as it says.

Layout: Explore Education Statistics, open data standards (identifiers, symbols). Measures whose
columns an edition lacks are told; filters that a later edition adds become part of the category.
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, selection, symbols
from cyp_analysis.loaders.columns import coded, constant, mapped, stacked
from cyp_analysis.loaders.dfe import columns as dfe_columns
from cyp_analysis.loaders.dfe import filters as dfe_filters
from cyp_analysis.loaders.dfe import levels as dfe_levels
from cyp_analysis.loaders.dfe import periods as dfe_periods
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table
from cyp_analysis.text_columns import key_codes

NUMBERS = ("count", "value", "denominator", "lower_ci_95", "upper_ci_95")
AS_PUBLISHED = "as_published"
FIGURES = ("count", "value")
_WORDS = ("category", "sex_from", "age_from")
_OURS = ("area_code", "area_note", "level")
_GROUP = ["sex", "age", "category_type", "category"]


def read_ees(path: Path, source: Source | None = None) -> CountTable:
    """A file of the Explore Education Statistics layout → count table, by its passport.

    Counts as published, with a note where the publisher rounds them; rates and percentages as
    `value`. SourceError for missing columns, or if no row is one that the passport asks for.
    """
    source = source or recognise.recognise_known(path, "dfe")
    measures = selection.measures(source, FIGURES)
    wanted = (*dfe_levels.IDENTIFIERS, *_columns(source))
    raw = layout.open_tables(path, source, wanted, coded=True)[0]
    measures = _there(raw, measures, path, source)
    blank = constant("", raw.rows.index)
    optional = {name: blank for name in dfe_levels.IDENTIFIERS if name not in raw.rows}
    draft = Draft(raw.rows.assign(**optional), raw.problems)
    draft = dfe_levels.with_areas(_asked_for(draft, source), path)
    draft, extra = _more_filters(draft, source)
    parts = [_measure(draft, extra, name, spec, source) for name, spec in measures.items()]
    rows = stacked([part.rows for part in parts])
    if rows.empty and not draft.rows.empty:
        raise _other_content(path, draft.rows, source)
    empty = {n: s for (n, s), part in zip(measures.items(), parts, strict=True) if part.rows.empty}
    told = [draft.problems, _absent(raw, source), _without_rows(draft.rows, empty)]
    told += [part.problems for part in parts]
    problems = pd.concat(told, ignore_index=True)
    return count_table(Draft(rows, problems), path, source)


def _columns(source: Source) -> dict[str, None]:
    """Every column that the filters and measures of a passport speak of."""
    specs = source.measures.values()
    named = [spec[part] for spec in specs for part in (*NUMBERS, *_WORDS) if part in spec]
    return dict.fromkeys([*named, *source.filters, *(c for s in specs for c in s.get("where", {}))])


def _there(raw: layout.RawTable, measures: dict, path: Path, source: Source) -> dict[str, dict]:
    """The measures of which the file has a figure. SourceError if it lacks a column that they
    cannot do without, or a measure whose column one that the passport does not know may be."""
    found = {n: s for n, s in measures.items() if any(s.get(p) in raw.rows for p in FIGURES)}
    lost = [spec.get("count") or spec["value"] for n, spec in measures.items() if n not in found]
    if lost and (not found or _unknown_figures(raw, source)):
        _require_or_pass_on(raw, lost, path, source, most=len(found) > 2 * len(lost))
    layout.require(raw, source.filters, path, source)
    for spec in found.values():
        words = [spec[part] for part in ("denominator", *_WORDS) if part in spec]
        layout.require(raw, [*words, *spec.get("where", {})], path, source)
    return found


def _require_or_pass_on(
    raw: layout.RawTable, lost: list[str], path: Path, source: Source, *, most: bool
) -> None:
    """Columns that a file named as one of the passport's must have. One of another name is an
    older edition if it has most of the measures; else it is left to the next passport that fits.
    """
    try:
        layout.require(raw, lost, path, source)
    except recognise.MissingColumns as error:
        if recognise.claimed_by(Path(path), [source]):
            raise
        rule, got, action = error.rule, error.got, error.action
    else:
        return
    if not most:
        raise recognise.UnrecognisedFile(path, rule, got, action)


def _unknown_figures(raw: layout.RawTable, source: Source) -> list[str]:
    """Columns of figures that the passport does not know by any name."""
    return list(dfe_columns.roles(_unknown(raw.rows, source), {}).indicators)


def _unknown(rows: pd.DataFrame, source: Source) -> pd.DataFrame:
    known = {*_columns(source), *source.header, *source.aliases, *dfe_levels.IDENTIFIERS}
    return rows[["source_row", *(name for name in rows if name not in known | {"source_row"})]]


def _absent(raw: layout.RawTable, source: Source) -> pd.DataFrame:
    lacking = [name for name in _columns(source) if name not in raw.rows]
    return problem_table([(1, f"this edition has no column `{name}`") for name in lacking])


def _without_rows(rows: pd.DataFrame, empty: dict[str, dict]) -> pd.DataFrame:
    """One problem for the measures that have no row, with what the file has instead."""
    if not empty:
        return problem_table([])
    names = ", ".join(f"`{name}`" for name in empty)
    columns = dict.fromkeys(column for spec in empty.values() for column in spec.get("where", {}))
    return problem_table(
        [(1, f"no rows for {names}; the file has {selection.seen(rows, columns)}")]
    )


def _asked_for(draft: Draft, source: Source) -> Draft:
    """Rows that pass the passport's filters."""
    passed = selection.matching(draft.rows, source.filters)
    return draft.leave_out_together(~passed, f"the passport's filters are {source.filters}")


def _more_filters(draft: Draft, source: Source) -> tuple[Draft, pd.DataFrame]:
    """Sex, age and category by the filters that no measure of the passport speaks of: those it
    lists among its columns, and others if only they tell rows apart, which is told."""
    rows = draft.rows
    named = [name for name in _columns(source) if name in rows]
    spoken = [name for name in named if not _is_number(name, source)]
    bare = rows[[name for name in rows if name not in (*named, *_OURS)]]
    filters = [n for n in dfe_columns.roles(bare, {}).filters if rows[n].nunique() > 1]
    listed = [name for name in filters if name in (*source.header, *source.aliases)]
    keys = ["area_code", "time_period", "time_identifier", *spoken, *listed]
    others = [name for name in filters if name not in listed]
    if others and _alike(rows, keys):
        names = ", ".join(f"`{name}`" for name in others)
        told = problem_table([(1, f"not in the passport, so part of the category: {names}")])
        draft = replace(draft, problems=pd.concat([draft.problems, told], ignore_index=True))
        listed = filters
    plain = replace(source, age="", sex="persons")
    groups = dfe_filters.categories(rows, tuple(listed), plain)
    sex = coded(groups["sex"], lambda texts: texts.mask(texts == "persons", ""))
    return draft, groups.assign(sex=sex)


def _alike(rows: pd.DataFrame, keys: list[str]) -> bool:
    """Whether rows that differ have the same cells in the key's columns."""
    bare = key_codes(rows, [name for name in rows if name != "source_row"])
    key = key_codes(rows, keys)
    return bool(bare.max(initial=-1) > key.max(initial=-1))


def _is_number(name: str, source: Source) -> bool:
    return any(spec.get(part) == name for spec in source.measures.values() for part in NUMBERS)


def _measure(draft: Draft, extra: pd.DataFrame, name: str, spec: dict, source: Source) -> Draft:
    """The rows of one measure, numbers parsed; problems only of this measure."""
    where = spec.get("where", {})
    rows = draft.rows[selection.matching(draft.rows, where)]
    if rows.empty:
        return Draft(rows.assign(measure=name))
    columns = {part: spec[part] for part in NUMBERS if spec.get(part) in rows}
    numbers, unread = symbols.number_columns(rows, columns)
    groups = _groups(rows, extra.loc[rows.index], spec, source)
    kind = spec.get("period", AS_PUBLISHED)
    when = dfe_periods.parse(rows, None if kind == AS_PUBLISHED else kind)
    made = pd.concat([rows[["source_row", "area_code"]], groups, when, numbers], axis=1)
    made = made.assign(measure=constant(name, rows.index), period_text=rows["time_period"])
    note = _with_rounding(made, rows["geographic_level"], source)
    made["value_note"] = symbols.join_notes(note, rows["area_note"])
    return Draft(made).mention(unread != "", unread)


def _groups(rows: pd.DataFrame, extra: pd.DataFrame, spec: dict, source: Source) -> pd.DataFrame:
    """sex, age, category_type and category of a measure: its passport's, a column's, or those of
    filters that the passport does not know."""
    blank = constant("", rows.index)
    own = {
        "sex": rows[spec["sex_from"]] if "sex_from" in spec else extra["sex"],
        "age": rows[spec["age_from"]] if "age_from" in spec else extra["age"],
    }
    usual = {"sex": spec.get("sex", source.sex), "age": spec.get("age", source.age)}
    filled = {
        name: coded(texts, lambda each, name=name: each.mask(each == "", usual[name]))
        for name, texts in own.items()
    }
    kinds = constant(spec.get("category_type", ""), rows.index)
    words = rows[spec["category"]] if "category" in spec else blank
    return pd.DataFrame(filled).assign(
        category_type=dfe_filters.joined(kinds, extra["category_type"]),
        category=dfe_filters.joined(words, extra["category"]),
    )


def _with_rounding(made: pd.DataFrame, levels: pd.Series, source: Source) -> pd.Series:
    """The notes, with the publisher's rounding of counts at a level where there is a count."""
    if "count" not in made:
        return made["value_note"]
    to = {level.casefold(): f"{base:g}" for level, base in source.rounding.items()}
    told = mapped(levels, {text: _rounded(text, to) for text in levels.unique()})
    return symbols.join_notes(made["value_note"], told.where(made["count"].notna(), ""))


def _rounded(level: str, to: dict[str, str]) -> str:
    base = to.get(level.casefold())
    return f"count rounded to {base} by publisher" if base else ""


def _other_content(path: Path, rows: pd.DataFrame, source: Source) -> SourceError:
    """The error for a file whose columns fit a passport and whose rows are of something else:
    another passport may know it, unless it has this one's name."""
    wheres = [spec.get("where", {}) for spec in source.measures.values()]
    columns = dict.fromkeys(column for where in wheres for column in where)
    rule = f"must have rows of the measures of `{source.id}`"
    action = f"If only words changed, correct `where` in data/catalogue/sources/{source.id}.yml."
    claimed = recognise.claimed_by(Path(path), [source])
    kind = SourceError if claimed else recognise.UnrecognisedFile
    return kind(path, rule, selection.seen(rows, columns), action)
