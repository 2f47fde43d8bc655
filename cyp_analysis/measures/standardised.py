"""Directly standardised rates."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.bands import (
    Bands,
    as_zero,
    find_bands,
    first_rows,
    repeated,
    set_apart,
    with_notes,
)
from cyp_analysis.measures.groups import Groups, grouped
from cyp_analysis.measures.reasons import first_reason, group_result
from cyp_analysis.methods.standardised import (
    MINIMUM_EVENTS,
    DirectRate,
    directly_standardised,
    dobson_interval,
)

_TOO_FEW = f"fewer than {MINIMUM_EVENTS} events"


class _Figures(NamedTuple):
    """Count, people, standard population and number of events (None: one each) of each row."""

    count: np.ndarray
    denominator: np.ndarray
    standard: np.ndarray
    events: np.ndarray | None = None


def dsr(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    standard: str = "standard_population",
    per: float = 10_000,
    *,
    reference: pd.DataFrame | None = None,
    on: str | list[str] | None = None,
    events: str | None = None,
    band: str | list[str] | None = None,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Directly standardised rate of each group of `by`, `per` people, with Dobson's limits.

    Each row is one age band of a group. `standard` is a column of the table or, with `reference`,
    of that table, which is joined by the key columns `on`. Gives the `by` columns, total_count
    (events), total_population, value, lower_ci, upper_ci, statistic, method, value_note; two levels
    of confidence as for `rate`.

    `events` is for people who may have several events: a column of numbers of events, where `count`
    people of a band had so many each; `band` (or `on`) then tells which rows share their people.
    Without `events`, `band` only makes sure that no band stands in a group twice.

    A missing count is taken as 0 events, and value_note says so. Any other figure missing, fewer
    than 10 events, a band repeated or not in the reference, or a band of the reference that a group
    lacks makes that group missing with its reason. `strict` raises SchemaError instead, also for
    what was taken as 0.
    Dobson, Kuulasmaa, Eberle and Scherer 1991; Morris, Tan, Fryers and Bestwick 2018.
    """
    per, levels = rows.positive("per", per), rows.limit_columns(confidence)
    groups, bands = grouped(df, by), find_bands(df, band, reference, on)
    _need_bands(events, bands)
    figures, rules = _read(df, bands, (count, denominator, standard, events))
    first = bands.first_rows(groups)
    rules, noted = set_apart([*bands.rules, *rules, *_band_rules(figures, first)], "count")
    why = first_reason(rules, len(df)).by_group(groups)
    groups = with_notes(groups, noted, why.ok, strict)
    found = _sums(figures, groups, first, why.ok)
    why = why.then(
        [
            (bands.lacking(groups, first), "band of the reference not in the data"),
            (~np.isfinite(found.rate), "standard population not above zero"),
            (found.total_count < MINIMUM_EVENTS, _TOO_FEW),
        ]
    )
    return group_result(groups, _columns(found, why.ok, per, levels, events), why, strict)


def _need_bands(events: str | None, bands: Bands) -> None:
    """UsageError if the same people cannot be told from their band."""
    if events is not None and bands.code is None:
        raise UsageError(
            thing="events",
            rule="needs band, the column of age bands",
            got="no band",
            action="Name it, for rows of one band have the same people.",
        )


def _read(
    df: pd.DataFrame, bands: Bands, names: tuple[str, str, str, str | None]
) -> tuple[_Figures, rows.Rules]:
    """The figures of each row, a missing count as 0, and the rules for those that are of no use."""
    count, denominator, standard, events = names
    (x, n), rules = rows.read(df, count=count, denominator=denominator)
    (std,), of_standard = bands.read(df, **{"standard population": standard})
    rules += [
        *of_standard,
        (x < 0, "count below zero"),
        (n <= 0, "denominator not above zero"),
        (std < 0, "standard population below zero"),
    ]
    if events is None:
        return _Figures(*as_zero([x]), n, std), rules
    (times,), of_events = rows.read(df, **{"number of events": events})
    rules += [*of_events, (times <= 0, "number of events not above zero")]
    return _Figures(*as_zero([x]), n, std, times), rules


def _band_rules(figures: _Figures, first: np.ndarray | None) -> rows.Rules:
    """Rules for rows that do not fit the other rows of their band."""
    if figures.events is None or first is None:
        return repeated(first)
    n, std = figures.denominator, figures.standard
    times, different = pd.factorize(figures.events, use_na_sentinel=False)
    return [
        *repeated(first_rows(first * len(different) + times), "number of events repeated"),
        (n != n[first], "denominator differs within the band"),
        (std != std[first], "standard population differs within the band"),
    ]


def _sums(
    figures: _Figures, groups: Groups, first: np.ndarray | None, ok: np.ndarray
) -> DirectRate:
    """The sums and rate of each group, missing where a row of it is of no use."""
    alone = figures.events is None or first is None
    once = None if alone else first == np.arange(first.size)
    found = directly_standardised(
        figures.count,
        figures.denominator,
        figures.standard,
        groups.of_row,
        len(groups.keys),
        events=figures.events,
        first_of_band=once,
    )
    return DirectRate(*(np.where(ok, figure, np.nan) for figure in found))


def _columns(
    found: DirectRate, ok: np.ndarray, per: float, levels: dict[str, float], events: str | None
) -> dict[str, object]:
    """The columns that are added, by name; value and limits only where `ok`."""
    rate = np.where(ok, found.rate, np.nan)
    limits = {}
    for suffix, level in levels.items():
        lower, upper = dobson_interval(rate, found.variance, found.total_count, level)
        limits[suffix] = (per * lower, per * upper)
    return {
        "total_count": found.total_count,
        "total_population": found.total_population,
        "value": per * rate,
        **rows.limit_values(limits),
        **rows.described("dsr", "dobson_nonindependent" if events else "dobson", ok.size),
    }
