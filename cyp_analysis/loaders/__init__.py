"""Published files → count tables. `read` picks the reader by the file's own header; `readers` names
the module of each publisher."""

from cyp_analysis.loaders.drift import DriftError
from cyp_analysis.loaders.folder import (
    ReadResult,
    Survey,
    check_hash,
    read,
    read_all,
    read_as,
    survey_folders,
)
from cyp_analysis.loaders.recognise import MissingColumns, UnrecognisedFile
from cyp_analysis.loaders.table import CountTable, ReferenceTable

__all__ = [
    "CountTable",
    "DriftError",
    "MissingColumns",
    "ReadResult",
    "ReferenceTable",
    "Survey",
    "UnrecognisedFile",
    "check_hash",
    "read",
    "read_all",
    "read_as",
    "survey_folders",
]
