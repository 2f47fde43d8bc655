"""Other people's tidy re-layouts of published indicators: one row per area and period.

Layout: `area_code, area_name, period, value, indicator, measure, unit, significance`, as the
Trafford Data Lab keeps them. They are second-hand: what was lost on the way, such as decimals
and intervals, is said in each row's note. The measure is `<passport>_<indicator>`.
"""

from pathlib import Path

import pandas as pd

from cyp_analysis import area_kinds, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, recognise, symbols
from cyp_analysis.loaders.columns import mapped
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.measure_names import measure_names
from cyp_analysis.loaders.table import CountTable, Draft, count_table

NEEDED = ("area_code", "period", "value", "indicator", "measure", "unit")
PREFIX = "reshaped"


def read_reshaped(path: Path, source: Source | None = None) -> CountTable:
    """A tidy re-layout → count table with `value` (or `count`, where `measure` says so), the
    verdict as printed, and a note on values that were rounded.

    An indicator with several kinds of figure keeps them apart as categories. Areas outside
    England are left out and told. SourceError for missing columns or if no row can be used.
    """
    source = source or recognise.recognise_known(path, "reshaped")
    raw = layout.open_tables(path, source, (*NEEDED, "significance"))[0]
    layout.require(raw, NEEDED, path, source)
    draft = _english(Draft(raw.rows, raw.problems))
    rows, rules = draft.rows, source.measures
    parsed = symbols.parse_numbers(rows["value"])
    counted = rows["measure"].map(key).isin(rules["counts"]["kinds"])
    note = symbols.join_notes(parsed["reason"], _rounding(rows, rules["value"]).mask(counted, ""))
    made = rows[["source_row", "area_code"]].assign(
        **periods.parse_all(rows["period"], strict=False),
        measure=measure_names(rows["indicator"], PREFIX),
        period_text=rows["period"],
        **_groups(rows, rules["sexes"]["words"]),
        count=parsed["number"].where(counted),
        value=parsed["number"].mask(counted),
        value_note=note.where(parsed["number"].notna(), parsed["reason"]),
        published_outcome=symbols.snake(rows["significance"]) if "significance" in rows else "",
    )
    odd = "`value` is not a number or a known symbol: " + rows["value"]
    draft = Draft(made, draft.problems).mention(parsed["unknown"], odd)
    return count_table(draft.leave_out(made["measure"] == "", "no indicator"), path, source)


def _english(draft: Draft) -> Draft:
    abroad = area_kinds.elsewhere(draft.rows["area_code"])
    draft = draft.leave_out_together(abroad, "not in England")
    return Draft(draft.rows.reset_index(drop=True), draft.problems)


def _rounding(rows: pd.DataFrame, rule: dict) -> pd.Series:
    """The passport's note where no value of an indicator has more decimals than it says."""
    decimals = rows["value"].str.extract(r"\.([0-9]+)$")[0].fillna("").str.len()
    most = decimals.groupby(rows["indicator"]).transform("max")
    return pd.Series(rule["note"], index=rows.index).where(most <= rule["decimals"], "")


def _groups(rows: pd.DataFrame, words: dict[str, str]) -> dict[str, pd.Series]:
    """`sex` where `unit` is one; any other unit, and one of several kinds of figure of the same
    indicator, become the category."""
    sex = mapped(rows["unit"].map(key).astype("str"), words)
    kinds = rows["measure"].groupby(rows["indicator"]).transform("nunique")
    kind, unit = rows["measure"].where(kinds > 1, ""), rows["unit"].where(sex == "", "")
    named = (kind != "").map({True: "measure", False: ""}).astype("str")
    other = (unit != "").map({True: "unit", False: ""}).astype("str")
    return {
        "sex": sex.where(sex != "", "persons"),
        "category_type": _joined(named, other),
        "category": _joined(kind, unit),
    }


def _joined(first: pd.Series, second: pd.Series) -> pd.Series:
    both = (first != "") & (second != "")
    return (first + " | ").where(both, first) + second
