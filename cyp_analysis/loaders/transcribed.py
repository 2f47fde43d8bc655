"""Figures transcribed from published documents, as they ship with the project: `figures.csv`.

One row is one printed figure: count, denominator and value as printed beside each other. A figure
of a provider or of a wider place without a code (a group of commissioners, a country group) is a
category of the authority whose document prints it.
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, recognise, symbols
from cyp_analysis.loaders.table import CountTable, Draft, count_table

TEXTS = ["source_row", "measure", "area_code", "sex", "age", "category_type", "category"]
NUMBERS = ["count", "denominator", "value"]
NEEDED = [*TEXTS, *NUMBERS, "period", "period_type", "published_trend", "flag"]
NO_KIND = ("", "not_stated")
# Categories that name places within the authority: figures of these are not the authority's.
WITHIN = ("ward",)
NOT_PRINTED = "a period that is not printed"


def read_figures(path: Path, source: Source | None = None) -> CountTable:
    """A bundled `figures.csv` → count table; the transcriber's flags become value notes.

    Figures of wards, and of places that are not named, are left out where they have no code, told
    once. SourceError for missing columns or if nothing is left.
    """
    source = source or recognise.recognise_known(path, "transcribed")
    raw = layout.open_tables(path, source, NEEDED)[0]
    layout.require(raw, NEEDED, path, source)
    raw = replace(raw, rows=_of_the_authority(raw.rows, source))
    no_code = raw.rows["area_code"] == ""
    why = "no area code: wards and other areas that the project does not cover"
    draft = Draft(raw.rows, raw.problems).leave_out_together(no_code, why)
    rows = draft.rows
    numbers, unread = _numbers(rows)
    made = pd.concat([rows[TEXTS], _periods(rows, source), numbers], axis=1).assign(
        period_text=rows["period"],
        published_trend=symbols.snake(rows["published_trend"]),
    )
    return count_table(Draft(made, draft.problems).mention(unread != "", unread), path, source)


def _numbers(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Numbers as printed; blank ones are not printed, which needs no note if another is."""
    numbers, unread = symbols.number_columns(rows, {name: name for name in NUMBERS})
    none = numbers["count"].isna() & numbers["value"].isna()
    missing = pd.Series(symbols.MISSING, index=rows.index, dtype="str").where(none, "")
    flag = rows["flag"].str.replace("_", " ")
    return numbers.assign(value_note=symbols.join_notes(flag, missing)), unread


def _of_the_authority(rows: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Rows with the authority's code where a category says whose figure it is."""
    named = (rows["category"] != "") & ~rows["category_type"].isin(WITHIN)
    ours = (rows["area_code"] == "") & named & (source.area != "")
    return rows.assign(area_code=rows["area_code"].mask(ours, source.area))


def _periods(rows: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Periods, each by the kind that its own row states; a blank one ends, at the latest, on the
    day that the document was published."""
    parts = [
        periods.parse_all(texts, kind=None if kind in NO_KIND else kind, strict=False)
        for kind, texts in rows["period"].groupby(rows["period_type"])
    ]
    made = pd.concat(parts).loc[rows.index] if parts else periods.parse_all(rows["period"])
    blank = (rows["period"] == "") & (source.published is not None)
    day = pd.Timestamp(source.published)
    return made.assign(
        period_start=made["period_start"].mask(blank, day.replace(month=1, day=1)),
        period_end=made["period_end"].mask(blank, day),
        period_label=made["period_label"].mask(blank, NOT_PRINTED),
    )
