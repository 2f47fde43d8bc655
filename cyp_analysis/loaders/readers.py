"""Which function reads the files of a passport: its `reader` names one of these.

A reader takes the path and the passport and gives a CountTable or a ReferenceTable. Its module is
imported when it is first asked for, so that nobody waits for loaders that are not used.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.table import CountTable, ReferenceTable

Table = CountTable | ReferenceTable
# Reader of a passport → module of this package and function.
READERS = {
    "boundaries": "boundaries.read_boundaries",
    "census_custom": "ons.census.read_custom",
    "census_whole": "ons.census.read_whole",
    "deprivation": "deprivation.indices.read_indices",
    "deprivation_long": "deprivation.linked.read_indices",
    "dfe": "dfe.ees.read_ees",
    "dfe_general": "dfe.general.read_general",
    "dfe_meta": "dfe.meta.read_meta",
    "dfe_table_tool": "dfe.table_tool.read_table_tool",
    "dfe_underlying": "dfe.underlying.read_underlying",
    "dictionary": "lait.dictionary.read_dictionary",
    "dwp": "dwp.workbook.read_low_income",
    "dwp_xplore": "dwp.xplore.read_export",
    "fingertips": "fingertips.download.read_fingertips",
    "fingertips_next": "fingertips.upload.read_fingertips_next",
    "gla": "gla.read_projections",
    "justice": "justice.read_cases",
    "justice_years": "justice.read_years",
    "lait": "lait.long.read_lait",
    "lait_tables": "lait.wide.read_lait_tables",
    "local_extract": "local.extract.read_extract",
    "local_list": "local.lists.read_list",
    "local_responses": "local.survey_responses.read_responses",
    "local_survey": "local.surveys.read_results",
    "local_template": "local.template.read_long",
    "local_wide": "local.wide.read_wide",
    "lookup": "lookups.read_lookup",
    "mps_dashboard": "mps.dashboard.read_dashboard",
    "mps_recorded": "mps.recorded.read_recorded_crime",
    "neighbours": "neighbours.lists.read_neighbours",
    "nomis_api": "nomis.api.read_api",
    "nomis_workbook": "nomis.workbook.read_workbook",
    "ofsted_authorities": "ofsted.inspections.read_judgements",
    "ofsted_providers": "ofsted.providers.read_providers",
    "ons": "ons.mid_year.read_mid_year",
    "ons_components": "ons.components.read_components",
    "ons_detailed": "ons.detailed.read_detailed",
    "ons_open": "ons.open.read_open",
    "police_stops": "police.stops.read_stops",
    "police_street": "police.street.read_street",
    "profile": "profiles.read_profile",
    "reshaped": "reshaped.read_reshaped",
    "small_area_population": "ons.small_areas.read_small_areas",
    "transcribed": "transcribed.read_figures",
}


def reader_of(source: Source) -> Callable[[Path, Source], Table]:
    """The function for a passport; SourceError if it names one that there is not."""
    if source.reader not in READERS:
        action = f"Use one of {', '.join(READERS)}."
        raise SourceError(f"passport {source.id}", "must name a reader", source.reader, action)
    module, function = READERS[source.reader].rsplit(".", 1)
    return getattr(import_module(f"cyp_analysis.loaders.{module}"), function)
