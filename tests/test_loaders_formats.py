"""Parquet, JSON and workbooks become sheets of text cells, or one clear refusal."""

import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import files
from cyp_analysis.loaders.formats import open_document, workbook_guard

COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


def write(tmp_path, content: bytes | str, name: str):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        files.read_sheets(path)
    assert str(path) in str(caught.value) and caught.value.action
    return caught.value


def answers(path) -> None:
    """Sheets or a SourceError, whatever the bytes."""
    try:
        found = files.read_sheets(path)
    except SourceError as error:
        assert error.rule and error.action
    else:
        assert all(len(sheet.records) == len(sheet.lines) > 0 for sheet in found)


# --- Parquet --------------------------------------------------------------------------------------


def parquet_file(tmp_path, columns: dict, name: str = "figures.parquet"):
    path = tmp_path / name
    parquet.write_table(pa.table(columns), path)
    return path


def test_parquet_cells_are_texts_as_people_write_them(tmp_path):
    path = parquet_file(
        tmp_path,
        {
            "code": pa.array(["E09000003", " E06000001 ", None]).dictionary_encode(),
            "count": [14.0, 27.5, None],
            "people": [1, -2, 3],
            "small": pa.array([0.1, 2.0, 3.5], pa.float32()),
            "day": [date(2024, 3, 31), None, date(2025, 1, 1)],
            "moment": [datetime(2024, 3, 31), datetime(2024, 3, 31, 9, 30), None],
            "price": [Decimal("14.00"), Decimal("1.50"), None],
            "flag": [True, False, None],
            "__index_level_0__": [0, 1, 2],
        },
    )
    (sheet,) = files.read_sheets(path)
    assert list(sheet.records) == [
        ["code", "count", "people", "small", "day", "moment", "price", "flag"],
        ["E09000003", "14", "1", "0.1", "2024-03-31", "2024-03-31", "14", "true"],
        ["E06000001", "27.5", "-2", "2", "", "2024-03-31 09:30:00", "1.50", "false"],
        ["", "", "3", "3.5", "2025-01-01", "", "", ""],
    ]
    assert list(sheet.lines) == [1, 2, 3, 4]


def test_the_name_of_a_parquet_file_does_not_matter(tmp_path):
    path = parquet_file(tmp_path, {"a": ["1"]}, "figures.csv")
    (sheet,) = files.read_sheets(path)
    assert list(sheet.records) == [["a"], ["1"]]


def test_the_head_of_a_parquet_file_is_a_part_of_it(tmp_path):
    path = parquet_file(tmp_path, {"a": list(range(1000))})
    (head,) = files.read_head(path, records=3)
    assert head.records[0] == ["a"] and 3 <= len(head.records) <= 4


def test_blank_rows_of_a_parquet_file_keep_the_others_lines(tmp_path):
    (sheet,) = files.read_sheets(parquet_file(tmp_path, {"a": ["1", None, "3"]}))
    assert (list(sheet.lines), list(sheet.records)) == ([1, 2, 4], [["a"], ["1"], ["3"]])


def test_nested_columns_of_a_parquet_file_are_refused_by_name(tmp_path):
    error = refusal(parquet_file(tmp_path, {"a": ["x"], "parts": [[1, 2]], "rec": [{"b": 1}]}))
    assert error.rule == "each cell must hold one figure or text"
    assert error.got == "lists or records in `parts`, `rec`"


def test_a_parquet_file_cut_short_is_refused(tmp_path):
    whole = parquet_file(tmp_path, {"a": ["1"] * 500}).read_bytes()
    error = refusal(write(tmp_path, whole[:-20], "cut.parquet"))
    assert error.rule == "must be a whole Parquet file"


def test_a_parquet_file_that_claims_too_much_is_refused(tmp_path, monkeypatch):
    from cyp_analysis.loaders.formats import parquet as reader

    monkeypatch.setattr(reader, "_CELLS_AT_MOST", 10)
    error = refusal(parquet_file(tmp_path, {"a": ["1"] * 11}))
    assert error.rule == "must unpack to 1 GiB at most" and error.got == "11 rows of 1 columns"


@settings(max_examples=40, **COMMON)
@given(at=st.floats(0, 1), mark=st.binary(min_size=1, max_size=12))
def test_a_damaged_parquet_file(tmp_path, at, mark):
    whole = parquet_file(
        tmp_path, {"a": ["1", "2", "c"] * 50, "b": [1.5, 2, None] * 50}
    ).read_bytes()
    place = int(at * len(whole))
    answers(write(tmp_path, whole[:place] + mark + whole[place + len(mark) :], "x.parquet"))


def test_the_lait_file_has_the_rows_that_arrow_counts(real_data):
    path = real_data / "dfe-lait" / "bds_long_0.parquet"
    (sheet,) = files.read_sheets(path)
    assert len(sheet.records) == parquet.read_metadata(path).num_rows + 1 == 641_071
    assert sheet.records[1] == [
        "RTA", "Number of children killed and seriously injured in RTAs", "2014-16",
        "Barking and Dagenham", "12.13", "301", "Outer London",
    ]  # fmt: skip


# --- JSON -----------------------------------------------------------------------------------------

RECORDS = [["area", "n"], ["E1", "14"], ["E2", "27.50"]]


@pytest.mark.parametrize(
    "text",
    [
        '[{"area": "E1", "n": 14.0}, {"area": "E2", "n": 27.50}]',
        '{"results": [{"area": "E1", "n": 14}, {"area": "E2", "n": 27.50}], "page": 1}',
        '{"meta": {}, "body": {"data": [{"area": "E1", "n": 14}, {"area": "E2", "n": 27.50}]}}',
        '{"area": ["E1", "E2"], "n": [14, 27.50]}',
        '{"area": "E1", "n": 14}\n{"area": "E2", "n": 27.50}\n',
        '\ufeff [["area", "n"], ["E1", 14], ["E2", 27.50]]',
    ],
)
@pytest.mark.parametrize("name", ["figures.json", "figures"])
def test_shapes_of_json_that_hold_a_table(tmp_path, text, name):
    (sheet,) = files.read_sheets(write(tmp_path, text, name))
    assert sheet.records == RECORDS and sheet.lines == [1, 2, 3]


def test_nested_objects_are_flattened_and_nulls_are_empty(tmp_path):
    records = [
        {"month": "2024-07", "location": {"street": {"id": 7}}, "outcome": None, "tags": ["a", 2]},
        {"month": "2024-08", "location": None, "outcome": {"category": "x"}, "ok": True},
    ]
    (sheet,) = files.read_sheets(write(tmp_path, json.dumps(records), "crime.json"))
    assert sheet.records == [
        ["month", "location.street.id", "tags", "outcome.category", "ok"],
        ["2024-07", "7", "a; 2", "", ""],
        ["2024-08", "", "", "x", "True"],
    ]


@pytest.mark.parametrize(
    "text, got",
    [
        ("[]", "an empty list"),
        ("[1, 2]", "a list of single values"),
        ('{"a": 1}', "an object of a"),
        ("{}", "an object of nothing"),
        ('{"a": [{"x": 1}], "b": [{"y": 2}]}', "several lists of records (a, b)"),
        ('{"a": [1, 2], "b": [3]}', "an object of a, b"),
        ('[{"a": [{"b": 1}]}]', "lists of lists or records inside a record"),
        ('{"type": "FeatureCollection", "features": []}', "a map without features"),
    ],
)
def test_json_of_another_shape_is_refused_with_what_it_is(tmp_path, text, got):
    error = refusal(write(tmp_path, text, "x.json"))
    assert error.rule.startswith(
        "must hold a list of records, columns of equal length, or features"
    )
    assert error.got == got


@pytest.mark.parametrize("cut", range(1, 55, 3))
def test_json_cut_anywhere_is_refused(tmp_path, cut):
    text = '[{"area": "E1", "n": 14}, {"area": "E2", "n": 275}, 1234567]'
    error = refusal(write(tmp_path, text[:cut], "x.json"))
    assert error.rule in ("must be complete", "must be JSON")


def test_json_nested_too_deeply_is_refused(tmp_path):
    error = refusal(write(tmp_path, "[" * 200_000, "x.json"))
    assert error.got == "values nested too deeply"


def test_json_in_no_known_letters_is_refused(tmp_path):
    assert (
        refusal(write(tmp_path, b'[{"a": "\xff\xff"}]', "x.json")).rule == "must be JSON in UTF-8"
    )


def test_maps_give_their_properties_and_kinds_of_geometry(tmp_path):
    shape = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    features = [
        {"type": "Feature", "id": 1, "properties": {"WD24CD": "E05000001"}, "geometry": shape},
        {"type": "Feature", "id": 2, "properties": {"WD24CD": "E05000002"}, "geometry": None},
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (sheet,) = files.read_sheets(write(tmp_path, text, "wards.geojson"))
    assert sheet.name == "features"
    assert sheet.records == [
        ["id", "WD24CD", "geometry"], ["1", "E05000001", "Polygon"], ["2", "E05000002", ""],
    ]  # fmt: skip


def test_real_maps(real_data):
    (wards,) = files.read_sheets(real_data / "ons-open-geography" / "ward25_E09000003.geojson")
    text = (real_data / "ons-open-geography" / "ward25_E09000003.geojson").read_text()
    assert len(wards.records) - 1 == len(json.loads(text)["features"]) == 24
    (boroughs,) = files.read_sheets(real_data / "npm-vega-datasets" / "londonBoroughs.json")
    assert boroughs.records[:2] == [["id", "geometry"], ["Kingston upon Thames", "Polygon"]]
    assert len(boroughs.records) == 34


# --- workbooks ------------------------------------------------------------------------------------


def workbook(cells: dict[str, object]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Data & more"
    for place, value in cells.items():
        book.active[place] = value
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_days_in_workbooks_are_days(tmp_path):
    cells = {"A1": "day", "B1": "n", "A2": datetime(2024, 3, 31), "B2": 14.0}
    (sheet,) = files.read_sheets(write(tmp_path, workbook(cells), "x.xlsx"))
    assert sheet.records == [["day", "n"], ["2024-03-31", "14"]]


def test_formulas_saved_without_results_are_blank_and_told(tmp_path):
    cells = {"A1": "a", "B1": "b", "A2": 1, "B2": "=A2+1", "A3": 2, "B3": "=A3+1"}
    (sheet,) = files.read_sheets(write(tmp_path, workbook(cells), "x.xlsx"))
    assert sheet.records[1:] == [["1", ""], ["2", ""]]
    assert sheet.notes == (
        "2 formulas saved without their results, read as blank: open the workbook and save it",
    )


def test_a_stray_cell_at_the_end_of_the_sheet_is_refused_before_it_takes_all_memory(tmp_path):
    error = refusal(write(tmp_path, workbook({"A1": "a", "XFD1048576": 1}), "x.xlsx"))
    assert error.rule == "a sheet must not stretch far beyond its cells"
    assert error.got == "a sheet of 1,048,576 rows and 16,384 columns, almost empty"
    assert error.action.startswith("Delete the stray cells")


def test_a_cell_between_two_chunks_is_counted_once():
    extent = workbook_guard._Extent()
    text = b'<row r="1"><c r="A1"><v>1</v></c><c r="AB1"><v>2</v></c></row>'
    for at in range(len(text)):
        extent.add(text[at : at + 1])
    extent.finish()
    assert (extent.filled, extent.columns) == (2, 28)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    from cyp_analysis.loaders.formats import sheets

    monkeypatch.setattr(sheets, "UNPACKED_BYTES", 1000)
    error = refusal(write(tmp_path, workbook({"A1": "a"})[:900_000], "x.xlsx"))
    assert "GiB at most" in error.rule


def test_a_workbook_locked_with_a_password_says_so(tmp_path):
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    )
    error = refusal(write(tmp_path, locked + bytes(2048), "x.xlsx"))
    assert (error.rule, error.got) == ("must open without a password", "a locked workbook")


def open_document_file(tmp_path, rows: str, name: str = "x.ods"):
    text = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>\n'
        f'<office:spreadsheet><table:table table:name="Data">\n{rows}\n</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("content.xml", text)
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return tmp_path / name


def cell(text: str, more: str = "") -> str:
    inner = f'office:value-type="string"{more}'
    return f"<table:table-cell {inner}><text:p>{text}</text:p></table:table-cell>"


def number(value: str, more: str = "") -> str:
    inner = f'office:value-type="float" office:value="{value}"{more}'
    return f"<table:table-cell {inner}><text:p>shown</text:p></table:table-cell>"


def test_open_document_cells_with_spaces_between_them_are_read(tmp_path):
    rows = f"""<table:table-row>\n  {cell("area")}\n  {cell("n")}\n</table:table-row>
    <table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>
    <table:table-row>{cell("E1")}{number("14.0")}</table:table-row>
    <table:table-row table:number-rows-repeated="2">{cell("E2")}{number("0.1")}</table:table-row>
    <table:table-row table:number-rows-repeated="1048569"><table:table-cell
      table:number-columns-repeated="16384"/></table:table-row>"""
    (sheet,) = files.read_sheets(open_document_file(tmp_path, rows))
    assert sheet.records == [["area", "n"], ["E1", "14"], ["E2", "0.1"], ["E2", "0.1"]]
    assert (sheet.name, sheet.lines) == ("Data", [1, 5, 6, 7])


def test_an_open_document_sheet_that_stretches_is_refused(tmp_path):
    many = ' table:number-columns-repeated="16384"'
    row = '<table:table-row table:number-rows-repeated="1048576">'
    rows = f"{row}{number('1', many)}</table:table-row>"
    error = refusal(open_document_file(tmp_path, rows))
    assert error.rule == "a sheet must not stretch far beyond its cells"
    assert not open_document.is_compact(f"<table:table >{rows}".encode())


def test_the_table_tool_s_workbook_is_read(real_data):
    (sheet,) = files.read_sheets(real_data / "dfe-table-tool" / "data-key-stage-4-performance.ods")
    assert sheet.records[3][:8] == [
        "Asian / Asian British", "Any other Asian background", "Boys", "England", "",
        "4,921", "5,398", "5,717",
    ]  # fmt: skip


def test_both_readers_of_open_documents_agree(real_data):
    path = next((real_data / "dwp-children-in-low-income-families").glob("*.ods"))
    content = open_document.content_of(path, path.read_bytes())
    assert open_document.is_compact(content)
    ours = {s.name: (s.lines, s.records) for s in open_document.read(path, content, 60)}
    theirs = {s.name: (s.lines, s.records) for s in files.read_head(path, 60)}
    assert ours == theirs and len(ours) == 16


PLAIN = {"compression": "none", "use_dictionary": False}


@pytest.mark.parametrize("kind", [pa.int64(), pa.float64()])
def test_figures_outside_the_range_that_a_parquet_file_says_are_refused(tmp_path, kind):
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"n": pa.array([1, 4104, 7777], kind)}), path, **PLAIN)
    data = path.read_bytes()
    whole = pa.array([7777], kind).to_numpy().tobytes()
    at = data.index(whole, data.index(pa.array([4104], kind).to_numpy().tobytes()))
    assert len(files.read_sheets(path)[0].records) == 4
    other = pa.array([9999], kind).to_numpy().tobytes()
    path.write_bytes(data[:at] + other + data[at + len(whole) :])
    assert refusal(path).got == "a column of another range than the file says"


def test_a_parquet_file_with_checksums_is_held_to_them(tmp_path):
    path = tmp_path / "a.parquet"
    table = pa.table({"n": pa.array([1, 4104, 4105, 7777])})
    parquet.write_table(table, path, write_page_checksum=True, **PLAIN)
    assert len(files.read_sheets(path)[0].records) == 5
    data, old = path.read_bytes(), (4104).to_bytes(8, "little")
    path.write_bytes(data.replace(old, (4106).to_bytes(8, "little")))
    assert refusal(path).rule == "must be a whole Parquet file"


def test_numbers_that_are_none_do_not_make_another_range(tmp_path):
    path = tmp_path / "a.parquet"
    cells = {"n": [1.0, float("nan"), None, -0.0], "m": [None] * 4, "w": ["b", "a", None, "c"]}
    parquet.write_table(pa.table(cells), path)
    assert len(files.read_sheets(path)[0].records) == 4  # a row of nothing is none
