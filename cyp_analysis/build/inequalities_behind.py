"""How many children a gap is: the count of a group less what the reference's value would give."""

import numpy as np
import pandas as pd

from cyp_analysis import measures

_FIGURES = {
    "behind": "value",
    "behind_lower": "lower_ci",
    "behind_upper": "upper_ci",
    "direction": "direction",
}


def add_children_behind(rows: pd.DataFrame) -> pd.DataFrame:
    """`behind` with its limits, and `direction`: `fewer` or `more` for the group to draw level.

    Missing where a count, its base or the reference is not known, and for a rate of something other
    than people in a base. The reference is taken as known for certain.
    """
    known = rows[["count", "denominator", "reference_value"]].notna().all(axis=1)
    known &= (rows["multiplier"] > 1) & ~(rows["is_share"] & (rows["reference_value"] > 100))
    parts = [
        _behind(part, "proportion" if share else "rate", float(per))
        for (share, per), part in rows[known].groupby(["is_share", "multiplier"])
    ]
    empty = pd.DataFrame({name: [] for name in _FIGURES}, dtype=float)
    found = pd.concat(parts) if parts else empty
    made = found.reindex(rows.index)
    direction = made["direction"].astype(object).where(made["direction"].notna(), "")
    return rows.assign(
        **{name: made[name].astype(float) for name in _FIGURES if name != "direction"},
        direction=direction.astype("str"),
    )


def _behind(rows: pd.DataFrame, statistic: str, per: float) -> pd.DataFrame:
    columns = ["count", "denominator", "reference_value", "polarity"]
    made = measures.children_behind_gap(
        rows[columns],
        benchmark="reference_value",
        per=per,
        polarity="polarity",
        statistic=statistic,
    )
    limits = {name: made[column] for name, column in _FIGURES.items()}
    return pd.DataFrame(limits, index=rows.index).replace({"direction": {None: np.nan}})
