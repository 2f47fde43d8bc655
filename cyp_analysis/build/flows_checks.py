"""Sums and pages of a document that should agree, and whether they do."""

import pandas as pd

from cyp_analysis import service_catalogue
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.disclosure import is_in, is_small
from cyp_analysis.build.flows_figures import RULE, local_rows
from cyp_analysis.build.flows_panels import DAY, cross, plain
from cyp_analysis.schema import SOURCE_COLUMNS
from cyp_analysis.service_catalogue import Panel

_SLACK = 1e-9


def check_panels(inputs: Inputs) -> pd.DataFrame:
    """Sums and pairs of figures that should agree, and whether they do.

    Of sums that agree only that is told, for a sum can give back a withheld number; a pair with a
    number too small to show is left out.
    """
    rows = local_rows(inputs.counts)
    shown = rows if inputs.withheld is None else rows[~is_in(rows, inputs.withheld)]
    sums = [_panel_sums(rows, panel) for panel in service_catalogue.panels().values()]
    table = pd.concat([*(each.assign(is_sum=True) for each in sums), _agreements(shown)])
    rule = inputs.catalogue.disclosure[RULE]
    small = is_small(table["first"], rule) | is_small(table["second"], rule)
    known = table["first"].notna() & table["second"].notna()
    table = table[~small & known].reset_index(drop=True)
    agrees = (table["first"] - table["second"]).abs() < _SLACK
    bare = {name: table[name].mask(agrees & table["is_sum"]) for name in ("first", "second")}
    return table.assign(agrees=agrees, **bare)


def _panel_sums(rows: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Each group over all placements against its printed total, and each placement over all groups
    against its own."""
    totals = plain(rows, panel.measure, panel.group)
    made = [_against_all(totals, rows, panel)]
    for by in panel.crosses:
        cells = cross(rows, panel, by)
        of_rows = _sums(cells, "row_name")
        own = totals[[*DAY, "row_name", "count", *SOURCE_COLUMNS]]
        both = of_rows.merge(own.rename(columns={"count": "second"}), on=[*DAY, "row_name"])
        made.append(both.assign(what=both["row_name"] + f": sum by {by} and total"))
        if by in panel.totals:
            made.append(_against_totals(cells, plain(rows, panel.totals[by], by), by))
    return pd.concat([table for table in made if len(table)] or made[:1], ignore_index=True)


def _against_all(totals: pd.DataFrame, rows: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """All rows of a panel together against the total that the same measure prints."""
    sums = _sums(totals)
    printed = rows[(rows["measure"] == panel.measure) & (rows["category_type"] == "")]
    printed = printed[[*DAY, "count", *SOURCE_COLUMNS]].rename(columns={"count": "second"})
    return sums.merge(printed, on=DAY).assign(what=f"{panel.group}s together and total")


def _against_totals(cells: pd.DataFrame, totals: pd.DataFrame, by: str) -> pd.DataFrame:
    sums = _sums(cells, "group")
    printed = totals.rename(columns={"row_name": "group", "count": "second"})
    both = sums.merge(printed[[*DAY, "group", "second", *SOURCE_COLUMNS]], on=[*DAY, "group"])
    return both.assign(what=both["group"] + f": sum over placements and total by {by}")


def _sums(rows: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Sums of a day; a sum with a blank among its cells is unknown."""
    sums = rows.groupby([*DAY, *by])["count"].agg(lambda counts: counts.sum(skipna=False))
    return sums.rename("first").reset_index()


def _agreements(rows: pd.DataFrame) -> pd.DataFrame:
    """Pairs of figures of one document and day that should be the same."""
    made = []
    for pair in service_catalogue.agreements().values():
        first, second = (_figure(rows, each) for each in (pair.first, pair.second))
        both = first[[*DAY, "first", *SOURCE_COLUMNS]].merge(second[[*DAY, "second"]], on=DAY)
        made.append(both.assign(what=pair.what, is_sum=False))
    return pd.concat(made, ignore_index=True)


def _figure(rows: pd.DataFrame, wanted: dict[str, str]) -> pd.DataFrame:
    """The count of one figure, else its value, as `first` and as `second`."""
    mine = rows[
        (rows["measure"] == wanted["measure"])
        & (rows["category"] == wanted.get("category", ""))
        & (rows["sex"] == "persons")
    ]
    figure = mine["count"].fillna(mine["value"])
    return mine.assign(first=figure, second=figure)
