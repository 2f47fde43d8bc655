"""Which files the tables of places and of the population need, besides those of indicators."""

from importlib.util import find_spec

from cyp_analysis import place_measures
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.place_measures import PlaceMeasure

PROJECTED = "projected_population"


def datasets(known: Catalogue, measures: dict[str, PlaceMeasure] | None = None) -> frozenset[str]:
    """Data sets of small areas that are shown, and of population projections."""
    measures = place_measures.load() if measures is None else measures
    return place_measures.datasets(measures, known) | projection_datasets(known)


def projection_datasets(known: Catalogue) -> frozenset[str]:
    """Data sets whose passports have measures of a projected population."""
    return frozenset(
        source.dataset
        for source in known.sources.values()
        if any(measure.startswith(PROJECTED) for measure in source.measures)
    )


def readers() -> tuple[str, ...]:
    """Readers of lookups, and of boundaries where the optional packages for maps are there."""
    return ("lookup", "boundaries") if can_draw() else ("lookup",)


def can_draw() -> bool:
    """Whether boundaries can be read: they need the optional packages for maps."""
    return find_spec("geopandas") is not None
