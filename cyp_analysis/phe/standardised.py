"""Directly and indirectly standardised rates under R's names."""

from typing import Any

import numpy as np
import pandas as pd

from cyp_analysis import measures
from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures import rows
from cyp_analysis.phe.shape import (
    Data,
    Levels,
    column_name,
    in_r_columns,
    only_field,
    plain_number,
    unpacked,
)

_TOO_FEW = 10
_DIRECT = {
    "dobson": "Dobson",
    "dobson_nonindependent": "Dobson, with confidence adjusted for non-independent events",
}
_INDIRECT = {"exact": "Exact", "byars": "Byars"}


def calculate_dsr(
    data: Data,
    x: str,
    n: str,
    stdpop: str,
    type: str = "full",
    *,
    confidence: Levels = 0.95,
    multiplier: float = 100_000,
    independent_events: bool = True,
    eventfreq: str | None = None,
    ageband: str | None = None,
) -> pd.DataFrame:
    """`measures.dsr` under R's name; eventfreq and ageband count with independent_events=False."""
    df, groups = unpacked(data)
    bands = {} if independent_events else {"events": eventfreq, "band": ageband}
    found = measures.dsr(
        df,
        x,
        n,
        column_name("stdpop", stdpop),
        multiplier,
        confidence=confidence,
        **bands,
        **groups,
    )
    few = found["total_count"] < _TOO_FEW
    unit = f"dsr per {plain_number(multiplier)}"
    statistic = np.where(few, f"dsr NA for total count < {_TOO_FEW}", unit)
    words = {"statistic": pd.array(statistic, dtype="str"), "method": _DIRECT}
    names = {"total_count": "total_count", "total_population": "total_pop"}
    return in_r_columns(found, confidence, type, words=words, names=names)


def phe_dsr(
    data: Data,
    x: str,
    n: str,
    stdpop: str,
    stdpoptype: str = "field",
    *,
    type: str = "full",
    confidence: Levels = 0.95,
    multiplier: float = 100_000,
) -> pd.DataFrame:
    """The older name of `calculate_dsr`; stdpoptype="vector", R's default, is refused."""
    only_field("stdpoptype", stdpoptype)
    return calculate_dsr(data, x, n, stdpop, type, confidence=confidence, multiplier=multiplier)


def calculate_ISRate(
    data: Data,
    x: str,
    n: str,
    x_ref: str,
    n_ref: str,
    *,
    refpoptype: str = "field",
    type: str = "full",
    confidence: Levels = 0.95,
    multiplier: float = 100_000,
    observed_totals: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """`measures.isr_rate` under R's name; the reference figures are columns of the data.

    refpoptype="vector", R's default, is refused. With `observed_totals`, a table of one row per
    group, `x` is a column of it.
    """
    options = {"confidence": confidence, "per": multiplier}
    only_field("refpoptype", refpoptype)
    columns = (x, n, x_ref, n_ref)
    found = _standardised(measures.isr_rate, data, columns, observed_totals, options)
    unit = plain_number(multiplier)
    words = {"statistic": f"indirectly standardised rate per {unit}", "method": _INDIRECT}
    names = {"reference_rate": "ref_rate"}
    return in_r_columns(found, confidence, type, words=words, names=names)


def calculate_ISRatio(
    data: Data,
    x: str,
    n: str,
    x_ref: str,
    n_ref: str,
    *,
    refpoptype: str = "field",
    type: str = "full",
    confidence: Levels = 0.95,
    refvalue: float = 1,
    observed_totals: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """`measures.isr_ratio` under R's name; arguments as for `calculate_ISRate`."""
    options = {"confidence": confidence, "per": refvalue}
    only_field("refpoptype", refpoptype)
    columns = (x, n, x_ref, n_ref)
    found = _standardised(measures.isr_ratio, data, columns, observed_totals, options)
    unit = plain_number(refvalue)
    words = {"statistic": f"indirectly standardised ratio x {unit}", "method": _INDIRECT}
    return in_r_columns(found, confidence, type, words=words)


def _standardised(
    verb: Any,
    data: Data,
    columns: tuple[str, str, str, str],
    totals: pd.DataFrame | None,
    options: dict[str, Any],
) -> pd.DataFrame:
    """What isr_rate and isr_ratio find for the arguments that R gives them both."""
    (x, n, x_ref, n_ref), (df, groups) = columns, unpacked(data)
    if totals is not None:
        df, options = _with_totals(df, totals, x, groups), {**options, "observed": x}
    return verb(
        df,
        x,
        n,
        reference_count=column_name("x_ref", x_ref),
        reference_denominator=column_name("n_ref", n_ref),
        **options,
        **groups,
    )


def _with_totals(
    df: pd.DataFrame, totals: pd.DataFrame, x: str, groups: dict[str, list[str]]
) -> pd.DataFrame:
    """The table with the events of each group on its rows, joined by the columns of the groups."""
    if not isinstance(totals, pd.DataFrame) or not groups:
        raise UsageError(
            thing="observed_totals",
            rule="is a table with a row for each group of a grouped table",
            got=type(totals).__name__ if groups else "data without groups",
            action="Group the data, and give the totals with the columns it is grouped by.",
        )
    keys = groups["by"]
    for name in (*keys, x):
        rows.column(totals, name)
    if totals.duplicated(keys).any():
        raise SchemaError(
            thing="observed_totals",
            rule=f"has one row for each {', '.join(keys)}",
            got=f"{int(totals.duplicated(keys).sum())} more",
            action="Sum them first.",
        )
    own = df.drop(columns=x, errors="ignore")
    return own.merge(totals[[*keys, x]], on=keys, how="left", validate="many_to_one")
