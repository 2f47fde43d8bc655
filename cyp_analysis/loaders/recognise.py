"""Which passport describes a file: its header decides, its name only breaks a tie.

A specific passport whose signature fits comes first. A file that a specific passport claims by
name without fitting it has drifted: it stops, rather than pass for a file of a general layout.
"""

from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

from cyp_analysis import catalogue
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import files, headers

Sources = dict[str, Source]
_LOOK_AT = 30
_UNLIKE, _NEARLY, _TELLING = 0.8, 0.35, 6
_ADD_ALIAS = "If only a name changed, add it to `aliases` in data/catalogue/sources/{id}.yml."


class UnrecognisedFile(SourceError):
    """A file that no passport claims by name and none describes: harmless beside the others."""


class MissingColumns(SourceError):
    """A file of a known source that lacks columns; `source`, `lacking` and `found` (the columns it
    has) are kept for a proposal of what they may be called now."""

    source: Source
    lacking: tuple[str, ...]
    found: tuple[str, ...]

    def __reduce__(self) -> tuple:
        # A traveller between processes keeps its message; the proposal is made before.
        return SourceError, (self.thing, self.rule, self.got, self.action)


def recognise(path: Path, sources: Sources) -> Source:
    """The passport whose signature columns the file has: specific ones before general layouts,
    then the longest signature.

    MissingColumns for a file that a specific passport claims by name and that does not fit it;
    UnrecognisedFile, naming the closest passport, for one that none describes.
    """
    return candidates(Path(path), sources)[0]


def candidates(path: Path, sources: Sources) -> list[Source]:
    """Every passport that a file's header fits, the best first; errors as `recognise`."""
    sheets = files.read_head(path)
    fits = _fitting(sheets, sources)
    best = [source for source in fits if not source.general] or fits
    if not best or (best[0].general and _drifted(path, sheets, sources, best)):
        raise no_passport(path, sheets, sources)
    first = _first(path, best, [source for source in fits if source.general])
    others = [source for source in fits if source is not first]
    return [first, *sorted(others, key=lambda s: (s.general, -len(s.header)))]


def _first(path: Path, best: list[Source], general: list[Source]) -> Source:
    """Of the passports that fit, the one of the longest signature; where several are alike and
    neither folder nor name tells, a general layout that fits too."""
    longest = max(len(source.header) for source in best)
    try:
        return _one(path, [source for source in best if len(source.header) == longest])
    except SourceError:
        if not general or best[0].general:
            raise
        return _first(path, general, [])


def _fitting(sheets: list[files.Sheet], sources: Sources) -> list[Source]:
    """Passports of whose signature no column lacks in one record near the top of a sheet."""
    candidates = [headers.by_key(record) for sheet in sheets for record in sheet.records]
    return [
        source
        for source in sources.values()
        if source.header and any(headers.has_all(c, source) for c in candidates)
    ]


def _drifted(path: Path, sheets: list[files.Sheet], sources: Sources, fits: list[Source]) -> bool:
    """Whether a file that only general layouts fit is one of a specific passport with columns
    renamed: it is named as such, or has nearly all of a long signature."""
    specific = {name: source for name, source in sources.items() if not source.general}
    if not specific:
        return False
    claimed = claimed_by(path, specific.values())
    if any(claiming.publisher == fit.publisher for claiming in claimed for fit in fits):
        return True
    share, source, _ = _closest(sheets, sources, claimed or list(specific.values()))
    return share < _UNLIKE if claimed else share <= _NEARLY and len(source.header) >= _TELLING


def recognise_known(path: Path, reader: str) -> Source:
    """The passport of a file among the catalogue's passports for one reader."""
    known = catalogue.sources()
    return recognise(path, {i: s for i, s in known.items() if s.reader == reader})


def claimed_by(path: Path, sources: Iterable[Source]) -> list[Source]:
    """Passports with a pattern of names that the file's name fits; its own folder's first."""
    named = [source for source in sources if _named(path, source)]
    return sorted(named, key=lambda source: not _in_folder(path, source))


def named_as(paths: Iterable[Path], source: Source) -> list[Path]:
    """Those of some paths whose names a passport expects."""
    return [path for path in paths if _named(path, source)]


def is_companion(path: Path, sources: Iterable[Source]) -> bool:
    """Whether a file only lies beside the figures of a bundled source, under another name."""
    return any(_in_folder(path, s) and s.files and not _named(path, s) for s in sources)


def header_line(records: list[list[str]], source: Source) -> int | None:
    """Place of the first of 30 records that holds a passport's signature, or None."""
    for place, record in enumerate(records[:_LOOK_AT]):
        if headers.has_all(headers.by_key(record), source):
            return place
    return None


def no_passport(path: Path, sheets: list[files.Sheet], sources: Sources) -> SourceError:
    """The error for a header that no passport describes, told by the closest one."""
    if not sources:
        action = "Add one to data/catalogue/sources."
        return SourceError(path, "must be described by a passport", "no passports", action)
    specific = [source for source in sources.values() if not source.general]
    claimed = claimed_by(path, specific) or claimed_by(path, sources.values())
    share, source, header = _closest(sheets, sources, claimed or list(sources.values()))
    lacking = headers.missing(header, source)
    long_enough = len(source.header) >= _TELLING and not source.general
    if claimed or (long_enough and share <= _NEARLY):
        return missing_column(path, source, lacking, header.values())
    return _unknown(path, source, lacking, share)


def _closest(
    sheets: list[files.Sheet], sources: Sources, among: list[Source]
) -> tuple[float, Source, dict[str, str]]:
    """The share of its signature that the closest passport lacks, that passport, and the header."""
    weight = _weights(sources)
    likely = [headers.by_key(sheet.records[likely_header(sheet.records)]) for sheet in sheets]
    near = [(_share(headers.missing(h, s), s, weight), s, h) for s in among for h in likely]
    # A general layout that fits and was outranked lacks nothing, and explains nothing.
    return min([each for each in near if each[0] > 0] or near, key=lambda each: each[0])


def _unknown(path: Path, source: Source, lacking: list[str], share: float) -> SourceError:
    """The error for a header that no passport describes; the closest is named if it is close."""
    columns = ", ".join(f"`{name}`" for name in lacking)
    got, hint = "a header unlike any passport's", "Or describe it in a new passport."
    if share < _UNLIKE and len(source.header) > 2:
        got = f"a header without {columns} of `{source.id}`, the closest passport"
        hint = _ADD_ALIAS.format(id=source.id)
    action = f"Use a file that `cyp list sources` names. {hint}"
    return UnrecognisedFile(path, "must be a file that a passport describes", got, action)


def missing_column(
    path: Path, source: Source, lacking: list[str], found: Iterable[str]
) -> MissingColumns:
    """The error for a file of a known source that lacks columns: which, and what it has."""
    found = list(found)
    columns = ", ".join(f"`{name}`" for name in lacking)
    rule = f"a file of `{source.id}` must have the column{'s' * (len(lacking) > 1)} {columns}"
    got = f"only {headers.told(found, len(found))}"
    if not _is_header(found, source):
        # It may as well be a record of a person: what stands in it is not repeated.
        got, found = f"{len(found)} cells that are no known names of columns", []
    action = f"Download the file again. {_ADD_ALIAS.format(id=source.id)}"
    error = MissingColumns(path, rule, got[:600], action)
    error.source, error.lacking, error.found = source, tuple(lacking), tuple(found)
    return error


def _is_header(names: list[str], source: Source) -> bool:
    """Whether the passport knows one of some cells in a row, and none is a person's data."""
    known = headers.canonical(names, (*source.header, *source.aliases), source)
    return bool(known) and not headers.may_be_personal(names)


def _one(path: Path, fits: list[Source]) -> Source:
    """Of passports with equal signatures: the one of the file's folder, else of its name."""
    for belongs in (_in_folder, _named):
        fits = [source for source in fits if belongs(path, source)] or fits
    if len(fits) > 1:
        names = ", ".join(f"`{source.id}`" for source in fits)
        action = "Put it in a folder named as the right passport, or name it as one expects."
        raise SourceError(path, "must fit one passport", f"{names}, all alike", action)
    return fits[0]


def likely_header(records: list[list[str]]) -> int:
    """Place of the first of the fullest records near the top: titles and notes fill fewer cells."""
    filled = [sum(map(bool, record)) for record in records[:_LOOK_AT]]
    return filled.index(max(filled))


def _weights(sources: Sources) -> dict[str, float]:
    """What a column says about its passport: little if many passports have it."""
    shared = Counter(name for source in sources.values() for name in set(source.header))
    return {name: 1 / count for name, count in shared.items()}


def _share(lacking: list[str], source: Source, weight: dict[str, float]) -> float:
    """The part of a passport's signature that a header lacks, by weight: 0 to 1."""
    return sum(weight[n] for n in lacking) / (sum(weight[n] for n in source.header) or 1)


def _in_folder(path: Path, source: Source) -> bool:
    return source.id in path.parts[:-1]


def _named(path: Path, source: Source) -> bool:
    name = path.name.casefold()
    return any(fnmatch(name, pattern.casefold()) for pattern in source.file_patterns)
