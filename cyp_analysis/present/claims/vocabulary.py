"""Phrases with digits that are names, not figures: "Key Stage 2", "aged 0 to 17", "Section 47".

They come from the catalogue and from the names in the edition's tables, so that a phrase counts
as a name only where it stands word for word.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

import pandas as pd

from cyp_analysis.catalogue import Catalogue
from cyp_analysis.present.claims.numbers import Span

_DIGITS = re.compile(r"\d+")
_LETTER = re.compile(r"[A-Za-z]{2}")
# Words of method that are the same on every page.
FIXED = (
    "95% CI", "95% CIs", "95% interval", "95% intervals", "95% confidence interval",
    "95% confidence intervals", "false discovery rate of 5%", "1st = best", "Above 0", "5% level",
    "Core20PLUS5", "Core20", "since 1 April", "5: clinical areas", "groups with 10 audits or more",
    "Rows of fewer than 10 audits", "bars of 100%", "bar of 100%", "each from 1 to 5",
    "about 1,500 people each", "low 1 to 3, moderate 4 to 6, high 8 to 12, extreme 15 to 25",
    "99.8% limit", "99.8% limits", "95% limit", "95% limits", "95% and 99.8%", "one in 500",
    "for each 100", "1 = most deprived", "10 = least deprived",
)  # fmt: skip
# Columns of an edition's tables that name things.
NAMES = (
    *("survey", "population", "base_words", "instrument", "caveats", "value_note", "base"),
    *("action", "risk", "success_measure", "objective", "who", "seen_from", "expected_from"),
    *("how", "note", "model", "kind", "basis", "due", "group"),
)
_PER = re.compile(r"\b(?:per|of|each) (?:100,000|10,000|1,000|100)\b")
# How old a figure is on the day of the edition, which no table holds.
_OLD = re.compile(r"\b\d+(?: to \d+)? (?:month|year)s? (?:to \d+ years )?old\b")


class Vocabulary:
    """Known phrases by the digits that begin them."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_digits: dict[str, set[str]] = defaultdict(set)
        for phrase in {*phrases, *FIXED}:
            first = _DIGITS.search(phrase)
            if _LETTER.search(phrase):
                self._by_digits[first[0] if first else ""].add(phrase.casefold())

    def spans(self, text: str) -> list[Span]:
        """Where a sentence holds one of the phrases, the longest first."""
        lowered = text.casefold()
        wanted = {*_DIGITS.findall(text), ""}
        found = [
            Span(m.start(), m.end(), "name", m[0])
            for digits in wanted
            for phrase in self._by_digits.get(digits, ())
            if phrase in lowered
            for m in re.finditer(rf"(?<![\w.,]){re.escape(phrase)}(?!\w|[.,]\d)", lowered)
        ]
        found += [Span(m.start(), m.end(), "unit", m[0]) for m in _PER.finditer(text)]
        found += [Span(m.start(), m.end(), "age", m[0]) for m in _OLD.finditer(text)]
        return sorted(found, key=lambda span: span.start - span.end)

    @cached_property
    def size(self) -> int:
        """How many phrases there are."""
        return sum(map(len, self._by_digits.values()))


def catalogue_phrases(known: Catalogue) -> set[str]:
    """Names, subjects, units, sentences and definitions of indicators; titles of all else."""
    texts: set[str] = set()
    for indicator in known.indicators.values():
        texts |= {indicator.name, indicator.subject, indicator.unit.strip(), indicator.definition}
        texts |= set(re.split(r"\{\w+\}", indicator.sentence))
        texts |= {*indicator.caveats, indicator.why_it_matters}
    for source in known.sources.values():
        texts |= {source.title, source.citation, source.publisher}
    for chapter in known.chapters.values():
        texts |= {chapter.title, chapter.question or ""}
        texts |= {text for g in chapter.groups for text in (g.caption,)}
    return {piece for text in texts for piece in _pieces(text) if _DIGITS.search(piece)}


def _pieces(text: str) -> list[str]:
    """A text, and its parts between commas and full stops: "…, per 10,000 under-18s"."""
    text = text.strip(" ,;.")
    parts = [part.strip(" ,;.") for part in re.split(r"[,;:.] |[()]", text)]
    return [text, *parts, *_after_noun(parts)]


def _after_noun(parts: list[str]) -> list[str]:
    """The ages and steps inside a phrase: "aged 10 to 24", "within 45 working days"."""
    ages = r"(?:aged |under |age |ages )?\d+(?: to \d+½?| and \d+| or \d+)?[ -](?:[a-z-]+)"
    near = (
        r"(?:aged|under|within|age|ages|Key Stage|Section|Year|Attainment|Progress) \d+"
        r"(?: (?:to|and|or) \d+½?)?"
    )
    found = [m for part in parts for rule in (ages, near) for m in re.findall(rf"\b{rule}", part)]
    return [text for text in found if not text.endswith((" to", " and", " or", " of"))]


def table_phrases(tables: dict[str, pd.DataFrame], columns: Iterable[str]) -> set[str]:
    """The words with digits in the naming columns of an edition's tables."""
    wanted, found = set(columns), set()
    for table in tables.values():
        for name in wanted & set(table.columns):
            texts = table[name].dropna().astype(str).unique()
            texts = [text.replace(" | ", ", ") for text in texts]
            found |= {text for text in texts if _DIGITS.search(text) and _LETTER.search(text)}
    return found
