"""A process that runs chapters: it never outlives the build, nor do its kernels."""

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path


def attend(folder: str) -> None:
    """Make this process ready: its temporary files, and those of its kernels, go to `folder`; it
    ends when it is told to, or when the build's own process is gone."""
    tempfile.tempdir = folder
    os.environ |= {"TMPDIR": folder, "TEMP": folder, "TMP": folder}
    # Ctrl-C reaches every process of a terminal: the build's decides. A handler, as kernels would
    # inherit that a signal is ignored.
    signal.signal(signal.SIGINT, _pass_over)
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_outlive_none, args=(Path(folder),), daemon=True).start()


def _pass_over(*_: object) -> None:
    """Nothing."""


def _end(*_: object) -> None:
    _end_kernels()
    os._exit(1)


def _end_kernels() -> None:
    from cyp_analysis.publish import kernel

    kernel.end_all()


def _outlive_none(folder: Path) -> None:
    """Wait for the end of the process that started this one; then end the kernels, remove what
    nobody else will, and end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        _end_kernels()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)
