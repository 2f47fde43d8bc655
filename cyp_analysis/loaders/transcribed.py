"""Figures transcribed from published documents, as they ship with the project: `figures.csv`.

One row is one printed figure: count, denominator and value as printed beside each other.
"""

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


def read_figures(path: Path, source: Source | None = None) -> CountTable:
    """A bundled `figures.csv` → count table; the transcriber's flags become value notes.

    Figures of wards and other areas without a code are left out, told once. SourceError for
    missing columns or if nothing is left.
    """
    source = source or recognise.recognise_known(path, "transcribed")
    raw = layout.open_tables(path, source, NEEDED)[0]
    layout.require(raw, NEEDED, path, source)
    no_code = raw.rows["area_code"] == ""
    why = "no area code: wards and other areas that the project does not cover"
    draft = Draft(raw.rows, raw.problems).leave_out_together(no_code, why)
    rows = draft.rows
    numbers, unread = _numbers(rows)
    made = pd.concat([rows[TEXTS], _periods(rows), numbers], axis=1).assign(
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


def _periods(rows: pd.DataFrame) -> pd.DataFrame:
    """Periods, each by the kind that its own row states."""
    parts = [
        periods.parse_all(texts, kind=None if kind in NO_KIND else kind, strict=False)
        for kind, texts in rows["period"].groupby(rows["period_type"])
    ]
    return pd.concat(parts).loc[rows.index] if parts else periods.parse_all(rows["period"])
