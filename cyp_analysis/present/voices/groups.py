"""Rows about groups of children: which of them a page shows, and what groups are called."""

import re

import pandas as pd

from cyp_analysis import equity, geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import rounding, words
from cyp_analysis.present.selection import Selection

_SET = ["category_type", "indicator_id", "area_code"]
_REFERENCES = {"rest": "all other groups together", "everyone": "all children of the area"}


def group_rows(selection: Selection, indicator_id: str) -> pd.DataFrame:
    """Every period's groups of one indicator and its breakdowns, for the area and those around it;
    shares of one whole are left out."""
    rows = _until(selection, selection.edition.read("inequalities", areas=selection.own_codes))
    mine = (rows["headline_id"] == indicator_id) | (rows["indicator_id"] == indicator_id)
    return rows[mine & ~rows["composition"].astype(bool)]


def _until(selection: Selection, rows: pd.DataFrame) -> pd.DataFrame:
    return selection.until(rows)


def newest_sets(selection: Selection, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The newest groups of each kind of breakdown: the area's own, else those of the nearest area
    around it that has some; persons where a breakdown is also given by sex."""
    order = {code: number for number, code in enumerate(selection.own_codes)}
    sets = []
    for _, kind in rows.groupby("category_type", sort=False):
        nearest = kind["area_code"].map(order)
        own = kind[nearest == nearest.min()]
        latest = own[own["period_end"] == own["period_end"].max()]
        whole = latest[latest["sex"] == "persons"]
        chosen = latest if whole.empty else whole
        first = chosen["age"] == chosen["age"].iloc[0]
        sets.append(
            _ordered(chosen[first & (chosen["indicator_id"] == chosen["indicator_id"].iloc[0])])
        )
    return sets


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Ordered groups in their order, others from the highest value."""
    if rows["place"].notna().all():
        return rows.sort_values("place", kind="stable")
    return rows.sort_values(["value", "group"], ascending=[False, True], kind="stable")


def group_name(group: str) -> str:
    """A group as a label: "Males", "Most deprived tenth"."""
    text = re.sub(r"\s*\((?:IMD|IDACI|IoD)[^)]*\)", "", group).strip()
    text = text.replace("decile", "tenth").replace("quintile", "fifth")
    return words.sentence_case({"male": "males", "female": "females"}.get(text, text))


def in_sentence(group: str) -> str:
    """A group mid-sentence: lower case unless its words are names."""
    name = group_name(group)
    plain = name.casefold()
    known = ("males", "females")
    if "deprived" in plain:
        return f"the {plain}"
    return plain if plain in known else f"the group “{name}”"


def reference_name(row: pd.Series, of_set: pd.DataFrame) -> str:
    """What a group is set beside, mid-sentence."""
    if row["reference"] == "other":
        others = of_set.loc[of_set["group"] != row["group"], "group"]
        return in_sentence(others.iloc[0]) if len(others) else "the other group"
    if row["reference"] == "everyone":
        name = words.area_words(geography.area(row["area_code"]))
        return f"all children in {name}"
    return _REFERENCES.get(row["reference"], "")


def dimension_name(row: pd.Series) -> str:
    """The name of a row's dimension."""
    return equity.load().name_of(row["dimension"])


def points(size: float, indicator: Indicator) -> str:
    """A difference in the indicator's unit: "14.2 per 10,000 …", "4.9 percentage points"."""
    text = rounding.half_up(abs(size), indicator.rounding)
    if rounding.sign(indicator):
        return f"{text} percentage point{'' if text == '1' else 's'}"
    return f"{text} {indicator.unit.strip()}"
