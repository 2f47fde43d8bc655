"""Who is behind: each group of children beside the others, tested, and how many children it is."""

import pandas as pd

from cyp_analysis import equity
from cyp_analysis.build import derived
from cyp_analysis.build.inequalities_behind import add_children_behind
from cyp_analysis.build.inequalities_groups import group_rows
from cyp_analysis.build.inequalities_tests import add_tests
from cyp_analysis.edition_tables import TABLES

COLUMNS = TABLES["inequalities"]


def inequalities(inputs: derived.Inputs) -> pd.DataFrame:
    """One row = indicator × area × period × group of children; COLUMNS.

    `reference`: `rest` (all other groups together), `other` (the one other group), `everyone` (all
    children of the area, the group among them) or none. `gap` is the group's value less the
    reference's, in the indicator's unit; `ratio` the one over the other. `behind` is the number of
    children above (+) or below (−) what the reference's value would give the group.
    """
    rows = group_rows(inputs.indicators, inputs.catalogue, equity.load())
    tested = rows.pipe(add_tests).pipe(add_children_behind)
    return tested[tested["value"].notna()].reindex(columns=COLUMNS)
