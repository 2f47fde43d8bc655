"""Every source in turn: fetched, looked at, kept; one that fails never stops the others."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CypError
from cyp_analysis.fetch import kinds, store
from cyp_analysis.fetch.arrived import Arrived, Desk
from cyp_analysis.fetch.plan import Plan
from cyp_analysis.fetch.problems import FetchError
from cyp_analysis.fetch.store import Record
from cyp_analysis.fetch.transport import Transport
from cyp_analysis.loaders import recognise
from cyp_analysis.loaders.folder import sha256

FETCHED, UNCHANGED, CACHED, FAILED = "fetched", "unchanged", "kept copy", "failed"
UNRECOGNISED = "not recognised"
COLUMNS = ["source_id", "outcome", "file", "published", "bytes", "rows", "remarks"]


@dataclass(frozen=True)
class Job:
    """Where files go and how: `force` asks for them even if they seem unchanged, `offline`
    asks nobody."""

    to: Path
    sources: Mapping[str, Source] = field(repr=False)
    force: bool = False
    offline: bool = False
    today: date = field(default_factory=date.today)


@dataclass(frozen=True)
class Outcome:
    """What came of one file, or of one source that failed before its files were known."""

    source_id: str
    outcome: str
    record: Record | None = None
    error: CypError | None = None

    @property
    def is_problem(self) -> bool:
        """Whether the user has something to mend."""
        return self.error is not None or self.outcome == UNRECOGNISED


def fetch_sources(
    job: Job, plans: Iterable[Plan], transport: Transport | None = None
) -> Iterator[Outcome]:
    """The outcome of each file of each plan, as it comes.

    SourceError if the folder cannot be written to; what goes wrong with a source is in its outcome.
    """
    store.prepare(job.to)
    with transport or Transport() as asking:
        for plan in plans:
            try:
                yield from _of_source(job, plan, asking)
            except CypError as error:
                yield Outcome(plan.source.id, FAILED, error=_with_kept(job, plan, error))
            except OSError as error:
                got = error.strerror or type(error).__name__
                problem = FetchError(
                    error.filename or job.to, "must be writable", got, "Make room or free it."
                )
                yield Outcome(plan.source.id, FAILED, error=problem)


def planned(plans: Iterable[Plan], to: Path) -> pd.DataFrame:
    """What would be fetched and from where, and the day of the copy kept; asks nobody."""
    rows = []
    for plan in plans:
        kept = store.records(to / plan.source.id)
        day = kept[-1].fetched[:10] if kept else ""
        rows.append((plan.source.id, plan.kind, day, kinds.where(plan)))
    return pd.DataFrame(rows, columns=["source_id", "kind", "kept_since", "asks"])


def summary(outcomes: Iterable[Outcome]) -> pd.DataFrame:
    """A row for each outcome, to be printed."""
    return pd.DataFrame([_row(outcome) for outcome in outcomes], columns=COLUMNS)


def _row(outcome: Outcome) -> tuple:
    record = outcome.record
    if record is None:
        return (outcome.source_id, outcome.outcome, "", "", "", "", "see below")
    remarks = list(record.notes)
    if outcome.outcome == CACHED:
        remarks.insert(0, f"fetched {record.fetched[:10]}")
    rows = "" if record.rows is None else record.rows
    place = f"{record.folder}/{record.name}"
    told = (record.published, record.size, rows, "; ".join(remarks))
    return (outcome.source_id, outcome.outcome, place, *told)


def _of_source(job: Job, plan: Plan, transport: Transport) -> Iterator[Outcome]:
    folder = job.to / plan.source.id
    if job.offline:
        yield from _kept(plan, folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / store.LOCK, timeout=0):
            yield from _asked(job, plan, transport, folder)
    except Timeout:
        rule, action = "must be fetched once at a time", "Wait for it to end."
        raise FetchError(plan.source.id, rule, "another fetch under way", action) from None


def _kept(plan: Plan, folder: Path) -> Iterator[Outcome]:
    kept = store.latest(store.records(folder))
    if not kept:
        rule, action = "must have been fetched before to be used offline", "Fetch it once online."
        raise FetchError(plan.source.id, rule, f"no copy in {folder}", action)
    for record in kept.values():
        yield Outcome(plan.source.id, CACHED, record)


def _asked(job: Job, plan: Plan, transport: Transport, folder: Path) -> Iterator[Outcome]:
    kept = store.records(folder)
    known = (lambda url: {}) if job.force else (lambda url: store.conditions(kept, url))
    desk = Desk(transport, folder / store.STAGING, known, reuse=not job.force)
    desk.folder.mkdir(exist_ok=True)
    failed, taken = False, set()
    for task in kinds.tasks(plan, desk):
        try:
            came = task.bring()
            # A file that has not changed keeps the name that it had.
            had = next((record.name for record in reversed(kept) if record.url == came.url), "")
            name = _unused(came.name if came.path else had, taken)
            yield _stored(job, plan, replace(came, name=name), kept)
        except CypError as error:
            failed = True
            yield Outcome(plan.source.id, FAILED, error=_with_kept(job, plan, error))
    if not failed:  # parts of files that broke off stay, to be resumed
        shutil.rmtree(desk.folder, ignore_errors=True)


def _unused(name: str, taken: set[str]) -> str:
    """The name, numbered if another file of the same source has it in this run."""
    free, number = name, 2
    while free.casefold() in taken:
        free, number = f"{Path(name).stem}-{number}{Path(name).suffix}", number + 1
    taken.add(free.casefold())
    return free


def _stored(job: Job, plan: Plan, came: Arrived, kept: list[Record]) -> Outcome:
    """Keep one file, unless its bytes are those kept already."""
    folder, before = job.to / plan.source.id, store.latest(kept).get(came.name)
    if came.path is None:
        same = next((record for record in reversed(kept) if record.url == came.url), None)
        if same is None:
            rule, got = "must send the file", "304 Not Modified, with no copy here to keep"
            raise FetchError(came.url, rule, got, "Try again later.")
        return Outcome(plan.source.id, UNCHANGED, same)
    record = _record(job, plan, came)
    if before and before.sha256 == record.sha256:
        came.path.unlink()
        renewed = replace(before, url=record.url, etag=record.etag)
        renewed = replace(renewed, last_modified=record.last_modified)
        store.write_record(folder / before.folder, renewed)
        return Outcome(plan.source.id, UNCHANGED, renewed)
    days = [date.fromisoformat(record.published), job.today]
    target = store.place(came.path, folder, record, days)
    placed = replace(record, folder=target.parent.name)
    known, note = _looked_at(target, job.sources, plan.source.id)
    placed = replace(placed, recognised_as=known, notes=(*placed.notes, *note))
    store.write_record(target.parent, placed)
    return Outcome(plan.source.id, FETCHED if known else UNRECOGNISED, placed)


def _record(job: Job, plan: Plan, came: Arrived) -> Record:
    day = came.published or _day(came.last_modified) or job.today
    return Record(
        name=came.name,
        url=came.url,
        fetched=datetime.now(UTC).isoformat(timespec="seconds"),
        published=day.isoformat(),
        sha256=sha256(came.path),
        size=came.path.stat().st_size,
        rows=_rows(came.path, came.name),
        etag=came.etag,
        last_modified=came.last_modified,
        notes=came.notes,
    )


def _looked_at(path: Path, sources: Mapping[str, Source], wanted: str) -> tuple[str, tuple]:
    """The passport that a file fits, and what is odd about that; empty if none does."""
    try:
        found = recognise.recognise(path, dict(sources)).id
    except CypError as error:
        return "", (f"{error.rule}; got: {error.got}",)
    return found, () if found == wanted else (f"recognised as {found}",)


def _with_kept(job: Job, plan: Plan, error: CypError) -> CypError:
    """The error with the copy that can be used meanwhile."""
    kept = store.records(job.to / plan.source.id)
    if not kept:
        return error
    action = f"{error.action} The copy fetched on {kept[-1].fetched[:10]} is kept and can be used."
    return FetchError(error.thing, error.rule, error.got, action)


def _rows(path: Path, name: str) -> int | None:
    """Lines below the first of a text file; None for other formats."""
    if Path(name).suffix.lower() not in (".csv", ".tsv", ".txt"):
        return None
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            lines, last = lines + block.count(b"\n"), block[-1:]
    return max(0, lines - (last == b"\n"))


def _day(last_modified: str) -> date | None:
    try:
        return parsedate_to_datetime(last_modified).date() if last_modified else None
    except ValueError:
        return None
