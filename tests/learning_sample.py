"""An edition in memory for the chapters on learning: a few indicators, two or three years."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from cyp_analysis import catalogue, geography
from cyp_analysis.build import comparison, derived, learning, learning_gaps
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.view import Chapter

BARNET, LEEDS, LONDON, ENGLAND = "E09000003", "E08000035", "E12000007", "E92000001"
AUTHORITIES = list(geography.members(ENGLAND, date(2025, 8, 31)))


@dataclass(frozen=True)
class MemoryEdition:
    """The part of an edition that the calls read, without files."""

    name: str
    tables: dict
    path: Path = Path("in memory")

    def read(self, table, *, areas=None, indicators=None):
        rows = self.tables[table]
        if areas is not None:
            rows = rows[rows["area_code"].isin(list(areas))]
        return rows if indicators is None else rows[rows["indicator_id"].isin(list(indicators))]


def figures(indicator_id: str, year: int, values: dict[str, float], **more) -> pd.DataFrame:
    """Rows of one indicator for one school year."""
    return pd.DataFrame(
        {
            "indicator_id": indicator_id,
            "area_code": list(values),
            "period_start": pd.Timestamp(year - 1, 9, 1),
            "period_end": pd.Timestamp(year, 8, 31),
            "period_label": f"{year - 1}/{year % 100:02d} school year",
            "value": list(values.values()),
        }
        | more
    )


def whole(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows as the indicator table has them."""
    texts = {"sex": "persons", "age": "", "category_type": "", "category": "", "method": "none"}
    texts |= {"value_note": "", "statistic": "published", "source_id": "dfe_lait"}
    numbers = ("count", "denominator", "lower_ci_95", "upper_ci_95", "target_value")
    more = {"recent_trend": "", "target_met": "", "source_file": "", "source_row": 1}
    made = pd.concat(tables, ignore_index=True)
    for name, text in (texts | more).items():
        made[name] = made[name].fillna(text) if name in made else text
    for name in numbers:
        made[name] = made[name].astype(float) if name in made else np.nan
    return made.assign(source_published=pd.NaT, target_variance=np.nan)


def edition(tables: list[pd.DataFrame]) -> MemoryEdition:
    """Everything that the build derives from these rows for the calls on learning."""
    known, rows = catalogue.load(), whole(tables)
    some = replace(
        known, indicators={i: known.indicators[i] for i in rows["indicator_id"].unique()}
    )
    compared = comparison.compare_with_benchmarks(rows, some)
    made = comparison.add_main_benchmark(rows, compared)
    inputs = derived.Inputs(made, compared, {}, some)
    league, gaps = learning.build_league(inputs), learning_gaps.build_gaps(inputs)
    tables = {"indicators": made, "comparisons": compared}
    tables |= {"league": league[TABLES["league"]]}
    tables |= {"attainment_gaps": gaps[TABLES["attainment_gaps"]]}
    return MemoryEdition("sample", tables)


def chapter(tables, chapter_id="education", area=BARNET, until=None) -> Chapter:
    """A chapter of an area on such an edition."""
    source = tables if isinstance(tables, MemoryEdition) else edition(tables)
    known = catalogue.load()
    day = None if until is None else pd.Timestamp(until)
    return Chapter(Selection(known.chapters[chapter_id], geography.area(area), source, known, day))


def everywhere(first: float, step: float = -0.1, **own: float) -> dict[str, float]:
    """A value for each authority, in equal steps; then those named by code."""
    values = {code: first + step * n for n, code in enumerate(AUTHORITIES)}
    return values | own
