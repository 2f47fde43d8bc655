"""Periods as publishers write them: their dates, their labels, and words that open a sentence."""

import re
from datetime import date

import pandas as pd

from cyp_analysis.errors import PeriodError
from cyp_analysis.period_kinds import MONTHS, Period, Unclear
from cyp_analysis.period_styles import read_style

__all__ = ["Period", "is_yearly_run", "parse", "parse_all", "when", "years_apart"]

_IDENTIFIER_KINDS = {
    "": "",
    "academic year": "academic_year",
    "calendar year": "calendar_year",
    "financial year": "financial_year",
}
# identifiers that complete the text: "2025" with "Week 30" reads "week 30 of 2025"
_COMPLETED = (
    (re.compile(r"week (\d+)"), r"week \1 of {text}"),
    (re.compile(rf"({'|'.join(MONTHS)})", re.IGNORECASE), r"\1 {text}"),
    (re.compile(r"financial year (q[1-4])"), r"\1 {text}"),
)
_YEAR_ENDING = re.compile(r"year (?:ending|ended|to) (?P<day>\d\d?) (?P<month>[a-z]+) \d{4}")
_STATUS = re.compile(r" ?[\[(](p|r|prov|provisional|rev|revised|final|ot|outturn)[\])]$", re.I)
_ABOUT = re.compile(r"^(c\.|circa|about|around) ?", re.I)
_DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "------")
_KNOWN = (
    "must be in a known style, such as 2024, 2023/24, 202324, 2015 - 17, 31 March 2024, "
    "September 2018, 2018-09, 2018-04/2018-09 or Q2 2018/19"
)
_MEND = "Correct the text, or say in the passport (`period:`) what it stands for."


def parse(text: object, identifier: str = "", kind: str | None = None) -> Period:
    """The period that a publisher's text stands for. PeriodError if no known style explains it.

    `identifier` is DfE's time_identifier; `kind` is the passport's and decides, before the
    identifier, what a text such as "2024" or "2023/24" means. Explicit texts stand as they are.
    """
    named = "" if pd.isna(identifier) else " ".join(str(identifier).split()).lower()
    try:
        tidy = _tidy(text)
        bare = _ABOUT.sub("", tidy)
        period = _read(bare, named, kind or "")
    except Unclear as error:
        raise _refusal(text, str(error), identifier, kind) from error
    if period is None:
        raise _refusal(text, _KNOWN, identifier, kind)
    about = "" if bare == tidy else "about "
    return Period(period.start, period.end, about + period.label, period.kind)


def parse_all(
    texts: pd.Series,
    identifiers: pd.Series | None = None,
    kind: str | None = None,
    *,
    strict: bool = True,
) -> pd.DataFrame:
    """Columns period_start, period_end (dates) and period_label for each text, same index.

    Each different text is read once. A text that cannot be read raises PeriodError, or, where
    not `strict`, leaves its dates missing and its label empty.
    """
    named = pd.Series("", index=texts.index) if identifiers is None else identifiers
    if not named.index.equals(texts.index):
        raise PeriodError(
            "identifiers",
            "must have the index of the texts",
            f"{len(named)} for {len(texts)} texts",
            "Take both from one table.",
        )
    pairs = pd.DataFrame({"text": texts.astype("str"), "identifier": named.astype("str")})
    pairs = pairs.fillna("")
    number = pairs.groupby(["text", "identifier"], sort=False).ngroup()
    first = pairs.drop_duplicates()
    found = [_row(text, named, kind, strict) for text, named in first.to_numpy().tolist()]
    columns = ["period_start", "period_end", "period_label"]
    table = pd.DataFrame(found, columns=columns).astype(
        {"period_start": "datetime64[us]", "period_end": "datetime64[us]", "period_label": "str"}
    )
    return table.take(number.to_numpy()).set_axis(texts.index)


def when(start: date, end: date, label: str) -> str:
    """The words that open a sentence: "On 31 March 2024", "In 2016", "In the 2023/24 school year".

    PeriodError if there is no label.
    """
    bare = label.removeprefix("about ")
    if not bare:
        raise _refusal(label, "must have a label to open a sentence", "", None)
    if start == end and not bare.startswith("mid-"):
        return f"On {label}"
    article = "the " if re.search(r"school year|^year to | term of ", bare) else ""
    if " to " in bare and not bare.startswith("year to "):
        return f"Between {article}{label.replace(' to ', ' and ')}"
    return f"In {article}{label}"


def years_apart(earlier: date, later: date) -> float:
    """Years between two dates; a whole number for the same day of the year (or month end)."""
    first, last = pd.Timestamp(earlier), pd.Timestamp(later)
    if first.is_month_end and last.is_month_end:
        months = (last.year - first.year) * 12 + last.month - first.month
    else:
        months = (last.year - first.year) * 12 + last.month - first.month
        months += (last.day - first.day) / 30.436875
    return months / 12


def is_yearly_run(ends: pd.Series) -> bool:
    """Whether period ends, in any order, lie one year apart without gap, repeat or missing."""
    days = pd.to_datetime(ends).sort_values()
    if days.empty or days.isna().any():
        return False
    pairs = zip(days, days.iloc[1:], strict=False)
    return all(years_apart(first, last) == 1 for first, last in pairs)


def _tidy(text: object) -> str:
    missing = text is None or (not isinstance(text, str) and pd.isna(text))
    tidy = "" if missing else " ".join(str(text).translate(_DASHES).split())
    tidy = _STATUS.sub("", re.sub(r"^(\d{4,8})\.0$", r"\1", tidy))
    if not tidy:
        raise Unclear("must not be blank")
    return tidy


def _read(text: str, identifier: str, kind: str) -> Period | None:
    period = read_style(_completed(text, identifier), kind or _kind_of(text, identifier))
    if period and not kind and _YEAR_ENDING.fullmatch(identifier):
        stated = read_style(identifier, "")
        if (stated.start, stated.end) != (period.start, period.end):
            raise Unclear("must be the same year as its identifier")
    return period


def _completed(text: str, identifier: str) -> str:
    for pattern, template in _COMPLETED:
        if match := pattern.fullmatch(identifier):
            return match.expand(template).replace("{text}", text)
    return text


def _kind_of(text: str, identifier: str) -> str:
    """The kind that an identifier states; Unclear for one that leaves a bare year open."""
    if match := _YEAR_ENDING.fullmatch(identifier):
        return f"year_to_{match['day']}_{match['month']}"
    completes = any(pattern.fullmatch(identifier) for pattern, _ in _COMPLETED)
    kind = _IDENTIFIER_KINDS.get(identifier, "" if completes else None)
    if kind is None and re.fullmatch(r"\d{4,8}", text):
        raise Unclear("must come with a kind, for its identifier leaves open which days are meant")
    return kind or ""


def _refusal(text: object, rule: str, identifier: object, kind: str | None) -> PeriodError:
    extras = [f"identifier {identifier!r}"] if identifier else []
    extras += [f"kind {kind!r}"] if kind else []
    got = f"{text!r}" + (f" with {' and '.join(extras)}" if extras else "")
    return PeriodError(f"period {text!r}", rule, got, _MEND)


def _row(text: str, identifier: str, kind: str | None, strict: bool) -> tuple:
    try:
        period = parse(text, identifier, kind)
    except PeriodError:
        if strict:
            raise
        return pd.NaT, pd.NaT, ""
    return period.start, period.end, period.label
