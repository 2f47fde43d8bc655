"""Fingertips downloads: every indicator of it that the catalogue uses, with sexes and groups."""

import re
from collections.abc import Iterator

import numpy as np

from cyp_analysis import methods
from cyp_analysis.catalogue import Indicator, Source
from cyp_analysis.demo import chance
from cyp_analysis.demo.levels import SCORE, SHARE, Kind
from cyp_analysis.demo.model import Model, ratio
from cyp_analysis.demo.people import YEARS
from cyp_analysis.demo.tables import File, csv_text, has_gap
from cyp_analysis.demo.words import words_for

HEADER = [
    *("Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name"),
    *("Area Type", "Sex", "Age", "Category Type", "Category", "Time period", "Value"),
    *("Lower CI 95.0 limit", "Upper CI 95.0 limit", "Lower CI 99.8 limit", "Upper CI 99.8 limit"),
    *("Count", "Denominator", "Value note", "Recent Trend"),
    *("Compared to England value or percentiles", "Compared to goal"),
]
FIRST, LAST = 2017, 2025
_BABIES = re.compile(r"births?\b|\bbab|infant|mother|delivery|feed", re.I)
_AGED = re.compile(r"aged (\d+) (?:to|-) (\d+)")
_SMALL = "Value suppressed for disclosure control due to small count"
# Parts of the people of an age: whom a share is about, and who is looked after.
_PART, _IN_CARE = 0.12, 0.005
_CARE = re.compile("looked[- ]after|in care", re.I)


def write_fingertips(model: Model, source: Source) -> File:
    """One download of every indicator."""
    rows = []
    for (dataset, measure), used in model.levels.uses.items():
        if dataset == source.dataset:
            rows += _indicator(model, measure, [indicator for indicator, _ in used], used)
    return File(source.id, "illustrative_profile.data.csv", csv_text(HEADER, rows))


def _indicator(
    model: Model, measure: str, indicators: list[Indicator], used: list
) -> Iterator[list[object]]:
    first, key = indicators[0], ("ohid_fingertips", measure)
    kind, age = model.levels.kind(*key), _age(first)
    about = [measure.removeprefix("fingertips_"), first.name]
    base = _people(model, first, age)
    if kind.what == SCORE:
        values = model.scores(kind, *key)
        yield from _rows(model, [*about, age, "Persons", "", ""], first, (values, None, None, kind))
        return
    count = model.counts(base, kind, *key)
    yield from _rows(
        model, [*about, age, "Persons", "", ""], first, _drawn(model, count, base, kind)
    )
    boys, girls = chance.parts(base, np.array([0.51, 0.49]), "sexes", *key)
    of_boys = np.rint(count * boys / np.maximum(base, 1) * 1.015)
    of_boys = np.clip(of_boys, count - girls, np.minimum(boys, count)).astype(np.int64)
    for sex, part, of in (("Male", of_boys, boys), ("Female", count - of_boys, girls)):
        made = _drawn(model, part, of, kind)
        yield from _rows(model, [*about, age, sex, "", ""], first, made)
    for name in dict.fromkeys(
        getattr(i, role).category_type for i, role in used if getattr(i, role).category_type
    ):
        yield from _groups(model, [*about, age, "Persons", name], first, (count, base, kind))


def _people(model: Model, indicator: Indicator, age: str) -> np.ndarray:
    """Whom an indicator is about: babies, three years of them where years are taken together, or
    an age."""
    told = f"{indicator.name} {indicator.unit} {indicator.sentence}"
    if not age and _BABIES.search(told):
        many = 3 if indicator.period_type in ("multi_year", "range") else 1
        return model.people("<1 yrs") * many
    share = _PART if indicator.unit == "%" else 1
    share = _IN_CARE if _CARE.search(told) else share
    return np.rint(model.people(age or "<18 yrs") * share).astype(np.int64)


def _groups(model: Model, about: list[str], first: Indicator, drawn: tuple) -> Iterator[list]:
    """The groups of one category type: equal parts of the base, figures that go with need."""
    count, base, kind = drawn
    words = words_for(about[-1], [])
    parts = chance.parts(base, np.ones(len(words)), "groups", about[0], about[-1])
    tilt = np.exp(np.linspace(0.3, -0.3, len(words)) * kind.sign)
    share = count / np.maximum(base, 1)
    for word, part, factor in zip(words, parts, tilt, strict=True):
        counted = np.rint(part * np.minimum(share * factor, 0.98)).astype(np.int64)
        yield from _rows(model, [*about, word], first, _drawn(model, counted, part, kind))


def _drawn(model: Model, count: np.ndarray, base: np.ndarray, kind: Kind) -> tuple:
    counts, bases = model.world.everywhere(count), model.world.everywhere(base)
    return ratio(counts, bases, kind.per), counts, bases, kind


def _rows(
    model: Model, about: list[str], indicator: Indicator, drawn: tuple
) -> Iterator[list[object]]:
    values, counts, bases, kind = drawn
    lower, upper = _limits(counts, bases, kind)
    number, name, age, sex, kinds, word = about
    places = model.world.places
    country = [places.area_codes[-1], places.country_name]
    for place, (code, title) in enumerate(zip(places.area_codes, places.area_names, strict=True)):
        types = _type(place, len(places.authorities), len(places.area_codes))
        for year in range(FIRST, LAST + 1):
            if has_gap(indicator.id, year):
                continue
            at = (place, YEARS.index(year))
            hidden = counts is not None and types == "County & UA" and 0 < counts[at] <= 4
            figures = [""] * 7 if hidden else _figures((values, lower, upper), (counts, bases), at)
            note = _SMALL if hidden else ""
            parent = country if place < len(places.area_codes) - 1 else ["", ""]
            where = [*parent, code, title, types, sex, age, kinds, word]
            yield [number, name, *where, _period(indicator, year), *figures, note, "", "", ""]


def _figures(values: tuple, numbers: tuple, at: tuple[int, int]) -> list[object]:
    value, lower, upper = values
    counts, bases = numbers
    if counts is None:
        return [f"{value[at]:.4f}", "", "", "", "", "", ""]
    limits = [f"{lower[at]:.6f}", f"{upper[at]:.6f}", "", ""]
    return [f"{value[at]:.6f}", *limits, int(counts[at]), int(bases[at])]


def _limits(counts: np.ndarray | None, bases: np.ndarray | None, kind: Kind) -> tuple:
    """The publisher's interval: Wilson's for shares; Byar's for rates, exact below ten."""
    if counts is None:
        return None, None
    flat, shape = counts.ravel().astype(float), counts.shape
    if kind.what == SHARE:
        limits, per = methods.wilson_interval(flat, bases.ravel()), 100
    else:
        limits, per = methods.poisson_interval(flat), kind.per / bases
    low, high = (np.asarray(limit).reshape(shape) * per for limit in limits)
    return low, high


def _type(place: int, authorities: int, areas: int) -> str:
    if place < authorities:
        return "County & UA"
    return "England" if place == areas - 1 else "Region"


def _age(indicator: Indicator) -> str:
    found = _AGED.search(f"{indicator.unit} {indicator.name} {indicator.definition}")
    if not found:
        return ""
    low, high = int(found[1]), int(found[2])
    return f"{low}-{high} yrs" if low else f"<{high + 1} yrs"


def _period(indicator: Indicator, year: int) -> str:
    if indicator.period_type in ("financial_year", "academic_year"):
        return f"{year - 1}/{year % 100:02d}"
    if indicator.period_type in ("multi_year", "range"):
        return f"{year - 2} - {year % 100:02d}"
    return str(year)
