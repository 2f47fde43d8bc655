"""Where the project keeps its data, notebooks and outputs."""

import os
from functools import lru_cache
from pathlib import Path

from cyp_analysis.errors import UsageError

_MARK = Path("data") / "catalogue"


def project_root() -> Path:
    """The folder that holds `data/catalogue`: `CYP_HOME`, else the working folder or one above it,
    else the folder that the package was installed from. UsageError if none has a catalogue."""
    return _root(os.environ.get("CYP_HOME"), Path.cwd())


@lru_cache(maxsize=64)
def _root(home: str | None, here: Path) -> Path:
    """Found once for each place that it is asked from: every look at a table asks for it."""
    candidates = [Path(home)] if home else [here, *here.parents, Path(__file__).parents[1]]
    for folder in candidates:
        if (folder / _MARK).is_dir():
            return folder.resolve()
    raise UsageError(
        "project folder",
        "must hold data/catalogue",
        home or "the working folder and those above it",
        "Run the command inside the project, or set CYP_HOME to its folder.",
    )


def data_dir() -> Path:
    """The folder of raw files, catalogue, reference tables and commentary."""
    return project_root() / "data"


def notebooks_dir() -> Path:
    """The folder of chapter notebooks."""
    return project_root() / "notebooks"


def notice() -> str:
    """What every page and download of this project must say of its data (`data/notice.txt`); empty
    for a project of published figures."""
    path = data_dir() / "notice.txt"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def outputs_dir() -> Path:
    """The folder of editions: `CYP_OUTPUTS` if set, else `outputs` in the project."""
    outputs = os.environ.get("CYP_OUTPUTS")
    return Path(outputs).resolve() if outputs else project_root() / "outputs"
