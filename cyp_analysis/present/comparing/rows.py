"""Which rows of the derived tables stand for one area, and the figures of them in words."""

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import rounding, words
from cyp_analysis.present.selection import PERIOD, Selection, matching

OLD = pd.DateOffset(years=3)
FAR, TESTED = "similar", ("higher", "lower", "similar")
SIDES = {
    "higher": "significantly higher than",
    "lower": "significantly lower than",
    "similar": "statistically similar to",
}
# The order in which a table or a sentence names them: the nearest of like kind first.
ORDER = (
    "statistical_neighbours",
    "group",
    "subregion",
    "subregion_authorities",
    "region",
    "region_authorities",
    "england",
)
_GROUP = "group:"


def comparators_of(selection: Selection, row: pd.Series) -> pd.DataFrame:
    """The comparators of one indicator row, in the order of telling, those with a value only."""
    table = selection.edition.read(
        "comparators", areas=[row["area_code"]], indicators=[row["indicator_id"]]
    )
    same = matching(table, row, [*PERIOD, "sex", "age"])
    known = same[same["value"].notna()]
    place = known["comparator_id"].map(place_of)
    return known.iloc[place.argsort(kind="stable")] if len(known) else known


def place_of(comparator_id: str) -> int:
    """Where a comparator stands in the order of telling."""
    kind = comparator_id.split(":")[0]
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def outliers_of(selection: Selection) -> pd.DataFrame:
    """What the area's latest figures were tested against, in the order of telling, without those
    more than three years older than the newest and those after the cut; England's benchmark if
    there is one, else the region's."""
    table = selection.until(selection.edition.read("outliers", areas=[selection.area.code]))
    if table.empty:
        return table
    levels = table["benchmark_area_code"].map(lambda code: geography.area(code).level)
    benchmark = "country" if (levels == "country").any() else "region"
    rows = table[levels == benchmark]
    recent = rows["period_end"] + OLD >= rows["period_end"].max()
    return rows[recent].sort_values(["priority", "q_value"], kind="stable")


def spread_of(selection: Selection, row: pd.Series, group_code: str) -> pd.Series | None:
    """How the authorities of a group lie on the indicator, period and slice of one row."""
    table = selection.edition.read("spreads", areas=[group_code], indicators=[row["indicator_id"]])
    same = matching(table, row, [*PERIOD, "sex", "age"])
    return same.iloc[0] if len(same) else None


def how_words(row: pd.Series) -> str:
    """How a comparator's figure was made: "mean of 10", "9 of 10 taken together"."""
    of, members = f"{row['of_members']:.0f}", f"{row['members']:.0f}"
    number = members if of == members else f"{of} of the {members}"
    if row["how"] == "published":
        return "its own figure"
    if row["how"] == "pooled":
        return f"{number} taken together"
    return f"{row['how']} of {number}"


def comparator_words(row: pd.Series) -> str:
    """A comparator mid-sentence: "England", "the median of its statistical neighbours"."""
    if row["how"] == "published":
        return place_words(row["comparator_name"])
    kind = row["comparator_id"].split(":")[0]
    name = {
        "statistical_neighbours": f"its {words.uncapital(row['comparator_name'])}",
        "region_authorities": words.uncapital(row["comparator_name"]),
        "subregion_authorities": words.uncapital(row["comparator_name"]),
    }.get(kind, f"the group {row['comparator_name']}")
    return f"{name} taken together" if row["how"] == "pooled" else f"the {row['how']} of {name}"


def place_words(name: str) -> str:
    """An area's name as it stands in a sentence."""
    return words.area_words(geography.area(name))


def about(number: float) -> str:
    """A number of events, rounded as an estimate is told: "about 120", "about 2,140"."""
    size = abs(number)
    return f"about {rounding.half_up(size, -1 if size >= 100 else 0)}"


def excess_words(row: pd.Series, indicator: Indicator) -> str:
    """ "about 120 more children looked after than at England's rate"; empty where too few or
    where the value is no count over a base."""
    if pd.isna(row["excess"]) or abs(row["excess"]) < 1.5:
        return ""
    more = "more" if row["excess"] > 0 else "fewer"
    what = f" {indicator.subject}" if words.is_plural(indicator.subject) else ""
    name = possessive(place_words(row["benchmark_area_code"]))
    return f"{about(row['excess'])} {more}{what} than at {name} rate"


def possessive(name: str) -> str:
    """ "England's", "the East Midlands'"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"
