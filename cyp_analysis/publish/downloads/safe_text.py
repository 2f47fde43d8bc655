"""Text that a spreadsheet shows as it is and never runs."""

import re

MARK = "'"
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?(e[+-]?\d+)?%?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LONGEST = 32_000  # a cell of a workbook holds 32,767 characters


def neutral(text: str) -> str:
    """Text with an apostrophe before it where a spreadsheet would take it for a formula.

    Numbers stay numbers: "-5" and "+7.5%" pass as they are.
    """
    shown = _CONTROL.sub("", text)[:LONGEST]
    begins = text[:1] in _RUNS or shown.lstrip().startswith(_RUNS)
    if not text or not begins or _NUMBER.fullmatch(text.strip()):
        return shown
    return f"{MARK}{shown}"
