"""Ofsted, lists of schools and other providers with their latest judgements → counts by area.

One row per provider (URN). The list is whole, so that a judgement which no provider of an area has
counts as nought there. Where a provider has no overall grade (state-funded schools inspected since
September 2024), that is a category of its own. The day is the one that the file's title or name
gives; a list that gives none is dated by its latest inspection, and says so.
"""

import re
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, places, recognise, selection, symbols
from cyp_analysis.loaders.ofsted import inspections as ofsted
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

URN, TOTAL = "URN", ""
UNDATED = "dated by the latest inspection in the file: it does not say as at which day"

_AS_AT = re.compile(
    r"\b(?:at|by|on)[ _-]+([0-3]?[0-9])(?:st|nd|rd|th)?[ _-]+([A-Za-z]{3,9})[ _-]+(20[0-9]{2})"
)


def read_providers(path: Path, source: Source | None = None) -> CountTable:
    """Providers by authority: in all, by the passport's kinds, and by each of its judgements.

    Count = providers, or places for a measure with `sum`. SourceError for missing columns, for a
    list without any date, or if no provider has a known authority.
    """
    source = source or recognise.recognise_known(path, "ofsted_providers")
    measures = selection.measures(source, ("judgement", "sum", "by"))
    raw = layout.open_tables(path, source, _columns(measures))[0]
    draft = _once(Draft(raw.rows, raw.problems))
    rows = draft.rows
    name = rows[ofsted.NAME] if ofsted.NAME in rows else rows[ofsted.CODE]
    code = places.first_code(rows, [ofsted.CODE, ofsted.NAME])
    draft = places.placed(Draft(rows.assign(area_code=code, shown=name), draft.problems), "shown")
    day, note = _as_at(raw, path)
    parts = [_measure(draft.rows, n, spec) for n, spec in measures.items()]
    absent = [
        (1, f"no column for `{n}`") for n, part in zip(measures, parts, strict=True) if part is None
    ]
    made = pd.concat([part for part in parts if part is not None], ignore_index=True)
    made = made.assign(
        period_text=day, value_note=symbols.join_notes(made["value_note"], _all(note, made))
    )
    made = pd.concat([made, periods.parse_all(made["period_text"], strict=False)], axis=1)
    told = pd.concat([draft.problems, problem_table(absent)], ignore_index=True)
    return count_table(Draft(made, told), path, source)


def _all(note: str, rows: pd.DataFrame) -> pd.Series:
    return pd.Series(note, index=rows.index, dtype="str")


def _columns(measures: dict[str, dict]) -> tuple[str, ...]:
    named = [
        spec[part] for spec in measures.values() for part in ("judgement", "sum") if part in spec
    ]
    kinds = [column for spec in measures.values() for column in spec.get("by", [])]
    return (URN, ofsted.CODE, ofsted.NAME, *named, *kinds)


def _once(draft: Draft) -> Draft:
    """One row per provider."""
    rows = draft.rows
    again = (rows[URN] != "") & rows.duplicated(URN)
    return draft.leave_out_together(again, "the provider stands in an earlier row")


def _as_at(table: layout.RawTable, path: Path) -> tuple[str, str]:
    """The day of a list, and a note if only its latest inspection tells it."""
    for text in (*table.above, table.sheet, Path(path).stem):
        if match := _AS_AT.search(text.replace("_", " ")):
            return f"{int(match[1])} {match[2]} {match[3]}", ""
    dated = [name for name in table.rows if "date" in name.casefold()]
    days = [ofsted.day_texts(table.rows[name]).max() for name in dated]
    if not any(days):
        action = "Keep the name it was published under, which says `as at` which day."
        raise SourceError(path, "must say as at which day it is", "no date", action)
    return max(days), UNDATED


def _measure(rows: pd.DataFrame, name: str, spec: dict) -> pd.DataFrame | None:
    """The rows of one measure; None if the file lacks its column."""
    needed = spec.get("judgement") or spec.get("sum")
    if needed and needed not in rows:
        return None
    kinds = [column for column in spec.get("by", []) if column in rows]
    if "sum" in spec:
        return _summed(rows, spec["sum"], kinds).assign(measure=name)
    column = spec.get("judgement")
    if column:
        grade = ofsted.graded(rows[column], spec).replace("", spec.get("blank", "No judgement"))
        rows = rows.assign(**{column: grade})
    groups = [[], *([kind] for kind in kinds)]
    groups += [[column], *([kind, column] for kind in kinds)] if column else []
    return pd.concat([_counted(rows, names) for names in groups], ignore_index=True).assign(
        measure=name, value_note=""
    )


def _counted(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Providers by area and some columns, nought where an area has none of a kind."""
    said = rows[(rows[names] != "").all(axis=1)] if names else rows
    groups = said.groupby(["area_code", *names])["source_row"]
    found = groups.agg(count="size", source_row="min")
    first = rows.groupby("area_code")["source_row"].min()
    if names:
        kinds = found.reset_index()[names].drop_duplicates()
        grid = first.rename("first").reset_index().merge(kinds, how="cross")
        found = grid.merge(found.reset_index(), how="left", on=["area_code", *names])
        found = found.assign(source_row=found["source_row"].fillna(found["first"]))
        found = found.fillna({"count": 0}).drop(columns="first")
    return _labelled(found.reset_index(drop=bool(names)), names).astype({"count": "float64"})


def _summed(rows: pd.DataFrame, column: str, kinds: list[str]) -> pd.DataFrame:
    """Sums of a column of numbers by area, in all and by kind; missing where a number is."""
    number = symbols.parse_numbers(rows[column])["number"]
    parts = []
    for names in ([], *([kind] for kind in kinds)):
        groups = rows.assign(number=number).groupby(["area_code", *names])
        made = groups.agg(
            count=("number", "sum"), known=("number", "count"), source_row=("source_row", "min")
        )
        whole = made["known"] == groups.size()
        made["count"] = made["count"].where(whole)
        gap = pd.Series("a number is missing for part of the providers", index=made.index)
        made = made.assign(value_note=gap.where(~whole, "")).drop(columns="known").reset_index()
        parts.append(_labelled(made, names))
    return pd.concat(parts, ignore_index=True)


def _labelled(made: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The columns named become the category."""
    category = made[names[0]].str.cat([made[n] for n in names[1:]], sep=" | ") if names else TOTAL
    made = made.assign(category_type=" | ".join(names), category=category)
    return made.drop(columns=names).astype({"source_row": "int64"})
