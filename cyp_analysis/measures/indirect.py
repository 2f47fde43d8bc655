"""Indirectly standardised rates and ratios."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis import methods
from cyp_analysis.measures import rows
from cyp_analysis.measures.bands import (
    Bands,
    as_zero,
    find_bands,
    repeated,
    set_apart,
    with_notes,
)
from cyp_analysis.measures.groups import Groups, grouped
from cyp_analysis.measures.reasons import Reasons, first_reason, group_result
from cyp_analysis.methods.standardised import expected_events


def isr_rate(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    per: float = 10_000,
    *,
    reference_count: str = "reference_count",
    reference_denominator: str = "reference_denominator",
    reference: pd.DataFrame | None = None,
    on: str | list[str] | None = None,
    observed: str | None = None,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Indirectly standardised rate of each group of `by`, `per` people.

    The ratio of observed to expected events times the crude rate of the reference, which is added
    as reference_rate in the same unit. Everything else is as for `isr_ratio`. Compare a group with
    the reference, not with another group. Breslow and Day 1987; Armitage et al. 2002.
    """
    per, levels = rows.positive("per", per), rows.limit_columns(confidence)
    names = _Names(count, denominator, reference_count, reference_denominator, observed)
    found = _totals(df, names, find_bands(df, None, reference, on), grouped(df, by), strict)
    added = {"reference_rate": per * found.reference_rate}
    return _result(
        found, "isr_rate", added | _values(found, added["reference_rate"], levels), strict
    )


def isr_ratio(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    per: float = 1,
    *,
    reference_count: str = "reference_count",
    reference_denominator: str = "reference_denominator",
    reference: pd.DataFrame | None = None,
    on: str | list[str] | None = None,
    observed: str | None = None,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Ratio of observed events to those expected at the reference's rates, for each group of `by`.

    Each row is one age band of a group. `per` is the ratio of the reference itself: 1, or 100 as
    standardised mortality ratios are often shown. `reference_count` and `reference_denominator` are
    columns of the table or, with `reference`, of that table, which is joined by the key columns
    `on`. `observed` names a column with the events of the whole group, the same in each of its
    rows, for totals without bands; `count` is then not read.

    Gives the `by` columns, observed, expected, value, lower_ci, upper_ci, statistic, method
    (`exact` below 10 events, `byars` from 10, empty if the events are not known), value_note; two
    levels of confidence as for `rate`. A missing count, denominator or reference count is taken as
    0, and value_note says so. Any other figure missing, no expected events, a band repeated or not
    in the reference, or a band of the reference that a group lacks makes that group missing with
    its reason. `strict` raises SchemaError instead, also for what was taken as 0. Breslow and Day
    1987; Armitage et al. 2002.
    """
    per, levels = rows.positive("per", per), rows.limit_columns(confidence)
    names = _Names(count, denominator, reference_count, reference_denominator, observed)
    found = _totals(df, names, find_bands(df, None, reference, on), grouped(df, by), strict)
    return _result(found, "isr_ratio", _values(found, per, levels), strict)


class _Names(NamedTuple):
    """The columns to read."""

    count: str
    denominator: str
    reference_count: str
    reference_denominator: str
    observed: str | None


class _Totals(NamedTuple):
    """Figures of each group, and why one has none."""

    observed: np.ndarray
    expected: np.ndarray
    reference_rate: np.ndarray
    groups: Groups
    why: Reasons


def _totals(df: pd.DataFrame, names: _Names, bands: Bands, groups: Groups, strict: bool) -> _Totals:
    """Observed and expected events of each group, missing where a row of it is of no use."""
    (count, n, x_ref, n_ref), rules = _read(df, names, bands)
    first = bands.first_rows(groups)
    rules, noted = set_apart(
        [*bands.rules, *rules, *repeated(first)], "count", "denominator", "reference count"
    )
    observed, differs = _observed(count, names, groups)
    why = first_reason(rules, len(df)).by_group(groups)
    why = why.then([(differs, "observed differs within the group")])
    groups = with_notes(groups, noted, why.ok, strict)
    n, x_ref = as_zero([n, x_ref])
    expected, crude = expected_events(n, x_ref, n_ref, groups.of_row, len(groups.keys))
    figures = [np.where(why.ok, figure, np.nan) for figure in (observed, expected, crude)]
    more = [
        (bands.lacking(groups, first), "band of the reference not in the data"),
        (expected <= 0, "expected events not above zero"),
    ]
    return _Totals(*figures, groups, why.then(more))


def _read(
    df: pd.DataFrame, names: _Names, bands: Bands
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], rows.Rules]:
    """Events, people and the two of the reference for each row, and the rules that they break."""
    word, column = (
        ("count", names.count) if names.observed is None else ("observed", names.observed)
    )
    (x, n), rules = rows.read(df, **{word: column, "denominator": names.denominator})
    labels = {
        "reference count": names.reference_count,
        "reference denominator": names.reference_denominator,
    }
    (x_ref, n_ref), of_reference = bands.read(df, **labels)
    return (x, n, x_ref, n_ref), [
        *rules,
        *of_reference,
        (x < 0, f"{word} below zero"),
        (n < 0, "denominator below zero"),
        (x_ref < 0, "reference count below zero"),
        (n_ref <= 0, "reference denominator not above zero"),
    ]


def _observed(count: np.ndarray, names: _Names, groups: Groups) -> tuple[np.ndarray, np.ndarray]:
    """The events of each group, its sum or the figure that its rows share; whether they differ."""
    if names.observed is None:
        return groups.total(*as_zero([count])), np.zeros(len(groups.keys), dtype=bool)
    return groups.shared(count)


def _values(
    found: _Totals, scale: float | np.ndarray, levels: dict[str, float]
) -> dict[str, np.ndarray]:
    """Value and limits by name of column: `scale` x events / expected events."""
    expected = np.where(found.why.ok, found.expected, np.nan)
    limits = {}
    for suffix, level in levels.items():
        lower, upper = methods.poisson_interval(found.observed, level)
        limits[suffix] = (scale * (lower / expected), scale * (upper / expected))
    return {"value": scale * (found.observed / expected), **rows.limit_values(limits)}


def _result(
    found: _Totals, statistic: str, added: dict[str, np.ndarray], strict: bool
) -> pd.DataFrame:
    """One row per group with its figures and words."""
    added = {
        "observed": found.observed,
        "expected": found.expected,
        **added,
        "statistic": rows.constant(statistic, found.observed.size),
        "method": rows.poisson_method(found.observed),
    }
    return group_result(found.groups, added, found.why, strict)
