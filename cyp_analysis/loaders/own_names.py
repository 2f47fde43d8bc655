"""Tables under the names that a file itself gives its columns, those of the signature too."""

import dataclasses
from pathlib import Path

from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import files, headers, recognise


def with_own_names(path: Path, source: Source) -> Source:
    """The passport with the file's names for its signature and without aliases, so that nothing
    is renamed where it opens the file; the passport itself where the signature is not there."""
    for sheet in files.read_head(Path(path)):
        at = recognise.header_line(sheet.records, source)
        if at is not None:
            known = headers.by_key(sheet.records[at])
            own = dict.fromkeys(headers.find(name, known, source) for name in source.header)
            return dataclasses.replace(source, header=tuple(own), aliases={})
    return source
