"""A query of the education statistics API: identifiers in its answer → names of columns, words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from cyp_analysis.fetch.problems import FetchError, Truncated
from cyp_analysis.fetch.transport import Request, Transport
from cyp_analysis.period_kinds import MONTHS

AT_ONCE = 5_000
# Names that the publisher's own files give to what the service shortens to a code.
LEVELS = {
    "NAT": {"code": "country_code", "label": "country_name"},
    "REG": {"code": "region_code", "label": "region_name"},
    "LA": {"oldCode": "old_la_code", "code": "new_la_code", "label": "la_name"},
    "LAD": {"code": "lad_code", "label": "lad_name"},
    "PCON": {"code": "pcon_code", "label": "pcon_name"},
    "WARD": {"code": "ward_code", "label": "ward_name"},
}
TIMES = {
    "AY": "Academic year",
    "CY": "Calendar year",
    "FY": "Financial year",
    "RY": "Reporting year",
    "TY": "Tax year",
    "T1": "Autumn term",
    "T1T2": "Autumn and spring term",
    "T2": "Spring term",
    "T3": "Summer term",
    **{f"M{number}": month for number, month in enumerate(MONTHS, start=1)},
}
_FIRST = ["time_period", "time_identifier", "geographic_level"]


@dataclass(frozen=True)
class Names:
    """What the identifiers of a data set stand for, from its metadata."""

    levels: Mapping[str, str]
    places: Mapping[str, Mapping[str, Mapping[str, str]]]
    filters: Mapping[str, tuple[str, Mapping[str, str]]]
    indicators: Mapping[str, str]

    @classmethod
    def of(cls, meta: object, url: str) -> "Names":
        """Names in the metadata of a data set. FetchError if it is not laid out as known."""
        try:
            return cls(
                {level["code"]: level["label"] for level in meta["geographicLevels"]},
                {p["level"]["code"]: {o["id"]: o for o in p["options"]} for p in meta["locations"]},
                {f["id"]: (f.get("column") or f["label"], _labels(f)) for f in meta["filters"]},
                {i["id"]: i.get("column") or i["label"] for i in meta["indicators"]},
            )
        except (KeyError, TypeError, AttributeError) as error:
            rule = "must name levels, locations, filters and indicators"
            action = "The publisher has changed its service: leave out `query` to have it whole."
            raise FetchError(url, rule, f"no {error}", action) from None

    def columns(self, indicators: Sequence[str]) -> list[str]:
        """Columns in the order of the publisher's own files."""
        places = [name for level in self.places for name in _place_columns(level).values()]
        filters = [name for name, _ in self.filters.values()]
        return [*_FIRST, *places, *filters, *(self.indicators.get(i, i) for i in indicators)]

    def row(self, result: Mapping, columns: Sequence[str]) -> list[str]:
        """One result as cells; what it does not say is an empty cell."""
        cells = _time(result.get("timePeriod") or {})
        level = str(result.get("geographicLevel", ""))
        cells["geographic_level"] = self.levels.get(level, level)
        for code, place in (result.get("locations") or {}).items():
            told = self.places.get(code, {}).get(place, {})
            for key, name in _place_columns(code).items():
                cells[name] = str(
                    told.get(key) or (told.get("name") if key == "label" else "") or ""
                )
        for number, option in (result.get("filters") or {}).items():
            name, labels = self.filters.get(number, (number, {}))
            cells[name] = labels.get(option, option)
        for number, value in (result.get("values") or {}).items():
            cells[self.indicators.get(number, number)] = str(value)
        return [cells.get(name, "") for name in columns]


def results(
    transport: Transport, url: str, asked: Mapping, size: int, also: Mapping[str, str]
) -> Iterator[Mapping]:
    """Every result of a query, page by page. Truncated if fewer came than the service counts."""
    number, pages, total, so_far = 1, 1, 0, 0
    while number <= pages:
        address = f"{url}?{urlencode({**also, 'page': number, 'pageSize': size})}"
        answer = transport.json(Request(address, asked))
        found, pages, total = _page(answer, address)
        so_far += len(found)
        yield from found
        number += 1
    if so_far != total:
        raise Truncated(url, f"must send {total:,} results, as it counts", f"{so_far:,}")
    if not total:
        action = "Correct `query` in the passport's `fetch`."
        raise FetchError(url, "must have results", "none for this query", action)


def _page(answer: object, url: str) -> tuple[list, int, int]:
    try:
        paging = answer["paging"]
        return list(answer["results"]), int(paging["totalPages"]), int(paging["totalResults"])
    except (KeyError, TypeError, ValueError):
        rule, got = "must answer with `paging` and `results`", str(answer)[:150]
        raise FetchError(url, rule, got, "Correct `query` in the passport's `fetch`.") from None


def _labels(filter_: Mapping) -> dict[str, str]:
    return {option["id"]: option["label"] for option in filter_["options"]}


def _place_columns(level: str) -> dict[str, str]:
    low = level.lower()
    return LEVELS.get(level, {"code": f"{low}_code", "label": f"{low}_name"})


def _time(period: Mapping) -> dict[str, str]:
    """2022/2023 and AY → 202223, Academic year, as in the publisher's files."""
    first, _, last = str(period.get("period", "")).partition("/")
    code = str(period.get("code", ""))
    week = f"Week {code[1:]}" if code[:1] == "W" and code[1:].isdecimal() else code
    return {"time_period": first + last[-2:], "time_identifier": TIMES.get(code, week)}
