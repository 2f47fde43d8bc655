"""Areas that the low-income workbook prints no line for, added up from the parts that it prints:
England from the regions, a county from its districts."""

import dataclasses

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.loaders import symbols
from cyp_analysis.loaders.table import Draft

_SERIES = ["measure", "period_text"]
_TEXTS = ["source_row", "provisional", "period_start", "period_end", "period_label"]
# Children behind a percentage that is not rounded are whole to within this.
_WHOLE = 1e-3


def with_wholes(draft: Draft) -> Draft:
    """Adds the country of the regions and the counties of the districts where the file prints no
    line for them: children in low income families and all children (count ÷ percentage) added
    up; missing if one of the parts is."""
    wholes = [
        _wholes(draft.rows, _country_of_region(), "regions"),
        _wholes(draft.rows, geography.county_of_district(), "districts"),
    ]
    return dataclasses.replace(draft, rows=pd.concat([draft.rows, *wholes], ignore_index=True))


def added_up(parts: str) -> str:
    """What is said of a figure added up from its regions or districts."""
    return f"added up from the {parts}: the file prints no figure"


def close(parts: str) -> str:
    """What is said of its percentage where those of its parts are rounded."""
    return f"percentage close, not exact: the {parts}' are rounded in the file"


def gap(parts: str) -> str:
    """What is said of a figure that some of its parts keep from being added up."""
    return f"figures of some of its {parts} are missing or in doubt"


def _wholes(rows: pd.DataFrame, within: pd.Series, words: str) -> pd.DataFrame:
    """The rows of each whole of `within` (part → whole) that the file does not print."""
    key = [*_SERIES, "area_code"]
    parts = rows[rows["area_code"].isin(within.index)]
    base = parts["count"] / parts["value"].where(parts["value"] > 0) * 100
    parts = parts.assign(base=base, close=(base - base.round()).abs() > _WHOLE)
    parts = parts.drop_duplicates([*key, "count", "value"])
    groups = parts.assign(area_code=parts["area_code"].map(within)).groupby(key)
    made = pd.concat([groups[_TEXTS].first(), groups[["count", "base", "close"]].sum()], axis=1)
    needed = made.index.get_level_values("area_code").map(within.value_counts())
    complete = (groups.size() == needed) & (groups["base"].count() == needed)
    made = made.assign(value=made["count"] / made["base"] * 100)
    made[["count", "value"]] = made[["count", "value"]].where(complete)
    note = pd.Series(added_up(words), index=made.index, dtype="str")
    note = note.where(made["close"] == 0, f"{added_up(words)}; {close(words)}")
    made["value_note"] = symbols.join_notes(note.where(complete, gap(words)), made["provisional"])
    printed = pd.MultiIndex.from_frame(rows[key])
    return made[~made.index.isin(printed)].drop(columns=["base", "close"]).reset_index()


def _country_of_region() -> pd.Series:
    """Country code of each region, by region code."""
    areas = geography.areas()
    return areas[areas["level"] == "region"].set_index("code")["country_code"]
