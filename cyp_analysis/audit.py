"""Problems of the whole project as one table, for `cyp check`: what is wrong and where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import nbformat
import pandas as pd

from cyp_analysis import catalogue, geography, loaders, paths
from cyp_analysis.build.receipt import file_hash
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.errors import CatalogueError, CypError
from cyp_analysis.loaders import inventory
from cyp_analysis.loaders.drift import DriftError
from cyp_analysis.present.commentary import Commentary, read_commentary
from cyp_analysis.publish.claims import typed_problems
from cyp_analysis.publish.pages.glossary import read_glossary
from cyp_analysis.publish.pages.statement import read_publisher

ERROR, WARNING, REMARK = "error", "warning", "remark"
PARAMETERS = ["area_code", "period_end", "edition"]
Problem = tuple[str, str, str]


@dataclass(frozen=True)
class Audit:
    """What was found: `files` as loaders.inventory lists them, `problems` (level, thing, problem;
    errors first), `patches` of passports whose files have renamed columns."""

    files: pd.DataFrame
    problems: pd.DataFrame
    patches: tuple[str, ...] = ()


def look(data: Sequence[Path] = ()) -> Audit:
    """The whole project and some folders of data. A broken catalogue ends the search."""
    nothing = pd.DataFrame(columns=inventory.COLUMNS, dtype="str")
    try:
        known = catalogue.load()
    except CatalogueError as error:
        return Audit(nothing, _table([(ERROR, "catalogue", str(error))]))
    looks = (bundled_files, notebooks, commentary, reviews, around)
    problems = [problem for each in looks for problem in each(known)]
    try:
        found = loaders.read_all([paths.data_dir() / "raw", *data])
    except CypError as error:
        return Audit(nothing, _table([*problems, (ERROR, "data", str(error))]))
    patches = tuple(dict.fromkeys(e.patch for e in found.failed if isinstance(e, DriftError)))
    files = inventory.inventory(found)
    files["file"] = files["file"].map(lambda path: _short(path, data))
    return Audit(files, _table([*problems, *data_files(found)]), patches)


def find_problems(data: Sequence[Path] = ()) -> pd.DataFrame:
    """level, thing, problem: one row each, errors first."""
    return look(data).problems


def _short(path: str, data: Sequence[Path]) -> str:
    """A file's path from the folder that it was found in."""
    for folder in (paths.data_dir() / "raw", *data):
        if Path(path).is_relative_to(folder):
            return Path(path).relative_to(folder).as_posix()
    return path


def _table(problems: list[Problem]) -> pd.DataFrame:
    table = pd.DataFrame(problems, columns=["level", "thing", "problem"], dtype="str")
    order = pd.Categorical(table["level"], [ERROR, WARNING, REMARK], ordered=True)
    return table.assign(order=order).sort_values("order", kind="stable").drop(columns="order")


def bundled_files(known: Catalogue) -> Iterator[Problem]:
    """Bundled files that are missing, changed, or in no passport."""
    raw = paths.data_dir() / "raw"
    listed = {
        raw / source.id / name: sha256
        for source in known.sources.values()
        for name, sha256 in source.files.items()
    }
    for path, sha256 in listed.items():
        name = path.relative_to(raw).as_posix()
        if not path.exists():
            yield ERROR, name, "named in its passport but missing: restore it from git"
        elif file_hash(path) != sha256:
            yield ERROR, name, "is not the file of its passport (sha256): restore it from git"
    for path in sorted(p for p in raw.rglob("*") if p.is_file() and p not in listed):
        yield ERROR, path.relative_to(raw).as_posix(), "is in no passport: add it under `files`"


def notebooks(known: Catalogue) -> Iterator[Problem]:
    """Chapters without a notebook, notebooks without a chapter, saved outputs, wrong parameters."""
    expected = {chapter.notebook for chapter in known.chapters.values()}
    folder = paths.notebooks_dir()
    for name in sorted(expected):
        if not (folder / name).exists():
            yield ERROR, name, "the chapter has no notebook: add it or take the chapter out"
    for path in sorted(folder.glob("*.ipynb")):
        if path.name not in expected:
            yield WARNING, path.name, "is no chapter of chapters.yml"
        yield from _notebook(path)


def _notebook(path: Path) -> Iterator[Problem]:
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds; each means the same to the user
        yield ERROR, path.name, f"is not a readable notebook ({type(error).__name__})"
        return
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if any(cell.outputs for cell in code):
        yield ERROR, path.name, "has saved outputs: clear them before saving"
    tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    names = [line.split("=")[0].strip() for cell in tagged for line in cell.source.splitlines()]
    if names != PARAMETERS:
        yield ERROR, path.name, f"its parameters must be {PARAMETERS}, got: {names}"


def commentary(known: Catalogue) -> Iterator[Problem]:
    """Commentary of unknown areas or chapters, that cannot be read, is empty or is overdue."""
    root = paths.data_dir() / "commentary"
    for path in sorted(root.glob("*/*.md")):
        name, area = path.relative_to(root).as_posix(), path.parent.name
        if path.stem not in known.chapters or area not in geography.known_codes():
            yield WARNING, name, "belongs to no chapter of an area: check both names"
        try:
            written = read_commentary(area, path.stem)
        except CypError as error:
            yield ERROR, name, f"{error.rule}; got: {error.got}. {error.action}"
            continue
        yield from _written(name, written)
        yield from ((WARNING, name, problem) for problem in typed_problems(area, path.stem))


def _written(name: str, written: Commentary) -> Iterator[Problem]:
    if not written.markdown:
        yield WARNING, name, "is empty"
    if written.review_by is None:
        yield WARNING, name, "has no review_by date"
    elif written.review_by < date.today():
        yield WARNING, name, f"was due for review on {written.review_by}"


def reviews(known: Catalogue) -> Iterator[Problem]:
    """Definitions past their review, and how many still wait for a second person's check."""
    for indicator in known.indicators.values():
        if indicator.next_review < date.today():
            yield (
                WARNING,
                indicator.id,
                f"its definition was due for review on {indicator.next_review}",
            )
    waiting = [i.id for i in known.indicators.values() if not i.checked_by]
    if waiting:
        yield (
            REMARK,
            "indicators",
            f"{len(waiting)} of {len(known.indicators)} await a second check",
        )


def around(_: Catalogue) -> Iterator[Problem]:
    """What the pages around the chapters are made of: the words explained, and who publishes."""
    for read in (read_glossary, read_publisher):
        try:
            read()
        except CatalogueError as error:
            name = Path(str(error.thing)).name
            yield ERROR, name, f"{error.rule}; got: {error.got}. {error.action}"


def data_files(found: loaders.ReadResult) -> Iterator[Problem]:
    """Files that cannot be read or that no passport knows, and rows left out of those that can."""
    for error in found.failed:
        action = error.action.split("\n")[0]  # what follows is the patch, shown by itself
        yield ERROR, Path(str(error.thing)).name, f"{error.rule}; got: {error.got}. {action}"
    for path, reason in found.unrecognised.to_numpy():
        yield WARNING, Path(path).name, f"is not used: {reason}"
    for table in (*found.tables, *found.references):
        if len(table.problems):
            first = table.problems.iloc[0]
            more = f"{len(table.problems)} remark(s) on rows"
            name = f"{table.source.id}/{table.path.name}"
            yield REMARK, name, f"{more}; line {first.source_row}: {first.problem}"
