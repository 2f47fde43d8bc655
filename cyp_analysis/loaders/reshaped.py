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
_BESIDE = ("area_name", "significance", "source_row")


def read_reshaped(path: Path, source: Source | None = None) -> CountTable:
    """A tidy re-layout → count table with `value` (or `count`, where `measure` says so), the
    verdict as printed, and a note on values that were rounded.

    An indicator with several kinds of figure keeps them apart as categories, and so do further
    columns (`ethnic_group`) that tell rows of one area and period apart; those of sex and age go
    there. Areas outside England are left out and told. SourceError for missing columns or if no
    row can be used.
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
        **_groups(rows, source, rules["sexes"]["words"]),
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


def _groups(rows: pd.DataFrame, source: Source, words: dict[str, str]) -> dict[str, pd.Series]:
    """`sex` where `unit` or a further column is one, `age` likewise; any other unit, one of several
    kinds of figure of an indicator and what else tells rows apart become the category."""
    unit = mapped(rows["unit"].map(key).astype("str"), words)
    kinds = rows["measure"].groupby(rows["indicator"]).transform("nunique")
    telling = {
        "measure": rows["measure"].where(kinds > 1, ""),
        "unit": rows["unit"].where(unit == "", ""),
        **{name: rows[name] for name in _further(rows)},
    }
    sex, age = telling.pop("Sex", None), telling.pop("Age", None)
    groups = {"sex": unit.where(unit != "", "persons")}
    if sex is not None:
        groups["sex"] = mapped(sex.map(key).astype("str"), words).replace("", "persons")
    if age is not None or source.age:
        groups["age"] = source.age if age is None else age
    blank = pd.Series("", index=rows.index, dtype="str")
    category_type, category = blank, blank
    for name, cells in telling.items():
        named = (cells != "").map({True: name, False: ""}).astype("str")
        category_type, category = _joined(category_type, named), _joined(category, cells)
    return {**groups, "category_type": category_type, "category": category}


def _further(rows: pd.DataFrame) -> list[str]:
    """Columns beside the usual ones that differ between rows alike in all of those."""
    usual = [*(name for name in NEEDED if name != "value")]
    others = [n for n in rows if n not in (*NEEDED, *_BESIDE)]
    if not others or not rows.duplicated(usual).any():
        return []
    groups = rows.groupby(usual, sort=False)
    return [name for name in others if groups[name].nunique().gt(1).any()]


def _joined(first: pd.Series, second: pd.Series) -> pd.Series:
    both = (first != "") & (second != "")
    return (first + " | ").where(both, first) + second
