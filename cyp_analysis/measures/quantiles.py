"""Deciles, quintiles and other quantiles of areas by value."""

import numpy as np
import pandas as pd

from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import grouped
from cyp_analysis.measures.reasons import first_reason, with_columns
from cyp_analysis.methods.arguments import true_or_false, whole_number
from cyp_analysis.methods.quantiles import quantile_of, weighted_quantile_of


def quantiles(
    df: pd.DataFrame,
    value: str = "value",
    number: int = 10,
    *,
    highest_first: bool = True,
    population: str | None = None,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `quantile`, 1 to `number`, of each row by its value; all rows and columns are kept.

    Quantile 1 holds the highest values (with a deprivation score: the most deprived), or the
    lowest with highest_first=False. Equal values share a quantile. `by` ranks within each group.
    `population` names a column that makes the quantiles about equal in people, not in rows.

    Adds quantile (Int64: it is a label, to be shown, joined and grouped by, and Int64 keeps 3 from
    turning into 3.0 where a row is missing), quantile_of (`number`) and value_note. A row without
    a usable value, and every row of a group of fewer values than quantiles, is missing with its
    reason in value_note; `strict` raises SchemaError instead.
    """
    number, groups = whole_number("number", number, 2), grouped(df, by)
    highest_first = true_or_false("highest_first", highest_first)
    columns = {"value": value} | ({} if population is None else {"population": population})
    (values, *people), rules = rows.read(df, **columns)
    if people:
        rules.append((people[0] <= 0, "population not above zero"))
    why = first_reason(rules, len(df))
    values = np.where(why.ok, values, np.nan)
    found = (
        weighted_quantile_of(values, *people, number, groups.of_row, highest_first=highest_first)
        if people
        else quantile_of(values, number, groups.of_row, highest_first=highest_first)
    )
    why = why.then([(np.isnan(found), f"fewer than {number} values")])
    added = {"quantile": pd.array(found, dtype="Int64"), "quantile_of": number}
    return with_columns(df, added, why, strict, keys=groups.keys.columns)
