"""No process outlives its build, however that ends, and no kernel's end takes a build with it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import faults
import pytest
from conftest import ROOT
from nbformat import write as write_notebook
from nbformat.v4 import new_code_cell, new_notebook

from cyp_analysis.publish import pool, worker
from cyp_analysis.publish.pool import ChapterTask, run_chapters
from cyp_analysis.publish.runner import run_notebook

# What the cell starts lives for a minute, unless somebody ends it.
STARTS = """
import os, pathlib, subprocess, time
started = subprocess.Popen(["sleep", "60"])
told = pathlib.Path({place!r})
told.with_suffix(".new").write_text(f"{{os.getppid()}} {{os.getpid()}} {{started.pid}}")
moved = told.with_suffix(".new").rename(told)
"""
WAITS = STARTS + "time.sleep(60)\n"
BUILD = """
import sys
from pathlib import Path
from cyp_analysis.publish.pool import ChapterTask, run_chapters
from cyp_analysis.stopping import heed_signals
if __name__ == "__main__":
    heed_signals()
    folder = Path(sys.argv[1])
    made = folder / "made.ipynb"
    task = ChapterTask("x", "E1", folder / "x.ipynb", made, {"area_code": None})
    try:
        run_chapters([task], jobs=1)
    except KeyboardInterrupt:
        sys.exit("Stopped.")
"""


def notebook(path, *sources):
    first = new_code_cell("area_code = None", metadata={"tags": ["parameters"]})
    write_notebook(new_notebook(cells=[first, *map(new_code_cell, sources)]), path)
    return path


def alive(number):
    """Whether a process runs; one that has ended and was not asked how does not."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(numbers, seconds):
    """Those still there after so many seconds."""
    end = time.monotonic() + seconds
    while any(map(alive, numbers)) and time.monotonic() < end:
        time.sleep(0.1)
    return [number for number in numbers if alive(number)]


def wait_for(path, seconds=60):
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} did not come"
        time.sleep(0.05)
    return [int(number) for number in path.read_text().split()]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty project folder, and a folder for temporary files with a short path."""
    (tmp_path / "data" / "catalogue").mkdir(parents=True)
    monkeypatch.setenv("CYP_HOME", str(tmp_path))
    with tempfile.TemporaryDirectory(prefix="f-", dir="/tmp") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield tmp_path


@pytest.fixture
def build(home):
    """A build in a session of its own, in the middle of a cell: the process, and the numbers of
    its worker, of the kernel and of what the cell started."""
    notebook(home / "x.ipynb", WAITS.format(place=str(home / "told")))
    script = home / "build.py"
    script.write_text(BUILD)
    environment = os.environ | {"PYTHONPATH": os.environ.get("PYTHONPATH", str(ROOT))}
    process = subprocess.Popen(
        [sys.executable, str(script), str(home)],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    numbers = wait_for(home / "told")
    assert all(map(alive, numbers))
    yield process, numbers
    process.stderr.close()
    for number in filter(alive, numbers):
        os.kill(number, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_build_told_to_stop_stops_with_all_that_it_started(number, build):
    process, numbers = build
    start = time.monotonic()
    process.send_signal(number)
    assert process.wait(30) == 1
    assert time.monotonic() - start < 20
    said = process.stderr.read()
    assert said.endswith("Stopped.\n") and "Traceback" not in said
    assert gone(numbers, 5) == []
    assert os.listdir(os.environ["TMPDIR"]) == []


def test_ctrl_c_reaches_every_process_and_nothing_is_said_twice(build):
    process, numbers = build
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 1
    said = process.stderr.read()
    assert said.endswith("Stopped.\n") and "Traceback" not in said
    assert gone(numbers, 5) == []


def test_a_killed_build_leaves_no_process_and_no_file(build):
    process, numbers = build
    process.kill()
    process.wait(30)
    assert gone(numbers, 20) == []
    assert os.listdir(os.environ["TMPDIR"]) == []


def test_a_build_killed_with_its_workers_leaves_no_kernel_and_the_next_one_sweeps(build, home):
    process, (its_worker, kernel, started) = build
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    assert gone([its_worker, kernel], 20) == []
    os.kill(started, signal.SIGKILL)  # nobody is left who knows of it
    notebook(home / "y.ipynb", "held = 1")
    (run,) = run_chapters(
        [ChapterTask("y", "E1", home / "y.ipynb", home / "z.ipynb", {"area_code": None})]
    )
    assert run.message == ""
    assert os.listdir(os.environ["TMPDIR"]) == []


def test_who_asks_twice_is_not_kept_waiting(home):
    code = (
        "import os, signal, time\n"
        "from cyp_analysis.stopping import heed_signals\n"
        "heed_signals()\n"
        "try:\n    os.kill(os.getpid(), signal.SIGTERM)\n"
        "finally:\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(60)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("end", ["None", "os._exit(3)", "1 / 0"])
def test_what_a_cell_starts_ends_with_its_kernel(end, home):
    told = home / "told"
    path = notebook(home / "x.ipynb", STARTS.format(place=str(told)), f"import os; {end}")
    parameters = {"area_code": None}
    if end == "None":
        run_notebook(path, home / "made.ipynb", parameters)
    else:
        with pytest.raises(Exception, match="x.ipynb, cell 3"):
            run_notebook(path, home / "made.ipynb", parameters)
    _, kernel, started = wait_for(told)
    assert gone([kernel, started], 5) == []


def test_a_cell_that_needs_too_much_memory_fails_its_chapter_only(home):
    eats = (
        "import resource\n"
        "held = 4 * 2**30\n"
        "resource.setrlimit(resource.RLIMIT_AS, (held, held)) and None\n"
        "block = bytearray(8 * 2**30)"
    )
    tasks = [
        ChapterTask(
            name,
            "E1",
            notebook(home / f"{name}.ipynb", text),
            home / f"{name}-made.ipynb",
            {"area_code": None},
        )  # fmt: skip
        for name, text in (("eats", eats), ("eats_not", "held = 1"))
    ]
    eaten, well = run_chapters(tasks, jobs=1, progress=False)
    assert eaten.outcome == "failed" and "eats.ipynb, cell 2" in eaten.message
    assert "MemoryError" in eaten.message
    assert (well.outcome, well.message) == ("built", "")


def _hang(task, timeout):
    if task.chapter_id == "hangs":
        time.sleep(60)
    return pool.ChapterRun(task.chapter_id, task.area_code, "built", 0.1)


def test_a_process_that_does_not_answer_fails_its_chapter_only(home, monkeypatch):
    monkeypatch.setattr(pool, "run_task", _hang)
    monkeypatch.setattr(pool, "_longest", lambda timeout: 15)
    tasks = [ChapterTask(name, "E1", home, home, {}) for name in ("first", "hangs", "last")]
    runs = run_chapters(tasks, jobs=2, progress=False)
    assert [run.outcome for run in runs] == ["built", "failed", "built"]
    assert runs[1].message == (
        "hangs: the process that ran it did not answer; got: no end in 15 seconds. "
        "Build again, with fewer --jobs if the machine is busy."
    )
    assert os.listdir(os.environ["TMPDIR"]) == []


def test_the_usual_limits_leave_a_notebook_its_two_starts():
    assert pool._longest(300) >= 2 * 300 + 2 * 60


def test_a_worker_of_nobody_stays(monkeypatch, tmp_path):
    monkeypatch.setattr(worker.multiprocessing, "parent_process", lambda: None)
    assert worker._outlive_none(tmp_path) is None
    assert tmp_path.is_dir()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("after", [0.3, 1, 2, 4, 8, 12, 16, 20, 25, 30])
def test_a_whole_build_with_its_kernels_is_cut_off(number, after, edition, home, monkeypatch):
    outputs = home / "outputs"
    shutil.copytree(edition[0] / "annual", outputs / "annual")
    before = faults.contents(outputs / "annual")
    told = {"CYP_HOME": str(ROOT), "CYP_OUTPUTS": str(outputs)}
    command = [sys.executable, "-m", "cyp_analysis", "build", "--chapter", "child_poverty"]
    process = subprocess.Popen(
        [*command, "--edition", "next"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | told,
        start_new_session=True,
    )
    time.sleep(after)
    process.send_signal(number)
    said = process.communicate(timeout=60)[1]
    assert process.returncode in (0, 1, -number)
    # Python itself answers Ctrl-C while it starts.
    assert "Traceback" not in said or (number == signal.SIGINT and after < 1)
    assert gone(of_session(process.pid), 20) == []
    assert faults.contents(outputs / "annual") == before
    names = {path.name for path in outputs.iterdir() if not path.name.startswith(".")}
    assert names <= {"annual", "next", "editions.html"}
    if number != signal.SIGKILL:
        assert os.listdir(os.environ["TMPDIR"]) == []


def of_session(number):
    """Processes of a session, and kernels, which have sessions of their own, by their folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            session = int((place / "stat").read_text().rpartition(")")[2].split()[3])
            command = (place / "cmdline").read_text()
        except (OSError, ValueError):
            continue
        if session == number or os.environ["TMPDIR"] in command:
            found.append(int(place.name))
    return found
