"""The table of places: value, England, place counted from the best, change since the period before.

Everything in it was worked out on the build side (table `league`); here it is put into words.
"""

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, rounding, words
from cyp_analysis.present.learning import country
from cyp_analysis.present.markup import Block, paragraph, stacked
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

NO_PLACE, NONE_BEFORE, NO_TEST = "not ranked", "none before", "no test"
NOT_COMPARED = "not compared"
NOT_TESTED = "not tested"
# The unit of indicators that are ranks as a document prints them.
RANK = "rank"
# More names than these and the table says it better.
MOST_NAMED = 4
_SIDES = {"higher": "▲ risen", "lower": "▼ fallen", "similar": "● no significant change"}
_RULE = "Place: the rank among the authorities of England with a figure; {order}."
_ORDERS = {
    ("best",): "1st = best",
    ("highest",): "counted from the highest, because neither direction is better in itself",
    ("best", "highest"): "1st = best, and where neither direction is better, from the highest",
}
_TIES = "Equal figures share the same place."
_TENTH = "★ first tenth: a place of at most a tenth of that number."
_UNTESTED = (
    "Changes of shares are in percentage points. Where no test is named, the change was not tested:"
    " the source prints no counts."
)
# A column that says only this is left out.
_SAYS_NOTHING = {NO_PLACE, NONE_BEFORE, NO_TEST, NOT_TESTED, NOT_COMPARED}
_NONE_FIRST = "none in the first tenth"
_ONE = ("1", f"{rounding.MINUS}1")


def league(selection: Selection, ids: str | list[str], caption: str | None = None) -> Block:
    """One row = the latest figure of one indicator; indicators without a figure are left out, and
    left to the list of what is missing."""
    indicators = selection.indicators(ids)
    table = places(selection)
    latest = [(i, newest(table, i.id, selection.area.code)) for i in indicators]
    found = [(i, row) for i, row in latest if row is not None]
    title = caption or _title(selection, ids)
    quiet(selection, [i for i, row in latest if row is None])
    if not found:
        return Block()
    said = summary(selection, [row for _, row in found])
    made = block(
        _table(selection, found, table, title), selection.unique_id(f"cap-{_name(ids)}-places")
    )
    return stacked(Block(paragraph(said, "finding"), said), made) if said else made


def quiet(selection: Selection, indicators: list[Indicator]) -> None:
    """No panel for each of these: the chapter lists all that is missing in one place."""
    selection.told |= {indicator.id for indicator in indicators}


def places(selection: Selection) -> pd.DataFrame:
    """The table of places of the area and its country, up to the cut."""
    codes = {selection.area.code, country.code_of(selection.area)}
    return selection.until(selection.edition.read("league", areas=codes))


def newest(table: pd.DataFrame, indicator_id: str, area_code: str) -> pd.Series | None:
    """The newest row of an indicator for an area."""
    mine = table[(table["indicator_id"] == indicator_id) & (table["area_code"] == area_code)]
    return mine.sort_values("period_end", kind="stable").iloc[-1] if len(mine) else None


def _title(selection: Selection, ids: str | list[str]) -> str:
    return selection.group(ids).caption if isinstance(ids, str) else selection.entry.title


def _name(ids: str | list[str]) -> str:
    return ids if isinstance(ids, str) else ids[0]


def summary(selection: Selection, rows: list[pd.Series]) -> str:
    """On how many of the indicators the area is in the first tenth; nothing without places, and
    nothing where it is on none and the page has said so of a table before."""
    judged = [row for row in rows if pd.notna(row["rank"]) and row["order"] == "best"]
    first = [row for row in judged if row["top_tenth"]]
    if len(judged) < 2 and not first:
        return ""
    if not first and _NONE_FIRST in selection.told:
        return ""
    if not first:
        selection.told.add(_NONE_FIRST)
    area = words.sentence_case(words.area_words(selection.area))
    names = [selection.indicator(row["indicator_id"]).name for row in first]
    named = 0 < len(first) < len(judged) and len(first) <= MOST_NAMED
    listed = f": {'; '.join(names)}" if named else ""
    return (
        f"{area} is in the first tenth of the authorities in England on"
        f" {_how_many(len(first), len(judged))} in this table that can be judged{listed}."
    )


def _how_many(first: int, judged: int) -> str:
    """ "3 of the 9 indicators", "none of the 9 indicators", "all 9 indicators"."""
    if judged == 1:
        return "the one indicator"
    if first == judged:
        return f"all {judged} indicators"
    return f"{first or 'none'} of the {judged} indicators"


def _table(
    selection: Selection, found: list[tuple[Indicator, pd.Series]], table: pd.DataFrame, title: str
) -> Table:
    area = selection.area
    place = geography.name(country.code_of(area))
    columns = (
        Column("Indicator", heads_row=True),
        Column("Period"),
        Column(area.name, numeric=True),
        Column(place, numeric=True),
        Column(f"Place in {place}"),
        Column("Place before"),
        Column("Change on the period before"),
        Column("Test of the change"),
    )
    cells = [_row(i, row, _beside(table, row, i, area)) for i, row in found]
    told = [any(cell[n] not in _SAYS_NOTHING for cell in cells) for n in range(len(columns))]
    notes = [_places_note([row for _, row in found])] if told[4] else []
    if told[6] and any(cell[7] == NOT_TESTED for cell in cells):
        notes.append(_UNTESTED)
    return Table(
        f"{title}, {area.name}",
        tuple(column for column, kept in zip(columns, told, strict=True) if kept),
        tuple(tuple(c for c, kept in zip(cell, told, strict=True) if kept) for cell in cells),
        tuple(_once(selection, notes)),
        credits.source_line(selection, _sources(selection, found)),
    )


def _once(selection: Selection, notes: list[str]) -> list[str]:
    """The notes that the chapter has not had yet."""
    new = [note for note in notes if note not in selection.told]
    selection.told |= set(new)
    return new


def _places_note(rows: list[pd.Series]) -> str:
    """How the places are counted, for the orders that the table has."""
    orders = tuple(sorted({row["order"] for row in rows if pd.notna(row["rank"])}))
    rule = _RULE.format(order=_ORDERS[orders])
    return f"{rule} {_TIES}{' ' + _TENTH if 'best' in orders else ''}"


def _sources(selection: Selection, found: list[tuple[Indicator, pd.Series]]) -> pd.DataFrame:
    known = [selection.latest_known(indicator.id) for indicator, _ in found]
    return pd.DataFrame([row for row in known if row is not None])


def _beside(
    table: pd.DataFrame, row: pd.Series, indicator: Indicator, area: geography.Area
) -> float:
    """The country's value of the same indicator and period; missing for the country itself, and
    for counts, which say nothing beside a whole country's."""
    if not area.country_code or indicator.statistic == "count":
        return float("nan")
    same = table[
        (table["area_code"] == area.country_code)
        & (table["indicator_id"] == row["indicator_id"])
        & (table["period_end"] == row["period_end"])
    ]
    return same.iloc[0]["value"] if len(same) else float("nan")


def _row(indicator: Indicator, row: pd.Series, beside: float) -> tuple[str, ...]:
    place = place_words(row["rank"], row["rank_of"], row["order"], tied=bool(row["rank_tied"]))
    before = place_words(
        row["previous_rank"],
        row["previous_rank_of"],
        row["order"],
        tied=bool(row["previous_rank_tied"]),
    )
    return (
        indicator.name,
        row["period_label"],
        value_words(row["value"], indicator),
        NOT_COMPARED if pd.isna(beside) else value_words(beside, indicator),
        f"{place}, ★ first tenth" if row["top_tenth"] else place,
        before,
        change_cell(row, indicator),
        test_cell(row, indicator),
    )


def value_words(value: float, indicator: Indicator) -> str:
    """A value with its unit: "72%", "56.7 points", "5.5 per 100 pupils", "2nd"."""
    text = rounding.value_text(value, indicator)
    if indicator.unit == RANK:
        return words.ordinal(value)
    return text if rounding.sign(indicator) else f"{text} {indicator.unit.strip()}"


def change_cell(row: pd.Series, indicator: Indicator) -> str:
    """The change with its sign and what it is from: "+1.2 points from 71.1% (2023/24)"."""
    if pd.isna(row["change"]):
        return NONE_BEFORE
    was = value_words(row["previous_value"], indicator)
    since = f"from {was} ({row['previous_period_label']})"
    if indicator.unit == RANK:
        return f"{rank_change(row['change'])} {since}"
    text = rounding.half_up(row["change"], indicator.rounding)
    if not text.strip("0."):
        same = "about the same" if row["change"] else "no change"
        return f"{same}: {was} ({row['previous_period_label']})"
    points = "" if not rounding.sign(indicator) else " point" if text in _ONE else " points"
    return f"{'+' if row['change'] > 0 else ''}{text}{points} {since}"


def test_cell(row: pd.Series, indicator: Indicator) -> str:
    """What the test of the change found; a count or a printed rank has none."""
    if pd.isna(row["change"]) or indicator.statistic == "count" or indicator.unit == RANK:
        return NO_TEST
    return _SIDES.get(row["change_side"], NOT_TESTED)


def rank_change(change: float) -> str:
    """ "up 3 places" where the rank fell by 3, "down 1 place", "same place"."""
    number = abs(int(change))
    if number == 0:
        return "same place"
    return f"{'up' if change < 0 else 'down'} {number} place{'s' if number > 1 else ''}"


def place_words(rank: float, rank_of: float, order: str, *, tied: bool) -> str:
    """ "8th of 151", "joint 8th of 151", "3rd highest of 152", "not ranked"."""
    if pd.isna(rank):
        return NO_PLACE
    if order == "highest":
        return f"{words.rank_words(rank, rank_of, tied=tied)} of {rank_of:.0f}"
    return f"{'joint ' if tied else ''}{words.ordinal(rank)} of {rank_of:.0f}"
