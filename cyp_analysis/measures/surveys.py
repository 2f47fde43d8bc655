"""Percentages from surveys, of respondents or as published, and tests between samples."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import group_names, grouped
from cyp_analysis.measures.reasons import first_reason, group_result, with_columns
from cyp_analysis.measures.survey_rows import (
    Column,
    constant_words,
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


def survey_proportion(
    df: pd.DataFrame,
    answer: str = "answer",
    yes: object = "yes",
    multiplier: float = 100,
    *,
    weight: str | None = None,
    cluster: str | None = None,
    population: Column = None,
    no_answer: Collection[object] = (),
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """One row per group: the weighted share of respondents whose answer is `yes`, in percent.

    A row of `df` is a respondent. `yes` is one answer or a list of them; a missing or blank answer,
    or one of `no_answer`, leaves the base and is counted in not_answered. An answer without a
    usable weight is left out, counted in not_weighted and noted. `cluster` is the school or place
    that was drawn; `population` is the size of the group (a number, or a column constant in it).
    Adds value, limits, statistic, method, base, base_weighted, design_effect, effective_base,
    population_correction, not_answered, not_weighted, value_note; `strict` raises SchemaError for
    any note. Kish 1965; Wilson 1927; Korn and Graubard 1998.
    """
    multiplier, levels = rows.positive("multiplier", multiplier), rows.limit_columns(confidence)
    groups, answers = grouped(df, by), read_answers(df, answer, yes, no_answer)
    sample = read_sample(df, groups, answers, weight, cluster)
    size, why = group_population(df, population, groups)
    why = why.then([*sample.rules, (size < sample.base, "population below base")])
    correction = surveys.population_correction(sample.base, size)
    usable, limits = corrected_base(sample.effective, correction, why), {}
    for suffix, level in levels.items():
        few = 1.0 if cluster is None else surveys.few_clusters_factor(sample.clusters, level)
        limits[suffix] = scaled_interval(sample.share, usable * few, level, multiplier)
    method = "wilson_effective" if cluster is None else "wilson_clustered"
    added = {"value": multiplier * sample.share, **rows.limit_values(limits)}
    added |= constant_words("survey_proportion", method, sample.base.size) | sample.columns()
    added |= {"population_correction": correction, **sample.left_out}
    unweighted = sample.left_out["not_weighted"] > 0
    why = why.then([(unweighted, "answers without a usable weight left out")])
    return group_result(groups, added, why.then([answers.unknown]), strict)


def survey_interval(
    df: pd.DataFrame,
    value: str = "value",
    base: str = "base",
    multiplier: float = 100,
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
    found = read_estimate(df, (value, base, design_effect), multiplier)
    size, more = read_figure(df, population, "population", np.inf)
    rules = [*found.rules, *more, (size < found.base, "population below base")]
    why = first_reason(rules, len(df))
    correction = surveys.population_correction(found.base, size)
    usable, limits, margins = corrected_base(found.effective, correction, why), {}, {}
    for suffix, level in levels.items():
        limits[suffix] = scaled_interval(found.share, usable, level, multiplier)
        margin = surveys.margin_of_error(found.share, usable, level)
        margins[f"margin_of_error{suffix}"] = multiplier * margin
    added = {"value": found.value, **rows.limit_values(limits), **margins}
    effective = np.where(why.ok, found.effective, np.nan)
    words = constant_words("survey_proportion", "wilson_effective", len(df))
    return with_columns(df, added | {"effective_base": effective} | words, why, strict)


def survey_change(
    df: pd.DataFrame,
    value: str = "value",
    base: str = "base",
    other_value: str = "other_value",
    other_base: str = "other_base",
    *,
    multiplier: float = 100,
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
    now = read_estimate(df, (value, base, design_effect), multiplier)
    then = read_estimate(df, (other_value, other_base, other_design_effect), multiplier, "other ")
    why = first_reason([*now.rules, *then.rules], len(df))
    samples = (now.share, now.effective, then.share, then.effective)
    added = tested_difference(samples, why, multiplier, levels)
    words = constant_words("survey_change", "newcombe_effective", len(df))
    return with_columns(df, added | words, why, strict)


def subgroup_to_rest(
    df: pd.DataFrame,
    subgroup: str = "subgroup",
    value: str = "value",
    base: str = "base",
    multiplier: float = 100,
    *,
    base_weighted: str | None = None,
    design_effect: Column = None,
    confidence: float | Sequence[float] = 0.95,
    by: str | list[str] | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Add the tested difference of each subgroup from the rest of its set, all others together.

    A row is a subgroup; the rows of one set of `by` (one question and breakdown) must not overlap
    and hold no total. `base_weighted` weighs the others, the base where not named. Adds rest_value,
    rest_base, rest_effective_base and the columns of `survey_change`. One subgroup that cannot be
    used leaves no known rest for its set. Newcombe 1998; Kish 1965.
    """
    levels, sets = rows.limit_columns(confidence), grouped(df, by)
    found = read_estimate(df, (value, base, design_effect), multiplier)
    weighted, more = read_figure(df, base_weighted, "weighted base", found.base)
    same = grouped(df, [*group_names(df, by), subgroup])
    repeated = (same.sizes()[same.of_row] > 1, "subgroup repeated")
    own, nobody = first_reason([*found.rules, *more, repeated], len(df)), found.base == 0
    spoiled = sets.total(~own.ok & ~nobody)[sets.of_row] > 0
    alone = (sets.sizes() - sets.total(nobody))[sets.of_row] < 2
    why = own.then([(spoiled, "another subgroup unusable"), (alone, "no other subgroup")])
    parts = (found.share, np.where(nobody, 0.0, weighted), found.effective)
    rest = surveys.rest_of_set(*parts, sets.of_row)
    base_of_rest = sets.total(found.base)[sets.of_row] - found.base
    figures = (multiplier * rest.proportion, base_of_rest, rest.effective_base)
    names = ("rest_value", "rest_base", "rest_effective_base")
    added = {n: np.where(why.ok, f, np.nan) for n, f in zip(names, figures, strict=True)}
    samples = (found.share, found.effective, rest.proportion, rest.effective_base)
    added |= tested_difference(samples, why, multiplier, levels)
    words = constant_words("subgroup_to_rest", "newcombe_effective", len(df))
    return with_columns(df, added | words, why, strict)
