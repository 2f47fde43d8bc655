"""Transcripts that lie beside the figures of a bundled document: read by a local layout, credited
to the document."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from cyp_analysis import catalogue
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CypError
from cyp_analysis.loaders import recognise
from cyp_analysis.loaders.folder import read_as
from cyp_analysis.loaders.readers import Table

# Whose it is, and what is credited: the document's. How it is read: the layout's.
_IDENTITY = (
    *("id", "publisher", "title", "licence", "citation", "url", "published", "published_note"),
    *("date_estimated", "get", "files", "area"),
)


def read_companions(
    paths: Iterable[Path], sources: dict[str, Source] | None = None
) -> tuple[list[Table], list[CypError]]:
    """The tables of those that a local layout describes, and the errors of those that it does and
    that cannot be used. Others are read elsewhere (printed arithmetic) and left alone."""
    sources = catalogue.sources() if sources is None else sources
    tables, failed = [], []
    for path in paths:
        document = next((sources[name] for name in path.parts[::-1] if name in sources), None)
        try:
            layout = recognise.candidates(path, sources)[0]
            tables.append(read_as(path, _of_document(layout, document)))
        except recognise.UnrecognisedFile:
            continue
        except CypError as error:
            failed.append(error)
    return tables, failed


def _of_document(layout: Source, document: Source | None) -> Source:
    """The layout's passport under the document's name. A row of figures must say its own area: a
    document quotes figures of others too."""
    if document is None:
        return layout
    identity = {name: getattr(document, name) for name in _IDENTITY}
    if layout.reader != "local_list":
        identity["area"] = ""
    return replace(layout, **identity, dataset=layout.id)
