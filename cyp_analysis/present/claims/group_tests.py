"""Tests between groups of children: "66.8 for males, significantly higher than for females (52.6)".

Held only by the row of the group that is named, of the area and period named, and by what that row
is set against.
"""

import re

import pandas as pd

from cyp_analysis.present import rounding
from cyp_analysis.present.claims.binding import Binding
from cyp_analysis.present.claims.facts import Facts
from cyp_analysis.present.claims.naming import plain_name, spaced

_FIGURE = r"(\d[\d,]*(?:\.\d+)?)%?"
_GROUP = re.compile(rf" is {_FIGURE}(?: \(95% CI [^()]*\))? for ([^;]+?), $")
_BESIDE = re.compile(rf"^ than for (.+?) \({_FIGURE}\)")


def group_test(match: re.Match, made: Binding, facts: Facts) -> str | None:
    """What holds a test between groups: empty if no row says so, None if it is no such test."""
    text = made.passage.text
    of = _GROUP.search(text[: match.start()])
    beside = _BESIDE.match(text[match.end() :])
    if not of or not beside or "inequalities" not in facts.tables:
        return None
    side = match[0].split()[-1]
    rows = _named(made, facts, of[2])
    for _, row in rows.iterrows():
        right = row["side"] == side and _shown(row["value"], of[1])
        if right and _set_against(row, beside[1], beside[2], facts):
            return f"test: {side}, {row['group']}"
    return ""


def _named(made: Binding, facts: Facts, group: str) -> pd.DataFrame:
    """Rows of the group, of the call's indicators and of a period and an area that are named."""
    rows, said = facts.tables["inequalities"], made.said
    if made.passage.ids is not None:
        rows = rows[rows["indicator_id"].isin(facts.related(made.passage.ids))]
    place = {code for name, code in facts.area_names.items() if f"in {name} " in said}
    place |= {code for name, code in facts.area_names.items() if f"in the {name} " in said}
    fits = rows["area_code"].isin(place or facts.own)
    fits &= rows["period_label"].map(lambda label: str(label).casefold() in said).astype(bool)
    fits &= rows["group"].map(lambda name: _is(name, group)).astype(bool)
    return rows[fits]


def _is(name: object, words: str) -> bool:
    """Whether words name a group: "males", "the most deprived tenth", "the group “SEN support”"."""
    plain = spaced(words.casefold().removeprefix("the group ").removeprefix("the "))
    known = spaced(plain_name(name))
    return plain in (known, f"{known}s")


def _set_against(row: pd.Series, words: str, number: str, facts: Facts) -> bool:
    """Whether a row's reference is what the words name, and its value the number beside it."""
    if not _shown(row["reference_value"], number):
        return False
    groups = facts.tables["inequalities"]
    same = groups["indicator_id"] == row["indicator_id"]
    named = [name for name in groups.loc[same, "group"].unique() if _is(name, words)]
    reference = row.get("reference", "")
    if named:
        return reference == "other" and row["group"] not in named
    return reference != "other" or "other" in words


def _shown(value: float, number: str) -> bool:
    plain = number.replace(",", "")
    decimals = len(plain.partition(".")[2])
    return pd.notna(value) and rounding.half_up(value, decimals).replace(",", "") == plain
