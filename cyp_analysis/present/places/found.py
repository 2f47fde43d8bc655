"""Which places, figures and outlines a map of one chapter shows. Rows are chosen, not changed."""

from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from cyp_analysis import geography, place_measures
from cyp_analysis.area_tables import read_table, reference_folder
from cyp_analysis.catalogue import Indicator
from cyp_analysis.errors import ChapterError
from cyp_analysis.geography import Area
from cyp_analysis.place_measures import AREA_KINDS
from cyp_analysis.present.peers import find_peers
from cyp_analysis.present.selection import Selection

CLASSES, AHEAD, MOST_NAMED = 4, 10, 60
AUTHORITY = "authority"
TILE_FILE = "tile_map.csv"
# Outlines of which fewer than this part have a figure are of other boundaries than the figures.
_SAME_BOUNDARIES = 0.5
_DRAWN = ["place_code", "outline", "label_x", "label_y", "label_room"]


@dataclass(frozen=True)
class PlaceFigures:
    """The figures of one map, the highest first, missing last.

    `rows`: place_code, place_name, count, value, interval, side, rank, class_number, class_from,
    class_to, period and source columns. `within` is the area that the places lie in; `whole` its
    own figure, missing if it has none. `shapes`: outlines (or tiles with `column` and `row`).
    """

    indicator: Indicator
    kind: str
    within: Area
    own_code: str
    whole: float
    rows: pd.DataFrame = field(repr=False)
    shapes: pd.DataFrame = field(repr=False)
    by_decile: bool = False

    @property
    def known(self) -> pd.DataFrame:
        """The places that have a figure."""
        return self.rows[self.rows["value"].notna()]

    @property
    def drawn_as(self) -> str:
        """How they can be shown: "outlines", "tiles" or "bars"."""
        if self.shapes.empty:
            return "bars"
        return "outlines" if "outline" in self.shapes else "tiles"


def measure_indicator(selection: Selection, indicator_id: str) -> Indicator:
    """What a figure of places means; ChapterError as for any indicator."""
    measure = place_measures.load().get(indicator_id)
    known = measure and measure.definition
    return known or selection.indicator(indicator_id)


def figures_of(selection: Selection, indicator_id: str, places: str = "") -> PlaceFigures | None:
    """The newest figures of a kind of place, by default the first that has any; None without.

    ChapterError for a kind that there is not.
    """
    indicator = measure_indicator(selection, indicator_id)
    crowded = None
    for kind in _kinds(selection, indicator_id, places):
        if kind == AUTHORITY and crowded is not None:
            break
        show = _authorities if kind == AUTHORITY else partial(_small_areas, kind=kind)
        found = show(selection, indicator)
        if found is None or len(found.known) < 2:
            continue
        if places or found.drawn_as != "bars" or len(found.known) <= MOST_NAMED:
            return found
        # Without outlines, hundreds of wards say less than the districts that they lie in.
        crowded = crowded or found
    return crowded


def small_kind(selection: Selection, indicator_id: str, places: str) -> str:
    """The kind of small area asked for, else the one that a map would show; ward without any."""
    if places:
        return places
    found = figures_of(selection, indicator_id)
    return "ward" if found is None or found.kind == AUTHORITY else found.kind


def _kinds(selection: Selection, indicator_id: str, places: str) -> tuple[str, ...]:
    if places and places not in AREA_KINDS:
        rule = "`places` must be a kind of area that maps know"
        known = ", ".join(AREA_KINDS)
        raise ChapterError(f"chapter {selection.entry.id}", rule, repr(places), f"Use: {known}.")
    measure = place_measures.load().get(indicator_id)
    return (places,) if places else (*(measure.kinds if measure else ()), AUTHORITY)


def small_area_rows(selection: Selection, indicator_id: str, kind: str) -> pd.DataFrame:
    """Every period of the places of a kind in the area, up to the cut, persons first."""
    rows = selection.edition.read("places", areas=[selection.area.code], indicators=[indicator_id])
    rows = rows[rows["place_kind"] == AREA_KINDS[kind]]
    measure = place_measures.load().get(indicator_id)
    if measure is None or measure.nature != "projected":
        rows = selection.until(rows)
    persons = rows[rows["sex"] == "persons"]
    return persons if len(persons) else rows


def newest(rows: pd.DataFrame, *, projected: bool = False) -> pd.DataFrame:
    """The rows of the newest period with any value, of a projection those of the year ten years
    after its first; highest first, missing last."""
    known = rows[rows["value"].notna()]
    if known.empty:
        return known
    ends = known["period_end"]
    if projected:
        ends = ends[ends <= ends.min() + pd.DateOffset(years=AHEAD)]
    latest = ends.max()
    chosen = rows[rows["period_end"] == latest]
    return chosen.sort_values(["value", "place_name"], ascending=[False, True], kind="stable")


def _small_areas(selection: Selection, indicator: Indicator, kind: str) -> PlaceFigures | None:
    measure = place_measures.load().get(indicator.id)
    if measure is None:
        return None
    rows = small_area_rows(selection, indicator.id, kind)
    rows = newest(rows, projected=measure.nature == "projected")
    if rows.empty:
        return None
    outlines = selection.edition.read("outlines", areas=[selection.area.code])
    shapes = outlines[outlines["place_kind"] == AREA_KINDS[kind]]
    return PlaceFigures(
        indicator=indicator,
        kind=kind,
        within=selection.area,
        own_code="",
        whole=float(rows["authority_value"].iloc[0]),
        rows=rows.reset_index(drop=True),
        shapes=_matching(shapes, rows),
        by_decile=measure.classes == "national_deciles",
    )


def _matching(shapes: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Outlines of the boundaries that the figures are of; none where they are of others."""
    ours = shapes["place_code"].isin(rows["place_code"])
    share = ours.sum() / max(len(rows), 1)
    return shapes[_DRAWN] if share >= _SAME_BOUNDARIES else shapes[_DRAWN].head(0)


def _authorities(selection: Selection, indicator: Indicator) -> PlaceFigures | None:
    """The authorities of the area's region."""
    row = selection.latest_known(indicator.id)
    region = selection.area.region_code
    peers = None if row is None or not region else find_peers(selection, row, region)
    if peers is None:
        return None
    rows = peers.rows.rename(columns={"area_code": "place_code", "area_name": "place_name"})
    number = (rows["rank"] - 1) * CLASSES // rows["rank_of"] + 1
    limits = rows.assign(class_number=number).groupby("class_number")["value"]
    rows = rows.assign(
        class_number=number, class_from=limits.transform("min"), class_to=limits.transform("max")
    )
    own = [line["value"] for line in peers.benchmarks if line["area_code"] == region]
    return PlaceFigures(
        indicator=indicator,
        kind=AUTHORITY,
        within=geography.area(region),
        own_code=selection.area.code,
        whole=float(own[0]) if own else float("nan"),
        rows=rows.reset_index(drop=True),
        shapes=_region_shapes(selection, region, rows),
    )


def _region_shapes(selection: Selection, region: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Outlines of the authorities of a region, else their tiles, else nothing."""
    outlines = selection.edition.read("outlines", areas=[region])
    shapes = _matching(outlines[outlines["place_kind"] == AUTHORITY], rows)
    if len(shapes):
        return shapes
    tiles = read_table(reference_folder(), TILE_FILE, ("map", "area_code", "column", "row"))
    mine = tiles[(tiles["map"] == region) & tiles["area_code"].isin(rows["place_code"])]
    whole = len(mine) >= _SAME_BOUNDARIES * len(rows)
    mine = mine if whole else mine.head(0)
    return mine.rename(columns={"area_code": "place_code"}).astype({"column": int, "row": int})
