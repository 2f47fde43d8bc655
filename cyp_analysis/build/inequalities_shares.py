"""Shares in services beside shares of all children: who is seen more than their number."""

import pandas as pd

from cyp_analysis import equity, measures
from cyp_analysis.build import derived
from cyp_analysis.edition_tables import TABLES

COLUMNS = TABLES["representation"]
_AT = ["area_code"]
NO_COUNTS = "no interval: the source prints no counts"


def representation(inputs: derived.Inputs) -> pd.DataFrame:
    """One row = group × service × area × period: `share` of those in the service, the group's
    `population_share` of all children (of the nearest year) and their `ratio`; COLUMNS.

    The limits of the ratio are Wilson's of the share over the population's share, which is taken as
    known for certain.
    """
    parts = [_of_pair(inputs.indicators, pair) for pair in equity.load().representation]
    made = [part for part in parts if len(part)]
    found = pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=COLUMNS)
    return found.reindex(columns=COLUMNS)


def _of_pair(indicators: pd.DataFrame, pair: equity.Representation) -> pd.DataFrame:
    known = indicators[indicators["value"].notna() & (indicators["sex"] == "persons")]
    service = known[known["indicator_id"] == pair.service]
    population = known[
        (known["indicator_id"] == pair.population) & (known["category_type"] == "")
    ].rename(columns={"value": "population_share", "period_label": "population_label"})
    columns = [*_AT, "period_end", "population_share", "population_label"]
    joined = pd.merge_asof(
        service.sort_values("period_end", kind="stable"),
        population[columns].sort_values("period_end", kind="stable"),
        on="period_end",
        by=_AT,
        direction="nearest",
    )
    found = joined[joined["population_share"] > 0]
    return _with_ratio(found.assign(name=pair.name, share=found["value"]))


def _with_ratio(rows: pd.DataFrame) -> pd.DataFrame:
    if rows.empty:
        return rows
    counted = rows["count"].notna() & rows["denominator"].notna()
    made = measures.proportion(rows[["count", "denominator"]], per=100)
    base = rows["population_share"]
    return rows.assign(
        ratio=rows["share"] / base,
        ratio_lower=made["lower_ci"].where(counted) / base,
        ratio_upper=made["upper_ci"].where(counted) / base,
        note=pd.Series(NO_COUNTS, index=rows.index, dtype="str").mask(counted, ""),
    )
