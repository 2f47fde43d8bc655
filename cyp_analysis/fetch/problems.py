"""Errors of a download: those that end it, and those that may pass if it is tried again."""

from urllib.parse import urlsplit

from cyp_analysis.errors import CypError

LATER = "Try again later, or download it by hand as `cyp list sources` and its passport say."


class FetchError(CypError):
    """A file that could not be downloaded, or that is not what it should be."""


class Passing(FetchError):
    """A failure that may pass: the request is made again after `wait` seconds, if that is given,
    else after a pause that doubles."""

    def __init__(
        self, thing: object, rule: str, got: object, action: str = LATER, *, wait: float = -1
    ) -> None:
        super().__init__(thing, rule, got, action)
        self.wait = wait


class Unreachable(Passing):
    """No connection: the host, its name or the network is not there."""


class Truncated(Passing):
    """An answer that ends before the publisher's file does."""


def host_of(url: str) -> str:
    """The host in an address, for messages; the address itself if it has none."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
