"""Verbs on tables: each takes a table and gives a new one with columns added.

Columns are named by strings, so no column of the data can be mistaken for an argument. All other
columns and the index are kept and the input never changes. Where the table has a column that a
verb adds, the result has the new one in its place; `value_note` is added to.
"""

from cyp_analysis.measures.categories import value_categories
from cyp_analysis.measures.comparison import compare, rank, target_variance
from cyp_analysis.measures.counts import proportion, rate
from cyp_analysis.measures.trends import recent_trend

__all__ = [
    "compare",
    "proportion",
    "rank",
    "rate",
    "recent_trend",
    "target_variance",
    "value_categories",
]
