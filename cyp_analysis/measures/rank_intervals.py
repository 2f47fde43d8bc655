"""Ranks with their intervals, so that a league table shows how much of its order is chance."""

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import Groups, grouped
from cyp_analysis.measures.reasons import Reasons, first_reason, with_columns
from cyp_analysis.methods import rank_simulation
from cyp_analysis.methods.arguments import true_or_false
from cyp_analysis.methods.intervals import as_fraction
from cyp_analysis.methods.ranking import rank_in_groups

_OFF_SCALE = {
    "identity": "not finite",
    "log": "value or limit not above zero, as the log scale needs",
    "logit": "value or limit not between 0 and {per:g}, as the logit scale needs",
}


def rank_interval(
    df: pd.DataFrame,
    value: str = "value",
    lower: str | None = None,
    upper: str | None = None,
    *,
    confidence: float = 0.95,
    interval_confidence: float = 0.95,
    draws: int = 10_000,
    seed: int = 1,
    scale: str = "identity",
    per: float = 100,
    highest_first: bool = True,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `rank`, `rank_lower`, `rank_upper` (limits at `confidence`), `rank_of` and `value_note`.

    Ranks are within groups of `by`; rank 1 is the highest value unless `highest_first` is False,
    equal values share the better rank, and rank_of says how many were ranked. The limits come from
    `draws` rankings, each area drawn from a normal distribution about its value on the `scale`
    (identity, log for rates and ratios, logit for proportions of `per`), its standard error
    (upper - lower) / (2 z) there. The limits, lower_ci and upper_ci or lower_ci_95 and upper_ci_95
    unless named, are at `interval_confidence`. A table gives the same answer every time and in any
    order of rows. An area without value or limits is not ranked (NaN), value_note says why;
    `strict` raises SchemaError instead. Goldstein and Spiegelhalter 1996, JRSS A 159: 385-443.
    """
    rows.one_of("scale", scale, rank_simulation.SCALES)
    _check_levels(confidence, interval_confidence)
    rank_simulation.check_draws(draws, seed)
    per = rows.positive("per", per)
    highest_first = true_or_false("highest_first", highest_first)
    figures, why = _figures(df, value, lower, upper)
    unit = per if scale == "logit" else 1.0
    drawn = [rank_simulation.on_scale(figure / unit, scale) for figure in figures]
    why = why.then([(np.isnan(figure), _OFF_SCALE[scale].format(per=per)) for figure in drawn])
    values, centre = (np.where(why.ok, figure, np.nan) for figure in (figures[0], drawn[0]))
    error = rank_simulation.standard_error(*drawn[1:], interval_confidence)
    groups = grouped(df, by)
    options = {"draws": draws, "seed": seed, "highest_first": highest_first}
    limits = _limits(centre, error, groups, confidence, options)
    rank, rank_of, _ = rank_in_groups(values, groups.of_row, highest_first=highest_first)
    ranks = {"rank": rank, "rank_lower": limits[0], "rank_upper": limits[1], "rank_of": rank_of}
    return with_columns(df, ranks, why, strict, keys=groups.keys.columns)


def _figures(
    df: pd.DataFrame, value: str, lower: str | None, upper: str | None
) -> tuple[list[np.ndarray], Reasons]:
    """Value and limits of each row, and why an area cannot be ranked."""
    columns = {
        "value": value,
        "lower limit": lower or rows.default_column(df, "lower"),
        "upper limit": upper or rows.default_column(df, "upper"),
    }
    figures, rules = rows.read(df, **columns)
    value, lower, upper = figures
    rules.append(((lower > value) | (value > upper), "value outside its limits"))
    return figures, first_reason(rules, len(df))


def _check_levels(confidence: float, interval_confidence: float) -> None:
    """UsageError unless both levels are; nothing can be drawn from an interval at 100%."""
    as_fraction(confidence)
    if as_fraction(interval_confidence) == 1:
        raise UsageError(
            thing="interval_confidence",
            rule="is below 100%",
            got=repr(interval_confidence),
            action="Give the level that the limits of the table were worked out at.",
        )


def _limits(
    centre: np.ndarray, error: np.ndarray, groups: Groups, confidence: float, options: dict
) -> np.ndarray:
    """Lower and upper limits of the ranks within each group, each group drawn afresh."""
    limits = np.full((2, centre.size), np.nan)
    for members in groups.members():
        limits[:, members] = rank_simulation.simulated_rank_limits(
            centre[members], error[members], confidence, **options
        )
    return limits
