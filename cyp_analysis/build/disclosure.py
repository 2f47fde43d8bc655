"""Small numbers are withheld before anything is compared, ranked or written.

A withheld count takes its value, interval and denominator with it, so that nothing beside it
gives it back, and so do the rows that would give it back together with a total: other categories
of its breakdown, the other sex. Published figures keep their publisher's control.
"""

import pandas as pd

from cyp_analysis.build.indicators import with_note
from cyp_analysis.catalogue import Catalogue, DisclosureRule
from cyp_analysis.schema import NUMBERS

SUPPRESSED = "suppressed (c): based on small numbers"
_ROW = ["indicator_id", "area_code", "period_start", "period_end", "age", "category_type"]
_BREAKDOWN = [*_ROW, "sex"]
_SEXES = [*_ROW, "category"]


def suppress(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Withhold what each indicator's rule protects, and what would give it back."""
    known = catalogue.indicators.values()
    shares = frozenset(i.id for i in known if i.statistic == "proportion" or i.unit == "%")
    rules = indicators["indicator_id"].map({i.id: i.disclosure for i in known})
    hidden = pd.Series(False, index=indicators.index)
    for rule in catalogue.disclosure.values():
        rows = indicators[rules == rule.id]
        if rule.suppress_to is not None and len(rows):
            hidden[rows.index] = to_withhold(rows, rule, shares)
    return withhold(indicators, hidden)


def to_withhold(rows: pd.DataFrame, rule: DisclosureRule, shares: frozenset[str]) -> pd.Series:
    """True for the rows of one rule that must go; `shares` are the indicators in percent."""
    cells = add_parts(rows, shares).pipe(add_bounds, rule)
    hidden = cells["small"] | cells["nearly_all"]
    while True:
        # Each cell that goes can take others with it, in its breakdown or across the sexes.
        more = hidden | both_sexes(cells, hidden)
        more |= next_to_go(cells, more)
        if more.equals(hidden):
            return hidden
        hidden = more


def is_small(count: pd.Series, rule: DisclosureRule) -> pd.Series:
    """True where the rule withholds the count; missing counts are not small."""
    if rule.suppress_to is None:
        return pd.Series(False, index=count.index)
    return count.between(rule.suppress_from, rule.suppress_to)


def add_parts(rows: pd.DataFrame, shares: frozenset[str]) -> pd.DataFrame:
    """`number` behind each row and, for a share, the `rest` of its base; missing if unknown.

    Where a count or base is not printed, the percentage and the other one give it away.
    """
    is_share = rows["indicator_id"].isin(shares)
    percent = rows["value"].where(is_share)
    number = rows["count"].fillna((percent * rows["denominator"] / 100).round())
    base = rows["denominator"].fillna(number / percent.where(percent > 0) * 100)
    return rows.assign(number=number, rest=(base - number).round().where(is_share))


def add_bounds(cells: pd.DataFrame, rule: DisclosureRule) -> pd.DataFrame:
    """What a reader who knows the rule knows of a cell once withheld: `least` to `most`.

    A small cell lies within the rule's bounds, the rest of a share that is nearly all of its base
    does, and any other lies above them (a nought goes too at times). No `most`: see `spread`.
    """
    number, rest = cells["number"], cells["rest"]
    small = is_small(number, rule)
    nearly_all = is_small(rest, rule) & ~small & rule.complement
    above = (number > rule.suppress_to) * (rule.suppress_to + 1.0)
    least = above.mask(small, rule.suppress_from)
    most = number.mask(~nearly_all) + rest - rule.suppress_from
    return cells.assign(
        small=small,
        nearly_all=nearly_all,
        least=least.mask(nearly_all, (number + rest - rule.suppress_to).clip(lower=0)),
        most=most.mask(small, rule.suppress_to),
    )


def both_sexes(cells: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """Males and females where persons are known as well and one of the three is withheld.

    Persons less one sex are the other, and both sexes together are persons.
    """
    groups = [cells[name] for name in _SEXES]
    all_three = cells.groupby(groups)["sex"].transform("nunique") == 3
    one_is = hidden.groupby(groups).transform("any")
    return all_three & one_is & (cells["sex"] != "persons") & cells["number"].notna()


def next_to_go(cells: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """In each breakdown whose withheld numbers can be worked out, the next smallest cell.

    Where only noughts are left to withhold, all of them: the whole breakdown goes.
    """
    groups = [cells[name] for name in _BREAKDOWN]
    known = hidden & (cells["category_type"] != "") & (spread(cells, hidden) < 1)
    must = known.groupby(groups).transform("any") & ~hidden & cells["number"].notna()
    non_zero = cells["number"].where(must & (cells["number"] > 0))
    none_left = non_zero.groupby(groups).transform("count") == 0
    return (non_zero.groupby(groups).rank(method="first") == 1) | (must & none_left)


def spread(cells: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """Highest less lowest value that each withheld cell can take in whole numbers; 0 gives it away.

    The reader knows the total of the breakdown, hence of its withheld cells, the bounds of each,
    and that the next smallest went: no such cell is larger than the smallest one shown.
    """
    groups = [cells[name] for name in _BREAKDOWN]
    number = cells["number"]
    shown = number.where(~hidden & (number > 0)).groupby(groups).transform("min")
    total = number.where(hidden).groupby(groups).transform("sum")
    most = cells["most"].fillna(shown.where(number <= shown, total))
    room_below = (number - cells["least"]).where(hidden).groupby(groups).transform("sum")
    room_above = (most - number).where(hidden).groupby(groups).transform("sum")
    lowest = (most - room_above).clip(lower=cells["least"])
    return (cells["least"] + room_below).clip(upper=most) - lowest


def withhold(indicators: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    """Every number of the rows chosen goes missing together, with the reason."""
    bare = indicators.assign(
        **{name: indicators[name].mask(hidden) for name in NUMBERS},
        method=indicators["method"].mask(hidden, "none"),
        value_note=indicators["value_note"].mask(hidden, ""),
    )
    return with_note(bare, hidden, SUPPRESSED)
