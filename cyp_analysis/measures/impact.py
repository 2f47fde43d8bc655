"""What a difference means for children: those behind a gap, and groups counted more than others."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import contrasts, rows
from cyp_analysis.measures.groups import Groups, grouped
from cyp_analysis.measures.reasons import Reasons, add_notes, first_reason
from cyp_analysis.methods import impact
from cyp_analysis.methods.intervals import EXACT_BELOW, Limits

REST = "rest"
FEW_EVENTS = 5  # an index from fewer events than this is marked in value_note

_DIRECTIONS = ("", "none", "fewer", "more")
_COUNT_METHODS = ("", "exact", "byars")


def children_behind_gap(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    benchmark: str = "benchmark_value",
    per: float = 100,
    *,
    polarity: str = "no_judgement",
    statistic: str = "proportion",
    benchmark_lower: str | None = None,
    benchmark_upper: str | None = None,
    confidence: float | Sequence[float] = 0.95,
    by: contrasts.By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value` = count - denominator x benchmark / per: children above (+) or below (-) it.

    Adds value, lower_ci, upper_ci, gap_percent (of the count) with its limits, direction (`fewer`,
    `more` or `none`: what would have to happen to match; polarity is a word or a column of words),
    statistic, method, value_note. `statistic`: `proportion` (Wilson) or `rate` (Poisson) limits of
    the count; limits of the benchmark, where named, are brought in by MOVER. `per` is the unit of
    the benchmark. `by` sums count and denominator; the benchmark must be one within a group. Not
    causal. Zou and Donner 2008; Rockhill, Newman and Weinberg 1998.
    """
    per, levels = rows.positive("per", per), rows.limit_columns(confidence)
    rows.one_of("statistic", statistic, impact.GAP_STATISTICS)
    ends = _limit_names(benchmark_lower, benchmark_upper, levels)
    table, (x, n), why = contrasts.read_counts(df, {"count": count, "denominator": denominator}, by)
    (mark,), rules = contrasts.shared_figures(df, {"benchmark": benchmark}, by)
    words, differing = _polarity(df, polarity, by)
    why = why.then(rules + differing + _impossible(statistic, x, n, mark / per))
    x, n, aim = (np.where(why.ok, figure, np.nan) for figure in (x, n, mark))
    mark_limits, why = _benchmark_limits(df, ends, mark, by, why)
    certain = mark_limits and tuple(n * limit / per for limit in mark_limits)
    added = _gap_columns((x, n, n * aim / per), certain, statistic, levels)
    direction = impact.gap_direction(added["value"], words)
    added["direction"] = pd.Categorical(direction, categories=_DIRECTIONS)
    table = table if by is None else table.assign(**{benchmark: mark})
    return contrasts.finished(table, added, why, by, strict=strict)


def relative_rate_index(
    df: pd.DataFrame,
    group: str = "category",
    reference: object = REST,
    count: str = "count",
    denominator: str = "denominator",
    *,
    confidence: float | Sequence[float] = 0.95,
    by: contrasts.By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value`, the rate of each group over that of a reference group of its set.

    `by` names the sets, such as area and period; rows are kept. `reference` is a group, whose own
    row has the value 1 without limits, or `rest`: all other groups of the set together, missing if
    any of them is. Adds the columns of `rate_ratio`, and reference_count, reference_denominator;
    value_note marks the reference, and an index from fewer than 5 events on either side. A group
    that stands twice in its set is missing. Clopper and Pearson 1934.
    """
    levels, sets = rows.limit_columns(confidence), grouped(df, by)
    is_reference = _is_reference(df, group, reference)
    (x, n), rules = rows.read(df, count=count, denominator=denominator)
    why = first_reason(rules + _member_rules(df, group, sets, x, n), len(df))
    nobody = [(n == 0, "denominator not above zero")]
    if is_reference.any():
        (y, m), compared = _of_reference(sets, x, n, is_reference, why.then(nobody).ok)
    else:
        (y, m), compared = _of_rest(sets, x, n, why.ok)
    why = why.then(nobody + compared)
    figures = [np.where(why.ok, figure, np.nan) for figure in (x, n, y, m)]
    added, why = _index_columns(figures, is_reference, levels, why)
    added |= contrasts.words_of_method(len(df), "relative_rate_index", "exact_conditional")
    notes = add_notes(df, _remarks(figures, is_reference, why), strict=False)
    return contrasts.finished(df.assign(value_note=notes.array), added, why, by, strict=strict)


# --- children behind a gap ------------------------------------------------------------------------


def _limit_names(lower: str | None, upper: str | None, levels: dict[str, float]) -> dict[str, str]:
    """The limits of the benchmark by word; UsageError for one alone, or for two levels."""
    named = {"benchmark lower limit": lower, "benchmark upper limit": upper}
    given = {word: name for word, name in named.items() if name is not None}
    if len(given) == 1 or (given and len(levels) > 1):
        raise UsageError(
            thing="benchmark_lower, benchmark_upper",
            rule="are named both, with one level of confidence, or neither",
            got=f"{', '.join(given.values())} at {len(levels)} level(s)",
            action="Name the two columns, at the one level that they have.",
        )
    return given


def _polarity(df: pd.DataFrame, polarity: str, by: contrasts.By) -> tuple[np.ndarray, rows.Rules]:
    """Polarity words, and with `by` one word a group and where it is not one."""
    words = rows.polarity_words(df, polarity)
    if by is None:
        return words, []
    words, differs = contrasts.first_of_group(grouped(df, by), words)
    return words, [(differs, "polarity differs within its group")]


def _impossible(statistic: str, x: np.ndarray, n: np.ndarray, share: np.ndarray) -> rows.Rules:
    """What cannot be of a proportion; a rate may count a child more than once."""
    rules = [(x > n, "count above denominator"), (share > 1, "benchmark above the whole")]
    return rules if statistic == "proportion" else []


def _benchmark_limits(
    df: pd.DataFrame, ends: dict[str, str], mark: np.ndarray, by: contrasts.By, why: Reasons
) -> tuple[Limits | None, Reasons]:
    """Limits of the benchmark, NaN where there is a reason; None if they are not named."""
    if not ends:
        return None, why
    (lower, upper), rules = contrasts.shared_figures(df, ends, by)
    outside = (mark < lower) | (mark > upper)
    why = why.then([*rules, (outside, "benchmark not within its limits")])
    return (np.where(why.ok, lower, np.nan), np.where(why.ok, upper, np.nan)), why


def _gap_columns(
    figures: tuple[np.ndarray, np.ndarray, np.ndarray],
    certain: Limits | None,
    statistic: str,
    levels: dict[str, float],
) -> dict[str, object]:
    """The gap in children and in percent of the count, with limits, and how they were made."""
    x, n, expected = figures
    gaps, percents = {}, {}
    for suffix, level in levels.items():
        limits = impact.count_interval(x, n, statistic, level)
        gaps[suffix] = impact.gap_interval(x, limits, expected, certain)
        percents[suffix] = impact.gap_percent_interval(x, limits, expected, certain)
    return {
        "value": impact.gap(x, expected),
        **rows.limit_values(gaps),
        "gap_percent": impact.gap_percent(x, expected),
        **rows.limit_values(percents, "gap_percent_"),
        "statistic": rows.constant("children_behind_gap", x.size),
        "method": _gap_method(x, statistic, certain),
    }


def _gap_method(x: np.ndarray, statistic: str, certain: Limits | None) -> pd.Categorical:
    """Where the limits are from: `mover` if the benchmark has some, else those of the count."""
    if certain is not None or statistic == "proportion":
        return rows.constant("wilson" if certain is None else "mover", x.size)
    return rows.category_of(np.where(np.isnan(x), 0, 1 + (x >= EXACT_BELOW)), _COUNT_METHODS)


# --- relative rate index --------------------------------------------------------------------------


def _is_reference(df: pd.DataFrame, group: str, reference: object) -> np.ndarray:
    """The rows of the reference group, none for `rest`; UsageError for a group that is nowhere."""
    found = rows.column(df, group).isin([reference]).to_numpy()
    is_rest = isinstance(reference, str) and reference == REST
    if len(df) and found.any() == is_rest:
        raise UsageError(
            thing="reference",
            rule=f"a group of the column {group}, or {REST}, which no group may be called",
            got=repr(reference),
            action=f"Groups: {', '.join(map(str, df[group].dropna().unique()[:12]))}.",
        )
    return found


def _member_rules(
    df: pd.DataFrame, group: str, sets: Groups, x: np.ndarray, n: np.ndarray
) -> rows.Rules:
    """Why a row cannot be a part of its set; a group without children and events can."""
    members = pd.DataFrame({"set": sets.of_row, "group": df[group].array})
    return [
        (df[group].isna().to_numpy(), "group missing"),
        (members.duplicated(keep=False).to_numpy(), "group more than once in its set"),
        (x < 0, "count below zero"),
        ((n < 0) | ((n == 0) & (x > 0)), "denominator not above zero"),
    ]


def _of_reference(
    sets: Groups, x: np.ndarray, n: np.ndarray, is_reference: np.ndarray, usable: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray], rows.Rules]:
    """Count and denominator of the reference group of each row's set, and where it has none."""
    place = np.full(len(sets.keys), -1, dtype=np.intp)
    place[sets.of_row[is_reference]] = np.flatnonzero(is_reference)
    row = place[sets.of_row]
    rules = [
        (row < 0, "no reference group in its set"),
        (~usable[row], "reference group cannot be computed"),
    ]
    return (x[row], n[row]), rules


def _of_rest(
    sets: Groups, x: np.ndarray, n: np.ndarray, usable: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray], rows.Rules]:
    """Sums of the other groups of each row's set, and where they cannot be had."""
    y, m, bad = (
        sets.total(figure)[sets.of_row] - figure
        for figure in (np.where(usable, x, 0), np.where(usable, n, 0), (~usable).astype(float))
    )
    rules = [
        (bad > 0, "another group of its set cannot be computed"),
        (m <= 0, "no other group with children in its set"),
    ]
    return (y, m), rules


def _index_columns(
    figures: list[np.ndarray], is_reference: np.ndarray, levels: dict[str, float], why: Reasons
) -> tuple[dict[str, object], Reasons]:
    """The index with its limits and test; the reference has the index 1 and nothing else."""
    x, n, y, m = figures
    why = why.then([(is_reference & (x == 0), "no events to compare with")])
    others = [np.where(is_reference, np.nan, figure) for figure in (y, m)]
    added, why = contrasts.ratio_columns([x, n, *others], levels, why)
    added["value"] = np.where(is_reference & (x > 0), 1.0, added["value"])
    return added | {"reference_count": y, "reference_denominator": m}, why


def _remarks(figures: list[np.ndarray], is_reference: np.ndarray, why: Reasons) -> Reasons:
    """What a reader should know of a row that was worked out."""
    x, _, y, _ = figures
    few = f"fewer than {FEW_EVENTS} events"
    rules = [(is_reference & why.ok, "reference group")]
    return first_reason([*rules, (why.ok & (np.minimum(x, y) < FEW_EVENTS), few)], x.size)
