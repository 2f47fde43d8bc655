"""Funnels: the authorities of one kind by size, with the limits that chance alone would explain.

Limits and verdicts are those of `measures.funnels` (Spiegelhalter 2005): exact for events, Wilson's
for shares, about the value of all the authorities taken together, and not widened.
"""

import numpy as np
import pandas as pd

from cyp_analysis import geography
from cyp_analysis.build.comparators import is_share, with_pool, without_superseded
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.histories import headline_rows
from cyp_analysis.catalogue import Catalogue, Indicator
from cyp_analysis.catalogue_model import IMPLIED
from cyp_analysis.comparing_tables import FEWEST_IN_FUNNEL
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.measures.funnel_areas import Kind, areas_of
from cyp_analysis.measures.funnel_groups import funnels_of, limits_at
from cyp_analysis.measures.funnels import funnel_significance
from cyp_analysis.measures.groups import grouped
from cyp_analysis.methods.funnels import SIGNIFICANCE

LIMITS = ["lower_998", "lower_95", "upper_95", "upper_998"]
CATEGORIES = ("below_998", "below_95", "inside", "above_95", "above_998")
_COLUMNS = {"count": "count", "denominator": "denominator", "rate": None}
# Points that limits are worked out at, and of the grid that they are kept on.
_FINE, _GRID = 400, 48
_SLICE = ["period_start", "period_end", "period_label", "sex", "age"]
_WHOLE = 1e-6


def find_funnels(inputs: Inputs) -> pd.DataFrame:
    """One row = an authority in the funnel of an indicator (`part` area, under its own code), or a
    denominator where the four limits stand (`part` limits, under the country's code).

    The newest period in which 15 authorities have a count and a denominator, neither of them
    rounded or withheld; `left_out` is how many others there were.
    """
    chosen = newest_slices(usable_rows(inputs.indicators, inputs.catalogue))
    known = inputs.catalogue.indicators
    each = chosen.groupby(["indicator_id", "country_code"], sort=False)
    parts = [
        part
        for (indicator_id, _), rows in each
        for part in funnel_of(rows.reset_index(drop=True), known[indicator_id])
    ]
    return pd.concat(parts, ignore_index=True) if parts else _nothing()


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=TABLES["funnels"])


def usable_rows(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Headline rows of authorities with a count and a denominator as they were counted."""
    areas = geography.areas().query("level == 'authority'").set_index("code")
    rows = headline_rows(indicators[indicators["area_code"].isin(areas.index)])
    counted = [name for name, one in catalogue.indicators.items() if is_counted(one)]
    rows = rows[rows["indicator_id"].isin(counted)]
    exact = ~rows["value_note"].str.contains("round", regex=False)
    exact &= (rows["denominator"] > 0) & rows["count"].notna() & is_whole(rows, catalogue)
    rows = with_pool(rows[exact], catalogue)
    rows = rows[rows["poolable"]].drop(columns=["poolable", "pooled_count", "pooled_denominator"])
    key = ["indicator_id", "period_start", "period_end", "sex", "age"]
    rows = without_superseded(rows.assign(slice=rows.groupby(key, sort=False).ngroup()))
    return rows.assign(country_code=rows["area_code"].map(areas["country_code"]))


def is_counted(indicator: Indicator) -> bool:
    """Whether the value is a count over a base, of which chance has a share: the catalogue gives no
    interval where everybody is counted."""
    unit = indicator.unit.strip()
    counted = indicator.statistic != "count" and (unit == "%" or unit.startswith("per "))
    return counted and indicator.interval != "none"


def is_whole(rows: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """False where the denominator was implied by a printed value that had been rounded: people come
    in whole numbers, and such a quotient does not."""
    known = catalogue.indicators
    implied = rows["indicator_id"].map(
        {n: i.denominator is not None and i.denominator.source == IMPLIED for n, i in known.items()}
    )
    away = (rows["denominator"] - rows["denominator"].round()).abs()
    return ~implied.astype(bool) | (away <= _WHOLE * rows["denominator"])


def newest_slices(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the newest period of each indicator that has enough authorities; of several sexes
    or ages the one with most of them."""
    key = ["indicator_id", "country_code"]
    sized = rows.assign(size=rows.groupby([*key, "slice"])["value"].transform("size"))
    sized = sized[sized["size"] >= FEWEST_IN_FUNNEL]
    order = sized.sort_values(["period_end", "size"], ascending=False, kind="stable")
    best = order.drop_duplicates(key)["slice"]
    return sized[sized["slice"].isin(best)].drop(columns=["slice", "size"])


def funnel_of(rows: pd.DataFrame, indicator: Indicator) -> list[pd.DataFrame]:
    """The authorities of one funnel, and its limits; no table where no event happened anywhere."""
    statistic = "proportion" if is_share(indicator) else "rate_crude"
    bare = rows[["count", "denominator"]]
    verdicts = funnel_significance(bare, statistic=statistic, per=indicator.multiplier)
    baseline = verdicts["baseline"].iloc[0]
    if not 0 < baseline < np.inf:
        return []
    words = dict(zip(SIGNIFICANCE, CATEGORIES, strict=True))
    points = rows.assign(part="area", category=verdicts["significance"].astype("str").map(words))
    first = rows.iloc[0]
    same = {name: first[name] for name in ["indicator_id", *_SLICE]}
    limits = limits_on_grid(bare, Kind.of(statistic, indicator.multiplier, None, None))
    limits = limits.assign(part="limits", category="", area_code=first["country_code"], **same)
    return [_told(table, rows, baseline) for table in (points, limits)]


def limits_on_grid(bare: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """The four limits on one grid of denominators, evenly apart on a log scale."""
    areas = areas_of(bare, kind, _COLUMNS)
    funnel = funnels_of(grouped(bare, None), areas, kind, 0.0)
    grid = np.geomspace(areas.denominator.min(), areas.denominator.max(), _GRID)
    axis = grid if kind.family == "proportion" else _events(grid * funnel.average)
    curves = {name: found[0] for name, found in limits_at(funnel, axis[None, :]).items()}
    found = {"denominator": grid}
    for name in LIMITS:
        end, level = name.split("_")
        curve = f"{end}_limit_{level}"
        # The limits of a rate stand at a place each, those of a share all on the axis; where fewer
        # events are expected than the lower limit needs to leave zero, it is zero.
        place, lowest = curves.get(f"{curve}_population", axis), 0.0 if end == "lower" else None
        found[name] = np.interp(np.log(grid), np.log(place), curves[curve], left=lowest)
    return pd.DataFrame(found)


def _events(expected: np.ndarray) -> np.ndarray:
    """Counts that lie on the limits of areas with so many events expected, and some beyond them."""
    (least, most), reach = expected[[0, -1]], 4 * np.sqrt(expected[[0, -1]]) + 12
    return np.geomspace(max(0.5, least - reach[0]), most + reach[1], _FINE)


def _told(table: pd.DataFrame, rows: pd.DataFrame, baseline: float) -> pd.DataFrame:
    """What every row of one funnel says of the whole of it."""
    end, country = rows["period_end"].iloc[0].date(), rows["country_code"].iloc[0]
    # By number, not by code: publishers carry new codes back in time.
    others = max(len(geography.members(country, end)) - len(rows), 0)
    facts = {"baseline": baseline, "areas": float(len(rows)), "left_out": float(others)}
    return table.assign(**facts).reindex(columns=TABLES["funnels"])
