"""Census of population: custom data sets of ons.gov.uk and whole tables (TS, KS …) from Nomis.

A custom data set has one row per area and combination of categories (`Observation`); a whole table
has one row per area and a column per combination (`Ethnic group: White`). Counts are of people or
households, slightly changed by the publisher to protect them. The measure is named after the
table: the prefix of the passport and the table's variables.
"""

import dataclasses
import re
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, selection, symbols
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.ons import dimensions as ons_dimensions
from cyp_analysis.loaders.ons import places as ons_places
from cyp_analysis.loaders.table import CountTable, Draft, count_table

CODE, NAME = "Code of an area type", "Area type"
AREA = re.compile(
    r"(20\d\d )?((upper|lower)[- ]tier local authorit|local authorit|regions?$|countries|country|"
    r"england and wales|(lower|middle) layer super output area|output area|electoral ward|ward|"
    r"integrated care|sub integrated|nhs|health|westminster|parliament|constituenc|[lm]soa|"
    r"combined authorit|national park|travel to work|built[- ]up|census merged)",
    re.IGNORECASE,
)
ABSENT = "-8"  # the code of what does not apply, in every variable of the census
_CODE_END = re.compile(r" code$", re.IGNORECASE)


def read_custom(path: Path, source: Source | None = None) -> CountTable:
    """A custom data set → count table: its categories, everybody, and the passport's age groups.

    SourceError if no column holds areas, or two do.
    """
    source = source or recognise.recognise_known(path, "census_custom")
    tables = layout.open_tables(path, _by_header(source))
    drafts = [_custom(table, path, source) for table in tables]
    return count_table(_below_one_another(drafts), path, source)


def read_whole(path: Path, source: Source | None = None) -> CountTable:
    """A whole table of Nomis → count table: every column of figures, by what its name says.

    SourceError if no column names a variable and a category.
    """
    source = source or recognise.recognise_known(path, "census_whole")
    tables = layout.open_tables(path, _by_header(source))
    drafts = [_whole(table, path, source) for table in tables]
    return count_table(_below_one_another(drafts), path, source)


def _by_header(source: Source) -> Source:
    """The passport with names for its signature only: variables keep theirs, codes and all."""
    names = {name: source.aliases[name] for name in source.header if name in source.aliases}
    return dataclasses.replace(source, aliases=names)


def _below_one_another(drafts: list[Draft]) -> Draft:
    rows = pd.concat([draft.rows for draft in drafts], ignore_index=True)
    return Draft(rows, pd.concat([draft.problems for draft in drafts], ignore_index=True))


def _spec(source: Source) -> tuple[str, dict]:
    return next(iter(selection.measures(source, ("days",)).items()))


def _custom(table: layout.RawTable, path: Path, source: Source) -> Draft:
    prefix, spec = _spec(source)
    rows = table.rows
    pairs = {c: _CODE_END.sub("", c) for c in rows if _CODE_END.search(c)}
    area = [CODE, *(code for code, name in pairs.items() if AREA.match(name))]
    if len(area) != 1:
        action = "Download the data set again with one area type."
        raise SourceError(path, "must have one column of codes of areas", ", ".join(area), action)
    variables = [n for c, n in pairs.items() if c not in area and n in rows] or _uncoded(rows)
    day = str(spec["days"][max(spec["days"])])
    kept = rows[["source_row", *variables]].assign(
        area_code=rows[CODE],
        text=rows["Observation"],
        period_text=day,
        **{name: _worded(rows, c) for c, name in pairs.items() if name in variables},
        measure=ons_dimensions.measure_name(prefix, variables),
    )
    draft = ons_places.english(Draft(kept, table.problems), ["text"])
    return _counted(draft, {name: name for name in variables}, spec, source)


def _worded(rows: pd.DataFrame, code: str) -> pd.Series:
    """The words of a category; those of what does not apply by their code, however written."""
    words = rows[_CODE_END.sub("", code)]
    return words.mask(rows[code].str.strip() == ABSENT, "Does not apply")


def _uncoded(rows: pd.DataFrame) -> list[str]:
    """Columns of categories where the download has none of their codes."""
    beside = {"source_row", "Observation", CODE, NAME}
    return [n for n in rows if n not in beside and not _CODE_END.search(n) and not AREA.match(n)]


def _counted(draft: Draft, dimensions: dict[str, str], spec: dict, source: Source) -> Draft:
    """Rows of text → counts by sex, age and category, with what can be added up of them."""
    numbers, unread = symbols.number_columns(draft.rows, {"count": "text"})
    when = periods.parse_all(draft.rows["period_text"], strict=False)
    rows = pd.concat([draft.rows.drop(columns="text"), numbers, when], axis=1)
    draft = Draft(rows, draft.problems).mention(unread != "", unread)
    draft = ons_dimensions.labelled(draft, dimensions, source)
    draft = Draft(draft.rows.drop(columns=list(dimensions)), draft.problems)
    draft = ons_dimensions.with_totals(ons_dimensions.with_persons(draft))
    return ons_dimensions.with_bands(draft, spec.get("add_up", {}))


def _whole(table: layout.RawTable, path: Path, source: Source) -> Draft:
    prefix, spec = _spec(source)
    columns = {name: found for name in table.rows if (found := _parts(name))}
    if not columns:
        got = ", ".join(name for name in table.rows if name != "source_row")[:300]
        action = "Keep the header of the download; it reads like `Ethnic group: White`."
        raise SourceError(
            path, "must have columns that name a variable and a category", got, action
        )
    variables = list(dict.fromkeys(name for found in columns.values() for name in found))
    named = table.rows.assign(area_code=table.rows["geography code"])
    draft = ons_places.english(Draft(named, table.problems), list(columns))
    rows, many = draft.rows, len(draft.rows)
    year = rows["date"].str.removesuffix(".0") if "date" in rows else str(max(spec["days"]))
    days = {str(each): str(day) for each, day in spec["days"].items()}
    kept = rows[["source_row", "area_code"]].assign(period_text=year)
    kept["period_text"] = kept["period_text"].map(lambda text: days.get(text, text))
    long = kept.take([*range(many)] * len(columns)).reset_index(drop=True)
    long["text"] = pd.concat([rows[name] for name in columns], ignore_index=True)
    for name in variables:
        words = [found.get(name, "") for found in columns.values() for _ in range(many)]
        long[name] = pd.Series(words, dtype="str")
    long = long.assign(measure=ons_dimensions.measure_name(prefix, variables))
    return _counted(Draft(long, draft.problems), {v: v for v in variables}, spec, source)


def _parts(column: str) -> dict[str, str]:
    """{variable: category} of a heading such as `Sex: Female; Age: Aged 1 year; measures: Value`;
    empty for one that names no category or is a percentage."""
    found = {}
    for part in column.split(";"):
        name, colon, value = part.partition(":")
        if key(name) == "measures":
            if key(value) != "value":
                return {}
        elif colon and value.strip():
            found[" ".join(name.split())] = " ".join(value.split())
    return found
