"""Standard populations, the age structures that rates are standardised to."""

import pandas as pd

from cyp_analysis.area_tables import read_table, reference_folder
from cyp_analysis.errors import UsageError

STANDARD_FILE = "standard_populations.csv"


def standard_population(name: str = "esp2013") -> pd.DataFrame:
    """One row per age band, youngest first: age_band (text), start_age (years), population.

    `esp2013` is the European Standard Population 2013 in 19 bands, 100,000 people in all (Eurostat,
    Revision of the European Standard Population, 2013). A new table at each call, ready for
    `dsr(reference=..., standard="population", on="age_band")`; leave out bands that the data lack,
    for example `.query("start_age < 25")`. UsageError for a name that is not in the file.
    """
    needed = ("standard", "age_band", "start_age", "population")
    table = read_table(reference_folder(), STANDARD_FILE, needed)
    found = table.loc[table["standard"] == name, list(needed[1:])]
    if found.empty:
        raise UsageError(
            thing="standard population",
            rule=f"one of {', '.join(table['standard'].unique())}",
            got=repr(name),
            action=f"Choose one, or add it to {STANDARD_FILE}.",
        )
    found = found.astype({"start_age": "int64", "population": "int64"})
    return found.sort_values("start_age", ignore_index=True)
