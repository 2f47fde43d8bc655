"""What the catalogue says: its words, references and sentences, read as plain YAML."""

from datetime import date
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "data" / "catalogue"
PERIODS = {
    *("at_31_march", "year_to_31_march", "mid_year", "as_published"),
    *("at_30_september", "year_to_30_september", "year_to_30_june"),
}
THEMES = {
    "mental_health",
    "child_poverty",
    "front_door",
    "child_protection",
    "children_in_care",
    "care_leavers",
    "early_help",
    "health",
    "population",
    "housing",
    "education",
    "send",
    "early_years",
    "youth_justice",
    "crime_and_safety",
    "workforce",
    "money",
    "engagement",
    "voice",
    "inequalities",
    "plan_delivery",
}
CHAPTER_IDS = [
    *("overview", "population", "child_poverty", "early_years", "education", "send", "health"),
    *("mental_health", "safeguarding", "children_in_care", "care_leavers", "youth_justice"),
    *("housing", "voice", "inequalities", "family_friendly_index", "plan_monitor"),
    *("service_performance", "methods_and_sources"),
]
WORDS = {
    "statistic": {"crude_rate", "proportion", "count", "mean", "published", "ratio"},
    "interval": {"poisson", "wilson", "published", "none"},
    "polarity": {"low_is_good", "high_is_good", "no_judgement"},
    "benchmark_method": {"ci_overlap_95", "none"},
    "disclosure": {"published", "local_small_numbers"},
}


def read(path: Path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


INDICATORS = {path.stem: read(path) for path in sorted((CATALOGUE / "indicators").glob("*.yml"))}
SOURCES = {path.stem: read(path) for path in sorted((CATALOGUE / "sources").glob("*.yml"))}
CHAPTERS = {
    chapter["id"]: chapter | read(CATALOGUE / "chapters" / f"{chapter['id']}.yml")
    for chapter in read(CATALOGUE / "chapters.yml")
}
MINE = {i: s for i, s in SOURCES.items() if i.startswith(("dfe_", "ohid_", "ons_"))}
EACH = pytest.mark.parametrize("name", INDICATORS)


def test_the_catalogue_has_at_least_sixty_indicators():
    assert len(INDICATORS) >= 60


@EACH
def test_indicator_uses_the_words_of_the_catalogue(name):
    indicator = INDICATORS[name]
    assert indicator["id"] == name
    assert {key: indicator[key] for key in WORDS if indicator[key] not in WORDS[key]} == {}
    assert indicator["tags"]["theme"] in THEMES
    assert set(indicator["benchmarks"]) <= {"england", "region"}
    assert (indicator["unit"] == "%") == (indicator["multiplier"] == 100)


@EACH
def test_indicator_file_is_short_and_awaits_or_has_a_second_check(name):
    lines = (CATALOGUE / "indicators" / f"{name}.yml").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 40
    assert INDICATORS[name]["checked_by"] != INDICATORS[name]["authored_by"] != ""
    assert date(2026, 1, 1) < INDICATORS[name]["date_reviewed"] < INDICATORS[name]["next_review"]


@EACH
def test_sentence_has_one_area_and_one_value_and_is_a_clause(name):
    sentence = INDICATORS[name]["sentence"]
    assert (sentence.count("{area}"), sentence.count("{value}")) == (1, 1)
    assert not sentence.endswith(".")
    assert "  " not in sentence
    assert "%" not in sentence, "the value brings its own percent sign"


@EACH
def test_every_measure_that_an_indicator_names_is_in_a_passport(name):
    for part in ("numerator", "denominator", "value"):
        named = INDICATORS[name].get(part) or {}
        if named.get("source", "own") in ("own", "implied"):
            continue
        passports = [s for i, s in SOURCES.items() if (s.get("dataset") or i) == named["source"]]
        assert passports, f"{named['source']} has no passport"
        measures = [s["measures"] for s in passports if s.get("measures")]
        behind = [f"{name}_" for m in measures for name, told in m.items() if told.get("days")]
        known = named["measure"].startswith(tuple(behind))
        # A data set of several layouts may have one that names its own measures, as in the build.
        known = known or any(not s.get("measures") for s in passports)
        assert known or any(named["measure"] in m for m in measures)


def test_chapters_are_those_agreed_and_name_indicators_that_exist():
    assert [(c["number"], i) for i, c in CHAPTERS.items()] == list(enumerate(CHAPTER_IDS, start=1))
    for chapter in CHAPTERS.values():
        listed = chapter.get("indicators", [])
        assert len(listed) == len(set(listed))
        assert set(chapter.get("lead", [])) <= set(listed) <= set(INDICATORS)


def test_every_indicator_belongs_to_a_chapter_on_its_subject():
    placed = {i for chapter in CHAPTER_IDS[1:-1] for i in CHAPTERS[chapter]["indicators"]}
    assert set(INDICATORS) - placed == set()


@pytest.mark.parametrize("name", MINE)
def test_passport_is_whole(name):
    source = MINE[name]
    for key in ("publisher", "title", "url", "licence", "citation", "get", "header"):
        assert source[key], key
    assert source["id"] == name
    by_indicator = source["reader"] == "dfe"
    for measure in source.get("measures", {}).values():
        assert measure.get("period", "" if by_indicator else "mid_year") in PERIODS
        if by_indicator:
            known = {*source["header"], *source.get("aliases", {}), *source.get("filters", {})}
            assert set(measure.get("where", {})) <= known


def test_passports_with_the_same_signature_expect_different_names():
    alike: dict[frozenset, list[list[str]]] = {}
    for source in MINE.values():
        alike.setdefault(frozenset(source["header"]), []).append(source.get("file_patterns", []))
    for names in (names for names in alike.values() if len(names) > 1):
        assert all(names)
        assert len(set(sum(names, []))) == sum(map(len, names))


def test_disclosure_rules_say_what_is_withheld_and_why():
    rules = {rule["id"]: rule for rule in read(CATALOGUE / "disclosure.yml")}
    # The rules of publishers are for tables that a council makes in their manner.
    publishers = {"nhs_hes", "nhs_central", "dfe_children_in_need", "dfe_children_looked_after"}
    others = {"local_small_areas", "ons", "fingertips_small_number_flag"}
    assert set(rules) == WORDS["disclosure"] | publishers | others
    assert "suppress_to" not in rules["published"]
    local = rules["local_small_numbers"]
    assert (local["suppress_from"], local["suppress_to"]) == (1, 4)
    assert all(rule["basis"] for rule in rules.values())


@pytest.mark.parametrize(
    ("name", "when", "value", "sentence"),
    [
        ("children_in_need_rate", "On 31 March 2024, ", "332.9",
         "On 31 March 2024, Leeds had 332.9 children in need per 10,000 under-18s"),
        ("children_in_need_starting_rate", "In 2023/24, ", "329.1",
         "In 2023/24, Leeds had 329.1 episodes of need starting per 10,000 under-18s"),
        ("primary_need_abuse_or_neglect", "On 31 March 2024, ", "58.1%",
         "On 31 March 2024, 58.1% of children in need in Leeds had abuse or neglect as their "
         "primary need"),
        ("factor_domestic_abuse_parent", "In 2024/25, ", "31.7%",
         "In 2024/25, 31.7% of assessments in Leeds with factors recorded identified domestic "
         "abuse of a parent"),
        ("re_referrals_share", "In 2023/24, ", "22.4%",
         "In 2023/24, 22.4% of referrals in Leeds came within 12 months of an earlier referral"),
        ("child_protection_plans_two_years_share", "On 31 March 2025, ", "2.3%",
         "On 31 March 2025, 2.3% of child protection plans in Leeds had lasted two years or more"),
        ("same_carer_two_years_share", "On 31 March 2025, ", "68.5%",
         "On 31 March 2025, 68.5% of under-16s in Leeds looked after for two and a half years had "
         "lived with the same carer for two years"),
        ("care_leavers_suitable_accommodation_19_21", "In 2024/25, ", "88.5%",
         "In 2024/25, 88.5% of care leavers aged 19 to 21 in Leeds were in accommodation "
         "considered suitable"),
        ("population_0_17", "In mid-2024, ", "12,183",
         "In mid-2024, Leeds had 12,183 children aged under 18"),
    ],
)  # fmt: skip
def test_sentences_read_naturally(name, when, value, sentence):
    assert when + INDICATORS[name]["sentence"].format(area="Leeds", value=value) == sentence
