"""Targets of a council beside the latest figure: variance, neighbours, direction of travel."""

import pandas as pd

from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.disclosure import SUPPRESSED
from cyp_analysis.build.flows_figures import with_kind
from cyp_analysis.schema import SOURCE_COLUMNS

NEW, UNKNOWN = "new", "unknown"
_EARLIER = ["earlier_value", "earlier_label", "earlier_withheld"]
_KEY = ["indicator_id", "area_code", "period_end"]
_KEPT = [
    *_KEY,
    *("period_label", "count", "value", "target_value", "target_met", "target_variance"),
    *("value_note", *SOURCE_COLUMNS),
]


def target_tiles(inputs: Inputs) -> pd.DataFrame:
    """One row = target, or measure that is only monitored, with the figure of its day.

    `earlier_value` is the figure before it of the same kind of period; `direction` says higher,
    lower or same, `new` where there is none, or `unknown` where the figure itself is missing or the
    earlier one is withheld.
    """
    targets = inputs.catalogue.targets
    rows = inputs.indicators[inputs.indicators["category_type"] == ""]
    rows = _of_all(rows[rows["indicator_id"].isin(set(targets["indicator_id"]))])
    optional = [c for c in ("benchmark_neighbour_value", "monitor_only") if c in targets]
    wanted = targets[[*_KEY, *optional]].drop_duplicates(_KEY)
    made = wanted.merge(rows[_KEPT].drop_duplicates(_KEY), on=_KEY, validate="one_to_one")
    made = made.assign(
        neighbour_value=made.get("benchmark_neighbour_value", float("nan")),
        monitor_only=made["target_value"].isna(),
        difference=made["value"] - made["target_value"],
    )
    made = _with_direction(made.merge(_earlier(rows), on=_KEY, validate="one_to_one"))
    return _without_withheld(made)


def _of_all(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a period: of both sexes where there is one, else the first."""
    ordered = rows.assign(order=rows["sex"].ne("persons")).sort_values("order", kind="stable")
    once = ordered.drop_duplicates(["indicator_id", "area_code", "period_start", "period_end"])
    return once.drop(columns="order").sort_index()


def _earlier(rows: pd.DataFrame) -> pd.DataFrame:
    """For each figure the one before it, of a period as long and, where it adds up over a year, of
    the same start."""
    made = with_kind(rows.assign(measure=rows["indicator_id"]))
    adds_up = made["kind"] == "year_to_date"
    starts, ends = (pd.to_datetime(made[name]) for name in ("period_start", "period_end"))
    months = ((ends - starts).dt.days / 30.4).round()
    # A period of no usual kind is like those as long; a month and a day have gone together so far.
    alike = made["kind"].mask(made["kind"] == "period", "period of " + months.astype(str))
    alike = alike.replace("day", "month")
    ordered = made.assign(alike=alike, start=starts.where(adds_up, pd.Timestamp(0)))
    ordered = ordered.sort_values("period_end", kind="stable")
    group = ordered.groupby(["indicator_id", "area_code", "alike", "start"])
    made = ordered.assign(
        earlier_value=group["value"].shift(),
        earlier_label=group["period_label"].shift(),
        earlier_withheld=group["value_note"].shift().eq(SUPPRESSED),
    )
    return made[[*_KEY, *_EARLIER]].drop_duplicates(_KEY)


def _with_direction(rows: pd.DataFrame) -> pd.DataFrame:
    change = rows["value"] - rows["earlier_value"]
    direction = pd.Series(NEW, index=rows.index, dtype="str")
    for word, where in (("higher", change > 0), ("lower", change < 0), ("same", change == 0)):
        direction = direction.mask(where, word)
    direction = direction.mask(rows["value"].isna(), UNKNOWN)
    label = rows["earlier_label"].where(rows["earlier_value"].notna()).fillna("").astype("str")
    return rows.assign(change=change, direction=direction, earlier_label=label)


def _without_withheld(rows: pd.DataFrame) -> pd.DataFrame:
    """No direction where the earlier figure is withheld: that is no sign of a new measure."""
    return rows.assign(direction=rows["direction"].mask(rows["earlier_withheld"], UNKNOWN))
