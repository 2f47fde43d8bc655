"""Small areas in small: lookups, boundaries and figures that the tests of places share."""

from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue
from cyp_analysis.build.derived import Inputs
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.loaders import CountTable, ReferenceTable
from cyp_analysis.loaders.table import problem_table
from cyp_analysis.schema import COUNT_COLUMNS

BARNET, LEEDS, KENT, LONDON, ENGLAND = (
    *("E09000003", "E08000035", "E10000016"),
    *("E12000007", "E92000001"),
)
# Wards of one borough and their children in low income families after housing costs in 2024/25:
# count and share as printed in the workbook of the Department for Work and Pensions.
WARDS = {
    "E05013630": ("Burnt Oak", 2079, 42.34215885947047),
    "E05013636": ("East Finchley", 646, 20.314465408805032),
    "E05013628": ("Barnet Vale", 583, 18.167653),
    "E05013629": ("Brunswick Park", 597, 19.376826),
}


def source(name: str):
    """A passport of the catalogue."""
    return catalogue.load().sources[name]


def lookup(rows: list[dict], name: str = "lookup.csv") -> ReferenceTable:
    """A lookup as the loader gives it."""
    made = pd.DataFrame(rows).astype("str")
    return ReferenceTable(
        "lookup", made, source("lookup_ons_open_geography"), Path(name), problem_table([])
    )


def ward_lookup() -> ReferenceTable:
    """The sample's wards, in their borough."""
    return lookup(
        [
            {"ward_code_2024": code, "ward_name_2024": name, "lad_code_2024": BARNET}
            for code, (name, _, _) in WARDS.items()
        ]
    )


def neighbourhood_lookup(codes) -> ReferenceTable:
    """Neighbourhoods of one borough, named by their codes."""
    usual = {"lad_code_2024": BARNET}
    return lookup([{"lsoa_code_2021": c, "lsoa_name_2021": c} | usual for c in codes])


def ward_row(year: int, name: str, district: str, code: str = "E05000001") -> dict[str, str]:
    """One row of a lookup from wards to districts."""
    columns = {"ward_code": code, "ward_name": name, "lad_code": district}
    return {f"{column}_{year}": text for column, text in columns.items()}


def counts(source_id: str, rows: list[dict], dataset: str = "") -> CountTable:
    """A count table of rows that give what is not usual."""
    usual = {
        "measure": "children",
        "period_start": pd.Timestamp(2024, 4, 1),
        "period_end": pd.Timestamp(2025, 3, 31),
        "period_label": "2024/25",
        "sex": "persons",
        "age": "<16 yrs",
        **dict.fromkeys(["category_type", "category", "value_note"], ""),
        **dict.fromkeys(["count", "denominator", "value"], float("nan")),
        **dict.fromkeys(["lower_ci_95", "upper_ci_95"], float("nan")),
        **dict.fromkeys(["published_outcome", "published_trend"], ""),
        "source_id": source_id,
        "source_published": pd.NaT,
        "source_row": 2,
        "source_file": "figures.csv",
    }
    made = pd.DataFrame([usual | row for row in rows])[COUNT_COLUMNS]
    return CountTable(made, source(dataset or source_id), Path("figures.csv"), problem_table([]))


AHC = "relative_low_income_after_housing_costs"


def poverty_table(**changes: dict) -> CountTable:
    """Children in low income families in the sample's wards and their borough."""
    rows = [
        {"measure": AHC, "area_code": code, "count": count, "value": value} | changes.get(code, {})
        for code, (_, count, value) in WARDS.items()
    ]
    rows.append({"measure": AHC, "area_code": BARNET, "count": 21362, "value": 27.249657})
    return counts("dwp_children_in_low_income_families", rows)


def inputs(tables: list[CountTable], references: list[ReferenceTable], **more) -> Inputs:
    """What a derived table is made from, without figures of authorities unless given."""
    empty = pd.DataFrame(columns=[*TABLES["indicators"], "age"]).loc[
        :, lambda d: ~d.columns.duplicated()
    ]
    given = {"indicators": empty, "comparisons": pd.DataFrame(), "registers": {}}
    return Inputs(
        **(given | more), catalogue=catalogue.load(), counts=tables, references=references
    )


def square(x: float, y: float, size: float = 0.02):
    """A square in degrees."""
    from shapely.geometry import box

    return box(x, y, x + size, y + size)


def boundaries(shapes: dict[str, object], vintage: object = 2025) -> ReferenceTable:
    """A map as the loader gives it."""
    import geopandas

    rows = pd.DataFrame(
        {
            "source_row": range(2, len(shapes) + 2),
            "area_code": list(shapes),
            "area_name": [f"Area {code}" for code in shapes],
            "vintage": pd.Series([vintage] * len(shapes), dtype="Int64"),
        }
    )
    frame = geopandas.GeoDataFrame(rows, geometry=list(shapes.values()), crs="EPSG:4326")
    passport = source("boundaries_open_geography")
    return ReferenceTable("boundaries", frame, passport, Path("map.geojson"), problem_table([]))
