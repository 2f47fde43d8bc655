"""Populations by age carried forward from year to year, and how far past ones were out."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.intervals import Limits, as_fraction

FEWEST_ERRORS = 5  # A spread from fewer back-tests says too little for an interval.

# What can go wrong on the way; the caller's own reasons are numbered after these.
REASONS = ("", "births not known", "no younger age in the table", "projected below zero")
BIRTHS, NO_YOUNGER, BELOW = 1, 2, 3


class Layout(NamedTuple):
    """Rows sorted by group and age: which are a group's first age, and which is open-ended."""

    first: np.ndarray
    is_open: np.ndarray


def aged_on(
    figures: ArrayLike, entrants: ArrayLike, layout: Layout, merge: np.ufunc = np.add
) -> np.ndarray:
    """What each age holds a step later: the figure of the age before it, shape (rows,), NaN kept.

    The first age of a group takes its figure of `entrants`, shape (rows,). An open age also keeps
    its own; `merge` joins the two. Whoever leaves a last age that is not open leaves the table.
    Leslie 1945; Smith, Tayman and Swanson 2013.
    """
    figures, entrants = np.asarray(figures), np.asarray(entrants)
    moved = np.where(layout.first, entrants, np.roll(figures, 1))
    return np.where(layout.is_open, merge(moved, figures), moved)


class Base(NamedTuple):
    """A population to roll forward: one figure a row, each row an age of a group, sorted by both.

    `why` holds whole numbers that say why a row's people, those who survive from it and those who
    arrive in it are not known: 0 where they are, reasons of the caller from len(REASONS) on.
    """

    people: np.ndarray
    survival: np.ndarray
    migration: np.ndarray
    from_birth: np.ndarray
    group: np.ndarray
    layout: Layout
    why: tuple[np.ndarray, np.ndarray, np.ndarray]


def roll(
    base: Base, births: Callable[[int, np.ndarray], np.ndarray], steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """People after each step, shape (steps, rows), and the numbers of why they are NaN.

    Survivors move on by `aged_on` and `migration`, people a step, is added. `births(step, people)`
    gives the births of each group; they enter where `from_birth`. A reason ages with the people it
    belongs to, so that what is not known stays so; the higher number wins where two meet.
    """
    why_people, why_survival, why_arriving = base.why
    people, why, found = np.where(why_people == 0, base.people, np.nan), why_people, []
    for step in range(steps):
        entrants = np.where(base.from_birth, births(step, people)[base.group], np.nan)
        why_entrants = np.where(base.from_birth, np.isnan(entrants) * BIRTHS, NO_YOUNGER)
        people = aged_on(people * base.survival, entrants, base.layout) + base.migration
        why = aged_on(np.maximum(why, why_survival), why_entrants, base.layout, np.maximum)
        why = np.maximum(why, why_arriving)
        why = np.where((why == 0) & (people < 0), BELOW, why)
        people = np.where(why == 0, people, np.nan)
        found.append((people, why))
    people, why = (np.stack(parts) for parts in zip(*found, strict=True))
    return people, why.astype(np.int8)


def commonest(figures: ArrayLike, default: float = 1.0) -> float:
    """The figure that occurs most, the smallest of several; `default` without any."""
    different, times = np.unique(np.asarray(figures, dtype=float), return_counts=True)
    return float(different[times.argmax()]) if different.size else default


def numbers_of_people(figures: ArrayLike) -> np.ndarray:
    """The figures that can be numbers of people or rates, any shape, the others NaN."""
    figures = np.asarray(figures, dtype=float)
    return np.where((figures >= 0) & np.isfinite(figures), figures, np.nan)


class Errors(NamedTuple):
    """Errors of past projections in percent of what was found: number, size, spread, mean."""

    n_forecasts: np.ndarray
    mean_absolute_percentage_error: np.ndarray
    root_mean_square_percentage_error: np.ndarray
    bias_percent: np.ndarray


def percentage_errors(
    projected: ArrayLike, known: ArrayLike, group: ArrayLike, size: int
) -> Errors:
    """Errors 100 x (projected - known) / known of each group, shape (size,), NaN for none.

    `projected`, `known` and `group` (0 to size - 1) have one figure a row. A row counts where both
    figures are there and the known one is above 0. The bias is the mean error (above 0: too high).
    Smith, Tayman and Swanson 2013.
    """
    projected, known = np.asarray(projected, dtype=float), np.asarray(known, dtype=float)
    usable = np.isfinite(projected) & np.isfinite(known) & (known > 0)
    error = 100 * (projected[usable] / known[usable] - 1)
    group = np.asarray(group, dtype=np.intp)[usable]
    n = np.bincount(group, minlength=size)
    with np.errstate(invalid="ignore"):
        absolute, square, bias = (
            np.bincount(group, weights=figure, minlength=size) / n
            for figure in (np.abs(error), error**2, error)
        )
    return Errors(n, absolute, np.sqrt(square), bias)


def error_interval(
    projected: ArrayLike, spread: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> Limits:
    """Prediction interval of projected people from the errors of past ones, NaN in, NaN out.

    projected x (1 -/+ t x spread / 100), `spread` the root mean square of n past errors in percent
    and t Student's of n degrees of freedom; not below 0. The errors are taken as normal about zero,
    so that a bias widens the interval and does not move it. NaN for fewer than five errors. Any
    shapes that broadcast. Keyfitz 1981.
    """
    from scipy.special import stdtrit

    level = as_fraction(confidence)
    n = np.asarray(n, dtype=float)
    enough = np.where(n >= FEWEST_ERRORS, n, np.nan)
    projected, spread = np.asarray(projected, dtype=float), np.asarray(spread, dtype=float)
    with np.errstate(invalid="ignore"):
        margin = stdtrit(enough, level + (1 - level) / 2) * spread / 100 * projected
    return np.maximum(projected - margin, 0), projected + margin
