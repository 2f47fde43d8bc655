"""The words that every block shares: names of areas, verdicts, ranks, trends, missing values."""

import re
from calendar import month_name
from collections.abc import Sequence

import pandas as pd

from cyp_analysis.geography import Area

SYMBOLS = {"higher": "▲", "lower": "▼", "similar": "●", "not_compared": "–"}
VERDICTS = {"similar": "Similar", "not_compared": "Not compared"}
MEANINGS = {
    "c": "suppressed because it is based on small numbers",
    "x": "not available",
    "z": "not applicable",
    "k": "above zero but too small to show",
    "u": "too unreliable to show",
}
TRENDS = {
    "increasing": "Increasing",
    "decreasing": "Decreasing",
    "increasing_and_getting_better": "Increasing, getting better",
    "increasing_and_getting_worse": "Increasing, getting worse",
    "decreasing_and_getting_better": "Decreasing, getting better",
    "decreasing_and_getting_worse": "Decreasing, getting worse",
    "no_significant_change": "No significant change",
    "cannot_be_calculated": "Cannot be calculated",
}
_AFTER_NOUN = (
    "aged|and|at|by|ceasing|during|ended|ending|for|from|in|leaving|lasting|looked|of|on|started|"
    "seen|starting|that|to|under|where|which|who|whose|with|within|[a-z]+ed"
)
_SPELLED_OUT = [
    (r"suppress|small (count|number)|disclos", "c"),
    (r"not available|missing in file|no data", "x"),
    (r"not applicable", "z"),
    (r"rounds to zero", "k"),
    (r"low reliability", "u"),
]


def join_words(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def area_words(area: Area) -> str:
    """An area's name as it stands mid-sentence: "the North East", "the Isle of Wight"."""
    name = re.sub(r", (City|County) of$", "", area.name)
    compass = area.level == "region" and name.split()[0] in ("North", "South", "East", "West")
    return f"the {name}" if compass else name_words(name)


def name_words(name: str) -> str:
    """A place's name mid-sentence, where no more is known of it: "the Isle of Wight"."""
    return f"the {name}" if re.match(r"(Isles?|City) of ", name) else name


def authorities_of(group: Area, number: float) -> str:
    """The authorities that a rank is among: "the 33 London authorities"."""
    if group.level == "country":
        return f"the {number:.0f} authorities in {group.name}"
    return f"the {number:.0f} {group.name} authorities"


def sentence_case(text: str) -> str:
    """The text with its first letter capital, the rest untouched."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """The text with its first letter small, for a phrase that moves into a sentence."""
    return text[:1].lower() + text[1:]


def spaced(identifier: str) -> str:
    """An id as words: "plans_at_31_march" → "plans at 31 March"."""
    months = "|".join(month.lower() for month in list(month_name)[1:])
    text = identifier.replace("_", " ")
    return re.sub(rf"(?<=\d )({months})\b", lambda month: month[0].capitalize(), text)


def is_plural(noun_phrase: str) -> bool:
    """True if a number can stand before the phrase: "child protection plans for neglect"."""
    noun = re.split(rf" (?:{_AFTER_NOUN})\b", noun_phrase.lower(), maxsplit=1)[0].split(" ")[-1]
    return noun in ("children", "people") or bool(re.fullmatch(r"[a-z-]*[^s'’]s", noun))


def ordinal(number: float) -> str:
    """1 → "1st", 12 → "12th", 25 → "25th"."""
    whole = int(number)
    suffix = "th" if whole % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(whole % 10)
    return f"{whole}{suffix or 'th'}"


def rank_words(rank: float, rank_of: float, *, tied: bool) -> str:
    """A rank from the highest: "25th highest", "joint 5th highest", "highest", "lowest"."""
    joint = "joint " if tied else ""
    if rank == 1:
        return f"{joint}highest"
    if rank == rank_of and not tied:
        return "lowest"
    return f"{joint}{ordinal(rank)} highest"


def verdict_words(outcome: str, side: str) -> str:
    """The verdict in words: "Higher, worse", "Lower", "Similar", "Not compared"."""
    if side not in ("higher", "lower"):
        return VERDICTS.get(side, VERDICTS["not_compared"])
    return (
        f"{side.capitalize()}, {outcome}" if outcome in ("better", "worse") else side.capitalize()
    )


def trend_words(recent_trend: str) -> str:
    """The recent trend as a table shows it; empty text in, empty text out."""
    return TRENDS.get(recent_trend, "")


def known_letter(note: str) -> str:
    """The shorthand letter of a value note: c, x, z, k or u; empty if it is of no known kind."""
    coded = re.search(r"\(([cxzku])\)", note)
    if coded:
        return coded.group(1)
    spelled = (letter for words, letter in _SPELLED_OUT if re.search(words, note, re.IGNORECASE))
    return next(spelled, "")


def missing_letter(note: str) -> str:
    """The shorthand letter shown for a missing number: x where the note is of no known kind."""
    return known_letter(note) or "x"


def missing_text(note: str) -> str:
    """The shorthand shown in place of a missing number: "[c]"."""
    return f"[{missing_letter(note)}]"


def shorthand_note(shown: Sequence[str]) -> str:
    """What the shorthand used in a table means: "[c] suppressed …; [x] not available."."""
    used = [letter for letter in MEANINGS if any(f"[{letter}]" in text for text in shown)]
    return "; ".join(f"[{letter}] {MEANINGS[letter]}" for letter in used) + "." if used else ""


def date_words(when: object) -> str:
    """A date as people write it: "30 September 2018"; empty if there is none."""
    return "" if when is None or pd.isna(when) else f"{when.day} {when:%B %Y}"
