"""One edition: written in a hidden folder, named when complete, never changed afterwards."""

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from filelock import Timeout

from cyp_analysis.build import checks, comparison, derived, disclosure, indicators, trends
from cyp_analysis.build.durable import sync_folder, sync_tree
from cyp_analysis.build.flows_figures import local_figures
from cyp_analysis.build.kept import with_kept
from cyp_analysis.build.naming import LISTING, check_name, free_name, lock_of, only_builder, taken
from cyp_analysis.build.receipt import RECEIPT
from cyp_analysis.build.registers import build_registers
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_tables import REGISTERS
from cyp_analysis.errors import EditionError
from cyp_analysis.loaders import CountTable, ReferenceTable
from cyp_analysis.schema import check_indicator_table

__all__ = ["build_tables", "check_name", "free_name", "new_edition", "write_tables"]

BUILDING = ".building-"
# Seconds to wait for a folder that a virus scanner or a file server still holds.
_PAUSES = (0.1, 0.5, 2.0)


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
    *,
    kept: pd.DataFrame | None = None,
) -> Tables:
    """Everything that is calculated, for every area at once; `kept`: figures of an earlier edition
    whose sources could not be read."""
    built = indicators.build_indicators([table.rows for table in counts], catalogue)
    built = with_kept(built, kept)
    safe, gone = disclosure.suppress_beside(built, local_figures(counts), catalogue)
    with_trend = trends.add_recent_trend(safe, catalogue)
    with_target = trends.add_targets(with_trend, catalogue)
    compared = comparison.compare_with_benchmarks(with_target, catalogue)
    table = check_indicator_table(comparison.add_main_benchmark(with_target, compared))
    found = checks.find_differences(with_target, compared, arithmetic, catalogue)
    registers, ownerless = build_registers(lists)
    safe_inputs = (table, compared, registers, catalogue)
    given = derived.Inputs(*safe_inputs, counts=counts, withheld=gone, references=lists)
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
    with only_builder(outputs, name) as name:
        sweep(outputs)
        staging = outputs / f"{BUILDING}{name}"
        shutil.rmtree(staging, ignore_errors=True)  # what an interrupted build left
        staging.mkdir()
        try:
            yield staging, name
            _publish(staging, outputs / name)
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
        try:
            lock = lock_of(outputs, left.name.removeprefix(BUILDING))
        except Timeout:
            continue
        try:
            shutil.rmtree(left, ignore_errors=True)
        finally:
            lock.release()


def _publish(staging: Path, edition: Path) -> None:
    """Everything to the disk, then the name, then the name to the disk: whenever the power fails,
    an edition that has its name is whole."""
    try:
        _date_last(staging, edition.parent)
        sync_tree(staging)
    except OSError as error:
        action = "Make room or mend the disk; earlier editions are untouched."
        raise EditionError(edition.name, "must be written whole", error, action) from error
    _give_name(staging, edition)
    sync_folder(edition.parent)


def _date_last(staging: Path, outputs: Path) -> None:
    """An edition made now is the newest, also where the clock was set back since the last one."""
    others = [path.stat().st_mtime_ns for path in outputs.glob(f"[!.]*/{RECEIPT}")]
    receipt = staging / RECEIPT
    if receipt.is_file() and receipt.stat().st_mtime_ns <= max(others, default=0):
        later = max(others) + 2_000_000_000  # some disks keep even seconds only
        os.utime(receipt, ns=(later, later))


def _give_name(staging: Path, edition: Path) -> None:
    for pause in (*_PAUSES, None):
        if edition.exists():  # a rename would take the place of an empty folder
            raise taken(edition.name)
        try:
            os.rename(staging, edition)
            return
        except OSError as error:
            if pause is None or not _may_pass(error):
                action = "Close what uses that folder, or set CYP_OUTPUTS to a folder on a disk."
                rule = "must be able to take its name"
                raise EditionError(edition.name, rule, error, action) from error
        time.sleep(pause)


def _may_pass(error: OSError) -> bool:
    return error.errno in (errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY, errno.ESTALE)


@contextmanager
def only_lister(outputs: Path) -> Iterator[None]:
    """While the page of all editions is written anew: one build at a time, and what a build that
    was cut off left of the page goes."""
    lock = lock_of(outputs, LISTING, wait=60)
    try:
        for left in outputs.glob(f".{LISTING}.*.part"):
            left.unlink(missing_ok=True)
        yield
        sync_folder(outputs)
    finally:
        lock.release()
