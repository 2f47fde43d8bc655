"""Waits against the standard of their time: which one applied, and whether it was met.

One row of the table `waits` = indicator × area × place × period. Standards are in
data/catalogue/standards.csv: an area's own before one that holds everywhere.
"""

import pandas as pd

from cyp_analysis import paths
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.needs_models import empty
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import CatalogueError

COLUMNS = ["indicator_id", "area_code", "period_end_from", "period_end_to", "standard", "basis"]
MET = {True: "met", False: "not_met"}
_KEY = ["indicator_id", "area_code", "category_type", "category", "age"]
_KEY += ["period_start", "period_end"]


def waits_table(inputs: Inputs) -> pd.DataFrame:
    """The table `waits`: every figure of the indicators that have a standard at some time."""
    standards = read_standards(list(inputs.catalogue.indicators))
    rows = inputs.indicators
    rows = rows[rows["indicator_id"].isin(standards["indicator_id"]) & rows["sex"].eq("persons")]
    rows = rows[rows["value"].notna()]
    if rows.empty:
        return empty("waits")
    judged = with_standard(rows, standards).rename(columns={"category": "place"})
    return judged.sort_values(["area_code", "indicator_id", "place", "period_end"])[TABLES["waits"]]


def read_standards(indicators: list[str]) -> pd.DataFrame:
    """The standards with their dates; an open end is the end of time. CatalogueError for a column
    that is missing, an unknown indicator, or a standard that is no percentage."""
    path = paths.data_dir() / "catalogue" / "standards.csv"
    if not path.is_file():
        return pd.DataFrame(columns=COLUMNS)
    table = pd.read_csv(path, dtype="str").fillna("")
    lacking = [name for name in COLUMNS if name not in table]
    if lacking:
        raise _wrong(f"must have the column `{lacking[0]}`", list(table))
    unknown = table.loc[~table["indicator_id"].isin(indicators), "indicator_id"]
    if len(unknown):
        raise _wrong("`indicator_id` must be in the catalogue", unknown.iloc[0])
    standard = pd.to_numeric(table["standard"], errors="coerce")
    wrong = table.loc[~standard.between(0, 100), "standard"]
    if len(wrong):
        raise _wrong("`standard` must be a percentage", repr(wrong.iloc[0]))
    first, last = (_dates(table[name]) for name in COLUMNS[2:4])
    return table.assign(
        standard=standard,
        period_end_from=first.fillna(pd.Timestamp("1900-01-01")),
        period_end_to=last.fillna(pd.Timestamp("2200-01-01")),
    )


def _dates(texts: pd.Series) -> pd.Series:
    """Days as YYYY-MM-DD; missing where nothing is written."""
    days = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")
    wrong = texts[days.isna() & (texts != "")]
    if len(wrong):
        raise _wrong(f"`{texts.name}` must be a date as YYYY-MM-DD", repr(wrong.iloc[0]))
    return days


def with_standard(rows: pd.DataFrame, standards: pd.DataFrame) -> pd.DataFrame:
    """Each figure with the standard that held when its period ended, if one did; the value is
    compared unrounded."""
    pairs = rows[_KEY].merge(
        standards, on="indicator_id", suffixes=("", "_of"), validate="many_to_many"
    )
    whose = pairs["area_code_of"].eq("") | pairs["area_code_of"].eq(pairs["area_code"])
    when = pairs["period_end"].between(pairs["period_end_from"], pairs["period_end_to"])
    best = pairs[whose & when].sort_values("area_code_of", ascending=False, kind="stable")
    chosen = best.drop_duplicates(_KEY)[[*_KEY, "standard", "basis"]]
    joined = rows.merge(chosen, on=_KEY, how="left", validate="one_to_one")
    met = joined["value"].ge(joined["standard"]).map(MET).astype("str")
    return joined.assign(
        standard_met=met.where(joined["standard"].notna(), ""), basis=joined["basis"].fillna("")
    )


def _wrong(rule: str, got: object) -> CatalogueError:
    return CatalogueError("standards.csv", rule, got, "Correct that line.")
