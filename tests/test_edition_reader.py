"""Which edition is read, and what is said when it cannot be."""

import os

import pandas as pd
import pytest
from test_present_samples import BARNET, ENGLAND, tables, write_edition

from cyp_analysis.edition_reader import Edition, edition_names, load_edition, open_edition
from cyp_analysis.errors import EditionError


def dated(folder, seconds):
    """Give an edition's receipt a time of its own."""
    receipt = folder / "receipt.json"
    receipt.write_text("{}")
    os.utime(receipt, (seconds, seconds))
    return folder


@pytest.fixture
def two(outputs):
    dated(write_edition(outputs / "2026-new"), 2_000)
    dated(write_edition(outputs / "2027-older-build"), 1_000)
    return outputs


def test_the_newest_edition_is_the_one_built_last(two):
    assert open_edition() == Edition("2026-new", two / "2026-new")
    assert open_edition("") == open_edition(None)
    assert edition_names() == ["2027-older-build", "2026-new"]


def test_an_edition_can_be_named_or_given_as_a_folder(two):
    assert open_edition("2027-older-build").path == two / "2027-older-build"
    assert open_edition(two / "2026-new").name == "2026-new"


def test_unfinished_and_empty_folders_are_not_editions(two):
    dated(write_edition(two / ".building-later"), 9_000)
    (two / "notes").mkdir()
    assert open_edition().name == "2026-new"
    assert open_edition(".building-later").name == ".building-later"  # by name, while it is built


def test_no_edition_yet(outputs):
    with pytest.raises(EditionError, match=r"one must have been built.*Run `cyp build` first\."):
        open_edition()
    with pytest.raises(EditionError, match=r"Run `cyp build` first\."):
        open_edition("2026")


def test_an_unknown_name_lists_those_that_exist(two):
    with pytest.raises(EditionError) as told:
        open_edition("2025")
    assert str(told.value) == (
        "edition: must be one that was built; got: 2025. Choose from: 2026-new, 2027-older-build."
    )


def test_only_the_rows_asked_for_are_read(two):
    edition = open_edition()
    rows = edition.read("indicators", areas=[ENGLAND], indicators=["child_poverty"])
    assert rows[["area_code", "indicator_id"]].to_numpy().tolist() == [[ENGLAND, "child_poverty"]]
    assert set(edition.read("comparisons", areas=[BARNET])["area_code"]) == {BARNET}
    assert edition.read("indicators", areas=[]).empty
    assert len(edition.read("indicators")) == len(tables()["indicators"])


def test_whole_tables_are_read_once(two):
    edition = open_edition()
    assert edition.indicators is edition.indicators
    assert len(edition.comparisons) == 13
    assert list(edition.differences["printed"]) == ["-10.2%", "4468805"]


def test_load_edition_gives_the_indicator_table(two):
    pd.testing.assert_frame_equal(load_edition(), open_edition().indicators)
    pd.testing.assert_frame_equal(load_edition("2027-older-build"), load_edition())
    pd.testing.assert_frame_equal(load_edition(two / "2026-new"), load_edition())


def test_a_damaged_table_is_named(two):
    path = two / "2026-new" / "indicators.parquet"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(EditionError, match=r"2026-new/indicators\.parquet: must be a readable"):
        load_edition()


def test_a_missing_table_is_named(two):
    (two / "2026-new" / "differences.parquet").unlink()
    with pytest.raises(EditionError, match=r"2026-new: must hold differences\.parquet"):
        _ = open_edition().differences


def test_a_missing_column_is_named(outputs):
    made = tables()
    made["comparisons"] = made["comparisons"].drop(columns="rank")
    write_edition(outputs / "short", made)
    with pytest.raises(
        EditionError, match=r"short/comparisons\.parquet: must have the column rank"
    ):
        _ = open_edition().comparisons
