"""How long, how often and how much: the bounds that every download keeps."""

from dataclasses import dataclass

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Seconds, tries and bytes. Publishers' servers are shared: the pauses are for their sake.

    Some take minutes to answer and fail more often than not: hence the long `read`, many `tries`.
    """

    connect: float = 15
    read: float = 180
    whole: float = 1800
    tries: int = 8
    tries_to_connect: int = 4
    tries_after_failure: int = 2
    backoff: float = 1
    longest_wait: float = 120
    pause: float = 0.5
    max_bytes: int = 2048 * MEBIBYTE
    max_json_bytes: int = 256 * MEBIBYTE
