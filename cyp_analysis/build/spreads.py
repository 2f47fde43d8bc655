"""How the authorities of England and of each region lie: lowest, quarters, middle, highest."""

import numpy as np
import pandas as pd

from cyp_analysis import geography
from cyp_analysis.build.comparators import PERIOD_KEY, group_sizes, without_superseded
from cyp_analysis.build.derived import Inputs

# A scale needs most authorities; a rank, which needs nearly all, is held to more (comparison).
COVERAGE = 0.8
_POINTS = {
    "lowest": 0.0,
    "lower_quarter": 0.25,
    "middle": 0.5,
    "upper_quarter": 0.75,
    "highest": 1.0,
}


def find_spreads(inputs: Inputs) -> pd.DataFrame:
    """One row = group of authorities (`area_code`) × indicator, period, sex and age.

    Percentiles by linear interpolation, every authority counting once; only where four in five of
    the group's authorities have a value.
    """
    whole = inputs.indicators.query("category_type == ''").dropna(subset=["value"])
    rows = whole.assign(slice=whole.groupby(PERIOD_KEY, sort=False).ngroup())
    members = _members()
    joined = without_superseded(rows).merge(
        members, left_on="area_code", right_on="member_code", validate="many_to_many"
    )
    grouped = joined.groupby(["group_id", "slice"], sort=False)
    points = [grouped["value"].quantile(point).rename(name) for name, point in _POINTS.items()]
    first = grouped[PERIOD_KEY].first()
    found = pd.concat([first, grouped["value"].size().rename("of_members"), *points], axis=1)
    found = found.reset_index().assign(members=lambda table: group_sizes(table, members))
    enough = found["of_members"] >= np.maximum(2, COVERAGE * found["members"])
    return found[enough].rename(columns={"group_id": "area_code"})


def _members() -> pd.DataFrame:
    areas = geography.areas().query("level == 'authority'")
    pairs = [
        areas[["code", column]].rename(columns={"code": "member_code", column: "group_id"})
        for column in ("region_code", "country_code")
    ]
    return pd.concat(pairs, ignore_index=True)
