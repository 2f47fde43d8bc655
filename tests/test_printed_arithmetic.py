"""The 639 calculations that the bundled documents print, done again from their own figures.

`expected` was worked out by whoever transcribed the documents, not by this package.
"""

import pandas as pd
import pytest

from cyp_analysis import paths
from cyp_analysis.build import checks
from cyp_analysis.loaders.arithmetic import read_printed_arithmetic

# Ranks, verdicts and ranges: shown elsewhere, by the tests named.
SPECIAL = {
    "CK0524": "a range of populations that fits seven rates",
    "CK0597": "test_build_bundled: 25th of 33",
    "CK0598": "test_build_bundled: interval 13.75 to 14.26",
    "CK0599": "test_build_bundled: intervals of 2006 and 2016 apart",
    "CK0600": "test_build_bundled: 16 worse and 17 better",
}


@pytest.fixture(scope="module")
def arithmetic() -> pd.DataFrame:
    return read_printed_arithmetic(paths.data_dir() / "raw").set_index("check_id", drop=False)


def test_all_639_are_there(arithmetic):
    assert len(arithmetic) == 639 and arithmetic.index.is_unique


def test_634_come_out_as_the_transcribers_worked_them_out(arithmetic):
    rows = arithmetic.drop(index=list(SPECIAL))
    assert len(rows) == 634
    computed, expected = checks.recompute(rows), pd.to_numeric(rows["expected"])
    text = rows["expected"].str.partition(".")[2]
    tolerance = 0.5 * 10.0 ** -text.str.len() + 1e-9
    off = (computed - expected).abs() > tolerance
    assert rows[off | computed.isna()].empty, rows[off | computed.isna()].to_string()


def test_what_matched_on_paper_is_not_listed_as_a_slip(arithmetic):
    listed = checks.printed_arithmetic(arithmetic)
    matched = arithmetic.index[arithmetic["expected_result"] == "match"]
    assert not set(listed["check_id"]) & set(matched)


def test_slips_on_paper_are_listed(arithmetic):
    listed = set(checks.printed_arithmetic(arithmetic)["check_id"])
    slips = arithmetic[arithmetic["expected_result"].str.startswith("mismatch")]
    exact = slips["printed"].str.fullmatch(r"[-(]?[\d,.]+%?\)?")
    assert set(slips.index[exact]) <= listed


def test_no_file_gives_no_rows(tmp_path):
    assert read_printed_arithmetic(tmp_path).empty
    assert checks.printed_arithmetic(read_printed_arithmetic(tmp_path)).empty
