"""Registers: lists in words (actions, objectives, risks, measures, savings) → one table a kind.

Every entry keeps its file's words and says whose it is and where it stands. Whose: the file's own
column, else the passport of the document. An entry of nobody is left out and told.
"""

from collections.abc import Sequence

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.edition_tables import REGISTER_COLUMNS
from cyp_analysis.errors import AreaError
from cyp_analysis.loaders import ReferenceTable
from cyp_analysis.loaders.table import file_name, published_on

KINDS = (
    *("actions", "risks", "objectives", "success_measures", "index", "measures"),
    *("savings", "targets"),
)
_NOBODY = "does not say whose it is: add a column `area`"
_UNKNOWN = "names an area that is not known: {names}"


def build_registers(
    tables: Sequence[ReferenceTable],
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Kind → its entries (REGISTER_COLUMNS, then the files' own columns), and file, problem of
    what belongs to no area.

    Texts that a file has not are empty; dates and numbers that it has not are missing.
    """
    parts = {kind: [_entries(t) for t in tables if t.kind == kind] for kind in KINDS}
    nobody = [
        (part["source_file"].iloc[0], _problem(part))
        for each in parts.values()
        for part in each
        if (part["area_code"] == "").any()
    ]
    made = {kind: _together(each) for kind, each in parts.items() if each}
    kept = {kind: rows[rows["area_code"] != ""] for kind, rows in made.items()}
    told = pd.DataFrame(nobody, columns=["file", "problem"])
    return {k: rows.reset_index(drop=True) for k, rows in kept.items() if len(rows)}, told


def _entries(table: ReferenceTable) -> pd.DataFrame:
    rows, source = table.rows, table.source
    area = rows["area"] if "area" in rows else pd.Series("", index=rows.index, dtype="str")
    codes = {text: _code(text or source.area) for text in area.unique()}
    own = {
        "area_code": area.map(codes),
        "source_id": source.id,
        "source_published": published_on(table.path, source),
        "source_file": file_name(table.path, source),
    }
    made = rows.assign(**own)
    return made[[*REGISTER_COLUMNS, *(c for c in rows if c not in REGISTER_COLUMNS)]]


def _problem(part: pd.DataFrame) -> str:
    """Why some entries of a file belong to no area."""
    lost = part[part["area_code"] == ""]
    named = sorted(set(lost["area"]) - {""}) if "area" in lost else []
    return _UNKNOWN.format(names=", ".join(map(repr, named))) if named else _NOBODY


def _code(text: str) -> str:
    try:
        return geography.area(text).code if text else ""
    except AreaError:
        return ""


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The entries of several files below one another."""
    rows = pd.concat(parts, ignore_index=True)
    words = [name for name in rows if pd.api.types.is_string_dtype(rows[name])]
    return rows.assign(**{name: rows[name].fillna("") for name in words})
