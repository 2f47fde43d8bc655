"""Publishers' files, damaged in many ways: the project's own errors or the undamaged figures.

Every day each file is damaged in two of the ways; `make test-all` takes every way often enough for
more than five thousand variants. What is held against a reader: any error that is not the project's
own, an answer that takes long, and a figure that the whole file does not have and that no note
explains.
"""

import csv
import random
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

import damage
import numpy as np
import pandas as pd
import pytest

from cyp_analysis import loaders, schema
from cyp_analysis.errors import CypError
from cyp_analysis.loaders import CountTable

SLOWEST = 20.0
LINES = 60
KEY = [*schema.COUNT_KEY]
SMALL = 900_000
# Their figures are counted from records: a record that is lost without a trace cannot be missed.
RECORDS = ("police-uk",)
TEXT = {".csv", ".tsv", ".txt"}


def corpus() -> list[Path]:
    root = Path(__file__).parents[2] / "shared" / "real-data"
    files = sorted(p for p in root.glob("*/*") if p.is_file())
    return [p for p in files if p.suffix in TEXT or p.stat().st_size < SMALL]


def shortened(path: Path) -> bytes:
    """The beginning of a text file, whole lines; other files whole."""
    data = path.read_bytes()
    if path.suffix not in TEXT:
        return data
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        for _ in zip(range(LINES), reader, strict=False):
            pass
        lines = reader.line_num
    return b"".join(data.splitlines(keepends=True)[:lines])


class Whole:
    """The figures of an undamaged file, to hold others against."""

    def __init__(self, table: CountTable) -> None:
        self.rows = table.rows[[*KEY, *schema.NUMBERS]]
        long = self.rows.melt(["measure", "area_code"], schema.NUMBERS, value_name="number")
        long = long.dropna(subset="number")
        self.of_measure = pd.MultiIndex.from_frame(long[["variable", "measure", "number"]])
        self.of_area = pd.MultiIndex.from_frame(long[["area_code", "number"]])
        self.measures = set(long["measure"])

    def strangers(self, table: CountTable) -> pd.DataFrame:
        """Rows with a figure that this file does not give for them and that nothing explains.

        A row whose key the file has must have its figures. One of another key (a word or a name
        was damaged) must have a figure of its measure; where the measure is one that the file has
        not, for it is named after a column whose header was damaged (and is a percentage or a count
        by that name), a figure of its area.
        """
        now = table.rows[[*KEY, *schema.NUMBERS, "value_note", "source_row"]]
        both = now.merge(self.rows, on=KEY, how="left", suffixes=("", "_then"))
        bad = pd.Series(False, index=both.index)
        for name in schema.NUMBERS:
            then = both[f"{name}_then"]
            same = both[name].isna() | np.isclose(both[name], then, rtol=1e-9, atol=0)
            odd = both[~same & then.isna()].assign(variable=name)
            known = odd["measure"].isin(self.measures).to_numpy()
            in_measure = _in(odd[["variable", "measure", name]], self.of_measure)
            in_area = _in(odd[["area_code", name]], self.of_area)
            bad |= ~same & ~both.index.isin(odd.index[np.where(known, in_measure, in_area)])
        noted = (both["value_note"] != "") | both["source_row"].isin(table.problems["source_row"])
        return both[bad & ~noted]


def _in(rows: pd.DataFrame, index: pd.MultiIndex) -> np.ndarray:
    return pd.MultiIndex.from_frame(rows).isin(index) if len(rows) else np.zeros(0, dtype=bool)


def survive(path: Path, whole: Whole | None) -> str:
    """What a reader made of a damaged file, in a word; a failed assertion if that is not good."""
    start = time.perf_counter()
    try:
        table = loaders.read(path)
    except CypError as error:
        answer = "refused"
        assert error.rule and error.action
        assert str(error).startswith(str(error.thing))
    else:
        answer = "read"
    assert time.perf_counter() - start < SLOWEST
    if answer == "read" and isinstance(table, CountTable):
        schema.check_count_table(table.rows)
        if whole is not None:
            odd = whole.strangers(table)
            assert odd.empty, odd.head(3).T.to_string()
    return answer


def ways_of(path: Path) -> tuple[damage.Damage, ...]:
    return damage.OF_TEXT if path.suffix in TEXT else damage.OF_BYTES


def damaged_often(path: Path, folder: Path, ways: Iterable, seeds: int) -> int:
    """How many variants of one file were tried."""
    home = folder / path.parent.name
    home.mkdir()
    target = home / path.name
    data = shortened(path)
    target.write_bytes(data)
    whole = undamaged(target)
    tried = 0
    for way in ways:
        for seed in range(seeds):
            rng = random.Random(f"{path.name} {way.__name__} {seed}")
            target.write_bytes(way(data, rng))
            tried += 1
            try:
                survive(target, None if unseen(path, way) else whole)
            except Exception as error:
                kept = folder / f"{way.__name__}-{seed}-{path.name}"
                shutil.copyfile(target, kept)
                raise AssertionError(f"{way.__name__}, seed {seed}, kept at {kept}") from error
    return tried


def unseen(path: Path, way: damage.Damage) -> bool:
    """Whether damage may make figures into others without a trace: the publishers' Parquet files
    have no checksums, and a byte in a packed list of figures is a figure. (What leaves the range
    that the file says it has is refused.)"""
    return path.suffix == ".parquet" and way in (damage.binary, damage.garbage)


def undamaged(path: Path) -> Whole | None:
    """The figures of a file as it is; None where it holds none, or where they are counted from
    records: one that is lost without a trace cannot be missed."""
    try:
        table = loaders.read(path)
    except CypError:
        return None
    figures = isinstance(table, CountTable) and path.parent.name not in RECORDS
    return Whole(table) if figures else None


CORPUS = [pytest.param(number, path, id=path.name) for number, path in enumerate(corpus())]


@pytest.mark.parametrize("number, path", CORPUS)
def test_a_damaged_file_is_refused_or_gives_its_own_figures(number, path, tmp_path):
    """Two ways a file, others for the next: in all, every way many times."""
    ways = ways_of(path)
    chosen = [ways[(2 * number + n) % len(ways)] for n in range(2)]
    assert damaged_often(path, tmp_path, chosen, seeds=1) == 2


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_five_thousand_variants(tmp_path, real_data):
    tried = 0
    for number, path in enumerate(corpus()):
        folder = tmp_path / str(number)
        folder.mkdir()
        tried += damaged_often(path, folder, ways_of(path), seeds=7)
    assert tried >= 5000
