"""Projections of yearly series."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import refuse_clash
from cyp_analysis.measures.reasons import Reasons, with_columns
from cyp_analysis.measures.series import (
    How,
    Series,
    for_each_year,
    how,
    project_series,
    series_of,
    unscaled,
)
from cyp_analysis.methods.projections import Projection, prediction_limits

_NOTES = (
    "",
    "no limits: no variation in the series",
    "model could not be fitted, random walk with drift instead",
)


def project(
    df: pd.DataFrame,
    value: str = "value",
    period: str = "period",
    *,
    periods: int = 5,
    method: str = "ets",
    scale: str = "identity",
    per: float = 100,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """One row per series of `by` and year ahead: value with its prediction interval.

    Columns: the period (a year or a date, as it came), periods_ahead, value, lower_pi, upper_pi
    (two levels: lower_pi_95, ...), statistic, method, n_points, value_note. Prediction intervals
    say where coming figures may fall; they are no confidence limits. Methods `ets` and `arima` need
    six points, `mean` and `drift` three. Scale `log` keeps figures above 0, `logit` within 0 to
    `per`; a value projected on them is a median. Short series, gaps, repeated periods and missing
    values give missing figures with the reason. A model that cannot be fitted gives way to a random
    walk with drift, as method and value_note say. `strict` raises SchemaError for each of these and
    for missing limits. Hyndman and Athanasopoulos 2021.
    """
    levels, options = rows.limit_columns(confidence), how(periods, method, scale, per)
    series = series_of(df, value, period, by, options)
    found = _projected(series, options)
    size = found.value.size
    added = {period: _coming(series.last, options.periods), **_figures(found, levels, options)}
    added["statistic"] = rows.constant("projection", size)
    added["method"] = _method_words(found, options)
    added["n_points"] = np.repeat(series.sizes, options.periods)
    refuse_clash(series.groups.keys.columns, added)
    why = series.why.otherwise(_how_it_went(found))
    table, why = for_each_year(series.groups.keys, why, options.periods)
    return with_columns(table, added, why, strict)


def _projected(series: Series, options: How) -> Projection:
    """A projection of every series, missing for those that cannot be projected."""
    usable, number = np.flatnonzero(series.why.ok), len(series.sizes)
    found = project_series(series, usable, series.sizes[usable], options)
    place = np.full(number, -1)
    place[usable] = np.arange(len(usable))
    missing = (np.nan, np.nan, np.nan, "", False)
    return Projection(
        *(
            np.concatenate([part, np.full((1, *part.shape[1:]), none, dtype=part.dtype)])[place]
            for part, none in zip(found, missing, strict=True)
        )
    )


def _figures(found: Projection, levels: dict[str, float], options: How) -> dict[str, np.ndarray]:
    """Years ahead, value and limits by name of column."""
    figures = {"value": found.value}
    for suffix, level in levels.items():
        limits = prediction_limits(found, level)
        figures |= {f"lower_pi{suffix}": limits[0], f"upper_pi{suffix}": limits[1]}
    ahead = np.tile(np.arange(1, options.periods + 1), len(found.value))
    flat = {name: unscaled(figure, options).ravel() for name, figure in figures.items()}
    return {"periods_ahead": ahead, **flat}


def _coming(last: pd.Series, periods: int) -> pd.Series:
    """The coming periods of each series, one after another: dates, or years as whole numbers."""
    ahead = range(1, periods + 1)
    if pd.api.types.is_datetime64_any_dtype(last.dtype):
        years = [last + pd.DateOffset(years=number) for number in ahead]
    else:
        whole = last.astype("int64") if np.isfinite(last).all() else last
        years = [whole + number for number in ahead]
    return pd.concat(years).sort_index(kind="stable").reset_index(drop=True)


def _method_words(found: Projection, options: How) -> pd.Categorical:
    """The method of each row, with the scale where it is not the identity."""
    end = "" if options.scale == "identity" else f"_{options.scale}"
    words = [f"{word}{end}" if word else "" for word in found.method]
    return pd.Categorical(np.repeat(np.array(words, dtype=object), options.periods))


def _how_it_went(found: Projection) -> Reasons:
    """What is to be said of a series that has been projected."""
    no_interval = np.isfinite(found.value[:, 0]) & np.isnan(found.spread[:, 0])
    return Reasons(np.where(found.fell_back, 2, no_interval).astype(np.int8), _NOTES)
