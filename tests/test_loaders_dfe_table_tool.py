"""Tables made with the table tool: the real one against its own XML, and other shapes in small."""

import re
import zipfile
from xml.etree import ElementTree

import pytest

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import read
from cyp_analysis.loaders.dfe import crosstab as dfe_crosstab
from cyp_analysis.loaders.dfe import periods as dfe_periods
from cyp_analysis.loaders.recognise import UnrecognisedFile

BARNET, ENGLAND, INNER = "E09000003", "E92000001", "E13000001"
TITLE = "\"'Absence' for Total in Barnet, England between 2021/22 and 2022/23\""
ATTAINMENT = "Average Attainment 8 score"


@pytest.fixture(scope="module")
def path(real_data):
    return real_data / "dfe-table-tool" / "data-key-stage-4-performance.ods"


@pytest.fixture(scope="module")
def table(path):
    return read(path)


@pytest.fixture(scope="module")
def lines(path):
    """The file's own XML, line by line: {number of line: [cells]}."""
    root = ElementTree.fromstring(zipfile.ZipFile(path).read("content.xml"))
    space = {p: f"urn:oasis:names:tc:opendocument:xmlns:{p}:1.0" for p in ("table", "text")}
    found, at = {}, 0
    for row in root.iter(f"{{{space['table']}}}table-row"):
        cells = []
        for cell in row:
            words = "".join(t for p in cell.iter(f"{{{space['text']}}}p") for t in p.itertext())
            times = int(cell.get(f"{{{space['table']}}}number-columns-repeated", "1"))
            cells += [words.strip()] * min(times, 64)
        at += 1
        found[at] = cells
        at += int(row.get(f"{{{space['table']}}}number-rows-repeated", "1")) - 1
    return found


def test_every_cell_of_the_real_table(table, lines):
    """34,692 cells: 1,239 lines of areas and groups, four indicators of seven years."""
    rows = table.rows
    assert table.source.id == "dfe_table_tool"
    assert len(rows) == 1239 * 4 * 7
    plain = [
        float(cell.replace(",", "").rstrip("%"))
        for cells in lines.values()
        for cell in cells[5:33]
        if re.fullmatch(r"[\d,.]+%?", cell)
    ]
    known = rows["count"].fillna(rows["value"]).dropna()
    assert len(known) == len(plain)
    assert known.sum() == pytest.approx(sum(plain))
    assert (rows["value_note"] == "not available (no data)").sum() == len(rows) - len(plain)


@pytest.mark.parametrize(
    "measure, column, part",
    [
        ("Number of pupils at the end of KS4", 5, "count"),
        (ATTAINMENT, 12, "value"),
        ("Percentage of pupils entering the EBacc", 19, "value"),
        ("Average EBacc APS score", 26, "value"),
    ],
)
def test_cells_on_the_lines_of_one_area(table, lines, measure, column, part):
    rows = table.rows
    mine = rows[(rows["measure"] == measure) & (rows["area_code"] == BARNET)]
    first = mine[mine["period_label"] == "2018/19 school year"]
    assert len(first) == sum(cells[4:5] == ["Barnet"] for cells in lines.values()) == 37
    for row in first.itertuples():
        cells = lines[row.source_row]
        assert cells[4] == "Barnet"
        text = cells[column].replace(",", "").rstrip("%")
        number = getattr(row, part)
        assert text == "no data" if number != number else float(text) == number


def test_labels_that_stand_once_hold_for_the_lines_below(table):
    rows = table.rows
    first = rows[(rows["source_row"] == 5) & (rows["measure"] == ATTAINMENT)].iloc[0]
    assert (first["area_code"], first["sex"], first["value"]) == (ENGLAND, "male", 51.1)
    assert first["category"] == "Asian / Asian British | Any other Asian background"
    camden = rows[(rows["source_row"] == 6) & (rows["measure"] == ATTAINMENT)].iloc[0]
    assert (camden["area_code"], camden["category"]) == ("E09000007", first["category"])
    assert rows["sex"].unique().tolist() == ["male", "female"]
    assert rows["area_code"].nunique() == 33
    assert INNER not in set(rows["area_code"])


def test_notes_are_told_and_years_are_school_years(table):
    assert table.problems["problem"].tolist() == ["notes below the table: 4"]
    assert table.rows["period_label"].unique().tolist()[0] == "2018/19 school year"
    assert table.rows["period_label"].nunique() == 7


def write(folder, *lines: str, name: str = "table.csv"):
    file = folder / name
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return file


def made(folder, *lines: str) -> list[list]:
    rows = read(write(folder, *lines)).rows
    found = rows[["measure", "area_code", "sex", "category", "count", "value", "period_label"]]
    return found.astype(object).where(found.notna(), None).to_numpy().tolist()


def test_a_table_saved_as_csv(tmp_path):
    got = made(
        tmp_path, TITLE, "",
        ",Number of pupils,,Absence rate,", ",2021/22,2022/23,2021/22,2022/23",
        'England,"8,001,000","8,002,000",7.6%,7.4%', "Barnet,60,c,6.1%,low",
        "", "(1) A note below the table.",
    )  # fmt: skip
    assert got == [
        ["Number of pupils", ENGLAND, "persons", "", 8001000.0, None, "2021/22 school year"],
        ["Number of pupils", ENGLAND, "persons", "", 8002000.0, None, "2022/23 school year"],
        ["Absence rate", ENGLAND, "persons", "", None, 7.6, "2021/22 school year"],
        ["Absence rate", ENGLAND, "persons", "", None, 7.4, "2022/23 school year"],
        ["Number of pupils", BARNET, "persons", "", 60.0, None, "2021/22 school year"],
        ["Number of pupils", BARNET, "persons", "", None, None, "2022/23 school year"],
        ["Absence rate", BARNET, "persons", "", None, 6.1, "2021/22 school year"],
        ["Absence rate", BARNET, "persons", "", None, None, "2022/23 school year"],
    ]


def test_areas_across_and_years_down(tmp_path):
    got = made(
        tmp_path, TITLE, ",,England,Barnet",
        "2021/22,Number of pupils,100,10", ",Absence rate,7.6,6.1",
        "2022/23,Number of pupils,110,11", ",Absence rate,7.4,6.0",
    )  # fmt: skip
    assert [row[0] for row in got[:4]] == [
        "Number of pupils", "Number of pupils", "Absence rate", "Absence rate",
    ]  # fmt: skip
    assert [row[1] for row in got[:2]] == [ENGLAND, BARNET]
    assert got[-1][5:] == [6.0, "2022/23 school year"]


def test_what_only_the_title_says(tmp_path):
    title = "\"Number of pupils for 'Pupils' for Primary and Secondary in Barnet for 2022/23\""
    got = made(tmp_path, title, ",Boys,Girls,Total", "Primary,1,2,3", "Secondary,4,5,9")
    assert [row[:4] for row in got[:3]] == [
        ["Number of pupils", BARNET, "male", "Primary"],
        ["Number of pupils", BARNET, "female", "Primary"],
        ["Number of pupils", BARNET, "persons", "Primary"],
    ]
    assert [row[4] for row in got] == [1, 2, 3, 4, 5, 9]
    assert {row[6] for row in got} == {"2022/23 school year"}


def test_a_headline_row_beside_its_parts(tmp_path):
    got = made(
        tmp_path, TITLE, ",,2021/22,2022/23", "Total,England,5,6", ",Barnet,1,2",
        "Primary,England,3,4", ",Barnet,1,1",
    )  # fmt: skip
    assert [row[3] for row in got] == ["", "", "", "", "Primary", "Primary", "Primary", "Primary"]
    assert got[2][1] == BARNET


def test_calendar_years_are_told(tmp_path):
    title = "\"'Plans' in Barnet, England between 2021 and 2022\""
    file = write(tmp_path, title, ",2021,2022", "England,5,6", "Barnet,1,2")
    table = read(file)
    assert table.rows["period_label"].tolist() == ["2021", "2022", "2021", "2022"]
    assert table.problems["problem"].tolist() == [dfe_periods.CALENDAR]


def test_areas_that_are_not_known_are_told(tmp_path):
    table = read(
        write(tmp_path, TITLE, ",2021/22,2022/23", "England,5,6", "Barnet,1,2", "Atlantis,3,4")
    )
    assert len(table.rows) == 4
    assert table.problems["problem"].tolist() == [
        "2 rows left out, from this one on: area not known: Atlantis"
    ]


def test_cells_that_are_no_figures_are_told(tmp_path):
    table = read(write(tmp_path, TITLE, ",2021/22,2022/23", "England,5,6", "Barnet,1,?"))
    assert table.problems["problem"].tolist() == ["`text` is not a number or a known symbol: ?"]


def test_a_title_without_a_table_is_refused(tmp_path):
    with pytest.raises(UnrecognisedFile) as caught:
        read(write(tmp_path, TITLE, "There is nothing here,", "and no figures,"))
    assert caught.value.rule == "must hold a table of the table tool"
    assert "download the data set itself" in caught.value.action


def test_a_table_without_an_area_is_refused(tmp_path):
    title = "\"'Absence' for Total in Atlantis between 2021/22 and 2022/23\""
    with pytest.raises(SourceError) as caught:
        read(write(tmp_path, title, ",2021/22,2022/23", "Primary,5,6", "Secondary,1,2"))
    assert "area not known: Atlantis" in caught.value.got


def test_kinds_of_labels():
    cells = dfe_crosstab.cells_of(
        [["", "", "2021/22", "2022/23"], ["England", "Boys", "5", "6"], ["", "Girls", "7", ""]],
        [3, 4, 5],
    )
    assert cells.kinds == {"label 1": "area", "label 2": "group", "head 1": "period"}
    assert cells.rows["source_row"].tolist() == [4, 4, 5]
    assert cells.rows["label 1"].unique().tolist() == ["England"]


@pytest.mark.parametrize("records", [[], [["a"]], [["", "2021/22"]], [["only", "words"]] * 3])
def test_no_cells_in_what_is_no_table(records):
    assert dfe_crosstab.cells_of(records, list(range(len(records)))) is None
