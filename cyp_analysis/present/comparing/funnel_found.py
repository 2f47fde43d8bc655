"""One funnel as the edition has it: what is drawn, as a table and in words instead of a picture."""

import re
from dataclasses import dataclass

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import alt_text, rounding, shown, words
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.tables import Column, Table

PLACES = {
    "above_998": "above the upper 99.8% limit",
    "above_95": "above the upper 95% limit",
    "inside": "inside the 95% limits",
    "below_95": "below the lower 95% limit",
    "below_998": "below the lower 99.8% limit",
}
_OUTSIDE = ("above_998", "below_998")
_SHORT = {
    "above_998": "above 99.8%",
    "above_95": "above 95%",
    "inside": "inside",
    "below_95": "below 95%",
    "below_998": "below 99.8%",
}


@dataclass(frozen=True)
class Funnel:
    """One funnel as the edition has it: its authorities, its limits, and the area's own row."""

    indicator: Indicator
    points: pd.DataFrame
    limits: pd.DataFrame
    own: pd.Series | None
    country: str

    @property
    def first(self) -> pd.Series:
        """A row of the funnel, for what all of them say."""
        return self.limits.iloc[0]

    @property
    def outside(self) -> int:
        """How many authorities lie outside the 99.8% limits."""
        return int(self.points["category"].isin(_OUTSIDE).sum())


def base_words(indicator: Indicator) -> str:
    """What the denominator counts: "children aged under 18"; of a share, the group's size."""
    found = re.match(r"per [\d,]+ (.+)", indicator.unit.strip())
    return found[1] if found else "size of the group"


def middle(found: Funnel) -> str:
    """What the line in the middle is called."""
    return words.sentence_case(found.country)


def funnel_alt(found: Funnel) -> str:
    """The area's value and place, the middle line, how many lie outside, the highest and lowest."""
    ends = [
        f"{name} {_named(found.points.iloc[place], found.indicator)}"
        for name, place in (("highest", 0), ("lowest", -1))
    ]
    baseline = rounding.value_text(found.first["baseline"], found.indicator)
    clauses = [f"{middle(found)} {baseline}"]
    if found.own is not None:
        place = PLACES[found.own["category"]]
        clauses.insert(0, f"{_named(found.own, found.indicator)}, {place}")
    outside = f"{found.outside} of {found.first['areas']:.0f} authorities outside the 99.8% limits"
    opening = f"{words.sentence_case(found.indicator.subject)}, funnel by size"
    return alt_text.fitted(opening, [*clauses, outside, *ends])


def _named(row: pd.Series, indicator: Indicator) -> str:
    return f"{of.place_words(row['area_code'])} {rounding.value_text(row['value'], indicator)}"


def funnel_table(found: Funnel) -> Table:
    """The authorities as they are drawn, highest value first."""
    indicator = found.indicator
    columns = (
        Column("Authority", heads_row=True),
        Column(words.sentence_case(base_words(indicator)), numeric=True),
        Column(f"Value ({shown.unit_words(indicator)})", numeric=True),
        Column("Among the limits"),
    )
    cells = tuple(
        (
            row["label"],
            rounding.half_up(row["denominator"], 0),
            rounding.half_up(row["value"], indicator.rounding),
            _SHORT[row["category"]],
        )
        for _, row in found.points.iterrows()
    )
    own = None if found.own is None else found.own["area_code"]
    marked = frozenset(n for n, code in enumerate(found.points["area_code"]) if code == own)
    return Table(f"{indicator.name} by size of authority, as drawn", columns, cells, marked=marked)
