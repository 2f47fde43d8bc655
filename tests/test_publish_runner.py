"""Running notebooks: strict parameters, every way to fail, and two at once."""

import json
import os
import re
import sys
import tempfile
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cyp_analysis.errors import ChapterError
from cyp_analysis.publish import kernel, pool
from cyp_analysis.publish.executed import check_executed, first_line
from cyp_analysis.publish.runner import ChapterTask, run_chapters, run_notebook

PARAMETERS = {"area_code": "E99000001", "period_end": None}
SHOW = "from IPython.display import HTML; HTML(f'<p>{area_code} {period_end}</p>')"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """An empty project folder, so that no test depends on the real one."""
    home = tmp_path / "home"
    (home / "data" / "catalogue").mkdir(parents=True)
    monkeypatch.setenv("CYP_HOME", str(home))
    monkeypatch.setenv("CYP_OUTPUTS", str(tmp_path / "outputs"))
    return home


def write(path, *sources, parameters="area_code = 'none'\nperiod_end = None"):
    """A notebook with a parameters cell (cell 1), a heading (cell 2), then code (cells 3…)."""
    first = new_code_cell(parameters, metadata={"tags": ["parameters"]})
    cells = [first, new_markdown_cell("## Headlines"), *map(new_code_cell, sources)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.fixture
def run(tmp_path):
    def run(*sources, parameters=PARAMETERS, **options):
        notebook = write(tmp_path / "02_child_poverty.ipynb", *sources)
        return run_notebook(notebook, tmp_path / "out" / "done.ipynb", parameters, **options)

    return run


def html_of(path):
    cells = nbformat.read(path, as_version=4).cells
    return [output.data["text/html"] for cell in cells for output in cell.get("outputs", [])]


def refused(run, *sources, **options):
    with pytest.raises(ChapterError) as caught:
        run(*sources, **options)
    return str(caught.value)


def test_parameters_reach_the_notebook_as_text_and_none(run):
    assert html_of(run(SHOW)) == ["<p>E99000001 None</p>"]


@pytest.mark.parametrize("code", ["007", "5E10", "NO", "it's \\ £ é {brace}"])
def test_text_that_looks_like_something_else_stays_text(run, code):
    shown = run(
        "from IPython.display import HTML; HTML(repr(area_code))",
        parameters={**PARAMETERS, "area_code": code},
    )
    assert html_of(shown) == [repr(code)]


def test_runs_in_the_project_folder_with_this_python_and_its_settings(run, project, tmp_path):
    (shown,) = html_of(
        run(
            "import json, os, sys\nfrom IPython.display import HTML\n"
            "HTML(json.dumps([os.getcwd(), sys.executable, os.environ['CYP_HOME'], "
            "os.environ['CYP_OUTPUTS'], os.environ['PYTHONHASHSEED']]))"
        )
    )
    home = str(project.resolve())
    assert json.loads(shown) == [home, sys.executable, home, str(tmp_path / "outputs"), "0"]


def test_output_has_no_times_paths_or_leftovers(run, tmp_path):
    path = run(SHOW)
    text = path.read_text(encoding="utf-8")
    assert "papermill" not in text
    assert str(tmp_path) not in text
    assert [p.name for p in path.parent.iterdir()] == ["done.ipynb"]


def test_braces_in_paths_and_a_foreign_kernel_name_do_no_harm(tmp_path):
    folder = tmp_path / "a {b} c"
    folder.mkdir()
    notebook = write(folder / "x.ipynb", SHOW)
    saved = nbformat.read(notebook, as_version=4)
    saved.metadata.kernelspec = {"name": "conda-env-other-py", "display_name": "x"}
    nbformat.write(saved, notebook)
    assert html_of(run_notebook(notebook, folder / "out.ipynb", PARAMETERS)) == [
        "<p>E99000001 None</p>"
    ]


def test_misspelt_parameter_is_refused_with_the_near_name(run):
    parameters = {"area_cod": "E99000001", "period_end": None}
    assert refused(run, SHOW, parameters=parameters) == (
        "02_child_poverty.ipynb, parameter area_cod: must be named in the parameters cell; "
        "got: area_code, period_end. Did you mean area_code?"
    )


def test_unlike_parameter_is_refused_without_a_guess(run):
    message = refused(run, SHOW, parameters={**PARAMETERS, "zzz": "x"})
    assert message.endswith("Take zzz out, or add it to the notebook.")


def test_missing_parameter_is_refused(run):
    assert refused(run, SHOW, parameters={"area_code": "E99000001"}) == (
        "02_child_poverty.ipynb, parameter period_end: needs a value; got: none. "
        "Pass period_end, as text or None."
    )


@pytest.mark.parametrize(
    ("value", "got"), [(7, "7 (int)"), (True, "True (bool)"), (("a", "b"), "('a', 'b') (tuple)")]
)
def test_parameter_that_is_not_text_is_refused(run, value, got):
    assert refused(run, SHOW, parameters={**PARAMETERS, "area_code": value}) == (
        f"02_child_poverty.ipynb, parameter area_code: must be text or None; got: {got}. "
        "Pass it as text."
    )


def test_notebook_without_parameters_cell_is_refused(tmp_path):
    path = tmp_path / "x.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(SHOW)]), path)
    with pytest.raises(ChapterError) as caught:
        run_notebook(path, tmp_path / "out.ipynb", {"area_code": "E99000001"})
    assert str(caught.value) == (
        "x.ipynb: must have one cell tagged `parameters`; got: 0 such cells. "
        "Tag the cell that sets area_code, and only that one."
    )


def test_file_that_is_absent_or_no_notebook_is_refused(tmp_path):
    with pytest.raises(ChapterError, match="must be a notebook; got: no such file"):
        run_notebook(tmp_path / "x.ipynb", tmp_path / "out.ipynb", {})
    for text in ("not json", '{"a": 1}', "[]", ""):
        (tmp_path / "x.ipynb").write_text(text)
        with pytest.raises(ChapterError, match="must be a notebook; got: a file of another kind"):
            run_notebook(tmp_path / "x.ipynb", tmp_path / "out.ipynb", {})


def test_failing_cell_is_named_by_its_number_in_the_notebook(run, tmp_path):
    assert refused(run, "a = 1", "1 / 0", "b = 2") == (
        "02_child_poverty.ipynb, cell 4 (1 / 0): a cell must run without an error; "
        "got: ZeroDivisionError: division by zero. Mend what the message names, then build again."
    )
    assert not (tmp_path / "out").exists()


def test_failed_run_leaves_the_last_one_as_it_was(run):
    path = run(SHOW)
    before = path.read_bytes()
    refused(run, "1 / 0")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("source", "got"),
    [
        ("import warnings; warnings.warn('old file')", r"/.*UserWarning: old file"),
        ("import sys; print('note', file=sys.stderr)", "note"),
    ],
)
def test_warning_and_stderr_are_refused(run, source, got):
    message = refused(run, source)
    assert re.search(f"a cell must not warn or write to stderr; got: {got}", message)
    assert message.startswith("02_child_poverty.ipynb, cell 3 (import ")


def test_printed_text_is_refused(run):
    assert refused(run, "print('hello')") == (
        "02_child_poverty.ipynb, cell 3 (print('hello')): a cell must not print text; got: hello. "
        "Return a block as the last line of the cell instead of printing."
    )


def test_bare_value_is_refused(run):
    message = refused(run, "[1, 2]")
    assert "a cell shows an HTML block or nothing; got: [1, 2]." in message


@pytest.mark.parametrize("source", ["import sys; sys.exit(0)", "raise SystemExit"])
def test_leaving_early_is_refused(run, source):
    message = refused(run, source, SHOW)
    assert f"cell 3 ({source}): a cell must run without an error; got: SystemExit" in message


def test_cell_that_did_not_run_is_refused():
    notebook = new_notebook(cells=[new_code_cell("a = 1", execution_count=1), new_code_cell("b")])
    with pytest.raises(ChapterError) as caught:
        check_executed(notebook, "x.ipynb")
    assert str(caught.value) == (
        "x.ipynb, cell 2 (b): every code cell must run; got: a cell that did not run. "
        "Take out what stops the notebook early, such as sys.exit() or a skip tag."
    )


def test_empty_code_cell_needs_no_run():
    check_executed(new_notebook(cells=[new_code_cell("  \n")]), "x.ipynb")


def test_dead_kernel_is_reported_with_its_cell_and_last_words(run):
    message = refused(run, "import os; os.write(2, b'out of luck'); os._exit(3)", SHOW)
    assert message.startswith("02_child_poverty.ipynb, cell 3 (import os; os.write")
    assert "Python must not stop while a cell runs; got: " in message
    assert message.endswith("os._exit, lack of memory, a faulty library.")


def test_time_limit_is_for_the_whole_notebook(run):
    start = time.monotonic()
    message = refused(run, "import time; time.sleep(1.5)", "time.sleep(60)", timeout=3)
    assert message == (
        "02_child_poverty.ipynb, cell 4 (time.sleep(60)): the notebook must finish within "
        "3 seconds; got: no end in that time. Make the cell faster, or allow more time."
    )
    assert time.monotonic() - start < 20


@pytest.fixture
def failing_starts(monkeypatch):
    """Makes the next so many kernels fail to start."""
    start, left = kernel.ChapterKernel.start_kernel, []

    async def start_kernel(self, **options):
        if left:
            raise RuntimeError(left.pop())
        await start(self, **options)

    monkeypatch.setattr(kernel.ChapterKernel, "start_kernel", start_kernel)
    return left


def test_kernel_that_does_not_start_is_tried_once_more(run, failing_starts):
    failing_starts.append("Kernel didn't respond in 60 seconds")
    assert html_of(run(SHOW)) == ["<p>E99000001 None</p>"]


def test_kernel_that_never_starts_is_reported(run, failing_starts):
    failing_starts.extend(["Kernel didn't respond in 60 seconds"] * 3)
    assert refused(run, SHOW) == (
        "02_child_poverty.ipynb: the notebook's Python must start and answer; "
        "got: Kernel didn't respond in 60 seconds. "
        "Build again; if it is not mended, install the project again."
    )
    assert len(failing_starts) == 1


def test_failing_cell_is_not_tried_again(run, tmp_path):
    mark = tmp_path / "mark"
    refused(run, f"open({str(mark)!r}, 'a').write('x') and None", "1 / 0")
    assert mark.read_text() == "x"


@pytest.mark.parametrize(
    ("text", "line"),
    [("\n  a  \nb", "a"), ("", "nothing"), ("x" * 400, "x" * 299 + "…")],
)
def test_first_line(text, line):
    assert first_line(text) == line


def tasks_for(tmp_path, **sources):
    return [
        ChapterTask(
            name,
            "E99000001",
            write(tmp_path / f"{name}.ipynb", source),
            tmp_path / "out" / f"{name}.ipynb",
            PARAMETERS,
        )
        for name, source in sources.items()
    ]


def test_two_chapters_run_at_once_and_a_failure_stops_no_other(tmp_path, capsys):
    waiting = (
        "import os, time, pathlib\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "(folder / f'{NAME}.here').touch()\n"
        "end = time.monotonic() + 30\n"
        "while len(list(folder.glob('*.here'))) < 2 and time.monotonic() < end:\n"
        "    time.sleep(0.05)\n"
        "assert len(list(folder.glob('*.here'))) == 2\n"
    )
    tasks = tasks_for(
        tmp_path,
        one=waiting.replace("{NAME}", "one") + SHOW.replace("; ", "\n"),
        two=waiting.replace("{NAME}", "two") + SHOW.replace("; ", "\n"),
        bad="1 / 0",
        last=SHOW,
    )
    skipped = ChapterTask("none", "E99000001", tmp_path, tmp_path, {}, skip="No data.")
    runs = run_chapters([*tasks, skipped], jobs=2)
    assert [(r.chapter_id, r.outcome) for r in runs] == [
        ("one", "built"),
        ("two", "built"),
        ("bad", "failed"),
        ("last", "built"),
        ("none", "skipped"),
    ]
    assert runs[0].executed == tasks[0].executed
    assert html_of(tasks[1].executed) == ["<p>E99000001 None</p>"]
    assert "bad.ipynb, cell 3 (1 / 0)" in runs[2].message
    assert runs[2].executed is None
    assert (runs[4].message, runs[4].seconds) == ("No data.", 0.0)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Chapters" in shown.err and "last" in shown.err and "Traceback" not in shown.err


def _end_process(task, timeout):
    if task.chapter_id == "lost":
        os._exit(1)
    return pool.ChapterRun(task.chapter_id, task.area_code, "built", 0.1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_lost_process_fails_its_chapter_only(jobs, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pool, "run_task", _end_process)
    names = ("first", "lost", "second", "third")
    tasks = [ChapterTask(n, "E99000001", tmp_path, tmp_path, {}) for n in names]
    runs = run_chapters(tasks, jobs=jobs, progress=False)
    assert [run.outcome for run in runs] == ["built", "failed", "built", "built"]
    assert runs[1].message == "lost: the process that ran it was lost (often for lack of memory)."
    assert capsys.readouterr().err == ""


def test_error_that_nobody_expected_is_an_outcome(tmp_path, monkeypatch):
    def broken(*arguments, **options):
        raise OSError("disk full")

    monkeypatch.setattr("cyp_analysis.publish.runner.run_notebook", broken)
    task = ChapterTask("x", "E99000001", tmp_path, tmp_path, {})
    run = pool.run_task(task, 10)
    assert (run.outcome, run.message) == ("failed", "OSError: disk full")


def test_nothing_to_run_is_no_fault():
    assert run_chapters([], progress=False) == []


def test_default_jobs_are_at_most_two():
    assert pool.default_jobs() in (1, 2)


def test_sockets_are_files_of_the_kernels_own_where_their_paths_are_short_enough():
    near, far = kernel.ChapterKernel(folder="/t/cyp-a"), kernel.ChapterKernel(folder="/t/" * 40)
    assert near.transport == ("tcp" if sys.platform == "win32" else "ipc")
    assert near.connection_file == os.path.join("/t/cyp-a", "kernel.json")
    assert far.transport == "tcp"


def test_long_temporary_folder_does_no_harm(run, tmp_path, monkeypatch):
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert html_of(run(SHOW)) == ["<p>E99000001 None</p>"]
    assert list(folder.iterdir()) == []
