"""Explore Education Statistics: any data set that a passport describes, its columns and words."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from cyp_analysis.catalogue import Source
from cyp_analysis.demo.measures import DataSet, Figure, categories
from cyp_analysis.demo.people import YEARS
from cyp_analysis.demo.tables import File, by_pattern, csv_text, has_gap
from cyp_analysis.demo.words import words_for, words_together

IDENTIFIERS = [
    *("time_period", "time_identifier", "geographic_level", "country_code", "country_name"),
    *("region_code", "region_name", "old_la_code", "new_la_code", "la_name"),
]
FIRST, HIDE_UP_TO = 2017, 5
TOTAL, NOTHING, HIDDEN = "Total", "z", "c"
_NUMBERS = ("count", "denominator", "value")


@dataclass(frozen=True)
class Slot:
    """One row of an area and year: the words in its filter columns, and what it shows."""

    cells: tuple[tuple[str, str], ...]
    measure: str
    category: str = ""
    group: tuple[str, ...] = ()


def write_ees(data: DataSet) -> File:
    """The file of one passport, every measure that it describes."""
    source = data.source
    filters, numbers = _columns(source)
    filters = list(dict.fromkeys([*_broken_down(data), *filters]))
    rows = _filled(data, filters)
    order = _places(data)
    lines = []
    for year in _years(data):
        when = _when(data, year)
        for place, names in enumerate(order):
            level = int(place >= len(data.model.world.places.authorities))
            for cells, shown in rows.items():
                figures = [_text(shown, n, place, year, level) for n in numbers]
                lines.append([*when, *names, *cells, *figures])
    header = [*IDENTIFIERS, *filters, *numbers]
    return File(source.id, by_pattern(source, "csv"), csv_text(header, lines))


def _columns(source: Source) -> tuple[list[str], list[str]]:
    """Filter columns and number columns of a file, in the order that the passport names them."""
    specs = source.measures.values()
    numbers = [s[part] for s in specs for part in _NUMBERS if part in s]
    words = [c for s in specs for c in (*s.get("where", {}), s.get("category"), s.get("sex_from"))]
    words += [s["age_from"] for s in specs if "age_from" in s]
    words += list(source.filters)
    own = [c for c in source.header if c not in (*IDENTIFIERS, *numbers)]
    filters = list(dict.fromkeys(c for c in [*words, *own] if c))
    return filters, list(dict.fromkeys(numbers))


def _broken_down(data: DataSet) -> list[str]:
    """The columns that indicators break measures down by, in the order that they name them."""
    kinds = [
        getattr(indicator, role).category_type
        for (dataset, _), used in data.model.levels.uses.items()
        if dataset == data.source.dataset
        for indicator, role in used
    ]
    own = {spec.get("category_type") for spec in data.source.measures.values()}
    return [column for kind in kinds if kind and kind not in own for column in kind.split(" | ")]


def _filled(data: DataSet, filters: list[str]) -> dict[tuple[str, ...], dict]:
    """Words of the filter columns → column of numbers → (array by area and year, its count)."""
    rows: dict[tuple[str, ...], dict] = {}
    for slot in _slots(data):
        cells = dict(slot.cells)
        extra = [name for name in cells if name not in filters]
        filters += extra
        for held in list(rows) if extra else ():
            rows[held + (TOTAL,) * len(extra)] = rows.pop(held)
        shown = rows.setdefault(tuple(cells.get(name, TOTAL) for name in filters), {})
        figure = data.figure(slot.measure, slot.category, slot.group)
        spec = data.source.measures[slot.measure]
        parts = zip(_NUMBERS, (figure.count, figure.base, figure.value), strict=True)
        for part, array in parts:
            if part in spec and array is not None:
                shown.setdefault(spec[part], _cell(part, array, figure))
    return rows


def _cell(
    part: str, array: np.ndarray, figure: Figure
) -> tuple[np.ndarray, np.ndarray | None, int]:
    """The numbers, the counts that decide whether they are hidden, and their decimals."""
    protect = None if part == "denominator" else figure.count
    return array, protect, 1 if part == "value" else 0


def _slots(data: DataSet) -> Iterator[Slot]:
    """Headline rows first, then each measure's own categories, then groups of filter columns."""
    source = data.source
    named = source.measures.items()
    for name, spec in sorted(named, key=lambda each: "category" in each[1]):
        fixed = {c: w if isinstance(w, str) else str(w[0]) for c, w in source.filters.items()}
        where = {
            c: w if isinstance(w, str) else str(w[0]) for c, w in spec.get("where", {}).items()
        }
        fixed |= where
        if "category" in spec:
            for word in categories(source, name, data.model):
                yield Slot(tuple((fixed | {spec["category"]: word}).items()), name, word)
        else:
            yield Slot(tuple(fixed.items()), name)
        for cells, group in _groups(data, name):
            yield Slot(tuple((fixed | cells).items()), name, group=group)


def _groups(data: DataSet, name: str) -> Iterator[tuple[dict[str, str], tuple[str, ...]]]:
    """Words of the columns that an indicator breaks a measure down by, and sex where a column
    has it: (cells, (this word, every word that it stands among))."""
    spec = data.source.measures[name]
    if "sex_from" in spec:
        words = words_for("sex", [])
        yield from (({spec["sex_from"]: word}, (word, *words)) for word in words)
    seen: dict[str, list[str]] = {}
    for indicator, role in data.model.levels.uses.get((data.source.dataset, name), ()):
        part = getattr(indicator, role)
        if part.category_type and part.category_type != spec.get("category_type", ""):
            seen.setdefault(part.category_type, []).append(part.category)
    for kinds, words in seen.items():
        columns = kinds.split(" | ")
        for pairs in _among(kinds, [word.split(" | ") for word in words if word]):
            among = tuple(" | ".join(pair) for pair in pairs)
            for pair in pairs:
                yield dict(zip(columns, pair, strict=True)), (" | ".join(pair), *among)


def _among(kinds: str, wanted: list[list[str]]) -> list[list[tuple[str, ...]]]:
    """Groups that stand among one another: by data/demo/words.yml for columns that go together,
    else every combination of the words of each column."""
    columns = kinds.split(" | ")
    if len(columns) > 1 and (told := words_together(kinds)):
        return [[(kind, word) for word in words] for kind, words in told.items()]
    each = [
        words_for(column, [w[place] for w in wanted if len(w) == len(columns)])
        for place, column in enumerate(columns)
    ]
    return [list(product(*each))]


def _places(data: DataSet) -> list[list[str]]:
    """Level, codes and names of every area, as the columns of a file."""
    places = data.model.world.places
    country = [places.area_codes[-1], places.country_name]
    region = places.regions.set_index("code")["name"]
    rows = [
        [
            "Local authority",
            *country,
            a.region_code,
            region[a.region_code],
            a.dfe_code,
            a.code,
            a.name,
        ]
        for a in places.authorities.itertuples()
    ]
    rows += [
        ["Regional", *country, r.code, r.name, "", "", ""] for r in places.regions.itertuples()
    ]
    return [*rows, ["National", *country, "", "", "", "", ""]]


def period_type(data: DataSet) -> str:
    """The kind of period of a data set: its passport's, else that of the indicators on it."""
    kinds = [spec.get("period", "as_published") for spec in data.source.measures.values()]
    fixed = [kind for kind in kinds if kind != "as_published"]
    used = [
        indicator.period_type
        for (dataset, _), each in data.model.levels.uses.items()
        if dataset == data.source.dataset
        for indicator, _ in each
    ]
    return next(iter([*fixed, *used]), "calendar_year")


def _years(data: DataSet) -> list[int]:
    """The years of a file, without those that have no figures: the pandemic's assessments."""
    last = {"academic_year": 2025, "calendar_year": 2025, "mid_year": 2025}.get(
        period_type(data), YEARS[-1]
    )
    return [y for y in range(FIRST, last + 1) if not has_gap(data.source.dataset, y)]


def _when(data: DataSet, year: int) -> list[str]:
    kind = period_type(data)
    if kind == "academic_year":
        return [f"{year - 1}{year % 100:02d}", "Academic year"]
    if kind == "financial_year":
        return [f"{year - 1}{year % 100:02d}", "Financial year"]
    return [f"{year}", "Calendar year" if kind == "calendar_year" else "Reporting year"]


def _text(shown: dict, column: str, place: int, year: int, level: int) -> str:
    if column not in shown:
        return NOTHING
    array, protect, decimals = shown[column]
    at = (place, YEARS.index(year))
    if protect is not None and level == 0 and 0 < protect[at] <= HIDE_UP_TO:
        return HIDDEN
    number = array[at]
    if np.isnan(number):
        return NOTHING
    if decimals:
        return f"{number:.{decimals}f}"
    return str(round(number, -1) if protect is not None and level else int(number)).split(".")[0]
