"""Explore education statistics: files of a publication's release, and data sets of the API."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fnmatch import fnmatch
from urllib.parse import urlencode

from cyp_analysis.fetch import ees_query
from cyp_analysis.fetch.arrived import Arrived, Desk, Task, arrived
from cyp_analysis.fetch.partial import Wanted, download
from cyp_analysis.fetch.plan import Plan
from cyp_analysis.fetch.problems import FetchError
from cyp_analysis.fetch.transport import Request

_CORRECT = "Correct the passport's `fetch`; the publication's page names its files."


def files(plan: Plan, desk: Desk) -> Iterator[Task]:
    """The data files of a publication's release whose names fit, or data set files by identifier.

    FetchError if the release cannot be found; a name that no file fits is the failure of one task.
    """
    if "data_set_files" in plan.options:
        for number in plan.options["data_set_files"]:
            yield _task(plan, desk, f"{plan.base}/data-set-files/{number}/download")
        return
    release, published = _release(plan, desk)
    offered = [f for f in release["downloadFiles"] or () if isinstance(f, dict) and "id" in f]
    names = {str(file.get("fileName", "")): file for file in offered}
    waiting = dict(names)
    for pattern in plan.options.get("files") or ["*.csv"]:
        fits = [n for n in names if fnmatch(n.casefold(), str(pattern).casefold())]
        if not fits:
            yield Task(plan.base, lambda p=pattern: _refuse(plan, str(p), list(names)))
        for name in fits:
            if file := waiting.pop(name, None):
                url = f"{plan.base}/releases/{release['id']}/files/{file['id']}"
                yield _task(plan, desk, url, name, published)


def data_set(plan: Plan, desk: Desk) -> Iterator[Task]:
    """The one task of a data set of the public API: the whole of it, or a query."""
    url = f"{plan.base}/v1/data-sets/{plan.options['data_set']}"
    bring = _query if "query" in plan.options else _whole
    yield Task(url, lambda: bring(plan, desk, url))


def _task(plan: Plan, desk: Desk, url: str, name: str = "", published: date | None = None) -> Task:
    def bring() -> Arrived:
        known = desk.known(url)
        wanted = Wanted(Request(url), name, known=known, label=plan.source.id)
        answer = download(desk.transport, wanted, desk.folder)
        return arrived(answer, plan.published or published)

    return Task(url, bring)


def _release(plan: Plan, desk: Desk) -> tuple[dict, date | None]:
    """A release and its day of publication: the one named, else the latest."""
    release = plan.options.get("release", "latest")
    url = f"{plan.base}/publications/{plan.options['publication']}/releases/{release}"
    told = desk.transport.json(Request(url))
    if not isinstance(told, dict) or "id" not in told or "downloadFiles" not in told:
        got = ", ".join(told)[:200] if isinstance(told, dict) else type(told).__name__
        rule = "must describe a release with `id` and `downloadFiles`"
        raise FetchError(url, rule, got, "The publisher has changed its service: fetch by hand.")
    return told, day_of(told.get("published"))


def _refuse(plan: Plan, pattern: str, names: list[str]) -> Arrived:
    """FetchError for a name that no file of the release has: which names there are."""
    thing, rule = str(plan.options["publication"]), f"must have a file named {pattern}"
    raise FetchError(thing, rule, ", ".join(sorted(names))[:600] or "no files", _CORRECT)


def _whole(plan: Plan, desk: Desk, url: str) -> Arrived:
    """A whole data set as CSV, with a note if it has fewer rows than the service counts."""
    told = desk.transport.json(Request(url))
    latest = told.get("latestVersion") if isinstance(told, dict) else None
    latest = latest if isinstance(latest, dict) else {}
    version = plan.options.get("version")
    address = f"{url}/csv" + (f"?{urlencode({'dataSetVersion': version})}" if version else "")
    name = str(plan.options.get("name", f"{plan.source.id}.csv"))
    wanted = Wanted(Request(address), name, known=desk.known(address),
                    label=plan.source.id)  # fmt: skip
    answer = download(desk.transport, wanted, desk.folder)
    if version and version != latest.get("version"):
        return arrived(answer, plan.published)
    brought = arrived(answer, plan.published or day_of(latest.get("published")))
    count, rows = latest.get("totalResults"), _rows(answer.path) if answer.path else None
    if not isinstance(count, int) or rows in (None, count):
        return brought
    note = f"{rows:,} rows where the service counts {count:,}"
    return replace(brought, notes=(*brought.notes, note))


def _query(plan: Plan, desk: Desk, url: str) -> Arrived:
    """The answer to a query as CSV in the layout of the publisher's own files."""
    version = plan.options.get("version")
    suffix = {"dataSetVersion": str(version)} if version else {}
    meta = f"{url}/meta" + (f"?{urlencode(suffix)}" if suffix else "")
    names = ees_query.Names.of(desk.transport.json(Request(meta)), meta)
    asked = json.loads(str(plan.options["query"]))
    size = int(plan.options.get("page_size", ees_query.AT_ONCE))
    results = ees_query.results(desk.transport, f"{url}/query", asked, size, suffix)
    target = desk.folder / "joined.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        columns = names.columns(asked["indicators"])
        writer.writerow(columns)
        writer.writerows(names.row(result, columns) for result in results)
    name = str(plan.options.get("name", f"{plan.source.id}.csv"))
    return Arrived(f"{url}/query", name, target, plan.published)


def day_of(text: object) -> date | None:
    """The day in a time such as 2025-11-20T09:30:00Z; None if it is none."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _rows(path) -> int:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return max(0, sum(any(record) for record in csv.reader(file)) - 1)
