"""Two points of time: an area's place among its statistical neighbours then and now."""

import pandas as pd

from cyp_analysis.build import comparator_groups
from cyp_analysis.build.comparators import COVERAGE
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.histories import headline_rows
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_tables import TABLES

YEARS = 5
SINCE, OLDEST = "five_years", "oldest"
UP, DOWN, LEVEL = "rose", "fell", "stayed"
_KEY = ["indicator_id", "area_code"]
_SLICE = ["indicator_id", "sex", "age", "period_start", "period_end"]
_ENDS = ("first", "last")
_TOLD = {"period_start": "start", "period_end": "end", "period_label": "label"}
_TOLD |= {"value": "value", "slice": "slice"}


def find_slopes(inputs: Inputs) -> pd.DataFrame:
    """One row = indicator × authority with a list of neighbours.

    From the newest period to the newest at least five years before it, else to the oldest; ranks
    (1 the highest) among the area and those of its neighbours that have both. No row where fewer
    than half of them do. `moved` is the way of the rank: up is towards the highest.
    """
    members, uses = _neighbours()
    known = set(members["area_code"]) | set(members["member_code"])
    rows = comparable_rows(inputs.indicators, inputs.catalogue)
    rows = rows[rows["area_code"].isin(known)]
    pairs = period_pairs(rows[rows["area_code"].isin(uses["area_code"])])
    placed = with_places(pairs, rows, members)
    named = uses[["area_code", "model", "comparator_name"]]
    named = named.rename(columns={"comparator_name": "group_name"})
    return placed.merge(named, on="area_code", validate="many_to_one")[TABLES["slopes"]]


def _neighbours() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Area × neighbour, and the areas with what their list is called."""
    members, uses = comparator_groups.groups()
    uses = uses[uses["comparator_id"] == comparator_groups.NEIGHBOURS]
    both = uses[["area_code", "group_id"]].merge(members, on="group_id", validate="one_to_many")
    return both[["area_code", "member_code"]], uses


def comparable_rows(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Headline rows whose values can be set in order: no counts, which go by an area's size; with
    `slice`, a number for each indicator, sex, age and period."""
    known = catalogue.indicators
    counts = [name for name in known if known[name].statistic == "count"]
    rows = headline_rows(indicators[~indicators["indicator_id"].isin(counts)])
    return rows.assign(slice=rows.groupby(_SLICE, sort=False, observed=True).ngroup())


def period_pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """One row = indicator × area: the two periods of its own series, of one sex and age."""
    names = ["sex", "age", *_TOLD]
    newest = rows.sort_values("period_end", kind="stable").drop_duplicates(_KEY, keep="last")
    last = newest[[*_KEY, *names]].rename(columns=_named("last"))
    earlier = rows[[*_KEY, *names]].merge(last, on=[*_KEY, "sex", "age"], validate="many_to_one")
    earlier = earlier[earlier["period_end"] < earlier["last_end"]]
    # Quarters and school years may end a day or two apart.
    since = earlier["last_end"] - pd.DateOffset(years=YEARS) + pd.Timedelta(days=3)
    rule = (earlier["period_end"] <= since).map({True: SINCE, False: OLDEST})
    ends = earlier.assign(rule=rule.astype("str")).sort_values("period_end", kind="stable")
    far = ends[ends["rule"] == SINCE].drop_duplicates(_KEY, keep="last")
    near = ends[ends["rule"] == OLDEST].drop_duplicates(_KEY, keep="first")
    chosen = pd.concat([far, near]).drop_duplicates(_KEY, keep="first")
    return chosen.rename(columns=_named("first")).reset_index(drop=True)


def _named(end: str) -> dict[str, str]:
    return {name: f"{end}_{told}" for name, told in _TOLD.items()}


def with_places(pairs: pd.DataFrame, rows: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """The pairs of periods with the area's ranks among those that have both values."""
    pairs = pairs.assign(pair=range(len(pairs)))
    itself = members[["area_code"]].drop_duplicates()
    listed = pd.concat([members, itself.assign(member_code=itself["area_code"])])
    beside = pairs[["pair", "area_code", "first_slice", "last_slice"]].merge(listed, on="area_code")
    values = rows[["area_code", "slice", "value"]].rename(columns={"area_code": "member_code"})
    for end in _ENDS:
        at = values.rename(columns={"slice": f"{end}_slice", "value": f"{end}_value"})
        on = ["member_code", f"{end}_slice"]
        beside = beside.merge(at, on=on, validate="many_to_one")
    found = pairs.merge(_ranked(beside), on="pair", validate="one_to_one")
    sizes = members["area_code"].value_counts()
    found = found.assign(members=found["area_code"].map(sizes).astype(float))
    return found[found["rank_of"] - 1 >= (COVERAGE * found["members"]).clip(lower=1)]


def _ranked(beside: pd.DataFrame) -> pd.DataFrame:
    """One row = pair: the area's two ranks, how many were ranked, and which way it moved."""
    sets = beside.groupby("pair")
    ranks = {f"{e}_rank": sets[f"{e}_value"].rank(method="min", ascending=False) for e in _ENDS}
    tied = {f"{e}_tied": beside.duplicated(["pair", f"{e}_value"], keep=False) for e in _ENDS}
    size = sets["member_code"].transform("size").astype(float)
    ranked = beside.assign(**ranks, **tied, rank_of=size)
    own = ranked[ranked["member_code"] == ranked["area_code"]]
    change = own["last_rank"] - own["first_rank"]
    moved = change.map(lambda step: UP if step < 0 else DOWN if step > 0 else LEVEL)
    return own[["pair", *ranks, *tied, "rank_of"]].assign(moved=moved.astype("str"))
