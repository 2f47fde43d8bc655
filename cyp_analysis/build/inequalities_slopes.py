"""Slope and relative index of inequality across groups ordered by deprivation."""

import pandas as pd

from cyp_analysis import equity, measures
from cyp_analysis.build import derived
from cyp_analysis.build.inequalities_groups import SET, group_rows
from cyp_analysis.edition_tables import TABLES

COLUMNS = TABLES["gradients"]
_KEY = [*SET, "headline_id", "period_label", "sex"]


def gradients(inputs: derived.Inputs) -> pd.DataFrame:
    """One row = indicator × area × period × kind of deprivation group; COLUMNS.

    `slope` is how much more the most deprived end has than the least deprived, in the indicator's
    unit, by a straight line through the groups; `relative` how many times as much. The line is
    drawn on the log of a rate and the logit of a share, so neither can fall below zero.
    """
    rows = group_rows(inputs.indicators, inputs.catalogue, equity.load())
    rows = rows[rows["place"].notna() & ~rows["composition"]]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    sets = rows.sort_values("place").groupby(_KEY, as_index=False)
    facts = sets.agg(
        groups=("place", "size"),
        most_deprived=("value", "first"),
        least_deprived=("value", "last"),
        **{n: (n, "first") for n in COLUMNS[-4:]},
    )
    return _indexed(rows, facts).reindex(columns=COLUMNS)


def _indexed(rows: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """The sets with both indexes, each kind of figure on its own scale."""
    made = facts
    for name, verb in (("slope", measures.slope_index), ("relative", measures.relative_index)):
        parts = [
            _of_kind(part, verb, float(per), "proportion" if share else "rate")
            for (share, per), part in rows.groupby(["is_share", "multiplier"])
        ]
        columns = ["value", "lower_ci", "upper_ci", "value_note"]
        ends = (name, f"{name}_lower", f"{name}_upper", f"{name}_note")
        named = dict(zip(columns, ends, strict=True))
        found = pd.concat(parts)[[*SET, *columns]].rename(columns=named)
        scale = found[SET].merge(rows.drop_duplicates(SET)[[*SET, "multiplier"]], on=SET)
        if name == "slope":
            per = scale["multiplier"].to_numpy()
            found = found.assign(
                **{n: found[n].to_numpy() * per for n in (name, f"{name}_lower", f"{name}_upper")}
            )
        made = made.merge(found, on=SET, how="left", validate="one_to_one")
    return made


def _of_kind(rows: pd.DataFrame, verb, per: float, value_type: str) -> pd.DataFrame:
    """One index of each set; the sign is turned so that more among the most deprived is above 0
    (slope) and above 1 (relative)."""
    scaled = rows.assign(
        **{name: rows[name] / per for name in ("value", "lower", "upper")},
        population=rows["denominator"],
        value_note="",
    )
    made = verb(
        scaled,
        quantile="place",
        lower="lower",
        upper="upper",
        value_type=value_type,
        transform=True,
        multiplier=-1,
        by=SET,
    )
    return made.assign(value_note=made["value_note"].astype("str"))
