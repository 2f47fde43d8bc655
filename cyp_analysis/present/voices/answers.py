"""One survey result in a sentence: the answer, its base, how sure it is, what it is beside."""

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.present import rounding
from cyp_analysis.present.narrative import join_sentences
from cyp_analysis.present.selection import Selection

_THAN = {
    "higher": "significantly higher than",
    "lower": "significantly lower than",
    "similar": "statistically similar to",
}
_AGAINST = {
    "last survey": "in the survey before",
    "last year": "in the year before",
    "one year ago": "in the year before",
    "all respondents": "among all who were asked",
}


def survey_rows(selection: Selection) -> pd.DataFrame:
    """The area's survey rows that are shown, up to the cut; those without a date stay."""
    rows = selection.edition.read("surveys", areas=[selection.area.code])
    if selection.cut is not None:
        rows = rows[rows["period_end"].isna() | (rows["period_end"] <= selection.cut)]
    return rows


def percent_text(percent: float) -> str:
    """ "89%", "84.2%": a decimal only where the source has one."""
    return f"{rounding.half_up(percent, 0 if float(percent).is_integer() else 1)}%"


def when_text(row: pd.Series) -> str:
    """ "in 2021/22", "in about 2017"; without a date, that none is printed."""
    if not row["period_label"]:
        return "at a date that is not printed"
    when = periods.when(row["period_start"], row["period_end"], row["period_label"])
    return when[:1].lower() + when[1:]


def result_sentence(row: pd.Series) -> str:
    """What was answered, by whom, when, with the interval or why there is none."""
    group = f" in the group “{row['group']}”" if row["group"] else ""
    answer = f"answered “{row['response']}” to" if row["response"] else "agreed with"
    survey = row["survey"] or "a survey"
    said = (
        f"{percent_text(row['percent'])}{group} {answer} “{row['question']}” in the {survey}"
        f" {when_text(row)} ({sureness(row)})."
    )
    return join_sentences(said, rest_sentence(row), wave_sentence(row), claim_sentence(row))


def sureness(row: pd.Series) -> str:
    """The interval and its base, or that the base was not printed."""
    if pd.isna(row["lower"]):
        return "the base was not printed, so no interval"
    ends = [rounding.half_up(row[end], 1) for end in ("lower", "upper")]
    base = rounding.count_text(row["n"])
    asked = (
        f"if all {base} of the sample answered" if row["base"] == "whole_sample" else f"n = {base}"
    )
    return f"95% CI {' to '.join(ends)}, {asked}"


def rest_sentence(row: pd.Series) -> str:
    """The group against everyone else, where tested, or why it is not."""
    if not row["group"]:
        return ""
    if row["rest_side"] in _THAN:
        other = percent_text(round(row["rest_percent"], 1))
        among = "" if row["rest_side"] == "similar" else "among "
        return f"That is {_THAN[row['rest_side']]} {among}everyone else ({other})."
    return (
        "The difference from everyone else was not tested: the numbers asked are not printed."
        if row["rest_note"]
        else ""
    )


def wave_sentence(row: pd.Series) -> str:
    """This wave against the one before, where tested, or why it is not."""
    if pd.isna(row["earlier_percent"]):
        return ""
    earlier = f"{row['earlier_label']} ({percent_text(row['earlier_percent'])})"
    if row["wave_side"] in _THAN:
        within = "that in" if row["wave_side"] == "similar" else "in"
        return f"That is {_THAN[row['wave_side']]} {within} {earlier}."
    return (
        f"The wave of {earlier} cannot be tested against it: the number asked is not printed for"
        " both."
    )


def claim_sentence(row: pd.Series) -> str:
    """What the document itself says of a change, as its claim."""
    claim, against = row["direction"], row["comparator"]
    if claim not in ("higher", "lower", "similar"):
        return ""
    against = _AGAINST.get(against, f"in {against}" if against else "before")
    than = "similar to that" if claim == "similar" else f"{claim} than"
    tested = row["wave_side"] in _THAN or row["rest_side"] in _THAN
    why = "" if tested else ", without a figure that could be tested"
    return f"The document says that this is {than} {against}{why}."
