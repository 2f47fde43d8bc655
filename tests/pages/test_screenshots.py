"""The pictures that `make screenshots` takes."""

import struct
import subprocess
import sys

import pytest

from cyp_analysis.tools import screenshots
from cyp_analysis.tools.screenshots import Look, main, page_types, take

PAGE = """<!doctype html><html lang="en-GB"><title>A</title><style>
body { margin: 0; height: 1500px; background: #fff; }
@media (prefers-color-scheme: dark) { body { background: #000; } }
@media print { body { height: 1200px; } }</style><body></body></html>"""


@pytest.fixture
def outputs(outputs):
    for area in ("E99000001", "E99000002"):
        (outputs / "autumn" / area).mkdir(parents=True)
        for page in ("index", "health"):
            (outputs / "autumn" / area / f"{page}.html").write_text(PAGE, encoding="utf-8")
    (outputs / "autumn" / "areas.html").write_text(PAGE, encoding="utf-8")
    (outputs / "autumn" / "indicators.parquet").write_bytes(b"")
    return outputs


def size(path) -> tuple[int, int]:
    """Width and height, from the head of a PNG file."""
    return struct.unpack(">II", path.read_bytes()[16:24])


def test_types_are_the_pages_of_one_area_and_those_of_the_edition(outputs):
    found = page_types(outputs / "autumn")
    assert [page.relative_to(outputs / "autumn").as_posix() for page in found] == [
        "areas.html", "E99000001/health.html", "E99000001/index.html",
    ]  # fmt: skip


def test_an_edition_without_areas_has_no_types(tmp_path):
    assert page_types(tmp_path) == []


def test_every_look_of_every_type(browser, outputs):
    to = outputs / "screenshots" / "autumn"
    to.mkdir(parents=True)
    (to / "old.png").write_bytes(b"")
    assert take(browser, outputs / "autumn", to) == 12
    assert sorted(path.name for path in to.iterdir()) == ["a4", "dark", "desk", "phone"]
    assert size(to / "desk" / "index.png") == (1280, 1500)
    assert size(to / "phone" / "areas.png") == (390, 1500)
    assert size(to / "a4" / "health.png") == (673, 1200)
    assert (to / "dark" / "index.png").read_bytes() != (to / "desk" / "index.png").read_bytes()


def test_a_page_taller_than_a_picture_is_cut(browser, outputs, tmp_path, monkeypatch):
    monkeypatch.setattr(screenshots, "TALLEST", 1000)
    take(browser, outputs / "autumn", tmp_path / "to", [Look("phone", 390)])
    assert size(tmp_path / "to" / "phone" / "index.png") == (390, 1000)


def test_the_command_says_where_they_are(browser, outputs):
    # In a process of its own: one process has one playwright.
    command = [sys.executable, "-m", "cyp_analysis.tools.screenshots"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"12 pictures in {outputs / 'screenshots' / 'autumn'}\n"


def test_an_edition_that_is_not_there(outputs, capfd):
    assert main(["spring"]) == 2
    assert "got: spring. Choose from: autumn." in capfd.readouterr().err


def test_without_a_browser(outputs, capfd, monkeypatch):
    monkeypatch.setattr(screenshots.shutil, "which", lambda name: None)
    assert main(["autumn"]) == 2
    assert "the browser chromium: must be installed; got: none." in capfd.readouterr().err
