"""Rows of tables → the numbers of people behind them, each once however many rows show it.

Rows of two indicators with one numerator show one number; what is a percentage's base in one row
may be the count of another.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.methods.disclosure_rules import Rule, is_small

# What makes two rows show the same number: where it was counted, and of whom.
KEY = ["source", "measure", "area_code", "period_start", "period_end", "sex", "age"]
KEY += ["category_type", "category"]
BASE = ["base_source", "base_measure", "base_category_type", "base_category"]
_OF_BASE = ["source", "measure", "area_code", "period_start", "period_end", "sex"]
_OF_BASE += ["category_type", "category"]


class Numbers(NamedTuple):
    """`cells`, one row per number with the columns of KEY, and for each row of the tables the
    place of its number and of its base among them, −1 for none."""

    cells: pd.DataFrame
    of_row: np.ndarray
    of_base: np.ndarray


def add_parts(rows: pd.DataFrame) -> pd.DataFrame:
    """`number` behind each row and, for a share, the `rest` of its base; missing if unknown.

    Where a count or base is not printed, the percentage and the other one give it away.
    """
    percent = rows["value"].where(rows["is_share"])
    number = rows["count"].fillna((percent * rows["denominator"] / 100).round())
    base = rows["denominator"].fillna(number / percent.where(percent > 0) * 100)
    return rows.assign(number=number, rest=(base - number).round().where(rows["is_share"]))


def add_bounds(rows: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Which numbers the rule protects, and from where to where they must stay possible.

    A small number within the rule's bounds; one that is nearly all of its base so that the rest
    of the base may be anywhere within them. `above` is the least that another one withheld is.
    """
    number, rest = rows["number"], rows["rest"]
    small = pd.Series(is_small(number, rule), index=rows.index)
    nearly_all = pd.Series(is_small(rest, rule), index=rows.index) & ~small & rule.complement
    low, high = rule.suppress_from, rule.suppress_to
    return rows.assign(
        protected=small | nearly_all,
        small_from=low,
        small_to=high,
        low=number.where(nearly_all, 0)
        .add(rest - high, fill_value=0)
        .clip(lower=0)
        .where(nearly_all, low)
        .where(small | nearly_all, 0),
        high=(number + rest - low).where(nearly_all, high).where(small | nearly_all, 0),
        above=((number > high) * (high + 1.0)).fillna(0),
    )


def numbers_of(rows: pd.DataFrame) -> Numbers:
    """Every number that is known of, protected where any row of it is."""
    known = rows[rows["number"].notna()]
    keys = known[[*KEY, "within", "number"]].astype(dict.fromkeys(KEY[:2], "str"))
    place = keys.groupby([*KEY, "within", "number"], sort=False, dropna=False).ngroup().to_numpy()
    several = known.assign(place=place).groupby("place", sort=False)
    cells = several[[*KEY, "within", "number"]].first()
    ends = several.agg(
        protected=("protected", "any"),
        low=("low", "max"),
        high=("high", "max"),
        above=("above", "min"),
        small_from=("small_from", "min"),
        small_to=("small_to", "max"),
    )
    cells = cells.join(ends)
    of_row = np.full(len(rows), -1)
    of_row[rows["number"].notna().to_numpy()] = place
    return Numbers(cells, of_row, _bases(rows, cells))


def _bases(rows: pd.DataFrame, cells: pd.DataFrame) -> np.ndarray:
    """The place of the number that each row has as its base, whatever age it is of; else −1."""
    named = cells.reset_index().drop_duplicates([*_OF_BASE, "number"])
    named = named[[*_OF_BASE, "number", "place"]].rename(columns={"number": "denominator"})
    asked = rows[["area_code", "period_start", "period_end", "sex", "denominator", *BASE]]
    asked = asked.rename(columns={name: name.removeprefix("base_") for name in BASE})
    found = asked.merge(named, on=[*_OF_BASE, "denominator"], how="left")["place"]
    found = found.where((asked["measure"] != "").to_numpy())
    return found.fillna(-1).to_numpy(int)
