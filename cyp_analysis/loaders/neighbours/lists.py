"""Lists of statistical neighbours, wide (`SN_1, SN_1P …`), long (a row for each pair) or with a
column for each authority and its neighbours below, the nearest first.

Layouts: DfE children's services model 2025 (`SN_1, SN_1P`), 2021 (`SN1, SNP, SN2, SNP`), the
workbooks of earlier years, CIPFA's and other publishers' lists of nearest neighbours.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, recognise
from cyp_analysis.loaders.headers import by_key, key
from cyp_analysis.loaders.neighbours import checks as neighbour_checks
from cyp_analysis.loaders.neighbours.codes import of_area, one_code
from cyp_analysis.loaders.table import Draft, ReferenceTable, nothing_left, problem_table

AREA = ("area_code", "area_number", "area_name", "area")
NEIGHBOUR = ("neighbour_code", "neighbour_number", "neighbour_name", "neighbour")
COLUMNS = ["model", "year", "area_code", "rank", "neighbour_code", "closeness", "source_row"]
MOST = 40
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


def read_neighbours(path: Path, source: Source | None = None) -> ReferenceTable:
    """A list of neighbours → rows `model, year, area_code, rank, neighbour_code, closeness`, as
    in neighbours.csv, nearest first; `year` is text, empty where nothing says it.

    Areas that are not known, and authorities with another number of neighbours than the model
    gives, with one twice or with themselves, are told. SourceError if no pair can be used.
    """
    path, source = Path(path), source or recognise.recognise_known(path, "neighbours")
    tables = layout.open_tables(path, source, (*AREA, *NEIGHBOUR, "rank", "closeness"))
    table = tables[0]
    rules = source.measures or catalogue.sources()[source.dataset].measures
    pairs = _pairs(path, table, source, rules)
    pairs = Draft(pairs.rows, pd.concat([pairs.problems, _other_sheets(tables)]))
    draft = of_area(pairs)
    if draft.rows.empty:
        raise nothing_left(path, draft.problems)
    draft = _dated(draft, _words(path, table), rules)
    draft = neighbour_checks.checked(draft, rules["models"])
    if draft.rows.empty:
        raise nothing_left(path, draft.problems)
    rows = draft.rows[COLUMNS].sort_values(["model", "year", "area_code", "rank"], kind="stable")
    problems = draft.problems.reset_index(drop=True)
    return ReferenceTable("neighbours", rows.reset_index(drop=True), source, path, problems)


def _pairs(path: Path, table: layout.RawTable, source: Source, rules: dict[str, dict]) -> Draft:
    if "SN 1" in table.rows:
        return _pairs_of_wide(table, rules)
    if "neighbour" in source.header:
        return _pairs_of_long(table)
    return _pairs_of_columns(path, table)


def _pairs_of_columns(path: Path, table: layout.RawTable) -> Draft:
    """A column for each authority: the row says in which place its neighbour stands.
    UnrecognisedFile if another column than an index is no authority's."""
    names = [name for name in table.rows if name != "source_row"]
    areas = [name for name in names if one_code(name)]
    others = [name for name in names if name not in areas]
    if len(others) > 1:
        got = f"columns that are no areas: {', '.join(others)[:300]}"
        action = "Keep only the columns of authorities."
        raise recognise.UnrecognisedFile(path, "must have a column for each area", got, action)
    ranked = table.rows.assign(rank=range(1, len(table.rows) + 1))
    pairs = ranked.melt(["source_row", "rank"], areas, "area", "neighbour").assign(closeness="")
    told = problem_table([(1, "no column of ranks: the order of the rows is taken for it")])
    problems = pd.concat([table.problems, told], ignore_index=True)
    return Draft(pairs.astype({"area": "str"}), problems)


def _other_sheets(tables: list[layout.RawTable]) -> pd.DataFrame:
    told = [(1, f"sheet `{table.sheet}` also holds neighbours: not read") for table in tables[1:]]
    return problem_table(told)


def _pairs_of_wide(table: layout.RawTable, rules: dict[str, dict]) -> Draft:
    """A row for each authority and place in its list, `rank` from the column's own number."""
    names = by_key(name for name in table.rows if name != "source_row")
    keep = ["source_row", *(n for n in (*AREA, "model", "year") if n in table.rows)]
    parts = []
    for place, neighbour, closeness in _slots(names, rules["slots"]):
        close = table.rows[closeness] if closeness else ""
        part = table.rows[keep].assign(neighbour=table.rows[neighbour], closeness=close)
        parts.append(part.assign(rank=place))
    rows = pd.concat(parts).sort_values(["source_row", "rank"], kind="stable", ignore_index=True)
    return Draft(rows, table.problems)


def _slots(names: dict[str, str], slots: dict) -> Iterator[tuple[int, str, str | None]]:
    """(place, column of the neighbour, column of its closeness or None) for each place there is."""
    for place in range(1, MOST + 1):
        neighbour = _column(names, slots["neighbour"], place)
        if neighbour is None:
            continue
        closeness = _column(names, slots["closeness"], place)
        if closeness is None and place == 1:
            closeness = names.get(slots["first_closeness"]["name"])
        yield place, neighbour, closeness


def _column(names: dict[str, str], templates: list[str], place: int) -> str | None:
    for template in templates:
        sought = template.replace("{n}", str(place))
        found = next((name for k, name in names.items() if fnmatchcase(k, sought)), None)
        if found is not None:
            return found
    return None


def _pairs_of_long(table: layout.RawTable) -> Draft:
    """Pairs with their rank as printed; where none is, the order of the file's rows is told."""
    rows = table.rows
    named = [name for name in AREA if name in rows]
    if "rank" in rows:
        number = pd.to_numeric(rows["rank"], errors="coerce")
        draft = Draft(rows.assign(rank=number), table.problems)
        odd = number.isna() | (number % 1 != 0) | (number < 1) | (number > MOST)
        draft = draft.leave_out(odd, "rank `" + rows["rank"] + "` is not a place in a list")
        rows, problems = draft.rows.astype({"rank": "int64"}), draft.problems
    else:
        rows = rows.assign(rank=rows.groupby(named, sort=False).cumcount() + 1)
        told = problem_table([(1, "no column of ranks: the order of the rows is taken for it")])
        problems = pd.concat([table.problems, told], ignore_index=True)
    absent = {} if "closeness" in rows else {"closeness": ""}
    return Draft(rows.assign(**absent).reset_index(drop=True), problems)


def _words(path: Path, table: layout.RawTable) -> list[str]:
    return [path.stem, table.sheet, *table.above]


def _dated(draft: Draft, words: list[str], rules: dict[str, dict]) -> Draft:
    """`model` and `year` from columns of those names, else from the file's name and titles."""
    rows, problems = draft.rows, draft.problems
    if "model" not in rows:
        rows = rows.assign(model=_model(words, rules["models"]))
    if "year" not in rows:
        years = [year for text in words for year in _YEAR.findall(text)]
        rows = rows.assign(year=years[0] if years else "")
        if not years:
            told = problem_table([(1, "nothing says of which year the model is")])
            problems = pd.concat([problems, told], ignore_index=True)
    return Draft(rows, problems)


def _model(words: list[str], models: dict[str, dict]) -> str:
    """The first model of the passport with words that a title or the file's name holds."""
    texts = [key(text) for text in words]
    fits = (
        name
        for name, spec in models.items()
        if any(fnmatchcase(text, word) for text in texts for word in spec["words"])
    )
    return next(fits, "")
