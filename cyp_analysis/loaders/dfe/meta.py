"""Companions of Explore Education Statistics files, `x.meta.csv`: what each column of x.csv is.

Layout: Explore Education Statistics, open data standards (metadata files).
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import files, headers, layout, recognise
from cyp_analysis.loaders.table import ReferenceTable, problem_table

SUFFIX = ".meta.csv"
COLUMNS = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
)
_ROLES = {"filter": "filter", "indicator": "indicator"}


@dataclass(frozen=True)
class Described:
    """What a metadata file says of one column: `role` is `filter` or `indicator`."""

    role: str
    label: str
    unit: str


def read_meta(path: Path, source: Source | None = None) -> ReferenceTable:
    """A metadata file → dictionary of columns, one row each, columns COLUMNS and source_row.

    SourceError for missing columns.
    """
    source = source or recognise.recognise_known(path, "dfe_meta")
    raw = layout.open_tables(path, source, COLUMNS)[0]
    layout.require(raw, ["col_name", "col_type"], path, source)
    absent = {name: "" for name in COLUMNS if name not in raw.rows}
    rows = raw.rows.assign(**absent)[["source_row", *COLUMNS]]
    known = rows["col_type"].str.casefold().isin(list(_ROLES))
    odd = rows.loc[~known, ["source_row"]].assign(
        problem="col_type is neither Filter nor Indicator: " + rows.loc[~known, "col_type"]
    )
    told = pd.concat([raw.problems, odd], ignore_index=True)
    return ReferenceTable("dictionary", rows, source, Path(path), told)


def described(path: Path, source: Source) -> tuple[dict[str, Described], pd.DataFrame]:
    """{column, in small letters: what it is} from the companion of a data file, and problems.

    Nothing for a file without one; a companion that cannot be read is a problem, no error.
    """
    companion = companion_of(path)
    if companion is None:
        return {}, problem_table([])
    passport = Source(
        **{name: getattr(source, name) for name in ("publisher", "title", "licence", "citation")},
        id=source.id,
        reader="dfe_meta",
        header=("col_name", "col_type"),
    )
    try:
        rows = read_meta(companion, passport).rows
    except SourceError as error:
        return {}, problem_table([(1, f"{companion.name} is not used: {error.rule}")])
    found = {
        headers.key(row.col_name): Described(_ROLES[row.col_type.casefold()], row.label, row.unit)
        for row in rows.rename(columns={"indicator_unit": "unit"}).itertuples()
        if row.col_type.casefold() in _ROLES
    }
    return found, problem_table([])


def companion_of(path: Path) -> Path | None:
    """The metadata file beside a data file, in its folder or its archive; None if there is none."""
    path = Path(path)
    if not path.name.casefold().endswith(".csv") or path.name.casefold().endswith(SUFFIX):
        return None
    companion = path.with_name(path.name[: -len(".csv")] + SUFFIX)
    if companion.is_file():
        return companion
    return companion if _in_archive(companion) else None


def _in_archive(companion: Path) -> bool:
    archive = next((p for p in companion.parents if p.suffix.casefold() == ".zip"), None)
    if archive is None or not archive.is_file():
        return False
    return companion.relative_to(archive).as_posix() in files.members(archive)
