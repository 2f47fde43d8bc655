"""The demonstration from nothing to pages: an invented project folder, built like any other."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cyp_analysis import catalogue, paths
from cyp_analysis.build import edition
from cyp_analysis.demo.home import FILES, write_home
from cyp_analysis.errors import UsageError
from cyp_analysis.publish.edition_run import Built, Request, build_edition, chosen_chapters

NAME = "illustrative"


@dataclass(frozen=True)
class Wanted:
    """What the user asked for: how many authorities, which chapters, what the edition is called,
    and whether it is printed too."""

    areas: int = 16
    chapters: tuple[str, ...] = ()
    edition: str | None = None
    jobs: int | None = None
    pdf: bool = False


def write_files(folder: Path, areas: int) -> Path:
    """Write the invented project into an empty or new folder; the folder of its files.

    UsageError if something else is there.
    """
    if folder.exists() and any(folder.iterdir()):
        action = "Choose a new folder."
        raise UsageError("--files-only", "must be an empty folder", f"{folder} has files", action)
    write_home(folder, areas)
    return folder / FILES


def build_demo(wanted: Wanted, *, progress: bool = True) -> Built:
    """Write the invented project beside the editions and build it; only the edition stays."""
    outputs = paths.outputs_dir()
    name = wanted.edition or free_name(outputs)
    edition.check_name(outputs, name)
    chosen_chapters(wanted.chapters, catalogue.load())
    with tempfile.TemporaryDirectory(prefix="cyp-demo-") as folder:
        home = Path(folder)
        places = write_home(home, wanted.areas)
        request = Request(
            areas=(places.authorities["code"].iloc[0],),
            chapters=wanted.chapters,
            data=(home / FILES,),
            edition=name,
            jobs=wanted.jobs,
            pdf=wanted.pdf,
        )
        with at_home(home, outputs):
            return build_edition(request, progress=progress)


def free_name(outputs: Path) -> str:
    """`illustrative-` and today's date, with -2, -3 … if there are such editions already."""
    plain = f"{NAME}-{date.today().isoformat()}"
    names = [plain, *(f"{plain}-{number}" for number in range(2, 1000))]
    return next(name for name in names if not (outputs / name).exists())


@contextmanager
def at_home(folder: Path, outputs: Path) -> Iterator[None]:
    """With another folder as the project's, and the editions where they were: chapters run in
    processes that are told by the environment."""
    told = {"CYP_HOME": str(folder), "CYP_OUTPUTS": str(outputs)}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
