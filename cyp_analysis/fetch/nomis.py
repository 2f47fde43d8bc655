"""Nomis: a query answered in parts, put together until as many rows came as it counts."""

from collections.abc import Iterator
from urllib.parse import urlencode

from cyp_analysis import geography
from cyp_analysis.fetch.arrived import Arrived, Desk, Page, Task, add_page, page
from cyp_analysis.fetch.partial import Wanted
from cyp_analysis.fetch.plan import Plan
from cyp_analysis.fetch.problems import FetchError, Truncated
from cyp_analysis.fetch.transport import Request

# Nomis sends no more rows than this to anyone without a key, and does not say that it stopped.
AT_ONCE = 25_000
AREAS = "{areas}"
COUNT, OFFSET = "RECORD_COUNT", "RECORD_OFFSET"


def dataset(plan: Plan, desk: Desk) -> Iterator[Task]:
    """The one task of a Nomis query."""
    url = f"{plan.base}/api/v01/dataset/{plan.options['dataset']}.data.csv"
    yield Task(url, lambda: _query(plan, desk, url))


def _query(plan: Plan, desk: Desk, url: str) -> Arrived:
    """All rows of a query in one file. FetchError if fewer came than RECORD_COUNT says."""
    target = desk.folder / "joined.csv"
    columns, total, so_far = None, None, 0
    while total is None or so_far < total:
        asked = _asked(plan, so_far)
        address = f"{url}?{urlencode(asked, safe=',.:')}"
        part = page(desk, Wanted(Request(address), "data.csv", strict=True, label=plan.source.id))
        count = _count(part, address, so_far)
        if total is not None and count != total:
            got = f"{total:,} and then {count:,}"
            raise Truncated(address, "must count the same rows in every part", got)
        add_page(target, part, address, columns)
        columns, total, so_far = part.columns, count, so_far + part.rows
    if so_far > total:
        rule = f"must send {total:,} rows, as {COUNT} says"
        raise Truncated(url, rule, f"{so_far:,}")
    name = str(plan.options.get("name", f"{plan.options['dataset'].lower()}.data.csv"))
    return Arrived(f"{url}?{urlencode(_asked(plan, 0), safe=',.:')}", name, target, plan.published)


def _asked(plan: Plan, offset: int) -> dict[str, str]:
    """The query of one part: `{areas}` as codes; a selection of columns is given those that count
    the rows."""
    asked = {str(key): str(value) for key, value in plan.options["params"].items()}
    asked = {key: value.replace(AREAS, ",".join(_areas())) for key, value in asked.items()}
    for key in asked:
        if key.lower() == "select":
            have = [name.strip() for name in asked[key].split(",")]
            lower = [name.lower() for name in have]
            missing = [name.lower() for name in (OFFSET, COUNT) if name.lower() not in lower]
            asked[key] = ",".join([*have, *missing])
    limit = str(plan.options.get("page_size", AT_ONCE))
    return asked | {"recordoffset": str(offset), "recordlimit": limit}


def _areas() -> list[str]:
    """Codes of the country, its regions and its upper-tier authorities of today."""
    areas = geography.areas()
    above = [areas.loc[areas["level"] == level, "code"] for level in ("country", "region")]
    return [*above[0], *above[1], *geography.members(above[0].iloc[0])]


def _count(part: Page, url: str, offset: int) -> int:
    """How many rows the query has in all. FetchError if the part does not say, holds none, or
    begins elsewhere than asked."""
    action = "Correct `params` in the passport's `fetch`; Nomis explains them at /api/v01/help."
    if COUNT not in part.columns:
        rule, got = f"must answer with a column {COUNT}", ", ".join(part.columns)[:200]
        raise FetchError(url, rule, got, action)
    if not part.rows:
        if offset:
            rule = "must send all rows of the query"
            raise Truncated(url, rule, f"{offset:,} rows and then no more")
        raise FetchError(url, "must have rows", "an answer without any", action)
    begins, count = part.first.get(OFFSET, str(offset)), part.first.get(COUNT, "")
    if not count.isdecimal():
        raise FetchError(url, f"must give {COUNT} as a number", count, action)
    if begins.isdecimal() and int(begins) != offset:
        rule, got = f"must send the part that begins at row {offset:,}", f"one from {begins}"
        raise FetchError(url, rule, got, "Try again later.")
    return int(count)
