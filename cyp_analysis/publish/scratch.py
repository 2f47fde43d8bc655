"""Temporary folders that are taken away even if the program that made them was cut off."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import Timeout

from cyp_analysis.build import locks

LOCK = ".in-use"


@contextmanager
def scratch_folder(kind: str) -> Iterator[Path]:
    """A folder `cyp-<kind>-…` for temporary files; those of that kind that nobody uses any more are
    removed first."""
    sweep(kind)
    folder = Path(tempfile.mkdtemp(prefix=f"cyp-{kind}-"))
    try:
        lock = locks.acquired(folder / LOCK)
        try:
            yield folder
        finally:
            lock.release()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(kind: str) -> None:
    """Remove the folders of this user's that no running program holds the lock of."""
    for folder in Path(tempfile.gettempdir()).glob(f"cyp-{kind}-*"):
        if not _own(folder) or not any(folder.glob(f"{LOCK}*")):
            continue
        try:
            lock = locks.acquired(folder / LOCK)
        except Timeout:
            continue
        try:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            lock.release()


def _own(folder: Path) -> bool:
    # Others may write to the folder of temporary files, links to elsewhere included.
    own = os.getuid() if hasattr(os, "getuid") else folder.lstat().st_uid
    return folder.is_dir() and not folder.is_symlink() and folder.lstat().st_uid == own
