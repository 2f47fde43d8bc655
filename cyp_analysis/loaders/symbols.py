"""Published text → numbers. What is not a number becomes missing, with the reason in words.

Symbols: DfE `c x z k low u` (Explore Education Statistics, data guidance), older `: ~ - . .. *`,
ONS "No data". A figure that "rounds to zero but is not zero" is missing, never zero.
"""

import pandas as pd

_NUMBER = (
    r"\(?[-+\u2212]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?:[eE][-+]?[0-9]{1,3})?\s*%?\)?"
)
_WORDS = {
    "suppressed": ("c", "*", "supp", "suppressed"),
    "not available": ("x", ":", "..", "na", "n/a", "nan", "no data", "null", "none"),
    "not applicable": ("z", "."),
    "rounds to zero but is not zero": ("k", "low"),
    "low reliability": ("u",),
    "no figure given": ("~", "-", "\u2013"),
    "error in the file": ("#value!", "#n/a", "#ref!", "#div/0!", "#name?", "#num!"),
}
REASONS = {symbol: words for words, symbols in _WORDS.items() for symbol in symbols}
MISSING = "missing in file"
UNKNOWN = "not a number in the file"


def parse_numbers(texts: pd.Series) -> pd.DataFrame:
    """One row per text: `number` (float, NaN if none), `reason` (why none, else ""), `unknown`
    (True where the text is neither a number nor a known symbol).

    `74,588` and `27%` and `(12.5%)` are 74588, 27 and -12.5; `[c]` is read as `c`.
    """
    text = texts.fillna("").str.strip()
    number = _to_float(text)
    symbol = text.str.strip("[] ").str.casefold()
    words = symbol.map(REASONS)
    unknown = number.isna() & words.isna() & (text != "")
    reason = words.where(words.notna(), UNKNOWN) + " (" + text.str.strip("[] ") + ")"
    reason = reason.where(text != "", MISSING).where(number.isna(), "")
    return pd.DataFrame({"number": number, "reason": reason.astype("str"), "unknown": unknown})


def _to_float(text: pd.Series) -> pd.Series:
    shaped = text.where(text.str.fullmatch(_NUMBER), None)
    digits = shaped.str.replace(r"[,%()\s+]", "", regex=True).str.replace("\u2212", "-")
    number = pd.to_numeric(digits, errors="coerce").astype("float64")
    number = number.where(number.abs() != float("inf"))
    return number.mask(text.str.startswith("("), -number)


def number_columns(rows: pd.DataFrame, columns: dict[str, str]) -> tuple[pd.DataFrame, pd.Series]:
    """{`count`: column, `value`: column …} of text → the numbers with a joint `value_note`, and
    a text per row that says which cells are no known figure ("" where all are).

    The first column's reason stands alone; others are named: `denominator: not available (x)`.
    """
    parsed = {name: parse_numbers(rows[column]) for name, column in columns.items()}
    numbers = pd.DataFrame({name: each["number"] for name, each in parsed.items()})
    first = next(iter(parsed))
    note = parsed[first]["reason"]
    unread = pd.Series("", index=rows.index, dtype="str")
    for name, each in parsed.items():
        odd = "`" + columns[name] + "` is not a number or a known symbol: " + rows[columns[name]]
        unread = join_notes(unread, odd.where(each["unknown"], ""))
        if name != first:
            other = (name + ": " + each["reason"]).where(each["reason"] != "", "")
            note = join_notes(note, other.mask(each["reason"] == parsed[first]["reason"], ""))
    return numbers.assign(value_note=note), unread


def join_notes(first: pd.Series, second: pd.Series) -> pd.Series:
    """Two texts per row with `; ` between them where both say something."""
    both = (first != "") & (second != "")
    return (first + "; ").where(both, first) + second


def snake(texts: pd.Series) -> pd.Series:
    """Publisher's words as one snake_case word: `Not compared` → `not_compared`."""
    return texts.str.strip().str.casefold().str.replace(r"[^a-z0-9]+", "_", regex=True)
