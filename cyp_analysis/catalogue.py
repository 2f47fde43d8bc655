"""The catalogue: YAML files in, frozen objects out, refused if anything in them is unknown."""

import functools
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pydantic import TypeAdapter, ValidationError

from cyp_analysis import geography, paths
from cyp_analysis.catalogue_model import (
    Chapter,
    DisclosureRule,
    Group,
    Indicator,
    Measured,
    Source,
)
from cyp_analysis.errors import CatalogueError

__all__ = [
    "Catalogue",
    "Chapter",
    "DisclosureRule",
    "Group",
    "Indicator",
    "Measured",
    "Source",
    "load",
    "sources",
]

TARGET_COLUMNS = ("target_id", "indicator_id", "area_code", "period_end", "target_value")
TARGET_NUMBERS = (
    "target_value",
    "printed_latest",
    "printed_variance",
    "exact_numerator",
    "exact_denominator",
    "benchmark_neighbour_value",
)


@dataclass(frozen=True)
class Catalogue:
    """Everything that the catalogue says, by id."""

    indicators: dict[str, Indicator]
    sources: dict[str, Source]
    chapters: dict[str, Chapter]
    disclosure: dict[str, DisclosureRule]
    targets: pd.DataFrame = field(repr=False)

    @functools.cached_property
    def datasets(self) -> dict[str, tuple[Source, ...]]:
        """Dataset → the passports that belong to it; indicators name datasets."""
        names = dict.fromkeys(source.dataset for source in self.sources.values())
        return {
            name: tuple(s for s in self.sources.values() if s.dataset == name) for name in names
        }

    def chapter_indicators(self, chapter_id: str) -> tuple[Indicator, ...]:
        """The indicators of a chapter in its order; a chapter that lists none has them all."""
        listed = self.chapters[chapter_id].indicators
        return tuple(self.indicators[i] for i in listed) if listed else (*self.indicators.values(),)


def load(folder: Path | None = None) -> Catalogue:
    """Read and check the whole catalogue, once per folder.

    CatalogueError names the file, the rule, what was got and what to do.
    """
    return _load(Path(folder) if folder else paths.data_dir() / "catalogue")


def sources(folder: Path | None = None) -> dict[str, Source]:
    """The passports alone, by id, read once per folder: all that reading a file needs.

    CatalogueError as `load`; what refers to a passport is not looked at.
    """
    return _sources(Path(folder) if folder else paths.data_dir() / "catalogue")


@functools.cache
def _sources(folder: Path) -> dict[str, Source]:
    return _read_each(folder / "sources", Source)


@functools.cache
def _load(folder: Path) -> Catalogue:
    catalogue = Catalogue(
        indicators=_read_each(folder / "indicators", Indicator),
        sources=_sources(folder),
        chapters=_read_list(folder / "chapters.yml", Chapter),
        disclosure=_read_list(folder / "disclosure.yml", DisclosureRule),
        targets=read_targets(folder / "targets.csv"),
    )
    _check_references(catalogue)
    return catalogue


def read_yaml(path: Path) -> Any:
    """The content of a YAML file; CatalogueError if it is missing or not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_loader())
    except FileNotFoundError:
        raise CatalogueError(path, "must exist", "no such file", "Restore it from git.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        got = " ".join(str(error).split())
        raise CatalogueError(path, "must be valid YAML", got, "Mend the line named.") from None


def _loader() -> type:
    """The C loader where PyYAML was built with it: about ten times as fast."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _read_each(folder: Path, kind: type) -> dict[str, Any]:
    made = {}
    for path in sorted(folder.glob("*.yml")):
        thing = _make(kind, read_yaml(path), path)
        if thing.id != path.stem:
            raise CatalogueError(
                path, "`id` must be the file's name", thing.id, "Rename the file or the id."
            )
        made[thing.id] = thing
    return made


def _read_list(path: Path, kind: type) -> dict[str, Any]:
    entries = read_yaml(path)
    if not isinstance(entries, list):
        raise CatalogueError(path, "must be a list", type(entries).__name__, "Start with `- id:`.")
    things = [_make(kind, entry, path) for entry in entries]
    for thing in things:
        if sum(other.id == thing.id for other in things) > 1:
            raise CatalogueError(path, "each `id` once", thing.id, "Rename or remove one of them.")
    return {thing.id: thing for thing in things}


def _make(kind: type, entry: Any, path: Path) -> Any:
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


def _check_references(catalogue: Catalogue) -> None:
    """Every name that one file uses must exist in the file that defines it."""
    for indicator in catalogue.indicators.values():
        thing = f"indicators/{indicator.id}.yml"
        for part in indicator.measured:
            _known(thing, "source", part.source, catalogue.datasets)
            _known_measure(thing, part, catalogue.datasets[part.source])
        _known(thing, "disclosure", indicator.disclosure, catalogue.disclosure)
    for chapter in catalogue.chapters.values():
        grouped = [name for group in chapter.groups for name in group.indicators]
        for name in (*chapter.lead, *chapter.indicators, *grouped):
            _known(f"chapters.yml, {chapter.id}", "indicator", name, catalogue.indicators)
    _check_targets(catalogue)


def _check_targets(catalogue: Catalogue) -> None:
    """Targets name indicators and areas that exist, and each figure has one at most."""
    for name in catalogue.targets["indicator_id"]:
        _known("targets.csv", "indicator_id", name, catalogue.indicators)
    areas = dict.fromkeys(geography.known_codes())
    for code in catalogue.targets["area_code"]:
        _known("targets.csv", "area_code", code, areas)
    twice = catalogue.targets[catalogue.targets.duplicated(list(TARGET_COLUMNS[1:4]))]
    if len(twice):
        got = twice["target_id"].iloc[0]
        raise CatalogueError("targets.csv", "one target for each figure", got, "Remove one.")


def _known(thing: str, what: str, name: str, known: dict) -> None:
    if name not in known:
        near = get_close_matches(name, known, n=3) or sorted(known)[:5]
        raise CatalogueError(
            thing, f"`{what}` must be in the catalogue", name, f"Near: {', '.join(near)}."
        )


def _known_measure(thing: str, part: Measured, sources: tuple[Source, ...]) -> None:
    """Readers whose files name their own measures (no `measures` in the passport) accept any."""
    if any(not source.measures for source in sources):
        return
    known = {name: None for source in sources for name in source.measures}
    _known(thing, f"measure of {part.source}", part.measure, known)
