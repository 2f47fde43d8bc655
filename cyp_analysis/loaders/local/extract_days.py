"""Days of the returns: years to 31 March, months before a day, ages, working days in England.

Days are int32, counted from 1970-01-01, as in `extract_values`.
"""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

# Days that differ from the rule of their year: Banking and Financial Dealings Act 1971,
# s. 1(2)-(3), and royal proclamations as listed on gov.uk/bank-holidays.
_MOVED = {
    date(2012, 5, 28): date(2012, 6, 4),
    date(2020, 5, 4): date(2020, 5, 8),
    date(2022, 5, 30): date(2022, 6, 2),
}
_ONCE = (
    date(2011, 4, 29),
    date(2012, 6, 5),
    date(2022, 6, 3),
    date(2022, 9, 19),
    date(2023, 5, 8),
)
_YEARS = range(1990, 2101)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def day_of_number(number: int) -> date:
    """The date of a number of days since 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=int(number))


def months_before(day: date, months: int) -> date:
    """The same day some months earlier; month ends stay month ends."""
    after = day + timedelta(days=1)
    month = after.year * 12 + after.month - 1 - months
    last = _last_of_month(month // 12, month % 12 + 1)
    if after.day == 1:
        return date(month // 12, month % 12 + 1, 1) - timedelta(days=1)
    month = day.year * 12 + day.month - 1 - months
    last = _last_of_month(month // 12, month % 12 + 1)
    return date(month // 12, month % 12 + 1, min(day.day, last))


def _last_of_month(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def month_ago(days: np.ndarray, months: int) -> np.ndarray:
    """Each day some months earlier, as int32; days that the month lacks become its last."""
    day = days.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    within = day - month.astype("datetime64[D]")
    earlier = month - months
    last = (earlier + 1).astype("datetime64[D]") - earlier.astype("datetime64[D]") - 1
    moved = earlier.astype("datetime64[D]") + np.minimum(within, last)
    return moved.astype("int64").astype("int32")


def full_years(born: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Age in full years on a day; below 0 before birth."""
    birth, then = born.astype("datetime64[D]"), on.astype("datetime64[D]")
    years = then.astype("datetime64[Y]").astype(int) - birth.astype("datetime64[Y]").astype(int)
    return years - (_month_and_day(then) < _month_and_day(birth))


def _month_and_day(days: np.ndarray) -> np.ndarray:
    month = days.astype("datetime64[M]")
    number = month.astype(int) - days.astype("datetime64[Y]").astype("datetime64[M]").astype(int)
    return number * 32 + (days - month.astype("datetime64[D]")).astype(int)


def financial_year(days: np.ndarray) -> np.ndarray:
    """The year in which the year to 31 March that holds each day ends."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(int)
    return (months - 3) // 12 + 1971


def working_days(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Working days after `first` up to `last`: the day itself is 0, weekends and bank holidays of
    England and Wales are not counted."""
    start, end = first.astype("datetime64[D]"), last.astype("datetime64[D]")
    return np.busday_count(start + 1, end + 1, holidays=bank_holidays())


@lru_cache(maxsize=1)
def bank_holidays() -> np.ndarray:
    """Bank holidays of England and Wales, 1990 to 2100, by the rules in force now, with the days
    that were moved or added since 2011. Those still to be proclaimed are not foreseen."""
    ruled = [day for year in _YEARS for day in _holidays_of(year)]
    found = {_MOVED.get(day, day) for day in ruled} | set(_ONCE)
    return np.array(sorted(found), dtype="datetime64[D]")


def _holidays_of(year: int) -> list[date]:
    easter = _easter(year)
    mondays = [_first_monday(year, 5), _last_monday(year, 5), _last_monday(year, 8)]
    new_year = _weekday_from(date(year, 1, 1), ())
    christmas = _weekday_from(date(year, 12, 25), ())
    boxing = _weekday_from(date(year, 12, 26), (christmas,))
    easters = [easter - timedelta(days=2), easter + timedelta(days=1)]
    return [new_year, *easters, *mondays, christmas, boxing]


def _weekday_from(day: date, taken: tuple[date, ...]) -> date:
    while day.weekday() >= 5 or day in taken:
        day += timedelta(days=1)
    return day


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=last.weekday())


def _easter(year: int) -> date:
    """Easter Sunday by the Gregorian reckoning (Meeus, Astronomical Algorithms, ch. 8)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)
