"""Tables that are worked out from the safe figures of an edition, each by a module of its own.

A derived table sees nothing that the indicator table does not show: it is made after disclosure
control, from the indicator rows, their comparisons, the registers and the catalogue.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module

import pandas as pd

from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_tables import TABLES

# Table of the edition → module of this package and function; later ones may read earlier ones.
DERIVED: dict[str, str] = {}


@dataclass(frozen=True)
class Inputs:
    """What a derived table is made from; `tables` are those derived before it."""

    indicators: pd.DataFrame = field(repr=False)
    comparisons: pd.DataFrame = field(repr=False)
    registers: Mapping[str, pd.DataFrame] = field(repr=False)
    catalogue: Catalogue = field(repr=False)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)


def derive(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """Every derived table, its columns in the order of `edition_tables.TABLES`."""
    for name, place in DERIVED.items():
        inputs.tables[name] = _maker(place)(inputs)[TABLES[name]].reset_index(drop=True)
    return inputs.tables


def _maker(place: str) -> Callable[[Inputs], pd.DataFrame]:
    module, function = place.rsplit(".", 1)
    return getattr(import_module(f"cyp_analysis.build.{module}"), function)
