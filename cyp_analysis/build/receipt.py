"""The receipt of an edition: what went in, what ran and what came out, each with its hash."""

import hashlib
import json
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from cyp_analysis import paths
from cyp_analysis.loaders import CountTable, ReferenceTable

RECEIPT = "receipt.json"
# What is of the run and not of its result: never the same twice.
OF_THE_RUN = ("created", "seconds")
_PACKAGES = (
    *("pandas", "numpy", "scipy", "statsmodels", "pyarrow", "pandera", "pydantic"),
    *("matplotlib", "seaborn", "papermill", "ipykernel", "nbclient", "nbconvert", "nbformat"),
    *("jinja2", "mistune", "gptables", "xlsxwriter", "openpyxl", "python-calamine", "pyyaml"),
)


def write_receipt(folder: Path, name: str, told: dict[str, object]) -> None:
    """What went in, what ran and what came out, each with its hash; `told` adds what was asked,
    the input files and the outcome of each chapter."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    receipt = {
        "edition": name,
        **({"notice": paths.notice()} if paths.notice() else {}),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **told,
        "project": project_hashes(),
        "code": code_hash(),
        "environment": environment(),
        "outputs": {path.relative_to(folder).as_posix(): file_hash(path) for path in files},
    }
    text = json.dumps(receipt, indent=1, ensure_ascii=False)
    (folder / RECEIPT).write_text(text, encoding="utf-8")


def environment() -> dict[str, str]:
    """Versions of Python and of the packages that numbers, charts and files are made with, and
    the kind of machine, as sums of decimals may differ between kinds."""
    packages = {package: metadata.version(package) for package in _PACKAGES}
    machine = f"{platform.system()} {platform.machine()}"
    return {"python": platform.python_version(), "machine": machine} | packages


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


def input_record(table: CountTable | ReferenceTable) -> dict[str, object]:
    """One line of the receipt: which file, by which passport, how many rows."""
    return {
        "file": table.path.name,
        "source_id": table.source.id,
        "sha256": file_hash(table.path),
        "rows": len(table.rows),
        "rows_left_out": len(table.problems),
    }
