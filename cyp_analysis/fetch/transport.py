"""Asking politely: one request at a time, pauses between them, bounded waits, checked redirects."""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import requests
from urllib3.exceptions import HTTPError

from cyp_analysis import __version__
from cyp_analysis.fetch import content, replies
from cyp_analysis.fetch.limits import Limits
from cyp_analysis.fetch.problems import LATER, FetchError, Passing, Unreachable, host_of

# Some publishers turn away every client that does not begin like this.
USER_AGENT = f"Mozilla/5.0 (compatible; cyp-analysis/{__version__}; needs assessments)"
MAX_REDIRECTS = 10
WORDS_OF_AN_ERROR = 1 << 16
_JSON = {"Accept": "application/json", "Content-Type": "application/json"}
T = TypeVar("T")
_BREAKS = (requests.exceptions.ConnectionError, requests.exceptions.Timeout)


@dataclass(frozen=True)
class Request:
    """What is asked: an address and, for a query, the JSON that is posted to it."""

    url: str
    query: Mapping | None = None


class _Session(requests.Session):
    """A session that leaves redirects, and their bodies, to the one who asked."""

    def resolve_redirects(self, *_: object, **__: object) -> Iterator[requests.Response]:
        return iter(())


class Transport:
    """A session that keeps `limits`. `sleep` and `clock` are given by tests; `trust_env` says
    whether proxies and certificates named in the environment are used."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        trust_env: bool = True,
    ) -> None:
        self.limits, self.sleep, self.clock = limits or Limits(), sleep, clock
        self.session = _Session()
        self.session.trust_env = trust_env
        self.session.headers["User-Agent"] = USER_AGENT
        # Passwords kept on the machine for other hosts are never sent to publishers.
        self.session.auth = _nobody
        self._asked: dict[str, float] = {}
        self._failing: set[str] = set()
        self._told: dict[str, dict | list] = {}

    def __enter__(self) -> "Transport":
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def until_done(self, url: str, attempt: Callable[[float], T]) -> T:
        """The result of `attempt(deadline)`, tried again while its failures may pass; fewer times
        at a host that did not answer before, so that an outage is told soon.

        FetchError with the last failure, the number of tries and the time they took.
        """
        start = self.clock()
        deadline, host = start + self.limits.whole, host_of(url)
        most = self.limits.tries_after_failure if host in self._failing else self.limits.tries
        for tried in range(1, most + 1):
            try:
                result = attempt(deadline)
            except Passing as error:
                last, wait = error, self._wait_before(tried, error)
            else:
                self._failing.discard(host)
                return result
            if isinstance(last, Unreachable):
                most = min(most, self.limits.tries_to_connect)
            over = tried >= most or self.clock() + wait > deadline
            if over or wait > self.limits.longest_wait:
                break
            self.sleep(wait)
        self._failing.add(host)
        raise self._gave_up(url, last, tried, self.clock() - start)

    @contextmanager
    def open(self, request: Request, headers: Mapping[str, str]) -> Iterator[requests.Response]:
        """The answer with its body unread, redirects followed; closed at the end.

        Passing for failures that may pass, FetchError for others. 304 and 416 are answers.
        """
        response = self._follow(request, dict(headers))
        try:
            status = response.status_code
            if status not in replies.ANSWERS:
                words = "" if status in replies.MAY_PASS else self._error_words(response)
                raise replies.refusal(request.url, response, words)
            yield response
        finally:
            response.close()

    def json(self, request: Request) -> dict | list:
        """The JSON that an address answers with, tried again as needed; a list that many sources
        are looked up in is asked for once."""
        if request.query is not None:
            return self.until_done(request.url, lambda deadline: self._json(request, deadline))
        if request.url not in self._told:
            answer = self.until_done(request.url, lambda deadline: self._json(request, deadline))
            self._told[request.url] = answer
        return self._told[request.url]

    def body(self, response: requests.Response, deadline: float) -> Iterator[bytes]:
        """The body as it comes, still encoded. Passing where it breaks off or takes too long."""
        read = getattr(response.raw, "read1", response.raw.read)
        thing = host_of(response.url)
        while True:
            if self.clock() > deadline:
                rule = f"must send the file within {self.limits.whole:g} seconds"
                raise FetchError(thing, rule, "an answer that is still coming", LATER)
            try:
                data = read(1 << 16, decode_content=False)
            except (HTTPError, OSError) as error:
                rule = "must send the whole file"
                raise Passing(
                    thing, rule, f"an answer that broke off ({replies.plain(error)})"
                ) from None
            if not data:
                return
            yield data

    def _json(self, request: Request, deadline: float) -> dict | list:
        headers = _JSON | {"Accept-Encoding": "gzip"}
        with self.open(request, headers) as response:
            parts, size = [], 0
            for part in self.body(response, deadline):
                parts.append(part)
                size += len(part)
                content.refuse_size(response.url, size, self.limits.max_json_bytes)
            encoding = response.headers.get("Content-Encoding", "")
            most = self.limits.max_json_bytes
            text = content.decoded(b"".join(parts), encoding, response.url, most)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            rule, got = "must answer in JSON", content.first_words(text)
            raise Passing(host_of(request.url), rule, got) from None

    def _follow(self, request: Request, headers: dict[str, str]) -> requests.Response:
        url, query = request.url, request.query
        for _ in range(MAX_REDIRECTS):
            response = self._send(url, query, headers)
            if not response.is_redirect:
                return response
            place = response.headers["Location"]
            query = None if response.status_code == 303 else query
            response.close()
            url = replies.redirected(url, place)
        rule = f"must redirect {MAX_REDIRECTS} times at most"
        raise FetchError(request.url, rule, "more", "Correct the address in the passport.")

    def _send(self, url: str, query: Mapping | None, headers: dict) -> requests.Response:
        self._pause_for(url)
        timeout = (self.limits.connect, self.limits.read)
        method, thing = ("GET" if query is None else "POST"), host_of(url)
        try:
            return self.session.request(
                method, url, json=query, headers=headers, timeout=timeout, stream=True,
                allow_redirects=False,
            )  # fmt: skip
        except requests.exceptions.SSLError as error:
            action = "Check the clock, or name your network's certificates in REQUESTS_CA_BUNDLE."
            rule = "must show a certificate that can be trusted"
            raise FetchError(thing, rule, replies.plain(error), action) from None
        except _BREAKS as error:
            action = "Check the network and its proxy, or use --offline for what is kept."
            raise Unreachable(thing, "must be reachable", replies.plain(error), action) from None
        except requests.exceptions.RequestException as error:
            action = "Correct the address in the passport."
            raise FetchError(url, "must be an address that answers", error, action) from None

    def _pause_for(self, url: str) -> None:
        host = host_of(url)
        since = self.clock() - self._asked.get(host, -self.limits.pause)
        if since < self.limits.pause:
            self.sleep(self.limits.pause - since)
        self._asked[host] = self.clock()

    def _error_words(self, response: requests.Response) -> str:
        data = b""
        try:
            for part in self.body(response, self.clock() + self.limits.read):
                data += part
                if len(data) > WORDS_OF_AN_ERROR:
                    break
            encoding = response.headers.get("Content-Encoding", "")
            data = content.decoded(data, encoding, response.url, WORDS_OF_AN_ERROR)
        except FetchError:
            return ""  # the status says enough where its page cannot be read
        return content.first_words(data) if data.strip() else ""

    def _wait_before(self, tried: int, error: Passing) -> float:
        if error.wait >= 0:
            return error.wait
        doubled = min(self.limits.backoff * 2 ** (tried - 1), self.limits.longest_wait / 2)
        return doubled * random.uniform(1, 1.5)

    def _gave_up(self, url: str, last: Passing, tried: int, seconds: float) -> FetchError:
        times = "1 try" if tried == 1 else f"{tried} tries"
        got = f"{last.got}, after {times} in {seconds:.0f} seconds"
        if last.wait > self.limits.longest_wait:
            got += f"; it asks to wait {last.wait:.0f} seconds"
        return FetchError(last.thing or url, last.rule, got, last.action)


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
