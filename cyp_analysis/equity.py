"""Between whom inequality is looked for: dimensions, groups and the Core20PLUS5 frame, as data."""

import functools
import re
from pathlib import Path

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from cyp_analysis import catalogue, paths
from cyp_analysis.errors import CatalogueError

_STRICT = ConfigDict(extra="forbid")
_STEPS = ("most", "second most", "third more", "fourth more", "fifth more")
_BACK = ("least", "second least", "third less", "fourth less", "fifth less")
_SIZES = {"decile": 10, "quintile": 5}


@dataclass(frozen=True, config=_STRICT)
class Dimension:
    """One way to divide children into groups; `ordered` from the most deprived group."""

    id: str
    name: str
    words: tuple[str, ...]
    ordered: bool = False

    def covers(self, category_type: str) -> bool:
        """Whether a source's kind of breakdown is of this dimension."""
        # A short word stands alone: "sen" is not the beginning of a sentence.
        ends = [re.escape(word) + ("" if len(word) > 4 else r"(?![a-z])") for word in self.words]
        pattern = r"(?<![a-z0-9])(?:" + "|".join(ends) + ")"
        return bool(re.search(pattern, category_type.replace("_", " ").casefold()))


@dataclass(frozen=True, config=_STRICT)
class Family:
    """Groups with an indicator each: group → indicator; `whole` if they are everyone."""

    headline: str
    dimension: str
    groups: dict[str, str]
    whole: bool = False


@dataclass(frozen=True, config=_STRICT)
class Representation:
    """The indicator of a group's share in services, and that of its share of all children."""

    name: str
    service: str
    population: str


@dataclass(frozen=True, config=_STRICT)
class ClinicalArea:
    """One of the five; indicators carry its id as their tag `core20plus5`."""

    id: str
    name: str


@dataclass(frozen=True, config=_STRICT)
class Equity:
    """The whole file."""

    dimensions: tuple[Dimension, ...] = ()
    not_dimensions: tuple[str, ...] = ()
    not_groups: tuple[str, ...] = ()
    breakdowns: dict[str, str] = Field(default_factory=dict)
    families: tuple[Family, ...] = ()
    representation: tuple[Representation, ...] = ()
    clinical_areas: tuple[ClinicalArea, ...] = ()
    plus_groups: tuple[str, ...] = Field(default=())

    def dimension_of(self, category_type: str) -> Dimension | None:
        """The first dimension that covers a kind of breakdown; None for one within a group."""
        if any(words in category_type.casefold() for words in self.not_dimensions):
            return None
        return next((each for each in self.dimensions if each.covers(category_type)), None)

    def is_group(self, category: str) -> bool:
        """Whether a category is a group of children, rather than those of whom nothing is known."""
        return category.casefold().strip() not in self.not_groups

    def name_of(self, dimension_id: str) -> str:
        """The name of a dimension."""
        return next(each.name for each in self.dimensions if each.id == dimension_id)


def load() -> Equity:
    """Read and check data/catalogue/equity.yml, once; nothing where a project has none.

    CatalogueError names the file and the key.
    """
    return _load(paths.data_dir() / "catalogue" / "equity.yml")


@functools.cache
def _load(path: Path) -> Equity:
    if not path.is_file():
        return Equity()
    try:
        return TypeAdapter(Equity).validate_python(catalogue.read_yaml(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        action = "docs/inequalities.md lists the keys."
        raise CatalogueError(path, f"`{key}`: {first['msg']}", first["type"], action) from None


def place_of(group: str) -> int | None:
    """1 for the most deprived group, 2 for the next …; None where the words do not say.

    "Most deprived decile (IMD2019)" → 1, "Second least deprived quintile" → 4, "10-20%" → 2.
    """
    text = " ".join(group.casefold().split())
    size = next((number for word, number in _SIZES.items() if word in text), 10)
    for place, step in enumerate(_STEPS, start=1):
        if text.startswith(f"{step} deprived"):
            return place
    for back, step in enumerate(_BACK):
        if text.startswith(f"{step} deprived"):
            return size - back
    band = re.match(r"(\d+)\s*(?:-|to)\s*\d+\s*%", text)
    if band:
        return int(band[1]) // 10 + 1
    number = re.match(r"(?:(?:imd|idaci|decile|quintile)\s*)*(\d+)\b", text)
    return int(number[1]) if number else None
