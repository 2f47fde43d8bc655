"""A council's dashboard: measures down, months (quarters, years) across → count table."""

import dataclasses
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout
from cyp_analysis.loaders.drafts import joined
from cyp_analysis.loaders.local.periods import is_period
from cyp_analysis.loaders.local.template import COLUMNS, figures, no_area
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

_VALUE_UNIT = r"%|per ?cent|\bper\b|rate|ratio|average|mean|median|score|days|weeks|£"
_COUNT_UNIT = r"^(?:number|no\.?|count|n|#|people|children|cases)$"
_KEPT = [name for name in COLUMNS if name not in ("period", "count", "value", "denominator")]


def read_wide(path: Path, source: Source) -> CountTable:
    """A table with a column for each period → count table.

    A row's figures are values where its unit, its name or a `%` says rate, percentage or average,
    or where any is not whole; otherwise counts. Columns that are no period (targets, ratings,
    totals) are told and left. UnrecognisedFile where nothing says the area.
    """
    # The pseudo-columns of the signature stand for periods; those keep their own names here.
    names = {name: also for name, also in source.aliases.items() if name not in source.header[1:]}
    plain = dataclasses.replace(source, header=source.header[:1], aliases=names)
    drafts = [_draft(path, raw, source) for raw in layout.open_tables(path, plain, COLUMNS)]
    return count_table(joined(drafts), path, source)


def _draft(path: Path, raw: layout.RawTable, source: Source) -> Draft:
    rows = raw.rows
    if "area" not in rows and not source.area:
        raise no_area(path)
    across = [name for name in rows if name != "source_row" and is_period(name)]
    others = [name for name in rows if name not in (*across, *_KEPT, "source_row")]
    rows = rows.assign(**{name: "" for name in _KEPT if name not in rows})
    draft = Draft(rows, raw.problems)
    draft = draft.leave_out_together(rows["measure"] == "", "no measure is named")
    told = f"columns that are no period are not read: {', '.join(others)}"
    problems = [draft.problems, problem_table([(1, told)] if others else [])]
    long = _melted(draft.rows, across)
    return figures(Draft(long, pd.concat(problems, ignore_index=True)), source)


def _melted(rows: pd.DataFrame, across: list[str]) -> pd.DataFrame:
    """One row for each measure and period, the figure as count or as value."""
    kept = ["source_row", *_KEPT]
    values = _are_values(rows, across)
    long = rows.assign(is_value=values).melt(
        [*kept, "is_value"], across, var_name="period", value_name="figure"
    )
    return long.assign(
        period=long["period"].str.replace(r"_\d+$", "", regex=True),
        count=long["figure"].where(~long["is_value"], ""),
        value=long["figure"].where(long["is_value"], ""),
    ).drop(columns=["is_value", "figure"])


def _are_values(rows: pd.DataFrame, across: list[str]) -> pd.Series:
    """True for the rows whose figures are rates, percentages or averages."""
    cells = rows[across].agg(" ".join, axis=1) if across else pd.Series("", index=rows.index)
    told = (rows["unit"] + " " + rows["measure"]).str.contains(_VALUE_UNIT, case=False)
    counted = rows["unit"].str.strip().str.contains(_COUNT_UNIT, case=False)
    return (told | cells.str.contains(r"%|\d\.\d*[1-9]")) & ~counted
