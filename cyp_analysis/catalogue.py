"""The catalogue: YAML files in, frozen objects out, refused if anything in them is unknown."""

import functools
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from cyp_analysis import geography, paths
from cyp_analysis.catalogue_files import (
    TARGET_COLUMNS,
    read_chapters,
    read_each,
    read_list,
    read_quality,
    read_targets,
    read_yaml,
)
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
    "disclosure_rules",
    "load",
    "read_quality",
    "read_targets",
    "read_yaml",
    "sources",
]


@dataclass(frozen=True)
class Catalogue:
    """Everything that the catalogue says, by id."""

    indicators: dict[str, Indicator]
    sources: dict[str, Source]
    chapters: dict[str, Chapter]
    disclosure: dict[str, DisclosureRule]
    targets: pd.DataFrame = field(repr=False)
    quality: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    @functools.cached_property
    def datasets(self) -> dict[str, tuple[Source, ...]]:
        """Dataset → the passports that belong to it; indicators name datasets."""
        names = dict.fromkeys(source.dataset for source in self.sources.values())
        return {
            name: tuple(s for s in self.sources.values() if s.dataset == name) for name in names
        }

    def chapter_indicators(self, chapter_id: str) -> tuple[Indicator, ...]:
        """The indicators of a chapter in its order."""
        chapter = self.chapters[chapter_id]
        listed = self.indicators if chapter.whole_catalogue else chapter.indicators
        return tuple(self.indicators[indicator_id] for indicator_id in listed)


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


def disclosure_rules(folder: Path | None = None) -> dict[str, DisclosureRule]:
    """The rules for small numbers alone, by id, read once per folder. CatalogueError as `load`."""
    return _disclosure_rules(Path(folder) if folder else paths.data_dir() / "catalogue")


@functools.cache
def _disclosure_rules(folder: Path) -> dict[str, DisclosureRule]:
    return read_list(folder / "disclosure.yml", DisclosureRule)


@functools.cache
def _sources(folder: Path) -> dict[str, Source]:
    return read_each(folder / "sources", Source)


@functools.cache
def _load(folder: Path) -> Catalogue:
    catalogue = Catalogue(
        indicators=read_each(folder / "indicators", Indicator),
        sources=_sources(folder),
        chapters=read_chapters(folder),
        disclosure=_disclosure_rules(folder),
        targets=read_targets(folder / "targets.csv"),
        quality=read_quality(folder / "data_quality.csv"),
    )
    _check_references(catalogue)
    return catalogue


def _check_references(catalogue: Catalogue) -> None:
    """Every name that one file uses must exist in the file that defines it."""
    for indicator in catalogue.indicators.values():
        thing = f"indicators/{indicator.id}.yml"
        for part in indicator.measured:
            _known(thing, "source", part.source, catalogue.datasets)
            _known_measure(thing, part, catalogue.datasets[part.source])
        _known(thing, "disclosure", indicator.disclosure, catalogue.disclosure)
        _refuse_publishers_rule(thing, catalogue.disclosure[indicator.disclosure])
    for chapter in catalogue.chapters.values():
        grouped = [name for group in chapter.groups for name in group.indicators]
        for name in (*chapter.lead, *chapter.indicators, *grouped):
            _known(f"chapters/{chapter.id}.yml", "indicator", name, catalogue.indicators)
    for name in catalogue.quality["source_id"]:
        _known("data_quality.csv", "source_id", name, catalogue.sources)
    _check_targets(catalogue)


def _refuse_publishers_rule(thing: str, rule: DisclosureRule) -> None:
    """The build withholds numbers; it does not round them or put others in their place."""
    others = (rule.shown_as, rule.round_to, rule.broad)
    if rule.withholds != "count" or any(each is not None for each in others):
        told = "`disclosure` must be a rule of the build"
        action = (
            "Name `published` for figures that their publisher has controlled, or a local rule."
        )
        raise CatalogueError(thing, told, rule.id, action)


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
    known = {name: told for source in sources for name, told in source.measures.items()}
    # Tables of a census name their own measures behind a prefix, which alone is in the passport.
    prefixes = tuple(f"{name}_" for name, told in known.items() if told.get("days"))
    if not part.measure.startswith(prefixes):
        _known(thing, f"measure of {part.source}", part.measure, known)
