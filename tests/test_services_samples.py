"""Samples that the tests of services share: the bundled figures up to the tables of services, a
council's own dashboard, and chapters that read them."""

import functools
from dataclasses import replace
from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue, geography, loaders, paths
from cyp_analysis.build import derived, disclosure, indicators, trends
from cyp_analysis.edition_reader import Edition
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.view import Chapter
from cyp_analysis.schema import COMPARISON_COLUMNS, DIFFERENCE_COLUMNS, check_indicator_table

BARNET, LEEDS = "E09000003", "E08000035"
MINE = (
    *("service_figures", "flows", "reconciliations", "panels", "panel_checks", "audits"),
    "target_tiles",
)
DASHBOARD = """area,measure,unit,Apr-25,May-25,Jun-25
Leeds,Contacts received,number,900,1000,950
Leeds,Referrals received,number,300,250,255
Leeds,Re referrals,number,60,50,51
Leeds,Looked after children reviews on time,%,91.5,93.0,92.0
Leeds,Children starting care,number,30,3,25
Leeds,Families on the waiting list for mentoring,number,12,15,15
"""


def inputs_of(counts: list) -> derived.Inputs:
    """What derived tables are made from: indicators after disclosure control, and the counts."""
    known = catalogue.load()
    built = indicators.build_indicators([table.rows for table in counts], known)
    safe = disclosure.suppress(built, known)
    targeted = trends.add_targets(safe.assign(recent_trend=""), known)
    rows = targeted.assign(benchmark_area_code="", benchmark_value=float("nan"))
    table = check_indicator_table(rows.assign(outcome="not_compared"))
    made = derived.Inputs(table, pd.DataFrame(), {}, known, counts=counts)
    return with_tables(made)


def with_tables(made: derived.Inputs) -> derived.Inputs:
    """The same with the tables of services, in the order of a build."""
    for name in (name for name in derived.DERIVED if name in MINE):
        made.tables[name] = derived._maker(derived.DERIVED[name])(made)[TABLES[name]]
    return made


@functools.cache
def bundled() -> derived.Inputs:
    """The documents that come with the project."""
    found = loaders.read_all([paths.data_dir() / "raw"])
    assert not found.failed
    return inputs_of(list(found.tables))


@functools.cache
def bundled_counts() -> tuple:
    """Their count tables."""
    return tuple(bundled().counts)


def dashboard(folder: Path, text: str = DASHBOARD) -> derived.Inputs:
    """A council's own dashboard beside nothing else."""
    path = folder / "dashboard.csv"
    path.write_text(text, encoding="utf-8")
    return inputs_of([loaders.read(path)])


def edition(folder: Path, made: derived.Inputs) -> Edition:
    """An edition with the tables that services need, comparisons and differences being empty."""
    folder.mkdir(exist_ok=True)
    empty = {
        "comparisons": pd.DataFrame(columns=COMPARISON_COLUMNS, dtype="str"),
        "differences": pd.DataFrame(columns=DIFFERENCE_COLUMNS, dtype="str"),
    }
    for name, table in ({"indicators": made.indicators} | empty | made.tables).items():
        nothing = [c for c in table if table[c].dtype == object and table[c].isna().all()]
        table.astype(dict.fromkeys(nothing, "str")).to_parquet(folder / f"{name}.parquet")
    return Edition("test", folder)


def chapter(
    made: Edition, area: str = BARNET, name: str = "service_performance", **more
) -> Chapter:
    """A chapter of an area that reads this edition; `cut` ends its periods."""
    known = catalogue.load()
    return Chapter(Selection(known.chapters[name], geography.area(area), made, known, **more))


def without(made: derived.Inputs, **tables: pd.DataFrame) -> derived.Inputs:
    """The same with some tables replaced."""
    return replace(made, tables=made.tables | tables)


def test_the_samples_have_every_table_of_services():
    made = bundled()
    assert set(made.tables) == set(MINE)
    assert {name: list(made.tables[name]) for name in MINE} == {name: TABLES[name] for name in MINE}
    assert all(len(made.tables[name]) for name in MINE)
