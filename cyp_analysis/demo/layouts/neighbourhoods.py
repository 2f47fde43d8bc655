"""Small areas: deprivation, what lies in what, and outlines on a simple grid."""

import json

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.demo import chance
from cyp_analysis.demo.model import Model
from cyp_analysis.demo.people import World
from cyp_analysis.demo.tables import File, csv_text

_INDICES = {
    "2025": (
        "Index of Multiple Deprivation (IMD)",
        "Income Deprivation Affecting Children Index (IDACI)",
    ),
    "2019": (
        "Index of Multiple Deprivation (IMD)",
        "Income Deprivation Affecting Children Index (IDACI)",
    ),
}
_WORST = "(where 1 is most deprived)"
_SIDE = 0.02  # of a ward's square, in degrees
_WARDS_ACROSS = 4
_ORIGIN = (0.7, 54.0)  # in the North Sea, where nobody lives


def write_deprivation(model: Model, source: Source) -> File:
    """File 7 of the Indices of Deprivation: score, rank and decile of every small area."""
    edition = "2025" if "2025" in source.id else "2019"
    places, areas = model.world.places, model.world.places.small_areas
    names = places.authorities.set_index("code")["name"]
    vintage, authority, middle = (
        ("2021", "2024", "2022") if edition == "2025" else ("2011", "2019", "2015")
    )
    header = [f"LSOA code ({vintage})", f"LSOA name ({vintage})"]
    header += [
        f"Local Authority District code ({authority})",
        f"Local Authority District name ({authority})",
    ]
    columns = [areas["code"], areas["name"], areas["area"], areas["area"].map(names)]
    for index, title in enumerate(_INDICES[edition]):
        scored = _scored(areas, index, edition)
        rate = " Score" if index == 0 else " Score (rate)"
        header += [
            title + rate,
            f"{title} Rank {_WORST}",
            f"{title} Decile (where 1 is most deprived 10% of LSOAs)",
        ]
        columns += [scored["score"].map("{:.3f}".format), scored["rank"], scored["decile"]]
    people = model.world.small.sum(axis=0)
    header += [f"Total population: mid {middle}", f"Dependent Children aged 0-15: mid {middle}"]
    columns += [people.sum(axis=0), people[:16].sum(axis=0)]
    rows = zip(*(list(column) for column in columns), strict=True)
    name = f"File_7_illustrative_IoD{edition}_All_Ranks_Scores_Deciles.csv"
    return File(source.id, name, csv_text(header, rows))


def _scored(areas: pd.DataFrame, index: int, edition: str) -> pd.DataFrame:
    noise = chance.generator("deprivation", index, edition).normal(0, 0.25, len(areas))
    need = areas["need"].to_numpy() + noise
    score = 21 * np.exp(0.55 * need) if index == 0 else 0.18 * np.exp(0.5 * need)
    rank = pd.Series(-need).rank(method="first").astype(int)
    decile = np.ceil(rank / len(areas) * 10).astype(int)
    return pd.DataFrame(
        {"score": np.minimum(score, 92 if index == 0 else 0.9), "rank": rank, "decile": decile}
    )


def write_lookups(model: Model, source: Source) -> list[File]:
    """Small area to ward to authority, and ward to authority to region."""
    places = model.world.places
    areas, wards = places.small_areas, places.wards.set_index("code")
    names = places.authorities.set_index("code")["name"]
    small = [
        [a.name, a.code, wards.at[a.inside, "name"], a.inside, names[a.area], a.area]
        for a in areas.itertuples()
    ]
    header = ["LSOA21NM", "LSOA21CD", "WD25NM", "WD25CD", "LAD25NM", "LAD25CD"]
    regions = places.regions.set_index("code")["name"]
    region = places.authorities.set_index("code")["region_code"]
    above = ["WD25CD", "WD25NM", "LAD25CD", "LAD25NM", "RGN25CD", "RGN25NM", "CTRY25CD", "CTRY25NM"]
    country = [places.area_codes[-1], "England"]
    large = [
        [w.code, w.name, w.area, names[w.area], region[w.area], regions[region[w.area]], *country]
        for w in places.wards.itertuples()
    ]
    return [
        File(source.id, "LSOA21_WD25_LAD25_lookup_illustrative.csv", csv_text(header, small)),
        File(source.id, "WD25_LAD25_RGN25_lookup_illustrative.csv", csv_text(above, large)),
    ]


def write_outlines(model: Model, source: Source) -> list[File]:
    """Wards, small areas and authorities as squares of a grid, in GeoJSON."""
    world = model.world
    places, corners = world.places, _corners(world)
    names = places.authorities.set_index("code")["name"]
    wards = [
        _feature({"WD25CD": w["code"], "WD25NM": w["name"], "LAD25CD": w["area"]},
                 corners[w["area"]], w["number"], None)
        for _, w in places.wards.iterrows()
    ]  # fmt: skip
    number = places.wards.set_index("code")["number"]
    small = [
        _feature({"LSOA21CD": a["code"], "LSOA21NM": a["name"], "LAD25CD": a["area"]},
                 corners[a["area"]], number[a["inside"]], a["number"])
        for _, a in places.small_areas.iterrows()
    ]  # fmt: skip
    whole = [
        _feature({"CTYUA25CD": code, "CTYUA25NM": name}, corners[code], None, None)
        for code, name in names.items()
    ]
    made = {"wards": wards, "lsoa": small, "counties_and_unitary_authorities": whole}
    return [
        File(source.id, f"{kind}_illustrative_boundaries.geojson", _collection(features))
        for kind, features in made.items()
    ]


def _corners(world: World) -> dict[str, tuple[float, float]]:
    """The lower left corner of every authority's block of wards."""
    across = int(np.ceil(np.sqrt(len(world.places.authorities))))
    wide, high = _SIDE * _WARDS_ACROSS, _SIDE * 3
    return {
        code: (_ORIGIN[0] + wide * (place % across), _ORIGIN[1] + high * (place // across))
        for place, code in enumerate(world.places.authorities["code"])
    }


def _feature(
    properties: dict, corner: tuple[float, float], ward: int | None, part: int | None
) -> dict:
    x, y = corner
    wide, high = _SIDE * _WARDS_ACROSS, _SIDE * 3
    if ward is not None:
        x, y = x + _SIDE * (int(ward) % _WARDS_ACROSS), y + _SIDE * (int(ward) // _WARDS_ACROSS)
        wide = high = _SIDE
    if part is not None:
        wide = high = _SIDE / 2
        x, y = x + wide * (int(part) % 2), y + high * (int(part) // 2)
    ring = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
    points = [[round(a, 5), round(b, 5)] for a, b in ring]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [points]},
    }


def _collection(features: list[dict]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, indent=None) + "\n"
