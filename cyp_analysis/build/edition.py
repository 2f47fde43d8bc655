"""One edition: written in a hidden folder, named when complete, never changed afterwards."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from cyp_analysis.build import checks, comparison, derived, disclosure, indicators, trends
from cyp_analysis.build.registers import build_registers
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_tables import REGISTERS
from cyp_analysis.errors import EditionError, UsageError
from cyp_analysis.loaders import CountTable, ReferenceTable
from cyp_analysis.schema import check_indicator_table

BUILDING = ".building-"
# Names that Windows keeps for devices.
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}


@dataclass(frozen=True)
class Tables:
    """The tables of an edition: the figures, their comparisons, what was printed otherwise, the
    registers by kind, and what is derived from these; `ownerless`: files of no area's registers."""

    indicators: pd.DataFrame
    comparisons: pd.DataFrame
    differences: pd.DataFrame
    registers: dict[str, pd.DataFrame]
    derived: dict[str, pd.DataFrame]
    ownerless: pd.DataFrame


def build_tables(
    counts: Sequence[CountTable],
    arithmetic: pd.DataFrame,
    catalogue: Catalogue,
    lists: Sequence[ReferenceTable] = (),
) -> Tables:
    """Everything that is calculated, for every area at once."""
    built = indicators.build_indicators([table.rows for table in counts], catalogue)
    safe = disclosure.suppress(built, catalogue)
    with_trend = trends.add_recent_trend(safe, catalogue)
    with_target = trends.add_targets(with_trend, catalogue)
    compared = comparison.compare_with_benchmarks(with_target, catalogue)
    table = check_indicator_table(comparison.add_main_benchmark(with_target, compared))
    found = checks.find_differences(with_target, compared, arithmetic, catalogue)
    registers, ownerless = build_registers(lists)
    given = derived.Inputs(table, compared, registers, catalogue, counts=counts, references=lists)
    made = derived.derive(given)
    return Tables(table, compared, found, registers, made, ownerless)


def write_tables(folder: Path, tables: Tables) -> None:
    """Parquet files, sorted by area so that a chapter reads only its own row groups."""
    figures = {n: getattr(tables, n) for n in ("indicators", "comparisons", "differences")}
    for name, table in (figures | tables.derived).items():
        by_area = table.sort_values("area_code", kind="stable")
        by_area.to_parquet(folder / f"{name}.parquet", index=False, row_group_size=10_000)
    (folder / REGISTERS).mkdir()
    for kind, table in tables.registers.items():
        table.to_parquet(folder / REGISTERS / f"{kind}.parquet", index=False)


@contextmanager
def new_edition(outputs: Path, name: str | None = None) -> Iterator[tuple[Path, str]]:
    """A hidden folder to write in; renamed to the edition's name only if nothing went wrong."""
    make_folder(outputs)
    name = name or free_name(outputs)
    check_name(outputs, name)
    with _only_builder(outputs, name):
        sweep(outputs)
        staging = outputs / f"{BUILDING}{name}"
        shutil.rmtree(staging, ignore_errors=True)  # what an interrupted build left
        staging.mkdir()
        try:
            yield staging, name
            _give_name(staging, outputs / name)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def make_folder(outputs: Path) -> None:
    """The folder of editions; EditionError if it cannot be made or written to."""
    try:
        outputs.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=outputs):
            pass
    except OSError as error:
        raise EditionError(
            outputs,
            "must be a folder that can be written to",
            error,
            "Free it, or set CYP_OUTPUTS.",
        ) from None


def sweep(outputs: Path) -> None:
    """Remove what interrupted builds left, unless one of them is still at work."""
    for left in outputs.glob(f"{BUILDING}*"):
        lock = FileLock(outputs / f".lock-{left.name.removeprefix(BUILDING)}")
        try:
            with lock.acquire(timeout=0):
                shutil.rmtree(left, ignore_errors=True)
        except Timeout:
            continue


def _give_name(staging: Path, edition: Path) -> None:
    try:
        os.rename(staging, edition)
    except OSError as error:
        raise EditionError(
            edition.name, "must be able to take its name", error, "Close what uses that folder."
        ) from error


def free_name(outputs: Path) -> str:
    """Today's date, with -2, -3 … if editions of today exist: an edition is never overwritten."""
    today = date.today().isoformat()
    number = 1
    while (outputs / _numbered(today, number)).exists():
        number += 1
    return _numbered(today, number)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def check_name(outputs: Path, name: str) -> None:
    """UsageError if the name cannot be a folder's on every system, EditionError if it is taken."""
    plain = re.fullmatch(r"[\w](?:[\w .-]{0,98}[\w-])?", name)
    if not plain or not name.isprintable() or name.split(".")[0].upper() in _RESERVED:
        raise UsageError(
            "--edition",
            "must be letters, digits, spaces, dots, dashes or underscores, 100 at most",
            ascii(name),
            "Try --edition 2026-annual.",
        )
    if (outputs / name).exists():
        raise EditionError(
            name, "an edition is never changed", "one of that name", "Choose another --edition."
        )


@contextmanager
def _only_builder(outputs: Path, name: str) -> Iterator[None]:
    lock = FileLock(outputs / f".lock-{name}")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise EditionError(
            name, "one build at a time", "another build of it running", "Wait for it to end."
        ) from None
    try:
        yield
    finally:
        lock.release()
