"""Clues in an edition's other tables: the same figure, or what was worked out of it."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from cyp_analysis.attack.cells import KEY, NUMBERS
from cyp_analysis.attack.clues import (
    CHANGE,
    COUNT,
    DENOMINATOR,
    LOWER,
    RANK,
    UPPER,
    VALUE,
    VERDICT,
    Clue,
    of_columns,
)

# Column → what it tells of the row's own figure.
ROLES = {
    **{"count": COUNT, "denominator": DENOMINATOR, "value": VALUE, "share": VALUE},
    **{"percent": VALUE, "lower_ci_95": LOWER, "upper_ci_95": UPPER, "lower": LOWER},
    **{"upper": UPPER, "rank": RANK, "of_count": DENOMINATOR, "printed": VALUE},
    **{"target_variance": CHANGE, "gap": CHANGE, "excess": CHANGE, "difference": CHANGE},
    **{"count_change_month": CHANGE, "percent_change_month": CHANGE, "change": CHANGE},
    **{"value_change_month": CHANGE, "count_change_year": CHANGE, "value_change_year": CHANGE},
    **{"percent_change_year": CHANGE, "rank_within": RANK},
}
# The same for the figure of another period, named in another column.
OTHER_PERIODS = {
    "first_label": {"first_value": VALUE, "first_count": COUNT, "change": CHANGE},
    "last_label": {"last_value": VALUE, "last_count": COUNT, "change": CHANGE},
    "previous_period_label": {"previous_value": VALUE, "previous_rank": RANK, "change": CHANGE},
    "earlier_label": {"earlier_value": VALUE, "change": CHANGE},
    "base_period_label": {"base_value": VALUE, "change": CHANGE},
    "base_label": {"base_count": COUNT},
}
VERDICTS = ("better", "worse", "higher", "lower", "similar")
# Tables of cells themselves, and those whose values are of other areas or of invented groups.
_NOT_HERE = {"comparators", "spreads", "prevalence", "differences", "outlines"}
_RENAMED = {"figure": "series", "indicator_id": "series", "group": "category"}


def table_clues(folder: Path, targets: pd.DataFrame) -> list[Clue]:
    """What the Parquet tables of an edition tell of the withheld cells, in rows of their own."""
    found = []
    for path in sorted(folder.rglob("*.parquet")):
        if path.stem in _NOT_HERE:
            continue
        name = path.relative_to(folder).as_posix()
        for rows, roles in _told(pd.read_parquet(path), name, targets):
            found += of_columns(rows, roles, name)
    return found


def own_clues(targets: pd.DataFrame) -> list[Clue]:
    """Numbers that were left in the very rows that are withheld."""
    roles = {"count": COUNT, "denominator": DENOMINATOR, "value": VALUE}
    roles |= {"lower_ci_95": LOWER, "upper_ci_95": UPPER}
    found = []
    for file, rows in targets.groupby("table"):
        found += of_columns(rows.assign(cell=rows.index), roles, str(file))
    return found


def earlier_clues(cells: pd.DataFrame, targets: pd.DataFrame, name: str) -> list[Clue]:
    """What an earlier edition's cells tell of those that are withheld now."""
    shown = cells[~cells["is_withheld"] & cells[NUMBERS].notna().any(axis=1)]
    both = shown.merge(_keyed(targets), on=KEY, how="inner")
    roles = {"count": COUNT, "denominator": DENOMINATOR, "value": VALUE}
    roles |= {"lower_ci_95": LOWER, "upper_ci_95": UPPER}
    found = []
    for file, rows in both.groupby("table"):
        found += of_columns(rows, roles, f"{name}/{file}")
    return found


def _keyed(targets: pd.DataFrame) -> pd.DataFrame:
    return targets[KEY].assign(cell=targets.index)


def _told(
    table: pd.DataFrame, name: str, targets: pd.DataFrame
) -> Iterator[tuple[pd.DataFrame, dict[str, str]]]:
    """Rows about withheld cells with the columns that tell of them."""
    rows = table.rename(columns={k: v for k, v in _RENAMED.items() if v not in table})
    rows["row"] = range(1, len(rows) + 1)
    if "place_code" in rows:
        of_authority = rows.columns.difference(["area_code", "place_code", "place_kind"])
        places = {"area_code": rows["place_code"], "part": rows.get("place_kind", "")}
        rows = rows[of_authority].assign(**places)
    if not {"series", "area_code"} <= set(rows) or rows.empty:
        return
    rows = rows[rows["series"].isin(targets["series"].unique())]
    if rows.empty:
        return
    if "period_label" not in rows and "period_end" in rows:
        yield from _matched(rows, targets, "period_end", ROLES)
    elif "period_label" in rows:
        yield from _matched(rows, targets, "period_label", ROLES)
    for label, roles in OTHER_PERIODS.items():
        if label in rows:
            moved = rows.drop(columns="period_label", errors="ignore")
            yield from _matched(
                moved.rename(columns={label: "period_label"}), targets, "period_label", roles
            )


def _matched(
    rows: pd.DataFrame, targets: pd.DataFrame, period: str, roles: dict[str, str]
) -> Iterator[tuple[pd.DataFrame, dict[str, str]]]:
    """Rows joined to withheld cells on what both have; what a table lacks must be "all" there."""
    same = [c for c in KEY if c in rows and c not in ("period_label", "sex")] + [period]
    lacking = [c for c in ("category_type", "category", "part") if c not in rows]
    mine = targets[(targets[lacking] == "").all(axis=1)]
    if "sex" in rows:
        rows = rows.assign(sex=rows["sex"].astype("str").replace("", "persons"))
        same.append("sex")
    else:
        mine = mine[mine["sex"] == "persons"]
    rows = rows.astype({c: "str" for c in same if c != "period_end"})
    tells = {c: role for c, role in roles.items() if c in rows}
    keyed = mine[same].assign(cell=mine.index)
    kept = rows[[*same, *tells, "row"] + (["outcome"] if "outcome" in rows else [])]
    both = kept.merge(keyed, on=same, how="inner")
    if len(both):
        yield both, tells
        yield from _judged(both)


def _judged(both: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, dict[str, str]]]:
    """A verdict that stands beside a withheld figure: above, below or like a shown one."""
    if "outcome" in both:
        is_one = both["outcome"].astype("str").isin(VERDICTS)
        if is_one.any():
            yield both[is_one].assign(outcome=1.0), {"outcome": VERDICT}
