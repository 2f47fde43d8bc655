"""The last good figures of sources that could not be read this time, kept with their date."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CypError
from cyp_analysis.loaders import recognise
from cyp_analysis.schema import INDICATOR_KEY

NOTE = "figure of edition"
COLUMNS = ["source_id", "edition", "figures"]


def failed_sources(failed: Iterable[CypError], sources: Mapping[str, Source]) -> frozenset[str]:
    """Passports of the files that could not be used, by the files' names and folders."""
    claimed = [recognise.claimed_by(Path(str(e.thing)), sources.values()) for e in failed]
    # The first is that of the file's own folder, where it lies in one.
    return frozenset(found[0].id for found in claimed if found)


def last_good(before: pd.DataFrame, sources: Iterable[str], edition: str) -> pd.DataFrame:
    """The figures that an earlier edition has of some sources, each noted as of that edition; one
    that was kept then already stays noted as of its own."""
    rows = before[before["source_id"].isin(list(sources))]
    noted = rows["value_note"].str.contains(NOTE, regex=False)
    note = f"{NOTE} {edition}: its source could not be read"
    added = rows["value_note"].where(noted, (rows["value_note"] + "; " + note).str.lstrip("; "))
    return rows.assign(value_note=added)


def with_kept(built: pd.DataFrame, kept: pd.DataFrame | None) -> pd.DataFrame:
    """Indicator rows with those kept that have no row now; what is kept was made safe once, and is
    looked at again with the rest."""
    if kept is None or kept.empty:
        return built
    new = pd.MultiIndex.from_frame(built[INDICATOR_KEY])
    missing = kept[~pd.MultiIndex.from_frame(kept[INDICATOR_KEY]).isin(new)]
    shared = [name for name in built if name in missing]
    return pd.concat([built, missing[shared]], ignore_index=True) if len(missing) else built


def kept_sources(indicators: pd.DataFrame) -> pd.DataFrame:
    """source_id, edition, figures: of which sources how many figures are kept, from which."""
    found = indicators["value_note"].str.extract(rf"{NOTE} (.+?): its source", expand=False)
    rows = indicators.assign(edition=found)[found.notna()]
    counted = rows.groupby(["source_id", "edition"], observed=True).size()
    return counted.rename("figures").reset_index()[COLUMNS]
