"""GeoPackage, a database of maps → one sheet named `features`, or one for each map.

Layout: OGC GeoPackage 1.3 (tables `gpkg_contents` and `gpkg_geometry_columns`).
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.formats import sheets
from cyp_analysis.loaders.formats.archive import Content
from cyp_analysis.loaders.formats.sheets import Sheet

_LAYERS = """
    SELECT c.table_name, g.column_name, g.geometry_type_name
    FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
    JOIN sqlite_master m ON m.name = c.table_name
    WHERE c.data_type = 'features' AND m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
    ORDER BY c.table_name
"""
# A query of a database that was made to do harm need not end: so many steps, times so many.
_STEPS, _TIMES, _MOST_LAYERS = 1_000_000, 50, 100


def read_gpkg(content: Content, limit: int | None) -> list[Sheet]:
    """The features of each map with their properties and, as `geometry`, the kind of shape ("" for
    none). SourceError for a database that is damaged or holds no map."""
    try:
        with closing(_opened(content)) as database:
            database.set_progress_handler(_patience(), _STEPS)
            layers = database.execute(_LAYERS).fetchmany(_MOST_LAYERS)
            tables = [(layer[0], _rows(database, layer, limit)) for layer in layers]
    except sqlite3.Error as error:
        got = f"a file that does not open as one ({sheets.fault(error)})"
        raise SourceError(
            content.path, "must be a GeoPackage", got, sheets.DOWNLOAD_AGAIN
        ) from None
    if not tables:
        raise sheets.empty(content.path, "a GeoPackage without maps")
    names = ["features"] if len(tables) == 1 else [name for name, _ in tables]
    parts = zip(names, tables, strict=True)
    return [sheets.from_rows(content.path, name, rows) for name, (_, rows) in parts]


def _patience() -> Callable[[], bool]:
    """What tells, each time it is asked, whether a query has gone on for too long."""
    asked = count(1)
    return lambda: next(asked) > _TIMES


def _opened(content: Content) -> sqlite3.Connection:
    if content.data is None:
        return sqlite3.connect(f"{content.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    database = sqlite3.connect(":memory:")
    database.deserialize(content.data)
    return database


def _rows(
    database: sqlite3.Connection, layer: tuple[str, str, str], limit: int | None
) -> list[list[str]]:
    table, geometry, kind = layer
    quoted = table.replace('"', '""')
    found = database.execute(f'SELECT * FROM "{quoted}" ORDER BY rowid LIMIT ?', [_bound(limit)])
    names = [column[0] for column in found.description]
    at = names.index(geometry)
    rows = [[*names[:at], *names[at + 1 :], "geometry"]]
    for record in found:
        cells = ["" if cell is None else str(cell).strip() for cell in record]
        shape = "" if record[at] is None else kind.title()
        rows.append([*cells[:at], *cells[at + 1 :], shape])
    return rows


def _bound(limit: int | None) -> int:
    return -1 if limit is None else limit
