"""Publishers' own files, calculated: published rates, intervals and verdicts come out again."""

import numpy as np
import pandas as pd
import pytest

import cyp_analysis as cyp
from cyp_analysis import catalogue, geography, loaders
from cyp_analysis.edition_reader import Edition

ADMISSIONS = "ohid-fingertips/la_hospital_admissions_2324.csv"


@pytest.fixture(scope="module")
def tables(real_edition) -> Edition:
    """The tables of the edition of publishers' files, which hold every authority of England; a file
    that could not be read would have kept the edition from being built."""
    return Edition("real", real_edition)


@pytest.fixture(scope="module")
def admissions(real_data) -> pd.DataFrame:
    return loaders.read(real_data / ADMISSIONS).rows


def figure(tables, indicator: str, area: str, end: str) -> pd.Series:
    rows = tables.indicators
    mine = rows[
        (rows["indicator_id"] == indicator)
        & (rows["area_code"] == area)
        & (rows["period_end"] == end)
        & (rows["category"] == "")
        & (rows["sex"] == "persons")
    ]
    assert len(mine) == 1
    return mine.iloc[0]


@pytest.mark.parametrize(
    ("indicator", "area", "end", "published"),
    [
        ("children_looked_after_rate", "E92000001", "2025-03-31", 67),
        ("children_looked_after_rate", "E09000003", "2025-03-31", 37),
        ("children_in_need_rate", "E92000001", "2025-03-31", 330.3),
        ("child_protection_plans_rate", "E09000003", "2024-03-31", 27.2),
    ],
)
def test_published_rates_come_out(tables, indicator, area, end, published):
    value = figure(tables, indicator, area, end)["value"]
    decimals = 0 if isinstance(published, int) else 1
    assert round(value, decimals) == published


def test_every_published_verdict_of_the_fingertips_file_comes_out(real_data):
    """5,802 rows: 2,088 better, 1,712 similar, 1,901 worse, 101 not compared."""
    raw = pd.read_csv(real_data / ADMISSIONS, dtype=str)
    is_authority = ~raw["Area Code"].str.startswith(("E92", "E12"))
    rows = raw[is_authority & raw["Category Type"].isna()].copy()
    key = ["Sex", "Age", "Time period"]
    england = raw[raw["Area Code"].eq("E92000001") & raw["Category Type"].isna()]
    england = england.drop_duplicates(key)[[*key, "Value"]].rename(columns={"Value": "benchmark"})
    rows = rows.merge(england, on=key, how="left", validate="many_to_one")
    names = {"Value": "value", "Lower CI 95.0 limit": "lower", "Upper CI 95.0 limit": "upper"}
    numbers = rows.rename(columns=names)[["value", "lower", "upper", "benchmark"]].astype(float)
    compared = cyp.compare(
        numbers,
        "low_is_good",
        value="value",
        lower="lower",
        upper="upper",
        benchmark="benchmark",
    )
    published = rows["Compared to England value or percentiles"].str.lower().str.replace(" ", "_")
    assert compared["outcome"].value_counts().to_dict() == {
        "better": 2088,
        "worse": 1901,
        "similar": 1712,
        "not_compared": 101,
    }
    assert (compared["outcome"].to_numpy() == published.to_numpy()).all()


def test_the_build_lists_no_verdict_of_that_file_as_different(tables):
    off = tables.differences[tables.differences["rule"].str.startswith("England's value")]
    assert off.empty


def test_byars_intervals_equal_the_published_ones_where_counts_are_not_rounded(admissions):
    early = admissions[admissions["period_label"].isin(["2010/11", "2011/12"])]
    early = early[early["category"].eq("") & early["count"].notna() & early["value"].notna()]
    bare = early[["count", "denominator"]]
    computed = cyp.rate(bare, count="count", denominator="denominator", per=10_000)
    assert len(computed) == 292
    np.testing.assert_allclose(computed["value"], early["value"], atol=1e-4)
    np.testing.assert_allclose(computed["lower_ci"], early["lower_ci_95"], atol=1e-4)
    np.testing.assert_allclose(computed["upper_ci"], early["upper_ci_95"], atol=1e-4)


def test_counts_rounded_to_five_keep_the_published_interval(tables):
    row = figure(tables, "hospital_admissions_injuries_0_14", "E09000003", "2024-03-31")
    assert row["method"] == "published" and row["statistic"] == "published"


def test_the_published_trend_of_that_file_runs_the_wrong_way_round(tables):
    """All 179 significant labels of authorities are inverted. Eleven of those series lack a year
    among the latest five, so no trend is calculated here; the other 168 are listed."""
    off = tables.differences[tables.differences["rule"].str.startswith("trend test")]
    mine = off[off["what"].str.startswith("hospital_admissions")]
    # Those of England's tenths of deprivation are another indicator.
    mine = mine[~mine["what"].str.contains("by_deprivation")]
    assert len(mine) == 168
    opposite = {
        "increasing_and_getting_worse": "decreasing_and_getting_better",
        "decreasing_and_getting_better": "increasing_and_getting_worse",
    }
    assert (mine["printed"].map(opposite) == mine["computed"]).all()


def test_every_authority_in_force_has_figures(tables):
    present = set(tables.indicators["area_code"])
    missing = set(geography.members("E92000001")) - present
    assert missing == set()


def test_interval_holds_the_value_everywhere(tables):
    rows = tables.indicators.dropna(subset=["lower_ci_95"])
    slack = 1e-9 * rows["value"].abs().clip(lower=1)
    assert (rows["value"] >= rows["lower_ci_95"] - slack).all()
    assert (rows["value"] <= rows["upper_ci_95"] + slack).all()


def test_suppressed_counts_stay_missing_with_the_reason(tables):
    rows = tables.indicators
    hidden = rows[rows["value_note"].str.contains("suppressed (c)", regex=False)]
    assert len(hidden) > 100 and hidden["value"].isna().all()


def test_an_area_is_never_compared_with_itself(tables):
    rows = tables.comparisons
    assert (rows["area_code"] != rows["benchmark_area_code"]).all()


def test_outer_london_stands_in_where_a_file_has_no_london_row(tables):
    rows = tables.comparisons
    barnet = rows[(rows["area_code"] == "E09000003")]["benchmark_area_code"]
    assert set(barnet) <= {"E92000001", "E12000007", "E13000002"}


def test_no_judgement_is_never_better_or_worse(tables):
    known = catalogue.load().indicators
    neutral = [i.id for i in known.values() if i.polarity == "no_judgement"]
    rows = tables.comparisons[tables.comparisons["indicator_id"].isin(neutral)]
    assert set(rows["outcome"]) <= {"higher", "lower", "similar", "not_compared"}
