"""Which further numbers must be withheld so that sums do not give the withheld ones back.

Complementary suppression over all sums together (Hundepool et al 2012, Statistical Disclosure
Control, chapter 4): first what one sum alone gives away, by the next smallest number in it; then
what follows from many sums, by the smallest number that holds it.
"""

from collections.abc import Sequence

import numpy as np

from cyp_analysis.methods.suppression_margins import Cells, Margin, margins_system
from cyp_analysis.methods.suppression_search import Found, Narrow, exposed, joined_with
from cyp_analysis.methods.suppression_system import (
    INFORMED,
    PLAIN,
    SHREWD,
    System,
    Terms,
    given_away,
    terms_of,
)

__all__ = ["Cells", "Margin", "protect", "secondary_cells", "still_away"]
_SLACK = 1e-9
_READERS = (INFORMED, SHREWD, PLAIN)


def secondary_cells(cells: Cells, margins: Sequence[Margin]) -> tuple[np.ndarray, np.ndarray]:
    """What must be withheld, shape (n,), and which small numbers are given away all the same,
    there being nothing left beside them to withhold."""
    system = margins_system(cells, margins)
    search = _searched(system)
    doubt = search.in_doubt()
    return search.hidden, still_away(system, search.hidden) if doubt.any() else doubt


class _Search:
    """What is withheld so far, and in which sum each further number was the next smallest."""

    def __init__(self, system: System) -> None:
        self.system, self.terms = system, terms_of(system)
        self.hidden = system.hidden.copy()
        self.chosen_in = np.full(system.number.size, -1)
        self.unchecked = np.ones(system.number.size, dtype=bool)
        # What no further number can help, against each reader by itself.
        self.stuck = {r: np.zeros(system.number.size, dtype=bool) for r in _READERS}

    def hide(self, cells: np.ndarray, sums: np.ndarray) -> bool:
        """Withhold some more; True if any of them was shown."""
        self.hidden[cells] = True
        self.chosen_in[cells] = sums
        self.unchecked[cells] = True
        if self.system.last[cells].any():
            # Numbers were given up as long as totals stay.
            self.unchecked |= self.stuck[INFORMED]
            self.stuck[INFORMED][:] = False
        return cells.size > 0

    def show(self, cells: np.ndarray) -> bool:
        """Show some again; True if there were any."""
        self.hidden[cells] = False
        return cells.size > 0

    def in_doubt(self) -> np.ndarray:
        """Numbers (n,) that may be given away, there being nothing left to withhold."""
        known = np.full(self.hidden.size, np.inf)
        doubt = np.logical_or.reduce([*self.stuck.values()])
        for reader in _READERS if self.terms.row.size else ():
            doubt[self.terms.cell[given_away(self.system, self.hidden, reader, known)]] = True
        return doubt


def protect(system: System) -> np.ndarray:
    """Everything that must be withheld, shape (n,), so that no reader narrows a protected number
    down further than its rule does; a total goes only where nothing else helps."""
    return _searched(system).hidden


def _searched(system: System) -> _Search:
    search = _Search(system)
    if system.protected.any() and system.sums.nnz:
        while _one_by_one(search) or _together(search):
            pass
        lost = joined_with(search.in_doubt(), search.hidden, system.sums)
        while search.show(_known_anyway(search, ~lost)):
            pass
    return search


def _known_anyway(search: _Search, among: np.ndarray) -> np.ndarray:
    """Further numbers withheld that a sum of shown ones gives back: blank to no one's good.

    Only of `among` (n,): where a number could not be saved from a reader who knows the totals that
    are in no table, a blank still keeps it from one who does not.
    """
    terms, system = search.terms, search.system
    blanks = np.bincount(terms.row, search.hidden[terms.cell], system.sums.shape[0])
    alone = terms.cell[(blanks[terms.row] == 1) & search.hidden[terms.cell]]
    return np.unique(alone[~(system.hidden | system.protected)[alone] & among[alone]])


def still_away(system: System, hidden: np.ndarray) -> np.ndarray:
    """Protected numbers that a reader works out all the same."""
    away = np.zeros(hidden.size, dtype=bool)
    if not (system.protected.any() and system.sums.nnz):
        return away
    most = np.full(hidden.size, np.inf)
    away[terms_of(system).cell[given_away(system, hidden, SHREWD, most)]] = True
    away[exposed(system, hidden, SHREWD, most, np.ones(hidden.size, dtype=bool)).cells] = True
    return away


def _one_by_one(search: _Search) -> bool:
    """Withhold what sums taken one at a time ask for; True if there was any such number."""
    gone = False
    for reader, totals in ((INFORMED, False), (SHREWD, False), (SHREWD, True), (PLAIN, True)):
        while search.hide(*_next_in_sums(search, reader, totals=totals)):
            gone = True
    return gone


def _next_in_sums(search: _Search, reader: str, *, totals: bool) -> tuple:
    """In each sum that gives a number away the smallest one shown, else all its noughts, else
    (where totals may go) its smallest total; and the sums."""
    terms, shown = search.terms, _can_go(search)
    away = given_away(search.system, search.hidden, reader, _most(search))
    is_open = np.isin(terms.row, terms.row[away])
    last = search.system.last[terms.cell]
    number = search.system.number[terms.cell]
    free = is_open & shown[terms.cell]
    some = _smallest(terms, free & ~last & (number > 0), number)
    served = np.isin(terms.row, terms.row[some])
    noughts = _of_use(search, reader, np.flatnonzero(free & ~last & ~served))
    served[np.isin(terms.row, terms.row[noughts])] = True
    ends = _smallest(terms, free & last & ~served & totals, number)
    chosen = np.concatenate([some, noughts, ends]).astype(int)
    return terms.cell[chosen], terms.row[chosen]


def _of_use(search: _Search, reader: str, noughts: np.ndarray) -> np.ndarray:
    """Noughts (places of terms) that mend their sum; all of them against the shrewd reader, who
    is told nothing of a breakdown that tells too much."""
    if reader == SHREWD or not noughts.size:
        return noughts
    trial = search.hidden.copy()
    trial[search.terms.cell[noughts]] = True
    still = given_away(search.system, trial, reader, _most(search))
    return noughts[~np.isin(search.terms.row[noughts], search.terms.row[still])]


def _smallest(terms: Terms, free: np.ndarray, number: np.ndarray) -> np.ndarray:
    """The place of the smallest number in each sum."""
    places = np.flatnonzero(free)
    places = places[np.lexsort((number[places], terms.row[places]))]
    return places[np.unique(terms.row[places], return_index=True)[1]]


def _can_go(search: _Search) -> np.ndarray:
    return search.system.may_go & ~search.hidden


def _most(search: _Search) -> np.ndarray:
    """The most that a number can be for a reader who knows that it was the next smallest of its
    sum: no more than the smallest that is still shown there."""
    number, terms = search.system.number, search.terms
    counts = ~search.hidden & search.system.may_go & ~search.system.last & (number > 0)
    visible = counts[terms.cell]
    least = np.full(search.system.sums.shape[0], np.inf)
    np.minimum.at(least, terms.row[visible], number[terms.cell[visible]])
    here = (search.chosen_in >= 0) & ~search.system.last & (number > 0)
    return np.where(here, least[search.chosen_in], np.inf)


def _together(search: _Search) -> bool:
    """Withhold what all sums together ask for; True if there was any such number."""
    among, search.unchecked = search.unchecked, np.zeros_like(search.unchecked)
    for reader in _READERS:
        left = among & ~search.stuck[reader]
        found = exposed(search.system, search.hidden, reader, _most(search), left)
        if search.hide(*_helpers(search, _not_hopeless(search, found, reader), reader)):
            # Its part is looked at again, whoever is to be kept out.
            search.unchecked |= among
            return True
    return False


def _not_hopeless(search: _Search, found: Narrow, reader: str) -> list[Found]:
    """Those for which withholding more is of use: not where a total by itself says it all."""
    if not found.cells.size:
        return []
    system = search.system
    everything = search.hidden | (system.may_go & (reader != INFORMED or ~system.last))
    asked = np.zeros(everything.size, dtype=bool)
    asked[found.cells] = True
    endless = np.full(everything.size, np.inf)
    # What was the next smallest need not have been, had everything gone.
    lost = exposed(system, everything, reader, endless, asked).cells
    search.stuck[reader][lost] = True
    return found.held(system, np.setdiff1d(found.cells, lost))


def _helpers(search: _Search, found: Sequence[Found], reader: str) -> tuple:
    """For each number given away the smallest one shown that holds it, unless one of its sums
    has already been seen to."""
    system, chosen, rows = search.system, [], []
    for each in found:
        mine = search.terms.row[search.terms.cell == each.cell]
        if np.isin(mine, rows).any():
            continue
        shown = _can_go(search)
        free = np.flatnonzero(shown & (each.weight > _SLACK))
        free = free if free.size else np.flatnonzero(shown & _near(search, mine))
        if not free.size:
            search.stuck[reader][each.cell] = True
            continue
        order = np.lexsort((system.number[free], system.number[free] == 0, system.last[free]))
        best = free[order[0]]
        chosen.append(best)
        rows.append(search.terms.row[search.terms.cell == best][0])
    return np.array(chosen, dtype=int), np.array(rows, dtype=int)


def _near(search: _Search, rows: np.ndarray) -> np.ndarray:
    """Numbers (n,) in a sum with a blank of some sums."""
    terms = search.terms
    blank = terms.cell[np.isin(terms.row, rows) & search.hidden[terms.cell]]
    around = np.isin(terms.row, terms.row[np.isin(terms.cell, blank)])
    return np.bincount(terms.cell[around], minlength=search.hidden.size) > 0
