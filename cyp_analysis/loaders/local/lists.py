"""Targets, action trackers, risk registers and lists of measures → reference tables.

They hold no figures of an area: what they say is kept word for word, blank where it is blank. An
update that is missing is not guessed, and a date that has passed is not judged.
"""

from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CatalogueError
from cyp_analysis.loaders import layout, selection, symbols
from cyp_analysis.loaders.local.periods import read_periods
from cyp_analysis.loaders.symbols import join_notes
from cyp_analysis.loaders.table import ReferenceTable, nothing_left


def read_list(path: Path, source: Source) -> ReferenceTable:
    """A list → table of the kind that the passport's one measure names, one row an entry.

    Columns: `source_row`, then the passport's names for those that the file has, then the file's
    others, all text. `dates` of the passport add `<name>_date` (missing where the text is blank or
    no date: the text stays), `numbers` add `<name>_number`. SourceError if no entry is left.
    """
    kind, spec = _kind(source)
    raws = layout.open_tables(path, source)
    rows = pd.concat([raw.rows for raw in raws], ignore_index=True)
    problems = [raw.problems for raw in raws]
    rows = rows.fillna("")
    entry = rows[[name for name in spec["entry"] if name in rows]]
    empty = (entry == "").all(axis=1)
    problems.append(_told(rows, empty, f"left out: no {' or '.join(spec['entry'])}"))
    rows = rows[~empty].reset_index(drop=True)
    if rows.empty:
        raise nothing_left(Path(path), pd.concat(problems, ignore_index=True))
    for name in [name for name in spec.get("dates", []) if name in rows]:
        dates, unread = _dates(rows[name])
        rows[f"{name}_date"] = dates
        problems.append(_told(rows, unread, f"`{name}` is no date: " + rows[name]))
    for name in [name for name in spec.get("numbers", []) if name in rows]:
        parsed = symbols.parse_numbers(rows[name])
        rows[f"{name}_number"] = parsed["number"]
        problems.append(_told(rows, parsed["unknown"], f"`{name}` is no number: " + rows[name]))
    repeated = _repeated(rows, spec.get("key", ""))
    problems.append(_told(rows, repeated, f"the same `{spec.get('key')}` stands in an earlier row"))
    told = pd.concat(problems, ignore_index=True)
    return ReferenceTable(kind, _ordered(rows, source), source, Path(path), told)


def _kind(source: Source) -> tuple[str, dict]:
    """The kind of list and what the passport says of it."""
    specs = selection.measures(source, ("entry",))
    if len(specs) != 1:
        thing = f"data/catalogue/sources/{source.id}.yml"
        rule = "`measures` must name one kind of list"
        raise CatalogueError(thing, rule, list(specs), "Make a passport for each.")
    return next(iter(specs.items()))


def _dates(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The last day that each text stands for, and where there is a text but no date.

    `March 2018` and `Q4 2025/26` are due on their last day.
    """
    found, _ = read_periods(texts, pd.Series("", index=texts.index, dtype="str"))
    dates = found["period_end"]
    return dates, dates.isna() & (texts != "")


def _repeated(rows: pd.DataFrame, key: str) -> pd.Series:
    if key not in rows:
        return pd.Series(False, index=rows.index)
    return rows[key].duplicated() & (rows[key] != "")


def _told(rows: pd.DataFrame, where: pd.Series, why: str | pd.Series) -> pd.DataFrame:
    words = join_notes(pd.Series(why, index=rows.index, dtype="str"), pd.Series("", rows.index))
    return rows[["source_row"]].assign(problem=words)[where]


def _ordered(rows: pd.DataFrame, source: Source) -> pd.DataFrame:
    """The passport's columns in its order, then the rest as in the file."""
    wanted = dict.fromkeys((*source.header, *source.aliases))
    known = [name for base in wanted for name in (base, f"{base}_date", f"{base}_number")]
    first = ["source_row", *[name for name in known if name in rows]]
    return rows[[*first, *[name for name in rows if name not in first]]]
