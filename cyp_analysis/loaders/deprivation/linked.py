"""Indices of Deprivation as linked open data: one row per area, index and kind of figure.

Layout of opendatacommunities.org: `FeatureCode,DateCode,Measurement,Units,Value,Indices of
Deprivation`. The year of the edition stands in each row.
"""

from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import headers, layout, recognise, symbols
from cyp_analysis.loaders.deprivation import indices as deprivation
from cyp_analysis.loaders.table import CountTable, Draft, count_table

COLUMNS = ("FeatureCode", "DateCode", "Measurement", "Value", "Indices of Deprivation")


def read_indices(path: Path, source: Source | None = None) -> CountTable:
    """The file → count table, measures like `idaci_2019_decile`; `value` as published, rank and
    decile 1 being the most deprived. Rows of an index or a year that cannot be told are listed.
    SourceError if none is left."""
    source = source or recognise.recognise_known(path, "deprivation_long")
    table = layout.open_tables(path, source, COLUMNS)[0]
    layout.require(table, COLUMNS, path, source)
    rows = table.rows
    index = rows["Indices of Deprivation"].map(_indices(rows, source)).astype("str")
    draft = Draft(rows.assign(index_name=index), table.problems)
    other = ", ".join(rows.loc[index == "", "Indices of Deprivation"].unique()[:5])
    draft = draft.leave_out_together(index == "", f"of no index of the passport: {other}")
    return count_table(deprivation.possible(_figures(draft)), path, source)


def _indices(rows: pd.DataFrame, source: Source) -> dict[str, str]:
    """{the file's words: the passport's word for an index, "" for none}."""
    patterns = [
        (headers.key(pattern), word)
        for word, listed in source.aliases.items()
        if word not in COLUMNS
        for pattern in listed
    ]
    texts = rows["Indices of Deprivation"].unique()
    fits = {t: [w for p, w in patterns if fnmatchcase(headers.key(t), p)] for t in texts}
    return {text: words[0] if words else "" for text, words in fits.items()}


def _figures(draft: Draft) -> Draft:
    rows = draft.rows
    numbers, unread = symbols.number_columns(rows, {"value": "Value"})
    year, kind = rows["DateCode"].str.strip(), symbols.snake(rows["Measurement"])
    made = pd.concat(
        [rows[["source_row"]], numbers, periods.parse_all(year, strict=False)], axis=1
    ).assign(
        area_code=rows["FeatureCode"].str.strip(),
        measure=rows["index_name"] + "_" + year + "_" + kind,
        period_text=year,
    )
    return Draft(made, draft.problems).mention(unread != "", unread)
