"""English Indices of Deprivation, Ministry of Housing, Communities and Local Government.

One row per lower layer super output area (files 1 to 9) or per authority (summaries, files 10 and
11), and a column per index and kind of figure: `Crime Rank (where 1 is most deprived)`. Excel
cuts long names, so that they are matched by their beginnings. In every edition rank 1 and
decile 1 are the most deprived, and a higher score is more deprived.
"""

import dataclasses
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CatalogueError
from cyp_analysis.loaders import headers, layout, recognise, symbols
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

# Names in the signature of a passport: a column of codes with the year of the authorities, which
# tells the edition, and any column of figures. All its other aliases are indices and figures.
EDITION, FIGURES = "Edition", "Figures"
COUNTS = ("denominator", "numerator")
ODD_DECILE, ODD_RANK = "decile is not a whole number from 1 to 10", "rank is not a whole number"

_SMALL_AREA = "lsoa code*"
_LABELS = re.compile(r".*\b(code|name)\b.*\([0-9]{4}\).*")
_MID = re.compile(r"mid[- ]([0-9]{4})", re.IGNORECASE)
_AGES = re.compile(r"(?:aged?|population) ([0-9]+(?:[-/][0-9]+)*)( and over)?", re.IGNORECASE)


def read_indices(path: Path, source: Source | None = None) -> CountTable:
    """A file of one edition → count table, measures like `idaci_2025_decile`.

    Scores, ranks, deciles and summaries as `value`, as published (a score that is a rate is a
    fraction); population denominators and numerators as `count`. SourceError if no column is
    an index and figure that the passport names; columns that are none are told.
    """
    source = source or recognise.recognise_known(path, "deprivation")
    by_edition = dataclasses.replace(
        source, header=(EDITION,), aliases={EDITION: source.aliases.get(EDITION, ())}
    )
    tables = layout.open_tables(path, by_edition)
    parts = [_table(table, source) for table in tables]
    if all(part.rows.empty for part in parts):
        found = [name for table in tables for name in table.rows]
        raise recognise.missing_column(path, source, [FIGURES], found)
    rows = pd.concat([part.rows for part in parts if len(part.rows)], ignore_index=True)
    problems = pd.concat([part.problems for part in parts], ignore_index=True)
    return count_table(possible(Draft(rows, problems)), path, source)


def _table(table: layout.RawTable, source: Source) -> Draft:
    """One row per area and measure of a sheet, and the columns that are none told."""
    names = [name for name in table.rows if name != "source_row"]
    found = {name: column for name in names if (column := _figure(name, source))}
    area = next((n for n in names if fnmatchcase(headers.key(n), _SMALL_AREA)), EDITION)
    labels = [n for n in names if n == EDITION or _LABELS.match(headers.key(n))]
    other = [name for name in names if name not in found and name not in labels]
    told = [(1, f"column not read, no figure that the passport names: {n}") for n in other]
    middle = next((year for name in names for year in _MID.findall(name)), "")
    raw = table.rows[table.rows[area].str.strip() != ""]
    problems = pd.concat([table.problems, problem_table(told)], ignore_index=True)
    by_part = {
        part: {n: c for n, c in found.items() if (c[2] in COUNTS) is (part == "count")}
        for part in ("value", "count")
    }
    parts = [_long(raw, area, p, _described(c, middle)) for p, c in by_part.items() if c]
    rows = pd.concat([part.rows for part in parts]) if parts else pd.DataFrame()
    return Draft(rows, pd.concat([problems, *(p.problems for p in parts)], ignore_index=True))


def _figure(name: str, source: Source) -> tuple[str, str, str] | None:
    """Index, edition and kind of figure of a column, by the longest patterns of the passport that
    its name fits. The first pattern of a kind of figure begins with a star."""
    index, kind = _longest(name, source, kinds=False), _longest(name, source, kinds=True)
    return (index, edition(source), kind) if index and kind else None


def _longest(name: str, source: Source, *, kinds: bool) -> str:
    fits = [
        (len(pattern), word)
        for word, patterns in source.aliases.items()
        if word not in (EDITION, FIGURES) and patterns[0].startswith("*") is kinds
        for pattern in patterns
        if fnmatchcase(headers.key(name), headers.key(pattern))
    ]
    return max(fits)[1] if fits else ""


def edition(source: Source) -> str:
    """The year that an edition is named after: that of its publication. CatalogueError if the
    passport has no date."""
    if source.published is None:
        thing = f"data/catalogue/sources/{source.id}.yml"
        raise CatalogueError(thing, "`published` must be given", "none", "Add the date.")
    return str(source.published.year)


def _described(columns: dict[str, tuple[str, str, str]], middle: str) -> pd.DataFrame:
    """What each column of figures is, by its name: measure, age and period. Populations are of the
    middle of an earlier year, all else is of the edition's."""
    rows = []
    for name, (index, year, kind) in columns.items():
        people = kind == "denominator"
        ages = _AGES.search(headers.tidy(name)) if people else None
        age = f"{ages[1]}{'+' if ages[2] else ''} yrs" if ages else "All ages"
        when = f"mid-{middle}" if people and middle else year
        rows.append((name, f"{index}_{year}_{kind}", age, when))
    made = pd.DataFrame(rows, columns=["column", "measure", "age", "period_text"])
    return pd.concat([made, periods.parse_all(made["period_text"])], axis=1).set_index("column")


def _long(raw: pd.DataFrame, area: str, part: str, columns: pd.DataFrame) -> Draft:
    """One row per area and column of figures, as `count` or as `value`."""
    cells = raw[["source_row", area, *columns.index]].rename(columns={area: "area_code"})
    long = cells.melt(["source_row", "area_code"], var_name="column", value_name="figure")
    numbers, unread = symbols.number_columns(long, {part: "figure"})
    known = {name: long["column"].map(columns[name]) for name in columns}
    made = long[["source_row"]].assign(area_code=long["area_code"].str.strip(), **known)
    words = unread.str.replace("`figure`", "a figure", regex=False)
    return Draft(made.join(numbers)).mention(unread != "", words)


def possible(draft: Draft) -> Draft:
    """Ranks and deciles (measures that end so) that cannot be one are made missing."""
    rows = draft.rows
    if "value" not in rows:
        return draft
    measure = rows["measure"].astype("category")
    deciles = measure.isin([m for m in measure.cat.categories if m.endswith("_decile")])
    ranks = [m for m in measure.cat.categories if m.endswith("_rank")]
    ranks = measure.isin([m for m in ranks if not m.endswith("_average_rank")])
    broken = rows["value"].notna() & ((rows["value"] % 1 != 0) | (rows["value"] < 1))
    tenth = rows["value"].notna() & (broken | (rows["value"] > 10))
    draft = draft.blank(deciles & tenth, ["value"], ODD_DECILE)
    return draft.blank(ranks & broken, ["value"], ODD_RANK)
