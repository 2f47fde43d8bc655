"""Means, life expectancy and inequality indices under R's names."""

from collections.abc import Sequence

import pandas as pd

from cyp_analysis import measures
from cyp_analysis.phe.shape import Data, Levels, in_r_columns, unpacked

_VALUE_TYPES = {0: "mean", 1: "rate", 2: "proportion"}


def phe_mean(data: Data, x: str, type: str = "full", *, confidence: Levels = 0.95) -> pd.DataFrame:
    """`measures.mean` under R's name, with R's value_sum, value_count and stdev."""
    df, groups = unpacked(data)
    found = measures.mean(df, x, confidence=confidence, **groups)
    words = {"statistic": "mean", "method": {"t": "Student's t-distribution"}}
    names = {"total": "value_sum", "count": "value_count", "standard_deviation": "stdev"}
    return in_r_columns(found, confidence, type, words=words, names=names)


def phe_life_expectancy(
    data: Data,
    deaths: str,
    population: str,
    startage: str,
    *,
    le_age: str | int | Sequence[int] = "all",
    type: str = "full",
    confidence: Levels = 0.95,
) -> pd.DataFrame:
    """`measures.life_expectancy` under R's name; le_age keeps the rows of some start ages.

    R's age_contents is not needed: the bands are those of the table.
    """
    df, groups = unpacked(data)
    found = measures.life_expectancy(
        df, deaths, population, startage, confidence=confidence, **groups
    )
    if not isinstance(le_age, str):
        ages = [le_age] if isinstance(le_age, int) else list(le_age)
        found = found[found[startage].isin(ages)]
    words = {"statistic": "life expectancy", "method": {"chiang": "Chiang, using Silcocks et al"}}
    names = {"population_used": "pops_used", "deaths_used": "dths_used"}
    return in_r_columns(found, confidence, type, words=words, names=names)


def phe_sii(
    data: Data,
    quantile: str,
    population: str,
    *,
    x: str | None = None,
    value: str = "value",
    value_type: int = 0,
    transform: bool = False,
    lower_cl: str | None = None,
    upper_cl: str | None = None,
    se: str | None = None,
    multiplier: float = 1,
    repetitions: int = 100_000,
    confidence: Levels = 0.95,
    rii: bool = False,
    intercept: bool = False,
    type: str = "full",
) -> pd.DataFrame:
    """`measures.slope_index`, and with rii=True `relative_index`, under R's name.

    The columns are sii, sii_lowercl and sii_uppercl (two levels: sii_lower95_0cl …) and likewise
    for rii. Limits are worked out without draws wherever that is exact, so R's reliability_stat,
    how far runs differ, has no counterpart; `repetitions` serve where draws are needed.
    """
    df, groups = unpacked(data)
    given = {"lower": lower_cl, "upper": upper_cl, "se": se, "count": x}
    options = {
        "value_type": _VALUE_TYPES.get(value_type, value_type),
        "transform": transform,
        "multiplier": multiplier,
        "confidence": confidence,
        "draws": repetitions,
        **{name: column for name, column in given.items() if column is not None},
        **groups,
    }
    found = [
        _index(name, df, (value, population, quantile), type, options)
        for name in ("sii", "rii")[: 1 + rii]
    ]
    new = [column for column in found[-1] if column not in found[0]]
    result = pd.concat([found[0], found[-1][new]], axis=1)
    return result if intercept else result.drop(columns="intercept")


def _index(
    name: str, df: pd.DataFrame, columns: tuple[str, ...], kind: str, options: dict
) -> pd.DataFrame:
    """One of the two indices, its columns named after it."""
    verb = {"sii": measures.slope_index, "rii": measures.relative_index}[name]
    words = {"statistic": name, "method": {}}
    found = in_r_columns(verb(df, *columns, **options), options["confidence"], kind, words=words)
    limits = {end: f"{name}_{end}" for end in found if end.endswith("cl")}
    return found.rename(columns={"value": name, **limits})
