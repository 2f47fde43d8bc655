"""Department for Education, underlying data of statistical first releases before 2018: one row per
area, a measure per column, the year in the names of columns or of the file.

Layouts: `geog_l, geog_c, geog_n` with or without a nine-character code; `gor_name, la_code,
la_name`; and `LA Number` with names in a column without a name. Regions are found by name: some
editions give Inner and Outer London the code of London.
"""

import re
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import headers, layout, recognise, symbols
from cyp_analysis.loaders.dfe import columns as dfe_columns
from cyp_analysis.loaders.dfe import levels as dfe_levels
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

LEVEL = {"national": "National", "country": "National", "region": "Regional", "gor": "Regional"}
AREA = ("geog_l", "geog_c", "geog_n", "new_code", "gor_name", "gor_code", "la_name", "country_name")
_YEAR = re.compile(r"(?<![0-9])(20[0-3][0-9])(?![0-9])")
_RELEASE = re.compile(r"(?i)(sfr|osr)\d+[_ -]?20\d\d")
# In these releases an x stands for a small number, not for one that nobody has.
_WITHHELD = ("not available (x)", "suppressed (x)")
_USUAL = "year_to_31_march"
_STOCK = re.compile(r"(?i)mar(ch)?[_ ]?$")


def read_underlying(path: Path, source: Source | None = None) -> CountTable:
    """An underlying data file → count table; columns that the passport does not name are measures
    under their own names without the year. SourceError if nothing says which year it is for.
    """
    source = source or recognise.recognise_known(path, "dfe_underlying")
    raw = _filled(layout.open_tables(path, source, AREA)[0])
    named = {name: _named(name, source) for name in raw.rows if _is_measure(name)}
    years = {name: int(match[1]) for name in named if (match := _YEAR.search(name))}
    usual = _year_of_file(path, set(years.values()), source)
    if not named or (usual is None and not years):
        raise _no_year(path, list(named))
    draft = dfe_levels.with_areas(Draft(_with_levels(raw.rows), raw.problems), path)
    parts = dfe_columns.roles(raw.rows[["source_row", *named]], {})
    dated = {n: years.get(n, usual) for n in parts.columns if years.get(n, usual)}
    made = [_measure(draft, name, (named[name], dated[name], parts.part(name))) for name in dated]
    undated = [f"no year for column `{n}`" for n in parts.columns if n not in dated]
    told = [draft.problems, problem_table([(1, t) for t in undated]), *(m.problems for m in made)]
    rows = pd.concat([part.rows for part in made], ignore_index=True)
    return count_table(Draft(rows, pd.concat(told, ignore_index=True)), path, source)


def _filled(raw: layout.RawTable) -> layout.RawTable:
    """Without the lines that stand empty between regions and authorities."""
    cells = raw.rows.drop(columns="source_row")
    return replace(raw, rows=raw.rows[(cells != "").any(axis=1)].reset_index(drop=True))


def _is_measure(name: str) -> bool:
    plain = headers.key(name)
    area = plain in AREA or plain in ("source_row", "la_order", "la_code", "country_code")
    return not area and not plain.startswith("blank_")


def _named(name: str, source: Source) -> dict[str, str]:
    """measure, period, sex, age and category of a column: the passport's, else its own name."""
    plain = {"sex": source.sex, "age": source.age, "category_type": "", "category": ""}
    for measure, spec in source.measures.items():
        usual = plain | {"measure": measure, "period": spec["period"]}
        if fnmatchcase(headers.key(name), headers.key(spec["count"])):
            return usual
        for column, labels in spec.get("also", {}).items():
            if headers.key(name) == headers.key(column):
                return usual | labels
    bare = re.sub(r"_{2,}", "_", _YEAR.sub("", name)).strip("_ ") or name
    stock = _STOCK.search(name[: match.start()]) if (match := _YEAR.search(name)) else None
    return plain | {"measure": bare, "period": "at_31_march" if stock else _USUAL}


def _year_of_file(path: Path, years: set[int], source: Source) -> int | None:
    """The one year of the columns, else what the passport says of the release, else the year in
    the file's name that is not the release's, where no column has a year."""
    if len(years) == 1:
        return years.pop()
    for year, patterns in source.aliases.items():
        if year.isdigit() and any(
            fnmatchcase(path.name.casefold(), p.casefold()) for p in patterns
        ):
            return int(year)
    if years:
        return None
    found = _YEAR.findall(re.sub(r"[A-Za-z]", " ", _RELEASE.sub("", path.stem)))
    return int(found[-1]) if len(set(found)) == 1 else None


def _no_year(path: Path, columns: list[str]) -> SourceError:
    rule = "must say in its columns or its name which year its figures are for"
    got = f"columns {', '.join(columns)[:300]}" if columns else "no column of figures"
    action = "Add the year to the end of the file's name, as in `SFR41_CLA2016.csv`."
    return SourceError(path, rule, got, action)


def _with_levels(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the identifiers of Explore Education Statistics; the period is added later."""
    blank = pd.Series("", index=rows.index, dtype="str")
    part = {name: rows.get(name, blank) for name in (*AREA, "la_code")}
    if "geog_l" in rows:
        level = part["geog_l"].str.casefold().map(LEVEL).astype("str").fillna("Local authority")
        name, number = part["geog_n"], part["geog_c"]
    else:
        part = _with_regions(part) if "gor_name" not in rows else part
        authority = (part["la_name"] != "") | (part["la_code"] != "")
        level = blank.mask(blank == "", "National").mask(part["gor_name"] != "", "Regional")
        level = level.mask(authority, "Local authority")
        name = part["la_name"].mask(level == "Regional", part["gor_name"])
        name, number = name.mask(level == "National", part["country_name"]), part["la_code"]
    filled = dict.fromkeys(dfe_levels.IDENTIFIERS, "")
    filled |= {"geographic_level": level, "old_la_code": number, "new_la_code": part["new_code"]}
    filled |= {"la_name": name, "region_name": name, "country_name": name}
    return rows.drop(columns=[c for c in filled if c in rows]).assign(
        **filled | {"region_code": part["new_code"], "country_code": part["new_code"]}
    )


def _with_regions(part: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """Names of England and of regions, which have letters for a number, in columns of their own."""
    coded = part["la_code"].str.fullmatch("[0-9]+")
    england = part["la_name"].str.strip().str.casefold() == "england"
    return part | {
        "country_name": part["la_name"].where(england, ""),
        "gor_name": part["la_name"].mask(coded | england, ""),
        "la_name": part["la_name"].where(coded, ""),
        "la_code": part["la_code"].where(coded, ""),
    }


def _measure(draft: Draft, name: str, what: tuple[dict[str, str], int, str]) -> Draft:
    """The rows of one column: what it measures, its year and whether it is count or value."""
    labels, year, part = what
    rows = draft.rows
    numbers, unread = symbols.number_columns(rows, {part: name})
    note = numbers["value_note"].replace(*_WITHHELD)
    kept = {key: text for key, text in labels.items() if key != "period"}
    period = periods.parse(str(year), kind=labels["period"])
    made = pd.concat([rows[["source_row", "area_code"]], numbers], axis=1).assign(
        **kept,
        period_start=pd.Timestamp(period.start),
        period_end=pd.Timestamp(period.end),
        period_label=period.label,
        period_text=str(year),
        value_note=symbols.join_notes(note, rows["area_note"]),
    )
    return Draft(made).mention(unread != "", unread)
