"""Projected need → the `projected_need` table: today's rate per child in the population to come.

It says what a change in the number of children alone would do; the rate itself may change. Only
indicators whose base is a number of children by age have a row, and only with publishers'
projections of the same ages.
"""

import re

import pandas as pd

from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.population_projections import AGEING_ON
from cyp_analysis.catalogue import Catalogue, Indicator
from cyp_analysis.edition_tables import TABLES

_BASE = re.compile(r"population_(\d+)_(\d+)")
_SERIES = ["area_code", "ages", "series"]


def build_need(inputs: Inputs) -> pd.DataFrame:
    """One row = indicator × area × series × year to come: the number of children if the newest
    rate stays, with the interval of that rate."""
    coming = _coming(inputs.tables["projections"])
    rows = _newest(inputs.indicators, inputs.catalogue)
    if coming.empty or rows.empty:
        return pd.DataFrame(columns=TABLES["projected_need"])
    joined = rows.drop(columns=["period_end", "period_label"]).merge(coming, on=_SERIES[:2])
    joined = _with_anchor(joined, coming)
    factor = joined["projected"] / joined["anchor"].where(joined["anchor"] > 0)
    each = {"value": "value", "lower": "lower_ci_95", "upper": "upper_ci_95"}
    scale = joined["count"] / joined["value"] * factor
    return joined.assign(
        base_count=joined["count"],
        rate=joined["value"],
        change_percent=100 * (factor - 1),
        **{name: joined[column] * scale for name, column in each.items()},
    )


def _coming(projections: pd.DataFrame) -> pd.DataFrame:
    """The publishers' projections by area, ages and year."""
    rows = projections[projections["series"] != AGEING_ON]
    years = {"year": pd.to_datetime(rows["period_end"]).dt.year, "projected": rows["value"]}
    columns = [*_SERIES, "period_end", "period_label", "year", "projected"]
    return rows.rename(columns={"age": "ages"}).assign(**years)[columns]


def _with_anchor(rows: pd.DataFrame, coming: pd.DataFrame) -> pd.DataFrame:
    """The population that the projection itself has for the year of the figure, or for its first
    year where the figure is older; only years after that."""
    first = coming.groupby(_SERIES)["year"].min().rename("first_year").reset_index()
    rows = rows.merge(first, on=_SERIES, validate="many_to_one")
    rows = rows.assign(anchor_year=rows[["figure_year", "first_year"]].max(axis=1))
    anchors = coming[[*_SERIES, "year", "projected"]].rename(
        columns={"year": "anchor_year", "projected": "anchor"}
    )
    found = rows.merge(anchors, on=[*_SERIES, "anchor_year"], validate="many_to_one")
    return found[found["year"] > found["anchor_year"]]


def _age(indicator: Indicator) -> str:
    """The ages of an indicator's base as a projection writes them, empty if it is not children."""
    if indicator.statistic == "count" or indicator.denominator is None:
        return ""
    match = _BASE.fullmatch(indicator.denominator.measure)
    if not match:
        return ""
    first, last = map(int, match.groups())
    return f"<{last + 1} yrs" if first == 0 else f"{first}-{last} yrs"


def _newest(indicators: pd.DataFrame, known: Catalogue) -> pd.DataFrame:
    """The newest figure of each indicator and area that a count above nought lies behind, with
    the ages of its base, its year and the words for when it is."""
    ages = {i.id: age for i in known.indicators.values() if (age := _age(i))}
    rows = indicators[indicators["indicator_id"].isin(ages) & (indicators["category_type"] == "")]
    rows = rows[(rows["sex"] == "persons") & (rows["count"] > 0) & (rows["value"] > 0)]
    newest = rows.sort_values("period_end").drop_duplicates(
        ["indicator_id", "area_code"], keep="last"
    )
    return newest.assign(
        ages=newest["indicator_id"].map(ages).astype("str"),
        figure_year=pd.to_datetime(newest["period_end"]).dt.year,
        base_label=newest["period_label"],
    )
