"""Rules that keep code, machines and empty values out of what a reader sees."""

import re
from pathlib import Path

from cyp_analysis.publish.lint.sheet import Sheet, short

_SIGNS = {
    "an input prompt": r"\b(?:In|Out) ?\[[\d ]*\]",
    "a traceback": r"Traceback \(most recent call last\)|\b\w+Error: |\bFile \"[^\"]+\", line \d",
    "a warning of a program": r"\b\w+Warning\b|\bstderr\b|\bWARNING:",
    "code": r"\bopen_chapter\(|\b(?:import|from) cyp_analysis\b|\bself\.|<[\w.]+ object at",
}
_CODE_CLASSES = ("jp-", "highlight", "input_area", "output_stderr", "code_cell")
_MACHINE = re.compile(
    r"(?<![\w.:/-])(?:file://\S+|/(?:home|Users|root|tmp|var|work|mnt|opt|private|srv)/[\w.-]\S*)"
    r"|\b[A-Za-z]:\\[\w ]+\\|\\\\\w[\w.-]*\\\w+"
)
_EMPTY = re.compile(
    r"(?<![\w’'-])(?:nan|NaN|NaT|<NA>|inf|-inf|NoneType|undefined|null|\[object Object\]"
    r"|None(?! (?:of|is|are|was|were|has|have|had|can|could|yet|here)\b))(?![\w’'-])"
)
_UNFILLED = re.compile(r"\{[^{}]{0,60}\}|\{\{|\}\}|%\([a-z_]+\)s|\$\{")


def program_faults(sheet: Sheet) -> list[str]:
    """No sign of the notebook or of the program that made the page."""
    faults = []
    for what, pattern in _SIGNS.items():
        found = re.search(pattern, sheet.words)
        faults += [f"{what}: “{_around(sheet.words, found)}”"] if found else []
    for element in sheet.elements:
        given = element.attributes.get("class", "").split()
        code = [name for name in given if name.startswith(_CODE_CLASSES)]
        faults += [f"a block of code, class {name}" for name in code]
    return faults


def machine_faults(sheet: Sheet) -> list[str]:
    """No path of the machine that made the page, in its words or its addresses, nor its user."""
    addresses = [e.attributes.get(name, "") for e in sheet.elements for name in ("href", "src")]
    texts = [sheet.words, *(a for a in addresses if a and not a.startswith(("http", "data:", "#")))]
    home = str(Path.home())
    faults = []
    for text in texts:
        found = _MACHINE.search(text)
        faults += [f"a path of the machine: “{_around(text, found)}”"] if found else []
        faults += [f"the user's folder {home}"] if len(home) > 5 and home in text else []
    return faults


def empty_value_faults(sheet: Sheet) -> list[str]:
    """No missing value printed as the program writes it."""
    found = list(_EMPTY.finditer(sheet.words))
    return [f"“{m.group()}” in “{_around(sheet.words, m)}”" for m in found[:5]]


def unfilled_faults(sheet: Sheet) -> list[str]:
    """No gap of a template left in the words."""
    found = list(_UNFILLED.finditer(sheet.words))
    return [f"“{m.group()}” in “{_around(sheet.words, m)}”" for m in found[:5]]


def _around(text: str, found: re.Match) -> str:
    return short(text[max(0, found.start() - 25) : found.end() + 25])
