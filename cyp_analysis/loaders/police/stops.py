"""data.police.uk, stop and search: one row per search, with a point and without an area.

A file alone says nothing about areas: the police force is in its name only, and a search is not a
resident of where it happened. `read_stops` gives the searches as records; `count_stops` counts
those whose points lie within boundaries that are given. Points are anonymised, so that counts of
small areas are approximate, and a search without a point is in no area.
"""

from pathlib import Path

import pandas as pd

from cyp_analysis import area_kinds, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, selection, symbols
from cyp_analysis.loaders.police import street as police
from cyp_analysis.loaders.table import CountTable, Draft, ReferenceTable, count_table

DATE, LATITUDE, LONGITUDE = "Date", "Latitude", "Longitude"
WHY_RECORDS = "searches are points, not areas: count_stops counts them within boundaries"

_DAY = r"((?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9])(?:[T ].*)?"
_KEY = ["area_code", "period_text"]
_BRITAIN = {LATITUDE: (49.0, 61.0), LONGITUDE: (-9.0, 3.0)}


def read_stops(path: Path, source: Source | None = None) -> ReferenceTable:
    """The searches as `records`: source_row, day (date), month, the passport's columns as text,
    Latitude and Longitude (degrees, missing where none is given).

    Rows without a date are left out and told. SourceError for missing columns, or if none is left.
    """
    source = source or recognise.recognise_known(path, "police_stops")
    name, spec = next(iter(selection.measures(source, ("by",)).items()))
    words = [spec["age"], spec["sex"], *spec["by"]]
    raw = layout.open_tables(path, source, (DATE, LATITUDE, LONGITUDE, *words))[0]
    layout.require(raw, (DATE, LATITUDE, LONGITUDE, spec["age"]), path, source)
    absent = {column: "" for column in words if column not in raw.rows}
    draft = _dated(Draft(raw.rows.assign(**absent), raw.problems))
    if draft.rows.empty:
        action = "Download the file again from data.police.uk."
        raise SourceError(path, "must have searches with a date", "none", action)
    draft = draft.mention(draft.rows.index == draft.rows.index[0], WHY_RECORDS)
    columns = ["source_row", "day", "month", *words, LATITUDE, LONGITUDE]
    rows = _points(draft.rows)[columns].reset_index(drop=True)
    return ReferenceTable("records", rows, source, Path(path), draft.problems)


def count_stops(path: Path, boundaries: object, source: Source | None = None) -> CountTable:
    """The searches within some areas, by area and month: in all, by age, and by each of the
    passport's columns.

    `boundaries`: a file that geopandas reads (GeoJSON …), or a GeoDataFrame, with a column of area
    codes. SourceError without geopandas, without such a column, or if no search lies inside.
    """
    records = read_stops(path, source)
    name, spec = next(iter(records.source.measures.items()))
    draft = _inside(Draft(records.rows, records.problems), _areas(boundaries), Path(path))
    rows = draft.rows.rename(columns={"month": "period_text"})
    rows = _people(rows, spec)
    parts = [_tally(rows, [])] + [_by(rows, column) for column in spec["by"]]
    counted = pd.concat(parts, ignore_index=True).assign(measure=name)
    when = periods.parse_all(counted["period_text"], kind="month", strict=False)
    made = pd.concat([counted.astype({"count": "float64"}), when], axis=1)
    made = made.assign(value_note=police.APPROXIMATE)
    return count_table(Draft(made, draft.problems), records.path, records.source)


def _dated(draft: Draft) -> Draft:
    """Adds the day and the month of each search."""
    day = draft.rows[DATE].str.extract(_DAY, expand=False)
    day = pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")
    draft = Draft(draft.rows.assign(day=day, month=day.dt.strftime("%Y-%m")), draft.problems)
    return draft.leave_out(draft.rows["day"].isna(), "`Date` is not a date: " + draft.rows[DATE])


def _points(rows: pd.DataFrame) -> pd.DataFrame:
    """Points as numbers; missing where one of the two is, or where they lie outside Britain."""
    numbers = {name: symbols.parse_numbers(rows[name])["number"] for name in _BRITAIN}
    sound = pd.Series(True, index=rows.index)
    for name, (low, high) in _BRITAIN.items():
        sound &= numbers[name].between(low, high)
    return rows.assign(**{name: each.where(sound) for name, each in numbers.items()})


def _areas(boundaries: object):
    """Boundaries with `area_code` alone beside their shapes, in longitude and latitude."""
    try:
        import geopandas
    except ImportError:
        action = "Install it with `pip install cyp-analysis[maps]`."
        raise SourceError(
            "geopandas", "must be there to count points within areas", "not installed", action
        ) from None
    if not isinstance(boundaries, geopandas.GeoDataFrame):
        boundaries = _opened(Path(str(boundaries)), geopandas)
    coded = [name for name in boundaries.columns if _is_codes(boundaries[name])]
    if not coded:
        got = ", ".join(map(str, boundaries.columns[:12]))
        action = "Give boundaries as the Office for National Statistics publishes them."
        raise SourceError("boundaries", "must have a column of area codes", got, action)
    shapes = boundaries[[coded[0], boundaries.geometry.name]].rename(
        columns={coded[0]: "area_code"}
    )
    return shapes if shapes.crs is None else shapes.to_crs(4326)


def _opened(path: Path, geopandas):
    try:
        found, got = geopandas.read_file(path), "a table without shapes"
    except (OSError, ValueError, RuntimeError) as error:
        found, got = None, " ".join(str(error).split())[:200]
    if isinstance(found, geopandas.GeoDataFrame):
        return found
    raise SourceError(
        path, "must be a file of boundaries", got, "Give a GeoJSON or GeoPackage file."
    )


def _is_codes(cells: pd.Series) -> bool:
    """Whether every cell is the code of an area, each another one: parents repeat, names are no
    codes."""
    if cells.dtype.kind in "ifb" or str(cells.dtype) == "geometry":
        return False
    texts = cells.astype("str")
    return bool(len(texts)) and texts.is_unique and bool((area_kinds.kinds(texts) != "").all())


def _inside(draft: Draft, areas, path: Path) -> Draft:
    """The searches that lie in an area, with its code; the others told once."""
    import geopandas

    no_point = draft.rows[LATITUDE].isna()
    draft = draft.leave_out_together(no_point, "no point is given, so that the area is not known")
    rows = draft.rows
    points = geopandas.GeoDataFrame(
        rows, geometry=geopandas.points_from_xy(rows[LONGITUDE], rows[LATITUDE]), crs=areas.crs
    )
    joined = geopandas.sjoin(points, areas, how="left", predicate="within")
    joined = joined[~joined.index.duplicated()].drop(columns=["geometry", "index_right"])
    found = Draft(pd.DataFrame(joined), draft.problems)
    outside = found.rows["area_code"].isna()
    if outside.all():
        action = "Give the boundaries of the area that the file is about."
        raise SourceError(path, "must have searches within the boundaries", "none", action)
    return found.leave_out_together(outside, "the point lies outside the boundaries given")


def _people(rows: pd.DataFrame, spec: dict) -> pd.DataFrame:
    """Adds age in the project's words, empty where it is not recorded."""
    ages = {text.casefold(): age for text, age in spec["ages"].items()}
    age = rows[spec["age"]].str.strip().str.casefold()
    return rows.assign(age=age.map(ages).fillna(age).astype("str"), sex=rows[spec["sex"]])


def _by(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Counts by one column, where it says anything."""
    said = rows[rows[column] != ""].rename(columns={column: "category"})
    return _tally(said, ["category"]).assign(category_type=column)


def _tally(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Counts at all ages, and at each age that is recorded; in all also by sex."""
    known = rows[rows["age"] != ""]
    sexes = known[known["sex"].str.casefold().isin(["male", "female"])]
    parts = [_count(rows, [*_KEY, *key]).assign(age="All ages", sex="persons")]
    parts += [_count(known, [*_KEY, *key, "age"]).assign(sex="persons")]
    parts += [] if key else [_count(sexes, [*_KEY, "age", "sex"])]
    return pd.concat(parts, ignore_index=True).assign(
        **({} if key else {"category": "", "category_type": ""})
    )


def _count(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    groups = rows.groupby(key, sort=False)["source_row"]
    return groups.agg(count="size", source_row="min").reset_index()
