"""Areas as local publishers write them (codes, names, three-digit numbers) → area codes."""

import re

import pandas as pd

from cyp_analysis import area_kinds, geography
from cyp_analysis.errors import AreaError
from cyp_analysis.loaders.table import Draft

_NUMBER = re.compile(r"[0-9]{3}(\.0)?")
_CODE = re.compile(r"[A-Za-z][0-9]{8}")
_TOLD_ONE_BY_ONE, _LONGEST_NAME = 20, 60


def codes(texts: pd.Series) -> pd.Series:
    """The code of each text, same index: a code itself, a name of an authority or wider area, or
    a number of the Department for Education; empty text where it is none of them.

    Well-formed codes of other nations stay, so that they can be told apart from mistakes.
    """
    known = {text: _code(str(text)) for text in texts.dropna().unique()}
    return texts.map(known).astype("str").fillna("")


def first_code(rows: pd.DataFrame, columns: list[str]) -> pd.Series:
    """The code that the first of some columns gives, tried in their order; columns that the rows
    lack are passed over."""
    found = pd.Series("", index=rows.index, dtype="str")
    for column in columns:
        if column in rows:
            open_still = found == ""
            found = found.mask(open_still, codes(rows[column].where(open_still, "")))
    return found


def placed(draft: Draft, shown: str) -> Draft:
    """A draft with `area_code` without rows of other nations (told once) and of areas that are
    not known (told once for each, from a point on together). `shown`: the column to name them by.
    """
    code = draft.rows["area_code"]
    abroad = area_kinds.elsewhere(code)
    lost = (area_kinds.kinds(code) == "") & ~abroad
    draft = draft.leave_out_together(abroad, "areas outside England")
    names = draft.rows.loc[lost[~abroad], shown].unique()
    for name in names[:_TOLD_ONE_BY_ONE]:
        told = f"`{name}` is not a known area" if name else "no area is given"
        here = lost[draft.rows.index] & (draft.rows[shown] == name)
        draft = draft.leave_out_together(here, told)
    some = ", ".join(names[_TOLD_ONE_BY_ONE:][:5])
    why = f"not known areas either: {some} …"
    return draft.leave_out_together(lost[draft.rows.index], why)


def _code(text: str) -> str:
    text = " ".join(text.split())
    if _CODE.fullmatch(text):
        code = text.upper()
        outside = not code.startswith("E")
        return code if outside or area_kinds.kind_of(code) else ""
    if _NUMBER.fullmatch(text):
        return geography.codes_from_dfe(pd.Series([text])).iloc[0]
    # To look for a name takes time, and no name of an authority has digits or is as long.
    if len(text) > _LONGEST_NAME or any(letter.isdigit() for letter in text):
        return ""
    try:
        return geography.area(text.replace("_", " ")).code
    except AreaError:
        return ""
