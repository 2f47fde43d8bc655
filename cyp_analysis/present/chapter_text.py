"""Sentences of a chapter: one headline, or the list at its head."""

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import narrative, words
from cyp_analysis.present.markup import Block, Html, joined, no_data, tag, verdict
from cyp_analysis.present.selection import Selection

_ORDER = {"worse": 0, "higher": 1, "lower": 1, "better": 2, "similar": 3, "not_compared": 4}
_OLD = pd.DateOffset(years=3)
_OUTDATED = pd.DateOffset(years=5)


def ways_to_get(selection: Selection, indicator: Indicator) -> tuple[str, ...]:
    """Which files would bring an indicator, in words, from the passports of its data set.

    Empty where only documents that ship with the project hold it.
    """
    if not indicator.measured:
        return ()
    sources = selection.catalogue.datasets.get(indicator.measured[0].source, ())
    return tuple(dict.fromkeys(s.get.rstrip(". ") for s in sources if s.get and not s.files))


def how_to_get(selection: Selection, indicator: Indicator) -> str:
    """The ways to get an indicator in one text, for a cell of a table."""
    ways = ways_to_get(selection, indicator)
    return "; or: ".join(ways) + "." if ways else ""


def nothing(selection: Selection, indicator_id: str) -> Block:
    """The panel for an indicator without data for the area; said once a chapter, then silent.

    Silent from the start where only a document that ships with the project could bring it:
    another authority has nothing to fetch.
    """
    indicator = selection.indicator(indicator_id)
    if indicator.id in selection.told or not ways_to_get(selection, indicator):
        return Block()
    selection.told.add(indicator.id)
    area = words.area_words(selection.area)
    missing = f"{indicator.name}: no figure for {area} in this edition."
    return no_data(missing, ways_to_get(selection, indicator))


def headline(selection: Selection, indicator_id: str) -> Block:
    """The whole sentence about the latest figure, with its verdicts; only what is new where the
    list at the head of the chapter has said the rest."""
    indicator = selection.indicator(indicator_id)
    row = selection.latest(indicator_id)
    if row is None:
        return nothing(selection, indicator_id)
    if f"headline {indicator_id}" in selection.told and pd.notna(row["value"]):
        rest = narrative.rest_of_headline(row, indicator)
        return Block(tag("p", rest, class_="headline"), rest) if rest else Block()
    compared = selection.compared(row)
    text = narrative.headline(row, compared, indicator, selection.area)
    return _claim(selection, "p", text, row, compared)


def claim_sentence(selection: Selection, claim: str) -> str:
    """The sentence that a chapter's list of headlines has for a claim, `claim-` and its indicator.

    ChapterError if the area has no figure for it.
    """
    indicator = selection.indicator(claim.removeprefix("claim-"))
    row = selection.latest_known(indicator.id)
    if row is None:
        rule = "a quoted sentence must have a figure"
        action = "Take it out, or load the figures."
        raise ChapterError(f"claim {claim}", rule, f"none for {selection.area.name}", action)
    return narrative.short_headline(row, selection.compared(row), indicator, selection.area)


def headlines(selection: Selection, limit: int = 5) -> Block:
    """The chapter's leading figures as a list: tested ones first, worse before better."""
    rows = _leading(selection)
    items = []
    for row in rows[:limit]:
        compared, indicator = selection.compared(row), selection.indicator(row["indicator_id"])
        text = narrative.short_headline(row, compared, indicator, selection.area)
        selection.told.add(f"headline {indicator.id}")
        items.append(_claim(selection, "li", text, row, compared))
    if not items:
        area = words.area_words(selection.area)
        return no_data(
            f"None of the figures that lead this chapter has arrived for {area}. Whatever is known"
            " stands below."
        )
    listed = tag("ol", joined(*(Html(item.html) for item in items)), class_="headlines")
    return Block(listed, "\n".join(f"{n}. {item.text}" for n, item in enumerate(items, 1)))


def _leading(selection: Selection) -> list[pd.Series]:
    """Latest figures of the `lead` indicators that have a value, in the order of telling."""
    wanted = selection.entry.lead or [i.id for i in selection.indicators()]
    latest = [selection.latest_known(indicator_id) for indicator_id in wanted]
    found = _telling([row for row in latest if row is not None])
    untested = [row for row in found if row["outcome"] == "not_compared"]
    tested = [row for row in found if row["outcome"] != "not_compared"]
    return [*_by_outcome(tested), *_by_outcome(untested)]


def _telling(rows: list[pd.Series]) -> list[pd.Series]:
    """Those fit for the head of a page: no share of 0 without a count, which may stand for a
    number too small to print, and nothing long outdated where there are two newer ones."""
    rows = [row for row in rows if row["value"] != 0 or pd.notna(row["count"])]
    newest = max((row["period_end"] for row in rows), default=None)
    fresh = [row for row in rows if row["period_end"] + _OUTDATED >= newest]
    return fresh if len(fresh) > 1 else rows


def _by_outcome(rows: list[pd.Series]) -> list[pd.Series]:
    """Worse first; figures much older than the newest of the rows come last."""
    newest = max((row["period_end"] for row in rows), default=None)
    return sorted(rows, key=lambda row: (row["period_end"] + _OLD < newest, _ORDER[row["outcome"]]))


def _claim(
    selection: Selection, element: str, text: str, row: pd.Series, compared: pd.DataFrame
) -> Block:
    badges = verdicts(compared)
    html = tag(
        element,
        joined(text, *(joined(" ", badge) for badge in badges)),
        class_="headline",
        id=selection.unique_id(f"claim-{row['indicator_id']}"),
        data_indicator=row["indicator_id"],
        data_area=row["area_code"],
        data_period_end=f"{row['period_end']:%Y-%m-%d}",
    )
    return Block(html, f"{text}{_verdict_text(compared)}")


def _distinct(compared: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Outcome, side and benchmark's name of each verdict; the name is empty if all agree."""
    tested = narrative.local_first(compared[compared["side"] != "not_compared"])
    found = tested[["outcome", "side", "benchmark_area_code"]].itertuples(index=False, name=None)
    each = list(found)
    if len({side for _, side, _ in each}) == 1:
        return [(*each[0][:2], "")]
    return [(outcome, side, geography.name(code)) for outcome, side, code in each]


def verdicts(compared: pd.DataFrame) -> list[Html]:
    """One verdict if every benchmark gives the same, else one for each, named."""
    return [verdict(outcome, side, name) for outcome, side, name in _distinct(compared)]


def _verdict_text(compared: pd.DataFrame) -> str:
    said = [
        f"{name}: {words.verdict_words(outcome, side)}"
        if name
        else words.verdict_words(outcome, side)
        for outcome, side, name in _distinct(compared)
    ]
    return f" [{'; '.join(said)}]" if said else ""
