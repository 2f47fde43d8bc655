"""Editions that tests share are built once for all workers of a run."""

import subprocess

import conftest
import pytest


@pytest.fixture
def builds(monkeypatch) -> list[tuple[str, ...]]:
    """What was built; nothing is, in truth."""
    done = []

    def cyp(*arguments, outputs):
        done.append(arguments)
        outputs.mkdir()
        return subprocess.CompletedProcess(["cyp"], 0, f"built in {outputs.name}\n", "")

    monkeypatch.setattr(conftest, "cyp", cyp)
    return done


class Factory:
    """What pytest gives a worker: a folder of its own beside those of the others."""

    def __init__(self, base):
        self.base = base

    def getbasetemp(self):
        self.base.mkdir(exist_ok=True)
        return self.base


def test_workers_of_a_run_build_once(tmp_path, monkeypatch, builds):
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    first = conftest.once(Factory(tmp_path / "popen-gw0"), "annual", "--area", "Leeds")
    second = conftest.once(Factory(tmp_path / "popen-gw1"), "annual", "--area", "Leeds")
    assert builds == [("build", "--edition", "annual", "--area", "Leeds")]
    assert first == second
    assert first[0] == tmp_path / "editions-annual"
    assert first[1]["stdout"] == "built in editions-annual\n"


def test_two_editions_are_two_builds(tmp_path, monkeypatch, builds):
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    for name in ("annual", "real"):
        conftest.once(Factory(tmp_path / "popen-gw0"), name)
    assert len(builds) == 2


def test_a_run_without_workers_keeps_to_its_own_folder(tmp_path, monkeypatch, builds):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    outputs, _ = conftest.once(Factory(tmp_path / "alone"), "annual")
    assert outputs == tmp_path / "alone" / "editions-annual"


def test_what_was_said_comes_back_as_a_process(tmp_path, monkeypatch, builds):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    _, said = conftest.once(Factory(tmp_path / "alone"), "annual")
    done = subprocess.CompletedProcess(**said)
    assert (done.returncode, done.stderr) == (0, "")
