"""Cells that name areas → codes; rows of other nations and lines of notes are put aside."""

import re
from functools import lru_cache

import pandas as pd

from cyp_analysis import area_kinds, geography
from cyp_analysis.errors import AreaError
from cyp_analysis.loaders.table import Draft

# The kind of area before its name: `ualad09:Town`, `lsoa2011:E01000000 : Town 001A`
_TYPE = re.compile(r"^[a-z][a-z0-9_+&/-]{1,15} ?: ?(?=\S)")
_CODE = re.compile(r"(?<![A-Z0-9])[EWSNKJML][0-9]{8}(?![0-9A-Z])")
NOTES = "lines of notes, without a figure"
ELSEWHERE = "not in England"


def codes(cells: pd.Series) -> pd.Series:
    """The code of each cell that is one, holds one (`E01000000 : Town 001A`) or names an area
    with or without its kind (`ualad09:Town`); empty where a cell does
    neither."""
    known = {cell: code_of(cell) for cell in cells.unique()}
    return cells.map(known).astype("str")


@lru_cache(maxsize=1 << 17)
def code_of(cell: str) -> str:
    """The code that one cell holds or names, empty if none."""
    if found := _CODE.search(cell):
        return found[0]
    name = _TYPE.sub("", cell.strip())
    try:
        return geography.area(name).code if name else ""
    except AreaError:
        return ""


def english(draft: Draft, figures: list[str]) -> Draft:
    """Rows with an English `area_code` of a known kind. Other nations are told once, lines of
    notes (no code, no text in the columns of figures) too, unknown codes one by one."""
    rows = draft.rows
    silent = (rows[figures] == "").all(axis=1)
    note = ~rows["area_code"].str.fullmatch(_CODE.pattern) & silent
    draft = draft.leave_out_together(note, NOTES)
    draft = draft.leave_out_together(area_kinds.elsewhere(draft.rows["area_code"]), ELSEWHERE)
    code = draft.rows["area_code"]
    named = draft.rows.get("area_name", code)
    shown = code.where(code != "", named)
    why = "area `" + shown + "` is not in data/reference/areas.csv"
    return draft.leave_out(area_kinds.kinds(code) == "", why)
