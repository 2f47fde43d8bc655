"""What a server's reply means: its status, its redirects, the waits that it asks for."""

from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util.retry import Retry

from cyp_analysis.fetch.plan import is_web_address
from cyp_analysis.fetch.problems import FetchError, Passing

ANSWERS = {200, 206, 304, 416}
MAY_PASS = {408, 425, 429, 500, 502, 503, 504}
_WRONG_IDENTIFIERS = "Correct the identifiers in the `fetch` section of the passport."
_ACTIONS = {
    404: "The publisher has moved or withdrawn it: correct the passport's `fetch`.",
    410: "The publisher has moved or withdrawn it: correct the passport's `fetch`.",
    401: "Download it by hand; the publisher or your network refuses this request.",
    403: "Download it by hand; the publisher or your network refuses this request.",
}


def refusal(url: str, response: requests.Response, words: str) -> FetchError:
    """The error for a status that is no answer; Passing for those that a later try may mend."""
    status = response.status_code
    got = f"{status} {response.reason or ''}".strip()
    if status in MAY_PASS:
        wait = retry_after(response.headers.get("Retry-After"))
        return Passing(url, "must answer with the file", got, wait=wait)
    got = f"{got} ({words})" if words else got
    return FetchError(
        url, "must answer with the file", got, _ACTIONS.get(status, _WRONG_IDENTIFIERS)
    )


def redirected(url: str, place: str) -> str:
    """Where a redirect leads. FetchError for another scheme than http(s), or from https to http."""
    action = "Correct the address in the passport, or download it by hand."
    try:
        target = urljoin(url, place)
    except ValueError:
        target = place
    if not is_web_address(target):
        raise FetchError(url, "must redirect to an http or https address", place, action)
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise FetchError(url, "must not redirect from https to http", place, action)
    return target


def retry_after(header: str | None) -> float:
    """Seconds that a server asks to wait; -1 if it does not say, or not clearly."""
    try:
        return Retry(0).parse_retry_after(header) if header else -1
    except InvalidHeader:
        return -1


def plain(error: Exception) -> str:
    """The root of a network error in a few words: no object addresses, no repeated host."""
    while True:
        inner = getattr(error, "reason", None) or next(
            (a for a in getattr(error, "args", ()) if isinstance(a, Exception)), None
        )
        if not isinstance(inner, Exception):
            break
        error = inner
    words = str(error).split(">: ")[-1] or type(error).__name__
    return " ".join(words.split())[:200]
