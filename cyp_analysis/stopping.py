"""Ended from outside, or by Ctrl-C: clean up once, say so in one line, never a traceback."""

import os
import signal

SIGNALS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]


def heed_signals() -> None:
    """Have each of the signals raise KeyboardInterrupt, once."""
    for name in SIGNALS:
        signal.signal(name, _stop)


def _stop(*_: object) -> None:
    # Who asks again has waited long enough; the next build removes what is left.
    for name in SIGNALS:
        signal.signal(name, _leave)
    raise KeyboardInterrupt


def _leave(*_: object) -> None:
    os._exit(1)
