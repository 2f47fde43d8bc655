"""How long a large child-level extract takes to count, and how much memory, in a fresh process.

    .venv/bin/python benchmarks/extract.py [rows]

Writes a looked-after return of 8,000,000 episodes (or as many as given) of nobody, drawn at random,
to a temporary folder, counts it in a process of its own and prints seconds and peak memory. Nothing
here is a test.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROWS = 8_000_000
PIECE = 500_000
COLUMNS = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,"
COLUMNS += "REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
CODES = {
    "RNE": ["S", "P", "T", "B", "U", "L"],
    "LS": ["C1", "C2", "E1", "V2", "V3"],
    "CIN": [f"N{number}" for number in range(1, 9)],
    "PLACE": ["U1", "U4", "U6", "K2", "H5", "P1", "Z1", "A3"],
}
COUNT = """
import resource, sys, time
start = time.perf_counter()
from cyp_analysis.loaders.local.extract import count_folder
table = count_folder(sys.argv[1], "E06000015", 2025)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
rows = table.rows
first = rows[rows["measure"].eq("children_looked_after_at_31_march")].iloc[0]
print(f"{seconds:.1f} {peak:.2f} {len(rows)} {first['count']:.0f}")
"""


def write_return(folder: Path, rows: int) -> None:
    """Header and episodes of children who do not exist; a thirtieth of the episodes are open."""
    draw = np.random.default_rng(1)
    days = np.arange("2000-04-01", "2026-05-05", dtype="datetime64[D]").astype(object)
    texts = np.array([day.strftime("%d/%m/%Y") for day in days])
    children = max(rows // 4, 1)
    with (folder / "Episodes.csv").open("w") as file:
        file.write(COLUMNS + "\n")
        for first in range(0, rows, PIECE):
            file.write(_episodes(draw, texts, children, min(PIECE, rows - first)))
    with (folder / "Header.csv").open("w") as file:
        file.write("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n")
        born = draw.integers(0, len(texts), children)
        sexes = draw.integers(1, 3, children)
        file.writelines(
            f"{child:07d},{sex},{texts[day]},WBRI,A{child:012d},,\n"
            for child, (sex, day) in enumerate(zip(sexes, born, strict=True))
        )


def _episodes(draw: np.random.Generator, texts: np.ndarray, children: int, rows: int) -> str:
    child = draw.integers(0, children, rows)
    start = draw.integers(0, len(texts) - 400, rows)
    end = texts[start + draw.integers(1, 400, rows)]
    still = draw.random(rows) < 1 / 30
    reason = np.where(draw.random(rows) < 0.5, "X1", "E4A")
    drawn = {name: draw.choice(codes, rows) for name, codes in CODES.items()}
    cells = [
        [f"{number:07d}" for number in child],
        texts[start],
        drawn["RNE"],
        drawn["LS"],
        drawn["CIN"],
        drawn["PLACE"],
        np.repeat("PR1", rows),
        np.where(still, "", end),
        np.where(still, "", reason),
        np.repeat("CARPL,X1 1XX,X1 1XX,SC000000", rows),
    ]
    return "".join(",".join(row) + "\n" for row in zip(*cells, strict=True))


def main() -> None:
    """Print the figures."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_return(folder, rows)
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1024**2
        done = subprocess.run(
            [sys.executable, "-c", COUNT, name], capture_output=True, text=True, check=True
        )
    seconds, peak, counts, looked_after = done.stdout.split()
    print(f"{rows:,} episodes, {size:.0f} MiB: {counts} counts, {looked_after} looked after")
    print(f"{'seconds':<24}{seconds:>8}  bar <= 60")
    print(f"{'peak memory, GiB':<24}{peak:>8}  bar <= 4")


if __name__ == "__main__":
    main()
