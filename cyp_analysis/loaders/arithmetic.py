"""Calculations that documents print with their inputs: read to be done again."""

from pathlib import Path

import pandas as pd

from cyp_analysis.errors import SourceError

FILE = "printed_arithmetic.csv"
COLUMNS = [
    "check_id",
    "rule",
    "label",
    "numerator",
    "denominator",
    "multiplier",
    "printed",
    "printed_value",
    "decimals",
    "expected",
    "expected_result",
    "line",
]


def read_printed_arithmetic(raw: Path) -> pd.DataFrame:
    """Every printed calculation below `raw`, all columns text, with `source_id` of its folder.

    SourceError if a file lacks a column. No such file: a table without rows.
    """
    tables = [_read(path) for path in sorted(raw.glob(f"*/*/{FILE}"))]
    empty = pd.DataFrame(columns=[*COLUMNS, "source_id"], dtype="str")
    return pd.concat(tables, ignore_index=True) if tables else empty


def _read(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise SourceError(
            path, f"must have the column {missing[0]}", list(table), "Restore it from git."
        )
    return table[COLUMNS].assign(source_id=path.parents[1].name)
