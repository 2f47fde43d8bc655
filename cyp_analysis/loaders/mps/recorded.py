"""Metropolitan Police Service, recorded crime: geographic breakdown (London Datastore).

One row per area (borough, ward or lower layer super output area) and kind of crime, a column per
month. Counts of the kinds are added up here to groups and to all crime, which the file does not
print. A file of many small areas and years holds more figures than a table can; then kinds, and
after them months, are left out, and that is told.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, places, recognise, selection, symbols
from cyp_analysis.loaders.mps import dashboard as mps
from cyp_analysis.loaders.table import CountTable, Draft, count_table

AREA, MAJOR, MINOR = "Area", "MajorText", "MinorText"
ADDED_UP = "added up from the rows of the file"
PARTLY = "a part of the sum is missing in the file"

_MONTH = re.compile(r"(?:19|20)[0-9]{2}-[01][0-9]")
_NAMED = re.compile(r"[A-Za-z]{3,9}[- ](?:20)?[0-9]{2}")
_NAMES = {MAJOR: [MAJOR], MINOR: [MAJOR, MINOR]}


@dataclass(frozen=True)
class _Detail:
    """How fine the figures are: by kind or group of crime, by month or year from April."""

    column: str
    months: bool


_FINEST_FIRST = (
    _Detail(MINOR, months=True),
    _Detail(MAJOR, months=True),
    _Detail(MAJOR, months=False),
)


def read_recorded_crime(path: Path, source: Source | None = None) -> CountTable:
    """Recorded crimes by area and month: by kind (category), by group of kinds, and in all.

    Count = crimes. Areas that the file does not name (`Unknown`) are told. SourceError if the file
    has no column of a month, or none of its areas is known.
    """
    source = source or recognise.recognise_known(path, "mps_recorded")
    (name, spec), *_ = selection.measures(source, ("figures_at_most",)).items()
    raw = layout.open_tables(path, source)[0]
    months = _months(raw.rows)
    if not months:
        found = [column for column in raw.rows if column != "source_row"]
        raise recognise.missing_column(path, source, ["a month, such as 202403"], found)
    code = places.codes(raw.rows[AREA])
    draft = places.placed(Draft(raw.rows.assign(area_code=code), raw.problems), AREA)
    counts, draft = _counts(draft, months)
    detail, draft = _fitting(counts, draft, spec["figures_at_most"])
    rows = _long(counts, detail).assign(measure=name)
    kind = "month" if detail.months else "financial_year"
    when = periods.parse_all(rows["period_text"], kind=kind, strict=False)
    return count_table(Draft(pd.concat([rows, when], axis=1), draft.problems), path, source)


def _months(rows: pd.DataFrame) -> dict[str, str]:
    """{column: month} for the columns that are named as one: 202403, 2024-03, X202403, Mar-24."""
    texts = mps.month_texts(pd.Series(list(rows.columns), dtype="str"))
    named = zip(rows.columns, texts, strict=True)
    return {c: text for c, text in named if _MONTH.fullmatch(text) or _NAMED.fullmatch(text)}


def _counts(draft: Draft, months: dict[str, str]) -> tuple[pd.DataFrame, Draft]:
    """Numbers by area and kind of crime (index), one column per month; what is no number told.
    Rows of the same area and kind are parts (wards of a borough) if a column tells them apart."""
    again = draft.rows.duplicated([name for name in draft.rows if name != "source_row"])
    draft = draft.leave_out_together(again, "the same figures stand in earlier rows")
    rows = draft.rows
    names = [name for name in rows if name not in (*months, "source_row")]
    clash = rows.duplicated(names, keep=False)
    draft = draft.mention(clash, "the file gives two different rows for one area and kind of crime")
    numbers = {}
    for column, text in months.items():
        parsed = symbols.parse_numbers(rows[column])
        numbers[text] = parsed["number"].mask(clash)
        odd = "`" + column + "` is not a number: " + rows[column]
        draft = draft.mention(parsed["unknown"], odd)
    keys = pd.MultiIndex.from_frame(rows[["area_code", MAJOR, MINOR, "source_row"]])
    return pd.DataFrame(numbers).set_index(keys), draft


def _fitting(counts: pd.DataFrame, draft: Draft, most: int) -> tuple[_Detail, Draft]:
    """The finest detail with no more figures than the passport allows; told unless the finest."""
    for detail in _FINEST_FIRST:
        groups = counts.groupby(["area_code", *_NAMES[detail.column]]).ngroups
        if groups * (counts.shape[1] if detail.months else counts.shape[1] / 12) <= most:
            break
    if detail == _FINEST_FIRST[0]:
        return detail, draft
    what = "groups of kinds of crime" + ("" if detail.months else " and whole financial years")
    told = f"more than {most:,} figures: only {what} are read"
    first = draft.rows.index == draft.rows.index[0]
    return detail, draft.mention(pd.Series(first, index=draft.rows.index), told)


def _long(counts: pd.DataFrame, detail: _Detail) -> pd.DataFrame:
    """Rows of a count table: by the columns of the detail, by group, and in all."""
    counts = counts if detail.months else _years(counts)
    levels = [_NAMES[MINOR], _NAMES[MAJOR], []] if detail.column == MINOR else [_NAMES[MAJOR], []]
    return pd.concat([_level(counts, names) for names in levels], ignore_index=True)


def _years(counts: pd.DataFrame) -> pd.DataFrame:
    """Financial years of which the file has all twelve months, added up."""
    ends = pd.PeriodIndex(pd.to_datetime(counts.columns, format="mixed"), freq="M")
    start = pd.Series(ends.year - (ends.month < 4), index=counts.columns)
    whole = start.value_counts().loc[lambda months: months == 12].index
    parts = {
        f"{year}/{(year + 1) % 100:02d}": counts[start.index[start == year]].sum(
            axis=1, min_count=12
        )
        for year in sorted(whole)
    }
    return pd.DataFrame(parts, index=counts.index)


def _level(counts: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Sums by area and some names of crime, a row per period; missing where a part is."""
    keys = ["area_code", *names]
    groups = counts.groupby(level=keys, sort=False)
    size, known = groups.size(), groups.count()
    sums = groups.sum().where(known.eq(size, axis=0))
    lines = counts.index.to_frame(index=False).groupby(keys, sort=False)["source_row"].min()
    added = size.gt(1).to_numpy()
    made = sums.assign(source_row=lines.to_numpy(), added=added).reset_index()
    long = made.melt([*keys, "source_row", "added"], var_name="period_text", value_name="count")
    note = pd.Series(ADDED_UP, index=long.index).mask(long["count"].isna(), PARTLY)
    note = note.where(long["added"] | (len(names) < 2), "")
    parts = [long[name] for name in names]
    joined = parts[0].str.cat(parts[1:], sep=" | ") if parts else ""
    return long.assign(category_type=" | ".join(names), category=joined, value_note=note).drop(
        columns=["added", *names]
    )
