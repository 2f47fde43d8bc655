"""Which sentences two editions say differently, and whether it is the number or the verdict."""

import re
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

COLUMNS = ("kind", "claim", "old", "new")
VERDICT, NUMBER, WORDING, NEW, GONE = "verdict", "number", "wording", "new", "gone"
_ORDER = (VERDICT, NUMBER, NEW, GONE, WORDING)
_NUMBER = re.compile(r"[−+£]?\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th)?%?")
_VERDICT = re.compile(
    r"significantly \w+|statistically similar|\w*wards|getting \w+|\b(?:better|worse|rise|fall"
    r"|higher|lower|highest|lowest|more|fewer|narrower|wider)\b|no significant|not tested",
    re.IGNORECASE,
)
Claim = Mapping[str, object]


def changed_sentences(old: Iterable[Claim], new: Iterable[Claim]) -> pd.DataFrame:
    """kind, claim, old, new: one row for each claim that reads differently, verdicts first.

    `verdict`: a comparative word changed; `number`: only figures did; `wording`: neither did.
    """
    before, after = ({str(c["id"]): str(c["text"]) for c in claims} for claims in (old, new))
    rows = sorted(_rows(before, after), key=lambda row: (_ORDER.index(row[0]), row[1]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for name in {**before, **after}:
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            yield kind_of(old, new), name, old, new


def kind_of(old: str, new: str) -> str:
    """What kind of change it is from one sentence to the other."""
    if not old or not new:
        return NEW if new else GONE
    if _words(old) != _words(new):
        return VERDICT
    return NUMBER if _NUMBER.findall(old) != _NUMBER.findall(new) else WORDING


def _words(text: str) -> list[str]:
    return [word.lower() for word in _VERDICT.findall(text)]
