"""What earlier editions give a new one: the last good figures of sources not readable now."""

import json
from collections.abc import Mapping, Sequence

import pandas as pd

from cyp_analysis import paths
from cyp_analysis.build.kept import failed_sources, kept_sources, last_good
from cyp_analysis.build.receipt import RECEIPT
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_reader import Edition, edition_names, open_edition
from cyp_analysis.errors import CypError, EditionError


def last_good_figures(failed: Sequence[CypError], known: Catalogue) -> pd.DataFrame | None:
    """Figures of the sources whose files could not be used, each source's from the newest edition
    that has any; None if there are none to keep."""
    missing, parts = failed_sources(failed, known.sources), []
    for name in reversed(edition_names()) if missing else ():
        try:
            edition = open_edition(name)
            rows = edition.read("indicators", indicators=known.indicators)
        except EditionError:  # a damaged edition is passed over: it must not stop a new one
            continue
        found = last_good(rows, missing, name)
        if len(found) and _of_this_project(edition):
            parts.append(found)
            missing -= set(found["source_id"])
    return pd.concat(parts, ignore_index=True) if parts else None


def _of_this_project(edition: Edition) -> bool:
    """Whether it says the same of its data: invented figures never stand in for published ones."""
    try:
        told = json.loads((edition.path / RECEIPT).read_text(encoding="utf-8"))
        return told.get("notice", "") == paths.notice()
    except (OSError, ValueError):
        return False


def kept_lines(indicators: pd.DataFrame, known: Catalogue) -> list[str]:
    """A sentence for each source whose figures are those of an earlier edition."""
    return [
        f"Figures from {known.sources[row.source_id].title} are those of edition {row.edition}: "
        "this source could not be read."
        for row in kept_sources(indicators).itertuples()
    ]


def with_kept(
    newest: Mapping[str, str], indicators: pd.DataFrame, known: Catalogue
) -> dict[str, str]:
    """area_code → its sentence on the newest figure, then one for each of its sources kept."""
    if kept_sources(indicators).empty:
        return dict(newest)
    own = dict(list(indicators.groupby("area_code")))
    return {code: " ".join([line, *kept_lines(own[code], known)]) for code, line in newest.items()}
