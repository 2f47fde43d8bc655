"""The rows of an indicator table that stand for groups of children, and their sets."""

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Catalogue
from cyp_analysis.equity import Equity, place_of

# The groups of one set are parts of the same children.
SET = [
    "indicator_id",
    "area_code",
    "period_start",
    "period_end",
    "age",
    "category_type",
    "base_sex",
]
OVERALL = ["headline_id", "area_code", "period_start", "period_end", "overall_sex"]
_PERCENT_SLACK = 1.5
_MOSTLY = 0.5  # of one base, or groups of the same size would be taken for parts of it


def group_rows(indicators: pd.DataFrame, catalogue: Catalogue, known: Equity) -> pd.DataFrame:
    """One row = one group, with its set's facts: `dimension`, `group`, `place` among
    ordered groups, `composition` (shares of one whole), `partition` (the groups are everyone) and
    `overall_value` of all children. Groups whose value is missing are among them: a rest without
    them would be another rest."""
    parts = [_categories(indicators, known), _sexes(indicators), _families(indicators, known)]
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    named = rows.pipe(_add_catalogue, catalogue, known).rename(
        columns={"lower_ci_95": "lower", "upper_ci_95": "upper"}
    )
    named = named[named["compared"].astype(bool)].drop_duplicates([*SET, "group"])
    named = named.reset_index(drop=True)
    alone = named["value"].notna().groupby([named[name] for name in SET]).transform("sum") < 2
    kept = named[~alone].reset_index(drop=True)
    return kept.assign(composition=_is_composition(kept)).pipe(_add_overall, indicators)


def _categories(indicators: pd.DataFrame, known: Equity) -> pd.DataFrame:
    """Rows of categories that are groups of children. Where a source names the characteristic
    within the category, as in "Ethnicity | White", the characteristic is the kind of breakdown."""
    rows = indicators[indicators["category_type"] != ""]
    inside = rows["category_type"].str.contains("|", regex=False)
    texts = rows["category"].str.split(" | ", n=1, regex=False)
    rows = rows.assign(
        category_type=rows["category_type"].mask(inside, texts.str[0]),
        group=rows["category"].mask(inside, texts.str[-1]),
        base_sex=rows["sex"],
        partition=True,
    )
    kinds = {kind: known.dimension_of(kind) for kind in rows["category_type"].unique()}
    groups = {name: known.is_group(name) for name in rows["group"].unique()}
    rows = rows[
        rows["category_type"].map({k: bool(found) for k, found in kinds.items()}).astype(bool)
        & rows["group"].map(groups).astype(bool)
    ]
    ids = {kind: found.id for kind, found in kinds.items() if found}
    ordered = {kind for kind, found in kinds.items() if found and found.ordered}
    places = {name: place_of(name) for name in rows["group"].unique()}
    place = rows["group"].map(places).astype(float)
    return rows.assign(
        dimension=rows["category_type"].map(ids).astype("str"),
        place=place.where(rows["category_type"].isin(ordered)),
    )


def _families(indicators: pd.DataFrame, known: Equity) -> pd.DataFrame:
    """Groups that have an indicator each, as groups of their headline indicator."""
    headline = indicators[(indicators["category_type"] == "") & (indicators["sex"] == "persons")]
    parts = [
        headline[headline["indicator_id"] == name].assign(
            indicator_id=family.headline,
            group=group,
            dimension=family.dimension,
            category_type=f"{family.dimension}: {', '.join(family.groups)}",
            partition=family.whole,
            base_sex="persons",
            place=np.nan,
        )
        for family in known.families
        for group, name in family.groups.items()
    ]
    return pd.concat(parts, ignore_index=True) if parts else headline.head(0)


def _sexes(indicators: pd.DataFrame) -> pd.DataFrame:
    """Males and females of rows without a category."""
    apart = indicators["sex"].isin(["male", "female"]) & (indicators["category_type"] == "")
    rows = indicators[apart]
    return rows.assign(
        dimension="sex",
        group=rows["sex"],
        category_type="sex",
        base_sex="",
        partition=True,
        place=np.nan,
    )


def _add_catalogue(rows: pd.DataFrame, catalogue: Catalogue, equity: Equity) -> pd.DataFrame:
    """What the catalogue says of each row's indicator; `compared`: it has a value that groups can
    be ahead or behind in, which a bare number of children is not."""
    names = [i for i in rows["indicator_id"].unique() if i in catalogue.indicators]
    known = {i: catalogue.indicators[i] for i in names}
    facts = pd.DataFrame(
        {
            "indicator_id": list(known),
            "headline_id": [equity.breakdowns.get(name, name) for name in known],
            "polarity": [i.polarity for i in known.values()],
            "multiplier": [float(i.multiplier) for i in known.values()],
            "is_share": [i.unit.strip() == "%" for i in known.values()],
            "from_counts": [
                i.statistic in ("proportion", "crude_rate") or i.interval in ("wilson", "poisson")
                for i in known.values()
            ],
            "compared": [
                i.statistic != "count" and i.theme != "population" for i in known.values()
            ],
        }
    )
    typed = facts.astype({name: "str" for name in ("indicator_id", "headline_id", "polarity")})
    return rows.merge(typed, on="indicator_id", how="inner", validate="many_to_one")


def _is_composition(rows: pd.DataFrame) -> pd.Series:
    """Whether a set's values are shares of one whole, as ethnic groups of children in care are:
    one denominator for all of them, or percentages that add up to a hundred."""
    sets = rows.groupby(SET)
    one_base = (sets["denominator"].transform("nunique") == 1) & rows["denominator"].notna()
    filled = sets["count"].transform("sum") / rows["denominator"]
    within = filled.between(_MOSTLY, 1.001)
    no_base = sets["denominator"].transform("count") == 0
    whole = (sets["value"].transform("sum") - 100).abs() < _PERCENT_SLACK
    return (
        rows["is_share"]
        & rows["partition"].astype(bool)
        & ((one_base & within) | (no_base & whole))
    )


def _add_overall(rows: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """`overall_value`: that of all children of the area and period, of one sex if the group is."""
    whole = indicators[indicators["category_type"] == ""]
    whole = whole.drop_duplicates(["indicator_id", *OVERALL[1:-1], "sex"])
    names = {"indicator_id": "headline_id", "value": "overall_value", "sex": "overall_sex"}
    named = whole.rename(columns=names)
    rows = rows.assign(overall_sex=rows["base_sex"].where(rows["base_sex"] != "", "persons"))
    return rows.merge(
        named[[*OVERALL, "overall_value"]], on=OVERALL, how="left", validate="many_to_one"
    )
