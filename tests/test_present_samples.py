"""Samples that the tests of the read side share: indicators, rows, an edition of made-up figures.

The child poverty figures are those printed in the Life Chances Strategy 2020-2024 (Figure 1).
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Catalogue, Chapter, Indicator, Source
from cyp_analysis.catalogue_model import Group, Measured
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.geography import area
from cyp_analysis.schema import (
    COMPARISON_COLUMNS,
    DIFFERENCE_COLUMNS,
    INDICATOR_COLUMNS,
    INDICATOR_KEY,
    check_indicator_table,
)

BARNET, BRENT, ENGLAND, LONDON = "E09000003", "E09000005", "E92000001", "E12000007"
NORTH_EAST = "E12000001"

# area code, count, value in %, lower, upper (Wilson), side against London
POVERTY = [
    ("E09000019", 9840, 30.6, 30.10, 31.11, "higher"),
    ("E09000007", 8165, 27.3, 26.80, 27.81, "higher"),
    ("E09000033", 6680, 27.3, 26.75, 27.86, "higher"),
    ("E09000032", 8465, 17.2, 16.87, 17.54, "lower"),
    ("E09000003", 10000, 14.0, 13.75, 14.26, "lower"),
    ("E09000027", 2795, 8.5, 8.20, 8.81, "lower"),
]


def poverty(**changes) -> Indicator:
    """A proportion, low is good, interval with two decimals."""
    made = Indicator(
        id="child_poverty",
        name="Children under 16 in low-income families",
        subject="children under 16 in low-income families",
        sentence="{value} of children under 16 in {area} lived in low-income families",
        unit="%",
        statistic="proportion",
        multiplier=100,
        interval="wilson",
        numerator=Measured(source="poverty_tables", measure="children"),
        denominator=Measured(source="implied"),
        period_type="calendar_year",
        polarity="low_is_good",
        benchmarks=("england", "region"),
        rounding=1,
        interval_rounding=2,
        disclosure="published",
        definition="Share of children in families on a low income.",
        why_it_matters="Low income shapes health.",
        caveats=("Before housing costs.",),
        authored_by="public health intelligence analyst",
        date_reviewed=date(2026, 11, 22),
        next_review=date(2027, 11, 22),
    )
    return replace(made, **changes)


def looked_after(**changes) -> Indicator:
    """A crude rate without judgement."""
    return poverty(
        id="looked_after_rate",
        name="Children looked after at 31 March, per 10,000 under-18s",
        subject="children looked after",
        sentence="{area} had {value} children looked after per 10,000 under-18s",
        unit="per 10,000 children aged under 18",
        statistic="crude_rate",
        multiplier=10000,
        interval="poisson",
        numerator=Measured(source="care_tables", measure="looked_after_at_31_march"),
        denominator=Measured(source="population", measure="children", lag_years=1),
        period_type="at_date",
        polarity="no_judgement",
        interval_rounding=None,
        **changes,
    )


def plans(**changes) -> Indicator:
    """A count without interval or benchmark."""
    return poverty(
        id="plans",
        name="Children on child protection plans",
        subject="children on child protection plans",
        sentence="{area} had {value} children on child protection plans",
        unit="children",
        statistic="count",
        multiplier=1,
        interval="none",
        numerator=Measured(source="local_tables", measure="plans"),
        denominator=None,
        polarity="no_judgement",
        benchmark_method="none",
        benchmarks=(),
        rounding=0,
        interval_rounding=None,
        **changes,
    )


def placements() -> Indicator:
    """Shares by category."""
    return poverty(
        id="placements",
        name="Children in care by placement",
        subject="children in care by placement",
        sentence="{value} of children in care in {area} lived in this placement",
        numerator=Measured(source="local_tables", measure="in_care", category_type="placement"),
        denominator=Measured(source="own"),
        polarity="no_judgement",
        benchmark_method="none",
        benchmarks=(),
        interval_rounding=None,
    )


def row(**changes) -> pd.Series:
    """One indicator row: child poverty in one borough in 2016, as printed."""
    made = {
        "indicator_id": "child_poverty",
        "area_code": BARNET,
        "period_start": pd.Timestamp(2016, 1, 1),
        "period_end": pd.Timestamp(2016, 12, 31),
        "period_label": "2016",
        "sex": "persons",
        "age": "<16 yrs",
        "category_type": "",
        "category": "",
        "count": 10000.0,
        "denominator": 71428.57,
        "value": 14.0,
        "lower_ci_95": 13.7474,
        "upper_ci_95": 14.2565,
        "statistic": "proportion",
        "method": "wilson",
        "benchmark_area_code": ENGLAND,
        "benchmark_value": 17.0,
        "outcome": "better",
        "recent_trend": "cannot_be_calculated",
        "target_value": float("nan"),
        "target_met": "",
        "target_variance": float("nan"),
        "value_note": "",
        "source_id": "poverty_tables",
        "source_published": pd.Timestamp(2020, 3, 11),
        "source_row": 2,
        "source_file": "figures.csv",
    }
    return pd.Series(made | changes)


def care_row(**changes) -> pd.Series:
    """One indicator row: the rate of the architecture's worked example."""
    made = {
        "indicator_id": "looked_after_rate",
        "period_start": pd.Timestamp(2024, 3, 31),
        "period_end": pd.Timestamp(2024, 3, 31),
        "period_label": "31 March 2024",
        "age": "<18 yrs",
        "count": 412.0,
        "denominator": 58300.0,
        "value": 70.66895368782161,
        "lower_ci_95": 64.009,
        "upper_ci_95": 77.834,
        "statistic": "crude_rate",
        "method": "byars",
        "benchmark_value": 70.0,
        "outcome": "similar",
        "source_id": "care_tables",
    }
    return row(**(made | changes))


def compared(*benchmarks: dict) -> pd.DataFrame:
    """Comparisons of one row; each gives code, value, side, and perhaps outcome and rank."""
    rows = [
        {
            "benchmark_area_code": b["code"],
            "benchmark_value": b["value"],
            "side": b["side"],
            "outcome": b.get("outcome", b["side"]),
            "comparison_method": b.get("method", "ci_overlap_95"),
            "rank": b.get("rank", float("nan")),
            "rank_of": b.get("rank_of", float("nan")),
            "rank_tied": b.get("rank_tied", False),
        }
        for b in benchmarks
    ]
    columns = [name for name in COMPARISON_COLUMNS if name not in INDICATOR_KEY]
    return pd.DataFrame(rows, columns=columns)


def sources() -> dict[str, Source]:
    """Three passports."""
    made = {}
    for name, get in (
        ("poverty_tables", "Ask the publisher for the poverty tables."),
        ("care_tables", "Download the care tables."),
        ("local_tables", "Ask for the local tables."),
    ):
        made[name] = Source(
            id=name,
            dataset=name,
            publisher="Exampleshire Council",
            title=f"The {name.replace('_', ' ')} <2016>",
            url=f"https://example.org/{name}",
            licence="Open Government Licence v3.0",
            citation=f"Exampleshire Council, {name}, 2016",
            reader="transcribed",
            header=("a",),
            get=get,
        )
    return made


def known(**changes) -> Catalogue:
    """A catalogue of one chapter with four indicators."""
    indicators = {i.id: i for i in (poverty(), looked_after(), plans(), placements())}
    entry = Chapter(
        id="sample",
        number=1,
        title="Sample chapter",
        question="How are things?",
        lead=("plans", "child_poverty", "looked_after_rate"),
        indicators=tuple(indicators),
        groups=(Group("care", "Children in care", ("looked_after_rate",)),),
    )
    made = Catalogue(indicators, sources(), {"sample": entry}, {}, pd.DataFrame())
    return replace(made, **changes)


def poverty_rows() -> list[pd.Series]:
    """England, London and six boroughs in 2016, as printed."""
    groups = [
        row(area_code=LONDON, count=307710, value=18.8, lower_ci_95=18.74, upper_ci_95=18.86),
        row(area_code=ENGLAND, count=1707835, value=17.0, lower_ci_95=16.98, upper_ci_95=17.02),
    ]
    boroughs = [
        row(area_code=code, count=count, value=value, lower_ci_95=lower, upper_ci_95=upper)
        for code, count, value, lower, upper, _ in POVERTY
    ]
    return [r.drop("outcome") for r in groups] + boroughs


def poverty_comparisons() -> list[dict]:
    """Against London with ranks; against England one borough similar."""
    rows = []
    ranks = {"E09000007": (2, True), "E09000033": (2, True)}
    for place, (code, _, value, _, _, side) in enumerate(POVERTY, 1):
        rank, tied = ranks.get(code, (place, False))
        judged = {"higher": "worse", "lower": "better", "similar": "similar"}
        national = "similar" if code == "E09000032" else side
        both = ((LONDON, 18.8, side), (ENGLAND, 17.0, national))
        for benchmark, benchmark_value, towards in both:
            rows.append(
                row(area_code=code, value=value)[INDICATOR_KEY].to_dict()
                | {
                    "benchmark_area_code": benchmark,
                    "benchmark_value": benchmark_value,
                    "side": towards,
                    "outcome": judged[towards],
                    "comparison_method": "ci_overlap_95",
                    "rank": float(rank) if benchmark == LONDON else float("nan"),
                    "rank_of": 6.0 if benchmark == LONDON else float("nan"),
                    "rank_tied": tied and benchmark == LONDON,
                }
            )
    return rows


def care_rows() -> list[pd.Series]:
    """Thirteen years of a rate for an authority and England; 2020 is missing, 2017 suppressed."""
    made = []
    for number, year in enumerate(y for y in range(2013, 2026) if y != 2020):
        day = pd.Timestamp(year, 3, 31)
        period = {"period_start": day, "period_end": day, "period_label": f"31 March {year}"}
        value = 60.0 + number
        small = {"count": float("nan"), "denominator": float("nan"), "value": float("nan")}
        small |= {"lower_ci_95": float("nan"), "upper_ci_95": float("nan"), "method": "none"}
        note = {"value_note": "suppressed (c): based on small numbers"}
        figures = {"value": value, "lower_ci_95": value - 6, "upper_ci_95": value + 6}
        made.append(care_row(**period, **(small | note if year == 2017 else figures)))
        national = {"value": 65.0, "lower_ci_95": 64.8, "upper_ci_95": 65.2}
        made.append(care_row(area_code=ENGLAND, **period, **national))
    made[-2]["recent_trend"] = "increasing"
    return made


def other_rows() -> list[pd.Series]:
    """A count with a target, and a breakdown with one cell withheld."""
    day = pd.Timestamp(2018, 9, 30)
    period = {"period_start": day, "period_end": day, "period_label": "30 September 2018"}
    none = {"lower_ci_95": float("nan"), "upper_ci_95": float("nan"), "method": "none"}
    local = {"benchmark_area_code": "", "benchmark_value": float("nan"), "outcome": "not_compared"}
    local |= {"source_id": "local_tables", "age": ""} | period
    target = {"target_value": 160.0, "target_met": "not_met", "target_variance": 18.125}
    count = {"count": 189.0, "value": 189.0, "statistic": "count", "denominator": float("nan")}
    made = [row(indicator_id="plans", **(local | none | target | count))]
    shares = {"Fostering": (60.0, 60.0), "Residential <12": (25.0, 25.0), "Adoption": (None, None)}
    for name, (count_of, share) in shares.items():
        figures = {"count": count_of, "value": share, "denominator": 100.0 if share else None}
        limits = {"lower_ci_95": share - 5, "upper_ci_95": share + 5} if share else none
        note = {"value_note": "" if share else "suppressed (c): based on small numbers"}
        category = {"category_type": "placement_type", "category": name}
        made.append(row(indicator_id="placements", **(local | figures | limits | note | category)))
    return made


def care_comparisons() -> list[dict]:
    """The latest rate against England: higher, not judged."""
    latest = care_rows()[-2]
    return [
        latest[INDICATOR_KEY].to_dict()
        | {
            "benchmark_area_code": ENGLAND,
            "benchmark_value": 65.0,
            "side": "higher",
            "outcome": "higher",
            "comparison_method": "ci_overlap_95",
            "rank": float("nan"),
            "rank_of": float("nan"),
            "rank_tied": False,
        }
    ]


def tables() -> dict[str, pd.DataFrame]:
    """The three tables of an edition of made-up and printed figures."""
    rows = pd.DataFrame([*poverty_rows(), *care_rows(), *other_rows()])
    rows = rows.assign(outcome=rows["outcome"].fillna("not_compared"))
    differences = pd.DataFrame(
        [
            ["Variance from target: plans", BARNET, "-10.2%", "18.1%", "variance", "local_tables"],
            ["child_poverty, 2016", "", "4468805", "4468804", "a sum", "poverty_tables"],
        ],
        columns=DIFFERENCE_COLUMNS[:-1],
    ).assign(source_row="7")
    return {
        "indicators": rows[INDICATOR_COLUMNS].astype({"count": float, "denominator": float}),
        "comparisons": pd.DataFrame([*poverty_comparisons(), *care_comparisons()]),
        "differences": differences,
    }


def write_edition(folder: Path, made: dict[str, pd.DataFrame] | None = None) -> Path:
    """An edition folder that the reader accepts."""
    folder.mkdir(parents=True)
    beside = {"comparators": pd.DataFrame(columns=TABLES["comparators"], dtype=str)}
    for name, table in (beside | (made or tables())).items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    return folder


def test_the_sample_edition_keeps_the_contract_of_the_indicator_table():
    checked = check_indicator_table(tables()["indicators"])
    assert len(checked) == 8 + 24 + 4


def test_the_sample_areas_are_real():
    assert [area(code).name for code in (BARNET, LONDON)] == ["Barnet", "London"]
