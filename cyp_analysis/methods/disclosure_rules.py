"""Published rules for small numbers: what is withheld, flagged and rounded, and what is shown."""

from typing import NamedTuple

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


class DisclosureRule(NamedTuple):
    """One publisher's rule for small numbers.

    Counts above zero and below `withheld_below` are withheld and shown as `symbol`; what is left is
    rounded to the nearest `rounded_to`. Geographies in `broad` have their own two figures. A rule
    that withholds the `rate` leaves the count and counts zero as small. Other counts below
    `flagged_below` carry `flag`. A percentage above zero and below `low_percentage` is shown as k.
    """

    source: str
    withholds: str = "count"
    symbol: str = ""
    withheld_below: int = 0
    rounded_to: int | None = None
    broad: tuple[str, ...] = ()
    broad_withheld_below: int = 0
    broad_rounded_to: int | None = None
    flagged_below: int = 0
    flag: str = ""
    low_percentage: float = 0

    @property
    def instead(self) -> float:
        """The number that stands for a withheld count; NaN where a symbol does."""
        return float(self.symbol) if self.symbol.isdigit() else np.nan

    @property
    def leaves_gaps(self) -> bool:
        """True where withheld counts are gaps, which a total can give back."""
        return self.withholds == "count" and np.isnan(self.instead)


RULES = {
    "nhs_hes": DisclosureRule(
        source="NHS England, Hospital Episode Statistics methodology, from September 2018",
        symbol="*",
        withheld_below=8,
        rounded_to=5,
        broad=("national",),
    ),
    "nhs_central": DisclosureRule(
        source="NHS Digital, central suppression: as HES, 1 to 7 shown as 5",
        symbol="5",
        withheld_below=8,
        rounded_to=5,
        broad=("national",),
    ),
    "dfe_children_in_need": DisclosureRule(
        source="Department for Education, Characteristics of children in need 2020, methodology",
        symbol="c",
        withheld_below=6,
        broad=("national", "regional", "national_or_regional"),
        broad_withheld_below=6,
        broad_rounded_to=10,
    ),
    "dfe_children_looked_after": DisclosureRule(
        source="Department for Education, Children looked after: placement location, methodology; "
        "1 to 5 from its releases on looked-after children (Hansard, 8 January 2008)",
        symbol="c",
        withheld_below=6,
        broad=("national", "regional", "national_or_regional"),
        broad_withheld_below=6,
        broad_rounded_to=10,
        low_percentage=0.5,
    ),
    "fingertips_small_number_flag": DisclosureRule(
        source="Fingertips, check of uploaded counts: above 0 and at most 5",
        withholds="nothing",
        flagged_below=6,
        flag="flag",
    ),
    "ons_crude_rate": DisclosureRule(
        source="Office for National Statistics, mortality statistics user guide; FOI/2021/3301",
        withholds="rate",
        symbol=":",
        withheld_below=3,
        flagged_below=20,
        flag="u",
    ),
    "ons_age_standardised_rate": DisclosureRule(
        source="Office for National Statistics, mortality statistics user guide; FOI/2021/3301",
        withholds="rate",
        symbol=":",
        withheld_below=10,
        flagged_below=20,
        flag="u",
    ),
}


def withheld_below(rule: DisclosureRule, geography: ArrayLike) -> np.ndarray:
    """The count from which figures are shown, for each geography word; 0 where all are."""
    broad = np.isin(_known(geography), rule.broad)
    return np.where(broad, rule.broad_withheld_below, rule.withheld_below)


def is_withheld(count: ArrayLike, rule: DisclosureRule, geography: ArrayLike) -> np.ndarray:
    """True where the rule withholds the count, or the rate made of it; missing is not small."""
    count = np.asarray(count, dtype=float)
    least = count >= 0 if rule.withholds == "rate" else count > 0
    return least & (count < withheld_below(rule, geography))


def is_flagged(count: ArrayLike, rule: DisclosureRule, geography: ArrayLike) -> np.ndarray:
    """True where a count that is not withheld is small enough to carry the rule's flag."""
    count = np.asarray(count, dtype=float)
    small = (count > 0) & (count < rule.flagged_below)
    return small & ~is_withheld(count, rule, geography)


def rounding(rule: DisclosureRule, geography: ArrayLike) -> np.ndarray:
    """The number to whose nearest multiple counts are rounded, NaN where they are not."""
    broad = np.isin(_known(geography), rule.broad)
    units = np.array([rule.rounded_to, rule.broad_rounded_to], dtype=float)
    return units[broad.astype(int)]


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
    count: ArrayLike, withheld: ArrayLike, rule: DisclosureRule, geography: ArrayLike
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
    return np.where(withheld, rule.symbol, np.where(known, plain, ""))


def _as_text(figures: np.ndarray) -> np.ndarray:
    """Numbers as plain text, whole ones without a point; made once for each different number."""
    different, place = np.unique(figures, return_inverse=True)
    texts = [f"{each:.0f}" if each % 1 == 0 else repr(float(each)) for each in different]
    return np.array(texts, dtype=object)[place]


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
