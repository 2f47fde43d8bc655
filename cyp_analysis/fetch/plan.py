"""What the `fetch` section of a passport asks for, checked strictly before anything is sent."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from urllib.parse import urlsplit

from cyp_analysis import catalogue
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CatalogueError, UsageError

TEXT, TEXTS, NUMBER, PAIRS = "a text", "a list of texts", "a whole number above 0", "a mapping"
EVERYWHERE = {"base": TEXT, "name": TEXT, "published": TEXT}
CATALOGUE = "catalogue"

_SHA256 = re.compile(r"(sha256:)?[0-9a-f]{64}")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATASET = re.compile(r"NM_\d+_\d+")


@dataclass(frozen=True)
class Kind:
    """A way of publishing: where it answers and what a passport must and may say of it.
    `one_of`: keys of which exactly one is given."""

    base: str
    needs: dict[str, str] = field(default_factory=dict)
    may: dict[str, str] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()


_EES_CONTENT = "https://content.explore-education-statistics.service.gov.uk/api"
KINDS = {
    "file": Kind("", {"url": TEXTS}, {"sha256": TEXT}),
    "fingertips": Kind(
        "https://fingertips.phe.org.uk",
        {"indicator_ids": TEXTS, "child_area_type_id": TEXT, "parent_area_type_id": TEXT},
        {"chunk": NUMBER},
    ),
    "ees_file": Kind(
        _EES_CONTENT,
        {},
        {"publication": TEXT, "files": TEXTS, "release": TEXT, "data_set_files": TEXTS},
        one_of=("publication", "data_set_files"),
    ),
    "ees_api": Kind(
        "https://api.education.gov.uk/statistics",
        {"data_set": TEXT},
        {"version": TEXT, "query": TEXT, "page_size": NUMBER},
    ),
    "nomis": Kind(
        "https://www.nomisweb.co.uk",
        {"dataset": TEXT, "params": PAIRS},
        {"page_size": NUMBER},
    ),
}


@dataclass(frozen=True)
class Plan:
    """One source to fetch: its passport, its kind, its options as checked, where it is asked."""

    source: Source
    kind: str
    options: Mapping[str, object]
    base: str

    @property
    def published(self) -> date | None:
        """The day of publication if the passport tells it for the file that it names."""
        told = self.options.get("published")
        return date.fromisoformat(told) if told else None


def plans(
    names: tuple[str, ...], sources: Mapping[str, Source], bases: Mapping[str, str] | None = None
) -> list[Plan]:
    """Plans of the sources named, or of every source with a `fetch` section.

    UsageError for an unknown source or one without a `fetch` section; CatalogueError, naming the
    passport, for a section that is not right. `bases`: kind → address to ask instead.
    """
    bases = checked_bases(bases or {})
    chosen = [_named(name, sources) for name in dict.fromkeys(names)]
    chosen = chosen or [source for source in sources.values() if source.fetch]
    return [plan(source, bases) for source in chosen]


def plan(source: Source, bases: Mapping[str, str] | None = None) -> Plan:
    """The plan of one passport. CatalogueError names the passport, the key and what to do."""
    where = f"sources/{source.id}.yml, fetch"
    given = dict(source.fetch)
    name = given.pop("kind", None)
    if name not in KINDS:
        raise CatalogueError(where, f"`kind` must be one of {', '.join(KINDS)}", name, "Name one.")
    kind = KINDS[name]
    allowed = kind.needs | kind.may | EVERYWHERE
    for key in given:
        if key not in allowed:
            near = get_close_matches(key, allowed, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else "Remove it."
            raise CatalogueError(where, f"`{key}` is not a key of kind `{name}`", key, hint)
    for key in kind.needs:
        if key not in given:
            raise CatalogueError(where, f"`{key}` must be given", "no such key", "Add it.")
    if kind.one_of and sum(key in given for key in kind.one_of) != 1:
        keys = " or ".join(f"`{key}`" for key in kind.one_of)
        raise CatalogueError(where, f"{keys} must be given", sorted(given), "Give one of them.")
    options = {key: _typed(where, key, value, allowed[key]) for key, value in given.items()}
    base = (bases or {}).get(name) or str(options.get("base", kind.base))
    checked = Plan(source, name, options, base.rstrip("/"))
    _check_meaning(where, checked)
    return checked


def checked_bases(bases: Mapping[str, str]) -> dict[str, str]:
    """UsageError unless each is a known kind with a web address."""
    for kind, url in bases.items():
        if kind not in KINDS or kind == "file" or not is_web_address(url):
            rule = f"must be KIND=URL, KIND one of {', '.join(k for k in KINDS if k != 'file')}"
            raise UsageError("--base", rule, f"{kind}={url}", "Give it as fingertips=https://…")
    return dict(bases)


def is_web_address(url: str) -> bool:
    """Whether a text is an http or https address with a host and without a password."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        return False


def _named(name: str, sources: Mapping[str, Source]) -> Source:
    if name not in sources:
        near = get_close_matches(name, sources, n=3)
        action = f"Near: {', '.join(near)}." if near else "`cyp list sources` names them."
        raise UsageError(name, "must be a source with a passport", "no such source", action)
    source = sources[name]
    if not source.fetch:
        rule = "must have a `fetch` section in its passport to be downloaded"
        raise UsageError(name, rule, "none", f"Download it by hand: {source.get or source.url}")
    return source


def _typed(where: str, key: str, value: object, kind: str) -> object:
    """The value in the type wanted; one text stands for a list of one."""
    if kind == TEXTS and isinstance(value, str):
        value = [value]
    fits = {
        TEXT: lambda v: isinstance(v, str | int) and str(v).strip() != "",
        TEXTS: lambda v: isinstance(v, list) and v and all(str(i).strip() for i in v),
        NUMBER: lambda v: isinstance(v, int) and v > 0,
        PAIRS: lambda v: isinstance(v, dict) and v,
    }
    if isinstance(value, bool) or not fits[kind](value):
        raise CatalogueError(where, f"`{key}` must be {kind}", repr(value)[:80], "Correct it.")
    return str(value) if kind == TEXT else value


def _check_meaning(where: str, checked: Plan) -> None:
    """Addresses, identifiers, hashes and dates that no server could make sense of."""
    options = checked.options
    texts = {key: v if isinstance(v, list) else [str(v)] for key, v in options.items()}
    rules = [
        ("url", is_web_address, "an http or https address"),
        ("base", is_web_address, "an http or https address"),
        ("sha256", _SHA256.fullmatch, "64 hexadecimal digits"),
        ("data_set", _GUID.fullmatch, "a data set's identifier, as in its web address"),
        ("data_set_files", _GUID.fullmatch, "data set file identifiers, as in web addresses"),
        ("dataset", _DATASET.fullmatch, "a Nomis dataset such as NM_2002_1"),
        ("published", _is_date, "a date like 2025-11-20, in quotes"),
        ("query", _is_query, "a JSON object with `indicators`"),
    ]
    if options.get("indicator_ids") != [CATALOGUE]:
        rules.append(("indicator_ids", str.isdecimal, "numbers in quotes, or [catalogue]"))
    for key, fits, rule in rules:
        for text in texts.get(key, ()):
            if not fits(str(text)):
                raise CatalogueError(where, f"`{key}` must be {rule}", text[:80], "Correct it.")
    if len(texts.get("url", ())) > 1 and {"sha256", "name"} & set(options):
        rule = "`sha256` and `name` must go with one `url`"
        raise CatalogueError(where, rule, f"{len(texts['url'])} of them", "Split the passport.")


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_query(text: str) -> bool:
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(asked, dict) and isinstance(asked.get("indicators"), list)


def catalogue_indicator_ids(prefix: str = "fingertips_") -> list[str]:
    """Fingertips indicators that the catalogue's own indicators draw on, in numerical order."""
    known = catalogue.load().indicators.values()
    measures = {part.measure for indicator in known for part in indicator.measured}
    ids = {m.removeprefix(prefix) for m in measures if m.startswith(prefix)}
    return sorted((i for i in ids if i.isdecimal()), key=int)
