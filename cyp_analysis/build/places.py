"""Figures of small areas → the `places` table: each under the authority that it lies in.

A figure of a place is worked out as that of an authority is, by the same definition, and withheld
by the rule for small areas before it is ranked or compared. Which figures are shown is said in
data/catalogue/places; which authority a place lies in comes from the lookups in the data folder.
"""

from collections.abc import Sequence

import pandas as pd

from cyp_analysis import area_kinds, place_measures
from cyp_analysis.build import disclosure, indicators
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.places_parents import find_parents
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.loaders import CountTable
from cyp_analysis.place_measures import AREA_KINDS, PlaceMeasure
from cyp_analysis.schema import ROW_KEY

CLASSES = 4
# One map: the places of a kind in an authority, in one period, of one sex and age.
MAP = ["indicator_id", "area_code", "place_kind", "period_start", "period_end", "sex", "age"]
_PERIOD = ["period_start", "period_end"]


def build_places(inputs: Inputs) -> pd.DataFrame:
    """One row = measure × place × period × sex × age, with its rank, class and side among the
    places of its authority. Empty where no file or no lookup of small areas has arrived."""
    measures = place_measures.load()
    known = place_measures.with_definitions(inputs.catalogue, measures)
    parents = find_parents(inputs.references)
    rows = small_area_rows(inputs.counts, known, parents)
    built = [
        _of_measure(measure, known, rows)
        for measure in measures.values()
        if indicators.has_data(known.indicators[measure.id], rows)
    ]
    built = [table for table in built if len(table)]
    if not built:
        return pd.DataFrame(columns=TABLES["places"])
    joined = pd.concat(built, ignore_index=True)
    safe = disclosure.suppress(joined.assign(within=_within(joined, parents)), known)
    safe = safe[safe["category_type"] == ""].rename(columns={"area_code": "place_code"})
    placed = safe.merge(parents, on="place_code", validate="many_to_one")
    return placed.pipe(add_side, inputs.indicators).pipe(add_rank).pipe(add_class, measures)


def _within(rows: pd.DataFrame, parents: pd.DataFrame) -> pd.Series:
    """The kind of each place and its authority: places that together make the whole of it."""
    wholes = parents["place_kind"] + " of " + parents["area_code"]
    return rows["area_code"].map(dict(zip(parents["place_code"], wholes, strict=True))).fillna("")


def small_area_rows(
    counts: Sequence[CountTable], known: Catalogue, parents: pd.DataFrame
) -> indicators.Counts:
    """(dataset, measure) → rows of places with an authority; the newest file wins a key."""
    wanted = {(p.source, p.measure) for i in known.indicators.values() for p in i.measured}
    parts = [_wanted_rows(table, wanted, parents["place_code"]) for table in counts]
    parts = [rows.assign(reaches=rows["period_end"].max()) for rows in parts if len(rows)]
    if not parts:
        return {}
    everything = pd.concat(parts, ignore_index=True)
    indicators.refuse_two_figures(everything)
    order = ["source_published", "reaches", "source_file"]
    newest = everything.sort_values(order, na_position="first")
    newest = newest.drop_duplicates(["dataset", "measure", *ROW_KEY], keep="last")
    groups = newest.groupby(["dataset", "measure"], sort=False)
    return {key: rows.drop(columns=["dataset", "reaches"]) for key, rows in groups}


def _wanted_rows(table: CountTable, wanted: set, codes: pd.Series) -> pd.DataFrame:
    dataset = table.source.dataset
    measures = {measure for source, measure in wanted if source == dataset}
    if not measures:
        return table.rows.head(0)
    rows = table.rows[table.rows["measure"].isin(measures)]
    return rows[rows["area_code"].isin(codes)].assign(dataset=dataset)


def _of_measure(measure: PlaceMeasure, known: Catalogue, rows: indicators.Counts) -> pd.DataFrame:
    """Figures of the kinds of area that the measure is shown for."""
    built = indicators.indicator_rows(known.indicators[measure.id], rows)
    kinds = {AREA_KINDS[kind] for kind in measure.kinds}
    if measure.nature != "measured":
        nothing = pd.Series(float("nan"), index=built.index)
        built = built.assign(lower_ci_95=nothing, upper_ci_95=nothing, method="none")
    return built[area_kinds.kinds(built["area_code"]).isin(kinds)]


def add_side(places: pd.DataFrame, authorities: pd.DataFrame) -> pd.DataFrame:
    """Each place beside its authority's own figure of the same period: higher, lower or similar
    by its 95% interval; not compared where either is missing."""
    key = ["indicator_id", "area_code", *_PERIOD, "sex", "age"]
    own = authorities[authorities["category_type"] == ""].drop_duplicates(key)
    own = own[[*key, "value"]].rename(columns={"value": "authority_value"})
    own = own.astype({"authority_value": "float64"})
    rows = places.merge(own, on=key, how="left", validate="many_to_one")
    tested = rows[["authority_value", "lower_ci_95", "upper_ci_95"]].notna().all(axis=1)
    side = pd.Series("not_compared", index=rows.index, dtype="str").mask(tested, "similar")
    side = side.mask(rows["lower_ci_95"] > rows["authority_value"], "higher")
    return rows.assign(side=side.mask(rows["upper_ci_95"] < rows["authority_value"], "lower"))


def add_rank(places: pd.DataFrame) -> pd.DataFrame:
    """Rank from the highest value among the places of a map, and how many have one."""
    groups = places.groupby(MAP, observed=True)["value"]
    rank = groups.rank(method="min", ascending=False)
    alike = places.groupby([*MAP, "value"], observed=True)["place_code"].transform("size")
    return places.assign(rank=rank, rank_of=groups.transform("count"), rank_tied=alike > 1)


def add_class(places: pd.DataFrame, measures: dict[str, PlaceMeasure]) -> pd.DataFrame:
    """The class that a place is drawn in, 1 the highest quarter or the most deprived fifth; the
    lowest and highest value of the class. Equal values are always in one class."""
    by_decile = places["indicator_id"].map(
        {name: m.classes == "national_deciles" for name, m in measures.items()}
    )
    quarter = ((places["rank"] - 1) * CLASSES // places["rank_of"]) + 1
    # The two least deprived fifths share a class: a map has no more than four colours.
    fifth = ((places["value"] + 1) // 2).clip(upper=CLASSES)
    number = quarter.where(~by_decile.astype(bool), fifth)
    groups = places.assign(class_number=number).groupby([*MAP, "class_number"], observed=True)
    limits = groups["value"]
    return places.assign(
        class_number=number, class_from=limits.transform("min"), class_to=limits.transform("max")
    )
