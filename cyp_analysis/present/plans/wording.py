"""What the blocks of plans share: verdicts on a change, dates of documents, what is absent."""

import re

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, rounding, words
from cyp_analysis.present.markup import Block, Html, joined, no_data, tag
from cyp_analysis.present.selection import Selection

TESTED = {
    "improved": "Improved",
    "worsened": "Worsened",
    "higher": "Higher",
    "lower": "Lower",
    "no_clear_change": "No clear change",
}
UNTESTED = {"rose": "Rose", "fell": "Fell", "unchanged": "Unchanged"}
_CLASS = {"improved": "better", "worsened": "worse", "no_clear_change": "similar"}
# No direction is wanted in so many words.
NO_WAY = "none"
_GOOD = {"high_is_good": "rose", "low_is_good": "fell", "increase": "rose", "decrease": "fell"}


# Units that stand before their number: "rank 35".
_BEFORE = ("rank", "score")


def rows_of(selection: Selection, table: str) -> pd.DataFrame:
    """The area's rows of a derived table."""
    return selection.edition.read(table, areas=[selection.area.code])


def absent(selection: Selection, what: str, passport: str, columns: str) -> Block:
    """The panel for a list that nobody has loaded for the area, with the columns that it needs."""
    area = words.area_words(selection.area)
    source = selection.catalogue.sources[passport]
    needed = f"It needs the columns {columns}, under these or like names."
    return no_data(
        f"{what} for {area}: none in this edition.", [f"{source.get.rstrip('. ')}. {needed}"]
    )


def document(selection: Selection, row: pd.Series) -> str:
    """ "Board papers, published 17 January 2019": whose document it is, and of what date."""
    source = selection.catalogue.sources.get(row["source_id"])
    if source is None:
        return str(row["source_id"])
    return f"{source.title}{credits.published(source, row['source_published'])}"


def source_line(selection: Selection, rows: pd.DataFrame) -> str:
    """The documents that the rows are from, each once."""
    once = rows.drop_duplicates(["source_id", "source_published"])
    texts = dict.fromkeys(document(selection, row) for _, row in once.iterrows())
    return credits.credited(selection, f"Source: {'; '.join(texts)}." if texts else "", rows)


def figure_text(value: float, indicator: Indicator) -> str:
    """A value with its unit, short enough for a cell: "14.0%", "1,161 families", "£2,500,000"."""
    text = rounding.value_text(value, indicator)
    unit = indicator.unit.strip()
    if unit == "%" or not unit:
        return text
    if money := re.fullmatch(r"(.*?) ?(?:pounds|GBP)", unit):
        bare = text.removeprefix(rounding.MINUS)
        return f"{rounding.MINUS if bare != text else ''}£{bare} {money[1]}".rstrip()
    if unit in _BEFORE:
        return f"{unit} {text}"
    return f"{text}{unit}" if unit.startswith("%") else f"{text} {unit}"


def with_period(value: float, period: str, indicator: Indicator | None) -> str:
    """A value and its period; "none" where there is no figure."""
    if indicator is None or pd.isna(value):
        return "none"
    return f"{figure_text(value, indicator)} ({period})"


def change_badge(verdict: str, change: float, way: str = "") -> Html:
    """Symbol and words of a change; `way` (a polarity or a direction wanted) says of an untested
    one whether it went as it should."""
    words_of = TESTED.get(verdict) or f"{UNTESTED[verdict]}{_as_wanted(verdict, way)}, not tested"
    side = "higher" if change > 0 else "lower" if change < 0 else "similar"
    symbol = words.SYMBOLS["similar" if verdict == "no_clear_change" else side]
    mark = tag("span", symbol, class_="symbol", aria_hidden="true")
    kind = _CLASS.get(verdict, side if verdict in TESTED else "not_compared")
    return tag("span", joined(mark, f" {words_of}"), class_=f"verdict verdict-{kind}")


def _as_wanted(verdict: str, way: str) -> str:
    if way not in _GOOD or verdict == "unchanged":
        return ""
    return " as wanted" if _GOOD[way] == verdict else " against what is wanted"


def change_cell(row: pd.Series, indicator: Indicator | None, way: str = "") -> Html | str:
    """The verdict on a change, or why there is none."""
    if indicator is None or pd.isna(row["value"]):
        return "No figure"
    if row["verdict"] in TESTED or row["verdict"] in UNTESTED:
        return change_badge(row["verdict"], row["change"], way or indicator.polarity)
    return "One figure only" if row["in_plan"] else "No figure from the plan's years"


def counted(number: int, one: str, many: str = "") -> str:
    """ "no actions", "1 action", "12 actions"."""
    many = many or f"{one}s"
    return (
        f"1 {one}" if number == 1 else f"{rounding.count_text(number) if number else 'no'} {many}"
    )


def have(number: int) -> str:
    """ "none has", "1 has", "12 have"."""
    return "none has" if number == 0 else counted(number, "has", "have")


def were(number: int) -> str:
    """ "was" for one, "were" for any other number."""
    return "was" if number == 1 else "were"


def reference_day(selection: Selection, published: object) -> pd.Timestamp | None:
    """The day that due dates are set against: the chapter's end if it has one, else the document's
    date; None if it has none. Never the day of the build."""
    if selection.cut is not None:
        return selection.cut
    return None if pd.isna(published) else pd.Timestamp(published)


def highest(rated: pd.DataFrame) -> pd.DataFrame:
    """The risks with the highest rating: several where they share it."""
    return rated[rated["rating"] == rated["rating"].max()]


def rating_words(rating: float) -> str:
    """ "16 of 25"; a rating on another scale by itself."""
    text = rounding.count_text(rating)
    return f"{text} of 25" if 1 <= rating <= 25 else text


def heading(text: str) -> Html:
    """A heading below those of the notebook."""
    return tag("h3", text)


def folded(summary: str, content: Html) -> Html:
    """A long table that a reader opens if wanted."""
    return tag("details", joined(tag("summary", summary), content))
