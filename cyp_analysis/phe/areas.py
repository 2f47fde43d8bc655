"""Quantiles, funnel plots and trend markers under R's names."""

import numpy as np
import pandas as pd

from cyp_analysis import measures
from cyp_analysis.errors import SchemaError
from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import grouped
from cyp_analysis.measures.reasons import Reasons, add_notes, first_reason
from cyp_analysis.methods.arguments import true_or_false
from cyp_analysis.methods.intervals import as_fraction
from cyp_analysis.phe.shape import Data, column_name, only, required, unpacked

_LIMITS = {
    f"{end}_limit_{level}{ours}": f"{end}_{sigma}s_{theirs}"
    for end in ("lower", "upper")
    for level, sigma in (("95", 2), ("998", 3))
    for ours, theirs in (
        ("", "limit"),
        ("_population", "population_1_year"),
        ("_expected", "exp_events"),
    )
}


_METADATA = ["phi", "tau2", "areas", "statistic", "method"]
_KINDS = {"rate": ("dsr", "crude"), "ratio": ("count", "isr")}


def phe_quantile(
    data: Data,
    values: str,
    nquantiles: int = 10,
    invert: bool | str = True,
    inverttype: str = "logical",
    *,
    type: str = "full",
) -> pd.DataFrame:
    """`measures.quantiles` under R's name: invert puts the highest values in quantile 1.

    With inverttype="field" `invert` names a column of true and false, one for each group; a group
    without one is missing with its reason.
    """
    df, groups = unpacked(data)
    highest, why = _inverted(df, invert, inverttype, groups)
    ways = (
        measures.quantiles(df, values, nquantiles, highest_first=way, **groups)
        for way in (True, False)
    )
    found, other = ways
    quantile = found["quantile"].where(highest, other["quantile"]).where(why.ok)
    found = found.assign(quantile=quantile, value_note=add_notes(found, why, strict=False))
    found = found.rename(columns={"quantile_of": "nquantiles"})
    if rows.one_of("type", type, ("full", "standard")) == "standard":
        return found.drop(columns="nquantiles")
    words = np.where(highest, "highest", "lowest").astype(object)
    told = pd.array("lowest quantile contains " + words + " values", dtype="str")
    names = ", ".join(groups.get("by", ())) or np.nan
    return found.assign(groupvars=names, qinverted=pd.Series(told, found.index).where(why.ok))


def _inverted(
    df: pd.DataFrame, invert: bool | str, inverttype: str, groups: dict[str, list[str]]
) -> tuple[np.ndarray, Reasons]:
    """Where the highest values come first, and where a group does not say so."""
    if rows.one_of("inverttype", inverttype, ("logical", "field")) == "logical":
        return np.full(len(df), true_or_false("invert", invert)), first_reason([], len(df))
    flags = rows.column(df, column_name("invert", invert))
    if not pd.api.types.is_bool_dtype(flags.dtype):
        raise SchemaError(
            thing=f"column {invert}",
            rule="holds true or false",
            got=str(flags.dtype),
            action="Write True where the highest values come first.",
        )
    cells, sets = flags.to_numpy(dtype=float, na_value=np.nan), grouped(df, groups.get("by"))
    known = np.where(np.isnan(cells), -1, cells)
    differs = sets.shared(known)[1][sets.of_row]
    return cells == 1, first_reason(
        [(np.isnan(cells), "invert missing"), (differs, "invert differs within the group")], len(df)
    )


def calculate_funnel_limits(
    data: Data,
    numerator: str,
    denominator: str,
    rate: str | None = None,
    type: str = "full",
    *,
    multiplier: float | None = None,
    statistic: str | None = None,
    ratio_type: str | None = None,
    rate_type: str | None = None,
    years_of_data: float | None = None,
) -> pd.DataFrame:
    """`measures.funnel_limits` under R's name: the limits of the 100 points of a chart.

    Rates need rate_type, multiplier and years_of_data, ratios ratio_type, as in R.
    """
    df, groups = unpacked(data)
    kind = _kind(statistic, rate_type=rate_type, ratio_type=ratio_type)
    if statistic == "rate":
        _require(multiplier=multiplier, years_of_data=years_of_data)
    units = {"per": multiplier, "years_of_data": years_of_data}
    found = measures.funnel_limits(
        df, numerator, denominator, statistic=kind, rate=rate, **units, **groups
    )
    found = found.rename(columns=_LIMITS)
    is_full = rows.one_of("type", type, ("full", "standard")) == "full"
    return found if is_full else found.drop(columns=_METADATA)


def calculate_funnel_points(
    data: Data,
    numerator: str,
    denominator: str,
    rate: str,
    rate_type: str | None = None,
    *,
    years_of_data: float | None = None,
    multiplier: float | None = None,
) -> pd.DataFrame:
    """`measures.funnel_points` of rates under R's name: `<rate>_chart`, denominator_derived."""
    kind = _kind("rate", rate_type=rate_type)
    _require(multiplier=multiplier, years_of_data=years_of_data)
    units = {"per": multiplier, "years_of_data": years_of_data}
    df = unpacked(data)[0]
    found = measures.funnel_points(df, numerator, denominator, statistic=kind, rate=rate, **units)
    return found.rename(columns={"rate_chart": f"{rate}_chart"})


def assign_funnel_significance(
    data: Data,
    numerator: str,
    denominator: str,
    rate: str | None = None,
    statistic: str | None = None,
    *,
    rate_type: str | None = None,
    multiplier: float | None = None,
) -> pd.DataFrame:
    """`measures.funnel_significance` under R's name; rates need rate_type and multiplier."""
    df, groups = unpacked(data)
    kind = _kind(statistic, rate_type=rate_type, ratio_type="count")
    if statistic == "rate":
        _require(multiplier=multiplier)
    return measures.funnel_significance(
        df, numerator, denominator, statistic=kind, rate=rate, per=multiplier, **groups
    )


def _kind(statistic: str | None, **types: str | None) -> str:
    """Our word for R's statistic and its type: `rate_dsr`, `ratio_isr`."""
    rows.one_of("statistic", statistic, ("proportion", "ratio", "rate"))
    if statistic not in _KINDS:
        return statistic
    argument = f"{statistic}_type"
    return f"{statistic}_{rows.one_of(argument, types[argument], _KINDS[statistic])}"


def _require(**units: float | None) -> None:
    """UsageError for a unit that was left out: R does not suppose one either."""
    for name, unit in units.items():
        required(name, unit, "A rate is of so many people and years")


def assign_trend_markers(
    data: Data,
    year_col: str,
    value: str | None = None,
    denominator: str | None = None,
    numerator: str | None = None,
    *,
    value_type: str = "other",
    lower_cl: str | None = None,
    upper_cl: str | None = None,
    confidence: float = 0.95,
    multiplier: float = 1,
) -> pd.DataFrame:
    """`measures.recent_trend` under the name of R's unreleased function, with its words.

    `confidence` is the level of the limits given, which must be 95%. `multiplier` changes the unit
    of value and limits alike, and so no trend.
    """
    only("confidence", as_fraction(confidence), 0.95, "Give the 95% limits of the values.")
    rows.positive("multiplier", multiplier)
    df, groups = unpacked(data)
    given = {"count": numerator, "denominator": denominator}
    if value_type != "proportion":
        given = {"value": value, "lower": lower_cl, "upper": upper_cl}
    columns = {name: column for name, column in given.items() if column is not None}
    found = measures.recent_trend(df, period=year_col, value_type=value_type, **columns, **groups)
    words = found["recent_trend"].astype("str").str.replace("_", " ").str.capitalize()
    return found.assign(recent_trend=words)
