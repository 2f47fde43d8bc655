"""Bounds of unknown cells that follow from one statement at a time, carried on until they stay."""

import numpy as np
from scipy import sparse

ROUNDS = 25


def tightened(
    rows: sparse.csr_array, limits: tuple[np.ndarray, ...], whole: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The least and most of each cell, shape (n,), that every row on its own leaves it.

    `limits` are low and high of each row and least and most of each cell. What a row's other
    cells can make at most is what this cell must make at least, and the other way about. A range
    that comes out empty (least above most) is a contradiction, left to the caller.
    """
    low, high, least, most = (np.asarray(limit, dtype=float) for limit in limits)
    entries = rows.tocoo()
    if not entries.nnz:
        return _whole_ends(least, most, whole)
    for _ in range(ROUNDS):
        before = least, most
        below, above = _asked_of_each(entries, (low, high), (least, most))
        least, most = _whole_ends(*_drawn_in(entries, (least, most), (below, above)), whole)
        moved = _moved(before[0], least) | _moved(before[1], most)
        if not moved.any() or (least > most + 1e-6).any():
            break
    return least, most


def _asked_of_each(
    entries: sparse.coo_array, ends: tuple[np.ndarray, np.ndarray], bounds: tuple
) -> tuple[np.ndarray, np.ndarray]:
    """What each entry of a row, the cell times its coefficient, must be at least and at most."""
    at, of, factor = entries.row, entries.col, entries.data
    low, high = ends
    a, b = factor * bounds[0][of], factor * bounds[1][of]
    smallest, largest = np.minimum(a, b), np.maximum(a, b)
    return (
        low[at] - _of_the_others(at, largest, low.size, np.inf),
        high[at] - _of_the_others(at, smallest, low.size, -np.inf),
    )


def _of_the_others(at: np.ndarray, part: np.ndarray, size: int, endless: float) -> np.ndarray:
    """Sum of a row without the entry itself; endless where another entry is."""
    is_finite = np.isfinite(part)
    finite = np.where(is_finite, part, 0.0)
    total = np.bincount(at, finite, minlength=size)[at] - finite
    endless_others = np.bincount(at, ~is_finite, minlength=size)[at] - ~is_finite
    return np.where(endless_others > 0.5, endless, total)


def _drawn_in(
    entries: sparse.coo_array, bounds: tuple, asked: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of the cells, no wider than what their rows ask of them."""
    factor, (below, above) = entries.data, asked
    lower = np.where(factor > 0, below, above) / factor
    upper = np.where(factor > 0, above, below) / factor
    least, most = bounds[0].copy(), bounds[1].copy()
    np.maximum.at(least, entries.col, lower)
    np.minimum.at(most, entries.col, upper)
    return least, most


def _whole_ends(
    least: np.ndarray, most: np.ndarray, whole: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds moved inwards to whole numbers where the cell is one."""
    return (
        np.where(whole, np.ceil(least - 1e-6), least),
        np.where(whole, np.floor(most + 1e-6), most),
    )


def _moved(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Where a bound moved by more than the slack of the arithmetic."""
    finite = np.where(np.isfinite(after), after, 0.0)
    with np.errstate(invalid="ignore"):
        gap = np.abs(np.where(before == after, 0.0, after - before))
    return gap > 1e-7 * (1 + np.abs(finite))
