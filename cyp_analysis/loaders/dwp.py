"""Department for Work and Pensions, Children in low income families: local area statistics.

A workbook of one table per measure and kind of area, each with two columns per financial year:
number and percentage of children. Titles and headers tell the tables apart, as the passport says.
Percentages are fractions in the workbook and per cent here. The tables of regions of the 2026
edition print no line for England: it is added up from the regions, and its rows say so.
"""

import dataclasses
import re
from pathlib import Path

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import headers, layout, recognise, selection, symbols
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

CODE = "Area Code"
SMALLER = "Smaller area"  # wards and constituencies, whose tables are left alone
AUTHORITY = "Local Authority"
KINDS = ("Region", AUTHORITY)
PARTS = {"Number of children": "count", "Percentage of children": "value"}
PROVISIONAL = "provisional (p)"
ADDED_UP = "added up from the regions: the file prints no figure"
GAP = "figures of some of its regions are missing or in doubt"

_FIGURES = re.compile(
    r"(number|percentage|proportion) of children\b.*?\bFYE\s*((?:19|20)[0-9]{2})(?![0-9])",
    re.IGNORECASE,
)
_PART = {"number": "count", "percentage": "value", "proportion": "value"}
_SERIES = ["measure", "period_text"]
_TEXTS = ["source_row", "provisional", "period_start", "period_end", "period_label"]


def read_low_income(path: Path, source: Source | None = None) -> CountTable:
    """The workbook (or one of its sheets saved as CSV) → count table, a measure per title.

    Count = children, as published; value = percentage of all children of that age. Lower-tier
    districts are told once, other nations left out. SourceError if no table fits a measure.
    """
    source = source or recognise.recognise_known(path, "dwp")
    measures = selection.measures(source, ("title",))
    tables = layout.open_tables(path, _by_code(source), (*KINDS, SMALLER))
    wanted = [
        (name, kind, [table for table in tables if _fits(table, spec, kind)])
        for name, spec in measures.items()
        for kind in KINDS
    ]
    parts = [_long(table, n, kind, path, source) for n, kind, found in wanted for table in found]
    if not parts:
        raise _no_table(path, tables, source)
    absent = [f"no table of `{kind}` for `{name}`" for name, kind, found in wanted if not found]
    problems = [problem_table([(1, told) for told in absent]), *(part.problems for part in parts)]
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    draft = _english(Draft(rows, pd.concat(problems, ignore_index=True)))
    return count_table(_with_countries(_numbers(draft)), path, source)


def _by_code(source: Source) -> Source:
    """The passport with the code column as signature: the year columns keep their own names."""
    aliases = {name: words for name, words in source.aliases.items() if name not in PARTS}
    return dataclasses.replace(source, header=(CODE,), aliases=aliases)


def _fits(table: layout.RawTable, spec: dict, kind: str) -> bool:
    """Whether a table is of a kind of area and one cell above it holds all words of the title."""
    words = [headers.key(word) for word in spec["title"]]
    titled = any(all(word in headers.key(cell) for word in words) for cell in table.above)
    return titled and kind in table.rows and SMALLER not in table.rows


def _no_table(path: Path, tables: list[layout.RawTable], source: Source) -> SourceError:
    """The error for a workbook that has tables, none of them of a measure of the passport."""
    titles = [table.above[0] if table.above else "a table without a title" for table in tables]
    rule = f"must have a table of authorities or regions for a measure of `{source.id}`"
    action = f"If only words changed, correct `title` in data/catalogue/sources/{source.id}.yml."
    return SourceError(path, rule, "; ".join(map(headers.tidy, titles))[:600], action)


def _long(table: layout.RawTable, name: str, kind: str, path: Path, source: Source) -> Draft:
    """One row per area and year of a table, numbers still text; empty where no column has them."""
    columns, problems = _year_columns(table, path, source)
    raw = table.rows
    blank = pd.Series("", index=raw.index, dtype="str")
    known = {"area_code": raw[CODE], "source_row": raw["source_row"], "kind": kind}
    parts = [
        pd.DataFrame(known).assign(
            measure=name,
            period_text=f"FYE {year}",
            count=raw[found["count"]] if "count" in found else blank,
            value=raw[found["value"]] if "value" in found else blank,
            provisional=PROVISIONAL if "[p]" in " ".join(found.values()).casefold() else "",
        )
        for year, found in columns.items()
    ]
    told = pd.concat([table.problems, problem_table([(1, each) for each in problems])])
    return Draft(pd.concat(parts, ignore_index=True), told)


def _year_columns(
    table: layout.RawTable, path: Path, source: Source
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """{year: {count: column, value: column}} by the words of the header, and what is lacking."""
    found: dict[str, dict[str, str]] = {}
    for column in table.rows:
        if match := _FIGURES.match(column):
            part, year = _PART[match[1].casefold()], match[2]
            if part in found.setdefault(year, {}):
                got = f"`{found[year][part]}` and `{column}`"
                action = "Keep the one that is right and take the other out of the sheet."
                raise SourceError(path, f"must have one {part} for FYE {year}", got, action)
            found[year][part] = column
    if not found:
        raise recognise.missing_column(path, source, list(PARTS), table.rows)
    lacking = [
        f"no column `{name} FYE {year}`"
        for name, part in PARTS.items()
        for year in found
        if part not in found[year]
    ]
    return found, lacking


def _english(draft: Draft) -> Draft:
    """Without lines of notes, other nations and areas that a kind of table is not about;
    districts beneath upper-tier authorities are told once for all tables."""
    rows, areas = draft.rows, geography.areas()
    code, authorities = rows["area_code"], areas.loc[areas["level"] == "authority", "code"]
    note = (code == "") & (rows["count"] == "") & (rows["value"] == "")
    letters = tuple({each[0] for each in areas["code"]})
    abroad = code.str.fullmatch("[A-Z][0-9]{8}") & ~code.str.startswith(letters)
    known = code.isin(areas["code"])
    of_other_table = known & (code.isin(authorities) != (rows["kind"] == AUTHORITY))
    unknown = ~known & ~note & ~abroad
    many = code[unknown].nunique()
    why = f"{many} areas below upper-tier authorities, or not in data/reference/areas.csv"
    asked = ~(note | abroad | of_other_table)
    return Draft(rows[asked], draft.problems).leave_out_together(unknown[asked], why)


def _numbers(draft: Draft) -> Draft:
    """Texts as numbers, fractions as per cent, reasons in the words of this publisher."""
    rows = draft.rows
    numbers, unread = symbols.number_columns(rows, {"value": "value", "count": "count"})
    times = (~rows["value"].str.contains("%")).map({True: 100.0, False: 1.0})
    made = rows.drop(columns=["count", "value", "kind"]).assign(
        count=numbers["count"],
        value=numbers["value"] * times,
        # This publisher's [low] may also be nil.
        value_note=numbers["value_note"].str.replace(symbols.REASONS["low"], "nil or negligible"),
    )
    made = pd.concat([made, periods.parse_all(made["period_text"], strict=False)], axis=1)
    made["value_note"] = symbols.join_notes(made["value_note"], made["provisional"])
    told = Draft(made, draft.problems).mention(unread != "", unread)
    why = "percentage above 100 in the file, or no fraction"
    return told.blank(made["value"] > 100, ["value"], why)


def _with_countries(draft: Draft) -> Draft:
    """Adds the country of the regions where the file prints no line for it: children in low
    income families and all children (count ÷ percentage) added up; missing if a region's are."""
    key, rows, regions = [*_SERIES, "area_code"], draft.rows, _country_of_region()
    parts = rows[rows["area_code"].isin(regions.index)]
    parts = parts.drop_duplicates([*key, "count", "value"]).assign(
        base=parts["count"] / parts["value"].where(parts["value"] > 0) * 100,
        area_code=parts["area_code"].map(regions),
    )
    groups = parts.groupby(key)
    made = pd.concat([groups[_TEXTS].first(), groups[["count", "base"]].sum()], axis=1)
    needed = made.index.get_level_values("area_code").map(regions.value_counts())
    complete = (groups.size() == needed) & (groups["base"].count() == needed)
    made = made.assign(value=made["count"] / made["base"] * 100)
    made[["count", "value"]] = made[["count", "value"]].where(complete)
    note = pd.Series(ADDED_UP, index=made.index, dtype="str").where(complete, GAP)
    made["value_note"] = symbols.join_notes(note, made["provisional"])
    printed = pd.MultiIndex.from_frame(rows[key])
    made = made[~made.index.isin(printed)].drop(columns="base").reset_index()
    return dataclasses.replace(draft, rows=pd.concat([rows, made], ignore_index=True))


def _country_of_region() -> pd.Series:
    """Country code of each region, by region code."""
    areas = geography.areas()
    return areas[areas["level"] == "region"].set_index("code")["country_code"]
