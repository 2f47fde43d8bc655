"""Age bands, read from a column of start ages or of labels."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from cyp_analysis.measures import rows
from cyp_analysis.methods.life_tables import ages_of_labels


class AgeBands(NamedTuple):
    """First age of each row's band, and the age at which it ends: infinite for an open band.

    The end is NaN where the column does not say, as with numbers or a plain `15`.
    """

    start: np.ndarray
    end: np.ndarray


def age_bands(df: pd.DataFrame, name: str, word: str = "start age") -> tuple[AgeBands, rows.Rules]:
    """The age bands in a column of start ages, or of labels such as `<1`, `1-4` and `90+`.

    `word` is what the reasons call the column, as in `start age missing`.
    """
    series = rows.column(df, name)
    if pd.api.types.is_numeric_dtype(series) or pd.api.types.is_datetime64_any_dtype(series):
        (start,), rules = rows.read(df, **{word: name})
        bands = AgeBands(start, np.full(len(df), np.nan))
        return bands, [*rules, (start < 0, f"{word} below zero")]
    # As text, for Python holds the number 1 and a stray True to be the same label.
    codes, labels = pd.factorize(series.astype(object).map(str, na_action="ignore"))
    # A missing label has the code -1, which takes the last row.
    ages = np.append(ages_of_labels(labels), [[np.nan, np.nan]], axis=0)[codes]
    unread = (codes >= 0) & np.isnan(ages[:, 0])
    rules = [(codes < 0, f"{word} missing"), (unread, f"{word} not a number")]
    return AgeBands(ages[:, 0], ages[:, 1]), rules
