"""What the survey verbs share: reading respondents and published percentages, and testing them."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import pairs, rows
from cyp_analysis.measures.groups import Groups
from cyp_analysis.measures.reasons import Reasons
from cyp_analysis.methods import surveys
from cyp_analysis.methods.intervals import Limits

Column = str | float | None  # the name of a column, one number for all rows, or none


# --- respondents ----------------------------------------------------------------------------------


class Answers(NamedTuple):
    """Who gave an answer, whose is one of those asked for, and a rule if none ever is."""

    given: np.ndarray
    is_yes: np.ndarray
    unknown: tuple[bool, str]


def read_answers(df: pd.DataFrame, answer: str, yes: object, no_answer: object) -> Answers:
    """The answers read; one asked for that neither occurs nor is a category is noted as unknown."""
    wanted, none = _listed(yes), _listed(no_answer)
    if wanted.empty or wanted.isna().any() or wanted.isin(none).any():
        raise UsageError(
            thing="yes",
            rule="is an answer, or several, none of them missing or among no_answer",
            got=repr(yes),
            action="Name the answers that are counted, such as yes=['agree', 'strongly agree'].",
        )
    series = rows.column(df, answer)
    codes, different = pd.factorize(series)
    words = pd.Index(np.asarray(different, dtype=object), dtype=object)
    blank = np.array([isinstance(word, str) and not word.strip() for word in words], dtype=bool)
    given, is_yes = ~(blank | words.isin(none)), words.isin(wanted)
    possible = words.append(_listed(getattr(series.dtype, "categories", ())))
    absent = ", ".join(map(repr, wanted[~wanted.isin(possible)]))
    unknown = (bool(absent) and bool(given.any()), f"no answer is {absent}")
    given, is_yes = (np.append(flags, False)[codes] for flags in (given, given & is_yes))
    return Answers(given, is_yes, unknown)


def _listed(words: object) -> pd.Index:
    """One word or several as an index."""
    several = list(words) if pd.api.types.is_list_like(words) else [words]
    return pd.Index(several, dtype=object)


class Sample(NamedTuple):
    """What the respondents of each group add up to; design effects include that of clusters.

    `clusters` is how many there are, None where none are named. The rules: why there is no share,
    why there are no limits of it, and what it rests upon.
    """

    share: np.ndarray
    base: np.ndarray
    weighted: np.ndarray
    effective: np.ndarray
    clusters: np.ndarray | None
    left_out: dict[str, np.ndarray]
    rules: rows.Rules
    limit_rules: rows.Rules
    assumptions: rows.Rules

    @property
    def method(self) -> str:
        """How the limits are made."""
        return "wilson_effective" if self.clusters is None else "wilson_clustered"

    def columns(self) -> dict[str, np.ndarray]:
        """The columns of the bases."""
        with np.errstate(divide="ignore", invalid="ignore"):
            effect = self.base / self.effective
        names = ("base", "base_weighted", "design_effect", "effective_base")
        figures = (self.base, self.weighted, effect, self.effective)
        return dict(zip(names, figures, strict=True))

    def limits(
        self, usable_base: np.ndarray, levels: dict[str, float], per: float
    ) -> dict[str, Limits]:
        """Limits of the share by suffix, wider where few clusters were drawn."""
        few = dict.fromkeys(levels, 1.0)
        if self.clusters is not None:
            few = {s: surveys.few_clusters_factor(self.clusters, c) for s, c in levels.items()}
        return {
            suffix: scaled_interval(self.share, usable_base * few[suffix], level, per)
            for suffix, level in levels.items()
        }


def read_sample(
    df: pd.DataFrame, groups: Groups, answers: Answers, weight: str | None, cluster: str | None
) -> Sample:
    """Weighted share and bases of each group, from the answers with a usable weight."""
    weights = np.ones(len(df)) if weight is None else rows.numbers(df, weight)
    used = answers.given & (weights >= 0) & (weights < np.inf)
    weights = np.where(used, weights, 0.0)
    base, not_answered, given = (
        groups.total(flags).astype(int) for flags in (used, ~answers.given, answers.given)
    )
    weighted, yes = groups.total(weights), groups.total(weights * answers.is_yes)
    effective = surveys.kish_effective_base(weighted, groups.total(weights**2))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = yes / weighted
    left_out = {"not_answered": not_answered, "not_weighted": given - base}
    rules = [(base == 0, "no usable answers"), (weighted <= 0, "weights all zero")]
    unweighted = [(base < given, "answers without a usable weight left out")]
    sample = Sample(share, base, weighted, effective, None, left_out, rules, [], unweighted)
    return (
        sample if cluster is None else _clustered(df, groups, sample, (answers, weights), cluster)
    )


def _clustered(
    df: pd.DataFrame,
    groups: Groups,
    sample: Sample,
    respondents: tuple[Answers, np.ndarray],
    cluster: str,
) -> Sample:
    """The sample with its clusters counted in; respondents without one are one cluster."""
    (answers, weights), places = respondents, rows.column(df, cluster)
    code = pd.factorize(places, use_na_sentinel=False)[0]
    parts = (answers.is_yes, weights, code, groups.of_row, sample.base.size)
    variance, clusters = surveys.clustered_variance(*parts)
    unknown = groups.total(places.isna().to_numpy() & (weights > 0)) > 0
    return sample._replace(
        effective=surveys.clustered_base(sample.share, sample.effective, variance),
        clusters=clusters,
        limit_rules=[(clusters < 2, "fewer than 2 clusters")],
        assumptions=[*sample.assumptions, (unknown, "answers without a cluster taken as one")],
    )


def group_population(
    df: pd.DataFrame, population: Column, groups: Groups
) -> tuple[np.ndarray, rows.Rules]:
    """The population of each group, infinite where not asked for, and why a group has none."""
    figures, rules = read_figure(df, population, "population", np.inf)
    found, differs = pairs.shared(groups, "population", figures)
    return found, [*pairs.rules_of_groups(groups, rules), differs]


# --- published percentages ------------------------------------------------------------------------


class Estimate(NamedTuple):
    """A percentage, also as a share, its bases, and why it or its base cannot be used."""

    value: np.ndarray
    share: np.ndarray
    base: np.ndarray
    effective: np.ndarray
    value_rules: rows.Rules
    base_rules: rows.Rules

    @property
    def rules(self) -> rows.Rules:
        """Why the percentage cannot be tested."""
        return [*self.value_rules, *self.base_rules]


def read_estimate(
    df: pd.DataFrame, names: tuple[str, str, Column], per: float, which: str = ""
) -> Estimate:
    """Value, base and design effect read; a value outside 0 to `per` is missing."""
    per, (value, base, design_effect) = rows.positive("per", per), names
    (figure,), value_rules = rows.read(df, **{f"{which}value": value})
    (size,), base_rules = rows.read(df, **{f"{which}base": base})
    effect, effect_rules = read_figure(df, design_effect, f"{which}design effect", 1.0)
    possible = (figure >= 0) & (figure <= per)
    outside = ~possible & ~np.isnan(figure)
    value_rules.append((outside, f"{which}value not between 0 and {per:g}"))
    base_rules += [(size <= 0, f"{which}base not above zero"), *effect_rules]
    size = np.where(np.isinf(size), np.nan, size)
    figure = np.where(possible, figure, np.nan)
    return Estimate(figure, figure / per, size, size / effect, value_rules, base_rules)


def read_figure(
    df: pd.DataFrame, given: Column, label: str, default: float | np.ndarray
) -> tuple[np.ndarray, rows.Rules]:
    """A figure above zero for each row, missing where unusable, and the rules that find those."""
    if given is None:
        return np.broadcast_to(default, len(df)).astype(float), []
    if not isinstance(given, str):
        return np.full(len(df), rows.positive(label, given)), []
    (figures,), rules = rows.read(df, **{label: given})
    rules.append((figures <= 0, f"{label} not above zero"))
    return np.where((figures > 0) & (figures < np.inf), figures, np.nan), rules


# --- shared ---------------------------------------------------------------------------------------


def scaled_interval(share: np.ndarray, effective: np.ndarray, level: float, scale: float) -> Limits:
    """Limits of a share in the unit of the value."""
    lower, upper = surveys.effective_interval(share, effective, level)
    return scale * lower, scale * upper


def corrected_base(effective: np.ndarray, correction: np.ndarray, why: Reasons) -> np.ndarray:
    """The effective base raised for a small population, missing where there is a reason."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(why.ok, effective / correction, np.nan)


def tested_difference(
    samples: tuple[np.ndarray, ...], why: Reasons, scale: float, levels: dict[str, float]
) -> dict[str, object]:
    """The columns of a tested difference, missing where there is a reason."""
    share, base, other, other_base = (np.where(why.ok, figure, np.nan) for figure in samples)
    limits = {}
    for suffix, level in levels.items():
        pair = surveys.effective_difference_interval(share, base, other, other_base, level)
        limits[suffix] = (scale * pair[0], scale * pair[1])
    p_value = surveys.effective_difference_test(share, base, other, other_base)
    columns = {"difference": scale * (share - other), **rows.limit_values(limits, "difference_")}
    return columns | pairs.tested_columns(p_value, levels)
