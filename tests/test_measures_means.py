"""The verb `mean`: published answers, groups, what is missing and why."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from statsmodels.stats.weightstats import DescrStatsW

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.means import mean

PUBLISHED = Path(__file__).parent / "published"
ADDED = [
    *("count", "total", "standard_deviation", "value", "lower_ci", "upper_ci"),
    *("statistic", "method", "value_note"),
]
FIGURES = ["total", "standard_deviation", "value", "lower_ci", "upper_ci"]


def values(figures, **others) -> pd.DataFrame:
    return pd.DataFrame({"value": figures, **others})


def by_level() -> list:
    table = pd.read_csv(PUBLISHED / "phe_mean.csv")
    return [pytest.param(key, rows, id=str(key)) for key, rows in table.groupby("confidence")]


@pytest.mark.parametrize("confidence, rows", by_level())
def test_means_match_the_published_ones(confidence, rows):
    found = mean(rows, "v", confidence=confidence, by="case_id").set_index("case_id")
    expected = rows.groupby("case_id").first().loc[found.index]
    names = {
        "count": "value_count",
        "total": "value_sum",
        "standard_deviation": "stdev",
        "value": "value",
        "lower_ci": "lowercl",
        "upper_ci": "uppercl",
    }
    for ours, theirs in names.items():
        right = expected[f"expected_{theirs}"].to_numpy()
        assert found[ours].to_numpy() == pytest.approx(right, rel=1e-12, abs=1e-13, nan_ok=True)


def test_one_row_per_group_with_the_figures_of_statsmodels():
    df = values([3.0, 5, 8, 1, 2, 4], la=["b", "b", "b", "a", "a", "a"])
    df.index = [9, 9, 1, 2, 0, 5]
    before = df.copy()
    found = mean(df, by="la", confidence=0.99)
    assert_frame_equal(df, before)
    assert found.columns.tolist() == ["la", *ADDED]
    assert found["la"].tolist() == ["b", "a"] and found["count"].tolist() == [3, 3]
    assert found["statistic"].tolist() == ["mean"] * 2 and found["method"].tolist() == ["t"] * 2
    for row, figures in zip(found.itertuples(), ([3, 5, 8], [1, 2, 4]), strict=True):
        theirs = DescrStatsW(np.array(figures, dtype=float), ddof=1)
        limits = theirs.tconfint_mean(0.01)
        assert (row.value, row.standard_deviation) == pytest.approx((theirs.mean, theirs.std))
        assert (row.lower_ci, row.upper_ci) == pytest.approx(limits, rel=1e-12)


def test_without_by_the_table_is_one_group_and_an_empty_one_none():
    assert mean(values([1, 2, 6]))["value"].tolist() == [3]
    empty = mean(values([], la=[]), by="la")
    assert empty.columns.tolist() == ["la", *ADDED] and empty.empty
    assert mean(values([])).empty


def test_two_levels_give_two_pairs_of_limits():
    df = values([1, 2, 6, 7])
    found = mean(df, confidence=(0.95, 0.998))
    for suffix, level in [("95", 0.95), ("998", 0.998)]:
        alone = mean(df, confidence=level)
        assert found[f"lower_ci_{suffix}"].tolist() == alone["lower_ci"].tolist()
        assert found[f"upper_ci_{suffix}"].tolist() == alone["upper_ci"].tolist()


BAD = [(None, "value missing"), (np.inf, "value not finite"), ("c", "value not a number")]


@pytest.mark.parametrize("cell, reason", BAD)
def test_a_figure_that_is_of_no_use_makes_its_own_group_missing(cell, reason):
    df = values([4, cell, 6, 8], la=["x", "x", "y", "y"])
    found = mean(df, by="la")
    assert found.loc[0, FIGURES].isna().all() and found.loc[1, FIGURES].notna().all()
    assert found["count"].tolist() == [2, 2]
    assert found["value_note"].tolist() == [reason, ""]
    assert_frame_equal(found.loc[[1]], mean(df.iloc[2:], by="la").set_axis([1]))
    with pytest.raises(SchemaError, match=f"every row can be computed; got: {reason}"):
        mean(df, by="la", strict=True)


def test_a_single_figure_has_a_mean_but_no_limits():
    found = mean(values([7, 1, 2], la=["x", "y", "y"]), by="la")
    assert found["value"].tolist() == [7, 1.5]
    assert found["lower_ci"].isna().tolist() == found["upper_ci"].isna().tolist() == [True, False]
    assert found["value_note"].tolist() == ["no limits: a single value", ""]
    with pytest.raises(SchemaError, match="no limits: a single value"):
        mean(values([7]), strict=True)


def test_a_single_missing_figure_is_missing_first():
    assert mean(values([None]))["value_note"].tolist() == ["value missing"]


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float32", "object", "str", "category"])
def test_figures_of_any_type_are_read(dtype):
    found = mean(values(pd.array([4, 8, 9], dtype="Int64").astype(dtype)))
    assert found["value"].tolist() == [7]


def test_a_missing_name_is_a_group_and_unused_categories_are_none():
    la = pd.Categorical(["x", None, "x"], categories=["x", "y"])
    found = mean(values([1, 5, 3], la=la), by=["la"])
    assert found["value"].tolist() == [2, 5] and found["la"].isna().tolist() == [False, True]


def test_notes_of_the_members_are_kept():
    df = values([1, 2, None], value_note=["estimate", None, ""])
    assert mean(df)["value_note"].tolist() == ["estimate; value missing"]


def test_columns_named_like_arguments_or_results_change_nothing():
    traps = values([1, 2, 6], count=7, per=7, multiplier=7, confidence=0.5, total=1, by="x")
    assert_frame_equal(mean(traps), mean(values([1, 2, 6])))


@pytest.mark.parametrize(
    "wrong, error, message",
    [
        ({"value": "age"}, SchemaError, "^column age: stands in the table once; got: 0 times"),
        ({"by": "la"}, SchemaError, "^column la: stands in the table once; got: 0 times"),
        ({"by": []}, UsageError, "^by: names one column or a list"),
        ({"by": "count"}, UsageError, "^by: names no column that is added to the result"),
        ({"confidence": 0.5}, UsageError, "^confidence: a level is 0.9 to 1"),
        ({"value": "day"}, SchemaError, "^column day: holds numbers or missing values"),
    ],
)
def test_wrong_usage_is_refused(wrong, error, message):
    df = values([1, 2], count=[1, 2], day=pd.Timestamp("2024-03-31"))
    with pytest.raises(error, match=message):
        mean(df, **wrong)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-1e5, 1e5)), min_size=1, max_size=40))
def test_groups_equal_each_group_alone_and_hold_their_mean(pairs):
    df = pd.DataFrame(pairs, columns=["la", "value"])
    found = mean(df, by="la")
    for row in range(len(found)):
        part = df.loc[df["la"] == found.loc[row, "la"]]
        alone = mean(part).iloc[0]
        figures = found.loc[row, FIGURES].to_numpy(dtype=float)
        expected = alone[FIGURES].to_numpy(dtype=float)
        assert figures == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)
    limits = found.dropna(subset="lower_ci")
    assert (limits["lower_ci"] <= limits["value"]).all()
    assert (limits["value"] <= limits["upper_ci"]).all()
