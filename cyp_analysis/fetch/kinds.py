"""The ways in which publishers offer files, each as tasks that bring one file."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

from cyp_analysis.fetch import ees, nomis
from cyp_analysis.fetch.arrived import Arrived, Desk, Task, add_page, arrived, chunks, page
from cyp_analysis.fetch.partial import Wanted, download
from cyp_analysis.fetch.plan import CATALOGUE, Plan, catalogue_indicator_ids
from cyp_analysis.fetch.problems import FetchError
from cyp_analysis.fetch.transport import Request
from cyp_analysis.loaders.folder import sha256

FINGERTIPS = "/api/all_data/csv/by_indicator_id"
AT_ONCE = 5


def tasks(plan: Plan, desk: Desk) -> Iterator[Task]:
    """A task for each file of a plan. FetchError if the publisher's own list cannot be had."""
    yield from _KINDS[plan.kind](plan, desk)


def where(plan: Plan) -> str:
    """The address that a plan asks, for `--list`."""
    if plan.kind == "file":
        return " ".join(plan.options["url"])
    keys = ("publication", "data_set_files", "data_set", "dataset", "indicator_ids")
    told = next(plan.options[key] for key in keys if key in plan.options)
    return f"{plan.base} {','.join(told) if isinstance(told, list) else told}"


def _files(plan: Plan, desk: Desk) -> Iterator[Task]:
    for url in plan.options["url"]:
        yield Task(url, lambda url=url: _file(plan, desk, url))


def _file(plan: Plan, desk: Desk, url: str) -> Arrived:
    """One file; its SHA-256 must be the passport's, if that gives one."""
    name, known = str(plan.options.get("name", "")), desk.known(url)
    wanted = Wanted(Request(url), name, known=known, label=plan.source.id)
    answer = download(desk.transport, wanted, desk.folder)
    expected = plan.options.get("sha256")
    if answer.path and expected and sha256(answer.path) != str(expected).split(":")[-1]:
        got = f"sha256 {sha256(answer.path)}"
        answer.path.unlink()
        action = "The publisher has changed the file: look at it, then correct the passport."
        raise FetchError(url, f"must be the file of sha256 {expected}", got, action)
    return arrived(answer, plan.published)


def _fingertips(plan: Plan, desk: Desk) -> Iterator[Task]:
    yield Task(plan.base + FINGERTIPS, lambda: _indicators(plan, desk))


def _indicators(plan: Plan, desk: Desk) -> Arrived:
    """All indicators of a plan in one file, asked for a few at a time."""
    options = plan.options
    ids = options["indicator_ids"]
    ids = catalogue_indicator_ids() if ids == [CATALOGUE] else [str(i) for i in ids]
    target, columns, notes = desk.folder / "joined.csv", None, []
    for some in chunks(ids, int(options.get("chunk", AT_ONCE))):
        asked = {
            "indicator_ids": ",".join(some),
            "child_area_type_id": options["child_area_type_id"],
            "parent_area_type_id": options["parent_area_type_id"],
            "include_sortable_time_periods": "yes",
        }
        url = f"{plan.base}{FINGERTIPS}?{urlencode(asked, safe=',')}"
        wanted = Wanted(Request(url), "data.csv", strict=True, label=plan.source.id)
        part = page(desk, wanted, reuse=True)
        notes += _unlike_asked(part.path, part.columns, some, url)
        add_page(target, part, url, columns)
        columns = part.columns
    name = str(options.get("name", "indicators.data.csv"))
    return Arrived(plan.base + FINGERTIPS, name, target, plan.published, notes=tuple(notes))


def _unlike_asked(path: Path, columns: tuple[str, ...], ids: list[str], url: str) -> list[str]:
    """Notes on indicators without rows. FetchError if the answer holds none that was asked for."""
    if "Indicator ID" not in columns:
        rule, got = "must answer with a column `Indicator ID`", ", ".join(columns)[:200]
        raise FetchError(url, rule, got, "Correct the passport's `fetch`, or try again later.")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        found = {row["Indicator ID"] for row in csv.DictReader(file)}
    if not found & set(ids):
        rule, got = f"must answer for the indicators {', '.join(ids)}", "no row of any of them"
        action = "Correct `indicator_ids` or the area types in the passport."
        raise FetchError(url, rule, got, action)
    return [f"no rows for indicator {i}" for i in ids if i not in found]


_KINDS: dict[str, Callable[[Plan, Desk], Iterator[Task]]] = {
    "file": _files,
    "fingertips": _fingertips,
    "ees_file": ees.files,
    "ees_api": ees.data_set,
    "nomis": nomis.dataset,
}
