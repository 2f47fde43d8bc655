"""Categories of areas by value: fifths and quarters, and the words for them."""

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.methods.comparison import check_polarity

# Neutral words from the lowest values up, and what polarity makes of them.
CATEGORY_WORDS = {
    4: {
        "high_is_good": ("worst", "worse", "better", "best"),
        "low_is_good": ("best", "better", "worse", "worst"),
        "no_judgement": ("lowest", "low", "high", "highest"),
    },
    5: {
        "high_is_good": ("worst", "worse", "middle", "better", "best"),
        "low_is_good": ("best", "better", "middle", "worse", "worst"),
        "no_judgement": ("lowest", "low", "middle", "high", "highest"),
    },
}


def value_categories(
    values: ArrayLike, number: int = 5, polarity: str = "no_judgement"
) -> tuple[np.ndarray, np.ndarray]:
    """Category 1 to `number` of each area by value, and the bounds between categories.

    Bounds are percentiles with linear interpolation, to 10 decimals; a value on a bound takes the
    category below it. With 5 categories and high is good the numbers run from high to low.
    A missing value has no category (NaN); with fewer known values than categories none has.
    OHID public health profiles, quintiles and quartiles.
    """
    values = np.asarray(values, dtype=float)
    high_first = check_polarity(polarity) == "high_is_good" and number == 5
    known = values[np.isfinite(values)]
    if known.size < number:
        return np.full(values.shape, np.nan), np.full(number - 1, np.nan)
    bounds = np.round(np.quantile(known, np.arange(1, number) / number), 10)
    category = np.searchsorted(bounds, values, side="left") + 1.0
    category = number + 1 - category if high_first else category
    return np.where(np.isfinite(values), category, np.nan), bounds


def ntile_categories(values: ArrayLike, number: int = 5) -> np.ndarray:
    """Category 1 to `number` of each area, as many areas in each as can be; 1 holds the lowest.

    The larger categories come first, as SQL's NTILE has them; equal values may be parted, in the
    order given. Missing values, or fewer known ones than categories: as for `value_categories`.
    """
    values = np.asarray(values, dtype=float)
    category = np.full(values.shape, np.nan)
    known = np.flatnonzero(np.isfinite(values))
    if known.size >= number:
        size, larger = divmod(known.size, number)
        sizes = size + (np.arange(number) < larger)
        in_order = known[np.argsort(values[known], kind="stable")]
        category[in_order] = np.repeat(np.arange(1.0, number + 1), sizes)
    return category
