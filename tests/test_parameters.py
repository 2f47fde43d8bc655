"""Parameters of a chapter and of the command: misspelt names, wrong types and impossible values
stop before the first cell, each as one message with exit code 2; and what a cell may not do."""

from datetime import date
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook, new_output
from test_present_samples import BARNET, known, write_edition

from cyp_analysis import catalogue
from cyp_analysis.cli import cyp
from cyp_analysis.edition_reader import open_edition, period_ends
from cyp_analysis.errors import (
    AreaError,
    AskedEditionError,
    AskedPeriodError,
    ChapterError,
    CypError,
    EditionError,
    ParameterError,
    PeriodError,
    UsageError,
)
from cyp_analysis.present.view import open_chapter
from cyp_analysis.publish.executed import check_executed
from cyp_analysis.publish.runner import KERNELSPEC, check_parameters, run_notebook

RIGHT = {"area_code": BARNET, "period_end": None, "edition": "2026"}


@pytest.fixture
def sample(outputs, monkeypatch) -> Path:
    monkeypatch.setattr(catalogue, "load", lambda folder=None: known())
    return write_edition(outputs / "2026")


def refusal(call, *arguments, **named) -> CypError:
    with pytest.raises(CypError) as caught:
        call(*arguments, **named)
    error = caught.value
    assert error.exit_code == 2, str(error)
    assert "; got: " in str(error) and str(error).endswith((".", "?"))
    return error


# --- open_chapter --------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [330, 3.0, True, None, float("nan"), b"E09000003", ["E09000003"],
                                   ("a", "b"), {"a": 1}, np.str_, pd.NA, date(2018, 1, 1)],
                         ids=repr)  # fmt: skip
def test_an_area_or_chapter_that_is_no_text_is_refused(sample, wrong):
    for given in (("sample", wrong), (wrong, BARNET)):
        error = refusal(open_chapter, *given)
        assert isinstance(error, ParameterError)
        assert "must be text; got: " in str(error) and type(wrong).__name__ in str(error)


@pytest.mark.parametrize("wrong", [20180930, 2018.0, True, float("nan"), b"2018-09-30", pd.NaT,
                                   pd.NA, ["2018-09-30"], date(2018, 9, 30)], ids=repr)  # fmt: skip
def test_a_period_or_edition_that_is_no_text_is_refused(sample, wrong):
    assert "period_end: must be text or None" in str(refusal(open_chapter, "sample", BARNET, wrong))
    told = str(refusal(open_chapter, "sample", BARNET, None, wrong))
    assert "edition: must be text or None" in told


@pytest.mark.parametrize(
    "code",
    ["", " ", "E09000099", "E0900000", "09000003", "E09000003E09000003", "None", "nan", "../x",
     "E09000003; rm", "Barnet, Brent", "all", "*", "x" * 100_000, "E09000003\x00", "<b>Barnet</b>"],
    ids=lambda code: code[:20],
)  # fmt: skip
def test_an_area_that_is_none_is_refused(sample, code):
    error = refusal(open_chapter, "sample", code)
    assert isinstance(error, AreaError) and len(str(error)) < 2500


@pytest.mark.parametrize("code", ["e09000003", " E09000003 ", "BARNET", "London Borough of Barnet"])
def test_an_area_written_otherwise_is_the_area_meant(sample, code):
    assert open_chapter("sample", code).area.code == BARNET


@pytest.mark.parametrize("name", ["", "Sample", "sample ", "smaple", "../sample", "x" * 100_000])
def test_a_chapter_that_is_none_is_refused(sample, name):
    error = refusal(open_chapter, name, BARNET)
    assert isinstance(error, ChapterError) and "must be in chapters.yml" in str(error)


@pytest.mark.parametrize(
    "day",
    ["2018-02-30", "2018-13-01", "2018-00-10", "2018-9-30", "20180930", "2018-W39-7", "2018-273",
     "30/09/2018", "September 2018", "2018", "2018/19", "2018-09-30T00:00", "0000-01-01", "nan",
     "NaT", "null", "today", "٢٠١٨-٠٩-٣٠", "2018-09-30\x00", "2018−09−30", "x" * 100_000],
    ids=lambda day: day[:20],
)  # fmt: skip
def test_a_period_that_is_no_date_is_refused(sample, day):
    error = refusal(open_chapter, "sample", BARNET, day)
    assert isinstance(error, PeriodError)
    assert str(error).startswith("period_end: must be a date like 2018-09-30; got: ")


@pytest.mark.parametrize("day", ["1899-12-31", "0001-01-01", "9999-12-31", "2108-09-30"])
def test_a_period_that_cuts_everything_or_nothing_is_refused(sample, day):
    error = refusal(open_chapter, "sample", BARNET, day)
    assert isinstance(error, AskedPeriodError)
    first, last = period_ends(open_edition("2026"))
    assert f"edition's figures, {first:%Y-%m-%d} to {last:%Y-%m-%d}; got: {day}" in str(error)


def test_the_first_and_last_periods_and_this_day_are_possible(sample):
    first, last = period_ends(open_edition("2026"))
    for day in (first, last, pd.Timestamp(date.today())):
        open_chapter("sample", BARNET, f"{day:%Y-%m-%d}")
    for nothing in (None, "", " ", "None"):
        open_chapter("sample", BARNET, nothing)


@pytest.mark.parametrize("name", ["2025", "../2026", "2026/../2026", "a/b", "..", "x" * 300,
                                  "2026\x00", "2026/indicators.parquet"])  # fmt: skip
def test_an_edition_that_is_none_is_refused(sample, name):
    error = refusal(open_chapter, "sample", BARNET, None, name)
    assert isinstance(error, AskedEditionError) and "Choose from: 2026" in str(error)


def test_the_errors_of_what_was_asked_are_those_of_their_kind_too():
    for error, kind in ((ParameterError, ChapterError), (AskedPeriodError, PeriodError),
                        (AskedEditionError, EditionError)):  # fmt: skip
        assert issubclass(error, kind) and issubclass(error, UsageError)
        assert error("a", "b", "c", "d").exit_code == 2 and kind("a", "b", "c", "d").exit_code == 1


# --- the parameters cell of a notebook -----------------------------------------------------------


def notebook(source: str = "area_code = 'x'\nperiod_end = None\nedition = None"):
    first = new_code_cell(source, metadata={"tags": ["parameters"]})
    cells = [first, new_code_cell("print('the first cell ran')")]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC})


@pytest.mark.parametrize(
    "name", ["Area_code", "area_code ", "area-code", "areacode", "AREA_CODE", "edition_", "",
             "__name__", "period end", "area_code\n", "áreа_code"],
)  # fmt: skip
def test_a_name_that_is_not_in_the_parameters_cell_is_refused(name):
    error = refusal(check_parameters, notebook(), "x.ipynb", {**RIGHT, name: "a"})
    assert "must be named in the parameters cell" in str(error)


@pytest.mark.parametrize("missing", sorted(RIGHT))
def test_a_parameter_left_out_is_refused(missing):
    given = {name: value for name, value in RIGHT.items() if name != missing}
    error = refusal(check_parameters, notebook(), "x.ipynb", given)
    assert f"parameter {missing}: needs a value" in str(error)


@pytest.mark.parametrize("wrong", [7, 7.5, True, float("nan"), b"x", ["x"], ("x",), {"a": "b"},
                                   date(2018, 1, 1), Path("x"), pd.NA], ids=repr)  # fmt: skip
def test_a_value_that_is_no_text_is_refused(wrong):
    error = refusal(check_parameters, notebook(), "x.ipynb", {**RIGHT, "edition": wrong})
    assert "must be text or None" in str(error)


def test_nothing_of_a_notebook_runs_with_wrong_parameters(tmp_path):
    path = tmp_path / "x.ipynb"
    mark = tmp_path / "ran"
    made = notebook()
    made.cells.append(new_code_cell(f"open({str(mark)!r}, 'w').close()"))
    nbformat.write(made, path)
    for given in ({**RIGHT, "area": "x"}, {"area_code": "x"}, {**RIGHT, "edition": 5}):
        refusal(run_notebook, path, tmp_path / "out.ipynb", given)
    assert not mark.exists() and not (tmp_path / "out.ipynb").exists()


def test_every_notebook_of_the_project_names_the_same_parameters():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        check_parameters(nbformat.read(path, as_version=4), path.name, RIGHT)


# --- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--chapter", "child_povrety"],
        ["build", "--chapter", "../x"],
        ["build", "--chapter", ""],
        ["build", "--area", "E09000099"],
        ["build", "--area", ""],
        ["build", "--area", "x" * 5000],
        ["build", "--data", "/no/such/folder"],
        ["build", "--data", ""],
        ["build", "--jobs", "0"],
        ["build", "--jobs", "many"],
        ["build", "--aera", "E09000003"],
        ["build", "extra"],
        ["lint", "../x"],
        ["lint", "nothing-of-this-name"],
        ["list", "aeras"],
        ["demo", "--areas", "3"],
        ["fetch", "no_such_source"],
        ["trace"],
    ],
    ids=lambda arguments: " ".join(arguments)[:40],
)
def test_a_command_that_cannot_be_done_ends_with_2_and_no_traceback(sample, monkeypatch, arguments):
    monkeypatch.undo()
    monkeypatch.setenv("CYP_HOME", str(ROOT))
    monkeypatch.setenv("CYP_OUTPUTS", str(sample.parent))
    done = CliRunner().invoke(cyp, arguments)
    error = done.exception
    assert isinstance(error, (CypError, SystemExit)), (error, done.output)
    assert (error.exit_code if isinstance(error, CypError) else error.code) == 2, str(error)
    assert [path.name for path in sample.parent.iterdir()] == ["2026"]


# --- what a cell may not show --------------------------------------------------------------------


def test_a_bare_table_of_pandas_is_refused():
    html = pd.DataFrame({"a": [1.23456789]}).to_html()
    shown = new_output("display_data", data={"text/html": html, "text/plain": "a"})
    cell = new_code_cell("df", outputs=[shown], execution_count=1)
    with pytest.raises(ChapterError, match="a cell shows blocks only; got: a table of pandas"):
        check_executed(new_notebook(cells=[cell]), "x.ipynb")


RUNNING = [
    ("import os; n = os.write(1, b'from below')", "must not print text; got: from below"),
    ("import os; n = os.write(2, b'from below')", "must not warn or write to stderr"),
    ("import subprocess; n = subprocess.run(['echo', 'x'])", "must not print text; got: x"),
    ("import logging; logging.warning('careful')", "got: WARNING:root:careful"),
    (
        "import threading; t = threading.Thread(target=print, args='x'); t.start(); t.join()",
        "print",
    ),
    ("class A:\n    def __del__(self): 1 / 0\na = A(); del a", "got: Exception ignored in"),
    ("import pandas as pd; pd.DataFrame({'a': [1]})", "got: a table of pandas"),
    ("input()", "StdinNotImplementedError"),
    ("%time a = 1", "must not print text"),
    ("exit()", "must not"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("source", "said"), RUNNING, ids=lambda text: text[:30])
def test_what_is_said_below_beside_or_late_is_refused(tmp_path, monkeypatch, source, said):
    # A kernel that thinks it is being tested leaves what is written below Python alone.
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)
    made = notebook()
    made.cells[1:] = [new_code_cell(source), new_code_cell("import time; time.sleep(0.3)")]
    nbformat.write(made, tmp_path / "x.ipynb")
    with pytest.raises(ChapterError) as caught:
        run_notebook(tmp_path / "x.ipynb", tmp_path / "out.ipynb", RIGHT)
    assert said in str(caught.value)
