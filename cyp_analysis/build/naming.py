"""Names of editions: which one a build may give, and that no other build gives it meanwhile."""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, Timeout

from cyp_analysis import clock
from cyp_analysis.build import locks
from cyp_analysis.errors import EditionError, UsageError

LISTING = "editions.html"  # the page beside the editions; no edition may take its name
# Names that Windows keeps for devices.
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}


def free_name(outputs: Path) -> str:
    """Today's date, with -2, -3 … if editions of today exist: an edition is never overwritten."""
    return next(name for name in _names(outputs) if not (outputs / name).exists())


def _names(outputs: Path) -> Iterator[str]:
    today = clock.today().isoformat()
    yield today
    yield from (f"{today}-{number}" for number in itertools.count(2))


def check_name(outputs: Path, name: str) -> None:
    """UsageError if the name cannot be a folder's on every system, EditionError if it is taken."""
    plain = re.fullmatch(r"[\w](?:[\w .-]{0,98}[\w-])?", name)
    reserved = name.split(".")[0].upper() in _RESERVED or name.casefold() == LISTING
    if not plain or not name.isprintable() or reserved:
        raise UsageError(
            "--edition",
            "must be letters, digits, spaces, dots, dashes or underscores, 100 at most",
            ascii(name),
            "Try --edition 2026-annual.",
        )
    if (outputs / name).exists():
        raise taken(name)


def taken(name: str) -> EditionError:
    """The error of a name that an edition has already."""
    return EditionError(
        name, "an edition is never changed", "one of that name", "Choose another --edition."
    )


@contextmanager
def only_builder(outputs: Path, name: str | None) -> Iterator[str]:
    """The name that this build alone may give: the one asked for, else the first that is free and
    that no other build is about to take."""
    lock, name = _asked(outputs, name) if name else _first_free(outputs)
    try:
        yield name
    finally:
        lock.release()


def _asked(outputs: Path, name: str) -> tuple[BaseFileLock, str]:
    check_name(outputs, name)
    try:
        # A build that sweeps up holds the lock of what it removes for a moment.
        lock = lock_of(outputs, name, wait=1)
    except Timeout:
        raise EditionError(
            name, "one build at a time", "another build of it running", "Wait for it to end."
        ) from None
    if (outputs / name).exists():  # named by another build since
        lock.release()
        raise taken(name)
    return lock, name


def _first_free(outputs: Path) -> tuple[BaseFileLock, str]:
    for name in _names(outputs):
        try:
            lock = lock_of(outputs, name)
        except Timeout:
            continue
        if not (outputs / name).exists():
            return lock, name
        lock.release()
    raise AssertionError("there is always another number")


def lock_of(outputs: Path, name: str, wait: float = 0) -> BaseFileLock:
    """The lock of a name, held; filelock.Timeout if another build has it for `wait` seconds."""
    return locks.acquired(outputs / f".lock-{name}", wait=wait)
