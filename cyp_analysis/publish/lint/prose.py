"""Slips of generated prose: remarks for the author, not reasons to keep a page back."""

import re

from cyp_analysis.publish.lint.sheet import Sheet, short

LONGEST_SENTENCE = 60  # words; one with a number, an interval and two comparisons has about 45
_PROSE = ("p", "li", "dd")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“])")
_SLIPS = {
    "a word twice": r"\b((?!had\b|that\b)[A-Za-z]{2,}) \1\b(?!-)",
    "a blank before a sign": r"\w [,;.!?](?=\s|$)",
    "two signs together": r"[,;:] ?[,;:.]|(?<!\.)\.\.(?!\.)|\?\.|!\.",
    "empty brackets": r"\(\s*\)|\[\s*\]|“\s*”",
    "blanks inside brackets": r"\( | \)",
    "“a” and “an” together": r"\b[Aa]n? an?\b",
    "“an” before a consonant": r"\b[Aa]n (?!hour|honest|honour|heir)[bcdfgjklmnpqrstvwyz][a-z]+",
    "“a” before a vowel": r"\ba (?!one\b|once\b|eu|u[nrst][aeio]|u[a-z]i)[aeiou][a-z]+",
}


def slip_faults(sheet: Sheet) -> list[str]:
    """Doubled words, blanks before signs, wrong articles."""
    faults = []
    for tag, text in sheet.blocks:
        if tag not in (*_PROSE, "figcaption", "caption", "h1", "h2", "h3", "h4", "summary"):
            continue
        for what, pattern in _SLIPS.items():
            for found in re.finditer(pattern, text):
                around = text[max(0, found.start() - 25) : found.end() + 25]
                faults.append(f"{what}: “{short(around)}”")
    return list(dict.fromkeys(faults))


def sentence_faults(sheet: Sheet) -> list[str]:
    """Sentences that are too long to be read once."""
    sentences = (s for tag, text in sheet.blocks if tag in _PROSE for s in _END.split(text))
    counted = ((len(sentence.split()), sentence) for sentence in sentences)
    return [f"{n} words: “{short(s)}”" for n, s in counted if n > LONGEST_SENTENCE]
