"""What a difference means for children: those behind a gap, and groups counted more than others."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import pairs, rows
from cyp_analysis.measures.groups import Groups, grouped
from cyp_analysis.measures.pairs import By
from cyp_analysis.measures.reasons import Reasons, add_notes, first_reason
from cyp_analysis.methods import impact

REST = "rest"
FEW_EVENTS = 5  # an index from fewer events than this is marked in value_note
PER = {"proportion": 100.0, "rate": 10_000.0}  # the unit of the benchmark unless said

_DIRECTIONS = ("", "none", "fewer", "more")


def children_behind_gap(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    benchmark: str = "benchmark_value",
    per: float | None = None,
    *,
    polarity: str = "no_judgement",
    statistic: str = "proportion",
    benchmark_lower: str | None = None,
    benchmark_upper: str | None = None,
    confidence: float | Sequence[float] = 0.95,
    by: By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value` = count - denominator x benchmark / per: children above (+) or below (-) it.

    Adds value, lower_ci, upper_ci, gap_percent (of the count) with its limits, direction (`fewer`,
    `more` or `none`: what would have to happen to match; polarity is a word or a column of words),
    statistic, method, value_note. `statistic`: `proportion` (Wilson) or `rate` (Poisson) limits of
    the count; limits of the benchmark, where named, are brought in by MOVER. `per` is the unit of
    the benchmark: 100 for a proportion and 10,000 for a rate, unless said. `by` sums count and
    denominator; the benchmark must be one within a group. A row that cannot be computed, or has no
    limits or no gap_percent, says why in value_note; `strict` raises SchemaError instead. Not
    causal. Zou and Donner 2008; Rockhill, Newman and Weinberg 1998.
    """
    levels, unit = rows.limit_columns(confidence), _unit(per, statistic)
    columns, is_part = {"count": count, "denominator": denominator}, statistic == "proportion"
    named = {"benchmark": benchmark, **_limit_names(benchmark_lower, benchmark_upper, levels)}
    marks, rules, limit_rules = _benchmark(df, named, by, unit if is_part else np.inf)
    words, differing = _polarity(df, polarity, by)
    table, counts, why = pairs.read_counts(df, columns, by, differing + rules, is_part=is_part)
    expected = [counts[1] * mark / unit for mark in marks]
    added = _gap_columns(counts, expected, words, statistic, levels)
    why = why.then([*limit_rules, (counts[0] == 0, "no gap_percent: count is zero")])
    table = table if by is None else table.assign(**{benchmark: marks[0]})
    return pairs.finished(table, added, why, by, strict=strict)


def relative_rate_index(
    df: pd.DataFrame,
    count: str = "count",
    denominator: str = "denominator",
    *,
    group: str = "category",
    reference: object = REST,
    confidence: float | Sequence[float] = 0.95,
    by: By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `value`, the rate of each group over that of a reference group of its set.

    `by` names the sets, such as area and period; rows are kept. `reference` is a group, whose own
    row has the value 1 without limits, or `rest`: all other groups of the set together, missing if
    any of them is. Adds the columns of `rate_ratio`, and reference_count, reference_denominator;
    value_note marks the reference, and an index based on fewer than 5 events on either side. A
    group repeated in its set is missing; `strict` raises SchemaError. Clopper and Pearson 1934.
    """
    levels, sets = rows.limit_columns(confidence), grouped(df, by)
    is_reference = _is_reference(df, group, reference)
    (x, n), rules = rows.read(df, count=count, denominator=denominator)
    why = first_reason(rules + _member_rules(df, group, sets, x, n), len(df))
    find = _of_reference if is_reference.any() else _of_rest
    (y, m), compared = find(sets, (x, n), is_reference, why.ok)
    why = why.then([(n == 0, "denominator not above zero"), *compared])
    figures = [np.where(why.ok, figure, np.nan) for figure in (x, n, y, m)]
    added, why = _index_columns(figures, is_reference, levels, why)
    added |= rows.described("relative_rate_index", "exact_conditional", len(df))
    notes = add_notes(df, _remarks(figures, is_reference, why), strict=False)
    return pairs.finished(df.assign(value_note=notes.array), added, why, by, strict=strict)


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


def _unit(per: float | None, statistic: str) -> float:
    """The unit of the benchmark, that of the statistic unless said."""
    rows.one_of("statistic", statistic, PER)
    return rows.positive("per", PER[statistic] if per is None else per)


def _polarity(df: pd.DataFrame, polarity: str, by: By) -> tuple[np.ndarray, rows.Rules]:
    """Polarity words, and with `by` one word a group and where it is not one."""
    words = rows.polarity_words(df, polarity)
    if by is None:
        return words, []
    words, differs = grouped(df, by).shared(words)
    return words, [(differs, "polarity differs within the group")]


def _benchmark(
    df: pd.DataFrame, named: dict[str, str], by: By, whole: float
) -> tuple[list[np.ndarray], rows.Rules, rows.Rules]:
    """The benchmark and its limits, where named, why it cannot be used, and why they cannot."""
    (mark,), rules = pairs.shared_figures(df, {"benchmark": named["benchmark"]}, by)
    rules.append((mark > whole, "benchmark above the whole"))
    ends = {word: name for word, name in named.items() if word != "benchmark"}
    if not ends:
        return [mark], rules, []
    (lower, upper), broken = pairs.shared_figures(df, ends, by)
    broken.append(((mark < lower) | (mark > upper), "benchmark outside its limits"))
    usable = first_reason(broken, mark.size).ok
    limits = [np.where(usable, limit, np.nan) for limit in (lower, upper)]
    return [mark, *limits], rules, pairs.no_limits(broken)


def _gap_columns(
    counts: list[np.ndarray],
    at_benchmark: list[np.ndarray],
    words: np.ndarray,
    statistic: str,
    levels: dict[str, float],
) -> dict[str, object]:
    """The gap, in children and in percent, from the counts expected at the benchmark and limits."""
    (x, n), (expected, *ends) = counts, at_benchmark
    certain, gaps, percents = tuple(ends) or None, {}, {}
    for suffix, level in levels.items():
        limits = impact.count_interval(x, n, statistic, level)
        gaps[suffix] = impact.gap_interval(x, limits, expected, certain)
        percents[suffix] = impact.gap_percent_interval(x, limits, expected, certain)
    value = impact.gap(x, expected)
    return {
        "value": value,
        **rows.limit_values(gaps),
        "gap_percent": impact.gap_percent(x, expected),
        **rows.limit_values(percents, "gap_percent_"),
        "statistic": rows.constant("children_behind_gap", x.size),
        "method": _gap_method(x, statistic, has_limits=bool(ends)),
        "direction": pd.Categorical(impact.gap_direction(value, words), categories=_DIRECTIONS),
    }


def _gap_method(x: np.ndarray, statistic: str, *, has_limits: bool) -> pd.Categorical:
    """Where the limits are from: `mover` if the benchmark has some, else those of the count."""
    if has_limits:
        return rows.constant("mover", x.size)
    return rows.constant("wilson", x.size) if statistic == "proportion" else rows.poisson_method(x)


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
        (members.duplicated(keep=False).to_numpy(), "group repeated"),
        (x < 0, "count below zero"),
        ((n < 0) | ((n == 0) & (x > 0)), "denominator not above zero"),
    ]


def _of_reference(
    sets: Groups, counts: tuple[np.ndarray, np.ndarray], is_reference: np.ndarray, ok: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray], rows.Rules]:
    """Count and denominator of the reference group of each row's set, and where it has none."""
    x, n = counts
    place = np.full(len(sets.keys), -1, dtype=np.intp)
    place[sets.of_row[is_reference]] = np.flatnonzero(is_reference)
    row = place[sets.of_row]
    rules = [
        (row < 0, "no reference group in its set"),
        (~(ok & (n > 0))[row], "reference group cannot be computed"),
    ]
    return (x[row], n[row]), rules


def _of_rest(
    sets: Groups, counts: tuple[np.ndarray, np.ndarray], _: np.ndarray, ok: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray], rows.Rules]:
    """Sums of the other groups of each row's set, and where they cannot be had."""
    x, n = (np.where(ok, figure, 0) for figure in counts)
    y, m, bad = (sets.total(figure)[sets.of_row] - figure for figure in (x, n, (~ok).astype(float)))
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
    added, why = pairs.ratio_columns([x, n, *others], levels, why)
    added["value"] = np.where(is_reference & (x > 0), 1.0, added["value"])
    return added | {"reference_count": y, "reference_denominator": m}, why


def _remarks(figures: list[np.ndarray], is_reference: np.ndarray, why: Reasons) -> Reasons:
    """What a reader should know of a row that was worked out."""
    x, _, y, _ = figures
    few = f"based on fewer than {FEW_EVENTS} events"
    rules = [(is_reference & why.ok, "reference group")]
    return first_reason([*rules, (why.ok & (np.minimum(x, y) < FEW_EVENTS), few)], x.size)
