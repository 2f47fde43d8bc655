"""A web server on this machine that replays what publishers' servers do, well and badly."""

import gzip
import json
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

LOOKED_AFTER_HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    "region_name,old_la_code,la_name,new_la_code,population_type,population_estimate,"
    "children_count,rate_per_10000\n"
)


def looked_after(rows: int = 40) -> bytes:
    """A file in the layout of the Department for Education's, with made-up figures."""
    lines = [
        f"{1984 + number},Reporting year,National,E92000001,England,,,,,,"
        f"Children looked after on 31 March each year,12000000,{80000 + number},67\n"
        for number in range(rows)
    ]
    return (LOOKED_AFTER_HEADER + "".join(lines)).encode()


FINGERTIPS_HEADER = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,"
    "Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,"
    "Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,"
    "Compared to England value or percentiles,Compared to percentiles,Time period Sortable,"
    "New data,Compared to goal,Time period range\n"
)


def fingertips(ids: list[str], rows: int = 3) -> bytes:
    """An answer of the Fingertips service for some indicators."""
    lines = [
        f"{number},Indicator {number},,,E92000001,England,England,Persons,<18 yrs,,,"
        f"{2020 + row},{row}.5,{row},{row + 1},,,10,200,,,,,{2020 + row}0000,,,1y\n"
        for number in ids
        for row in range(rows)
    ]
    return (FINGERTIPS_HEADER + "".join(lines)).encode()


NOMIS_HEADER = '"DATE","GEOGRAPHY_CODE","OBS_VALUE","RECORD_OFFSET","RECORD_COUNT"\n'


def nomis(offset: int, limit: int, total: int, *, stop: int | None = None) -> bytes:
    """A part of an answer of Nomis: `stop` is the row at which it ends without saying so."""
    last = min(offset + limit, total, total if stop is None else stop)
    rows = [f'"2024","E{number:08}",{number},{number},{total}\n' for number in range(offset, last)]
    return (NOMIS_HEADER + "".join(rows)).encode()


@dataclass
class Asked:
    """One request as it reached the server."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes = b""

    def first(self, key: str, default: str = "") -> str:
        """The first value of a query's key."""
        return self.query.get(key, [default])[0]


@dataclass
class Reply:
    """What is sent back, and in which bad manner.

    `cut`: bytes after which the connection is closed; `length`: the Content-Length told, if it is
    to be a lie; `plain`: neither length nor chunks, the end is where the connection ends;
    `chunks`: sizes of chunks; `no_end`: the last chunk never comes; `drip`: seconds between bytes.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    length: int | None = None
    plain: bool = False
    chunks: int = 0
    no_end: bool = False
    drip: float = 0


Route = Callable[[Asked], Reply]


class Replay:
    """The server's routes and what it was asked. A list of replies is gone through, the last
    one repeated."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self.base = ""

    def at(self, path: str, *replies: Reply | Route) -> str:
        """Answer at `path` with these replies in turn; the address is returned."""
        waiting = list(replies)

        def route(asked: Asked) -> Reply:
            reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            return reply(asked) if callable(reply) else reply

        self.routes[path] = route
        return self.base + path

    def paths(self) -> list[str]:
        """Paths in the order in which they were asked for."""
        return [asked.path for asked in self.asked]


def ranged(body: bytes, etag: str = '"one"', **how) -> Route:
    """A route that honours Range and If-Range as publishers' file stores do. `how`: of the first
    reply only."""
    bad = dict(how)

    def route(asked: Asked) -> Reply:
        headers = {"ETag": etag, "Accept-Ranges": "bytes"}
        wanted = asked.headers.get("Range", "")
        if wanted and asked.headers.get("If-Range") == etag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            return Reply(body[start:], 206, headers)
        told = dict(bad)
        bad.clear()
        return Reply(body, 200, headers, **told)

    return route


def conditional(body: bytes, etag: str = '"one"', modified: str = "") -> Route:
    """A route that answers 304 if it is asked with the entity tag that it has."""

    def route(asked: Asked) -> Reply:
        headers = {"ETag": etag} | ({"Last-Modified": modified} if modified else {})
        if asked.headers.get("If-None-Match") == etag:
            return Reply(b"", 304, headers)
        return Reply(body, 200, headers)

    return route


def as_json(answer: object, **how) -> Reply:
    """A reply in JSON."""
    return Reply(json.dumps(answer).encode(), headers={"Content-Type": "application/json"}, **how)


def zipped(body: bytes, **how) -> Reply:
    """A reply with the body compressed in transit."""
    return Reply(gzip.compress(body), headers={"Content-Encoding": "gzip"}, **how)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        told = {key.title(): value for key, value in self.headers.items()}
        asked = Asked(self.command, parts.path, parse_qs(parts.query), told, body)
        replay: Replay = self.server.replay
        replay.asked.append(asked)
        missing = Reply(b"<html><title>Page not found</title></html>", 404)
        route = replay.routes.get(parts.path)
        self._send(route(asked) if route else missing)

    do_POST = do_GET

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.chunks:
            self.send_header("Transfer-Encoding", "chunked")
        elif not reply.plain and reply.status != 304:
            length = len(reply.body) if reply.length is None else reply.length
            self.send_header("Content-Length", str(length))
        self.close_connection = True
        self.send_header("Connection", "close")
        self.end_headers()
        body = reply.body if reply.cut is None else reply.body[: reply.cut]
        with suppress(OSError):  # the client went away, as some tests want it to
            self._write(reply, body)

    def _write(self, reply: Reply, body: bytes) -> None:
        if reply.drip:
            for place in range(len(body)):
                self.wfile.write(body[place : place + 1])
                time.sleep(reply.drip)
            return
        if not reply.chunks:
            self.wfile.write(body)
            return
        for start in range(0, len(body), reply.chunks):
            block = body[start : start + reply.chunks]
            self.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
        if not reply.no_end:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def serving():
    """A server at 127.0.0.1 on a free port, until the end of the block."""
    replay = Replay()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.replay = replay
        replay.base = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield replay
        finally:
            server.shutdown()
            thread.join()
