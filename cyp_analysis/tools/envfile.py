"""environment.yml from pyproject.toml, so that conda users get the same ranges.

Run `python -m cyp_analysis.tools.envfile` after changing a dependency; a test compares.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What an analyst's environment holds beside the package's own needs. Browser tests stay with pip.
EXTRAS = ("lab", "maps", "test")
NOT_ON_CONDA = ("playwright", "axe-playwright-python")
CONDA_NAMES = {"matplotlib": "matplotlib-base"}

HEADER = """\
# For analysts who use conda or mamba (Windows, macOS, Linux):
#   conda env create -f environment.yml
#   conda activate cyp-analysis
# Generated from pyproject.toml by `python -m cyp_analysis.tools.envfile`: edit that file instead.
name: cyp-analysis
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - pip
"""


def requirements(root: Path = ROOT) -> list[str]:
    """The requirements of pyproject.toml that environment.yml carries, sorted by name."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in EXTRAS:
        wanted += project["optional-dependencies"][extra]
    return sorted(line for line in wanted if name_of(line) not in NOT_ON_CONDA)


def name_of(requirement: str) -> str:
    """The package's name in a requirement line."""
    return re.split(r"[<>=!~\[ ]", requirement, maxsplit=1)[0]


def conda_line(requirement: str) -> str:
    """One dependency as conda writes it."""
    name = name_of(requirement)
    return f"  - {CONDA_NAMES.get(name, name)}{requirement[len(name) :]}\n"


def environment(root: Path = ROOT) -> str:
    """The whole text of environment.yml."""
    lines = "".join(conda_line(line) for line in requirements(root))
    return f'{HEADER}{lines}  - pip:\n      - "-e ."\n'


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment(), encoding="utf-8")
