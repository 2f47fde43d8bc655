"""The tables of an edition as one area's pages see them."""

import pandas as pd

from cyp_analysis.edition_reader import Edition
from cyp_analysis.edition_tables import REGISTERS, TABLES

# Tables of every area are read for these alone: others only for the area and what it lies in.
_OF_ALL_AREAS = ("indicators", "comparisons", "funnels", "differences")


def tables_for(edition: Edition, codes: list[str]) -> dict[str, pd.DataFrame]:
    """Every table of the edition by its name; but for a few of every area, only the rows of some
    areas."""
    found = {}
    for name, columns in TABLES.items():
        if not (edition.path / f"{name}.parquet").is_file():
            continue
        wanted = codes if "area_code" in columns and name not in _OF_ALL_AREAS else None
        found[name] = _read(edition, name, wanted)
    folder = edition.path / REGISTERS
    for path in sorted(folder.glob("*.parquet")) if folder.is_dir() else []:
        found[f"{REGISTERS}/{path.stem}"] = edition.register(path.stem, areas=codes)
    return {name: table.reset_index(drop=True) for name, table in found.items() if len(table)}


def _read(edition: Edition, name: str, codes: list[str] | None) -> pd.DataFrame:
    table = edition.read(name, areas=codes)
    if codes is not None and "" in set(table.get("area_code", ())):
        return table[table["area_code"].isin(codes)]
    return table
