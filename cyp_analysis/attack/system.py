"""Puts what a reader knows into one system of statements and asks how far it narrows each cell."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from cyp_analysis.attack.relations import Relation
from cyp_analysis.methods.recovery import System, recovered


class Knowledge(NamedTuple):
    """The cells of a system, each from `least` to `most`, and what holds between them."""

    cells: pd.Index
    least: np.ndarray
    most: np.ndarray
    relations: list[Relation]


def narrowed(cells: pd.DataFrame, hulls: pd.DataFrame, known: list[Relation]) -> pd.DataFrame:
    """`least`, `most` and `why` of each cell of `hulls` (its bounds by the clues about itself).

    Guesses that contradict the figures are dropped, then whatever clues do; what is left is what
    a cell's own clues say.
    """
    inside = hulls.index.union(pd.Index([n for r in known for n in r.cells])).unique()
    least, most = _bounds(cells.loc[inside], hulls)
    everything = Knowledge(inside, least, most, known)
    firm = everything._replace(relations=[r for r in known if r.is_firm])
    free = hulls.assign(least=0.0, most=np.inf)
    no_clues = everything._replace(
        least=_bounds(cells.loc[inside], free)[0], most=_bounds(cells.loc[inside], free)[1]
    )
    found = hulls.assign(least=np.nan, most=np.nan, why="")
    for attempt in (everything, no_clues, firm):
        open_ = found.index[found["least"].isna()]
        if len(open_):
            found.loc[open_, ["least", "most"]] = _asked(attempt, open_)
            found.loc[open_, "why"] = _reasons(attempt, open_)
    return found.assign(
        least=np.fmax(found["least"].fillna(0), hulls["least"].where(found["least"].isna(), 0)),
        most=found["most"].fillna(hulls["most"]),
    )


def _bounds(cells: pd.DataFrame, hulls: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """A shown count is itself; one that is missing or withheld, what is known of it."""
    count = cells["count"].where(~cells["is_withheld"])
    least = count.fillna(0).to_numpy(float, copy=True)
    most = count.fillna(np.inf).to_numpy(float, copy=True)
    place = cells.index.get_indexer(hulls.index)
    least[place], most[place] = hulls["least"], hulls["most"]
    return least, most


def _asked(known: Knowledge, wanted: pd.Index) -> np.ndarray:
    """least and most of the wanted cells, NaN where the statements contradict each other."""
    rows = known.relations
    column = known.cells.get_indexer(pd.Index([n for r in rows for n in r.cells]))
    line = np.repeat(np.arange(len(rows)), [len(r.cells) for r in rows]).astype(int)
    factor = np.array([f for r in rows for f in r.factors], dtype=float)
    shape = (len(rows), len(known.cells))
    matrix = sparse.csr_array((factor, (line, column)), shape=shape)
    low, high = (np.array([getattr(r, end) for r in rows], dtype=float) for end in ("low", "high"))
    system = System(matrix, low, high, known.least, known.most)
    # A count of people is a whole number, unless what is shown says that it was estimated.
    whole = np.isclose(known.least, np.round(known.least))
    found = recovered(system, known.cells.get_indexer(wanted), whole=whole, strict=False)
    return np.column_stack(found)


def _reasons(known: Knowledge, wanted: pd.Index) -> list[str]:
    """The relations that a cell takes part in, itself or through others that are withheld."""
    is_open = known.least < known.most
    links = [known.cells.get_indexer(pd.Index(r.cells)) for r in known.relations]
    joined = [(row, cell) for row, cells in enumerate(links) for cell in cells if is_open[cell]]
    size = len(known.relations) + len(known.cells)
    row, cell = (np.array(side, dtype=int) for side in zip(*joined, strict=True)) if joined else (
        np.zeros(0, int), np.zeros(0, int)
    )  # fmt: skip
    graph = sparse.coo_array(
        (np.ones(row.size), (row, cell + len(known.relations))), shape=(size, size)
    )
    label = connected_components(graph, directed=False)[1]
    why: dict[int, dict[str, None]] = {}
    for number, relation in enumerate(known.relations):
        why.setdefault(label[number], {})[relation.why] = None
    own = label[len(known.relations) + known.cells.get_indexer(wanted)]
    return ["; ".join(why.get(each, ())) for each in own]
