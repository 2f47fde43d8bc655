"""What stands out when many figures are tested at once, and by how many children."""

from math import nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_comparators import BARNET, CARE, ENGLAND, LEAVERS, LONDON, built, figure, inputs

from cyp_analysis import catalogue, loaders, methods, paths
from cyp_analysis.build import outliers
from cyp_analysis.edition_tables import TABLES

# Benjamini and Hochberg 1995, section 4: fifteen tests of a trial of thrombolytic treatment.
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
    *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def found(*rows: dict) -> pd.DataFrame:
    return outliers.find_outliers(inputs(*rows))[TABLES["outliers"]]


def leavers(area: str, count: float, of: float, **other) -> dict:
    """A proportion with its Wilson interval."""
    value = 100 * count / of
    lower, upper = (float(100 * limit) for limit in methods.wilson_interval(count, of))
    return (
        figure(
            area,
            value,
            indicator_id=LEAVERS,
            age="19-21 yrs",
            count=count,
            denominator=of,
            lower_ci_95=lower,
            upper_ci_95=upper,
            statistic="proportion",
            method="wilson",
        )
        | other
    )


def test_the_published_example_finds_four():
    """The authors' procedure at 5% keeps the four smallest, where Bonferroni's keeps three."""
    q = methods.false_discovery(np.array(PUBLISHED))
    assert (q <= outliers.RATE).sum() == 4


def test_score_test_of_a_coin():
    # 65 heads of 100 are three standard errors from a half: 0.27% (the three-sigma rule).
    p = outliers.score_p(pd.Series([65.0, 50.0]), pd.Series([100.0, 100.0]), pd.Series([0.5, 0.5]))
    assert p == pytest.approx([0.0026998, 1.0], abs=1e-7)


def test_score_test_of_a_certain_share_is_unknown():
    p = outliers.score_p(pd.Series([5.0, 5.0]), pd.Series([10.0, 10.0]), pd.Series([0.0, 1.0]))
    assert np.isnan(p).all()


@pytest.mark.parametrize(
    "count, expected, p_value",
    [
        (10, 5.0, 2 * 0.031828),  # tables of the Poisson distribution: P(X >= 10 | 5) = 0.0318
        (0, 3.0, 2 * 0.049787),  # exp(-3)
        (2, 2.0, 1.0),
        (1, 4.0, 2 * 0.091578),  # 5 exp(-4)
    ],
)
def test_exact_test_of_events(count, expected, p_value):
    p = outliers.poisson_p(pd.Series([float(count)]), pd.Series([expected]))
    assert p == pytest.approx([p_value], abs=1e-5)


def test_exact_test_without_an_expectation_is_unknown():
    assert np.isnan(outliers.poisson_p(pd.Series([3.0, 3.0]), pd.Series([0.0, nan]))).all()


def test_published_interval_gives_five_percent_at_its_end():
    rows = pd.DataFrame(
        {
            "value": [10.0, 10.0, 10.0, 10.0],
            "lower_ci_95": [8.0, 8.0, 8.0, nan],
            "upper_ci_95": [11.0, 11.0, 11.0, nan],
            "benchmark_value": [11.0, 8.0, 10.0, 12.0],
        }
    )
    p = outliers.interval_p(rows)
    assert p[:3] == pytest.approx([0.05, 0.05, 1.0])
    assert np.isnan(p[3])


@given(
    count=st.integers(0, 500),
    more=st.integers(1, 500),
    share=st.floats(0.02, 0.98),
)
@settings(max_examples=60)
def test_score_test_agrees_with_the_verdict_by_wilsons_interval(count, more, share):
    base = count + more
    lower, upper = methods.wilson_interval(np.array([count]), np.array([base]))
    p = outliers.score_p(*(pd.Series([float(x)]) for x in (count, base, share)))
    outside = bool((share < lower - 1e-9)[0] or (share > upper + 1e-9)[0])
    inside = bool((share > lower + 1e-9)[0] and (share < upper - 1e-9)[0])
    assert not (outside and p[0] > 0.05) and not (inside and p[0] < 0.05)


def test_a_figure_is_tested_by_the_method_of_its_interval():
    rows = found(
        leavers(BARNET, 60, 100),
        leavers(ENGLAND, 88_000, 100_000),
        figure(BARNET, 30.0),
        figure(ENGLAND, 70.0),
    )
    mine = rows[rows["area_code"] == BARNET].set_index("indicator_id")["p_method"]
    assert mine.to_dict() == {LEAVERS: "score", CARE: "poisson"}
    published = figure(BARNET, 30.0, method="published")
    rows = found(published, figure(ENGLAND, 70.0))
    assert set(rows["p_method"]) == {"interval"}


def test_excess_is_the_count_less_that_at_the_benchmark():
    rows = found(figure(BARNET, 30.0), figure(ENGLAND, 70.0)).set_index("area_code")
    assert rows.loc[BARNET, "expected"] == pytest.approx(70.0)
    assert rows.loc[BARNET, "excess"] == pytest.approx(-40.0)


def test_excess_of_the_printed_poverty_figures():
    """10,000 children are 14.0% of under-16s; at England's 17.0% they would be 12,143."""
    raw = paths.data_dir() / "raw" / "barnet_child_poverty_ranking_2016"
    rows = outliers.find_outliers(built(list(loaders.read_all([raw]).tables)))
    mine = rows[(rows["area_code"] == BARNET) & (rows["benchmark_area_code"] == ENGLAND)]
    assert len(mine) == 1
    assert mine.iloc[0]["expected"] == pytest.approx(10_000 * 17 / 14)
    assert round(mine.iloc[0]["excess"]) == -2143
    assert mine.iloc[0]["stands_out"] and mine.iloc[0]["priority"] == 3


def test_zero_events_are_fewer_than_expected_not_unknown():
    zero = figure(BARNET, 0.0, count=0.0, lower_ci_95=0.0, upper_ci_95=3.7, method="exact")
    row = found(zero, figure(ENGLAND, 70.0)).set_index("area_code").loc[BARNET]
    assert (row["expected"], row["excess"]) == (70.0, -70.0)
    assert row["stands_out"]


def test_numbers_of_a_mean_are_not_told():
    known = catalogue.load().indicators
    assert outliers.is_count_over_base(known[LEAVERS])
    assert outliers.is_count_over_base(known[CARE])
    assert not outliers.is_count_over_base(known["population_0_17"])
    assert not outliers.is_count_over_base(known["deprivation_score_2015"])


def test_only_the_latest_figure_is_tested_and_suppressed_ones_are_not():
    old = figure(BARNET, 30.0, period_start=pd.Timestamp("2024-03-31"),
                 period_end=pd.Timestamp("2024-03-31"), period_label="31 March 2024")  # fmt: skip
    england = [figure(ENGLAND, 70.0), figure(ENGLAND, 70.0) | {
        name: old[name] for name in ("period_start", "period_end", "period_label")}]  # fmt: skip
    rows = found(old, figure(BARNET, 31.0), *england)
    assert list(rows[rows["area_code"] == BARNET]["value"]) == [31.0]
    hidden = figure(BARNET, nan, count=nan, lower_ci_95=nan, upper_ci_95=nan, value_note="c")
    rows = found(old, hidden, *england)
    assert list(rows[rows["area_code"] == BARNET]["value"]) == [30.0]


def test_persons_are_told_before_one_sex():
    both = [figure(BARNET, 30.0, sex="female"), figure(BARNET, 40.0)]
    both.append(figure(BARNET, 50.0, sex="male"))
    newest = outliers.latest_headlines(pd.DataFrame(both))
    assert list(newest["sex"]) == ["persons"]
    assert list(outliers.latest_headlines(pd.DataFrame(both[::2]))["sex"]) == ["female"]


def test_figures_without_a_verdict_are_not_tested():
    no_interval = figure(BARNET, 30.0, lower_ci_95=nan, upper_ci_95=nan, method="none")
    rows = found(no_interval, figure(ENGLAND, 70.0))
    assert rows.empty and list(rows) == TABLES["outliers"]
    assert found(figure(ENGLAND, 70.0)).empty


def test_tests_of_one_area_against_one_benchmark_are_a_family():
    rows = found(
        figure(BARNET, 50.0),
        leavers(BARNET, 80, 100),
        figure(LONDON, 60.0),
        figure(ENGLAND, 70.0),
        leavers(ENGLAND, 88_000, 100_000),
    )
    sizes = rows.groupby(["area_code", "benchmark_area_code"])["tests"].unique()
    assert sizes[(BARNET, ENGLAND)] == [2.0] and sizes[(BARNET, LONDON)] == [1.0]
    family = rows[(rows["area_code"] == BARNET) & (rows["benchmark_area_code"] == ENGLAND)]
    expected = methods.false_discovery(family["p_value"].to_numpy())
    assert family["q_value"].to_numpy() == pytest.approx(expected)
    assert (family["q_value"] >= family["p_value"]).all()


def test_a_difference_that_only_chance_makes_does_not_stand_out():
    # One of many: p = 0.04 alone, but 20 tests expect one such by chance.
    q = methods.false_discovery(np.array([0.04, *np.linspace(0.1, 1, 19)]))
    assert q[0] > outliers.RATE


def test_what_the_interval_calls_similar_does_not_stand_out():
    wide = figure(BARNET, 30.0, lower_ci_95=10.0, upper_ci_95=80.0)
    row = found(wide, figure(ENGLAND, 70.0)).iloc[0]
    assert row["q_value"] < outliers.RATE and row["side"] == "similar"
    assert not row["stands_out"] and row["priority"] == 4


def test_worse_and_getting_worse_comes_first():
    rows = pd.DataFrame(
        {
            "outcome": ["better", "worse", "lower", "worse", "similar", "worse", "higher"],
            "recent_trend": ["", "", "", "decreasing_and_getting_worse", "",
                             "increasing_and_getting_better", "increasing"],
            "stands_out": [True, True, True, True, True, True, False],
        }
    )  # fmt: skip
    assert list(outliers.priority(rows)) == [3, 1, 2, 0, 4, 1, 4]


def test_rows_come_in_the_order_of_telling():
    worse = leavers(BARNET, 60, 100)
    rows = found(worse, leavers(ENGLAND, 88_000, 100_000), figure(BARNET, 30.0),
                 figure(ENGLAND, 70.0))  # fmt: skip
    mine = rows[rows["area_code"] == BARNET]
    assert list(mine["outcome"]) == ["worse", "lower"]
    assert list(mine["priority"]) == [1, 2]
    assert mine.iloc[0]["excess"] == pytest.approx(60 - 88)


def test_inputs_stay_as_they_were():
    made = inputs(figure(BARNET, 30.0), figure(ENGLAND, 70.0))
    before = made.indicators.copy(), made.comparisons.copy()
    outliers.find_outliers(made)
    pd.testing.assert_frame_equal(made.indicators, before[0])
    pd.testing.assert_frame_equal(made.comparisons, before[1])


def test_every_verdict_agrees_with_its_test_in_publishers_figures(real_data):
    """At 5% a p-value and the interval's verdict say the same, but where the interval is Byar's
    approximation and the test exact; there they may differ by a hair."""
    from cyp_analysis.loaders.dfe import ees

    folder = real_data / "dfe-explore-education-statistics"
    names = (
        "cla_number_and_rate_per_10k_children.csv",
        "la_care_leavers_accommodation_suitability.csv",
    )
    rows = outliers.find_outliers(built([ees.read_ees(folder / name) for name in names]))
    assert len(rows) > 500
    different = rows["side"] != "similar"
    agrees = different == (rows["p_value"] < 0.05)
    near = rows["p_value"].between(0.045, 0.055)
    assert (agrees | near).all()
    assert agrees.mean() > 0.98
