"""How well a method of projection would have done on the series themselves."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import refuse_clash
from cyp_analysis.measures.reasons import Reasons, add_notes, first_reason, with_columns
from cyp_analysis.measures.series import (
    How,
    Series,
    for_each_year,
    how,
    project_series,
    series_of,
    unscaled,
)
from cyp_analysis.methods.arguments import whole_number
from cyp_analysis.methods.intervals import as_fraction
from cyp_analysis.methods.projections import MINIMUM_POINTS, prediction_limits


def back_test(
    df: pd.DataFrame,
    value: str = "value",
    period: str = "period",
    *,
    periods: int = 3,
    origins: int = 5,
    method: str = "ets",
    scale: str = "identity",
    per: float = 100,
    confidence: float = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """One row per series of `by` and year ahead: past projections against what happened.

    Each series is projected from its last `origins` earlier years that leave enough points.
    Columns: periods_ahead, n_forecasts, mean_absolute_error, mean_absolute_percentage_error, bias
    (projected less actual), coverage (share of actual values within the prediction interval),
    naive_* (the errors of the last value carried on), relative_mean_absolute_error (the two
    divided: below 1 the method beats "no change"), mean_absolute_scaled_error, statistic, method,
    n_points, value_note.
    Missing with the reason as for `project`, and where no projection can be compared; `strict`
    raises SchemaError instead, also for a single score that is missing and for a model that could
    not be fitted. Tashman 2000; Hyndman and Koehler 2006.
    """
    level, options = as_fraction(confidence), how(periods, method, scale, per)
    series = series_of(df, value, period, by, options)
    past = _projected_before(series, options, whole_number("origins", origins), level)
    number, keys = len(series.sizes), series.groups.keys
    added = _scores(past, number, options.periods)
    size = number * options.periods
    word = method if scale == "identity" else f"{method}_{scale}"
    added |= rows.described("back_test", word, size)
    added["n_points"] = np.repeat(series.sizes, options.periods)
    refuse_clash(keys.columns, added)
    keys = keys.assign(value_note=add_notes(keys, _fallbacks(past, number), strict))
    table, why = for_each_year(keys, series.why, options.periods)
    table = table.assign(value_note=add_notes(table, _not_scored(added), strict))
    why = why.then([(added["n_forecasts"] == 0, "no projection that can be compared")])
    return with_columns(table, added, why, strict)


class _Past(NamedTuple):
    """Projections from earlier years, shape (m, periods); NaN where nothing has happened yet."""

    series: np.ndarray
    actual: np.ndarray
    error: np.ndarray
    inside: np.ndarray
    naive_error: np.ndarray
    scaled_error: np.ndarray
    fell_back: np.ndarray


def _projected_before(series: Series, options: How, origins: int, level: float) -> _Past:
    """Projections from earlier years of each usable series, beside what happened."""
    usable = np.flatnonzero(series.why.ok)
    back = np.tile(np.arange(1, origins + 1), len(usable))
    which = np.repeat(usable, origins)
    enough = series.sizes[which] - back >= MINIMUM_POINTS[options.method]
    which, back = which[enough], back[enough]
    sizes = series.sizes[which] - back
    found = project_series(series, which, sizes, options)
    lower, upper = (unscaled(limit, options) for limit in prediction_limits(found, level))
    actual, last = _what_happened(series, which, sizes, options.periods)
    error = unscaled(found.value, options) - actual
    known = np.isfinite(actual) & np.isfinite(lower)
    inside = np.where(known, (lower <= actual) & (actual <= upper), np.nan)
    with np.errstate(all="ignore"):
        scaled = np.abs(error) / _usual_change(series, which, sizes)[:, None]
    scaled = np.where(np.isfinite(scaled), scaled, np.nan)
    return _Past(which, actual, error, inside, last - actual, scaled, found.fell_back)


def _what_happened(
    series: Series, which: np.ndarray, sizes: np.ndarray, periods: int
) -> tuple[np.ndarray, np.ndarray]:
    """The values that followed the first `sizes`, NaN beyond the end, and the last value before."""
    ahead, start = np.arange(periods), series.starts[which][:, None]
    place, is_known = sizes[:, None] + ahead, sizes[:, None] + ahead < series.sizes[which][:, None]
    actual = series.values[np.where(is_known, start + place, 0)]
    last = series.values[start + sizes[:, None] - 1]
    return np.where(is_known, actual, np.nan), last


def _usual_change(series: Series, which: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The mean absolute yearly change within the first `sizes` points of each series."""
    changes = np.append(np.abs(np.diff(series.values, prepend=0)), 0)
    first, end = series.starts[which] + 1, series.starts[which] + sizes
    # Sums from each first to its end; the pieces in between, which reduceat adds too, are left out.
    totals = np.add.reduceat(changes, np.column_stack([first, end]).ravel())[::2]
    return totals / (sizes - 1)


def _scores(past: _Past, number: int, periods: int) -> dict[str, np.ndarray]:
    """Means over the projections of each series and year ahead, by name of column."""
    cell = past.series[:, None] * periods + np.arange(periods)
    happened = np.isfinite(past.actual)
    count = np.bincount(cell[happened], minlength=number * periods)

    def mean(figures: np.ndarray) -> np.ndarray:
        total = np.bincount(cell[happened], figures[happened], minlength=number * periods)
        return _ratio(total, count)

    errors = {"": past.error, "naive_": past.naive_error}
    scores = {"periods_ahead": np.tile(np.arange(1, periods + 1), number), "n_forecasts": count}
    for name, error in errors.items():
        scores[f"{name}mean_absolute_error"] = mean(np.abs(error))
        share = 100 * np.abs(_ratio(error, past.actual))
        scores[f"{name}mean_absolute_percentage_error"] = mean(share)
        scores[f"{name}bias"] = mean(error)
    scores["coverage"] = mean(past.inside)
    scores["relative_mean_absolute_error"] = _ratio(
        scores["mean_absolute_error"], scores["naive_mean_absolute_error"]
    )
    scores["mean_absolute_scaled_error"] = mean(past.scaled_error)
    return scores


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """top / bottom, NaN where the bottom is zero or missing."""
    with np.errstate(all="ignore"):
        return np.where(bottom != 0, top / bottom, np.nan)


def _not_scored(scores: dict[str, np.ndarray]) -> Reasons:
    """Why a score of a row is missing although projections were compared."""
    compared = scores["n_forecasts"] > 0
    rules = [
        ("coverage", "no limits: no variation in the series"),
        ("mean_absolute_percentage_error", "a value of zero has no percentage error"),
        ("relative_mean_absolute_error", "no change at all, so no relative error"),
    ]
    broken = [(compared & np.isnan(scores[name]), words) for name, words in rules]
    return first_reason(broken, compared.size)


def _fallbacks(past: _Past, number: int) -> Reasons:
    """For how many projections of a series the model could not be fitted."""
    times = np.bincount(past.series, past.fell_back, minlength=number)
    tries = np.bincount(past.series, minlength=number)
    kinds = np.unique(np.stack([times, tries])[:, times > 0], axis=1).T.astype(int)
    rules = [
        ((times == a) & (tries == b), f"random walk with drift for {a} of {b} projections")
        for a, b in kinds
    ]
    return first_reason(rules, number)
