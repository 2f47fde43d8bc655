"""`cyp verify`: whether an edition is what its receipt says, and comes out again to the byte."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cyp_analysis import clock
from cyp_analysis.build import receipt as receipts
from cyp_analysis.edition_reader import Edition
from cyp_analysis.errors import CypError, EditionError
from cyp_analysis.publish.edition_run import Request, build_edition
from cyp_analysis.publish.scratch import scratch_folder

# Parts of a receipt that are causes, told as such, or follow from the files.
_CAUSES = ("project", "code", "environment", "inputs", "earlier", "outputs")
_TEXT = {".html", ".csv", ".json", ".svg", ".txt", ".md"}
_SHOWN = 70


@dataclass(frozen=True)
class Finding:
    """A file of the edition that is not as it should be, in what, and why."""

    file: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}; {self.why}."


@dataclass(frozen=True)
class Verdict:
    """The files looked at, those that differ, and what has changed since the edition was made."""

    files: int
    findings: tuple[Finding, ...]
    changed: tuple[str, ...] = ()


def verify(
    edition: Edition, *, quick: bool = False, data: Sequence[Path] = (), progress: bool = True
) -> Verdict:
    """Hold every file against the receipt; unless `quick`, make the edition again as the receipt
    says, from the inputs there are now, and hold every byte against that too."""
    told = read_receipt(edition)
    altered = altered_files(edition.path, told["outputs"])
    if quick:
        return Verdict(len(told["outputs"]), tuple(altered))
    _refuse_missing_data(told, data)
    with scratch_folder("verify") as folder:
        try:
            again = remade(edition, told, folder, data, progress=progress)
        except CypError as error:
            changed = tuple(_changed(told, {}))
            why = "; ".join(changed) or "nothing that the receipt tells has changed"
            stopped = Finding("edition", f"it cannot be made again: {error}", why)
            return Verdict(len(told["outputs"]), (*altered, stopped), changed)
        return compared(edition.path, again, told, altered)


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """What the command says: each file that differs, what has changed without effect, a count."""
    yield from map(str, verdict.findings)
    if verdict.changed and not verdict.findings:
        yield f"Changed since, without any effect: {'; '.join(verdict.changed)}."
    number = len(verdict.findings)
    yield f"{verdict.files} files; {number or 'no'} difference{'' if number == 1 else 's'}."


def read_receipt(edition: Edition) -> dict:
    """The receipt of an edition. EditionError if there is none, or none that this command knows."""
    path = edition.path / receipts.RECEIPT
    again = "Build the edition again with `cyp build`."
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(told["outputs"], dict) or not told["parameters"]["day"]:
            raise KeyError("day")
    except OSError:
        rule, got = f"must hold {receipts.RECEIPT}", "no file that can be read"
        raise EditionError(edition.name, rule, got, again) from None
    except (ValueError, KeyError, TypeError):
        rule, got = "must hold a receipt that can be followed", "a damaged or older one"
        raise EditionError(edition.name, rule, got, again) from None
    return told


def altered_files(folder: Path, recorded: Mapping[str, str]) -> list[Finding]:
    """Files whose bytes are not those of the receipt, that are gone, or that came later."""
    there = _hashes(folder)
    found = []
    for name in sorted(set(there) | set(recorded)):
        if name not in there:
            found.append(Finding(name, "is missing", "it was there when the edition was made"))
        elif name not in recorded:
            found.append(Finding(name, "was added", "it was not there when the edition was made"))
        elif there[name] != recorded[name]:
            why = "its sha256 is not that of the receipt: an edition is never changed"
            found.append(Finding(name, "was altered since it was made", why))
    return found


def _hashes(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file() and p != folder / receipts.RECEIPT)
    return {path.relative_to(folder).as_posix(): receipts.file_hash(path) for path in files}


def _refuse_missing_data(told: dict, data: Sequence[Path]) -> None:
    asked = told["parameters"].get("data", [])
    if len(data) < len(asked):
        action = f"Give them again, by --data for each: {', '.join(asked)}."
        got = f"{len(data)} of {len(asked)} folders"
        raise EditionError(told["edition"], "was made with folders of files", got, action)


def remade(
    edition: Edition, told: dict, folder: Path, data: Sequence[Path], *, progress: bool
) -> Path:
    """The edition made again inside `folder` on its own day, beside the edition that it was
    compared with."""
    asked, outputs = told["parameters"], folder / "outputs"
    outputs.mkdir()
    used = {told.get("earlier", {}).get("edition"), *(k["edition"] for k in told.get("kept", []))}
    for before in sorted(filter(None, used)):
        if (edition.path.parent / before).is_dir():
            _beside(edition.path.parent / before, outputs / before)
    request = Request(
        areas=tuple(asked["areas"]),
        chapters=tuple(asked["chapters"]),
        data=tuple(Path(each).resolve() for each in data),
        edition=edition.name,
        allow_partial=asked["allow_partial"],
        pdf=asked.get("pdf", False),
    )
    with _outputs_in(outputs), clock.one_day(date.fromisoformat(asked["day"])):
        return build_edition(request, progress=progress).folder


def _beside(edition: Path, link: Path) -> None:
    try:
        os.symlink(edition, link, target_is_directory=True)
    except OSError:  # Windows lets few users make links
        shutil.copytree(edition, link)


@contextmanager
def _outputs_in(folder: Path) -> Iterator[None]:
    before = os.environ.get("CYP_OUTPUTS")
    os.environ["CYP_OUTPUTS"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["CYP_OUTPUTS"]
        else:
            os.environ["CYP_OUTPUTS"] = before


def compared(folder: Path, again: Path, told: dict, altered: Sequence[Finding]) -> Verdict:
    """Every byte of the edition against the one made again; those altered by hand say so."""
    now = json.loads((again / receipts.RECEIPT).read_text(encoding="utf-8"))
    changed = tuple(_changed(told, now))
    why = "; ".join(changed) or "nothing that the receipt tells has changed: it is not repeatable"
    by_hand = {finding.file: finding for finding in altered}
    here, there = _hashes(folder), _hashes(again)
    found = []
    for name in sorted(set(here) | set(there) | set(by_hand)):
        if name in by_hand:
            place = _first_difference(folder / name, again / name)
            finding = by_hand[name]
            found.append(Finding(name, f"{finding.what}{place}", finding.why))
        elif here.get(name) != there.get(name):
            place = _first_difference(folder / name, again / name)
            found.append(Finding(name, f"does not come out again{place}", why))
    found += [
        Finding(receipts.RECEIPT, f"its part `{key}` does not come out again", why)
        for key in sorted(set(told) | set(now))
        if key not in (*_CAUSES, *receipts.OF_THE_RUN) and _part(told, key) != _part(now, key)
    ]
    return Verdict(len(told["outputs"]), tuple(found), changed)


def _part(told: Mapping, key: str) -> object:
    part = told.get(key)
    # Where the folders of --data are, and what they are called, may change.
    return {k: v for k, v in part.items() if k != "data"} if isinstance(part, dict) else part


def _first_difference(here: Path, again: Path) -> str:
    """ ", first in line 12: `…`, made again `…`" for text; empty for other files."""
    if here.suffix not in _TEXT or not (here.is_file() and again.is_file()):
        return ""
    lines = [p.read_text(encoding="utf-8", errors="replace").split("\n") for p in (here, again)]
    pairs = zip(*lines, strict=False)
    shorter = min(map(len, lines))
    place = next((n for n, (one, other) in enumerate(pairs) if one != other), shorter)
    one, other = (each[place] if place < len(each) else "(the end)" for each in lines)
    if one == other:
        return ""
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    shown = slice(max(0, start - 20), max(0, start - 20) + _SHOWN)
    return f", first in line {place + 1}: `{one[shown]}`, made again `{other[shown]}`"


def _changed(told: dict, now: dict) -> Iterator[str]:
    """What is not as it was when the edition was made, of all that decides its bytes."""
    yield from _files_changed(told.get("project", {}), receipts.project_hashes())
    if now:
        names = [{f"{e['source_id']}/{e['file']}": e["sha256"] for e in r["inputs"]}
                 for r in (told, now)]  # fmt: skip
        yield from _files_changed(*names, kind="input ")
        if told.get("earlier") != now.get("earlier"):
            name = told.get("earlier", {}).get("edition") or "no edition"
            yield f"the edition before it is not as it was: it was compared with {name}"
    if told.get("code") != receipts.code_hash():
        yield "the code of cyp_analysis is another"
    before, today = told.get("environment", {}), receipts.environment()
    for name in sorted(set(before) | set(today)):
        if before.get(name) != today.get(name):
            yield f"{name} was {before.get(name, 'not told')}, is {today.get(name, 'not told')}"


def _files_changed(
    before: Mapping[str, str], now: Mapping[str, str], kind: str = ""
) -> Iterator[str]:
    for name in sorted(set(before) | set(now)):
        if before.get(name) != now.get(name):
            how = (
                "is gone" if name not in now else "is new" if name not in before else "was changed"
            )
            yield f"{kind}{name} {how}"
