"""Filters of an Explore Education Statistics file → sex, age and category of each row.

A word that stands for all there are (Total, All schools …) is dropped, so that the headline row
has an empty category; what is left of several filters is joined by ` | `.
"""

import re

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import headers
from cyp_analysis.loaders.columns import distinct, spread
from cyp_analysis.loaders.dfe.columns import is_total
from cyp_analysis.loaders.table import SEX
from cyp_analysis.text_columns import key_codes

JOINT = " | "
_SEX = re.compile(r"(.*_)?(sex|gender)(_.*)?")
_AGE = re.compile(r"(.*[_ ])?ages?([_ ].*)?")
_NOTHING = ("", "z", "not applicable")
_BEST = ("total", "all", "persons", "person")
_PARTIAL = 9


def categories(rows: pd.DataFrame, filters: tuple[str, ...], source: Source) -> pd.DataFrame:
    """sex, age, category_type and category, same index, made of the columns in `filters`.

    Where dropping every word for all would make two rows alike, only the plainest is dropped.
    """
    columns = list(filters)
    combos, number = pd.DataFrame(index=[0]), np.zeros(len(rows), dtype="int64")
    if columns:
        combos, number = distinct(rows, columns)
    drops = [_words_for_all(combos[name], thorough=True) for name in columns]
    made = _made(combos, drops, source)
    if columns and _alike(rows, number, made):
        drops = [_words_for_all(combos[name], thorough=False) for name in columns]
        made = _made(combos, drops, source)
    return spread(made, number, rows.index)


def _alike(rows: pd.DataFrame, number: np.ndarray, made: pd.DataFrame) -> bool:
    """Whether more rows share a key after words were dropped than before."""
    keys = ["area_code", "time_period", "time_identifier", "combo"]
    rows = rows[keys[:3]]
    code = key_codes(made, list(made))
    before, after = (key_codes(rows.assign(combo=each), keys) for each in (number, code[number]))
    return after.max(initial=-1) < before.max(initial=-1)


def _words_for_all(column: pd.Series, *, thorough: bool) -> set[str]:
    """The one text of a column that stands for all there are; `thorough`: those for none too.

    Several `Mainstream - total` and the like are totals of parts: none of them is for all.
    """
    texts = [text for text in column.unique() if is_total(text) or text == ""]
    none = [text for text in texts if headers.key(text) in _NOTHING]
    ranked = sorted((text for text in texts if text not in none), key=_rank)
    partial = [text for text in ranked if _rank(text)[0] == _PARTIAL]
    if len(partial) > 1:
        ranked = [text for text in ranked if text not in partial]
    if thorough:
        return {*ranked[:1], *none}
    return set(ranked[:1] or none[:1])


def _rank(text: str) -> tuple[int, int, str]:
    plain = headers.key(text)
    kind = _BEST.index(plain) if plain in _BEST else len(_BEST)
    return (kind if plain in _BEST or plain.startswith("all ") else _PARTIAL, len(plain), plain)


def _made(combos: pd.DataFrame, drops: list[set[str]], source: Source) -> pd.DataFrame:
    """sex, age, category_type and category of every combination of filters."""
    blank = pd.Series("", index=combos.index, dtype="str")
    sex, age, kinds, words = blank, blank, blank, blank
    sexed, aged = _of_sex(combos), _of_age(combos)
    for name, drop in zip(combos, drops, strict=True):
        text = combos[name].mask(combos[name].isin(list(drop)), "")
        if name == aged:
            age = text
        else:
            if name == sexed:
                known = text.str.strip().str.casefold().map(SEX)
                sex = known.fillna("").astype("str")
                text = text.mask(known.notna(), "")
            kinds = _both(kinds, text.mask(text != "", name))
            words = _both(words, text)
    return pd.DataFrame(
        {
            "sex": sex.mask(sex == "", source.sex),
            "age": age.mask(age == "", source.age),
            "category_type": kinds,
            "category": words,
        }
    )


def joined(first: pd.Series, second: pd.Series) -> pd.Series:
    """Two texts per row with ` | ` between them where both say something, as categories."""
    pairs, number = distinct(pd.DataFrame({"first": first, "second": second}), ["first", "second"])
    return spread(_both(pairs["first"], pairs["second"]), number, first.index)


def _both(first: pd.Series, second: pd.Series) -> pd.Series:
    both = (first != "") & (second != "")
    return (first + JOINT).where(both, first) + second


def _of_sex(combos: pd.DataFrame) -> str:
    """The filter of sexes: named so, and most of its words are of one."""
    named = [name for name in combos if _SEX.fullmatch(headers.key(name))]
    known = [n for n in named if combos[n].str.casefold().drop_duplicates().isin(SEX).mean() >= 0.5]
    return known[0] if known else ""


def _of_age(combos: pd.DataFrame) -> str:
    named = [name for name in combos if _AGE.fullmatch(headers.key(name))]
    return named[0] if named else ""
