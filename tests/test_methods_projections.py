"""Projections of series as arrays, against statsmodels and against what the formulas promise."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t
from statsmodels.api import OLS
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from cyp_analysis.errors import UsageError
from cyp_analysis.methods import projections
from cyp_analysis.methods.projections import (
    MINIMUM_POINTS,
    PROJECTIONS,
    from_scale,
    prediction_limits,
    project_arima,
    project_drift,
    project_ets,
    project_mean,
    to_scale,
)

RATES = np.array([52.1, 54.0, 53.2, 57.9, 59.3, 58.8, 61.5, 63.0, 62.2, 66.4, 67.1, 70.7])
ORDERS = {"arima_0_1_0": ((0, 1, 0), "n"), "arima_0_1_1_drift": ((0, 1, 1), "t")}
FITTED = ["ets", "arima"]


def random_walks(number: int, points: int, drift: float = 0.0) -> np.ndarray:
    steps = np.random.default_rng(7).normal(drift, 1, size=(number, points))
    return 50 + np.cumsum(steps, axis=1)


# --- the closed forms -----------------------------------------------------------------------------


def test_the_mean_has_the_prediction_interval_of_a_regression_on_a_constant():
    fitted = OLS(RATES, np.ones(RATES.size)).fit().get_prediction([[1.0]]).summary_frame(alpha=0.05)
    found = project_mean(RATES, 2)
    lower, upper = prediction_limits(found)
    assert found.value[0] == pytest.approx([fitted["mean"][0]] * 2, rel=1e-12)
    assert lower[0] == pytest.approx([fitted["obs_ci_lower"][0]] * 2, rel=1e-12)
    assert upper[0] == pytest.approx([fitted["obs_ci_upper"][0]] * 2, rel=1e-12)


def test_the_drift_is_the_regression_of_yearly_changes_on_a_constant():
    fitted = OLS(np.diff(RATES), np.ones(RATES.size - 1)).fit()
    found = project_drift(RATES, 4)
    for ahead in range(1, 5):
        variance = ahead * fitted.scale + ahead**2 * fitted.cov_params()[0, 0]
        assert found.value[0, ahead - 1] == pytest.approx(RATES[-1] + ahead * fitted.params[0])
        assert found.spread[0, ahead - 1] == pytest.approx(np.sqrt(variance), rel=1e-12)
    assert found.degrees_of_freedom == [fitted.df_resid]


def test_the_drift_joins_the_first_point_to_the_last():
    assert project_drift([1.0, 7.0, 2.0, 10.0], 2).value.tolist() == [[13.0, 16.0]]


@pytest.mark.parametrize("method, drift", [("drift", 0.4), ("mean", None)])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_the_closed_forms_hold_what_happens_as_often_as_they_say(method, drift, level):
    if drift is None:
        whole = np.random.default_rng(3).normal(10, 2, size=(20_000, 8))
    else:
        whole = random_walks(20_000, 8, drift)
    lower, upper = prediction_limits(PROJECTIONS[method](whole[:, :5], 3), level)
    held = ((lower <= whole[:, 5:]) & (whole[:, 5:] <= upper)).mean(axis=0)
    assert held == pytest.approx([level] * 3, abs=4 * np.sqrt(level * (1 - level) / 20_000))


# --- the fitted models ----------------------------------------------------------------------------


def test_ets_projects_what_statsmodels_projects():
    found = project_ets(RATES, 3)
    fitted = {
        "ets_ann": ETSModel(pd.Series(RATES), error="add").fit(disp=False),
        "ets_aan_damped": ETSModel(
            pd.Series(RATES), error="add", trend="add", damped_trend=True
        ).fit(disp=False),
    }
    best = min(fitted, key=lambda name: fitted[name].aicc)
    assert found.method == [best]
    ahead = fitted[best].get_prediction(start=RATES.size, end=RATES.size + 2)
    assert found.value[0] == pytest.approx(ahead.predicted_mean.to_numpy(), rel=1e-3)
    left = RATES.size - fitted[best].params.size
    theirs = ahead.pred_int(alpha=0.05).to_numpy()
    wider = t.ppf(0.975, left) / norm.ppf(0.975) * np.sqrt(RATES.size / left)
    lower, upper = prediction_limits(found)
    assert (upper - lower)[0] == pytest.approx(wider * np.diff(theirs)[:, 0], rel=0.02)


def test_a_long_damped_series_is_projected_with_a_damped_trend():
    years = np.arange(25)
    series = 100 - 60 * 0.9**years + np.random.default_rng(5).normal(0, 0.3, 25)
    found = project_ets(series, 3)
    assert found.method == ["ets_aan_damped"]
    assert (np.diff(found.value[0]) > 0).all() and np.diff(found.value[0], 2) < 0


@pytest.mark.parametrize("drift, expected", [(0.0, "arima_0_1_0"), (5.0, "arima_0_1_0_drift")])
def test_arima_takes_the_drift_that_the_series_shows(drift, expected):
    assert project_arima(random_walks(1, 15, drift)[0], 2).method == [expected]


@pytest.mark.parametrize("method", ORDERS)
def test_arima_projects_what_statsmodels_projects(method, monkeypatch):
    monkeypatch.setattr(projections, "_ARIMA", {method: ORDERS[method]})
    order, trend = ORDERS[method]
    fitted = ARIMA(RATES, order=order, trend=trend).fit().get_forecast(3)
    found = project_arima(RATES, 3)
    assert found.value[0] == pytest.approx(fitted.predicted_mean, rel=1e-3)
    assert (found.spread[0] > fitted.se_mean).all()  # theirs takes every parameter as known


def test_a_random_walk_by_arima_has_the_interval_of_the_textbook(monkeypatch):
    monkeypatch.setattr(projections, "_ARIMA", {"arima_0_1_0": ORDERS["arima_0_1_0"]})
    found = project_arima(RATES, 4)
    s = np.sqrt(np.mean(np.diff(RATES) ** 2))
    assert found.value[0] == pytest.approx([RATES[-1]] * 4)
    assert found.spread[0] == pytest.approx(s * np.sqrt([1, 2, 3, 4]), rel=1e-3)
    assert found.degrees_of_freedom == [RATES.size - 1]


def test_a_drift_by_arima_is_the_drift_in_closed_form(monkeypatch):
    monkeypatch.setattr(projections, "_ARIMA", {"arima_0_1_0_drift": ((0, 1, 0), "t")})
    found, exact = project_arima(RATES, 4), project_drift(RATES, 4)
    assert found.value == pytest.approx(exact.value, rel=1e-4)
    assert found.spread == pytest.approx(exact.spread, rel=1e-3)
    assert found.degrees_of_freedom == exact.degrees_of_freedom


def test_short_series_get_intervals_that_hold_most_of_what_happens():
    whole = random_walks(60, 9)
    lower, upper = prediction_limits(project_ets(whole[:, :6], 3))
    assert ((lower <= whole[:, 6:]) & (whole[:, 6:] <= upper)).mean() > 0.85


@pytest.mark.parametrize("method", FITTED)
def test_the_fitted_models_say_the_same_every_time(method):
    first, second = (PROJECTIONS[method](RATES, 3) for _ in range(2))
    assert first.value.tolist() == second.value.tolist()
    assert first.spread.tolist() == second.spread.tolist()


@pytest.mark.parametrize("method", FITTED)
@pytest.mark.parametrize("unit, shift", [(1e-4, 0.0), (1e6, -3e7), (-2.0, 5.0)])
def test_another_unit_gives_the_same_projection_in_that_unit(method, unit, shift):
    plain, other = PROJECTIONS[method](RATES, 3), PROJECTIONS[method](unit * RATES + shift, 3)
    assert other.value == pytest.approx(unit * plain.value + shift, rel=1e-3)
    assert other.spread == pytest.approx(abs(unit) * plain.spread, rel=2e-3)
    assert other.method.tolist() == plain.method.tolist()


# --- when a model cannot be fitted ----------------------------------------------------------------


def raises(*_):
    raise ValueError("no fit")


def singular(*_):
    raise np.linalg.LinAlgError("singular matrix")


def not_converged(*_):
    warnings.warn("no luck", ConvergenceWarning, stacklevel=1)
    return projections._Fit("ets_ann", 1.0, np.ones(2), np.ones(2), 3)


def unknown_figures(*_):
    return projections._Fit("ets_ann", np.nan, np.ones(2), np.ones(2), 3)


def infinite_variance(*_):
    return projections._Fit("ets_ann", 1.0, np.ones(2), np.full(2, np.inf), 3)


@pytest.mark.parametrize(
    "fit", [raises, singular, not_converged, unknown_figures, infinite_variance]
)
def test_a_model_that_fails_gives_way_to_the_drift(fit, monkeypatch):
    monkeypatch.setattr(projections, "_fit_ets", fit)
    found, drift = project_ets(RATES, 2), project_drift(RATES, 2)
    assert found.value.tolist() == drift.value.tolist()
    assert found.method == ["drift"] and found.fell_back.all()
    assert not drift.fell_back.any()


def test_other_warnings_of_a_model_are_kept_inside(monkeypatch):
    def loud(*_):
        warnings.warn("starting parameters", UserWarning, stacklevel=1)
        return projections._Fit("ets_ann", 1.0, np.ones(2), np.ones(2), 3)

    monkeypatch.setattr(projections, "_fit_ets", loud)
    assert project_ets(RATES, 2).method == ["ets_ann"]


@pytest.mark.parametrize("method", PROJECTIONS)
def test_a_series_that_never_changes_has_a_value_and_no_interval(method):
    found = PROJECTIONS[method](np.full(8, 4.2), 3)
    assert found.value[0] == pytest.approx([4.2] * 3)
    assert np.isnan(found.spread).all() and not found.fell_back.any()


@pytest.mark.parametrize("method", ["ets", "arima", "drift"])
def test_a_straight_line_goes_on_without_an_interval(method):
    found = PROJECTIONS[method](0.1 * np.arange(1, 9), 3)
    assert found.value[0] == pytest.approx([0.9, 1.0, 1.1])
    assert np.isnan(found.spread).all() and found.method == ["drift"]


@pytest.mark.parametrize("method", PROJECTIONS)
@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_a_missing_point_leaves_its_series_missing_and_no_other(method, hole):
    broken = RATES.copy()
    broken[3] = hole
    found = PROJECTIONS[method]([broken, RATES], 2)
    alone = PROJECTIONS[method](RATES, 2)
    assert np.isnan(found.value[0]).all() and np.isnan(found.spread[0]).all()
    assert found.value[1].tolist() == alone.value[0].tolist()


@pytest.mark.parametrize("method", PROJECTIONS)
def test_too_few_points_are_refused(method):
    least = MINIMUM_POINTS[method]
    assert np.isfinite(PROJECTIONS[method](RATES[:least], 2).value).all()
    with pytest.raises(UsageError, match=f"at least {least} points; got: {least - 1}"):
        PROJECTIONS[method](RATES[: least - 1], 2)


@pytest.mark.parametrize("method", PROJECTIONS)
def test_no_series_at_all_is_an_empty_answer(method):
    found = PROJECTIONS[method](np.empty((0, 8)), 3)
    assert found.value.shape == (0, 3)


# --- laws -----------------------------------------------------------------------------------------

values = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)
series = st.lists(values, min_size=4, max_size=12)


@pytest.mark.parametrize("method", ["mean", "drift"])
@given(series=series, level=st.sampled_from([0.9, 0.95]))
@settings(max_examples=60)
def test_the_interval_holds_the_value_and_widens(method, series, level):
    found = PROJECTIONS[method](series, 4)
    (lower, upper), (lowest, highest) = (prediction_limits(found, c) for c in (level, 0.998))
    known = np.isfinite(found.spread)
    assert (lower[known] < found.value[known]).all() and (found.value[known] < upper[known]).all()
    assert (lowest[known] <= lower[known]).all() and (upper[known] <= highest[known]).all()
    if method == "drift" and known.all():
        assert (np.diff(found.spread) > 0).all()


@given(series=series, unit=st.floats(0.01, 100))
@settings(max_examples=60)
def test_the_drift_scales_with_the_series(series, unit):
    plain, other = project_drift(series, 3), project_drift(unit * np.array(series), 3)
    size = max(map(abs, series))
    assert other.value == pytest.approx(unit * plain.value, abs=1e-9 * unit * size)


def test_full_confidence_has_no_limits():
    lower, upper = prediction_limits(project_drift(RATES, 2), 1)
    assert np.isneginf(lower).all() and np.isposinf(upper).all()


# --- scales ---------------------------------------------------------------------------------------


@given(st.floats(0.001, 99.999))
def test_scales_come_back_to_the_value(value):
    for scale in projections.SCALES:
        assert from_scale(to_scale(value, scale), scale) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("scale, outside", [("log", [0, -1]), ("logit", [0, 100, -1, 101])])
def test_a_value_off_the_scale_is_missing(scale, outside):
    assert np.isnan(to_scale([*outside, np.nan, np.inf], scale)).all()


def test_known_points_of_the_scales():
    assert to_scale([50, 25], "logit") == pytest.approx([0, -np.log(3)])
    assert to_scale(5, "logit", 10) == pytest.approx(0)
    assert from_scale([-800, 0, 800], "logit") == pytest.approx([0, 50, 100])
    assert from_scale([0, 1000], "log").tolist() == [1, np.inf]
