"""Pages are valid HTML, by html-validate (`make test` installs it where there is Node).

Its recommended rules, apart from tastes: a lower-case doctype; long titles, since the area and the
site stand in them; ids that begin with a digit, which HTML allows; a `div` with the role of a
region around a wide table; and the size of a drawing in its own style, so that it can stand alone.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cyp_analysis.publish.page import render_page
from cyp_analysis.publish.site import render_index
from pages.sample import sample_cells, sample_index, sample_page, write_notebook

HERE = Path(__file__).parent
CHECKER = Path(sys.prefix) / "node" / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"


def html_faults(paths: list[Path]) -> list[str]:
    """One line for each fault that the checker finds."""
    if shutil.which("node") is None:
        pytest.skip("needs Node, which is not installed")
    if not CHECKER.is_file():
        pytest.skip("needs html-validate, which `make test` installs where npm can")
    done = subprocess.run(
        ["node", CHECKER, "--config", HERE / "htmlvalidate.json", "--formatter", "json", *paths],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return [
        f"{Path(page['filePath']).name}:{fault['line']}: {fault['ruleId']}: {fault['message']}"
        for page in json.loads(done.stdout)
        for fault in page["messages"]
    ]


def test_every_page_of_the_edition(edition):
    outputs, done = edition
    assert done.returncode == 0, done.stderr
    pages = sorted((outputs / "annual").rglob("*.html"))
    assert len(pages) >= 22
    assert html_faults(pages) == []


def test_the_sample(tmp_path):
    notebook = write_notebook(tmp_path / "chapter.ipynb", sample_cells())
    (tmp_path / "chapter.html").write_text(render_page(notebook, sample_page()), "utf-8")
    (tmp_path / "index.html").write_text(render_index(sample_index()), "utf-8")
    assert html_faults(sorted(tmp_path.glob("*.html"))) == []


BROKEN = {
    "element-permitted-content": "<span><div>block</div></span>",
    "no-dup-id": '<p id="a">one</p><p id="a">two</p>',
    "close-order": "<p>never closed<main></p>",
    "no-implicit-button-type": "<button>go</button>",
    "no-inline-style": '<p style="color: red">tint</p>',
    "wcag/h37": '<img src="data:,">',
}


def test_broken_pages_are_found_out(tmp_path):
    head = '<!doctype html><html lang="en-GB"><head><title>A</title></head>'
    pages = {rule: tmp_path / f"{number}.html" for number, rule in enumerate(BROKEN)}
    for rule, page in pages.items():
        page.write_text(f"{head}<body><h1>A</h1>{BROKEN[rule]}</body></html>", "utf-8")
    found = html_faults(list(pages.values()))
    for rule, page in pages.items():
        assert any(fault.startswith(page.name) and f" {rule}: " in fault for fault in found), rule
