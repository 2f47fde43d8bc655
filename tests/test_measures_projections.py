"""Projections and back-tests of series in a table: what they add, keep and refuse."""

import datetime

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.back_test import back_test
from cyp_analysis.measures.projections import project
from cyp_analysis.methods import projections
from cyp_analysis.methods.projections import prediction_limits, project_drift, project_ets

RATES = [52.1, 54.0, 53.2, 57.9, 59.3, 58.8, 61.5, 63.0, 62.2, 66.4]
FIGURES = ["value", "lower_pi", "upper_pi"]
SCORES = ["mean_absolute_error", "mean_absolute_percentage_error", "bias"]
VERBS = [project, back_test]


def yearly(values=RATES, start=2015, **others) -> pd.DataFrame:
    return pd.DataFrame({"period": range(start, start + len(values)), "value": values, **others})


@pytest.fixture
def three_areas() -> pd.DataFrame:
    """Three series of different length and last year, their rows mixed."""
    parts = [
        yearly(area="Exampleshire"),
        yearly(np.array(RATES[:8]) * 2, area="Sampleton"),
        yearly(np.array(RATES)[::-1], start=2010, area="Testford"),
    ]
    return pd.concat(parts).sample(frac=1, random_state=1)


# --- project --------------------------------------------------------------------------------------


def test_a_projection_is_the_one_of_the_array_layer():
    found, arrays = project(yearly(), periods=4), project_ets(RATES, 4)
    lower, upper = prediction_limits(arrays)
    assert found["value"].tolist() == arrays.value[0].tolist()
    assert found["lower_pi"].tolist() == lower[0].tolist()
    assert found["upper_pi"].tolist() == upper[0].tolist()
    assert found["method"].tolist() == [arrays.method[0]] * 4


def test_a_projection_has_one_row_for_each_coming_year():
    found = project(yearly(), periods=2, method="drift")
    assert list(found) == [
        "period",
        "periods_ahead",
        *FIGURES,
        "statistic",
        "method",
        "n_points",
        "value_note",
    ]
    assert found["period"].tolist() == [2025, 2026] and found["period"].dtype == "int64"
    assert found["periods_ahead"].tolist() == [1, 2]
    assert found["statistic"].tolist() == ["projection"] * 2
    assert found["n_points"].tolist() == [10, 10]
    assert found["value_note"].tolist() == ["", ""]
    change = (RATES[-1] - RATES[0]) / 9
    assert found["value"].tolist() == pytest.approx([RATES[-1] + change, RATES[-1] + 2 * change])


@pytest.mark.parametrize("method", projections.PROJECTIONS)
def test_each_series_is_projected_as_if_it_were_alone(method, three_areas):
    found = project(three_areas, by="area", method=method, periods=2)
    assert found["area"].tolist() == [a for a in three_areas["area"].unique() for _ in range(2)]
    for area, rows in found.groupby("area"):
        alone = project(three_areas[three_areas["area"] == area], method=method, periods=2)
        rows = rows.drop(columns="area").reset_index(drop=True)
        assert_frame_equal(rows[FIGURES], alone[FIGURES])
        assert rows["period"].tolist() == alone["period"].tolist()


def test_the_order_of_rows_does_not_matter(three_areas):
    mixed = project(three_areas, by="area").sort_values(["area", "period"], ignore_index=True)
    tidy = project(three_areas.sort_values(["area", "period"]), by="area")
    assert_frame_equal(mixed, tidy, check_categorical=False)


def test_two_levels_have_a_pair_of_limits_each():
    found = project(yearly(), confidence=(0.95, 0.998), method="drift", periods=1)
    one = project(yearly(), method="drift", periods=1)
    assert found["lower_pi_95"].tolist() == one["lower_pi"].tolist()
    assert found.loc[0, "lower_pi_998"] < found.loc[0, "lower_pi_95"] < found.loc[0, "value"]
    assert found.loc[0, "value"] < found.loc[0, "upper_pi_95"] < found.loc[0, "upper_pi_998"]


def test_a_percentage_stays_between_0_and_100_on_the_logit_scale():
    shares = yearly([80, 84, 89, 92, 95, 97, 98.5])
    found = project(shares, periods=30, method="drift", scale="logit", confidence=0.998)
    assert found[FIGURES].to_numpy().min() > 0 and found[FIGURES].to_numpy().max() <= 100
    assert project(shares, periods=30, method="drift")["value"].max() > 100
    assert found["method"].unique().tolist() == ["drift_logit"]


def test_a_share_of_one_uses_its_own_unit():
    percent, share = yearly([80, 84, 83, 85]), yearly([0.80, 0.84, 0.83, 0.85])
    options = {"method": "drift", "scale": "logit"}
    found = project(share, per=1, **options)[FIGURES]
    assert 100 * found.to_numpy() == pytest.approx(project(percent, **options)[FIGURES].to_numpy())


def test_a_rate_stays_above_zero_on_the_log_scale():
    falling = yearly([40, 31, 25, 18, 12, 9, 5])
    found = project(falling, periods=8, scale="log", method="drift")
    assert (found[FIGURES] > 0).all(axis=None)
    assert (project(falling, periods=8, method="drift")["value"] < 0).any()
    steps = found["value"].to_numpy()[1:] / found["value"].to_numpy()[:-1]
    assert steps == pytest.approx((5 / 40) ** (1 / 6))


# --- kinds of period ------------------------------------------------------------------------------

MARCH = [datetime.date(2015 + number, 3, 31) for number in range(len(RATES))]


@pytest.mark.parametrize(
    "periods",
    [
        MARCH,
        pd.to_datetime(MARCH),
        [datetime.datetime(day.year, 3, 31) for day in MARCH],
    ],
    ids=["date", "datetime64", "datetime"],
)
def test_dates_go_on_as_dates(periods):
    found = project(yearly().assign(period=periods), method="drift", periods=2)
    assert found["period"].tolist() == [pd.Timestamp(2025, 3, 31), pd.Timestamp(2026, 3, 31)]
    assert found["value"].tolist() == project(yearly(), method="drift", periods=2)["value"].tolist()


def test_the_end_of_february_is_still_the_end_of_february():
    days = pd.to_datetime(["2021-02-28", "2022-02-28", "2023-02-28", "2024-02-29"])
    found = project(yearly([1, 3, 2, 5]).assign(period=days), method="drift", periods=1)
    assert found["period"].tolist() == [pd.Timestamp(2025, 2, 28)]


@pytest.mark.parametrize("kind", ["float64", "Int64", "str", "object", "category"])
def test_years_of_any_kind_of_column_are_read(kind):
    found = project(yearly().astype({"period": kind}), method="drift", periods=1)
    assert found["period"].tolist() == [2025]


@pytest.mark.parametrize("kind", ["Float64", "str", "object"])
def test_values_of_any_kind_of_column_are_read(kind):
    found = project(yearly().astype({"value": kind}), method="drift", periods=1)
    assert found["value"].tolist() == project(yearly(), method="drift", periods=1)["value"].tolist()


# --- series that cannot be projected --------------------------------------------------------------


def with_cell(name, row, cell) -> pd.DataFrame:
    table = yearly().astype({name: object})
    table.loc[row, name] = cell
    return table


PROBLEMS = {
    "value missing": with_cell("value", 3, np.nan),
    "value not a number": with_cell("value", 3, "c"),
    "value not finite": with_cell("value", 3, np.inf),
    "period missing": with_cell("period", 3, None),
    "period not a number": with_cell("period", 3, "2018/19"),
    "period not finite": with_cell("period", 9, np.inf),
    "period not a whole year": with_cell("period", 3, 2018.5),
    "period repeated": with_cell("period", 3, 2017),
    "gap in years": yearly().drop(index=4),
    "fewer than 6 points": yearly(RATES[:5]),
    "periods end in different months": yearly().assign(
        period=pd.to_datetime([*MARCH[:-1], datetime.date(2024, 8, 31)])
    ),
}


@pytest.mark.parametrize("reason", PROBLEMS)
@pytest.mark.parametrize("verb", VERBS)
def test_a_series_that_cannot_be_projected_says_why_and_stops_no_other(verb, reason):
    broken = PROBLEMS[reason].assign(area="broken")
    good = yearly().astype({"period": object}).assign(area="good")
    if broken["period"].dtype.kind == "M":
        good["period"] = pd.to_datetime(MARCH)
    found = verb(pd.concat([broken, good]), by="area", periods=2)
    figures = FIGURES if verb is project else SCORES
    assert found.loc[found["area"] == "broken", figures].isna().all(axis=None)
    assert found.loc[found["area"] == "broken", "value_note"].tolist() == [reason] * 2
    alone = verb(good, periods=2)
    rest = found[found["area"] == "good"].reset_index(drop=True)
    assert_frame_equal(rest[figures], alone[figures])
    with pytest.raises(SchemaError, match=reason):
        verb(broken, strict=True)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "scale, cell, reason",
    [
        ("log", 0, "value not above zero, as the log scale needs"),
        ("logit", 100, "value not between 0 and 100, as the logit scale needs"),
        ("logit", 0, "value not between 0 and 100, as the logit scale needs"),
    ],
)
def test_a_value_off_the_scale_is_the_reason(verb, scale, cell, reason):
    found = verb(with_cell("value", 2, cell), scale=scale, method="drift", periods=1)
    assert found["value_note"].tolist() == [reason]


@pytest.mark.parametrize("method, least", projections.MINIMUM_POINTS.items())
def test_each_method_needs_its_number_of_points(method, least):
    assert project(yearly(RATES[:least]), method=method)["value"].notna().all()
    short = project(yearly(RATES[: least - 1]), method=method, periods=1)
    assert short["value_note"].tolist() == [f"fewer than {least} points"]
    assert short["period"].tolist() == [2015 + least - 1]


def test_a_series_without_variation_has_a_value_and_says_why_no_interval():
    found = project(yearly([7.0] * 8), periods=1)
    assert found["value"].tolist() == [7.0] and found["lower_pi"].isna().all()
    assert found["value_note"].tolist() == ["no limits: no variation in the series"]
    for verb in VERBS:
        with pytest.raises(SchemaError, match="no limits: no variation"):
            verb(yearly([7.0] * 8), periods=1, strict=True)


def test_a_model_that_fails_is_replaced_and_said(monkeypatch):
    def fails(*_):
        raise ValueError

    monkeypatch.setattr(projections, "_fit_ets", fails)
    found = project(yearly(), periods=1)
    assert found["value"].tolist() == project_drift(RATES, 1).value[0].tolist()
    assert found["method"].tolist() == ["drift"]
    note = "model could not be fitted, random walk with drift instead"
    assert found["value_note"].tolist() == [note]
    tested = back_test(yearly(), periods=1)
    assert tested["value_note"].tolist() == ["random walk with drift for 4 of 4 projections"]
    for verb in VERBS:
        with pytest.raises(SchemaError, match="random walk with drift"):
            verb(yearly(), periods=1, strict=True)


def test_notes_that_came_with_the_series_stay():
    noted = yearly().assign(value_note=["", "estimated", *[""] * 8])
    assert project(noted, periods=1)["value_note"].tolist() == ["estimated"]
    broken = project(noted.drop(index=4), periods=1)["value_note"]
    assert broken.tolist() == ["estimated; gap in years"]


# --- tables of every kind -------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_the_input_is_never_changed(verb, three_areas):
    before = three_areas.copy(deep=True)
    verb(three_areas, by="area", method="drift")
    assert_frame_equal(three_areas, before)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("by", [None, "area", ["area"]])
def test_an_empty_table_gives_no_rows(verb, by):
    empty = yearly(area="x").iloc[:0]
    found = verb(empty, by=by)
    assert len(found) == 0
    assert list(found) == list(verb(yearly(area="x"), by=by, method="drift"))


@pytest.mark.parametrize("verb", VERBS)
def test_a_missing_key_is_a_series_of_its_own(verb):
    parts = [yearly(area=None), yearly(area="a")]
    keyed = pd.concat([part.astype({"area": object}) for part in parts]).astype(
        {"area": "category"}
    )
    found = verb(keyed, by="area", method="drift", periods=1)
    assert found["area"].isna().tolist() == [True, False]
    assert found["value_note"].tolist() == ["", ""]


@pytest.mark.parametrize("verb", VERBS)
def test_other_names_of_columns_change_nothing(verb):
    plain = verb(yearly(), method="drift", periods=2)
    named = yearly().rename(columns={"value": "rate", "period": "year"})
    named = named.assign(multiplier=7, per=3, count=1).set_index(pd.Index([5, 5] * 5))
    found = verb(named, "rate", "year", method="drift", periods=2)
    shared = [name for name in plain if name != "period"]
    assert_frame_equal(found[shared], plain[shared])


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "options, words",
    [
        ({"method": "prophet"}, "method: one of ets, arima, mean, drift"),
        ({"scale": "square"}, "scale: one of identity, log, logit"),
        ({"periods": "5"}, "periods: is a whole number"),
        ({"periods": 0}, "periods: is a whole number"),
        ({"periods": 2.5}, "periods: is a whole number"),
        ({"periods": True}, "periods: is a whole number"),
        ({"per": 0}, "per: is a number above zero"),
        ({"confidence": 0.5}, "confidence: a level is"),
        ({"by": []}, "by: names one column or"),
        ({"by": "value_note", "periods": 1}, None),
        ({"by": "method"}, "by: names no column that is added"),
    ],
)
def test_a_wrong_call_is_told(verb, options, words):
    table = yearly(method="a", value_note="x")
    if words is None:
        assert len(verb(table, **{"method": "drift"} | options)) == 1
        return
    with pytest.raises(UsageError, match=words):
        verb(table, **options)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("options", [{"value": "rate"}, {"period": "year"}, {"by": "area"}])
def test_a_column_that_is_not_there_is_told(verb, options):
    with pytest.raises(SchemaError, match="stands in the table once"):
        verb(yearly(), **options)


# --- back-test ------------------------------------------------------------------------------------


def test_a_back_test_is_the_comparison_made_by_hand():
    found = back_test(yearly(), periods=2, origins=3, method="drift").set_index("periods_ahead")
    for ahead, ends in {1: (9, 8, 7), 2: (8, 7)}.items():
        made = [project(yearly(RATES[:end]), method="drift", periods=2) for end in ends]
        projected = np.array([table.loc[ahead - 1, "value"] for table in made])
        actual = np.array([RATES[end + ahead - 1] for end in ends])
        naive = np.array([RATES[end - 1] for end in ends])
        usual = np.array([np.abs(np.diff(RATES[:end])).mean() for end in ends])
        inside = [
            table.loc[ahead - 1, "lower_pi"] <= value <= table.loc[ahead - 1, "upper_pi"]
            for table, value in zip(made, actual, strict=True)
        ]
        error = np.abs(projected - actual).mean()
        expected = {
            "n_forecasts": len(ends),
            "mean_absolute_error": error,
            "mean_absolute_percentage_error": 100 * (np.abs(projected - actual) / actual).mean(),
            "bias": (projected - actual).mean(),
            "coverage": np.mean(inside),
            "naive_mean_absolute_error": np.abs(naive - actual).mean(),
            "naive_mean_absolute_percentage_error": 100 * (np.abs(naive - actual) / actual).mean(),
            "naive_bias": (naive - actual).mean(),
            "relative_mean_absolute_error": error / np.abs(naive - actual).mean(),
            "mean_absolute_scaled_error": (np.abs(projected - actual) / usual).mean(),
        }
        assert found.loc[ahead, list(expected)].to_dict() == pytest.approx(expected)


@pytest.mark.parametrize("method", ["ets", "drift"])
def test_each_series_is_tested_as_if_it_were_alone(method, three_areas):
    options = {"method": method, "periods": 2, "origins": 2}
    found = back_test(three_areas, by="area", **options)
    for area, rows in found.groupby("area"):
        alone = back_test(three_areas[three_areas["area"] == area], **options)
        assert_frame_equal(rows.drop(columns="area").reset_index(drop=True), alone)


def test_the_drift_beats_no_change_on_a_steady_rise_and_the_mean_does_not():
    rising = yearly(10 + np.arange(12) + np.tile([0.1, -0.1], 6))
    drift, mean = (back_test(rising, method=method, periods=1) for method in ("drift", "mean"))
    assert drift["relative_mean_absolute_error"].item() < 0.3
    assert mean["relative_mean_absolute_error"].item() > 3
    assert mean["bias"].item() < 0 and drift["coverage"].item() == 1


def test_a_back_test_on_a_scale_is_in_the_unit_of_the_value():
    shares = yearly([80, 84, 83, 89, 90, 93])
    found = back_test(shares, periods=1, origins=1, method="drift", scale="logit")
    before = project(shares.iloc[:-1], periods=1, method="drift", scale="logit")
    assert found["bias"].item() == pytest.approx(before["value"].item() - 93)
    assert found["method"].tolist() == ["drift_logit"]


def test_horizons_beyond_the_end_of_the_series_say_so():
    found = back_test(yearly(RATES[:5]), method="drift", periods=3)
    assert found["n_forecasts"].tolist() == [2, 1, 0]
    assert found["value_note"].tolist() == ["", "", "no projection that can be compared"]
    assert found[SCORES].isna().all(axis=1).tolist() == [False, False, True]
    with pytest.raises(SchemaError, match="no projection that can be compared"):
        back_test(yearly(RATES[:5]), method="drift", periods=3, strict=True)


@pytest.mark.parametrize(
    "values, missing, note",
    [
        ([3.0] * 7, "coverage", "no limits: no variation in the series"),
        ([3, 5, 4, 6, 5, 0.0], "mean_absolute_percentage_error", "a value of zero has no percent"),
        ([3, 5, 4, 6.0, 6.0], "relative_mean_absolute_error", "no change at all, so no relative"),
    ],
)
def test_a_score_that_cannot_be_had_is_missing_with_its_reason(values, missing, note):
    found = back_test(yearly(values), method="drift", periods=1, origins=1)
    assert np.isnan(found[missing].item()) and found["n_forecasts"].item() == 1
    assert found["value_note"].item().startswith(note)
    assert np.isfinite(found["mean_absolute_error"].item())
    with pytest.raises(SchemaError, match=note):
        back_test(yearly(values), method="drift", periods=1, origins=1, strict=True)


@pytest.mark.parametrize("origins", [0, -1, 1.5, True, "all"])
def test_the_number_of_origins_is_a_whole_number(origins):
    with pytest.raises(UsageError, match="origins: is a whole number from 1"):
        back_test(yearly(), origins=origins)


def test_a_back_test_takes_one_level():
    with pytest.raises(UsageError, match="confidence"):
        back_test(yearly(), confidence=(0.95, 0.998))


@pytest.mark.parametrize("verb", VERBS)
def test_many_series_are_quick_by_the_methods_in_closed_form(verb):
    number = 2000
    table = pd.DataFrame(
        {
            "area": np.repeat(np.arange(number), 10),
            "period": np.tile(np.arange(2015, 2025), number),
            "value": np.random.default_rng(2).normal(50, 5, 10 * number),
        }
    )
    started = datetime.datetime.now()
    found = verb(table, by="area", method="drift", periods=3)
    assert len(found) == 3 * number
    assert (datetime.datetime.now() - started).total_seconds() < 3
