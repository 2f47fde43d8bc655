"""What the frame verbs share: reading columns, summing groups, reasons for what is missing."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.methods.comparison import OUTCOMES, check_polarity
from cyp_analysis.methods.intervals import as_fraction

_DEFAULT_COLUMNS = {
    "lower": ("lower_ci", "lower_ci_95"),
    "upper": ("upper_ci", "upper_ci_95"),
    "lower_998": ("lower_ci_998",),
    "upper_998": ("upper_ci_998",),
    "benchmark": ("benchmark_value",),
    "benchmark_lower": ("benchmark_lower_ci", "benchmark_lower_ci_95"),
    "benchmark_upper": ("benchmark_upper_ci", "benchmark_upper_ci_95"),
}


def column(df: pd.DataFrame, name: str) -> pd.Series:
    """One column by name; SchemaError if it is not there, or there twice."""
    times = int((df.columns == name).sum())
    if times != 1:
        raise SchemaError(
            thing=f"column {name}",
            rule="stands in the table once",
            got=f"{times} times; columns: {', '.join(map(str, df.columns))}",
            action="Name a column of the table.",
        )
    return df[name]


def numbers(df: pd.DataFrame, name: str) -> np.ndarray:
    """A column as floats, missing as NaN; SchemaError if it holds text that is no number."""
    series = column(df, name)
    if pd.api.types.is_numeric_dtype(series):
        return series.to_numpy(dtype=float, na_value=np.nan)
    found = pd.to_numeric(series.astype(object), errors="coerce")
    dates = pd.api.types.is_datetime64_any_dtype(series)  # pandas would count their ticks
    text = series[series.notna() & (found.isna() | dates)]
    if dates or not text.empty:
        raise SchemaError(
            thing=f"column {name}",
            rule="holds numbers or missing values",
            got=", ".join(repr(value) for value in text.unique()[:3]) or str(series.dtype),
            action="Turn symbols into missing numbers and keep the reason in value_note.",
        )
    return found.to_numpy(dtype=float)


def default_column(df: pd.DataFrame, figure: str) -> str:
    """The column where a figure is looked for when the call does not name one."""
    names = _DEFAULT_COLUMNS.get(figure, (figure,))
    return next((name for name in names if name in df.columns), names[0])


def polarity_words(df: pd.DataFrame, polarity: str) -> np.ndarray:
    """One polarity word a row: `polarity` is such a word, or the name of a column of them."""
    if polarity in OUTCOMES:
        return np.full(len(df), polarity)
    if polarity not in df.columns:
        raise UsageError(
            thing="polarity",
            rule=f"a column of the table, or one of {', '.join(OUTCOMES)}",
            got=repr(polarity),
            action="Name one or the other.",
        )
    return check_polarity(column(df, polarity).astype(object))


def positive(name: str, number: float) -> float:
    """A unit such as `per` or `multiplier`: finite and above zero, else UsageError."""
    is_number = isinstance(number, (int, float, np.number)) and not isinstance(number, bool)
    if not is_number or not 0 < number < float("inf"):
        raise UsageError(
            thing=name,
            rule="is a number above zero",
            got=repr(number),
            action="Use for example 100 for percentages or 10_000 for rates.",
        )
    return float(number)


def refuse_existing(df: pd.DataFrame, names: Iterable[str]) -> None:
    """SchemaError if the table already has a column that a verb is about to add."""
    taken = [name for name in names if name in df.columns]
    if taken:
        raise SchemaError(
            thing=f"column {', '.join(taken)}",
            rule="is added here and must not be in the table yet",
            got=f"columns: {', '.join(map(str, df.columns))}",
            action="Rename or drop it first.",
        )


def limit_columns(confidence: float | Iterable[float]) -> dict[str, float]:
    """Suffix of the limit columns → level: no suffix for one level, `_95` and `_998` for a pair."""
    if np.ndim(confidence) == 0:
        return {"": as_fraction(confidence)}
    levels = [as_fraction(level) for level in confidence]
    suffixes = {f"_{100 * level:g}".replace(".", ""): level for level in levels}
    if not levels or len(suffixes) < len(levels):
        raise UsageError(
            thing="confidence",
            rule="is one level, or several that differ",
            got=repr(confidence),
            action="Use for example confidence=(0.95, 0.998).",
        )
    return suffixes


def group_names(df: pd.DataFrame, by: str | list[str]) -> list[str]:
    """Names of the grouping columns as a list; each must be in the table."""
    names = [by] if isinstance(by, str) else list(by)
    if not names:
        raise UsageError(
            thing="by",
            rule="names at least one column",
            got="none",
            action="Leave it out, or fill.",
        )
    return [str(column(df, name).name) for name in names]


def summed(df: pd.DataFrame, by: str | list[str], figures: list[str]) -> pd.DataFrame:
    """One row per group: the sums of the figures, missing if any member is, and joined notes."""
    names = group_names(df, by)
    if set(names) & set(figures):
        raise UsageError(
            thing="by",
            rule="names other columns than those that are summed",
            got=", ".join(names),
            action="Leave the count and the denominator out of by.",
        )
    rows = df[names].assign(**{name: numbers(df, name) for name in figures})
    grouped = rows.groupby(names, dropna=False, sort=False, observed=True)
    sums = grouped[figures].sum(skipna=False).reset_index()
    if "value_note" not in df.columns or "value_note" in names:
        return sums
    group = grouped.ngroup()
    notes = pd.DataFrame({"group": group, "note": notes_of(df)}).query("note != ''")
    joined = notes.drop_duplicates().groupby("group")["note"].agg("; ".join)
    return sums.assign(value_note=joined.reindex(sums.index).fillna("").astype("str"))


def notes_of(df: pd.DataFrame) -> pd.Series:
    """The notes that a table came with; empty text where there is none."""
    if "value_note" not in df.columns:
        return pd.Series("", index=df.index, dtype="str")
    return column(df, "value_note").astype("str").fillna("")


def words_of(codes: np.ndarray, words: Sequence[str], index: pd.Index) -> pd.Series:
    """A text column from positions in a short list of words; quicker than text row by row."""
    return pd.Series(pd.array(list(words), dtype="str").take(codes), index=index)


_REASONS = (
    "",
    "count missing",
    "denominator missing",
    "count not finite",
    "denominator not finite",
    "count below zero",
    "denominator not above zero",
    "count above denominator",
)


def reasons(count: np.ndarray, denominator: np.ndarray, *, part: bool) -> np.ndarray:
    """Why a row cannot be computed, as a position in the list of reasons; 0 if it can.

    `part` says that the count is a part of the denominator and cannot exceed it.
    """
    rules = [
        np.isnan(count),
        np.isnan(denominator),
        np.isinf(count),
        np.isinf(denominator),
        count < 0,
        denominator <= 0,
        (count > denominator) & part,
    ]
    return np.select(rules, range(1, len(_REASONS)), 0)


def add_reasons(df: pd.DataFrame, found: np.ndarray, strict: bool) -> pd.Series:
    """`value_note` with each reason after what stood there; strict raises SchemaError instead."""
    failed, notes = np.flatnonzero(found), notes_of(df)
    if not failed.size:
        return notes
    extra = words_of(found[failed], _REASONS, df.index[failed])
    if strict:
        raise SchemaError(
            thing=f"row {extra.index[0]}",
            rule="every row can be computed",
            got=f"{extra.iloc[0]} ({failed.size} such rows of {len(df)})",
            action="Mend the rows, or leave strict out and read value_note.",
        )
    notes = notes.copy()
    before = notes.iloc[failed]
    notes.iloc[failed] = (before + "; " + extra).where((before != "").to_numpy(), extra)
    return notes
