"""Counts of a table under a disclosure rule: what goes, what is said of it, what a reader sees."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import DisclosureRule
from cyp_analysis.catalogue import disclosure_rules as catalogue_rules
from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.reasons import Reasons, add_notes, first_reason
from cyp_analysis.methods import disclosure_rules
from cyp_analysis.methods.secondary_suppression import Cells, Margin, secondary_cells

_LIMITS = ("lower_ci", "upper_ci", "lower_pi", "upper_pi")
# What this package works out of a count and its denominator: beside a public denominator or the
# values of other rows each of them narrows the count down, most of them to one number. Words do so
# too: an area of 50 children that is higher than a benchmark of 5% has at least 6.
_OF_VALUE = {
    *("value", "p_value", "q_value", "significant", "discovery"),
    *("difference", "gap_percent", "target_variance", "margin_of_error", "rate_chart"),
    *("rank", "rank_lower", "rank_upper", "rank_tied"),
    *("side", "outcome", "direction", "significance", "target_met"),
}
# What the value has to be multiplied by, or taken from, to get back to the count; the method says
# whether the count is below 10.
_OF_COUNT = {
    *("denominator", "denominator_derived", "observed", "expected", "total", "standard_deviation"),
    *("total_count", "total_population", "deaths_used", "population_used", "years_lost"),
    *("base", "base_weighted", "effective_base", "population_correction", "method"),
    *("rest_value", "rest_base", "rest_effective_base"),
    *("reference_count", "reference_denominator", "benchmark_count"),
}
# Counts of others on which a value rests: a small one must not be given back either.
_COMPARED_WITH = ("reference_count", "benchmark_count")
_NO_RULE = DisclosureRule(id="none", note="", withholds="nothing")
_RATES = {"crude_rate": "rate_from", "age_standardised_rate": "standardised_rate_from"}


def rules() -> dict[str, DisclosureRule]:
    """The rules of the catalogue by name; one about rates is two, `ons_crude_rate` and
    `ons_age_standardised_rate`, each with the events below which its rate is withheld."""
    found: dict[str, DisclosureRule] = {}
    for name, rule in catalogue_rules().items():
        if rule.withholds == "count" and rule.suppress_to is None:
            continue
        kinds = [kind for kind, field in _RATES.items() if getattr(rule, field) is not None]
        found |= {f"{name}_{kind}": _of_rate(rule, kind) for kind in kinds} or {name: rule}
    return found


def _of_rate(rule: DisclosureRule, kind: str) -> DisclosureRule:
    """The rule for one kind of rate: from no event at all to one too few."""
    least = getattr(rule, _RATES[kind])
    one = {field: least if name == kind else None for name, field in _RATES.items()}
    return replace(rule, **one, suppress_from=0, suppress_to=least - 1)


def leaves_gaps(rule: DisclosureRule) -> bool:
    """True where withheld counts are gaps, which a total can give back."""
    return rule.withholds == "count" and rule.suppress_to is not None and rule.shown_as is None


class Control(NamedTuple):
    """Counts, NaN where they cannot be judged, the rule, and why a count cannot be judged."""

    count: np.ndarray
    geography: np.ndarray
    has_no_place: np.ndarray
    rule: DisclosureRule
    why: Reasons

    def withheld(self, margins: Sequence[Margin]) -> tuple[np.ndarray, np.ndarray]:
        """What goes, and what of it a margin gives back all the same."""
        first = disclosure_rules.is_withheld(self.count, self.rule, self.geography)
        probe = np.full(self.count.shape, 1.0)
        spared = ~disclosure_rules.is_withheld(probe, self.rule, self.geography)
        below = np.where(spared, 0.0, (self.rule.suppress_to or 0) + 1.0)
        return secondary_cells(Cells(self.count, first, below), margins)

    def beside_small(self, df: pd.DataFrame) -> np.ndarray:
        """Rows with a value that rests on a small count of others, and would give it back."""
        names = [name for name in _COMPARED_WITH if {name, "value"} <= set(df.columns)]
        found = np.zeros(len(df), dtype=bool)
        for name in names if self.rule.withholds == "count" else ():
            found |= disclosure_rules.is_withheld(rows.numbers(df, name), self.rule, self.geography)
        return found

    def reasons(
        self, withheld: np.ndarray, exposed: np.ndarray, beside: np.ndarray | bool = False
    ) -> Reasons:
        """What is said of a row that is withheld, compared with one that is, or flagged."""
        rule, flagged = self.rule, self.flagged(withheld)
        alone = f"suppressed ({rule.symbol}), but its total gives it back: withhold that too"
        small = f"small number ({rule.flag}): fewer than {rule.unreliable_below}"
        words = f"suppressed ({rule.symbol})"
        if rule.withholds == "rate":
            words = f"suppressed ({rule.symbol}): fewer than {rule.suppress_to + 1:.0f} events"
        elif rule.shown_as is not None:
            words = f"suppressed, shown as {rule.shown_as}"
        compared = (beside, "compared with a number that is suppressed")
        rules = [(exposed, alone), (withheld, words), compared, (flagged, small)]
        return first_reason(rules, withheld.size)

    def flagged(self, withheld: np.ndarray) -> np.ndarray:
        """Where a count is shown with a flag."""
        return disclosure_rules.is_flagged(self.count, self.rule, self.geography) & ~withheld

    def shown(self, withheld: np.ndarray) -> np.ndarray:
        """The text that a reader sees."""
        return disclosure_rules.shown_figures(self.count, withheld, self.rule, self.geography)

    def symbols(self, withheld: np.ndarray, share: np.ndarray) -> np.ndarray:
        """The symbol of each row, empty for none; k for a share that rounds to zero."""
        low = (share > 0) & (share < self.rule.low_percentage)
        flags = np.where(self.flagged(withheld), self.rule.flag, np.where(low, "k", ""))
        return np.where(withheld, self.rule.symbol, flags)

    def bared(
        self, df: pd.DataFrame, withheld: np.ndarray, exposed: np.ndarray, names: Sequence[str]
    ) -> pd.DataFrame:
        """The table with the reasons, and the named columns missing where the count is withheld."""
        gone, beside = withheld | self.has_no_place, np.zeros(len(df), dtype=bool)
        if any(map(_is_of_value, names)):
            beside = self.beside_small(df)
        notes = add_notes(df, self.reasons(withheld, exposed, beside), strict=False)
        figures = {
            name: _without(rows.column(df, name), gone | (beside & _rests_on_others(name)))
            for name in names
        }
        return df.assign(**figures, value_note=notes)


def control(df: pd.DataFrame, count: str, rule: str | None, geography: str) -> Control:
    """The counts of a table with a rule by name, None for no rule at all."""
    known = _NO_RULE if rule is None else rules()[rows.one_of("rule", rule, rules())]
    (figures,), broken = rows.read(df, count=count)
    words, has_no_place = _geographies(df, geography)
    unexplained = (rows.notes_of(df) == "").to_numpy()
    # A missing count that came with a reason keeps that reason alone.
    broken = [(each & unexplained if "missing" in said else each, said) for each, said in broken]
    broken += [(figures < 0, "count below zero"), (has_no_place, "geography missing")]
    usable = np.isfinite(figures) & (figures >= 0) & ~has_no_place
    why = first_reason(broken, len(df))
    return Control(np.where(usable, figures, np.nan), words, has_no_place, known, why)


def revealing(df: pd.DataFrame, rule: DisclosureRule) -> list[str]:
    """Columns of a table that give a withheld figure back: value, limits, denominator and the like.

    Beside a rate that is withheld as unreliable, the count and the denominator may stand.
    """
    of_count = set() if rule.withholds == "rate" else _OF_COUNT
    return [name for name in df.columns if _is_of_value(name) or _without_level(name) in of_count]


def _is_of_value(name: object) -> bool:
    """True for a column that was worked out of the value, such as a limit."""
    return _without_level(name) in _OF_VALUE or any(limit in str(name) for limit in _LIMITS)


def _rests_on_others(name: str) -> bool:
    """True for a column that gives back the count of others with which a row is compared."""
    return _is_of_value(name) or name in _COMPARED_WITH


def _without_level(name: object) -> str:
    """The name of a column less its level of confidence: significant_95 is significant."""
    return re.sub(r"_9\d+$", "", str(name))


def _without(figures: pd.Series, gone: np.ndarray) -> pd.Series:
    """A column that is missing in some rows; true and false stay so."""
    if figures.dtype == bool:
        figures = figures.astype("boolean")
    return figures.mask(gone)


def refuse_added(names: Sequence[str], added: Sequence[str]) -> None:
    """UsageError if a column that is worked on is also one that the result adds."""
    clash = [name for name in names if name in added]
    if clash:
        raise UsageError(
            thing="columns",
            rule=f"are not called {', '.join(added)}, which are added",
            got=", ".join(clash),
            action="Rename the column first.",
        )


def _geographies(df: pd.DataFrame, geography: str) -> tuple[np.ndarray, np.ndarray]:
    """The geography word of each row, or one for all, and where it is missing."""
    if geography in disclosure_rules.GEOGRAPHIES:
        return np.array(geography, dtype=object), np.zeros(len(df), dtype=bool)
    if geography not in df.columns:
        known = ", ".join(disclosure_rules.GEOGRAPHIES)
        raise UsageError(
            thing="geography",
            rule=f"a column of the table, or one of {known}",
            got=repr(geography),
            action="Name one or the other.",
        )
    words = rows.column(df, geography).astype(object)
    missing = words.isna().to_numpy()
    return words.where(~missing, "any").to_numpy(), missing
