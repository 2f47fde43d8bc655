"""The frozen shape of an index: aspirations, their measures, and the rule that rates them.

An index is one YAML file in data/catalogue/indexes. It names indicators; polarity is theirs.
"""

import functools
from collections.abc import Mapping
from pathlib import Path

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from cyp_analysis import paths
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.catalogue_files import read_each
from cyp_analysis.errors import CatalogueError

_STRICT = ConfigDict(extra="forbid")
# Of ratings that do not speak against each other, the first in this order gives its name.
RATINGS = ("mixed", "favourable", "unfavourable", "steady", "not_rated")


@dataclass(frozen=True, config=_STRICT)
class Measure:
    """One measure of an aspiration: the first of `indicators` with a figure for an area stands for
    it there. `gaps`: year → why no figure is published for it. `published`: its name in the index
    as a council has printed it."""

    id: str
    name: str
    indicators: tuple[str, ...]
    gaps: dict[int, str] = Field(default_factory=dict)
    published: str = ""
    # Why the figure cannot be set beside those of other places, such as that it is a number.
    no_level: str = ""


@dataclass(frozen=True, config=_STRICT)
class Aspiration:
    """One aspiration; `not_rated` says why, where no measure of it can be had."""

    number: int
    name: str
    measures: tuple[Measure, ...] = ()
    not_rated: str = ""


@dataclass(frozen=True, config=_STRICT)
class Rule:
    """How ratings are made, in words that the page prints."""

    change: str
    level: str
    measure: str
    aspiration: str


@dataclass(frozen=True, config=_STRICT)
class Index:
    """An index. `base_year`: changes are counted from the first figure of that year or later."""

    id: str
    title: str
    base_year: int
    basis: str
    rule: Rule
    aspirations: tuple[Aspiration, ...]

    @property
    def measures(self) -> tuple[tuple[Aspiration, Measure], ...]:
        """Every measure with its aspiration, in order."""
        return tuple((a, m) for a in self.aspirations for m in a.measures)


def aspiration_rating(measures: Mapping[str, int]) -> str:
    """The rating of an aspiration from the number of its measures with each rating, by the rule
    that the file of the index states."""
    number = {rating: measures.get(rating, 0) for rating in RATINGS}
    if number["mixed"] or (number["favourable"] and number["unfavourable"]):
        return "mixed"
    return next((rating for rating in RATINGS if number[rating]), "not_rated")


def load_indexes(catalogue: Catalogue, folder: Path | None = None) -> dict[str, Index]:
    """The indexes by id; CatalogueError if a file is wrong or names an unknown indicator."""
    folder = folder or paths.data_dir() / "catalogue" / "indexes"
    found = _read(folder)
    for index in found.values():
        _check(index, catalogue, folder / f"{index.id}.yml")
    return found


@functools.cache
def _read(folder: Path) -> dict[str, Index]:
    return read_each(folder, Index)


def _check(index: Index, catalogue: Catalogue, path: Path) -> None:
    named = [measure for _, measure in index.measures]
    for measure in named:
        for indicator_id in measure.indicators:
            if indicator_id not in catalogue.indicators:
                raise CatalogueError(
                    path,
                    f"`{measure.id}` must name indicators of the catalogue",
                    indicator_id,
                    "Correct the id.",
                )
    ids = [measure.id for measure in named]
    numbers = [aspiration.number for aspiration in index.aspirations]
    for what, each in (("measure id", ids), ("aspiration number", numbers)):
        twice = [one for one in each if each.count(one) > 1]
        if twice:
            raise CatalogueError(path, f"each {what} once", twice[0], "Change one of them.")
