"""Published text → numbers. What is not a number becomes missing, with the reason in words.

Symbols: DfE `c x z k low u` (Explore Education Statistics, data guidance), older `: ~ - . .. *`,
performance tables `SUPP NE NP LOWCOV DNS`, the Government Analysis Function's marks in brackets
(`[c]`, `74,588 [p]`, `27.2 [note 3]`), Nomis `! # ~`, ONS "No data". A figure that "rounds to zero
but is not zero" is missing, never zero; so is one that is only given as a range (`<5`).
"""

import numpy as np
import pandas as pd

from cyp_analysis.loaders.columns import per_text
from cyp_analysis.text_columns import plain

_SPACE = " \u00a0\u2009\u202f"
_ANY_NUMBER = "0"
_DIGIT_BYTES = list(b"0123456789.-")
_LONG = 10_000
_PLAIN = r"-?[0-9]+(?:\.[0-9]+)?"
# Without its sign an exponent is taken only from a form like 1.2E7: `1e34` is more often a
# damaged 1234 than a number.
_DIGITS = (
    rf"(?:(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,3}}(?:[{_SPACE}][0-9]{{3}})+|[0-9]+)(?:\.[0-9]*)?"
    r"|\.[0-9]+)(?:[eE][-+][0-9]{1,3})?|[0-9]\.[0-9]+[eE][0-9]{1,2}"
)
_AMOUNT = rf"[-+\u2212]?\u00a3?[-+\u2212]?(?:{_DIGITS})[{_SPACE}]*%?"
_NUMBER = rf"{_AMOUNT}|\({_AMOUNT}\)"
_MARK_WORDS = {
    "provisional": ("p", "prov", "provisional"),
    "revised": ("r", "rev", "revised"),
    "estimated": ("e", "est", "estimate", "estimated"),
    "break in series": ("b",),
    "low reliability": ("u",),
}
MARKS = {mark: words for words, marks in _MARK_WORDS.items() for mark in marks}
_NOTE = r"notes? ?[0-9]+(?: ?(?:,|and|&) ?[0-9]+)*"
_MARK = rf"(?:{'|'.join(sorted(MARKS, key=len, reverse=True))}|{_NOTE})"
_MARKED = (
    rf"(?i)^(.*[0-9%)])[{_SPACE}]*"
    rf"((?:[{_SPACE}]*(?:\[{_MARK}(?:[,;] ?{_MARK})*\]|\({_MARK}\)))+|[preb])$"
)
_RANGE = (
    r"(?i)(?:[<>\u2264\u2265]=?|(?:less|fewer|more|greater) than|under|over|below|above|at least|"
    r"at most|up to) ?[0-9.,]+ ?%?|[0-9.,]+ ?%? ?(?:-|\u2013|to) ?[0-9.,]+ ?%?|"
    r"[0-9.,]+ ?%? or (?:less|fewer|more|under|over)"
)
_WORDS = {
    "suppressed": ("c", "*", "**", "***", "!", "s", "supp", "suppressed", "confidential"),
    "not available": (
        *("x", ":", "..", "...", "#", "na", "n/a", "nan", "<na>", "no data", "null", "none"),
        *("np", "dns", "not available", "unavailable", "not published", "n/k", "not known"),
    ),
    "not applicable": ("z", ".", "ne", "not applicable"),
    "rounds to zero but is not zero": ("k", "low"),
    "low reliability": ("u", "lowcov", "unreliable"),
    "no figure given": ("~", "-", "--", "\u2013", "\u2014", *MARKS),
    "error in the file": ("#value!", "#n/a", "#ref!", "#div/0!", "#name?", "#num!", "#null!"),
}
REASONS = {sign: words for words, signs in reversed(_WORDS.items()) for sign in signs}
RANGE = "suppressed to a range"
MISSING = "missing in file"
UNKNOWN = "not a number in the file"


def parse_numbers(texts: pd.Series) -> pd.DataFrame:
    """One row per text: `number` (float, NaN if none), `reason` (why none, else ""), `unknown`
    (True where the text is neither a number nor a known symbol) and `mark` (what a mark beside a
    number says: `provisional (p)`; else "").

    `74,588` and `27%` and `(12.5%)` are 74588, 27 and -12.5; `[c]` is read as `c`.
    """
    if isinstance(texts.dtype, pd.CategoricalDtype):
        return per_text(texts, parse_numbers)
    text = texts.fillna("").astype("str")
    figures = _all_figures(text)
    if figures is not None:
        reason = pd.Series("", index=text.index, dtype="str").mask(text == "", MISSING)
        return pd.DataFrame({"number": figures, "reason": reason, "unknown": False, "mark": ""})
    simple = text.str.fullmatch(_PLAIN)
    number = _plain_numbers(text.where(simple))
    # Of figures nearly every one is different; of what stands in their place, few.
    odd = per_text(text.mask(simple, _ANY_NUMBER), _parse_odd)
    return odd.assign(number=number.where(simple, odd["number"]))


def _all_figures(texts: pd.Series) -> pd.Series | None:
    """The numbers of a long column in which every text is one in plain digits, or empty; None
    for any other column."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(texts) < _LONG:
        return None
    texts_of = pa.array(texts)
    cells = pa.concat_arrays(texts_of.chunks) if hasattr(texts_of, "chunks") else texts_of
    if not _only_digits(cells.cast(pa.large_string())):
        return None
    try:
        number = pc.cast(pc.if_else(pc.equal(cells, ""), None, cells), pa.float64())
    except pa.ArrowInvalid:
        return None
    series = pd.Series(number.to_numpy(zero_copy_only=False), index=texts.index)
    return None if (series.abs() == float("inf")).any() else series


def _only_digits(cells) -> bool:
    """Whether an Arrow array of large strings holds digits, points and minuses alone."""
    if not len(cells):
        return False
    _, offsets, texts = cells.buffers()
    places = np.frombuffer(offsets, dtype="int64")[cells.offset : cells.offset + len(cells) + 1]
    written = np.frombuffer(texts or b"", dtype="uint8")[places[0] : places[-1]]
    used = np.bincount(written, minlength=256)
    return bool(used[_DIGIT_BYTES].sum() == len(written))


def _plain_numbers(digits: pd.Series) -> pd.Series:
    """Floats of digits with at most a sign and a point; missing stays missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    number = pc.cast(pa.array(digits), pa.float64()).to_numpy(zero_copy_only=False)
    series = pd.Series(number, index=digits.index)
    return series.where(series.abs() != float("inf"))


def _parse_odd(texts: pd.Series) -> pd.DataFrame:
    text = texts.str.strip()
    parts = text.str.extract(_MARKED).fillna("").astype("str")
    number = _to_float(text)
    beside = _to_float(parts[0]).where(number.isna())
    mark = _marks(parts[1]).where(beside.notna(), "")
    number = number.fillna(beside)
    bare = text.str.strip("[]() ").str.casefold()
    words = bare.map(REASONS).astype("str")
    words = words.mask(words.isna() & bare.str.fullmatch(_NOTE), "see the note")
    words = words.mask(words.isna() & text.str.fullmatch(_RANGE), RANGE)
    unknown = number.isna() & words.isna() & (text != "")
    reason = words.fillna(UNKNOWN) + " (" + text.str.strip("[]() ") + ")"
    reason = reason.where(~unknown, UNKNOWN + " (" + text.str.strip("[] ") + ")")
    reason = reason.mask(text == "", MISSING).where(number.isna(), "")
    made = {"number": number, "reason": reason, "unknown": unknown, "mark": mark}
    return pd.DataFrame(made)


def _marks(signs: pd.Series) -> pd.Series:
    """`[p]` → `provisional (p)`; `[note 3]` → `note 3`; several joined by commas."""
    separate = signs.str.strip().str.replace(r"[\[\]();,]+ ?", "|", regex=True).str.strip("| ")
    return separate.map(
        lambda text: ", ".join(_mark_words(sign) for sign in text.split("|") if sign.strip())
    ).astype("str")


def _mark_words(sign: str) -> str:
    words = MARKS.get(sign.strip().casefold())
    return f"{words} ({sign.strip()})" if words else sign.strip().casefold()


def _to_float(text: pd.Series) -> pd.Series:
    shaped = text.where(text.str.fullmatch(_NUMBER), None)
    digits = shaped.str.replace(rf"[,%()+\u00a3{_SPACE}]", "", regex=True)
    digits = digits.str.replace("\u2212", "-")
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
    notes = {name: join_notes(each["reason"], each["mark"]) for name, each in parsed.items()}
    first = next(iter(parsed))
    note = notes[first]
    unread = pd.Series("", index=rows.index, dtype="str")
    for name, each in parsed.items():
        if each["unknown"].any():
            odd = "`" + columns[name] + "` is not a number or a known symbol: "
            told = (odd + plain(rows[columns[name]])).where(each["unknown"], "")
            unread = join_notes(unread, told)
        if name != first and (notes[name] != "").any():
            other = (name + ": " + notes[name]).where(notes[name] != "", "")
            note = join_notes(note, other.mask(notes[name] == notes[first], ""))
    return numbers.assign(value_note=note), unread


def join_notes(first: pd.Series, second: pd.Series) -> pd.Series:
    """Two texts per row with `; ` between them where both say something."""
    if not (second != "").any():
        return first
    first, second = plain(first), plain(second)
    both = (first != "") & (second != "")
    return (first + "; ").where(both, first) + second


def snake(texts: pd.Series) -> pd.Series:
    """Publisher's words as one snake_case word: `Not compared` → `not_compared`."""
    return per_text(texts, _snake)


def _snake(texts: pd.Series) -> pd.Series:
    return texts.str.strip().str.casefold().str.replace(r"[^a-z0-9]+", "_", regex=True)
