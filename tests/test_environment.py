"""pyproject.toml is the truth; environment.yml and requirements.lock must say the same."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cyp_analysis.tools import envfile

ROOT = Path(__file__).parents[1]
FIXED_BY_CLIENT = [
    "jupyterlab",
    "pandas",
    "seaborn",
    "statsmodels",
    "papermill",
    "nbconvert",
    "pytest",
]


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def lock() -> dict[str, str]:
    text = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", text, flags=re.M)
    return {canonicalize_name(name): version for name, version in pins}


@pytest.fixture(scope="module")
def conda() -> dict[str, str]:
    entries = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    lines = [entry for entry in entries if isinstance(entry, str)]
    return {envfile.name_of(line): line for line in lines}


def test_environment_file_is_the_generated_one():
    assert (ROOT / "environment.yml").read_text() == envfile.environment()


def test_lock_satisfies_every_range(project, lock):
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    for line in wanted:
        requirement = Requirement(line)
        version = lock[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{line} is locked at {version}"


def test_conda_ranges_are_those_of_the_project(project, conda):
    wanted = project["dependencies"] + project["optional-dependencies"]["lab"]
    for line in wanted:
        name = envfile.CONDA_NAMES.get(envfile.name_of(line), envfile.name_of(line))
        assert conda[name].removeprefix(name) == line.removeprefix(envfile.name_of(line))


@pytest.mark.parametrize("name", FIXED_BY_CLIENT)
def test_the_clients_packages_are_there(name, conda):
    assert name in conda


def test_channels_are_conda_forge_only():
    channels = yaml.safe_load((ROOT / "environment.yml").read_text())["channels"]
    assert channels == ["conda-forge", "nodefaults"]


@pytest.mark.parametrize("name", ["requirements.lock", "environment.yml", "pyproject.toml"])
def test_no_index_address_is_written_down(name):
    assert not re.search(r"https?://|--index|--extra-index", (ROOT / name).read_text())


def test_every_locked_package_has_a_hash():
    text = (ROOT / "requirements.lock").read_text()
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert blocks and all("--hash=sha256:" in block for block in blocks)


def test_python_is_3_11_or_newer(project, conda):
    assert project["requires-python"] == ">=3.11"
    assert conda["python"] == "python=3.11"
