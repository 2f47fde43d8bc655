"""Each figure of the chapters on learning against the cell that the publisher printed."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from cyp_analysis import catalogue, loaders
from cyp_analysis.build import disclosure, indicators

ROOT = Path(__file__).parents[1]
BARNET, ENGLAND = "E09000003", "E92000001"
KNOWN = catalogue.load()
THEMES = ("education", "send", "early_years")
MINE = {i.id: i for i in KNOWN.indicators.values() if i.theme in THEMES}


def first_part(indicator):
    return indicator.value or indicator.numerator


def of_source(*sources: str) -> list[str]:
    return [i for i, one in MINE.items() if first_part(one).source in sources]


TOOL = of_source("dfe_lait")
LOCAL = of_source("local_plan_figures", "local_service_figures")
EES = "dfe-explore-education-statistics"
FILES = [
    *(f"{EES}/{name}.csv" for name in ("1_eyfsp_headline_measures_2022", "EES_ytd_data")),
    *(f"{EES}/{name}.csv" for name in ("sen_needs_all_plans", "timeliness_20_week")),
    *(f"{EES}/UD_NEETNK_LA_dashboard_{year}.csv" for year in (2022, 2025)),
    f"{EES}/spc_school_ap_placement.csv",
]


def built(paths: list[Path], ids: list[str]) -> pd.DataFrame:
    some = replace(KNOWN, indicators={i: KNOWN.indicators[i] for i in ids})
    rows = [loaders.read(path).rows for path in paths]
    return disclosure.suppress(indicators.build_indicators(rows, some), some)


@pytest.fixture(scope="module")
def tool_rows(real_data) -> pd.DataFrame:
    return built([real_data / "dfe-lait" / "bds_long_0.parquet"], TOOL)


@pytest.fixture(scope="module")
def file_rows(real_data) -> pd.DataFrame:
    ids = [i for i in MINE if i not in TOOL and i not in LOCAL]
    return built([real_data / name for name in FILES], ids)


@pytest.fixture(scope="module")
def printed_rows() -> pd.DataFrame:
    return built(sorted((ROOT / "data" / "raw").glob("*/*/figures.csv")), LOCAL)


@pytest.fixture(scope="module")
def tool_cells(real_data) -> pd.DataFrame:
    """The tool's own table, read without the project: short name in our spelling."""
    raw = pd.read_parquet(real_data / "dfe-lait" / "bds_long_0.parquet")
    short = raw["Short Desc"].str.lower().str.replace("%", " pct ").str.replace("&", " and ")
    short = short.str.replace(r"[^a-z0-9]+", "_", regex=True).str.strip("_")
    return raw.assign(short="lait_" + short)


def numbers(texts: pd.Series) -> list[float]:
    return sorted(pd.to_numeric(texts, errors="coerce").dropna().round(6))


@pytest.mark.parametrize("name", TOOL)
@pytest.mark.parametrize(("area", "called"), [(BARNET, ["Barnet"]), (ENGLAND, ["England"])])
def test_every_figure_of_the_tool_is_the_cell_printed(tool_rows, tool_cells, name, area, called):
    measure = first_part(MINE[name]).measure
    cells = tool_cells[tool_cells["short"] == measure]
    cells = cells[cells["LA and Regions"].isin(called)]
    own = tool_rows[(tool_rows["indicator_id"] == name) & (tool_rows["area_code"] == area)]
    assert len(numbers(own["value"])) >= 1
    assert numbers(own["value"]) == numbers(cells["Values"])


@pytest.mark.parametrize(
    ("name", "end", "label", "barnet", "england"),
    [
        ("attainment_8", "2025-08-31", "2024/25 school year", 56.7, 46.0),
        ("progress_8", "2024-08-31", "2023/24 school year", 0.61, -0.03),
        ("ks2_rwm_expected", "2025-08-31", "2024/25 school year", 72, 63),
        ("phonics_expected_standard", "2025-08-31", "2024/25 school year", 83, 80),
        ("good_level_of_development", "2025-08-31", "2024/25 school year", 71.3, 68.3),
        ("absence_persistent", "2025-08-31", "2024/25 school year", 15.6, 18.14),
        ("neet_16_17", "2025-03-31", "2024/25", 0.6, 3.4),
        ("free_school_meals_primary", "2025-01-31", "January 2025", 20.9, 24.7),
        ("first_language_other_primary", "2025-01-31", "January 2025", 55.3, 23.4),
        ("first_language_other_secondary", "2025-01-31", "January 2025", 41.1, 19.2),
        ("ehc_plan_share", "2025-08-31", "2024/25 school year", 5.1, 5.3),
        ("sen_support_share", "2025-08-31", "2024/25 school year", 11.7, 14.2),
        ("ehc_plans_in_20_weeks", "2024-12-31", "2024", 100, 46.4),
        ("ehc_plans_total", "2025-01-31", "January 2025", 4320, 638745),
        ("early_education_two_year_olds", "2025-08-31", "2024/25 school year", 51.4, 65.2),
    ],
)
def test_latest_figures_stand_at_their_period(tool_rows, name, end, label, barnet, england):
    rows = tool_rows[tool_rows["indicator_id"] == name].dropna(subset=["value"])
    for area, value in ((BARNET, barnet), (ENGLAND, england)):
        last = rows[rows["area_code"] == area].sort_values("period_end").iloc[-1]
        assert (f"{last['period_end']:%Y-%m-%d}", last["period_label"]) == (end, label)
        assert last["value"] == pytest.approx(value, abs=0.005)


def test_the_tool_says_which_direction_is_good(real_data):
    """Polarity is the publisher's own, but where it names none or counts people."""
    table = pd.read_csv(real_data / "dfe-lait" / "lait_data_dictionary.csv", dtype=str)
    said = table.drop_duplicates("Measure_short").set_index("Measure_short")["Polarity"]
    ours = {"High": "high_is_good", "Low": "low_is_good"}
    short = {re.sub(r"[^a-z0-9]+", "_", _plain(s)).strip("_"): said[s] for s in said.index}
    for name in TOOL:
        word = short[first_part(MINE[name]).measure.removeprefix("lait_")]
        expected = ours.get(word, "no_judgement")
        assert MINE[name].polarity == expected, name


def _plain(text: str) -> str:
    return text.lower().replace("%", " pct ").replace("&", " and ")


def cells(path: Path, **where: str) -> dict[str, str]:
    """The one row of a publisher's file that has these cells."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = [r for r in csv.DictReader(file) if all(r[k] == v for k, v in where.items())]
    assert len(found) == 1, (path.name, where, len(found))
    return found[0]


NEEDS = {
    "autism": "asd",
    "speech_language": "slcn",
    "social_emotional": "semh",
    "moderate_learning": "mld",
    "specific_learning": "spld",
    "severe_learning": "sld",
    "profound_multiple": "pmld",
    "physical": "pd",
    "hearing": "hi",
    "visual": "vi",
    "multi_sensory": "msi",
    "other": "oth",
}
PLACES = [
    (BARNET, {"new_la_code": BARNET, "geographic_level": "Local authority"}),
    (ENGLAND, {"geographic_level": "National"}),
]


def one(rows: pd.DataFrame, name: str, area: str, label: str) -> pd.Series:
    same = (rows["indicator_id"] == name) & (rows["area_code"] == area)
    found = rows[same & (rows["period_label"] == label) & (rows["sex"] == "persons")]
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize(("area", "where"), PLACES)
def test_primary_needs(file_rows, real_data, need, area, where):
    raw = cells(
        real_data / EES / "sen_needs_all_plans.csv", breakdown_topic="All EHC plans", **where
    )
    found = one(file_rows, f"ehc_need_{need}", area, "2024/25 school year")
    column = NEEDS[need]
    assert found["count"] == float(raw[f"number_{column}"])
    assert found["denominator"] == float(raw["ehc_plans"])
    assert found["value"] == pytest.approx(float(raw[f"{column}_pc"]), abs=0.051)
    assert found["lower_ci_95"] < found["value"] < found["upper_ci_95"]


@pytest.mark.parametrize("year", ["2019", "2022", "2024"])
@pytest.mark.parametrize(("area", "where"), PLACES)
@pytest.mark.parametrize(
    ("name", "count", "base", "share"),
    [
        ("ehc_plans_in_20_weeks_counted", "plans_issued_20_weeks_ex", "plans_issued_den_ex",
         "PC_plans_issued_20_weeks_ex"),
        ("ehc_plans_in_20_weeks_all", "plans_issued_within_20_weeks", "plans_issued_den",
         "pc_plans_issued_within_20_weeks"),
    ],
)  # fmt: skip
def test_plans_in_time(file_rows, real_data, year, area, where, name, count, base, share):
    path = real_data / EES / "timeliness_20_week.csv"
    raw = cells(path, time_period=year, breakdown_topic="All EHC plans issued", **where)
    found = one(file_rows, name, area, year)
    assert (found["count"], found["denominator"]) == (float(raw[count]), float(raw[base]))
    assert found["value"] == pytest.approx(float(raw[share]), abs=0.051)


@pytest.mark.parametrize(("area", "where"), PLACES)
def test_good_level_of_development_from_counts(file_rows, real_data, area, where):
    path = real_data / EES / "1_eyfsp_headline_measures_2022.csv"
    raw = cells(path, characteristic="Total", gender="Total", **where)
    found = one(file_rows, "good_level_of_development_counted", area, "2021/22 school year")
    assert found["value"] == pytest.approx(float(raw["gld_percentage"]), abs=0.051)
    assert found["count"] == float(raw["gld_number"])
    groups = file_rows.query("indicator_id == 'good_level_of_development_by_group'")
    assert groups["category"].str.startswith("Free school meal eligibility").any()


@pytest.mark.parametrize("year", ["2022", "2025"])
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("neet_or_not_known_ehc_plan", "NEET_NK_EHCP_percent"),
        ("neet_or_not_known_sen_support", "NEET_NK_SENDsupport_percent"),
        ("neet_or_not_known_no_sen", "NEET_NK_noSEN_percent"),
        ("neet_or_not_known_vulnerable", "VG_NEET_NK_percentage"),
    ],
)
@pytest.mark.parametrize(("area", "where"), PLACES)
def test_not_in_education_by_need(file_rows, real_data, year, name, column, area, where):
    path = real_data / EES / f"UD_NEETNK_LA_dashboard_{year}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if all(r[k] == v for k, v in where.items())]
    printed = {r[column] for r in rows}
    found = one(file_rows, name, area, year)["value"]
    assert any(found == pytest.approx(float(text), abs=1e-6) for text in printed)


@pytest.mark.parametrize(("area", "where"), PLACES)
def test_attendance_of_the_year(file_rows, real_data, area, where):
    path = real_data / EES / "EES_ytd_data.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if all(r[k] == v for k, v in where.items())]
    label = "2025/26 school year"
    for name, column in (
        ("attendance_this_year", "attendance_perc"),
        ("persistent_absence_this_year", "pa_perc"),
        ("pupils_enrolled", "total_enrolments"),
    ):
        found = one(file_rows, name, area, label)["value"]
        printed = [
            float(r[column])
            for r in rows
            if r.get("education_phase", "") in ("Total", "All schools", "")
        ]
        assert any(found == pytest.approx(value) for value in printed), name


# ---- bundled documents


def transcribed(measure: str, category_type: str, category: str) -> pd.DataFrame:
    """The transcribed lines of one measure, read without the project."""
    tables = [
        pd.read_csv(path, dtype=str, keep_default_na=False).assign(file=str(path.parents[1].name))
        for path in sorted((ROOT / "data" / "raw").glob("*/*/figures.csv"))
    ]
    table = pd.concat(tables, ignore_index=True)
    same = (table["measure"] == measure) & (table["category_type"] == category_type)
    return table[same & ((table["category"] == category) if category else True)]


@pytest.mark.parametrize("name", LOCAL)
def test_every_local_figure_is_the_one_transcribed(printed_rows, name):
    part = first_part(MINE[name])
    lines = transcribed(part.measure, part.category_type, part.category)
    datasets = {s.id: s.dataset for s in KNOWN.sources.values()}
    lines = lines[[datasets[f] == part.source for f in lines["file"]]]
    column = "count" if MINE[name].statistic == "count" else "value"
    own = printed_rows[(printed_rows["indicator_id"] == name)]
    kept = lines[lines["area_code"].isin(own["area_code"].unique())]
    wanted = numbers(kept[column])
    if MINE[name].disclosure == "local_small_numbers" and column == "count":
        wanted = [number for number in wanted if not 0 < number < 5]
    assert set(numbers(own["value"])) == set(wanted)
    assert wanted


def test_a_snapshot_of_special_needs_as_printed(printed_rows):
    """8,637 pupils, 13.6%; 1.8% of residents with a plan; 33% for autism."""
    values = printed_rows.set_index("indicator_id")["value"]
    assert values["local_send_pupils_share"] == 13.6
    assert values["local_send_plan_share"] == 1.8
    assert values["local_send_autism_share"] == 33
    rows = printed_rows[printed_rows["indicator_id"] == "local_send_pupils_share"]
    assert rows["count"].tolist() == [8637]


def test_small_counts_of_outcomes_are_withheld(printed_rows):
    """Two care leavers in apprenticeships: a number from 1 to 4 of a local report is not shown."""
    rows = printed_rows[printed_rows["indicator_id"] == "local_care_leaver_employment_programme"]
    hidden = rows[rows["category"] == "secured apprenticeships"]
    assert hidden["value"].isna().all()
    assert len(hidden) == 1


@pytest.mark.parametrize("name", MINE)
def test_indicator_reads_as_a_sentence(name):
    one = MINE[name]
    said = one.sentence.format(area="Leeds", value="12")
    assert not re.search(r"  |\{|\}| ,|\bNone\b", said)
    assert one.definition.endswith(".")
    assert one.why_it_matters.endswith(".")
    assert all(caveat.endswith((".", "”.")) for caveat in one.caveats)
    assert one.inventory if hasattr(one, "inventory") else True
    assert json.dumps(one.subject)[1] == one.subject[0]


def test_inventory_ids_of_the_theme_are_covered_or_explained():
    """Every id of the theme Education & Skills, and of special educational needs, has an
    indicator or a reason."""
    covered = {str(t) for i in KNOWN.indicators.values() for t in i.tags.get("inventory", [])}
    reasons = ROOT / "data" / "catalogue" / "not_computed" / "G.csv"
    table = pd.read_csv(reasons, dtype=str)
    assert table["reason"].str.endswith(".").all()
    told = set(table["inventory"])
    assert told & covered == set()
    wanted = {f"EDU{n:02d}" for n in range(1, 35)} | {f"EMP{n:02d}" for n in range(1, 11)}
    wanted |= {f"SEND{n:02d}" for n in range(1, 12)} | {f"EY{n:02d}" for n in range(1, 7)}
    wanted |= {f"LIB{n:02d}" for n in range(1, 5)} | {"CIC22", "CIC23", "CIC24", "CIC25"}
    wanted |= {"CL02", "CL03", "CL07", "CL10"}
    assert wanted - covered - told == set()
