"""Nothing of the client's documents is unplaced, and the register of doubts is true."""

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from cyp_analysis import catalogue, paths
from cyp_analysis.errors import CatalogueError
from cyp_analysis.tools import coverage

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "data" / "catalogue"
# The sections of the inventory and how many artefacts each has.
ARTEFACTS = {"A": 15, "B": 2, "C": 10, "D": 6, "E": 23, "F": 9, "G": 19, "H": 5, "I": 5, "J": 5}
INVENTORY = 343


@pytest.fixture(scope="module")
def artefacts() -> pd.DataFrame:
    return coverage.read_artefacts(FOLDER)


@pytest.fixture(scope="module")
def inventory() -> pd.DataFrame:
    return coverage.inventory_table(catalogue.load(FOLDER), FOLDER)


def test_every_artefact_is_placed(artefacts):
    expected = {f"{letter}{n + 1}" for letter, many in ARTEFACTS.items() for n in range(many)}
    assert set(artefacts["artefact"]) == expected
    assert (artefacts["title"] != "").all()
    assert ((artefacts["call"] != "") | (artefacts["note"] != "")).all()


def test_every_artefact_s_call_stands_in_the_notebook_of_its_chapter(artefacts):
    chapters = catalogue.load(FOLDER).chapters
    for row in artefacts[artefacts["call"] != ""].itertuples():
        notebook = nbformat.read(ROOT / "notebooks" / chapters[row.chapter].notebook, 4)
        code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
        assert row.call in code, f"{row.artefact}: {row.call} is not in {row.chapter}"


def test_every_indicator_of_the_inventory_is_in_the_catalogue_or_has_a_reason(inventory):
    assert len(inventory) == INVENTORY
    unplaced = inventory[(inventory["indicators"] == "") & (inventory["reason"] == "")]
    assert unplaced["id"].tolist() == []


def test_every_reason_says_what_is_lacking(inventory):
    reasons = inventory.loc[inventory["reason"] != "", "reason"]
    assert reasons.str.len().min() > 30
    assert reasons.str.endswith(".").all()


def test_the_page_is_up_to_date():
    page = coverage.coverage_page(catalogue.load(FOLDER), FOLDER)
    assert (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8") == page


@pytest.mark.parametrize(
    "rows, told",
    [
        ("NONE99,A reason.\n", "not_computed: must name the inventory; got: NONE99"),
        ("REF03,A reason.\n", "not_computed: must be without an indicator; got: REF03"),
        ("XX,One.\nXX,Two.\n", "not_computed: must have each id once; got: XX"),
    ],
)
def test_a_wrong_reason_is_refused(tmp_path, rows, told):
    (tmp_path / "not_computed").mkdir()
    (tmp_path / "not_computed" / "a.csv").write_text("inventory,reason\n" + rows)
    with pytest.raises(CatalogueError, match=re.escape(told)):
        coverage.inventory_table(catalogue.load(FOLDER), tmp_path)


@pytest.fixture(scope="module")
def doubts() -> pd.DataFrame:
    return catalogue.load(FOLDER).quality


def test_the_register_has_every_doubt_of_the_inventory(doubts):
    assert doubts["id"].tolist() == [f"DQ{n:02d}" for n in range(1, 72)]
    assert (doubts[["lines", "kind", "issue", "treatment"]] != "").all(axis=None)
    kinds = {"arithmetic", "definition", "disagreement", "label", "missing", "text"}
    assert set(doubts["kind"]) == kinds


def test_a_difference_that_the_register_calls_listed_is_listed(doubts, edition):
    outputs, done = edition
    assert done.returncode == 0, done.stderr
    listed = pd.read_parquet(outputs / "annual" / "differences.parquet")
    claimed = doubts[doubts["treatment"].str.contains("difference is listed")]
    assert len(claimed) >= 4
    for row in claimed.itertuples():
        lines = listed.loc[listed["source_id"] == row.source_id, "source_row"].map(numbers)
        assert any(numbers(row.lines) & found for found in lines), row.id


def numbers(text: str) -> set[int]:
    """ "4601-4603, 4610" → all lines from 4601 to 4603, and 4610."""
    spans = re.findall(r"(\d+)(?:-(\d+))?", text)
    return {n for first, last in spans for n in range(int(first), int(last or first) + 1)}


@pytest.mark.parametrize(
    "text, told",
    [
        ("id,source_id\n", "data_quality.csv: must have the column lines"),
        ("id,source_id,lines,kind,issue,treatment\nA,,,,,\nA,,,,,\n", "each `id` once; got: 'A'"),
        ("id,source_id,lines,kind,issue,treatment\n,,,,,\n", "each `id` once; got: ''"),
    ],
)
def test_a_register_that_cannot_be_used_is_refused(tmp_path, text, told):
    path = tmp_path / "data_quality.csv"
    path.write_text(text)
    with pytest.raises(CatalogueError, match=re.escape(told)):
        catalogue.read_quality(path)


def test_without_a_register_there_is_no_doubt(tmp_path):
    assert catalogue.read_quality(tmp_path / "none.csv").empty


def test_the_page_is_written_where_it_belongs(tmp_path, monkeypatch):
    (tmp_path / "docs").mkdir()
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.setattr(paths, "project_root", lambda: tmp_path)
    coverage.main()
    assert (tmp_path / "docs/coverage.md").read_text().startswith("# Coverage\n")
