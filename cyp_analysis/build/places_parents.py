"""Which authority a small area lies in, by the lookups in the data folder; the newest one wins.

A lookup says it directly (`utla_code`, or a district that is an authority of its own), or by way
of a district: wards of a county's districts go district → authority by a second lookup.
"""

import re
from collections.abc import Sequence

import pandas as pd

from cyp_analysis import area_kinds, geography
from cyp_analysis.loaders import ReferenceTable

COLUMNS = ["place_code", "place_name", "place_kind", "area_code", "lookup"]
# Columns of the areas that places lie in, the surest first.
_WITHIN = ("utla", "lad", "county")
_PLACES = ("ward", "lsoa", "msoa", "lad")
_CODE = re.compile(r"(?P<kind>[a-z_]+?)_code(?:_(?P<year>[0-9]{4}))?")


def find_parents(references: Sequence[ReferenceTable]) -> pd.DataFrame:
    """One row per small area: its name, its kind, the authority of today, and the lookup used."""
    lookups = [table for table in references if table.kind == "lookup"]
    by_district = _districts(lookups)
    parts = [part for table in lookups for part in _of_lookup(table, by_district)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS, dtype="str")
    known = pd.concat(parts, ignore_index=True)
    known = known[(known["area_code"] != "") & (known["place_kind"] != "authority")]
    newest = known.sort_values(["year", "in_ward"], ascending=False, kind="stable")
    return newest.drop_duplicates("place_code")[COLUMNS].reset_index(drop=True)


def _districts(lookups: Sequence[ReferenceTable]) -> dict[str, str]:
    """District → authority, from every lookup that has both, the newest last."""
    pairs: list[tuple[int, str, str]] = []
    for table in lookups:
        columns = _by_kind(table.rows)
        if "lad" in columns and "utla" in columns:
            both = table.rows[[columns["lad"], columns["utla"]]].drop_duplicates()
            year = _years(table.rows, columns["lad"])[both.index]
            pairs += zip(year, *(both[name] for name in both), strict=True)
    return {district: authority for _, district, authority in sorted(pairs)}


def _of_lookup(table: ReferenceTable, by_district: dict[str, str]) -> list[pd.DataFrame]:
    """Places of each kind of one lookup."""
    columns = _by_kind(table.rows)
    within = [columns[kind] for kind in _WITHIN if kind in columns]
    places = [name for kind, name in _each_code(table.rows) if kind in _PLACES]
    return [_places(table, name, within, by_district) for name in places if within]


def _places(
    table: ReferenceTable, column: str, within: list[str], by_district: dict[str, str]
) -> pd.DataFrame:
    rows = table.rows
    names = rows.get(column.replace("_code", "_name"), rows[column])
    ward = next((n for n in rows if re.fullmatch(r"ward_name(_\d{4})?", n)), "")
    in_ward = bool(ward) and column.startswith(("lsoa", "msoa"))
    # The name of a neighbourhood is a number: its ward says where it is.
    names = names + ", " + rows[ward] if in_ward else names
    made = pd.DataFrame(
        {
            "place_code": rows[column],
            "place_name": names,
            "place_kind": area_kinds.kinds(rows[column]),
            "area_code": _authorities(rows, within, by_district),
            "lookup": table.path.name,
            "year": _years(rows, column),
            "in_ward": in_ward,
        }
    )
    return made[made["place_code"] != ""].drop_duplicates(["place_code", "year"])


def _authorities(rows: pd.DataFrame, within: list[str], by_district: dict[str, str]) -> pd.Series:
    """The authority of today of each row, empty where none is sure."""
    found = pd.Series("", index=rows.index, dtype="str")
    for column in within:
        known = {code: _today(code, by_district) for code in rows[column].unique()}
        found = found.mask(found == "", rows[column].map(known).astype("str"))
    return found


def _today(code: str, by_district: dict[str, str]) -> str:
    """The live authority that a code stands for or lies in; empty where there are several."""
    code = by_district.get(code, code)
    if code not in geography.known_codes() or geography.area(code).level != "authority":
        return ""
    heirs = geography.successors(code) or (code,)
    return heirs[0] if len(heirs) == 1 else ""


def _each_code(rows: pd.DataFrame) -> list[tuple[str, str]]:
    matches = [(_CODE.fullmatch(str(name)), name) for name in rows]
    return [(match["kind"], name) for match, name in matches if match]


def _by_kind(rows: pd.DataFrame) -> dict[str, str]:
    """Kind of area → its column of codes."""
    return dict(reversed(_each_code(rows)))


def _years(rows: pd.DataFrame, column: str) -> pd.Series:
    """The year of a column's areas: in its name, or the last that the row is valid for."""
    match = _CODE.fullmatch(column)
    if match and match["year"]:
        return pd.Series(int(match["year"]), index=rows.index)
    last = rows.get("last_year", pd.Series("0", index=rows.index))
    return pd.to_numeric(last, errors="coerce").fillna(0).astype(int)
