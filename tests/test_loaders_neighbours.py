"""Statistical neighbours in every layout: the real model of 2025, and small ones of other years."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import read

BARNET = "E09000003"
REFERENCE = Path(__file__).parents[1] / "data" / "reference"
TEN = ["320", "870", "310", "317", "315", "306", "209", "312", "309", "307"]
COLUMNS = ["model", "year", "area_code", "rank", "neighbour_code", "closeness"]


def written(tmp_path, text: str, name: str = "sn_model_2021.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def codes_of(table, area: str = BARNET) -> list[str]:
    rows = table.rows[table.rows["area_code"] == area]
    assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
    return rows["neighbour_code"].tolist()


@pytest.fixture(scope="module")
def ten_codes() -> list[str]:
    """The authorities with the numbers above, by the list of the project."""
    with (REFERENCE / "areas.csv").open(encoding="utf-8") as file:
        codes = {row["dfe_code"]: row["area_code"] for row in csv.DictReader(file)}
    return [codes[number] for number in TEN]


@pytest.fixture
def model_2025(real_data):
    return read(real_data / "dfe-statistical-neighbours" / "sn_model_2025_wide.csv")


def test_the_model_of_2025_is_the_one_that_the_project_holds(model_2025):
    known = pd.read_csv(REFERENCE / "neighbours.csv", dtype={"year": str})
    known = known.sort_values(["area_code", "rank"], ignore_index=True)
    pd.testing.assert_frame_equal(model_2025.rows[COLUMNS], known, check_dtype=False)
    assert model_2025.kind == "neighbours"
    assert model_2025.problems.empty


def test_every_authority_has_ten_others(model_2025):
    lists = model_2025.rows.groupby("area_code")["neighbour_code"]
    assert lists.size().eq(10).all() and lists.nunique().eq(10).all()
    assert len(lists) == 153
    assert (model_2025.rows["area_code"] != model_2025.rows["neighbour_code"]).all()


def test_barnet_in_the_printed_file(model_2025, real_data, ten_codes):
    path = real_data / "dfe-statistical-neighbours" / "sn_model_2025_wide.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["la_name"] == "Barnet")
    assert [row[f"SN_{n}"] for n in range(1, 11)] == TEN
    assert codes_of(model_2025) == ten_codes
    first = model_2025.rows[model_2025.rows["area_code"] == BARNET].iloc[0]
    assert (first["closeness"], first["year"], first["source_row"]) == ("Close", "2025", 3)


def old_layout(names: list[str]) -> str:
    header = "LA num,LA Name,LA number,GOInd,GOReg," + ",".join(f"SN{n},SNP" for n in range(1, 11))
    cells = ",".join(
        f"{name},{'Very close' if n < 3 else 'Close '}" for n, name in enumerate(names)
    )
    return f"{header},\n2,Barnet,302,8,London,{cells},\n"


def test_the_layout_of_2021_with_ten_columns_of_one_name(tmp_path, ten_codes):
    table = read(written(tmp_path, old_layout(TEN), "Groupings_April_2021.csv"))
    assert codes_of(table) == ten_codes
    assert table.rows["closeness"].tolist() == ["Very close"] * 3 + ["Close"] * 7
    assert table.rows["year"].unique().tolist() == ["2021"]
    assert table.problems.empty


def test_neighbours_by_name(tmp_path):
    names = ["Reading", "Milton Keynes", "St Helens", "Kingston upon Hull, City of", "Leeds",
             "Kent", "Durham", "Bristol", "Sutton", "Redbridge"]  # fmt: skip
    header = "LA number,LA Name," + ",".join(f"SN{n}" for n in range(1, 11))
    quoted = ",".join(f'"{name}"' for name in names)
    table = read(written(tmp_path, f"{header}\n302,Barnet,{quoted}\n", "sn_2018.csv"))
    assert codes_of(table)[:4] == ["E06000038", "E06000042", "E08000013", "E06000010"]
    assert table.problems.empty


def test_a_workbook_with_titles_and_another_sheet(tmp_path, ten_codes):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Neighbours"
    sheet.append(["Children's services statistical neighbour model"])
    sheet.append(["NFER, October 2014"])
    sheet.append([])
    sheet.append(["LA number", "LA name", *(f"SN{n}" for n in range(1, 11))])
    sheet.append([302, "Barnet", *map(int, TEN)])
    again = book.create_sheet("Again")
    again.append(["LA number", "LA name", *(f"SN{n}" for n in range(1, 11))])
    again.append([302, "Barnet", *map(int, TEN)])
    book.save(tmp_path / "statistical_neighbours.xlsx")
    table = read(tmp_path / "statistical_neighbours.xlsx")
    assert codes_of(table) == ten_codes
    assert table.rows["year"].unique().tolist() == ["2014"]
    assert table.problems["problem"].tolist() == ["sheet `Again` also holds neighbours: not read"]


LONG = [
    "LA.number,LA.Name,SN_LA_number,SN_LA_name,rank,closeness",
    "old_la_code,la_name,sn_number,sn_name,SN rank,SNP",
    "LA Number,LA Name,Neighbour LA number,Neighbour LA name,Rank,Closeness",
]


@pytest.mark.parametrize("header", LONG)
def test_long_layouts(tmp_path, header, ten_codes):
    lines = [f"302,Barnet,{n},,{rank},Close" for rank, n in enumerate(TEN, start=1)]
    table = read(written(tmp_path, "\n".join([header, *reversed(lines)]) + "\n"))
    assert table.source.id == "dfe_statistical_neighbours_long"
    assert codes_of(table) == ten_codes
    assert table.problems.empty


def test_a_long_layout_without_ranks_takes_the_order_and_says_so(tmp_path, ten_codes):
    lines = [f"Barnet,{code}" for code in ten_codes]
    table = read(written(tmp_path, "\n".join(["LA Name,neighbour_code", *lines]) + "\n"))
    assert codes_of(table) == ten_codes
    assert table.problems["problem"].tolist() == [
        "no column of ranks: the order of the rows is taken for it"
    ]


def test_nearest_neighbours_of_another_publisher(tmp_path):
    lines = [f"E07000223,Adur,E0700022{n},{n},0.0{n}" for n in (4, 5, 6)]
    text = "\n".join(["area_code,area_name,neighbour_code,rank,distance", *lines]) + "\n"
    table = read(written(tmp_path, text, "cipfa_nearest_neighbours_2019.csv"))
    assert table.rows["model"].unique().tolist() == ["cipfa_nearest_neighbours"]
    assert table.rows["area_code"].unique().tolist() == ["E07000223"]
    assert table.rows["closeness"].tolist() == ["0.04", "0.05", "0.06"]
    assert "no place in a list" not in " ".join(table.problems["problem"])


def test_columns_say_model_and_year_before_the_file_name(tmp_path, ten_codes):
    lines = [f"own_model,2017,{BARNET},{n},{code},x" for n, code in enumerate(ten_codes, 1)]
    text = "\n".join(["model,year,area_code,rank,neighbour_code,closeness", *lines]) + "\n"
    table = read(written(tmp_path, text, "list_2025.csv"))
    assert table.rows[["model", "year"]].drop_duplicates().to_numpy().tolist() == [
        ["own_model", "2017"]
    ]


def test_a_list_without_a_year_says_so(tmp_path):
    table = read(written(tmp_path, old_layout(TEN), "neighbours.csv"))
    assert table.rows["year"].unique().tolist() == [""]
    assert table.problems["problem"].tolist() == ["nothing says of which year the model is"]


@pytest.mark.parametrize(
    ("place", "instead", "told"),
    [
        (4, "302", "left out: E09000003 is given as its own neighbour"),
        (4, "320", "left out: E09000031 is twice a neighbour of E09000003"),
        (4, "999", "left out: neighbour `999` is no area of areas.csv"),
        (4, "-", "left out: `302 Barnet` has no neighbour in place 5"),
        (9, "", "left out: `302 Barnet` has no neighbour in place 10"),
    ],
)
def test_lists_that_are_none_are_told(tmp_path, place, instead, told):
    numbers = [*TEN[:place], instead, *TEN[place + 1 :]]
    table = read(written(tmp_path, old_layout(numbers)))
    assert len(table.rows) == 9
    assert table.problems["problem"].tolist() == [
        told, "E09000003 has 9 neighbours where the model gives 10",
    ]  # fmt: skip


def test_a_number_and_a_name_of_different_areas_are_not_used(tmp_path):
    good = old_layout(TEN)
    text = good + good.splitlines()[1].replace("302", "303") + "\n"
    table = read(written(tmp_path, text))
    assert table.rows["area_code"].unique().tolist() == [BARNET]
    assert "left out: the number and the name are of different areas: `303 Barnet`, `320`" in set(
        table.problems["problem"]
    )


def test_unknown_areas_and_notes(tmp_path):
    good = old_layout(TEN)
    unknown = good.splitlines()[1].replace("302", "999").replace("Barnet", "Nowhere")
    note = "Source: DfE" + "," * good.splitlines()[0].count(",")
    table = read(written(tmp_path, f"{good}{note}\n{unknown}\n"))
    assert table.rows["area_code"].unique().tolist() == [BARNET]
    told = table.problems["problem"].tolist()
    assert told.count("left out: `999 Nowhere` is no area of areas.csv") == 10
    assert "10 rows left out, from this one on: lines of notes, without neighbours" in told


def test_the_place_in_a_list_must_be_a_number(tmp_path):
    lines = ["302,320,first", "302,870,2", "302,310,1.5"]
    table = read(written(tmp_path, "\n".join(["la_code,sn_code,rank", *lines]) + "\n"))
    assert table.rows["rank"].tolist() == [2]
    assert "left out: rank `first` is not a place in a list" in set(table.problems["problem"])


def test_a_list_of_no_known_area_is_refused(tmp_path):
    text = old_layout(["997"] * 10).replace("302,", "998,").replace("Barnet", "Nowhere")
    with pytest.raises(SourceError, match="must have rows that can be used"):
        read(written(tmp_path, text))
    with pytest.raises(SourceError, match="must have rows that can be used"):
        read(written(tmp_path, old_layout(["302"] * 10)))


BELOW = ["Barnet,Camden,Essex,Leeds", "Reading,Islington,Kent,Sheffield", "Harrow,Hackney,,Bury"]


def test_a_column_for_each_authority(tmp_path):
    table = read(written(tmp_path, "\n".join(BELOW) + "\n", "stat neighbours 2021.csv"))
    assert table.source.id == "dfe_statistical_neighbours_columns"
    assert codes_of(table) == ["E06000038", "E09000015"]
    assert table.rows.loc[table.rows["area_code"] == BARNET, "rank"].tolist() == [1, 2]
    assert table.rows["year"].unique().tolist() == ["2021"]
    told = set(table.problems["problem"])
    assert "left out: `Essex` has no neighbour in place 2" in told
    assert "no column of ranks: the order of the rows is taken for it" in told


def test_columns_that_are_no_authorities_are_no_list(tmp_path):
    lines = [f"{line},a,b" for line in BELOW]
    lines[0] = f"{BELOW[0]},Total,Mean"
    with pytest.raises(SourceError, match="columns that are no areas: Total, Mean"):
        read(written(tmp_path, "\n".join(lines) + "\n"))
