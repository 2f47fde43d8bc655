"""What the attack found of each withheld cell: the narrowest interval, by what, and the verdict."""

from collections import defaultdict

import numpy as np
import pandas as pd

from cyp_analysis.attack.cells import KEY, limits
from cyp_analysis.attack.clues import (
    CHANGE,
    COUNT,
    DENOMINATOR,
    LOWER,
    RANK,
    UPPER,
    VALUE,
    VERDICT,
    Clue,
)
from cyp_analysis.attack.inversion import MOST, Kind, possible
from cyp_analysis.catalogue import Catalogue

LEAK, SAFE, PUBLISHER = "leak", "safe", "publisher's control"
COLUMNS = [*KEY, "table", "least", "most", "required_width", "verdict", "kinds", "evidence", "why"]
_BESIDE = {
    VALUE: "value left",
    LOWER: "interval left",
    UPPER: "interval left",
    CHANGE: "change left",
    RANK: "rank left",
    VERDICT: "verdict left",
}


def with_kinds(cells: pd.DataFrame, known: Catalogue) -> pd.DataFrame:
    """`is_share`, `per`, `interval`, `is_count`: how a cell's value is made of its count."""
    of = known.indicators
    shares = {i.id for i in of.values() if i.statistic == "proportion" or i.unit == "%"}
    in_percent = cells["table"].isin(["panels.parquet", "surveys.parquet"])
    is_share = cells["series"].isin(shares) | in_percent
    counts = {i.id for i in of.values() if i.statistic == "count"}
    per = cells["series"].map({i.id: float(i.multiplier or 1) for i in of.values()})
    interval = cells["series"].map({i.id: i.interval for i in of.values()})
    return cells.assign(
        is_share=is_share,
        per=per.mask(in_percent, 100.0).fillna(1.0),
        interval=interval.mask(in_percent, "wilson").fillna("none"),
        is_count=cells["series"].isin(counts),
    )


def hulls(targets: pd.DataFrame, clues: list[Clue], bases: dict[int, float]) -> pd.DataFrame:
    """`least`, `most` of each target by the clues about itself alone."""
    by_cell = defaultdict(list)
    for clue in clues:
        by_cell[clue.cell].append(clue)
    ends = {cell: (0.0, np.inf) for cell in targets.index}
    for cell, mine in by_cell.items():
        told = targets.loc[cell]
        kind = Kind(told["is_share"], told["per"], told["interval"], told["is_count"])
        if cell in bases and not any(clue.role == DENOMINATOR for clue in mine):
            base = bases[cell]
            mine = [*mine, Clue(cell, DENOMINATOR, base, base, "", "base of its neighbours")]
        left = possible(mine, kind)
        most = float(left[-1]) if left[-1] < MOST else np.inf
        ends[cell] = float(left[0]), most
    return pd.DataFrame.from_dict(ends, orient="index", columns=["least", "most"], dtype=float)


def bases_beside(cells: pd.DataFrame, targets: pd.DataFrame) -> dict[int, float]:
    """The base of a withheld share, where those beside it are of one base, or their total is."""
    same = ["series", "area_code", "period_label", "sex", "age", "category_type", "part"]
    mine = cells[cells["series"].isin(targets["series"].unique()) & ~cells["is_withheld"]]
    shown = mine[mine["denominator"].notna() & (mine["category_type"] != "")]
    bases = shown.groupby(same)["denominator"].agg(["min", "max"])
    one = bases["min"][bases["min"] == bases["max"]].to_dict()
    parts = mine[(mine["category_type"] == "") & (mine["part"] != "") & mine["denominator"].notna()]
    of_rows = parts.groupby(same[:-1])["denominator"].agg(["min", "max"])
    rows = of_rows["min"][of_rows["min"] == of_rows["max"]].to_dict()
    whole = mine[(mine["category_type"] == "") & mine["count"].notna() & mine["is_share"]]
    panel = whole[whole["table"] == "panels.parquet"]
    totals = panel.set_index([*same[:5], "part"])["count"].to_dict()
    found = {}
    for row in targets[targets["is_share"]].itertuples():
        key = tuple(getattr(row, name) for name in same)
        base = one.get(key, rows.get(key[:-1]) if row.part else None)
        base = base if base is not None else totals.get((*key[:5], row.part))
        if base is not None and base == base:
            found[row.Index] = float(base)
    return found


def judged(
    targets: pd.DataFrame, ends: pd.DataFrame, clues: list[Clue], known: Catalogue
) -> pd.DataFrame:
    """A row for each withheld cell: how far it is narrowed, by what, and if that is a leak."""
    by_cell = defaultdict(list)
    for clue in clues:
        if clue.role != DENOMINATOR:
            by_cell[clue.cell].append(clue)
    lines = [
        _line(row, ends.loc[row.Index], by_cell[row.Index], known) for row in targets.itertuples()
    ]
    return pd.DataFrame(lines, columns=COLUMNS)


def _line(row: tuple, end: pd.Series, clues: list[Clue], known: Catalogue) -> dict[str, object]:
    rule = known.disclosure.get(row.rule)
    first, last = limits(rule) if rule else (1.0, 5.0)
    kinds = {_BESIDE[clue.role] for clue in clues if clue.role in _BESIDE}
    if rule:
        narrow = end["most"] - end["least"] < last - first - 1e-6
        is_small = _meets(end["least"], end["most"], first, last)
        rest = row.base - end["most"], row.base - end["least"]
        is_nearly_all = rule.complement and row.is_share and _meets(*rest, first, last)
        if not (is_small or is_nearly_all):
            kinds = set()  # Withheld to protect another: that one is judged by itself.
        elif narrow:
            kinds.add("count left" if _says_count(clues, end) else "worked out")
        verdict = LEAK if kinds else SAFE
    else:
        verdict = PUBLISHER if kinds or end["most"] - end["least"] < 1 else SAFE
    told = {name: getattr(row, name) for name in (*KEY, "table")}
    return told | {
        "least": end["least"],
        "most": end["most"],
        "required_width": last - first if rule else np.nan,
        "verdict": verdict,
        "kinds": ", ".join(sorted(kinds)),
        "evidence": _evidence(clues),
        "why": end["why"] if "worked out" in kinds or verdict == PUBLISHER else "",
    }


def _meets(least: float, most: float, first: float, last: float) -> bool:
    return bool(least <= last + 1e-6 and most >= first - 1e-6)


def _says_count(clues: list[Clue], end: pd.Series) -> bool:
    return any(c.role == COUNT and c.low <= end["most"] and c.high >= end["least"] for c in clues)


def _evidence(clues: list[Clue], most: int = 6) -> str:
    """Where the clues stand: files and places, the first few."""
    places = list(dict.fromkeys(f"{clue.file}: {clue.place}" for clue in clues))
    more = f" … and {len(places) - most} more" if len(places) > most else ""
    return "; ".join(places[:most]) + more
