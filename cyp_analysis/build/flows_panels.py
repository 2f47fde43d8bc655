"""Placements crossed with sex, age, duration and ethnicity: numbers are protected down and across.

The total of every placement and of every group counts as known, so a small number alone in its row
or column takes the next smallest with it (methods.secondary_suppression).
"""

import numpy as np
import pandas as pd

from cyp_analysis import service_catalogue
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.disclosure import SUPPRESSED, is_in, is_small
from cyp_analysis.build.flows_figures import RULE, local_rows
from cyp_analysis.methods.secondary_suppression import Cells, Margin, secondary_cells
from cyp_analysis.service_catalogue import Panel

TOTAL, MEAN, RATIO = "all", "mean months", "males for each female"
DAY = ["area_code", "period_start", "period_end"]
_JOINT = " | "


def build_panels(inputs: Inputs) -> pd.DataFrame:
    """One row = area × day × panel × row (placement) × by (all, sex, age …) × group.

    `count` and `share` of the row's children; by `mean months` the value is a mean. Rows with an
    empty `row_name` are the sums of a group over all placements.
    """
    rows = local_rows(inputs.counts)
    # What another table withholds is not shown here either.
    gone = False if inputs.withheld is None else is_in(rows, inputs.withheld)
    rows = rows.assign(gone=gone)
    made = [
        _panel(rows, panel, inputs.catalogue.disclosure[RULE])
        for panel in service_catalogue.panels().values()
    ]
    return pd.concat(made, ignore_index=True)


def _panel(rows: pd.DataFrame, panel: Panel, rule) -> pd.DataFrame:
    totals = plain(rows, panel.measure, panel.group).assign(by=TOTAL, group="", order=0)
    crossed = [cross(rows, panel, by) for by in panel.crosses]
    means = plain(rows, panel.mean, panel.group).assign(by=MEAN, group="", order=0)
    parts = [_protected(totals, rule)]
    gone = _withheld_rows(parts[0])
    parts += [_protected_cross(cells, rule, gone) for cells in crossed if len(cells)]
    parts.append(_without(means, gone).assign(denominator=np.nan))
    made = pd.concat([part for part in parts if len(part)] or [totals], ignore_index=True)
    both = pd.concat([_with_shares(made), _ratio(made)], ignore_index=True)
    return both.assign(panel_id=panel.id)


def _ratio(rows: pd.DataFrame) -> pd.DataFrame:
    """Males for each female among all, where both numbers are shown."""
    sums = rows[(rows["by"] == "sex") & (rows["row_name"] == "")]
    males, females = (sums[sums["group"] == name] for name in ("Male", "Female"))
    both = males.merge(females[[*DAY, "count"]], on=DAY, suffixes=("", "_females"))
    value = both["count"] / both["count_females"].where(both["count_females"] > 0)
    bare = dict.fromkeys(("count", "denominator", "share"), np.nan)
    return both.assign(value=value, by=RATIO, group="", **bare).drop(columns="count_females")


def plain(rows: pd.DataFrame, measure: str, category_type: str) -> pd.DataFrame:
    """The figures of a measure by its one grouping: `row_name`, in the order of the document."""
    mine = rows[(rows["measure"] == measure) & (rows["category_type"] == category_type)]
    return mine.rename(columns={"category": "row_name"}).sort_values("source_row")


def cross(rows: pd.DataFrame, panel: Panel, by: str) -> pd.DataFrame:
    """The figures of placement × group: `row_name` and `group`, misprinted labels mended."""
    kind = f"{panel.group}{_JOINT}{by}"
    mine = plain(rows, panel.crosses[by], kind)
    if mine.empty:
        return mine.assign(by=by, group="", order=0)
    parts = mine["row_name"].str.split(_JOINT, n=1, regex=False, expand=True)
    group = parts[1].replace(panel.labels)
    order = pd.Series(pd.factorize(group)[0], index=mine.index)
    return mine.assign(row_name=parts[0], group=group, by=by, order=order)


def _protected(totals: pd.DataFrame, rule) -> pd.DataFrame:
    """Totals of placements; what all of them together would give back goes as well."""
    first = is_small(totals["count"], rule) | totals["gone"]
    return _hidden(totals, _secondary(totals, first, rule, ["row_name"]))


def _protected_cross(cells: pd.DataFrame, rule, gone: pd.DataFrame) -> pd.DataFrame:
    """Cells of one cross, and the sum of each group, with small ones and their rows withheld.

    Placements and groups without any child have nothing to withhold: they are left out.
    """
    for name in ("row_name", "group"):
        total = cells.groupby([*DAY, name])["count"].transform(lambda counts: counts.abs().sum())
        cells = cells[(total > 0) | cells["count"].isna()]
    first = is_small(cells["count"], rule) | _is_in(cells, gone) | cells["gone"]
    hidden = _secondary(cells, first, rule, ["row_name", "group"])
    return pd.concat([_hidden(cells, hidden), _group_sums(cells, rule)], ignore_index=True)


def _secondary(rows: pd.DataFrame, first: pd.Series, rule, names: list[str]) -> pd.Series:
    """What goes: `first`, and what the totals of each of `names` would give back."""
    if not first.any():
        return first
    counts = rows["count"].to_numpy(float)
    below = np.full(counts.size, float(rule.suppress_to + 1))
    day = rows.groupby(DAY).ngroup().astype("str")
    grouped = [day] if len(names) == 1 else [day + "|" + rows[name] for name in names]
    margins = [Margin(pd.factorize(g)[0], np.zeros(counts.size, dtype=bool)) for g in grouped]
    hidden, _ = secondary_cells(Cells(counts, first.to_numpy(), below), margins)
    return pd.Series(hidden, index=rows.index)


def _hidden(rows: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    bare = {name: rows[name].mask(hidden) for name in ("count", "denominator", "value")}
    return rows.assign(**bare, value_note=rows["value_note"].mask(hidden, SUPPRESSED))


def _withheld_rows(totals: pd.DataFrame) -> pd.DataFrame:
    gone = totals[totals["value_note"] == SUPPRESSED]
    return gone[[*DAY, "row_name"]].drop_duplicates()


def _is_in(rows: pd.DataFrame, gone: pd.DataFrame) -> pd.Series:
    keys = pd.MultiIndex.from_frame(gone)
    return pd.Series(
        pd.MultiIndex.from_frame(rows[[*DAY, "row_name"]]).isin(keys), index=rows.index
    )


def _without(rows: pd.DataFrame, gone: pd.DataFrame) -> pd.DataFrame:
    return _hidden(rows, _is_in(rows, gone)) if len(rows) else rows


def _group_sums(cells: pd.DataFrame, rule) -> pd.DataFrame:
    """The sum of each group over all placements: the profile of all children."""
    key = [*DAY, "group", "by", "order"]
    kept = cells.drop_duplicates(key).drop(columns=["count", "denominator", "value"])
    sums = cells.groupby(key)["count"].agg(lambda counts: counts.sum(skipna=False))
    made = kept.drop(columns="row_name").merge(sums, on=key, validate="one_to_one")
    whole = made.groupby([*DAY, "by"])["count"].transform("sum")
    made = made.assign(row_name="", denominator=whole, value=np.nan, value_note="")
    return _hidden(made, _secondary(made, is_small(made["count"], rule), rule, ["row_name"]))


def _with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    base = rows["denominator"].where(rows["denominator"] > 0)
    return rows.assign(
        share=100 * rows["count"] / base, value=rows["value"].where(rows["by"] == MEAN)
    )
