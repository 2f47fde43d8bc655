"""What the blocks on need share: rows of a derived table, numbers of an estimate, a scale."""

from dataclasses import dataclass

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import rounding, words
from cyp_analysis.present.markup import Block, Html, joined, tag
from cyp_analysis.present.selection import Selection


@dataclass(frozen=True)
class Scale:
    """What a chart needs to know of a number that is no indicator: its unit and decimals."""

    unit: str
    rounding: int = 0
    interval_rounding: int | None = None


def of_area(selection: Selection, table: str, end: str) -> pd.DataFrame:
    """The area's rows of a derived table, up to the cut; `end` is the column of the last day."""
    rows = selection.edition.read(table, areas=[selection.area.code])
    if selection.cut is None:
        return rows
    return rows[pd.to_datetime(rows[end]) <= selection.cut]


def about(number: float) -> str:
    """An estimate for a sentence: to the hundred from a thousand, to the ten from a hundred."""
    size = abs(number)
    return rounding.half_up(number, -2 if size >= 1000 else -1 if size >= 100 else 0)


def between(lower: float, upper: float) -> str:
    """ " (95% interval 9,300 to 10,400)", or nothing where a limit is missing."""
    if pd.isna(lower) or pd.isna(upper):
        return ""
    return f" (95% interval {about(lower)} to {about(upper)})"


def cell(value: float, decimals: int = 0, missing: str = "not known") -> str:
    """A number of a table, or why there is none."""
    return missing if pd.isna(value) else rounding.half_up(value, decimals)


def limits_cell(lower: float, upper: float, decimals: int = 0) -> str:
    """Two limits, or "none"."""
    if pd.isna(lower) or pd.isna(upper):
        return "none"
    return f"{rounding.half_up(lower, decimals)} to {rounding.half_up(upper, decimals)}"


def sentences(texts: list[str]) -> Block:
    """Each text as a paragraph; nothing for no text."""
    kept = [text for text in texts if text]
    return Block(joined(*(tag("p", text) for text in kept)) if kept else "", "\n".join(kept))


def notes(texts: list[str]) -> Block:
    """Caveats in small print."""
    kept = [text for text in texts if text]
    html = joined(*(tag("p", text, class_="note") for text in kept))
    return Block(Html(html) if kept else "", "\n".join(kept))


def with_tag(selection: Selection, name: str, value: str = "") -> list[Indicator]:
    """Indicators of the chapter that have a tag, or that value of it."""
    found = [i for i in selection.indicators() if i.tags.get(name, "") != ""]
    return [i for i in found if not value or i.tags[name] == value]


def rows_of(selection: Selection, ids: list[str]) -> pd.DataFrame:
    """The area's rows of some indicators, categories too, oldest first, as the file has them."""
    rows = selection.rows[selection.rows["area_code"] == selection.area.code]
    rows = rows[rows["indicator_id"].isin(ids)]
    return rows.sort_values(["period_end", "source_row"], kind="stable")


def area(selection: Selection) -> str:
    """The area's name mid-sentence."""
    return words.area_words(selection.area)
