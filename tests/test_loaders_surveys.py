"""Surveys: results as councils publish them, and answers with weights counted by hand."""

import re
import traceback
from pathlib import Path

import pandas as pd
import pytest

from cyp_analysis.errors import CatalogueError, SourceError
from cyp_analysis.loaders import CountTable, UnrecognisedFile, read

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data" / "raw"
KENT = "E10000016"
PAGE = (ROOT / "docs" / "local_returns.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```(?:csv|yaml) (\S+)\n(.*?)```", PAGE, re.DOTALL))


def write(tmp_path: Path, text: str, name: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def results(tmp_path, *rows: str, header="wave,question,response,percent,n,area") -> CountTable:
    return read(write(tmp_path, "\n".join([header, *rows, ""]), "results.csv"))


def answers(tmp_path, text=None, design=None, name="answers", **given) -> CountTable:
    write(tmp_path, EXAMPLES["answers.yml"] if design is None else design, f"{name}.yml")
    return read(write(tmp_path, text or EXAMPLES["answers.csv"], f"{name}.csv"), **given)


def share(table: CountTable, category: str, sex: str = "persons") -> tuple[float, float, float]:
    rows = table.rows[(table.rows["category"] == category) & (table.rows["sex"] == sex)]
    assert len(rows) == 1
    return tuple(rows.iloc[0][["count", "denominator", "value"]])


# --- results -------------------------------------------------------------------------------------


def test_the_example_of_results_is_read(tmp_path):
    table = read(write(tmp_path, EXAMPLES["survey.csv"], "survey.csv"))
    assert table.source.id == "local_survey_results"
    rows = table.rows
    assert set(rows["measure"]) == {"youth_survey_feels_safe_at_school"}
    assert set(rows["area_code"]) == {KENT} and set(rows["period_label"]) == {"2024/25"}
    assert rows["value"].tolist() == [84, 81, 79]
    assert rows["denominator"].tolist()[:2] == [512, 260]
    assert rows["sex"].tolist() == ["persons", "female", "persons"]
    assert rows["category"].tolist() == ["agree", "agree", "agree | Asian"]
    assert rows["category_type"].tolist() == ["response", "response", "response | ethnicity"]
    assert rows["value_note"].tolist() == ["", "", "number of respondents not given"]


PRINTED = [
    # folder, line of the file, value, denominator: read off the files
    ("barnet_health_wellbeing_board_2019_01/2019-01-17", 2, 84, None),
    ("barnet_children_young_people_plan_2023/2023-02-01", 2, 89, None),
    ("barnet_children_young_people_plan_2023/2023-02-01", 6, 51, None),
    ("barnet_children_young_people_plan_2013/2013-04-18", 2, 90, None),
]


@pytest.mark.parametrize("folder, line, value, base", PRINTED)
def test_bundled_results_as_printed(folder, line, value, base):
    table = read(RAW / folder / "survey_results.csv")
    row = table.rows[table.rows["source_row"] == line].iloc[0]
    assert row["value"] == value
    assert pd.isna(row["denominator"]) if base is None else row["denominator"] == base
    assert "number of respondents not given" in row["value_note"]


def test_a_result_that_was_not_printed_stays_missing():
    table = read(RAW / "barnet_children_young_people_plan_2023/2023-02-01/survey_results.csv")
    row = table.rows[table.rows["source_row"] == 4].iloc[0]
    assert pd.isna(row["value"]) and row["value_note"] == "missing in file"


def test_results_of_no_area_are_refused(tmp_path):
    path = tmp_path / "survey_results.csv"
    bundled = RAW / "barnet_life_chances_strategy_2020/2020-03-11/survey_results.csv"
    path.write_text(bundled.read_text(encoding="utf-8").replace("E12000007", ""))
    with pytest.raises(SourceError, match="area code `` is not in"):
        read(path)


@pytest.mark.parametrize(
    "header",
    [
        "Year,Statement,Answer,%,Base,Area",
        "Survey date,Survey question,Option,Percentage,Sample,Local authority",
        "PERIOD,QUESTION,RESPONSE,PERCENT,N,AREA_CODE",
        "survey_year,Question text,response option,Weighted %,Respondents,Council",
    ],
)
def test_names_of_columns_are_forgiven(tmp_path, header):
    table = results(tmp_path, "2024,Feels safe,agree,84%,512,Kent", header=header)
    row = table.rows.iloc[0]
    assert (row["measure"], row["value"], row["category"]) == ("feels_safe", 84, "agree")


@pytest.mark.parametrize(
    "row, value, told",
    [
        ("2024,Safe,agree,101,50,Kent", None, "percentage not between 0 and 100"),
        ("2024,Safe,agree,-1,50,Kent", None, "percentage not between 0 and 100"),
        ("2024,Safe,agree,most,50,Kent", None, "not a number or a known symbol"),
        ("2024,Safe,agree,0.84,50,Kent", 0.84, "are they shares?"),
        ("2024,Safe,agree,0,50,Kent", 0, ""),
        ("2024,Safe,agree,c,50,Kent", None, ""),
    ],
)
def test_percentages_that_cannot_be(tmp_path, row, value, told):
    table = results(tmp_path, row)
    got = table.rows["value"].iloc[0]
    assert pd.isna(got) if value is None else got == value
    assert told in " ".join(table.problems["problem"])


def test_rows_without_question_wave_or_area_are_told(tmp_path):
    rows = ["2024,,agree,5,50,Kent", ",Safe,agree,5,50,Kent", "2024,Safe,agree,5,50,Narnia"]
    table = results(tmp_path, *rows, "2024,Safe,agree,7,50,Kent")
    assert table.rows["value"].tolist() == [7]
    told = " ".join(table.problems["problem"])
    assert "no question is named" in told and "Narnia" in told and "cannot be read" in told


def test_results_need_an_area(tmp_path):
    text = "wave,question,percent\n2024,Safe,84\n"
    path = write(tmp_path, text, "results.csv")
    with pytest.raises(UnrecognisedFile, match="must say whose figures"):
        read(path)
    assert read(path, area="Kent").rows["area_code"].tolist() == [KENT]


def test_the_whole_sample_is_told_not_taken_for_the_base(tmp_path):
    header = "wave,question,percent,n,sample_n,area"
    table = results(tmp_path, "2024,Safe,84,,500,Kent", header=header)
    row = table.rows.iloc[0]
    assert pd.isna(row["denominator"])
    assert row["value_note"] == "number of respondents not given: whole sample 500"


# --- answers -------------------------------------------------------------------------------------


def test_the_example_of_answers_is_counted(tmp_path):
    table = answers(tmp_path)
    assert table.source.id == "local_survey_responses"
    # weights 1.5 and 1.0 agree, 0.5 disagrees; one does not know, one has no weight
    assert share(table, "Agree") == (2.5, 3.0, pytest.approx(250 / 3))
    assert share(table, "Disagree") == (0.5, 3.0, pytest.approx(50 / 3))
    assert share(table, "agree") == share(table, "Agree")
    assert share(table, "Agree", "female") == (1.5, 2.0, 75)
    assert share(table, "Agree", "male") == (1.0, 1.0, 100)
    row = table.rows[table.rows["category"] == "Agree"].iloc[0]
    # Kish: 3.0 squared over 1.5² + 0.5² + 1.0² = 2.57
    assert row["value_note"].startswith("unweighted base 3; effective base 3")
    assert "not for publication before disclosure control" in row["value_note"]
    assert row["measure"] == "youth_survey_feels_safe_at_school" and row["age"] == "11-18 yrs"
    told = table.problems["problem"].tolist()
    assert "row 6 left out: the weight is blank, below zero or no number" in told
    assert "`q1`: left out of the base: 1 don't know or none" in told


def test_weights_of_one_give_plain_percentages(tmp_path):
    rows = "".join(f"{n},2024,1,{'yes' if n % 4 else 'no'}\n" for n in range(40))
    text = "serial,wave,wt,q1\n" + rows
    table = answers(tmp_path, text, "questions: {q1: Likes it}\n", area="Kent")
    assert share(table, "yes") == (30, 40, 75)
    note = table.rows["value_note"].iloc[0]
    assert "unweighted base 40; effective base 40" in note


@pytest.mark.parametrize("weight", ["weight", "WT", "Final weight", "rim_weight", "Weighting"])
def test_spellings_of_the_weight(tmp_path, weight):
    text = f"id,wave,{weight},q1\n" + "1,2024,2,yes\n2,2024,1,no\n" * 4
    table = answers(tmp_path, text, "area: Kent\nquestions: {q1: Likes it}\n")
    assert share(table, "yes") == (8, 12, pytest.approx(200 / 3))


def test_the_design_may_name_another_weight(tmp_path):
    text = "id,wave,weight,household_w,q1\n" + "1,2024,2,1,yes\n2,2024,1,1,no\n" * 4
    design = "area: Kent\nweight: household_w\nquestions: {q1: Likes it}\n"
    assert share(answers(tmp_path, text, design), "yes")[2] == 50


@pytest.mark.parametrize(
    "column, cells, label",
    [
        ("wave", ["2023", "2024"], ["2023", "2024"]),
        ("wave", ["Autumn 2023", "Autumn 2024"], ["autumn 2023", "autumn 2024"]),
        ("survey_date", ["03/10/2024", "21/11/2024"], ["October to November 2024"]),
    ],
)
def test_waves(tmp_path, column, cells, label):
    rows = [f"{n},{cell},1,{'yes' if n % 2 else 'no'}" for cell in cells for n in range(8)]
    text = "\n".join([f"id,{column},weight,q1", *rows, ""])
    table = answers(tmp_path, text, "area: Kent\nquestions: {q1: Likes it}\n")
    assert sorted(table.rows["period_label"].unique()) == sorted(label)
    assert (table.rows["value"] == 50).all()


def test_a_wave_of_the_design_and_one_that_cannot_be_read(tmp_path):
    rows = "".join(f"{n},sometime,1,{'yes' if n % 2 else 'no'}\n" for n in range(8))
    text = "id,wave,weight,q1\n" + rows
    design = "area: Kent\nquestions: {q1: Likes it}\n"
    table = answers(tmp_path, text, design + "wave: 2024/25\n")
    assert set(table.rows["period_label"]) == {"2024/25"}
    with pytest.raises(SourceError, match="the wave cannot be read"):
        answers(tmp_path, text, design)


def test_an_answer_that_is_not_listed_is_out_of_the_base(tmp_path):
    text = EXAMPLES["answers.csv"] + "6,2024/25,1,7,F,x\n7,2024/25,1,,F,x\n"
    table = answers(tmp_path, text)
    assert share(table, "Agree")[1] == 3
    told = " ".join(table.problems["problem"])
    assert "1 blank, 1 don't know or none, 1 not among its answers" in told


def test_without_a_design_it_is_told_how_to_write_one(tmp_path):
    with pytest.raises(CatalogueError, match=r"Write answers\.yml beside it"):
        read(write(tmp_path, EXAMPLES["answers.csv"], "answers.csv"), area="Kent")


@pytest.mark.parametrize(
    "design, told",
    [
        ("- q1\n", "must be a mapping of keys"),
        ("area: Kent\n", "`questions`"),
        ("questions: {q1: {lable: x}}\n", "lable"),
        ("questions: [q1]\n", "`questions`"),
        ("questions: {q1: x}\nqestions: 1\n", "qestions"),
    ],
)
def test_a_design_that_is_not_understood(tmp_path, design, told):
    with pytest.raises(CatalogueError) as refused:
        answers(tmp_path, design=design, area="Kent")
    assert told in str(refused.value)


def test_columns_that_are_not_there(tmp_path):
    design = "area: Kent\nquestions: {q8: Nothing}\nsubgroups: {ward: Ward}\n"
    with pytest.raises(SourceError, match="no column `q8`; no column `ward`"):
        answers(tmp_path, design=design)


def test_an_area_is_needed(tmp_path):
    with pytest.raises(UnrecognisedFile, match="must say whose figures"):
        answers(tmp_path, design="questions: {q1: x}\n")


CANARIES = ("Quillfeather", "ZZ9 9ZZ", "R-000-1911")


def test_no_respondent_and_no_open_answer_comes_out(tmp_path, capsys):
    rows = [f"R-000-1911{n},2024,1,{n % 2},Zeb Quillfeather {n} at ZZ9 9ZZ" for n in range(30)]
    rows += ["Quillfeather,Quillfeather,Quillfeather,Quillfeather,Quillfeather"] * 2
    text = "\n".join(["respondent,wave,weight,q1,comments", *rows, ""])
    designs = [
        "area: Kent\nquestions: {q1: {label: Safe, answers: {0: No, 1: Yes}}, comments: Said}\n",
        "area: Kent\nquestions: {comments: Said}\n",
        "area: Kent\nquestions: {q1: {label: Safe, answers: {5: No}}}\n"
        "subgroups: {respondent: Who}\n",
    ]
    for design in designs:
        for damaged in (text, text[:-20], text[40:], text.replace("\n", '\n"', 3)):
            try:
                table = answers(tmp_path, damaged, design)
                said = table.rows.to_csv() + table.problems.to_csv() + repr(table)
            except (SourceError, CatalogueError) as error:
                said = "".join(traceback.format_exception(error)) + repr(vars(error))
                said += repr(error.__context__)
            said += "".join(capsys.readouterr())
            assert not [canary for canary in CANARIES if canary in said], said[:400]


def test_shares_of_a_question_add_up(tmp_path):
    import random

    draw = random.Random(3)
    words = ["Agree", "Neither", "Disagree"]
    rows = [
        f"{n},2024,{draw.uniform(0.2, 3):.3f},{draw.choice(words)},{draw.choice('FM')}"
        for n in range(400)
    ]
    text = "\n".join(["id,wave,weight,q1,gender", *rows, ""])
    design = (
        "area: Kent\nquestions: {q1: {label: Safe, agree: [Agree]}}\nsubgroups: {gender: Sex}\n"
    )
    table = answers(tmp_path, text, design)
    frame = pd.read_csv(tmp_path / "answers.csv")
    mine = table.rows[table.rows["category"].isin(words)]
    assert mine.groupby("sex")["value"].sum().tolist() == pytest.approx([100, 100, 100])
    for sex, letter in (("female", "F"), ("male", "M")):
        group = frame[frame["gender"] == letter]
        weight = group.loc[group["q1"] == "Agree", "weight"].sum()
        assert share(table, "Agree", sex)[0] == pytest.approx(weight)
        assert share(table, "Agree", sex)[1] == pytest.approx(group["weight"].sum())
