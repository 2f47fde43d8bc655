"""How closely figures that are withheld can be worked out from those that are shown.

The audit of cell suppression (Hundepool et al 2012, Statistical Disclosure Control, section 4.4;
Fischetti and Salazar 2001): what a reader knows is a set of linear statements about unknown cells,
and the least and the most that a cell can be under all of them is what it can be narrowed to.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from cyp_analysis.errors import CypError
from cyp_analysis.methods.recovery_bounds import tightened
from cyp_analysis.methods.recovery_solver import System, farthest, solved

SLACK = 1e-6


class ContradictionError(CypError):
    """Statements that no figures can meet."""


class Intervals(NamedTuple):
    """The least and most that each cell asked for can be, shape (k,), in the order asked."""

    least: np.ndarray
    most: np.ndarray


def recovered(
    system: System,
    cells: Sequence[int] | None = None,
    *,
    whole: ArrayLike = False,
    strict: bool = True,
) -> Intervals:
    """The interval to which each of the `cells` (all of them if None) can be narrowed.

    `whole`, one flag or one of each cell: the cell is a whole number, so the interval is exact by
    integer programming and never wider than the linear one. Parts of the system that share no cell
    are solved apart. A part that contradicts itself is ContradictionError, or NaN unless `strict`.
    """
    known, whole = _as_arrays(system, whole)
    wanted = np.arange(known.least.size) if cells is None else np.asarray(cells, dtype=int)
    limits = (known.low, known.high, known.least, known.most)
    least, most = tightened(known.rows, limits, whole)
    known = known._replace(rows=sparse.csc_array(known.rows))
    part = _parts(known.rows)
    bad = np.bincount(part, least > most + SLACK, minlength=part.max(initial=-1) + 1) > 0
    # What rounding of the arithmetic put the wrong way round is one value.
    known = known._replace(least=np.minimum(least, most), most=np.maximum(least, most))
    work = _Work(known, part, whole)
    work.is_wanted[wanted] = ~bad[part[wanted]]
    bad |= work.solve(bad)
    if bad.any() and strict:
        raise _contradiction(np.flatnonzero(bad[part]))
    lost = bad[part[wanted]]
    # Adding nought turns the solver's -0.0 into 0.0.
    least, most = (np.where(lost, np.nan, end[wanted]) + 0.0 for end in work.outer)
    return Intervals(least, most)


class _Work:
    """The search: bounds proved so far (outer) and values that have been met (inner)."""

    def __init__(self, known: System, part: np.ndarray, whole: np.ndarray) -> None:
        self.known, self.part, self.whole = known, part, whole
        self.outer = [known.least.copy(), known.most.copy()]
        self.met = [np.full(part.size, np.inf), np.full(part.size, -np.inf)]
        self.is_wanted = np.zeros(part.size, dtype=bool)
        self.far = farthest(known)

    def solve(self, bad: np.ndarray) -> np.ndarray:
        """Go on until both ends of each wanted cell are proved; the parts without any solution.

        Each step asks for one end in every part: one block-diagonal programme for all of them.
        """
        found = np.zeros_like(bad)
        while (ask := self._next(found)).any():
            found[self._narrow(ask)] = True
        return found

    def _next(self, found: np.ndarray) -> np.ndarray:
        """-1, 0 or 1 for each cell: in each part one end of one cell that is not proved yet."""
        ask = np.zeros(self.part.size)
        free = self.is_wanted & ~found[self.part]
        gap = SLACK * (1 + np.abs(np.nan_to_num(self.outer[0], posinf=0, neginf=0)))
        at_least = free & (self.met[0] > self.outer[0] + gap)
        at_most = free & (self.met[1] < self.outer[1] - gap)
        for sign, still in ((1, at_least), (-1, at_most)):
            of_part, first = np.unique(self.part[still], return_index=True)
            new = ~np.isin(of_part, self.part[ask != 0])
            ask[np.flatnonzero(still)[first[new]]] = sign
        return ask

    def _narrow(self, ask: np.ndarray) -> np.ndarray:
        """Minimise what is asked; the parts that turn out to have no solution.

        Most parts have whole solutions without being told to; a tree search is for the others.
        """
        inside = np.isin(self.part, self.part[ask != 0])
        answer = solved(self.known, inside, ask, np.zeros_like(self.whole), self.far)
        if answer is None:
            bad = self._at_odds(inside)
            return bad if bad.size else self._one_by_one(ask)
        answer = self._without_end(answer, ask[inside])
        again = np.isin(self.part, self._unproved(answer, inside))
        self._learn(answer[~again[inside]], inside & ~again, ask)
        return self._one_by_one(np.where(again, ask, 0))

    def _one_by_one(self, ask: np.ndarray) -> np.ndarray:
        """The same for each part by itself, without a stand-in for what has no end."""
        bad = []
        for cell in np.flatnonzero(ask):
            alone = np.where(np.arange(ask.size) == cell, ask, 0)
            inside = self.part == self.part[cell]
            answer = solved(self.known, inside, alone, self.whole, far=np.inf)
            if answer is None:
                bad.append(self.part[cell])
            else:
                self._learn(answer, inside, alone)
        return np.array(bad, dtype=int)

    def _unproved(self, answer: np.ndarray, inside: np.ndarray) -> np.ndarray:
        """Parts where a whole cell is not, or one without an end went as far as it was let."""
        finite = np.where(np.isfinite(answer), answer, 0.0)
        endless = ~np.isfinite(self.known.least[inside]) | ~np.isfinite(self.known.most[inside])
        leans = endless & (np.abs(finite) > self.far / 2)
        broken = self.whole[inside] & (np.abs(finite - np.round(finite)) > 10 * SLACK)
        settled = np.isin(self.part[inside], self.part[inside][np.isinf(answer)])
        return np.unique(self.part[inside][(leans | broken) & ~settled])

    def _without_end(self, answer: np.ndarray, ask: np.ndarray) -> np.ndarray:
        """What was asked for and went beyond all figures of the statements has no end."""
        is_endless = (ask != 0) & (-ask * answer > self.far / 2)
        return np.where(is_endless, np.where(ask > 0, -np.inf, np.inf), answer)

    def _at_odds(self, inside: np.ndarray) -> np.ndarray:
        """Parts that no figures meet: those where the statements must give way by something."""
        rows, cells = self.known.rows[:, np.flatnonzero(inside)], np.count_nonzero(inside)
        used = np.unique(rows.indices)
        gives = sparse.hstack(
            [rows[used], sparse.eye_array(used.size), -sparse.eye_array(used.size)]
        )
        loose = self.known._replace(
            rows=sparse.csc_array(gives),
            low=self.known.low[used],
            high=self.known.high[used],
            least=np.append(self.known.least[inside], np.zeros(2 * used.size)),
            most=np.append(self.known.most[inside], np.full(2 * used.size, np.inf)),
        )
        ask = np.append(np.zeros(cells), np.ones(2 * used.size))
        answer = solved(loose, ask >= 0, ask, np.zeros(ask.size, dtype=bool), self.far)
        if answer is None:
            return np.zeros(0, dtype=int)
        given = answer[cells:].reshape(2, -1).sum(axis=0)
        entries = rows.tocoo()
        at_fault = np.isin(entries.row, used[given > 1e-5])
        return np.unique(self.part[inside][entries.col[at_fault]])

    def _learn(self, answer: np.ndarray, inside: np.ndarray, ask: np.ndarray) -> None:
        """Values met by a solution, and the ends that it proves."""
        cells = np.flatnonzero(inside)
        answer = np.where(self.whole[cells], np.round(answer), answer)
        self.met[0][cells] = np.fmin(self.met[0][cells], answer)
        self.met[1][cells] = np.fmax(self.met[1][cells], answer)
        asked = ask[cells]
        for end, sign in ((0, 1), (1, -1)):
            proved = cells[asked == sign]
            self.outer[end][proved] = self.met[end][proved] = answer[asked == sign]


def _as_arrays(system: System, whole: ArrayLike) -> tuple[System, np.ndarray]:
    """The system as arrays of their shapes, and a flag of each cell."""
    rows = sparse.csr_array(system.rows, dtype=float)
    rows.eliminate_zeros()
    height, width = rows.shape
    low, high = (np.broadcast_to(np.asarray(v, float), height) for v in system[1:3])
    least, most = (np.broadcast_to(np.asarray(v, float), width) for v in system[3:])
    flags = np.broadcast_to(np.asarray(whole, dtype=bool), width)
    return System(rows, low, high, least, most), flags


def _parts(rows: sparse.csc_array) -> np.ndarray:
    """A number for each cell, alike where statements join them."""
    joined = sparse.block_array([[None, rows], [rows.T, None]], format="csr")
    label = connected_components(joined, directed=False)[1][rows.shape[0] :]
    return np.unique(label, return_inverse=True)[1]


def _contradiction(cells: np.ndarray) -> ContradictionError:
    return ContradictionError(
        "statements about the cells",
        "must have a solution",
        f"none for the cells numbered {', '.join(map(str, cells[:8]))}",
        "Look for a total, a bound or a rounding that is wrong.",
    )
