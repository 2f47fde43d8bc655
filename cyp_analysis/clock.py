"""The day that a build takes for today: one for all its processes, and given again to verify."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from cyp_analysis.errors import UsageError

TODAY = "CYP_TODAY"


def today() -> date:
    """The day of `CYP_TODAY` (2026-03-31), else the computer's. UsageError if it is no date."""
    told = os.environ.get(TODAY)
    if not told:
        return date.today()
    try:
        return date.fromisoformat(told)
    except ValueError:
        action = "Write it as 2026-03-31, or take it out."
        raise UsageError(TODAY, "must be a date", ascii(told), action) from None


def is_held() -> bool:
    """Whether a build holds a day fast, or somebody gave one."""
    return bool(os.environ.get(TODAY))


@contextmanager
def one_day(day: date | None = None) -> Iterator[date]:
    """Holds today fast, for this process and those it starts; a build may run past midnight."""
    before, held = os.environ.get(TODAY), day or today()
    os.environ[TODAY] = held.isoformat()
    try:
        yield held
    finally:
        if before is None:
            os.environ.pop(TODAY, None)
        else:
            os.environ[TODAY] = before
