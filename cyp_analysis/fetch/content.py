"""What came: decoded within bounds, and refused if it is not the file or not the whole of it."""

import csv
import html
import json
import re
import zipfile
import zlib
from pathlib import Path

from cyp_analysis.fetch.problems import FetchError, Passing, Truncated, host_of

BLOCK = 1 << 18
TAIL = 1 << 16
HEAD = 1 << 12
TEXT = (".csv", ".tsv", ".txt")
ZIPPED = (".xlsx", ".xlsm", ".xlsb", ".ods", ".zip")
WHOLE, OPEN, CUT = "whole", "open", "cut"

_WEB_PAGE = re.compile(rb"\s*(<\?xml|<!doctype|<html|<head|<error|<soap)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>|<h1[^>]*>(.*?)</h1>|<message>(.*?)</message>",
                    re.IGNORECASE | re.DOTALL)  # fmt: skip
_SAID = ("message", "detail", "error", "title", "errors")
_STARTS = {
    b"PK\x03\x04": "a workbook or zip file",
    b"PK\x05\x06": "an empty zip file",
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a gzip file",
    b"PAR1": "a parquet file",
}


def refuse_size(url: str, size: int, most: int) -> None:
    """FetchError if an answer is larger than the ceiling."""
    if size > most:
        rule = f"must send {most:,} bytes at most"
        action = "Download it by hand if it is meant to be so large."
        raise FetchError(host_of(url), rule, f"more ({size:,} so far)", action)


def decode_file(coded: Path, target: Path, encoding: str, url: str, most: int) -> None:
    """Write the plain bytes of an answer to `target`; the coded ones stay as they are.

    Truncated if a gzip stream ends early, Passing if it is damaged, FetchError if it grows
    beyond `most` bytes or is coded in a way that was not asked for.
    """
    decoder = _Decoder(encoding, url, most)
    with coded.open("rb") as source, target.open("wb") as plain:
        while block := source.read(BLOCK):
            for part in decoder.parts(block):
                plain.write(part)
        decoder.end()


def decoded(data: bytes, encoding: str, url: str, most: int) -> bytes:
    """The plain bytes of a short answer; errors as in `decode_file`."""
    decoder = _Decoder(encoding, url, most)
    plain = b"".join(decoder.parts(data))
    decoder.end()
    return plain


class _Decoder:
    """gzip, deflate or nothing; unlike a transport's own, it misses what was cut off."""

    def __init__(self, encoding: str, url: str, most: int) -> None:
        self.encoding, self.url, self.most, self.size = encoding.strip().lower(), url, most, 0
        if self.encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            rule = "must send the file plain or as gzip, as asked"
            raise FetchError(host_of(url), rule, encoding, "Download it by hand.")
        self.inflate = self._fresh() if self.encoding not in ("", "identity") else None

    def parts(self, data: bytes):
        """Plain blocks of the next coded bytes."""
        while data:
            part, data = self._step(data)
            self.size += len(part)
            refuse_size(self.url, self.size, self.most)
            if part:
                yield part

    def end(self) -> None:
        """Truncated if the coded stream has no end."""
        if self.inflate is not None and not self.inflate.eof:
            rule = "must send the whole compressed file"
            raise Truncated(host_of(self.url), rule, "a compressed file that ends early")

    def _fresh(self):
        return zlib.decompressobj(zlib.MAX_WBITS | (0 if self.encoding == "deflate" else 16))

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        if self.inflate is None:
            return data, b""
        try:
            if self.inflate.eof:
                if not data.strip(b"\0"):
                    return b"", b""
                self.inflate = self._fresh()
            part = self.inflate.decompress(data, BLOCK)
        except zlib.error as error:
            rule = f"must send a sound {self.encoding} stream, as its header says"
            raise Passing(host_of(self.url), rule, str(error)) from None
        return part, self.inflate.unconsumed_tail or self.inflate.unused_data


def refuse_other_content(path: Path, name: str, url: str) -> None:
    """Passing if the answer is empty, a web page, a JSON error, or another format than `name`'s."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    suffix, bare = Path(name).suffix.lower(), head.removeprefix(b"\xef\xbb\xbf")
    rule, thing = f"must answer with the file {name}", host_of(url)
    if not bare.strip():
        raise Passing(thing, rule, "an empty answer")
    if _WEB_PAGE.match(bare):
        raise Passing(thing, rule, f"a web page ({first_words(head)})")
    kind = next((what for mark, what in _STARTS.items() if head.startswith(mark)), None)
    if suffix in TEXT and (kind or bare.lstrip()[:1] in (b"{", b"[")):
        raise Passing(thing, rule, kind or f"a JSON answer ({first_words(head)})")
    if suffix in ZIPPED and kind != "a workbook or zip file":
        raise Passing(thing, rule, kind or f"something else ({first_words(head)})")


def ending_of(path: Path, name: str) -> tuple[str, str]:
    """`whole`, `open` (it may go on) or `cut`, and in what words; by what the format promises."""
    suffix = Path(name).suffix.lower()
    if suffix in ZIPPED:
        return (WHOLE, "") if zipfile.is_zipfile(path) else (CUT, "a workbook without its end")
    tail = _tail(path)
    if suffix in (".json", ".geojson") and tail.rstrip()[-1:] not in (b"}", b"]"):
        return CUT, "JSON without its end"
    if suffix == ".parquet" and not tail.endswith(b"PAR1"):
        return CUT, "a parquet file without its end"
    return _text_ending(tail) if suffix in TEXT else (WHOLE, "")


def _text_ending(tail: bytes) -> tuple[str, str]:
    if tail.endswith((b"\n", b"\r", b"\n\0")) or tail.startswith((b"\xff\xfe", b"\xfe\xff")):
        return WHOLE, ""
    lines = [line for line in tail.splitlines() if line.strip()]
    last, before = lines[-1], lines[-2] if len(lines) > 1 else b""
    if last.count(b'"') % 2:
        return CUT, "a last line that ends inside quotes"
    found, usual = _cells(last), _cells(before)
    if 1 < found < usual:
        return CUT, f"a last line of {found} cells where the line before has {usual}"
    return OPEN, "a last line without a line end"


def _cells(line: bytes) -> int:
    text = line.decode("utf-8", "replace")
    delimiter = "\t" if "\t" in text and "," not in text else ","
    return len(next(csv.reader([text], delimiter=delimiter), []))


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL))
        return file.read()


def first_words(data: bytes) -> str:
    """What an error page or a JSON error says, in 150 letters at most."""
    text = data.decode("utf-8", "replace").lstrip("\ufeff")
    said = _json_words(text)
    if not said and (found := _TITLE.search(text)):
        said = html.unescape(next(group for group in found.groups() if group is not None))
    return " ".join((said or text).split())[:150]


def _json_words(text: str) -> str:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    return "; ".join(str(answer[key]) for key in _SAID if answer.get(key))
