"""Any Explore Education Statistics file: one row per area, period and combination of filters,
one column per indicator. A measure is a column under its own name.

Layout: Explore Education Statistics, open data standards. Numbers are `count`; percentages, rates,
averages and scores `value`; a count that has a percentage of its own carries it too.
"""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, symbols
from cyp_analysis.loaders.columns import constant, per_text, spread, stacked
from cyp_analysis.loaders.dfe import columns as dfe_columns
from cyp_analysis.loaders.dfe import filters as dfe_filters
from cyp_analysis.loaders.dfe import levels as dfe_levels
from cyp_analysis.loaders.dfe import meta as dfe_meta
from cyp_analysis.loaders.dfe import periods as dfe_periods
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table
from cyp_analysis.text_columns import plain

_PERCENTAGE = r"(?i)(?:^|\| )(?:percentages?|per ?cent|%)(?: \||$)"
_NUMBER = r"(?i)(?:^|\| )(?:numbers?|count|headcount)(?: of [^|]*)?(?: \||$)"
IN_MONTHS = "years and months in the file, months here"


def read_general(path: Path, source: Source | None = None) -> CountTable:
    """A file of the layout → count table, a measure for each indicator column.

    Filters are told from indicators by the metadata file beside it, else by their cells.
    SourceError if it has no indicator, or no row of an area.
    """
    source = source or recognise.recognise_known(path, "dfe_general")
    raw = layout.open_tables(path, source, dfe_levels.IDENTIFIERS, coded=True)[0]
    raw = dataclasses.replace(raw, rows=_with_locations(raw.rows))
    meta, told = dfe_meta.described(path, source)
    roles = dfe_columns.roles(raw.rows, meta)
    if not roles.indicators:
        raise _no_indicator(path, roles)
    blank = constant("", raw.rows.index)
    absent = {name: blank for name in dfe_levels.IDENTIFIERS if name not in raw.rows}
    problems = pd.concat([raw.problems, told], ignore_index=True)
    draft = dfe_levels.with_areas(Draft(raw.rows.assign(**absent), problems), path)
    rows = draft.rows
    groups = dfe_filters.categories(rows, roles.filters, source)
    base = pd.concat([rows[["source_row", "area_code"]], groups, dfe_periods.parse(rows)], axis=1)
    base = base.assign(period_text=rows["time_period"])
    parts = [_measures(base, rows, each) for each in _alike(roles)]
    if dfe_periods.has_reporting_years(rows):
        told = pd.concat([told, problem_table([(1, dfe_periods.READ_AS)])], ignore_index=True)
    problems = [draft.problems, told, *(part.problems for part in parts)]
    whole = _with_percentages(stacked([part.rows for part in parts]))
    return count_table(Draft(whole, pd.concat(problems, ignore_index=True)), path, source)


def _with_locations(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of codes and names of a table tool's cells: one `location_code` for all levels,
    and a year whose stroke or hyphen says of which kind it is."""
    if "location_code" not in rows:
        return rows
    spread = {}
    for code, name in dfe_levels.COLUMNS.values():
        spread |= {code: rows["location_code"], name: rows["location"]}
    times = dfe_periods.written_times(plain(rows["time_period"]))
    return rows.drop(columns=["location", "location_code"]).assign(**spread | times)


def _no_indicator(path: Path, roles: dfe_columns.Roles) -> SourceError:
    found = ", ".join(roles.filters) or "identifiers"
    action = "Download the file again; an indicator column holds numbers or symbols."
    return SourceError(path, "must have a column of figures", f"only {found[:300]}", action)


def _alike(roles: dfe_columns.Roles) -> list[dict[str, dict[str, str]]]:
    """{measure: {part: column}} of all indicators, those with the same parts together."""
    groups: dict[tuple, dict[str, dict[str, str]]] = {}
    for name, part in roles.indicators.items():
        columns = {part: name, **roles.limits.get(name, {})}
        if name in roles.beside:
            columns["value"] = roles.beside[name]
        groups.setdefault(tuple(columns), {})[name] = columns
    return list(groups.values())


def _measures(base: pd.DataFrame, rows: pd.DataFrame, group: dict[str, dict[str, str]]) -> Draft:
    """The rows of indicators of one kind, with all their numbers, notes and problems."""
    parts = next(iter(group.values()))
    cells = stacked([rows[list(c.values())].set_axis(list(c), axis=1) for c in group.values()])
    order = np.repeat(np.arange(len(group)), len(rows))
    cells = cells.assign(measure=spread(pd.Series(list(group), dtype="str"), order, cells.index))
    first = next(iter(parts))
    months = per_text(cells[first], lambda texts: texts.str.fullmatch(dfe_columns.DURATION))
    if months.any():
        cells = cells.assign(**{first: _in_months(plain(cells[first]), months)})
    numbers, unread = symbols.number_columns(cells, {part: part for part in parts})
    many = pd.concat([base.assign(area_note=rows["area_note"])] * len(group), ignore_index=True)
    note = symbols.join_notes(numbers["value_note"], many["area_note"])
    said = spread(
        pd.Series(["", IN_MONTHS], dtype="str"), months.to_numpy(dtype="int64"), many.index
    )
    numbers = numbers.assign(value_note=symbols.join_notes(note, said), measure=cells["measure"])
    made = pd.concat([many.drop(columns="area_note"), numbers], axis=1)
    odd = unread[unread != ""]
    named = [_with_columns(text, group[cells.loc[at, "measure"]]) for at, text in odd.items()]
    told = pd.Series(named, index=odd.index, dtype="str")
    return Draft(made).mention(unread != "", told)


def _with_percentages(rows: pd.DataFrame) -> pd.DataFrame:
    """Where a group says so: counts in rows of `Percentage` as values, if none of the measure is
    over 100, and whole values in rows of `Number of …` as counts."""
    share = per_text(rows["category"], lambda texts: texts.str.contains(_PERCENTAGE))
    if not share.any():
        return rows
    number = per_text(rows["category"], lambda texts: texts.str.contains(_NUMBER))
    blank = pd.Series(float("nan"), index=rows.index)
    count, value = rows.get("count", blank), rows.get("value", blank)
    most = count.where(share).groupby(rows["measure"]).transform("max")
    to_value = share & count.notna() & (most <= 100)
    to_count = number & count.isna() & (value % 1 == 0)
    return rows.assign(
        count=count.mask(to_value).mask(to_count, value),
        value=value.mask(to_count).mask(to_value, count),
    )


def _with_columns(text: str, columns: dict[str, str]) -> str:
    """The words on cells that were not read, with the file's names of columns."""
    for part, name in columns.items():
        text = text.replace(f"`{part}` is", f"`{name}` is")
    return text


def _in_months(texts: pd.Series, where: pd.Series) -> pd.Series:
    """`01:10` → `22`: years and months as months."""
    parts = texts[where].str.split(":", expand=True).astype(int)
    sign = texts[where].str.startswith("-").map({True: -1, False: 1})
    total = parts[0] * 12 + sign * parts[1]
    return pd.concat([texts[~where], total.astype("str")]).loc[texts.index]
