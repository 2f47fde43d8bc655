"""Boundaries of the data folder → the `outlines` table: what a map draws, without the folder.

Outlines are on the National Grid in whole metres, generalised so that neighbours still share
their borders. Those of authorities stand under their region, those of small areas under their
authority.
"""

from collections.abc import Sequence

import pandas as pd

from cyp_analysis import area_kinds, geography
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.places_parents import find_parents
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.loaders import ReferenceTable
from cyp_analysis.loaders.table import END_OF_TIME, published_on

# How far a generalised line may lie from the true one, in metres, by kind of area.
TOLERANCE = {
    "authority": 200,
    "district": 150,
    "ward": 25,
    "middle layer super output area": 25,
    "lower layer super output area": 20,
}
NATIONAL_GRID = 27700


def build_outlines(inputs: Inputs) -> pd.DataFrame:
    """One row = one area: its kind, the year of its boundaries and its outline as text.

    An outline is rings of "x y x y …" parted by "|". An area of several files has the newest.
    """
    parents = find_parents(inputs.references)
    parts = [_of_table(table, parents) for table in _boundaries(inputs.references)]
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=TABLES["outlines"])
    rows = pd.concat(parts, ignore_index=True)
    newest = rows.sort_values("vintage", ascending=False, na_position="last", kind="stable")
    newest = newest.drop_duplicates(["place_kind", "place_code"])
    groups = newest.groupby(["area_code", "place_kind"], sort=False)
    drawn = [_outlined(group, kind) for (_, kind), group in groups]
    return pd.concat(drawn, ignore_index=True)


def _boundaries(references: Sequence[ReferenceTable]) -> list[ReferenceTable]:
    return [table for table in references if table.kind == "boundaries"]


def _of_table(table: ReferenceTable, parents: pd.DataFrame) -> pd.DataFrame:
    """The areas of one file that a map of an authority or of a region draws."""
    # An authority whose code alone was replaced stands under its newest one, as figures do.
    newest = geography.current_code(table.rows["area_code"], END_OF_TIME)
    rows = table.rows.assign(place_code=newest).rename(columns={"area_name": "place_name"})
    kinds = area_kinds.kinds(rows["place_code"])
    within = dict(zip(parents["place_code"], parents["area_code"], strict=True)) | _regions()
    made = pd.DataFrame(
        {
            "area_code": rows["place_code"].map(within).astype("str").fillna(""),
            "place_code": rows["place_code"],
            "place_name": rows["place_name"],
            "place_kind": kinds,
            "vintage": rows["vintage"].astype("float64"),
            "geometry": rows["geometry"],
            "source_id": table.source.id,
            "source_published": published_on(table.path, table.source),
        }
    )
    return made[(made["area_code"] != "") & made["place_kind"].isin(list(TOLERANCE))]


def _regions() -> dict[str, str]:
    """Authority → region."""
    areas = geography.areas().query("level == 'authority' and region_code != ''")
    return dict(zip(areas["code"], areas["region_code"], strict=True))


def _outlined(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Rows with their outlines as text, generalised together so that no gap opens between them."""
    import geopandas
    import shapely

    shapes = geopandas.GeoSeries(rows["geometry"], crs="EPSG:4326").to_crs(NATIONAL_GRID)
    plain = shapely.coverage_simplify(shapes.to_numpy(), TOLERANCE[kind])
    # The middle of the widest circle inside an area, and its radius: where a number finds room.
    circles = shapely.maximum_inscribed_circle(plain, tolerance=TOLERANCE[kind])
    middle = shapely.get_point(circles, 0)
    return rows.assign(
        outline=[outline_text(shape) for shape in plain],
        label_x=shapely.get_x(middle).round(),
        label_y=shapely.get_y(middle).round(),
        label_room=shapely.length(circles).round(),
    )[TABLES["outlines"]]


def outline_text(shape: object) -> str:
    """The rings of a polygon or of several as text, outer rings one way round, holes the other."""
    import shapely

    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    rings = [ring for part in parts for ring in _rings(shapely.orient_polygons(part))]
    return "|".join(" ".join(f"{x:.0f} {y:.0f}" for x, y in ring) for ring in rings)


def _rings(polygon: object) -> list:
    return [polygon.exterior.coords, *(hole.coords for hole in polygon.interiors)]
