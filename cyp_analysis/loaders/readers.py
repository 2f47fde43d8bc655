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
    "dfe": "dfe.read_ees",
    "dwp": "dwp.read_low_income",
    "fingertips": "fingertips.read_fingertips",
    "ons": "ons.read_mid_year",
    "transcribed": "transcribed.read_figures",
}


def reader_of(source: Source) -> Callable[[Path, Source], Table]:
    """The function for a passport; SourceError if it names one that there is not."""
    if source.reader not in READERS:
        action = f"Use one of {', '.join(READERS)}."
        raise SourceError(f"passport {source.id}", "must name a reader", source.reader, action)
    module, function = READERS[source.reader].split(".")
    return getattr(import_module(f"cyp_analysis.loaders.{module}"), function)
