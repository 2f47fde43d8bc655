"""The figures of an edition as cells: one row for each, shown or withheld, whatever its table."""

from pathlib import Path

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Catalogue, DisclosureRule
from cyp_analysis.errors import EditionError
from cyp_analysis.place_measures import LOCAL, LOCAL_SMALL_AREAS

# What a cell is: two rows that agree in all of these are one cell.
KEY = [
    *("series", "area_code", "period_label", "sex", "age"),
    *("category_type", "category", "part"),
]
NUMBERS = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95"]
# Written by the build, and by loaders where the publisher withheld: not of a denominator alone.
WITHHELD = r"(?i)^(?!denominator:).*suppress(?!ed to a range)"
_COLUMNS = ["period_start", "period_end", *NUMBERS, "note", "parent", "table", "row", "rule"]
_TEXTS = ["age", "category_type", "category", "part", "parent", "note", "series"]
# Names of the columns of an edition's tables → those of a cell.
_NAMES = {
    "indicators": {"indicator_id": "series", "value_note": "note"},
    "service_figures": {"indicator_id": "series", "value_note": "note", "note": "told"},
    "places": {
        **{"indicator_id": "series", "value_note": "note"},
        **{"area_code": "parent", "place_code": "area_code", "place_kind": "part"},
    },
    "panels": {
        **{"panel_id": "series", "value_note": "note", "row_name": "part"},
        **{"by": "category_type", "group": "category", "value": "mean", "share": "value"},
    },
    "surveys": {
        **{"question": "series", "response": "part", "group_type": "category_type"},
        **{"group": "category", "percent": "value", "n": "denominator"},
        **{"lower": "lower_ci_95", "upper": "upper_ci_95"},
    },
}


def read_cells(folder: Path, known: Catalogue) -> pd.DataFrame:
    """Every cell of the tables in an edition's folder, with the rule that it is under.

    `is_withheld`, and `rule`: the id of the rule where it withholds counts, else empty.
    """
    parts = [_cells(folder / f"{name}.parquet", name) for name in _NAMES]
    cells = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return cells.assign(
        rule=_rules(cells, known),
        is_withheld=cells["note"].str.contains(WITHHELD, regex=True),
    )


def limits(rule: DisclosureRule) -> tuple[float, float]:
    """The least and the most of what the rule withholds."""
    return float(rule.suppress_from), float(rule.suppress_to)


def _cells(path: Path, name: str) -> pd.DataFrame:
    """One table as cells; no rows where the edition lacks it, except that it must have figures."""
    if not path.is_file():
        if name == "indicators":
            thing = f"edition {path.parent.name}"
            raise EditionError(thing, f"must hold {path.name}", "no such file", "Build it again.")
        return pd.DataFrame()
    rows = pd.read_parquet(path)
    if rows.empty:
        return rows
    return _named(rows, name, path.name)


def _named(rows: pd.DataFrame, name: str, file: str) -> pd.DataFrame:
    names = _NAMES[name]
    in_the_way = [column for column in names.values() if column in rows and column not in names]
    told = rows.drop(columns=in_the_way).rename(columns=names)
    told = told.assign(table=file, row=range(1, len(rows) + 1))
    told = _own_ways(told, name)
    for column in (*KEY, *_COLUMNS):
        if column not in told:
            told[column] = "" if column in _TEXTS else np.nan
    told["sex"] = told["sex"].astype("object").fillna("persons")
    texts = {column: told[column].astype("str").fillna("") for column in (*KEY, "note", "parent")}
    numbers = {column: told[column].astype("float64") for column in NUMBERS}
    days = {day: pd.to_datetime(told[day]) for day in ("period_start", "period_end")}
    return told.assign(**texts, **numbers, **days)[[*KEY, *_COLUMNS]]


def _own_ways(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """What a table writes in its own way, written as in the others."""
    if name == "panels":
        of_all = rows["category_type"] == "all"
        rows = rows[rows["mean"].isna()]
        by = rows["category_type"].mask(of_all, "")
        return rows.assign(series="panel " + rows["series"], category_type=by)
    if name == "service_figures":
        own = rows["service_id"] + " " + rows["measure"]
        return rows.assign(series=rows["series"].mask(rows["series"] == "", own))
    if name == "surveys":
        return rows.assign(series=rows["survey"] + ": " + rows["series"])
    return rows


def _rules(cells: pd.DataFrame, known: Catalogue) -> pd.Series:
    """Id of the rule of each cell that withholds counts; empty where the publisher controlled it.

    What a council's own lists and panels count is under the rule for local figures.
    """
    counting = {r.id for r in known.disclosure.values() if r.suppress_to is not None}
    named = {i.id: i.disclosure for i in known.indicators.values()}
    own = LOCAL if LOCAL in counting else ""
    rule = cells["series"].map(named)
    of_file = cells["table"].map({"panels.parquet": own, "surveys.parquet": own})
    unnamed = of_file.where(cells["table"] != "service_figures.parquet", own)
    rule = rule.fillna(unnamed).fillna("")
    small_area = (cells["table"] == "places.parquet") & (rule == LOCAL)
    if LOCAL_SMALL_AREAS in counting:
        rule = rule.mask(small_area, LOCAL_SMALL_AREAS)
    return rule.where(rule.isin(counting), "").astype("str")
