"""Holds every page, drawing and workbook of an edition to the rules."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from cyp_analysis.errors import EditionError
from cyp_analysis.publish.lint.links import local_targets
from cyp_analysis.publish.lint.palette import mark_faults
from cyp_analysis.publish.lint.rules import RULES
from cyp_analysis.publish.lint.sheet import Sheet

HEAVIEST = 600_000  # bytes of a page


class Fault(NamedTuple):
    """One thing that is wrong: the file from the edition's folder, the rule, and what it is."""

    file: str
    rule: str
    fault: str
    remark: bool = False

    def __str__(self) -> str:
        return f"{self.file}: {'remark, ' if self.remark else ''}{self.rule}: {self.fault}"


def edition_faults(folder: Path, areas: Iterable[str] = ()) -> list[Fault]:
    """Everything wrong with an edition, or with some areas of it by code, file by file.
    EditionError if there is no page to look at."""
    wanted = tuple(areas)
    pages = [page for page in sorted(folder.rglob("*.html")) if _is_wanted(page, folder, wanted)]
    if not pages:
        thing = f"edition {folder.name}" + (f", {', '.join(wanted)}" if wanted else "")
        raise EditionError(thing, "must have pages", "none", "Name an edition that was built.")
    found = [Fault("theme", "contrast", fault) for fault in mark_faults()]
    targets = _Targets()
    for page in pages:
        found += _page(page, page.relative_to(folder).as_posix(), targets)
    return found + list(_workbooks(folder, wanted))


def _is_wanted(path: Path, folder: Path, areas: tuple[str, ...]) -> bool:
    return not areas or path.relative_to(folder).parts[0] in areas


def _page(path: Path, name: str, targets: "_Targets") -> Iterator[Fault]:
    html = path.read_text(encoding="utf-8")
    sheet = Sheet(html)
    for rule in RULES:
        for fault in rule.check(sheet):
            yield Fault(name, rule.name, fault, rule.remark)
    size = len(html.encode())
    if size > HEAVIEST:
        yield Fault(name, "weight", f"{size:,} bytes, not {HEAVIEST:,} at most")
    for address, fragment in dict.fromkeys(local_targets(sheet)):
        fault = targets.fault(path.parent / address, fragment)
        if fault:
            yield Fault(name, "targets", f"{address}{'#' if fragment else ''}{fragment} {fault}")


class _Targets:
    """What links lead to; the ids of a page are read once."""

    def __init__(self) -> None:
        self._ids: dict[Path, frozenset[str]] = {}

    def fault(self, path: Path, fragment: str) -> str:
        """What is wrong with a target, empty if nothing is."""
        path = path.resolve()
        if not path.is_file():
            return "is not there"
        if not fragment or path.suffix != ".html":
            return ""
        if path not in self._ids:
            self._ids[path] = Sheet(path.read_text(encoding="utf-8")).ids
        return "" if fragment in self._ids[path] else "names no part of that page"


def _workbooks(folder: Path, areas: tuple[str, ...]) -> Iterator[Fault]:
    from cyp_analysis.publish.lint.workbook import workbook_faults

    for path in sorted(folder.rglob("*.xlsx")):
        if _is_wanted(path, folder, areas):
            for fault in workbook_faults(path):
                yield Fault(path.relative_to(folder).as_posix(), "workbook", fault)
