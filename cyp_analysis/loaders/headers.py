"""Names of columns: tidied, made unique, and found by a passport's names and aliases."""

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache

from cyp_analysis.catalogue import Source


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


def find(wanted: str, names_by_key: dict[str, str], source: Source) -> str | None:
    """The file's name for a passport's column: itself or an alias; an alias may hold `*`."""
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
    """The key of a name, and what it stands for if it holds `*`."""
    sought = key(candidate)
    return sought, re.compile(translate(sought)) if "*" in sought else None


def by_key(names: Iterable[str]) -> dict[str, str]:
    """Names by their key; of two alike the first stands."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(key(name), name)
    return found


def missing(names_by_key: dict[str, str], source: Source) -> list[str]:
    """Columns of a passport's signature that a header lacks."""
    return [wanted for wanted in source.header if find(wanted, names_by_key, source) is None]


def canonical(names: Iterable[str], wanted: Iterable[str], source: Source) -> dict[str, str]:
    """{file's name: passport's name} for the wanted columns that the file has."""
    names_by_key = by_key(names)
    found = {find(name, names_by_key, source): name for name in wanted}
    return {name: new for name, new in found.items() if name is not None}
