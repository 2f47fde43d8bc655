"""Every file of the demonstration, and which module writes the files of which passport."""

from collections.abc import Callable, Iterator

from cyp_analysis.catalogue import Catalogue, Source
from cyp_analysis.demo.layouts import (
    documents,
    dwp,
    ees,
    fingertips,
    lait,
    neighbourhoods,
    others,
    own,
    population,
)
from cyp_analysis.demo.measures import DataSet
from cyp_analysis.demo.model import Model
from cyp_analysis.demo.tables import File

Writer = Callable[[Model, Source], File | list[File]]


def _ees(model: Model, source: Source) -> File:
    return ees.write_ees(DataSet(model, source))


# By the reader of a passport: which data sets use it is the catalogue's affair.
BY_READER: dict[str, Writer] = {
    "dfe": _ees,
    "dwp": dwp.write_low_income,
    "fingertips": fingertips.write_fingertips,
    "lait": lait.write_lait,
    "small_area_population": population.write_small_areas,
}
# By the passport, where one reader has several layouts or only one of several is wanted.
BY_SOURCE: dict[str, Writer] = {
    "ons_population_0_17": _ees,
    "ons_population_single_year": population.write_estimates,
    "ons_population_projections": population.write_projections,
    "mhclg_indices_of_deprivation_2025": neighbourhoods.write_deprivation,
    "mhclg_indices_of_deprivation_2019": neighbourhoods.write_deprivation,
    "lookup_ons_open_geography": neighbourhoods.write_lookups,
    "boundaries_open_geography": neighbourhoods.write_outlines,
    "ons_components_of_change": others.write_components,
    "ons_census_custom": others.write_census,
    "ofsted_state_funded_schools": others.write_schools,
    "yjb_local_level": others.write_cases,
    "yjb_yearly_tables": others.write_yearly_justice,
    "local_template": own.write_template,
    "local_survey_responses": own.write_responses,
}
# Written though no indicator draws on them: other tables and maps do.
ALWAYS = frozenset(BY_SOURCE) | {"ons_small_area_population"}


def all_files(model: Model) -> Iterator[File]:
    """Every file, one passport after another; documents under names of their own."""
    known = model.catalogue
    used = {dataset for dataset, _ in model.levels.uses}
    for source in known.sources.values():
        writer = BY_SOURCE.get(source.id) or BY_READER.get(source.reader)
        if writer and (source.id in ALWAYS or source.dataset in used):
            made = writer(model, source)
            yield from [made] if isinstance(made, File) else made
    for name, source in document_names(known).items():
        yield documents.write_document(model, source, name)


def document_names(known: Catalogue) -> dict[str, Source]:
    """The transcribed documents of the project, by their names in the demonstration."""
    bundled = [s for s in known.sources.values() if s.reader == "transcribed" and s.files]
    return {f"illustrative_document_{n}": source for n, source in enumerate(bundled, 1)}
