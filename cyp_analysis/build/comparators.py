"""An area beside England, its region, its statistical neighbours and any group of its own.

A group's figure is the mean or the median of its members' values, or pooled: the sum of their
counts over the sum of their denominators. The way is named beside every figure, because verdicts
can depend on it.
"""

import numpy as np
import pandas as pd

from cyp_analysis import geography, methods
from cyp_analysis.area_tables import change_table, reference_folder
from cyp_analysis.build import comparator_groups
from cyp_analysis.build.comparison import judge
from cyp_analysis.build.derived import Inputs
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.schema import INDICATOR_KEY

PERIOD_KEY = [c for c in INDICATOR_KEY if c != "area_code"]
PUBLISHED, MEAN, MEDIAN, POOLED = "published", "mean", "median", "pooled"
# A figure of a group stands for it only if at least this share of the members has one.
COVERAGE = 0.5
ITSELF = "The area itself is one of them."
BATCH = 25
_PLACES = (("england", "country_code"), ("region", "region_code"), ("subregion", "subregion_code"))
_SIZES = ["members", "of_members"]


def compare_with_groups(inputs: Inputs) -> pd.DataFrame:
    """One row = indicator row without a category × comparator × way of averaging.

    Tested as `comparison.judge` does: the comparator's value against the area's own interval.
    """
    whole = inputs.indicators[inputs.indicators["category_type"] == ""]
    ids = whole["indicator_id"].drop_duplicates()
    # A few indicators at a time: each row becomes ten or so, and memory is finite.
    batches = [ids.iloc[start : start + BATCH] for start in range(0, max(len(ids), 1), BATCH)]
    parts = [whole[whole["indicator_id"].isin(batch)] for batch in batches]
    return pd.concat([_compared(part, inputs.catalogue) for part in parts], ignore_index=True)


def _compared(whole: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The comparators of the rows of some indicators, in the order of telling."""
    rows = whole.assign(slice=whole.groupby(PERIOD_KEY, sort=False).ngroup())
    found = pd.concat([_places(rows), _groups(rows, catalogue)], ignore_index=True)
    own = rows[[*INDICATOR_KEY, "slice", "value", "lower_ci_95", "upper_ci_95"]]
    pairs = own.merge(found, on=["area_code", "slice"], validate="one_to_many")
    judged = judge(pairs, catalogue)
    shown = judged.drop(columns="value").rename(columns={"benchmark_value": "value"})
    return shown.sort_values([*INDICATOR_KEY, "order"], kind="stable")[TABLES["comparators"]]


def _places(rows: pd.DataFrame) -> pd.DataFrame:
    """England's, the region's and its part's own figures; an area is never beside itself."""
    areas = geography.areas()
    values = rows.dropna(subset=["value"])
    values = values[["area_code", "slice", "value", "lower_ci_95", "upper_ci_95"]].rename(
        columns={"value": "benchmark_value", "lower_ci_95": "lower", "upper_ci_95": "upper"}
    )
    made = []
    for order, (comparator, column) in enumerate(_PLACES):
        codes = areas.loc[(areas[column] != "") & (areas[column] != areas["code"])]
        codes = codes[["code", column]].rename(columns={"code": "own_code", column: "area_code"})
        beside = values.merge(codes, on="area_code", validate="many_to_many")
        name = beside["area_code"].map({c: geography.name(c) for c in codes["area_code"].unique()})
        made.append(
            beside.assign(
                area_code=beside["own_code"],
                comparator_id=comparator,
                comparator_name=name,
                how=PUBLISHED,
                order=order,
            )
        )
    return pd.concat(made, ignore_index=True).assign(model="", note="", members=1.0, of_members=1.0)


def _groups(rows: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The figures of every group, for every area that is set beside it."""
    members, uses = comparator_groups.groups()
    figures = group_figures(rows, members, catalogue)
    beside = figures.merge(uses, on="group_id", validate="many_to_many")
    together = [comparator_groups.REGION_TOGETHER, comparator_groups.SUBREGION_TOGETHER]
    beside = _one_way(beside, beside["comparator_id"].isin(together))
    itself = uses.merge(members, on="group_id").query("area_code == member_code")
    key = ["area_code", "group_id"]
    inside = pd.MultiIndex.from_frame(beside[key]).isin(pd.MultiIndex.from_frame(itself[key]))
    with_itself = (beside["note"] + " " + ITSELF).str.strip()
    return beside.assign(note=beside["note"].mask(inside, with_itself))


def _one_way(beside: pd.DataFrame, together: pd.Series) -> pd.DataFrame:
    """Authorities of a region are pooled, and averaged only where they cannot be; without a value
    there is nothing to say of them."""
    key = ["area_code", "comparator_id", "slice"]
    pooled = beside.loc[beside["how"] == POOLED, key]
    has_pool = pd.MultiIndex.from_frame(beside[key]).isin(pd.MultiIndex.from_frame(pooled))
    second = (beside["how"] == MEDIAN) | ((beside["how"] == MEAN) & has_pool)
    second |= beside["benchmark_value"].isna()
    return beside[~(together & second)]


def group_figures(rows: pd.DataFrame, members: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """One row = group × slice × way: value, interval where pooled, how many members have a value.

    `rows`: indicator rows with `slice`, a number for each indicator, period, sex and age.
    """
    known = without_superseded(rows.dropna(subset=["value"]))
    known = with_pool(known, catalogue)
    joined = known.merge(
        members, left_on="area_code", right_on="member_code", validate="many_to_many"
    )
    grouped = joined.groupby(["group_id", "slice"], sort=False)
    summed = grouped.agg(
        of_members=("value", "size"),
        mean=("value", "mean"),
        median=("value", "median"),
        pooled_count=("pooled_count", "sum"),
        pooled_denominator=("pooled_denominator", "sum"),
        poolable=("poolable", "all"),
        indicator_id=("indicator_id", "first"),
        period_end=("period_end", "first"),
    ).reset_index()
    sized = summed.assign(members=group_sizes(summed, members))
    return _in_three_ways(_pooled(sized, catalogue))


def without_superseded(known: pd.DataFrame) -> pd.DataFrame:
    """Without an abolished authority's row where its successor has one for the same slice:
    publishers carry new codes back in time, and nobody is to be counted twice."""
    changes = change_table(reference_folder())[["old_code", "new_code"]]
    newer = known.loc[known["area_code"].isin(changes["new_code"]), ["area_code", "slice"]]
    newer = newer.merge(changes, left_on="area_code", right_on="new_code")
    replaced = pd.MultiIndex.from_frame(newer[["old_code", "slice"]])
    own = pd.MultiIndex.from_frame(known[["area_code", "slice"]])
    return known[~own.isin(replaced)]


def with_pool(known: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Rows with `poolable`, and what to add up: only where count over denominator is the value."""
    indicators = catalogue.indicators
    ids = known["indicator_id"]
    per = ids.map({i: indicators[i].multiplier for i in indicators}).astype(float)
    places = ids.map({i: indicators[i].rounding for i in indicators}).astype(float)
    again = known["count"] / known["denominator"] * per
    slack = 0.01 * known["value"].abs() + 10.0**-places
    poolable = (again - known["value"]).abs() <= slack
    return known.assign(
        poolable=poolable,
        pooled_count=known["count"].where(poolable),
        pooled_denominator=known["denominator"].where(poolable),
    )


def group_sizes(figures: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """How many authorities each group has: those in force at the period's end, for a region."""
    listed = figures["group_id"].map(members["group_id"].value_counts()).astype(float)
    areas = geography.areas().set_index("code")["level"]
    is_place = figures["group_id"].map(areas).isin(["region", "subregion", "country"])
    asked = figures.loc[is_place, ["group_id", "period_end"]].drop_duplicates()
    pairs = zip(asked["group_id"], asked["period_end"], strict=True)
    asked = asked.assign(size=[len(geography.members(code, end.date())) for code, end in pairs])
    joined = figures[["group_id", "period_end"]].merge(
        asked, on=["group_id", "period_end"], how="left", validate="many_to_one"
    )
    in_force = joined["size"].set_axis(figures.index)
    return listed.where(~is_place, np.maximum(in_force, figures["of_members"]))


def _pooled(figures: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The pooled value with its interval, missing where any member's cannot be added up."""
    indicators = catalogue.indicators
    ids = figures["indicator_id"]
    per = ids.map({i: indicators[i].multiplier for i in indicators}).astype(float)
    share = ids.map({i: is_share(indicators[i]) for i in indicators}).astype(bool)
    usable = figures["poolable"] & (figures["pooled_denominator"] > 0)
    usable &= ~share | (figures["pooled_count"] <= figures["pooled_denominator"])
    count = figures["pooled_count"].where(usable)
    base = figures["pooled_denominator"].where(usable)
    wilson = methods.wilson_interval(count.where(share), base.where(share))
    events = methods.poisson_interval(count.where(~share))
    lower, upper = (
        per * np.where(share, proportion, event / base)
        for proportion, event in zip(wilson, events, strict=True)
    )
    return figures.assign(pooled=per * count / base, lower=lower, upper=upper)


def is_share(indicator) -> bool:
    """Whether the value is a share of its denominator, so that it takes a proportion's interval."""
    return indicator.statistic == "proportion" or indicator.interval == "wilson"


def _in_three_ways(figures: pd.DataFrame) -> pd.DataFrame:
    """Mean, median and pooled one under the other; a group mostly without figures has none."""
    fit = figures["of_members"] >= np.maximum(2, COVERAGE * figures["members"])
    short = (
        "Only "
        + figures["of_members"].astype(int).astype("str")
        + " of "
        + figures["members"].astype(int).astype("str")
        + " have a figure."
    )
    lacking = figures["of_members"] < figures["members"]
    note = short.where(lacking, "")
    made = [
        figures.assign(
            how=how,
            benchmark_value=figures[how].where(fit),
            lower=figures["lower"].where(fit & (how == POOLED)),
            upper=figures["upper"].where(fit & (how == POOLED)),
            note=note,
            order=10 + place,
        )
        for place, how in enumerate((MEAN, MEDIAN, POOLED))
    ]
    every = pd.concat(made, ignore_index=True)
    every = every[(every["how"] != POOLED) | every["benchmark_value"].notna()]
    kept = [
        "group_id",
        "slice",
        "how",
        "benchmark_value",
        "lower",
        "upper",
        *_SIZES,
        "note",
        "order",
    ]
    return every[kept]
