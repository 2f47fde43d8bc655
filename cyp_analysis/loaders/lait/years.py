"""Years as the Local Authority Interactive Tool writes them: `2016`, `2016-17 (OT)`, `2014-16`.

A bare year is the one in which a school or financial year ends; which of them is meant only the
tool's dictionary says.
"""

import re
from fnmatch import fnmatchcase

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.loaders.columns import mapped, spread
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.lait.areas import different_pairs
from cyp_analysis.loaders.symbols import join_notes
from cyp_analysis.loaders.table import Draft

_MARK = re.compile(r"\s*[\[(](?P<mark>[A-Za-z]+)[\])]\s*$")
_BARE = re.compile(r"(?:19|20)[0-9]{2}")
_SPAN = re.compile(r"(?:19|20)(?P<first>[0-9]{2})\s?-\s?(?:20)?(?P<last>[0-9]{2})")
ASSUMED = "read as a calendar year: the kind of year is in LAIT's dictionary, not in the file"


def with_periods(draft: Draft, year_type: pd.Series, rules: dict[str, dict]) -> Draft:
    """`period_start`, `period_end`, `period_label`, `period_text` and, in `value_note`, the mark
    of the year and what had to be assumed. `year_type` is the dictionary's, empty if not known.

    The tool's own calculations (`Change`, `Rank` …) are left out, told once for each.
    """
    draft = _years_only(draft, rules["calculated"]["years"])
    text = draft.rows["years"]
    group, pairs = different_pairs(year_type.loc[text.index], text)
    cells = pd.DataFrame(pairs, columns=["type", "text"], dtype="str")
    found = spread(_periods(cells["type"], cells["text"], rules), group, text.index)
    rows = draft.rows.assign(period_text=text, **{name: found[name] for name in found})
    return Draft(rows, draft.problems)


def is_calculated(years: str, words: list[str]) -> bool:
    """Whether the name of a year or column is of a calculation such as a rank or a change."""
    return any(fnmatchcase(key(years), word) for word in words)


def _years_only(draft: Draft, words: list[str]) -> Draft:
    for years in draft.rows["years"].unique():
        if is_calculated(years, words):
            why = f"`{years}` is no year"
            draft = draft.leave_out_together(draft.rows["years"] == years, why)
    return draft


def _periods(types: pd.Series, texts: pd.Series, rules: dict[str, dict]) -> pd.DataFrame:
    """Periods and notes of year types and years; each kind of year is read together."""
    bare = texts.str.replace(_MARK, "", regex=True)
    kind = [_kind(t, y, rules["year_types"]) for t, y in zip(types, bare, strict=True)]
    kind = pd.Series(kind, index=texts.index, dtype="str")
    parts = []
    for name in kind.unique():
        some = bare[kind == name]
        if name == "january":
            parts.append(periods.parse_all("January " + some, strict=False))
        else:
            parts.append(periods.parse_all(some, kind=name or None, strict=False))
    found = pd.concat(parts).reindex(texts.index) if parts else periods.parse_all(bare)
    assumed = (types == "") & bare.str.fullmatch(_BARE.pattern)
    note = join_notes(_marks(texts, rules), pd.Series("", index=texts.index).mask(assumed, ASSUMED))
    return found.assign(value_note=note.astype("str"))


def _kind(year_type: str, text: str, types: dict[str, dict]) -> str:
    """The period kind of a text, empty where its own form says enough."""
    span = _SPAN.fullmatch(text)
    if span and (int(span["first"]) + 1) % 100 != int(span["last"]):
        return "calendar_year"  # 2014-16, 2010-12: three years, never December 2010
    words = {key(name): spec for name, spec in types.items()}.get(key(year_type), {})
    return words.get("year" if _BARE.fullmatch(text) else "years", "")


def _marks(texts: pd.Series, rules: dict[str, dict]) -> pd.Series:
    found = texts.str.extract(_MARK)["mark"].fillna("").str.casefold()
    return mapped(found, rules["marks"]["words"])
