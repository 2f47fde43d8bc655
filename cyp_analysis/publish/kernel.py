"""A kernel that no other run and no setting of the user's can disturb."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import Unicode, default
from traitlets.config import Config

from cyp_analysis.paths import outputs_dir, project_root

_RUNNING: set[int | None] = set()


class ChapterKernel(AsyncKernelManager):
    """The Python that runs this program, started in the project folder with files of its own."""

    folder = Unicode(help="A folder used by this kernel alone.").tag(config=True)

    @default("kernel_spec_manager")
    def _only_this_python(self) -> KernelSpecManager:
        # A kernel that the user registered as "python3" may lack this package.
        return KernelSpecManager(kernel_dirs=[])

    @default("connection_file")
    def _own_connection_file(self) -> str:
        return str(Path(self.folder) / "kernel.json")

    @default("transport")
    def _own_sockets(self) -> str:
        # Sockets in our own folder cannot clash, as two kernels choosing the same port can. Their
        # paths may be 103 bytes long at most; the names in the folder need 16 of them.
        fits = len(os.fsencode(self.folder)) <= 87 and sys.platform != "win32"
        return "ipc" if fits else "tcp"

    async def start_kernel(self, **options) -> None:
        """Start in the project folder; what the process itself prints goes to `kernel.log`."""
        with (Path(self.folder) / "kernel.log").open("w", encoding="utf-8") as log:
            options |= {"cwd": str(project_root()), "env": environment(Path(self.folder))}
            await super().start_kernel(**options, stdout=log, stderr=log)
        _RUNNING.add(self.provisioner.pgid)

    async def cleanup_resources(self, restart: bool = False) -> None:
        """Also end what the kernel itself started, and left running when it ended or died."""
        if self.provisioner is not None and self.provisioner.pgid in _RUNNING:
            _end_group(self.provisioner.pgid)
        await super().cleanup_resources(restart=restart)


def end_all() -> None:
    """End every kernel of this process, with all that it started."""
    for group in list(_RUNNING):
        _end_group(group)


def _end_group(group: int | None) -> None:
    _RUNNING.discard(group)
    # Where there are no groups of processes, the manager ends the kernel's alone.
    if group and hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def environment(folder: Path) -> dict[str, str]:
    """The variables a kernel starts with: the caller's, with absolute project paths, the same
    hashes every time, and no start-up scripts of the user's."""
    return os.environ | {
        "CYP_HOME": str(project_root()),
        "CYP_OUTPUTS": str(outputs_dir()),
        "IPYTHONDIR": str(folder),
        "PYTHONHASHSEED": "0",
    }


def kernel_config(folder: Path) -> Config:
    """Settings that tie the next `ChapterKernel` to a folder."""
    return Config({"ChapterKernel": {"folder": str(folder)}})
