"""Lists that an authority keeps beside its commentary: what is not known, and what is to be done.

`data/commentary/<area>/gaps.csv` and `recommendations.csv`, one row an entry; an entry belongs to
the chapter that it names.
"""

import pandas as pd

from cyp_analysis import paths
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import rounding, words
from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

GAPS = ("chapter", "topic", "why_it_matters", "planned")
RECOMMENDATIONS = ("chapter", "recommendation", "finding", "owner", "due", "status")
_UNSAID = "not yet decided"


def read_list(area_code: str, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """The entries of one list of an area, all text; no row where there is no such file.

    ChapterError if the file is no UTF-8 CSV, lacks a column, or names no chapter in a row.
    """
    path = paths.data_dir() / "commentary" / area_code / f"{name}.csv"
    thing = f"commentary/{area_code}/{name}.csv"
    if not path.is_file():
        return pd.DataFrame(columns=list(columns), dtype="str")
    try:
        rows = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ChapterError(thing, "must be a UTF-8 CSV", error, "Save it again.") from None
    missing = [column for column in columns if column not in rows]
    if missing:
        action = f"Its columns are: {', '.join(columns)}."
        raise ChapterError(thing, f"must have the column {missing[0]}", list(rows), action)
    if (rows["chapter"] == "").any():
        line = int((rows["chapter"] == "").to_numpy().argmax()) + 2
        raise ChapterError(
            thing, "each row must name its chapter", f"none in line {line}", "Add it."
        )
    return rows


def gaps(selection: Selection) -> Block:
    """What is not known on the chapter's subject, why that matters and what is planned; nothing
    where no gap is listed."""
    rows = _own(selection, "gaps", GAPS)
    if rows.empty:
        return Block()
    columns = (
        Column("What is not known", heads_row=True),
        Column("Why it matters"),
        Column("What is planned"),
    )
    picked = rows[["topic", "why_it_matters", "planned"]].itertuples(index=False)
    cells = tuple((topic, why, planned or _UNSAID) for topic, why, planned in picked)
    caption = f"What is not known about {_here(selection)}"
    made = Table(caption, columns, cells)
    return block(made, selection.unique_id(f"cap-{selection.entry.id}-gaps"))


def recommendations(selection: Selection) -> Block:
    """What is recommended, on what finding, who owns it and by when; nothing where none is listed.

    A finding that is an indicator's id is told with the area's latest figure.
    """
    rows = _own(selection, "recommendations", RECOMMENDATIONS)
    if rows.empty:
        return Block()
    columns = (
        Column("Recommendation", heads_row=True),
        Column("Finding"),
        Column("Owner"),
        Column("Due"),
        Column("Status"),
    )
    cells = tuple(_recommendation(selection, row) for _, row in rows.iterrows())
    made = Table(f"Recommendations for {_here(selection)}", columns, cells)
    return block(made, selection.unique_id(f"cap-{selection.entry.id}-recommendations"))


def _recommendation(selection: Selection, row: pd.Series) -> tuple[str, ...]:
    rest = (row[name] or _UNSAID for name in ("owner", "due", "status"))
    return (row["recommendation"], _finding(selection, row["finding"]), *rest)


def _finding(selection: Selection, text: str) -> str:
    """The finding in words: the indicator's name and latest figure, or the author's own text."""
    indicator = selection.catalogue.indicators.get(text)
    if indicator is None:
        return text or _UNSAID
    latest = selection.latest_known(indicator.id)
    if latest is None:
        return f"{indicator.name}: no figure in this edition"
    value = rounding.value_text(latest["value"], indicator)
    return f"{indicator.name}: {value} ({latest['period_label']})"


def _own(selection: Selection, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    rows = read_list(selection.area.code, name, columns)
    return rows[rows["chapter"] == selection.entry.id]


def _here(selection: Selection) -> str:
    title = selection.entry.title
    return f"{title[:1].lower()}{title[1:]} in {words.area_words(selection.area)}"
