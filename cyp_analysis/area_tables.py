"""The reference tables of areas, read once per folder and checked: codes, dates, changes."""

from functools import lru_cache
from pathlib import Path

import pandas as pd

from cyp_analysis.errors import SchemaError, SourceError
from cyp_analysis.paths import data_dir

AREA_FILE, CHANGE_FILE, NEIGHBOUR_FILE = "areas.csv", "area_changes.csv", "neighbours.csv"
DISTRICT_FILE = "districts.csv"
# The fields of an area, after its code and name.
AREA_FIELDS = ("level", "region_code", "subregion_code", "country_code", "dfe_code", "start", "end")


def reference_folder() -> Path:
    """The folder of the reference tables of this project."""
    return data_dir() / "reference"


@lru_cache(maxsize=32)
def read_table(folder: Path, file: str, needed: tuple[str, ...]) -> pd.DataFrame:
    """A reference table, all columns text; SourceError if missing, SchemaError without a column."""
    path = folder / file
    if not path.is_file():
        raise SourceError(path, "must exist", "no such file", "Restore it from the project.")
    rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    missing = [column for column in needed if column not in rows.columns]
    if missing:
        raise SchemaError(
            path,
            f"must have columns {list(needed)}",
            f"no {missing}",
            "Restore the header from the project.",
        )
    return rows


@lru_cache(maxsize=8)
def area_table(folder: Path) -> pd.DataFrame:
    """areas.csv with its dates as dates; SchemaError if a code stands twice or a date is none."""
    needed = ("area_code", "area_name", *AREA_FIELDS, "aliases")
    rows = read_table(folder, AREA_FILE, needed)[list(needed)]
    rows = rows.rename(columns={"area_code": "code", "area_name": "name"})
    twice = rows.loc[rows["code"].duplicated(), "code"].tolist()
    if twice:
        raise SchemaError(
            folder / AREA_FILE, "must have each code once", twice, "Delete the second row."
        )
    # An area's code names a folder of each edition.
    odd = rows.loc[~rows["code"].str.fullmatch("[A-Za-z0-9]{1,20}"), "code"].tolist()
    if odd:
        rule = "`area_code` must be letters and digits, 20 at most"
        raise SchemaError(folder / AREA_FILE, rule, odd, "Correct the code.")
    return rows.assign(**{key: _dates(rows[key], folder / AREA_FILE) for key in ("start", "end")})


def _dates(texts: pd.Series, path: Path) -> pd.Series:
    days = pd.to_datetime(texts.where(texts != ""), format="%Y-%m-%d", errors="coerce")
    bad = texts[days.isna() & (texts != "")].tolist()
    if bad:
        raise SchemaError(
            path, f"`{texts.name}` must be dates like 2019-03-31", bad, "Correct them."
        )
    return days


@lru_cache(maxsize=8)
def change_table(folder: Path) -> pd.DataFrame:
    """area_changes.csv with its dates as dates."""
    rows = read_table(folder, CHANGE_FILE, ("old_code", "new_code", "date", "kind"))
    return rows.assign(date=_dates(rows["date"], folder / CHANGE_FILE))
