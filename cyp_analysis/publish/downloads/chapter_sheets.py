"""The sheets of a chapter's workbook, and of an area's."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, rounding, shown, words
from cyp_analysis.present.chapter_notes import sources_of
from cyp_analysis.present.selection import Selection, headline_rows, matching
from cyp_analysis.publish.downloads.figures import VERDICT, verdict_columns
from cyp_analysis.publish.downloads.sheets import Cell, Sheet, of_table
from cyp_analysis.schema import INDICATOR_KEY

# Column of the figures → header; the numbers are rounded as the page rounds them.
_TEXT_BEFORE = {
    "indicator": "Indicator",
    "area": "Area",
    "period_label": "Period",
    "sex": "Sex",
    "age": "Age",
    "category_type": "Category type",
    "category": "Category",
}
_NUMBERS = {
    "count": "Count",
    "denominator": "Denominator",
    "value": "Value",
    "lower_ci_95": "95% confidence interval: lower",
    "upper_ci_95": "95% confidence interval: upper",
}
_TEXT_AFTER = {"unit": "Unit", "trend": "Recent trend"}
_ORIGIN = {"value_note": "Note", "source": "Source", "published": "Published"}
_EMPTY = {"age": "not stated", "published": "not known", "value_note": "none"}
_ALL = "all"
LATEST, ALL = "Latest figures", "All figures"
SOURCES = ("Publisher", "Title", "Published", "Licence", "Web address", "Citation")


def latest(selection: Selection, figures: pd.DataFrame, title: str) -> Sheet | None:
    """One row = the latest figure of one indicator, as the page's tables show it."""
    mine = headline_rows(figures[figures["area_code"] == selection.area.code])
    rows = mine.sort_values("period_end", kind="stable").drop_duplicates(
        "indicator_id", keep="last"
    )
    rows = rows.sort_index()
    if rows.empty:
        return None
    known = [selection.indicator(name) for name in rows["indicator_id"]]
    compared = selection.comparisons[selection.comparisons["area_code"] == selection.area.code]
    by_indicator = dict(iter(compared.groupby("indicator_id", sort=False)))
    found = [
        matching(by_indicator.get(row["indicator_id"], compared.head(0)), row, INDICATOR_KEY)
        for _, row in rows.iterrows()
    ]
    table = shown.summary_table(rows, found, known, title)
    return replace(of_table(table), source=credits.source_line(selection, rows), name=LATEST)


def every(selection: Selection, figures: pd.DataFrame, title: str) -> Sheet | None:
    """One row = one figure of the area: every period, sex and group of children."""
    rows = figures[figures["area_code"] == selection.area.code]
    if rows.empty:
        return None
    rows = rows.assign(published=rows["source_published"].map(words.date_words))
    known = selection.catalogue.indicators
    indicators = [known[name] for name in rows["indicator_id"]]
    columns = {header: _words(rows, name) for name, header in _TEXT_BEFORE.items()}
    columns |= {header: _numbers(rows, name, indicators) for name, header in _NUMBERS.items()}
    columns |= {header: _words(rows, name) for name, header in _TEXT_AFTER.items()}
    for name in verdict_columns(rows):
        place = name.removeprefix(VERDICT).replace("_", " ").title()
        columns[f"Verdict against {place}"] = _words(rows, name)
    columns |= {header: _words(rows, name) for name, header in _ORIGIN.items()}
    numeric = tuple(header in _NUMBERS.values() for header in columns)
    body = tuple(zip(*columns.values(), strict=True))
    return Sheet(title, tuple(columns), body, numeric, (None,) * len(columns), name=ALL)


def _words(rows: pd.DataFrame, name: str) -> list[str]:
    empty = _EMPTY.get(name, _ALL if name in ("category", "category_type") else "[z]")
    return [text or empty for text in rows[name].fillna("")]


def _numbers(rows: pd.DataFrame, name: str, indicators: Sequence[Indicator]) -> list[Cell]:
    each = zip(rows[name], rows[f"{name}_missing"], indicators, strict=True)
    return [
        f"[{letter}]" if letter else rounded(value, decimals(name, indicator, value))
        for value, letter, indicator in each
    ]


def decimals(name: str, indicator: Indicator, value: float) -> int:
    """How many decimals the page shows of such a number."""
    if name in ("count", "denominator"):
        return 0 if float(value).is_integer() else 1
    if name == "value" or indicator.interval_rounding is None:
        return indicator.rounding
    return indicator.interval_rounding


def rounded(value: float, places: int) -> Cell:
    """The number as the page rounds it, half up, as a number again."""
    text = rounding.half_up(value, places).replace(",", "").replace(rounding.MINUS, "-")
    return float(text) if "." in text else int(text)


def sources(selection: Selection, figures: pd.DataFrame) -> Sheet | None:
    """One row = one document that a figure of the chapter comes from."""
    pairs = sources_of(selection, figures[figures["value"].notna()])
    if not pairs:
        return None
    rows = tuple(
        (
            source.publisher,
            source.title,
            credits.published(source, day).removeprefix(", ").removeprefix("published ")
            or "not known",
            source.licence,
            source.url or "none",
            source.citation,
        )
        for source, day in pairs
    )
    nothing = (False,) * len(SOURCES), (None,) * len(SOURCES)
    return Sheet("Sources of the figures", SOURCES, rows, *nothing, name="Sources")
