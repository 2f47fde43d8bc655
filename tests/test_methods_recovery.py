"""How closely withheld cells can be worked out: published tables, and every small table by hand."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from cyp_analysis.methods.recovery import ContradictionError, System, recovered


def margins(height: int, width: int) -> np.ndarray:
    """The rows of a system in which each row and each column of a table has a known total."""
    place = np.arange(height * width).reshape(height, width)
    rows = [np.isin(place, place[i]).ravel() for i in range(height)]
    return np.array(rows + [np.isin(place, place[:, j]).ravel() for j in range(width)], dtype=float)


def audit(table, hidden, *, least=0.0, most=np.inf, whole=False):
    """Intervals of the hidden cells of a table whose margins are printed."""
    cells, gone = np.asarray(table, dtype=float).ravel(), np.asarray(hidden, dtype=bool).ravel()
    rows = margins(*np.shape(table))
    total = rows @ cells
    bounds = np.where(gone, least, cells), np.where(gone, most, cells)
    found = recovered(System(rows, total, total, *bounds), np.flatnonzero(gone), whole=whole)
    return list(zip(found.least.round(6).tolist(), found.most.round(6).tolist(), strict=True))


# Investment of enterprises by activity and region, the example of Fischetti and Salazar (Management
# Science 47, 2001): the 22 is sensitive; three cells withheld beside it leave it at 5 to 30.
INVESTMENT = [[20, 50, 10], [8, 19, 22], [17, 32, 12]]


@pytest.mark.parametrize("whole", [False, True])
class TestTablesOfThreeByThree:
    def test_one_cell_alone_is_given_away(self, whole):
        assert audit(INVESTMENT, [[0, 0, 0], [0, 0, 1], [0, 0, 0]], whole=whole) == [(22, 22)]

    def test_two_of_a_row_are_given_away_by_their_columns(self, whole):
        hidden = [[0, 0, 0], [1, 0, 1], [0, 0, 0]]
        assert audit(INVESTMENT, hidden, whole=whole) == [(8, 8), (22, 22)]

    def test_a_square_of_four_moves_together(self, whole):
        # What one loses the other of its row and column gains: 8 at most, or 17.
        hidden = [[0, 0, 0], [1, 0, 1], [1, 0, 1]]
        assert audit(INVESTMENT, hidden, whole=whole) == [(0, 25), (5, 30), (0, 25), (4, 29)]

    def test_six_in_a_ring(self, whole):
        # The 20 can rise by 8 (another 8 falls to nought) and fall by 12 (as the 12 does).
        hidden = [[1, 0, 1], [1, 1, 0], [0, 1, 1]]
        found = audit(INVESTMENT, hidden, whole=whole)
        assert found == [(8, 28), (2, 22), (0, 20), (7, 27), (24, 44), (0, 20)]

    def test_a_rule_that_is_known_draws_all_of_them_in(self, whole):
        # 1 to 4 withheld: 3 and 4 in one diagonal, 2 and 1 in the other.
        table = [[3, 2, 9], [1, 4, 9], [9, 9, 9]]
        hidden = [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
        found = audit(table, hidden, least=1, most=4, whole=whole)
        assert found == [(1, 3), (2, 4), (1, 3), (2, 4)]


def test_everything_withheld_of_a_table_of_ones_is_given_away_by_the_rule():
    assert audit([[1, 1], [1, 1]], [[1, 1], [1, 1]], least=1, most=4) == [(1, 1)] * 4


def test_whole_numbers_can_say_more_than_lines_do():
    # 2a + 2b = 6 with halves allowed is wide; 3a + 2b = 7 has one whole answer: 1 and 2.
    system = System([[3, 2]], 7, 7, 0, np.inf)
    assert np.allclose(recovered(system), [(0, 0), (7 / 3, 3.5)])
    assert np.array_equal(recovered(system, whole=True), [(1, 2), (1, 2)])


def test_some_cells_whole_and_some_not():
    system = System([[1, 1]], 3.5, 3.5, 0, 3)
    found = recovered(system, whole=[True, False])
    assert np.allclose(found, [(1, 0.5), (3, 2.5)])


def test_statements_that_are_not_equations():
    # A rank: the first is not below the second, which is not below the third; together 12 to 15.
    rows = [[1, -1, 0], [0, 1, -1], [1, 1, 1]]
    system = System(rows, [0, 0, 12], [np.inf, np.inf, 15], 0, [np.inf, np.inf, 4])
    found = recovered(system, whole=True)
    assert found.least.tolist() == [4, 0, 0]
    assert found.most.tolist() == [15, 7, 4]


class TestEnds:
    def test_a_cell_of_no_statement_has_its_own_bounds(self):
        found = recovered(System(np.zeros((0, 2)), [], [], [1, 0], [4, np.inf]))
        assert found.least.tolist() == [1, 0] and found.most.tolist() == [4, np.inf]

    def test_no_cells(self):
        assert recovered(System(np.zeros((0, 0)), [], [], [], [])).least.size == 0
        assert recovered(System([[1, 1]], 4, 4, 0, 4), []).least.size == 0

    def test_two_that_differ_by_a_known_number_have_no_end(self):
        found = recovered(System([[1, -1]], 2, 2, 0, np.inf))
        assert found.least.tolist() == [2, 0] and found.most.tolist() == [np.inf, np.inf]

    def test_no_end_below_either(self):
        found = recovered(System([[1, -1]], 2, 2, -np.inf, np.inf), [1], whole=True)
        assert found.least.tolist() == [-np.inf] and found.most.tolist() == [np.inf]

    def test_one_part_without_an_end_beside_one_with(self):
        rows = [[1, -1, 0, 0], [0, 0, 1, 1]]
        found = recovered(System(rows, [2, 5], [2, 5], 0, np.inf))
        assert found.least.tolist() == [2, 0, 0, 0]
        assert found.most.tolist() == [np.inf, np.inf, 5, 5]

    def test_large_figures_keep_their_ends(self):
        found = recovered(System([[1, 1, 1]], 61_000_003, 61_000_003, [1, 1, 6e7], [4, 4, 7e7]))
        assert np.allclose(found.least, [1, 1, 60_999_995]) and np.allclose(found.most[:2], 4)

    def test_what_the_arithmetic_of_a_computer_leaves_is_no_contradiction(self):
        tenths = [0.1, 0.2]
        found = recovered(System(np.eye(2), tenths, tenths, [0.1 + 1e-12, 0], [1, 0.2 - 1e-12]))
        assert np.allclose(found, [tenths, tenths])


class TestContradictions:
    BAD = System([[1, 1]], 50, 50, 0, 4)

    def test_it_names_the_cells(self):
        with pytest.raises(ContradictionError, match="cells numbered 0, 1. Look for a total"):
            recovered(self.BAD)

    def test_one_that_takes_more_than_one_statement(self):
        rows = [[1, 1, 0], [0, 1, 1], [1, 0, 1]]
        # a + b = b + c = a + c = 1 gives halves: no whole numbers.
        with pytest.raises(ContradictionError, match="numbered 0, 1, 2"):
            recovered(System(rows, 1, 1, 0, 9), whole=True)
        assert np.allclose(recovered(System(rows, 1, 1, 0, 9)), 0.5)
        with pytest.raises(ContradictionError):
            recovered(System([*rows, [1, 1, 1]], 1, 1, 0, 9))

    @pytest.mark.parametrize("whole", [False, True])
    def test_the_other_parts_are_still_told_if_that_is_wanted(self, whole):
        rows = [[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 1, 1, 0], [0, 0, 1, 0, 1, 0]]
        limits = [3, 2, 2, 5]
        rows.append([0, 0, 1, 1, 1, 0])  # c + d + e = 4 where half of 2 + 2 + 5 is more
        system = System(rows, [*limits, 4], [*limits, 4], 0, [9, 9, 9, 9, 9, 2])
        found = recovered(system, strict=False, whole=whole)
        assert found.least[[0, 1, 5]].tolist() == [0, 0, 0]
        assert found.most[[0, 1, 5]].tolist() == [3, 3, 2]
        assert np.isnan(found.least[2:5]).all() and np.isnan(found.most[2:5]).all()


def by_trying(system: System) -> list[tuple[int, int]]:
    """Least and most of each cell over every table of whole numbers that meets the statements."""
    spans = [range(int(a), int(b) + 1) for a, b in zip(system.least, system.most, strict=True)]
    every = np.array(list(product(*spans)), dtype=float)
    sums = every @ np.asarray(system.rows, dtype=float).T
    good = every[((sums >= system.low) & (sums <= system.high)).all(axis=1)]
    return list(zip(good.min(axis=0), good.max(axis=0), strict=True))


@st.composite
def systems(draw) -> System:
    """Small tables of whole numbers with some sums told, exactly or roughly, and each cell within
    bounds; some statements take cells away or count them twice."""
    n = draw(st.integers(1, 5))
    truth = np.array(draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)), dtype=float)
    factor = st.sampled_from([0, 0, 1, 1, 1, -1, 2])
    rows = draw(st.lists(st.lists(factor, min_size=n, max_size=n), min_size=1, max_size=4))
    slack = np.array(draw(st.lists(st.integers(0, 1), min_size=len(rows), max_size=len(rows))))
    rows = np.array(rows, dtype=float)
    return System(rows, rows @ truth - slack, rows @ truth + slack, np.zeros(n), np.full(n, 4.0))


@settings(max_examples=50, deadline=None)
@given(systems())
def test_every_small_table_tried_agrees(system):
    tried = by_trying(system)
    found = recovered(system, whole=True)
    assert list(zip(found.least, found.most, strict=True)) == tried
    loose = recovered(system)
    for least, most, (lowest, highest) in zip(loose.least, loose.most, tried, strict=True):
        assert least <= lowest + 1e-6 and most >= highest - 1e-6


@settings(max_examples=12, deadline=None)
@given(st.lists(systems(), min_size=2, max_size=4))
def test_many_together_are_as_each_alone(parts):
    rows = sparse.block_diag([sparse.csr_array(p.rows) for p in parts], format="csr")
    joined = System(rows, *(np.concatenate([p[i] for p in parts]) for i in range(1, 5)))
    for whole in (False, True):
        together = recovered(joined, whole=whole)
        alone = [recovered(p, whole=whole) for p in parts]
        assert np.allclose(together.least, np.concatenate([a.least for a in alone]), atol=1e-5)
        assert np.allclose(together.most, np.concatenate([a.most for a in alone]), atol=1e-5)


def test_the_order_of_the_cells_is_that_asked_for():
    system = System([[1, 1, 1]], 9, 9, [1, 2, 3], 5)
    every, some = recovered(system), recovered(system, [2, 0])
    assert some.least.tolist() == every.least[[2, 0]].tolist()
    assert some.most.tolist() == every.most[[2, 0]].tolist()


def test_nothing_is_changed():
    arrays = [np.ones((1, 2)), np.array([5.0]), np.array([5.0]), np.zeros(2), np.full(2, 9.0)]
    before = [array.copy() for array in arrays]
    recovered(System(*arrays), whole=True)
    assert all(np.array_equal(a, b) for a, b in zip(arrays, before, strict=True))


def test_thousands_of_small_systems_are_quick():
    rng = np.random.default_rng(7)
    rows = sparse.block_diag([margins(2, 3)] * 1_000, format="csr")
    cells = rng.integers(0, 9, rows.shape[1]).astype(float)
    total = rows @ cells
    found = recovered(System(rows, total, total, 0, 9), whole=True)
    assert (found.least <= cells).all() and (found.most >= cells).all()
    first = System(margins(2, 3), total[:5], total[:5], np.zeros(6), np.full(6, 9.0))
    tried = by_trying(first)
    assert list(zip(found.least[:6], found.most[:6], strict=True)) == tried
