"""Small numbers are withheld before anything is compared, ranked or written.

A withheld count takes its value, interval and denominator with it, so that nothing beside it
gives it back, and so do the rows that would narrow it down together with all others: categories of
its breakdown, the other sex, other places of its authority, running totals, and the same number
under another name. Published figures keep their publisher's control.
"""

import numpy as np
import pandas as pd

from cyp_analysis.build.disclosure_cells import BASE, KEY, add_bounds, add_parts, numbers_of
from cyp_analysis.build.disclosure_sums import system_of
from cyp_analysis.build.indicators import first_part, with_note
from cyp_analysis.catalogue import Catalogue, DisclosureRule, Indicator
from cyp_analysis.catalogue_model import IMPLIED, OWN
from cyp_analysis.methods import disclosure_rules
from cyp_analysis.methods.secondary_suppression import protect
from cyp_analysis.schema import NUMBERS

SUPPRESSED = "suppressed (c): based on small numbers"
_NAMES = ["source", "measure", "own_type", "own_category", *BASE]
# What makes a local figure the same one in every table.
FIGURE_KEY = [name for name in KEY if name != "source"]
_FIGURES = ["count", "denominator", "value", "is_share"]


def suppress(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Withhold what each indicator's rule protects, and what would give it back."""
    return suppress_beside(indicators, None, catalogue)[0]


def suppress_beside(
    indicators: pd.DataFrame, local: pd.DataFrame | None, catalogue: Catalogue
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """As `suppress`, decided together with `local` figures that other tables show, so that no table
    tells what another withholds; and the keys of the local figures that must go."""
    rows = indicator_figures(indicators, catalogue)
    beside = pd.DataFrame(columns=rows.columns) if local is None else local
    both = pd.concat([part for part in (rows, beside) if len(part)] or [rows], ignore_index=True)
    gone = withheld_of(both, catalogue.disclosure).to_numpy()
    hidden = pd.Series(False, index=indicators.index)
    hidden[rows.index] = gone[: len(rows)]
    return withhold(indicators, hidden), beside.loc[gone[len(rows) :], FIGURE_KEY]


def is_in(rows: pd.DataFrame, keys: pd.DataFrame) -> pd.Series:
    """True for the rows whose columns of FIGURE_KEY are among the keys."""
    known = pd.MultiIndex.from_frame(keys[FIGURE_KEY])
    found = pd.MultiIndex.from_frame(rows[FIGURE_KEY]).isin(known)
    return pd.Series(found, index=rows.index)


def indicator_figures(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The rows under a rule that withholds, with what they count in the words of its source."""
    known = catalogue.indicators.values()
    rules = indicators["indicator_id"].map({i.id: i.disclosure for i in known})
    active = [r.id for r in catalogue.disclosure.values() if r.suppress_to is not None]
    rows = indicators[rules.isin(active)]
    named = {i.id: _identity(i) for i in known if i.id in set(rows["indicator_id"])}
    of_row = rows["indicator_id"]
    names = {n: of_row.map({i: named[i][at] for i in named}) for at, n in enumerate(_NAMES)}
    shares = {i.id for i in known if is_share(i)}
    rows = rows.assign(**names, rule=rules[rows.index], is_share=of_row.isin(shares))
    chosen = rows["own_type"] != ""
    return rows.assign(
        category_type=rows["category_type"].mask(chosen, rows["own_type"]),
        category=rows["category"].mask(chosen, rows["own_category"]),
    )


def is_share(indicator: Indicator) -> bool:
    """Whether an indicator is a share of the people in its denominator."""
    return indicator.statistic == "proportion" or indicator.unit == "%"


def _identity(indicator: Indicator) -> tuple[str, ...]:
    """Source, measure and chosen category of what is counted, then of the base it is put on."""
    part, base = indicator.numerator or first_part(indicator), indicator.denominator
    own = ("", indicator.id) if indicator.numerator is None else (part.source, part.measure)
    chosen = (part.category_type, part.category) if part.category else ("", "")
    if base is None or base.source in (OWN, IMPLIED) or base.lag_years:
        return (*own, *chosen, "", "", "", "")
    return (*own, *chosen, base.source, base.measure, base.category_type, base.category)


def to_withhold(rows: pd.DataFrame, rule: DisclosureRule, shares: frozenset[str]) -> pd.Series:
    """True for the rows of one rule that must go; `shares` are the indicators in percent.

    Without columns of their own for it, rows of an indicator count what no other one does.
    """
    of_row = rows["indicator_id"]
    usual = {"source": "", "measure": of_row, "rule": rule.id, "is_share": of_row.isin(shares)}
    usual |= dict.fromkeys(BASE, "")
    rows = rows.assign(**{name: given for name, given in usual.items() if name not in rows})
    return withheld_of(rows, {rule.id: rule})


def withheld_of(rows: pd.DataFrame, rules: dict[str, DisclosureRule]) -> pd.Series:
    """True for the rows that must go, each under the rule that its column `rule` names."""
    nothing = pd.Series(False, index=rows.index)
    kept = [*KEY, *BASE, *_FIGURES, "rule"]
    rows = rows.assign(within=_within(rows))[[*kept, "within"]]
    parts = add_parts(rows)
    each = [add_bounds(part, rules[name]) for name, part in parts.groupby("rule", observed=True)]
    bounded = pd.concat(each).loc[rows.index] if each else parts.iloc[:0]
    if not len(bounded):
        return nothing
    numbers = numbers_of(bounded)
    system = system_of(numbers.cells)
    hidden = np.append(protect(system)[: len(numbers.cells)], False)
    return pd.Series(hidden[numbers.of_row] | hidden[numbers.of_base], index=rows.index)


def _within(rows: pd.DataFrame) -> pd.Series | str:
    """What each row is a part of, beside others of its kind; empty where it is of nothing."""
    return rows["within"].fillna("") if "within" in rows else ""


def is_small(count: pd.Series, rule: DisclosureRule) -> pd.Series:
    """True where the rule withholds the count; missing counts are not small."""
    return pd.Series(disclosure_rules.is_small(count, rule), index=count.index)


def withhold(indicators: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    """Every number of the rows chosen goes missing together, with the reason."""
    bare = indicators.assign(
        **{name: indicators[name].mask(hidden) for name in NUMBERS},
        method=indicators["method"].mask(hidden, "none"),
        value_note=indicators["value_note"].mask(hidden, ""),
    )
    return with_note(bare, hidden, SUPPRESSED)
