"""Comparison with a benchmark, ranks and distance from target."""

import numpy as np
import pandas as pd

from cyp_analysis import methods
from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.categories import SORTERS, compare_in_sets
from cyp_analysis.measures.groups import group_names, grouped
from cyp_analysis.measures.reasons import first_reason, with_columns
from cyp_analysis.methods.intervals import as_fraction
from cyp_analysis.methods.ranking import rank_in_groups

_UNITS = {"spc_proportion": 100, "spc_rate": 10_000}
_FIVE_WORDS = "ci_overlap_95_998"  # the other benchmark methods have three
_NO_JUDGEMENT = methods.POLARITIES.index("no_judgement")


def compare(
    df: pd.DataFrame,
    polarity: str = "no_judgement",
    method: str = "ci_overlap_95",
    *,
    per: float | None = None,
    confidence: float = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
    **figures: str | float,
) -> pd.DataFrame:
    """Add `side` (neutral word) and `outcome` (judged word) of each row against its benchmark.

    `methods.METHODS` lists the methods and the figures each needs, given as column names or plain
    numbers: value=, lower=, upper=, benchmark= for ci_overlap_95 (the default columns are value,
    lower_ci, upper_ci, benchmark_value). Polarity is a word or a column of words. `confidence`
    serves the two spc methods, and `per`, the unit of the value: 100 for proportions and 10,000
    for rates unless given. `quintiles`, `quartiles` and `quintiles_ntile` need the value alone and
    sort the areas of each set of `by`. A row that cannot be compared is `not_compared`, with the
    reason in value_note; `strict` raises SchemaError. Leave the benchmark missing for the
    benchmark area itself, for none is compared with itself.
    """
    rows.one_of("method", method, [*methods.METHODS, *SORTERS])
    codes, level = rows.polarity_codes(df, polarity), as_fraction(confidence)
    if by is not None and method not in SORTERS:
        raise UsageError(
            thing="by",
            rule=f"serves the methods that sort areas: {', '.join(SORTERS)}",
            got=f"{by!r} with method {method}",
            action="Leave it out, or choose one of those methods.",
        )
    if method in SORTERS:
        methods.check_given(method, ("value",), {"value", *figures})
        side, why = compare_in_sets(df, method, figures.get("value", "value"), by)
    else:
        unit = _UNITS.get(method, 100) if per is None else rows.positive("per", per)
        inputs, rules = _inputs(df, method, figures, {"per": unit, "confidence": level})
        side, codes = methods.compared_codes(method, codes, **inputs)
        if method in methods.NEED_POLARITY:
            rules.append((codes == _NO_JUDGEMENT, "goal without a polarity"))
        rules.append((side < 0, "figures that cannot be compared"))
        why = first_reason(rules, len(df))
    words = _words(method, side, codes)
    return with_columns(df, words, why, strict, keys=group_names(df, by))


def _words(method: str, side: np.ndarray, polarity: np.ndarray) -> dict[str, pd.Categorical]:
    """The two words of each row as categories, in the order of the sides, `not_compared` last."""
    known, lowest = _words_of(method)
    present = np.flatnonzero(np.bincount(polarity, minlength=len(known)))
    judged = list(dict.fromkeys(word for place in present for word in known[place]))
    neutral, place = known[_NO_JUDGEMENT], np.maximum(side - lowest, 0)
    places = np.array([[judged.index(w) if w in judged else -1 for w in one] for one in known])
    outcome = np.where(side < 0, len(judged), places[polarity, place])
    return {
        "side": rows.category_of(
            np.where(side < 0, len(neutral), place), (*neutral, methods.NOT_COMPARED)
        ),
        "outcome": rows.category_of(outcome, (*judged, methods.NOT_COMPARED)),
    }


def _words_of(method: str) -> tuple[list[tuple[str, ...]], int]:
    """The words of a method for each polarity, from the lowest side up, and which side that is."""
    if method in SORTERS:
        return list(methods.CATEGORY_WORDS[SORTERS[method][0]].values()), 0
    words = list(methods.OUTCOMES.values())
    return (words, 0) if method == _FIVE_WORDS else ([one[1:4] for one in words], 1)


def _inputs(
    df: pd.DataFrame, method: str, figures: dict, options: dict
) -> tuple[dict[str, np.ndarray], rows.Rules]:
    """The figures that a method needs, by name, and the rules that find those that are missing."""
    needed, given = methods.needed_figures(method), figures | options
    methods.check_given(method, needed, {*needed, *figures})
    named = {name: given.get(name, rows.default_column(df, name)) for name in needed}
    columns = {name: figure for name, figure in named.items() if isinstance(figure, str)}
    labels = {name: name.replace("_", " ") for name in columns}
    read, rules = rows.read(df, **{labels[name]: column for name, column in columns.items()})
    inputs = {name: np.float64(figure) for name, figure in named.items() if name not in columns}
    finite = [np.where(np.isinf(figure), np.nan, figure) for figure in read]
    return inputs | dict(zip(columns, finite, strict=True)), rules


def rank(
    df: pd.DataFrame,
    value: str = "value",
    *,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `rank` (1 = highest value), `rank_of` (how many were ranked) and `rank_tied`.

    Within groups of `by`, where given. Equal values share the better rank. A missing value has no
    rank (NaN) and is not counted; value_note says so. Rank unrounded values, or rounding makes
    ties.
    """
    (values,), rules = rows.read(df, value=value)
    why = first_reason(rules, len(df))
    values = np.where(why.ok, values, np.nan)
    place, place_of, tied = rank_in_groups(values, grouped(df, by).of_row)
    added = {"rank": place, "rank_of": place_of, "rank_tied": tied}
    return with_columns(df, added, why, strict, keys=group_names(df, by))


def target_variance(
    df: pd.DataFrame,
    value: str = "value",
    target: str = "target_value",
    polarity: str = "no_judgement",
    *,
    strict: bool = False,
) -> pd.DataFrame:
    """Add `target_variance`, 100 x (value - target) / target, and `target_met`.

    The variance is NaN where a figure is missing or the target is 0 (0 against 0 gives 0), and
    value_note says why. target_met is `met` or `not_met`, missing without a target or a polarity;
    polarity is a word or a column of words. Low is good: met from the target down.
    """
    (latest, goal), rules = rows.read(df, value=value, target=target)
    latest, goal = (np.where(np.isinf(figure), np.nan, figure) for figure in (latest, goal))
    variance = methods.target_variance(latest, goal)
    rules.append((np.isnan(variance), "target of zero"))
    met = methods.target_met(latest, goal, rows.polarity_words(df, polarity))
    words = pd.Categorical(np.where(met == "", None, met), categories=["met", "not_met"])
    added = {"target_variance": variance, "target_met": words}
    return with_columns(df, added, first_reason(rules, len(df)), strict)
