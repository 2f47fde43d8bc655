"""A table of counts with its margins as numbers and the sums that hold between them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from cyp_analysis.methods.suppression_system import System


class Cells(NamedTuple):
    """Counts (n,), NaN where missing, which are withheld, and the count from which one is shown."""

    count: np.ndarray
    withheld: np.ndarray
    withheld_below: np.ndarray


class Margin(NamedTuple):
    """The group of each cell, 0, 1 ..., and which cells are the total of theirs, shape (n,).

    A group without a total among its cells is taken to have a published one.
    """

    group: np.ndarray
    is_total: np.ndarray


def margins_system(cells: Cells, margins: Sequence[Margin]) -> System:
    """The sums of a table by its margins; in a group with totals the parts less these make 0."""
    known = np.isfinite(cells.count)
    number = np.where(known, cells.count, 0.0)
    last = np.zeros(known.size, dtype=bool)
    sums = []
    for margin in margins:
        last |= margin.is_total
        sign = np.where(margin.is_total, -1.0, 1.0) * known
        shape = (margin.group.max(initial=-1) + 1, known.size)
        sums.append(sparse.csr_array((sign, (margin.group, np.arange(known.size))), shape))
    small = cells.withheld & (number > 0) & (number < cells.withheld_below)
    return System(
        number=number,
        protected=small,
        low=np.where(small, np.minimum(1, number), 0.0),
        high=np.where(small, np.maximum(cells.withheld_below - 1, number), 0.0),
        above=np.where(number > 0, np.minimum(np.maximum(cells.withheld_below, 1), number), 0.0),
        hidden=cells.withheld.copy(),
        may_go=known,
        last=last,
        outside=np.zeros(known.size, dtype=bool),
        sums=sparse.vstack(sums, format="csr") if sums else sparse.csr_array((0, known.size)),
    )
