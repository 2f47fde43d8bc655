"""Words of the groups that publishers break figures down by, from data/demo/words.yml."""

import re
from functools import lru_cache
from pathlib import Path

from cyp_analysis import catalogue, paths


def words_for(column: str, wanted: list[str]) -> list[str]:
    """The groups of a column: those that indicators ask for, and those usual for it."""
    usual = next(
        (w for pattern, w in _words() if isinstance(w, list) and re.search(pattern, column, re.I)),
        [],
    )
    if wanted and not any(word in usual for word in wanted):
        usual = ["Other"]
    return list(dict.fromkeys([*wanted, *usual])) or ["Group 1", "Group 2", "Group 3"]


def words_together(columns: str) -> dict[str, list[str]]:
    """The words of a first column with those of the second that go with each; none if not known."""
    return next((w for pattern, w in _words() if pattern == columns and isinstance(w, dict)), {})


def _words() -> list[tuple[str, list[str] | dict[str, list[str]]]]:
    return _read(paths.data_dir() / "demo" / "words.yml")


@lru_cache(maxsize=4)
def _read(path: Path) -> list[tuple[str, list[str] | dict[str, list[str]]]]:
    return [(each["column"], each["words"]) for each in catalogue.read_yaml(path)]
