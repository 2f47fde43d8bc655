"""Text to numbers: nothing unknown becomes zero, and every gap has a reason."""

import math

import pandas as pd
import pytest

from cyp_analysis.loaders import symbols


def parse(text: str) -> pd.Series:
    return symbols.parse_numbers(pd.Series([text], dtype="str")).iloc[0]


@pytest.mark.parametrize(
    "text, number",
    [
        ("0", 0.0),
        ("74,588", 74588.0),
        ("3,296,672", 3296672.0),
        ("27%", 27.0),
        ("27.2 %", 27.2),
        ("(12.5%)", -12.5),
        ("-4.97E-05", -4.97e-05),
        ("9.3699999999999992", 9.3699999999999992),
        ("\u22123", -3.0),
        (".5", 0.5),
        (" 12 ", 12.0),
        ("1 234", 1234.0),
        ("1\u00a0234\u00a0567", 1234567.0),
        ("1\u2009234.5", 1234.5),
        ("\u00a31,234", 1234.0),
        ("-\u00a35", -5.0),
        ("1.2E+05", 120000.0),
        ("1.2E7", 12000000.0),
        ("12.5 %", 12.5),
        ("+5", 5.0),
    ],
)
def test_numbers_as_publishers_write_them(text, number):
    parsed = parse(text)
    assert parsed["number"] == number
    assert (parsed["reason"], parsed["unknown"]) == ("", False)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("c", "suppressed (c)"),
        ("*", "suppressed (*)"),
        ("[c]", "suppressed (c)"),
        ("x", "not available (x)"),
        (":", "not available (:)"),
        ("..", "not available (..)"),
        ("NA", "not available (NA)"),
        ("n/a", "not available (n/a)"),
        ("NaN", "not available (NaN)"),
        ("No data", "not available (No data)"),
        ("z", "not applicable (z)"),
        (".", "not applicable (.)"),
        ("k", "rounds to zero but is not zero (k)"),
        ("low", "rounds to zero but is not zero (low)"),
        ("[low]", "rounds to zero but is not zero (low)"),
        ("LOW", "rounds to zero but is not zero (LOW)"),
        ("u", "low reliability (u)"),
        ("~", "no figure given (~)"),
        ("-", "no figure given (-)"),
        ("#VALUE!", "error in the file (#VALUE!)"),
        ("**", "suppressed (**)"),
        ("!", "suppressed (!)"),
        ("S", "suppressed (S)"),
        ("SUPP", "suppressed (SUPP)"),
        ("#", "not available (#)"),
        ("NP", "not available (NP)"),
        ("DNS", "not available (DNS)"),
        ("NE", "not applicable (NE)"),
        ("LOWCOV", "low reliability (LOWCOV)"),
        ("[z]", "not applicable (z)"),
        ("(p)", "no figure given (p)"),
        ("[r]", "no figure given (r)"),
        ("[note 3]", "see the note (note 3)"),
        ("None", "not available (None)"),
        ("<5", "suppressed to a range (<5)"),
        ("1-5", "suppressed to a range (1-5)"),
        ("1 to 4", "suppressed to a range (1 to 4)"),
        ("under 5", "suppressed to a range (under 5)"),
        ("5 or fewer", "suppressed to a range (5 or fewer)"),
        (">=95%", "suppressed to a range (>=95%)"),
        ("", "missing in file"),
        ("   ", "missing in file"),
    ],
)
def test_symbols_are_missing_with_their_reason_and_never_zero(text, reason):
    parsed = parse(text)
    assert math.isnan(parsed["number"])
    assert (parsed["reason"], parsed["unknown"]) == (reason, False)


@pytest.mark.parametrize(
    "text, number, mark",
    [
        ("74,588 [p]", 74588.0, "provisional (p)"),
        ("27.2 [note 3]", 27.2, "note 3"),
        ("27.2 [notes 3 and 4]", 27.2, "notes 3 and 4"),
        ("103r", 103.0, "revised (r)"),
        ("5 e", 5.0, "estimated (e)"),
        ("12 (p)", 12.0, "provisional (p)"),
        ("12% [r, note 2]", 12.0, "revised (r), note 2"),
        ("5 [p] [note 1]", 5.0, "provisional (p), note 1"),
        ("27.2[u]", 27.2, "low reliability (u)"),
        ("9 [b]", 9.0, "break in series (b)"),
    ],
)
def test_a_mark_beside_a_number_is_told_and_the_number_kept(text, number, mark):
    parsed = parse(text)
    assert (parsed["number"], parsed["mark"]) == (number, mark)
    assert (parsed["reason"], parsed["unknown"]) == ("", False)


def test_marks_stand_in_the_joint_note():
    rows = pd.DataFrame({"n": ["12 [p]", "13"], "rate": ["3.1 [p]", "4 [r]"]}, dtype="str")
    numbers, unread = symbols.number_columns(rows, {"count": "n", "value": "rate"})
    assert numbers["value_note"].tolist() == ["provisional (p)", "value: revised (r)"]
    assert unread.tolist() == ["", ""]


def test_plain_and_odd_figures_keep_their_places_and_index():
    texts = pd.Series(["1", "c", "2", "3 [p]", "1", "?", None], index=list("abcdefg"), dtype="str")
    parsed = symbols.parse_numbers(texts)
    assert parsed.index.tolist() == list("abcdefg")
    assert parsed["number"].fillna(-1).tolist() == [1, -1, 2, 3, 1, -1, -1]
    assert parsed["unknown"].tolist() == [False] * 5 + [True, False]
    assert {str(parsed[name].dtype) for name in ("reason", "mark")} == {"str"}


ODD = [
    "abc",
    "1,23",
    "12 34",
    "1.2.3",
    "1e999",
    "inf",
    "1_000",
    "%",
    "(12",
    "12)",
    "1e34",
    "05-Oct",
]
ODD += ["12c", "12 (3)", "12*", "\uff11\uff12", "\u0663", "--5", "1 2345", "Infinity", "5-"]


@pytest.mark.parametrize("text", ODD)
def test_other_text_is_missing_and_unknown(text):
    parsed = parse(text)
    assert math.isnan(parsed["number"])
    assert parsed["reason"] == f"not a number in the file ({text})"
    assert parsed["unknown"]


def test_missing_text_and_no_text_are_alike():
    parsed = symbols.parse_numbers(pd.Series([None, ""], dtype="str"))
    assert parsed["reason"].tolist() == ["missing in file"] * 2
    assert symbols.parse_numbers(pd.Series([], dtype="str")).empty


def test_notes_of_several_columns_name_all_but_the_first():
    rows = pd.DataFrame(
        {
            "n": ["12", "c", "c", "14"],
            "rate": ["3.1", "c", "z", "z"],
            "base": ["50", "50", "x", "odd"],
        },
        dtype="str",
    )
    columns = {"count": "n", "value": "rate", "denominator": "base"}
    numbers, unread = symbols.number_columns(rows, columns)
    assert numbers["value_note"].tolist() == [
        "",
        "suppressed (c)",
        "suppressed (c); value: not applicable (z); denominator: not available (x)",
        "value: not applicable (z); denominator: not a number in the file (odd)",
    ]
    assert unread.tolist() == ["", "", "", "`base` is not a number or a known symbol: odd"]
    assert numbers["count"].tolist()[0] == 12.0


def test_words_become_one_snake_case_word():
    words = pd.Series(["Not compared", " Increasing and getting worse ", ""], dtype="str")
    assert symbols.snake(words).tolist() == ["not_compared", "increasing_and_getting_worse", ""]
