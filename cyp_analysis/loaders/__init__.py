"""Published files → count tables. `read` picks the reader by the file's own header; the modules
`dfe`, `dwp`, `fingertips`, `ons` and `transcribed` hold the named readers of each publisher."""

from cyp_analysis.loaders.folder import (
    ReadResult,
    Survey,
    check_hash,
    read,
    read_all,
    read_as,
    survey_folders,
)
from cyp_analysis.loaders.recognise import UnrecognisedFile
from cyp_analysis.loaders.table import CountTable

__all__ = [
    "CountTable",
    "ReadResult",
    "Survey",
    "UnrecognisedFile",
    "check_hash",
    "read",
    "read_all",
    "read_as",
    "survey_folders",
]
