"""Text that a spreadsheet shows as it is and never runs."""

import re

from cyp_analysis.visible import visible

MARK = "'"
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?(e[+-]?\d+)?%?", re.IGNORECASE)
# Marks without a width, which a spreadsheet may pass over before it looks for a formula.
_UNSEEN_FIRST = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060"
LONGEST = 32_000  # a cell of a workbook holds 32,767 characters


def neutral(text: str) -> str:
    """Text with an apostrophe before it where a spreadsheet would take it for a formula.

    Numbers stay numbers: "-5" and "+7.5%" pass as they are.
    """
    shown = visible(text)[:LONGEST]
    begins = text[:1] in _RUNS or _bare(shown).startswith(_RUNS)
    if not text or not begins or _NUMBER.fullmatch(text.strip()):
        return shown
    return f"{MARK}{shown}"


def _bare(text: str) -> str:
    """The text from its first character that is seen."""
    before = None
    while before != text:
        before, text = text, text.strip().lstrip(_UNSEEN_FIRST)
    return text
