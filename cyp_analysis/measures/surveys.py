"""Percentages from surveys, of respondents or as published, and tests between samples."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from cyp_analysis.measures import pairs, rows
from cyp_analysis.measures.groups import Groups, group_names, grouped
from cyp_analysis.measures.reasons import Reasons, first_reason, group_result, with_columns
from cyp_analysis.measures.survey_rows import (
    Column,
    Estimate,
    Sample,
    corrected_base,
    group_population,
    read_answers,
    read_estimate,
    read_figure,
    read_sample,
    scaled_interval,
    tested_difference,
)
from cyp_analysis.methods import surveys

_REST = ("rest_value", "rest_base", "rest_effective_base")


def survey_proportion(
    df: pd.DataFrame,
    answer: str = "answer",
    yes: object = "yes",
    per: float = 100,
    *,
    weight: str | None = None,
    cluster: str | None = None,
    population: Column = None,
    no_answer: Collection[object] = (),
    confidence: float | Sequence[float] = 0.95,
    by: pairs.By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """One row per group: the weighted share of respondents whose answer is `yes`, in percent.

    A row of `df` is a respondent. `yes` is one answer or a list of them; a missing or blank answer,
    or one of `no_answer`, leaves the base and is counted in not_answered. An answer without a
    usable weight is left out, counted in not_weighted and noted. `cluster` is the school or place
    that was drawn (respondents without one are taken as one, and noted); `population` is the size
    of the group (a number, or a column constant in it). Adds value, limits, statistic, method,
    base, base_weighted, design_effect, effective_base, population_correction, not_answered,
    not_weighted, value_note. A value may stand without limits; `strict` raises SchemaError for
    any note. Kish 1965; Wilson 1927; Korn and Graubard 1998.
    """
    per, levels = rows.positive("per", per), rows.limit_columns(confidence)
    groups, answers = grouped(df, by), read_answers(df, answer, yes, no_answer)
    sample = read_sample(df, groups, answers, weight, cluster)
    size, why = _population(df, population, groups, sample)
    correction = surveys.population_correction(sample.base, size)
    usable = corrected_base(sample.effective, correction, why)
    limits = rows.limit_values(sample.limits(usable, levels, per))
    words = rows.described("survey_proportion", sample.method, len(groups.keys))
    added = {"value": per * sample.share} | limits | words | sample.columns()
    added |= {"population_correction": correction, **sample.left_out}
    return group_result(groups, added, why.then([*sample.assumptions, answers.unknown]), strict)


def survey_interval(
    df: pd.DataFrame,
    value: str = "value",
    base: str = "base",
    per: float = 100,
    *,
    design_effect: Column = None,
    population: Column = None,
    confidence: float | Sequence[float] = 0.95,
    strict: bool = False,
) -> pd.DataFrame:
    """Add an interval to each published percentage with its base (number of answers).

    `design_effect` and `population` are numbers or columns. Adds value (the figure itself),
    lower_ci, upper_ci (Wilson), margin_of_error (half width of the normal interval, in the unit of
    the value), effective_base, statistic, method, value_note. Where the base cannot be used the
    value stays and its limits are missing; `strict` raises SchemaError instead. Kish 1965;
    Wilson 1927; Cochran 1977.
    """
    levels = rows.limit_columns(confidence)
    found = read_estimate(df, (value, base, design_effect), per)
    size, more = read_figure(df, population, "population", np.inf)
    rules = [*found.base_rules, *more, (size < found.base, "population below base")]
    why = first_reason([*found.value_rules, *pairs.no_limits(rules)], len(df))
    correction = surveys.population_correction(found.base, size)
    usable, limits, margins = corrected_base(found.effective, correction, why), {}, {}
    for suffix, level in levels.items():
        limits[suffix] = scaled_interval(found.share, usable, level, per)
        margin = surveys.margin_of_error(found.share, usable, level)
        margins[f"margin_of_error{suffix}"] = per * margin
    added = {"value": found.value, **rows.limit_values(limits), **margins}
    added["effective_base"] = np.where(why.ok, found.effective, np.nan)
    words = rows.described("survey_proportion", "wilson_effective", len(df))
    return with_columns(df, added | words, why, strict)


def survey_change(
    df: pd.DataFrame,
    value: str = "value",
    base: str = "base",
    other_value: str = "other_value",
    other_base: str = "other_base",
    *,
    per: float = 100,
    design_effect: Column = None,
    other_design_effect: Column = None,
    confidence: float | Sequence[float] = 0.95,
    strict: bool = False,
) -> pd.DataFrame:
    """Add the tested difference of two independent samples, such as two waves: value - other_value.

    Bases are numbers of answers, or effective bases without a design effect. Adds difference,
    difference_lower_ci, difference_upper_ci (in points for percentages), p_value, significant
    (true, false or missing), statistic, method, value_note. A row that cannot be tested is missing
    with its reason; `strict` raises SchemaError instead. Newcombe 1998; Fleiss et al 2003.
    """
    levels = rows.limit_columns(confidence)
    now = read_estimate(df, (value, base, design_effect), per)
    then = read_estimate(df, (other_value, other_base, other_design_effect), per, "other ")
    why = first_reason([*now.rules, *then.rules], len(df))
    samples = (now.share, now.effective, then.share, then.effective)
    added = tested_difference(samples, why, per, levels)
    words = rows.described("survey_change", "newcombe_effective", len(df))
    return with_columns(df, added | words, why, strict)


def subgroup_to_rest(
    df: pd.DataFrame,
    subgroup: str = "subgroup",
    value: str = "value",
    base: str = "base",
    per: float = 100,
    *,
    base_weighted: str | None = None,
    design_effect: Column = None,
    confidence: float | Sequence[float] = 0.95,
    by: pairs.By = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add the tested difference of each subgroup from the rest of its set, all others together.

    A row is a subgroup; the rows of one set of `by` (one question and breakdown) must not overlap
    and hold no total. `base_weighted` weighs the others, the base where not named. Adds rest_value,
    rest_base, rest_effective_base and the columns of `survey_change`. One subgroup that cannot be
    used leaves no known rest for its set. Newcombe 1998; Kish 1965.
    """
    levels, sets = rows.limit_columns(confidence), grouped(df, by)
    found = read_estimate(df, (value, base, design_effect), per)
    weighted, more = read_figure(df, base_weighted, "weighted base", found.base)
    own = first_reason([*found.rules, *more, _repeated(df, by, subgroup)], len(df))
    why = own.then(_no_rest(sets, own, found.base == 0))
    rest, base_of_rest = _rest(found, weighted, sets)
    figures = (per * rest.proportion, base_of_rest, rest.effective_base)
    added = {n: np.where(why.ok, f, np.nan) for n, f in zip(_REST, figures, strict=True)}
    samples = (found.share, found.effective, rest.proportion, rest.effective_base)
    added |= tested_difference(samples, why, per, levels)
    added |= rows.described("subgroup_to_rest", "newcombe_effective", len(df))
    return pairs.finished(df, added, why, by, strict=strict)


def _population(
    df: pd.DataFrame, population: Column, groups: Groups, sample: Sample
) -> tuple[np.ndarray, Reasons]:
    """The population of each group, and why a group has no share or no limits of it."""
    size, rules = group_population(df, population, groups)
    rules = [*rules, (size < sample.base, "population below base"), *sample.limit_rules]
    return size, first_reason([*sample.rules, *pairs.no_limits(rules)], sample.base.size)


def _rest(found: Estimate, weighted: np.ndarray, sets: Groups) -> tuple[surveys.Rest, np.ndarray]:
    """The others of each subgroup's set together, and their number; nobody adds nothing."""
    weighted = np.where(found.base == 0, 0.0, weighted)
    rest = surveys.rest_of_set(found.share, weighted, found.effective, sets.of_row)
    return rest, sets.total(found.base)[sets.of_row] - found.base


def _repeated(df: pd.DataFrame, by: pairs.By, subgroup: str) -> tuple[np.ndarray, str]:
    """Where a subgroup stands more than once in its set."""
    same = grouped(df, [*group_names(df, by), subgroup])
    return same.sizes()[same.of_row] > 1, "subgroup repeated"


def _no_rest(sets: Groups, own: Reasons, nobody: np.ndarray) -> rows.Rules:
    """Where a subgroup that could be used has nothing to be set against."""
    spoiled = sets.total(~own.ok & ~nobody)[sets.of_row] > 0
    alone = (sets.sizes() - sets.total(nobody))[sets.of_row] < 2
    return [(spoiled, "another subgroup unusable"), (alone, "no other subgroup")]
