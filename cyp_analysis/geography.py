"""English areas: upper-tier authorities, regions and England, now and since codes began.

`areas.csv` names every area, `area_changes.csv` says what became of an old code, and
`neighbours.csv` holds statistical neighbours. An empty `start` means that the area is older
than its code (codes began on 1 January 2009); an empty `end` means that it is still in force.
"""

import re
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

import pandas as pd

from cyp_analysis import clock
from cyp_analysis.area_tables import (
    AREA_FILE,
    DISTRICT_FILE,
    NEIGHBOUR_FILE,
    area_table,
    change_table,
    read_table,
    reference_folder,
)
from cyp_analysis.errors import AreaError

_PARENTS = ["region_code", "subregion_code", "country_code"]
_GROUP_LEVELS = ("country", "region", "subregion")
_COUNCIL = re.compile(
    r"^((london|royal) borough of )|( (county|city|borough|metropolitan borough))? council$"
)


@dataclass(frozen=True)
class Area:
    """One row of areas.csv; parents are empty where there are none, dates None where unknown."""

    code: str
    name: str
    level: str
    region_code: str
    subregion_code: str
    country_code: str
    dfe_code: str
    start: date | None
    end: date | None


AREA_COLUMNS = tuple(field.name for field in fields(Area))


def areas() -> pd.DataFrame:
    """Every area, one row each, columns as the fields of `Area`; a copy that may be changed."""
    return area_table(reference_folder()).drop(columns="aliases")


def known_codes() -> frozenset[str]:
    """The codes in areas.csv, abolished authorities included."""
    return _known_codes(reference_folder())


def area(text: str) -> Area:
    """The area with this code or name (case and punctuation ignored, common aliases known).

    Where one name has had several codes, the one in force. AreaError with the closest names.
    """
    return _area(reference_folder(), str(text).strip())


def name(code: str) -> str:
    """The name of an area as it stands in a sentence. AreaError for an unknown code."""
    if code not in known_codes():
        raise _unknown(code)
    return _area(reference_folder(), code).name


def codes_from_dfe(dfe_codes: pd.Series) -> pd.Series:
    """Area codes for DfE three-digit codes (text, whole or decimal numbers), same index.

    The code in force where one number has had several. "314 / 318" gives both codes, joined
    alike, which is no single area. Empty text for a blank or unknown number.
    """
    lookup = _codes_by_dfe(reference_folder())
    found = {value: _code_from_dfe(value, lookup) for value in dfe_codes.dropna().unique()}
    return dfe_codes.map(found).astype("str").fillna("")


def members(group_code: str, on: date | None = None) -> tuple[str, ...]:
    """Codes of the upper-tier authorities of a country, region or subregion in force on a day.

    `on` is today if not given. AreaError if the code is unknown or is no group of authorities.
    """
    group = area(group_code)
    if group.level not in _GROUP_LEVELS:
        raise AreaError(
            f"area {group.code} ({group.name})",
            "must be a country, region or subregion to have members",
            group.level,
            "Give the code of England, of a region, or of Inner or Outer London.",
        )
    return _members(reference_folder(), group.code, on or clock.today())


def county_of_district() -> pd.Series:
    """Authority code of each district of a county, by district code: those in force since
    1 April 2023."""
    needed = ("district_code", "authority_code")
    rows = read_table(reference_folder(), DISTRICT_FILE, needed)
    return rows.set_index("district_code")["authority_code"]


def current_code(codes: pd.Series, on: date) -> pd.Series:
    """Codes as they stood on a day, same index, where an authority only had its code replaced.

    Works both ways: an old code becomes its successor, and a code newer than the day becomes
    the one before it. Authorities that were divided, joined or cut keep their own codes.
    """
    recoded = _recoded_on(reference_folder(), pd.Timestamp(on))
    return codes.where(~codes.isin(list(recoded)), codes.map(recoded))


def rule_of_change(old: str, new: str) -> str:
    """The rule of area_changes.csv that turns one code into another, as a reader is told it."""
    rows = change_table(reference_folder())
    pairs = rows[(rows["old_code"].isin([old, new])) | (rows["new_code"].isin([old, new]))]
    rules = [f"{row.note} ({row.date:%Y-%m-%d}, {row.kind})" for row in pairs.itertuples()]
    return "; ".join(rules) or "area_changes.csv"


def successors(code: str) -> tuple[str, ...]:
    """Codes in force today that hold the area of an abolished code or part of it; () if live."""
    if code not in known_codes():
        raise _unknown(code)
    changes = change_table(reference_folder())
    following = changes.loc[changes["old_code"] == code, "new_code"]
    ends = [successors(later) or (later,) for later in following]
    return tuple(sorted({end for group in ends for end in group}))


def neighbours(code: str, model: str = "dfe_childrens_services") -> tuple[str, ...]:
    """Statistical neighbours of an authority, nearest first, from the latest year of a model.

    Empty if the model has none for it. Source: DfE children's services model (neighbours.csv).
    """
    rows = read_table(
        reference_folder(), NEIGHBOUR_FILE, ("model", "year", "area_code", "neighbour_code")
    )
    mine = rows[(rows["model"] == model) & (rows["area_code"] == code)]
    latest = mine[mine["year"] == mine["year"].max()].astype({"rank": int})
    return tuple(latest.sort_values("rank")["neighbour_code"])


@lru_cache(maxsize=1024)
def _area(folder: Path, wanted: str) -> Area:
    rows = area_table(folder).set_index("code", drop=False)
    by_name = _codes_by_name(folder)
    code = wanted.upper() if wanted.upper() in rows.index else by_name.get(_plain(wanted))
    if code is None:
        raise _unknown(wanted)
    row = rows.loc[code, list(AREA_COLUMNS)].to_dict()
    dates = {key: row[key].date() if pd.notna(row[key]) else None for key in ("start", "end")}
    return Area(**{**row, **dates})


@lru_cache(maxsize=8)
def _known_codes(folder: Path) -> frozenset[str]:
    return frozenset(area_table(folder)["code"])


@lru_cache(maxsize=64)
def _recoded_on(folder: Path, on: pd.Timestamp) -> dict[str, str]:
    """Replaced codes → the code on that day, along chains of replacements in either direction."""
    changes = change_table(folder).query("kind == 'recoded'").sort_values("date")
    past = changes["date"] <= on
    steps = dict(changes.loc[past, ["old_code", "new_code"]].to_numpy().tolist())
    steps |= dict(changes.loc[~past, ["new_code", "old_code"]].to_numpy().tolist())
    return {code: _last_step(code, steps) for code in steps}


def _last_step(code: str, steps: dict[str, str]) -> str:
    while code in steps:
        code = steps[code]
    return code


def _in_force(rows: pd.DataFrame, on: date | None) -> pd.Series:
    day = pd.Timestamp(on or clock.today())
    return ~(rows["start"] > day) & ~(rows["end"] < day)


def _latest_last(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values("end", na_position="last", kind="stable")


@lru_cache(maxsize=4096)
def _members(folder: Path, group_code: str, on: date) -> tuple[str, ...]:
    inside = _ever_members(folder, group_code)
    return tuple(inside.loc[_in_force(inside, on), "code"])


@lru_cache(maxsize=64)
def _ever_members(folder: Path, group_code: str) -> pd.DataFrame:
    rows = area_table(folder)
    inside = (rows[_PARENTS] == group_code).any(axis=1) & (rows["level"] == "authority")
    return rows.loc[inside, ["code", "start", "end"]]


@lru_cache(maxsize=8)
def _codes_by_dfe(folder: Path) -> dict[str, str]:
    rows = _latest_last(area_table(folder).query("dfe_code != ''"))
    return dict(zip(rows["dfe_code"], rows["code"], strict=True))


def _code_from_dfe(value: object, lookup: dict[str, str]) -> str:
    parts = [part.strip().removesuffix(".0") for part in str(value).split("/")]
    return " / ".join(lookup[part] for part in parts) if set(parts) <= set(lookup) else ""


@lru_cache(maxsize=8)
def _codes_by_name(folder: Path) -> dict[str, str]:
    """Plain names and aliases → code; an area in force wins over one that has ended."""
    rows = _latest_last(area_table(folder))
    spellings = (rows["name"] + "|" + rows["aliases"]).str.split("|")
    pairs = zip(spellings, rows["code"], strict=True)
    return {_plain(text): code for texts, code in pairs for text in texts if text}


def _plain(text: str) -> str:
    lower = text.casefold().replace("&", " and ").replace("'", "").replace("’", "")
    return _COUNCIL.sub("", " ".join(re.findall(r"[a-z0-9]+", lower)))


def _unknown(text: str) -> AreaError:
    by_name = _codes_by_name(reference_folder())
    close = get_close_matches(_plain(text), by_name, n=5, cutoff=0.6)
    rows = area_table(reference_folder()).set_index("code")["name"]
    offers = list(dict.fromkeys(f"{rows[by_name[key]]} ({by_name[key]})" for key in close))[:3]
    hint = f"Did you mean {' or '.join(offers)}? " if offers else ""
    return AreaError(
        "area",
        f"must be a code or name in data/reference/{AREA_FILE}",
        repr(text),
        f"{hint}`cyp list areas` shows them all.",
    )
