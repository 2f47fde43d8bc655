"""Every file of some folders with what it was recognised as, one row each."""

import pandas as pd

from cyp_analysis import area_kinds
from cyp_analysis.loaders.folder import ReadResult
from cyp_analysis.loaders.table import CountTable, ReferenceTable

COLUMNS = ["file", "recognised_as", "holds", "periods", "left_out_or_mended"]


def inventory(found: ReadResult) -> pd.DataFrame:
    """file, recognised_as (a passport, or why none), holds, periods, left_out_or_mended (remarks
    on rows): texts, one row per file, sorted by file."""
    rows = [
        *map(_figures, found.tables),
        *map(_reference, found.references),
        *((str(path), "-", f"not used: {why}", "", "") for path, why in _pairs(found.unrecognised)),
        *(
            (str(error.thing), "-", f"cannot be used: {error.rule}", "", "")
            for error in found.failed
        ),
        *((str(path), "-", "goes with a bundled document", "", "") for path in found.companions),
    ]
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str").sort_values("file", ignore_index=True)


def _unused(path: object, why: str) -> tuple[str, ...]:
    return str(path), "-", why, "", ""


def _pairs(listed: pd.DataFrame) -> list:
    return listed[["path", "reason"]].to_numpy().tolist()


def _figures(table: CountTable) -> tuple[str, ...]:
    rows = table.rows
    codes = rows["area_code"].drop_duplicates()
    many = area_kinds.kinds(codes).value_counts()
    areas = ", ".join(f"{count} × {kind}" for kind, count in many.items())
    measures = rows["measure"].nunique()
    holds = f"{len(rows):,} figures of {measures} measure{'s' * (measures > 1)} for {areas}"
    return str(table.path), table.source.id, holds, _span(rows), _remarks(table.problems)


def _span(rows: pd.DataFrame) -> str:
    ordered = rows.sort_values("period_end")["period_label"]
    first, last = ordered.iloc[0], ordered.iloc[-1]
    return first if first == last else f"{first} … {last}"


def _reference(table: ReferenceTable) -> tuple[str, ...]:
    holds = f"{table.kind}, {len(table.rows):,} rows"
    return str(table.path), table.source.id, holds, "", _remarks(table.problems)


def _remarks(problems: pd.DataFrame) -> str:
    return str(len(problems)) if len(problems) else ""
