"""One small count, planted: nothing that is built from it holds it, or what would give it back."""

import numpy as np
import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.build import disclosure, edition
from cyp_analysis.loaders.arithmetic import COLUMNS
from tests.places_samples import BARNET, counts

INDICATOR = "local_icpcs_within_15_days"
# Nothing else here has these numbers: 3 of 7,919, in percent; the base less the count.
SMALL, BASE = 3.0, 7919.0
TELLING = [BASE, BASE - SMALL, 100 * SMALL / BASE, SMALL / BASE]
MONTHS = pd.date_range("2018-05-01", periods=6, freq="MS")
PLANTED = 5


def planted(number: float) -> edition.Tables:
    """The tables of an edition from one measure of six months, the last of them with `number`."""
    known = catalogue.load()
    part = known.indicators[INDICATOR].numerator
    source = known.datasets[part.source][0]
    rows = [
        {
            "measure": part.measure,
            "area_code": BARNET,
            "period_start": start,
            "period_end": start + pd.offsets.MonthEnd(),
            "period_label": f"{start:%B %Y}",
            "age": "",
            "category_type": part.category_type,
            "category": part.category,
            "count": number if month == PLANTED else 1000.0 + 7 * month,
            "denominator": BASE if month == PLANTED else 8101.0 + month,
            "source_row": 2 + month,
        }
        for month, start in enumerate(MONTHS)
    ]
    return edition.build_tables(
        [counts(source.id, rows)],
        pd.DataFrame(columns=[*COLUMNS, "source_id"], dtype="str"),
        known,
    )


@pytest.fixture(scope="module")
def small() -> edition.Tables:
    return planted(SMALL)


def everything(tables: edition.Tables) -> dict[str, pd.DataFrame]:
    named = ("indicators", "comparisons", "differences")
    return {name: getattr(tables, name) for name in named} | tables.derived | tables.registers


def places_of(tables: edition.Tables, wanted: list[float]) -> list[tuple[str, str]]:
    """Tables and columns that hold one of the numbers, as a number or in words."""
    found = []
    for name, table in everything(tables).items():
        for column in table:
            if pd.api.types.is_numeric_dtype(table[column]) and table[column].dtype != bool:
                values = table[column].to_numpy(float, na_value=np.nan)
                hit = any(np.isclose(values, number, rtol=1e-9).any() for number in wanted)
            else:
                texts = table[column].astype("str")
                hit = texts.str.contains(r"7,?91[69](?!\d)|0\.0378", regex=True).any()
            found += [(name, column)] if hit else []
    return found


def test_the_search_finds_a_number_that_is_not_small():
    seen = places_of(planted(400.0), [BASE, 400.0])
    assert ("indicators", "count") in seen and ("indicators", "denominator") in seen
    assert ("service_figures", "count") in seen


def test_no_table_holds_what_gives_a_small_count_back(small):
    assert places_of(small, TELLING) == []


def test_the_row_says_why_and_has_no_verdict(small):
    rows = small.indicators[small.indicators["period_start"] == MONTHS[PLANTED]]
    row = rows[rows["indicator_id"] == INDICATOR].iloc[0]
    assert row["value_note"].endswith(disclosure.SUPPRESSED)
    numbers = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95", "target_variance"]
    assert row[numbers].isna().all()
    assert (row["outcome"], row["target_met"], row["method"]) == ("not_compared", "", "none")


def test_nothing_beside_it_is_ranked_compared_or_followed(small):
    key = {"indicator_id": INDICATOR, "period_start": MONTHS[PLANTED]}
    compared = small.comparisons
    for name, wanted in key.items():
        compared = compared[compared[name] == wanted]
    assert compared["rank"].isna().all() and compared["outcome"].isin(["", "not_compared"]).all()
    figures = small.derived["service_figures"]
    row = figures[figures["period_start"] == MONTHS[PLANTED]].iloc[0]
    assert row[[name for name in figures if "change" in name or name == "value"]].isna().all()


def test_other_months_stay(small):
    rows = small.indicators[small.indicators["indicator_id"] == INDICATOR]
    assert rows["count"].notna().sum() == len(MONTHS) - 1
