"""Rounding that a publisher does not mention is told by the counts."""

import numpy as np
import pandas as pd
import pytest

from cyp_analysis.loaders import rounding
from cyp_analysis.loaders.fingertips import download as fingertips
from cyp_analysis.loaders.rounding import rounded_notes


def notes(count, group="a") -> list[str]:
    rows = pd.DataFrame({"count": np.asarray(count, dtype="float64"), "group": group})
    return rounded_notes(rows, ["group"]).tolist()


@pytest.mark.parametrize(
    "base, told",
    [(5, 5), (10, 10), (15, 5), (20, 10), (100, 100), (300, 100), (1000, 1000), (7000, 1000)],
)
def test_the_largest_base_that_fits_is_told(base, told):
    words = f"count rounded to {told} by publisher"
    assert notes(np.arange(1, 21) * base) == [words] * 20


@pytest.mark.parametrize("base", [1, 2, 3, 4, 7])
def test_counts_of_no_such_base_are_exact(base):
    assert notes(np.arange(1, 41) * base) == [""] * 40


def test_one_exact_count_clears_its_whole_group():
    assert notes([*np.arange(1, 40) * 5, 41]) == [""] * 40


def test_few_counts_tell_nothing():
    assert notes(np.arange(1, 20) * 5) == [""] * 19
    assert notes([*np.arange(1, 20) * 5, np.nan]) == [""] * 20


def test_zeros_alone_tell_nothing():
    assert notes([0] * 100) == [""] * 100
    assert notes([0] * 100 + [5] * 9) == [""] * 109
    assert notes([0] * 100 + [5] * 10) == ["count rounded to 5 by publisher"] * 110


def test_missing_counts_have_no_note():
    told = notes([*np.arange(1, 31) * 5, np.nan])
    assert told[:30] == ["count rounded to 5 by publisher"] * 30 and told[30] == ""


def test_groups_are_judged_apart_and_the_index_is_kept():
    rows = pd.DataFrame(
        {
            "count": [*np.arange(1.0, 31) * 10, *np.arange(1.0, 31)],
            "kind": ["region"] * 30 + ["authority"] * 30,
            "year": [2024] * 60,
        },
        index=range(100, 160),
    )
    before = rows.copy()
    told = rounded_notes(rows, ["kind", "year"])
    assert told.index.equals(rows.index) and str(told.dtype) == "str"
    assert set(told[rows["kind"] == "region"]) == {"count rounded to 10 by publisher"}
    assert set(told[rows["kind"] == "authority"]) == {""}
    pd.testing.assert_frame_equal(rows, before)


def test_no_rows_no_notes():
    rows = pd.DataFrame({"count": pd.Series(dtype="float64"), "group": pd.Series(dtype="str")})
    assert rounded_notes(rows, ["group"]).empty


def test_hospital_counts_of_fingertips_are_rounded_to_five(real_data):
    """The publisher: counts of hospital admissions are rounded to the nearest five."""
    table = fingertips.read_fingertips(
        real_data / "ohid-fingertips" / "la_hospital_admissions_2324.csv"
    )
    known = table.rows[table.rows["count"].notna()]
    noted = known["value_note"].str.contains("count rounded to 5 by publisher")
    assert (known.loc[noted, "count"] % 5 == 0).all()
    assert (known["value_note"].str.count("rounded") <= 1).all()
    latest = known["area_code"].str.match("E0[6-9]|E10") & (known["period_label"] == "2023/24")
    assert latest.sum() > 140 and noted[latest].all()


def test_the_bases_are_those_that_publishers_use():
    assert rounding.BASES == (1000, 100, 10, 5)
