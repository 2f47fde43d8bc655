"""Boundaries of areas: GeoJSON, TopoJSON, GeoPackage, or a shapefile in a zip archive.

Codes, names and years come from the columns (`WD25CD`, `WD25NM`); a map that names its areas only
is matched by name. The shapes come from `shapes`, in degrees of longitude and latitude.
"""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from cyp_analysis import area_kinds, geography
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import AreaError
from cyp_analysis.loaders import headers, layout, recognise
from cyp_analysis.loaders.formats import shapes
from cyp_analysis.loaders.own_names import with_own_names
from cyp_analysis.loaders.table import Draft, ReferenceTable, nothing_left

GEOMETRY = "geometry"
ELSEWHERE = "areas of Wales, Scotland or Northern Ireland"
REPAIRED = "its outline crossed itself and was repaired"
JOINED = "parts of one area, joined with the first"

_CODE_FORM = "[A-Z][0-9]{8}"
_YEAR = re.compile(r"[a-z]+_?([0-9]{2})_?(?:cd|code)")


def read_boundaries(path: Path, source: Source | None = None) -> ReferenceTable:
    """A map of areas → ReferenceTable of kind `boundaries`.

    `rows` is a GeoDataFrame, one row per English area: `source_row`, `area_code`, `area_name` (""
    if not given), `vintage` (year of the boundaries, missing if the file does not say), and
    `geometry`: polygons in EPSG:4326 (longitude, latitude). Outlines that cross themselves are
    repaired, parts of one area joined, features without outline or known area left out, each
    told. SourceError without geopandas, or if no area is left; UnrecognisedFile without shapes.
    """
    path = Path(path)
    source = source or recognise.recognise_known(path, "boundaries")
    raw = layout.open_tables(path, with_own_names(path, source))[0]
    _refuse_without_outlines(raw.rows, path)
    column, coded = _area_column(raw.rows, source)
    found, told = shapes.read_shapes(path)
    rows = raw.rows.assign(
        area_code=raw.rows[column].str.strip(),
        area_name=raw.rows[name] if (name := _name_column(raw.rows, column)) else "",
        vintage=_vintage(column, raw.rows),
        geometry=shapes.of_rows(found, raw.rows["source_row"], path),
    )
    draft = Draft(rows, raw.problems)
    draft = draft.mention(rows.index == rows.index[0], told) if told else draft
    draft = _areas(draft, by_name=not coded)
    kept = _outlined(draft)
    if kept.rows.empty:
        raise nothing_left(path, kept.problems)
    table = shapes.as_frame(kept.rows[["source_row", "area_code", "area_name", "vintage"]],
                            kept.rows[GEOMETRY])  # fmt: skip
    return ReferenceTable("boundaries", table, source, path, kept.problems)


def _refuse_without_outlines(rows: pd.DataFrame, path: Path) -> None:
    """UnrecognisedFile for features that have no shape at all: a table, such as a lookup."""
    if GEOMETRY in rows and (rows[GEOMETRY] == "").all():
        action = "Download the boundaries, not the lookup or the names and codes."
        raise recognise.UnrecognisedFile(path, "must be a map", "features without shapes", action)


def _area_column(rows: pd.DataFrame, source: Source) -> tuple[str, bool]:
    """The column of the areas drawn, and whether it holds codes: of the columns of codes the one
    with most different cells (a map of wards gives their authority too), else that of names. The
    first column of the passport's signature stands for either."""
    names, wanted = [name for name in rows if name != "source_row"], source.header[0]
    patterns = [headers.key(p) for p in source.aliases.get(wanted, ())]
    coded = [n for n in names if any(fnmatchcase(headers.key(n), p) for p in patterns)]
    coded = [n for n in coded if rows[n].str.strip().str.fullmatch(_CODE_FORM).any()]
    if coded:
        return max(coded, key=lambda name: rows[name].nunique()), True
    return headers.find(wanted, headers.by_key(names), source) or names[0], False


def _name_column(rows: pd.DataFrame, column: str) -> str | None:
    """The column of names beside one of codes: `WD25NM` for `WD25CD`, `name` for `code`."""
    known = headers.by_key(rows)
    wanted = headers.key(column)
    for code, name in (("code", "name"), ("cd", "nm")):
        if wanted.endswith(code) and (beside := wanted.removesuffix(code) + name) in known:
            return known[beside]
    return known.get("name")


def _vintage(column: str, rows: pd.DataFrame) -> pd.Series:
    match = _YEAR.fullmatch(headers.key(column))
    year = int(f"20{match[1]}") if match else pd.NA
    return pd.Series(year, index=rows.index, dtype="Int64")


def _areas(draft: Draft, *, by_name: bool) -> Draft:
    """Rows of English areas, by code or by name; others told."""
    if by_name:
        names = draft.rows["area_code"]
        codes = names.map({name: _code_of(name) for name in names.unique()}).astype("str")
        draft = Draft(draft.rows.assign(area_code=codes, area_name=names), draft.problems)
        return draft.leave_out(codes == "", "no area is called `" + names + "`")
    code = draft.rows["area_code"]
    draft = draft.leave_out_together(area_kinds.elsewhere(code), ELSEWHERE)
    code = draft.rows["area_code"]
    wrong = ~code.str.fullmatch("E[0-9]{8}").astype(bool)
    return draft.leave_out(wrong, "no area code: `" + code + "`")


def _code_of(name: str) -> str:
    try:
        return geography.area(name).code
    except AreaError:
        return ""


def _outlined(draft: Draft) -> Draft:
    """One row per area, with a sound outline."""
    outline, repaired = shapes.sound(draft.rows[GEOMETRY])
    draft = Draft(draft.rows.assign(geometry=outline), draft.problems)
    draft = draft.mention(repaired, REPAIRED + ": " + draft.rows["area_code"])
    draft = draft.leave_out(outline.isna(), "no outline: " + draft.rows["area_code"])
    again = draft.rows.duplicated("area_code")
    if not again.any():
        return draft
    joined = shapes.joined(draft.rows[GEOMETRY], draft.rows["area_code"])
    draft = Draft(draft.rows.assign(geometry=joined), draft.problems)
    return draft.leave_out(again, JOINED + ": " + draft.rows["area_code"])
