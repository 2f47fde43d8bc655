"""Which further cells must be withheld so that margins do not give the withheld ones back."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


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


def secondary_cells(cells: Cells, margins: Sequence[Margin]) -> tuple[np.ndarray, np.ndarray]:
    """What must be withheld, shape (n,), and which of it is given away all the same.

    In every group where the figures shown leave one whole number for a withheld count, the next
    smallest is withheld as well; where only zeros are left, all of them. Given away are cells
    with nothing beside them to withhold. Complementary suppression: Hundepool et al 2012.
    """
    chosen_in = np.full(cells.count.size, -1)
    while True:
        before = cells.withheld
        for number, margin in enumerate(margins):
            most = _ceilings(cells, margins, chosen_in)
            # What is known of a cell from how another margin chose it, this margin cannot mend.
            mendable = (most - _least(cells) >= 1) | (chosen_in == number)
            more = _next_to_go(cells, margin, _given_away(cells, margin, most) & mendable)
            chosen_in[more] = number
            cells = cells._replace(withheld=cells.withheld | more)
        if np.array_equal(before, cells.withheld):
            return before, _all_given_away(cells, margins, _ceilings(cells, margins, chosen_in))


def _all_given_away(cells: Cells, margins: Sequence[Margin], most: np.ndarray) -> np.ndarray:
    """Withheld cells that a margin gives away, and those that these give away in other margins."""
    away = np.zeros_like(cells.withheld)
    while True:
        left = cells._replace(withheld=cells.withheld & ~away)
        more = away.copy()
        for margin in margins:
            more |= _given_away(left, margin, most)
        if np.array_equal(more, away):
            return away
        away = more


def _ceilings(cells: Cells, margins: Sequence[Margin], chosen_in: np.ndarray) -> np.ndarray:
    """The most that each withheld count can be for a reader who knows how it was chosen.

    A small count lies within the rule. Another was the next smallest of its group: no more than
    the smallest count still shown there. Infinite where nothing is known.
    """
    count = cells.count
    small = cells.withheld & (count > 0) & (count < cells.withheld_below)
    most = np.where(small, np.maximum(cells.withheld_below - 1, count), np.inf)
    for number, margin in enumerate(margins):
        visible = ~cells.withheld & ~margin.is_total & (count > 0)
        shown = np.full(margin.group.max(initial=-1) + 1, np.inf)
        np.minimum.at(shown, margin.group[visible], count[visible])
        here = (chosen_in == number) & ~margin.is_total & (count > 0)
        most[here] = np.maximum(shown[margin.group[here]], count[here])
    return most


def _given_away(cells: Cells, margin: Margin, most: np.ndarray) -> np.ndarray:
    """Withheld cells for which the sum of their group leaves one whole number.

    The cells of a group less its total are nothing, so a total counts with the opposite sign. Each
    cell can rise by what the others can fall, and fall by what they can rise.
    """
    count, hidden = np.where(cells.withheld, cells.count, 0.0), cells.withheld
    # Room without end is as much as all the other cells of the group can ever ask for.
    total = np.bincount(margin.group, count + cells.withheld_below * hidden)[margin.group]
    rises = np.where(hidden, np.minimum(most - count, total + 1), 0.0)
    falls = np.where(hidden, count - _least(cells), 0.0)
    signed = np.where(margin.is_total, rises, falls), np.where(margin.is_total, falls, rises)
    down, up = (np.bincount(margin.group, room)[margin.group] for room in signed)
    other_falls, other_rises = down - signed[0], up - signed[1]
    width = np.minimum(signed[1], other_falls) + np.minimum(signed[0], other_rises)
    return hidden & (width < 1)


def _least(cells: Cells) -> np.ndarray:
    """The least that each count can be if withheld: 1 if small, else what the rule shows."""
    below = np.maximum(cells.withheld_below, 1)
    least = np.where(cells.count < below, np.minimum(1, cells.count), below)
    return np.where(cells.count > 0, least, 0)


def _next_to_go(cells: Cells, margin: Margin, away: np.ndarray) -> np.ndarray:
    """The smallest count shown in each group that gives a cell away, or all its zeros."""
    number = margin.group.max(initial=-1) + 1
    open_groups = np.bincount(margin.group, away, minlength=number) > 0
    free = open_groups[margin.group] & ~cells.withheld & np.isfinite(cells.count)
    candidates = np.flatnonzero(free & (cells.count > 0))
    keys = (cells.count[candidates], margin.is_total[candidates], margin.group[candidates])
    candidates = candidates[np.lexsort(keys)]
    groups, first = np.unique(margin.group[candidates], return_index=True)
    chosen = free & (cells.count == 0) & ~np.isin(margin.group, groups)
    chosen[candidates[first]] = True
    return chosen
