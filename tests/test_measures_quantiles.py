"""The frame verb quantiles."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_index_equal

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.quantiles import quantiles

PUBLISHED = Path(__file__).parent / "published" / "phe_quantile.csv"
ADDED = ["quantile", "quantile_of", "value_note"]


def areas(value, **others) -> pd.DataFrame:
    return pd.DataFrame({"value": value, **others})


def published_sets() -> list:
    """One pytest case for each set of arguments in the file, which holds many sets of areas."""
    groups = pd.read_csv(PUBLISHED).groupby(["nquantiles", "invert"])
    return [pytest.param(*key, rows, id=f"{key[0]}-{key[1]}") for key, rows in groups]


# --- published answers ----------------------------------------------------------------------------


@pytest.mark.parametrize("number, highest_first, rows", published_sets())
def test_quantiles_match_the_published_ones(number, highest_first, rows):
    rows = rows.sample(frac=1, random_state=2)
    found = quantiles(rows, number=int(number), highest_first=bool(highest_first), by="case_id")
    expected = rows["expected_quantile"].astype("Int64").rename("quantile")
    pd.testing.assert_series_equal(found["quantile"], expected)


@pytest.mark.parametrize(
    "size, number, expected",
    [
        (12, 10, [1, 1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10]),
        (11, 10, [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (7, 5, [1, 1, 2, 3, 3, 4, 5]),
    ],
)
def test_printed_quantiles_come_out(size, number, expected):
    assert quantiles(areas(range(size, 0, -1)), number=number)["quantile"].tolist() == expected


def test_boundaries_fall_as_the_reference_rounds_them():
    # 34 values in 14 quantiles: 17 x 14 / 34 is 7, and a little more in the reference's floats.
    found = quantiles(areas(range(34, 0, -1)), number=14)["quantile"]
    assert found.iloc[16:19].tolist() == [7, 7, 8]


# --- shape of the result --------------------------------------------------------------------------


def test_rows_columns_and_index_are_kept():
    df = areas(range(10), area=list("abcdefghij")).set_index(pd.Index([5, 5, *range(8)], name="i"))
    before = df.copy(deep=True)
    found = quantiles(df, number=5)
    assert found.columns.tolist() == ["value", "area", *ADDED]
    assert_index_equal(found.index, df.index)
    assert_frame_equal(df, before)
    assert found["quantile"].dtype == "Int64"
    assert set(found["quantile_of"]) == {5}


def test_the_highest_value_comes_first_unless_told_otherwise():
    df = areas([10, 40, 30, 20])
    assert quantiles(df, number=4)["quantile"].tolist() == [4, 1, 2, 3]
    assert quantiles(df, number=4, highest_first=False)["quantile"].tolist() == [1, 4, 3, 2]


def test_each_group_is_ranked_by_itself():
    df = areas([1, 2, 10, 20, 3, 4], area=["a", "a", None, None, "b", "b"])
    assert quantiles(df, number=2, by="area")["quantile"].tolist() == [2, 1] * 3


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=20), st.randoms())
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_rows_does_not_matter(values, random):
    df = areas(values)
    order = random.sample(range(len(values)), len(values))
    assert_frame_equal(quantiles(df.iloc[order], number=3).sort_index(), quantiles(df, number=3))


def test_any_growing_scale_gives_the_same_quantiles():
    df = areas(np.random.default_rng(1).uniform(1, 9, 50))
    assert quantiles(df)["quantile"].equals(quantiles(np.exp(df))["quantile"])


def test_nullable_numbers_categories_and_columns_called_like_arguments_are_no_trouble():
    df = areas([4, 3, 2, 1], area=["a", "a", "b", "b"], number=9, population=0, quantile=77)
    found = quantiles(df, number=2, by="area")
    assert found["quantile"].tolist() == [1, 2, 1, 2]
    nullable = df.convert_dtypes().astype({"area": "category"})
    assert quantiles(nullable, number=2, by="area")["quantile"].equals(found["quantile"])


@pytest.mark.parametrize("by", [None, "area"])
def test_an_empty_table_stays_empty(by):
    found = quantiles(areas([], area=[]), by=by)
    assert len(found) == 0 and found["quantile"].dtype == "Int64"


# --- what has no quantile -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell, reason",
    [
        (None, "value missing"),
        (pd.NA, "value missing"),
        ("c", "value not a number"),
        (np.inf, "value not finite"),
        (-np.inf, "value not finite"),
    ],
)
def test_a_row_without_a_value_is_missing_and_takes_no_place(cell, reason):
    df = areas(pd.Series([5, cell, 3, 1], dtype=object))
    found = quantiles(df, number=3)
    assert found["quantile"].isna().tolist() == [False, True, False, False]
    assert found["quantile"].dropna().tolist() == [1, 2, 3]
    assert found["value_note"].tolist() == ["", reason, "", ""]
    with pytest.raises(SchemaError, match=reason):
        quantiles(df, number=3, strict=True)


def test_a_group_of_fewer_values_than_quantiles_is_missing():
    df = areas([1, 2, np.nan, 1, 2, 3], area=list("aaabbb"), value_note=["old", *[""] * 5])
    found = quantiles(df, number=3, by="area")
    few = "fewer than 3 values"
    assert found["value_note"].tolist() == [f"old; {few}", few, "value missing", "", "", ""]
    assert found["quantile"].isna().tolist() == [True] * 3 + [False] * 3


# --- quantiles of people --------------------------------------------------------------------------


def test_weighted_quantiles_share_the_people():
    df = areas([9, 8, 7, 6, 5], people=[400, 100, 100, 100, 100])
    assert quantiles(df, number=2)["quantile"].tolist() == [1, 1, 1, 2, 2]
    found = quantiles(df, number=2, population="people")
    assert found["quantile"].tolist() == [1, 2, 2, 2, 2]


@pytest.mark.parametrize(
    "people, reason",
    [(0, "population not above zero"), (-1, "population not above zero"), (None, "population mis")],
)
def test_an_area_without_people_has_no_weighted_quantile(people, reason):
    df = areas([4, 3, 2, 1], people=[10, people, 10, 10])
    found = quantiles(df, number=3, population="people")
    assert found["quantile"].isna().tolist() == [False, True, False, False]
    assert found["value_note"].iloc[1].startswith(reason)


def test_weighted_quantiles_work_within_groups():
    df = areas([1, 2, 3, 4], people=[1, 99, 50, 50], area=list("aabb"))
    found = quantiles(df, number=2, population="people", by="area")
    assert found["quantile"].tolist() == [2, 1, 2, 1]


# --- wrong usage ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 0, -3, 2.5, "10", None, True])
def test_a_wrong_number_of_quantiles_is_refused(number):
    with pytest.raises(UsageError, match="number: is a whole number from 2"):
        quantiles(areas([1, 2]), number=number)


@pytest.mark.parametrize("call", [{"value": "x"}, {"population": "x"}, {"by": "x"}], ids=str)
def test_a_column_that_is_not_there_is_named(call):
    with pytest.raises(SchemaError, match="column x"):
        quantiles(areas([1, 2]), **call)


@pytest.mark.parametrize("flag", ["False", "yes", None, 2])
def test_highest_first_is_true_or_false(flag):
    with pytest.raises(UsageError, match="^highest_first: is True or False"):
        quantiles(pd.DataFrame({"value": [1.0, 2, 3]}), number=2, highest_first=flag)
