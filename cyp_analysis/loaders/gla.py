"""Greater London Authority, population projections (London Datastore).

One row per area, sex and single year of age, one column per year (or a row per year, with the
figure in a column). Projections are not whole people. Single years are added up to the age groups
of the passport; an age group is missing where one of its ages is.
"""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, places, recognise, selection, symbols
from cyp_analysis.loaders.table import SEX, CountTable, Draft, count_table

CODE, NAME, SEX_OF, AGE, YEAR = "Area code", "Name", "Sex", "Age", "Year"
PEOPLE, ANY_YEAR = "Population", "Year or first year"
GAP = "population missing for part of the ages"
ADDED_UP = "persons added up from males and females"

_TOP = 84  # no projection ends its single years before; the last stands for all above it
_YEAR = re.compile(r"X?((?:19|20)[0-9]{2})")
_IDENTIFIERS = (CODE, NAME, SEX_OF, AGE, YEAR, PEOPLE, "source_row", "area_code")
_ALL = ("all persons", "total", "all", "all groups", "all ethnicities", "persons")
_KEY = ["area_code", "sex", "group_type", "group", "period_text"]


def read_projections(path: Path, source: Source | None = None) -> CountTable:
    """Projected people by area, sex, year and the passport's age groups.

    A further column of words (an ethnic group) becomes the category. Persons are added up where
    the file has both sexes and no persons. SourceError if the file has no year or no age.
    """
    source = source or recognise.recognise_known(path, "gla")
    measures = selection.measures(source, ("ages",))
    tables = layout.open_tables(path, _years_as_named(source), (NAME, SEX_OF, YEAR, PEOPLE))
    drafts = [_ages(_people(_table(table, path, source))) for table in tables]
    told = pd.concat([draft.problems for draft in drafts], ignore_index=True)
    rows = _persons(pd.concat([draft.rows for draft in drafts], ignore_index=True))
    made = pd.concat([_measure(rows, n, spec) for n, spec in measures.items()], ignore_index=True)
    when = periods.parse_all(made["period_text"], kind="mid_year", strict=False)
    return count_table(Draft(pd.concat([made, when], axis=1), told), path, source)


def _years_as_named(source: Source) -> Source:
    """The passport without the pattern of years in its signature: year columns keep their names."""
    aliases = {name: words for name, words in source.aliases.items() if name != ANY_YEAR}
    return replace(source, header=(CODE, AGE), aliases=aliases)


def _table(table: layout.RawTable, path: Path, source: Source) -> Draft:
    """One row per area, sex, age and year, the number still text."""
    rows = table.rows
    sheet_sex = next((text for text in SEX if text and text in table.sheet.casefold().split()), "")
    if SEX_OF not in rows:
        rows = rows.assign(**{SEX_OF: sheet_sex})
    code = places.first_code(rows, [CODE, NAME])
    draft = places.placed(Draft(rows.assign(area_code=code), table.problems), CODE)
    years = {column: found[1] for column in rows if (found := _YEAR.fullmatch(column))}
    if years:
        keys = [name for name in draft.rows if name not in years]
        long = draft.rows.melt(keys, list(years), var_name=YEAR, value_name=PEOPLE)
        return Draft(long.assign(**{YEAR: long[YEAR].map(years)}), draft.problems)
    layout.require(table, [YEAR, PEOPLE], path, source)
    return draft


def _people(draft: Draft) -> Draft:
    """Numbers, and the group of people that further columns of words name."""
    rows = draft.rows
    numbers, unread = symbols.number_columns(rows, {"count": PEOPLE})
    others = [name for name in rows if name not in _IDENTIFIERS]
    words = [name for name in others if _tells(rows, name)]
    named = {name: rows[name].mask(rows[name].str.casefold().isin(_ALL), "") for name in words}
    group = pd.Series("", index=rows.index, dtype="str")
    kind = group
    for name, words_of in named.items():
        group = group.str.cat(words_of, sep=" | ").str.removeprefix(" | ").str.removesuffix(" | ")
        kind = symbols.join_notes(kind, pd.Series(name, index=rows.index).where(words_of != "", ""))
    made = rows.assign(
        count=numbers["count"],
        group=group,
        group_type=kind.str.replace("; ", " | "),
        period_text=rows[YEAR],
        sex=rows[SEX_OF].str.strip().str.casefold(),
    )
    return Draft(made, draft.problems).mention(unread != "", unread)


def _tells(rows: pd.DataFrame, name: str) -> bool:
    """Whether a column names groups of people: words, more than one for an area. The borough of a
    ward is one only."""
    texts = rows[name].unique()
    if len(texts) < 2 or any(text.isdigit() for text in texts):
        return False
    return bool(rows.groupby("area_code")[name].nunique().gt(1).any())


def _ages(draft: Draft) -> Draft:
    """Adds the single year of age as a number; -1 stands for all ages together."""
    text = draft.rows[AGE].str.strip().str.casefold()
    number = pd.to_numeric(text.str.extract(r"^([0-9]{1,3})(?:\.0)?(?: ?\+| and over)?$")[0])
    number = number.mask(text.isin(["all ages", "all", "total"]), -1)
    top = text.str.contains(r"\+|over") | (number >= _TOP)
    draft = Draft(draft.rows.assign(single=number, top=top), draft.problems)
    why = "`" + draft.rows[AGE] + "` is no single year of age"
    return draft.leave_out(number.isna(), why)


def _persons(rows: pd.DataFrame) -> pd.DataFrame:
    """Adds persons where there are males and females only."""
    sex = rows["sex"].map(SEX).fillna("")
    rows = rows.assign(sex=sex, note="")
    if "persons" in set(sex) or set(sex) != {"male", "female"}:
        return rows
    keys = ["area_code", "group_type", "group", "period_text", "single"]
    both = rows.groupby(keys, sort=False).agg(
        count=("count", lambda c: c.sum(min_count=2)),
        source_row=("source_row", "min"),
        top=("top", "max"),
    )
    return pd.concat([rows, both.reset_index().assign(sex="persons", note=ADDED_UP)])


def _measure(rows: pd.DataFrame, name: str, spec: dict) -> pd.DataFrame:
    """One age group: the sum of its single years, missing where one of them is; the oldest of a
    file ends the group of all ages only if it stands for all above it."""
    ages = spec["ages"]
    oldest = int(rows["single"].max())
    end = oldest if rows["top"].any() else oldest + 1
    first, last = (ages[0], ages[1]) if ages else (0, end)
    inside = rows[rows["single"].between(first, last)]
    wanted = last - first + 1
    groups = inside.groupby(_KEY, sort=False)
    made = groups.agg(
        source_row=("source_row", "min"), note=("note", "first"), known=("count", "count")
    )
    total = groups["count"].sum()
    whole = (made["known"] == wanted) & (groups["single"].nunique() == wanted)
    made = made.assign(count=total.where(whole)).reset_index()
    gap = pd.Series(GAP, index=made.index).where(made["count"].isna(), "")
    made = made.assign(measure=name, value_note=symbols.join_notes(made["note"], gap))
    made = made.rename(columns={"group": "category", "group_type": "category_type"})
    return made.assign(age=spec["age"]).drop(columns=["note", "known"])
