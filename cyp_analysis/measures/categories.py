"""Areas in fifths or quarters by value, within their sets."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from cyp_analysis import methods
from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import group_names, grouped
from cyp_analysis.measures.reasons import Reasons, first_reason, with_columns
from cyp_analysis.methods.arguments import whole_number

Sorter = Callable[[np.ndarray], np.ndarray]
SORTERS: dict[str, tuple[int, Sorter]] = {
    "quintiles": (5, lambda values: methods.value_categories(values, 5)[0]),
    "quartiles": (4, lambda values: methods.value_categories(values, 4)[0]),
    "quintiles_ntile": (5, lambda values: methods.ntile_categories(values, 5)),
}


def value_categories(
    df: pd.DataFrame,
    value: str = "value",
    number: int = 5,
    polarity: str = "no_judgement",
    *,
    by: str | Sequence[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `category`, 1 to `number` by value within each set of `by`, and its bounds, `bound_1` …

    Bounds are percentiles of the set's values with linear interpolation; a value on a bound takes
    the category below it. 1 holds the lowest values, or with 5 categories and high is good the
    highest; polarity is a word or a column of words (a set takes that of its first row). A missing
    value has no category, nor has a set with fewer values than categories: `value_note` says so.
    OHID public health profiles.
    """
    number = whole_number("number", number, 2)
    sets, [values], why = _sets(df, value, number, by)
    words, category = rows.polarity_words(df, polarity), np.full(len(df), np.nan)
    bounds = np.full((len(df), number - 1), np.nan)
    for members in sets:
        found = methods.value_categories(values[members], number, words[members[0]])
        category[members], bounds[members] = found
    named = {f"bound_{place + 1}": bounds[:, place] for place in range(number - 1)}
    added = {"category": category, **named}
    return with_columns(df, added, why, strict, keys=group_names(df, by))


def compare_in_sets(
    df: pd.DataFrame, method: str, value: str, by: str | Sequence[str] | None
) -> tuple[np.ndarray, Reasons]:
    """Side of each row (0 the lowest; -1: none) by a method that sorts a set's areas by value."""
    number, sorter = SORTERS[method]
    sets, [values], why = _sets(df, value, number, by)
    category = np.full(len(df), np.nan)
    for members in sets:
        category[members] = sorter(values[members])
    return np.nan_to_num(category).astype(np.int8) - 1, why


def _sets(
    df: pd.DataFrame, value: str, number: int, by: str | Sequence[str] | None
) -> tuple[list[np.ndarray], list[np.ndarray], Reasons]:
    """Positions of the rows of each set, the values, and why a row has no category."""
    groups = grouped(df, by)
    figures, rules = rows.read(df, value=value)
    known = np.bincount(groups.of_row, np.isfinite(figures[0]), minlength=len(groups.keys))
    rules.append(((known < number)[groups.of_row], f"fewer than {number} values"))
    return groups.members(), figures, first_reason(rules, len(df))
