"""Folders of files as publishers issue them → count tables; one bad file never stops the rest."""

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CypError, SourceError
from cyp_analysis.loaders import drift, files, recognise
from cyp_analysis.loaders.readers import Table, reader_of
from cyp_analysis.loaders.table import CountTable, ReferenceTable, problem_table

Sources = dict[str, Source]
HIDDEN = (".", "~$")
NOT_DATA = ("readme", "manifest", "licence", "license")


@dataclass(frozen=True)
class Survey:
    """What is in some folders, before anything is read whole: files with the passports that their
    header fits (the best first), files of no passport with the reason, and errors."""

    recognised: list[tuple[Path, list[Source]]]
    unrecognised: list[tuple[Path, str]]
    failed: list[CypError]
    companions: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class ReadResult:
    """All that could be read of some folders.

    `tables` hold figures, `references` what helps to read them (lookups, boundaries …),
    `companions` are other transcripts beside the figures of a bundled document.
    `unrecognised`: path, reason (files that no passport describes). `failed`: errors of files
    that a passport describes and that could not be used. `problems`: path, source_id,
    source_row, problem, for rows left out and (source_row 0) files that failed.
    """

    tables: tuple[CountTable, ...]
    unrecognised: pd.DataFrame = field(repr=False)
    failed: tuple[CypError, ...]
    problems: pd.DataFrame = field(repr=False)
    references: tuple[ReferenceTable, ...] = ()
    companions: tuple[Path, ...] = ()

    def joined_by(self, tables: Iterable[Table], failed: Iterable[CypError]) -> "ReadResult":
        """The same with more tables and errors."""
        tables, failed = list(tables), list(failed)
        figures = [table for table in tables if isinstance(table, CountTable)]
        others = [table for table in tables if isinstance(table, ReferenceTable)]
        return replace(
            self,
            tables=(*self.tables, *figures),
            references=(*self.references, *others),
            failed=(*self.failed, *failed),
            problems=pd.concat([self.problems, _problems(tables, failed)], ignore_index=True),
        )


def read(path: Path, sources: Sources | None = None, *, area: str = "") -> Table:
    """One file → count table (or reference table, if it holds no figures), by the passport that
    its header fits: the catalogue's, unless given. `area` names the authority of a local return.

    SourceError if no passport fits, its hash is not the passport's, or it is damaged.
    """
    path = Path(path)
    with _drift_explained():
        fits = recognise.candidates(path, _known(sources))
    return _read_as_first([replace(fit, area=area) if area else fit for fit in fits], path)


def _read_as_first(fits: list[Source], path: Path) -> Table:
    """The file by the first of some passports whose reader knows its content, which is told of
    the others; the first one's error where none does."""
    refused: list[recognise.UnrecognisedFile] = []
    for source in fits:
        try:
            table = read_as(path, source)
        except recognise.UnrecognisedFile as error:
            refused.append(error)
        else:
            told = problem_table([(1, f"not read otherwise: {_reason(e)}") for e in refused])
            return replace(table, problems=pd.concat([told, table.problems], ignore_index=True))
    raise refused[0]


def read_as(path: Path, source: Source) -> Table:
    """One file → count table or reference table, by the passport given."""
    check_hash(path, source)
    with _drift_explained():
        return reader_of(source)(path, source)


@contextmanager
def _drift_explained() -> Iterator[None]:
    """Columns that are missing are told with what they may be called now."""
    try:
        yield
    except recognise.MissingColumns as error:
        raise drift.explained(error) from None


def read_all(
    folders: Iterable[Path], sources: Sources | None = None, *, only: Collection[str] | None = None
) -> ReadResult:
    """Every file in some folders (and folders in them), each told apart by its own header; `only`
    reads those of some passports, and leaves the others that are recognised alone."""
    survey = survey_folders(folders, sources)
    tables, failed = [], list(survey.failed)
    unrecognised = list(survey.unrecognised)
    wanted = [each for each in survey.recognised if only is None or each[1][0].id in only]
    for path, fits in wanted:
        try:
            tables.append(_read_as_first(fits, path))
        except recognise.UnrecognisedFile as error:
            unrecognised.append((path, _reason(error)))
        except CypError as error:
            failed.append(error)
    listed = pd.DataFrame(unrecognised, columns=["path", "reason"])
    problems = _problems(tables, failed)
    figures = tuple(table for table in tables if isinstance(table, CountTable))
    others = tuple(table for table in tables if isinstance(table, ReferenceTable))
    return ReadResult(figures, listed, tuple(failed), problems, others, tuple(survey.companions))


def survey_folders(folders: Iterable[Path], sources: Sources | None = None) -> Survey:
    """Files in some folders, sorted by path, with their passports or why they have none."""
    sources, survey = _known(sources), Survey([], [], [])
    for path in _files(folders):
        if recognise.is_companion(path, sources.values()):
            survey.companions.append(path)
            continue
        try:
            with _drift_explained():
                survey.recognised.append((path, _passports(path, sources)))
        except CypError as error:
            harmless = isinstance(error, recognise.UnrecognisedFile)
            if harmless or not recognise.claimed_by(path, sources.values()):
                survey.unrecognised.append((path, _reason(error)))
            else:
                survey.failed.append(error)
    return survey


def check_hash(path: Path, source: Source) -> None:
    """SourceError if a bundled file is not byte for byte the one its passport lists."""
    place = Path(path).as_posix()
    for name, expected in source.files.items():
        if place.endswith(f"/{source.id}/{name}") and (got := sha256(path)) != expected:
            action = "Restore it from git; a new figure goes into a new dated folder."
            raise SourceError(path, f"must have the sha256 of `{source.id}`", got, action)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _known(sources: Sources | None) -> Sources:
    return catalogue.sources() if sources is None else sources


def _passports(path: Path, sources: Sources) -> list[Source]:
    if path.suffix.lower() not in files.SUFFIXES:
        kinds = ", ".join(files.SUFFIXES)
        action = "Save the table as CSV to use it."
        raise recognise.UnrecognisedFile(path, f"must be one of {kinds}", path.suffix, action)
    return recognise.candidates(path, sources)


def _files(folders: Iterable[Path]) -> list[Path]:
    """Data files, hidden ones and notes aside. SourceError if a folder is not there."""
    found: list[Path] = []
    for folder in map(Path, folders):
        if not folder.exists():
            action = "Check the path given to `--data`."
            raise SourceError(folder, "must be a folder of data files", "nothing there", action)
        inside = [folder] if folder.is_file() else sorted(_inside(folder))
        listed = [each for path in inside for each in _unpacked(path)]
        found += [path for path in listed if path.stem.casefold() not in NOT_DATA]
    return list(dict.fromkeys(found))


def _unpacked(path: Path) -> list[Path]:
    """The data files of an archive of several, each with its own path; any other file itself."""
    try:
        inside = files.members(path) if path.suffix.lower() == ".zip" else []
    except CypError:  # told when the file itself is looked at
        inside = []
    return [path / name for name in inside] if len(inside) > 1 else [path]


def _inside(folder: Path) -> Iterator[Path]:
    """Files of a folder and the folders in it, hidden ones aside. SourceError where one may not
    be read: it must not pass for an empty one."""
    for place, below, names in os.walk(folder, onerror=_refuse_unreadable):
        below[:] = [name for name in below if not name.startswith(HIDDEN)]
        paths = [Path(place, name) for name in names if not name.startswith(HIDDEN)]
        # Links to nothing stay, to be told; pipes and the like would never end.
        yield from (path for path in paths if path.is_file() or not path.exists())


def _refuse_unreadable(error: OSError) -> None:
    got = error.strerror or type(error).__name__
    action = "Check its permissions."
    raise SourceError(error.filename, "must be readable", got, action) from None


def _reason(error: CypError) -> str:
    return f"{error.rule}; got: {error.got}"


def _problems(tables: list[Table], failed: list[CypError]) -> pd.DataFrame:
    columns = ["path", "source_id", "source_row", "problem"]
    parts = [t.problems.assign(path=t.path, source_id=t.source.id)[columns] for t in tables]
    errors = pd.DataFrame([(error.thing, "", 0, str(error)) for error in failed], columns=columns)
    return pd.concat([*parts, errors], ignore_index=True)
