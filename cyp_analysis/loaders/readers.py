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
    "census_custom": "census.read_custom",
    "census_whole": "census.read_whole",
    "deprivation": "deprivation.read_indices",
    "deprivation_long": "deprivation_long.read_indices",
    "dfe": "dfe.read_ees",
    "dfe_general": "dfe_general.read_general",
    "dfe_meta": "dfe_meta.read_meta",
    "dfe_table_tool": "dfe_table_tool.read_table_tool",
    "dfe_underlying": "dfe_underlying.read_underlying",
    "dictionary": "lait_dictionary.read_dictionary",
    "dwp": "dwp.read_low_income",
    "dwp_xplore": "dwp_xplore.read_export",
    "fingertips": "fingertips.read_fingertips",
    "fingertips_next": "fingertips_next.read_fingertips_next",
    "gla": "gla.read_projections",
    "justice": "justice.read_cases",
    "justice_years": "justice.read_years",
    "lait": "lait.read_lait",
    "lait_tables": "lait_wide.read_lait_tables",
    "local_extract": "extract.read_extract",
    "local_list": "local_lists.read_list",
    "local_responses": "survey_responses.read_responses",
    "local_survey": "surveys.read_results",
    "local_template": "local_template.read_long",
    "local_wide": "local_wide.read_wide",
    "lookup": "lookups.read_lookup",
    "mps_dashboard": "mps.read_dashboard",
    "mps_recorded": "mps_recorded.read_recorded_crime",
    "neighbours": "neighbours.read_neighbours",
    "nomis_api": "nomis_api.read_api",
    "nomis_workbook": "nomis_workbook.read_workbook",
    "ofsted_authorities": "ofsted.read_judgements",
    "ofsted_providers": "ofsted_providers.read_providers",
    "ons": "ons.read_mid_year",
    "ons_components": "ons_components.read_components",
    "ons_detailed": "ons_detailed.read_detailed",
    "ons_open": "ons_open.read_open",
    "police_stops": "police_stops.read_stops",
    "police_street": "police.read_street",
    "profile": "profiles.read_profile",
    "reshaped": "reshaped.read_reshaped",
    "small_area_population": "small_area_population.read_small_areas",
    "transcribed": "transcribed.read_figures",
}


def reader_of(source: Source) -> Callable[[Path, Source], Table]:
    """The function for a passport; SourceError if it names one that there is not."""
    if source.reader not in READERS:
        action = f"Use one of {', '.join(READERS)}."
        raise SourceError(f"passport {source.id}", "must name a reader", source.reader, action)
    module, function = READERS[source.reader].split(".")
    return getattr(import_module(f"cyp_analysis.loaders.{module}"), function)
