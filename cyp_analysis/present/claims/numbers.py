"""Numbers and periods in a sentence, as a reader meets them: digits, ordinals, small words."""

import re
from calendar import month_name
from collections.abc import Iterator
from dataclasses import dataclass

from cyp_analysis.present.rounding import MINUS

_SCALES = {"million": 1e6, "thousand": 1e3, "billion": 1e9}
_MONTHS = "|".join(list(month_name)[1:])
_FIGURE = re.compile(
    rf"(?<![\w./-])(?P<sign>[{MINUS}+-])?(?P<money>£)?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:(?P<ordinal>st|nd|rd|th)\b)?(?P<percent> ?%| per cent)?(?:(?P<scale> million| billion)\b)?"
    r"(?![\w½¼¾])(?!-\w)(?!/\d)"
)
# Small words count as figures where generated sentences use them so: "none", and "One …" that
# begins a sentence. Elsewhere they belong to names and idioms ("two years", "one another").
_COUNTED = "latest|figure|of|line|bar|period|area|authority|measure"
_WORD = re.compile(
    r"(?<![\w-])none(?= |,|;|\.)(?! of it)"
    rf"|(?:^|(?<=[.:;] ))One(?= (?:{_COUNTED})\b)"
)
_ABOUT = re.compile(r"\babout $", re.IGNORECASE)
# A year is written without a comma, which a count of a thousand and more never is.
YEAR = re.compile(r"(?<![\d,.])(?:19|20)\d{2}(?:[/-]\d{2,4})?(?![\d%]|,\d|\.\d)")
_PERIODS = (
    re.compile(rf"\b\d{{1,2}}(?= (?:{_MONTHS})\b)"),
    YEAR,
    re.compile(r"\bQ[1-4]\b"),
)
_PERIOD_WORDS = re.compile(
    rf"(?:(?:about|to|and|mid|school year|year|ending|q[1-4]|spring|summer|autumn|winter|early|late"
    rf"|{_MONTHS.lower()}|\d{{1,2}}|\d{{4}}(?:/\d{{2,4}})?)[ -]?)+"
)


@dataclass(frozen=True)
class Number:
    """One number: the text as it stands, where, and how it was rounded."""

    text: str
    start: int
    end: int
    value: float
    decimals: int = 0
    percent: bool = False
    ordinal: bool = False
    about: bool = False
    signed: bool = False
    worded: bool = False


@dataclass(frozen=True)
class Span:
    """A stretch of a sentence whose digits are not a figure, and what they are."""

    start: int
    end: int
    kind: str
    text: str


def periods_in(text: str) -> list[Span]:
    """The years, days of a month and quarters named in a sentence."""
    found = [m for pattern in _PERIODS for m in pattern.finditer(text)]
    spans = [Span(m.start(), m.end(), "period", m[0]) for m in found]
    return sorted(spans, key=lambda span: span.start)


def is_period(text: str) -> bool:
    """Whether a text is nothing but a period: "2016/17", "31 March 2024", "mid-2025"."""
    return bool(periods_in(text)) and bool(_PERIOD_WORDS.fullmatch(text.lower()))


def numbers_in(text: str, masked: list[Span]) -> list[Number]:
    """The figures of a sentence, those inside masked spans left out, in the order read."""
    every = [*_figures(text), *_worded(text)]
    free = [n for n in every if not any(s.start < n.end and n.start < s.end for s in masked)]
    return sorted(free, key=lambda number: number.start)


def _figures(text: str) -> Iterator[Number]:
    for match in _FIGURE.finditer(text):
        digits = match["digits"]
        scale = _SCALES.get((match["scale"] or "").strip(), 1)
        places = len(digits.partition(".")[2])
        value = float(digits.replace(",", "")) * scale
        negative = match["sign"] in (MINUS, "-")
        yield Number(
            match[0],
            match.start(),
            match.end(),
            -value if negative else value,
            decimals=places - {1: 0, 1e3: 3, 1e6: 6, 1e9: 9}[scale],
            percent=bool(match["percent"]),
            ordinal=bool(match["ordinal"]),
            about=bool(_ABOUT.search(text[: match.start()])),
            signed=bool(match["sign"]),
        )


def _worded(text: str) -> Iterator[Number]:
    for match in _WORD.finditer(text):
        value = 1 if match[0] == "One" else 0
        yield Number(match[0], match.start(), match.end(), value, worded=True)


def overlapping(number: Number, spans: list[Span]) -> bool:
    """Whether a number lies in one of the spans."""
    return any(span.start < number.end and number.start < span.end for span in spans)
