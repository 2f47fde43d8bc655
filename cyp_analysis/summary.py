"""What a build tells the user at its end."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from cyp_analysis.publish.claims import summary_line
from cyp_analysis.publish.edition_run import Built
from cyp_analysis.publish.owned import owned_line
from cyp_analysis.publish.pool import ChapterRun

_MANY = 8


def summary_lines(built: Built) -> Iterator[str]:
    """Outcomes, then what was not read, then the path of each index.html, last."""
    outcomes = Counter(run.outcome for run in built.runs)
    counted = ", ".join(f"{outcomes[name]} {name}" for name in ("built", "skipped", "failed"))
    areas = "1 area" if len(built.areas) == 1 else f"{len(built.areas)} areas"
    yield f"Edition {built.folder.name}: {areas}; chapters: {counted}."
    yield from _told(built.runs, "skipped")
    yield from _told(built.runs, "failed")
    yield from unread_lines(built.unread)
    yield from built.kept
    if built.owned is not None and len(built.owned):
        yield owned_line(built.owned)
    held = summary_line(built.folder, built.areas)
    if held:
        yield held
    yield from (str(path) for path in built.indexes)


def _told(runs: tuple[ChapterRun, ...], outcome: str) -> Iterator[str]:
    chosen = [run for run in runs if run.outcome == outcome]
    for run in chosen[:_MANY]:
        yield f"  {outcome}: {run.area_code} {run.chapter_id} ({run.message})"
    if len(chosen) > _MANY:
        yield f"  … and {len(chosen) - _MANY} more {outcome}; receipt.json lists them all."


def unread_lines(unread: pd.DataFrame) -> Iterator[str]:
    """Files that no passport describes or that could not be used, a line each."""
    for row in unread.head(_MANY).itertuples():
        yield f"  not used: {row.file} ({row.problem})"
    if len(unread) > _MANY:
        yield f"  … and {len(unread) - _MANY} more files not used; `cyp check --data` lists them."
