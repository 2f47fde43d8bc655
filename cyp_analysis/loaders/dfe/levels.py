"""Geographic levels of Explore Education Statistics files: which code a row's area has.

Layout: Explore Education Statistics, open data standards (geographic levels and their columns).
A figure that is published for two authorities together stands at each of them, with a note.
"""

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from cyp_analysis import area_kinds, geography
from cyp_analysis.area_tables import area_table, reference_folder
from cyp_analysis.errors import AreaError, SourceError
from cyp_analysis.loaders.columns import coded, constant, distinct, per_text, spread
from cyp_analysis.loaders.table import Draft
from cyp_analysis.text_columns import is_text, plain

# Level, letters only → its columns of codes and names.
COLUMNS = {
    "national": ("country_code", "country_name"),
    "regional": ("region_code", "region_name"),
    "localauthority": ("new_la_code", "la_name"),
    "localauthoritydistrict": ("lad_code", "lad_name"),
    "ward": ("ward_code", "ward_name"),
    "parliamentaryconstituency": ("pcon_code", "pcon_name"),
    "msoa": ("msoa_code", "msoa_name"),
    "lsoa": ("lsoa_code", "lsoa_name"),
    "combinedauthority": ("mayoral_combined_authority_code", "mayoral_combined_authority_name"),
    "devolvedarea": ("english_devolved_area_code", "english_devolved_area_name"),
    "policeforcearea": ("police_force_area_code", "police_force_area_name"),
}
_SAME = {
    "country": "national",
    "england": "national",
    "region": "regional",
    "gor": "regional",
    "innerandouterlondon": "regional",
    "la": "localauthority",
    "localauthorities": "localauthority",
    "lad": "localauthoritydistrict",
    "district": "localauthoritydistrict",
    "pcon": "parliamentaryconstituency",
    "constituency": "parliamentaryconstituency",
    "mayoralcombinedauthority": "combinedauthority",
    "englishdevolvedarea": "devolvedarea",
    "lowersuperoutputarea": "lsoa",
    "middlesuperoutputarea": "msoa",
}
IDENTIFIERS = dict.fromkeys(
    ["time_period", "time_identifier", "geographic_level", "old_la_code"]
    + [column for pair in COLUMNS.values() for column in pair]
)
_WORD = re.compile(r"[a-z]+")
_TIME = ["time_period", "time_identifier", "level"]
_NAMED = ("national", "regional", "localauthority")


def with_areas(draft: Draft, path: object) -> Draft:
    """The rows of areas, with `area_code` and `area_note`; IDENTIFIERS must all be columns.

    An authority without a known code is found by its three-digit number, then by its name. Rows
    of schools and other levels are told once for each level; authorities that nothing explains
    one by one. SourceError, with the levels there are, if no row is of an area.
    """
    level = coded(draft.rows["geographic_level"], _level)
    note = constant("", draft.rows.index)
    draft = replace(draft, rows=draft.rows.assign(level=level, area_note=note))
    other = ~draft.rows["level"].isin(list(COLUMNS))
    if other.all() and not draft.rows.empty:
        raise _no_areas(path, draft.rows["geographic_level"])
    for name in draft.rows.loc[other, "geographic_level"].unique():
        there = draft.rows["geographic_level"] == name
        draft = draft.leave_out_together(there, f"geographic_level is {name or 'blank'}")
    rows = draft.rows.assign(area_code=_codes_of_places(draft.rows))
    draft = _spread_pairs(replace(draft, rows=rows))
    return _without_repeats(_known(draft))


def _no_areas(path: object, levels: pd.Series) -> SourceError:
    many = ", ".join(f"{name or 'blank'} ({n})" for name, n in levels.value_counts().items())
    action = "Download the file of the same data set for local authorities, regions and England."
    rule = "must have rows that can be used"
    return SourceError(path, rule, f"rows of these geographic levels only: {many[:500]}", action)


def _level(texts: pd.Series) -> pd.Series:
    """`Local authority` → `localauthority`, and other words for the same level."""
    return texts.str.casefold().str.replace("[^a-z]", "", regex=True).replace(_SAME)


def _codes_of_places(rows: pd.DataFrame) -> pd.Series:
    """The code of each row, every different place looked up once."""
    places = ["level", *(name for name in IDENTIFIERS if name not in _TIME)]
    first, number = distinct(rows, places)
    return spread(_codes(first), number, rows.index)


def _codes(rows: pd.DataFrame) -> pd.Series:
    """The code of each row's level; by number and name where that is unknown; `A / B` for two."""
    code = pd.Series("", index=rows.index, dtype="str")
    name = code.copy()
    for level, (code_column, name_column) in COLUMNS.items():
        here = rows["level"] == level
        if here.any():
            code = code.mask(here, rows[code_column].str.replace(r"\s*/\s*", " / ", regex=True))
            name = name.mask(here, rows[name_column])
    authority = rows["level"] == "localauthority"
    lost = authority & ~_all_known(code)
    code = code.mask(lost, _from_number(rows["old_la_code"], code, lost))
    by_name = name.map({text: code_of_name(text) for text in name.unique()}).astype("str")
    lost = rows["level"].isin(_NAMED) & ~_all_known(code) & (by_name != "")
    # Some files give Inner and Outer London the code of London.
    part = (rows["level"] == "regional") & by_name.isin(_subregions())
    return code.mask(lost | part, by_name)


def _from_number(numbers: pd.Series, code: pd.Series, lost: pd.Series) -> pd.Series:
    found = geography.codes_from_dfe(numbers).fillna("") if lost.any() else code
    return found.where(found != "", code)


def _all_known(code: pd.Series) -> pd.Series:
    """True where every code of a row's one or two is of an area."""
    known = {text: all(map(area_kinds.kind_of, text.split(" / "))) for text in code.unique()}
    return code.map(known).astype(bool)


@lru_cache(maxsize=4096)
def code_of_name(text: str) -> str:
    """The code of a name, `A / B` of a name of two authorities, empty where none is known."""
    tidy = " ".join(text.split())
    whole = _area_of(tidy)
    if whole and whole.end is None:
        return whole.code
    for word in (" / ", "/", " and ", " & ", " + "):
        parts = [_area_of(part) for part in tidy.split(word)]
        if len(parts) == 2 and all(parts):
            return " / ".join(part.code for part in parts)
    return whole.code if whole else ""


def _area_of(name: str) -> geography.Area | None:
    """The area of a name; None for one that areas.csv does not have: its row will be listed."""
    if not set(_WORD.findall(name.casefold())) <= _words_of_names(reference_folder()):
        return None  # looking for the closest name takes long, and nobody asked for it
    try:
        return geography.area(name)
    except AreaError:
        return None


@lru_cache(maxsize=8)
def _words_of_names(folder: Path) -> frozenset[str]:
    """Every word of a name of an area, and what councils call themselves."""
    rows = area_table(folder)
    words = _WORD.findall(" ".join([*rows["name"], *rows["aliases"]]).casefold())
    return frozenset(words) | {"council", "borough", "royal", "metropolitan", "and"}


def _subregions() -> list[str]:
    areas = geography.areas()
    return areas.loc[areas["level"] == "subregion", "code"].tolist()


def _spread_pairs(draft: Draft) -> Draft:
    """A row for two authorities → a row at each, but for one that has a row of its own."""
    pair = per_text(draft.rows["area_code"], lambda codes: codes.str.contains(" / ", regex=False))
    if not pair.any():
        return draft
    rows = draft.rows.assign(**{n: plain(c) for n, c in draft.rows.items() if is_text(c)})
    names = rows.loc[pair, "area_code"].map(
        {text: _joint(text) for text in rows.loc[pair, "area_code"].unique()}
    )
    both = rows[pair].assign(area_note="figure is for " + names + " together")
    spread = both.assign(area_code=both["area_code"].str.split(" / ")).explode("area_code")
    own = set(rows.loc[~pair, [*_TIME, "area_code"]].itertuples(index=False, name=None))
    keys = spread[[*_TIME, "area_code"]].itertuples(index=False, name=None)
    spread = spread[[key not in own for key in keys]].astype({"area_code": "str"})
    joined = pd.concat([rows[~pair], spread], ignore_index=True)
    return replace(draft, rows=joined.sort_values("source_row", kind="stable", ignore_index=True))


def _joint(codes: str) -> str:
    known = geography.known_codes()
    names = [geography.name(code) if code in known else code for code in codes.split(" / ")]
    return " and ".join(names)


def _known(draft: Draft) -> Draft:
    """Without rows of other nations and of areas that nothing explains."""
    away = per_text(draft.rows["area_code"], area_kinds.elsewhere)
    draft = draft.leave_out_together(away, "areas of other nations of the United Kingdom")
    unknown = _unknown(draft)
    for level in draft.rows.loc[unknown, "level"].unique():
        if level != "localauthority":
            lost = (draft.rows["level"] == level) & _unknown(draft)
            column = COLUMNS[level][0]
            why = f"no known code in `{column}` at level {_level_name(draft.rows, level)}"
            draft = draft.leave_out_together(lost, why)
    unknown = _unknown(draft)
    rows = draft.rows[unknown]
    code, number = plain(rows["new_la_code"]), plain(rows["old_la_code"])
    return draft.leave_out(unknown, "area not known (code `" + code + "`, number `" + number + "`)")


def _unknown(draft: Draft) -> pd.Series:
    return per_text(draft.rows["area_code"], lambda codes: area_kinds.kinds(codes) == "")


def _level_name(rows: pd.DataFrame, level: str) -> str:
    return rows.loc[rows["level"] == level, "geographic_level"].iloc[0]


def _without_repeats(draft: Draft) -> Draft:
    """Unitary authorities are districts too: their rows as authorities stand."""
    rows = draft.rows
    authorities = rows.loc[rows["level"] == "localauthority", "area_code"].unique()
    again = (rows["level"] == "localauthoritydistrict") & rows["area_code"].isin(authorities)
    return draft.leave_out_together(again, "districts that have rows as authorities")
