"""Tables withheld in one call come out as each does alone, and as safe for the least of readers."""

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cyp_analysis.methods.secondary_suppression import Cells, Margin, secondary_cells

BELOW = 5
# Males by stage, females by stage. The first asks for more against the reader who knows most, the
# second is beyond help there and safe only if the others are thought of all the same.
OPEN, BEYOND_HELP = [[4, 0], [0, 23]], [[1, 3], [5, 3]]
COUNTS = st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 8, 23]), min_size=4, max_size=6)


def with_margins(table: list[list[int]]) -> np.ndarray:
    """Lines of males and females, then persons; the total of each line last."""
    lines = np.vstack([table, np.sum(table, axis=0)])
    return np.hstack([lines, lines.sum(axis=1, keepdims=True)]).astype(float)


def withheld(*tables: list[list[int]]) -> np.ndarray:
    """What goes of the tables, all in one call."""
    counts, margins, first = [], [[], [], [], []], np.zeros(2, dtype=int)
    for table in map(with_margins, tables):
        line, column = np.indices(table.shape)
        ends = (column == table.shape[1] - 1), (line == table.shape[0] - 1)
        for made, each in zip(margins, (line + first[0], column + first[1], *ends), strict=True):
            made.append(each.ravel())
        counts.append(table.ravel())
        first += table.shape
    count = np.concatenate(counts)
    line, column, ends_line, ends_column = (np.concatenate(each) for each in margins)
    cells = Cells(count, (count > 0) & (count < BELOW), np.full(count.size, float(BELOW)))
    return secondary_cells(cells, [Margin(line, ends_line), Margin(column, ends_column)])[0]


def tables_of(counts: list[int]) -> list[list[int]]:
    """Males, then females; an odd number left over is left out."""
    width = len(counts) // 2
    return [counts[:width], counts[width : 2 * width]]


def possible(table: list[list[int]], gone: np.ndarray) -> np.ndarray:
    """Every table of whole numbers that agrees with what is shown, shape (k, cells), by trying each
    that has no number beyond the largest and the range of the rule."""
    shown = np.where(gone, np.nan, with_margins(table).ravel())
    free = np.isnan(shown).reshape(3, -1)[:2, :-1]
    # Blank totals limit nothing: what is tried must reach beyond all that the rule asks about.
    most = int(with_margins(table)[2, -1] + BELOW) if not free.all() else 2 * BELOW
    filled = []
    for tried in product(range(most + 1), repeat=int(free.sum())):
        cells = np.array(table, dtype=float)
        cells[free] = tried
        full = with_margins(cells.tolist()).ravel()
        if np.array_equal(full[~gone], shown[~gone]):
            filled.append(full)
    return np.array(filled)


def check_alike(tables: list[list[list[int]]]) -> None:
    together = withheld(*tables)
    assert together.tolist() == np.concatenate([withheld(each) for each in tables]).tolist()


def test_the_smallest_pair_of_which_one_table_was_left_open():
    check_alike([OPEN, BEYOND_HELP])


@pytest.mark.parametrize("order", [(OPEN, BEYOND_HELP), (BEYOND_HELP, OPEN)])
def test_a_table_beside_another_is_withheld_as_alone(order):
    gone = withheld(*order)
    mine = gone[9:] if order[0] is OPEN else gone[:9]
    assert mine.tolist() == withheld(BEYOND_HELP).tolist()


@given(st.lists(COUNTS.map(tables_of), min_size=2, max_size=3))
@example([OPEN, BEYOND_HELP, OPEN])
@settings(max_examples=10, deadline=None)
def test_tables_in_one_call_come_out_as_each_alone(tables):
    check_alike(tables)


@pytest.mark.parametrize(
    "table", [BEYOND_HELP, [[3, 7], [1, 0]], [[2, 9], [4, 0]], [[0, 3], [6, 0]], [[1, 1], [1, 1]]]
)
def test_who_sees_only_blanks_finds_as_many_numbers_as_the_rule_has(table):
    gone = withheld(table, OPEN)[:9]
    counts = with_margins(table).ravel()
    small = np.flatnonzero((counts > 0) & (counts < BELOW))
    left = possible(table, gone)
    assert all(len(np.unique(left[:, cell])) >= BELOW - 1 for cell in small)
    assert gone[small].all()


def test_a_blank_stays_beside_a_number_that_only_an_unseen_total_gives_away():
    # Males 0, 0, 1, females 12, 14, 14 and persons by stage, with no total in the table. Who knows
    # that there is one male knows his stage; for anyone else another number of it must stay blank.
    table = np.array([[0, 0, 1], [12, 14, 14], [12, 14, 15]])
    line, column = (each.ravel() for each in np.indices(table.shape))
    counts, nothing = table.ravel().astype(float), np.zeros(9, dtype=bool)
    cells = Cells(counts, counts == 1, np.full(9, float(BELOW)))
    gone, away = secondary_cells(cells, [Margin(line, nothing), Margin(column, line == 2)])
    assert gone.reshape(3, 3)[:, 2].tolist().count(True) >= 2
    assert np.flatnonzero(away).tolist() == [2]
