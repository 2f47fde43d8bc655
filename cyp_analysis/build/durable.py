"""What is written stays written: files and folders handed to the disk before they are relied on."""

import errno
import os
from pathlib import Path

# Systems that know no such order say so; then there is nothing more that a program can do.
_UNKNOWN = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


def sync_file(path: Path) -> None:
    """Wait until the file's bytes are on the disk. OSError if they cannot get there."""
    with path.open("rb+") as file:
        _sync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the names in the folder are on the disk; Windows does so by itself."""
    if os.name == "nt":
        return
    opened = os.open(path, os.O_RDONLY)
    try:
        _sync(opened)
    finally:
        os.close(opened)


def sync_tree(folder: Path) -> None:
    """Wait until everything in a folder is on the disk: its files, then the folders, inside out."""
    for place, _, names in os.walk(folder, topdown=False):
        for name in sorted(names):
            sync_file(Path(place) / name)
        sync_folder(Path(place))


def _sync(opened: int) -> None:
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in _UNKNOWN:
            raise
