"""Periods and areas as councils type them → as `periods` and `geography` know them."""

import re

import pandas as pd

from cyp_analysis import area_kinds, geography, periods
from cyp_analysis.errors import AreaError
from cyp_analysis.loaders import symbols

_CLOCK = re.compile(r"[ T]00:00(?::00)?(?:\.0+)?$")
_DAY_FIRST = re.compile(r"(\d\d?)[/.-](\d\d?)[/.-](20\d\d|19\d\d)")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_MONTH_NAMES = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_REPLACED = (
    (re.compile(r"^(?:as )?at (?:the )?(?=\d)", re.I), ""),
    (re.compile(r"^(?:FY|financial year|F/Y) ?(?=\d)", re.I), ""),
    (re.compile(r"\bquarter (?=[1-4]\b)", re.I), "Q"),
    (re.compile(r"(?<![\d/-])(\d\d)([/-])(\d\d)$"), r"20\1/\3"),
    (re.compile(r"^(\d\d)([/-])(\d\d)(?= Q[1-4])", re.I), r"20\1/\3"),
    (re.compile(r"^(Q[1-4])[- ]+(20\d\d)[-/](\d\d)$", re.I), r"\1 \2/\3"),
    (re.compile(r"^(20\d\d[-/]\d\d)[-_](Q[1-4])$", re.I), r"\1 \2"),
    (re.compile(rf"^({_MONTH_NAMES})['’ ]*(\d\d|20\d\d)$", re.I), r"\1-\2"),
)
_TO_DATE = re.compile(r"^(?:YTD[ :-]*(.+)|(.+?)[ :(-]*YTD\)?)$", re.I)
_MONTHS = ("month", "monthly")
MONTHS_TOLD = "dates on the first of a month are read as months, as a spreadsheet writes them"


def read_periods(texts: pd.Series, kinds: pd.Series) -> tuple[pd.DataFrame, bool]:
    """Periods of texts, each with the kind that its row states (blank: none); and whether dates
    on the first of a month were read as months. Dates are missing where a text is in no style.

    Such dates are months where their kind says so, where they come with a time of day, as the
    cells of a workbook do, or where there are several and all are on the first.
    """
    tidy = texts.map({text: _tidy(text) for text in texts.unique()}).astype("str")
    stamped = texts.str.contains(_CLOCK) & tidy.str.fullmatch(r"\d{4}-\d\d-01")
    plain = tidy[tidy.str.fullmatch(_ISO)]
    monthly = plain.nunique() > 1 and plain.str.endswith("-01").all()
    kinds = symbols.snake(kinds)
    asked = kinds.isin(_MONTHS) & tidy.str.fullmatch(r"\d{4}-\d\d-01")
    firsts = asked | stamped | (tidy.str.fullmatch(_ISO) & monthly)
    tidy = tidy.where(~firsts, tidy.str[:7])
    known = periods.parse_all(tidy, strict=False)
    for kind in [kind for kind in kinds.unique() if kind]:
        rows = kinds == kind
        stated = periods.parse_all(tidy[rows], kind=kind, strict=False)
        read = stated.index[stated["period_end"].notna()]
        known.loc[read] = stated.loc[read]
    return known, bool((firsts & ~asked).any())


def is_period(text: str) -> bool:
    """Whether a column's name is a period."""
    return bool(periods.parse_all(pd.Series([_tidy(text)]), strict=False)["period_label"].iloc[0])


def _tidy(text: str) -> str:
    """One text in a style that `periods` knows, if there is a way."""
    tidy = _CLOCK.sub("", " ".join(str(text).split()))
    if day := _DAY_FIRST.fullmatch(tidy):
        return f"{day[3]}-{int(day[2]):02d}-{int(day[1]):02d}"
    if to_date := _TO_DATE.match(tidy):
        return _year_to_date(_tidy(to_date[1] or to_date[2]))
    for pattern, replacement in _REPLACED:
        tidy = pattern.sub(replacement, tidy)
    return tidy.strip()


def _year_to_date(month: str) -> str:
    """From April up to a month; the text unchanged where that is none."""
    end = periods.parse_all(pd.Series([month]), strict=False)["period_end"].iloc[0]
    if pd.isna(end):
        return f"YTD {month}"
    april = end.year if end.month >= 4 else end.year - 1
    return f"{april}-04/{end:%Y-%m}"


def area_codes(texts: pd.Series, given: str) -> pd.Series:
    """Codes of areas named by code, name or DfE number; the area given where a cell is blank.

    A text that is no area stays as it is, to be told with the rows left out.
    """
    own = geography.area(given).code if given else ""
    found = {text: _code(text) if text else own for text in texts.unique()}
    numbers = geography.codes_from_dfe(texts.where(texts.str.fullmatch(r"\d{3}(\.0)?")))
    return texts.map(found).astype("str").mask(numbers != "", numbers)


def _code(text: str) -> str:
    if area_kinds.kind_of(text.upper()):
        return text.upper()
    try:
        return geography.area(text).code
    except AreaError:
        return text
