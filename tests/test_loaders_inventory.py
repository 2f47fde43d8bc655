"""What the files of a folder were recognised as, and which areas a table has."""

import pytest
from test_loaders_dfe import BARNET, HEADER, passport, row

from cyp_analysis import loaders
from cyp_analysis.errors import AreaError
from cyp_analysis.loaders.inventory import COLUMNS, inventory

PLANS = passport(file_patterns=("d1_*.csv",))


def write(folder, name: str, text: str):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, "d1_plans.csv", f"{HEADER}\n{row()}\n{row(period='2023')}\n{row(period='x')}\n")
    write(tmp_path, "d1_cut.csv", f"{HEADER}\n{row()}\n{row()[:20]}")
    write(tmp_path, "wine.csv", "wine,price\nred,5\n")
    return tmp_path


def test_every_file_is_listed_once_with_what_it_is(folder):
    listed = inventory(loaders.read_all([folder], {"plans": PLANS}))
    assert list(listed) == COLUMNS
    by_name = listed.assign(file=listed["file"].str.split("/").str[-1]).set_index("file")
    assert by_name.loc["d1_plans.csv"].tolist() == [
        "plans",
        "2 figures of 1 measure for 1 × authority",
        "31 March 2023 … 31 March 2024",
        "1",
    ]
    assert by_name.loc["wine.csv", "recognised_as"] == "-"
    assert by_name.loc["wine.csv", "holds"].startswith("not used: must be a file that a passport")
    assert by_name.loc["d1_cut.csv", "holds"] == "cannot be used: must be complete"


def test_reference_tables_and_figures_are_told_apart(real_data):
    found = loaders.read_all([real_data / "dfe-statistical-neighbours"])
    assert found.tables == ()
    (table,) = found.references
    assert table.kind == "neighbours"
    assert inventory(found)["holds"].tolist() == ["neighbours, 1,530 rows"]


def test_only_the_passports_wanted_are_read(folder):
    found = loaders.read_all([folder], {"plans": PLANS}, only={"others"})
    assert found.tables == () and found.failed == ()


def test_rows_of_one_area_by_code_or_name(folder):
    table = loaders.read(folder / "d1_plans.csv", {"plans": PLANS})
    assert len(table.of_area(BARNET)) == len(table.of_area("Barnet")) == 2


def test_an_area_without_rows_is_an_error_that_lists_what_there_is(folder):
    table = loaders.read(folder / "d1_plans.csv", {"plans": PLANS})
    with pytest.raises(AreaError) as caught:
        table.of_area("Leeds")
    assert str(caught.value) == (
        "d1_plans.csv, area E08000035: must be an area that the file has rows of; got: areas of "
        f"these kinds: authority (1); such as {BARNET}. Choose one of them, or download the file "
        "for the kind of area wanted."
    )
    with pytest.raises(AreaError, match="Did you mean"):
        table.of_area("Leds")
    with pytest.raises(AreaError, match=r"these kinds: authority \(1\)"):
        table.of_area("E05013628")
