"""Small numbers are withheld before anything is compared, ranked or written.

A withheld count takes its value, interval and denominator with it, so that nothing beside it
gives it back. Published figures keep their publisher's control.
"""

import pandas as pd

from cyp_analysis.build.indicators import with_note
from cyp_analysis.catalogue import Catalogue, DisclosureRule

SUPPRESSED = "suppressed (c): based on small numbers"
_GROUP = ["indicator_id", "area_code", "period_start", "period_end", "sex", "age", "category_type"]
_WITHHELD = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95"]


def suppress(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Withhold what each indicator's rule protects, and in a breakdown with one gap a second."""
    rule_of = {i.id: i.disclosure for i in catalogue.indicators.values()}
    rules = indicators["indicator_id"].map(rule_of)
    small = pd.Series(False, index=indicators.index)
    for rule in catalogue.disclosure.values():
        small |= (rules == rule.id) & is_small(indicators["count"], rule)
    hidden = small | next_smallest(indicators, small)
    return withhold(indicators, hidden)


def is_small(count: pd.Series, rule: DisclosureRule) -> pd.Series:
    """True where the rule withholds the count; missing counts are not small."""
    if rule.suppress_to is None:
        return pd.Series(False, index=count.index)
    return count.between(rule.suppress_from, rule.suppress_to)


def next_smallest(indicators: pd.DataFrame, small: pd.Series) -> pd.Series:
    """In a breakdown with exactly one withheld cell, the next smallest cell goes too.

    Otherwise the total less the other categories would give it back.
    """
    groups = [indicators[name] for name in _GROUP]
    in_breakdown = indicators["category_type"] != ""
    alone = (small & in_breakdown).groupby(groups).transform("sum") == 1
    may_go = alone & in_breakdown & ~small & (indicators["count"] > 0)
    return indicators["count"].where(may_go).groupby(groups).rank(method="first") == 1


def withhold(indicators: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    """Every number of the rows chosen goes missing together, with the reason."""
    bare = indicators.assign(
        **{name: indicators[name].mask(hidden) for name in _WITHHELD},
        method=indicators["method"].mask(hidden, "none"),
        value_note=indicators["value_note"].mask(hidden, ""),
    )
    return with_note(bare, hidden, SUPPRESSED)
