"""What the receipt tells of a build beside the hashes: what was asked, read, kept and run."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cyp_analysis import clock, loaders, paths
from cyp_analysis.build import receipt
from cyp_analysis.catalogue import Chapter
from cyp_analysis.geography import Area
from cyp_analysis.publish.pool import ChapterRun

if TYPE_CHECKING:
    from cyp_analysis.publish.edition_run import Request


def unread_files(found: loaders.ReadResult) -> pd.DataFrame:
    """file, problem: what no passport describes, and what could not be used."""
    unknown = [(Path(path).name, "no passport describes it") for path in found.unrecognised["path"]]
    failed = [(Path(str(e.thing)).name, f"{e.rule}; got: {e.got}") for e in found.failed]
    return pd.DataFrame([*failed, *unknown], columns=["file", "problem"])


def parts(
    request: "Request",
    areas: Sequence[Area],
    chapters: Sequence[Chapter],
    found: loaders.ReadResult,
    runs: Sequence[ChapterRun],
) -> dict[str, object]:
    """What was asked, which files were read or could not be, and what became of each chapter."""
    return {
        "parameters": _parameters(request, areas, chapters),
        "inputs": [receipt.input_record(table) for table in (*found.tables, *found.references)],
        "not_used": unread_files(found).to_dict("records"),
        "chapters": [_outcome(run) for run in runs],
        "seconds": {f"{run.area_code}/{run.chapter_id}": run.seconds for run in runs},
    }


def _parameters(
    request: "Request", areas: Sequence[Area], chapters: Sequence[Chapter]
) -> dict[str, object]:
    """What was asked for, as the build took it: enough to ask for it again."""
    return {
        "areas": [area.code for area in areas],
        "chapters": [chapter.id for chapter in chapters],
        "allow_partial": request.allow_partial,
        "pdf": request.pdf,
        "day": clock.today().isoformat(),
        # Names only: where a folder is on the machine is nobody's business.
        "data": [Path(folder).resolve().name for folder in request.data],
    }


def earlier(name: str) -> dict[str, str]:
    """The edition that this one was compared with, and what it held; empty without one."""
    if not name:
        return {}
    table = paths.outputs_dir() / name / "indicators.parquet"
    return {"edition": name, "sha256": receipt.file_hash(table)}


def _outcome(run: ChapterRun) -> dict[str, str]:
    """What became of a chapter; how long it took stands apart, as it is never the same twice."""
    return {
        "chapter": run.chapter_id,
        "area": run.area_code,
        "outcome": run.outcome,
        "message": run.message,
    }
