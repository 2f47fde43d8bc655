"""How long large files take to become count tables, beside a bare read by pyarrow in the same run.

    .venv/bin/python benchmarks/loaders.py [rows]

Makes its own files of two million rows (unless told otherwise) in a temporary folder, in the
layout of Explore Education Statistics (one for the general reader, one of a passport) and in that
of Fingertips, and reads each in a fresh process: seconds, seconds of processor, peak memory of the
whole process, rows a second, and how many bare reads of the same file the time is. The Local
Authority Interactive Tool's own file is read where it is present. Nothing here is a test.
"""

import csv
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cyp_analysis import geography

ROWS = 2_000_000
LAIT = Path(__file__).parents[2] / "shared" / "real-data" / "dfe-lait" / "bds_long_0.parquet"
EDUCATION = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,"
    "old_la_code,new_la_code,la_name,school_phase,characteristic,sex,persistent_absentees"
)
CHARACTERISTICS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,"
    "old_la_code,new_la_code,la_name,cla_group,characteristic,children_count,children_percent"
)
FINGERTIPS = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,"
    "Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,"
    "Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,"
    "Compared to England value or percentiles,Compared to percentiles,Time period Sortable,"
    "New data,Compared to goal,Time period range"
)
READ = """
import json, resource, sys, time
from pathlib import Path
path = Path(sys.argv[1])
start = time.perf_counter()
if sys.argv[2] == "bare":
    if path.suffix == ".parquet":
        from pyarrow import parquet
        rows = parquet.read_table(path).num_rows
    else:
        from pyarrow import csv
        rows = csv.read_csv(path).num_rows
else:
    from cyp_analysis import loaders
    rows = len(loaders.read(path).rows)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(json.dumps([rows, seconds, time.process_time(), peak]))
"""


def authorities() -> list[tuple[str, str, str]]:
    """Code, name and three-digit number of each authority in force."""
    table = geography.areas()
    live = table[(table["level"] == "authority") & table["end"].isna()]
    return list(live[["code", "name", "dfe_code"]].itertuples(index=False, name=None))


def education(rows: int) -> Iterator[list[str]]:
    """Absent pupils by characteristic: three filters and a count, some of them suppressed."""
    yield EDUCATION.split(",")
    draw = np.random.default_rng(1)
    periods = [f"{year}{year % 100 + 1:02d}" for year in range(2014, 2025)]
    kinds = [f"Characteristic {n}" for n in range(120)]
    phases = ["Total", "Primary", "Secondary", "Special"]
    keys = itertools.product(periods, phases, kinds, ["Total", "Boys", "Girls"], authorities())
    number, share = draw.integers(100, 9_000, rows), draw.uniform(0, 0.4, rows)
    for place, (period, phase, kind, sex, (code, name, dfe)) in enumerate(keys):
        if place == rows:
            return
        count = int(number[place] * share[place])
        yield [
            *(period, "Academic year", "Local authority", "E92000001", "England", "", ""),
            *(dfe, code, name, phase, kind, sex, "c" if count < 10 else str(count)),
        ]


def characteristics(rows: int) -> Iterator[list[str]]:
    """Children looked after by group and characteristic: a passport's own count and percentage."""
    yield CHARACTERISTICS.split(",")
    draw = np.random.default_rng(3)
    kinds = [f"Characteristic {n}" for n in range(120)]
    groups = ["Total", *(f"Group {n}" for n in range(11))]
    keys = itertools.product(range(2014, 2025), groups, kinds, authorities())
    number, share = draw.integers(10, 900, rows), draw.uniform(0, 100, rows)
    for place, (year, group, kind, (code, name, dfe)) in enumerate(keys):
        if place == rows:
            return
        known = number[place] > 14
        figures = [str(number[place]), f"{share[place]:.1f}"] if known else ["c", "c"]
        yield [
            *(str(year), "Reporting year", "Local authority", "E92000001", "England", "", ""),
            *(dfe, code, name, group, kind, *figures),
        ]


def fingertips(rows: int) -> Iterator[list[str]]:
    """Indicators of authorities with intervals, a verdict and a note here and there."""
    yield FINGERTIPS.split(",")
    draw = np.random.default_rng(2)
    years = [(f"{year}/{(year + 1) % 100:02d}", f"{year}0000") for year in range(2010, 2025)]
    sexes = ["Persons", "Male", "Female"]
    keys = itertools.product(range(90_000, 99_999), years, sexes, authorities())
    value, base = draw.gamma(9, 12, rows), draw.integers(2_000, 90_000, rows)
    for place, (indicator, (year, sortable), sex, (code, name, _)) in enumerate(keys):
        if place == rows:
            return
        x, n = value[place], base[place]
        limits = [f"{x * part:.6f}" for part in (0.9, 1.1, 0.8, 1.2)]
        yield [
            *(str(indicator), "Hospital admissions in children, by cause (0 to 14 years)"),
            *("E92000001", "England", code, name, "Counties & UAs (from Apr 2023)", sex, "<15 yrs"),
            *("", "", year, f"{x:.6f}", *limits, str(int(x * n / 10_000)), str(n)),
            *("Values are of the year of discharge" if place % 50 == 0 else "", "", "Similar"),
            *("Not compared", sortable, "", "", "1y"),
        ]


def write(path: Path, records: Iterator[list[str]]) -> None:
    """A CSV file as publishers write it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(records)


def timed(path: Path, how: str) -> list[float]:
    """Rows, seconds, processor seconds and peak GiB of reading a file in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), how], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr[-2_000:])
    return json.loads(done.stdout)


def line(what: str, path: Path) -> str:
    """One line of the table: our reading of a file beside the bare one."""
    _, bare, _, bare_peak = timed(path, "bare")
    rows, seconds, processor, peak = timed(path, "loader")
    cells = f"{seconds:>8.2f}{processor:>9.2f}{peak:>7.2f}{rows / seconds:>12,.0f}"
    return f"{what:<38}{rows:>11,}{cells}{bare:>8.2f}{bare_peak:>7.2f}{seconds / bare:>7.1f}"


# Name of the file, which tells the passport of one of them, and what makes it.
MADE = {
    "education": education,
    "cla_on_31_march_by_characteristics": characteristics,
    "fingertips": fingertips,
}


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    titles = (
        f"{'seconds':>8}{'of CPU':>9}{'GiB':>7}{'rows/s':>12}{'bare, s':>8}{'GiB':>7}{'ratio':>7}"
    )
    print(f"{'file':<38}{'rows':>11}{titles}")
    with tempfile.TemporaryDirectory() as folder:
        for name, make in MADE.items():
            path = Path(folder, f"{name}.csv")
            start = time.perf_counter()
            write(path, make(rows))
            size = path.stat().st_size / 2**20
            print(f"# {name}: {size:,.0f} MiB made in {time.perf_counter() - start:.0f} s")
            print(line(name, path), flush=True)
            path.unlink()
    if LAIT.exists():
        print(line("Local Authority Interactive Tool", LAIT))


if __name__ == "__main__":
    main()
