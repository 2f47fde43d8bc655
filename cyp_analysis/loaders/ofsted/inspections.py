"""Ofsted, judgements about local authorities: one row per inspection, a column per judgement.

An inspection of children's services (ILACS) gives an overall judgement and judgements about its
parts; an area inspection of SEND provision gives one outcome. A judgement is counted once, in the
category of its word, on the day of the inspection. Latest inspections and their history stand in
sheets of one workbook; an inspection that is in both is read once.
"""

from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, places, recognise, selection
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

CODE, NAME, DATE = "Local authority code", "Local authority", "Inspection date"

_DAY_STYLES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d/%m/%y")


def read_judgements(path: Path, source: Source | None = None) -> CountTable:
    """Judgements by authority and day of inspection: count 1, the judgement's word as category.

    Authorities not yet inspected are told, and judgements that an inspection did not make.
    SourceError for missing columns, or if no inspection has an authority and a date.
    """
    source = source or recognise.recognise_known(path, "ofsted_authorities")
    measures = selection.measures(source, ("judgement",))
    asked = (CODE, NAME, DATE, *(spec["judgement"] for spec in measures.values()))
    drafts = [_placed(table) for table in layout.open_tables(path, source, asked)]
    told = [draft.problems for draft in drafts]
    parts = [
        _judged(draft.rows, name, spec)
        for draft in drafts
        for name, spec in measures.items()
        if spec["judgement"] in draft.rows
    ]
    told += [part.problems for part in parts]
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    when = periods.parse_all(rows["period_text"], strict=False)
    made = pd.concat([rows, when], axis=1)
    return count_table(Draft(made, pd.concat(told, ignore_index=True)), path, source)


def day_texts(texts: pd.Series) -> pd.Series:
    """Days as Ofsted writes them (`10/07/2023`, `10 July 2023`, a workbook's date) → `2023-07-10`;
    empty for what is no day."""
    bare = texts.str.strip().str.replace(r"[T ]\d\d?:\d\d.*$", "", regex=True)
    day = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    for style in _DAY_STYLES:
        day = day.fillna(pd.to_datetime(bare, format=style, errors="coerce"))
    return day.dt.strftime("%Y-%m-%d").astype("str").where(day.notna(), "")


def graded(texts: pd.Series, spec: dict) -> pd.Series:
    """Judgements in the passport's words (`2` and `good` are `Good`), others as they stand."""
    words = {key(str(said)): word for said, word in spec.get("words", {}).items()}
    known = {text: words.get(key(text), text.strip()) for text in texts.unique()}
    return texts.map(known).astype("str")


def _placed(table: layout.RawTable) -> Draft:
    """Rows with an authority and a date."""
    rows = table.rows.assign(
        area_code=places.first_code(table.rows, [CODE, NAME]),
        shown=table.rows[NAME] if NAME in table.rows else table.rows[CODE],
        period_text=day_texts(table.rows[DATE]),
    )
    draft = places.placed(Draft(rows, table.problems), "shown")
    why = "no date of an inspection: `" + draft.rows[DATE] + "` for " + draft.rows["shown"]
    return draft.leave_out(draft.rows["period_text"] == "", why)


def _judged(rows: pd.DataFrame, name: str, spec: dict) -> Draft:
    """The rows of one judgement."""
    column = spec["judgement"]
    grade = graded(rows[column], spec)
    none = (grade == "") | grade.str.casefold().isin(["null", "n/a", "-"])
    made = rows[["source_row", "area_code", "period_text"]].assign(
        measure=name,
        category_type=spec.get("category_type", "judgement"),
        category=grade,
        count=1.0,
    )
    told = []
    if none.any():
        line = rows.loc[none, "source_row"].iloc[0]
        told.append((line, f"no judgement in `{column}`: {none.sum()} of {len(rows)} inspections"))
    return Draft(made[~none], problem_table(told))
