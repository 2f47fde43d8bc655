"""Outlines of areas out of a file of any of the usual formats, in longitude and latitude.

Needs geopandas, an optional part of the installation. The coordinates themselves tell the system
they are in: files often do not say it, or say it wrongly.
"""

import warnings
import zipfile
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.formats import archive, sheets

LONGITUDE_LATITUDE = 4326
# What the bounds (west, south, east, north) of the United Kingdom are in each system.
_SYSTEMS = {
    LONGITUDE_LATITUDE: (-9.5, 49.0, 2.5, 61.5),
    27700: (-100_000.0, 4_000.0, 800_000.0, 1_300_000.0),
    3857: (-1_060_000.0, 6_200_000.0, 280_000.0, 8_700_000.0),
}
_NAMES = {27700: "the British National Grid", 3857: "Web Mercator"}
_INSTALL = 'Install what maps need: pip install "cyp-analysis[maps]".'


def read_shapes(path: Path) -> tuple[np.ndarray, str]:
    """The shapes of a file's features in their order (None where there is none), in EPSG:4326, and
    a note if they were in another system.

    SourceError without geopandas, for a file that does not open as a map, or one whose
    coordinates are not in the United Kingdom in any known system.
    """
    geopandas = _geopandas(path)
    import pyogrio

    place = _place(Path(path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # remarks of the format library on single features
        try:
            layers = [str(name) for name, _ in pyogrio.list_layers(place)]
            frame = geopandas.read_file(place, engine="pyogrio", columns=[])
        except (OSError, RuntimeError, ValueError, LookupError) as error:
            raise _unopened(path, error) from None
    if len(layers) > 1:
        raise _several(path, layers, "Save the one that is wanted in a file of its own.")
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise _unopened(path, "it has no shapes")
    shapes = frame.geometry.set_crs(None, allow_override=True)
    system = _system(shapes, path)
    if system == LONGITUDE_LATITUDE:
        return shapes.to_numpy(), ""
    moved = shapes.set_crs(system, allow_override=True).to_crs(LONGITUDE_LATITUDE)
    return moved.to_numpy(), f"coordinates moved from {_NAMES[system]} to longitude and latitude"


def has_outlines(path: Path) -> bool:
    """Whether the table of a path is that of a shapefile, whose outlines lie beside it: its own
    columns need not tell."""
    path = Path(path)
    if path.suffix.lower() == ".dbf" and path.is_file():
        return path.with_suffix(".shp").exists()
    archived = path.suffix.lower() in (".zip", ".dbf")
    return archived and isinstance(_place(path), str)


def _geopandas(path: Path) -> ModuleType:
    try:
        import geopandas
    except ImportError:
        rule = "is a map, which needs geopandas"
        raise SourceError(path, rule, "geopandas is not installed", _INSTALL) from None
    return geopandas


def _place(path: Path) -> object:
    """What the format library opens: a file, bytes, or a shapefile within an archive."""
    outer = next((p for p in (path, *path.parents) if p.is_file()), path)
    member = path.relative_to(outer).as_posix() if outer != path else ""
    if zipfile.is_zipfile(outer):
        with zipfile.ZipFile(outer) as opened:
            names = [n for n in opened.namelist() if n.lower().endswith(".shp")]
        stem = member.rsplit(".", 1)[0]
        names = [n for n in names if not member or n.rsplit(".", 1)[0] == stem]
        if len(names) == 1:
            return f"/vsizip/{{{outer.absolute()}}}/{names[0]}"
        if len(names) > 1:
            raise _several(path, names, f"Name one of them: {path.name}/{names[0]}.")
    if path.suffix.lower() == ".dbf":
        return path.with_suffix(".shp")
    content = archive.open_content(path)
    return path if content.data is None else content.all()


def _several(path: Path, names: list[str], action: str) -> SourceError:
    return SourceError(path, "must hold one map", ", ".join(names[:8]), action)


def _unopened(path: Path, error: BaseException | str) -> SourceError:
    got = f"a file that does not open as one ({sheets.fault(error)})"
    return SourceError(path, "must be a map", got, "Download the boundaries again as GeoJSON.")


def _system(shapes, path: Path) -> int:
    """The EPSG number of the system in which all coordinates are in the United Kingdom."""
    west, south, east, north = shapes.total_bounds
    if np.isnan([west, south, east, north]).any():
        raise _unopened(path, "it has no shapes")
    for number, (left, bottom, right, top) in _SYSTEMS.items():
        if left <= west and bottom <= south and east <= right and north <= top:
            return number
    got = f"coordinates from {west:g}, {south:g} to {east:g}, {north:g}"
    rule = "must have coordinates in the United Kingdom (longitude first, or a national grid)"
    action = "Save the map in longitude and latitude (EPSG:4326)."
    raise SourceError(path, rule, got, action)


def of_rows(shapes: np.ndarray, lines: pd.Series, path: Path) -> pd.Series:
    """The shape of each row of a table of features, whose first line is 2. SourceError if there
    are more rows than shapes."""
    if len(lines) and lines.max() - 2 >= len(shapes):
        got = f"{lines.max() - 1} rows and {len(shapes)} shapes"
        raise SourceError(path, "must have a shape for each row", got, sheets.DOWNLOAD_AGAIN)
    return pd.Series([shapes[line - 2] for line in lines], index=lines.index, dtype="object")


def sound(shapes: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Polygons without crossing outlines (None for a shape that is none), and true where one
    had to be repaired."""
    import shapely

    made = shapes.map(lambda shape: _polygons(shape, shapely))
    broken = shapes.map(lambda s: s is not None and not s.is_empty and not s.is_valid)
    return made, broken.astype(bool) & made.notna()


def _polygons(shape, shapely: ModuleType) -> object:
    """The areas of a shape, repaired; None if it has none."""
    if shape is None or shape.is_empty:
        return None
    whole = shape if shape.is_valid else shapely.make_valid(shape)
    parts = [p for p in shapely.get_parts(shapely.get_parts([whole])) if p.area > 0]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    return whole if whole.geom_type == "MultiPolygon" else shapely.union_all(parts)


def joined(shapes: pd.Series, codes: pd.Series) -> pd.Series:
    """Each shape joined with all others of its code."""
    import shapely

    whole = {code: shapely.union_all(part.to_numpy()) for code, part in shapes.groupby(codes)}
    return codes.map(whole).astype("object")


def as_frame(rows: pd.DataFrame, shapes: pd.Series) -> pd.DataFrame:
    """Rows with their shapes as a GeoDataFrame in EPSG:4326, numbered from 0."""
    import geopandas

    rows = rows.reset_index(drop=True)
    return geopandas.GeoDataFrame(rows, geometry=list(shapes), crs=LONGITUDE_LATITUDE)
