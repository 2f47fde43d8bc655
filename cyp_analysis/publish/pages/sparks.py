"""A small line beside a sentence that says what it shows: how a chapter's main figure has moved."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

import pandas as pd

from cyp_analysis.catalogue import Chapter
from cyp_analysis.present import rounding, words
from cyp_analysis.present.markup import Html
from cyp_analysis.present.selection import Selection

FEWEST = 3
_WIDTH, _HEIGHT, _EDGE = 120, 34, 4


@dataclass(frozen=True)
class Spark:
    """The line, the sentence that says its first and last value, and where the chart is."""

    indicator_id: str
    picture: Html
    sentence: str
    href: str = ""


def main_trend(
    selection: Selection,
    chapter: Chapter,
    with_trend: Container[str],
    addresses: Mapping[str, str],
) -> Spark | None:
    """The spark of the first indicator of a chapter, in its own order of preference, that has a
    trend to show (is in `with_trend`); one with a chart of its own (in `addresses`) comes first.
    None without one."""
    ids = [i for i in dict.fromkeys([*chapter.lead, *chapter.indicators]) if i in with_trend]
    for indicator_id in sorted(ids, key=lambda name: name not in addresses):
        series = known_series(selection, indicator_id)
        if len(series) >= FEWEST:
            return _spark(selection, series, addresses.get(indicator_id, ""))
    return None


def having_periods(selection: Selection) -> frozenset[str]:
    """The indicators with figures of the area for periods enough."""
    rows = selection.rows
    mine = rows[(rows["area_code"] == selection.area.code) & rows["value"].notna()]
    number = mine.groupby("indicator_id")["period_end"].nunique()
    return frozenset(number[number >= FEWEST].index)


def known_series(selection: Selection, indicator_id: str) -> pd.DataFrame:
    """The area's rows with a value, oldest first, without those that were still ahead when they
    were published."""
    series = selection.series(indicator_id)
    ahead = series["period_end"] > series["source_published"]
    return series[series["value"].notna() & ~ahead]


def _spark(selection: Selection, series: pd.DataFrame, href: str) -> Spark:
    indicator = selection.indicator(series.iloc[0]["indicator_id"])
    first, last = series.iloc[0], series.iloc[-1]
    before, now = (rounding.value_text(row["value"], indicator) for row in (first, last))
    name = words.sentence_case(indicator.name)
    since, at = first["period_label"], last["period_label"]
    sentence = f"{name}: from {before} ({since}) to {now} ({at})."
    when = (series["period_end"] - first["period_end"]).dt.days
    picture = spark_line(list(when), list(series["value"]))
    return Spark(indicator.id, picture, sentence, href)


def spark_line(places: list[float], values: list[float]) -> Html:
    """A line through values at their places in time, with a dot at the last. It shows the shape
    alone, between the lowest and the highest value, and is hidden from screen readers."""
    across = _scaled(places, _EDGE, _WIDTH - _EDGE)
    down = _scaled(values, _HEIGHT - _EDGE, _EDGE)
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
    return Html(
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
        f' aria-hidden="true" focusable="false"><polyline points="{points}" fill="none"'
        f' stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>'
        f'<circle cx="{across[-1]:.1f}" cy="{down[-1]:.1f}" r="3.2" fill="currentColor"/></svg>'
    )


def _scaled(numbers: list[float], start: float, end: float) -> list[float]:
    """The numbers laid between start and end; alike ones in the middle."""
    low, high = min(numbers), max(numbers)
    if low == high:
        return [(start + end) / 2] * len(numbers)
    return [start + (end - start) * (number - low) / (high - low) for number in numbers]
