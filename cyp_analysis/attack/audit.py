"""Attacks an edition: reads everything in it and tries to work out what it withholds."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from cyp_analysis import catalogue
from cyp_analysis.attack import findings
from cyp_analysis.attack.cells import read_cells
from cyp_analysis.attack.clues import Clue
from cyp_analysis.attack.documents import units
from cyp_analysis.attack.matching import unit_clues
from cyp_analysis.attack.names import folded, named
from cyp_analysis.attack.relations import relations
from cyp_analysis.attack.side_tables import earlier_clues, own_clues, table_clues
from cyp_analysis.attack.system import narrowed
from cyp_analysis.catalogue import Catalogue


def audit_edition(
    folder: Path, *, earlier: Iterable[Path] = (), known: Catalogue | None = None
) -> pd.DataFrame:
    """One row for each withheld cell of the edition in a folder, `findings.COLUMNS`.

    `least` and `most` are what everything in the folder, and in `earlier` editions, narrows its
    count to; `verdict` is leak, safe, or publisher's control for figures that came withheld.
    """
    known = known or catalogue.load()
    cells = findings.with_kinds(read_cells(folder, known), known)
    targets = cells[cells["is_withheld"]]
    if targets.empty:
        return pd.DataFrame(columns=findings.COLUMNS)
    bases = findings.bases_beside(cells, targets)
    targets = targets.assign(base=pd.Series(bases, dtype=float).reindex(targets.index))
    clues = [*own_clues(targets), *_other_tables(folder, targets)]
    own = targets[targets["rule"] != ""]
    if len(own):
        shown = shown_numbers(cells, own, known)
        clues += list(unit_clues(units(folder), named(cells, own, known), shown))
        for other in earlier:
            before = findings.with_kinds(read_cells(other, known), known)
            clues += earlier_clues(before, own, f"../{other.name}")
    ends = narrowed(cells, findings.hulls(targets, clues, bases), relations(cells))
    return findings.judged(targets, ends, clues, known)


def _other_tables(folder: Path, targets: pd.DataFrame) -> list[Clue]:
    own = targets[targets["rule"] != ""]
    return table_clues(folder, own) if len(own) else []


def shown_numbers(cells: pd.DataFrame, own: pd.DataFrame, known: Catalogue) -> dict[tuple, set]:
    """Every number that a series shows for an area, by each of its names."""
    from cyp_analysis.attack.names import series_names

    shown = cells[cells["series"].isin(own["series"].unique()) & ~cells["is_withheld"]]
    found: dict[tuple, set] = {}
    for (series, area), rows in shown.groupby(["series", "area_code"]):
        numbers = rows[["count", "denominator", "value", "lower_ci_95", "upper_ci_95"]].to_numpy()
        for name in series_names(series, known):
            found[folded(name), area] = set(numbers[np.isfinite(numbers)].tolist())
    return found
