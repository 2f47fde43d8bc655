"""Recent trend against published figures, and the two variants where they part."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cyp_analysis.errors import UsageError
from cyp_analysis.methods import Trend, proportion_trend, trend_words, weighted_trend

PUBLISHED = Path(__file__).parent / "published"
POLARITY = {"high_good": "high_is_good", "low_good": "low_is_good", "none": "no_judgement"}


def cases(name: str) -> list:
    table = pd.read_csv(PUBLISHED / f"{name}.csv")
    return [pytest.param(rows, id=case) for case, rows in table.groupby("case_id")]


def words(label: str) -> str:
    return label.lower().replace(" ", "_")


def trend_of(rows: pd.DataFrame, variant: str) -> Trend:
    rows = rows.sort_values("year").tail(5)
    if rows["value_type"].iloc[0] == "proportion":
        return proportion_trend(rows["numerator"], rows["denominator"], rows["year"], variant)
    limits = rows["value"], rows["lower_cl"], rows["upper_cl"]
    return weighted_trend(*limits, rows["year"], variant)


@pytest.mark.parametrize("variant", ["phe", "fingertips"])
@pytest.mark.parametrize("case", cases("recent_trend_polarity"))
def test_trend_with_polarity_matches_the_published_one(case, variant):
    trend, first = trend_of(case, variant), case.iloc[0]
    label = trend_words(trend, POLARITY[first.polarity])
    assert label.tolist() == [words(first.expected_recent_trend)]
    assert trend.chi2[0] == pytest.approx(first.expected_chi2, rel=1e-9, nan_ok=True)


def test_a_missing_year_is_where_the_variants_part():
    # A published series of 2012 to 2014, 2016 and 2017, whose website figure counts 1 to 5.
    table = pd.read_csv(PUBLISHED / "assign_trend_markers.csv")
    series = table[table["case_id"] == "TRp005"]
    assert trend_of(series, "fingertips").chi2[0] == pytest.approx(47.35, abs=0.005)
    assert trend_of(series, "phe").chi2[0] == pytest.approx(44.74, abs=0.005)


COUNTS = [994, 1023, 1199, 1332, 1367]
DENOMINATORS = [40_299, 41_527, 42_811, 44_064, 44_701]
VALUES = [24.67, 24.6, 28, 30.2, 30.6]
LOWER = [23.16, 23.15, 26.44, 28.63, 28.98]
UPPER = [26.25, 26.19, 29.64, 31.9, 32.25]


def test_printed_examples():
    assert proportion_trend(COUNTS, DENOMINATORS).chi2[0] == pytest.approx(47.897, abs=0.0005)
    weighted = weighted_trend(VALUES, LOWER, UPPER)
    assert weighted.chi2[0] == pytest.approx(46.7636, abs=0.00005)
    assert weighted.slope[0] == pytest.approx(1.7516, abs=0.00005)


def test_proportion_test_equals_statsmodels():
    from statsmodels.stats.contingency_tables import Table

    rest = np.subtract(DENOMINATORS, COUNTS)
    table = Table(np.array([COUNTS, rest]), shift_zeros=False)
    found = table.test_ordinal_association(row_scores=np.arange(2), col_scores=np.arange(5))
    total = sum(DENOMINATORS)
    expected = found.zscore**2 * total / (total - 1)
    assert proportion_trend(COUNTS, DENOMINATORS).chi2[0] == pytest.approx(expected, rel=1e-9)


def test_weighted_test_equals_statsmodels():
    import statsmodels.api as sm

    weights = (3.919927969080108 / np.subtract(UPPER, LOWER)) ** 2
    model = sm.WLS(VALUES, sm.add_constant(np.arange(5.0)), weights=weights)
    fitted = model.fit(cov_type="fixed scale", cov_kwds={"scale": 1})
    found = weighted_trend(VALUES, LOWER, UPPER)
    assert found.slope[0] == pytest.approx(fitted.params[1], rel=1e-10)
    assert found.chi2[0] == pytest.approx((fitted.params[1] / fitted.bse[1]) ** 2, rel=1e-10)


def test_years_are_the_same_as_one_to_five_when_none_is_missing():
    by_year = proportion_trend(COUNTS, DENOMINATORS, range(2014, 2019))
    assert [part.tolist() for part in by_year] == [
        part.tolist() for part in proportion_trend(COUNTS, DENOMINATORS)
    ]


def test_many_series_at_once():
    both = proportion_trend([COUNTS, COUNTS[::-1]], [DENOMINATORS, DENOMINATORS[::-1]])
    assert trend_words(both).tolist() == ["increasing", "decreasing"]
    assert both.slope[0] == pytest.approx(-both.slope[1])


@pytest.mark.parametrize("count", [0, 40_299, 50_000, -1, np.nan])
def test_a_count_without_a_logit_cannot_be_calculated(count):
    trend = proportion_trend([count, *COUNTS[1:]], DENOMINATORS)
    assert np.isnan(trend.chi2[0]) and np.isnan(trend.slope[0]) and not trend.outlier[0]
    assert trend_words(trend).tolist() == ["cannot_be_calculated"]


@pytest.mark.parametrize("upper", [23.16, 20, np.nan])
def test_an_interval_without_width_cannot_be_calculated(upper):
    trend = weighted_trend(VALUES, LOWER, [upper, *UPPER[1:]])
    assert trend_words(trend).tolist() == ["cannot_be_calculated"]


def test_one_point_that_turns_the_slope_stops_the_trend():
    values = np.array([50.0, 49, 48, 47, 90])
    trend = weighted_trend(values, values - 1, values + 1)
    assert trend.chi2[0] > 9.5495 and trend.slope[0] > 0 and trend.outlier[0]
    assert trend_words(trend).tolist() == ["no_significant_change"]


def test_a_slope_of_exactly_zero_turns_the_slope_in_one_variant_only():
    values = np.array([50.0, 50, 50, 50, 60])
    limits = values, values - 1, values + 1
    assert trend_words(weighted_trend(*limits)).tolist() == ["no_significant_change"]
    found = weighted_trend(*limits, variant="fingertips")
    assert trend_words(found).tolist() == ["increasing"]


@pytest.mark.parametrize(
    "slope, polarity, expected",
    [
        (1, "high_is_good", "increasing_and_getting_better"),
        (1, "low_is_good", "increasing_and_getting_worse"),
        (1, "no_judgement", "increasing"),
        (-1, "high_is_good", "decreasing_and_getting_worse"),
        (-1, "low_is_good", "decreasing_and_getting_better"),
        (-1, "no_judgement", "decreasing"),
    ],
)
def test_the_words_of_a_trend(slope, polarity, expected):
    trend = Trend(np.array([9.55]), np.array([slope]), np.array([False]))
    assert trend_words(trend, polarity).tolist() == [expected]
    weak = trend._replace(chi2=np.array([9.5495]))
    assert trend_words(weak, polarity).tolist() == ["no_significant_change"]


def test_an_unknown_variant_is_refused():
    with pytest.raises(UsageError, match="^variant: one of phe, fingertips; got: nhs"):
        proportion_trend(COUNTS, DENOMINATORS, variant="nhs")
