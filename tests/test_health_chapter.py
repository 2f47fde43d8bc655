"""The health chapter: the tool's printed cells, a Fingertips profile of our own, and the page."""

import re

import pandas as pd
import pytest

from cyp_analysis import catalogue, loaders, periods
from cyp_analysis.loaders import CountTable
from tests.needs_sample import BARNET, ENGLAND, LEEDS, LONDON, chapter_of, count_rows, inputs_of

CHAPTER = "health"
INDICATORS = catalogue.load().indicators


def of(source: str, *parts: str) -> list[str]:
    """Indicators of the two health chapters that draw on a data set."""
    chapters = catalogue.load().chapters
    listed = [i for name in ("health", "mental_health") for i in chapters[name].indicators]
    drawn = [i for i in listed if INDICATORS[i].value and INDICATORS[i].value.source == source]
    return [i for i in drawn if not parts or i in parts]


FINGERTIPS, LAIT = of("ohid_fingertips"), of("dfe_lait")

# Indicator ID → a word of the publisher's name for it: confirmed in published code and pages.
CONFIRMED = {
    "92530": "stillbirth", "92196": "infant mortality", "90801": "child mortality",
    "20101": "low birth weight", "93085": "smoking", "93932": "first feed",
    "92517": "breastfeeding", "30309": "mmr", "93563": "dental decay",
    "20601": "reception", "20602": "year 6", "90319": "obesity in reception",
    "90323": "obesity in year 6", "90810": "asthma", "92622": "diabetes", "92623": "epilepsy",
    "90284": "injuries", "90285": "injuries", "20401": "conceptions", "90812": "mental health",
    "90813": "self-harm", "91871": "social, emotional", "92315": "emotional wellbeing",
}  # fmt: skip


@pytest.mark.parametrize("name", FINGERTIPS)
def test_a_fingertips_indicator_names_a_number_that_is_confirmed(name):
    indicator = INDICATORS[name]
    number = indicator.value.measure.removeprefix("fingertips_")
    assert CONFIRMED[number] in indicator.name.lower()
    assert f"Fingertips indicator {number}." in indicator.definition
    assert indicator.interval == "published" and indicator.benchmarks


def test_no_number_is_used_twice():
    numbers = [INDICATORS[name].value.measure for name in FINGERTIPS]
    assert len(set(numbers)) == len(numbers) == len(CONFIRMED)


# --- a download of the profile ------------------------------------------------------------------

HEADER = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,"
    "Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,"
    "Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,"
    "Compared to England value or percentiles,Compared to percentiles,Time period Sortable,"
    "New data,Compared to goal"
)
PLACES = {
    ENGLAND: ("England", "England", 50.0),
    LEEDS: ("Leeds", "Counties & UAs (from Apr 2023)", 60.0),
}


def profile_lines() -> list[str]:
    """A figure of every indicator for England (twice, as the publisher has it) and one place."""
    lines = []
    for name in FINGERTIPS:
        number = INDICATORS[name].value.measure.removeprefix("fingertips_")
        title, code = INDICATORS[name].name.replace(",", ""), LEEDS
        for code, (place, kind, value) in PLACES.items():
            for parent in ["", ENGLAND] if code == ENGLAND else [ENGLAND]:
                numbers = f"{value},{value - 4},{value + 4},{value - 6},{value + 6},600,10000"
                lines.append(
                    f"{number},{title},{parent},,{code},{place},{kind},Persons,Under age,,,"
                    f"2023/24,{numbers},,,,,20230000,,"
                )
    return lines


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    path = tmp_path_factory.mktemp("profile") / "child-health.data.csv"
    path.write_text("\n".join([HEADER, *profile_lines(), ""]), encoding="utf-8")
    table = loaders.read(path)
    assert table.source.id == "ohid_fingertips"
    return inputs_of(table)


@pytest.mark.parametrize("name", FINGERTIPS)
def test_an_authority_that_downloads_the_profile_gets_every_indicator(profile, name):
    rows = profile.indicators
    row = rows[rows["indicator_id"].eq(name) & rows["area_code"].eq(LEEDS)]
    assert len(row) == 1
    row = row.iloc[0]
    assert (row["value"], row["lower_ci_95"], row["upper_ci_95"]) == (60, 56, 64)
    assert row["method"] == "published" and row["count"] == 600
    good = {"low_is_good": "worse", "high_is_good": "better", "no_judgement": "higher"}
    assert row["outcome"] == good[INDICATORS[name].polarity]


@pytest.mark.parametrize("name", FINGERTIPS)
def test_its_sentence_is_whole(profile, name, tmp_path):
    chapter = (
        "health" if name in catalogue.load().chapters["health"].indicators else "mental_health"
    )
    text = chapter_of(profile, tmp_path, chapter).headline(name).text
    assert text.startswith("In 2023/24, ") and "Leeds" in text
    assert "significantly higher than England (50.0" in text
    assert not re.search(r"nan|None|  |\.\.|,,", text)


def test_the_profile_fills_the_five_clinical_areas(profile, tmp_path):
    text = chapter_of(profile, tmp_path, CHAPTER).clinical_areas().text
    for name in ("Asthma", "Diabetes", "Epilepsy", "Oral health", "Mental health"):
        assert re.search(rf"^{name} \| .*60\.0.*56\.0 to 64\.0", text, re.MULTILINE), name
    assert "▲ Higher, worse" in text


def test_a_clinical_area_without_a_figure_says_which_are_wanted(tmp_path):
    made = inputs_of(count_rows({"measure": "MH11", "count": 40}))
    text = chapter_of(made, tmp_path, CHAPTER).clinical_areas().text
    assert text.count("No figure for this area. Wanted: ") == 5
    assert "Wanted: Hospital admissions for asthma, under 19" in text


# --- the tool's own cells -----------------------------------------------------------------------

# What bds_long_0.parquet prints: indicator → measure, year as printed, Barnet, London, England.
TOOL = {
    "infant_mortality_lait": ("InfMort", "2023", 302),
    "low_birth_weight_lait": ("Low_Birth_Weight_Babies", "2024", 302),
    "under_18_conceptions_lait": ("Under18concep", "2022", 302),
    "excess_weight_reception_lait": ("ExcessRec", "2024/25 school year", 302),
    "excess_weight_year_6_lait": ("ExcessYr6", "2024/25 school year", 302),
    "development_review_asq": ("HCP_PHOF", "2023/24", 302),
    "mental_health_admissions_lait": ("CMH_0-17yrs", "2023/24", 302),
    "alcohol_admissions_lait": ("Hosp_Adm_Alc_<18yrs", "2021/22 to 2023/24", 302),
    "road_casualties_lait": ("RTA", "2020 to 2022", 302),
    "chlamydia_diagnoses_lait": ("Chlamydia_Diagnosis", "2024", 302),
    "breastfeeding_6_8_weeks_lait": ("6wksBreast", "2023/24", 302),
}


@pytest.fixture(scope="module")
def printed(real_data) -> pd.DataFrame:
    wanted = [measure for measure, _, _ in TOOL.values()]
    table = pd.read_parquet(
        real_data / "dfe-lait" / "bds_long_0.parquet", filters=[("Short Desc", "in", wanted)]
    )
    return table[table["LA and Regions"].isin(["Barnet", "London", "England"])]


@pytest.fixture(scope="module")
def tool(real_data):
    table = loaders.read(real_data / "dfe-lait" / "bds_long_0.parquet")
    measures = [INDICATORS[name].value.measure for name in LAIT]
    kept = table.rows[table.rows["measure"].isin(measures)]
    return inputs_of(CountTable(kept, table.source, table.path, table.problems))


@pytest.mark.parametrize("name", TOOL)
@pytest.mark.parametrize(
    "code, place", [(BARNET, "Barnet"), (LONDON, "London"), (ENGLAND, "England")]
)
def test_the_latest_figure_is_the_last_cell_of_the_tool(printed, tool, name, code, place):
    measure, label, _ = TOOL[name]
    cells = printed[printed["Short Desc"].eq(measure) & printed["LA and Regions"].eq(place)]
    rows = tool.indicators
    rows = rows[rows["indicator_id"].eq(name) & rows["area_code"].eq(code)]
    latest = rows.sort_values("period_end").iloc[-1]
    assert latest["period_label"] == label
    texts = pd.to_numeric(cells["Values"], errors="coerce")
    if pd.isna(latest["value"]):
        assert texts.isna().any()
        return
    assert (texts - latest["value"]).abs().min() < 1e-9
    assert latest["statistic"] == "published" and latest["method"] == "none"


@pytest.mark.parametrize("name", LAIT)
def test_every_measure_of_the_tool_arrives_for_england(tool, name):
    rows = tool.indicators
    assert (rows["indicator_id"].eq(name) & rows["area_code"].eq(ENGLAND)).any()


def test_a_year_without_measurement_stays_a_gap(tool, tmp_path):
    chapter = chapter_of(tool, tmp_path, CHAPTER, BARNET)
    text = chapter.trend("excess_weight_year_6_lait").text
    assert "2020/21 school year | [x] | [x] | [x] | [x]" in text


def test_without_an_interval_nothing_is_called_significant(tool, tmp_path):
    text = chapter_of(tool, tmp_path, CHAPTER, BARNET).headlines().text
    assert "significantly" not in text and "differences were not tested" in text


# --- what documents print -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, category, number",
    [
        ("local_reception_overweight", "", 12.7),
        ("local_reception_obesity", "", 10.6),
        ("local_year_6_overweight", "", 15.1),
        ("local_year_6_obesity", "", 17.5),
        ("local_healthy_schools", "Gold awards", 27),
        ("local_healthy_schools", "registered", 118),
        ("local_healthy_early_years", "First steps awards", 88),
        ("local_active_schools", "MGKM", 11),
        ("local_relationships_education_schools", "", 13),
        ("local_relationships_education_young_people", "", 2000),
    ],
)
def test_local_figures_are_those_printed(name, category, number, documents):
    rows = documents.indicators
    row = rows[rows["indicator_id"].eq(name) & rows["category"].eq(category)]
    assert row["value"].tolist() == [number]


@pytest.fixture(scope="module")
def documents():
    from cyp_analysis import paths

    names = ("barnet_children_young_people_plan_2013", "barnet_life_chances_action_plan_2021")
    files = [next((paths.data_dir() / "raw" / name).glob("*/figures.csv")) for name in names]
    return inputs_of(*(loaders.read(path) for path in files))


def test_levels_of_an_award_are_drawn(documents, tmp_path):
    block = chapter_of(documents, tmp_path, CHAPTER, BARNET).breakdown("local_healthy_schools")
    assert "Registered 118; Bronze awards 73; Silver awards 52; Gold awards 27" in block.text


@pytest.mark.parametrize("call", ["headlines", "table", "missing", "definitions", "sources"])
def test_no_block_fails_for_lack_of_data(call, tmp_path):
    made = inputs_of(count_rows({"measure": "MH11", "count": 40}))
    text = getattr(chapter_of(made, tmp_path, CHAPTER), call)().text
    assert "Traceback" not in text and text == text.strip()


def test_missing_names_the_download(tmp_path):
    made = inputs_of(count_rows({"measure": "MH11", "count": 40}))
    text = chapter_of(made, tmp_path, CHAPTER).missing().text
    assert "fingertips.phe.org.uk" in text and "lait_data_dictionary.csv" in text


# --- every sentence of these chapters -----------------------------------------------------------

MINE = [
    name
    for chapter in ("health", "mental_health")
    for name in catalogue.load().chapters[chapter].indicators
]


@pytest.mark.parametrize("name", sorted(set(MINE)))
def test_every_sentence_reads_after_its_period(name):
    indicator = INDICATORS[name]
    end = pd.Timestamp("2024-03-31")
    when = periods.when(pd.Timestamp("2023-04-01"), end, "2023/24")
    said = f"{when}, {indicator.sentence.format(area='Leeds', value='12')}."
    assert re.match(r"In 2023/24, [\w£]", said)
    assert not re.search(r"\s\s|\s[.,]|\b(\w+) \1\b", said), said
    assert indicator.sentence[0].islower() or indicator.sentence[0] in "{£"
    assert indicator.subject[0].islower() or indicator.subject[0].isdigit()
    for text in (indicator.definition, indicator.why_it_matters, *indicator.caveats):
        assert text[0].isupper() and text.rstrip().endswith(".")
