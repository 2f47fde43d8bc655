"""Fixtures that many tests share."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import settings

# The same examples at every run, so that a change fails for its own sake; `make test-all` searches
# with new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# A suite that was started in the background ignores Ctrl-C, and so would the commands it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parents[1]
REAL_DATA = ROOT.parent / "shared" / "real-data"


REAL_AREAS = ("Barnet", "Kent", "Leeds", "Isles of Scilly", "England")
REAL_CHAPTERS = ("overview", "child_poverty", "children_in_care", "methods_and_sources")


@pytest.fixture(autouse=True)
def _in_project(monkeypatch):
    """Every test sees this project, whatever folder pytest was started in."""
    monkeypatch.setenv("CYP_HOME", str(ROOT))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Publishers' own files; they are not part of the project and may be absent."""
    if not REAL_DATA.is_dir():
        pytest.skip("publishers' files are not at ../shared/real-data")
    return REAL_DATA


@pytest.fixture
def outputs(tmp_path, monkeypatch) -> Path:
    """An empty folder that editions of this test go to."""
    folder = tmp_path / "outputs"
    monkeypatch.setenv("CYP_OUTPUTS", str(folder))
    return folder


def published(name: str) -> pd.DataFrame:
    """A table of other people's answers."""
    return pd.read_csv(ROOT / "tests" / "published" / f"{name}.csv")


def cyp(*arguments: str, outputs: Path, home: Path = ROOT) -> subprocess.CompletedProcess:
    """Run the command in a process of its own."""
    environment = os.environ | {"CYP_HOME": str(home), "CYP_OUTPUTS": str(outputs)}
    return subprocess.run(
        [sys.executable, "-m", "cyp_analysis", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=1500,
        check=False,
    )


def once(factory: pytest.TempPathFactory, name: str, *arguments: str) -> tuple[Path, dict]:
    """Build an edition once for all workers of a run: its folder of editions, and what was said.

    The recipe of pytest-xdist: the first worker to hold the lock builds, the others read.
    """
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    outputs, said = base / f"editions-{name}", base / f"editions-{name}.json"
    with FileLock(base / f"editions-{name}.lock"):
        if not said.is_file():
            done = cyp("build", "--edition", name, *arguments, outputs=outputs)
            said.write_text(json.dumps(vars(done)), encoding="utf-8")
    return outputs, json.loads(said.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def edition(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess]:
    """One whole edition from the bundled figures: the folder of editions, and what was said. Not
    to be changed: all tests of a run share it."""
    outputs, said = once(tmp_path_factory, "annual")
    return outputs, subprocess.CompletedProcess(**said)


@pytest.fixture(scope="session")
def real_edition(real_data, tmp_path_factory) -> Path:
    """Chapters from publishers' files for a borough, a county, a city, the smallest area and
    England; all chapters of more areas are built by a slow test. Not to be changed."""
    named = [part for area in REAL_AREAS for part in ("--area", area)]
    named += [part for chapter in REAL_CHAPTERS for part in ("--chapter", chapter)]
    outputs, said = once(tmp_path_factory, "real", "--data", str(real_data), *named)
    assert said["returncode"] == 0, said["stderr"]
    return outputs / "real"
