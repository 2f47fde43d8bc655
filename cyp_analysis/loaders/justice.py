"""Youth Justice Board and Ministry of Justice: figures about children in the justice system.

Local level open data have a row per youth justice service, year and combination of age, sex, ethnic
group …: the cells are added up in all and by each of these, and a sum is missing where a cell is.
Supplementary tables have a row per area and a column per year; their title says of what.
A service named like an authority may also cover a neighbour, which no file says.
"""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import headers, layout, places, recognise, selection, symbols
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

AREA, YEAR, NATION, AGE, SEX_OF = "YJS", "Financial_Year", "Nation", "Age", "Sex"
WIDER = ("Region", "Police area")
ADDED_UP = "added up from the cells of the file"
GAP = "a part of the sum is missing in the file"
SERVICES = (
    "areas are youth justice services matched by name: some cover a neighbouring authority too"
)

_NUMBER = re.compile(r"(?:number|count)(?: of)?[ _].*|number|count", re.IGNORECASE)
_YEARLY = re.compile(r".*(?:19|20)[0-9]{2}.*")
_BARE_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_ENDING = re.compile(r"years? (?:ending|to|ended) (?:(\d\d?) )?([a-z]+)", re.IGNORECASE)
_LAST_DAY = {"march": "31", "june": "30", "september": "30", "december": "31"}


def read_cases(path: Path, source: Source | None = None) -> CountTable:
    """Local level open data → counts by youth justice service and year: in all, by age, by sex
    and by each further column of words.

    Each column `Number …` is a measure. SourceError if there is none, or no service is an English
    authority by its name.
    """
    source = source or recognise.recognise_known(path, "justice")
    known = selection.measures(source, ("count",))
    asked = (NATION, AGE, SEX_OF, *WIDER, *(spec["count"] for spec in known.values()))
    tables = layout.open_tables(path, source, asked)
    drafts = [_of_services(table) for table in tables]
    names = {spec["count"]: name for name, spec in known.items()}
    parts = [part for draft in drafts for part in _measures(draft.rows, names, source)]
    if not parts:
        found = [column for column in tables[0].rows if column != "source_row"]
        raise recognise.missing_column(path, source, ["Number_…"], found)
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    when = periods.parse_all(rows["period_text"], strict=False)
    told = [draft.problems for draft in drafts] + [part.problems for part in parts]
    told.append(problem_table([(1, SERVICES)] * bool(len(rows))))
    made = pd.concat([rows, when], axis=1)
    return count_table(Draft(made, pd.concat(told, ignore_index=True)), path, source)


def read_years(path: Path, source: Source | None = None) -> CountTable:
    """Supplementary tables of areas and years → count table, the measure by the title.

    UnrecognisedFile if no title is of a measure of the passport; SourceError where the title does
    not say in which month bare years end.
    """
    source = source or recognise.recognise_known(path, "justice_years")
    measures = selection.measures(source, ("title",))
    tables = layout.open_tables(path, _years_as_named(source))
    found = [(table, _title(table, path), _named(table, path, measures)) for table in tables]
    parts = [_yearly(table, title, name, path, measures) for table, title, name in found if name]
    if not parts:
        titles = "; ".join(headers.tidy(title) for _, title, _ in found)[:400]
        action = (
            f"If only words changed, correct `title` in data/catalogue/sources/{source.id}.yml."
        )
        rule = f"a table of areas and years must have the title of a measure of `{source.id}`"
        raise recognise.UnrecognisedFile(path, rule, titles or "no title", action)
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    told = pd.concat([part.problems for part in parts], ignore_index=True)
    return count_table(Draft(rows, told), path, source)


def _of_services(table: layout.RawTable) -> Draft:
    """Rows with the code of the authority that a service is named like; Wales told once."""
    draft = Draft(table.rows, table.problems)
    if NATION in draft.rows:
        wales = draft.rows[NATION].str.casefold() == "wales"
        draft = draft.leave_out_together(wales, "areas outside England")
    rows = draft.rows.assign(area_code=places.codes(draft.rows[AREA]), period_text=draft.rows[YEAR])
    return places.placed(Draft(rows, draft.problems), AREA)


def _measures(rows: pd.DataFrame, names: dict[str, str], source: Source) -> list[Draft]:
    """The rows of each column of numbers."""
    numbers = [column for column in rows if column in names or _NUMBER.fullmatch(column)]
    place = (AREA, YEAR, NATION, *WIDER, "source_row", "area_code", "period_text")
    words = [column for column in rows if column not in (*place, *numbers)]
    return [
        _sums(rows, column, words, source, names.get(column) or _snake(column))
        for column in numbers
    ]


def _snake(text: str) -> str:
    return symbols.snake(pd.Series([text])).iloc[0].strip("_")


def _sums(rows: pd.DataFrame, column: str, words: list[str], source: Source, name: str) -> Draft:
    """Sums of one column in all and by each of the columns of words."""
    parsed = symbols.parse_numbers(rows[column])
    rows = rows.assign(number=parsed["number"], reason=parsed["reason"])
    rows = rows.assign(age=source.age, sex="persons", category="")
    parts = [_sum(rows, "")]
    for word in words:
        if word == AGE:
            by = rows.assign(age=rows[AGE].str.replace(r"^([0-9+-]+)$", r"\1 yrs", regex=True))
        elif word == SEX_OF:
            by = rows.assign(sex=rows[SEX_OF])
            by = by[by["sex"].str.casefold().isin(["male", "female", "m", "f", "boys", "girls"])]
        else:
            by = rows.assign(category=rows[word])
        parts.append(_sum(by, "" if word in (AGE, SEX_OF) else word))
    told = "`" + column + "` is not a number or a known symbol: " + rows[column]
    made = Draft(pd.concat(parts, ignore_index=True).assign(measure=name))
    told = Draft(rows).mention(parsed["unknown"], told).problems
    return Draft(made.rows, told)


def _sum(rows: pd.DataFrame, category_type: str) -> pd.DataFrame:
    groups = rows.groupby(["area_code", "period_text", "age", "sex", "category"], sort=False)
    made = groups.agg(
        count=("number", "sum"),
        known=("number", "count"),
        source_row=("source_row", "min"),
        reason=("reason", "first"),
    )
    size = groups.size()
    whole = made["known"] == size
    note = pd.Series(ADDED_UP, index=made.index).mask(~whole, GAP).where(size > 1, made["reason"])
    made = made.assign(count=made["count"].where(whole).astype("float64"), value_note=note)
    return made.drop(columns=["known", "reason"]).reset_index().assign(category_type=category_type)


def _years_as_named(source: Source) -> Source:
    """The passport by its area column alone, so that columns of years keep their names."""
    return replace(source, header=(AREA,), aliases={AREA: source.aliases[AREA]})


def _title(table: layout.RawTable, path: Path) -> str:
    return " | ".join([*table.above, table.sheet, Path(path).stem.replace("_", " ")])


def _named(table: layout.RawTable, path: Path, measures: dict[str, dict]) -> str:
    """The measure of the passport whose words the title holds; the most words decide."""
    title = headers.key(_title(table, path))
    fits = [
        (len(spec["title"]), name)
        for name, spec in measures.items()
        if all(headers.key(word) in title for word in spec["title"])
        and not any(headers.key(word) in title for word in spec.get("not_title", []))
    ]
    return max(fits)[1] if fits else ""


def _yearly(
    table: layout.RawTable, title: str, name: str, path: Path, measures: dict[str, dict]
) -> Draft:
    """One row per area and year of a table."""
    part, kind = measures[name]["part"], _kind(title)
    years, other = _years(table, kind)
    bare = [column for column in years if _BARE_YEAR.fullmatch(column)]
    if bare and not kind:
        action = "Keep the rows above the header: they say `years ending March`, or another month."
        raise SourceError(path, "must say in which month its years end", ", ".join(bare), action)
    codes = places.codes(table.rows[AREA])
    draft = places.placed(Draft(table.rows.assign(area_code=codes), table.problems), AREA)
    keys = ["source_row", "area_code"]
    long = draft.rows.melt(keys, years, var_name="period_text", value_name="number")
    numbers, unread = symbols.number_columns(long, {part: "number"})
    when = periods.parse_all(long["period_text"], kind=kind, strict=False)
    made = pd.concat([long.drop(columns="number"), numbers, when], axis=1).assign(measure=name)
    told = problem_table([(1, f"column `{column}` is no year") for column in other])
    problems = pd.concat([draft.problems, told], ignore_index=True)
    return Draft(made, problems).mention(unread != "", unread)


def _kind(title: str) -> str | None:
    """`years ending March` → year_to_31_march; None where a title does not say."""
    ending = _ENDING.search(title)
    if not ending:
        return None
    month = ending[2].casefold()
    return f"year_to_{ending[1] or _LAST_DAY.get(month, '31')}_{month}"


def _years(table: layout.RawTable, kind: str | None) -> tuple[list[str], list[str]]:
    """The columns of years, and those that only speak of years (changes between two)."""
    columns = [c for c in table.rows if c not in (AREA, "source_row") and _YEARLY.fullmatch(c)]
    read = periods.parse_all(pd.Series(columns, dtype="str"), kind=kind, strict=False)
    known = dict(zip(columns, read["period_end"].notna(), strict=True))
    return [c for c in columns if known[c]], [c for c in columns if not known[c]]
