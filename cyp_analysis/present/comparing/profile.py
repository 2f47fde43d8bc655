"""Many indicators of one area at once: the latest row of each, with what it is set beside."""

from dataclasses import dataclass

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.geography import Area
from cyp_analysis.present import words
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.selection import Selection


@dataclass(frozen=True)
class Line:
    """One indicator of a profile: its latest row, the comparison with the benchmark, the spread."""

    indicator: Indicator
    row: pd.Series
    spread: pd.Series
    benchmark: float
    outcome: str
    side: str

    @property
    def judged(self) -> bool:
        """Whether one end of the scale is better than the other."""
        return self.indicator.polarity != "no_judgement"

    def place(self, value: float) -> float:
        """Where a value stands between worst (0) and best (1), or lowest and highest."""
        low, high = self.spread["lowest"], self.spread["highest"]
        share = (value - low) / (high - low) if high > low else 0.5
        return 1 - share if self.indicator.polarity == "low_is_good" else share


def latest_rows(
    selection: Selection, ids: str | list[str] | None = None
) -> list[tuple[Indicator, pd.Series]]:
    """The newest row with a value of each indicator of a list, a group, or the chapter; without
    those more than three years older than the newest of them, and without plain counts, which
    say only how large an area is."""
    wanted = [i for i in selection.indicators(ids) if i.statistic != "count"]
    found = [(indicator, selection.latest_known(indicator.id)) for indicator in wanted]
    known = [(indicator, row) for indicator, row in found if row is not None]
    newest = max((row["period_end"] for _, row in known), default=None)
    return [(indicator, row) for indicator, row in known if row["period_end"] + of.OLD >= newest]


def profile_lines(selection: Selection, ids: str | list[str] | None, group_code: str) -> list[Line]:
    """A line for each indicator whose spread among the authorities of a group is known."""
    lines = []
    for indicator, row in latest_rows(selection, ids):
        spread = of.spread_of(selection, row, group_code)
        if spread is not None and spread["highest"] > spread["lowest"]:
            lines.append(_line(selection, indicator, row, spread))
    return lines


def _line(selection: Selection, indicator: Indicator, row: pd.Series, spread: pd.Series) -> Line:
    compared = selection.compared(row)
    against = compared[compared["benchmark_area_code"] == spread["area_code"]]
    if against.empty:
        return Line(indicator, row, spread, float("nan"), "not_compared", "not_compared")
    first = against.iloc[0]
    outcome, side = first["outcome"], first["side"]
    return Line(indicator, row, spread, first["benchmark_value"], outcome, side)


def widest_group(selection: Selection, ids: str | list[str] | None) -> tuple[Area | None, list]:
    """England if its authorities' spread is known for any indicator, else the region; with the
    lines, none if there is no group."""
    codes = [selection.area.country_code, selection.area.region_code]
    for code in [c for c in codes if c and c != selection.area.code]:
        lines = profile_lines(selection, ids, code)
        if lines:
            return geography.area(code), lines
    return None, []


def group_words(group: Area) -> str:
    """The authorities that a scale is made of: "authorities of England"."""
    return f"authorities of {words.area_words(group)}"
