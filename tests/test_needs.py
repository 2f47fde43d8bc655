"""Need that is expected, seen and provided for: against survey reports and by hand."""

import pandas as pd
import pytest
from pydantic import ValidationError

from cyp_analysis import catalogue, loaders, paths
from cyp_analysis.build import needs, needs_ledger, needs_models, needs_provision, needs_waits
from cyp_analysis.edition_reader import Edition
from cyp_analysis.errors import CatalogueError, ChapterError
from cyp_analysis.loaders import transcribed
from cyp_analysis.present.needs import parts, prevalence, unmet
from cyp_analysis.present.needs.capacity import bed_notes, total_sentence
from cyp_analysis.present.needs.chart_stack import SEGMENTS, stack_chart
from cyp_analysis.present.needs.waits import of_place
from tests.needs_sample import (
    BARNET,
    LEEDS,
    area_rows,
    chapter_of,
    count_rows,
    inputs_of,
    people,
    unescaped,
)

MODELS = {model.id: model for model in needs_models.load_models()}
CAMHS = {"measure": "MH_SEEN", "period_label": "2023/24"}
OTHER = {"measure": "MH11", "count": 50}


@pytest.fixture(scope="module")
def leeds():
    return inputs_of(people(), count_rows(CAMHS | {"count": 2000}))


def prevalence_of(inputs, model, split, **more):
    rows = area_rows(inputs.tables["prevalence"], more.get("area", LEEDS))
    return rows[(rows["model_id"] == model) & (rows["split"] == split)]


# --- the models -------------------------------------------------------------------------------


def test_models_are_in_order_newest_survey_first():
    years = [model.year for model in needs_models.load_models() if model.strata]
    assert years == sorted(years, reverse=True) == [2023, 2017, 2004]


# The reports' own totals: NHS England 2023 (8 to 16: 20.3%), NHS Digital 2017 (5 to 19: 12.8%).
@pytest.mark.parametrize(
    "model, ages, printed",
    [("mhcyp_2023", (8, 16), 20.3), ("mhcyp_2017", (5, 19), 12.8), ("ons_2004", (5, 16), 9.6)],
)
def test_strata_average_to_the_total_that_the_report_prints(model, ages, printed):
    strata = next(iter(MODELS[model].strata.values()))
    years = [
        s.prevalence
        for s in strata
        for age in range(s.ages[0], s.ages[1] + 1)
        if ages[0] <= age <= ages[1]
    ]
    assert sum(years) / len(years) == pytest.approx(printed, abs=0.5)


@pytest.mark.parametrize("model", ["mhcyp_2023", "mhcyp_2017"])
def test_both_divisions_of_a_survey_agree_by_age(model):
    by_age = {s.ages: s.prevalence for s in MODELS[model].strata["age"]}
    by_sex = MODELS[model].strata["age_and_sex"]
    for ages, rate in by_age.items():
        sexes = [s.prevalence for s in by_sex if s.ages == ages]
        assert len(sexes) == 2
        assert min(sexes) <= rate <= max(sexes)
        assert sum(sexes) / 2 == pytest.approx(rate, abs=0.4)


def test_bases_of_2017_with_the_under_fives_are_all_who_were_surveyed():
    assert sum(s.base for s in MODELS["mhcyp_2017"].strata["age"]) + 1463 == 9117


def test_the_survey_of_2004_has_the_rates_that_a_bundled_document_prints():
    path = next(
        (paths.data_dir() / "raw" / "barnet_health_wellbeing_board_2019_01").glob("*/f*s.csv")
    )
    figures = pd.read_csv(path, dtype="str")
    printed = figures[figures["measure"] == "MH09"].set_index("sex")["value"].astype(float)
    ours = {s.sex: s.prevalence for s in MODELS["ons_2004"].strata["sex"]}
    assert ours == {"male": printed["male"], "female": printed["female"]}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_model_names_indicators_that_exist_and_says_what_a_reader_must_know(model):
    known = catalogue.load().indicators
    assert {*model.seen, *filter(None, [model.expected])} <= set(known)
    assert model.survey and model.publisher and model.instrument and model.caveats
    assert all(text.endswith(".") for text in (*model.caveats, model.instrument, model.base_words))


GOOD = {
    "id": "x", "order": 1, "name": "a condition", "survey": "S", "publisher": "P",
    "published": "2020-01-01", "year": 2020, "place": "England", "instrument": "I.",
    "base_words": "B.",
}  # fmt: skip


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({}, "a model has `strata`"),
        ({"expected": "i"}, "`who` must say"),
        ({"expected": "i", "who": "all", "strata": {"a": []}, "odd": 1}, "odd"),
        ({"strata": {"a": [{"sex": "male", "ages": [5, 4], "prevalence": 1}]}}, "`ages` must"),
        ({"strata": {"a": [{"sex": "male", "ages": [5, 9], "prevalence": 101}]}}, "between 0"),
        ({"strata": {"a": [{"sex": "boys", "ages": [5, 9], "prevalence": 1}]}}, "sex"),
    ],
)
def test_a_model_that_is_wrong_is_refused(wrong, said):
    with pytest.raises(ValidationError, match=said):
        needs_models.Model(**GOOD | wrong)


# --- prevalence x population ------------------------------------------------------------------


def test_number_expected_is_prevalence_times_children_by_hand(leeds):
    rows = prevalence_of(leeds, "mhcyp_2023", "age_and_sex").set_index(["sex", "age_from"])
    assert rows.loc[("male", 8), "population"] == 3000
    assert rows.loc[("male", 8), "value"] == pytest.approx(3000 * 0.177)
    assert rows.loc[("female", 17), "value"] == pytest.approx(3000 * 0.316)
    total = rows.reset_index()[lambda each: each["is_total"].to_numpy()].iloc[0]
    by_hand = 3000 * (0.177 + 0.136 + 0.154 + 0.316) + 6000 * (0.223 + 0.229)
    assert total["value"] == pytest.approx(by_hand)
    assert total["population"] == 24_000
    assert total["prevalence"] == pytest.approx(100 * by_hand / 24_000)
    assert (total["age_from"], total["age_to"]) == (8, 19)


def test_limits_come_from_the_base_and_are_carried_to_the_sum(leeds):
    rows = prevalence_of(leeds, "mhcyp_2017", "age")
    first = rows[rows["age_from"].eq(5) & ~rows["is_total"]].iloc[0]
    # Wilson interval of 9.5% of 3,597, by an independent calculator: 8.58% to 10.50%.
    assert first["prevalence_lower"] == pytest.approx(8.58, abs=0.01)
    assert first["prevalence_upper"] == pytest.approx(10.50, abs=0.01)
    assert first["lower_ci_95"] == pytest.approx(12_000 * first["prevalence_lower"] / 100)
    total, strata = rows[rows["is_total"]].iloc[0], rows[~rows["is_total"]]
    spread = ((strata["value"] - strata["lower_ci_95"]) ** 2).sum() ** 0.5
    assert total["value"] - total["lower_ci_95"] == pytest.approx(spread)


def test_without_a_base_there_is_no_interval(leeds):
    rows = prevalence_of(leeds, "mhcyp_2023", "age")
    assert rows["value"].notna().all()
    assert rows[["lower_ci_95", "upper_ci_95"]].isna().all(axis=None)


def test_a_missing_year_of_age_leaves_the_number_unknown():
    rows = prevalence_of(
        inputs_of(people(last=18), count_rows(OTHER)), "mhcyp_2023", "age"
    ).set_index("age_from")
    assert rows.loc[11, "value"] == pytest.approx(12_000 * 0.226)
    assert pd.isna(rows.loc[17, "value"])
    assert rows.loc[8, "value"].isna().any(), "the total is unknown as well"


def test_the_newest_population_counts():
    older = people(each=10, period_end="2022-06-30", period_start="2022-06-30")
    rows = prevalence_of(inputs_of(older, people(), count_rows(OTHER)), "ons_2004", "sex")
    assert rows.loc[rows["is_total"], "population"].tolist() == [24_000]


def test_without_a_population_there_is_no_row_but_the_columns():
    made = inputs_of(count_rows(CAMHS | {"count": 5})).tables["prevalence"]
    assert made.empty and "area_code" in made


def test_small_areas_have_no_need_of_their_own():
    assert "E05000001" not in set(
        inputs_of(people("E05000001"), count_rows(OTHER)).tables["prevalence"]["area_code"]
    )


# --- the ledger -------------------------------------------------------------------------------


def test_expected_less_seen(leeds):
    row = area_rows(leeds.tables["need"]).set_index("model_id").loc["mhcyp_2017"]
    expected = 12_000 * (0.095 + 0.144) + 6000 * 0.169
    assert (row["seen"], row["seen_kind"]) == (2000, "count")
    assert row["expected"] == pytest.approx(expected)
    assert row["difference"] == pytest.approx(expected - 2000)
    assert row["difference_lower"] == pytest.approx(row["expected_lower"] - 2000)
    assert row["note"] == ""


def test_seen_that_is_unknown_is_never_nought():
    row = area_rows(inputs_of(people(), count_rows(OTHER)).tables["need"]).iloc[0]
    assert pd.isna(row["seen"]) and pd.isna(row["difference"])
    assert row["note"] == needs_ledger.NOT_SEEN and row["seen_kind"] == ""


def test_more_seen_than_expected_is_said():
    made = inputs_of(people(each=10), count_rows(CAMHS | {"count": 5000}))
    rows = area_rows(made.tables["need"])
    judged = rows[rows["seen"].notna()]
    assert (judged["difference"] < 0).all() and set(judged["note"]) == {needs_ledger.MORE_SEEN}


def test_a_suppressed_number_seen_stays_unknown():
    row = area_rows(inputs_of(people(), count_rows(CAMHS | {"count": 3})).tables["need"]).iloc[0]
    assert pd.isna(row["seen"])


def printed(**more) -> list:
    usual = {"area_code": BARNET, "source_id": "barnet_health_wellbeing_board_2019_01"}
    return [
        count_rows(usual | {"measure": "MH01", "count": 4776, "value": 8.3} | more),
        count_rows(usual | {"measure": "MH10", "value": 33}),
    ]


def test_a_share_seen_is_a_share_of_those_expected():
    row = area_rows(inputs_of(*printed()).tables["need"], BARNET).iloc[0]
    assert row["model_id"] == "printed_5_16" and row["expected"] == 4776
    assert row["seen"] == pytest.approx(4776 * 0.33)
    assert row["difference"] == pytest.approx(4776 * 0.67)


def test_a_share_without_a_number_gives_no_line():
    assert area_rows(inputs_of(*printed(count=None)).tables["need"], BARNET).empty


# --- what the ledger says ---------------------------------------------------------------------

LINE = {
    "who": "children aged 5 to 16", "condition": "a mental disorder", "expected": 1234.0,
    "expected_lower": float("nan"), "expected_upper": float("nan"), "expected_label": "mid-2023",
    "expected_from": "", "seen": 400.0, "seen_kind": "count", "seen_value": 400.0,
    "seen_label": "2023/24", "difference": 834.0, "difference_lower": float("nan"),
    "difference_upper": float("nan"),
}  # fmt: skip
EXPECTED = "children aged 5 to 16 in Leeds would be expected to have a mental disorder (mid-2023)"
WERE = "children aged 5 to 16 in Leeds were expected to have a mental disorder (mid-2023)"


@pytest.mark.parametrize(
    "changed, said",
    [
        (
            {},
            f"About 1,200 {EXPECTED}; 400 were seen (2023/24). About 830 may have had a need"
            " without being seen.",
        ),
        (
            {"expected_from": "i", "seen_kind": "share", "seen_value": 33.0, "seen": 407.2},
            f"1,234 {WERE}; 33.0% of those with a condition, about 410, were treated (2023/24)."
            " About 830 may have had a need without being seen.",
        ),
        (
            {"expected_lower": 1100, "expected_upper": 1400, "difference_lower": 700,
             "difference_upper": 1000},
            f"About 1,200 (95% interval 1,100 to 1,400) {EXPECTED}; 400 were seen (2023/24)."
            " About 830 (95% interval 700 to 1,000) may have had a need without being seen.",
        ),
        (
            {"seen": float("nan"), "difference": float("nan")},
            f"About 1,200 {EXPECTED}. How many of them services saw is not known. A file with the"
            " measure MH_SEEN in the project's template for local figures would say.",
        ),
        (
            {"seen": 2000.0, "difference": -766.0},
            f"About 1,200 {EXPECTED}, and 2,000 were seen (2023/24): more than expected, so the"
            " estimate is too low or services also see other children. It does not mean that all"
            " need is met.",
        ),
        (
            {"seen": 1.0, "difference": 1233.0},
            f"About 1,200 {EXPECTED}; 1 was seen (2023/24). About 1,200 may have had a need"
            " without being seen.",
        ),
        (
            {"seen": 0.0, "difference": 1234.0},
            f"About 1,200 {EXPECTED}; 0 were seen (2023/24). About 1,200 may have had a need"
            " without being seen.",
        ),
    ],
)  # fmt: skip
def test_each_line_of_the_ledger_is_a_true_sentence(changed, said):
    assert unmet.ledger_sentence(pd.Series(LINE | changed), "Leeds") == said


def test_the_block_shows_every_estimate_and_what_it_does_not_say(leeds, tmp_path):
    text = chapter_of(leeds, tmp_path, "mental_health").unmet_need().text
    assert text.startswith("About 5,100 children and young people aged 8 to 19 in Leeds would be")
    assert "Children aged 5 to 16, mid-2023 | 2,300 | none | not known | not known" in text
    assert "a sign of unmet need, not a count of it" in text
    assert "significantly" not in text


def test_the_block_without_an_estimate_says_what_is_missing(tmp_path):
    chapter = chapter_of(inputs_of(count_rows(CAMHS | {"count": 10})), tmp_path, "mental_health")
    assert chapter.unmet_need().text == unmet.NONE.format(area="Leeds")
    assert (
        chapter.prevalence().text
        == f"{prevalence.NO_PEOPLE.format(area='Leeds')} {prevalence._GET_PEOPLE}"
    )
    assert chapter.prevalence_surveys().text == chapter.estimates().text == ""


# --- what prevalence says ---------------------------------------------------------------------


def test_the_block_of_the_newest_survey(leeds, tmp_path):
    block = chapter_of(leeds, tmp_path, "mental_health").prevalence()
    assert block.text.split("\n")[0] == (
        "At the rates found in England in 2023, about 5,100 of the 24,000 children and young"
        " people aged 8 to 19 in Leeds (21.1%; population of mid-2023) would have a probable"
        " mental disorder."
    )
    assert "Young women 17 to 19 | 3,000 | 31.6 | none | 950 | none" in block.text
    assert "All | 24,000 | 21.1 | none | 5,060 | none" in block.text
    assert "It is not a diagnosis." in block.text
    alt = unescaped(block.html).split('aria-label="')[1].split('"')[0]
    assert len(alt) <= 250 and "Boys 8 to 10 530" in alt


def test_another_model_and_division_can_be_chosen(leeds, tmp_path):
    chapter = chapter_of(leeds, tmp_path, "mental_health")
    text = chapter.prevalence("mhcyp_2017").text
    assert "about 3,900 (95% interval 3,700 to 4,100) of the 30,000 children and young" in text
    assert "Thin lines: 95% intervals." in text
    assert "Boys 5 to 10" in chapter.prevalence("mhcyp_2017", "age_and_sex").text
    text = chapter.prevalence("ons_2004").text
    assert "2,300 of the 24,000 children aged 5 to 16 in Leeds (9.6%" in text


@pytest.mark.parametrize("asked, named", [(("x",), "mhcyp_2023"), (("mhcyp_2017", "x"), "age")])
def test_an_unknown_model_or_division_is_refused_with_those_there_are(
    leeds, tmp_path, asked, named
):
    chapter = chapter_of(leeds, tmp_path, "mental_health")
    with pytest.raises(ChapterError, match=named):
        chapter.prevalence(*asked)


def test_surveys_side_by_side(leeds, tmp_path):
    text = chapter_of(leeds, tmp_path, "mental_health").prevalence_surveys().text
    lines = [line for line in text.split("\n") if "England" in line or "Britain" in line]
    assert len(lines) >= 3
    assert "Mental Health of Children and Young People in England 2017 | 5 to 19 | 30,000" in text
    assert "so their numbers are no trend" in text


def test_a_cut_before_the_population_leaves_nothing(leeds, tmp_path):
    chapter = chapter_of(leeds, tmp_path, "mental_health", cut="2020-01-01")
    assert (
        chapter.prevalence().text
        == f"{prevalence.NO_PEOPLE.format(area='Leeds')} {prevalence._GET_PEOPLE}"
    )


@pytest.mark.parametrize(
    "number, said",
    [(12_813.98, "12,800"), (1000, "1,000"), (999, "1,000"), (834, "830"), (99.4, "99"), (0, "0"),
     (-766, "−770")],
)  # fmt: skip
def test_estimates_are_rounded_by_their_size(number, said):
    assert parts.about(number) == said


@pytest.mark.parametrize(
    "sex, first, last, label",
    [("male", 5, 10, "Boys 5 to 10"), ("female", 17, 19, "Young women 17 to 19"),
     ("persons", 8, 10, "Aged 8 to 10"), ("male", 17, 19, "Young men 17 to 19")],
)  # fmt: skip
def test_groups_are_called_by_their_age(sex, first, last, label):
    row = pd.Series({"sex": sex, "age_from": first, "age_to": last})
    assert prevalence.stratum_label(row) == label


# --- what stands against need -----------------------------------------------------------------

BEDS = {"category_type": "provider | unit", "category": "Trust | Ward", "area_code": BARNET,
        "source_id": "barnet_health_wellbeing_board_2019_01"}  # fmt: skip
SPEND = BEDS | {"measure": "MH30", "category_type": "provider"}


def test_beds_are_bed_days_divided_by_365():
    made = inputs_of(
        count_rows(BEDS | {"measure": "MH28", "value": 7975}),
        count_rows(BEDS | {"measure": "MH28_commissioned_beds", "value": 21}),
        count_rows(BEDS | {"measure": "MH28_total_bed_capacity", "value": 26}),
    )
    row = made.tables["provision"].iloc[0]
    assert row["computed"] == pytest.approx(21.849, abs=0.001)
    assert row["difference"] == pytest.approx(21 - 7975 / 365)
    assert (row["printed"], row["capacity"]) == (21, 26)
    notes = bed_notes(made.tables["provision"])
    assert notes[1] == "Trust, Ward prints 21.00 beds, where its bed days give 21.85."


def test_spending_adds_up_or_says_by_how_much_it_does_not():
    amounts = {"A": 60.0, "B": 40.0, "Total": 101.0}
    rows = [SPEND | {"category": name, "value": value} for name, value in amounts.items()]
    made = inputs_of(count_rows(*rows)).tables["provision"].set_index("item")
    assert made.loc["A", "share"] == 60
    total = made.loc[needs_provision.SUM]
    assert (total["computed"], total["printed"], total["difference"]) == (100, 101, 1)
    assert total_sentence(total, "£") == (
        "The items add up to £100, £1 less than the printed total of £101."
    )


@pytest.mark.parametrize(
    "computed, printed_total, unit, said",
    [
        (100, 100, "£", "The items add up to the printed total of £100."),
        (100, 98, "£", "The items add up to £100, £2 more than the printed total of £98."),
        (23, None, "posts", "The items add up to 23 posts; no total is printed."),
        (None, 98, "£", "The items do not give a sum, because one of them is not known."),
    ],
)
def test_totals_in_words(computed, printed_total, unit, said):
    total = pd.Series({"computed": computed, "printed": printed_total}, dtype="float64")
    total["difference"] = total["printed"] - total["computed"]
    assert total_sentence(total, unit) == said


def test_a_sum_with_an_unknown_item_is_unknown():
    rows = [SPEND | {"category": "A", "value": 5}, SPEND | {"category": "B", "value": None}]
    made = inputs_of(count_rows(*rows)).tables["provision"].set_index("item")
    assert pd.isna(made.loc[needs_provision.SUM, "computed"]) and pd.isna(made.loc["A", "share"])


def test_without_parts_there_is_nothing_to_show(leeds, tmp_path):
    assert leeds.tables["provision"].empty
    assert chapter_of(leeds, tmp_path, "mental_health").capacity().text == ""


# --- waits ------------------------------------------------------------------------------------

ROUTINE = {"measure": "MH15", "category_type": "area", "category": "All commissioners",
           "source_id": "barnet_health_wellbeing_board_2019_01", "area_code": BARNET}  # fmt: skip


def quarter(start: str, end: str, label: str, value: float, **more) -> dict:
    named = {"period_start": start, "period_end": end, "period_label": label, "value": value}
    return ROUTINE | named | more


def test_each_figure_meets_the_standard_of_its_time():
    made = inputs_of(
        count_rows(
            quarter("2014-04-01", "2015-03-31", "2014/15", 54),
            quarter("2015-04-01", "2016-03-31", "2015/16", 60),
            quarter("2018-04-01", "2018-06-30", "Q1 2018/19", 94.1),
        )
    ).tables["waits"]
    assert made["standard_met"].tolist() == ["", "met", "not_met"]
    assert made["standard"].tolist()[1:] == [60, 95]


def test_an_areas_own_standard_is_not_anothers():
    made = inputs_of(
        count_rows(quarter("2015-04-01", "2016-03-31", "2015/16", 60, area_code=LEEDS))
    )
    assert made.tables["waits"]["standard_met"].tolist() == [""]
    late = inputs_of(
        count_rows(quarter("2023-04-01", "2024-03-31", "2023/24", 80, area_code=LEEDS))
    )
    assert late.tables["waits"]["standard_met"].tolist() == ["not_met"]


def test_one_figure_is_told_and_tabled_without_a_line(tmp_path):
    made = inputs_of(
        count_rows(quarter("2023-04-01", "2024-03-31", "2023/24", 80, area_code=LEEDS))
    )
    text = chapter_of(made, tmp_path, "mental_health").waits().text
    assert (
        "In 2023/24, across the health area of Leeds, 80.0% of routine eating disorder cases were"
        " seen within 4 weeks; the standard of 95.0% (national standard from 2020/21) was not met."
        " These are figures of All commissioners." in text
    )
    assert "2023/24 | Eating disorders: routine cases seen within 4 weeks | All" in text
    assert "<svg" not in chapter_of(made, tmp_path, "mental_health").waits().html


@pytest.mark.parametrize(
    "line, said",
    [
        ("nobody,,,,95,b", "must be in the catalogue"),
        ("local_camhs_first_waits,,,,lots,b", "must be a percentage"),
        ("local_camhs_first_waits,,,,101,b", "must be a percentage"),
    ],
)
def test_standards_that_are_wrong_are_refused(tmp_path, monkeypatch, line, said):
    folder = tmp_path / "data" / "catalogue"
    folder.mkdir(parents=True)
    (folder / "standards.csv").write_text(",".join(needs_waits.COLUMNS) + f"\n{line}\n")
    monkeypatch.setenv("CYP_HOME", str(tmp_path))
    with pytest.raises(CatalogueError, match=said):
        needs_waits.read_standards(["local_camhs_first_waits"])
    (folder / "standards.csv").write_text("indicator_id\nx\n")
    with pytest.raises(CatalogueError, match="`area_code`"):
        needs_waits.read_standards(["x"])
    (folder / "standards.csv").unlink()
    assert needs_waits.read_standards(["x"]).empty


BAND = {"measure": "MH13", "category_type": "wait band", "denominator": 200}


def bands(label: str, year: int, **counts: int | None) -> list[dict]:
    dated = {"period_start": f"{year}-04-01", "period_end": f"{year + 1}-03-31",
             "period_label": label}  # fmt: skip
    return [
        BAND | dated | {"category": name.replace("_", " "), "count": count, "source_row": 2 + n}
        for n, (name, count) in enumerate(counts.items())
    ]


def test_waits_in_bands_are_bars_of_a_hundred_percent(tmp_path):
    rows = bands("2022/23", 2022, Under_6_weeks=80, _6_to_12_weeks=70, Over_12_weeks=50)
    rows += bands("2023/24", 2023, Under_6_weeks=100, _6_to_12_weeks=60, Over_12_weeks=40)
    block = chapter_of(inputs_of(count_rows(*rows)), tmp_path, "mental_health").waits()
    assert "50% waited under 6 weeks" in block.text
    assert "2023/24 | Under 6 weeks | 100 | 50.0 | 43.1 to 56.9" in block.text
    assert block.html.count("<svg") == 1 and "40%" in block.html


@pytest.mark.parametrize("counts", [{"A": 100, "B": 3, "C": 97}, dict.fromkeys("ABCDE", 40)])
def test_bands_that_cannot_be_drawn_are_tabled(tmp_path, counts):
    made = inputs_of(count_rows(*bands("2023/24", 2023, **counts)))
    block = chapter_of(made, tmp_path, "mental_health").waits()
    assert "<svg" not in block.html and "Waits to the second appointment by length" in block.text


# --- access -----------------------------------------------------------------------------------

ACCESS = {"measure": "MH10", "source_id": "barnet_health_wellbeing_board_2019_01",
          "period_start": "2018-05-01", "period_end": "2018-05-31",
          "period_label": "May 2018"}  # fmt: skip
TARGET = ACCESS | {"measure": "MH10_target", "value": 32, "period_start": "2018-04-01",
                   "period_end": "2019-03-31", "period_label": "2018/19"}  # fmt: skip


@pytest.mark.parametrize(
    "rows, said",
    [
        (
            [ACCESS | {"value": 33}, TARGET],
            "The target of 32.0% in 2018/19 was reached in that month.",
        ),
        (
            [ACCESS | {"value": 31.9}, TARGET],
            "The target of 32.0% in 2018/19 was not reached in that",
        ),
        ([ACCESS | {"value": 33}], "were treated by NHS-funded services."),
    ],
)
def test_access_against_its_target(tmp_path, rows, said):
    made = inputs_of(*(count_rows(row) for row in rows))
    text = chapter_of(made, tmp_path, "mental_health").access().text
    assert said in text
    assert ("target" in text.lower()) == (len(rows) == 2)


def test_access_of_a_whole_year_is_not_of_a_month(tmp_path):
    year = {"period_start": "2018-04-01", "period_end": "2019-03-31", "period_label": "2018/19"}
    made = inputs_of(count_rows(ACCESS | year | {"value": 33}), count_rows(TARGET))
    text = chapter_of(made, tmp_path, "mental_health").access().text
    assert "The target of 32.0% in 2018/19 was reached." in text


def test_access_over_several_months_is_a_line_too(tmp_path):
    april = {"period_start": "2018-04-01", "period_end": "2018-04-30", "period_label": "April 2018"}
    made = inputs_of(count_rows(ACCESS | {"value": 33}, ACCESS | april | {"value": 30}))
    block = chapter_of(made, tmp_path, "mental_health").access()
    assert block.html.count("<svg") == 1 and "April 2018" in block.text


# --- figures of other places in a document ----------------------------------------------------


def document(tmp_path, *rows: dict):
    header = ["figure_id", *(name for name in transcribed.NEEDED if name != "source_row")]
    usual = {"figure_id": "F", "measure": "MH15", "sex": "persons", "period": "2018/19",
             "period_type": "financial_year", "value": "90"}  # fmt: skip
    lines = [",".join((usual | row).get(name, "") for name in header) for row in rows]
    path = tmp_path / "figures.csv"
    path.write_text("\n".join([",".join(header), *lines, ""]), encoding="utf-8")
    return transcribed.read_figures(
        path, catalogue.load().sources["barnet_health_wellbeing_board_2019_01"]
    )


def test_a_figure_of_a_named_wider_place_is_a_category_of_the_authority(tmp_path):
    places = {"category_type": "area", "category": "NCL CCGs"}
    rows = document(tmp_path, places, {"area_code": BARNET, "value": "80"}).rows
    assert rows["area_code"].tolist() == [BARNET, BARNET]
    assert rows["category"].tolist() == ["NCL CCGs", ""]


def test_a_ward_without_a_code_is_not_the_authority(tmp_path):
    table = document(
        tmp_path, {"category_type": "ward", "category": "Colindale"}, {"area_code": BARNET}
    )
    assert len(table.rows) == 1 and "no area code" in table.problems["problem"].iloc[0]


def test_a_blank_period_is_said_to_be_unprinted_and_ends_with_the_document(tmp_path):
    blank = {"area_code": BARNET, "period": "", "period_type": "not_stated"}
    row = document(tmp_path, blank).rows.iloc[0]
    assert row["period_label"] == "a period that is not printed"
    assert row["period_end"] == pd.Timestamp("2019-01-17")
    assert row["period_start"] == pd.Timestamp("2019-01-01")


def test_ages_of_the_population_are_those_of_the_publisher():
    rows = needs.single_years([people(last=2)])
    assert sorted(rows["age"].unique()) == [0, 1, 2]
    assert needs.single_years([]).empty


# --- a council's own return -------------------------------------------------------------------

TEMPLATE = """measure,area,period,period_type,category_type,category,count,denominator,value
MH11,Leeds,Apr-24,,,,112,,
MH11,Leeds,May-24,,,,130,,
MH12,Leeds,2024/25,financial_year,,,180,200,
MH13,Leeds,2024/25,financial_year,wait band,Under 6 weeks,80,200,
MH13,Leeds,2024/25,financial_year,wait band,6 to 12 weeks,70,200,
MH13,Leeds,2024/25,financial_year,wait band,Over 12 weeks,50,200,
MH14,Leeds,2024/25,financial_year,problem,Anxiety,90,200,
MH14,Leeds,2024/25,financial_year,problem,Low mood,60,200,
MH_SEEN,Leeds,2024/25,financial_year,,,3100,,
MH21,Leeds,Q1 2024/25,,,,700,,
EY07,Leeds,Q1 2024/25,,review,New birth,950,1000,
EY07,Leeds,Q1 2024/25,,review,12 months,800,1000,
HLT16,Leeds,2024/25,financial_year,,,14,,
"""


@pytest.fixture(scope="module")
def returned(tmp_path_factory):
    path = tmp_path_factory.mktemp("return") / "mental_health_return.csv"
    path.write_text(TEMPLATE, encoding="utf-8")
    table = loaders.read(path)
    assert table.source.id == "local_template"
    return inputs_of(table, people())


@pytest.fixture(scope="module")
def returned_chapter(returned, tmp_path_factory):
    return chapter_of(returned, tmp_path_factory.mktemp("edition"), "mental_health")


@pytest.mark.parametrize(
    "indicator, category, value",
    [
        ("local_camhs_first_waits", "", 90.0),
        ("local_camhs_waits_by_band", "Under 6 weeks", 40.0),
        ("local_camhs_problems", "Anxiety", 45.0),
        ("local_camhs_seen", "", 3100.0),
        ("local_online_counselling_users", "", 700.0),
        ("local_health_visitor_reviews", "New birth", 95.0),
        ("local_school_air_audits", "", 14.0),
    ],
)
def test_a_return_in_the_template_reaches_the_chapter(returned, indicator, category, value):
    rows = returned.indicators
    row = rows[rows["indicator_id"].eq(indicator) & rows["category"].eq(category)]
    assert row["value"].tolist() == [value]
    assert row["area_code"].tolist() == [LEEDS]


def test_waits_in_bands_of_a_return(returned_chapter):
    block = returned_chapter.waits()
    assert "40% waited under 6 weeks" in block.text
    assert "2024/25 | Under 6 weeks | 80 | 40.0 | 33.5 to 46.9" in block.text


def test_a_wait_without_a_standard_says_so(returned_chapter):
    assert (
        "In 2024/25, 90.0% (95% CI 85.1 to 93.4) of children from Leeds were seen for a first"
        " assessment within 13 weeks. No standard is known for that time."
        in returned_chapter.waits().text
    )


def test_children_seen_of_a_return_stand_against_those_expected(returned_chapter):
    text = returned_chapter.unmet_need().text
    assert text.startswith(
        "About 5,100 children and young people aged 8 to 19 in Leeds would be expected to have a"
        " probable mental disorder (mid-2023); 3,100 were seen (2024/25). About 2,000 may have had"
        " a need without being seen."
    )


def test_monthly_referrals_and_problems_are_drawn(returned_chapter):
    assert "<svg" in returned_chapter.trend("local_camhs_referrals").html
    text = returned_chapter.breakdown("local_camhs_problems").text
    assert "Anxiety 45.0%; Low mood 30.0%" in text


def test_health_visitor_reviews_of_a_return(returned, tmp_path):
    chapter = chapter_of(returned, tmp_path, "health")
    assert "New birth" in chapter.breakdown("local_health_visitor_reviews").text


# --- the stacked chart ------------------------------------------------------------------------

SHARES = pd.DataFrame(
    {
        "bar": ["2022/23", "2022/23", "2023/24", "2023/24"],
        "band": ["Under 6 weeks", "Longer", "Under 6 weeks", "Longer"],
        "share": [95.0, 5.0, 60.0, 40.0],
    }
)


def test_segments_are_labelled_where_there_is_room():
    drawn = stack_chart(SHARES, "fig-x", "Waits: under 6 weeks 60%")
    for text in ("95%", "60%", "40%", "Under 6 weeks", "Longer", "2022/23"):
        assert f">{text}<" in drawn
    assert ">5%<" not in drawn
    assert 'role="img"' in drawn and 'aria-label="Waits: under 6 weeks 60%"' in drawn


def test_the_same_figures_give_the_same_bytes():
    assert stack_chart(SHARES, "fig-x", "a") == stack_chart(SHARES, "fig-x", "a")


def luminance(colour: str) -> float:
    parts_of = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts_of]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("fill, ink", SEGMENTS)
def test_the_text_on_a_segment_can_be_read(fill, ink):
    light, dark = sorted([luminance(fill), luminance(ink)], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


# --- small pieces -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lower, upper, text",
    [(9259.6, 10438.9, " (95% interval 9,300 to 10,400)"), (float("nan"), 3, ""),
     (3, float("nan"), ""), (0.0, 3.6, " (95% interval 0 to 4)")],
)  # fmt: skip
def test_intervals_in_words(lower, upper, text):
    assert parts.between(lower, upper) == text


@pytest.mark.parametrize(
    "value, decimals, text",
    [(1234.5, 0, "1,235"), (1234.5, -1, "1,230"), (float("nan"), 0, "not known"), (0, 0, "0"),
     (21.849, 2, "21.85")],
)  # fmt: skip
def test_cells_tell_nought_from_unknown(value, decimals, text):
    assert parts.cell(value, decimals) == text


def test_limits_of_a_cell():
    assert parts.limits_cell(1.04, 2.06, 1) == "1.0 to 2.1"
    assert parts.limits_cell(float("nan"), 2, 1) == "none"


def test_nothing_to_say_is_an_empty_block():
    assert parts.sentences(["", ""]).html == parts.notes([]).html == ""
    assert parts.sentences(["A.", "", "B."]).text == "A.\nB."
    assert parts.notes(["A < B."]).html == '<p class="note">A &lt; B.</p>'


def test_places_within_a_document_own_figures_come_first():
    rows = pd.DataFrame(
        {
            "indicator_id": ["a", "a", "b"],
            "place": ["Wider", "", "Wider"],
            "period_end": pd.to_datetime(["2020-03-31", "2019-03-31", "2020-03-31"]),
        }
    )
    assert of_place(rows)["place"].tolist() == ["", "Wider"]


def test_every_role_is_one_that_a_call_reads():
    known = {"bed_days", "beds", "capacity", "spend", "staff", "access", "access_target",
             "accepted", "received", "waits"}  # fmt: skip
    chapter = catalogue.load().chapters["mental_health"].indicators
    indicators = catalogue.load().indicators
    used = {indicators[name].tags["role"] for name in chapter if "role" in indicators[name].tags}
    assert used == known


def test_standards_of_the_catalogue_are_of_shares_and_do_not_overlap():
    indicators = catalogue.load().indicators
    table = needs_waits.read_standards(list(indicators))
    assert all(indicators[name].unit == "%" for name in table["indicator_id"])
    ordered = table.sort_values(["indicator_id", "area_code", "period_end_from"])
    before = ordered.groupby(["indicator_id", "area_code"])["period_end_to"].shift()
    assert not (before >= ordered["period_end_from"]).any()


@pytest.mark.parametrize("name", ["prevalence", "need", "provision", "waits"])
def test_an_empty_table_can_be_asked_for_an_area(tmp_path, name):
    needs_models.empty(name).to_parquet(tmp_path / f"{name}.parquet", index=False)
    assert Edition("e", tmp_path).read(name, areas=[LEEDS]).empty
