"""Tables made with the table tool of Explore Education Statistics, as downloaded: a title, stacked
headers, labels that stand once for several lines, and notes at the end.

Years, areas, indicators and groups are told by their words, for the file does not name them. What
only the title says (a single area, indicator or year) is taken from there.
"""

import re
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import files, headers, recognise, symbols
from cyp_analysis.loaders.dfe import columns as dfe_columns
from cyp_analysis.loaders.dfe import crosstab as dfe_crosstab
from cyp_analysis.loaders.dfe import filters as dfe_filters
from cyp_analysis.loaders.dfe import levels as dfe_levels
from cyp_analysis.loaders.dfe import periods as dfe_periods
from cyp_analysis.loaders.table import SEX, CountTable, Draft, count_table, problem_table

_TITLE = re.compile(
    r"(?P<lead>.*?)\s*(?:for )?'(?P<subject>.*?)'.* in (?P<area>.*?) "
    r"(?:between|for) (?P<period>.*)"
)


def read_table_tool(path: Path, source: Source | None = None) -> CountTable:
    """A downloaded table → count table, a measure for each indicator under its own words.

    SourceError if no line of figures follows the title, or no area is known.
    """
    source = source or recognise.recognise_known(path, "dfe_table_tool")
    parts = [_sheet(path, sheet, source) for sheet in files.read_sheets(path)]
    found = [part for part in parts if part is not None]
    if not found:
        got = "no line of figures below a title and a header of labels"
        action = "Download the table again as ODS, or download the data set itself."
        raise recognise.UnrecognisedFile(path, "must hold a table of the table tool", got, action)
    rows = pd.concat([part.rows for part in found], ignore_index=True)
    problems = pd.concat([part.problems for part in found], ignore_index=True)
    return count_table(Draft(rows, problems), path, source)


def _sheet(path: Path, sheet: files.Sheet, source: Source) -> Draft | None:
    at = recognise.header_line(sheet.records, source)
    if at is None:
        return None
    cells = dfe_crosstab.cells_of(sheet.records[at + 1 :], sheet.lines[at + 1 :])
    if cells is None:
        return None
    title = headers.tidy(next(cell for cell in sheet.records[at] if cell))
    said = _TITLE.fullmatch(title)
    about = said.groupdict() if said else {}
    rows = cells.rows.assign(**_labelled(cells, about))
    draft = Draft(rows, problem_table([(sheet.lines[at], note) for note in sheet.notes]))
    if cells.notes:
        told = problem_table([(sheet.lines[-1], f"notes below the table: {len(cells.notes)}")])
        draft = Draft(rows, pd.concat([draft.problems, told], ignore_index=True))
    return _counted(_with_codes(draft), cells, source)


def _labelled(cells: dfe_crosstab.Cells, about: dict[str, str]) -> dict[str, pd.Series]:
    """area, period and measure of every cell: the last label of its kind, else the title's."""
    usual = {
        "area": about.get("area", ""),
        "period": about.get("period", ""),
        "measure": about.get("lead") or about.get("subject", "") or "figure",
    }
    kinds = {"area": "area", "period": "period", "measure": "indicator"}
    return {name: _last(cells, kinds[name], usual[name]) for name in usual}


def _last(cells: dfe_crosstab.Cells, kind: str, usual: str) -> pd.Series:
    found = pd.Series(usual, index=cells.rows.index, dtype="str")
    for name in (name for name, each in cells.kinds.items() if each == kind):
        found = cells.rows[name].where(cells.rows[name] != "", found)
    return found


def _with_codes(draft: Draft) -> Draft:
    known = {name: dfe_levels.code_of_name(name) for name in draft.rows["area"].unique()}
    code = draft.rows["area"].map(known).astype("str")
    draft = Draft(draft.rows.assign(area_code=code), draft.problems)
    unknown = (code == "") | code.str.contains("/", regex=False)
    for name in draft.rows.loc[unknown, "area"].unique():
        here = draft.rows["area"] == name
        draft = draft.leave_out_together(here, f"area not known: {name[:80] or 'no name'}")
    return draft


def _counted(draft: Draft, cells: dfe_crosstab.Cells, source: Source) -> Draft:
    """Numbers, periods and categories of the cells; each indicator fills count or value."""
    rows = draft.rows.assign(**dfe_periods.written_times(draft.rows["period"]))
    groups = [name for name, kind in cells.kinds.items() if kind == "group"]
    renamed = rows.rename(columns=_named(rows, groups))
    names = tuple(_named(rows, groups).values())
    parsed, unread = symbols.number_columns(rows, {"number": "text"})
    part = rows["measure"].map(
        {name: dfe_columns.part_of(name, texts) for name, texts in rows.groupby("measure")["text"]}
    )
    when = dfe_periods.parse(rows)
    made = pd.concat(
        [
            rows[["source_row", "area_code", "measure"]],
            dfe_filters.categories(renamed, names, source),
            when,
        ],
        axis=1,
    ).assign(
        count=parsed["number"].where(part == "count"),
        value=parsed["number"].where(part == "value"),
        value_note=parsed["value_note"],
        period_text=rows["period"],
    )
    told = Draft(made, draft.problems).mention(unread != "", unread)
    if (rows["time_identifier"] == "Calendar year").any():
        note = problem_table([(1, dfe_periods.CALENDAR)])
        told = Draft(told.rows, pd.concat([told.problems, note], ignore_index=True))
    return told


def _named(rows: pd.DataFrame, groups: list[str]) -> dict[str, str]:
    """Names for lists of groups that the file does not name: `sex`, else `group 1` …"""
    sexes = [n for n in groups if rows[n].str.casefold().drop_duplicates().isin(SEX).mean() > 0.5]
    others = [name for name in groups if name not in sexes[:1]]
    named = {name: f"group {i}" for i, name in enumerate(others, start=1)}
    return named | dict.fromkeys(sexes[:1], "sex")
