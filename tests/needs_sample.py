"""Small editions for the tests on need: only the tables that its calls read, made in seconds."""

from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue, geography
from cyp_analysis.build import (
    comparison,
    derived,
    disclosure,
    indicators,
    needs,
    needs_ledger,
    needs_provision,
    needs_waits,
    trends,
)
from cyp_analysis.edition_reader import Edition
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.loaders import CountTable
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.view import Chapter
from cyp_analysis.schema import COUNT_COLUMNS, check_indicator_table

BARNET, LONDON, ENGLAND, LEEDS = "E09000003", "E12000007", "E92000001", "E08000035"
MADE = {
    "prevalence": needs.prevalence_table,
    "need": needs_ledger.need_table,
    "provision": needs_provision.provision_table,
    "waits": needs_waits.waits_table,
}
_USUAL = {
    "area_code": LEEDS,
    "period_start": "2023-04-01",
    "period_end": "2024-03-31",
    "period_label": "2023/24",
    "sex": "persons",
    "age": "",
    "category_type": "",
    "category": "",
    "value_note": "",
    "published_outcome": "",
    "published_trend": "",
    "source_id": "local_template",
    "source_published": None,
    "source_row": 2,
    "source_file": "figures.csv",
}


def count_rows(*rows: dict) -> CountTable:
    """A count table of the rows given, each filled up with what is usual."""
    numbers = dict.fromkeys(("count", "denominator", "value", "lower_ci_95", "upper_ci_95"))
    made = pd.DataFrame([_USUAL | numbers | row for row in rows])[COUNT_COLUMNS]
    dates = {n: "datetime64[us]" for n in ("period_start", "period_end", "source_published")}
    made = made.astype(dates | dict.fromkeys(numbers, "float64"))
    source = catalogue.load().sources[rows[0].get("source_id", "local_template")]
    return CountTable(made, source, Path("figures.csv"), pd.DataFrame())


def people(area: str = LEEDS, each: int = 1000, *, last: int = 24, **more: object) -> CountTable:
    """Single years of age from 0, as many boys as girls: `each` of either."""
    sizes = {"male": each, "female": each, "persons": 2 * each}
    usual = {
        "measure": "population_by_single_year",
        "area_code": area,
        "category_type": "single year of age",
        "period_start": "2023-06-30",
        "period_end": "2023-06-30",
        "period_label": "mid-2023",
        "source_id": "ons_population_single_year",
    }
    rows = [
        usual | {"sex": sex, "category": str(age), "count": size} | more
        for sex, size in sizes.items()
        for age in range(last + 1)
    ]
    return count_rows(*rows)


def inputs_of(*counts: CountTable) -> derived.Inputs:
    """What the derived tables are made from, with those on need made."""
    known = catalogue.load()
    built = indicators.build_indicators([table.rows for table in counts], known)
    safe = disclosure.suppress(built, known)
    judged = trends.add_targets(trends.add_recent_trend(safe, known), known)
    compared = comparison.compare_with_benchmarks(judged, known)
    table = check_indicator_table(comparison.add_main_benchmark(judged, compared))
    inputs = derived.Inputs(table, compared, {}, known, counts=counts)
    for name, make in MADE.items():
        inputs.tables[name] = make(inputs)[TABLES[name]].reset_index(drop=True)
    return inputs


def chapter_of(
    inputs: derived.Inputs, folder: Path, chapter: str, area: str = LEEDS, cut: str | None = None
) -> Chapter:
    """The chapter of an area, from an edition that holds only these tables."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"indicators": inputs.indicators, "comparisons": inputs.comparisons} | inputs.tables
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    known = catalogue.load()
    until = pd.Timestamp(cut) if cut else None
    edition = Edition("sample", folder)
    return Chapter(Selection(known.chapters[chapter], geography.area(area), edition, known, until))


def area_rows(table: pd.DataFrame, area: str = LEEDS) -> pd.DataFrame:
    """The rows of one area."""
    return table[table["area_code"] == area]


def unescaped(html: str) -> str:
    """HTML with its entities as characters."""
    import html as entities

    return entities.unescape(html)
