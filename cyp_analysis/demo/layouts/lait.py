"""The Local Authority Interactive Tool: its long file, and the dictionary that explains it."""

from dataclasses import replace

import numpy as np

from cyp_analysis.catalogue import Indicator, Source
from cyp_analysis.demo.levels import RATE, Kind
from cyp_analysis.demo.model import Model
from cyp_analysis.demo.people import YEARS
from cyp_analysis.demo.tables import File, csv_text, has_gap

HEADER = ["Short Desc", "Data item", "Years", "LA and Regions", "Values", "LA Number", "Region"]
DICTIONARY = [
    *("Measure_code", "Topic", "Measure", "Chart_title", "Measure_short", "Polarity"),
    *("y_axis_name", "Description", "Last Update", "Next Update", "dps", "Year_Type"),
]
FIRST, LAST = 2017, 2025
_TYPES = {
    "academic_year": ("Academic Year", True),
    "financial_year": ("Financial Year", True),
    "calendar_year": ("Calendar Year", False),
    "at_date": ("Annual", False),
    "at_31_march": ("Annual", False),
    "year_to_31_march": ("Financial Year", True),
    "january": ("Annual - January", False),
}
_POLARITY = {"low_is_good": "Low", "high_is_good": "High", "no_judgement": "-"}


def write_lait(model: Model, source: Source) -> list[File]:
    """The long file of every measure in use, and the dictionary."""
    rows: list[list[object]] = []
    described = []
    uses = model.levels.uses.items()
    mine = [(m, used[0]) for (dataset, m), used in uses if dataset == source.dataset]
    for number, (measure, (indicator, role)) in enumerate(
        sorted(mine, key=lambda each: each[0]), 1
    ):
        counted = role != "value" or indicator.statistic == "count"
        short = measure.removeprefix("lait_")
        described.append(_described(number, short, indicator, counted=counted))
        values = _counts(model, measure, indicator) if counted else _values(model, measure)
        rows += _rows(
            model, short, indicator, (values, 0 if counted else max(1, indicator.rounding))
        )
    return [
        File(source.id, "bds_long_illustrative.csv", csv_text(HEADER, rows)),
        File(source.id, "lait_data_dictionary.csv", csv_text(DICTIONARY, described)),
    ]


def _described(number: int, short: str, indicator: Indicator, *, counted: bool) -> list[object]:
    unit = "Percentage" if indicator.unit == "%" else indicator.unit
    unit = "Number" if counted else unit
    kind, _ = _TYPES.get(indicator.period_type, _TYPES["calendar_year"])
    about = [indicator.theme, indicator.name, indicator.name, short]
    judged = _POLARITY[indicator.polarity]
    return [number, *about, judged, unit, indicator.definition, "", "", indicator.rounding, kind]


def _values(model: Model, measure: str) -> np.ndarray:
    kind = model.levels.kind("dfe_lait", measure)
    return model.rates(model.people("<18 yrs") // 18, kind, "dfe_lait", measure)


def _counts(model: Model, measure: str, indicator: Indicator) -> np.ndarray:
    """A count by area: out of the measure that an indicator divides it by, else out of children."""
    return model.world.everywhere(_counted(model, measure, indicator))


def _counted(model: Model, measure: str, indicator: Indicator) -> np.ndarray:
    base, levels = indicator.denominator, model.levels
    own = indicator.numerator is not None and indicator.numerator.measure == measure
    if own and base is not None and base.source == "dfe_lait" and base.measure != measure:
        of = _counted(model, base.measure, levels.uses[(base.source, base.measure)][0][0])
        part, whole = (levels.level("dfe_lait", m, "count") for m in (measure, base.measure))
        kind = levels.kind("dfe_lait", measure)
        known = 100 * part / whole if part and whole and part < whole else kind.level
        return model.counts(of, replace(kind, per=100, level=known), "dfe_lait", measure)
    each = levels.per_child("dfe_lait", measure)
    kind = Kind(RATE, 1, levels.sign("dfe_lait", measure), each)
    return model.counts(model.people("<18 yrs"), kind, "dfe_lait", measure)


def _rows(
    model: Model, short: str, indicator: Indicator, drawn: tuple[np.ndarray, int]
) -> list[list[object]]:
    values, decimals = drawn
    _, paired = _TYPES.get(indicator.period_type, _TYPES["calendar_year"])
    places = model.world.places
    numbers = [*places.authorities["dfe_code"], *("" for _ in places.regions.index), ""]
    rows: list[list[object]] = []
    for year in (y for y in range(FIRST, LAST + 1) if not has_gap(indicator.id, y)):
        years = f"{year - 1}-{year % 100:02d}" if paired else str(year)
        item, column = f"{short}_{year}", values[:, YEARS.index(year)]
        for name, number, value in zip(places.area_names, numbers, column, strict=True):
            rows.append([short, item, years, name, f"{value:.{decimals}f}", number, ""])
    return rows
