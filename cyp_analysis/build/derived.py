"""Tables that are worked out from the safe figures of an edition, each by a module of its own.

A derived table sees nothing that the indicator table does not show: it is made after disclosure
control, from the indicator rows, their comparisons, the registers and the catalogue. One that needs
figures of no indicator takes the count tables and withholds small numbers itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

import pandas as pd

from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.loaders import CountTable, ReferenceTable

# Table of the edition → module of this package and function; later ones may read earlier ones.
DERIVED: dict[str, str] = {
    "league": "learning.build_league",
    "attainment_gaps": "learning_gaps.build_gaps",
    "comparators": "comparators.compare_with_groups",
    "spreads": "spreads.find_spreads",
    "funnels": "funnels.find_funnels",
    "slopes": "slopes.find_slopes",
    "outliers": "outliers.find_outliers",
    "places": "places.build_places",
    "outlines": "places_outlines.build_outlines",
    "deprivation_profile": "places_deprivation.build_profile",
    "population": "population.build_population",
    "projections": "population_projections.build_projections",
    "projected_need": "population_need.build_need",
    "surveys": "surveys.surveys",
    "inequalities": "inequalities.inequalities",
    "gradients": "inequalities_slopes.gradients",
    "representation": "inequalities_shares.representation",
    "histories": "histories.histories",
    "plan_measures": "plans.follow_measures",
    "plan_objectives": "plans.follow_objectives",
    "plan_actions": "plans_actions.read_actions",
    "plan_action_figures": "plans_actions.measure_actions",
    "plan_risks": "plans_registers.read_risks",
    "plan_savings": "plans_registers.check_savings",
    "index_measures": "ratings.rate_measures",
    "index_aspirations": "ratings.rate_aspirations",
    "prevalence": "needs.prevalence_table",
    "need": "needs_ledger.need_table",
    "provision": "needs_provision.provision_table",
    "waits": "needs_waits.waits_table",
    "service_figures": "flows_figures.service_figures",
    "flows": "flows.build_flows",
    "reconciliations": "flows_stocks.reconcile",
    "panels": "flows_panels.build_panels",
    "panel_checks": "flows_checks.check_panels",
    "audits": "flows_audits.grade_audits",
    "target_tiles": "flows_targets.target_tiles",
}


@dataclass(frozen=True)
class Inputs:
    """What a derived table is made from; `tables` are those derived before it."""

    indicators: pd.DataFrame = field(repr=False)
    comparisons: pd.DataFrame = field(repr=False)
    registers: Mapping[str, pd.DataFrame] = field(repr=False)
    catalogue: Catalogue = field(repr=False)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    # Figures as read, before disclosure control: who makes a table of them must withhold first.
    counts: Sequence[CountTable] = field(default=(), repr=False)
    # Keys of the local figures that must go; None where that has not been decided.
    withheld: pd.DataFrame | None = field(default=None, repr=False)
    # Lookups, boundaries and lists.
    references: Sequence[ReferenceTable] = field(default=(), repr=False)


def derive(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """Every derived table, its columns in the order of `edition_tables.TABLES`."""
    for name, place in DERIVED.items():
        made = _maker(place)(inputs)[TABLES[name]].reset_index(drop=True)
        inputs.tables[name] = _texts_where_nothing(made)
    return inputs.tables


def _texts_where_nothing(table: pd.DataFrame) -> pd.DataFrame:
    """Columns without any value as texts: Parquet would keep them as of no type, which no filter
    can be asked of."""
    empty = [name for name in table if table[name].dtype == object and table[name].isna().all()]
    return table.astype(dict.fromkeys(empty, "str")) if empty else table


def _maker(place: str) -> Callable[[Inputs], pd.DataFrame]:
    module, function = place.rsplit(".", 1)
    return getattr(import_module(f"cyp_analysis.build.{module}"), function)
