"""Recent trend of every series in a table."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis import methods
from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.groups import group_names, grouped, refuse_clash
from cyp_analysis.measures.series import ends_of
from cyp_analysis.methods.trend import POINTS, SIGNIFICANT

_ADDED = ("recent_trend", "chi2", "slope", "reason", "n_points", "value_note")
_FIGURES = {"proportion": ("count", "denominator"), "other": ("value", "lower", "upper")}
_TESTS = {"proportion": methods.proportion_trend, "other": methods.weighted_trend}
_CHANGES = ("increasing", "decreasing")
_PLAIN = ["cannot_be_calculated", "no_significant_change", *_CHANGES]
_JUDGED = [f"{change}_and_getting_{word}" for change in _CHANGES for word in ("better", "worse")]
# Figures that are no proportions are tested alike, whatever they are called.
_OTHERS = ("other", "rate", "crude_rate", "dsr", "ratio", "mean", "life_expectancy", "slope_index")


def recent_trend(
    df: pd.DataFrame,
    period: str = "period",
    polarity: str = "no_judgement",
    *,
    by: str | list[str] | None = None,
    value_type: str = "other",
    variant: str = "phe",
    strict: bool = False,
    **figures: str,
) -> pd.DataFrame:
    """One row per series of `by`: recent_trend, chi2, slope, reason, n_points and value_note.

    The latest five periods count; they must be yearly and must not overlap. `period` is a number
    or a date (its year). value_type `proportion` tests count= and denominator=; others test
    value= with its 95% limits lower= and upper= (columns of those names, lower_ci or lower_ci_95,
    unless named). Polarity, a word or a column of words (the latest row's is used), turns
    `increasing` into `increasing_and_getting_worse`. Without five usable points the trend is
    `cannot_be_calculated`, chi2 and slope NaN, and `reason` and `value_note` say why; `strict`
    raises SchemaError.
    The slope is a year's change of ln(p / (1 - p)) for proportions, else in the unit of the value.
    Variants: methods.trend.
    """
    kind = rows.one_of("value_type", value_type, ("proportion", *_OTHERS))
    kind, names = "proportion" if kind == "proportion" else "other", group_names(df, by)
    columns, years = _columns(df, kind, figures), _years(df, period)
    place = _placed(df, names, years)
    points = [place.latest(rows.numbers(df, name)) for name in columns]
    why = _why_not(points, place, years, kind)
    trend = _TESTS[kind](*points, place.latest(years), variant)
    if strict:
        _refuse(why)
    trend = methods.only_where(why == "", trend)
    last = place.order[place.back == 0]
    words = _labels(trend, rows.polarity_words(df, polarity)[last])
    added = (words, trend.chi2, trend.slope, _reason(trend, why), place.size, why)
    result = df[names].iloc[last].reset_index(drop=True)
    refuse_clash(names, _ADDED)
    return result.assign(**dict(zip(_ADDED, map(pd.Series, added), strict=True)))


def _labels(trend: methods.Trend, polarity: np.ndarray) -> pd.Categorical:
    """The label of each series; better and worse are among the categories only if judged."""
    known = _PLAIN if (polarity == "no_judgement").all() else [*_PLAIN, *_JUDGED]
    return pd.Categorical(methods.trend_words(trend, polarity), categories=known)


def _refuse(why: np.ndarray) -> None:
    """SchemaError if any series cannot be calculated."""
    if (why != "").any():
        first = int(np.flatnonzero(why != "")[0])
        raise SchemaError(
            thing=f"series {first}",
            rule="every series has a trend",
            got=f"{why[first]} ({(why != '').sum()} such series of {why.size})",
            action="Mend the series, or leave strict out and read reason.",
        )


class _Place(NamedTuple):
    """Where each row belongs: rows sorted by series and year, and how far each is from the end."""

    order: np.ndarray
    series: np.ndarray
    back: np.ndarray
    size: np.ndarray

    def latest(self, figures: np.ndarray) -> np.ndarray:
        """The latest five of a column, one row per series, oldest first; NaN where none."""
        table, kept = np.full((self.size.size, POINTS), np.nan), self.back < POINTS
        table[self.series[kept], POINTS - 1 - self.back[kept]] = figures[self.order][kept]
        return table


def _placed(df: pd.DataFrame, names: list[str], years: np.ndarray) -> _Place:
    """Series numbered in order of first appearance, each sorted by year."""
    series = grouped(df, names or None).of_row
    order = np.lexsort((years, series))
    size = np.bincount(series)
    back = np.cumsum(size)[series[order]] - 1 - np.arange(len(df))
    return _Place(order, series[order], back, size)


def _columns(df: pd.DataFrame, value_type: str, figures: dict[str, str]) -> list[str]:
    """The columns that the test needs, in its order."""
    needed, known = _FIGURES[value_type], {name for names in _FIGURES.values() for name in names}
    if set(figures) - known or (figures and not set(figures) & set(needed)):
        raise UsageError(
            thing="recent_trend",
            rule="proportion takes count= and denominator=, other takes value=, lower= and upper=",
            got=f"value_type={value_type!r} with {', '.join(sorted(figures)) or 'no columns'}",
            action="Give the columns that belong to the value_type.",
        )
    return [figures.get(name) or rows.default_column(df, name) for name in needed]


def _years(df: pd.DataFrame, period: str) -> np.ndarray:
    """The period of each row as a whole year, or that of its date; NaN for anything else."""
    ends = ends_of(rows.column(df, period))
    if pd.api.types.is_datetime64_any_dtype(ends):
        return ends.dt.year.to_numpy(dtype=float, na_value=np.nan)
    years = rows.numbers(df, period)
    return np.where(np.isfinite(years) & (years == np.floor(years)), years, np.nan)


def _why_not(
    points: list[np.ndarray], place: _Place, years: np.ndarray, value_type: str
) -> np.ndarray:
    """Why a series cannot be calculated, empty text if it can."""
    years = years[place.order]
    same = (np.diff(place.series) == 0) & (np.diff(years) == 0)
    repeated = np.bincount(place.series[1:][same], minlength=place.size.size) > 0
    is_proportion = value_type == "proportion"
    values, limits = (points, points[:1]) if is_proportion else (points[:1], points[1:])
    outside = (points[0] <= 0) | (points[0] >= points[1]) if is_proportion else False
    no_width = False if is_proportion else points[1] >= points[2]
    undated = np.bincount(place.series[np.isnan(years)], minlength=place.size.size) > 0
    rules = [
        (undated, "Period neither a whole year nor a date"),
        (place.size < POINTS, "Not enough data points"),
        (_any_missing(values), "Missing values"),
        (_any_missing(limits), "Missing at least one confidence interval value"),
        (repeated, "Duplicate years in group"),
        (np.any(outside, axis=-1), "Count not between zero and the denominator"),
        (np.any(no_width, axis=-1), "Confidence interval without width"),
    ]
    return np.select(
        [np.broadcast_to(rule, place.size.shape) for rule, _ in rules],
        [text for _, text in rules],
        "",
    )


def _any_missing(points: list[np.ndarray]) -> np.ndarray:
    """Series with a missing figure among the five points."""
    return np.any([~np.isfinite(figures).all(axis=1) for figures in points], axis=0)


def _reason(trend: methods.Trend, why: np.ndarray) -> np.ndarray:
    """Why each series has the label it has."""
    return np.select(
        [why != "", ~(trend.chi2 > SIGNIFICANT), trend.outlier],
        [why, "No significant trend", "Outlier found"],
        "No outliers and significant trend",
    )
