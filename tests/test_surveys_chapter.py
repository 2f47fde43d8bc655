"""Surveys from the files that councils keep to the sentences of a page."""

import types
from math import isnan, nan, sqrt
from pathlib import Path

import pandas as pd
import pytest
from test_present_samples import BARNET, known, tables, write_edition

from cyp_analysis import catalogue, loaders
from cyp_analysis.build import derived, surveys
from cyp_analysis.build.surveys_safe import withheld
from cyp_analysis.build.surveys_tests import NO_BASE, against_earlier_wave, against_rest
from cyp_analysis.build.surveys_words import COLUMNS as READ
from cyp_analysis.build.surveys_words import answers
from cyp_analysis.catalogue import DisclosureRule
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import ChapterError
from cyp_analysis.loaders.companions import read_companions
from cyp_analysis.present.view import open_chapter
from cyp_analysis.present.voices import answers as said
from cyp_analysis.present.voices import quotes
from cyp_analysis.present.voices.survey import survey as survey_block

ROOT = Path(__file__).parents[1]
RULE = DisclosureRule("local_small_numbers", "", 1, 4, complement=True)
PLAN = ROOT / "data/raw/barnet_children_young_people_plan_2023/2023-02-01/survey_results.csv"
BOARD = ROOT / "data/raw/barnet_health_wellbeing_board_2019_01/2019-01-17/survey_results.csv"


def made(counts) -> pd.DataFrame:
    """The table of surveys from count tables."""
    inputs = derived.Inputs(
        pd.DataFrame(),
        pd.DataFrame(),
        {},
        types.SimpleNamespace(disclosure={"local_small_numbers": RULE}),
        counts=counts,
    )
    return surveys.surveys(inputs)


@pytest.fixture(scope="module")
def bundled() -> pd.DataFrame:
    """Every survey that ships with the project."""
    import os

    os.environ["CYP_HOME"] = str(ROOT)
    files = sorted((ROOT / "data" / "raw").glob("*/*/survey_results.csv"))
    tables_of, failed = read_companions(files)
    assert not failed
    return made(tables_of)


def one(rows: pd.DataFrame, **where) -> pd.Series:
    for name, value in where.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def result(**changes) -> dict:
    """One answer of one group of a made-up survey."""
    row = {
        "area_code": BARNET,
        "survey": "Youth survey",
        "question": "Feels safe",
        "response": "agree",
        "group_type": "",
        "group": "",
        "period_label": "2025",
        "period_start": pd.Timestamp(2025, 1, 1),
        "period_end": pd.Timestamp(2025, 12, 31),
        "count": nan,
        "percent": 80.0,
        "n": 200.0,
        "source_id": "local_survey_results",
        "source_published": pd.NaT,
        "source_row": 2,
        "source_file": "survey.csv",
    }
    row |= changes
    row.setdefault("weighted_n", row["n"])
    row.setdefault("effective_n", row["n"])
    texts = dict.fromkeys(["population", "fieldwork", "direction", "comparator", "note"], "")
    return texts | {"sample": nan} | row


def frame(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([result(**row) for row in rows])[READ]


def csv(folder: Path, text: str, name: str = "survey.csv") -> list:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return [loaders.read(path, area="Barnet")]


# --- what ships with the project ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "response", "label", "percent"),
    [
        ("Area is family friendly", "agree", "2021/22", 89),
        ("Area is family friendly", "agree", "about 2017", 84),
        ("Top safety concerns", "knife crime", "2021/22", 51),
        ("Top safety concerns", "gangs", "2021/22", 35),
        ("Top safety concerns", "drug taking", "2021/22", 34),
        ("Top safety concerns", "gangs", "about 2017", 51),
        ("Feeling safe", "outside at night", "about 2017", 56),
        ("Feeling safe", "at school", "about 2017", 97),
        ("Council image", "acts on concerns", "about 2017", 66),
        ("Agree with outcomes", "agree", "2018", 90),
        ("Activities outside school", "yes", "about 2012", 90),
    ],
)
def test_printed_percentages_arrive(bundled, question, response, label, percent):
    row = one(bundled, question=question, response=response, period_label=label)
    assert row["percent"] == percent


def test_words_that_a_count_table_has_no_room_for_arrive(bundled):
    row = one(bundled, question="Happy with area")
    assert row["survey"] == "Young People's Resident Survey (YPS)"
    assert row["population"] == "Barnet residents aged 11-18"
    assert row["fieldwork"] == "November to March 2022"
    assert (row["group_type"], row["group"], row["response"]) == ("disability", "disability", "")
    assert (row["direction"], row["comparator"]) == ("lower", "all respondents")


def test_a_group_without_a_printed_base_has_no_interval_and_no_test(bundled):
    row = one(bundled, question="Happy with area")
    assert isnan(row["n"])
    assert isnan(row["lower"])
    assert row["base"] == ""
    assert row["interval_note"] == "the base was not printed"
    assert (row["rest_side"], row["rest_note"]) == ("not_compared", NO_BASE)


def test_the_whole_sample_stands_in_for_a_base_and_says_so(bundled):
    row = one(bundled, response="knife crime")
    assert (row["n"], row["base"]) == (500, "whole_sample")
    # Wilson limits of 255 in 500: 46.6 to 55.4
    z, p, n = 1.959964, 0.51, 500
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    assert row["lower"] == pytest.approx(100 * (middle - half), abs=1e-3)
    assert row["upper"] == pytest.approx(100 * (middle + half), abs=1e-3)


def test_waves_under_other_names_are_one_series_and_not_tested_without_a_base(bundled):
    row = one(bundled, question="Area is family friendly", period_label="2021/22")
    assert (row["earlier_label"], row["earlier_percent"]) == ("about 2017", 84)
    assert row["series"] == "Young people's survey"
    assert row["wave_side"] == "not_compared"
    assert row["wave_note"] == NO_BASE
    assert isnan(row["wave_p"])


def test_percentages_of_a_consultation_have_its_base(bundled):
    row = one(bundled, question="Agree with approach")
    assert (row["n"], row["base"]) == (287, "answers")
    assert 74 < row["lower"] < 80 < row["upper"] < 85


def test_a_share_that_is_all_but_two_people_is_withheld(bundled):
    """90% of 21: two did not agree."""
    row = one(bundled, question="Support council tax relief")
    assert isnan(row["percent"])
    assert isnan(row["n"])
    assert row["note"].startswith("suppressed (c)")


def test_a_percentage_that_no_whole_number_makes_is_marked(bundled):
    odd = one(bundled, question="Clear about leaving date")
    assert odd["note"] == "33% of 20 is no whole number of people"
    assert "whole number" not in one(bundled, question="Enough information on transition")["note"]


def test_results_without_a_date_are_kept_without_one(bundled):
    row = one(bundled, question="Low life satisfaction")
    assert (row["percent"], row["period_label"]) == (5, "")
    assert pd.isna(row["period_end"])


def test_headings_without_a_figure_and_ranges_are_no_results(bundled):
    assert "Infographic heading" not in set(bundled["question"])
    assert "Agree with priorities" not in set(bundled["question"])


def test_votes_are_counted(bundled):
    row = one(bundled, response="votes")
    assert (row["count"], isnan(row["percent"])) == (4783, True)


def test_results_belong_to_chapters_by_their_words(bundled):
    of = bundled.set_index(["question", "response"])["chapters"]
    assert "youth_justice" in of.loc[("Top safety concerns", "knife crime")]
    assert "education" in of.loc[("Feeling safe", "at school")]
    assert "education" not in of.loc[("Feeling safe", "outside at night")].split()
    assert "care_leavers" in of.loc[("Support council tax relief", "agree")]
    assert "send" in one(bundled, question="Happy with area")["chapters"].split()


def test_the_table_has_the_columns_of_the_edition(bundled):
    assert list(bundled) == TABLES["surveys"]
    assert bundled["area_code"].ne("").all()


def test_no_survey_gives_an_empty_table():
    empty = made([])
    assert list(empty) == TABLES["surveys"]
    assert empty.empty


def test_a_table_that_is_no_survey_has_no_answers():
    table = types.SimpleNamespace(source=types.SimpleNamespace(reader="dfe"))
    assert answers(table).empty


def test_every_topic_names_a_chapter_and_a_series_has_surveys():
    words = catalogue.read_yaml(ROOT / "data/catalogue/surveys.yml")
    chapters = catalogue.read_yaml(ROOT / "data/catalogue/chapters.yml")
    assert set(words["topics"]) <= {chapter["id"] for chapter in chapters}
    assert all(entry["name"] and len(entry["surveys"]) > 1 for entry in words["series"])


# --- files of other authorities -------------------------------------------------------------------

TABLE = """survey,wave,question,response,subgroup_type,subgroup,percent,n,area
Youth survey,2023/24,Feels safe at school,agree,,,90,500,Barnet
Youth survey,2024/25,Feels safe at school,agree,,,84,512,Barnet
Youth survey,2024/25,Feels safe at school,agree,sex,female,81,260,Barnet
Youth survey,2024/25,Feels safe at school,agree,ethnicity,Asian,79,,Barnet
"""


def test_results_of_another_authority_are_tested(tmp_path):
    rows = made(csv(tmp_path, TABLE))
    now = one(rows, period_label="2024/25", group="")
    # Two proportions: 84% of 512 and 90% of 500
    pooled = (0.84 * 512 + 0.90 * 500) / 1012
    z = (0.84 - 0.90) / sqrt(pooled * (1 - pooled) * (1 / 512 + 1 / 500))
    assert z == pytest.approx(-2.83, abs=0.02)
    assert now["wave_side"] == "lower"
    assert now["wave_p"] == pytest.approx(0.0047, abs=0.0005)
    assert now["wave_difference"] == pytest.approx(-6)
    assert now["earlier_label"] == "2023/24"


def test_a_group_is_tested_against_everyone_else_not_against_the_total(tmp_path):
    rows = made(csv(tmp_path, TABLE))
    girls = one(rows, group="female")
    # 430.08 of 512 less 210.6 of 260 leaves 219.48 of 252
    assert girls["rest_percent"] == pytest.approx(100 * 219.48 / 252)
    assert girls["rest_difference"] == pytest.approx(81 - 87.095, abs=0.01)
    assert girls["rest_side"] == "similar"
    assert girls["group_type"] == "sex"
    unknown = one(rows, group="Asian")
    assert (unknown["rest_side"], unknown["rest_note"]) == ("not_compared", NO_BASE)


def test_the_first_wave_has_none_before_it(tmp_path):
    first = one(made(csv(tmp_path, TABLE)), period_label="2023/24")
    assert isnan(first["earlier_percent"])
    assert (first["wave_side"], first["wave_note"]) == ("not_compared", "")


RESPONSES = "respondent,wave,weight,q1,girl\n" + "".join(
    f"{n},2025,{1.5 if n % 2 else 0.5},{'yes' if n % 4 else 'no'},{'female' if n % 2 else 'male'}\n"
    for n in range(1, 401)
)
DESIGN = """survey: Pupil survey
area: Barnet
questions:
  q1: {label: Has someone to talk to, answers: {"yes": "yes", "no": "no"}}
subgroups:
  girl: {label: sex, answers: {female: female, male: male}}
"""


def test_answers_of_respondents_are_weighted_with_their_effective_base(tmp_path):
    (tmp_path / "answers.yml").write_text(DESIGN, encoding="utf-8")
    rows = made(csv(tmp_path, RESPONSES, "answers.csv"))
    whole = one(rows, group="", response="yes")
    assert (whole["survey"], whole["question"]) == ("Pupil survey", "Has someone to talk to")
    # No respondent of an odd number said no: 200 × 1.5 + 100 × 0.5 of 400
    assert whole["percent"] == pytest.approx(87.5)
    assert whole["n"] == 400
    assert whole["effective_n"] == pytest.approx(400**2 / (200 * 1.5**2 + 200 * 0.5**2), abs=1)
    boys = one(rows, group="male", response="yes")
    assert (boys["percent"], boys["n"], boys["rest_side"]) == (50.0, 200, "lower")


# --- what is withheld -----------------------------------------------------------------------------


def test_a_base_below_ten_is_not_shown():
    rows = withheld(
        frame({"n": 9, "percent": 44.4}, {"n": 10, "percent": 50, "question": "B"}), RULE
    )
    assert isnan(rows["percent"].iloc[0])
    assert rows["note"].iloc[0].startswith("suppressed (c)")
    assert rows["percent"].iloc[1] == 50


@pytest.mark.parametrize("percent", [2.0, 98.0])
def test_one_to_four_people_are_not_shown(percent):
    """2% of 100 are two people; 98% leave two out."""
    rows = withheld(frame({"n": 100, "percent": percent}), RULE)
    assert isnan(rows["percent"].iloc[0])


def test_a_percentage_without_a_base_is_shown_as_printed():
    rows = withheld(frame({"n": nan, "percent": 2.0}), RULE)
    assert rows["percent"].iloc[0] == 2.0


def test_a_withheld_answer_takes_the_next_smallest_with_it():
    answers_of = [("never", 2.0), ("sometimes", 28.0), ("often", 70.0)]
    rows = withheld(frame(*({"response": r, "percent": p, "n": 100} for r, p in answers_of)), RULE)
    hidden = rows["percent"].isna()
    assert list(hidden) == [True, True, False]


def test_a_small_group_goes_whole_and_takes_a_second_of_its_kind():
    groups = [("Asian", 60, 50.0), ("Black", 6, 50.0), ("White", 120, 40.0)]
    rows = frame(
        {"percent": 45.0, "n": 186},
        *({"group_type": "ethnicity", "group": g, "n": n, "percent": p} for g, n, p in groups),
    )
    hidden = withheld(rows, RULE)["percent"].isna()
    assert dict(zip(rows["group"], hidden, strict=True)) == {
        "": False,
        "Asian": True,
        "Black": True,
        "White": False,
    }


def test_nothing_to_withhold_leaves_no_trace():
    assert withheld(frame({}).head(0), RULE).empty


# --- tests ----------------------------------------------------------------------------------------


def test_a_group_that_is_everybody_has_no_rest():
    rows = against_rest(frame({}, {"group_type": "sex", "group": "girls"}))
    girls = rows.iloc[1]
    assert (girls["rest_side"], girls["rest_note"]) == ("not_compared", NO_BASE)


def test_equal_shares_are_similar():
    rows = against_rest(frame({"n": 400}, {"group_type": "sex", "group": "girls", "n": 200}))
    assert rows["rest_side"].iloc[1] == "similar"
    assert rows["rest_difference"].iloc[1] == pytest.approx(0)


def test_waves_of_another_question_or_group_are_not_set_beside_each_other():
    rows = frame(
        {"period_end": pd.Timestamp(2023, 12, 31), "period_label": "2023"},
        {"question": "Another"},
        {"group_type": "sex", "group": "girls"},
    ).assign(series="Youth survey")
    tested = against_earlier_wave(rows)
    assert tested["earlier_percent"].isna().all()
    assert set(tested["wave_side"]) == {"not_compared"}


# --- the page -------------------------------------------------------------------------------------


@pytest.fixture
def shown(outputs, monkeypatch):
    """Shows a chapter of an edition that holds the survey rows given."""

    def show(rows: pd.DataFrame, chapter: str = "sample"):
        entries = known()
        monkeypatch.setattr(catalogue, "load", lambda folder=None: entries)
        folder = write_edition(outputs / "2026")
        rows.astype({"area_code": "str"}).to_parquet(folder / "surveys.parquet")
        return open_chapter(chapter, BARNET)

    return show


def test_a_sentence_says_who_answered_what_when_and_how_sure(bundled):
    row = one(bundled, question="Area is family friendly", period_label="2021/22")
    assert said.result_sentence(row) == (
        "89% answered “agree” to “Area is family friendly” in the Young People's Resident Survey"
        " (YPS) in 2021/22 (95% CI 86.0 to 91.5, if all 500 of the sample answered). The wave of"
        " about 2017 (84%) cannot be tested against it: the number asked is not printed for both."
    )


def test_the_documents_own_claim_stands_beside_what_can_be_tested(bundled):
    row = one(bundled, response="knife crime")
    assert said.result_sentence(row) == (
        "51% answered “knife crime” to “Top safety concerns” in the Young People's Resident Survey"
        " (YPS) in 2021/22 (95% CI 46.6 to 55.4, if all 500 of the sample answered). The document"
        " says that this is lower than in 2019, without a figure that could be tested."
    )


def test_a_group_without_a_base_says_so(bundled):
    assert said.result_sentence(one(bundled, question="Happy with area")) == (
        "77% in the group “disability” agreed with “Happy with area” in the Young People's Resident"
        " Survey (YPS) in 2021/22 (the base was not printed, so no interval). The difference from"
        " everyone else was not tested: the numbers asked are not printed. The document says that"
        " this is lower than among all who were asked, without a figure that could be tested."
    )


def test_a_result_without_a_date_says_so(bundled):
    assert said.result_sentence(one(bundled, question="Low life satisfaction")) == (
        "5% answered “yes” to “Low life satisfaction” in the What About YOUth (WAY) survey at a"
        " date"
        " that is not printed (the base was not printed, so no interval)."
    )


def test_significantly_is_said_where_a_test_found_it(tmp_path):
    rows = made(csv(tmp_path, TABLE))
    assert said.result_sentence(one(rows, period_label="2024/25", group="")) == (
        "84% answered “agree” to “Feels safe at school” in the Youth survey in 2024/25 (95% CI 80.6"
        " to 86.9, n = 512). That is significantly lower than in 2023/24 (90%)."
    )
    girls = said.result_sentence(one(rows, group="female"))
    assert "That is statistically similar to among" not in girls
    assert girls.endswith("That is statistically similar to everyone else (87.1%).")


@pytest.mark.parametrize(
    ("direction", "comparator", "expected"),
    [
        ("", "2019", ""),
        ("similar", "last year", "similar to that in the year before"),
        ("higher", "2016", "higher than in 2016"),
        ("lower", "last survey", "lower than in the survey before"),
        ("higher", "", "higher than before"),
        ("much better", "2016", ""),
    ],
)
def test_claims_in_words(direction, comparator, expected):
    row = pd.Series(
        result(direction=direction, comparator=comparator)
        | {"wave_side": "not_compared", "rest_side": "not_compared"}
    )
    sentence = said.claim_sentence(row)
    assert (f"The document says that this is {expected}," in sentence) is bool(expected)
    assert bool(sentence) is bool(expected)


def test_a_claim_that_was_tested_says_no_more():
    row = pd.Series(
        result(direction="lower", comparator="2019") | {"wave_side": "lower", "rest_side": ""}
    )
    assert said.claim_sentence(row) == "The document says that this is lower than in 2019."


@pytest.mark.parametrize(("value", "text"), [(89.0, "89%"), (84.24, "84.2%"), (0.0, "0%")])
def test_a_percentage_is_as_exact_as_its_source(value, text):
    assert said.percent_text(value) == text


def test_the_survey_block_has_a_chart_and_a_table_for_each_wave(shown, bundled):
    block = shown(bundled[bundled["area_code"] == BARNET]).survey()
    assert block.html.count("<figure") == 1
    assert "89%, the most, for “Area is family friendly: agree”" in block.text
    assert "Young People's Resident Survey (YPS), 2021/22" in block.text
    assert "84% in about 2017: not tested" in block.text
    assert "500 (whole sample)" in block.text
    assert "Clear about leaving date: strongly disagree: 33% of 20 is no whole number" in block.text
    assert "Corporate Plan consultation, 2018 (16 July 2018 to 23 September 2018)" in block.text
    assert "nan" not in block.text


def test_consultations_say_how_many_took_part(shown, bundled):
    text = shown(bundled[bundled["area_code"] == BARNET]).consultations().text
    assert "Make Your Mark | 2018 | young people in Barnet | 4,783 | 0" in text
    assert "Corporate Plan consultation | 16 July 2018 to 23 September 2018" in text
    assert (
        "Care leaver council tax relief questionnaire | 2018 | not printed | withheld | 0" in text
    )
    assert "nan" not in text


def test_the_panel_of_a_chapter_holds_what_is_tagged_to_it(shown, bundled):
    rows = bundled[bundled["area_code"] == BARNET]
    chapter = shown(rows.assign(chapters=rows["chapters"].where(rows["n"] == 500, "") + " sample"))
    assert chapter.voice().text.count("\n") == 5
    assert chapter.voice(2).html.count("<li>") == 2
    assert "knife crime" in chapter.voice().text


def test_a_chapter_without_results_has_no_panel(shown, bundled):
    chapter = shown(bundled.assign(chapters=""))
    assert chapter.voice().html == ""


def test_an_area_without_surveys_says_how_to_bring_one(shown, bundled):
    chapter = shown(bundled.head(0))
    assert "This edition holds no survey of Barnet." in chapter.survey().text
    assert chapter.consultations().html == ""
    assert chapter.voice().html == ""


def test_waves_after_the_cut_are_not_shown(shown, bundled):
    shown(bundled[bundled["area_code"] == BARNET])
    early = open_chapter("sample", BARNET, "2019-12-31")
    assert "2021/22" not in survey_block(early._selection).text
    assert "about 2017" in survey_block(early._selection).text


# --- quotes ---------------------------------------------------------------------------------------


@pytest.fixture
def quoted(tmp_path, monkeypatch):
    """A project whose area keeps the quotes given."""

    def keep(text: str) -> None:
        folder = tmp_path / "data" / "commentary" / BARNET
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "quotes.csv").write_text(text, encoding="utf-8")
        monkeypatch.setattr(quotes.paths, "data_dir", lambda: tmp_path / "data")

    return keep


QUOTES = """chapter,quote,age,sex,source,date
sample,"“Nobody asked us before.”",15,female,Youth forum,March 2025
sample,I would <b>stay</b>,19,male,,
housing,We share one room,,,,
"""


def test_quotes_are_shown_word_for_word_and_escaped(quoted, shown, bundled):
    chapter = shown(bundled.head(0))
    quoted(QUOTES)
    html = chapter.voice().html
    assert "<p>“Nobody asked us before.”</p>" in html
    assert "<footer>Girl aged 15, Youth forum, March 2025</footer>" in html
    assert "&lt;b&gt;stay&lt;/b&gt;" in html
    assert "<footer>Man aged 19</footer>" in html
    assert "one room" not in html


def test_all_quotes_stand_below_their_chapters(quoted, shown, bundled):
    chapter = shown(bundled.head(0))
    quoted(QUOTES)
    block = chapter.quotes()
    assert "<h3>Sample chapter</h3>" in block.html
    assert "<h3>Housing</h3>" in block.html
    assert block.html.count("<blockquote") == 3


def test_quotes_that_nobody_keeps(quoted, shown, bundled):
    chapter = shown(bundled.head(0))
    assert "No quotes have been collected for Barnet." in chapter.quotes().text
    quoted("chapter,quote\nsample,Hello\n")
    with pytest.raises(ChapterError, match="must have the column age"):
        chapter.quotes()
    quoted("")
    with pytest.raises(ChapterError, match="must be a UTF-8 CSV"):
        chapter.quotes()


def test_the_bundled_file_of_quotes_is_empty_and_has_its_columns():
    assert quotes.read_quotes(BARNET).empty
    assert quotes.read_quotes("E09000001").empty
    header = (ROOT / "data/commentary" / BARNET / "quotes.csv").read_text().splitlines()[0]
    assert tuple(header.split(",")) == quotes.COLUMNS


@pytest.mark.parametrize(
    ("age", "sex", "expected"),
    [("", "", ""), ("14", "", "Young person aged 14"), ("", "male", "Boy")]
    + [("16-17", "female", "Girl aged 16-17"), ("21", "female", "Woman aged 21")],
)
def test_who_said_it(age, sex, expected):
    assert quotes.said_by(pd.Series({"age": age, "sex": sex, "source": "", "date": ""})) == expected


def test_samples_still_make_an_edition():
    assert {"indicators", "comparisons"} <= set(tables())
