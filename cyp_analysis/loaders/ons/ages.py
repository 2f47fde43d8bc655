"""Age groups: what a heading or a cell stands for, and how groups add up to others.

A span is (first, last) in completed years, both within; `OPEN` is the last of `90+`. People of all
ages are (0, OPEN).
"""

import math
import re
from collections.abc import Iterable

import pandas as pd

from cyp_analysis.errors import CatalogueError
from cyp_analysis.loaders import symbols

Span = tuple[int, float]
OPEN = math.inf
ALL: Span = (0, OPEN)
ALL_AGES = "All ages"
SINGLE = "single year of age"
GAP = "population missing for part of the ages"
_LAST_YEARS = (80, 85, 90, 95, 100, 105)
UNEVEN = "the ages do not add up to the total of the file"

_TOTAL = re.compile(r"(all|total)( (ages?|persons|people|usual residents|population))?|total\b.*")
_LEAD = re.compile(r"^(persons |people )?(aged?s?|age)[ _:]*(?=[0-9u<]|over)")
_YEARS = re.compile(r"\b(years?|yrs?)( old)?\b")
_SHAPES = (
    (re.compile(r"(\d{1,3})"), lambda m: (int(m[1]), int(m[1]))),
    (re.compile(r"(\d{1,3}) ?(?:-|to|_) ?(\d{1,3})"), lambda m: (int(m[1]), int(m[2]))),
    (re.compile(r"(\d{1,3}) ?(?:\+|plus|and over|or over|and above)"), lambda m: (int(m[1]), OPEN)),
    (re.compile(r"(?:over|>=?) ?(\d{1,3})"), lambda m: (int(m[1]) + 1, OPEN)),
    (re.compile(r"(?:under|<) ?(\d{1,3})"), lambda m: (0, int(m[1]) - 1)),
    (re.compile(r"(\d{1,3}) (?:and|or) under"), lambda m: (0, int(m[1]))),
)


def span(text: str) -> Span | None:
    """The ages that a text stands for: `Aged under 1 year` is (0, 0), `Age 0 - 4` (0, 4), `90+`
    (90, OPEN), `All ages` (0, OPEN); None for a text that is no age group."""
    words = " ".join(str(text).casefold().replace("\u2013", "-").split())
    if _TOTAL.fullmatch(words):
        return ALL
    bare = " ".join(_YEARS.sub("", _LEAD.sub("", words)).split())
    for pattern, made in _SHAPES:
        if match := pattern.fullmatch(bare):
            found = made(match)
            return found if found[0] <= found[1] else None
    return None


def spans(texts: pd.Series) -> pd.Series:
    """The span of each text, None where it has none; each different text is read once."""
    known = {text: span(text) for text in texts.unique()}
    return pd.Series([known[text] for text in texts], index=texts.index, dtype="object")


def label(ages: Span) -> str:
    """A span as categories name it: `7`, `0-4`, `90+`."""
    first, last = ages
    if last == OPEN:
        return f"{first}+"
    return str(first) if first == last else f"{first}-{int(last)}"


def tiles(known: Iterable[Span], wanted: Span) -> list[Span] | None:
    """Spans that together make up the wanted one without gap or overlap: itself, else narrow ones;
    None where there are none."""
    if wanted in (known := list(known)):
        return [wanted]
    by_start: dict[int, list[Span]] = {}
    for each in sorted(known, key=lambda ages: ages[1] - ages[0]):
        by_start.setdefault(each[0], []).append(each)
    return _tiles(by_start, wanted, wanted[0])


def _tiles(by_start: dict[int, list[Span]], wanted: Span, start: float) -> list[Span] | None:
    for each in by_start.get(start, []):
        if each[1] == wanted[1]:
            return [each]
        rest = _tiles(by_start, wanted, each[1] + 1) if each[1] < wanted[1] else None
        if rest is not None:
            return [each, *rest]
    return None


def top(known: Iterable[Span]) -> Span | None:
    """The open-ended group that follows on the highest single year: 90+ after 89."""
    singles = {first for first, last in known if first == last}
    follows = [s for s in known if s[1] == OPEN and s[0] - 1 in singles and s[0] not in singles]
    return follows[0] if follows else None


def open_top(known: Iterable[Span]) -> dict[Span, Span]:
    """{(90, 90): (90, OPEN)} where single years from 0 end at 90 without an open group above:
    estimates by single year leave nobody out, so the last one stands for all above it too."""
    known = set(known) - {ALL}
    singles = {first for first, last in known if first == last}
    last = max(singles, default=0)
    whole = last in _LAST_YEARS and len(singles) == last + 1
    return {(last, last): (last, OPEN)} if whole and top(known) is None else {}


def groups(spec: dict, known: Iterable[Span]) -> list[tuple[Span, dict[str, str]]]:
    """The age groups that a passport's measure asks for, with the labels of their rows.

    `ages: [0, 17]` is one group, [90, null] has no end, `all` is everybody; `each: 5` is a
    category for each five years, to the oldest group of the file or `up_to`. CatalogueError for
    other words.
    """
    if "each" in spec:
        return _each(spec, list(known))
    wanted = ALL if spec.get("ages") == "all" else spec.get("ages")
    if not isinstance(wanted, (list, tuple)) or len(wanted) != 2:
        got = f"`ages: {spec.get('ages')}`"
        action = "Write `ages: [0, 17]`, `ages: all` or `each: 5` in the passport."
        raise CatalogueError("measures", "must say which ages are added up", got, action)
    first, last = wanted[0], OPEN if wanted[1] is None else wanted[1]
    named = ALL_AGES if tuple(wanted) == ALL else f"{first}-{last} yrs"
    return [((first, last), {"age": spec.get("age") or named})]


def _each(spec: dict, known: list[Span]) -> list[tuple[Span, dict[str, str]]]:
    years, up_to = int(spec["each"]), spec.get("up_to", OPEN)
    end = top(known) or max((s for s in known if s != ALL and s[1] == OPEN), default=None)
    stop = end[0] if end else 1 + int(max((s[1] for s in known if s[1] != OPEN), default=-1))
    kind = SINGLE if years == 1 else f"{years}-year age group"
    made: list[Span] = [(first, first + years - 1) for first in range(0, stop, years)]
    made = [group for group in made if group[1] < stop] + ([end] if end else [])
    made = [group for group in made if group[1] <= up_to]
    return [(g, {"age": ALL_AGES, "category_type": kind, "category": label(g)}) for g in made]


def numbers(rows: pd.DataFrame, columns: list[tuple[Span, str]]) -> tuple[pd.DataFrame, pd.Series]:
    """People by span from columns of text, missing where a cell is no number; and a text for each
    row that says which of its cells are no known figure ("" where all are)."""
    names, many = [name for _, name in columns], len(rows)
    cells = pd.concat([rows[name] for name in names], ignore_index=True)
    parsed = symbols.parse_numbers(cells)
    people = parsed["number"].to_numpy().reshape(len(names), many).T
    heads = pd.Index([ages for ages, _ in columns], dtype="object", tupleize_cols=False)
    unread = pd.Series("", index=rows.index, dtype="str")
    for place in parsed.index[parsed["unknown"]]:
        row, odd = rows.index[place % many], f"`{names[place // many]}`: {cells[place]}"
        unread[row] = unread[row] or f"is not a number or a known symbol: {odd}"
    return pd.DataFrame(people, index=rows.index, columns=heads), unread


def measures(
    base: pd.DataFrame, numbers: pd.DataFrame, specs: dict[str, dict]
) -> tuple[pd.DataFrame, list[str]]:
    """Rows of `base` (area, sex, period, source_row) with people by span in `numbers` → a table of
    the passport's measures, and a text for each measure whose ages the file does not have.

    A group is missing, with a note, where one of its parts is: nothing is added up over a gap.
    """
    known, made, lacking = list(numbers.columns), [], []
    for name, spec in specs.items():
        wanted = [(tiles(known, ages), ages, labels) for ages, labels in groups(spec, known)]
        made += [(found, labels | {"measure": name}) for found, _, labels in wanted if found]
        absent = [label(ages) for found, ages, _ in wanted if not found]
        if absent:
            lacking.append(f"no `{name}`: ages {', '.join(absent)[:80]} cannot be made of the file")
    return _rows(base, numbers, made), lacking


def _rows(base: pd.DataFrame, numbers: pd.DataFrame, made: list[tuple]) -> pd.DataFrame:
    """Every group for every row of the base, group by group."""
    counts = [numbers[parts].sum(axis=1, min_count=len(parts)) for parts, _ in made]
    rows = base.take([*range(len(base))] * len(made)).reset_index(drop=True)
    names = ("measure", "age", "category_type", "category")
    labels = {n: [each.get(n, "") for _, each in made for _ in range(len(base))] for n in names}
    count = pd.concat([pd.Series(dtype="float64"), *counts], ignore_index=True)
    wrong = pd.concat(
        [pd.Series(dtype="bool"), *([uneven(numbers)] * len(made))], ignore_index=True
    )
    note = pd.Series("", index=rows.index, dtype="str").mask(count.isna(), GAP)
    return rows.assign(**labels, count=count, value_note=note.mask(wrong & count.notna(), UNEVEN))


def uneven(numbers: pd.DataFrame) -> pd.Series:
    """True where the narrowest groups do not add up to the total beside them: a cell is wrong."""
    parts = tiles([s for s in numbers.columns if s != ALL], ALL)
    if ALL not in numbers.columns or parts is None:
        return pd.Series(False, index=numbers.index)
    people = numbers[parts].sum(axis=1, min_count=len(parts))
    # Projections have decimals.
    return (people - numbers[ALL]).abs() > 0.5 + 1e-5 * numbers[ALL]
