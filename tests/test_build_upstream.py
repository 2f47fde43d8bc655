"""Published rates and intervals against what the counts beside them give."""

import pandas as pd
import pytest

from cyp_analysis import catalogue, loaders, measures
from cyp_analysis.build import checks, edition, upstream

INDICATOR = "hospital_admissions_injuries_0_14"
COUNTS = [264.0, 120.0, 55.0, 300.0, 81.0, 64.0, 99.0, 150.0, 45.0, 77.0, 205.0, 33.0]


def built(**changes) -> pd.DataFrame:
    """Twelve published rates per 10,000 with Byar's intervals, as a publisher prints them."""
    rows = pd.DataFrame({"count": COUNTS, "denominator": 16_649.0})
    done = measures.rate(rows, count="count", denominator="denominator", per=10_000)
    rows = rows.assign(
        indicator_id=INDICATOR,
        value=done["value"],
        lower_ci_95=done["lower_ci"],
        upper_ci_95=done["upper_ci"],
        statistic="published",
        value_note="",
        area_code="E06000001",
    )
    return rows.assign(**changes)


def found(rows: pd.DataFrame) -> pd.DataFrame:
    return upstream.disagreements(rows, catalogue.load())


def test_figures_that_agree_are_not_told():
    assert found(built()).empty


def test_one_wrong_rate_is_told_with_both_figures():
    rows = built()
    rows.loc[3, "value"] = 99.9
    told = found(rows)
    assert told[["printed", "computed", "rule"]].to_numpy().tolist() == [
        ["99.90", "180.19", "multiplier × count ÷ denominator"]
    ]
    assert told.index.tolist() == [3]


def test_one_wrong_interval_is_told_by_the_rule_broken():
    rows = built()
    rows.loc[0, "upper_ci_95"] = 200.0
    told = found(rows)
    assert told["rule"].tolist() == ["Byar's interval of the count"]
    # The publisher's own interval for 264 of 16,649.
    assert told["computed"].tolist() == ["140.01 to 178.90"]
    assert told["printed"].tolist() == ["140.01 to 200.00"]


def test_a_way_of_reckoning_that_is_another_is_told_once():
    told = found(built(value=lambda rows: rows["value"] * 1.1))
    assert told["rule"].tolist() == [
        "multiplier × count ÷ denominator; differs in 12 of 12 figures, "
        "so it is reckoned in another way"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"value_note": "count rounded to 5 by publisher", "value": 1.0},
        {"count": float("nan"), "value": 1.0},
        {"denominator": float("nan"), "value": 1.0},
        {"statistic": "crude_rate", "value": 1.0},
    ],
)
def test_what_cannot_be_done_again_is_left_alone(changes):
    assert found(built(**changes)).empty


def test_the_publishers_own_file_agrees_where_its_counts_are_exact(real_data):
    path = real_data / "ohid-fingertips" / "la_hospital_admissions_2324.csv"
    known = catalogue.load()
    tables = edition.build_tables([loaders.read(path)], pd.DataFrame(columns=["numerator",
        "denominator", "multiplier", "printed", "printed_value", "decimals", "rule", "label",
        "line", "source_id"], dtype="str"), known)  # fmt: skip
    rules = tables.differences["rule"].value_counts()
    assert "multiplier × count ÷ denominator" not in rules
    assert "Byar's interval of the count" not in rules
    exact = ~tables.indicators["value_note"].str.contains("rounded")
    assert (exact & tables.indicators["count"].notna()).sum() > 250
    assert checks.published(tables.indicators.iloc[:0].assign(printed=""), known).empty
