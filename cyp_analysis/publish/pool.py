"""Runs many chapters at once, each in its own process; one that fails stops no other."""

import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from cyp_analysis.errors import CypError
from cyp_analysis.publish.scratch import scratch_folder
from cyp_analysis.publish.worker import attend

_GRACE = 3  # seconds for a process to end its kernels


@dataclass(frozen=True)
class ChapterTask:
    """A chapter to run for an area; `skip` is the reason not to ("" = run it)."""

    chapter_id: str
    area_code: str
    notebook: Path
    executed: Path  # where the executed notebook goes
    parameters: dict[str, str | None]
    skip: str = ""


@dataclass(frozen=True)
class ChapterRun:
    """What became of a chapter: outcome is built, skipped or failed, with the reason."""

    chapter_id: str
    area_code: str
    outcome: str
    seconds: float
    message: str = ""
    executed: Path | None = None
    page: Path | None = None  # filled in by whoever renders it


def default_jobs() -> int:
    """Two chapters at a time, where there are two processors."""
    return min(2, os.cpu_count() or 1)


def run_chapters(
    tasks: Iterable[ChapterTask],
    *,
    jobs: int | None = None,
    progress: bool = True,
    timeout: int = 300,
) -> list[ChapterRun]:
    """Run every task's notebook, `jobs` at a time, with a bar on stderr; outcomes in the order of
    the tasks. A chapter that fails is an outcome, never an exception."""
    tasks = list(tasks)
    runs = {i: _skipped(task) for i, task in enumerate(tasks) if task.skip}
    waiting = [i for i in range(len(tasks)) if i not in runs]
    with tqdm(total=len(waiting), desc="Chapters", unit="chapter", disable=not progress) as bar:
        alone: list[int] = []
        while waiting:
            # A pool that lost a process is spent: those still waiting get a new one.
            made = _in_one_pool(tasks, waiting, jobs or default_jobs(), timeout, bar)
            with closing(made):
                for i, run in made:
                    if run is None:
                        alone.append(i)
                    else:
                        runs[i] = run
                        bar.update()
        for i in alone:
            runs[i] = _by_itself(tasks[i], timeout, bar)
    return [runs[i] for i in range(len(tasks))]


def _by_itself(task: ChapterTask, timeout: int, bar: tqdm) -> ChapterRun:
    """A chapter whose pool lost a process, once more and alone: it may not be the one to blame."""
    with closing(_in_one_pool([task], [0], 1, timeout, bar)) as made:
        _, run = next(made)
    bar.update()
    return run or _lost(task)


def _in_one_pool(
    tasks: list[ChapterTask], waiting: list[int], jobs: int, timeout: int, bar: tqdm
) -> Iterator[tuple[int, ChapterRun | None]]:
    """Runs as they end, taking tasks off `waiting`; stops early when a process is lost, giving
    None for the chapters that were running then."""
    running: dict[Future, int] = {}
    ends: dict[Future, float] = {}
    lost = False
    with _processes(min(jobs, len(waiting))) as pool:
        while running or (waiting and not lost):
            while waiting and not lost and len(running) < jobs:
                try:
                    future = pool.submit(run_task, tasks[waiting[0]], timeout)
                except BrokenProcessPool:
                    lost = True
                    continue
                running[future] = waiting.pop(0)
                ends[future] = time.monotonic() + _longest(timeout)
            bar.set_postfix_str(", ".join(tasks[i].chapter_id for i in running.values()))
            left = min((ends[future] for future in running), default=0) - time.monotonic()
            for future in wait(running, max(0, left), FIRST_COMPLETED).done:
                i = running.pop(future)
                lost = lost or isinstance(future.exception(), BrokenProcessPool)
                yield i, None if future.exception() else future.result()
            for future in [f for f in running if ends[f] <= time.monotonic()]:
                lost, i = True, running.pop(future)
                _end_processes()
                yield i, _endless(tasks[i], timeout)


def _longest(timeout: int) -> float:
    """Seconds after which a process is taken to hang: it may start its notebook twice, and needs
    time for what is not a cell."""
    return 2 * timeout + 300


@contextmanager
def _processes(number: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that end, with their kernels and temporary files, when this block is left."""
    # Spawned, not forked: a forked process would share locks and random states.
    context = multiprocessing.get_context("spawn")
    with scratch_folder("build") as folder:
        options = {"mp_context": context, "initializer": attend, "initargs": (str(folder),)}
        with ProcessPoolExecutor(number, **options) as pool:
            try:
                yield pool
            except BaseException:
                # Somebody wants it to stop: not in a minute, when the chapters have ended.
                _end_processes()
                raise


def _end_processes() -> None:
    processes = multiprocessing.active_children()
    for process in processes:
        process.terminate()
    end = time.monotonic() + _GRACE
    for process in processes:
        process.join(max(0, end - time.monotonic()))
        if process.is_alive():
            process.kill()


def run_task(task: ChapterTask, timeout: int) -> ChapterRun:
    """Run one chapter; every error becomes the message of a failed run."""
    from cyp_analysis.publish.runner import run_notebook

    start = time.monotonic()
    outcome, message, executed = "built", "", task.executed
    try:
        run_notebook(task.notebook, task.executed, task.parameters, timeout=timeout)
    except CypError as error:
        outcome, message, executed = "failed", str(error), None
    except Exception as error:
        outcome, message, executed = "failed", f"{type(error).__name__}: {error}", None
    seconds = round(time.monotonic() - start, 2)
    return ChapterRun(task.chapter_id, task.area_code, outcome, seconds, message, executed)


def _skipped(task: ChapterTask) -> ChapterRun:
    return ChapterRun(task.chapter_id, task.area_code, "skipped", 0.0, task.skip)


def _endless(task: ChapterTask, timeout: int) -> ChapterRun:
    message = (
        f"{task.chapter_id}: the process that ran it did not answer; got: no end in "
        f"{_longest(timeout):.0f} seconds. Build again, with fewer --jobs if the machine is busy."
    )
    return ChapterRun(task.chapter_id, task.area_code, "failed", _longest(timeout), message)


def _lost(task: ChapterTask) -> ChapterRun:
    message = f"{task.chapter_id}: the process that ran it was lost (often for lack of memory)."
    return ChapterRun(task.chapter_id, task.area_code, "failed", 0.0, message)
