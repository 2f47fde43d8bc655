"""One edition: written in a hidden folder, named when complete, never changed afterwards."""

import hashlib
import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from cyp_analysis import paths
from cyp_analysis.build import checks, comparison, disclosure, indicators, trends
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.errors import EditionError, UsageError
from cyp_analysis.geography import Area
from cyp_analysis.loaders import CountTable
from cyp_analysis.schema import check_indicator_table

BUILDING = ".building-"
_PACKAGES = (
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "matplotlib",
    "seaborn",
    "papermill",
    "nbconvert",
)
# Names that Windows keeps for devices.
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}


@dataclass(frozen=True)
class Tables:
    """The three tables of an edition."""

    indicators: pd.DataFrame
    comparisons: pd.DataFrame
    differences: pd.DataFrame


def build_tables(
    counts: list[CountTable], arithmetic: pd.DataFrame, catalogue: Catalogue
) -> Tables:
    """Everything that is calculated, for every area at once."""
    built = indicators.build_indicators([table.rows for table in counts], catalogue)
    safe = disclosure.suppress(built, catalogue)
    with_trend = trends.add_recent_trend(safe, catalogue)
    with_target = trends.add_targets(with_trend, catalogue)
    compared = comparison.compare_with_benchmarks(with_target, catalogue)
    table = check_indicator_table(comparison.add_main_benchmark(with_target, compared))
    found = checks.find_differences(with_target, compared, arithmetic, catalogue)
    return Tables(table, compared, found)


def write_tables(folder: Path, tables: Tables) -> None:
    """Parquet files, sorted by area so that a chapter reads only its own row groups."""
    for name in ("indicators", "comparisons", "differences"):
        table = getattr(tables, name)
        by_area = table.sort_values("area_code", kind="stable")
        by_area.to_parquet(folder / f"{name}.parquet", index=False, row_group_size=10_000)


def write_downloads(
    folder: Path, indicators: pd.DataFrame, areas: Sequence[Area], catalogue: Catalogue
) -> None:
    """The indicator rows of each area as a spreadsheet reads them best: UTF-8 with its mark."""
    names = {indicator.id: indicator.name for indicator in catalogue.indicators.values()}
    for area in areas:
        path = folder / area.code / "downloads" / f"indicators-{area.code.lower()}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = indicators[indicators["area_code"] == area.code]
        named = rows.assign(area=area.name, indicator=rows["indicator_id"].map(names))
        first = ["indicator", "area", "period_label", "value", "lower_ci_95", "upper_ci_95"]
        ordered = [*first, *(name for name in indicators if name not in first)]
        named[ordered].to_csv(path, index=False, encoding="utf-8-sig")


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


def write_receipt(folder: Path, name: str, told: dict[str, object]) -> None:
    """What went in, what ran and what came out, each with its hash; `told` adds what was asked,
    the input files and the outcome of each chapter."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    packages = {package: metadata.version(package) for package in _PACKAGES}
    receipt = {
        "edition": name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **told,
        "project": project_hashes(),
        "code": code_hash(),
        "environment": {"python": platform.python_version()} | packages,
        "outputs": {path.relative_to(folder).as_posix(): file_hash(path) for path in files},
    }
    text = json.dumps(receipt, indent=1, ensure_ascii=False)
    (folder / "receipt.json").write_text(text, encoding="utf-8")


def project_hashes() -> dict[str, str]:
    """SHA-256 of everything in the project that decides a number or a word, by path."""
    root = paths.project_root()
    folders = [paths.data_dir() / name for name in ("catalogue", "reference", "commentary")]
    folders += [paths.data_dir() / "raw", paths.notebooks_dir()]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): file_hash(path) for path in files}


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes; for a member of an archive, of the archive."""
    held = path if path.exists() else next((p for p in path.parents if p.is_file()), path)
    return hashlib.sha256(held.read_bytes()).hexdigest()


def code_hash() -> str:
    """SHA-256 over the package's own files, templates included, in order of their names."""
    package = Path(__file__).parents[1]
    whole = hashlib.sha256()
    for path in sorted(p for p in package.rglob("*") if p.is_file() and p.suffix != ".pyc"):
        whole.update(path.relative_to(package).as_posix().encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def input_record(table: CountTable) -> dict[str, object]:
    """One line of the receipt: which file, by which passport, how many rows."""
    return {
        "file": table.path.name,
        "source_id": table.source.id,
        "sha256": file_hash(table.path),
        "rows": len(table.rows),
        "rows_left_out": len(table.problems),
    }
