"""Cells of a child-level extract → numbers that name nobody: hashes, days and known codes.

Each function takes the different texts of a column once and gives an array as long; callers spread
it over the rows. No text outlives the call, and none is ever part of a message.
"""

import re
import secrets

import numpy as np
import pandas as pd

# A new key for each run: a hash of one run says nothing in another.
_KEY = secrets.token_hex(8)
NO_DAY = np.iinfo(np.int32).max
BAD_DAY = np.iinfo(np.int32).min
BLANK, UNKNOWN = 0, 1
_FIRST_DAY, _LAST_DAY = np.datetime64("1900-01-01"), np.datetime64("2100-01-01")
_STYLES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%d %B %Y")
_STYLES_OF_FEW = ("%d-%b-%Y", "%d-%b-%y", "%d/%m/%y", "%Y%m%d")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$")
_LETTER = re.compile(r"^[a-z]\s*\)\s*")
_CODE = re.compile(r"^([a-z]{0,4}\d{0,2}[a-z]?)\s*[-\u2013:]\s")


def texts_of(cells: list[str]) -> list[str]:
    """Cells without surrounding or doubled spaces; UTF-8 that was read byte by byte is put
    together again."""
    return [" ".join(_whole(cell).split()) for cell in cells]


def _whole(text: str) -> str:
    if text.isascii() or max(text) > "\xff":
        return text
    return text.encode("latin-1").decode("utf-8", errors="replace")


def hashes(words) -> np.ndarray:
    """One uint64 for each text of an Arrow array, 0 for a blank one; case and spaces do not count.

    Numbers that a spreadsheet made decimal are the number: 14.0 is 14.
    """
    import pyarrow.compute as pc

    plain = pc.utf8_lower(pc.utf8_trim_whitespace(words))
    plain = pc.replace_substring_regex(plain, r"^([0-9]+)\.0+$", r"\1")
    cells = plain.to_numpy(zero_copy_only=False)
    if not len(cells):
        return np.zeros(0, dtype="uint64")
    found = pd.util.hash_array(cells, hash_key=_KEY, categorize=False)
    return np.where(cells == "", np.uint64(0), np.maximum(found, 1)).astype("uint64")


def days(texts: list[str]) -> np.ndarray:
    """Days since 1970-01-01 as int32; NO_DAY for a blank, BAD_DAY for what is no date.

    Days come first (01/04/2024 is 1 April), as in the returns, or ISO; a time of day is dropped.
    """
    series = pd.Series([_TIME.sub("", text) for text in texts], dtype="str")
    made = pd.Series(pd.NaT, index=series.index, dtype="datetime64[us]")
    for style in (*_STYLES, *_STYLES_OF_FEW):
        left = made.isna() & (series != "")
        if not left.any():
            break
        made = made.mask(left, pd.to_datetime(series.where(left), format=style, errors="coerce"))
    made = made.where((made >= _FIRST_DAY) & (made < _LAST_DAY))
    number = made.to_numpy().astype("datetime64[D]").astype("int64")
    number = np.where(made.isna(), BAD_DAY, number)
    return np.where(series == "", NO_DAY, number).astype("int32")


def known_codes(texts: list[str], known: dict[str, int]) -> np.ndarray:
    """Place of each text among the known codes as int16; BLANK, or UNKNOWN for any other text.

    `N1`, `n1`, `N1 - Abuse or neglect`, `a) Male` and `1.0` are found as N1, Male and 1.
    """
    return np.array([_place(text.casefold(), known) for text in texts], dtype="int16")


def _place(text: str, known: dict[str, int]) -> int:
    if not text:
        return BLANK
    bare = _LETTER.sub("", text.removesuffix(".0"))
    start = _CODE.match(bare)
    tries = (bare, start[1] if start else bare, bare.split("(")[0].strip())
    return next((known[word] for word in tries if word in known), UNKNOWN)


def vocabulary(words: list[str]) -> dict[str, int]:
    """Known codes → their places, from 2; BLANK and UNKNOWN come before them."""
    plain = dict.fromkeys(str(word).casefold() for word in words if str(word))
    return {word: place for place, word in enumerate(plain, start=2)}
