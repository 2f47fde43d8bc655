"""One question to the solver about a system of statements: the least of some of its cells."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

OPTIMAL = 0


class System(NamedTuple):
    """What a reader knows of n cells: low <= rows @ cells <= high and least <= cells <= most.

    `rows` (m, n), dense or sparse; `low`, `high` (m,), alike for an equation; `least`, `most` (n,).
    -inf and inf where there is no limit.
    """

    rows: ArrayLike | sparse.sparray
    low: ArrayLike
    high: ArrayLike
    least: ArrayLike
    most: ArrayLike


def solved(
    known: System, inside: np.ndarray, ask: np.ndarray, whole: np.ndarray, far: float
) -> np.ndarray | None:
    """Cells `inside` that make `ask` least, None where nothing meets the statements.

    `far` stands for "no end". Where it is infinite and there is none, the cell asked for is told.
    """
    cells = np.flatnonzero(inside)
    rows = known.rows[:, cells]
    kept = np.unique(rows.indices)
    least, most = known.least[cells], known.most[cells]
    found = milp(
        ask[cells],
        integrality=whole[cells].astype(int),
        bounds=Bounds(np.where(least == -np.inf, -far, least), np.where(most == np.inf, far, most)),
        constraints=LinearConstraint(rows[kept], known.low[kept], known.high[kept]),
        options={"mip_rel_gap": 0.0},
    )
    if found.status == OPTIMAL:
        return found.x
    if np.isinf(far) and _can_be_met(known, inside, whole):
        ends = np.where(ask[cells] > 0, -np.inf, np.inf)
        return np.where(ask[cells] != 0, ends, np.nan)
    return None


def _can_be_met(known: System, inside: np.ndarray, whole: np.ndarray) -> bool:
    """Whether the statements have any solution: the solver may only say "none, or no end"."""
    return solved(known, inside, np.zeros(whole.size), whole, farthest(known)) is not None


def farthest(known: System) -> float:
    """Further than any figure of the statements, to stand for "no end" in the solver."""
    ends = np.concatenate([known.low, known.high, known.least, known.most, [1e5]])
    return 100 * float(np.abs(ends[np.isfinite(ends)]).max())
