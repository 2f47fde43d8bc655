"""Results of a local survey, one row for each question, answer and group → count table."""

from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, symbols
from cyp_analysis.loaders.drafts import joined
from cyp_analysis.loaders.local.periods import area_codes, read_periods
from cyp_analysis.loaders.local.template import is_total, measure_names, no_area
from cyp_analysis.loaders.symbols import join_notes
from cyp_analysis.loaders.table import SEX, CountTable, Draft, count_table

TEXTS = (
    *("survey", "question", "response", "subgroup_type", "subgroup", "wave", "sample_n"),
    *("area", "period_type", "flag", "age"),
)
NO_BASE = "number of respondents not given"


def read_results(path: Path, source: Source) -> CountTable:
    """Percentages of respondents → count table: `value`, with the respondents as `denominator`.

    The measure is survey and question; the answer and the group are its category, boys and girls
    its sex. A row without a base keeps its percentage, with a note. UnrecognisedFile where nothing
    says the area; SourceError if nothing is left.
    """
    raws = layout.open_tables(path, source, (*TEXTS, "percent", "n", "count"))
    drafts = [_draft(path, raw, source) for raw in raws]
    return count_table(joined(drafts), path, source)


def _draft(path: Path, raw: layout.RawTable, source: Source) -> Draft:
    if "area" not in raw.rows and not source.area:
        raise no_area(path)
    rows = raw.rows.assign(**{name: "" for name in TEXTS if name not in raw.rows})
    draft = Draft(rows, raw.problems).leave_out(rows["question"] == "", "no question is named")
    rows = draft.rows
    when, _ = read_periods(rows["wave"], rows["period_type"])
    columns = {"value": "percent", "denominator": "n", "count": "count"}
    given = {name: column for name, column in columns.items() if column in rows}
    numbers, unread = symbols.number_columns(rows, given)
    made = pd.concat([rows[["source_row"]], when, numbers, _group(rows)], axis=1).assign(
        measure=measure_names((rows["survey"] + " " + rows["question"]).str.strip()),
        area_code=area_codes(rows["area"], source.area),
        period_text=rows["wave"],
        age=rows["age"].where(rows["age"] != "", source.age),
        value_note=_notes(rows, numbers, given),
    )
    draft = Draft(made, draft.problems).mention(unread != "", unread)
    return _impossible(draft)


def _impossible(draft: Draft) -> Draft:
    """Percentages outside 0 to 100 are taken away; where none is above 1, that is told."""
    value = draft.rows["value"]
    outside = (value < 0) | (value > 100)
    draft = draft.blank(outside, ["value"], "percentage not between 0 and 100 in the file")
    shares = value.notna().any() and (value.dropna() <= 1).all() and (value % 1 != 0).any()
    first = pd.Series(range(len(value)), index=value.index) == 0
    return draft.mention(first & shares, "no percentage is above 1: are they shares?")


def _group(rows: pd.DataFrame) -> pd.DataFrame:
    """Answer and group as category; a group that is a sex as `sex`; the whole as blank."""
    whole = is_total(rows["subgroup"])
    group = rows["subgroup"].where(~whole, "")
    kind = rows["subgroup_type"].where(rows["subgroup_type"] != "", "subgroup")
    sex = group.str.strip().str.casefold().map(SEX).astype("str")
    by_sex = sex.isin(["male", "female"])
    parts = {
        "category_type": (rows["response"].where(rows["response"] == "", "response"), kind),
        "category": (rows["response"], group),
    }
    shown = (group != "") & ~by_sex
    made = {
        name: _joined(answer, words.where(shown, "")) for name, (answer, words) in parts.items()
    }
    return pd.DataFrame(made, index=rows.index).assign(sex=sex.where(by_sex, "persons"))


def _joined(first: pd.Series, second: pd.Series) -> pd.Series:
    both = (first != "") & (second != "")
    return first + pd.Series(" | ", index=first.index).where(both, "") + second


def _notes(rows: pd.DataFrame, numbers: pd.DataFrame, given: dict[str, str]) -> pd.Series:
    """What the file flags, why a percentage is missing, and that a base is not given."""
    why = symbols.parse_numbers(rows["percent"])["reason"]
    if "count" in numbers:
        why = why.mask((why == symbols.MISSING) & numbers["count"].notna(), "")
    absent = pd.Series(True, index=rows.index)
    no_base = numbers["denominator"].isna() if "denominator" in given else absent
    sample = (": whole sample " + rows["sample_n"]).where(rows["sample_n"] != "", "")
    base = (NO_BASE + sample).where(no_base & numbers["value"].notna(), "")
    return join_notes(join_notes(rows["flag"].str.replace("_", " "), why), base)
