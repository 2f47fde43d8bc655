"""Locks between builds, on folders of a disk and on network folders that know no locks."""

import errno
import warnings
from pathlib import Path

from filelock import BaseFileLock, FileLock, SoftFileLock

# What file servers say that keep no locks. (Only of ENOSYS does filelock take care itself.)
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}


def acquired(path: Path, *, wait: float = 0) -> BaseFileLock:
    """A lock that is held, to be released; filelock.Timeout if another holds it for `wait` seconds.

    The system gives it back when a process ends, however it ends. Where the system has no locks, a
    file with the number of the process is the lock; filelock takes it away once that process is
    gone.
    """
    with warnings.catch_warnings():
        # filelock warns that it falls back to such a file.
        warnings.simplefilter("ignore", UserWarning)
        try:
            lock = FileLock(path)
            lock.acquire(timeout=wait)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            lock = SoftFileLock(path.with_name(f"{path.name}.process"))
            lock.acquire(timeout=wait)
    return lock
