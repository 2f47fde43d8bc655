"""Reading the figures of deprivation quantiles: values, populations and standard errors."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.methods.inequality import InequalityModel, standard_error


class Columns(NamedTuple):
    """The columns to read."""

    value: str
    population: str
    quantile: str
    lower: str | None
    upper: str | None
    se: str | None
    count: str | None


def figures_of(
    df: pd.DataFrame, columns: Columns, model: InequalityModel
) -> tuple[list[np.ndarray], rows.Rules]:
    """Value, population and standard error of each row, and the rules for rows without them.

    UsageError for columns that do not belong to the type of the value or to each other.
    """
    _check_figures(columns, model.value_type)
    labels = {"count": columns.count} if columns.count else {"value": columns.value}
    labels["population"] = columns.population
    labels |= _spread_columns(df, columns)
    (value, population, *spread), rules = rows.read(df, **labels)
    rules.append((population <= 0, "population not above zero"))
    if columns.count:
        rules.append((value <= 0, "count not above zero"))
        with np.errstate(all="ignore"):
            value = value / population
    if columns.se:
        return [value, population, *spread], [*rules, (spread[0] < 0, "standard error below zero")]
    rules += _scale_rules(value, *spread, model.value_type)
    se = standard_error(*spread, model.value_type)
    return [value, population, se], rules


def _spread_columns(df: pd.DataFrame, columns: Columns) -> dict[str, str]:
    """The columns of limits or standard errors, by the word used in reasons."""
    if columns.se:
        return {"standard error": columns.se}
    return {
        "lower limit": columns.lower or rows.default_column(df, "lower"),
        "upper limit": columns.upper or rows.default_column(df, "upper"),
    }


def _check_figures(columns: Columns, value_type: str) -> None:
    """UsageError for columns that do not belong to the type of the value or to each other."""
    given = {name for name in ("lower", "upper", "se", "count") if getattr(columns, name)}
    allowed = {"lower", "upper"} | {"mean": {"se"}, "proportion": {"count"}}.get(value_type, set())
    if given - allowed or {"se"} < given:
        raise UsageError(
            thing="columns of figures",
            rule="lower= and upper=, or for means se= alone; count= for proportions only",
            got=f"value_type={value_type!r} with {', '.join(sorted(given))}",
            action="Give the columns that belong to the value_type.",
        )


def _scale_rules(
    value: np.ndarray, lower: np.ndarray, upper: np.ndarray, value_type: str
) -> rows.Rules:
    """Rules for figures that are not on the scale of their type."""
    rules = [(lower > upper, "lower limit above upper limit")]
    if value_type == "rate":
        rules += [(value <= 0, "rate not above zero"), (lower <= 0, "lower limit not above zero")]
    if value_type == "proportion":
        for figure, label in (
            (value, "proportion"),
            (lower, "lower limit"),
            (upper, "upper limit"),
        ):
            rules.append(((figure <= 0) | (figure >= 1), f"{label} not between 0 and 1"))
    return rules
