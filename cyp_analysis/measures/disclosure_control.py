"""Counts of a table under a disclosure rule: what goes, what is said of it, what a reader sees."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.reasons import Reasons, add_notes, first_reason
from cyp_analysis.methods import disclosure_rules
from cyp_analysis.methods.disclosure_rules import RULES, DisclosureRule
from cyp_analysis.methods.secondary_suppression import Cells, Margin, secondary_cells

_LIMITS = ("lower_ci", "upper_ci", "lower_pi", "upper_pi")
_NO_RULE = DisclosureRule(source="")


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
        below = disclosure_rules.withheld_below(self.rule, self.geography)
        return secondary_cells(
            Cells(self.count, first, np.broadcast_to(below, first.shape)), margins
        )

    def reasons(self, withheld: np.ndarray, exposed: np.ndarray) -> Reasons:
        """What is said of a row that is withheld, or flagged."""
        rule, flagged = self.rule, self.flagged(withheld)
        alone = f"suppressed ({rule.symbol}), but its total gives it back: withhold that too"
        small = f"small number ({rule.flag}): fewer than {rule.flagged_below}"
        words = f"suppressed ({rule.symbol})"
        if rule.withholds == "rate":
            words = f"suppressed ({rule.symbol}): fewer than {rule.withheld_below} events"
        elif not rule.leaves_gaps:
            words = f"suppressed, shown as {rule.symbol}"
        return first_reason([(exposed, alone), (withheld, words), (flagged, small)], withheld.size)

    def flagged(self, withheld: np.ndarray) -> np.ndarray:
        """Where a count is shown with a flag."""
        return disclosure_rules.is_flagged(self.count, self.rule, self.geography) & ~withheld

    def shown(self, withheld: np.ndarray) -> np.ndarray:
        """The text that a reader sees."""
        return disclosure_rules.shown_figures(self.count, withheld, self.rule, self.geography)

    def symbols(self, withheld: np.ndarray, share: np.ndarray) -> np.ndarray:
        """The symbol of each row, empty for none; k for a share that rounds to nought."""
        low = (share > 0) & (share < self.rule.low_percentage)
        flags = np.where(self.flagged(withheld), self.rule.flag, np.where(low, "k", ""))
        return np.where(withheld, "" if self.rule.symbol.isdigit() else self.rule.symbol, flags)

    def bared(
        self, df: pd.DataFrame, withheld: np.ndarray, exposed: np.ndarray, names: Sequence[str]
    ) -> pd.DataFrame:
        """The table with the reasons, and the named columns missing where the count is withheld."""
        notes = add_notes(df, self.reasons(withheld, exposed), strict=False)
        gone = withheld | self.has_no_place
        figures = {name: rows.column(df, name).mask(gone) for name in names}
        return df.assign(**figures, value_note=notes)


def control(df: pd.DataFrame, count: str, rule: str | None, geography: str) -> Control:
    """The counts of a table with a rule by name, None for no rule at all."""
    known = _NO_RULE if rule is None else RULES[rows.one_of("rule", rule, RULES)]
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
    """Columns of a table that give a withheld figure back: value, limits and denominator.

    Beside a rate that is withheld as unreliable, the count and the denominator may stand.
    """
    plain = {"value"} if rule.withholds == "rate" else {"value", "denominator"}
    return [name for name in df.columns if name in plain or str(name).startswith(_LIMITS)]


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
