"""Directly and indirectly standardised rates under R's names."""

import pandas as pd

from cyp_analysis import measures
from cyp_analysis.phe.shape import Data, Levels, column_name, in_r_columns, plain_number, unpacked

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
    words = {"statistic": f"dsr per {plain_number(multiplier)}", "method": _DIRECT}
    names = {"total_population": "total_pop"}
    return in_r_columns(found, confidence, type, words=words, names=names)


def phe_dsr(
    data: Data, x: str, n: str, stdpop: str, type: str = "full", **options: float
) -> pd.DataFrame:
    """The older name of `calculate_dsr`."""
    return calculate_dsr(data, x, n, stdpop, type, **options)


def calculate_ISRate(
    data: Data,
    x: str,
    n: str,
    x_ref: str,
    n_ref: str,
    *,
    type: str = "full",
    confidence: Levels = 0.95,
    multiplier: float = 100_000,
    observed_totals: str | None = None,
) -> pd.DataFrame:
    """`measures.isr_rate` under R's name; the reference figures are columns of the data."""
    df, groups = unpacked(data)
    found = measures.isr_rate(
        df,
        x,
        n,
        multiplier,
        reference_count=column_name("x_ref", x_ref),
        reference_denominator=column_name("n_ref", n_ref),
        observed=observed_totals,
        confidence=confidence,
        **groups,
    )
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
    type: str = "full",
    confidence: Levels = 0.95,
    refvalue: float = 1,
    observed_totals: str | None = None,
) -> pd.DataFrame:
    """`measures.isr_ratio` under R's name; the reference figures are columns of the data."""
    df, groups = unpacked(data)
    found = measures.isr_ratio(
        df,
        x,
        n,
        refvalue,
        reference_count=column_name("x_ref", x_ref),
        reference_denominator=column_name("n_ref", n_ref),
        observed=observed_totals,
        confidence=confidence,
        **groups,
    )
    unit = plain_number(refvalue)
    words = {"statistic": f"indirectly standardised ratio x {unit}", "method": _INDIRECT}
    return in_r_columns(found, confidence, type, words=words)
