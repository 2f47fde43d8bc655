"""The count table: what every loader gives back, and the checks that all loaders share."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd

from cyp_analysis import area_kinds, geography, schema
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import AreaError, SourceError
from cyp_analysis.loaders.columns import as_coded, coded, constant, mapped, per_text
from cyp_analysis.loaders.drafts import Draft, problem_table
from cyp_analysis.loaders.rounding import rounded_notes
from cyp_analysis.loaders.symbols import MISSING, join_notes
from cyp_analysis.text_columns import plain

SEX = {
    **dict.fromkeys(["persons", "person", "total", "all", "", "not applicable"], "persons"),
    **dict.fromkeys(["male", "males", "boys", "m"], "male"),
    **dict.fromkeys(["female", "females", "girls", "f"], "female"),
}
# The newest code in the reference table. Not today: a build must not depend on its own day.
END_OF_TIME = date(9999, 12, 31)
_DAY = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")


@dataclass(frozen=True)
class CountTable:
    """Figures of one file: `rows` follow schema.COUNT_COLUMNS; `problems` has source_row and
    problem for every row that was left out or mended."""

    rows: pd.DataFrame = field(repr=False)
    source: Source = field(repr=False)
    path: Path
    problems: pd.DataFrame = field(repr=False)

    def of_area(self, text: str) -> pd.DataFrame:
        """The rows of one area, by code or name. AreaError, naming the areas and kinds of area
        that the file does have, where there is none."""
        code = text if area_kinds.kind_of(text) else geography.area(text).code
        rows = self.rows[self.rows["area_code"] == code]
        return rows if len(rows) else _refuse_no_rows(self, code)


@dataclass(frozen=True)
class ReferenceTable:
    """What helps to read figures but is none: `kind` says which (`lookup`, `boundaries`,
    `neighbours`, `dictionary`, `targets`, `actions` …); `rows` as the reader's docstring says."""

    kind: str
    rows: pd.DataFrame = field(repr=False)
    source: Source = field(repr=False)
    path: Path
    problems: pd.DataFrame = field(repr=False)


def _refuse_no_rows(table: CountTable, code: str) -> pd.DataFrame:
    codes = table.rows["area_code"].drop_duplicates()
    many = area_kinds.kinds(codes).value_counts()
    kinds = ", ".join(f"{kind} ({count})" for kind, count in many.items())
    same = codes[area_kinds.kinds(codes) == area_kinds.kind_of(code)]
    some = ", ".join((same if len(same) else codes).sort_values()[:8])
    raise AreaError(
        f"{table.path.name}, area {code}",
        "must be an area that the file has rows of",
        f"areas of these kinds: {kinds}; such as {some}",
        "Choose one of them, or download the file for the kind of area wanted.",
    )


def count_table(draft: Draft, path: Path, source: Source) -> CountTable:
    """A draft whose rows hold measure, area_code, periods and numbers → a checked count table.

    Each row names its file; one without any figure or note says that it is missing there.
    SourceError if no row is left.
    """
    path = Path(path)
    rows = _with_reason(_filled(draft.rows, path, source)).reset_index(drop=True)
    filled = Draft(rows, draft.problems)
    tidy = _one_row_per_key(_possible_numbers(_known_rows(filled)))
    if tidy.rows.empty:
        raise nothing_left(path, tidy.problems)
    rows = _with_rounding(tidy.rows.reset_index(drop=True))
    rows = schema.check_count_table(rows)
    problems = tidy.problems.drop_duplicates(ignore_index=True)
    return CountTable(rows, source, path, problems)


def nothing_left(path: Path, problems: pd.DataFrame) -> SourceError:
    """The error for a file of which no row can be used, with the commonest reason."""
    reasons = problems["problem"].mode()
    got = f"none ({reasons.iloc[0]})" if len(reasons) else "no rows below the header"
    action = "Download the file again for upper-tier authorities, regions and England."
    return SourceError(path, "must have rows that can be used", got, action)


def _filled(rows: pd.DataFrame, path: Path, source: Source) -> pd.DataFrame:
    """All columns of a count table, those that the loader left out filled from the passport."""
    origin = {
        "source_id": source.id,
        "source_published": published_on(path, source),
        "source_file": file_name(path, source),
    }
    numbers = dict.fromkeys(schema.NUMBERS, float("nan"))
    usual = dict.fromkeys(schema.COUNT_COLUMNS, "") | numbers | {"period_text": ""}
    usual |= {"sex": source.sex, "age": source.age}
    absent = {name: value for name, value in usual.items() if name not in rows} | origin
    words = {n: constant(v, rows.index) for n, v in absent.items() if isinstance(v, str)}
    # Texts as categories: two million rows hold each area and period many times.
    held = {name: as_coded(rows[name]) for name in rows}
    notes = {"value_note": plain((held | words)["value_note"])}
    return rows.assign(**held | absent | words | notes)


def published_on(path: Path, source: Source) -> pd.Timestamp:
    """The passport's date, else the one in the name of the file's folder; NaT if neither."""
    if source.published:
        return pd.Timestamp(source.published)
    dated = _DAY.search(path.parent.name)
    return pd.to_datetime(dated[0], errors="coerce") if dated else pd.NaT


def file_name(path: Path, source: Source) -> str:
    """The file's name; below a folder named as the passport, its path from there."""
    folders = path.parts[:-1]
    if source.id not in folders:
        return path.name
    above = len(folders) - folders[::-1].index(source.id)
    return "/".join(path.parts[above:])


def _with_reason(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows without count, value and note say so; a figure that stands alone needs no note."""
    silent = rows["count"].isna() & rows["value"].isna() & (rows["value_note"] == "")
    return rows.assign(value_note=rows["value_note"].mask(silent, MISSING))


def _known_rows(draft: Draft) -> Draft:
    """Rows with an area of areas.csv, a period and a sex that the project knows."""
    sex = coded(draft.rows["sex"], _sexes)
    draft = replace(draft, rows=draft.rows.assign(sex=sex))
    draft = draft.leave_out(sex == "", "sex is not persons, male or female")
    draft = _current_areas(draft)
    code = draft.rows["area_code"]
    unknown = per_text(code, lambda codes: area_kinds.kinds(codes) == "")
    if unknown.any():
        why = "area code `" + plain(code) + "` is not in data/reference/areas.csv"
        draft = draft.leave_out(unknown, why)
    undated = draft.rows["period_end"].isna()
    if undated.any():
        why = "period `" + plain(draft.rows["period_text"]) + "` cannot be read"
        draft = draft.leave_out(undated, why)
    return draft


def _sexes(texts: pd.Series) -> pd.Series:
    return mapped(texts.str.strip().str.casefold(), SEX)


def _current_areas(draft: Draft) -> Draft:
    """An authority whose code alone was replaced is one series, under its newest code; told once
    for each."""
    newest = coded(draft.rows["area_code"], _newest)
    code, moved = newest["code"], newest["moved"]
    told = []
    if moved.any():
        cells = {"old": draft.rows.loc[moved, "area_code"], "new": code[moved]}
        changed = pd.DataFrame({name: plain(each) for name, each in cells.items()})
        pairs = changed.drop_duplicates().itertuples()
        told = [(draft.rows.loc[i, "source_row"], _recoded(o, n)) for i, o, n in pairs]
    draft = replace(draft, rows=draft.rows.assign(area_code=code))
    return replace(draft, problems=pd.concat([draft.problems, problem_table(told)]))


def _newest(codes: pd.Series) -> pd.DataFrame:
    """`code`, and whether it has `moved` from the one given."""
    code = geography.current_code(codes, END_OF_TIME)
    return pd.DataFrame({"code": code, "moved": code != codes})


def _recoded(old: str, new: str) -> str:
    return f"code `{old}` read as `{new}`: {geography.rule_of_change(old, new)}"


def _possible_numbers(draft: Draft) -> Draft:
    """Counts below zero, bases of zero or less and intervals beside the value are taken away."""
    rows = draft.rows
    no_base = rows["denominator"] == 0
    if no_base.any():
        told = pd.Series("denominator is zero", index=rows.index, dtype="str").where(no_base, "")
        rows = rows.assign(
            denominator=rows["denominator"].mask(no_base),
            value_note=join_notes(rows["value_note"], told),
        )
        draft = replace(draft, rows=rows)
    draft = draft.blank(rows["count"] < 0, ["count"], "count below zero in the file")
    draft = draft.blank(rows["denominator"] < 0, ["denominator"], "denominator below zero")
    slack = 1e-9 * rows["value"].abs().clip(lower=1)
    outside = (rows["value"] < rows["lower_ci_95"] - slack) | (
        rows["value"] > rows["upper_ci_95"] + slack
    )
    return draft.blank(outside, ["lower_ci_95", "upper_ci_95"], "interval does not hold the value")


def _one_row_per_key(draft: Draft) -> Draft:
    """Repeats are left out; a key with two different figures keeps one row without numbers,
    for nothing says which figure is right."""
    code = pd.Series(schema.key_codes(draft.rows, schema.COUNT_KEY), index=draft.rows.index)
    if code.max() + 1 == len(code):
        return draft
    again = code.duplicated()
    twice = code[code.isin(code[again].unique())]
    figures = draft.rows.loc[twice.index, schema.NUMBERS].assign(code=twice)
    other = again[twice.index] & ~figures.duplicated()
    differs = other.groupby(twice).transform("any").reindex(code.index, fill_value=False)
    if differs.any():
        first = draft.rows["source_row"].groupby(code).transform("min").astype("str")
        why = "another figure for the row of line " + first
        draft = draft.leave_out(again & differs, why)
        again, differs = again[draft.rows.index], differs[draft.rows.index]
    kept = draft.leave_out_together(again, "the same figures stand in earlier rows")
    return kept.blank(differs[~again], schema.NUMBERS, "the file gives two different figures")


def _with_rounding(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with a note where the counts show that their publisher rounded them, unless the note
    says so already. Kinds of area too few in one period to tell are judged over all periods."""
    said = per_text(rows["value_note"], lambda notes: notes.str.contains("rounded"))
    cells = rows[["measure", "period_end", "category_type", "count"]]
    cells = cells.assign(kind=coded(rows["area_code"], area_kinds.kinds))
    cells = cells[~said] if said.any() else cells
    groups = ["measure", "kind", "category_type"]
    told = rounded_notes(cells, ["period_end", *groups])
    told = told.mask(told == "", rounded_notes(cells, groups)).reindex(rows.index, fill_value="")
    return rows.assign(value_note=join_notes(rows["value_note"], told))
