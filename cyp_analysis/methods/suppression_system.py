"""Numbers of which some are withheld, the sums that hold between them, and what one sum gives away.

Three readers are kept out. The informed one knows which numbers are small and finds each of them
anywhere within its rule all the same. The shrewd one also knows how the others were chosen, and
still finds two whole numbers for each. The plain one sees only which cells are blank.
"""

from typing import NamedTuple

import numpy as np
from scipy import sparse

INFORMED, SHREWD, PLAIN = "informed", "shrewd", "plain"
_SLACK = 1e-6


class System(NamedTuple):
    """Numbers (n,) and the sums (m, n) of them that a reader knows, as coefficients of 1 and −1.

    `protected` must stay anywhere within `low` to `high`; `above` is the least that another number
    is known to be once withheld, and `hidden` those that no reader ever sees. What `may_go` can be
    withheld as well, what is `last` only where nothing else is left. `outside`: a protected number
    of which the rule's bounds are not known.
    """

    number: np.ndarray
    protected: np.ndarray
    low: np.ndarray
    high: np.ndarray
    above: np.ndarray
    hidden: np.ndarray
    may_go: np.ndarray
    last: np.ndarray
    outside: np.ndarray
    sums: sparse.csr_array


class Terms(NamedTuple):
    """The coefficients of the sums one by one: sum, number and sign, shape (k,)."""

    row: np.ndarray
    cell: np.ndarray
    sign: np.ndarray


def terms_of(system: System) -> Terms:
    """Every coefficient of the sums."""
    sums = system.sums.tocoo()
    return Terms(sums.row.astype(int), sums.col.astype(int), sums.data.astype(float))


def bounds(
    system: System, hidden: np.ndarray, reader: str, most: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Least and most (n,) of each number for a reader; both the number itself where it is shown.

    `most` is what the shrewd reader knows from how a number was chosen.
    """
    inside = system.protected & ~system.outside & (reader != PLAIN)
    other = np.where(system.outside | system.protected, 0.0, system.above * (reader == SHREWD))
    least = np.where(inside, system.low, other)
    top = np.where(inside, system.high, most if reader == SHREWD else np.inf)
    return (
        np.where(hidden, np.minimum(least, system.number), system.number),
        np.where(hidden, np.maximum(top, system.number), system.number),
    )


def wanted(system: System, reader: str) -> tuple[np.ndarray, np.ndarray]:
    """How far below and above itself (n,) a protected number must be possible: for the shrewd
    reader by one in all, see `too_narrow`; for the others through the whole of its rule."""
    nothing = np.zeros(system.number.size)
    if reader == SHREWD:
        return nothing, nothing
    return (
        np.where(system.protected, np.maximum(system.number - system.low, 0), 0.0),
        np.where(system.protected, np.maximum(system.high - system.number, 0), 0.0),
    )


def too_narrow(
    system: System, reader: str, falls: np.ndarray, rises: np.ndarray, cells: np.ndarray
) -> np.ndarray:
    """Which of some protected numbers (places `cells`) can fall and rise by too little."""
    down, up = (each[cells] for each in wanted(system, reader))
    if reader == SHREWD:
        width = np.minimum(1.0, system.high[cells] - system.low[cells])
        return falls + rises < width - _SLACK
    return (falls < down - _SLACK) | (rises < up - _SLACK)


def given_away(system: System, hidden: np.ndarray, reader: str, most: np.ndarray) -> np.ndarray:
    """Terms (k,) where one sum alone leaves too little room for a protected number.

    A number of a sum can rise by what the others of it can make up for, and fall likewise.
    """
    terms = terms_of(system)
    least, top = bounds(system, hidden, reader, most)
    # Room without end is as much as all other numbers can ever ask for.
    reach = np.where(system.protected, system.high, 0).sum() + np.abs(system.number).sum()
    enough = 2 * reach + 2
    up, down = np.minimum(top - system.number, enough), system.number - least
    plus = terms.sign > 0
    rises = np.where(plus, up[terms.cell], down[terms.cell])
    falls = np.where(plus, down[terms.cell], up[terms.cell])
    size = system.sums.shape[0]
    others_fall = np.bincount(terms.row, falls, size)[terms.row] - falls
    others_rise = np.bincount(terms.row, rises, size)[terms.row] - rises
    can_rise = np.minimum(rises, others_fall)
    can_fall = np.minimum(falls, others_rise)
    cell_up, cell_down = np.where(plus, can_rise, can_fall), np.where(plus, can_fall, can_rise)
    looked_at = (system.protected & hidden)[terms.cell]
    return looked_at & too_narrow(system, reader, cell_down, cell_up, terms.cell)
