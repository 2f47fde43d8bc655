"""Aliases that a person may add to a passport, as a patch of its file."""

from difflib import unified_diff

from cyp_analysis import paths
from cyp_analysis.catalogue import Source

FOLDER = "data/catalogue/sources"
_KEY = "aliases:"
# What YAML reads as something other than a text.
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def alias_patch(source: Source, aliases: dict[str, str]) -> str:
    """A unified diff of the passport's file, in which each column (key) has one more alias (value).

    Comments and the order of the file are kept. Without such a file: the lines to write.
    """
    name = f"{source.id}.yml"
    path = paths.project_root() / FOLDER / name
    merged = {column: [*source.aliases.get(column, ()), new] for column, new in aliases.items()}
    if not path.is_file():
        return "".join([f"{_KEY}\n", *_lines(merged)])
    before = path.read_text(encoding="utf-8").splitlines(keepends=True)
    after = _with_aliases(before, merged, source)
    where = f"{FOLDER}/{name}"
    return "".join(unified_diff(before, after, f"a/{where}", f"b/{where}"))


def _with_aliases(before: list[str], merged: dict[str, list[str]], source: Source) -> list[str]:
    """The lines of a passport with the new aliases in its block, or in a block at its end."""
    places = [place for place, line in enumerate(before) if line.startswith(_KEY)]
    if not places:
        return [*before, f"{_KEY}\n", *_lines(merged)]
    start = places[0]
    end = start + 1
    while end < len(before) and before[end].startswith((" ", "#", "\n")):
        end += 1
    block = before[start + 1 : end]
    if "{" in before[start]:  # all on one line (or flowing over several): written out anew
        old = {column: list(names) for column, names in source.aliases.items()}
        return [*before[:start], f"{_KEY}\n", *_lines(old | merged), *before[end:]]
    kept = [line for line in block if not _speaks_of(line, merged)]
    return [*before[: start + 1], *_lines(merged), *kept, *before[end:]]


def _speaks_of(line: str, merged: dict[str, list[str]]) -> bool:
    return line.strip().split(":")[0].strip("\"'") in merged


def _lines(aliases: dict[str, list[str]]) -> list[str]:
    return [
        f"  {_quoted(column)}: [{', '.join(map(_quoted, names))}]\n"
        for column, names in aliases.items()
    ]


def _quoted(name: str) -> str:
    """A name as YAML takes it whatever is in it."""
    plain = name.replace("_", "a").replace(" ", "a").isalnum() and not name[0].isdigit()
    words = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
    return (
        name
        if plain and name.casefold() not in words
        else f"'{name.replace(chr(39), chr(39) * 2)}'"
    )
