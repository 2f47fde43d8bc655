"""What a period is: its first and last day, its label, and how each kind of period is made."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NUMBER = {month[:3].lower(): number for number, month in enumerate(MONTHS, start=1)}
_FIXED_DAY = re.compile(r"(?P<how>at|year_to)_(?P<day>\d{1,2})_(?P<month>[a-z]+)")


@dataclass(frozen=True)
class Period:
    """First and last day, the label that readers see, and the kind of period."""

    start: date
    end: date
    label: str
    kind: str


class Unclear(Exception):
    """Why a text in a known style still does not say which period it means."""


def one_day(day: date) -> Period:
    """A date: "31 March 2024"."""
    return Period(day, day, day_label(day), "at_date")


def month_run(first: date, last: date, kind: str = "") -> Period:
    """Whole months, from the month of one day to that of another: "April to September 2018".

    A run from April is a financial year to date, so long as it stays within that year.
    """
    start, end = first.replace(day=1), last_day(last.year, last.month)
    if end < start:
        raise Unclear("must end after it starts")
    names = [f"{MONTHS[day.month - 1]} {day.year}" for day in (start, end)]
    if start.year == end.year:
        names[0] = MONTHS[start.month - 1]
    one = (start.year, start.month) == (end.year, end.month)
    to_date = start.month == 4 and end < date(start.year + 1, 4, 1)
    kind = kind or ("year_to_date" if to_date else "range")
    return Period(start, end, names[1] if one else " to ".join(names), kind)


def calendar_years(first: int, last: int) -> Period:
    """Calendar years: "2024", "2015 to 2017"."""
    if last < first:
        raise Unclear("must end after it starts")
    one = first == last
    label, kind = (f"{first}", "calendar_year") if one else (f"{first} to {last}", "multi_year")
    return Period(date(first, 1, 1), date(last, 12, 31), label, kind)


def split_years(first: int, last: int, kind: str = "financial_year") -> Period:
    """Years by the one they start in: "2023/24", "2023/24 school year", "2013/14 to 2015/16".

    Kind `academic_year` runs from September, any other from April.
    """
    if last < first:
        raise Unclear("must end after it starts")
    school = kind == "academic_year"
    month = 9 if school else 4
    label = " to ".join(f"{year}/{(year + 1) % 100:02d}" for year in sorted({first, last}))
    if school:
        label += " school year" if first == last else " school years"
    end = date(last + 1, month, 1) - timedelta(days=1)
    return Period(date(first, month, 1), end, label, kind if first == last else "multi_year")


def mid_year(year: int) -> Period:
    """The day that population estimates are for: "mid-2023" is 30 June 2023."""
    return Period(date(year, 6, 30), date(year, 6, 30), f"mid-{year}", "mid_year")


def iso_week(year: int, week: int) -> Period:
    """Monday to Sunday of a numbered week: "week 30 of 2025"."""
    try:
        start = date.fromisocalendar(year, week, 1)
    except ValueError as error:
        raise Unclear(f"must be a week that {year} has") from error
    return Period(start, start + timedelta(days=6), f"week {week} of {year}", "week")


def quarters(first_year: int, first: int, last: int) -> Period:
    """Quarters of a financial year, Q1 from April: "Q2 2018/19"; several are named by month."""
    if last < first:
        raise Unclear("must end after it starts")
    april = first_year * 12 + 3
    begin, finish = april + 3 * (first - 1), april + 3 * last - 1
    run = month_run(date(begin // 12, begin % 12 + 1, 1), date(finish // 12, finish % 12 + 1, 1))
    if first < last:
        return run
    label = f"Q{first} {first_year}/{(first_year + 1) % 100:02d}"
    return Period(run.start, run.end, label, "quarter")


def year_ending(day: date) -> Period:
    """Twelve months to a day; years that have a name of their own keep it."""
    named = {(3, 31): "year_to_march", (8, 31): "academic_year"}
    if (day.month, day.day) in named:
        return split_years(day.year - 1, day.year - 1, named[day.month, day.day])
    if (day.month, day.day) == (12, 31):
        return calendar_years(day.year, day.year)
    after = day + timedelta(days=1)
    leap_day = (after.month, after.day) == (2, 29)
    start = date(day.year - 1, 3, 1) if leap_day else after.replace(year=after.year - 1)
    return Period(start, day, f"year to {day_label(day)}", "range")


def single_year(year: int, kind: str) -> Period:
    """What "2024" means to a passport's kind; the calendar year where there is none."""
    if kind in ("", "calendar_year"):
        return calendar_years(year, year)
    if kind == "mid_year":
        return mid_year(year)
    fixed = _fixed_day(kind)
    if not fixed:
        raise Unclear(f"must say more than the year where the kind is {kind}")
    day = day_of(year, fixed["month"], fixed["day"])
    return one_day(day) if fixed["how"] == "at" else year_ending(day)


def split_year(first: int, kind: str) -> Period:
    """What "2023/24" means to a passport's kind; the financial year where there is none."""
    if kind in ("", "financial_year", "academic_year"):
        return split_years(first, first, kind or "financial_year")
    fixed = _fixed_day(kind)
    if fixed and (fixed["day"], fixed["month"]) == ("31", "march"):
        return single_year(first + 1, kind)
    raise Unclear(f"must not be a pair of years where the kind is {kind}")


def is_year_kind(kind: str) -> bool:
    """Whether a passport's kind is about years, so that a month would contradict it."""
    named = ("calendar_year", "financial_year", "academic_year", "mid_year")
    return kind in named or _fixed_day(kind) is not None


def day_of(year: int, month: str, day: str) -> date:
    """The date, with the month as a number or a name of three letters or more."""
    number = int(month) if month.isdigit() else _NUMBER.get(month[:3].lower(), 0)
    if not month.isdigit() and not MONTHS[number - 1].lower().startswith(month.lower()):
        number = 0
    try:
        return date(year, number, int(day))
    except ValueError as error:
        raise Unclear("must be a month and day of the calendar") from error


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def day_label(day: date) -> str:
    """A date as text, the same in every locale: "1 April 2024"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _fixed_day(kind: str) -> re.Match | None:
    return _FIXED_DAY.fullmatch("year_to_31_march" if kind == "year_to_march" else kind)
