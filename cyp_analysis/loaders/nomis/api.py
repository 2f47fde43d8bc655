"""Nomis, answers of its programming interface as CSV: one row per figure, upper-case columns.

`GEOGRAPHY_CODE`, `DATE_NAME`, a `…_NAME` for every dimension, `MEASURES_NAME`, `OBS_VALUE`; any
choice of columns in any order. Without a key Nomis gives 25,000 rows at most: `RECORD_COUNT` says
how many there should be, and a file with fewer is refused.
"""

from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, selection, symbols
from cyp_analysis.loaders.headers import by_key, key
from cyp_analysis.loaders.ons import dimensions as ons_dimensions
from cyp_analysis.loaders.ons import places as ons_places
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

LIMIT = 25_000
AREA, VALUE = "Area", "OBS_VALUE"
_PARTS = ("", "_NAME", "_CODE", "_TYPE", "_TYPECODE", "_SORTORDER")
_NO_DIMENSION = ("DATE", "TIME", "GEOGRAPHY", "MEASURES", "OBS_STATUS", "OBS_CONF", "URN")
_KEY = [*ons_dimensions.ROW, *ons_dimensions.LABELS]


def read_api(path: Path, source: Source | None = None) -> CountTable:
    """An answer of the programming interface → count table; the measure is the passport's or is
    named after the dimensions.

    SourceError if rows are lacking, or if it has no date or no area.
    """
    source = source or recognise.recognise_known(path, "nomis_api")
    table = layout.open_tables(path, _by_header(source))[0]
    _refuse_truncated(table, path)
    name, spec = next(iter(selection.measures(source, ("parts",)).items()))
    dimensions = _dimensions(table.rows)
    measure = name
    if spec.get("self_named"):
        measure = ons_dimensions.measure_name(name, list(dimensions.values()))
    rows = table.rows.assign(
        text=table.rows[VALUE],
        period_text=_dates(table.rows, path),
        measure=measure,
        area_code=ons_places.codes(table.rows[AREA]),
        area_name=table.rows[AREA],
    )
    told = pd.concat([table.problems, problem_table(_perhaps_cut(table.rows))])
    draft = ons_places.english(Draft(rows, told), ["text"])
    if spec.get("where"):
        passed = selection.matching(draft.rows, spec["where"])
        draft = draft.leave_out_together(~passed, f"the passport asks for {spec['where']}")
    return count_table(figures(_by_part(draft, spec), dimensions, spec, source), path, source)


def _by_header(source: Source) -> Source:
    import dataclasses

    return dataclasses.replace(source, aliases={AREA: source.aliases[AREA]}, header=(AREA, VALUE))


def _refuse_truncated(table: layout.RawTable, path: Path) -> None:
    """SourceError if the file itself says that there are more rows than it has."""
    names = by_key(table.rows)
    if key("RECORD_COUNT") not in names:
        return
    counts = symbols.parse_numbers(table.rows[names[key("RECORD_COUNT")]])["number"]
    # Lines that were left out are lacking too, but are told one by one.
    got = len(table.rows) + int(table.problems["problem"].str.startswith("left out").sum())
    if counts.max() > got:
        rule = f"must have all {counts.max():,.0f} rows that RECORD_COUNT says there are"
        action = (
            f"Nomis gives {LIMIT:,} rows at most without a key: ask for fewer areas or ages at a "
            f"time, add &recordoffset={got} for the next rows, or use a key (uid=)."
        )
        raise SourceError(path, rule, f"{got:,}", action)


def _perhaps_cut(rows: pd.DataFrame) -> list[tuple[int, str]]:
    if len(rows) % LIMIT or key("RECORD_COUNT") in by_key(rows):
        return []
    why = f"exactly {len(rows):,} rows: Nomis stops there without a key, so more may be lacking"
    return [(int(rows["source_row"].iloc[-1]), f"{why}; download with RECORD_COUNT to be sure")]


def _dimensions(rows: pd.DataFrame) -> dict[str, str]:
    """{column: dimension} for all dimensions but area, date and measure: their names, not codes."""
    upper = {name.upper(): name for name in rows}
    known = {"SOURCE_ROW", AREA.upper(), VALUE, "RECORD_COUNT", "RECORD_OFFSET"}
    known |= {stem + part for stem in _NO_DIMENSION for part in _PARTS}
    left = [name for name in upper if name not in known]
    stems = dict.fromkeys(_stem(name) for name in left)
    found = {}
    for stem in stems:
        column = next(
            (stem + part for part in ("_NAME", "", "_CODE") if stem + part in upper), None
        )
        if column and stem != "PROJECTED_YEAR":
            found[upper[column]] = stem
    return found


def _stem(name: str) -> str:
    ends = [part for part in _PARTS if part and name.endswith(part)]
    return name.removesuffix(max(ends, key=len)) if ends else name


def _dates(rows: pd.DataFrame, path: Path) -> pd.Series:
    """The column that says when: the year projected to, else the date in words, else its code."""
    upper = {name.upper(): name for name in rows}
    wanted = ("PROJECTED_YEAR_NAME", "PROJECTED_YEAR", "DATE_NAME", "TIME_NAME", "DATE", "TIME",
              "DATE_CODE", "TIME_CODE")  # fmt: skip
    column = next((upper[name] for name in wanted if name in upper), None)
    if column is None:
        action = "Download it again with DATE_NAME among the columns (&select=date_name,…)."
        raise SourceError(path, "must have a column of dates", ", ".join(rows), action)
    return rows[column]


def _by_part(draft: Draft, spec: dict) -> Draft:
    """Adds `part` (count, value, denominator, margin) by what the row measures, and the reason
    of the publisher's status where it is not a normal value."""
    rows = draft.rows
    upper = {name.upper(): name for name in rows}
    column = next((upper[n] for n in ("MEASURES_NAME", "MEASURES") if n in upper), None)
    parts = {key(str(word)): part for word, part in spec["parts"].items()}
    measured = rows[column].map(key) if column else pd.Series("value", index=rows.index)
    part = measured.map(lambda word: parts.get(word, ""))
    status = rows[upper["OBS_STATUS_NAME"]] if "OBS_STATUS_NAME" in upper else ""
    draft = Draft(rows.assign(part=part, status=status), draft.problems)
    names = ", ".join(measured[part == ""].unique()[:5])
    return draft.leave_out_together(
        part == "", f"measures that the passport does not know: {names}"
    )


def figures(draft: Draft, dimensions: dict[str, str], spec: dict, source: Source) -> Draft:
    """Rows of text with `part` → count table rows, the parts of one figure side by side."""
    rows = draft.rows
    parsed = symbols.parse_numbers(rows["text"])
    flags = {key(flag): words for flag, words in spec.get("flags", {}).items()}
    told = rows["text"].map(lambda text: flags.get(key(text), ""))
    reason = parsed["reason"].mask(told != "", told)
    usual = rows["status"].str.casefold().isin(["", "normal value", "a"])
    blank = parsed["number"].isna() & ~usual
    note = reason.mask(blank, rows["status"])
    note = note.where(blank | usual, symbols.join_notes(note, rows["status"]))
    when = periods.parse_all(rows["period_text"], kind=spec.get("period"), strict=False)
    made = pd.concat([rows.assign(number=parsed["number"], value_note=note), when], axis=1)
    unread = "`" + rows["text"] + "` is not a number or a known symbol"
    draft = Draft(made, draft.problems).mention(parsed["unknown"] & (told == ""), unread)
    why = "period `" + draft.rows["period_text"] + "` cannot be read"
    draft = draft.leave_out(draft.rows["period_end"].isna(), why)
    draft = ons_dimensions.labelled(draft, dimensions, source)
    draft = Draft(_side_by_side(draft.rows), draft.problems)
    if set(draft.rows.columns) & {"value", "denominator"}:
        return draft
    draft = ons_dimensions.with_persons(draft)
    return ons_dimensions.with_bands(draft, spec.get("add_up", {}))


def _side_by_side(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per key with count, value, denominator and interval; a key that comes twice keeps
    its rows apart, to be told."""
    again = rows.groupby([*_KEY, "part"], sort=False, dropna=False).cumcount()
    group = rows.assign(again=again).groupby([*_KEY, "again"], sort=False, dropna=False).ngroup()
    numbers = rows.assign(group=group).pivot(index="group", columns="part", values="number")
    first = rows[[*_KEY, "source_row", "period_text"]].groupby(group).first()
    lines = rows["source_row"].groupby(group).min()
    notes = (
        rows["value_note"].groupby(group).agg(lambda n: "; ".join(dict.fromkeys(filter(None, n))))
    )
    made = pd.concat([first.assign(source_row=lines, value_note=notes), numbers], axis=1)
    if "margin" in made and "value" in made:
        made["lower_ci_95"] = made["value"] - made["margin"]
        made["upper_ci_95"] = made["value"] + made["margin"]
    return made.drop(columns="margin", errors="ignore").reset_index(drop=True)
