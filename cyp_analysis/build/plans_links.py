"""Links between the entries of bundled documents and figures, as the catalogue lists them."""

from functools import cache
from pathlib import Path

import pandas as pd

from cyp_analysis.errors import CatalogueError


@cache
def read_links(path: Path, entry: str, figure: str = "indicator_id") -> pd.DataFrame:
    """source_id, the id of an entry, and the figure that goes with it; no rows without the file.

    CatalogueError if it is no CSV or a column is missing.
    """
    names = ["source_id", entry, figure]
    if not path.is_file():
        return pd.DataFrame(columns=names, dtype="str")
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise CatalogueError(path, "must be a UTF-8 CSV", error, "Save it again.") from None
    missing = [name for name in names if name not in table]
    if missing:
        raise CatalogueError(path, f"must have the column {missing[0]}", list(table), "Add it.")
    return table[names]
