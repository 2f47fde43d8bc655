"""Runs many chapters at once, each in its own process; one that fails stops no other."""

import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from cyp_analysis.errors import CypError


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
            for i, run in _in_one_pool(tasks, waiting, jobs or default_jobs(), timeout, bar):
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
    _, run = next(_in_one_pool([task], [0], 1, timeout, bar))
    bar.update()
    return run or _lost(task)


def _in_one_pool(
    tasks: list[ChapterTask], waiting: list[int], jobs: int, timeout: int, bar: tqdm
) -> Iterator[tuple[int, ChapterRun | None]]:
    """Runs as they end, taking tasks off `waiting`; stops early when a process is lost, giving
    None for the chapters that were running then."""
    # Spawned, not forked: a forked process would share locks and random states.
    context = multiprocessing.get_context("spawn")
    running: dict[Future, int] = {}
    lost = False
    with ProcessPoolExecutor(min(jobs, len(waiting)), mp_context=context) as pool:
        while running or (waiting and not lost):
            while waiting and not lost and len(running) < jobs:
                try:
                    running[pool.submit(run_task, tasks[waiting[0]], timeout)] = waiting[0]
                    waiting.pop(0)
                except BrokenProcessPool:
                    lost = True
            bar.set_postfix_str(", ".join(tasks[i].chapter_id for i in running.values()))
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                i = running.pop(future)
                lost = lost or isinstance(future.exception(), BrokenProcessPool)
                yield i, None if future.exception() else future.result()


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


def _lost(task: ChapterTask) -> ChapterRun:
    message = f"{task.chapter_id}: the process that ran it was lost (often for lack of memory)."
    return ChapterRun(task.chapter_id, task.area_code, "failed", 0.0, message)
