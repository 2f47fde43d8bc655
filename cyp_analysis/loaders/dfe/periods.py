"""Time identifiers of Explore Education Statistics that are more than a kind of year.

Layout: Explore Education Statistics, open data standards (time identifiers). A reporting year is
read as the year to 31 March, as in children's social care, and files are told so.
"""

import re

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.loaders.columns import distinct, per_text, spread

REPORTING = "reporting year"
READ_AS = "`Reporting year` is read as the year to 31 March: the file does not say which days"
CALENDAR = "years without a stroke are read as calendar years: reporting years look the same here"
_KINDS_OF_YEAR = {"/": "Academic year", "-": "Financial year", "": "Calendar year"}
_MONTHS = {
    "q1": ("January", "March"),
    "q2": ("April", "June"),
    "q3": ("July", "September"),
    "q4": ("October", "December"),
}


def parse(rows: pd.DataFrame, kind: str | None = None) -> pd.DataFrame:
    """period_start, period_end and period_label of rows with time_period and time_identifier.

    `kind` is the passport's and decides. What cannot be read stays missing.
    """
    pairs, number = distinct(rows, ["time_period", "time_identifier"])
    pairs = pairs.set_axis(["text", "named"], axis=1)
    if kind:
        found = periods.parse_all(pairs["text"], pairs["named"], kind, strict=False)
    else:
        found = _each(pairs)
    return spread(found, number, rows.index)


def _each(pairs: pd.DataFrame) -> pd.DataFrame:
    """The periods of different pairs of text and identifier."""
    plain = [_plain(text, named) for text, named in pairs.itertuples(index=False, name=None)]
    tidy = pd.DataFrame(plain, columns=["text", "named"], index=pairs.index, dtype="str")
    reporting = _is_reporting(tidy["named"])
    when = periods.parse_all(tidy["text"], tidy["named"], strict=False)
    if reporting.any():
        texts = tidy.loc[reporting, "text"]
        years = periods.parse_all(texts, kind="year_to_31_march", strict=False)
        when = pd.concat([when[~reporting], years]).loc[pairs.index]
    return when


def written_times(texts: pd.Series) -> dict[str, pd.Series]:
    """time_period and time_identifier of `2018/19`, `2023`, `2020/21 Autumn term` …: in tables a
    stroke makes a school year and a hyphen a financial one."""
    parts = texts.str.extract(r"^(\d{4}(?:([/-])\d\d)?)\s*(.*)$").fillna("")
    usual = parts[1].map(_KINDS_OF_YEAR).astype("str")
    return {
        "time_period": parts[0].where(parts[0] != "", texts),
        "time_identifier": parts[2].where(parts[2] != "", usual).where(parts[0] != "", ""),
    }


def has_reporting_years(rows: pd.DataFrame) -> bool:
    """Whether a row's days are taken from custom, not from the file."""
    return bool(per_text(rows["time_identifier"], _is_reporting).any())


def _is_reporting(texts: pd.Series) -> pd.Series:
    return texts.str.strip().str.casefold() == REPORTING


def _plain(text: str, named: str) -> tuple[str, str]:
    """A time period and identifier in the words of `periods`; as they are if those are plain."""
    tidy, word = text.strip(), " ".join(named.casefold().split())
    year = re.match(r"(?:19|20)\d\d", tidy)
    if year is None:
        return text, named
    first = int(year[0])
    second = first + 1 if len(tidy) > 4 else first
    if re.fullmatch(r"autumn (and|&) spring terms?", word):
        return f"September {first} to March {first + 1}", ""
    if re.fullmatch(r"six half[- ]terms?", word):
        return text, "Academic year"
    if re.fullmatch(r"five half[- ]terms?", word):
        return f"September {first} to May {first + 1}", ""
    if re.fullmatch(r"autumn terms?", word):
        return f"autumn term of {first}", ""
    if re.fullmatch(r"(spring|summer) terms?", word):
        return f"{word.split()[0]} term of {second}", ""
    if match := re.fullmatch(r"calendar year (q[1-4])", word):
        start, end = _MONTHS[match[1]]
        return f"{start} {first} to {end} {first}", ""
    if word.startswith("part 1"):
        return f"April {first} to September {first}", ""
    if word.startswith("part 2"):
        return f"October {first} to March {first + 1}", ""
    return text, named
