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
        ("", "missing in file"),
        ("   ", "missing in file"),
    ],
)
def test_symbols_are_missing_with_their_reason_and_never_zero(text, reason):
    parsed = parse(text)
    assert math.isnan(parsed["number"])
    assert (parsed["reason"], parsed["unknown"]) == (reason, False)


@pytest.mark.parametrize("text", ["abc", "1,23", "12 34", "1.2.3", "1e999", "inf", "1_000", "%"])
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
