"""Lookups between kinds of area: ONS Open Geography, and the lists of areas that DfE keeps.

A wide table of codes and names: `LSOA21CD` or `lsoa21_code` becomes `lsoa_code_2021`, `WD24NM`
becomes `ward_name_2024`. The passport's aliases say which letters stand for which kind of area,
and which whole columns are called what: `utla_code` for DfE's `new_la_code`, `ignored` for others.
"""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from cyp_analysis import area_kinds
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import boundaries, headers, layout, recognise, symbols
from cyp_analysis.loaders.formats import shapes
from cyp_analysis.loaders.own_names import with_own_names
from cyp_analysis.loaders.table import Draft, ReferenceTable, nothing_left

ELSEWHERE = "areas of Wales, Scotland or Northern Ireland"
IGNORED, CHANGE = "ignored", "change"

_NAMED = re.compile(r"([a-z]+?)_?([0-9]{2})_?(cd|code|nm|name)")
_PARTS = {"cd": "code", "code": "code", "nm": "name", "name": "name"}
_CODE = re.compile(r".+_code(_[0-9]{4})?")
_CODE_FORM = "[A-Z][0-9]{8}"
# More than this part of a column's cells say what the column is.
_MOSTLY = 0.5


def read_lookup(path: Path, source: Source | None = None) -> ReferenceTable:
    """A lookup or a list of areas → ReferenceTable of kind `lookup`, all columns text.

    Columns `<kind>_code_<year>` and `<kind>_name_<year>` in the file's order (no year where the
    file gives none), `change` where there is one (U unchanged, S split, M merged, X irregular),
    other words under the file's own names, and `source_row`; a blank cell is an empty text.
    `rows.attrs["columns"]` says what each is called in the file. Rows of other nations are told
    once, rows with a code that is none are left out and listed. UnrecognisedFile for a file
    without such codes, or with figures beside them. The table of a shapefile gives boundaries.
    """
    source = source or recognise.recognise_known(path, "lookup")
    if shapes.has_outlines(path):
        return boundaries.read_boundaries(path, source)
    raw = layout.open_tables(path, with_own_names(path, source))[0]
    names = _standard_names([name for name in raw.rows if name != "source_row"], source)
    _refuse_figures(raw.rows, names, path, source)
    rows = raw.rows[["source_row", *names]].rename(columns=names)
    draft = _english(Draft(rows, raw.problems))
    if draft.rows.empty:
        raise nothing_left(path, draft.problems)
    again = draft.rows.duplicated([name for name in draft.rows if name != "source_row"])
    draft = draft.leave_out_together(again, "the same areas stand in earlier rows")
    kept = draft.rows.reset_index(drop=True)
    kept.attrs["columns"] = {new: old for old, new in names.items()}
    return ReferenceTable("lookup", kept, source, Path(path), draft.problems)


def code_columns(lookup: pd.DataFrame) -> list[str]:
    """The columns of nine-character codes of a lookup, in its order; a publisher's own numbers
    and codes of kinds of area are none."""
    return [name for name in lookup if _CODE.fullmatch(name) and _codes(lookup[name])]


def _codes(cells: pd.Series) -> bool:
    filled = cells[cells != ""]
    return bool(len(filled)) and filled.str.fullmatch(_CODE_FORM).mean() > _MOSTLY


def _standard_names(names: list[str], source: Source) -> dict[str, str]:
    """{file's name: standard name} for the columns that are kept, each standard name once."""
    found: dict[str, str] = {}
    for name in names:
        new = _standard_name(name, source)
        if new and new not in found.values():
            found[name] = new
        elif new:
            found[name] = "_".join(re.findall("[a-z0-9]+", headers.key(name)))
    return found


def _standard_name(name: str, source: Source) -> str:
    """The standard name of a column: the one whose pattern it fits, else by kind, year and part;
    "" for one that is not kept."""
    known = headers.key(name)
    for new, patterns in source.aliases.items():
        if new not in source.header and any(fnmatchcase(known, headers.key(p)) for p in patterns):
            return "" if new == IGNORED else new
    if match := _NAMED.fullmatch(known):
        letters, year, part = match.groups()
        kinds = (k for k, short in source.aliases.items() if letters in short)
        return f"{next(kinds, letters)}_{_PARTS[part]}_20{year}"
    return "_".join(re.findall("[a-z0-9]+", known))


def _refuse_figures(rows: pd.DataFrame, names: dict[str, str], path: Path, source: Source) -> None:
    """UnrecognisedFile for a table without a column of codes, or with columns of figures."""
    plain = [old for old, new in names.items() if not _NAMED.fullmatch(headers.key(old))]
    plain = [old for old in plain if not any(names[old] == alias for alias in source.aliases)]
    figures = [
        n for n in plain if symbols.parse_numbers(rows[n])["number"].notna().mean() > _MOSTLY
    ]
    if figures or not any(_CODE.fullmatch(new) for new in names.values()):
        got = f"figures in {', '.join(figures[:5])}" if figures else f"only {', '.join(names)}"
        rule = "must be a file that a passport describes: a lookup has codes and names alone"
        action = f"Add a passport for it, or name the columns as `ignored` in `{source.id}`."
        raise recognise.UnrecognisedFile(path, rule, got[:600], action)


def _english(draft: Draft) -> Draft:
    """Rows whose first code is English and whose other codes are codes or blank."""
    columns = code_columns(draft.rows)
    if not columns:
        return draft.leave_out(pd.Series(True, index=draft.rows.index), "no area code")
    first = draft.rows[columns[0]]
    draft = draft.leave_out_together(area_kinds.elsewhere(first), ELSEWHERE)
    if draft.rows.empty:
        return draft
    codes = draft.rows[columns]
    shaped = pd.DataFrame({n: codes[n].str.fullmatch(_CODE_FORM).astype(bool) for n in columns})
    wrong = (codes != "") & ~shaped
    wrong[columns[0]] |= codes[columns[0]] == ""
    worst = wrong.idxmax(axis=1)
    cell = pd.Series([codes.at[i, name] for i, name in worst.items()], index=worst.index)
    return draft.leave_out(wrong.any(axis=1), "no area code: `" + cell.astype("str") + "`")
