"""One file from one address: begun again where it broke off, checked, and told how it came."""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from email.message import Message
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import requests

from cyp_analysis.fetch import content
from cyp_analysis.fetch.problems import FetchError, Passing, Truncated, host_of
from cyp_analysis.fetch.transport import Request, Transport
from cyp_analysis.loaders.folder import sha256

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_ODD = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_SUFFIX_OF = {
    "text/csv": ".csv",
    "application/json": ".json",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.ms-excel": ".xls",
}


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `name`: the file's, else as the server says; `strict`: rows that only a
    machine writes, so that a last line without an end is a fault; `known`: headers of a
    conditional request; `label`: words of the progress bar."""

    request: Request
    name: str = ""
    strict: bool = False
    known: Mapping[str, str] | None = None
    label: str = ""


@dataclass(frozen=True)
class Answer:
    """A file that came (`path`), or none where the server says that it has not changed."""

    url: str
    name: str = ""
    path: Path | None = None
    etag: str = ""
    last_modified: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class _Part:
    """The coded bytes that came so far, and what the server said of the whole."""

    path: Path
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    encoding: str = ""
    total: int | None = None
    chunked: bool = False

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def validator(self) -> str:
        """What tells this version from another; weak entity tags do not."""
        return self.etag if self.etag.startswith('"') else self.last_modified

    @property
    def info(self) -> Path:
        return self.path.with_suffix(".json")

    @property
    def whole(self) -> Path:
        return self.path.with_suffix(".whole")

    def headers(self) -> dict[str, str]:
        """Asks for the rest, if this version can still be told from another."""
        if not (self.size and self.validator):
            return {}
        return {"Range": f"bytes={self.size}-", "If-Range": self.validator}

    def save(self) -> None:
        self.info.write_text(json.dumps(asdict(self) | {"path": ""}), encoding="utf-8")

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)
        self.info.unlink(missing_ok=True)


def download(transport: Transport, wanted: Wanted, folder: Path) -> Answer:
    """One file into `folder`, tried again and resumed as needed; a part stays there on failure.

    FetchError if it cannot be had, is not the file, or is not the whole of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    url, seen = wanted.request.url, set()

    def attempt(deadline: float) -> Answer:
        part = _kept_part(folder, url)
        headers = {"Accept-Encoding": "gzip"} | (part.headers() or dict(wanted.known or {}))
        with transport.open(wanted.request, headers) as response:
            if response.status_code == 304:
                return Answer(url)
            _begin(part, response)
            _append(transport, part, wanted, response, deadline)
            name = wanted.name or name_of(response)
        try:
            return _checked(part, wanted, name, seen, transport.limits.max_bytes)
        except FetchError:
            part.drop()
            part.whole.unlink(missing_ok=True)
            raise

    return transport.until_done(url, attempt)


def name_of(response: requests.Response) -> str:
    """The file's name as the server or its address says; safe on every system."""
    message = Message()
    message["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    told = message.get_filename() or PurePosixPath(unquote(urlsplit(response.url).path)).name
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return safe_name(told, _SUFFIX_OF.get(kind, ""))


def safe_name(text: str, suffix: str = "") -> str:
    """A file name without folders, control letters or leading dots; `suffix` if it has none."""
    name = (
        _ODD.sub("_", text.replace("\\", "/").split("/")[-1]).lstrip(" .").rstrip(" ._") or "data"
    )
    stem, dot, end = name.rpartition(".")
    known = dot and 1 < len(end) + 1 <= 9
    stem, end = (stem, f".{end}") if known else (name, suffix)
    return f"{stem[:120]}{end}"


def _kept_part(folder: Path, url: str) -> _Part:
    """The part of an earlier try, or an empty one; a note of it that is damaged is dropped."""
    path = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.part"
    empty = _Part(path, url)
    try:
        told = json.loads(empty.info.read_text(encoding="utf-8"))
        kept = _Part(**(told | {"path": path}))
    except (FileNotFoundError, ValueError, TypeError):
        kept = None
    if kept is None or kept.url != url or not kept.size:
        empty.drop()
        return empty
    return kept


def _begin(part: _Part, response: requests.Response) -> None:
    """Set up the part for the body that follows: a new file, or the rest of this one."""
    status, headers, thing = response.status_code, response.headers, host_of(response.url)
    if status == 200:
        part.drop()
        length = headers.get("Content-Length", "")
        part.total = int(length) if length.isdecimal() else None
        part.chunked = "chunked" in headers.get("Transfer-Encoding", "").lower()
        part.etag = headers.get("ETag", "")
        part.last_modified = headers.get("Last-Modified", "")
        part.encoding = headers.get("Content-Encoding", "")
        part.save()
        return
    if status == 206 and part.size and _is_rest(part, headers):
        return
    part.drop()
    rule = "must send the rest of the file that it began"
    raise Passing(thing, rule, f"{status} with a part of another version", wait=0)


def _is_rest(part: _Part, headers: Mapping[str, str]) -> bool:
    """Whether an answer goes on where the part ends, in all that it says of its version."""
    at = _RANGE.fullmatch(headers.get("Content-Range", "").strip())
    if not at or int(at[1]) != part.size:
        return False
    if at[2] != "*" and part.total not in (None, int(at[2])):
        return False
    told = {"ETag": part.etag, "Last-Modified": part.last_modified,
            "Content-Encoding": part.encoding}  # fmt: skip
    return all(headers.get(name, known) == known for name, known in told.items())


def _append(
    transport: Transport, part: _Part, wanted: Wanted, response: requests.Response, deadline: float
) -> None:
    """Write the body as it comes. Truncated if the server announced more; kept to be resumed."""
    limit, url = transport.limits.max_bytes, response.url
    content.refuse_size(url, part.total or 0, limit)
    with _progress(part, wanted.label) as bar, part.path.open("ab") as file:
        for data in transport.body(response, deadline):
            file.write(data)
            bar.update(len(data))
            content.refuse_size(url, file.tell(), limit)
    if part.total is not None and part.size != part.total:
        got = f"{part.size:,} of {part.total:,} bytes"
        raise Truncated(host_of(url), "must send the whole file", got)


@contextmanager
def _progress(part: _Part, label: str):
    from tqdm import tqdm

    with tqdm(
        total=part.total, initial=part.size, desc=label, unit="B", unit_scale=True,
        disable=None, leave=False,
    ) as bar:  # fmt: skip
        yield bar


def _checked(part: _Part, wanted: Wanted, name: str, seen: set[str], most: int) -> Answer:
    """The plain file, if it is the one asked for and the whole of it."""
    plain = part.whole
    content.decode_file(part.path, plain, part.encoding, part.url, most)
    content.refuse_other_content(plain, name, part.url)
    framed = part.total is not None or part.chunked or part.encoding != ""
    notes = () if framed else ("the server did not say how long the file is",)
    state, words = content.ending_of(plain, name)
    if state == content.OPEN:
        notes = (*notes, words)
        if (wanted.strict or not framed) and (digest := sha256(plain)) not in seen:
            seen.add(digest)  # the same bytes twice: the publisher's file ends so
            state = content.CUT
    if state == content.CUT:
        raise Truncated(host_of(part.url), f"must send the whole of {name}", words)
    told = (part.etag, part.last_modified, notes)
    part.drop()
    return Answer(part.url, name, plain, *told)
