"""Published rates and intervals done again from the counts beside them, where that is possible.

A figure is only held against its own count and denominator where neither is rounded. Where most
of an indicator's figures differ, the publisher evidently reckons in another way (it standardises,
or models): that is told once, not row by row.
"""

from collections.abc import Iterator

import pandas as pd

from cyp_analysis import measures
from cyp_analysis.catalogue import Catalogue, Indicator

MOSTLY, ENOUGH = 0.5, 10
# A tenth of a per cent of the value, or a hundredth of the interval's width, is no disagreement.
_VALUE_SLACK, _LIMIT_SLACK = 1e-3, 1e-2
_LIMITS = ["lower_ci_95", "upper_ci_95"]
_RULES = {
    "value": "multiplier × count ÷ denominator",
    "byars": "Byar's interval of the count",
    "wilson": "Wilson's interval of count and denominator",
}


def disagreements(built: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Rows of `built` whose published value or interval does not follow from count and
    denominator, with columns printed, computed and rule; or one row for a whole indicator."""
    found = [
        table
        for indicator_id, rows in _usable(built).groupby("indicator_id", sort=False)
        for table in _of_indicator(rows, catalogue.indicators[indicator_id])
    ]
    columns = [*built, "printed", "computed", "rule"]
    return pd.concat(found) if found else pd.DataFrame(columns=columns)


def _usable(built: pd.DataFrame) -> pd.DataFrame:
    known = built[["value", "count", "denominator"]].notna().all(axis=1)
    exact = ~built["value_note"].str.contains("rounded", regex=False)
    return built[known & exact & (built["statistic"] == "published")]


def _of_indicator(rows: pd.DataFrame, indicator: Indicator) -> Iterator[pd.DataFrame]:
    value = rows["count"] / rows["denominator"] * indicator.multiplier
    off = (value - rows["value"]).abs() > _VALUE_SLACK * rows["value"].abs()
    yield _told(rows, off, rows["value"].map("{:.2f}".format), value.map("{:.2f}".format), "value")
    # An interval around another value would only say the same again.
    with_limits = rows[~off & rows[_LIMITS].notna().all(axis=1)]
    if len(with_limits):
        yield _limits(with_limits, indicator)


def _limits(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    counted, named = rows[["count", "denominator"]], dict(count="count", denominator="denominator")
    rule = "wilson" if indicator.multiplier == 100 else "byars"
    if rule == "wilson":
        done = measures.proportion(counted, **named)
    else:
        done = measures.rate(counted, **named, per=indicator.multiplier)
    lower, upper = done["lower_ci"], done["upper_ci"]
    slack = _LIMIT_SLACK * (rows["upper_ci_95"] - rows["lower_ci_95"])
    off = ((lower - rows["lower_ci_95"]).abs() > slack) | (
        (upper - rows["upper_ci_95"]).abs() > slack
    )
    return _told(rows, off, _interval(*(rows[n] for n in _LIMITS)), _interval(lower, upper), rule)


def _interval(lower: pd.Series, upper: pd.Series) -> pd.Series:
    return lower.map("{:.2f}".format) + " to " + upper.map("{:.2f}".format)


def _told(
    rows: pd.DataFrame, off: pd.Series, printed: pd.Series, computed: pd.Series, rule: str
) -> pd.DataFrame:
    """The rows that differ; only the first, saying how many, where most of them do."""
    made = rows.assign(printed=printed, computed=computed, rule=_RULES[rule])[off]
    if len(rows) < ENOUGH or len(made) <= MOSTLY * len(rows):
        return made
    many = f"; differs in {len(made):,} of {len(rows):,} figures, so it is reckoned in another way"
    return made.head(1).assign(rule=_RULES[rule] + many)
