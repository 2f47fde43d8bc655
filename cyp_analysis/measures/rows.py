"""What the frame verbs share: reading columns and arguments, and making columns of words."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.cells import parsed
from cyp_analysis.methods import comparison
from cyp_analysis.methods.comparison import POLARITIES
from cyp_analysis.methods.intervals import EXACT_BELOW, as_fraction

Rules = list[tuple[np.ndarray, str]]


_DEFAULT_COLUMNS = {
    "lower": ("lower_ci", "lower_ci_95"),
    "upper": ("upper_ci", "upper_ci_95"),
    "lower_998": ("lower_ci_998",),
    "upper_998": ("upper_ci_998",),
    "benchmark": ("benchmark_value",),
    "benchmark_lower": ("benchmark_lower_ci", "benchmark_lower_ci_95"),
    "benchmark_upper": ("benchmark_upper_ci", "benchmark_upper_ci_95"),
}


# --- columns --------------------------------------------------------------------------------------


def column(df: pd.DataFrame, name: str) -> pd.Series:
    """One column by name; SchemaError if it is not there, or there twice.

    UsageError if the table is no table, or the name no text.
    """
    _check_types(df, name)
    times = int((df.columns == name).sum())
    if times != 1:
        raise SchemaError(
            thing=f"column {name}",
            rule="stands in the table once",
            got=f"{times} times; columns: {', '.join(map(str, df.columns))}",
            action="Name a column of the table.",
        )
    return df[name]


def _check_types(df: object, name: object) -> None:
    """UsageError if the table is no table, or the name of a column no text."""
    if not isinstance(df, pd.DataFrame):
        raise UsageError(
            thing="table",
            rule="is a pandas DataFrame",
            got=type(df).__name__,
            action="For a grouped table, give the table itself and name the groups with by=.",
        )
    if not isinstance(name, str):
        raise UsageError(
            thing="column",
            rule="is named by text",
            got=repr(name),
            action='Use for example count="looked_after".',
        )


def numbers(df: pd.DataFrame, name: str) -> np.ndarray:
    """A column as floats; a missing value, and text that is no number, as NaN.

    SchemaError for a column of dates or true and false, which no cell of it can make right.
    """
    return parsed(column(df, name))[0]


def read(df: pd.DataFrame, **columns: str) -> tuple[list[np.ndarray], Rules]:
    """Columns as floats, and the rules that find their text, missing and infinite cells.

    The keyword is the word of the field used in the reason: `count="cla"` gives `count missing`.
    """
    figures, rules = [], []
    for label, name in columns.items():
        figure, text = parsed(column(df, name))
        figures.append(figure)
        rules += [
            (np.broadcast_to(text, figure.shape), f"{label} not a number"),
            (np.isnan(figure), f"{label} missing"),
            (np.isinf(figure), f"{label} not finite"),
        ]
    return figures, rules


def default_column(df: pd.DataFrame, figure: str) -> str:
    """The column where a figure is looked for when the call does not name one."""
    names = _DEFAULT_COLUMNS.get(figure, (figure,))
    return next((name for name in names if name in df.columns), names[0])


def polarity_words(df: pd.DataFrame, polarity: str) -> np.ndarray:
    """One polarity word a row: `polarity` is such a word, or the name of a column of them."""
    return np.array(POLARITIES)[polarity_codes(df, polarity)]


def polarity_codes(df: pd.DataFrame, polarity: str) -> np.ndarray:
    """As `polarity_words`, in positions of methods.POLARITIES."""
    _check_types(df, polarity)
    if comparison.is_polarity(polarity):
        return np.full(len(df), comparison.polarity_codes(polarity), dtype=np.int8)
    if polarity not in df.columns:
        raise UsageError(
            thing="polarity",
            rule=f"a column of the table, or one of {', '.join(POLARITIES)}",
            got=repr(polarity),
            action="Name one or the other.",
        )
    # Where the polarity is missing nothing is judged; a word that is none of them is a mistake.
    words = column(df, polarity).astype(object).fillna("no_judgement")
    place, different = pd.factorize(words)
    return comparison.polarity_codes(different)[place]


# --- arguments ------------------------------------------------------------------------------------


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


def one_of(name: str, word: str, words: Iterable[str]) -> str:
    """A word that must be one of a list, else UsageError."""
    if word not in (known := list(words)):
        raise UsageError(
            thing=name, rule=f"one of {', '.join(known)}", got=repr(word), action="Choose one."
        )
    return word


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


def limit_values(
    limits: Mapping[str, tuple[np.ndarray, np.ndarray]], name: str = ""
) -> dict[str, np.ndarray]:
    """Limit columns by name, from suffix → (lower, upper): `{name}lower_ci{suffix}` and upper."""
    return {
        f"{name}{end}_ci{suffix}": limit
        for suffix, pair in limits.items()
        for end, limit in zip(("lower", "upper"), pair, strict=True)
    }


# --- columns of words ---------------------------------------------------------------------------


def notes_of(df: pd.DataFrame) -> pd.Series:
    """The notes that a table came with; empty text where there is none."""
    if "value_note" not in df.columns:
        return pd.Series(_empty_text(len(df)), index=df.index, copy=False)
    return column(df, "value_note").astype("str").fillna("")


def _empty_text(size: int) -> pd.api.extensions.ExtensionArray:
    """A column of empty text, made without going through its rows."""
    import pyarrow as pa

    ends = pa.py_buffer(np.zeros(size + 1, dtype=np.int64))
    text = pa.LargeStringArray.from_buffers(size, ends, pa.py_buffer(b""))
    return pd.StringDtype(na_value=np.nan).__from_arrow__(text)


def words_of(codes: np.ndarray, words: Sequence[str], index: pd.Index) -> pd.Series:
    """A text column from positions in a short list of words; quicker than text row by row."""
    return pd.Series(pd.array(list(words), dtype="str").take(codes), index=index)


def category_of(codes: np.ndarray, words: Sequence[str]) -> pd.Categorical:
    """A column of categories from positions in a short list of words."""
    return pd.Categorical.from_codes(codes.astype(np.int8), categories=list(words))


def constant(word: str, size: int) -> pd.Categorical:
    """A column of categories that says the same in every row."""
    return category_of(np.zeros(size, dtype=np.int8), (word,))


def described(statistic: str, method: str, size: int) -> dict[str, pd.Categorical]:
    """The two columns that say what was worked out, and how, the same in every row."""
    return {"statistic": constant(statistic, size), "method": constant(method, size)}


def poisson_method(count: np.ndarray) -> pd.Categorical:
    """The method behind the limits of each count: none without one, exact below 10, then Byar's."""
    codes = np.ones(len(count), dtype=np.int8)
    codes += count >= EXACT_BELOW
    codes[np.isnan(count)] = 0
    return category_of(codes, ("", "exact", "byars"))
