"""Files of the catalogue → frozen objects and tables; the first thing wrong with one is told."""

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pydantic import TypeAdapter, ValidationError

from cyp_analysis.catalogue_model import Chapter
from cyp_analysis.errors import CatalogueError
from cyp_analysis.yaml_text import load_yaml

TARGET_COLUMNS = ("target_id", "indicator_id", "area_code", "period_end", "target_value")
QUALITY_COLUMNS = ("id", "source_id", "lines", "kind", "issue", "treatment")
TARGET_NUMBERS = (
    "target_value",
    "printed_latest",
    "printed_variance",
    "exact_numerator",
    "exact_denominator",
    "benchmark_neighbour_value",
)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file; CatalogueError if it is missing or not YAML."""
    try:
        return load_yaml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogueError(path, "must exist", "no such file", "Restore it from git.") from None
    # A date that no calendar has is a ValueError of the reader, as is text that is not UTF-8.
    except (yaml.YAMLError, ValueError) as error:
        got = " ".join(str(error).split())
        raise CatalogueError(path, "must be valid YAML", got, "Mend the line named.") from None


def read_each(folder: Path, kind: type) -> dict[str, Any]:
    """One object from each file of a folder, by id, which is the file's name."""
    made = {}
    for path in sorted(folder.glob("*.yml")):
        thing = make_one(kind, read_yaml(path), path)
        if thing.id != path.stem:
            raise CatalogueError(
                path, "`id` must be the file's name", thing.id, "Rename the file or the id."
            )
        made[thing.id] = thing
    return made


def read_list(path: Path, kind: type) -> dict[str, Any]:
    """The entries of a list in one file, by id."""
    entries = _listed(read_yaml(path), path)
    return _each_once([make_one(kind, entry, path) for entry in entries], path)


def _listed(entries: Any, path: Path) -> list:
    if not isinstance(entries, list):
        raise CatalogueError(path, "must be a list", type(entries).__name__, "Start with `- id:`.")
    return entries


def _each_once(things: list, path: Path) -> dict[str, Any]:
    for thing in things:
        if sum(other.id == thing.id for other in things) > 1:
            raise CatalogueError(path, "each `id` once", thing.id, "Rename or remove one of them.")
    return {thing.id: thing for thing in things}


def read_chapters(folder: Path) -> dict[str, Chapter]:
    """The chapters in order: `chapters.yml` lists them, `chapters/<id>.yml` says what each shows.

    CatalogueError for a file of no chapter.
    """
    path = folder / "chapters.yml"
    entries = read_yaml(path)
    shown = {file.stem: file for file in sorted((folder / "chapters").glob("*.yml"))}
    whole = [_with_content(entry, shown, path) for entry in _listed(entries, path)]
    things = _each_once(whole, path)
    if unknown := [name for name in shown if name not in things]:
        thing = f"chapters/{unknown[0]}.yml"
        action = "Add it there, or remove the file."
        raise CatalogueError(thing, "must be a chapter of chapters.yml", unknown[0], action)
    return things


def _with_content(entry: Any, shown: dict[str, Path], path: Path) -> Chapter:
    """One chapter from its line in the list and its own file, where it has one."""
    own = shown.get(entry.get("id")) if isinstance(entry, dict) else None
    if own is None:
        return make_one(Chapter, entry, path)
    content = read_yaml(own) or {}
    if not isinstance(content, dict):
        raise CatalogueError(own, "must be a mapping of keys", content, "Write `key: value` lines.")
    return make_one(Chapter, entry | content, own)


def make_one(kind: type, entry: Any, path: Path) -> Any:
    """One frozen object from one YAML mapping; the first thing wrong with it is told."""
    if not isinstance(entry, dict):
        raise CatalogueError(path, "must be a mapping of keys", entry, "Write `key: value` lines.")
    try:
        return TypeAdapter(kind).validate_python(entry)
    except ValidationError as error:
        raise _explained(error, kind, path) from None


def _explained(error: ValidationError, kind: type, path: Path) -> CatalogueError:
    """The first fault; a misspelt key before the key that is missing because of it."""
    faults = sorted(error.errors(include_url=False), key=lambda fault: not _unknown_key(fault))
    first = faults[0]
    key = ".".join(str(part) for part in first["loc"]) or "entry"
    if _unknown_key(first):
        near = get_close_matches(key, kind.__dataclass_fields__, n=1)
        hint = f"Did you mean `{near[0]}`?" if near else "Remove it."
        return CatalogueError(path, f"`{key}` is not a key of {kind.__name__}", key, hint)
    if first["type"].startswith("missing"):
        return CatalogueError(path, f"`{key}` must be given", "no such key", "Add it.")
    rule = f"`{key}`: {first['msg']}"
    return CatalogueError(path, rule, repr(first.get("input"))[:80], "Correct it in that file.")


def _unknown_key(fault: dict) -> bool:
    return fault["type"] in ("unexpected_keyword_argument", "extra_forbidden")


def read_quality(path: Path) -> pd.DataFrame:
    """The register of data quality, one row for each doubt about a document, all text; no row
    where there is none. CatalogueError if a column or an id is missing or stands twice."""
    if not path.exists():
        return pd.DataFrame(columns=list(QUALITY_COLUMNS), dtype="str")
    table = pd.read_csv(path, keep_default_na=False, dtype="str", encoding="utf-8-sig")
    missing = [name for name in QUALITY_COLUMNS if name not in table]
    if missing:
        raise CatalogueError(path, f"must have the column {missing[0]}", list(table), "Add it.")
    twice = table.loc[table["id"].duplicated() | (table["id"] == ""), "id"]
    if len(twice):
        raise CatalogueError(path, "each `id` once", repr(twice.iloc[0]), "Give it its own.")
    return table


def read_targets(path: Path) -> pd.DataFrame:
    """Targets, one row each; a monitored measure has a missing target_value."""
    if not path.exists():
        return pd.DataFrame(columns=list(TARGET_COLUMNS))
    try:
        table = pd.read_csv(path, keep_default_na=False, dtype=str, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise CatalogueError(path, "must be a UTF-8 CSV", error, "Save it again.") from None
    missing = [name for name in TARGET_COLUMNS if name not in table]
    if missing:
        raise CatalogueError(path, f"must have the column {missing[0]}", list(table), "Add it.")
    numbers = [name for name in TARGET_NUMBERS if name in table]
    typed = {name: pd.to_numeric(table[name], errors="coerce") for name in numbers}
    typed["period_end"] = pd.to_datetime(table["period_end"], format="%Y-%m-%d", errors="coerce")
    for name, values in typed.items():
        wrong = table.loc[values.isna() & (table[name] != ""), name]
        if len(wrong):
            kind = "a date like 2018-09-30" if name == "period_end" else "a number"
            raise CatalogueError(path, f"`{name}` must be {kind}", wrong.iloc[0], "Correct it.")
    return table.assign(**typed)
