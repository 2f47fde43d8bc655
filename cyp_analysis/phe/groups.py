"""Means, life expectancy and inequality indices under R's names."""

from collections.abc import Sequence

import pandas as pd

from cyp_analysis import measures
from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.phe.shape import Data, Levels, in_r_columns, only, required, unpacked

_VALUE_TYPES = {0: "mean", 1: "rate", 2: "proportion"}
_INDICES = {"sii": "slope_index", "rii": "relative_index"}
_LAST = ["intercept", "confidence", "statistic", "method", "rii_method", "value_note"]


def phe_mean(data: Data, x: str, type: str = "full", confidence: Levels = 0.95) -> pd.DataFrame:
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
    age_contents: Sequence[int | str] | None = None,
    *,
    le_age: str | int | Sequence[int | str] = "all",
    type: str = "full",
    confidence: Levels = 0.95,
) -> pd.DataFrame:
    """`measures.life_expectancy` under R's name; le_age keeps the rows of some start ages.

    The bands are those of the table, whichever they are; where age_contents names them, they must
    be the same (UsageError). R's type "standard" leaves out pops_used and dths_used.
    """
    df, groups = unpacked(data)
    bands = set(rows.column(df, startage).dropna())
    if age_contents is not None:
        _same_bands("age_contents", set(age_contents) ^ bands)
    found = measures.life_expectancy(
        df, deaths, population, startage, confidence=confidence, **groups
    )
    if not (isinstance(le_age, str) and le_age == "all"):
        ages = [le_age] if isinstance(le_age, str | int) else list(le_age)
        _same_bands("le_age", set(ages) - bands)
        found = found[found[startage].isin(ages)]
    words = {"statistic": "life expectancy", "method": {"chiang": "Chiang, using Silcocks et al"}}
    names = {"population_used": "pops_used", "deaths_used": "dths_used"}
    result = in_r_columns(found, confidence, type, words=words, names=names)
    return result if type == "full" else result.drop(columns=list(names.values()))


def _same_bands(argument: str, apart: set) -> None:
    """UsageError for start ages that are in the argument or in the table alone."""
    if apart:
        raise UsageError(
            thing=argument,
            rule="holds start ages of the table, age_contents all of them",
            got=", ".join(sorted(map(str, apart))[:5]),
            action="Write them as the column of start ages does.",
        )


def phe_sii(
    data: Data,
    quantile: str,
    population: str,
    x: str | None = None,
    value: str | None = None,
    *,
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
    reliability_stat: bool = False,
    type: str = "full",
) -> pd.DataFrame:
    """`measures.slope_index`, and with rii=True `relative_index`, under R's name.

    The columns are sii, sii_lowercl and sii_uppercl (two levels: sii_lower95_0cl …) and likewise
    for rii; method and rii_method say whether limits are of closed form or simulated. `x` over the
    population is the proportion where no `value` is named. `repetitions` serve where draws are
    needed; reliability_stat=True is refused.
    """
    only("reliability_stat", reliability_stat, False, "Leave it out: no two runs differ.")
    df, groups = unpacked(data)
    if value is None:
        required("value", x, "The index is of a value, or of x over the population")
    given = {"lower": lower_cl, "upper": upper_cl, "se": se, "count": x if value is None else None}
    options = {
        "value_type": _VALUE_TYPES.get(value_type, value_type),
        "transform": transform,
        "multiplier": multiplier,
        "confidence": confidence,
        "draws": repetitions,
        **{name: column for name, column in given.items() if column is not None},
        **groups,
    }
    columns = ("value" if value is None else value, population, quantile)
    found = [_index(name, df, columns, type, options) for name in list(_INDICES)[: 1 + rii]]
    result = _beside(*found) if rii else found[0]
    return result if intercept else result.drop(columns="intercept")


def _index(
    name: str, df: pd.DataFrame, columns: tuple[str, ...], kind: str, options: dict
) -> pd.DataFrame:
    """One of the two indices, its columns named after it."""
    verb = getattr(measures, _INDICES[name])
    words = {"statistic": name, "method": {}}
    found = in_r_columns(verb(df, *columns, **options), options["confidence"], kind, words=words)
    limits = {end: f"{name}_{end}" for end in found if end.endswith("cl")}
    return found.rename(columns={"value": name, **limits})


def _beside(sii: pd.DataFrame, rii: pd.DataFrame) -> pd.DataFrame:
    """Both indices in one row per group, with the method and the reasons of each."""
    rii = rii.rename(columns={"method": "rii_method"})
    notes = sii["value_note"].where(sii["value_note"] == rii["value_note"], None)
    joined = (sii["value_note"] + "; " + rii["value_note"]).str.strip("; ")
    new = [name for name in rii if name not in sii]
    both = pd.concat([sii, rii[new]], axis=1).assign(value_note=notes.fillna(joined))
    last = [name for name in _LAST if name in both]
    return both[[*(name for name in both if name not in last), *last]]
