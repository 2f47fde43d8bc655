"""What kind of area a nine-character code stands for, told by its first three characters.

Upper-tier authorities, regions and England are listed one by one in areas.csv; wards, output
areas and the like are too many and change too often, so that their form alone is checked.
"""

from functools import lru_cache
from pathlib import Path

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.area_tables import read_table, reference_folder

KIND_FILE = "area_kinds.csv"
_FORM = "[A-Z][0-9]{8}"


def kinds(codes: pd.Series) -> pd.Series:
    """The kind of each code (`ward`, `authority` …), same index; empty text for a code that is
    not English, is misspelt, or ought to be in areas.csv and is not."""
    folder = reference_folder()
    known = {code: _kind(folder, code) for code in codes.dropna().unique()}
    return codes.map(known).astype("str").fillna("")


def kind_of(code: str) -> str:
    """The kind of one code, empty where there is none."""
    return _kind(reference_folder(), str(code))


def elsewhere(codes: pd.Series) -> pd.Series:
    """True for well-formed codes of Wales, Scotland, Northern Ireland and groups of nations."""
    return codes.str.fullmatch(_FORM).fillna(False).astype(bool) & ~codes.str.startswith("E")


@lru_cache(maxsize=1 << 18)
def _kind(folder: Path, code: str) -> str:
    kind, listed = _table(folder).get(code[:3], ("", False))
    formed = len(code) == 9 and code[1:].isascii() and code[1:].isdigit()
    return kind if formed and (not listed or code in geography.known_codes()) else ""


@lru_cache(maxsize=8)
def _table(folder: Path) -> dict[str, tuple[str, bool]]:
    rows = read_table(folder, KIND_FILE, ("prefix", "kind", "listed"))
    cells = zip(rows["prefix"], rows["kind"], rows["listed"] == "yes", strict=True)
    return {prefix: (kind, listed) for prefix, kind, listed in cells}
