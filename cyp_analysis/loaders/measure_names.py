"""Publishers' short names of measures as ours: one word that says the same in any edition."""

import pandas as pd

from cyp_analysis.loaders.symbols import snake

# What letters cannot show must not be lost: `LAC_ceased%` is not `LAC_ceased`.
_SPELT = (("%", " pct "), ("&", " and "), ("+", " plus "), ("<", " under "), (">", " over "))


def measure_names(texts: pd.Series, prefix: str) -> pd.Series:
    """`%_of LAC Adopted` → `<prefix>_pct_of_lac_adopted`; empty where the text is."""
    words = texts.astype("str")
    for mark, spelt in _SPELT:
        words = words.str.replace(mark, spelt, regex=False)
    names = snake(words).str.strip("_")
    return (prefix + "_" + names).mask(names == "", "")
