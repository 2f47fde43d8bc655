"""The Local Authority Interactive Tool's wide tables → its long form.

Two layouts: a column for each area (the tool's big data sheet), or a column for each year (tables
downloaded from the tool).
"""

import re
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.lait import areas as lait_areas
from cyp_analysis.loaders.lait.long import COLUMNS, from_long, rules_of
from cyp_analysis.loaders.table import CountTable, Draft, problem_table

_YEAR = re.compile(r"\s*(?:19|20)[0-9]{2}.*")
_RUNNING_NUMBER = re.compile(r"_[0-9]+$")


def read_lait_tables(path: Path, source: Source | None = None) -> CountTable:
    """A wide table of the tool → count table, one row per measure, year and area.

    Columns that are neither areas nor years are left out and told. SourceError if none is either.
    """
    source = source or recognise.recognise_known(path, "lait_tables")
    tables = layout.open_tables(path, source, COLUMNS)
    drafts = [_long(table, path, source) for table in tables]
    rows = pd.concat([draft.rows for draft in drafts], ignore_index=True)
    problems = pd.concat([draft.problems for draft in drafts], ignore_index=True)
    return from_long(Draft(rows, problems), path, source)


def _long(table: layout.RawTable, path: Path, source: Source) -> Draft:
    spread = _by_area if "Years" in table.rows else _by_year
    return spread(table, path, source)


def _by_area(table: layout.RawTable, path: Path, source: Source) -> Draft:
    """`Short Desc, Years` and a column for each area."""
    rules = rules_of(source)
    england = {key(name) for name in rules["england"]}
    others = [name for name in table.rows if name not in (*COLUMNS, "source_row")]
    names = {name: _spaced(name) for name in others}
    means = [n for n, name in names.items() if lait_areas.is_neighbours(name, rules)]
    areas = [n for n, name in names.items() if key(name) in england or lait_areas.area_code(name)]
    short = table.rows["Short Desc"].str.replace(_RUNNING_NUMBER, "", regex=True).str.strip()
    kept = table.rows.assign(short=short).rename(columns={"Years": "years"})
    long = kept.melt(["source_row", "short", "years"], areas, "area_name", "text")
    long["area_name"] = long["area_name"].map(names).astype("str")
    rest = [name for name in others if name not in (*areas, *means)]
    return Draft(_in_order(long), _told(table, means, rest, "area"))


def _by_year(table: layout.RawTable, path: Path, source: Source) -> Draft:
    """`LA Number, LA and Regions, Measure` and a column for each year."""
    years = [name for name in table.rows if _YEAR.fullmatch(name)]
    if not years:
        found = ", ".join(name for name in table.rows if name != "source_row")
        action = "Download the table again, with at least one year."
        raise SourceError(path, "must have columns that are years", f"columns {found}", action)
    kept = table.rows.rename(columns={**COLUMNS, "Measure": "short"})
    fixed = [n for n in ("source_row", "short", "area_name", "number", "topic") if n in kept]
    long = kept.melt(fixed, years, "years", "text")
    rest = [name for name in kept if name not in (*fixed, *years, "Region")]
    return Draft(_in_order(long), _told(table, [], rest, "year"))


def _in_order(long: pd.DataFrame) -> pd.DataFrame:
    return long.sort_values("source_row", kind="stable", ignore_index=True)


def _spaced(name: str) -> str:
    """`Barking.and.Dagenham`, as R writes names, with its spaces; `St. Helens` as it is."""
    return name if " " in name else name.replace("..", ". ").replace(".", " ").strip()


def _told(table: layout.RawTable, means: list[str], rest: list[str], kind: str) -> pd.DataFrame:
    line = max(1, int(table.rows["source_row"].min()) - 1)
    told = [(line, f"column `{name}` left out: a mean of statistical neighbours") for name in means]
    told += [(line, f"column `{name}` left out: not the name of an {kind}") for name in rest]
    told = [(row, text.replace("an year", "a year")) for row, text in told]
    return pd.concat([table.problems, problem_table(told)], ignore_index=True)
