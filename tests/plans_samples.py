"""Tables for the tests of plans and indexes: the bundled documents' own, and small made-up ones."""

from functools import cache
from types import SimpleNamespace

import pandas as pd

from cyp_analysis import catalogue, geography, loaders, paths
from cyp_analysis.build import derived, edition
from cyp_analysis.edition_tables import REGISTER_COLUMNS
from cyp_analysis.loaders.arithmetic import read_printed_arithmetic
from cyp_analysis.loaders.companions import read_companions
from cyp_analysis.present.selection import Selection
from cyp_analysis.schema import COMPARISON_COLUMNS, INDICATOR_COLUMNS, INDICATOR_KEY

AREA, OTHER = "E09000003", "E08000035"
PUBLISHED = pd.Timestamp("2019-01-17")
SOURCE = "barnet_health_wellbeing_board_2019_01"


@cache
def bundled() -> edition.Tables:
    """Every table of an edition of the bundled documents, built once for all tests."""
    found = loaders.read_all([paths.data_dir() / "raw"])
    found = found.joined_by(*read_companions(found.companions))
    arithmetic = read_printed_arithmetic(paths.data_dir() / "raw")
    return edition.build_tables(found.tables, arithmetic, catalogue.load(), found.references)


def register(kind: str, rows: list[dict], **same) -> dict[str, pd.DataFrame]:
    """A register of one kind, the common columns filled in; texts that a row lacks are empty."""
    common = {
        "area_code": AREA,
        "source_id": SOURCE,
        "source_published": PUBLISHED,
        "source_file": "2019-01-17/tracker.csv",
    } | same
    table = pd.DataFrame([common | row for row in rows])
    table["source_row"] = range(2, len(table) + 2)
    words = [name for name in table if table[name].map(lambda cell: isinstance(cell, str)).any()]
    table[words] = table[words].fillna("")
    first = [*REGISTER_COLUMNS, *(name for name in table if name not in REGISTER_COLUMNS)]
    return {kind: table[first]}


def figures(rows: list[dict]) -> pd.DataFrame:
    """Indicator rows; what a row does not say is empty, missing or as usual. `year` is a calendar
    year, `day` a date, `months` (first, last) a span."""
    made = []
    for row in rows:
        start, end, label = _period(row)
        usual = dict.fromkeys(INDICATOR_COLUMNS, "")
        numbers = ("count", "denominator", "value", "lower_ci_95", "upper_ci_95")
        usual |= dict.fromkeys([*numbers, "benchmark_value", "target_value", "target_variance"])
        usual |= {"area_code": AREA, "sex": "persons", "source_id": SOURCE, "source_row": 2}
        usual |= {"outcome": "not_compared", "source_published": PUBLISHED, "source_file": "f.csv"}
        usual |= {"period_start": start, "period_end": end, "period_label": label}
        made.append(usual | {k: v for k, v in row.items() if k in usual})
    table = pd.DataFrame(made, columns=INDICATOR_COLUMNS)
    floats = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95"]
    dates = ["period_start", "period_end"]
    return table.astype(dict.fromkeys(floats, "float64") | dict.fromkeys(dates, "datetime64[us]"))


def _period(row: dict) -> tuple[pd.Timestamp, pd.Timestamp, str]:
    if "day" in row:
        day = pd.Timestamp(row["day"])
        return day, day, f"{day.day} {day:%B %Y}"
    if "months" in row:
        first, last = (pd.Timestamp(f"{month}-01") for month in row["months"])
        return first, last + pd.offsets.MonthEnd(0), " to ".join(row["months"])
    year = row["year"]
    return pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31), str(year)


def compared(rows: pd.DataFrame, outcomes: list[str]) -> pd.DataFrame:
    """England's verdict on each of the rows."""
    made = rows[INDICATOR_KEY].assign(
        benchmark_area_code="E92000001",
        benchmark_value=1.0,
        side="similar",
        outcome=outcomes,
        comparison_method="ci_overlap_95",
        rank=float("nan"),
        rank_of=float("nan"),
        rank_tied=False,
    )
    return made[COMPARISON_COLUMNS]


def inputs(
    indicators: pd.DataFrame | None = None,
    registers: dict[str, pd.DataFrame] | None = None,
    comparisons: pd.DataFrame | None = None,
    spreads: pd.DataFrame | None = None,
) -> derived.Inputs:
    """What a derived table is made from; what is not given is empty."""
    no_spreads = pd.DataFrame(columns=[*INDICATOR_KEY, "lower_quarter", "upper_quarter"])
    return derived.Inputs(
        figures([]) if indicators is None else indicators,
        pd.DataFrame(columns=COMPARISON_COLUMNS) if comparisons is None else comparisons,
        registers or {},
        catalogue.load(),
        tables={"spreads": no_spreads if spreads is None else spreads},
    )


def selection(
    chapter: str,
    tables: dict[str, pd.DataFrame],
    registers: dict[str, pd.DataFrame] | None = None,
    indicators: pd.DataFrame | None = None,
    *,
    area: str = AREA,
    cut: str | None = None,
) -> Selection:
    """A chapter's selection over tables held in memory."""
    held = {"indicators": figures([]) if indicators is None else indicators}
    held |= {"comparisons": pd.DataFrame(columns=COMPARISON_COLUMNS)} | tables
    kinds = registers or {}

    def read(table, *, areas=None, indicators=None):
        rows = held[table]
        rows = rows if areas is None else rows[rows["area_code"].isin(list(areas))]
        return rows if indicators is None else rows[rows["indicator_id"].isin(list(indicators))]

    def entries(kind, *, areas):
        rows = kinds.get(kind, pd.DataFrame(columns=REGISTER_COLUMNS))
        return rows[rows["area_code"].isin(list(areas))]

    source = SimpleNamespace(
        read=read, register=entries, name="t", **{"indicators": held["indicators"]}
    )
    known = catalogue.load()
    day = None if cut is None else pd.Timestamp(cut)
    return Selection(known.chapters[chapter], geography.area(area), source, known, day)


def bundled_selection(chapter: str, *, area: str = AREA, cut: str | None = None) -> Selection:
    """A chapter of the edition of the bundled documents."""
    made = bundled()
    tables = {"comparisons": made.comparisons, "differences": made.differences, **made.derived}
    return selection(chapter, tables, made.registers, made.indicators, area=area, cut=cut)
