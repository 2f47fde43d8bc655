"""Names of columns: tidied, made unique, and found by a passport's names and aliases."""

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache

from cyp_analysis.catalogue import Source

_PERSONAL = re.compile(
    r"(?<![0-9])(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2,4})"
    r"(?![0-9])|^[0-9]{1,2}(?:st|nd|rd|th)?[- ][a-z]{3,9}[- ][0-9]{2,4}$|"
    # Postcodes: the last two letters are never those of `WD22CD` and `LA23NM`.
    r"\b[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][abd-hjlnp-uw-z]{2}\b|\b[a-z][0-9]{11}[0-9a-z]\b|"
    r"\b[0-9]{7,}\b|^[0-9]{5,}$|\b[0-9]{3} [0-9]{3} [0-9]{4}\b|@|"
    r"(?-i:^[A-Z][A-Za-z'\u2019-]+, ?[A-Z][A-Za-z'\u2019-]+(?: [A-Z][a-z.]*)?$)",
    re.IGNORECASE,
)


def tidy(name: str) -> str:
    """A name without byte-order mark, line breaks, doubled or surrounding spaces."""
    return " ".join(str(name).replace("\ufeff", "").split())


def key(name: str) -> str:
    """What two spellings of one name share: letter case does not count."""
    return tidy(name).casefold()


def unique(cells: Iterable[str], taken: tuple[str, ...] = ("source_row",)) -> list[str]:
    """Tidied names; a blank one is `blank_3` (its place), a repeated one `SNP_2`, `SNP_3` …
    Names that differ in letter case only count as repeated."""
    seen, names = set(taken), []
    for place, cell in enumerate(cells, start=1):
        name = base = tidy(cell) or f"blank_{place}"
        copy = 1
        while key(name) in seen:
            copy += 1
            name = f"{base}_{copy}"
        seen.add(key(name))
        names.append(name)
    return names


def told(names: Iterable[str], most: int = 8) -> str:
    """The names with commas between them, as a message may repeat them; only how many there are
    where they may be the cells of a record of a person."""
    shown = [tidy(name) for name in names if tidy(name)]
    if may_be_personal(shown):
        return f"{len(shown)} names that are not repeated here: they may be a record"
    return ", ".join(shown[:most])


def may_be_personal(cells: Iterable[str]) -> bool:
    """Whether any cell is what no column is called but a record of a person holds: a full date, a
    postcode, a number of a pupil or patient, a long number, a surname and first name."""
    return any(_PERSONAL.search(str(cell)) for cell in cells)


def find(wanted: str, names_by_key: dict[str, str], source: Source) -> str | None:
    """The file's name for a passport's column: itself or an alias, which may hold `*` or
    `[0-9]`."""
    for candidate in (wanted, *source.aliases.get(wanted, ())):
        sought, pattern = _sought(candidate)
        if sought in names_by_key:
            return names_by_key[sought]
        if pattern:
            found = [name for k, name in names_by_key.items() if pattern.match(k)]
            if found:
                return found[0]
    return None


@lru_cache(maxsize=1 << 15)
def _sought(candidate: str) -> tuple[str, re.Pattern | None]:
    """The key of a name, and what it stands for if it holds `*` or `[0-9]`."""
    sought = key(candidate)
    pattern = "*" in sought or "[0-9]" in sought
    return sought, re.compile(translate(sought)) if pattern else None


def by_key(names: Iterable[str]) -> dict[str, str]:
    """Names by their key; of two alike the first stands."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(key(name), name)
    return found


def has_all(names_by_key: dict[str, str], source: Source) -> bool:
    """Whether a header has every column of a passport's signature."""
    return all(find(wanted, names_by_key, source) is not None for wanted in source.header)


def missing(names_by_key: dict[str, str], source: Source) -> list[str]:
    """Columns of a passport's signature that a header lacks."""
    return [wanted for wanted in source.header if find(wanted, names_by_key, source) is None]


def canonical(names: Iterable[str], wanted: Iterable[str], source: Source) -> dict[str, str]:
    """{file's name: passport's name} for the wanted columns that the file has."""
    names_by_key = by_key(names)
    found = {find(name, names_by_key, source): name for name in wanted}
    return {name: new for name, new in found.items() if name is not None}
