"""Indexes: each measure of each year rated by its change and its level, aspirations by their
measures. The rules stand in words in the index's own file; unlike figures are never averaged.
"""

import numpy as np
import pandas as pd

from cyp_analysis import geography
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.plans_change import (
    CHANGE,
    ENDS,
    FIGURES,
    add_change,
    beside,
    headline_series,
    like_newest,
)
from cyp_analysis.index_model import Index, aspiration_rating, load_indexes

MEASURE_COLUMNS = [
    *("area_code", "index_id", "aspiration", "measure_id", "indicator_id", "year", "newest"),
    *("period_label", "period_end", "value", "base_period_label", "base_value", *CHANGE),
    *("level", "level_how", "rating"),
]
RATINGS = ["favourable", "steady", "mixed", "unfavourable", "not_rated"]
ASPIRATION_COLUMNS = ["area_code", "index_id", "aspiration", "year", "rating", *RATINGS]
NEWEST = "newest"
_MEASURE = ["area_code", "index_id", "measure_id"]
_FIGURE = ["indicator_id", "area_code", "period_start", "period_end", "sex", "age"]
_GOOD = {"high_is_good": 1, "low_is_good": -1}


def rate_measures(inputs: Inputs) -> pd.DataFrame:
    """One row = measure of an index × area × year: the last figure of the year and its rating."""
    made = [_of_index(index, inputs) for index in load_indexes(inputs.catalogue).values()]
    rows = pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=MEASURE_COLUMNS)
    return rows[MEASURE_COLUMNS]


def rate_aspirations(inputs: Inputs) -> pd.DataFrame:
    """One row = aspiration × area × year (as text), and `newest`: by the newest figure of each
    measure. The counts are of measures with each rating."""
    rows = inputs.tables["index_measures"]
    by_year = rows.assign(year=rows["year"].astype("str"))
    newest = rows[rows["newest"]].assign(year=NEWEST)
    both = pd.concat([by_year, newest], ignore_index=True)
    key = ASPIRATION_COLUMNS[:4]
    counted = both.groupby([*key, "rating"], sort=False).size().unstack("rating", fill_value=0)
    counted = counted.reindex(columns=RATINGS, fill_value=0).reset_index()
    rating = [aspiration_rating(row._asdict()) for row in counted[RATINGS].itertuples(index=False)]
    return counted.assign(rating=rating)[ASPIRATION_COLUMNS]


def measure_rating(change: pd.Series, level: pd.Series) -> np.ndarray:
    """The rating of a measure from the verdict on its change and its level."""
    good = change.eq("improved") | level.eq("better")
    bad = change.eq("worsened") | level.eq("worse")
    known = change.eq("no_clear_change") | level.eq("similar")
    return np.select(
        [good & bad, good, bad, known],
        ["mixed", "favourable", "unfavourable", "steady"],
        default="not_rated",
    )


def _of_index(index: Index, inputs: Inputs) -> pd.DataFrame:
    named = pd.DataFrame(
        [
            (index.id, aspiration.number, measure.id, indicator_id, place, measure.no_level)
            for aspiration, measure in index.measures
            for place, indicator_id in enumerate(measure.indicators)
        ],
        columns=["index_id", "aspiration", "measure_id", "indicator_id", "place", "no_level"],
    )
    mine = inputs.indicators["indicator_id"].isin(named["indicator_id"])
    series = headline_series(inputs.indicators[mine])
    rows = series.merge(named, on="indicator_id", validate="many_to_many")
    rows = rows[rows["place"] == rows.groupby(_MEASURE)["place"].transform("min")]
    rows = _one_a_year(rows.assign(year=rows["period_end"].dt.year), index.base_year)
    base = rows.drop_duplicates(_MEASURE)[[*_MEASURE, *ENDS, *FIGURES]]
    changed = add_change(beside(rows, base, _MEASURE).assign(wanted=""), inputs.catalogue)
    levelled = add_level(changed, inputs)
    polarity = levelled["indicator_id"].map(_polarities(inputs))
    rating = measure_rating(levelled["verdict"], levelled["level"])
    return levelled.assign(
        rating=np.where(polarity.isin(list(_GOOD)), rating, "not_rated"),
        newest=~levelled.duplicated(_MEASURE, keep="last"),
    )


def _one_a_year(rows: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """From the base year on, the last figure of each year."""
    ordered = rows[rows["year"] >= base_year].sort_values(
        [*_MEASURE, "period_end", "period_start"], kind="stable"
    )
    one = ordered.drop_duplicates([*_MEASURE, "year"], keep="last")
    alike = like_newest(one, _MEASURE)
    return alike.sort_values([*_MEASURE, "year"], kind="stable").reset_index(drop=True)


def add_level(rows: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Add `level` (better, similar, worse, or higher and lower where neither is good) against the
    country, and `level_how`: tested, or by the quarter of its authorities; both empty if neither.
    """
    country = geography.areas().set_index("code")["country_code"]
    rows = rows.assign(country=rows["area_code"].map(country).fillna(""))
    unknown = pd.Series("", index=rows.index, dtype="str")
    tested = _tested_levels(rows, inputs.comparisons) if len(inputs.comparisons) else unknown
    quarter = _quarters(rows, inputs) if len(inputs.tables["spreads"]) else unknown
    tested, quarter = (one.where(rows["no_level"] == "", "") for one in (tested, quarter))
    level = tested.where(tested != "", quarter)
    how = np.select([tested != "", quarter != ""], ["tested", "quarter"], default="")
    return rows.assign(level=level, level_how=how).drop(columns="country")


def _tested_levels(rows: pd.DataFrame, comparisons: pd.DataFrame) -> pd.Series:
    wanted = comparisons[
        (comparisons["category_type"] == "") & (comparisons["outcome"] != "not_compared")
    ]
    wanted = wanted.rename(columns={"benchmark_area_code": "country"})
    found = rows[[*_FIGURE, "country"]].merge(
        wanted[[*_FIGURE, "country", "outcome"]].drop_duplicates([*_FIGURE, "country"]),
        on=[*_FIGURE, "country"],
        how="left",
    )
    return found["outcome"].astype("str").where(found["outcome"].notna(), "").set_axis(rows.index)


def _quarters(rows: pd.DataFrame, inputs: Inputs) -> pd.Series:
    """The level by the quarter of the country's authorities that the figure lies in."""
    spreads = inputs.tables["spreads"].rename(columns={"area_code": "country"})
    spreads = spreads[spreads["category_type"] == ""]
    key = ["country", *(name for name in _FIGURE if name != "area_code")]
    cuts = spreads[[*key, "lower_quarter", "upper_quarter"]].drop_duplicates(key)
    found = rows[[*key, "area_code", "value"]].merge(cuts, on=key, how="left")
    sign = found["indicator_id"].map(_polarities(inputs)).map(_GOOD).fillna(0)
    low, high = found["value"] <= found["lower_quarter"], found["value"] >= found["upper_quarter"]
    known = found["lower_quarter"].notna() & (found["area_code"] != found["country"])
    place = high.astype(int) - low.astype(int)
    level = np.select(
        [~known, low & high, place == 0, sign == 0, place * sign > 0],
        ["", "similar", "similar", np.where(place > 0, "higher", "lower"), "better"],
        default="worse",
    )
    return pd.Series(level, index=rows.index, dtype="str")


def _polarities(inputs: Inputs) -> dict[str, str]:
    return {i.id: i.polarity for i in inputs.catalogue.indicators.values()}
