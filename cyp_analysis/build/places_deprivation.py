"""Neighbourhoods, and the people in them, by national fifth of deprivation: the profile of an
authority beside that of England (`deprivation_profile`)."""

import pandas as pd

from cyp_analysis import geography, place_measures
from cyp_analysis.build import indicators
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.places_parents import find_parents
from cyp_analysis.catalogue import Measured
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.place_measures import PlaceMeasure
from cyp_analysis.schema import SOURCE_COLUMNS

NEIGHBOURHOODS = "neighbourhoods"
# England has 32,844 neighbourhoods of 2011 and 33,755 of 2021: a file of fewer is a part of it.
WHOLE_COUNTRY = 32_000
_PERIOD = ["period_start", "period_end", "period_label"]
_GROUP = ["area_code", "indicator_id", *_PERIOD, "base"]


def build_profile(inputs: Inputs) -> pd.DataFrame:
    """One row = area × index × base × fifth, 1 the most deprived; every fifth has a row.

    Bases: neighbourhoods, and people or children where the file says how many live in each. A base
    that some neighbourhood of an area lacks is left out for that area.
    """
    parents = find_parents(inputs.references)
    measures = [m for m in place_measures.load().values() if m.classes == "national_deciles"]
    parts = [_profile(measure, inputs, parents) for measure in measures]
    parts = [part for part in parts if len(part)]
    made = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return made if len(made) else pd.DataFrame(columns=TABLES["deprivation_profile"])


def _profile(measure: PlaceMeasure, inputs: Inputs, parents: pd.DataFrame) -> pd.DataFrame:
    indicator = measure.indicator(inputs.catalogue)
    deciles = _rows(inputs, indicators.first_part(indicator)).dropna(subset=["value"])
    if deciles.empty:
        return deciles
    one_each = deciles.sort_values("source_published", na_position="first")
    one_each = one_each.drop_duplicates("area_code", keep="last")
    places = one_each.rename(columns={"area_code": "place_code"}).assign(
        indicator_id=measure.id, fifth=lambda rows: ((rows["value"] + 1) // 2).astype(int)
    )
    weighed = [places.assign(base=NEIGHBOURHOODS, weight=1.0)]
    for base, part in measure.weights.items():
        weights = _rows(inputs, part).drop_duplicates("area_code").set_index("area_code")["count"]
        weighed.append(places.assign(base=base, weight=places["place_code"].map(weights)))
    return _shares(_within(pd.concat(weighed, ignore_index=True), parents))


def _rows(inputs: Inputs, part: Measured) -> pd.DataFrame:
    """Rows of a measure in the files of its data set, whole places only."""
    tables = [t.rows for t in inputs.counts if t.source.dataset == part.source]
    wanted = [rows[(rows["measure"] == part.measure)] for rows in tables]
    wanted = [rows[rows["category_type"] == ""] for rows in wanted if len(rows)]
    columns = ["area_code", *_PERIOD, "count", "value", "category_type", *SOURCE_COLUMNS]
    return pd.concat(wanted, ignore_index=True) if wanted else pd.DataFrame(columns=columns)


def _within(places: pd.DataFrame, parents: pd.DataFrame) -> pd.DataFrame:
    """Places under their authority, and under England where the file is of the whole country."""
    own = places.merge(parents[["place_code", "area_code"]], on="place_code", how="inner")
    if places["place_code"].nunique() < WHOLE_COUNTRY:
        return own
    england = geography.areas().query("level == 'country'")["code"].iloc[0]
    return pd.concat([own, places.assign(area_code=england)], ignore_index=True)


def _shares(places: pd.DataFrame) -> pd.DataFrame:
    """Number and share of each fifth; a base is left out where a place has no weight."""
    known = places.groupby(_GROUP)["weight"].transform(lambda weights: weights.notna().all())
    whole = places[known.astype(bool)]
    if whole.empty:
        return whole
    sums = whole.groupby([*_GROUP, "fifth"])["weight"].sum().unstack("fifth")
    number = sums.reindex(columns=range(1, 6), fill_value=0).fillna(0)
    total = number.sum(axis=1)
    long = number.stack().rename("number").reset_index()
    long = long.merge(total.rename("of_number").reset_index(), on=_GROUP, validate="many_to_one")
    first = whole.drop_duplicates(_GROUP)[[*_GROUP, *SOURCE_COLUMNS]]
    made = long.merge(first, on=_GROUP, validate="many_to_one")
    return made.assign(share=100 * made["number"] / made["of_number"])
