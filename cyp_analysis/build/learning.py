"""Places of authorities in England, counted from the best, and change since the period before."""

import numpy as np
import pandas as pd

from cyp_analysis import geography, measures
from cyp_analysis.build.derived import Inputs
from cyp_analysis.catalogue import Catalogue

SERIES = ["indicator_id", "area_code", "sex", "age"]
PERIOD = ["period_start", "period_end"]
BEST, HIGHEST = "best", "highest"
# The first tenth: a place of at most this share of the authorities that have a value.
TOP_TENTH = 0.1
# Tag of an indicator: the day from which its periods compare with each other.
COMPARABLE = "comparable_from"
# Below this a difference between two periods is taken to be real.
P_BELOW = 0.05
SHARES, RATES = ("wilson",), ("byars", "exact")
_BEFORE = {
    name: f"previous_{name}"
    for name in (*PERIOD, "period_label", "value", "rank", "rank_of", "rank_tied")
}


def build_league(inputs: Inputs) -> pd.DataFrame:
    """One row = value of an indicator for all persons, of any area and period.

    `rank` counts from the best value (`order`), or from the highest where neither is better, among
    the authorities of England with a value; `top_tenth` says whether it is in the first tenth.
    `previous_…` is the newest earlier period with a value, `change` the difference to it, and
    `change_side` the test of that difference: not_tested where a count or a base is missing.
    """
    rows = headline_values(inputs)
    ranked = counted_from_best(rows, inputs.comparisons, inputs.catalogue)
    paired = with_period_before(ranked).pipe(without_breaks, inputs.catalogue)
    return paired.assign(
        change=paired["value"] - paired["previous_value"], change_side=change_sides(paired)
    )


def headline_values(inputs: Inputs) -> pd.DataFrame:
    """Rows with a value, without a category, of all persons; of several ages the first."""
    rows = inputs.indicators
    whole = (rows["category_type"] == "") & (rows["sex"] == "persons") & rows["value"].notna()
    return rows[whole].drop_duplicates(["indicator_id", "area_code", *PERIOD])


def counted_from_best(
    rows: pd.DataFrame, comparisons: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Adds rank, rank_of, rank_tied, `order` and `top_tenth`; ranks stand where nearly every
    authority of England has a value (build.comparison)."""
    countries = geography.areas().query("level == 'country'")["code"]
    key = [*SERIES, *PERIOD]
    whole = comparisons["category_type"] == ""
    among = comparisons[whole & comparisons["benchmark_area_code"].isin(countries)]
    names = ["rank", "rank_of", "rank_tied"]
    joined = rows.merge(among[[*key, *names]], on=key, how="left", validate="one_to_one")
    known = catalogue.indicators
    polarity = joined["indicator_id"].map({i: known[i].polarity for i in known}).astype("str")
    equals = joined.groupby(["indicator_id", *PERIOD, "rank"])["rank"].transform("size")
    # The same rule from the other end: equal values share the better place.
    from_lowest = joined["rank_of"] - joined["rank"] - equals + 2
    rank = joined["rank"].mask(polarity == "low_is_good", from_lowest)
    judged = polarity != "no_judgement"
    return joined.assign(
        rank=rank,
        rank_tied=joined["rank_tied"].astype("boolean").fillna(False).astype(bool),
        order=np.where(judged, BEST, HIGHEST),
        top_tenth=judged & (rank <= TOP_TENTH * joined["rank_of"]),
    )


def with_period_before(rows: pd.DataFrame) -> pd.DataFrame:
    """Adds `previous_…` columns: those of the newest earlier period of the same series."""
    ordered = rows.sort_values([*SERIES, "period_end", "period_start"], kind="stable")
    names = [*_BEFORE, "count", "denominator", "method", "value_note"]
    before = ordered.groupby(SERIES, sort=False)[names].shift()
    added = before.rename(columns={name: f"previous_{name}" for name in names})
    tied = added["previous_rank_tied"].astype("boolean").fillna(False).astype(bool)
    return pd.concat([ordered, added.assign(previous_rank_tied=tied)], axis=1)


def without_breaks(paired: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """No period before where it does not compare with the period (tag `comparable_from`)."""
    known = catalogue.indicators.values()
    first_day = {i.id: pd.Timestamp(str(i.tags[COMPARABLE])) for i in known if COMPARABLE in i.tags}
    day = paired["indicator_id"].map(first_day).astype("datetime64[us]")
    broken = (paired["previous_period_end"] < day) & (paired["period_end"] >= day)
    names = [name for name in paired if name.startswith("previous_")]
    blank = {name: paired[name].mask(broken) for name in names if name != "previous_rank_tied"}
    return paired.assign(**blank)


def change_sides(rows: pd.DataFrame) -> pd.Series:
    """`higher`, `lower` or `similar` to the period before; `not_tested` without exact counts.

    Shares by the two-proportion test, rates by the exact conditional test, at 5%: the children of
    one year are others than those of the year before.
    """
    notes = rows["value_note"].str.cat(rows["previous_value_note"].fillna(""), sep=" ")
    exact = ~notes.str.contains("round", case=False)
    p_value = pd.Series(np.nan, index=rows.index)
    tests = ((SHARES, measures.proportion_difference), (RATES, measures.rate_ratio))
    for methods, test in tests:
        same = rows["method"].isin(methods) & rows["previous_method"].isin(methods)
        p_value[same & exact] = _p_values(rows[same & exact], test)
    side = np.where(rows["value"] > rows["previous_value"], "higher", "lower")
    tested = np.where(p_value < P_BELOW, side, "similar")
    return pd.Series(np.where(p_value.notna(), tested, "not_tested"), index=rows.index)


def _p_values(rows: pd.DataFrame, test) -> pd.Series:
    figures = ["count", "denominator", "previous_count", "previous_denominator"]
    if rows.empty:
        return pd.Series(dtype=float)
    done = test(rows[figures], *figures)
    return done["p_value"]
