"""Files as text: lines of a CSV, and the name that a passport recognises."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cyp_analysis import catalogue, paths
from cyp_analysis.catalogue import Source

DATED = "2026-11-05"  # the day that invented files are said to be of


@dataclass(frozen=True)
class File:
    """One file: the passport that it is meant for, its name and its text."""

    source_id: str
    name: str
    text: str

    @property
    def path(self) -> Path:
        """Where it lies below the folder of files."""
        return Path(self.source_id) / DATED / self.name


def csv_text(header: list[str], rows: Iterable[Iterable[object]]) -> str:
    """A CSV as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def by_pattern(source: Source, ending: str) -> str:
    """A name that the passport's first pattern fits; its own id where it has none."""
    fits = [p for p in source.file_patterns if p.endswith((f".{ending}", "*", ".xls*"))]
    stem = re.sub(r"\.[a-z*]+$", "", fits[0]) if fits else source.id
    return f"{re.sub(r'[*?]+', '_', stem).strip('_')}_illustrative.{ending}"


def has_gap(dataset: str, year: int) -> bool:
    """Whether a data set has no figures of a year, by data/demo/gaps.yml."""
    return any(
        re.search(each["dataset"], dataset) and year in each["years"]
        for each in _gaps(paths.data_dir() / "demo" / "gaps.yml")
    )


@lru_cache(maxsize=4)
def _gaps(path: Path) -> list[dict]:
    return catalogue.read_yaml(path)
