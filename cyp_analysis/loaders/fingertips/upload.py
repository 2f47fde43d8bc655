"""Fingertips' layout for upload: one indicator a file, periods as two dates, ages as two numbers.

Layout: `area_code, date_from, date_to, period_type, sex, age_from…, age_to…, deprivation_decile,
deprivation_category, count, value, denominator, lower_ci_95, upper_ci_95 …`.
"""

import re
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import recognise, symbols
from cyp_analysis.loaders.fingertips.download import NUMBERS, raw_draft, said
from cyp_analysis.loaders.table import CountTable, Draft, count_table

NEEDED = {name: name for name in ("area_code", "date_from", "date_to", "sex", "value")}
EXPECTED = {name: name for name in NUMBERS if name != "value"}
OPTIONAL = {
    name: name
    for name in ("indicator_id", "age_from", "age_to", "deprivation_category", "deprivation_decile")
}
_IN_NAME = re.compile(r"(?<![0-9])[0-9]{2,6}(?![0-9])")
_YEAR_OR_DAY = re.compile(r"(?<![0-9])(?:(?:19|20)[0-9]{2}(?:-[0-9]{2}-[0-9]{2})?)(?![0-9])")


def read_fingertips_next(path: Path, source: Source | None = None) -> CountTable:
    """A file in Fingertips' upload layout → count table. The indicator is in a column
    `indicator_id` or in the file's name; SourceError if in neither."""
    source = source or recognise.recognise_known(path, "fingertips_next")
    draft = raw_draft(path, source, (NEEDED, EXPECTED, OPTIONAL))
    rows = draft.rows
    numbers, unread = symbols.number_columns(rows, {name: name for name in NUMBERS})
    alone, _ = symbols.number_columns(rows, {"value": "value"})
    text = _period_text(rows)
    made = pd.concat(
        [rows[["source_row", "area_code", "sex"]], periods.parse_all(text, strict=False), numbers],
        axis=1,
    ).assign(
        measure="fingertips_" + _indicator(rows["indicator_id"], Path(path)),
        period_text=rows["date_from"] + " to " + rows["date_to"],
        age=_ages(rows),
        category_type=said(rows["deprivation_category"]).where(
            rows["deprivation_decile"] != "", ""
        ),
        category=said(rows["deprivation_decile"]),
        value_note=alone["value_note"],
    )
    return count_table(Draft(made, draft.problems).mention(unread != "", unread), path, source)


def _indicator(column: pd.Series, path: Path) -> pd.Series:
    found = _IN_NAME.findall(_YEAR_OR_DAY.sub(" ", path.stem))
    if (column == "").any() and len(found) != 1:
        got = "none" if not found else f"several numbers: {', '.join(found)}"
        action = "Name the file with its number alone, as in 90284.csv, or add that column."
        rule = "must name its indicator in a column `indicator_id` or in the file's name"
        raise SourceError(path, rule, got, action)
    return column.where(column != "", found[0] if found else "").str.removesuffix(".0")


def _period_text(rows: pd.DataFrame) -> pd.Series:
    """Two dates as one text that `periods` knows; a year by its end, longer runs by months."""
    first, last = _dates(rows["date_from"]), _dates(rows["date_to"])
    after = last + pd.Timedelta(days=1)
    months = (after.dt.year - first.dt.year) * 12 + after.dt.month - first.dt.month
    whole = (first.dt.day == 1) & (after.dt.day == 1)
    year = last.dt.strftime("year to %d %B %Y")
    years = first.dt.year.astype("str") + " - " + last.dt.year.astype("str")
    run = first.dt.strftime("%Y-%m/") + last.dt.strftime("%Y-%m")
    text = run.where(~((first.dt.month == 1) & (months % 12 == 0)), years)
    text = text.mask(months == 12, year).where(whole, "")
    text = text.mask(first == last, last.dt.strftime("%Y-%m-%d"))
    return text.where(first.notna() & last.notna(), "").fillna("").astype("str")


def _dates(texts: pd.Series) -> pd.Series:
    iso = pd.to_datetime(texts.str[:10], format="%Y-%m-%d", errors="coerce")
    return iso.fillna(pd.to_datetime(texts.str[:10], format="%d/%m/%Y", errors="coerce"))


def _ages(rows: pd.DataFrame) -> pd.Series:
    """`0-17 yrs`, `65+ yrs`, `<18 yrs`; empty for all ages."""
    first, last = (rows[name].str.removesuffix(".0") for name in ("age_from", "age_to"))
    text = (first + "-" + last + " yrs").mask(last == "", first + "+ yrs")
    upto = (pd.to_numeric(last, errors="coerce") + 1).astype("Int64").astype("str")
    text = text.mask((first == "") & (last != ""), "<" + upto + " yrs")
    return text.mask((first == "") & (last == ""), "")
