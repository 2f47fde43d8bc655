"""What stands against need: beds, money and staff, each printed part beside what follows from it.

One row of the table `provision` = area × kind × period × item. Which indicators hold the parts is
in their tag `role`: bed_days, beds, capacity, spend, staff.
"""

import pandas as pd

from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.needs_models import empty
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_tables import TABLES

DAYS = 365  # a commissioned bed is one that is occupied on every day of the year
TOTAL = "total"
SUM = "Sum of the items"
_KEY = ["area_code", "period_start", "period_end", "period_label", "item"]
_FROM = ["source_id", "source_published", "source_row", "value_note"]


def provision_table(inputs: Inputs) -> pd.DataFrame:
    """The table `provision`; empty where no document prints its parts."""
    parts = {role: items_of(inputs, role) for role in ("bed_days", "beds", "capacity")}
    kinds = [beds(**parts), *(summed(items_of(inputs, kind), kind) for kind in ("spend", "staff"))]
    kinds = [rows for rows in kinds if len(rows)]
    if not kinds:
        return empty("provision")
    return pd.concat(
        [rows.reindex(columns=TABLES["provision"]) for rows in kinds], ignore_index=True
    )


def items_of(inputs: Inputs, role: str) -> pd.DataFrame:
    """The categories of the indicators of a role: one row an item, its figure in `amount`."""
    ids = with_role(inputs.catalogue, role)
    rows = inputs.indicators[inputs.indicators["indicator_id"].isin(ids)]
    rows = rows[rows["category"] != ""].rename(columns={"category": "item", "value": "amount"})
    return rows[[*_KEY, "amount", *_FROM]]


def with_role(catalogue: Catalogue, role: str) -> list[str]:
    """The ids of the indicators whose tag says that they hold this part."""
    return [i.id for i in catalogue.indicators.values() if i.tags.get("role") == role]


def beds(bed_days: pd.DataFrame, beds: pd.DataFrame, capacity: pd.DataFrame) -> pd.DataFrame:
    """Commissioned beds as printed beside bed days / 365, and all beds of the unit."""
    printed = beds[[*_KEY, "amount"]].rename(columns={"amount": "printed"})
    whole = capacity[[*_KEY, "amount"]].rename(columns={"amount": "capacity"})
    rows = bed_days.merge(printed, on=_KEY, how="left", validate="one_to_one")
    rows = rows.merge(whole, on=_KEY, how="left", validate="one_to_one")
    computed = rows["amount"] / DAYS
    return rows.assign(
        kind="beds", computed=computed, difference=rows["printed"] - computed, is_total=False
    )


def summed(items: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The items with their shares, and their sum beside the total that is printed, if one is.

    A sum with an unknown item is unknown.
    """
    is_total = items["item"].str.casefold() == TOTAL
    parts, printed = items[~is_total], items[is_total]
    key = [name for name in _KEY if name != "item"]
    sums = parts.groupby(key, as_index=False).agg(
        computed=("amount", lambda each: each.sum(skipna=False)),
        **{name: (name, "first") for name in _FROM},
    )
    stated = printed[[*key, "amount"]].rename(columns={"amount": "printed"})
    sums = sums.merge(stated, on=key, how="left", validate="one_to_one")
    shares = parts.merge(sums[[*key, "computed"]], on=key, validate="many_to_one")
    share = 100 * shares["amount"] / shares["computed"].where(shares["computed"] > 0)
    rows = shares.drop(columns="computed").assign(kind=kind, share=share, is_total=False)
    total = sums.assign(
        kind=kind, item=SUM, is_total=True, difference=sums["printed"] - sums["computed"]
    )
    return pd.concat([rows, total], ignore_index=True)
