"""Department for Education, Explore Education Statistics: one row per area and year, a measure
per column (children in need) or per row (children looked after), as the passport says.

Layout: Explore Education Statistics, open data standards (identifiers, symbols).
"""

from pathlib import Path

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, selection, symbols
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

CODE_OF_LEVEL = {
    "national": "country_code",
    "regional": "region_code",
    "local authority": "new_la_code",
}
IDENTIFIERS = (
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "region_code",
    "new_la_code",
    "old_la_code",
)
NUMBERS = ("count", "value", "denominator")


def read_ees(path: Path, source: Source | None = None) -> CountTable:
    """A file of the Explore Education Statistics layout → count table, by its passport.

    Counts as published, with a note where the publisher rounds them; rates and percentages as
    `value`. SourceError for missing columns, or if no row is one that the passport asks for.
    """
    source = source or recognise.recognise_known(path, "dfe")
    measures = selection.measures(source, ("count", "value"))
    raw = layout.open_tables(path, source, (*IDENTIFIERS, *_columns(source)))[0]
    layout.require(raw, _needed(source), path, source)
    optional = {name: "" for name in IDENTIFIERS if name not in raw.rows}
    draft = _areas(_asked_for(Draft(raw.rows.assign(**optional), raw.problems), source))
    parts = [_measure(draft, name, spec, source) for name, spec in measures.items()]
    absent = problem_table([(1, f"no column `{c}`") for c in _columns(source) if c not in raw.rows])
    told = [draft.problems, absent, *(part.problems for part in parts)]
    problems = pd.concat(told, ignore_index=True)
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    if rows.empty and not draft.rows.empty:
        raise _other_content(path, draft.rows, source)
    return count_table(Draft(rows, problems), path, source)


def _columns(source: Source) -> dict[str, None]:
    """Every column that the filters and measures of a passport speak of."""
    specs = source.measures.values()
    named = [spec[part] for spec in specs for part in (*NUMBERS, "category") if part in spec]
    return dict.fromkeys([*named, *source.filters, *(c for s in specs for c in s.get("where", {}))])


def _needed(source: Source) -> dict[str, None]:
    """Columns without which the file cannot be used. Published rates beside counts are not
    among them: some editions leave them out."""
    beside = {s["value"] for s in source.measures.values() if "value" in s and "count" in s}
    return dict.fromkeys(name for name in _columns(source) if name not in beside)


def _asked_for(draft: Draft, source: Source) -> Draft:
    """Rows that pass the filters, of the levels that the project knows."""
    passed = selection.matching(draft.rows, source.filters)
    draft = draft.leave_out_together(~passed, f"the passport's filters are {source.filters}")
    level = draft.rows["geographic_level"].str.casefold()
    other = ~level.isin(list(CODE_OF_LEVEL))
    names = ", ".join(draft.rows.loc[other, "geographic_level"].unique()[:5])
    return draft.leave_out_together(other, f"geographic_level is {names}")


def _areas(draft: Draft) -> Draft:
    """Adds area_code: the code of the row's level; for authorities without a known one, the
    code that their three-digit number stands for."""
    rows, level = draft.rows, draft.rows["geographic_level"].str.casefold()
    code = pd.Series("", index=rows.index, dtype="str")
    for name, column in CODE_OF_LEVEL.items():
        code = code.mask(level == name, rows[column])
    lost = (level == "local authority") & ~code.isin(geography.known_codes())
    if lost.any():
        code = code.mask(lost, geography.codes_from_dfe(rows["old_la_code"]).fillna(""))
    draft = Draft(rows.assign(area_code=code), draft.problems)
    found = " (code `" + rows["new_la_code"] + "`, number `" + rows["old_la_code"] + "`)"
    return draft.leave_out(~code.isin(geography.known_codes()), "area not known" + found)


def _measure(draft: Draft, name: str, spec: dict, source: Source) -> Draft:
    """The rows of one measure, numbers parsed; problems only of this measure."""
    where = spec.get("where", {})
    rows = draft.rows[selection.matching(draft.rows, where)]
    if rows.empty:
        told = f"no rows for `{name}`; the file has {selection.seen(draft.rows, where)}"
        return Draft(rows.assign(measure=name), problem_table([(1, told)]))
    columns = {part: spec[part] for part in NUMBERS if spec.get(part) in rows}
    numbers, unread = symbols.number_columns(rows, columns)
    labels = {
        "measure": name,
        "category_type": spec.get("category_type", ""),
        "category": rows[spec["category"]] if "category" in spec else "",
        "age": spec.get("age", source.age),
        "sex": spec.get("sex", source.sex),
    }
    texts, identifiers = rows["time_period"], rows["time_identifier"]
    when = periods.parse_all(texts, identifiers, spec.get("period"), strict=False)
    made = pd.concat([rows[["source_row", "area_code"]], when, numbers], axis=1)
    made = made.assign(**labels, period_text=rows["time_period"])
    made["value_note"] = _with_rounding(made, rows["geographic_level"], source)
    return Draft(made).mention(unread != "", unread)


def _with_rounding(made: pd.DataFrame, levels: pd.Series, source: Source) -> pd.Series:
    """The notes, with the publisher's rounding of counts at a level where there is a count."""
    if "count" not in made:
        return made["value_note"]
    to = {level.casefold(): f"{base:g}" for level, base in source.rounding.items()}
    base = levels.str.casefold().map(to).astype("str")
    told = ("count rounded to " + base + " by publisher").where(base.notna(), "")
    return symbols.join_notes(made["value_note"], told.where(made["count"].notna(), ""))


def _other_content(path: Path, rows: pd.DataFrame, source: Source) -> SourceError:
    """The error for a file whose columns fit a passport but whose rows are of something else."""
    wheres = [spec.get("where", {}) for spec in source.measures.values()]
    columns = dict.fromkeys(column for where in wheres for column in where)
    rule = f"must have rows of the measures of `{source.id}`"
    action = f"If only words changed, correct `where` in data/catalogue/sources/{source.id}.yml."
    known = bool(recognise.claimed_by(Path(path), [source]))
    kind = SourceError if known else recognise.UnrecognisedFile
    return kind(path, rule, selection.seen(rows, columns), action)
