"""Yearly series in a table: which rows make up each, and why one cannot be projected."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import Groups, grouped
from cyp_analysis.measures.reasons import Reasons, first_reason
from cyp_analysis.methods import projections
from cyp_analysis.methods.arguments import whole_number
from cyp_analysis.methods.projections import Projection

_DATES = ("date", "datetime")


class How(NamedTuple):
    """How series are projected: periods ahead, method, and the scale with its unit."""

    periods: int
    method: str
    scale: str
    per: float


class Series(NamedTuple):
    """Values of all series one after another, each oldest first, and where each one starts."""

    values: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray
    last: pd.Series
    groups: Groups
    why: Reasons


def how(periods: int, method: str, scale: str, per: float) -> How:
    """The arguments of a projection, checked; UsageError for an unknown word or number."""
    periods = whole_number("periods", periods)
    rows.one_of("method", method, projections.PROJECTIONS)
    rows.one_of("scale", scale, projections.SCALES)
    return How(periods, method, scale, rows.positive("per", per))


def series_of(
    df: pd.DataFrame, value: str, period: str, by: str | list[str] | None, options: How
) -> Series:
    """The series of a table and why each cannot be used, if so; the last period of each."""
    groups, ends = grouped(df, by), ends_of(rows.column(df, period))
    dated = pd.api.types.is_datetime64_any_dtype(ends.dtype)
    (values,), rules = rows.read(df, value=value)
    (years,), more = rows.read((ends.dt.year if dated else ends).to_frame(period), period=period)
    years = np.where(np.isfinite(years), years, np.nan)
    rules += [*_off_scale(values, options), *more, (years % 1 != 0, "period not a whole year")]
    months = ends.dt.month.to_numpy(dtype=float) if dated else np.zeros(len(df))
    order, sizes = np.lexsort((years, groups.of_row)), groups.sizes()
    starts, least = np.cumsum(sizes) - sizes, projections.MINIMUM_POINTS[options.method]
    why = first_reason(rules, len(df)).by_group(groups)
    why = why.then(_not_yearly(years[order], months[order], groups.of_row[order], len(sizes)))
    why = why.then([(sizes < least, f"fewer than {least} points")])
    last = (ends if dated else pd.Series(years)).iloc[order[starts + sizes - 1]]
    return Series(values[order], starts, sizes, last.reset_index(drop=True), groups, why)


def project_series(
    series: Series, which: np.ndarray, sizes: np.ndarray, options: How
) -> Projection:
    """Projections from the first `sizes` points of the series `which`, one row for each of them.

    Series of one length go to the method together.
    """
    size = (len(which), options.periods)
    value, spread = np.full(size, np.nan), np.full(size, np.nan)
    left, method = np.ones(len(which)), np.full(len(which), "", dtype=object)
    found = Projection(value, spread, left, method, np.zeros(len(which), dtype=bool))
    scaled = projections.to_scale(series.values, options.scale, options.per)
    for length in np.unique(sizes):
        rows_here = np.flatnonzero(sizes == length)
        places = series.starts[which[rows_here]][:, None] + np.arange(length)
        part = projections.PROJECTIONS[options.method](scaled[places], options.periods)
        for whole, figures in zip(found, part, strict=True):
            whole[rows_here] = figures
    return found


def for_each_year(keys: pd.DataFrame, why: Reasons, periods: int) -> tuple[pd.DataFrame, Reasons]:
    """Keys and reasons of the series, repeated for every year ahead."""
    table = keys.loc[keys.index.repeat(periods)].reset_index(drop=True)
    return table, Reasons(np.repeat(why.codes, periods), why.words)


def unscaled(figures: np.ndarray, options: How) -> np.ndarray:
    """Projected figures in the unit of the values."""
    return projections.from_scale(figures, options.scale, options.per)


def ends_of(series: pd.Series) -> pd.Series:
    """The column of periods, dates as dates whatever they are kept in."""
    plain = series.reset_index(drop=True)
    if pd.api.types.is_datetime64_any_dtype(plain.dtype):
        is_arrow = isinstance(plain.dtype, pd.ArrowDtype)
        return plain.astype("datetime64[us]") if is_arrow else plain
    are_dates = plain.dtype == object and pd.api.types.infer_dtype(plain) in _DATES
    return pd.to_datetime(plain) if are_dates else plain


def _off_scale(values: np.ndarray, options: How) -> rows.Rules:
    """Where values have no place on the scale."""
    if options.scale == "identity":
        return []
    words = {
        "log": "value not above zero, as the log scale needs",
        "logit": f"value not between 0 and {options.per:g}, as the logit scale needs",
    }
    scaled = projections.to_scale(values, options.scale, options.per)
    return [(np.isnan(scaled), words[options.scale])]


def _not_yearly(
    years: np.ndarray, months: np.ndarray, of_row: np.ndarray, number: int
) -> rows.Rules:
    """Where the sorted periods of a series do not follow year by year."""
    same_series, step = np.diff(of_row) == 0, np.diff(years)

    def has(broken: np.ndarray) -> np.ndarray:
        return np.bincount(of_row[1:][same_series & broken], minlength=number) > 0

    return [
        (has(step == 0), "period repeated"),
        (has(step > 1), "gap in years"),
        (has(np.diff(months) != 0), "periods end in different months"),
    ]
