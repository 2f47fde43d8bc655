"""Which way the edition's tests came out for the rows that a passage is about."""

import pandas as pd

from cyp_analysis.present.claims.binding import Binding
from cyp_analysis.present.claims.calls import tables_of
from cyp_analysis.present.claims.cells import Cell
from cyp_analysis.present.claims.facts import Facts

_COLUMNS = ("side", "rest_side", "wave_side")
_TESTED = ("comparisons", "comparators", "histories", "inequalities", "places", "outliers")


def sides_of(cell: Cell, facts: Facts) -> list[str]:
    """The outcome of the test in a number's own row: that of the column beside it."""
    known = facts.tables[cell.table].columns
    wanted = [name for name in _COLUMNS if name in known]
    prefix = cell.column.partition("_")[0]
    if f"{prefix}_side" in wanted:
        wanted = [f"{prefix}_side"]
    elif cell.table == "surveys":
        wanted = ["wave_side"] if cell.column.startswith("earlier") else wanted
    found = [str(facts.said(cell, name)) for name in wanted]
    return [side for side in found if side not in ("", "not_compared")]


def sides_said(made: Binding, facts: Facts, clause: str) -> list[str]:
    """The outcomes of the area's tests in the tables of the call, for the periods that the passage
    names: against the areas named in a clause, or all if it is empty."""
    allowed = tables_of(made.passage.call)
    found: list[str] = []
    tested = ("histories",) if made.passage.call == "history" else _TESTED
    for name in tested:
        if name in facts.tables and (allowed is None or name in allowed):
            rows = _rows(name, made, facts)
            if clause:
                rows = _against(rows, clause, facts)
            found += [str(side) for side in rows["side"].unique()]
    if not clause and "surveys" in facts.tables and made.passage.call in ("voice", "survey"):
        rows = facts.own_rows("surveys")
        found += [s for c in ("rest_side", "wave_side") for s in rows[c].unique()]
    return [side for side in found if side not in ("", "not_compared")]


def sides_since(made: Binding, facts: Facts) -> list[str]:
    """How the last figure of a history came out against the first, for the periods named."""
    rows = _rows("histories", made, facts)
    rows = rows[rows["benchmark_area_code"].isin(["", facts.area.code])]
    labels = zip(rows["first_label"], rows["last_label"], strict=True)
    named = [all(str(one).casefold() in made.said for one in both) for both in labels]
    return [str(side) for side in rows[named]["side"].unique()]


def _rows(name: str, made: Binding, facts: Facts) -> pd.DataFrame:
    rows = facts.own_rows(name)
    if made.passage.ids is not None:
        rows = rows[rows["indicator_id"].isin(facts.related(made.passage.ids))]
    if name == "comparisons":
        rows = rows[(rows["category"] == "") & (rows["sex"] == "persons")]
        return _of_period(rows, made)
    return rows


def _of_period(rows: pd.DataFrame, made: Binding) -> pd.DataFrame:
    """Rows of the passage's own period, else of the newest of each indicator."""
    if made.passage.period_end:
        return rows[rows["period_end"] == pd.Timestamp(made.passage.period_end)]
    newest = rows.groupby("indicator_id")["period_end"].transform("max")
    return rows[rows["period_end"] == newest]


def _against(rows: pd.DataFrame, clause: str, facts: Facts) -> pd.DataFrame:
    """Those whose benchmark the clause names."""
    if "benchmark_area_code" not in rows.columns:
        return rows.head(0)
    lowered = clause.casefold()
    named = {code for name, code in facts.area_names.items() if name in lowered}
    return rows[rows["benchmark_area_code"].isin(named)]
