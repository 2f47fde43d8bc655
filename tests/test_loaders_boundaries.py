"""Boundaries: areas that tile one another as published, every format and fault in small."""

import builtins
import json
import sqlite3
import zipfile

import geopandas
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point, Polygon, box

from cyp_analysis import catalogue
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import boundaries, read
from cyp_analysis.loaders.formats import gpkg, shapes
from cyp_analysis.loaders.formats.archive import Content

BARNET, CAMDEN = "E09000003", "E09000007"
CODED, NAMED = "boundaries_open_geography", "boundaries_by_name"
WEST, EAST = box(-0.3, 51.5, -0.2, 51.6), box(-0.2, 51.5, -0.1, 51.6)
METRES = 27700


def passport(name=CODED):
    return catalogue.load().sources[name]


def feature(shape, **properties) -> dict:
    geometry = None if shape is None else shapely.geometry.mapping(shape)
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def wards(*outlines) -> list[dict]:
    """Features of wards as the publisher writes them, with their authority beside."""
    return [
        feature(shape, FID=i, WD25CD=f"E0501362{i}", WD25NM=f"Ward {i}", LAD25CD=BARNET)
        for i, shape in enumerate(outlines or (WEST, EAST))
    ]


def saved(tmp_path, features, name="wards.geojson", **more):
    path = tmp_path / name
    text = json.dumps({"type": "FeatureCollection", **more, "features": features})
    path.write_text(text, encoding="utf-8")
    return path


def frame(crs=4326, outlines=(WEST, EAST)) -> geopandas.GeoDataFrame:
    rows = {
        "WD25CD": ["E05013620", "E05013621"], "WD25NM": ["Ward 0", "Ward 1"],
        "LAD25CD": [BARNET] * 2, "Shape__Are": [1.0, 2.0],
    }  # fmt: skip
    return geopandas.GeoDataFrame(rows, geometry=list(outlines), crs=4326).to_crs(crs)


def shapefile(tmp_path, folder="", without=()):
    """A zipped shapefile on the national grid, some of its columns left away."""
    frame(METRES).drop(columns=list(without)).to_file(tmp_path / "wards.shp")
    path = tmp_path / "Wards_(May_2025)_Boundaries_UK_BSC.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for part in sorted(tmp_path.glob("wards.*")):
            packed.write(part, f"{folder}{part.name}")
            part.unlink()
    return path


def problems(table) -> list[str]:
    return table.problems["problem"].tolist()


# Published maps


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "ons-open-geography"


def in_metres(table):
    return table.rows.to_crs(METRES).geometry


@pytest.mark.parametrize(
    ("pattern", "count", "vintage", "prefix"),
    [
        ("Counties*", 153, 2023, "E0|E1"),
        ("Regions*", 9, 2023, "E12"),
        ("lsoa21_E09000003*", 220, 2021, "E01"),
        ("ward25_E09000003*", 24, 2025, "E05"),
        ("ward25_E09000005*", 22, 2025, "E05"),
        ("ward25_E09000015*", 22, 2025, "E05"),
    ],
)
def test_published_maps(folder, pattern, count, vintage, prefix):
    table = read(next(folder.glob(pattern)))
    rows = table.rows
    assert (table.kind, table.source.id) == ("boundaries", CODED)
    assert list(rows) == ["source_row", "area_code", "area_name", "vintage", "geometry"]
    assert (len(rows), rows["area_code"].nunique()) == (count, count)
    assert rows["area_code"].str.match(prefix).all()
    assert set(rows["vintage"]) == {vintage}
    assert rows.crs.to_epsg() == 4326
    assert rows.geometry.is_valid.all() and not rows.geometry.is_empty.any()


def test_names_and_rows_are_those_of_the_file(folder):
    path = next(folder.glob("ward25_E09000003*"))
    printed = [f["properties"] for f in json.loads(path.read_text())["features"]]
    rows = read(path).rows
    assert rows["area_code"].tolist() == [each["WD25CD"] for each in printed]
    assert rows["area_name"].tolist() == [each["WD25NM"] for each in printed]
    assert rows["source_row"].tolist() == list(range(2, 26))


def test_wards_and_small_areas_tile_their_borough(folder):
    """8,675 hectares, by the Office for National Statistics' standard area measurements; the map of
    authorities is generalised to 200 metres."""
    ward = in_metres(read(next(folder.glob("ward25_E09000003*"))))
    lsoa = in_metres(read(next(folder.glob("lsoa21_E09000003*"))))
    authorities = read(next(folder.glob("Counties*")))
    borough = in_metres(authorities)[authorities.rows["area_code"] == BARNET].iloc[0]
    for parts in (ward, lsoa):
        whole = shapely.union_all(parts.to_numpy())
        assert whole.area == pytest.approx(86.75e6, rel=0.01)
        assert parts.area.sum() == pytest.approx(whole.area, rel=0.002), "no two overlap"
        assert whole.symmetric_difference(borough).area < 0.04 * whole.area
    assert borough.area == pytest.approx(86.75e6, rel=0.02)


def test_regions_lie_where_their_authorities_do(folder):
    regions = read(next(folder.glob("Regions*"))).rows.set_index("area_code").geometry
    authorities = read(next(folder.glob("Counties*"))).rows.set_index("area_code").geometry
    london = regions["E12000007"]
    assert london.contains(authorities[BARNET].representative_point())
    assert not london.contains(authorities["E10000016"].representative_point())


def test_other_nations_are_told_once(folder):
    assert problems(read(next(folder.glob("Counties*")))) == [
        "65 rows left out, from this one on: areas of Wales, Scotland or Northern Ireland"
    ]


def test_boroughs_that_are_only_named(real_data):
    table = read(real_data / "npm-vega-datasets" / "londonBoroughs.json")
    assert table.source.id == NAMED
    assert table.rows["area_code"].str.startswith("E09").sum() == 33
    names = table.rows.set_index("area_code")["area_name"]
    assert (names[BARNET], names["E09000001"]) == ("Barnet", "City of London")
    assert table.rows["vintage"].isna().all()
    assert table.rows.geometry.is_valid.all()
    assert problems(table) == [f"{boundaries.REPAIRED}: E09000027"]


def test_a_map_of_names_agrees_with_the_map_of_codes(real_data, folder):
    named = read(real_data / "npm-vega-datasets" / "londonBoroughs.json")
    coded = read(next(folder.glob("Counties*")))
    of_names = in_metres(named).set_axis(named.rows["area_code"])
    of_codes = in_metres(coded).set_axis(coded.rows["area_code"])
    for code, shape in of_names.items():
        assert shape.intersection(of_codes[code]).area > 0.9 * shape.area, code


# Formats


def test_the_smallest_areas_are_the_ones_drawn(tmp_path):
    table = read(saved(tmp_path, wards()))
    assert table.rows["area_code"].tolist() == ["E05013620", "E05013621"]
    assert table.rows["area_name"].tolist() == ["Ward 0", "Ward 1"]
    assert table.rows.geometry.iloc[0].equals(WEST)
    assert problems(table) == []


@pytest.mark.parametrize(
    "said", [{}, {"crs": {"type": "name", "properties": {"name": "EPSG:4326"}}}]
)
def test_the_national_grid_is_told_by_its_coordinates(tmp_path, said):
    outlines = frame(METRES).geometry
    table = read(saved(tmp_path, wards(*outlines), **said))
    assert table.rows.crs.to_epsg() == 4326
    assert table.rows.geometry.iloc[0].symmetric_difference(WEST).area < 1e-5
    assert problems(table) == [
        "coordinates moved from the British National Grid to longitude and latitude"
    ]


def test_web_mercator_is_told_by_its_coordinates(tmp_path):
    table = read(saved(tmp_path, wards(*frame(3857).geometry)))
    assert table.rows.geometry.iloc[1].symmetric_difference(EAST).area < 1e-9
    assert "Web Mercator" in problems(table)[0]


@pytest.mark.parametrize("inside", ["", "Wards/", "a/b (c)/"])
def test_a_zipped_shapefile(tmp_path, inside):
    table = read(shapefile(tmp_path, inside))
    assert table.source.id == CODED
    assert table.rows["area_code"].tolist() == ["E05013620", "E05013621"]
    assert set(table.rows["vintage"]) == {2025}
    assert table.rows.geometry.iloc[0].symmetric_difference(WEST).area < 1e-5


def test_a_shapefile_whose_columns_do_not_speak_of_outlines(tmp_path):
    path = shapefile(tmp_path, "a/", without=["Shape__Are"])
    for place in (path, path / "a/wards.dbf"):
        table = read(place)
        assert (table.kind, len(table.rows)) == ("boundaries", 2)
        assert set(table.rows["vintage"]) == {2025}
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path)
    assert read(tmp_path / "a" / "wards.dbf").kind == "boundaries"
    (tmp_path / "a" / "wards.shp").unlink()
    assert read(tmp_path / "a" / "wards.dbf").kind == "lookup"


def test_an_archive_of_two_shapefiles_is_refused(tmp_path):
    path = shapefile(tmp_path)
    both = tmp_path / "both.zip"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(both, "w") as packed:
        for name in whole.namelist():
            for folder in ("a", "b"):
                packed.writestr(f"{folder}/{name}", whole.read(name))
    assert len(read(both / "a/wards.dbf").rows) == 2
    with pytest.raises(SourceError) as caught:
        shapes.read_shapes(both)
    assert caught.value.rule == "must hold one map"
    with pytest.raises(SourceError):
        read(both)


def test_one_map_of_an_archive_of_two(tmp_path):
    one = json.dumps({"type": "FeatureCollection", "features": wards(WEST)})
    path = tmp_path / "maps.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.geojson", one)
        packed.writestr("b.geojson", one)
    assert len(read(path / "b.geojson").rows) == 1
    with pytest.raises(SourceError, match=r"a\.geojson"):
        read(path)


def test_a_geopackage(tmp_path):
    path = tmp_path / "wards.gpkg"
    frame(METRES).to_file(path, layer="wards")
    for content in (Content(path, path.name, None), Content(path, path.name, path.read_bytes())):
        (sheet,) = gpkg.read_gpkg(content, None)
        assert sheet.name == "features"
        assert sheet.records[0][-1] == "geometry" and "WD25CD" in sheet.records[0]
        assert [record[1] for record in sheet.records[1:]] == ["E05013620", "E05013621"]
        (head,) = gpkg.read_gpkg(content, 1)
        assert len(head.records) == 2
    found, told = shapes.read_shapes(path)
    assert found[0].symmetric_difference(WEST).area < 1e-5
    assert "British National Grid" in told


@pytest.mark.parametrize("crs", [4326, METRES, 3857])
def test_a_geopackage_is_read_as_any_map(tmp_path, crs):
    path = tmp_path / "Wards_May_2025_Boundaries_UK_BSC.gpkg"
    frame(crs).to_file(path, layer="WD_MAY_2025_UK_BSC")
    packed = tmp_path / "wards.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, path.name)
    for each in (path, packed, packed / path.name):
        table = read(each)
        assert (table.kind, table.source.id) == ("boundaries", CODED)
        assert table.rows["area_code"].tolist() == ["E05013620", "E05013621"]
        assert table.rows["area_name"].tolist() == ["Ward 0", "Ward 1"]
        assert table.rows["vintage"].tolist() == [2025, 2025]
        assert table.rows.crs.to_epsg() == 4326
        assert table.rows.geometry[0].symmetric_difference(WEST).area < 1e-5


@pytest.mark.parametrize("size", [100, 5_000, 40_000])
def test_a_geopackage_cut_short_is_refused(tmp_path, size):
    path = tmp_path / "wards.gpkg"
    frame().to_file(path, layer="wards")
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(SourceError) as caught:
        read(path)
    assert caught.value.rule == "must be a GeoPackage"


def test_a_geopackage_whose_maps_are_endless_queries_is_refused(tmp_path):
    path = tmp_path / "wards.gpkg"
    frame().to_file(path, layer="wards")
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n)"
    with sqlite3.connect(path) as database:
        database.execute("ALTER TABLE gpkg_geometry_columns RENAME TO gone")
        database.execute(
            f"CREATE VIEW gpkg_geometry_columns AS {endless} SELECT gone.* FROM gone, n"
        )
    database.close()
    with pytest.raises(SourceError) as caught:
        read(path)
    assert "interrupted" in caught.value.got


def test_features_without_any_shape_are_a_lookup(tmp_path):
    features = [feature(None, WD25CD="E05013620", WD25NM="Ward 0", LAD25CD=BARNET)]
    table = read(saved(tmp_path, features, "Ward_to_LAD_Lookup.geojson"))
    assert table.kind == "lookup"
    assert table.rows["ward_code_2025"].tolist() == ["E05013620"]
    with pytest.raises(SourceError) as caught:
        boundaries.read_boundaries(tmp_path / "Ward_to_LAD_Lookup.geojson", passport())
    assert caught.value.got == "features without shapes"


def test_a_geopackage_of_two_maps_has_two_sheets_and_no_one_map(tmp_path):
    path = tmp_path / "maps.gpkg"
    frame().to_file(path, layer="a")
    frame().to_file(path, layer="b")
    assert [s.name for s in gpkg.read_gpkg(Content(path, path.name, None), None)] == ["a", "b"]
    with pytest.raises(SourceError) as caught:
        shapes.read_shapes(path)
    assert (caught.value.rule, caught.value.got) == ("must hold one map", "a, b")


@pytest.mark.parametrize("data", [b"SQLite format 3\0" + b"x" * 200, b""])
def test_a_damaged_geopackage_is_refused(tmp_path, data):
    path = tmp_path / "wards.gpkg"
    path.write_bytes(data)
    with pytest.raises(SourceError):
        gpkg.read_gpkg(Content(path, path.name, None), None)


@pytest.mark.parametrize(
    ("properties", "code", "vintage"),
    [
        ({"CTYUA23CD": "E10000016", "CTYUA23NM": "Kent"}, "E10000016", 2023),
        ({"lad19cd": BARNET, "lad19nm": "Barnet"}, BARNET, 2019),
        ({"MSOA21CD": "E02000024", "MSOA21NM": "Barnet 001"}, "E02000024", 2021),
        ({"PCON24CD": "E14001078", "PCON24NM": "Barnet"}, "E14001078", 2024),
        ({"GSS_CODE": BARNET, "NAME": "Barnet"}, BARNET, None),
        ({"area_code": BARNET, "area_name": "Barnet"}, BARNET, None),
    ],
)
def test_codes_of_every_kind_and_year(tmp_path, properties, code, vintage):
    table = read(saved(tmp_path, [feature(WEST, **properties)]))
    (row,) = table.rows.drop(columns="geometry").to_dict("records")
    assert row["area_code"] == code
    assert row["area_name"] == list(properties.values())[1]
    assert (None if pd.isna(row["vintage"]) else row["vintage"]) == vintage


# Faults


def test_outlines_that_cross_themselves_are_repaired_and_told(tmp_path):
    bow = Polygon([(-0.3, 51.5), (-0.2, 51.6), (-0.2, 51.5), (-0.3, 51.6)])
    table = read(saved(tmp_path, wards(bow, EAST)))
    assert table.rows.geometry.is_valid.all()
    assert table.rows.geometry.iloc[0].area == pytest.approx(0.005)
    assert problems(table) == [f"{boundaries.REPAIRED}: E05013620"]


@pytest.mark.parametrize("nothing", [None, Polygon(), Point(-0.2, 51.5)])
def test_areas_without_an_outline_are_left_out_and_told(tmp_path, nothing):
    table = read(saved(tmp_path, wards(nothing, EAST)))
    assert table.rows["area_code"].tolist() == ["E05013621"]
    assert table.rows.geometry.iloc[0].equals(EAST)
    assert problems(table) == ["left out: no outline: E05013620"]


def test_parts_of_one_area_are_joined_and_told(tmp_path):
    features = wards()
    features[1]["properties"]["WD25CD"] = "E05013620"
    features.append(feature(box(-0.1, 51.5, 0, 51.6), WD25CD="E05013629", WD25NM="C"))
    table = read(saved(tmp_path, features))
    assert table.rows["area_code"].tolist() == ["E05013620", "E05013629"]
    assert table.rows.geometry.iloc[0].equals(shapely.union_all([WEST, EAST]))
    assert problems(table) == [f"left out: {boundaries.JOINED}: E05013620"]


def test_areas_that_are_not_known_are_told(tmp_path):
    features = [feature(WEST, id="Barnet"), feature(EAST, id="Gotham")]
    table = read(saved(tmp_path, features, name="boroughs.json"))
    assert table.rows["area_code"].tolist() == [BARNET]
    assert problems(table) == ["left out: no area is called `Gotham`"]
    features = wards()
    features[0]["properties"]["WD25CD"] = "E0501"
    table = read(saved(tmp_path, features))
    assert table.rows["area_code"].tolist() == ["E05013621"]
    assert problems(table)[0] == "left out: no area code: `E0501`"


@pytest.mark.parametrize(
    ("outline", "got"),
    [
        (box(51.5, -0.3, 51.6, -0.2), "coordinates from 51.5, -0.3 to 51.6, -0.2"),
        (box(2.3, 48.8, 2.4, 48.9), "coordinates from 2.3, 48.8 to 2.4, 48.9"),
    ],
)
def test_coordinates_elsewhere_are_refused(tmp_path, outline, got):
    with pytest.raises(SourceError) as caught:
        read(saved(tmp_path, wards(outline)))
    assert caught.value.rule.startswith("must have coordinates in the United Kingdom")
    assert caught.value.got == got
    assert "EPSG:4326" in caught.value.action


def test_a_map_without_any_outline_is_refused(tmp_path):
    path = saved(tmp_path, wards(None, None))  # its codes make it a lookup for `read`
    with pytest.raises(SourceError, match="features without shapes"):
        boundaries.read_boundaries(path, passport())
    with pytest.raises(SourceError, match="it has no shapes"):
        shapes.read_shapes(path)


def test_a_map_of_points_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no outline"):
        read(saved(tmp_path, wards(Point(-0.2, 51.5), Point(-0.3, 51.5))))


def test_a_map_that_is_cut_short_is_refused(tmp_path):
    path = saved(tmp_path, wards())
    whole = path.read_text()
    for part in (0.3, 0.6, 0.99):
        path.write_text(whole[: int(len(whole) * part)])
        with pytest.raises(SourceError):
            read(path)


def test_a_shapefile_without_its_outlines_is_refused(tmp_path):
    path = shapefile(tmp_path)
    short = tmp_path / "short.zip"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(short, "w") as packed:
        for name in whole.namelist():
            if not name.endswith((".shp", ".shx")):
                packed.writestr(name, whole.read(name))
    with pytest.raises(SourceError) as caught:
        boundaries.read_boundaries(short, passport())
    assert caught.value.rule == "must be a map"


def test_more_rows_than_shapes_are_refused(tmp_path):
    found, _ = shapes.read_shapes(saved(tmp_path, wards()))
    lines = frame().index.to_series() + 3
    with pytest.raises(SourceError, match="3 rows and 2 shapes"):
        shapes.of_rows(found, lines, tmp_path)


def test_without_geopandas_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    path = saved(tmp_path, wards())
    known = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "geopandas":
            raise ImportError(name)
        return known(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert caught.value.got == "geopandas is not installed"
    assert 'pip install "cyp-analysis[maps]"' in caught.value.action


def test_the_catalogue_passport_is_found(tmp_path):
    assert boundaries.read_boundaries(saved(tmp_path, wards())).source == passport()
