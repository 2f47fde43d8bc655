"""Fixtures that many tests share."""

from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
REAL_DATA = ROOT.parent / "shared" / "real-data"


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
