"""Publishers' files, damaged in many ways: the project's own errors or the undamaged figures.

Every day each file is damaged once in every way; `make test-all` does it often enough for more than
five thousand variants. What is held against a reader: any error that is not the project's own, an
answer that takes long, and a figure that the whole file does not have and that no note explains.
"""

import random
import shutil
import time
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
    import csv

    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        for _ in zip(range(LINES), reader, strict=False):
            pass
        lines = reader.line_num
    return b"".join(data.splitlines(keepends=True)[:lines])


def figures(table: CountTable) -> pd.DataFrame:
    return table.rows[[*KEY, *schema.NUMBERS, "value_note", "source_row"]]


def strangers(whole: CountTable, table: CountTable) -> pd.DataFrame:
    """Rows with a figure that the whole file does not give for them and that nothing explains."""
    now, then = figures(table), figures(whole)
    told = set(table.problems["source_row"])
    both = now.merge(then[[*KEY, *schema.NUMBERS]], on=KEY, how="left", suffixes=("", "_then"))
    known = then.groupby("measure")[schema.NUMBERS].agg(lambda s: frozenset(s.dropna()))
    bad = pd.Series(False, index=both.index)
    for name in schema.NUMBERS:
        same = both[name].isna() | np.isclose(both[name], both[f"{name}_then"], rtol=1e-9, atol=0)
        of_measure = [
            number in known[name].get(measure, ())
            for number, measure in zip(both[name], both["measure"], strict=True)
        ]
        bad |= ~same & ~(both[f"{name}_then"].isna() & of_measure)
    noted = (both["value_note"] != "") | both["source_row"].isin(told)
    return both[bad & ~noted]


def survive(path: Path, whole: object, records: bool) -> str:
    """What a reader made of a damaged file, in a word; a failed assertion if that is not good."""
    start = time.perf_counter()
    try:
        table = loaders.read(path)
    except CypError as error:
        assert error.rule and error.action
        assert str(error).startswith(str(error.thing))
        answer = "refused"
    else:
        answer = "read"
        if isinstance(table, CountTable):
            schema.check_count_table(table.rows)
            if isinstance(whole, CountTable) and not records:
                odd = strangers(whole, table)
                assert odd.empty, odd.head(3).T.to_string()
    assert time.perf_counter() - start < SLOWEST
    return answer


def damaged_often(path: Path, folder: Path, seeds: int) -> int:
    """How many variants of one file were tried."""
    home = folder / path.parent.name
    home.mkdir()
    target = home / path.name
    data = shortened(path)
    target.write_bytes(data)
    try:
        whole = loaders.read(target)
    except CypError:
        whole = None
    ways = damage.OF_TEXT if path.suffix in TEXT else damage.OF_BYTES
    for way in ways:
        for seed in range(seeds):
            rng = random.Random(f"{path.name} {way.__name__} {seed}")
            target.write_bytes(way(data, rng))
            try:
                survive(target, whole, path.parent.name in RECORDS)
            except Exception as error:
                kept = folder / f"{way.__name__}-{seed}-{path.name}"
                shutil.copyfile(target, kept)
                raise AssertionError(f"{way.__name__}, seed {seed}, kept at {kept}") from error
    return len(ways) * seeds


@pytest.mark.parametrize("path", corpus(), ids=lambda p: p.name)
def test_a_damaged_file_is_refused_or_gives_its_own_figures(path, tmp_path):
    assert damaged_often(path, tmp_path, seeds=1) >= len(damage.OF_BYTES)


@pytest.mark.slow
def test_five_thousand_variants(tmp_path, real_data):
    tried = 0
    for number, path in enumerate(corpus()):
        folder = tmp_path / str(number)
        folder.mkdir()
        tried += damaged_often(path, folder, seeds=7)
    assert tried >= 5000
