"""Runs a chapter's notebook with papermill, and refuses results that must not be published."""

import difflib
import logging
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from cyp_analysis.errors import ChapterError, ParameterError
from cyp_analysis.publish.executed import cell_name, check_executed, first_line, own_cells
from cyp_analysis.publish.files import write_atomic
from cyp_analysis.publish.pool import ChapterRun, ChapterTask, run_chapters

__all__ = ["ChapterRun", "ChapterTask", "check_parameters", "run_chapters", "run_notebook"]

START_SECONDS = 60
QUIET_SECONDS = 30  # for a cell's outputs to arrive once it is done; nbclient allows 4
SAVED = "executed.ipynb"
KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


def run_notebook(
    notebook: Path, output: Path, parameters: dict[str, str | None], *, timeout: int = 300
) -> Path:
    """Run a notebook in a kernel of its own and write it, executed and checked, to `output`.

    `timeout` is seconds for the whole notebook. ParameterError if one is misspelt, missing or not
    text; ChapterError if a cell fails, warns, prints or does not run, or if the kernel dies.
    """
    source = _read(notebook)
    check_parameters(source, notebook.name, parameters)
    executed = _execute(source, notebook.name, parameters, timeout)
    check_executed(executed, notebook.name)
    write_atomic(output, nbformat.writes(_without_papermill_notes(executed)))
    return output


def check_parameters(
    notebook: NotebookNode, chapter: str, parameters: dict[str, str | None]
) -> None:
    """ParameterError unless the names passed are those of the parameters cell, and each value is
    text or None (papermill would run the default area, or change a number's type, in silence)."""
    names = _parameter_names(notebook, chapter)
    for name in parameters:
        if name not in names:
            raise ParameterError(
                f"{chapter}, parameter {name}",
                "must be named in the parameters cell",
                ", ".join(sorted(names)) or "no parameters there",
                _suggestion(name, names),
            )
    for name in names:
        if name not in parameters:
            thing = f"{chapter}, parameter {name}"
            raise ParameterError(thing, "needs a value", "none", f"Pass {name}, as text or None.")
    for name, value in parameters.items():
        if value is not None and not isinstance(value, str):
            thing, got = f"{chapter}, parameter {name}", f"{value!r} ({type(value).__name__})"
            raise ParameterError(thing, "must be text or None", got, "Pass it as text.")


def _suggestion(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {near[0]}?" if near else f"Take {name} out, or add it to the notebook."


def _parameter_names(notebook: NotebookNode, chapter: str) -> list[str]:
    import papermill

    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise ChapterError(
            chapter,
            "must have one cell tagged `parameters`",
            f"{len(tagged)} such cells",
            "Tag the cell that sets area_code, and only that one.",
        )
    with _without_logs():
        return list(papermill.inspect_notebook(notebook))


def _read(path: Path) -> NotebookNode:
    try:
        notebook = _without_papermill_notes(nbformat.read(path, as_version=4))
        # It may name a kernel of the analyst's own, or none.
        notebook.metadata["kernelspec"] = KERNELSPEC
        return notebook
    except FileNotFoundError:
        got, action = "no such file", "Check the name of the chapter's notebook."
    except (AttributeError, KeyError, ValueError, nbformat.ValidationError):
        got, action = "a file of another kind", "Restore the notebook, or save it again in Jupyter."
    raise ChapterError(path.name, "must be a notebook", got, action)


def _execute(source: NotebookNode, chapter: str, parameters: dict, timeout: int) -> NotebookNode:
    """The executed notebook, a cell's error included. A kernel that does not start is tried once
    more; ChapterError for one that dies or takes too long."""
    for attempt in (1, 2):
        with tempfile.TemporaryDirectory(prefix="cyp-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            error = _papermill(source, folder, parameters, timeout)
            saved = folder / SAVED
            executed = nbformat.read(saved, as_version=4) if saved.exists() else source
            if error is None:
                return executed
            cell = _last_started(executed, chapter)
            if cell or attempt == 2:
                raise _stopped(cell or chapter, error, timeout, _log(folder)) from error
    raise AssertionError("the second attempt returns or raises")


def _papermill(
    source: NotebookNode, folder: Path, parameters: dict, timeout: int
) -> Exception | None:
    """Run with papermill, saving in `folder`; returns what stopped it, unless a cell's error."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    try:
        with _without_logs():
            # papermill fills in braces in a path.
            saved = str(folder / SAVED).replace("{", "{{").replace("}", "}}")
            papermill.execute_notebook(source, saved, parameters, **_options(folder, timeout))
    except PapermillExecutionError:
        return None
    except Exception as error:
        return error
    return None


def _options(folder: Path, timeout: int) -> dict:
    from cyp_analysis.publish import kernel

    end = time.monotonic() + timeout
    return {
        "progress_bar": False,
        "log_output": False,
        "autosave_cell_every": 0,
        "start_timeout": START_SECONDS,
        "execution_timeout": timeout,
        # Each cell may take what is left of the whole notebook's time.
        "timeout_func": lambda cell: max(1, round(end - time.monotonic())),
        "iopub_timeout": QUIET_SECONDS,
        "shutdown_kernel": "immediate",
        "kernel_manager_class": kernel.ChapterKernel,
        "config": kernel.kernel_config(folder),
    }


@contextmanager
def _without_logs() -> Iterator[None]:
    # Every fault that papermill logs is raised by us as an error.
    logger = logging.getLogger("papermill")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _last_started(notebook: NotebookNode, chapter: str) -> str:
    """The name of the cell that ran last; "" if none did, so the kernel never started."""
    names = [
        cell_name(chapter, number, cell)
        for number, cell in own_cells(notebook)
        if cell.metadata.get("papermill", {}).get("start_time")
    ]
    return names[-1] if names else ""


def _log(folder: Path) -> str:
    """What the kernel's process itself printed."""
    path = folder / "kernel.log"
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _stopped(thing: str, error: Exception, timeout: int, log: str) -> ChapterError:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    if isinstance(error, CellTimeoutError):
        rule, got = f"the notebook must finish within {timeout} seconds", "no end in that time"
        return ChapterError(thing, rule, got, "Make the cell faster, or allow more time.")
    got = first_line(f"{log}\n{error}") if log.strip() else first_line(str(error))
    if isinstance(error, DeadKernelError):
        action = "Look for what ends Python there: os._exit, lack of memory, a faulty library."
        return ChapterError(thing, "Python must not stop while a cell runs", got, action)
    action = "Build again; if it is not mended, install the project again."
    return ChapterError(thing, "the notebook's Python must start and answer", got, action)


def _without_papermill_notes(notebook: NotebookNode) -> NotebookNode:
    """The same notebook less papermill's times and paths, so that two runs are alike."""
    for part in (notebook, *notebook.cells):
        part.metadata.pop("papermill", None)
    return notebook
