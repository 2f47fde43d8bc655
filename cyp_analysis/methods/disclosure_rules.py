"""What a rule for small numbers withholds, flags and rounds, and what a reader is shown.

The rules themselves are data: data/catalogue/disclosure.yml.
"""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.errors import UsageError

GEOGRAPHIES = (
    "any",
    "national",
    "regional",
    "national_or_regional",
    "local_authority",
    "sub_national",
)


class Broad(Protocol):
    """What a rule does with areas of some levels instead."""

    levels: tuple[str, ...]
    suppress: bool
    round_to: int | None


class Rule(Protocol):
    """What the functions here ask of a rule; catalogue_model.DisclosureRule explains it."""

    withholds: str
    suppress_from: float | None
    suppress_to: float | None
    zeros: str
    symbol: str
    shown_as: int | None
    round_to: int | None
    broad: Broad | None
    unreliable_below: int | None
    flag: str
    low_percentage: float


def is_small(count: ArrayLike, rule: Rule) -> np.ndarray:
    """True where the rule withholds the count, or the rate made of it; missing is not small.

    A count between two whole numbers is small until the next one above `suppress_to`.
    """
    count = np.asarray(count, dtype=float)
    if rule.suppress_to is None:
        return np.zeros(count.shape, dtype=bool)
    least = count > rule.suppress_from - 1
    if rule.suppress_from == 0:
        least = count >= 0
    nought = (count == 0) & (rule.zeros == "withheld")
    return (least & (count < rule.suppress_to + 1)) | nought


def is_withheld(count: ArrayLike, rule: Rule, geography: ArrayLike) -> np.ndarray:
    """True where the rule withholds a count of an area of that level."""
    spared = _is_broad(rule, geography) & (rule.broad is not None and not rule.broad.suppress)
    return is_small(count, rule) & ~spared


def is_flagged(count: ArrayLike, rule: Rule, geography: ArrayLike) -> np.ndarray:
    """True where a count that is not withheld is small enough to carry the rule's flag."""
    count = np.asarray(count, dtype=float)
    small = (count > 0) & (count < (rule.unreliable_below or 0))
    return small & ~is_withheld(count, rule, geography)


def rounding(rule: Rule, geography: ArrayLike) -> np.ndarray:
    """The number to whose nearest multiple counts are rounded, NaN where they are not."""
    wide = rule.broad.round_to if rule.broad else None
    units = np.array([rule.round_to, wide], dtype=float)
    return units[_is_broad(rule, geography).astype(int)]


def round_half_up(count: ArrayLike, to: ArrayLike) -> np.ndarray:
    """Counts rounded to the nearest multiple of `to`, halves up; NaN in, NaN out.

    Where `to` is NaN the count is left as it is. Python's own rounding takes halves to the even
    neighbour (25 to the nearest 10 would be 20), which no published rule does.
    """
    count, to = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(to, dtype=float))
    with np.errstate(invalid="ignore"):
        rest = np.mod(count, to)
        rounded = count - rest + np.where(2 * rest >= to, to, 0.0)
    return np.where(np.isnan(to), count, rounded)


def shown_figures(
    count: ArrayLike, withheld: ArrayLike, rule: Rule, geography: ArrayLike
) -> np.ndarray:
    """The text that a reader sees, shape (n,): a symbol or the rounded count; empty if missing.

    For rules about rates, and for the flag, it is the symbol, the flag or `ok`.
    """
    count = np.asarray(count, dtype=float)
    flagged, known = is_flagged(count, rule, geography), np.isfinite(count)
    if rule.withholds == "count":
        plain = _as_text(round_half_up(count, rounding(rule, geography)))
    else:
        plain = np.where(flagged, rule.flag, "ok")
    instead = rule.symbol if rule.shown_as is None else str(rule.shown_as)
    return np.where(withheld, instead, np.where(known, plain, ""))


def _as_text(figures: np.ndarray) -> np.ndarray:
    """Numbers as plain text, whole ones without a point; made once for each different number."""
    different, place = np.unique(figures, return_inverse=True)
    texts = [f"{each:.0f}" if each % 1 == 0 else repr(float(each)) for each in different]
    return np.array(texts, dtype=object)[place]


def _is_broad(rule: Rule, geography: ArrayLike) -> np.ndarray:
    """Where an area is of a level for which the rule has figures of its own."""
    return np.isin(_known(geography), rule.broad.levels if rule.broad else ())


def _known(geography: ArrayLike) -> np.ndarray:
    """Geography words; UsageError for one that is not known."""
    words = np.asarray(geography, dtype=object)
    unknown = [str(word) for word in np.unique(words.astype(str)) if word not in GEOGRAPHIES]
    if unknown:
        raise UsageError(
            thing="geography",
            rule=f"one of {', '.join(GEOGRAPHIES)}",
            got=", ".join(unknown[:3]),
            action="Name a column of such words, or one word for the whole table.",
        )
    return words
