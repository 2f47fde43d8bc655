"""Which protected numbers all sums together give away, and what holds each of them.

A number is safe as soon as some way of filling the blanks is found in which it is as low as its
rule allows, and one in which it is as high. One filling shows that for many numbers at once, so a
few linear programmes do for a large table; what is left is solved number by number.
"""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from cyp_analysis.methods import recovery
from cyp_analysis.methods.suppression_system import System, bounds, too_narrow

_SLACK = 1e-6
_IDLE = 3  # fillings in a row that show nothing new, before numbers are solved one by one


class Found(NamedTuple):
    """A protected number that is given away, and how strongly (n,) each number holds it: another
    one withheld helps where that is not nought."""

    cell: int
    weight: np.ndarray


class Narrow(NamedTuple):
    """Protected numbers that are given away, and the blanks they were found among."""

    cells: np.ndarray
    places: np.ndarray
    blanks: "Blanks"

    def held(self, system: System, some: np.ndarray) -> list[Found]:
        """What holds each of those that are among the cells `some`."""
        kept = self.places[np.isin(self.cells, some)]
        return [_found(system, self.blanks, place) for place in kept]


class Blanks(NamedTuple):
    """Numbers withheld: their places, the sums over them, least, most and the truth of each, and
    the part, joined by sums, of each sum and of each number."""

    cells: np.ndarray
    rows: np.ndarray
    sums: sparse.csr_array
    least: np.ndarray
    most: np.ndarray
    truth: np.ndarray
    of_row: np.ndarray
    of_cell: np.ndarray

    def alone(self, place: int) -> "Blanks":
        """The part that a number is in: what holds it must not hang on tables beside it."""
        row, cell = (part == self.of_cell[place] for part in (self.of_row, self.of_cell))
        numbers = (each[cell] for each in (self.least, self.most, self.truth))
        sums = self.sums[np.flatnonzero(row)][:, np.flatnonzero(cell)]
        parts = self.of_row[row], self.of_cell[cell]
        return Blanks(self.cells[cell], self.rows[row], sums, *numbers, *parts)


def exposed(
    system: System, hidden: np.ndarray, reader: str, most: np.ndarray, among: np.ndarray
) -> Narrow:
    """The protected numbers of `among` (n,) that a reader narrows down too far by all sums.

    Parts with one sum alone are left out: `given_away` sees all that there is to see in them.
    """
    blanks = _blanks(system, hidden, bounds(system, hidden, reader, most), among)
    seen = _Seen(system, reader, blanks)
    guarded = np.flatnonzero((system.protected & among)[blanks.cells])
    left, idle = seen.narrow(guarded), 0
    chance = np.random.default_rng(0)
    while left.size > 1 and idle < _IDLE:
        before = left.size
        seen.note(_filled(blanks, seen.direction(left, chance))[0])
        left = seen.narrow(left)
        idle = 0 if left.size < before else idle + 1
    seen.low[left], seen.high[left] = _interval(blanks, left)
    places = seen.narrow(left)
    return Narrow(blanks.cells[places], places, blanks)


class _Seen:
    """The lowest and highest that each blank has been met at in some filling."""

    def __init__(self, system: System, reader: str, blanks: Blanks) -> None:
        self.system, self.reader, self.blanks = system, reader, blanks
        self.low, self.high = blanks.truth.copy(), blanks.truth.copy()

    def note(self, filled: np.ndarray) -> None:
        """One more filling, if of whole numbers: people come in no others."""
        if _is_whole(filled):
            self.low = np.minimum(self.low, filled)
            self.high = np.maximum(self.high, filled)

    def narrow(self, some: np.ndarray) -> np.ndarray:
        """Those that have not been met far enough apart."""
        truth, cells = self.blanks.truth[some], self.blanks.cells[some]
        falls, rises = truth - self.low[some], self.high[some] - truth
        return some[too_narrow(self.system, self.reader, falls, rises, cells)]

    def direction(self, left: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """A push to each of those left: down where it was not seen low enough, else up, and
        as chance has it where both are wanted."""
        system, truth = self.system, self.blanks.truth[left]
        cells = self.blanks.cells[left]
        down = self.low[left] > np.minimum(system.low[cells], truth) + _SLACK
        up = self.high[left] < np.maximum(system.high[cells], truth) - _SLACK
        sign = np.where(down & up, chance.choice([1.0, -1.0], left.size), np.where(up, 1.0, -1.0))
        push = np.zeros(self.blanks.cells.size)
        push[left] = sign * chance.uniform(0.5, 1, left.size)
        return push


def _blanks(system: System, hidden: np.ndarray, limits: tuple, among: np.ndarray) -> Blanks:
    """The blanks of the parts, joined by sums, that have two sums or more and one of `among`."""
    in_sums = np.bincount(system.sums.indices, minlength=hidden.size) > 0
    places = np.flatnonzero(hidden & in_sums)
    rows = np.flatnonzero(np.diff(system.sums[:, places].indptr))
    sums = system.sums[rows][:, places]
    of_row, of_cell = _labels(sums)
    wanted = np.flatnonzero(np.bincount(of_row, minlength=1) > 1)
    wanted = np.intersect1d(wanted, of_cell[among[places]])
    kept_rows, kept = np.isin(of_row, wanted), np.isin(of_cell, wanted)
    cells = places[kept]
    truth = system.number[cells]
    of_row, of_cell = of_row[kept_rows], of_cell[kept]
    # Ends so far away that no rule asks for more: without them some have no end.
    far = truth + 2 * np.bincount(of_cell, np.abs(truth))[of_cell] + 100
    least, most = limits[0][cells], np.minimum(limits[1][cells], far)
    sums = sums[kept_rows][:, kept]
    return Blanks(cells, rows[kept_rows], sums, least, most, truth, of_row, of_cell)


def joined_with(some: np.ndarray, hidden: np.ndarray, sums: sparse.csr_array) -> np.ndarray:
    """All numbers (n,) that sums of withheld ones join with `some` of these."""
    places = np.flatnonzero(hidden)
    of_cell = _labels(sums[:, places])[1]
    joined = np.zeros(hidden.size, dtype=bool)
    joined[places] = np.isin(of_cell, of_cell[some[places]])
    return joined


def _labels(sums: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """The part of each sum and of each number."""
    if not sums.shape[0]:
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    joined = sparse.block_array([[None, sums], [sums.T, None]], format="csr")
    label = sparse.csgraph.connected_components(joined, directed=False)[1]
    return label[: sums.shape[0]], label[sums.shape[0] :]


def _is_whole(filled: np.ndarray) -> bool:
    """Whether a filling is of whole numbers, as people are."""
    return np.allclose(filled, np.round(filled), rtol=0, atol=_SLACK)


def _filled(blanks: Blanks, direction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The filling that goes furthest in a direction, and the weight of each sum in it."""
    from scipy.optimize import linprog

    done = linprog(
        -direction,
        A_eq=blanks.sums,
        b_eq=blanks.sums @ blanks.truth,
        bounds=np.column_stack([blanks.least, blanks.most]),
        method="highs",
    )
    if done.x is None:
        raise ArithmeticError(f"blanks cannot be filled although the truth does: {done.message}")
    return done.x, done.eqlin.marginals


def _interval(blanks: Blanks, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and most of some blanks in whole numbers."""
    if not places.size:
        return blanks.truth[places], blanks.truth[places]
    total = blanks.sums @ blanks.truth
    system = recovery.System(blanks.sums, total, total, blanks.least, blanks.most)
    whole = _is_whole(blanks.truth)
    return recovery.recovered(system, places, whole=whole)


def _found(system: System, blanks: Blanks, place: int) -> Found:
    """What holds a number down or up: the sums with a weight, hence the numbers in them."""
    cell, part = blanks.cells[place], blanks.alone(place)
    direction = (part.cells == cell).astype(float)
    held = [_filled(part, sign * direction)[1] @ system.sums[part.rows] for sign in (1, -1)]
    return Found(int(cell), np.abs(held[0]) + np.abs(held[1]))
