"""What a path holds: a file, a member of a zip archive (`archive.zip/member.csv`), or what a gzip
file unpacks to. Nothing is unpacked to disk, archives inside archives stay closed, and unpacking
stops at a bound whatever sizes the archive claims.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.formats import sheets

ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
GZIP_MARK = b"\x1f\x8b"
_CHUNK = 1 << 20
_HIDDEN = (".", "~$", "__MACOSX")
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Content:
    """The bytes that a path stands for. `data` is None for a plain file, which stays on disk;
    `whole` is False where `data` is only its beginning. `name` is the file's or member's own."""

    path: Path
    name: str
    data: bytes | None
    whole: bool = True

    def head(self) -> bytes:
        """The first bytes: enough to tell what it is."""
        return self._start(sheets.HEAD_BYTES)

    def all(self) -> bytes:
        """Every byte; SourceError if there are more than a table needs."""
        if self.data is None and self.path.stat().st_size > sheets.UNPACKED_BYTES:
            raise sheets.too_large(self.path, f"{self.path.stat().st_size:,} bytes")
        return self._start(-1)

    def _start(self, size: int) -> bytes:
        if self.data is not None:
            return self.data if size < 0 else self.data[:size]
        with self.path.open("rb") as file:
            return file.read(size)


def open_content(path: Path, limit: int | None = None) -> Content:
    """What a path stands for: a file as it is, or unpacked (to `limit` bytes) from gzip or zip.

    SourceError for an archive that is damaged, locked with a password or too large, and for one
    of several data files, naming them.
    """
    outer, member = _divide(path)
    content = _member(outer, member, limit) if member else Content(path, path.name, None)
    if content.data is not None or path.is_dir():
        return content
    head = content.head()
    if head.startswith(GZIP_MARK):
        with path.open("rb") as file:
            return _gunzip(path, file, limit)
    named = path.suffix.lower() in sheets.WORKBOOK_SUFFIXES
    if head.startswith(ZIP_MARKS) and not named and not is_workbook(path, path):
        return _member(path, _only_member(path), limit)
    return content


def data_members(path: Path) -> list[str]:
    """Data files in a zip archive, sorted; hidden ones, folders, documents and archives inside
    it aside. None for other files; SourceError for an archive that does not open."""
    with path.open("rb") as file:
        packed = file.read(4).startswith(ZIP_MARKS)
    if not packed or is_workbook(path, path):
        return []
    with _opened(path, path) as file:
        names = [info.filename for info in file.infolist() if not info.is_dir()]
    shown = [n for n in names if not any(map(_is_hidden, PurePosixPath(n).parts))]
    data = set(sheets.SUFFIXES) - {".zip"}
    return sorted(n for n in dict.fromkeys(shown) if PurePosixPath(n).suffix.lower() in data)


def _is_hidden(part: str) -> bool:
    return part.startswith(_HIDDEN) and part != ".."


def is_workbook(path: Path, file: Path | io.BytesIO) -> bool:
    """Whether a zip file is really a document of an office program (those are zip files)."""
    with _opened(path, file) as opened:
        names = set(opened.namelist())
    return bool({"[Content_Types].xml", "xl/workbook.xml", "xl/workbook.bin", "mimetype"} & names)


def is_open_document(path: Path, data: bytes) -> bool:
    """Whether the bytes are an OpenDocument file; SourceError if they are a damaged zip file."""
    if not data.startswith(ZIP_MARKS):
        return False
    with _opened(path, io.BytesIO(data)) as file:
        return "content.xml" in file.namelist()


def parts(path: Path, data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, chunk) of everything in a zip file, unpacked in order. SourceError if it is damaged
    or unpacks to more than any table needs."""
    with _opened(path, io.BytesIO(data)) as file:
        spent = 0
        for info in file.infolist():
            with closing(_stream(file, info)) as stream:
                for chunk in _checked(path, stream, spent):
                    spent += len(chunk)
                    yield info.filename, chunk


def _divide(path: Path) -> tuple[Path, str]:
    """The archive on disk and the member named after it; no member for an ordinary path."""
    for parent in path.parents if not path.exists() else ():
        if parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return path, ""


def _only_member(path: Path) -> str:
    found = data_members(path)
    spatial = [name for name in found if name.lower().endswith(".dbf")]
    found = spatial if len(spatial) == 1 else found
    if len(found) == 1:
        return found[0]
    shown = ", ".join(found[:8]) + (" …" if len(found) > 8 else "")
    got = f"{len(found)} ({shown})" if found else "none"
    action = f"Name one of them: {path.name}/{found[0] if found else 'member.csv'}."
    raise SourceError(path, "a zip file must hold one data file", got, action)


def _member(path: Path, name: str, limit: int | None) -> Content:
    """One member of a zip archive, unpacked."""
    with _opened(path, path) as file:
        if name not in file.namelist():
            data = [n for n in file.namelist() if not n.endswith("/")]
            got = f"no such member, only {', '.join(data[:8])}"
            raise SourceError(path / name, "must be in the archive", got, "Check its name.")
        info = file.getinfo(name)
        if info.flag_bits & _ENCRYPTED:
            action = "Unpack it with its password and use the files."
            raise SourceError(path / name, "must open without a password", "a locked file", action)
        if info.file_size > sheets.UNPACKED_BYTES:
            raise sheets.too_large(path / name, f"{info.file_size:,} bytes")
        with closing(_stream(file, info)) as stream:
            data = _joined(_checked(path, stream, 0), limit)
    whole = limit is None or len(data) < limit
    if data.startswith(GZIP_MARK):
        return _gunzip(path / name, io.BytesIO(data), limit)
    if data.startswith(ZIP_MARKS) and whole and not is_workbook(path, io.BytesIO(data)):
        action = "Unpack the outer archive and use the inner one."
        raise SourceError(path / name, "must be a data file", "an archive in an archive", action)
    return Content(path / name, PurePosixPath(name).name, data, whole)


def _gunzip(path: Path, file: io.BufferedIOBase, limit: int | None) -> Content:
    try:
        with gzip.open(file) as opened:
            data = _joined(_checked(path, iter(lambda: opened.read(_CHUNK), b""), 0), limit)
    except EOFError:
        raise sheets.cut_short(path, "a gzip file without its end") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(path, "gzip", error) from None
    if data.startswith((GZIP_MARK, *ZIP_MARKS)):
        action = "Unpack it and use the inner file."
        raise SourceError(path, "must be a data file", "an archive in an archive", action)
    return Content(path, path.stem, data, limit is None or len(data) < limit)


def _joined(chunks: Iterator[bytes], limit: int | None) -> bytes:
    """The chunks as one, up to the limit; never held twice, as joining a list would."""
    kept = io.BytesIO()
    for chunk in chunks:
        kept.write(chunk)
        if limit is not None and kept.tell() >= limit:
            break
    return kept.getvalue() if limit is None else kept.getvalue()[:limit]


def _checked(path: Path, chunks: Iterator[bytes], spent: int) -> Iterator[bytes]:
    """The same chunks, refused once they are more than a table needs."""
    for chunk in chunks:
        spent += len(chunk)
        if spent > sheets.UNPACKED_BYTES:
            raise sheets.too_large(path, "more than that")
        yield chunk


def _stream(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> Generator[bytes]:
    # A false size must not hide what follows it: the stream ends where its own bytes do.
    claimed, info.file_size = info.file_size, sheets.UNPACKED_BYTES + 2 * _CHUNK
    got = 0
    with file.open(info) as part:
        while chunk := part.read(_CHUNK):
            got += len(chunk)
            yield chunk
    if got != claimed:
        raise zipfile.BadZipFile(f"{info.filename} unpacks to another size than it claims")


@contextmanager
def _opened(path: Path, file: Path | io.BytesIO) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as opened:
            yield opened
    # NotImplementedError: packed in a way that Python does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise _damaged(path, "zip", error) from None


def _damaged(path: Path, kind: str, error: Exception) -> SourceError:
    got = f"a file that does not open as one ({sheets.fault(error)})"
    rule = f"must be a whole {kind} file"
    if path.suffix.lower() in sheets.WORKBOOK_SUFFIXES:
        rule = sheets.workbook_rule(path)
    return SourceError(path, rule, got, sheets.DOWNLOAD_AGAIN)
