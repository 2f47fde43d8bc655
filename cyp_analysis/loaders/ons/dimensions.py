"""Tables with any dimensions (Census, Nomis) → sex, age and category of each row.

A passport's aliases name the dimensions that are sex and age (`Sex`, `Age`) and give others a name
that readers know (`Ethnic group: [C2021_ETH_*]`). Single years of age are categories of their
own; totals are dropped, so that the row of everybody has an empty category.
"""

import re
from fnmatch import fnmatchcase

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.ons import ages as ons_ages
from cyp_analysis.loaders.ons import records as ons_records
from cyp_analysis.loaders.symbols import snake
from cyp_analysis.loaders.table import Draft, problem_table

SEX, AGE = "Sex", "Age"
NOT_APPLICABLE = "`Does not apply`"
_SURE = re.compile(
    r"total( ?:.*)?|persons|all (categories|usual residents|households|persons|people|ages)\b.*"
)
_LIKELY = re.compile(r"all (?!other\b).*|not applicable|value")
_COUNTED = re.compile(r"\s*\((?:[0-9]+|[a-z]) ?(?:categories)?[^()]*\)", re.IGNORECASE)
LABELS = ["sex", "age", "category_type", "category"]
ROW = ["measure", "area_code", "period_start", "period_end", "period_label"]


def named(dimension: str, source: Source) -> str:
    """The passport's name for a dimension, else its own without `(20 categories)`."""
    others = [n for n in source.aliases if n not in (SEX, AGE, *source.header)]
    for name in (SEX, AGE, *others):
        patterns = source.aliases.get(name, ())
        if any(fnmatchcase(key(dimension), key(each)) for each in (name, *patterns)):
            return name
    return " ".join(_COUNTED.sub("", dimension).split()) or dimension


def measure_name(prefix: str, dimensions: list[str]) -> str:
    """A measure named after the table it stands in: `census_2021_ethnic_group_20_categories`."""
    words = "_".join(snake(pd.Series([prefix, *dimensions], dtype="str")))
    return re.sub("_+", "_", words).strip("_")


def labelled(draft: Draft, dimensions: dict[str, str], source: Source) -> Draft:
    """Adds sex, age, category_type and category from columns of text ({column: its name}); rows
    of what does not apply are left out, told once."""
    rows = draft.rows
    absent = pd.Series(False, index=rows.index)
    for column in dimensions:
        absent |= rows[column].str.casefold().eq("does not apply")
    draft = draft.leave_out_together(absent, NOT_APPLICABLE)
    rows = draft.rows
    plain = {column: named(name, source) for column, name in dimensions.items()}
    sexes = [rows[column] for column, name in plain.items() if name == SEX]
    made = {"sex": sexes[0].map(_sex_words(sexes[0])) if sexes else source.sex}
    aged = [rows[column] for column, name in plain.items() if name == AGE]
    made |= _age(aged[0]) if aged else {"age": source.age or ons_ages.ALL_AGES, "year": ""}
    others = {c: name for c, name in plain.items() if name not in (SEX, AGE)}
    return Draft(_with_category(rows.assign(**made), others), draft.problems)


def _sex_words(texts: pd.Series) -> dict[str, str]:
    """`All persons`, `Total: All usual residents` → `persons`; other words as they are."""
    return {t: "persons" if _SURE.fullmatch(key(t)) else t for t in texts.unique()}


def _age(texts: pd.Series) -> dict[str, pd.Series]:
    """Age as published; single years (and the open group above them) go to `year` instead."""
    known = {text: ons_ages.span(text) for text in texts.unique()}
    top = ons_ages.top([span for span in known.values() if span])
    single = {t: s for t, s in known.items() if s and (s[0] == s[1] or s == top)}
    single = single if len(single) > 1 else {}
    total = {t for t, s in known.items() if s == ons_ages.ALL}
    words = {t: ons_ages.ALL_AGES if t in total or t in single else t for t in known}
    years = {t: ons_ages.label(single[t]) if t in single else "" for t in known}
    return {"age": texts.map(words), "year": texts.map(years)}


def _with_category(rows: pd.DataFrame, others: dict[str, str]) -> pd.DataFrame:
    """The values of all other dimensions joined, those that stand for everybody dropped."""
    kinds = rows["year"].where(rows["year"] == "", ons_ages.SINGLE)
    values = rows["year"]
    for column, name in others.items():
        total = _totals(rows[column])
        here = ~rows[column].isin(total)
        kinds = _joined(kinds, pd.Series(name, index=rows.index, dtype="str").where(here, ""))
        values = _joined(values, rows[column].where(here, ""))
    return rows.drop(columns="year").assign(category_type=kinds, category=values)


def _totals(texts: pd.Series) -> set[str]:
    """The values of a dimension that stand for everybody: of several that may, the surest."""
    values = list(texts.unique())
    sure = [text for text in values if _SURE.fullmatch(key(text))]
    likely = sure or [text for text in values if _LIKELY.fullmatch(key(text))]
    return set(likely[:1]) | {""}


def _joined(first: pd.Series, second: pd.Series) -> pd.Series:
    both = (first != "") & (second != "")
    return (first + " | ").where(both, first) + second


def with_persons(draft: Draft) -> Draft:
    """Rows of persons where a table of counts gives males and females alone."""
    draft = ons_records.with_sexes_named(draft)
    rows = draft.rows
    if set(rows["sex"]) != {"male", "female"}:
        return draft
    keys = [*ROW, "age", "category_type", "category"]
    added = _sums(rows, keys, 2).assign(sex="persons")
    told = pd.concat([draft.problems, problem_table([(1, ons_records.ADDED_UP)])])
    return Draft(pd.concat([rows, added], ignore_index=True), told.reset_index(drop=True))


def with_totals(draft: Draft) -> Draft:
    """Rows of everybody where a table of counts has none: its categories added up, and said so.

    Missing where an area lacks a category that the file has, or one of its figures.
    """
    draft = _with_all_ages(draft)
    rows = draft.rows
    split = rows["category"] != ""
    if rows.empty or not split.all():
        return draft
    many = rows.groupby([*ROW, "sex", "age", "category_type"], sort=False)["category"].nunique()
    most = int(many.max())
    added = _sums(rows, [*ROW, "sex", "age", "category_type"], most)
    added = added.assign(category_type="", category="")
    note = f"the {most} categories of the file added up"
    words = pd.Series(note, index=added.index).where(added["count"].notna(), _LACKING)
    added = added.assign(value_note=words)
    again = added.duplicated([*ROW, "sex", "age"], keep=False)
    return Draft(pd.concat([rows, added[~again]], ignore_index=True), draft.problems)


def _with_all_ages(draft: Draft) -> Draft:
    """Rows of all ages where a table has age groups that make everybody up, and no such rows."""
    rows = draft.rows
    groups = rows["age"].unique()
    spans = [ons_ages.span(text) for text in groups]
    whole = None not in spans and ons_ages.tiles(spans, ons_ages.ALL)
    if not whole or len(whole) != len(groups) or len(groups) == 1:
        return draft
    added = _sums(rows, [*ROW, "sex", "category_type", "category"], len(groups))
    note = f"the {len(groups)} age groups of the file added up"
    words = added["value_note"].mask(added["count"].notna(), note)
    added = added.assign(age=ons_ages.ALL_AGES, value_note=words)
    return Draft(pd.concat([rows, added], ignore_index=True), draft.problems)


_LACKING = "categories of the file are missing here: not added up"


def _sums(rows: pd.DataFrame, keys: list[str], most: int) -> pd.DataFrame:
    """Counts added up by key, missing where fewer than `most` of them are there or known."""
    grouped = rows.groupby(keys, sort=False, dropna=False)
    count = grouped["count"].sum(min_count=most)
    count = count.where(grouped["count"].size() == most)
    made = pd.concat([count, grouped["source_row"].min()], axis=1).reset_index()
    return made.assign(value_note=pd.Series("", made.index).mask(made["count"].isna(), _LACKING))


def with_bands(draft: Draft, bands: dict[str, list]) -> Draft:
    """Rows of the age groups that a passport asks for (`add_up: {<18 yrs: [0, 17]}`) where the
    ages of a table make them up and it does not have them already."""
    rows = draft.rows
    single = rows["category_type"] == ons_ages.SINGLE
    aged = rows[single | (rows["category"] == "")]
    spans = ons_ages.spans(aged["category"].where(single[aged.index], aged["age"]))
    aged = aged.assign(span=spans).rename(columns={"count": "number"})[spans.notna()]
    if aged["span"].nunique() < 2 or not bands:
        return draft
    alone = ons_records.without_repeats(Draft(aged)).rows
    base, people = ons_records.side_by_side(alone, [*ROW, "sex"])
    specs = {name: {"ages": ages, "age": name} for name, ages in bands.items()}
    made, _ = ons_ages.measures(base.rename(columns={"measure": "table"}), people, specs)
    made = made.drop(columns="measure").rename(columns={"table": "measure"})
    there = set(spans[~single].dropna())
    has = [
        name
        for name, ages in bands.items()
        if (ons_ages.ALL if ages == "all" else (*ages,)) in there
    ]
    made = made[~made["age"].isin(has)]
    return Draft(pd.concat([rows, made], ignore_index=True), draft.problems)
