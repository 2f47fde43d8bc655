"""Authorities in lists of neighbours, by code, three-digit number or name → codes."""

import pandas as pd

from cyp_analysis import area_kinds, geography
from cyp_analysis.errors import AreaError
from cyp_analysis.loaders.columns import per_text
from cyp_analysis.loaders.table import END_OF_TIME, Draft

NONE = ("", "-", "n/a", "na", "none", "nan", ".", ":", "z", "x")
_OWN = ("area_code", "area_number", "area", "area_name")
_OTHER = ("neighbour_code", "neighbour_number", "neighbour", "neighbour_name")


def of_area(draft: Draft) -> Draft:
    """`area_code` and `neighbour_code` of each pair. Left out and told: lines of notes, areas not
    known, places of a list that are empty, and rows whose number and name are of different areas.
    """
    own, own_clash = _codes(draft.rows, _OWN)
    other, other_clash = _codes(draft.rows, _OTHER)
    rows = draft.rows.assign(
        area_code=geography.current_code(own, END_OF_TIME),
        neighbour_code=geography.current_code(other, END_OF_TIME),
        own_text=_shown(draft.rows, _OWN),
        other_text=_shown(draft.rows, _OTHER),
        clash=own_clash | other_clash,
    )
    draft = _no_lines_of_notes(Draft(rows, draft.problems))
    unknown = (draft.rows["area_code"] == "") & ~draft.rows["clash"]
    draft = draft.leave_out(unknown, "`" + draft.rows["own_text"] + "` is no area of areas.csv")
    why = "the number and the name are of different areas: `" + draft.rows["own_text"] + "`, `"
    draft = draft.leave_out(draft.rows["clash"], why + draft.rows["other_text"] + "`")
    empty = draft.rows["other_text"].str.casefold().isin(NONE)
    why = "`" + draft.rows["own_text"] + "` has no neighbour in place "
    draft = draft.leave_out(empty, why + draft.rows["rank"].astype("str"))
    unknown = draft.rows["neighbour_code"] == ""
    why = "neighbour `" + draft.rows["other_text"] + "` is no area of areas.csv"
    draft = draft.leave_out(unknown, why)
    return Draft(draft.rows.reset_index(drop=True), draft.problems)


def one_code(text: str) -> str:
    """The code of an area by its code, its three-digit number (`302`, `302.0`) or its name."""
    if text.strip().casefold() in NONE:
        return ""
    if area_kinds.kind_of(text):
        return text
    by_number = geography.codes_from_dfe(pd.Series([text]))[0]
    if by_number:
        return "" if "/" in by_number else by_number
    try:
        return geography.area(text).code
    except AreaError:
        return ""


def _codes(rows: pd.DataFrame, columns: tuple[str, ...]) -> tuple[pd.Series, pd.Series]:
    """The first code that one of the columns gives, and whether another gives a different one."""
    found = pd.Series("", index=rows.index, dtype="str")
    clash = pd.Series(False, index=rows.index)
    for name in columns:
        if name not in rows:
            continue
        codes = per_text(rows[name], lambda texts: texts.map(one_code).astype("str"))
        clash |= (codes != "") & (found != "") & (codes != found)
        found = found.where(found != "", codes)
    return found, clash


def _shown(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    texts = [rows[name].fillna("").astype("str") for name in columns if name in rows]
    shown = texts[0]
    for text in texts[1:]:
        shown = (shown + " " + text).str.strip()
    return shown


def _no_lines_of_notes(draft: Draft) -> Draft:
    rows = draft.rows
    note = (rows["area_code"] == "") & rows["other_text"].str.casefold().isin(NONE)
    return draft.leave_out_together(note & ~rows["clash"], "lines of notes, without neighbours")
