"""What goes into a funnel plot: the kind of statistic, and the areas of a table."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.reasons import Reasons, first_reason
from cyp_analysis.methods import funnels

STATISTICS = ("proportion", "rate_crude", "rate_dsr", "ratio_count", "ratio_isr")
# What the results of other functions say in their column `statistic`.
ALIASES = {
    "crude_rate": "rate_crude",
    "dsr": "rate_dsr",
    "isr_ratio": "ratio_isr",
    "ratio": "ratio_count",
}
FEWEST_EVENTS = 10  # a directly standardised rate of fewer events is not shown

_USUAL_PER = {"proportion": 100, "rate_crude": 10_000, "rate_dsr": 10_000}
_OWN_SCALE = {"ratio_count": 1, "ratio_isr": 100}


class Kind(NamedTuple):
    """What is drawn: the statistic, its unit, the years of data, the model of overdispersion."""

    statistic: str
    per: float
    years: float
    model: str | None

    @classmethod
    def of(
        cls, statistic: str, per: float | None, years: float | None, model: str | None
    ) -> "Kind":
        """The kind that a call asks for, checked; ratios keep the scale of their own."""
        rows.one_of("statistic", statistic, (*STATISTICS, *ALIASES))
        statistic = ALIASES.get(statistic, statistic)
        if model is not None:
            rows.one_of("overdispersion", model, funnels.OVERDISPERSION)
        per = rows.positive("per", _USUAL_PER.get(statistic, 1) if per is None else per)
        years = rows.positive("years_of_data", 1 if years is None or years != years else years)
        is_rate = statistic.startswith("rate")
        return cls(statistic, _OWN_SCALE.get(statistic, per), years if is_rate else 1.0, model)

    @property
    def family(self) -> str:
        """proportion, rate or ratio."""
        return self.statistic.split("_")[0]

    def shown(self, figure: np.ndarray) -> np.ndarray:
        """A count over its denominator in the unit of the chart; ratios of counts are about 0."""
        return self.per * figure - (self.statistic == "ratio_count")

    def is_hidden(self, count: np.ndarray, fewest: float) -> np.ndarray:
        """True for the counts of a directly standardised rate that are too low to show it."""
        return (self.statistic == "rate_dsr") & (count >= 0) & (count < fewest)

    def words(self, size: int) -> dict[str, pd.Categorical]:
        """The columns that say what was done."""
        word = "wilson" if self.family == "proportion" else "exact"
        method = word if self.model is None else f"{word}_{self.model}"
        return rows.described(self.statistic, method, size)


class Areas(NamedTuple):
    """Events and denominator of each row, NaN where they cannot be used, and why not."""

    count: np.ndarray
    denominator: np.ndarray
    why: Reasons
    events: np.ndarray  # the count as it stands in the table


def areas_of(
    df: pd.DataFrame, kind: Kind, columns: Mapping[str, str | None], fewest: float = 0
) -> Areas:
    """The areas of a table; the denominator of a rate is got from the rate where it has one.

    Directly standardised rates of fewer than the `fewest` events are left out.
    """
    if kind.statistic == "rate_dsr" and columns["rate"] is None:
        raise UsageError(
            thing="rate",
            rule="names the column of published rates for rate_dsr",
            got="none",
            action="Name it, or use rate_crude.",
        )
    (count,), rules = rows.read(df, count=columns["count"])
    rules.append((count < 0, "count below zero"))
    rules.append((kind.is_hidden(count, fewest), f"fewer than {fewest} events"))
    denominator, more = _denominator(df, count, kind, columns)
    if kind.family == "proportion":
        more.append((count > denominator, "count above denominator"))
    why = first_reason([*rules, *more], len(df))
    usable = (np.where(why.ok, figure, np.nan) for figure in (count, denominator))
    return Areas(*usable, why, count)


def _denominator(
    df: pd.DataFrame, count: np.ndarray, kind: Kind, columns: Mapping[str, str | None]
) -> tuple[np.ndarray, rows.Rules]:
    """The denominator of each row, and what can be wrong with it or with the rate it is from."""
    from_rate = (count != 0) & (kind.family == "rate") & (columns["rate"] is not None)
    found, rules = np.full(len(df), np.nan), []
    if kind.family == "rate" and columns["rate"] is not None:
        (rate,), more = rows.read(df, rate=columns["rate"])
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            found = np.where(from_rate, kind.per * count / rate, np.nan)
        more += [(rate <= 0, "rate not above zero"), (np.isinf(found), "rate too near zero")]
        rules += [(broken & from_rate, words) for broken, words in more]
    if kind.statistic == "rate_dsr":
        return found, [*rules, (~from_rate, "no denominator without events")]
    (given,), more = rows.read(df, denominator=columns["denominator"])
    more.append((given <= 0, "denominator not above zero"))
    rules += [(broken & ~from_rate, words) for broken, words in more]
    return np.where(from_rate, found, given), rules
