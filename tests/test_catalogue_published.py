"""The mappings of the catalogue, held against figures that the publishers printed.

Read from the publishers' own files with plain pandas, by the columns that the passports name.
The files are kept outside the project; without them these tests are skipped.
"""

from pathlib import Path

import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "data" / "catalogue"
SOURCES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in (CATALOGUE / "sources").glob("*.yml")
}
REAL = ROOT / ".." / "shared" / "real-data"
EES = REAL / "dfe-explore-education-statistics"
POPULATION = REAL / "ons-population" / "ons_mid-year_population_estimates_2012_to_2024.csv"
MYE = REAL / "ons-population" / "mye23tablesew.xlsx"
LAIT = REAL / "dfe-lait"


def outside(path: Path) -> Path:
    """The path, or a skipped test where it is absent."""
    if not path.exists():
        pytest.skip(f"{path.name} is kept outside the project, in ../shared/real-data")
    return path


def table(path: Path) -> pd.DataFrame:
    """A published file as text, with the area code of its row's level."""
    raw = pd.read_csv(outside(path), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    code = raw["new_la_code"].where(raw["geographic_level"] == "Local authority")
    code = code.fillna(raw["region_code"].where(raw["geographic_level"] == "Regional"))
    return raw.assign(area=code.fillna("E92000001"), year=raw["time_period"].astype(int))


def keyed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by area and year, one each."""
    by_area_year = rows.set_index(["area", "year"])
    assert by_area_year.index.is_unique
    return by_area_year


def number(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text, errors="coerce")


def spec(source: str, measure: str, raw: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    """Rows of a measure, and its columns, as its passport says."""
    asked = SOURCES[source]["measures"][measure]
    for column, words in asked.get("where", {}).items():
        raw = raw[raw[column].isin([words] if isinstance(words, str) else words)]
    return keyed(raw), asked


def rate(raw: pd.DataFrame, source: str, measure: str) -> pd.Series:
    """Count per 10,000 of the population of the year before, as the indicators say."""
    rows, asked = spec(source, measure, raw)
    people = keyed(table(POPULATION).assign(year=lambda all_rows: all_rows["year"] + 1))
    people = number(people["population_estimate"]).reindex(rows.index)
    return (number(rows[asked["count"]]) / people * 10_000).dropna()


def share(raw: pd.DataFrame, source: str, measure: str, whole: str = "") -> pd.Series:
    """Count as a percentage of its own denominator, or of another measure of the file."""
    rows, asked = spec(source, measure, raw)
    if whole:
        others, of = spec(source, whole, raw)
        return (number(rows[asked["count"]]) / number(others[of["count"]]) * 100).dropna()
    return (number(rows[asked["count"]]) / number(rows[asked["denominator"]]) * 100).dropna()


def lait(short_name: str) -> pd.Series:
    """Values of the Department's local authority tool, by area and year."""
    everything = pd.read_parquet(outside(LAIT / "bds_long_0.parquet"))
    rows = everything[everything["Short Desc"] == short_name]
    known = table(POPULATION).query("geographic_level == 'Local authority'")
    codes = known.drop_duplicates("old_la_code").set_index("old_la_code")["area"]
    area = number(rows["LA Number"]).astype("Int64").astype("str").map(codes)
    area = area.mask(rows["LA and Regions"] == "England", "E92000001")
    year = rows["Years"].astype(str).str[:4].astype(int)
    values = number(rows["Values"]).set_axis(pd.MultiIndex.from_arrays([area, year]))
    return values[values.index.get_level_values(0).notna()].dropna()


def assert_as_printed(ours: pd.Series, printed: pd.Series, decimals: int, at_least: int):
    """Equal once rounded; a value exactly between two may have been rounded either way."""
    both = pd.concat({"ours": ours, "printed": printed}, axis=1, join="inner").dropna()
    assert len(both) >= at_least
    apart = (both["ours"] - both["printed"]).abs()
    assert both[apart > 0.5 * 10**-decimals + 1e-9].to_dict("index") == {}


def authorities(values: pd.Series) -> pd.Series:
    """Authorities only: counts of regions and England are rounded to ten by the publisher."""
    return values[values.index.get_level_values(0).str[:3].isin(["E06", "E08", "E09", "E10"])]


B1 = ("b1_children_in_need_2013_to_2025.csv", "dfe_children_in_need")
D1 = ("d1_child_protection_plans_2013_to_2024.csv", "dfe_child_protection_plans")
D5 = ("d5_cpps_at31march_by_duration_2013_to_2025.csv", "dfe_child_protection_duration")
CLA = ("cla_number_and_rate_per_10k_children.csv", "dfe_children_looked_after")
STABILITY = ("la_cla_placement_stability.csv", "dfe_placement_stability")
C3 = "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv"
LEAVERS = ("la_care_leavers_accommodation_suitability.csv", "dfe_care_leavers_accommodation")


@pytest.mark.parametrize(
    ("file", "measure", "area", "year", "printed"),
    [
        (B1, "children_in_need_at_31_march", "E92000001", 2024, 331.2),
        (B1, "children_in_need_at_31_march", "E92000001", 2025, 330.3),
        (B1, "children_in_need_at_31_march", "E09000003", 2024, 244.7),
        (B1, "children_in_need_at_31_march", "E09000003", 2025, 210.8),
        (D1, "child_protection_plans_at_31_march", "E92000001", 2024, 41.4),
        (D1, "child_protection_plans_at_31_march", "E09000003", 2024, 27.2),
        (D1, "child_protection_plans_starting", "E92000001", 2024, 51.5),
        (D1, "child_protection_plans_starting", "E09000003", 2024, 28.6),
    ],
)
def test_rates_are_those_the_publisher_prints_today(file, measure, area, year, printed):
    """Printed in the local authority tool of 2025, on the populations of the same year."""
    assert round(rate(table(EES / file[0]), file[1], measure)[(area, year)], 1) == printed


@pytest.mark.parametrize(
    ("file", "measure", "short_name"),
    [
        (B1, "children_in_need_at_31_march", "CIN"),
        (D1, "child_protection_plans_at_31_march", "CPP_rate"),
        (D1, "child_protection_plans_starting", "CPP_Abuse_Rate"),
    ],
)
def test_rates_of_all_authorities_are_those_of_the_authority_tool(file, measure, short_name):
    ours = rate(table(EES / file[0]), file[1], measure)
    assert_as_printed(ours, lait(short_name), 1, 1_100)


def test_rates_of_the_older_edition_come_from_the_population_of_that_time():
    """England 2024: 332.9 children in need and 41.6 plans, on mid-2023 as first published."""
    sheet = pd.read_excel(outside(MYE), sheet_name="MYE2 - Persons", header=7, engine="calamine")
    by_code = sheet.set_index("Code").rename(columns=str)
    people = by_code.loc["E92000001", [str(age) for age in range(18)]].sum()
    assert people == 11_998_646
    assert round(399_460 / people * 10_000, 1) == 332.9
    row = table(EES / D1[0]).query("area == 'E92000001' and year == 2024").iloc[0]
    assert (row["CPP_At31"], row["CPP_At31_rate"]) == ("49900", "41.6")
    assert round(49_900 / people * 10_000, 1) == 41.6


@pytest.mark.parametrize("measure", SOURCES["dfe_child_protection_plans"]["measures"])
def test_printed_plan_rates_of_years_with_unrevised_populations_are_reproduced(measure):
    raw = table(EES / D1[0]).query("year <= 2022")
    rows, asked = spec(D1[1], measure, raw)
    assert_as_printed(rate(raw, D1[1], measure), number(rows[asked["value"]]), 1, 1_500)


@pytest.mark.parametrize("measure", SOURCES["dfe_children_looked_after"]["measures"])
def test_printed_looked_after_rates_are_reproduced(measure):
    raw = table(EES / CLA[0])
    rows, asked = spec(CLA[1], measure, raw)
    ours = share(raw, CLA[1], measure) * 100
    assert_as_printed(authorities(ours), number(rows[asked["value"]]), 0, 700)


def test_looked_after_rates_at_31_march_2025():
    ours = share(table(EES / CLA[0]), CLA[1], "looked_after_at_31_march") * 100
    assert round(ours["E92000001", 2025]) == 67
    assert round(ours["E09000003", 2025]) == 37


@pytest.mark.parametrize(
    ("file", "measure", "whole"),
    [
        (STABILITY, "three_or_more_placements_in_year", "looked_after_at_end_of_year"),
        (STABILITY, "three_or_more_placements_in_two_years", "looked_after_two_years"),
        (STABILITY, "same_carer_two_years", "looked_after_two_and_a_half_years"),
        (LEAVERS, "suitable_accommodation_17_18", "care_leavers_17_18"),
        (LEAVERS, "suitable_accommodation_19_21", "care_leavers_19_21"),
    ],
)
def test_printed_shares_of_children_in_care_are_reproduced(file, measure, whole):
    raw = table(EES / file[0])
    rows, asked = spec(file[1], measure, raw)
    ours = share(raw, file[1], measure, whole)
    assert_as_printed(authorities(ours), number(rows[asked["value"]]), 0, 650)


@pytest.mark.parametrize("measure", SOURCES["dfe_child_protection_duration"]["measures"])
def test_printed_shares_of_plans_by_duration_are_reproduced(measure):
    raw = table(EES / D5[0])
    rows, asked = spec(D5[1], measure, raw)
    ours = share(raw, D5[1], measure)
    assert_as_printed(authorities(ours), number(rows[asked["value"]]), 1, 900)


@pytest.mark.parametrize(
    ("name", "short_name"),
    [
        ("children_in_need_rate", "CIN"),
        ("child_protection_plans_rate", "CPP_rate"),
        ("children_looked_after_rate", "LAC"),
        ("referrals_rate", "CPP_Total_Rateper10,000"),
        ("re_referrals_share", "ReReferral"),
        ("section_47_rate", "Section_47"),
        ("initial_child_protection_conferences_rate", "ISCP_Conf"),
        ("subsequent_child_protection_plans_share", "PrevRegCPR"),
        ("child_protection_plans_two_years_share", "CPPlans2yrsActive"),
        ("three_or_more_placements_share", "LACStable_2016on"),
        ("same_carer_two_years_share", "LAC_LongStable%"),
        ("care_leavers_suitable_accommodation_19_21", "CareLeaverAcc"),
        ("children_in_low_income_families_fingertips", "ChildPov"),
    ],
)
def test_polarity_is_that_of_the_local_authority_tool(name, short_name):
    known = pd.read_csv(outside(LAIT / "lait_data_dictionary.csv"), dtype=str)
    theirs = known.set_index("Measure_short").at[short_name, "Polarity"]
    words = {"-": "no_judgement", "Low": "low_is_good", "High": "high_is_good"}
    path = CATALOGUE / "indicators" / f"{name}.yml"
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["polarity"] == words[theirs]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        *((EES / file, source) for file, source in (B1, D1, D5, CLA, STABILITY, LEAVERS)),
        (EES / "b3_cin_primary_need_2013_to_2024.csv", "dfe_children_in_need_primary_need"),
        (EES / C3, "dfe_assessment_factors"),
        (POPULATION, "ons_population_0_17"),
        (REAL / "ohid-fingertips" / "la_hospital_admissions_2324.csv", "ohid_fingertips"),
        (REAL / "ohid-fingertips" / "indicators-CountyUApre419.data.csv", "ohid_fingertips"),
        (EES / "ks4_la.csv", "dfe_social_care_ks4"),
    ],
)
def test_a_file_fits_its_own_passport_and_no_other(file, source):
    columns = set(pd.read_csv(outside(file), nrows=0, encoding="utf-8-sig").columns)
    specific = {i: passport for i, passport in SOURCES.items() if not passport.get("general")}
    assert [i for i, passport in specific.items() if signature_in(columns, passport)] == [source]


def signature_in(columns: set[str], source: dict) -> bool:
    """Every signature column is there, under its own name or an alias."""
    others = source.get("aliases") or {}
    return all({name, *others.get(name, [])} & columns for name in source["header"])
