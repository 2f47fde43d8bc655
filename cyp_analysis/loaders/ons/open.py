"""Office for National Statistics, data sets of its `Filter a dataset` service: one row per figure.

The first column is named after the version (`v4_1`) and holds the figure; columns of marks follow;
then a code and a label for each dimension: `calendar-years, Time, administrative-geography,
Geography, sex, Sex, single-year-of-age, Age`.
"""

import re
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import layout, recognise, selection
from cyp_analysis.loaders.nomis import api as nomis_api
from cyp_analysis.loaders.ons import dimensions as ons_dimensions
from cyp_analysis.loaders.ons import places as ons_places
from cyp_analysis.loaders.table import CountTable, Draft, count_table

TIME, AREA = "Time", "Geography"
_VERSION = re.compile(r"v4_([0-9]+)", re.IGNORECASE)


def read_open(path: Path, source: Source | None = None) -> CountTable:
    """A filtered data set → count table; the measure is the passport's or named after the
    dimensions.

    SourceError if it has no column of figures, time or area.
    """
    source = source or recognise.recognise_known(path, "ons_open")
    table = layout.open_tables(path, source)[0]
    layout.require(table, [TIME, "area code"], path, source)
    name, spec = next(iter(selection.measures(source, ("parts",)).items()))
    names = [each for each in table.rows if each != "source_row"]
    figures = next((each for each in names if _VERSION.fullmatch(each)), None)
    if figures is None:
        action = "Keep the name of its first column, which is that of the version: v4_0."
        raise SourceError(path, "must have a column of figures", ", ".join(names), action)
    marks = int(_VERSION.fullmatch(figures)[1])
    labels = names[names.index(figures) + marks + 2 :: 2]
    # `sex` and `Sex` are a code and its label: the second was given a number.
    dimensions = {n: n.removesuffix("_2") for n in labels if n not in (TIME, AREA)}
    measure = name
    if spec.get("self_named"):
        measure = ons_dimensions.measure_name(name, list(dimensions.values()))
    rows = table.rows.assign(
        measure=measure,
        area_code=ons_places.codes(table.rows["area code"]),
        period_text=table.rows[TIME],
        text=table.rows[figures],
        part="count",
        status=_marks(table.rows, names[names.index(figures) + 1 :][:marks]),
    )
    draft = ons_places.english(Draft(rows, table.problems), ["text"])
    return count_table(nomis_api.figures(draft, dimensions, spec, source), path, source)


def _marks(rows: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Marks beside the figures, such as `x` or `[low]`; intervals and other numbers are none."""
    text = pd.Series("", index=rows.index, dtype="str")
    for name in columns:
        if "mark" in name.casefold():
            text = rows[name]
    return text
