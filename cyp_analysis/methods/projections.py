"""Projections of short yearly series, with prediction intervals that allow for their shortness.

Every function takes series of equal length, shape (k, n), oldest year first, and gives one row per
series and one column per year ahead. statsmodels fits the models. It takes the variance of their
errors as if no parameter had been estimated, which on six to fifteen points makes a 95% interval
that holds half to four fifths of what happens; here the variance is over the degrees of freedom
that are left, and the quantile is Student's.
"""

import warnings
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.errors import UsageError
from cyp_analysis.methods.intervals import Limits, as_fraction

MINIMUM_POINTS = {"ets": 6, "arima": 6, "mean": 3, "drift": 3}
SCALES = ("identity", "log", "logit")

_ETS = {
    "ets_ann": {"trend": None},
    "ets_aan_damped": {"trend": "add", "damped_trend": True},
}
_ARIMA = {
    "arima_0_1_0": ((0, 1, 0), "n"),
    "arima_0_1_1": ((0, 1, 1), "n"),
    "arima_0_1_0_drift": ((0, 1, 0), "t"),
    "arima_0_1_1_drift": ((0, 1, 1), "t"),
}


class Projection(NamedTuple):
    """Projections of k series: value and standard error (k, periods), the rest one per series.

    `spread` is NaN for a series without variation about its line or mean, which gives no interval.
    `fell_back` marks series whose model could not be fitted, projected as a random walk with drift.
    """

    value: np.ndarray
    spread: np.ndarray
    degrees_of_freedom: np.ndarray
    method: np.ndarray
    fell_back: np.ndarray


# --- methods in closed form -----------------------------------------------------------------------


def project_mean(series: ArrayLike, periods: int) -> Projection:
    """The mean of each series, shape (k, n), for every year ahead; NaN in, NaN out.

    spread = s sqrt(1 + 1/n) with n - 1 degrees of freedom, exact for independent normal values
    about one mean. Hyndman and Athanasopoulos 2021, section 5.5. UsageError below three points.
    """
    y = _checked(series, "mean")
    n = y.shape[1]
    spread = np.where(_no_variation(y, y), np.nan, y.std(axis=1, ddof=1)) * np.sqrt(1 + 1 / n)
    value, spread = (np.repeat(a[:, None], periods, axis=1) for a in (y.mean(axis=1), spread))
    return _closed(value, spread, n - 1, "mean")


def project_drift(series: ArrayLike, periods: int) -> Projection:
    """The last value and the mean yearly change carried on, shape (k, n); NaN in, NaN out.

    At h years ahead spread = s sqrt(h + h^2 / (n - 1)), s the standard deviation of the yearly
    changes, with n - 2 degrees of freedom: exact for independent normal changes. Hyndman and
    Athanasopoulos 2021, section 5.5. UsageError below three points.
    """
    y = _checked(series, "drift")
    ahead, changes = np.arange(1, periods + 1), np.diff(y)
    value = y[:, -1:] + ahead * changes.mean(axis=1, keepdims=True)
    s = np.where(_no_variation(changes, y), np.nan, changes.std(axis=1, ddof=1))
    spread = s[:, None] * np.sqrt(ahead + ahead**2 / changes.shape[1])
    return _closed(value, spread, changes.shape[1] - 1, "drift")


def _closed(value: np.ndarray, spread: np.ndarray, left: int, method: str) -> Projection:
    """A projection by one method throughout."""
    size = len(value)
    methods, straight = np.full(size, method, dtype=object), np.zeros(size, dtype=bool)
    return Projection(value, spread, np.full(size, float(left)), methods, straight)


def _no_variation(figures: np.ndarray, series: np.ndarray) -> np.ndarray:
    """Series whose figures (values or yearly changes) are all the same but for rounding."""
    return np.ptp(figures, axis=1) <= 1e-12 * np.abs(series).max(axis=1)


# --- methods fitted by statsmodels ----------------------------------------------------------------


def project_ets(series: ArrayLike, periods: int) -> Projection:
    """Exponential smoothing with additive errors, shape (k, n); NaN in, NaN out.

    The level alone or a damped trend, whichever has the smaller AICc; below about ten points that
    is nearly always the level. Hyndman, Koehler, Ord and Snyder 2008. UsageError below six points.
    """
    return _fitted(_checked(series, "ets"), periods, _ETS, _fit_ets)


def project_arima(series: ArrayLike, periods: int) -> Projection:
    """ARIMA(0,1,0) or (0,1,1), without or with drift, whichever has the smallest AICc.

    Shape (k, n); NaN in, NaN out. Box and Jenkins 1970; Hyndman and Khandakar 2008 for the choice.
    UsageError below six points.
    """
    return _fitted(_checked(series, "arima"), periods, _ARIMA, _fit_arima)


class _Fit(NamedTuple):
    """A fitted model's projection of one standardised series."""

    method: str
    aicc: float
    value: np.ndarray
    variance: np.ndarray
    degrees_of_freedom: float

    def is_usable(self) -> bool:
        """True where every figure is known."""
        return bool(self.aicc < np.inf and np.isfinite([*self.value, *self.variance]).all())


def _fitted(
    y: np.ndarray, periods: int, candidates: Mapping[str, object], fit: Callable[..., _Fit]
) -> Projection:
    """The best candidate for each series; where none can be fitted, a random walk with drift."""
    found = project_drift(y, periods)
    # A straight line leaves a model nothing to estimate its errors from: it stays with the drift.
    for at in np.flatnonzero(np.isfinite(found.spread).all(axis=1)):
        centre, unit = y[at].mean(), y[at].std()
        tried = [_tried(fit, (y[at] - centre) / unit, periods, each) for each in candidates.items()]
        usable = [each for each in tried if each is not None and each.is_usable()]
        if not usable:
            found.fell_back[at] = True
            continue
        best = min(usable, key=lambda each: each.aicc)
        found.value[at] = centre + unit * best.value
        found.spread[at] = unit * np.sqrt(best.variance)
        found.degrees_of_freedom[at], found.method[at] = best.degrees_of_freedom, best.method
    return found


def _tried(fit: Callable[..., _Fit], z: np.ndarray, periods: int, candidate: tuple) -> _Fit | None:
    """A fit, or None where the model fails or does not converge; no warning escapes."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        try:
            found = fit(z, periods, *candidate)
        except (ValueError, ArithmeticError, IndexError):
            return None
    failed = any(issubclass(each.category, ConvergenceWarning) for each in caught)
    return None if failed else found


def _fit_ets(z: np.ndarray, periods: int, method: str, options: dict) -> _Fit:
    """One exponential smoothing model of a standardised series."""
    from pandas import Series  # statsmodels predicts only from a Series
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    n = z.size
    result = ETSModel(Series(z), error="add", **options).fit(disp=False)
    ahead = result.get_prediction(start=n, end=n + periods - 1, method="exact")
    left = n - result.params.size
    variance = np.asarray(ahead.forecast_variance) * n / left
    return _Fit(method, result.aicc, np.asarray(ahead.predicted_mean), variance, left)


def _fit_arima(z: np.ndarray, periods: int, method: str, options: tuple) -> _Fit:
    """One ARIMA model of a standardised series."""
    from statsmodels.tsa.arima.model import ARIMA

    order, trend = options
    result = ARIMA(z, order=order, trend=trend).fit()
    forecast, changes = result.get_forecast(periods), z.size - 1
    variance = np.array(forecast.var_pred_mean)
    if trend == "t":
        # statsmodels takes the drift as known; its variance is that of a mean of MA(1) errors.
        long_run = result.params[-1] * (1 + result.maparams.sum()) ** 2
        variance += np.arange(1, periods + 1) ** 2 * long_run / changes
    left = changes - (result.params.size - 1)
    return _Fit(method, result.aicc, forecast.predicted_mean, variance * changes / left, left)


PROJECTIONS: dict[str, Callable[..., Projection]] = {
    "ets": project_ets,
    "arima": project_arima,
    "mean": project_mean,
    "drift": project_drift,
}


def _checked(series: ArrayLike, method: str) -> np.ndarray:
    """Series as floats, shape (k, n), infinite values as NaN; UsageError if too short."""
    y = np.atleast_2d(np.asarray(series, dtype=float))
    if y.shape[1] < MINIMUM_POINTS[method]:
        raise UsageError(
            thing=f"method {method}",
            rule=f"a series has at least {MINIMUM_POINTS[method]} points",
            got=f"{y.shape[1]}",
            action="Leave shorter series out.",
        )
    return np.where(np.isfinite(y), y, np.nan)


# --- limits and scales ----------------------------------------------------------------------------


def prediction_limits(projection: Projection, confidence: float = 0.95) -> Limits:
    """Lower and upper prediction limits (k, periods) on the scale of the projection, NaN in, out.

    value -/+ t spread with Student's t of the degrees of freedom left.
    """
    from scipy.special import stdtrit

    level = as_fraction(confidence)
    t = stdtrit(projection.degrees_of_freedom, level + (1 - level) / 2)[:, None]
    return projection.value - t * projection.spread, projection.value + t * projection.spread


def to_scale(value: ArrayLike, scale: str = "identity", per: float = 100) -> np.ndarray:
    """Values on the scale where they are projected; NaN where the scale has no place for them.

    log: ln(value), above 0. logit: ln(p / (1 - p)) of p = value / per, inside 0 to 1.
    """
    value = np.asarray(value, dtype=float)
    if scale == "identity":
        return value
    with np.errstate(all="ignore"):
        share = value / per
        found = np.log(value) if scale == "log" else np.log(share) - np.log1p(-share)
    return np.where(np.isfinite(found), found, np.nan)


def from_scale(value: ArrayLike, scale: str = "identity", per: float = 100) -> np.ndarray:
    """Projected values and limits in the unit that they came in, the inverse of `to_scale`.

    A mean on the log or logit scale comes back as a median.
    """
    value = np.asarray(value, dtype=float)
    if scale == "identity":
        return value
    with np.errstate(over="ignore"):
        return np.exp(value) if scale == "log" else per / (1 + np.exp(-value))
