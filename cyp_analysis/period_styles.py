"""How publishers write a period: one pattern for each style, and how to read it.

`read_style` tries the patterns in turn; the first that fits the whole text decides.
"""

import re
from collections.abc import Callable
from datetime import date

from cyp_analysis.period_kinds import (
    Period,
    Unclear,
    calendar_years,
    day_of,
    is_year_kind,
    iso_week,
    last_day,
    mid_year,
    month_run,
    one_day,
    quarters,
    single_year,
    split_year,
    split_years,
    year_ending,
)

_SEASON_MONTHS = {  # seasons as the Met Office has them, terms as DfE funds early education
    ("spring", False): (3, 5),
    ("summer", False): (6, 8),
    ("autumn", False): (9, 11),
    ("autumn", True): (9, 12),
    ("spring", True): (1, 3),
    ("summer", True): (4, 8),
}
_YEAR = r"(?:19|20)\d\d"
_MONTH = r"[A-Za-z]{3,9}"
_TO = r"(?: ?- ?| to )"


def read_style(text: str, kind: str) -> Period | None:
    """The period that a tidied text stands for, None if it is in no known style.

    Unclear, with the rule, where the style is known but the text or the kind does not fit.
    """
    for pattern, read in _STYLES:
        if match := pattern.fullmatch(text):
            return read(match, kind)
    return None


def _single(match: re.Match, kind: str) -> Period:
    return single_year(int(match["first"]), kind)


def _sortable(match: re.Match, kind: str) -> Period:
    """Fingertips' sorting key 20230000 is only the year in which the period starts."""
    first = int(match["first"])
    if not kind:
        raise Unclear("must come with the kind of period, for the sorting key has only a year")
    pairs = kind in ("financial_year", "academic_year") or kind.startswith("year_to")
    return split_year(first, kind) if pairs else single_year(first, kind)


def _year_and_two_digits(match: re.Match, kind: str) -> Period:
    """2023/24, 2023-24, 202324, 2023.24 are years that follow; 2023-01 and 202301 a month;
    2014-18 several years. 2010-11 and 201011 are a month only where the kind is `month`."""
    first, last, separator = int(match["first"]), int(match["last"]), match["separator"]
    month = separator in ("", "-") and 1 <= last <= 12
    if month and kind == "month":
        return month_run(date(first, last, 1), date(first, last, 1), "month")
    if _follows(first, last):
        several = kind == "multi_year" and separator == "-"
        return calendar_years(first, first + 1) if several else split_year(first, kind)
    if month and not is_year_kind(kind):
        return month_run(date(first, last, 1), date(first, last, 1), "month")
    if separator == "-" and last > first % 100 and kind in ("", "calendar_year", "multi_year"):
        return calendar_years(first, first - first % 100 + last)
    raise Unclear("must end in the year that follows, or in a month from 01 to 12")


def _two_years(match: re.Match, kind: str) -> Period:
    """2015 - 17, 2015-2017, 2015 to 2017: calendar years unless the kind joins 2018-2019."""
    first, last = int(match["first"]), _full_year(int(match["first"]), match["last"])
    if last == first:
        raise Unclear("must end in another year than it starts")
    if kind in ("", "calendar_year", "multi_year", "range") and match["separator"].strip() != "/":
        return calendar_years(first, last)
    if last == first + 1:
        return split_year(first, kind)
    raise Unclear(f"must be one year where the kind is {kind or 'not given'}")


def _two_split_years(match: re.Match, kind: str) -> Period:
    first, last = int(match["first"]), _full_year(int(match["first"]), match["last"])
    follow = _follows(first, int(match["first2"])) and _follows(last, int(match["last2"]))
    if not follow:
        raise Unclear("must be years that follow each other, such as 2013/14")
    school = kind == "academic_year" or bool(match["school"])
    return split_years(first, last, "academic_year" if school else "financial_year")


def _school_year(match: re.Match, _: str) -> Period:
    if not _follows(int(match["first"]), int(match["last"])):
        raise Unclear("must be years that follow each other, such as 2013/14")
    return split_year(int(match["first"]), "academic_year")


def _financial_year_ending(match: re.Match, _: str) -> Period:
    return split_year(int(match["first"]) - 1, "financial_year")


def _mid_year(match: re.Match, _: str) -> Period:
    return mid_year(int(match["first"]))


def _date(match: re.Match, _: str) -> Period:
    return one_day(day_of(int(match["first"]), match["month"], match["day"]))


def _month(match: re.Match, _: str) -> Period:
    day = day_of(_full_year(2000, match["first"]), match["month"], "1")
    return month_run(day, day, "month")


def _months(match: re.Match, _: str) -> Period:
    last = day_of(int(match["last"]), match["month2"], "1")
    first = day_of(int(match["first"] or match["last"]), match["month"], "1")
    return month_run(first, last)


def _quarter(match: re.Match, _: str) -> Period:
    first, last = int(match["first"]), match["last"]
    if not last or not _follows(first, int(last)):
        raise Unclear("must give both years of the financial year, such as Q2 2018/19")
    return quarters(first, int(match["q1"]), int(match["q2"] or match["q1"]))


def _season(match: re.Match, _: str) -> Period:
    year, term = int(match["first"]), bool(match["term"])
    start, end = _SEASON_MONTHS[match["season"].lower(), term]
    run = month_run(date(year, start, 1), date(year, end, 1))
    label = f"{match['season'].lower()} {'term of ' if term else ''}{year}"
    return Period(run.start, run.end, label, "range")


def _week(match: re.Match, _: str) -> Period:
    return iso_week(int(match["first"]), int(match["week"]))


def _year_ending(match: re.Match, _: str) -> Period:
    year, month = int(match["first"]), match["month"]
    if match["day"]:
        return year_ending(day_of(year, month, match["day"]))
    return year_ending(last_day(year, day_of(year, month, "1").month))


def _follows(first: int, last: int) -> bool:
    return (first + 1) % 100 == last


def _full_year(first: int, last: str) -> int:
    """A year of two digits in the century of `first`, or in the next if that is soon after."""
    if len(last) == 4:
        return int(last)
    year = first - first % 100 + int(last)
    return year + 100 if year + 100 - first < 50 else year


def _style(pattern: str, read: Callable[[re.Match, str], Period]) -> tuple:
    return re.compile(pattern, re.IGNORECASE), read


_STYLES = (
    _style(rf"(?P<first>{_YEAR})", _single),
    _style(rf"(?P<first>{_YEAR})0000", _sortable),
    _style(rf"(?P<first>{_YEAR})(?P<separator>[-/.]?)(?P<last>\d\d)", _year_and_two_digits),
    _style(rf"(?P<first>{_YEAR})(?P<separator>{_TO}|/)(?P<last>{_YEAR})", _two_years),
    _style(rf"(?P<first>{_YEAR})(?P<separator> - | to )(?P<last>\d\d)", _two_years),
    _style(
        rf"(?P<first>{_YEAR})[/.](?P<first2>\d\d){_TO}(?P<last>\d\d|{_YEAR})[/.](?P<last2>\d\d)"
        r"(?P<school> school years)?",
        _two_split_years,
    ),
    _style(rf"(?P<first>{_YEAR})[-/.]?(?P<last>\d\d) (?:school|academic) year", _school_year),
    _style(rf"FYE (?P<first>{_YEAR})", _financial_year_ending),
    _style(rf"mid[- ]?(?P<first>{_YEAR})", _mid_year),
    _style(rf"(?P<first>{_YEAR})-(?P<month>\d\d)-(?P<day>\d\d)", _date),
    _style(rf"(?P<day>\d\d?) (?P<month>{_MONTH}) (?P<first>{_YEAR})", _date),
    _style(
        rf"(?P<season>autumn|spring|summer) (?P<term>term (?:of )?)?(?P<first>{_YEAR})", _season
    ),
    _style(rf"(?P<month>{_MONTH})[- ](?P<first>{_YEAR}|[0-4]\d)", _month),
    _style(rf"(?P<first>{_YEAR}) (?P<month>{_MONTH})", _month),
    _style(
        rf"(?P<month>{_MONTH})(?: (?P<first>{_YEAR}))?(?:{_TO}|/)(?P<month2>{_MONTH})"
        rf" (?P<last>{_YEAR})",
        _months,
    ),
    _style(
        rf"(?P<first>{_YEAR})-(?P<month>\d\d)(?:/| to )(?P<last>{_YEAR})-(?P<month2>\d\d)", _months
    ),
    _style(
        rf"Q(?P<q1>[1-4])(?:{_TO}Q(?P<q2>[1-4]))? (?P<first>{_YEAR})(?:[-/.]?(?P<last>\d\d))?",
        _quarter,
    ),
    _style(
        rf"(?P<first>{_YEAR})(?:[-/.]?(?P<last>\d\d))? Q(?P<q1>[1-4])(?:{_TO}Q(?P<q2>[1-4]))?",
        _quarter,
    ),
    _style(rf"week (?P<week>\d\d?) (?:of )?(?P<first>{_YEAR})", _week),
    _style(rf"(?P<first>{_YEAR}) week (?P<week>\d\d?)", _week),
    _style(
        rf"year (?:ending|ended|to) (?:(?P<day>\d\d?) )?(?P<month>{_MONTH}) (?P<first>{_YEAR})",
        _year_ending,
    ),
)
