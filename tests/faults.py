"""Builds that are cut off: at the so-manieth operation on a file a build is killed, refused, or the
power fails, and then its folder of editions is looked at as the next reader and build find it.

`Bench` starts one process that has imported everything and worked out a small edition's tables; it
forks a child for each point of failure, which takes tens of milliseconds, not seconds. Chapters
are not run but copied, as what a kernel does to files is its own temporary folder.
"""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHAPTER, AREA, ENGLAND = "child_poverty", "E09000003", "E92000001"
KILL, LOST_DATA, LOST_NAMES = "kill", "power cut: data", "power cut: names"
POWER = (LOST_DATA, LOST_NAMES)
STOPS = {"SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT}
# How an operation is refused: with which error, from then on or once, and which kinds of it.
CHANGES = ("open", "mkdir", "rename", "link", "truncate", "fsync", "utime")
REFUSALS = {
    "ENOSPC": (errno.ENOSPC, True, ("open", "mkdir", "truncate", "fsync")),
    "EROFS": (errno.EROFS, True, (*CHANGES, "remove", "rmdir")),
    "ESTALE": (errno.ESTALE, True, (*CHANGES, "remove", "rmdir")),
    "EIO": (errno.EIO, False, (*CHANGES, "remove", "rmdir")),
    "EACCES": (errno.EACCES, False, (*CHANGES, "remove", "rmdir")),
}
MODES = (KILL, *POWER, *STOPS, *REFUSALS)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass
class Disk:
    """What a disk would hold if the power failed now: which bytes and names it was made to keep."""

    top: str
    unsynced: set[str] = field(default_factory=set)  # files whose bytes may be lost
    renamed: list[tuple[str, str, bytes | None]] = field(default_factory=list)

    def wrote(self, path: str) -> None:
        """A file was opened for writing."""
        self.unsynced.add(path)

    def synced(self, path: str) -> None:
        """A file or a folder was handed to the disk."""
        self.unsynced.discard(path)
        self.renamed = [each for each in self.renamed if os.path.dirname(each[1]) != path]

    def moved(self, old: str, new: str) -> None:
        """A file or folder gets another name; what had that name is kept, to come back."""
        before = Path(new).read_bytes() if os.path.isfile(new) else None
        self.renamed.append((old, new, before))
        inside = {p for p in self.unsynced if p == old or p.startswith(old + os.sep)}
        self.unsynced = (self.unsynced - inside) | {new + p[len(old) :] for p in inside}

    def lose_data(self) -> None:
        """Bytes that were not handed over are gone: half of each file."""
        for path in self.unsynced:
            if os.path.isfile(path):
                os.truncate(path, os.path.getsize(path) // 2)

    def lose_names(self) -> None:
        """Names that were not handed over are as before; the bytes may have got there or not."""
        self.lose_data()
        for old, new, before in reversed(self.renamed):
            if os.path.lexists(new) and not os.path.lexists(old):
                os.rename(new, old)
                if before is not None:
                    Path(new).write_bytes(before)


class Saboteur:
    """Counts the operations below a folder, and at number `at` does what `mode` says."""

    def __init__(self, top: str, mode: str, at: int) -> None:
        self.top, self.mode, self.at = top, mode, at
        self.disk, self.count, self.busy = Disk(top), 0, False
        self.pid = os.getpid()

    def install(self) -> None:
        """From here on, in this process, for good."""
        fsync = os.fsync

        def watched(opened: int) -> None:
            path = os.readlink(f"/proc/self/fd/{opened}")
            self.operation("fsync", path)
            fsync(opened)
            self.disk.synced(path)

        os.fsync = watched
        sys.addaudithook(self.heard)

    def heard(self, event: str, details: tuple) -> None:
        """Called by Python before it does anything to a file."""
        if self.busy or event not in _EVENTS:
            return
        self.busy = True
        try:
            kind, paths = _EVENTS[event](*details)
        finally:
            self.busy = False
        if kind:
            self.operation(kind, *paths)

    def operation(self, kind: str, path: str, other: str = "") -> None:
        """One operation is about to happen."""
        if not path.startswith(self.top) or os.getpid() != self.pid:
            return
        self.count += 1
        self.busy = True
        try:
            if self.count == self.at or (self.count > self.at > 0 and self.lasting):
                self.strike(kind, path)
            if kind in ("open", "truncate"):
                self.disk.wrote(path)
            if kind == "rename":
                self.disk.moved(path, other)
        finally:
            self.busy = False

    @property
    def lasting(self) -> bool:
        """Whether what is refused once is refused from then on."""
        return self.mode in REFUSALS and REFUSALS[self.mode][1]

    def strike(self, kind: str, path: str) -> None:
        """The fault."""
        if self.mode in REFUSALS:
            number, _, kinds = REFUSALS[self.mode]
            if kind in kinds:
                raise OSError(number, os.strerror(number), path)
            self.at += self.count == self.at  # the next one that it can refuse
            return
        if self.mode in STOPS:
            os.kill(os.getpid(), STOPS[self.mode])
            return
        if self.mode == LOST_DATA:
            self.disk.lose_data()
        if self.mode == LOST_NAMES:
            self.disk.lose_names()
        os.killpg(0, signal.SIGKILL)


def _absolute(path: object, folder: int = -1) -> str:
    if not isinstance(path, str | bytes | os.PathLike):
        return ""
    text = os.fsdecode(path)
    if isinstance(folder, int) and folder >= 0 and not os.path.isabs(text):
        return os.path.join(os.readlink(f"/proc/self/fd/{folder}"), text)
    return os.path.abspath(text)


def _open(path: object, mode: str | None, flags: int) -> tuple[str, tuple[str, ...]]:
    writes = any(letter in mode for letter in "wax+") if mode else flags & _WRITING
    return ("open" if writes else ""), (_absolute(path),)


def _one(kind: str):
    return lambda path, *rest: (kind, (_absolute(path, rest[-1] if rest else -1),))


_EVENTS = {
    "open": _open,
    "os.mkdir": _one("mkdir"),
    "os.remove": _one("remove"),
    "os.rmdir": _one("rmdir"),
    "os.truncate": _one("truncate"),
    "os.utime": lambda path, *_: ("utime", (_absolute(path),)),
    "os.link": lambda old, new, *_: ("link", (_absolute(new),)),
    "os.symlink": lambda old, new, *_: ("link", (_absolute(new),)),
    "os.rename": lambda old, new, *_: ("rename", (_absolute(old), _absolute(new))),
}


# The process that forks: prepared once, then one line of JSON in and one out for each point.


def serve(prepared: Path) -> None:
    """Take points from stdin until it ends."""
    from cyp_analysis import loaders
    from cyp_analysis.build import edition
    from cyp_analysis.publish import edition_run

    tables = _tables(Path(prepared), edition)
    nothing = loaders.read_all([])
    loaders.read_all = lambda *a, **k: nothing
    edition.build_tables = lambda *a, **k: tables
    edition_run.run_chapters = _copied
    edition_run.read_printed_arithmetic = lambda *a: None
    edition_run.refuse_leaks = lambda *a: None  # it only reads, and takes seconds
    _warm_up()
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_forked(json.loads(line))), flush=True)


def _warm_up() -> None:
    """A whole build in this process: what it imports and reads once, its children have."""
    from cyp_analysis.publish.edition_run import Request, build_edition
    from cyp_analysis.summary import summary_lines

    with tempfile.TemporaryDirectory() as folder:
        os.environ["CYP_OUTPUTS"] = folder
        built = build_edition(Request((AREA,), (CHAPTER,), edition="warm"), progress=False)
        list(summary_lines(built))


def _tables(folder: Path, edition) -> object:
    """The tables of a finished edition, cut to one chapter's figures of a few areas."""
    import pandas as pd

    from cyp_analysis import catalogue
    from cyp_analysis.edition_tables import REGISTERS

    ids = catalogue.load().chapters[CHAPTER].indicators
    made = {}
    for path in folder.glob("*.parquet"):
        table = pd.read_parquet(path)
        if "indicator_id" in table:
            table = table[table["indicator_id"].isin(ids)]
        if "area_code" in table:
            table = table[table["area_code"].isin([AREA, ENGLAND])]
        made[path.stem] = table.head(100)
    registers = {p.stem: pd.read_parquet(p) for p in (folder / REGISTERS).glob("*.parquet")}
    three = [made.pop(name) for name in ("indicators", "comparisons", "differences")]
    made.pop("changes", None)
    ownerless = pd.DataFrame(columns=["file", "problem"])
    return edition.Tables(*three, registers, made, ownerless)


def _copied(tasks, **_: object) -> list:
    """Instead of running chapters: an executed notebook as papermill leaves it."""
    import nbformat

    from cyp_analysis.publish.files import write_atomic
    from cyp_analysis.publish.pool import ChapterRun

    text = "<h2>Headlines</h2><p>Figures follow.</p>"
    data = {"text/html": text, "text/plain": "Figures follow."}
    output = nbformat.v4.new_output("display_data", data=data)
    cell = nbformat.v4.new_code_cell("chapter.headlines()", outputs=[output], execution_count=1)
    told = nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
    for task in tasks:
        write_atomic(task.executed, told)
    return [ChapterRun(t.chapter_id, t.area_code, "built", 0.1, executed=t.executed) for t in tasks]


def _forked(point: dict) -> dict:
    child = os.fork()
    if not child:
        _child(point)
    _, status = os.waitpid(child, 0)
    said = Path(point["said"])
    counted = said.with_suffix(".count")
    return {
        "code": os.waitstatus_to_exitcode(status),
        "said": said.read_text(encoding="utf-8") if said.exists() else "",
        "operations": int(counted.read_text()) if counted.exists() else None,
    }


def _child(point: dict) -> None:
    os.setpgid(0, 0)
    said = os.open(point["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.environ |= {"CYP_OUTPUTS": point["outputs"], "CYP_TODAY": point.get("today", "2026-11-22")}
    arguments = ["build", "--chapter", CHAPTER, "--jobs", "1"]
    arguments += ["--edition", point["name"]] if point["name"] else []
    sys.argv = ["cyp", *arguments]
    saboteur = Saboteur(point["outputs"], point["mode"], point["at"])
    code = 99
    try:
        from cyp_analysis import cli

        saboteur.install()
        cli.main()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        Path(point["said"]).with_suffix(".count").write_text(str(saboteur.count))
        os._exit(code)


# The test's side.


class Bench:
    """The forking process, and a folder of editions with one whole edition, `first`, to start
    each point from."""

    def __init__(self, folder: Path, prepared: Path) -> None:
        self.folder = folder
        environment = os.environ | {"CYP_HOME": str(ROOT), "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(prepared)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        assert self.process.stdout.readline().strip() == "ready"
        self.start = folder / "start"
        self.points = 0
        done = self.build(self.start, "first")
        assert done["code"] == 0, done["said"]
        self.operations = self.count_operations()

    def build(self, outputs: Path, name: str | None, mode: str = KILL, at: int = 0, **more) -> dict:
        """One build in a forked child; `at` 0: nothing happens to it."""
        self.points += 1
        said = self.folder / f"said-{self.points}.txt"
        point = {"outputs": str(outputs), "name": name, "mode": mode, "at": at, "said": str(said)}
        self.process.stdin.write(json.dumps(point | more) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def count_operations(self) -> int:
        """How many operations on files a whole second build takes."""
        outputs = self.fresh("count")
        done = self.build(outputs, "second")
        assert done["code"] == 0, done["said"]
        shutil.rmtree(outputs)
        return done["operations"]

    def fresh(self, name: str) -> Path:
        """A copy of the starting folder."""
        outputs = self.folder / name
        shutil.copytree(self.start, outputs)
        return outputs

    def broken_by(self, mode: str, at: int, *, recover: bool = True) -> list[str]:
        """What is not as promised after a fault at operation `at` of a second build; empty if all
        is. `recover`: also whether the next build succeeds and leaves nothing behind."""
        outputs = self.fresh(f"point-{self.points}")
        before = contents(outputs / "first")
        done = self.build(outputs, "second", mode, at)
        found = [*wrong_exit(mode, done, outputs), *wrong_folder(outputs, before)]
        if recover:
            name = "third" if (outputs / "second").exists() else "second"
            again = self.build(outputs, name)
            if again["code"]:
                found.append(f"the next build failed: {again['said']}")
            found += wrong_folder(outputs, before, newest=name)
            hidden = [p.name for p in outputs.rglob(".*") if not p.name.startswith(".lock-")]
            found += [f"left behind: {name}" for name in hidden]
        shutil.rmtree(outputs)
        return [f"{mode} at {at}: {each}" for each in found]

    def close(self) -> None:
        """End the forking process."""
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def wrong_exit(mode: str, done: dict, outputs: Path) -> list[str]:
    """A traceback, an exit code that is not as promised, or one that does not fit the folder."""
    code, said = done["code"], done["said"]
    if mode == KILL or mode in POWER:
        return [] if code == -signal.SIGKILL else [f"it was not killed but ended with {code}"]
    found = ["a traceback: " + said] if "Traceback" in said else []
    if code not in (0, 1):
        found.append(f"exit code {code}")
    if code == 1 and not any(
        line.startswith(("Error: ", "Stopped. ")) for line in said.split("\n")
    ):
        found.append(f"no message but: {said}")
    if code == 0 and not (outputs / "second").is_dir():
        found.append("it says that all went well, and there is no edition")
    return found


def wrong_folder(outputs: Path, before: dict[str, bytes], newest: str = "") -> list[str]:
    """What a reader would find wrong in a folder of editions."""
    from cyp_analysis.edition_reader import edition_names, load_edition, open_edition
    from cyp_analysis.publish.verify import altered_files, read_receipt

    found = [] if contents(outputs / "first") == before else ["the edition before has changed"]
    kept, os.environ["CYP_OUTPUTS"] = os.environ.get("CYP_OUTPUTS"), str(outputs)
    try:
        names = edition_names()
        listed = (outputs / "editions.html").read_text(encoding="utf-8")
        for name in names:
            edition = open_edition(name)
            altered = altered_files(edition.path, read_receipt(edition)["outputs"])
            found += [f"half an edition, {name}: {each}" for each in altered]
        if len(load_edition()) == 0:
            found.append("the newest edition is empty")
    finally:
        os.environ.pop("CYP_OUTPUTS")
        os.environ |= {"CYP_OUTPUTS": kept} if kept else {}
    folders = {p.name for p in outputs.iterdir() if p.is_dir() and not p.name.startswith(".")}
    found += [f"in sight and no edition: {name}" for name in folders - set(names)]
    if names[0] != "first" or (newest and names[-1] != newest):
        found.append(f"not in order: {names}")
    shown = names if newest else ["first"]
    missing = [name for name in shown if f'"{name}/' not in listed]
    if missing or not listed.rstrip().endswith("</html>"):
        found.append(f"editions.html is cut or lacks {missing}")
    return found


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
