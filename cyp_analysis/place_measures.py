"""Which figures of small areas are shown: one YAML file each in data/catalogue/places.

A measure that is an indicator of the catalogue only names it; one that no authority has a figure
for brings its own definition, in the words of an indicator.
"""

import functools
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from cyp_analysis import paths
from cyp_analysis.catalogue import Catalogue, Indicator, Measured
from cyp_analysis.catalogue_files import read_each
from cyp_analysis.errors import CatalogueError

Kind = Literal["ward", "lsoa", "msoa", "district"]
# How places are put into classes: quarters of them by value; fifths of all neighbourhoods in
# England, from the decile that the publisher prints (1 is the most deprived).
Classes = Literal["quarters", "national_deciles"]
# Kinds of a map in the words of area_kinds.csv, and in those of a reader.
AREA_KINDS = {
    "ward": "ward",
    "lsoa": "lower layer super output area",
    "msoa": "middle layer super output area",
    "district": "district",
    "authority": "authority",
}
# Measured with the play of chance; of the whole population, so that there is none; or to come.
Nature = Literal["measured", "whole", "projected"]
LOCAL, LOCAL_SMALL_AREAS = "local_small_numbers", "local_small_areas"


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class PlaceMeasure:
    """One figure of small areas: its id (that of an indicator, or its own), the kinds of area, how
    they are classed, and its definition where the catalogue has none."""

    id: str
    kinds: tuple[Kind, ...]
    classes: Classes = "quarters"
    nature: Nature = "measured"
    # Who lives in the places: measures that weigh them in a profile of an authority.
    weights: dict[Literal["people", "children"], Measured] = Field(default_factory=dict)
    definition: Indicator | None = None
    tags: dict[str, str | list[str]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _own_id(self) -> "PlaceMeasure":
        if self.definition is not None and self.definition.id != self.id:
            raise ValueError("`definition` must have the id of the measure")
        return self

    def indicator(self, known: Catalogue) -> Indicator:
        """What the figure means, under the rule of disclosure for small areas.

        CatalogueError where neither the catalogue nor the file defines it.
        """
        found = self.definition or known.indicators.get(self.id)
        if found is None:
            raise CatalogueError(
                f"places/{self.id}.yml",
                "must name an indicator of the catalogue or define its own",
                self.id,
                "Correct the id, or add `definition:`.",
            )
        return replace(found, disclosure=LOCAL_SMALL_AREAS) if found.disclosure == LOCAL else found


def load(folder: Path | None = None) -> dict[str, PlaceMeasure]:
    """The measures by id, read once per folder; none where the folder is not there.

    CatalogueError as `catalogue.load`, and for a data set that no passport brings.
    """
    return _load(Path(folder) if folder else paths.data_dir() / "catalogue" / "places")


@functools.cache
def _load(folder: Path) -> dict[str, PlaceMeasure]:
    return read_each(folder, PlaceMeasure)


def datasets(measures: dict[str, PlaceMeasure], known: Catalogue) -> frozenset[str]:
    """The data sets that the measures draw on."""
    each = measures.values()
    parts = [p for m in each for p in (*m.indicator(known).measured, *m.weights.values())]
    for part in parts:
        if part.source not in known.datasets:
            raise CatalogueError(
                "data/catalogue/places",
                "must draw on a data set that a passport brings",
                part.source,
                "Correct `source`, or add the passport.",
            )
    return frozenset(part.source for part in parts)


def with_definitions(known: Catalogue, measures: dict[str, PlaceMeasure]) -> Catalogue:
    """The catalogue as small areas see it: their measures are its only indicators."""
    return replace(known, indicators={m.id: m.indicator(known) for m in measures.values()})
